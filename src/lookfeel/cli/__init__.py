"""The command `lookfeel`: a command line enters; a table, files and an exit code leave."""

from __future__ import annotations

import os
import sys

# each registers its commands
from lookfeel.cli import analyze, batch, decide, explain, export, history, looking, serve, threshold
from lookfeel.cli.app import INTERRUPTED, app

__all__ = ["analyze", "app", "batch", "decide", "explain", "export", "history", "looking", "main", "serve", "threshold"]


def main() -> None:
    """Run the command line of this process; a character that the terminal lacks becomes '?'.

    NumPy's products run on one thread unless the environment says otherwise: the fit's are too small for two, which
    took twice the processor time for the same wall time.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy loads, which no command has done yet
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
