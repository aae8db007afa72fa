"""A page under load enters, and processes of its PostgreSQL are killed (SIGKILL) at moments chosen by chance; what was
lost leaves as a row.

PostgreSQL takes the death of one of its processes for damage to the memory that all share: it ends every other one and
reads its log anew, so that each time all connections are lost and nobody is let in for a moment.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx2
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from benchmarks.faults import jobs, processes
from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.kill_server import Kept, end, judged, keeping, rows_where, settle
from benchmarks.faults.table import Row, Trial, cannot
from benchmarks.web.__main__ import Server
from lookfeel.store.database import StoreAway

NAME = "kill -9 of processes of the database"
BACK_S = 5.0
"""Longest time until the page answers once the database does; chosen by us: a visitor who tries again finds it."""

LONGEST_RECOVERY_S = 120.0

LONGEST_PAUSE_S = 3.0
"""Between two kills: several analyses of a second are at work."""

CONNECTIONS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def check(trial: Trial, server_url: str) -> Row:
    """The process that serves a connection, killed while clips come and are measured; the page's server lives on."""
    chance = random.Random(trial.seed)
    with keeping(trial.room("database") / "data", server_url) as kept:
        if not _may_kill(kept):
            return cannot(14, NAME, "the database's processes are another machine's or user's")
        return interrupted(trial, kept, lambda: _kill_one(kept, chance), n_tried=trial.of(50), name=NAME)


def interrupted(trial: Trial, kept: Kept, interrupt: Callable[[], None], *, n_tried: int, name: str) -> Row:
    """A page whose database is interrupted so often. interrupt: returns once it was."""
    chance, results = random.Random(trial.seed), jobs.page_results(trial.room("seen"))
    server = kept.serve(results)
    visitor, longest_s = Visitor(server, random.Random(chance.random())), 0.0
    for _ in range(n_tried):
        time.sleep(chance.random() * LONGEST_PAUSE_S)
        interrupt()
        _wait_for_database(kept)
        longest_s = max(longest_s, _back_after_s(server))
    visitor.leave()
    settle(kept)
    server.kill()
    end(kept, results)
    lost, wrong, figure = judged(kept, visitor.accepted)
    told = f"{visitor.told[StoreAway.http_status]} requests told so in words, {len(visitor.strange)} otherwise "
    told += f"{visitor.strange[:3] or ''}; the page is back {longest_s:.1f} s at most after the database; "
    is_held = not lost and not wrong and not visitor.strange and longest_s < BACK_S
    return Row(
        check=14,
        name=f"{name}, analyses stood in for{rows_where(trial)}",
        n_tried=n_tried,
        n_survived=n_tried if is_held else 0,
        figure=told + figure,
        seed=trial.seed,
    )


class Visitor:
    """Somebody who sends clips and looks at pages. accepted: the sets that were told; told: answers by their status;
    strange: answers that are neither good nor the words for a database that is away."""

    def __init__(self, server: Server, chance: random.Random) -> None:
        self.accepted: list[str] = []
        self.told: Counter[int] = Counter()
        self.strange: list[str] = []
        self._server, self._chance = server, chance
        self._clip = (SAMPLE.name, SAMPLE.read_bytes(), "video/mp4")
        self._is_leaving = threading.Event()
        self._thread = threading.Thread(target=self._visit)
        self._thread.start()

    def leave(self) -> None:
        """Ask for nothing more."""
        self._is_leaving.set()
        self._thread.join()

    def _visit(self) -> None:
        while not self._is_leaving.wait(self._chance.random() / 2.0):
            place = self._ask("POST", "/sets").headers.get("location")
            if place is not None:
                self.accepted.append(place.removeprefix("/sets/"))
            self._ask("GET", self._chance.choice(("/", "/history", "/team", "/settings")))

    def _ask(self, method: str, path: str) -> httpx2.Response:
        """Each over a connection of its own: one on which a clip was refused half-way is closed by the server."""
        sent = {"data": {"csrf": self._server.csrf}, "files": {"file": self._clip}} if method == "POST" else {}
        headers = {"connection": "close"}
        try:
            answer = self._server.client.request(method, path, headers=headers, **sent)  # type: ignore[arg-type]
        except httpx2.HTTPError as error:
            answer = httpx2.Response(599, text=repr(error))
        self.told[answer.status_code] += 1
        is_good = answer.status_code == (303 if method == "POST" else 200)
        is_told = answer.status_code == StoreAway.http_status and answer.json()["code"] == StoreAway.code
        if not is_good and not is_told:
            self.strange.append(f"{method} {path}: {answer.status_code} {answer.text[:100]}")
        return answer


def _wait_for_database(kept: Kept) -> None:
    """Until it lets somebody in, for LONGEST_RECOVERY_S at most."""
    ends = time.monotonic() + LONGEST_RECOVERY_S
    while True:
        try:
            _connections(kept)
        except OperationalError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.02)
        else:
            return


def _back_after_s(server: Server) -> float:
    began = time.monotonic()
    while httpx2.get(f"http://127.0.0.1:{server.port}/", timeout=60).status_code != 200:
        time.sleep(0.02)
    return time.monotonic() - began


def _connections(kept: Kept) -> list[int]:
    assert kept.database_url is not None
    engine = create_engine(kept.database_url)
    with engine.connect() as connection:
        found = list(connection.scalars(text(CONNECTIONS)))
    engine.dispose()
    return found


def _may_kill(kept: Kept) -> bool:
    """Whether the database's processes are ours to kill."""
    with kept.rows():
        (pid, *_) = _connections(kept)
        try:
            os.kill(pid, 0)
        except OSError:
            return False
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()


def _kill_one(kept: Kept, chance: random.Random) -> None:
    """One of the processes that serve the page."""
    _wait_for_database(kept)
    while not (found := _connections(kept)) or not processes.kill(chance.choice(found)):
        time.sleep(0.02)
