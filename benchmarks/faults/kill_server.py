"""A server and its workers enter, and are killed (SIGKILL) at moments chosen by chance; what was lost leaves as rows.

Analyses are replaced by ones that give the files of a real one after a fifth of a second (benchmarks.web.stand_in).
"""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where a page keeps what it has. database_url: of its rows; None = in the folder."""

    data: Path
    database_url: str | None = None

    @contextmanager
    def rows(self) -> Iterator[Session]:
        """To look at."""
        database = Database(self.database_url or f"sqlite:///{self.data / 'lookfeel.sqlite3'}")
        with database.reading() as rows:
            yield rows
        database.close()

    def serve(self, results: Path, *, n_workers: int = N_WORKERS) -> Server:
        """A server of it."""
        return Server(self.data, job=STAND_IN, workers=n_workers, results=results, database_url=self.database_url)


@contextmanager
def keeping(data: Path, server_url: str | None) -> Iterator[Kept]:
    """A place for a page; its rows in a database of their own of a PostgreSQL server, for as long as the block."""
    if server_url is None:
        yield Kept(data=data)
        return
    name = f"lookfeel_faults_{secrets.token_hex(6)}"
    server = create_engine(server_url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield Kept(
            data=data, database_url=make_url(server_url).set(database=name).render_as_string(hide_password=False)
        )
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


def servers(trial: Trial) -> Row:
    """The server, killed while it starts, takes uploads, runs analyses and publishes results."""
    results, n_kills = jobs.page_results(trial.room("seen")), trial.of(50)
    with keeping(trial.room("server") / "data", trial.database_url) as kept:
        n_starting, accepted = _kill_servers(kept, results, n_kills, random.Random(trial.seed))
        end(kept, results)
        lost, wrong, figure = judged(kept, accepted)
    return Row(
        check=14,
        name=f"kill -9 of the server, analyses stood in for{rows_where(trial)}",
        n_tried=n_kills,
        n_survived=0 if lost or wrong else n_kills,
        figure=f"{n_starting} of them while it started; {figure}",
        seed=trial.seed,
    )


def _kill_servers(kept: Kept, results: Path, n_kills: int, chance: random.Random) -> tuple[int, list[str]]:
    """How many were killed while they started, and the uploads that were accepted."""
    n_starting, accepted = 0, list[str]()
    for _ in range(n_kills):
        if chance.random() < STARTING_SHARE:
            n_starting += 1
            _kill_a_starting_one(kept, results, chance.random() * LONGEST_START_S)
            continue
        server = kept.serve(results)
        visitor = threading.Thread(target=_send_until_it_dies, args=(server, accepted, random.Random(chance.random())))
        visitor.start()
        time.sleep(chance.random() * LONGEST_UP_S)
        server.process.kill()
        visitor.join()
        server.kill()
    return n_starting, accepted


def end(kept: Kept, results: Path) -> None:
    """A last server does what there is to do."""
    server = kept.serve(results)
    settle(kept)
    server.kill()


def rows_where(trial: Trial) -> str:
    """In a row's name, where its rows were."""
    return "" if trial.database_url is None else ", rows in PostgreSQL"


def _send_until_it_dies(server: Server, accepted: list[str], chance: random.Random) -> None:
    """A visitor; what it was told as accepted."""
    while True:
        try:
            accepted.append(server.send(SAMPLE))
        except (httpx2.HTTPError, OSError):
            return
        time.sleep(chance.random())


def _kill_a_starting_one(kept: Kept, results: Path, wait_s: float) -> None:
    environment = {"PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path)), "LOOKFEEL_STAND_IN": str(results)}
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(kept.data), "0", STAND_IN, str(N_WORKERS), kept.database_url or ""],
        stdout=subprocess.DEVNULL,
        env=os.environ | environment,
    )
    time.sleep(wait_s)
    process.kill()
    process.wait()


