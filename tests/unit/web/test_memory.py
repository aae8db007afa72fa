"""Memory of the server: one pool for all threads, and given back."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from lookfeel.web import dispatcher, memory, serve
from tests.unit.web.conftest import BASE

POOLS = """
import ctypes, sys, tempfile, threading
from lookfeel.web.memory import share_one_pool
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
if sys.argv[1] == "shared":
    share_one_pool()
together = threading.Barrier(8)
def work():
    together.wait()
    libc.free(ctypes.c_void_p(libc.malloc(ctypes.c_size_t(50_000))))
    together.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
with tempfile.NamedTemporaryFile() as told:
    stream = ctypes.c_void_p(libc.fopen(told.name.encode(), b"w"))
    libc.malloc_info(0, stream)
    libc.fclose(stream)
    print(told.read().count(b"<heap nr="))
"""

FREED = """
import ctypes
from lookfeel.web.memory import give_back
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def resident_mb():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon")) / 1000
blocks = [ctypes.c_void_p(libc.malloc(ctypes.c_size_t(50_000))) for _ in range(1000)]
for block in blocks:
    ctypes.memset(block, 1, 50_000)
for block in blocks[:-1]:  # the last one holds the end of the heap, so that nothing goes back by itself
    libc.free(block)
before = resident_mb()
give_back()
print(before - resident_mb())
"""

glibc_only = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")


def _said(program: str, *words: str) -> float:
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, check=True)
    return float(done.stdout)


@glibc_only
def test_threads_share_one_pool() -> None:
    assert _said(POOLS, "shared") == 1
    assert _said(POOLS, "not") > 1  # or the test would show nothing


@glibc_only
def test_freed_memory_goes_back() -> None:
    assert _said(FREED) > 40  # of 50 MB


@pytest.mark.parametrize("error", [AttributeError, OSError, TypeError])
def test_without_glibc_nothing_is_done(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def no_library(_: object) -> object:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", no_library)
    memory.share_one_pool()
    memory.give_back()


def test_the_server_shares_before_it_opens_anything(settings, monkeypatch):
    done = []
    monkeypatch.setattr(serve, "check_address", lambda _: None)
    monkeypatch.setattr(serve, "share_one_pool", lambda: done.append("shared"))
    monkeypatch.setattr(serve, "create_app", lambda _: done.append("opened") or _stop())
    with pytest.raises(InterruptedError):
        serve.serve(settings, on_ready=lambda: None)
    assert done == ["shared", "opened"]


def _stop():
    raise InterruptedError


def test_what_is_free_goes_back_whenever_the_server_tidies(app, monkeypatch):
    given = []
    monkeypatch.setattr(dispatcher, "give_back", lambda: given.append(True))
    with TestClient(app, base_url=BASE):
        assert given == [True]  # at its start, and then every TIDY_EVERY_S
