"""Processes that write enter, and are killed (SIGKILL) at moments chosen by chance; what was lost leaves as rows."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.faults import jobs, kill_batch, kill_database, kill_server
from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.table import Row, Trial
from benchmarks.faults.whole import is_whole
from lookfeel.kept.watched import load_watched
from lookfeel.pipeline import judge, write_outputs
from lookfeel.store import Database
from lookfeel.store.models import Athlete
from lookfeel.types import SetReport

N_WRITERS = 4


def check(trial: Trial) -> Iterator[Row]:
    """Checks 13 to 15, and 17 of workers."""
    seen = jobs.look_once(trial.room("seen"))
    yield _writing(trial, seen)
    yield _command(trial)
    yield _command(trial, seen=seen)
    yield kill_batch.check(trial)
    yield kill_server.servers(trial)
    yield kill_server.workers(trial)
    if trial.database_url is not None:
        yield kill_database.check(trial, trial.database_url)
    yield _writers(trial)


def _writing(trial: Trial, seen: Path) -> Row:
    """The step of `analyze` that writes, in a process of its own, killed within the time that it takes."""
    watched = load_watched(seen)
    assert watched is not None
    chance, report = random.Random(trial.seed), judge(*watched)
    room = trial.room("writing")
    write_outputs(report, room / "whole", overlay=False)  # the first time, templates are read too
    began = time.monotonic()
    write_outputs(report, room / "whole", overlay=False)
    takes_s = time.monotonic() - began
    n_tried, n_cut, torn = trial.of(60), 0, 0
    for number in range(n_tried):
        place = room / str(number)
        n_cut += not _killed_after(chance.random() * takes_s, report, place)
        torn += sum(not is_whole(path) for path in place.rglob("*") if path.is_file())
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


def _command(trial: Trial, seen: Path | None = None) -> Row:
    """`lookfeel analyze`, killed anywhere; then again, to the end. seen: instead of looking at the clip."""
    chance, room = random.Random(trial.seed), trial.room("command" if seen is None else "command-seen")
    module = "lookfeel" if seen is None else jobs.__name__
    command = [sys.executable, "-m", module, "analyze", str(SAMPLE), "-o", str(room), "-q", "--no-overlay"]
    environment = os.environ | ({} if seen is None else {jobs.SEEN: str(seen)})
    takes_s = _run(command, environment)
    n_tried, n_cut, n_good, n_parts = trial.of(8 if seen is None else 50), 0, 0, 0
    while n_cut < n_tried:
        process = subprocess.Popen(command, env=environment)
        time.sleep(chance.random() * takes_s)
        process.kill()
        if process.wait() == 0:  # it was done before
            continue
        n_cut += 1
        files = [path for path in room.rglob("*") if path.is_file()]
        n_parts += any(path.suffix == ".part" for path in files)
        n_good += all(map(is_whole, files))
    _run(command, environment)
    files = [path for path in room.rglob("*") if path.is_file()]
    n_good -= not all(is_whole(path) and path.suffix != ".part" for path in files)
    figure = f"of {takes_s:.0f} s each; {n_parts} left a '.part', none a half file under a final name; the next run "
    figure += "ends well and clears up"
    return Row(
        check=13,
        name="kill -9 of 'lookfeel analyze'" + ("" if seen is None else ", looking at the clip left out"),
        n_tried=n_tried,
        n_survived=n_good,
        figure=figure,
        seed=trial.seed,
    )


def _run(command: list[str], environment: Mapping[str, str]) -> float:
    """Seconds to its good end."""
    began = time.monotonic()
    subprocess.run(command, check=True, env=environment)
    return time.monotonic() - began


WRITER = """
import sys
from lookfeel.store import Database
from lookfeel.store.models import Athlete
database = Database(sys.argv[1])
number = 0
while True:
    number += 1
    with database.writing() as rows:
        rows.add(Athlete(name=f"{sys.argv[2]}-{number}", settings={"number": number}))
    print(f"{sys.argv[2]}-{number}", flush=True)
"""


def _writers(trial: Trial) -> Row:
    """Four writers of one database; what one was told as written must be there in the end."""
    chance, path = random.Random(trial.seed), trial.room("writers") / "lookfeel.sqlite3"
    url = f"sqlite:///{path}"
    Database(url).close()
    told: set[str] = set()
    writers = [Writer(url, str(number)) for number in range(N_WRITERS)]
    n_kills = trial.of(50)
    for number in range(n_kills):
        victim = chance.randrange(N_WRITERS)
        writers[victim].last()
        time.sleep(chance.random() * 0.2)
        told |= writers[victim].killed()
        writers[victim] = Writer(url, str(N_WRITERS + number))
    for writer in writers:
        writer.last()
        told |= writer.killed()
    with sqlite3.connect(path) as rows:
        state = rows.execute("PRAGMA integrity_check").fetchone()[0]
    with Database(url).reading() as session:
        there = [(one.name, one.settings) for one in session.query(Athlete)]
    lost = len(told - {name for name, _ in there})
    doubled = len(there) - len({name for name, _ in there})
    torn = sum(not name.endswith(f"-{settings.get('number')}") for name, settings in there)
    is_held = state == "ok" and not lost and not doubled and not torn
    figure = f"{len(told):,} rows acknowledged, {lost} lost, {doubled} doubled, {torn} torn; integrity {state}"
    return Row(
        check=15,
        name="kill -9 of one of four database writers",
        n_tried=n_kills,
        n_survived=n_kills if is_held else 0,
        figure=figure,
        seed=trial.seed,
    )


class Writer:
    """A process that writes row after row, and tells each name once it is written."""

    def __init__(self, url: str, name: str) -> None:
        command = [sys.executable, "-c", WRITER, url, name]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._told: set[str] = set()

    def last(self) -> str:
        """The next name that it has told; waits for the first."""
        assert self._process.stdout is not None
        name = self._process.stdout.readline().strip()
        self._told.add(name)
        return name

    def killed(self) -> set[str]:
        """Kill it; all that it had told, whole lines only."""
        self._process.kill()
        assert self._process.stdout is not None
        rest = self._process.stdout.read()
        self._process.wait()
        return self._told | set(rest[: rest.rfind("\n") + 1].split())
