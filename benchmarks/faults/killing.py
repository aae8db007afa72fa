"""Processes that write enter, and are killed (SIGKILL) at moments chosen by chance; what was lost leaves as rows."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.table import Row, Trial
from benchmarks.web.__main__ import kills
from lookfeel.errors import InvalidValue
from lookfeel.export import read_motion
from lookfeel.pipeline import analyze, write_outputs
from lookfeel.store import Database
from lookfeel.store.models import Athlete
from lookfeel.types import SetReport

N_WRITERS = 4


def check(trial: Trial) -> Iterator[Row]:
    """Checks 13 to 15, those of one clip."""
    yield _writing(trial)
    yield _command(trial)
    yield _server(trial)
    yield _writers(trial)


def _writing(trial: Trial) -> Row:
    """The step of `analyze` that writes, in a process of its own, killed within the time that it takes."""
    chance, report = random.Random(trial.seed), analyze(SAMPLE)
    room = trial.room("writing")
    write_outputs(report, room / "whole", overlay=False)  # the first time, templates are read too
    began = time.monotonic()
    write_outputs(report, room / "whole", overlay=False)
    takes_s = time.monotonic() - began
    n_tried, n_cut, torn = trial.of(60), 0, 0
    for number in range(n_tried):
        place = room / str(number)
        n_cut += not _killed_after(chance.random() * takes_s, report, place)
        torn += sum(not _is_whole(path) for path in place.rglob("*") if path.is_file())
    figure = (
        f"{n_cut} killed before they were done ({takes_s:.1f} s); {torn} files that are not whole under a final name"
    )
    return Row(
        check=13,
        name="kill -9 while results are written",
        n_tried=n_tried,
        n_survived=n_tried - torn,
        figure=figure,
        seed=trial.seed,
    )


def _killed_after(wait_s: float, report: SetReport, place: Path) -> bool:
    """Whether it was done before it was killed."""
    pid = os.fork()
    if pid == 0:
        write_outputs(report, place, overlay=False)
        os._exit(0)
    time.sleep(wait_s)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _is_whole(path: Path) -> bool:
    """Whether a file under its final name is complete; one that is still a part has another name."""
    if path.suffix == ".part":
        return True
    if path.suffix == ".nc":
        try:
            read_motion(path)
        except InvalidValue:
            return False
        return True
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        try:
            json.loads(text)
        except ValueError:
            return False
        return True
    return text.rstrip().endswith("</html>") if path.suffix == ".html" else text.endswith("\n")


def _command(trial: Trial) -> Row:
    """`lookfeel analyze`, killed anywhere; then again, to the end."""
    chance, room = random.Random(trial.seed), trial.room("command")
    command = [sys.executable, "-m", "lookfeel", "analyze", str(SAMPLE), "-o", str(room), "-q", "--no-overlay"]
    began = time.monotonic()
    subprocess.run(command, check=True)
    takes_s, n_tried, n_good = time.monotonic() - began, trial.of(8), 0
    for _ in range(n_tried):
        process = subprocess.Popen(command)
        time.sleep(chance.random() * takes_s)
        process.kill()
        process.wait()
        n_good += all(_is_whole(path) for path in room.rglob("*") if path.is_file())
    n_good -= subprocess.run(command, check=False).returncode != 0
    return Row(
        check=13,
        name="kill -9 of 'lookfeel analyze'",
        n_tried=n_tried,
        n_survived=n_good,
        figure=f"of {takes_s:.0f} s each; the next run ends well",
        seed=trial.seed,
    )


def _server(trial: Trial) -> Row:
    """The server, killed between and in uploads and analyses."""
    n_kills = trial.of(50)
    n_uploads = n_kills + max(4, n_kills // 5)
    is_held = kills(trial.room("server"), n_uploads, n_kills, seed=trial.seed)
    figure = f"{n_uploads} uploads accepted meanwhile, each measured and decided exactly once"
    return Row(
        check=14,
        name="kill -9 of the server and its workers",
        n_tried=n_kills,
        n_survived=n_kills if is_held else 0,
        figure=figure if is_held else "lost or doubled",
        seed=trial.seed,
    )


WRITER = """
import sys
from lookfeel.store import Database
from lookfeel.store.models import Athlete
database = Database(sys.argv[1])
number = 0
while True:
    number += 1
    with database.writing() as rows:
        one = Athlete(name=f"{sys.argv[2]} {number}", settings={})
        rows.add(one)
        rows.flush()
    print(one.id, flush=True)
"""


def _writers(trial: Trial) -> Row:
    """Four writers of one database; what one was told as written must be there in the end."""
    chance, path = random.Random(trial.seed), trial.room("writers") / "lookfeel.sqlite3"
    url = f"sqlite:///{path}"
    Database(url).close()
    told: set[str] = set()
    writers = [_writer(url, name) for name in range(N_WRITERS)]
    n_kills = trial.of(50)
    for number in range(n_kills):
        victim = chance.randrange(N_WRITERS)
        _read_some(writers[victim])
        time.sleep(chance.random() * 0.2)
        told |= _ended(writers[victim])
        writers[victim] = _writer(url, N_WRITERS + number)
    for writer in writers:
        _read_some(writer)
        told |= _ended(writer)
    with sqlite3.connect(path) as rows:
        state = rows.execute("PRAGMA integrity_check").fetchone()[0]
    with Database(url).reading() as session:
        there = [one.id for one in session.query(Athlete)]
    lost = len(told - set(there))
    is_held = state == "ok" and not lost and len(there) == len(set(there))
    figure = f"{len(told):,} rows acknowledged, {lost} lost; integrity {state}"
    return Row(
        check=15,
        name="kill -9 of one of four database writers",
        n_tried=n_kills,
        n_survived=n_kills if is_held else n_kills - 1,
        figure=figure,
        seed=trial.seed,
    )


_FIRST: dict[int, str] = {}


def _writer(url: str, name: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, url, str(name)], stdout=subprocess.PIPE, text=True)


def _read_some(writer: subprocess.Popen[str]) -> None:
    """Wait until it has written something."""
    if writer.pid not in _FIRST:
        assert writer.stdout is not None
        _FIRST[writer.pid] = writer.stdout.readline().strip()


def _ended(writer: subprocess.Popen[str]) -> set[str]:
    """Kill it; what it had told, whole lines only."""
    writer.kill()
    assert writer.stdout is not None
    rest = writer.stdout.read()
    writer.wait()
    whole = rest[: rest.rfind("\n") + 1].split()
    return {_FIRST.pop(writer.pid), *whole} - {""}
