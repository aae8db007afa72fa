"""A worker process: Orders enter on standard input, one a line; Words leave on standard output.

It stays for many orders, so that a loaded network is kept, and ends when its parent does.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import sys
import threading
import time
from typing import IO

from lookfeel.errors import LookfeelError
from lookfeel.sandbox import Guards, limit
from lookfeel.types import Progress
from lookfeel.workers.messages import Function, Order, Word
from lookfeel.workers.parent import MAX_OPEN_FILES, lines_until_parent_ends

TOLD_EVERY_S = 0.2
"""Between words of progress in one stage; nobody reads faster (chosen by us)."""


def main() -> None:
    """Do order after order; the limits are the arguments of the command line."""
    words = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not be taken for a word
    max_memory_bytes, max_file_bytes = (int(argument) for argument in sys.argv[1:])
    limit(Guards(memory_bytes=max_memory_bytes, file_bytes=max_file_bytes, n_files=MAX_OPEN_FILES, cpu_s=None))
    orders: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_receive, args=(orders,), daemon=True).start()
    while True:
        _do(Order.model_validate_json(orders.get()), words)


def _receive(orders: queue.Queue[bytes]) -> None:
    for line in lines_until_parent_ends():
        orders.put(line)


def _do(order: Order, words: IO[str]) -> None:
    try:
        result = load_function(order.function)(order.arguments, _progress(order, words))
    except LookfeelError as error:
        _say(words, Word(id=order.id, code=error.code, message=error.message, hint=error.hint))
    else:
        _say(words, Word(id=order.id, result=result))


def _progress(order: Order, words: IO[str]) -> Progress:
    """A listener that passes on each new stage, and now and then how far it is."""
    last_stage, told_s = "", 0.0

    def tell(stage: str, done: int, total: int | None) -> None:
        nonlocal last_stage, told_s
        moment = time.monotonic()
        if stage != last_stage or moment - told_s >= TOLD_EVERY_S:
            last_stage, told_s = stage, moment
            _say(words, Word(id=order.id, stage=stage, done=done, total=total))

    return tell


def _say(words: IO[str], word: Word) -> None:
    words.write(json.dumps(word.model_dump(exclude_defaults=True)) + "\n")
    words.flush()


def load_function(name: str) -> Function:
    """The function that 'module:function' names."""
    module, _, attribute = name.partition(":")
    function: Function = getattr(importlib.import_module(module), attribute)
    return function


if __name__ == "__main__":
    main()
