"""One piece of work as it crosses to a worker process, and what crosses back: lines of JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from lookfeel.sandbox import Guards
from lookfeel.types import Progress


class Task(BaseModel):
    """What a worker is told, on its standard input.

    job: 'module:function', see Job. second: another clip of the same set, from another side; None without one. folder:
    where it writes, made for it alone. earlier: folder of the last analysis of this set, whose landmarks are used
    again; None when there is none. exercise, person, strictness, context: for `judge`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    job: str
    kind: Literal["analyze", "proxy"]
    video: Path
    second: Path | None
    name: str
    folder: Path
    earlier: Path | None
    exercise: str
    person: int | None = None
    strictness: float
    context: dict[str, Any]
    max_bytes: int
    max_duration_s: float
    max_memory_bytes: int
    max_cpu_s: int
    max_file_bytes: int

    def guards(self, *, n_files: int = 32) -> Guards:
        """What a process that works on it may use. n_files: open at once."""
        return Guards(
            memory_bytes=self.max_memory_bytes, cpu_s=self.max_cpu_s, file_bytes=self.max_file_bytes, n_files=n_files
        )


class Word(BaseModel):
    """One line that a worker says: how far it is, that it is done, or what is wrong with the clip."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: str | None = None
    done: int = 0
    total: int | None = None
    is_done: bool = False
    code: str | None = None
    message: str | None = None
    hint: str | None = None


Job = Callable[[Task, Progress], None]
"""Does a task: writes into its folder, tells its progress, raises LookfeelError when the clip is to blame."""

RESULT, REPLAY, POSTER, PROXY = "result.json", "replay.json.gz", "poster.jpg", "proxy.mp4"
WATCHED, WATCHED_SECOND = "watched.npz", "watched-second.npz"
SECOND = "second"
"""Beside the set's video, as it was sent: there or not is all that is kept of it."""

CSV_NAMES = ("reps.csv", "signals.csv")
