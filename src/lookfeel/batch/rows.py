"""What is told of one set of a batch: a Row, checked, as manifests and folders of clips give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One set. None = not told.

    index: place among all rows, from 0. line: of the manifest, None without one. clip, second_clip: as written; source,
    second_source: the same as a path or URL that can be opened from anywhere on this machine. exercise: 'auto' = to be
    found out. person: counted from the left. view, n_reps_told, note: kept beside the results, never used. feels,
    context: options of make_feels and make_context that were told.
    """

    index: int
    line: int | None = None
    clip: str
    source: str
    second_clip: str | None = None
    second_source: str | None = None
    athlete: str | None = None
    date: date | None = None
    exercise: str | None = None
    person: int | None = None
    slowmo_factor: float | None = None
    view: str | None = None
    n_reps_told: int | None = None
    note: str | None = None
    feels: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    context: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    @property
    def sources(self) -> tuple[str, ...]:
        """Its one or two clips."""
        return (self.source,) if self.second_source is None else (self.source, self.second_source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All rows of a batch. name: of the file, '' without one; sha256: of the file, or of the list of clips."""

    rows: tuple[Row, ...]
    name: str
    sha256: str
