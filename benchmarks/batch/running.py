"""Arguments of `lookfeel batch` enter; a process that runs it leaves, with what it and its workers use meanwhile."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

ENDS_WITHIN_S = 10.0
"""Longest that a worker may live on after its parent was killed."""

SAMPLE_EVERY_S = 1.0
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def start(arguments: list[str]) -> subprocess.Popen[bytes]:
    """Start `lookfeel batch` in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "lookfeel", "batch", *arguments, "--quiet"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(arguments: list[str]) -> float:
    """Run it to its end; wall seconds. Failed clips are part of a batch, anything else is not."""
    begun_s = time.perf_counter()
    process = start(arguments)
    _, errors = process.communicate()
    if process.returncode not in (0, 5):
        raise SystemExit(errors.decode(errors="replace"))
    return time.perf_counter() - begun_s


def hashes(run: Path) -> dict[str, str]:
    """SHA-256 of every file of a run, but for the one about how it went."""
    files = sorted(path for path in run.rglob("*") if path.is_file() and path.name != "timing.json")
    return {path.relative_to(run).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def digest(found: dict[str, str]) -> str:
    """One hash of all of them."""
    text = "\n".join(f"{name} {sha256}" for name, sha256 in sorted(found.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def children(pid: int) -> list[int]:
    """Processes that a process started; Linux only, [] elsewhere."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    threads = [int(word) for word in text.split()]
    for task in Path(f"/proc/{pid}/task").glob("*"):  # workers are started by threads
        try:
            threads += [int(word) for word in (task / "children").read_text().split()]
        except OSError:
            continue
    return sorted(set(threads))


def is_alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def left_over(pids: list[int]) -> list[int]:
    """Which of these processes do not end by themselves."""
    ends_s = time.monotonic() + ENDS_WITHIN_S
    while time.monotonic() < ends_s and any(is_alive(pid) for pid in pids):
        time.sleep(0.02)
    return [pid for pid in pids if is_alive(pid)]


@dataclass(slots=True)
class Memory:
    """Resident bytes over time, of the driver and of its largest worker."""

    driver: list[int] = field(default_factory=list)
    worker: list[int] = field(default_factory=list)

    def watch(self, process: subprocess.Popen[bytes]) -> threading.Thread:
        """Sample until the process ends."""
        thread = threading.Thread(target=self._sample, args=(process,), daemon=True)
        thread.start()
        return thread

    def _sample(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            driver = _resident_bytes(process.pid)
            workers = [_resident_bytes(pid) for pid in children(process.pid)]
            if driver and workers:
                self.driver.append(driver)
                self.worker.append(max(workers))
            time.sleep(SAMPLE_EVERY_S)


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0
