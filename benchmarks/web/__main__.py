"""Measure the server: `python -m benchmarks.web kills | pages | stalled | upload CLIP | journey`.

kills: so many uploads, the server killed (SIGKILL) so many times meanwhile; every accepted one must be measured once.
pages: time of pages while two clips are measured. stalled: time of pages beside connections that send half a header,
and how long the server keeps those. upload: seconds from the end of an upload to its result. journey: everything that
an athlete does, in a browser (see benchmarks/web/journey.py for what it needs).
"""

from __future__ import annotations

import argparse
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx2

from benchmarks.web import journey
from lookfeel.store import Database
from lookfeel.store.models import DecisionRow, Job, TrainingSet

ROOT = Path(__file__).resolve().parents[2]
CLIP = ROOT / "sample_videos" / "squat_front_good.mp4"
START = """
import sys
from pathlib import Path
from lookfeel.web.serve import serve
from lookfeel.web.settings import Settings
data, port, job, workers, database_url = sys.argv[1:]
serve(
    Settings(
        data=Path(data),
        database_url=database_url or None,
        port=int(port),
        job=job,
        n_workers=int(workers),
        max_waiting=10_000,
    ),
    on_ready=lambda: print("ready", flush=True),
)
"""
REAL, STAND_IN = "lookfeel.web.analysis:run", "benchmarks.web.stand_in:run"
PAGES = ("/", "/history", "/history.json", "/team", "/settings")


class Server:
    """A server process of its own, and a browser of sorts."""

    def __init__(
        self,
        data: Path,
        *,
        job: str,
        workers: int = 1,
        results: Path | None = None,
        database_url: str | None = None,
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        search = {"PYTHONPATH": os.pathsep.join((str(ROOT), *sys.path))}
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, str(data), str(self.port), job, str(workers), database_url or ""],
            stdout=subprocess.PIPE,
            env=os.environ | search | {"LOOKFEEL_STAND_IN": str(results)},
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        found = re.search(r'name="csrf" value="([^"]*)"', self.client.get("/settings").text)
        assert found is not None
        self.csrf = found[1]

    def send(self, clip: Path) -> str:
        """Upload a clip; the id of its set."""
        with clip.open("rb") as file:
            answer = self.client.post("/sets", data={"csrf": self.csrf}, files={"file": (clip.name, file, "video/mp4")})
        return answer.headers["location"].removeprefix("/sets/")

    def wait(self, set_id: str) -> None:
        """Until a set is measured."""
        self.client.get(f"/sets/{set_id}/progress", timeout=600)

    def kill(self) -> None:
        """As a power cut would."""
        self.client.close()
        self.process.kill()
        self.process.wait()


def kills(folder: Path, n_uploads: int, n_kills: int, seed: int = 1) -> bool:
    """Whether nothing was lost and nothing doubled."""
    data, chance = folder / "data", random.Random(seed)
    server = Server(folder / "model", job=REAL)
    server.wait(model := server.send(CLIP))
    server.kill()
    (results,) = (entry for entry in (folder / "model" / "sets" / model).iterdir() if entry.is_dir())
    when = sorted(chance.sample(range(1, n_uploads), n_kills))
    accepted: list[str] = []
    server = Server(data, job=STAND_IN, workers=2, results=results)
    for number in range(n_uploads):
        accepted.append(server.send(CLIP))
        if number in when:
            time.sleep(chance.random())
            server.kill()
            server = Server(data, job=STAND_IN, workers=2, results=results)
    database = Database(f"sqlite:///{data / 'lookfeel.sqlite3'}")
    while True:
        with database.reading() as rows:
            if rows.query(Job).filter(Job.state.in_(("queued", "running"))).count() == 0:
                break
        time.sleep(0.5)
    server.kill()
    with database.reading() as rows:
        done = Counter(job.set_id for job in rows.query(Job).filter_by(state="done"))
        decided = Counter(one.set_id for one in rows.query(DecisionRow))
        ready = {one.id for one in rows.query(TrainingSet).filter_by(status="ready")}
        n_interrupted = sum(job.n_interruptions for job in rows.query(Job))
    lost = [one for one in accepted if one not in ready]
    doubled = [one for one in accepted if done[one] != 1 or decided[one] != 1]
    print(f"{n_uploads} uploads, {n_kills} kills after uploads {when}, {n_interrupted} analyses cut off: ", end="")
    print(f"{len(lost)} lost, {len(doubled)} doubled, {len(ready - set(accepted))} unasked for")
    return not lost and not doubled


def pages(folder: Path, seconds: float) -> None:
    """Time of pages while two clips are measured."""
    server = Server(folder / "data", job=REAL, workers=2)
    server.wait(server.send(CLIP))
    print_times("idle", page_times(server, 3.0))
    for _ in range(4):
        server.send(CLIP)
    time.sleep(2)
    print_times("two analyses at work", page_times(server, seconds))
    server.kill()


def page_times(server: Server, seconds: float) -> list[float]:
    """Milliseconds of pages asked for one after the other."""
    times, ends = [], time.monotonic() + seconds
    while time.monotonic() < ends:
        for path in PAGES:
            began = time.monotonic()
            server.client.get(path).raise_for_status()
            times.append(1000 * (time.monotonic() - began))
    return times


def print_times(name: str, times: list[float]) -> None:
    """One line of a table."""
    p95 = statistics.quantiles(times, n=20)[-1]
    print(f"{name}: {len(times)} pages, median {statistics.median(times):.0f} ms, p95 {p95:.0f} ms")


def stalled(folder: Path, n_connections: int) -> None:
    """Connections that send half a header: how long they last, and what the others notice."""
    server = Server(folder / "data", job=STAND_IN)
    began = time.monotonic()
    held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(n_connections)]
    for one in held:
        one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        one.settimeout(60)
    print_times(f"beside {n_connections} stalled connections", page_times(server, 5.0))
    for one in held:
        while one.recv(1024):
            pass
    print(f"the last of them was closed after {time.monotonic() - began:.0f} s")
    server.kill()


def upload(folder: Path, clip: Path) -> None:
    """Seconds from the end of an upload to its result."""
    server = Server(folder / "data", job=REAL)
    set_id = server.send(clip)
    began = time.monotonic()
    server.wait(set_id)
    print(f"{clip.name}: result {time.monotonic() - began:.1f} s after the upload")
    server.kill()


def _journey(folder: Path, chosen: argparse.Namespace) -> int:
    try:
        return 0 if journey.run(folder, only=chosen.only, shots=chosen.shots, axe=chosen.axe) else 1
    except journey.NotPossible as error:
        print(error)
        return 2


def main() -> int:
    """Run one of them; 1 when something was lost or went wrong, 2 when a tool is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kills", "pages", "stalled", "upload", "journey"))
    parser.add_argument("clip", nargs="?", type=Path, default=CLIP)
    parser.add_argument("--uploads", type=int, default=100)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--connections", type=int, default=500)
    parser.add_argument("--only", help="one size and theme of the journey: phone-light, desktop-dark, ...")
    parser.add_argument("--shots", type=Path, default=journey.SHOTS, help="folder of the journey's pictures")
    parser.add_argument("--axe", type=Path, default=journey.AXE, help="axe.min.js of axe-core")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if chosen.what == "kills":
            return 0 if kills(folder, chosen.uploads, chosen.kills) else 1
        if chosen.what == "journey":
            return _journey(folder, chosen)
        if chosen.what == "pages":
            pages(folder, 10.0)
        elif chosen.what == "stalled":
            stalled(folder, chosen.connections)
        else:
            upload(folder, chosen.clip)
    return 0


if __name__ == "__main__":
    sys.exit(main())
