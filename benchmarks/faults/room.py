"""A server on a disk that fills enters; whether it refuses clips in time, and still does what it took, leaves as rows.

The disk is a small one in memory. Analyses are replaced by ones that give the files of a real one after a fifth of a
second (benchmarks.web.stand_in).
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2

from benchmarks.faults import jobs, kill_server
from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.kill_server import Kept
from benchmarks.faults.table import Row, Trial
from benchmarks.web.__main__ import STAND_IN, Server
from lookfeel.web.problems import DiskFull
from lookfeel.web.settings import Settings

DISK_MB = 260
N_CLIPS_WITH_ROOM = 6
N_REFUSED = 10
FULL_S = 2.0
PART = "application/offset+octet-stream"


def check(trial: Trial, place: Path) -> Iterator[Row]:
    """Two rows. place: an empty disk of DISK_MB."""
    results = jobs.page_results(trial.room("seen"))
    server = Server(place / "data", job=STAND_IN, results=results)
    yield _refuses_in_time(server, place)
    yield _goes_on(server, place, trial)
    server.kill()


def fill(place: Path, *, leave: int) -> Path:
    """Take all room but so many bytes; the file that does."""
    ballast = place / "ballast"
    with ballast.open("ab", buffering=0) as file:
        free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
        file.write(b"x" * max(0, free - leave))
    return ballast


def _refuses_in_time(server: Server, place: Path) -> Row:
    """Clips until no more are taken; those are measured; one on its way stops, and goes on with room again."""
    spare, size = Settings(data=place).spare_bytes, SAMPLE.stat().st_size
    upload = _announced(server, size)
    first, rest = SAMPLE.read_bytes()[: size // 2], SAMPLE.read_bytes()[size // 2 :]
    _patch(server, upload, first, 0)
    ballast = fill(place, leave=spare + N_CLIPS_WITH_ROOM * size)
    answers, accepted = Counter[int](), list[str]()
    while answers[DiskFull.http_status] < N_REFUSED and len(accepted) < 10 * N_CLIPS_WITH_ROOM:
        answer = _post(server)
        answers[answer.status_code] += 1
        if answer.status_code == 303:
            accepted.append(answer.headers["location"])
    fill(place, leave=spare)  # by somebody else
    stopped = _patch(server, upload, rest, len(first)).status_code
    kill_server.settle(Kept(data=place / "data"))
    done = [server.client.get(f"{path}/replay.json").status_code for path in accepted]
    ballast.unlink()
    resumed = _patch(server, upload, rest, len(first)).status_code
    held = [
        set(answers) == {303, DiskFull.http_status},
        0 < len(accepted) <= N_CLIPS_WITH_ROOM,
        done == [200] * len(accepted),
        (stopped, resumed) == (DiskFull.http_status, 204),
        _post(server).status_code == 303,
    ]
    figure = f"{len(accepted)} taken while there was room beside the {spare / 1e6:.0f} MB that stay free, then "
    figure += f"{answers[DiskFull.http_status]} refused with {DiskFull.http_status}; {done.count(200)} measured "
    figure += f"meanwhile; one on its way: {stopped}, with room again {resumed} from where it stood"
    return Row(
        check=16, name="room kept free on a filling disk", n_tried=len(held), n_survived=sum(held), figure=figure
    )


def _goes_on(server: Server, place: Path, trial: Trial) -> Row:
    """The disk filled to its last byte while analyses are at work, at random moments; each time there is room again."""
    chance, accepted = random.Random(trial.seed), kill_server.sets(Kept(data=place / "data"))
    n_tried = trial.of(20)
    for _ in range(n_tried):
        accepted += [server.send(SAMPLE) for _ in range(2)]
        time.sleep(chance.random() * 2.0)
        ballast = fill(place, leave=0)
        time.sleep(FULL_S)
        ballast.unlink()
    kill_server.settle(Kept(data=place / "data"))
    lost, wrong, figure = kill_server.judged(Kept(data=place / "data"), accepted)
    with sqlite3.connect(place / "data" / "lookfeel.sqlite3") as rows:
        state = rows.execute("PRAGMA integrity_check").fetchone()[0]
    return Row(
        check=16,
        name="disk full during analyses",
        n_tried=n_tried,
        n_survived=n_tried if not lost and not wrong and state == "ok" else 0,
        figure=f"for {FULL_S:.0f} s each; {figure}; integrity {state}",
        seed=trial.seed,
    )


def _post(server: Server) -> httpx2.Response:
    with SAMPLE.open("rb") as file:
        files = {"file": (SAMPLE.name, file, "video/mp4")}
        return server.client.post("/sets", data={"csrf": server.csrf}, files=files)


def _announced(server: Server, size: int) -> str:
    headers = {"tus-resumable": "1.0.0", "x-csrf-token": server.csrf, "upload-length": str(size)}
    return str(server.client.post("/uploads", headers=headers).headers["location"])


def _patch(server: Server, upload: str, data: bytes, offset: int) -> httpx2.Response:
    headers = {"tus-resumable": "1.0.0", "x-csrf-token": server.csrf, "content-type": PART}
    return server.client.patch(upload, headers=headers | {"upload-offset": str(offset)}, content=data)
