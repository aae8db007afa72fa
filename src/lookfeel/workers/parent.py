"""Lines from a parent enter a process that outlives no parent; and how many files a worker may have open."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

PARENT_GONE = 70
"""Exit code; EX_SOFTWARE of sysexits.h, chosen by us. Nobody is left to read it."""

MAX_OPEN_FILES = 256
"""Of a worker: its results, and what libraries keep open (chosen by us)."""

_READ_BYTES = 1 << 16


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
