"""A table without a look of its own enters; Markdown or a table for the terminal leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from rich import box
from rich.table import Table

NONE = "–"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A titled table; note: what its figures mean. n_words: leading columns that hold words, flush left."""

    title: str
    note: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    n_words: int = 1


def as_markdown(sheet: Sheet) -> str:
    """The sheet as a section of a Markdown file."""
    rule = [":--" if i < sheet.n_words else "--:" for i in range(len(sheet.headings))]
    lines = [sheet.headings, tuple(rule), *sheet.rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"## {sheet.title}\n\n{sheet.note}\n\n{table}\n"


def as_table(sheet: Sheet) -> Table:
    """The sheet for the terminal."""
    table = Table(
        title=sheet.title,
        caption=sheet.note,
        box=box.SIMPLE_HEAD,
        padding=(0, 1),
        collapse_padding=True,
        pad_edge=False,
        caption_justify="left",
    )
    for i, heading in enumerate(sheet.headings):
        table.add_column(heading, justify="left" if i < sheet.n_words else "right", no_wrap=True)
    for row in _without_repeats(sheet.rows, sheet.n_words):
        table.add_row(*row)
    return table


def _without_repeats(rows: Sequence[tuple[str, ...]], n_words: int) -> Iterable[tuple[str, ...]]:
    """Rows with the first word left empty where it is the one above."""
    above = None
    for row in rows:
        is_same = n_words > 1 and row[0] == above
        above = row[0]
        yield ("", *row[1:]) if is_same else row


def number(value: float | None, digits: int, *, is_signed: bool = False) -> str:
    """A figure, or a dash where there is none."""
    if value is None or not np.isfinite(value):
        return NONE
    text = f"{value:+.{digits}f}" if is_signed else f"{value:.{digits}f}"
    return text.replace("-", "−")


def percent(share: float | None) -> str:
    """A share in per cent, or a dash."""
    return NONE if share is None or not np.isfinite(share) else f"{100 * share:.0f} %"
