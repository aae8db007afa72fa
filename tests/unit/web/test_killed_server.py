"""A server that is killed: every upload that it accepted is measured after a restart, once."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import httpx2
import pytest

from lookfeel.store import Database
from lookfeel.store.models import Job, TrainingSet
from tests.unit.web import fake_job

ROOT = Path(__file__).resolve().parents[3]
START = """
import sys
from pathlib import Path
from lookfeel.web.serve import serve
from lookfeel.web.settings import Settings
settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]), job="tests.unit.web.fake_job:run", max_waiting=1000)
serve(settings, on_ready=lambda: print("ready", flush=True))
"""
N_CLIPS = 6


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process."""

    def __init__(self, data, port, results):
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, str(data), str(port)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), fake_job.RESULTS: str(results)},
            cwd=ROOT,
        )
        assert self.process.stdout.readline() == "ready\n"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(timeout=20)


@pytest.fixture
def start(tmp_path, results):
    port, started = free_port(), []

    def make():
        started.append(Server(tmp_path / "data", port, results))
        return started[-1]

    yield make
    for server in started:
        server.process.kill()
        server.process.wait()


def send(client, mode="short", *, size=0):
    csrf = re.search(r'name="csrf" value="([^"]*)"', client.get("/settings").text)[1]
    files = {"file": ("a.mp4", fake_job.clip(mode, size=size), "video/mp4")}
    return client.post("/sets", data={"csrf": csrf}, files=files).headers["location"].removeprefix("/sets/")


def test_nothing_accepted_is_lost_or_doubled(start, tmp_path):
    server = start()
    with httpx2.Client(base_url=server.url) as client:
        accepted = [send(client) for _ in range(N_CLIPS)]
    for _ in range(3):
        time.sleep(0.5)
        server.kill()
        server = start()
    database = Database(f"sqlite:///{tmp_path / 'data' / 'lookfeel.sqlite3'}")
    until_done(database)
    assert server.stop() == 0

    with database.reading() as rows:
        sets = rows.query(TrainingSet).all()
        finished = Counter(job.set_id for job in rows.query(Job).filter_by(state="done"))
        n_decisions = {one.id: len(one.decisions) for one in sets}
    assert sorted(one.id for one in sets) == sorted(accepted)
    assert {one.status for one in sets} == {"ready"}
    assert finished == dict.fromkeys(accepted, 1)
    assert n_decisions == dict.fromkeys(accepted, 1)
    for one in sets:
        folder = tmp_path / "data" / "sets" / one.id
        assert sorted(entry.name for entry in folder.iterdir()) == sorted(["video", one.results])
    database.close()


def until_done(database, timeout_s=40.0):
    ends = time.monotonic() + timeout_s
    while time.monotonic() < ends:
        with database.reading() as rows:
            if rows.query(Job).filter(Job.state.in_(("queued", "running"))).count() == 0:
                return
        time.sleep(0.1)
    pytest.fail("the queue does not end")


def test_a_worker_ends_with_its_server(start, tmp_path):
    server = start()
    with httpx2.Client(base_url=server.url) as client:
        set_id = send(client, "slow")
    ends = time.monotonic() + 10
    while not (tmp_path / "data" / "sets" / "runs.log").exists():
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert workers_of(tmp_path)

    server.kill()

    ends = time.monotonic() + 5
    while workers_of(tmp_path):
        assert time.monotonic() < ends, f"the worker of {set_id} outlives its server"
        time.sleep(0.05)


def workers_of(tmp_path):
    """Processes that write below the folder: their error log is there."""
    if not Path("/proc").is_dir():
        pytest.skip("needs /proc")
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            errors = (process / "fd" / "2").readlink()
            if errors.is_relative_to(tmp_path) and errors.name == "worker.log":
                found.append(process.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told_with_a_stream_open(start, number):
    server = start()
    with httpx2.Client(base_url=server.url, timeout=20) as client:
        set_id = send(client, "slow")
        with client.stream("GET", f"/sets/{set_id}/progress") as stream:
            next(stream.iter_text())
            began = time.monotonic()
            assert server.stop(number) == 0
    assert time.monotonic() - began < 10


def test_the_export_arrives_whole_each_time_and_leaves_no_file(start, tmp_path):
    server = start()
    with httpx2.Client(base_url=server.url) as client:
        set_id = send(client, size=40_000_000)  # large enough to be still on its way when the answer has begun
        database = Database(f"sqlite:///{tmp_path / 'data' / 'lookfeel.sqlite3'}")
        until_done(database)
        with database.reading() as rows:
            path = f"/athletes/{rows.get(TrainingSet, set_id).athlete_id}/export.zip"
        database.close()
        before = sorted(entry.name for entry in (tmp_path / "data").iterdir())
        answers = [client.get(path) for _ in range(10)]

    assert [answer.status_code for answer in answers] == [200] * 10
    assert all(zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None for answer in answers)
    assert sorted(entry.name for entry in (tmp_path / "data").iterdir()) == before
