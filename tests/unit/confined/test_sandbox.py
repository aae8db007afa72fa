"""A confined process tries what a taken-over decoder would try; the kernel refuses it."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from lookfeel.sandbox import why_no_filter

needs_filter = pytest.mark.skipif(why_no_filter() is not None, reason=f"no filter here: {why_no_filter()}")

START = """
import ctypes, os, socket, subprocess, sys, threading, mmap
from lookfeel.sandbox import Guards, confine
libc = ctypes.CDLL(None, use_errno=True)
clip = open(sys.argv[1], "rb")
before = threading.Event()
done = []
def wait_and_try():
    before.wait()
    try:
        os.open("/etc/passwd", os.O_RDONLY)
    except OSError as error:
        done.append(error.errno)
early = threading.Thread(target=wait_and_try)
early.start()
assert confine(Guards()) == "seccomp"
"""


def confined(tmp_path, code: str) -> subprocess.CompletedProcess[str]:
    clip = tmp_path / "clip"
    clip.write_bytes(b"a clip")
    end = "\nbefore.set(); early.join(); sys.stdout.flush(); os._exit(0)"
    return subprocess.run(
        [sys.executable, "-c", START + textwrap.dedent(code) + end, clip], capture_output=True, text=True, timeout=60
    )


@needs_filter
@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd')",
        "open(sys.argv[1], 'rb')",
        "open('new', 'w')",
        "os.open('.', os.O_RDONLY)",
        "os.unlink(sys.argv[1])",
        "os.rename(sys.argv[1], 'x')",
        "os.listdir('.')",
        "os.stat('/etc/passwd')",
        "os.readlink('/proc/self/exe')",
        "socket.socket()",
        "socket.socketpair()",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "subprocess.run(['/bin/true'])",
        "os.kill(os.getppid(), 9)",
        "os.memfd_create('x')",
        "os.chmod(sys.argv[1], 0)",
        "os.setuid(0)",
        "os.pidfd_open(os.getppid())",
        "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    ],
)
def test_what_is_not_on_the_list_is_refused(tmp_path, attempt):
    code = f"""
    try:
        {attempt}
    except OSError as error:
        print(type(error).__name__)
    else:
        print("it was let through")
    """
    ended = confined(tmp_path, code)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "PermissionError"
    assert (tmp_path / "clip").read_bytes() == b"a clip"


@needs_filter
def test_open_files_memory_and_threads_are_left(tmp_path):
    code = """
    found = []
    thread = threading.Thread(target=lambda: found.append(clip.read()))
    thread.start()
    thread.join()
    assert found == [b"a clip"]
    assert len(bytearray(200_000_000)) == 200_000_000
    before.set()
    early.join()
    print(done)
    """
    ended = confined(tmp_path, code)
    assert (ended.returncode, ended.stdout.strip()) == (0, "[1]"), ended.stderr  # a thread from before is held too


@needs_filter
@pytest.mark.parametrize(
    "number",
    [
        pytest.param("425", id="io_uring_setup"),
        pytest.param("437", id="openat2"),
        pytest.param("438", id="pidfd_getfd"),
        pytest.param("0x40000000", id="x32"),
        pytest.param("321", id="bpf"),
        pytest.param("310", id="process_vm_readv"),
        pytest.param("101", id="ptrace"),
        pytest.param("157", id="prctl"),
    ],
)
def test_back_doors_are_shut(tmp_path, number):
    code = f"print(libc.syscall({number}, 0, 0, 0, 0, 0), ctypes.get_errno())"
    ended = confined(tmp_path, code)
    assert (ended.returncode, ended.stdout.split()) == (0, ["-1", "1"]), ended.stderr


@needs_filter
def test_more_memory_than_allowed_is_not_given(tmp_path):
    code = """
    try:
        bytearray(4_000_000_000)
    except MemoryError:
        print("refused")
    """
    assert confined(tmp_path, code).stdout.strip() == "refused"


def test_a_system_without_the_filter_says_why(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "sparc64")
    assert "sparc64" in why_no_filter() or sys.platform != "linux"
