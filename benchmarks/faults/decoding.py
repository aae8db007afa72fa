"""Hostile clips enter a confined process; how it ended, what it took and what it touched leaves as rows."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from benchmarks.faults.clips import SAMPLE, SECRET, cut_in_half, hostile, tiny
from benchmarks.faults.table import Row, Trial, cannot
from lookfeel.confined import run_confined
from lookfeel.confined.clip import JOB, watching_options
from lookfeel.confined.order import Order, Word
from lookfeel.errors import DecoderDied
from lookfeel.ingest import Limits, open_video
from lookfeel.sandbox import Guards, why_no_filter

REFUSED_S, N_TRIES = 2.0, 3
MOST_BYTES = 600_000_000
MANY = "a million frames"
LONGEST_S, SLEEP = 4.0, "benchmarks.faults.jobs:sleep"
SECCOMP = re.compile(r"\bseccomp(\(| resumed>)")
TOUCHES = re.compile(
    r"^\d+ +(open|openat|openat2|creat|socket|connect|sendto|execve|execveat|fork|vfork|unlink\w*)\(.*= \d+"
)

STARTER = """
import json, os, sys
told, command = int(sys.argv[1]), sys.argv[2:]
os.set_inheritable(told, False)
_, status, usage = os.wait4(os.posix_spawn(command[0], command, os.environ), 0)
took = [os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss]
os.write(told, json.dumps(took).encode())
"""
"""A process so small that it hides nothing: a child's peak of memory begins at the peak of the one that starts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """How one process ended. cpu_s, n_bytes: what it took at most; trace: lines of strace, where asked for."""

    exit_code: int
    last: Word | None
    cpu_s: float
    n_bytes: int
    trace: tuple[str, ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether it ended with a word on what is wrong."""
        return self.exit_code == 2 and self.last is not None and self.last.code is not None


def check(trial: Trial) -> Iterator[Row]:
    """Checks 1 to 5 and 7."""
    folder = trial.room("hostile")
    files = hostile(folder)
    start = _least([observe(tiny(folder / "whole.mp4", size=(320, 240))) for _ in range(N_TRIES)])
    seen = {name: _observed(path, start) for name, path in files.items()}
    for name, one in seen.items():
        code = one.last.code if one.last else one.exit_code
        print(f"    {name}: {code}, {one.cpu_s - start.cpu_s:+.2f} s, {one.n_bytes / 1e6:.0f} MB")
    yield _refusals(seen, start)
    yield _half(trial)
    yield _most("16384x8192", 3, seen["16384x8192"], start)
    yield _most(MANY, 4, seen[MANY], start)
    yield _touches(files)
    yield _hangs(trial)
    yield _orphans(trial)


def _least(seen: list[Observed]) -> Observed:
    """The one that took the least computing: the start of a process takes more when others are at work, never less."""
    return min(seen, key=lambda one: one.cpu_s)


def _observed(path: Path, start: Observed) -> Observed:
    """As `observe`, once more where it took too long: what a file takes by itself, it takes every time."""
    seen = [observe(path)]
    while len(seen) < N_TRIES and seen[-1].cpu_s - start.cpu_s >= REFUSED_S:
        seen.append(observe(path))
    return _least(seen)


def observe(path: Path, *, has_trace: bool = False) -> Observed:
    """Have a confined process watch a file, in the way of `lookfeel.confined`."""
    options = watching_options(path.name, limits=Limits())
    order = Order(job=JOB, options=options, **asdict(Guards()))
    command = [sys.executable, "-P", "-m", "lookfeel.confined.child", order.model_dump_json()]
    with tempfile.TemporaryDirectory() as place, path.open("rb") as clip, tempfile.TemporaryFile() as result:
        log = Path(place) / "trace"
        if has_trace:
            command = [shutil.which("strace") or "strace", "-f", "-qq", "-o", str(log), *command]
        lines, (exit_code, cpu_s, n_kb) = _run(command, clip, result, path.parent)
        trace = tuple(log.read_text(errors="replace").splitlines()) if has_trace else ()
    return Observed(exit_code=exit_code, last=_last_word(lines), cpu_s=cpu_s, n_bytes=n_kb * 1024, trace=trace)


def _run(command: list[str], clip: IO[bytes], result: IO[bytes], folder: Path) -> tuple[list[bytes], list[Any]]:
    """What a command says on standard error, and its exit code, CPU seconds and peak of memory in kB."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as told:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", STARTER, str(writing), *command],
            stdin=clip, stdout=result, stderr=subprocess.PIPE, env=environment, cwd=folder, pass_fds=(writing,),
        )  # fmt: skip
        os.close(writing)
        assert process.stderr is not None
        lines = process.stderr.read().splitlines()
        process.wait()
        return lines, json.loads(told.read())


def _last_word(lines: list[bytes]) -> Word | None:
    words = []
    for line in lines:
        with contextlib.suppress(ValueError):
            words.append(Word.model_validate_json(line))
    return words[-1] if words else None


