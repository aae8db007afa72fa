"""What was tried enters as rows; a table leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    check: its number among the 32, 0 for what the issue adds. n_tried: 0 where it cannot be tried here; figure then
    says why. n_survived: of those, as they should. figure: what was measured. seed: of chance, None without any.
    """

    check: int
    name: str
    n_tried: int
    n_survived: int
    figure: str
    seed: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether all that was tried went as it should."""
        return self.n_survived == self.n_tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How to try. folder: empty, for files of the trials; share: of the numbers tried, 1 for all. database_url: of a
    PostgreSQL server on this machine whose user may make databases, for the rows of pages; None = SQLite."""

    folder: Path
    seed: int
    share: float
    database_url: str | None = None

    def of(self, number: int) -> int:
        """So many of a number, at least one."""
        return max(1, round(self.share * number))

    def room(self, name: str) -> Path:
        """A folder of one trial's own."""
        place = self.folder / name
        place.mkdir(parents=True, exist_ok=True)
        return place


Check = Callable[[Trial], Iterable[Row]]


def cannot(check: int, name: str, why: str) -> Row:
    """A row of what cannot be tried here."""
    return Row(check=check, name=name, n_tried=0, n_survived=0, figure=f"not tried here: {why}")


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of Markdown."""
    yield "| check | what | tried | survived | figure | seed |"
    yield "|---|---|---|---|---|---|"
    yield from lines(rows)


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """The rows alone, as they are printed when a trial is over: a run that is stopped has said what it saw."""
    for row in rows:
        number = row.check or "–"
        tried = (f"{row.n_tried:,}", f"{row.n_survived:,}") if row.n_tried else ("–", "–")
        mark = "" if row.is_held else " **!**"
        seed = "–" if row.seed is None else row.seed
        yield f"| {number} | {row.name} | {tried[0]} | {tried[1]}{mark} | {row.figure} | {seed} |"
