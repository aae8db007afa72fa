"""A server and its workers enter, and are killed (SIGKILL) at moments chosen by chance; what was lost leaves as rows.

Analyses are replaced by ones that give the files of a real one after a fifth of a second (benchmarks.web.stand_in).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx2

from benchmarks.faults import jobs, processes
from benchmarks.faults.clips import ROOT, SAMPLE
from benchmarks.faults.table import Row, Trial
from benchmarks.web.__main__ import STAND_IN, START, Server
from lookfeel.store import Database
from lookfeel.store.models import DecisionRow, Job, TrainingSet

LONGEST_UP_S = 4.0
"""Of a server before it is killed: several analyses of a second, with the start of their processes."""

LONGEST_START_S = 3.0
STARTING_SHARE = 0.2
N_WORKERS = 2
MOST_KILLS_OF_ONE = 2
"""A clip is given up at its third dead worker."""

NEXT_S = 5.0
SETTLE_S = 300.0


def servers(trial: Trial) -> Row:
    """The server, killed while it starts, takes uploads, runs analyses and publishes results."""
    room, chance = trial.room("server"), random.Random(trial.seed)
    data, results = room / "data", jobs.page_results(trial.room("seen"))
    n_kills, n_starting, accepted = trial.of(50), 0, list[str]()
    for _ in range(n_kills):
        if chance.random() < STARTING_SHARE:
            n_starting += 1
            _kill_a_starting_one(data, results, chance.random() * LONGEST_START_S)
            continue
        server = Server(data, job=STAND_IN, workers=N_WORKERS, results=results)
        visitor = threading.Thread(target=_send_until_it_dies, args=(server, accepted, random.Random(chance.random())))
        visitor.start()
        time.sleep(chance.random() * LONGEST_UP_S)
        server.process.kill()
        visitor.join()
        server.kill()
    server = Server(data, job=STAND_IN, workers=N_WORKERS, results=results)
    settle(data)
    server.kill()
    lost, wrong, figure = judged(data, accepted)
    return Row(
        check=14,
        name="kill -9 of the server, analyses stood in for",
        n_tried=n_kills,
        n_survived=0 if lost or wrong else n_kills,
        figure=f"{n_starting} of them while it started; {figure}",
        seed=trial.seed,
    )


def _send_until_it_dies(server: Server, accepted: list[str], chance: random.Random) -> None:
    """A visitor; what it was told as accepted."""
    while True:
        try:
            accepted.append(server.send(SAMPLE))
        except (httpx2.HTTPError, OSError):
            return
        time.sleep(chance.random())


def _kill_a_starting_one(data: Path, results: Path, wait_s: float) -> None:
    environment = {"PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path)), "LOOKFEEL_STAND_IN": str(results)}
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(data), "0", STAND_IN, str(N_WORKERS)],
        stdout=subprocess.DEVNULL,
        env=os.environ | environment,
    )
    time.sleep(wait_s)
    process.kill()
    process.wait()


def workers(trial: Trial) -> Row:
    """Workers of a server that lives on: their job is done by another, and so is the next one."""
    room, chance = trial.room("workers"), random.Random(trial.seed)
    data, results = room / "data", jobs.page_results(trial.room("seen"))
    server = Server(data, job=STAND_IN, workers=1, results=results)
    accepted, killed, longest_s, n_kills = list[str](), Counter[str](), 0.0, trial.of(50)
    while killed.total() < n_kills:
        while _n_waiting(data) < 2:
            accepted.append(server.send(SAMPLE))
        pid, set_id = _worker(server)
        time.sleep(chance.random() * 1.5)
        if killed[set_id] < MOST_KILLS_OF_ONE and processes.is_alive(pid) and processes.kill(pid):
            killed[set_id] += 1
            began = time.monotonic()
            _worker(server, after=pid)
            longest_s = max(longest_s, time.monotonic() - began)
    settle(data)
    is_up = server.client.get("/").status_code == 200
    server.kill()
    lost, wrong, figure = judged(data, accepted)
    is_held = not lost and not wrong and is_up and longest_s <= NEXT_S
    return Row(
        check=17,
        name="kill -9 of the page's workers, analyses stood in for",
        n_tried=n_kills,
        n_survived=n_kills if is_held else 0,
        figure=f"of {len(killed)} clips, twice at most each; the next worker after {longest_s:.1f} s at most; {figure}",
        seed=trial.seed,
    )


def _worker(server: Server, after: int = 0) -> tuple[int, str]:
    """A worker at work, another one than `after`, and the set that it is at."""
    while True:
        for pid in processes.children(server.process.pid):
            try:
                log = Path(f"/proc/{pid}/fd/2").readlink()
            except OSError:
                continue
            if pid != after and log.name == "worker.log":
                return pid, log.parents[1].name
        time.sleep(0.01)


def _n_waiting(data: Path) -> int:
    database = Database(f"sqlite:///{data / 'lookfeel.sqlite3'}")
    with database.reading() as rows:
        n_waiting = rows.query(Job).filter(Job.state.in_(("queued", "running"))).count()
    database.close()
    return n_waiting


def sets(data: Path) -> list[str]:
    """Every set that the store knows."""
    database = Database(f"sqlite:///{data / 'lookfeel.sqlite3'}")
    with database.reading() as rows:
        known = [one.id for one in rows.query(TrainingSet)]
    database.close()
    return known


def settle(data: Path) -> None:
    """Wait until no job waits or is at work, for SETTLE_S at most."""
    ends = time.monotonic() + SETTLE_S
    while _n_waiting(data) and time.monotonic() < ends:
        time.sleep(0.5)


def judged(data: Path, accepted: list[str]) -> tuple[int, int, str]:
    """How many of the accepted sets are lost, how many of all are not done exactly once or lie beside strange files,
    and that in words."""
    database = Database(f"sqlite:///{data / 'lookfeel.sqlite3'}")
    with database.reading() as rows:
        done = Counter(job.set_id for job in rows.query(Job).filter_by(state="done"))
        decided = Counter(one.set_id for one in rows.query(DecisionRow))
        ready = {one.id: one.results for one in rows.query(TrainingSet).filter_by(status="ready")}
        n_sets = rows.query(TrainingSet).count()
        n_interrupted = sum(job.n_interruptions for job in rows.query(Job))
        n_failed = sum(job.n_failures for job in rows.query(Job))
    database.close()
    lost = sum(one not in ready for one in accepted)
    wrong = [one for one in ready if done[one] != 1 or decided[one] != 1 or not _is_tidy(data, one, ready[one])]
    n_wrong = len(wrong) + (n_sets - len(ready)) + len(accepted) - len(set(accepted))
    words = f"{len(accepted)} uploads accepted, {lost} lost; {n_sets - len(accepted)} more whose answer was lost; "
    words += f"{n_interrupted} analyses cut off with the server, {n_failed} with their worker; {n_wrong} sets not "
    words += "measured and decided exactly once"
    return lost, n_wrong, words


def _is_tidy(data: Path, set_id: str, results: str | None) -> bool:
    """Whether a set has its video and one run, and nothing else."""
    return {entry.name for entry in (data / "sets" / set_id).iterdir()} == {"video", results}
