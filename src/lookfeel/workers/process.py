"""A module's name enters; a process in a group of its own that runs it leaves, and can be ended with all it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import IO


def start_process(
    module: str, *arguments: str, errors: IO[bytes], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Run `python -m module`, to be talked to by pipes, with our search path for modules and no other: -P keeps the
    folder that the parent was started in, of downloads perhaps, off it.

    Parameters
        errors: where its standard error goes. environment: added to ours.
    """
    inherited = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=inherited | dict(environment or {}),
        start_new_session=True,
    )


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End a process of `start_process` and whatever it started, and wait for it."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def close_pipes(process: subprocess.Popen[bytes]) -> None:
    """Close our ends of the pipes of an ended process."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
