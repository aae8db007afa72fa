"""A server under slow connections, and one under mixed work for minutes, enter; times and growth leave as rows."""

from __future__ import annotations

import os
import random
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.clips import SAMPLE, hostile
from benchmarks.faults.table import Row, Trial
from benchmarks.web.__main__ import REAL, STAND_IN, Server, page_times
from lookfeel.store import Database
from lookfeel.store.models import Job, TrainingSet
from lookfeel.web.serve import HEADER_TIMEOUT_MS

CLOSED_S = 30.0
PAGE_P95_MS = 500.0
GROWTH = 1.3
"""Largest growth of memory and of open files from the first third of a soak to the last that counts as flat."""


def check(trial: Trial) -> Iterator[Row]:
    """Check 21."""
    server = Server(trial.room("slow") / "data", job=STAND_IN)
    began = time.monotonic()
    headers = [_stalled(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ") for _ in range(trial.of(500))]
    body = (
        f"POST /sets HTTP/1.1\r\nHost: localhost:{server.port}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"X-CSRF-Token: {server.csrf}\r\nContent-Length: 100000\r\n\r\n--b\r\n"
    ).encode()
    bodies = [_stalled(server, body) for _ in range(trial.of(50))]
    p95 = statistics.quantiles(page_times(server, 5.0), n=20)[-1]
    n_closed = sum(_is_closed(one, began + CLOSED_S) for one in headers)
    server.kill()
    figure = f"closed within {HEADER_TIMEOUT_MS / 1000:.0f} to {CLOSED_S:.0f} s; "
    figure += f"p95 of a page meanwhile {p95:.0f} ms, beside {len(bodies)} slow bodies"
    is_quick = p95 < PAGE_P95_MS
    yield Row(
        check=21,
        name="connections that send half a header",
        n_tried=len(headers),
        n_survived=n_closed if is_quick else 0,
        figure=figure,
    )


def _stalled(server: Server, start: bytes) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", server.port))
    one.sendall(start)
    return one


def _is_closed(one: socket.socket, until_s: float) -> bool:
    one.settimeout(max(0.1, until_s - time.monotonic()))
    try:
        while one.recv(4096):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def soak(trial: Trial, minutes: float) -> Iterator[Row]:
    """Good and hostile clips, pages, deletions and kills of workers for so long; what grows is seen."""
    room, chance = trial.room("soak"), random.Random(trial.seed)
    bad = [path for name, path in hostile(room).items() if name not in ("a million frames", "16384x8192")]
    server = Server(room / "data", job=REAL)
    ends, samples, n_pages = time.monotonic() + 60 * minutes, [_usage(server)], 0
    sent: list[str] = []
    while time.monotonic() < ends:
        what = chance.random()
        if what < 0.15 and len(sent) < 10_000:
            sent += _send(server, SAMPLE if chance.random() < 0.4 else chance.choice(bad))
        elif what < 0.2 and sent:
            server.client.post(f"/sets/{sent.pop(chance.randrange(len(sent)))}/delete", data={"csrf": server.csrf})
        elif what < 0.23:
            _kill_a_worker(server, chance)
        else:
            n_pages += 1
            server.client.get(chance.choice(("/", "/history", "/history.json", "/settings"))).raise_for_status()
        samples.append(_usage(server))
        time.sleep(0.1)
    _settle(room)
    after = _usage(server)
    left = {path.name for path in (room / "data" / "sets").iterdir()}
    server.kill()
    with Database(f"sqlite:///{room / 'data' / 'lookfeel.sqlite3'}").reading() as rows:
        known = {one.id for one in rows.query(TrainingSet)}
        states = sorted({one.status for one in rows.query(TrainingSet)})
    yield _flat("memory of the server", [one[0] for one in samples], "MB", minutes, trial.seed)
    yield _flat("open files of the server", [one[1] for one in samples], "", minutes, trial.seed)
    figure = f"{n_pages} pages, {len(known)} sets left ({', '.join(states)}), "
    figure += f"{len(left - known)} folders that no row names, {after[1]} files open at the end"
    yield Row(
        check=0,
        name="soak: nothing left behind",
        n_tried=len(known | left),
        n_survived=len(known & left),
        figure=figure,
        seed=trial.seed,
    )


def _send(server: Server, clip: Path) -> list[str]:
    """The id of the set that a clip becomes; none when it is refused at its first bytes."""
    with clip.open("rb") as file:
        files = {"file": (clip.name, file, "video/mp4")}
        answer = server.client.post("/sets", data={"csrf": server.csrf}, files=files)
    place = answer.headers.get("location")
    return [] if place is None else [place.removeprefix("/sets/")]


def _settle(room: Path) -> None:
    """Wait until nothing is at work, for a minute at most."""
    database, ends = Database(f"sqlite:///{room / 'data' / 'lookfeel.sqlite3'}"), time.monotonic() + 60
    while time.monotonic() < ends:
        with database.reading() as rows:
            if rows.query(Job).filter(Job.state.in_(("queued", "running"))).count() == 0:
                break
        time.sleep(0.5)
    database.close()


def _usage(server: Server) -> tuple[int, int]:
    """Resident megabytes and open descriptors of the server itself."""
    place = Path(f"/proc/{server.process.pid}")
    pages = int((place / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000, len(list((place / "fd").iterdir()))


def _kill_a_worker(server: Server, chance: random.Random) -> None:
    """Any process of the server's, at any moment."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    if children:
        try:
            os.kill(int(chance.choice(children)), 9)
        except ProcessLookupError:
            return


def _flat(name: str, values: list[int], unit: str, minutes: float, seed: int) -> Row:
    third = max(1, len(values) // 3)
    first, last = statistics.median(values[third : 2 * third] or values), statistics.median(values[-third:])
    figure = f"{first:.0f} → {last:.0f} {unit} between the second and the last third of {minutes:g} min"
    return Row(
        check=0,
        name=f"soak: {name} stays flat",
        n_tried=1,
        n_survived=int(last <= GROWTH * first),
        figure=figure,
        seed=seed,
    )
