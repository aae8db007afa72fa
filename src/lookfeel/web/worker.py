"""A worker process: a Task enters on standard input, files are written, Words leave on standard output.

It does not know the database, and it does not read the clip: it has that done by a confined process of its own. It
ends when its parent does, which it notices by the end of its standard input, and it is held to its limits by the system
where the system can; where it cannot, the parent's watch over the clock is left.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from typing import IO

from lookfeel.errors import LookfeelError
from lookfeel.sandbox import limit
from lookfeel.web.task import Job, Task, Word
from lookfeel.workers.parent import MAX_OPEN_FILES, lines_until_parent_ends


def main() -> None:
    """Do the one task that standard input brings."""
    words = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what a library prints must not be taken for a word
    task = Task.model_validate_json(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    limit(task.guards(n_files=MAX_OPEN_FILES))

    def tell(stage: str, done: int, total: int | None) -> None:
        _say(words, Word(stage=stage, done=done, total=total))

    try:
        _load(task.job)(task, tell)
    except LookfeelError as error:
        _say(words, Word(code=error.code, message=error.message, hint=error.hint))
        sys.exit(error.exit_code)
    _say(words, Word(is_done=True))


def _say(words: IO[str], word: Word) -> None:
    words.write(json.dumps(word.model_dump(exclude_defaults=True)) + "\n")
    words.flush()


def _load(name: str) -> Job:
    module, _, function = name.partition(":")
    job: Job = getattr(importlib.import_module(module), function)
    return job


def _end_with_parent() -> None:
    for _ in lines_until_parent_ends():
        pass


if __name__ == "__main__":
    main()