def _refusals(seen: dict[str, Observed], start: Observed) -> Row:
    """What is no clip is refused by name within two seconds more than the start of a process and a tiny clip take."""
    seen = {name: one for name, one in seen.items() if name != MANY}  # has a row of its own
    good = [one for one in seen.values() if one.is_named and one.cpu_s - start.cpu_s < REFUSED_S]
    longest_s = max(one.cpu_s for one in seen.values()) - start.cpu_s
    figure = (
        f"named error; at most {longest_s:+.2f} s of computing against a tiny clip ({start.cpu_s:.1f} s with its start)"
    )
    return Row(
        check=1,
        name="files that are no clip, or ask for far too much",
        n_tried=len(seen),
        n_survived=len(good),
        figure=figure,
    )


def _half(trial: Trial) -> Row:
    half = cut_in_half(SAMPLE, trial.room("half"))
    with open_video(half) as clip:
        n_frames = sum(1 for _ in clip)
        summary, declared = clip.summary, clip.info.n_frames_declared
    is_said = summary.is_partial and any("cut short" in warning for warning in summary.warnings)
    is_exact = summary.n_frames == n_frames
    figure = f"{n_frames} of {declared} frames, said to be cut short, counts exact"
    return Row(
        check=2, name="faststart clip cut in half", n_tried=1, n_survived=int(is_said and is_exact), figure=figure
    )


def _most(name: str, number: int, one: Observed, start: Observed) -> Row:
    is_held = one.is_named and one.cpu_s - start.cpu_s < REFUSED_S and one.n_bytes < MOST_BYTES
    code = one.last.code if one.last else "nothing"
    took = f"{one.cpu_s - start.cpu_s:+.2f} s, {one.n_bytes / 1e6:.0f} MB"
    figure = f"{code}, {took} (a tiny clip: {start.n_bytes / 1e6:.0f} MB)"
    return Row(check=number, name=name, n_tried=1, n_survived=int(is_held), figure=figure)


def _touches(files: dict[str, Path]) -> Row:
    """What the kernel was asked for after the filter was there, and let through."""
    name = "calls let through after the filter: open, socket, exec, fork (strace)"
    if shutil.which("strace") is None:
        return cannot(5, name, "no strace")
    if why_no_filter() is not None:
        return cannot(5, name, f"no filter: {why_no_filter()}")
    n_good, n_touched = 0, 0
    for path in (*files.values(), SAMPLE.with_name(SAMPLE.name)):
        if path == SAMPLE:
            path = tiny(files["ffconcat"].with_name("traced.mp4"), size=(320, 240), n_frames=30)
        trace = observe(path, has_trace=True).trace
        begun = filter_begins(trace)
        touched = [line for line in trace[begun or 0 :] if TOUCHES.match(line)]
        is_told = any(SECRET in line and "open" in line for line in trace)
        n_touched += len(touched)
        n_good += begun is not None and not touched and not is_told
    figure = f"{n_touched} calls let through, the neighbouring file never opened"
    return Row(check=5, name=name, n_tried=len(files) + 1, n_survived=n_good, figure=figure)


def filter_begins(trace: Sequence[str]) -> int | None:
    """The line of a trace at which the kernel has taken the filter. A call that another thread falls into is told on
    two lines, and the second has the answer."""
    taken = (at for at, line in enumerate(trace) if SECCOMP.search(line) and line.endswith("= 0"))
    return max(taken, default=None)


def _hangs(trial: Trial) -> Row:
    """A job that never ends is ended."""
    n_tried, late, n_good = trial.of(5), 0.0, 0
    for _ in range(n_tried):
        began = time.monotonic()
        told = _sleeper()
        late = max(late, time.monotonic() - began - LONGEST_S)
        n_good += bool(told) and not _is_there(told[0]) and late <= 2.0
    return Row(
        check=7,
        name="decoding without end",
        n_tried=n_tried,
        n_survived=n_good,
        figure=f"ended at most {late:.2f} s past the limit, no process left",
    )


def _sleeper() -> list[int]:
    """The number of a process that sleeps, once it was ended."""
    told: list[int] = []

    def note(_stage: str, pid: int, _total: int | None) -> None:
        told.append(pid)

    with (
        contextlib.suppress(DecoderDied),
        run_confined(SAMPLE, SLEEP, {}, guards=Guards(), longest_s=LONGEST_S, progress=note),
    ):
        pass
    return told


def _orphans(trial: Trial) -> Row:
    """The process that reads a clip ends with the one that asked for it, though that was killed."""
    code = (
        "from lookfeel.confined import run_confined; from lookfeel.sandbox import Guards; from pathlib import Path\n"
        f"with run_confined(Path({str(SAMPLE)!r}), 'benchmarks.faults.jobs:sleep', {{}}, guards=Guards(), longest_s=60,"
        "progress=lambda s, pid, t: print(pid, flush=True)): pass"
    )
    n_tried, n_good, longest_s = trial.of(5), 0, 0.0
    for _ in range(n_tried):
        asker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ)
        assert asker.stdout is not None
        pid = int(asker.stdout.readline())
        asker.send_signal(signal.SIGKILL)
        asker.wait()
        began = time.monotonic()
        while _is_there(pid) and time.monotonic() - began < 2.0:
            time.sleep(0.01)
        longest_s = max(longest_s, time.monotonic() - began)
        n_good += not _is_there(pid)
    return Row(
        check=7,
        name="asker killed (SIGKILL) while a clip is read",
        n_tried=n_tried,
        n_survived=n_good,
        figure=f"no orphan after {longest_s:.2f} s",
    )


def _is_there(pid: int) -> bool:
    """Whether a process lives; one that waits to be buried does not."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
