"""The process that reads a stranger's clip: an Order is its argument, the clip its standard input, the result its
standard output, its words go to standard error.

Once the job has loaded what it needs, the process gives up whatever it does not, and only then looks at the clip.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import pkgutil
import sys
import time

from lookfeel.confined.order import Job, Order, Word
from lookfeel.errors import DecoderDied, LookfeelError
from lookfeel.sandbox import Guards, confine, end_with_parent

NEEDED = (
    "cv2",
    "encodings.idna",
    "encodings.unicode_escape",
    "numpy.fft",
    "numpy.lib.format",
    "numpy.linalg",
    "numpy.ma",
    "numpy.random",
    "unicodedata",
)
"""Modules that are imported where they are used, which is too late here; all of `av` is another."""


def main() -> None:
    """Do the one thing that the argument asks for."""
    end_with_parent()
    order = Order.model_validate_json(sys.argv[1])
    clip, result = os.fdopen(0, "rb"), io.FileIO(1, "r+b")
    try:
        work = _load(order.job)(order.options)
        _warm()
        held = confine(Guards(**order.model_dump(exclude={"job", "options"})))
        _say(Word(confinement=held))
        work(clip, result, lambda stage, done, total: _say(Word(stage=stage, done=done, total=total)))
    except LookfeelError as error:
        _say(Word(code=error.code, message=error.message[:2000], hint=error.hint[:2000]))
        _end(error.exit_code)
    except MemoryError:
        died = DecoderDied("this video asks for more memory than a video may take")
        _say(Word(code=died.code, message=died.message, hint=died.hint))
        _end(died.exit_code)
    _say(Word(is_done=True))
    _end(0)


def _load(name: str) -> Job:
    module, _, function = name.partition(":")
    job: Job = getattr(importlib.import_module(module), function)
    return job


def _warm() -> None:
    """Have libraries open what they open at first use: modules, the clock's zone, the number of processors."""
    import av
    import cv2
    import numpy as np

    parts = [part.name for part in pkgutil.walk_packages(av.__path__, "av.") if part.name != "av.__main__"]
    for name in (*NEEDED, *parts):
        importlib.import_module(name)

    cv2.getNumThreads()
    time.localtime()
    hashlib.sha256(b"").hexdigest()
    np.savez_compressed(io.BytesIO(), nothing=np.zeros(1))


def _say(word: Word) -> None:
    """One line, in one write, so that what a library says does not fall into it."""
    os.write(2, word.model_dump_json(exclude_defaults=True).encode() + b"\n")


def _end(code: int) -> None:
    """At once: what tidies up at the end of Python may want to open something."""
    os._exit(code)


if __name__ == "__main__":
    main()
