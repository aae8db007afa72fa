"""Functions for orders to a worker in tests; light to import."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from lookfeel.errors import UnreadableVideo


def run(arguments, tell):
    """Does what the argument `mode` says."""
    mode = arguments["mode"]
    tell("pose", 1, 10)
    if mode == "bad":
        raise UnreadableVideo("no video", hint="Copy it again.")
    if mode == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "bug":
        raise ZeroDivisionError
    if mode == "talk":
        os.write(1, b'{"id": "1", "result": {"pid": 0}}\n')
    if mode == "hang":
        time.sleep(60)
    if mode == "mark":
        Path(arguments["file"]).write_text(str(os.getpid()))
        time.sleep(60)
    return {"pid": os.getpid(), "threads": os.environ.get("OMP_NUM_THREADS")}
