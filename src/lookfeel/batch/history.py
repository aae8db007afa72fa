"""Dated rows and earlier runs enter; the sets that a row's athlete did before it leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lookfeel.batch.rows import Row
from lookfeel.batch.work import Earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneSet:
    """A judged set with a date. run: place of the run that its folder is in."""

    athlete: str
    date: date
    video_sha256: str
    run: str
    folder: str


class History:
    """Judged sets by athlete, oldest first; sets of one day in the order of the manifest.

    Parameters
        earlier: sets of earlier runs; those of a day come before this run's of the same day.
    """

    def __init__(self, earlier: Iterable[DoneSet]) -> None:
        self._sets: dict[str, list[DoneSet]] = defaultdict(list)
        for one in sorted(earlier, key=lambda one: one.date):
            self._sets[one.athlete].append(one)

    def add(self, done: DoneSet) -> None:
        """Take in a set that is not older than those of this run before it."""
        self._sets[done.athlete].append(done)

    def before(self, row: Row, *, video_sha256: str) -> tuple[Earlier, ...]:
        """Sets of the row's athlete up to its date, oldest first; a clip that is there twice counts once, and never as
        a set before itself."""
        day = row.date
        if row.athlete is None or day is None:
            return ()
        once: dict[str, DoneSet] = {}
        for one in self._sets[row.athlete]:
            if one.date <= day and one.video_sha256 != video_sha256:
                once.setdefault(one.video_sha256, one)
        return tuple(
            Earlier(run=one.run, folder=one.folder, date=one.date, days_ago=(day - one.date).days)
            for one in sorted(once.values(), key=lambda one: one.date)
        )


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Rows in an order in which nobody waits for a later one: those without a date first, then by date."""
    return sorted(rows, key=lambda row: (row.date or date.min, row.index))


def predecessors(rows: Sequence[Row]) -> dict[int, int]:
    """For each row with an athlete and a date the athlete's row before it, by index; the first ones are left out."""
    last: dict[str, int] = {}
    found: dict[int, int] = {}
    for row in in_order(rows):
        if row.athlete is not None and row.date is not None:
            if row.athlete in last:
                found[row.index] = last[row.athlete]
            last[row.athlete] = row.index
    return found
