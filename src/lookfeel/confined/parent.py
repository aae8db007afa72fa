"""A clip and a job enter; the job's result leaves, done in a process of its own that reads nothing but the clip."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import IO, Any, BinaryIO

from pydantic import ValidationError

from lookfeel.confined.order import Order, Word
from lookfeel.errors import BackendError, DecoderDied, error_of
from lookfeel.ingest.opening import open_file
from lookfeel.sandbox import Confinement, Guards
from lookfeel.types import Progress

MAX_LINES = 200_000
"""Of one process: more than a word a frame is no progress but a flood."""

MAX_LINE_BYTES = 16_384

MAX_STRANGE_LINES = 100
"""What a library says is passed on, so much of it."""

log = logging.getLogger(__name__)


@contextmanager
def run_confined(
    path: Path,
    job: str,
    options: Mapping[str, Any],
    *,
    guards: Guards,
    longest_s: float,
    progress: Progress | None = None,
) -> Iterator[BinaryIO]:
    """Have a job done on a clip and give the file that it wrote, from its start; the file is gone after the block.

    What is in the file may have been made up by the clip: read it as such.

    Parameters
        job, options: see confined.order. longest_s: by the clock; then the process is ended.
    Raises
        FileMissing: there is no such clip. DecoderDied: the process ended without a result. Others: the job's own.
    """
    order = Order(job=job, options=dict(options), **asdict(guards))
    with open_file(path) as clip, tempfile.TemporaryFile() as result:
        with _process(order, clip, result) as process:
            is_late = threading.Event()
            watchdog = threading.Timer(longest_s, _end_late, (process, is_late))
            watchdog.start()
            try:
                last = _listen(process, progress)
            finally:
                watchdog.cancel()
        _check_end(process.returncode, last, is_late=is_late.is_set())
        result.seek(0)
        yield result


@contextmanager
def _process(order: Order, clip: BinaryIO, result: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """The process, ended with the block. -P keeps the folder that we were started in off its search path."""
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lookfeel.confined.child", order.model_dump_json()],
            stdin=clip,
            stdout=result,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": paths},
        )
    except OSError as error:
        raise BackendError(f"no process could be started to read the video: {error.strerror or error}") from error
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def _end_late(process: subprocess.Popen[bytes], is_late: threading.Event) -> None:
    is_late.set()
    process.kill()


def _listen(process: subprocess.Popen[bytes], progress: Progress | None) -> Word | None:
    """Pass on what it says until it ends; its last word."""
    last, n_strange = None, 0
    assert process.stderr is not None
    for _ in range(MAX_LINES):
        line = process.stderr.readline(MAX_LINE_BYTES)
        if not line:
            process.wait()
            return last
        try:
            last = Word.model_validate_json(line)
        except ValidationError:
            n_strange += 1
            if n_strange <= MAX_STRANGE_LINES:
                log.warning("%s", _printable(line.decode(errors="replace")))
            continue
        if last.confinement is not None:
            _warn_once(last.confinement)
        elif last.stage is not None and progress is not None:
            progress(last.stage, last.done, last.total)
    process.kill()
    return None


@cache
def _warn_once(held: Confinement) -> None:
    """Say in the log, once, where the kernel does not hold the process."""
    if held != "seccomp":
        log.warning("videos are read without the kernel's guard on this system (%s); see 'lookfeel doctor'", held)


def _check_end(code: int, last: Word | None, *, is_late: bool) -> None:
    """Nothing when the process said that it is done.

    Raises
        LookfeelError: what the job said of the clip. DecoderDied: it said nothing, or was ended.
    """
    if last is not None and last.is_done and code == 0:
        return
    if last is not None and last.code is not None:
        raise error_of(_printable(last.code), _printable(last.message), hint=_printable(last.hint))
    if is_late:
        raise DecoderDied("reading this video took too long and was ended")
    raise DecoderDied(f"reading this video ended unexpectedly ({_ending(code)})")


def _ending(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"exit code {code}"
    if hasattr(signal, "SIGXCPU") and -code == signal.SIGXCPU:
        return "it took more computing time than it may"
    return f"signal {-code}"


def _printable(text: str) -> str:
    """On one line, without what could steer a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
