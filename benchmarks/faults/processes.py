"""A process's number enters; what it and those that it started hold leaves, read from /proc."""

from __future__ import annotations

import contextlib
import os
import re
import signal
from pathlib import Path

_ANONYMOUS = re.compile(r"^RssAnon:\s+(\d+) kB", re.MULTILINE)


def memory_mb(pid: int) -> float:
    """Resident memory without pages of files, which the kernel takes back as it likes; 0 when it is gone."""
    found = _ANONYMOUS.search(_text(pid, "status"))
    return 0.0 if found is None else int(found[1]) / 1000.0


def n_open(pid: int) -> int:
    """Open descriptors; 0 when it is gone."""
    return _n_entries(f"/proc/{pid}/fd")


def n_threads(pid: int) -> int:
    """Threads; 0 when it is gone."""
    return _n_entries(f"/proc/{pid}/task")


def children(pid: int) -> list[int]:
    """Those that it started, from whichever thread."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (thread / "children").read_text().split())
    return sorted(found)


def descendants(pid: int) -> list[int]:
    """Its children, and theirs."""
    return [one for child in children(pid) for one in (child, *descendants(child))]


def is_alive(pid: int) -> bool:
    """Whether a process lives; one that waits to be buried does not."""
    text = _text(pid, "status")
    return bool(text) and "State:\tZ" not in text


def kill(pid: int) -> bool:
    """As a power cut would (SIGKILL); False when it is gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _n_entries(place: str) -> int:
    with contextlib.suppress(OSError):
        return sum(1 for _ in Path(place).iterdir())
    return 0


def _text(pid: int, name: str) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/{name}").read_text()
    return ""
