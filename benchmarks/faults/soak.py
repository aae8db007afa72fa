"""A server and a batch under mixed work with faults, for minutes or hours, enter; what grew and what was lost leaves.

Real analyses. The server is sent good and hostile clips, asked for pages, videos and exports, loses its workers and
decoders to SIGKILL and its visitors in the middle of uploads and exports; the batch has hostile and missing clips among
its rows, and loses workers and decoders, too. Samples are kept in a file, so that a soak that is ended early still says
what it saw: Ctrl-C or SIGTERM ends it well.
"""

from __future__ import annotations

import csv
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import httpx2

from benchmarks.faults import processes
from benchmarks.faults.clips import SAMPLE, cut_in_half, hostile
from benchmarks.faults.growth import growth_row
from benchmarks.faults.table import Row, Trial
from benchmarks.faults.whole import is_whole
from benchmarks.web.__main__ import REAL, Server
from lookfeel.store import Database
from lookfeel.store.models import Job, TrainingSet

FULL_MINUTES = 120.0
SAMPLE_S = 5.0
PAUSE_S = 0.5
"""Between two things that are asked of the server: a busy squad, no flood (chosen by us)."""

MOST_WAITING = 3
"""Sets in the queue before more are sent: with more than are measured, the queue and not the load would grow."""

MOST_KEPT = 25
"""Sets before some are deleted: pages of a store that does not grow take the same memory."""

ROWS_OF_CLIP, CLIPS_A_MINUTE = 12, 2
SETTLE_S = 600.0
OWN_FAULTS = {"decoder_died", "worker_died"}
"""What a good clip may fail of here: its worker or decoder was killed, three times."""


@dataclass(slots=True)
class _Seen:
    """What happened. at_s: times of the samples; figures: one list of values a name."""

    at_s: list[float] = field(default_factory=list)
    figures: dict[str, list[float]] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


UNITS = {
    "memory of the server": "MB",
    "open files of the server": "",
    "threads of the server": "",
    "memory of the batch": "MB",
    "memory of the batch's worker": "MB",
    "open files of the batch and its workers": "",
    "temporary files": "",
}


