"""Kinds of input enter; how many bent ones were read without a crash, a hang or an unnamed error leaves as rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.jobs import analyze_as_page
from benchmarks.faults.table import Row, Trial
from lookfeel.pipeline import analyze
from lookfeel.report import write_json

NUMBERS = {
    "container": 76_000,
    "report": 12_000,
    "toml": 6_000,
    "answers": 6_000,
    "manifest": 20_000,
    "http": 2_000,
    "roles": 5_000,
}
CHECK_OF = {"roles": 24}
"""The check a kind belongs to, where it is another one than the fuzz."""
HANG_S = 20.0
"""One input takes thousandths; so long without a step forward is a hang."""
WORDS = {
    "container": "bent mp4, mov and webm, read to the end",
    "report": "bent report.json, read for a decision and for the history",
    "toml": "bent exercise and matrix TOML",
    "answers": "bent session TOML and set lists (CSV)",
    "manifest": "bent batch manifests, CSV and Parquet, and tables with columns of any type",
    "http": "bent bodies and headers to every route that takes some",
    "roles": "every route by every role with generated requests",
}


@dataclass(slots=True)
class Found:
    """What went wrong. unnamed: errors that are no LookfeelError, by place; crashes, hangs: numbers of the inputs;
    n_taken: that were read to an answer all the same."""

    unnamed: dict[str, dict[str, object]] = field(default_factory=dict)
    crashes: list[int] = field(default_factory=list)
    hangs: list[int] = field(default_factory=list)
    n_bad: int = 0
    n_taken: int = 0


def check(trial: Trial, only: tuple[str, ...] = tuple(NUMBERS)) -> Iterator[Row]:
    """All kinds."""
    folder = trial.room("fuzz")
    write_json(analyze(SAMPLE), folder / "report.json")
    analyze_as_page(folder / "results")
    for kind in only:
        n_tried, began = trial.of(NUMBERS[kind]), time.monotonic()
        found = fuzz(kind, folder, seed=trial.seed, n_inputs=n_tried)
        for where, finding in found.unnamed.items():
            print(f"    {kind}: {where}: {finding}")
        figure = (
            f"{len(found.crashes)} crashes, {len(found.hangs)} hangs, {len(found.unnamed)} places with an unnamed error"
        )
        each_ms = (time.monotonic() - began) / n_tried * 1000
        figure += f"; {found.n_taken:,} gave an answer, the others a named error; {each_ms:.1f} ms each"
        n_bad = found.n_bad + len(found.crashes) + len(found.hangs)
        yield Row(
            check=CHECK_OF.get(kind, 6),
            name=WORDS[kind],
            n_tried=n_tried,
            n_survived=n_tried - n_bad,
            figure=figure,
            seed=trial.seed,
        )


def fuzz(kind: str, folder: Path, *, seed: int, n_inputs: int) -> Found:
    """Have a child read so many inputs; it is started anew behind whatever ended it."""
    found, first = Found(), 0
    while first < n_inputs:
        first = _run(kind, folder, seed, first, n_inputs, found)
    return found


def _run(kind: str, folder: Path, seed: int, first: int, last: int, found: Found) -> int:
    """One child's life; the number to go on with."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.faults.fuzz_child",
        kind,
        str(seed),
        str(first),
        str(last),
        str(folder),
    ]
    with tempfile.TemporaryFile() as findings, tempfile.TemporaryFile() as place:
        child = subprocess.Popen(command, stdout=findings, stderr=place, start_new_session=True)
        at, since = -1, time.monotonic()
        while child.poll() is None:
            time.sleep(0.05)
            now_at = _number(place.fileno())
            if now_at != at:
                at, since = now_at, time.monotonic()
            elif at >= 0 and time.monotonic() - since > HANG_S:
                child.kill()
                child.wait()
                found.hangs.append(at)
        at = _number(place.fileno())
        findings.seek(0)
        for line in findings.read().decode(errors="replace").splitlines():
            finding = json.loads(line)
            if "n_taken" in finding:
                found.n_taken += finding["n_taken"]
            else:
                found.n_bad += 1
                found.unnamed.setdefault(f"{finding['at']} {finding['error'][:60]}", finding)
        if child.returncode == 0:
            return last
        if at < 0:
            raise RuntimeError(os.pread(place.fileno(), 4000, 0).decode(errors="replace"))
        if at not in found.hangs:
            found.crashes.append(at)
        return at + 1


def _number(descriptor: int) -> int:
    """Which input the child is at; -1 before the first."""
    text = os.pread(descriptor, 12, 0).strip()
    return int(text) if text.isdigit() else -1