def workers(trial: Trial) -> Row:
    """Workers of a server that lives on: their job is done by another, and so is the next one."""
    results, n_kills = jobs.page_results(trial.room("seen")), trial.of(50)
    with keeping(trial.room("workers") / "data", trial.database_url) as kept:
        server = kept.serve(results, n_workers=1)
        killed, accepted, longest_s = _kill_workers(kept, server, n_kills, random.Random(trial.seed))
        settle(kept)
        is_up = server.client.get("/").status_code == 200
        server.kill()
        lost, wrong, figure = judged(kept, accepted)
    is_held = not lost and not wrong and is_up and longest_s <= NEXT_S
    return Row(
        check=17,
        name=f"kill -9 of the page's workers, analyses stood in for{rows_where(trial)}",
        n_tried=n_kills,
        n_survived=n_kills if is_held else 0,
        figure=f"of {len(killed)} clips, twice at most each; the next worker after {longest_s:.1f} s at most; {figure}",
        seed=trial.seed,
    )


def _kill_workers(
    kept: Kept, server: Server, n_kills: int, chance: random.Random
) -> tuple[Counter[str], list[str], float]:
    """How often each clip lost its worker, the uploads that were accepted, and the longest wait for the next worker."""
    killed, accepted, longest_s = Counter[str](), list[str](), 0.0
    while killed.total() < n_kills:
        while _n_waiting(kept) < 2:
            accepted.append(server.send(SAMPLE))
        pid, set_id = _worker(server)
        time.sleep(chance.random() * 1.5)
        if killed[set_id] < MOST_KILLS_OF_ONE and processes.is_alive(pid) and processes.kill(pid):
            killed[set_id] += 1
            began = time.monotonic()
            _worker(server, after=pid)
            longest_s = max(longest_s, time.monotonic() - began)
    return killed, accepted, longest_s


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


def _n_waiting(kept: Kept) -> int:
    with kept.rows() as rows:
        return rows.query(Job).filter(Job.state.in_(("queued", "running"))).count()


def sets(kept: Kept) -> list[str]:
    """Every set that the store knows."""
    with kept.rows() as rows:
        return [one.id for one in rows.query(TrainingSet)]


def settle(kept: Kept) -> None:
    """Wait until no job waits or is at work, for SETTLE_S at most."""
    ends = time.monotonic() + SETTLE_S
    while _n_waiting(kept) and time.monotonic() < ends:
        time.sleep(0.5)


def judged(kept: Kept, accepted: list[str]) -> tuple[int, int, str]:
    """How many of the accepted sets are lost, how many of all are not done exactly once or lie beside strange files,
    and that in words."""
    with kept.rows() as rows:
        done = Counter(job.set_id for job in rows.query(Job).filter_by(state="done"))
        decided = Counter(one.set_id for one in rows.query(DecisionRow))
        ready = {one.id: one.results for one in rows.query(TrainingSet).filter_by(status="ready")}
        n_sets = rows.query(TrainingSet).count()
        n_interrupted = sum(job.n_interruptions for job in rows.query(Job))
        n_failed = sum(job.n_failures for job in rows.query(Job))
    lost = sum(one not in ready for one in accepted)
    wrong = [one for one in ready if done[one] != 1 or decided[one] != 1 or not _is_tidy(kept.data, one, ready[one])]
    n_wrong = len(wrong) + (n_sets - len(ready)) + len(accepted) - len(set(accepted))
    words = f"{len(accepted)} uploads accepted, {lost} lost; {n_sets - len(accepted)} more whose answer was lost; "
    words += f"{n_interrupted} analyses cut off with the server, {n_failed} with their worker; {n_wrong} sets not "
    words += "measured and decided exactly once"
    return lost, n_wrong, words


def _is_tidy(data: Path, set_id: str, results: str | None) -> bool:
    """Whether a set has its video and one run, and nothing else."""
    return {entry.name for entry in (data / "sets" / set_id).iterdir()} == {"video", results}
