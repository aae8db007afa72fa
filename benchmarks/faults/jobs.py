"""Confined jobs that do not end."""

from __future__ import annotations

import os
import time
from io import FileIO
from typing import Any, BinaryIO

from lookfeel.confined.order import Work
from lookfeel.types import Progress


def sleep(_: dict[str, Any]) -> Work:
    """Tells its process's number, then sleeps."""

    def work(_clip: BinaryIO, _result: FileIO, tell: Progress) -> None:
        tell("pid", os.getpid(), None)
        time.sleep(600)

    return work
