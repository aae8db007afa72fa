"""How the server's process takes memory from the system, and gives back what was freed.

glibc gives each thread a pool of its own, 8 a core at most, and keeps what was freed in it: a server that runs for days
then grows in steps by tens of MB that nobody uses. With other libraries of C nothing is done here.
"""

from __future__ import annotations

import contextlib
import ctypes

_M_ARENA_MAX = -8
"""glibc's number, in malloc.h, for the most pools that a process may have."""


def share_one_pool() -> None:
    """Let all threads of this process take memory from one pool. Threads that have one of their own keep it."""
    with _whatever_is_missing():
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give pages that hold nothing any more back to the system."""
    with _whatever_is_missing():
        ctypes.CDLL(None).malloc_trim(ctypes.c_size_t(0))


def _whatever_is_missing() -> contextlib.suppress:
    return contextlib.suppress(AttributeError, OSError, TypeError)  # another library of C; TypeError: Windows
