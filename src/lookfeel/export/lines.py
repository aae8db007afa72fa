"""A text file of a laboratory enters; its lines, cells and numbers leave, or an error that names the line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lookfeel.errors import FileMissing, InvalidValue
from lookfeel.types import FloatArray


def read_lines(path: Path) -> list[str]:
    """Lines without their ends; a byte order mark is dropped and every kind of line end is taken.

    Raises
        FileMissing: no such file, or it may not be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise FileMissing(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def wrong(path: Path, line: int, what: str, *, hint: str) -> InvalidValue:
    """The error for a line, counted from 1."""
    return InvalidValue(f"{path.name}, line {line}: {what}", hint=hint)


def cells_of(line: str) -> list[str]:
    """Cells of a row: between tabs when it has any (an empty cell then is a missing value), else between spaces."""
    if "\t" not in line.strip():
        return line.split()
    return [cell.strip() for cell in line.split("\t")]


def without_empty_end(cells: list[str], n_kept: int) -> list[str]:
    """Without the empty cells that trailing tabs make, down to n_kept."""
    end = len(cells)
    while end > n_kept and not cells[end - 1]:
        end -= 1
    return cells[:end]


def number(cell: str) -> float:
    """A cell as a number; NaN when it is empty or says nan.

    Raises
        ValueError: it is neither, or infinite.
    """
    if not cell:
        return float("nan")
    value = float(cell)
    if np.isinf(value) or "_" in cell:
        raise ValueError(cell)
    return value


def numbers(path: Path, line: int, cells: list[str]) -> list[float]:
    """All cells of a row as numbers; the error names the first that is none."""
    found = []
    for place, cell in enumerate(cells, start=1):
        try:
            found.append(number(cell))
        except ValueError:
            hint = "Write a number, or leave the cell empty when the value is missing."
            raise wrong(path, line, f"cell {place} is {cell[:40]!r}, not a number", hint=hint) from None
    return found


def check_times(path: Path, lines: list[int], time_s: FloatArray) -> None:
    """Raise unless times are known and increase; lines: where each row stands."""
    hint = "The column of times must hold seconds that increase from row to row; sort or export the file again."
    unknown = np.flatnonzero(~np.isfinite(time_s))
    if len(unknown):
        raise wrong(path, lines[int(unknown[0])], "the time is missing", hint=hint)
    back = np.flatnonzero(np.diff(time_s) <= 0)
    if len(back):
        row = int(back[0]) + 1
        what = f"time {time_s[row]:g} s does not follow {time_s[row - 1]:g} s"
        raise wrong(path, lines[row], what, hint=hint)


def count(path: Path, line: int, name: str, text: str) -> int:
    """A whole number of a header that is not negative."""
    if not text.isdecimal() or len(text) > 12:
        what = f"{name} is {text[:40]!r}, not a whole number"
        raise wrong(path, line, what, hint="Export the file again; its header is damaged.")
    return int(text)