class Load:
    """One server and one batch, and who bothers them."""

    def __init__(self, room: Path, *, seed: int, minutes: float) -> None:
        self.room, self.chance, self.seen = room, random.Random(seed), _Seen()
        self.sent: dict[str, bool] = {}
        self._stalled: socket.socket | None = None
        (room / "tmp").mkdir()
        bad = {name: path for name, path in hostile(room).items() if name not in ("a million frames", "16384x8192")}
        self.bad = [*bad.values(), cut_in_half(SAMPLE, room)]
        with patch.dict(os.environ, {"TMPDIR": str(room / "tmp"), "OMP_NUM_THREADS": "1"}):
            self.server = Server(room / "data", job=REAL)
            self.batch = subprocess.Popen(
                [sys.executable, "-m", "lookfeel", "batch", "--manifest", str(_manifest(room, self.bad, minutes)),
                 "-o", str(room / "run"), "--workers", "1", "--json"],
                stdout=(room / "batch.txt").open("wb"), stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self.database = Database(f"sqlite:///{room / 'data' / 'lookfeel.sqlite3'}")
        self._acts: dict[Callable[[], None], float] = {
            self._look: 0.686,
            self._send: 0.12,
            self._export: 0.05,
            self._delete: 0.04,
            self._kill_of_server: 0.01,
            self._kill_of_batch: 0.004,
            self._cut_an_upload: 0.04,
            self._stall: 0.03,
            self._again: 0.02,
        }

    def act(self) -> None:
        """One thing, by chance."""
        (act,) = self.chance.choices(list(self._acts), weights=list(self._acts.values()))
        self.seen.happened[act.__name__.strip("_")] += 1
        try:
            act()
        except httpx2.HTTPError as error:
            self.seen.refused.append(f"{act.__name__}: {error!r}")

    def sample(self, at_s: float) -> None:
        """Note what is in use now."""
        pid, batch = self.server.process.pid, self.batch.pid
        workers = processes.children(batch)
        figures = {
            "memory of the server": processes.memory_mb(pid),
            "open files of the server": processes.n_open(pid),
            "threads of the server": processes.n_threads(pid),
            "memory of the batch": processes.memory_mb(batch),
            "memory of the batch's worker": max(map(processes.memory_mb, workers), default=0.0),
            "open files of the batch and its workers": sum(map(processes.n_open, (batch, *workers))),
            "temporary files": sum(1 for _ in (self.room / "tmp").rglob("*")),
        }
        self.seen.at_s.append(at_s)
        for name, value in figures.items():
            self.seen.figures.setdefault(name, []).append(value)

    def settle(self) -> int:
        """Wait until the queue is empty; how many jobs are left after SETTLE_S."""
        ends = time.monotonic() + SETTLE_S
        while (n_left := self._n_waiting()) and time.monotonic() < ends:
            time.sleep(0.5)
        return n_left

    def end(self) -> list[int]:
        """Kill both; who of them, or of those that they started, outlives that."""
        all_of = [one for each in (self.server.process, self.batch) for one in processes.descendants(each.pid)]
        self.server.kill()
        self.batch.kill()
        self.batch.wait()
        ends = time.monotonic() + 10.0
        while any(map(processes.is_alive, all_of)) and time.monotonic() < ends:
            time.sleep(0.05)
        return [one for one in all_of if processes.is_alive(one)]

    def _get(self, path: str) -> httpx2.Response:
        answer = self.server.client.get(path)
        self.seen.happened["requests"] += 1
        if answer.status_code >= 400 and not (answer.status_code == 404 and path.startswith("/sets/")):
            self.seen.refused.append(f"{path}: {answer.status_code}")
        return answer

    def _post(self, path: str, **more: object) -> httpx2.Response:
        answer = self.server.client.post(path, data={"csrf": self.server.csrf}, **more)  # type: ignore[arg-type]
        self.seen.happened["requests"] += 1
        if answer.status_code >= 500:
            self.seen.refused.append(f"{path}: {answer.status_code}")
        return answer

    def _any(self) -> str | None:
        return self.chance.choice(list(self.sent)) if self.sent else None

    def _look(self) -> None:
        pages = ["/", "/history", "/history.json", "/settings", "/team"]
        if (set_id := self._any()) is not None:
            pages += [f"/sets/{set_id}{part}" for part in ("", "/print", "/replay.json", "/poster.jpg", "/video")]
        self._get(self.chance.choice(pages))

    def _send(self) -> None:
        if self._n_waiting() >= MOST_WAITING:
            return
        is_good = self.chance.random() < 0.6
        clip = SAMPLE if is_good else self.chance.choice(self.bad)
        with clip.open("rb") as file:
            answer = self._post("/sets", files={"file": (clip.name, file, "video/mp4")})
        place = answer.headers.get("location")
        if place is not None:
            self.seen.happened["accepted"] += 1
            self.sent[place.removeprefix("/sets/")] = is_good
        elif is_good:
            self.seen.refused.append(f"a good clip: {answer.status_code}")

    def _export(self) -> None:
        """Everything of the athlete, broken off half of the time."""
        with self.database.reading() as rows:
            one = rows.query(TrainingSet).first()
        if one is None:
            return
        with self.server.client.stream("GET", f"/athletes/{one.athlete_id}/export.zip") as answer:
            self.seen.happened["requests"] += 1
            if answer.status_code != 200:
                self.seen.refused.append(f"export: {answer.status_code}")
            for _ in answer.iter_raw(65536):
                if self.chance.random() < 0.2:
                    break

    def _delete(self) -> None:
        if len(self.sent) < MOST_KEPT and self.chance.random() < 0.7:
            return
        while (set_id := self._any()) is not None:
            self._post(f"/sets/{set_id}/delete")
            del self.sent[set_id]
            if len(self.sent) < MOST_KEPT:
                break

    def _again(self) -> None:
        if (set_id := self._any()) is not None and self._n_waiting() < MOST_WAITING:
            self._post(f"/sets/{set_id}/again")

    def _kill_of_server(self) -> None:
        self._kill("processes of the server", self.server.process.pid)

    def _kill_of_batch(self) -> None:
        self._kill("processes of the batch", self.batch.pid)

    def _kill(self, what: str, pid: int) -> None:
        there = processes.descendants(pid)
        self.seen.happened[f"{what} killed"] += bool(there) and processes.kill(self.chance.choice(there))

    def _cut_an_upload(self) -> None:
        content = SAMPLE.read_bytes()
        head = (
            f"POST /sets HTTP/1.1\r\nHost: localhost:{self.server.port}\r\nContent-Length: {len(content)}\r\n"
            f"X-CSRF-Token: {self.server.csrf}\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
        ).encode()
        with socket.create_connection(("127.0.0.1", self.server.port)) as one:
            one.sendall(head + content[: self.chance.randrange(len(content))])

    def _stall(self) -> None:
        """A connection that says half a header; closed by the server, or by us before the next one."""
        if self._stalled is not None:
            self._stalled.close()
        one = socket.create_connection(("127.0.0.1", self.server.port))
        one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        self._stalled = one

    def _n_waiting(self) -> int:
        with self.database.reading() as rows:
            return rows.query(Job).filter(Job.state.in_(("queued", "running"))).count()


def _manifest(room: Path, bad: list[Path], minutes: float) -> Path:
    """More rows than can be done: clips that differ by their last bytes, each under several loads, and hostile ones."""
    place = room / "batch"
    place.mkdir()
    clips = [path for path in sorted(SAMPLE.parent.glob("*.mp4")) if path.stat().st_size < 300_000]
    lines = ["clip,load_kg"]
    for number in range(max(4, round(CLIPS_A_MINUTE * minutes))):
        clip = place / f"{number}.mp4"
        free = number.to_bytes(8, "big")
        clip.write_bytes(clips[number % len(clips)].read_bytes() + (8 + len(free)).to_bytes(4, "big") + b"free" + free)
        lines += [f"{clip},{20 + load}" for load in range(ROWS_OF_CLIP)]
        lines += [f"{bad[number % len(bad)]},", f"{place / f'missing-{number}.mp4'},"]
    (place / "team.csv").write_text("\n".join(lines) + "\n")
    return place / "team.csv"


def soak(trial: Trial, minutes: float, samples: Path | None = None) -> Iterator[Row]:
    """Mixed work for so long. samples: a CSV file that gets every sample as it is taken."""
    room = trial.room("soak")
    load = Load(room, seed=trial.seed, minutes=minutes)
    lasted_s = _carry_on(load, 60.0 * minutes, samples or room / "samples.csv")
    took = f"{lasted_s / 60:.0f} min" + (f" of {minutes:g}" if lasted_s < 59.0 * minutes else "")
    print(f"    {took}: {', '.join(f'{n} {what}' for what, n in sorted(load.seen.happened.items()))}")
    for name, values in load.seen.figures.items():
        yield growth_row(f"{name}, {took}", load.seen.at_s, values, unit=UNITS[name], seed=trial.seed)
    n_left = load.settle()
    n_open = processes.n_open(load.server.process.pid)
    outlived = load.end()
    yield _answers(load, trial.seed)
    yield from _sets(load, n_left, n_open, trial.seed)
    yield _batch(load, trial.seed)
    left = [path.name for path in (room / "tmp").rglob("*") if path.is_file()]
    figure = f"{len(outlived)} processes outlive it, {len(left)} temporary files lie about {left[:3] or ''}"
    is_clean = not outlived and not left
    yield Row(check=0, name="soak: killed in the end", n_tried=1, n_survived=int(is_clean), figure=figure)


def _carry_on(load: Load, longest_s: float, samples: Path) -> float:
    """Until the time is over, the batch is done or somebody ends it; how long that was."""
    began, sampled_s = time.monotonic(), 0.0
    is_over: list[int] = []
    before = {number: signal.signal(number, lambda *_: is_over.append(1)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with samples.open("w", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(("s", *UNITS))
            while (at_s := time.monotonic() - began) < longest_s and not is_over:
                load.act()
                if at_s >= sampled_s:
                    load.sample(at_s)
                    lines.writerow([round(at_s, 1), *(values[-1] for values in load.seen.figures.values())])
                    file.flush()
                    sampled_s = at_s + SAMPLE_S
                time.sleep(PAUSE_S)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return time.monotonic() - began


def _answers(load: Load, seed: int) -> Row:
    for line in load.seen.refused[:10]:
        print(f"    {line}")
    n_tried, n_bad = load.seen.happened["requests"], len(load.seen.refused)
    happened = load.seen.happened
    figure = f"{n_bad} not answered as they should; beside {happened['cut_an_upload']} uploads cut off, "
    figure += f"{happened['stall']} stalled connections, {happened['processes of the server killed']} workers and "
    figure += "decoders killed"
    return Row(
        check=0, name="soak: requests", n_tried=n_tried, n_survived=max(0, n_tried - n_bad), figure=figure, seed=seed
    )


def _sets(load: Load, n_left: int, n_open: int, seed: int) -> Iterator[Row]:
    """What became of the clips that were accepted and not deleted, and what lies beside them."""
    with load.database.reading() as rows:
        known = {one.id: (one.status, one.error_code, one.results, one.proxy) for one in rows.query(TrainingSet)}
    load.database.close()
    good = 0
    ends: Counter[str] = Counter()
    for set_id, is_good in load.sent.items():
        status, code, *_ = known.get(set_id, ("lost", None))
        ends[status if code is None else code] += 1
        good += status == "ready" or (status == "failed" and code is not None and (not is_good or code in OWN_FAULTS))
    words = ", ".join(f"{n} {end}" for end, n in ends.most_common())
    yield Row(
        check=0,
        name="soak: accepted clips",
        n_tried=len(load.sent),
        n_survived=good,
        figure=f"of {load.seen.happened['accepted']} accepted, these were not deleted: {words}; {n_left} still wait",
        seed=seed,
    )
    folders = set((load.room / "data" / "sets").iterdir())
    runs = {path for folder in folders for path in folder.iterdir() if path.is_dir()}
    strange = [path for path in folders if path.name not in known]
    strange += [path for path in runs if path.parent.name in known and path.name not in known[path.parent.name][2:]]
    figure = f"{len(strange)} folders that no row names, {n_open} files open once the queue is empty"
    n_all = len(folders) + len(runs)
    yield Row(
        check=0, name="soak: nothing left behind", n_tried=n_all, n_survived=n_all - len(strange), figure=figure,
        seed=seed,
    )  # fmt: skip


def _batch(load: Load, seed: int) -> Row:
    """What the batch had written when it was killed."""
    n_lines = len((load.room / "batch.txt").read_text().splitlines())
    files = [path for part in ("clips", "signals") for path in (load.room / "run" / part).rglob("*") if path.is_file()]
    whole = sum(map(is_whole, files))
    killed = load.seen.happened["processes of the batch killed"]
    figure = f"{n_lines} rows done, {killed} workers and decoders killed; every file under its final name is whole"
    return Row(check=0, name="soak: files of the batch", n_tried=len(files), n_survived=whole, figure=figure, seed=seed)
