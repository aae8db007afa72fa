"""Jobs that do what a clip that took the decoder over could do."""

from __future__ import annotations

import ctypes
import os
import time

from lookfeel.errors import UnreadableVideo


def _job(work):
    return lambda _options: lambda clip, result, tell: work(result)


@_job
def crash(_):
    ctypes.string_at(0)


@_job
def leave(_):
    os._exit(0)


@_job
def bug(_):
    raise ZeroDivisionError


@_job
def flood(_):
    while True:
        os.write(2, b"\n" * 100_000)


@_job
def boast(_):
    os.write(2, b'{"is_done":true}\n')
    os._exit(3)


@_job
def hoard(_):
    kept = []
    while True:
        kept.append(bytearray(100_000_000))


@_job
def sleep(_):
    time.sleep(600)


@_job
def spin(_):
    while True:
        pass


@_job
def fill(result):
    while True:
        result.write(b"x" * 100_000)


@_job
def colour(_):
    os.write(2, b"\x1b[31m said the library\n")
    raise UnreadableVideo("\x1b[31m red \x07", hint="\x1b]0;title")


@_job
def nonsense(result):
    result.write(b"PK\x05\x06" + bytes(18))
