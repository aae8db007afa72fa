"""What a worker process may use enters; a process that the system holds to it, and that outlives no parent, leaves.

This is the one place where a worker gives up what it does not need, before it opens anything of a stranger's.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

PARENT_GONE = 70
"""Exit code; EX_SOFTWARE of sysexits.h, chosen by us. Nobody is left to read it."""

MAX_OPEN_FILES = 256

_READ_BYTES = 1 << 16


def confine(*, max_memory_bytes: int, max_file_bytes: int, max_cpu_s: int | None = None) -> None:
    """Limit memory, size of files, number of open ones and, unless None, CPU time of this process.

    Where the system has no such limits the parent's watch over the clock is left.
    """
    if sys.platform == "win32":
        return
    import resource

    limits = {
        resource.RLIMIT_AS: max_memory_bytes,
        resource.RLIMIT_FSIZE: max_file_bytes,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if max_cpu_s is not None:
        limits[resource.RLIMIT_CPU] = max_cpu_s
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
            resource.setrlimit(kind, (lowest, lowest))


def lines_until_parent_ends() -> Iterator[bytes]:
    """Lines of standard input; when it is closed the process ends at once: the parent is gone, even if it was killed.

    Not through sys.stdin, whose lock a thread that reads here would hold when the others end.
    """
    kept = b""
    with contextlib.suppress(OSError):
        while data := os.read(0, _READ_BYTES):
            *whole, kept = (kept + data).split(b"\n")
            yield from whole
    os._exit(PARENT_GONE)
