"""Orders are done whatever one of them does to its worker, and no worker outlives the one who ordered."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from lookfeel.workers.messages import Died, Done, Failed, Order, Progressed
from lookfeel.workers.pool import WorkerPool

ROOT = Path(__file__).resolve().parents[3]
FUNCTION = "tests.unit.workers.fake_functions:run"


def order(name, mode, *, limit_s=30.0, **more):
    return Order(id=name, function=FUNCTION, arguments={"mode": mode, **more}, limit_s=limit_s)


def pool(n_workers=1):
    return closing(WorkerPool(n_workers, max_memory_bytes=2 * 10**9, max_file_bytes=10**8))


def ends(at_work, n):
    """How the next n orders end."""
    found = []
    for event in at_work.events():
        if not isinstance(event, Progressed):
            found.append(event)
            if len(found) == n:
                return found
    return found


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_one_worker_stays_for_many_orders_and_tells_how_far_it_is():
    with pool() as at_work:
        for name in "123":
            at_work.submit(order(name, "ok"))
        events = []
        for event in at_work.events():
            events.append(event)
            if isinstance(event, Done) and event.id == "3":
                break

    done = [event for event in events if isinstance(event, Done)]
    assert [event.id for event in done] == ["1", "2", "3"]
    assert len({event.result["pid"] for event in done}) == 1
    assert Progressed(id="1", slot=0, stage="pose", done=1, total=10) in events
    assert {event.result["threads"] for event in done} == {"1"}


def test_what_is_wrong_with_an_input_is_told_and_the_worker_stays():
    with pool() as at_work:
        at_work.submit(order("1", "bad"))
        at_work.submit(order("2", "ok"))
        failed, done = ends(at_work, 2)

    assert failed == Failed(id="1", slot=0, code="unreadable_video", message="no video", hint="Copy it again.")
    assert isinstance(done, Done)


@pytest.mark.parametrize(("mode", "reason", "log"), [("die", "signal 9", ""), ("bug", "exit code 1", "ZeroDivision")])
def test_a_worker_that_dies_is_told_of_and_replaced(mode, reason, log):
    with pool() as at_work:
        at_work.submit(order("1", mode))
        at_work.submit(order("2", "ok"))
        died, done = ends(at_work, 2)

    assert (died.id, died.reason, died.is_hanging) == ("1", reason, False)
    assert log in died.log
    assert isinstance(done, Done)


def test_a_worker_that_hangs_is_ended():
    with pool() as at_work:
        at_work.submit(order("1", "hang", limit_s=0.5))
        at_work.submit(order("2", "ok"))
        died, done = ends(at_work, 2)

    assert isinstance(died, Died)
    assert died.is_hanging
    assert isinstance(done, Done)


def test_what_a_library_prints_is_no_word():
    with pool() as at_work:
        at_work.submit(order("1", "talk"))
        (done,) = ends(at_work, 1)

    assert done.result["pid"] > 0


def test_closing_ends_a_worker_that_is_at_work(tmp_path):
    with pool() as at_work:
        at_work.submit(order("1", "mark", file=str(tmp_path / "pid")))
        pid = written_pid(tmp_path / "pid")

    assert not is_alive(pid)


PARENT = """
import sys
from lookfeel.workers.messages import Order
from lookfeel.workers.pool import WorkerPool
pool = WorkerPool(2, max_memory_bytes=2 * 10**9, max_file_bytes=10**8)
for name in sys.argv[1:]:
    pool.submit(Order(id=name, function="tests.unit.workers.fake_functions:run",
                      arguments={"mode": "mark", "file": name}, limit_s=60))
list(pool.events())
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes by /proc")
def test_no_worker_outlives_a_parent_that_was_killed(tmp_path):
    files = [tmp_path / "a", tmp_path / "b"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *map(str, files)], env=environment, cwd=ROOT)
    pids = [written_pid(file) for file in files]
    assert all(is_alive(pid) for pid in pids)

    parent.kill()
    parent.wait()

    ends_s = time.monotonic() + 10
    while any(is_alive(pid) for pid in pids):
        assert time.monotonic() < ends_s
        time.sleep(0.02)


def written_pid(path):
    ends_s = time.monotonic() + 20
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < ends_s
        time.sleep(0.02)
    return int(path.read_text())
