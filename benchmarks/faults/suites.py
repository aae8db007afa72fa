"""Checks that the project's tests make enter; how many of their cases ran and held leaves as rows.

Counted from a run made here and now; a case that was skipped counts as not tried.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.faults.clips import ROOT
from benchmarks.faults.table import Row, Trial

WEB = "tests/unit/web"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One check. where: files or cases; chosen: words of the names of the cases, '' for all; shows: what they hold."""

    check: int
    name: str
    where: tuple[str, ...]
    shows: str
    chosen: str = ""


SUITES = (
    Suite(
        check=5,
        name="what a confined process may not do",
        where=("tests/unit/confined",),
        shows="20 ways out and 8 back doors refused by the kernel; every ending of the process named",
    ),
    Suite(
        check=8,
        name="turned and mirrored pictures",
        where=("tests/unit/ingest/test_video_pictures.py",),
        shows="upright once, mirror said",
    ),
    Suite(
        check=9,
        name="variable rate, 240 fps, slow motion",
        where=("tests/unit/ingest/test_video_times.py", "tests/unit/ingest/test_video_header.py"),
        shows="times are the file's own",
    ),
    Suite(
        check=10,
        name="10-bit and other codecs",
        where=("tests/unit/ingest",),
        chosen="codec or pixel_format or colours",
        shows="same colours, read whole",
    ),
    Suite(
        check=17,
        name="a clip that kills its worker",
        where=(f"{WEB}/test_dispatcher.py",),
        chosen="kills_its_worker or without_end or own_fault",
        shows="given up after at most 3 tries, the next one measured",
    ),
    Suite(
        check=20,
        name="too large, announced or not, whole or in parts",
        where=(f"{WEB}/test_sending.py",),
        chosen="too_large or more_than or sizes_that or beyond_the_promise",
        shows="413, nothing written past the promise",
    ),
    Suite(
        check=22,
        name="upload cut and resumed",
        where=(f"{WEB}/test_sending.py",),
        chosen="in_parts or twice or died_between or offset or abandoned or given_up",
        shows="the same bytes; abandoned ones removed",
    ),
    Suite(
        check=23,
        name="names of files from hell",
        where=(f"{WEB}/test_sending.py", f"{WEB}/test_parts.py"),
        chosen="name",
        shows="shown, never a path",
    ),
    Suite(
        check=24,
        name="every route x athletes x teams, media ranges too",
        where=(f"{WEB}/test_isolation.py", f"{WEB}/test_roles.py", f"{WEB}/test_every_route.py"),
        shows="404 alike for what is another's",
    ),
    Suite(
        check=25,
        name="foreign origins, hosts and proxies; cookies",
        where=(f"{WEB}/test_guard.py",),
        shows="403; SameSite, HttpOnly, Secure",
    ),
    Suite(
        check=26,
        name="scripts and formulas in every field and export",
        where=(f"{WEB}/test_injection.py",),
        shows="shown as text, formulas made harmless",
    ),
    Suite(
        check=27,
        name="many jobs of one user",
        where=(f"{WEB}/test_sending.py", f"{WEB}/test_dispatcher.py", f"{WEB}/test_fair_queue.py"),
        chosen="fill or turns or thousand",
        shows="429; another's job is next",
    ),
    Suite(
        check=28,
        name="guessing the passphrase",
        where=(f"{WEB}/test_guard.py",),
        chosen="guess or throttled or signs_in_at_once",
        shows="stopped at the sixth try",
    ),
    Suite(
        check=29,
        name="an athlete or a set is deleted",
        where=(f"{WEB}/test_dispatcher.py", f"{WEB}/test_hard_delete.py"),
        chosen="deleted or delete",
        shows="0 rows, files, queue items; no letter of the name in any file",
    ),
    Suite(
        check=31,
        name="hashes, pins, altered models, bill of materials",
        where=("tests/unit/house", "tests/unit/test_models.py", "tests/unit/test_doctor_floors.py"),
        shows="every pin has a hash; one altered byte is refused",
    ),
    Suite(check=0, name="videos go after 90 days", where=(f"{WEB}/test_retention.py",), shows="looked at on the disk"),
    Suite(
        check=0,
        name="faces covered in what is shared",
        where=("tests/unit/tracks/test_faces.py",),
        shows="every head, across gaps, in one colour",
    ),
)


def check(trial: Trial) -> Iterator[Row]:  # noqa: ARG001 (the tests have their own chance)
    """All of them, each in a run of its own."""
    for suite in SUITES:
        yield _run(suite)


def _run(suite: Suite) -> Row:
    places = [place for place in suite.where if (ROOT / place).exists()]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *places]
        command += ["-k", suite.chosen] if suite.chosen else []
        subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    run = [case for case in cases if case.find("skipped") is None]
    bad = [case for case in run if case.find("failure") is not None or case.find("error") is not None]
    for case in bad:
        print(f"    failed: {case.get('classname')}.{case.get('name')}")
    figure = f"{suite.shows} (tests)"
    return Row(check=suite.check, name=suite.name, n_tried=len(run), n_survived=len(run) - len(bad), figure=figure)
