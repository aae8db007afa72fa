"""One piece of reading as it crosses to the process that does it, and the words that come back: lines of JSON."""

from __future__ import annotations

from collections.abc import Callable
from io import FileIO
from typing import Annotated, Any, BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from lookfeel.sandbox import Confinement
from lookfeel.types import Progress

Short = Annotated[str, Field(max_length=2000)]


class Order(BaseModel):
    """What the process is told, as its argument. job: 'module:function', see Job; options: for it; the rest: Guards."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    job: str
    options: dict[str, Any]
    memory_bytes: int
    cpu_s: int | None
    file_bytes: int
    n_files: int


class Word(BaseModel):
    """One line that it says: what holds it, how far it is, that it is done, or what is wrong with the clip."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    confinement: Confinement | None = None
    stage: Annotated[str, Field(max_length=32)] | None = None
    done: int = 0
    total: int | None = None
    is_done: bool = False
    code: Annotated[str, Field(max_length=64)] | None = None
    message: Short = ""
    hint: Short = ""


Work = Callable[[BinaryIO, FileIO, Progress], None]
"""Reads the open clip, writes into the open result, tells its progress; opens nothing."""

Job = Callable[[dict[str, Any]], Work]
"""Imports and loads all that its work will need, from files that we trust."""
