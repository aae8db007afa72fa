"""A .mot or .sto file enters: its columns over time leave, with the unit of its angles; the reverse for a Motion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lookfeel.atomic import write_whole
from lookfeel.errors import InvalidValue
from lookfeel.export.coordinates import coordinates_of
from lookfeel.export.even import HINT, EvenMotion, even_motion
from lookfeel.export.lines import cells_of, check_times, count, numbers, read_lines, without_empty_end, wrong
from lookfeel.export.motion import Motion
from lookfeel.types import FloatArray, Rebuilt, frozen_array

END_OF_HEADER = "endheader"
FORMAT_HINT = "A .mot or .sto file has a header that ends with 'endheader', then a line of column names, then rows."
KEYS = {"nrows": "nRows", "datarows": "nRows", "ncolumns": "nColumns", "datacolumns": "nColumns", "indegrees": "deg"}
KEPT_SHARE = 0.9  # of the moments of the best known column, at which a column must be known to stay. Chosen by us


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinateTable(Rebuilt):
    """Columns over T moments, without the column of times. time_s (T,), increasing; values (T, C), NaN where missing,
    as written: is_in_degrees says how rotations are to be read (None: the file does not say); lengths are in metres."""

    name: str
    columns: tuple[str, ...]
    time_s: FloatArray
    values: FloatArray
    is_in_degrees: bool | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen_array(self.time_s, ndim=1, name="time_s"))
        object.__setattr__(self, "values", frozen_array(self.values, ndim=2, name="values"))
        want = (len(self.time_s), len(self.columns))
        if self.values.shape != want:
            raise ValueError(f"values: expected {want}, got {self.values.shape}")

    def column(self, name: str) -> FloatArray:
        """(T,) as written; KeyError when there is none of that name."""
        if name not in self.columns:
            raise KeyError(name)
        return self.values[:, self.columns.index(name)]

    def angle_rad(self, name: str) -> FloatArray:
        """(T,) a rotation in radians; degrees are assumed when the file does not say, as older programs wrote them."""
        return np.radians(self.column(name)) if self.is_in_degrees is not False else self.column(name)


def read_mot(path: str | Path) -> CoordinateTable:
    """Read a table over time; tabs or spaces, blank lines, trailing tabs and every kind of line end are taken.

    Raises
        FileMissing: no such file. InvalidValue: what is wrong, in which line.
    """
    path = Path(path)
    lines = [(at, text) for at, text in enumerate(read_lines(path), start=1) if text.strip()]
    end = next((i for i, (_, text) in enumerate(lines) if text.strip().lower() == END_OF_HEADER), None)
    if end is None or end == 0:
        raise wrong(path, 1, f"this is not a .mot or .sto file: no '{END_OF_HEADER}'", hint=FORMAT_HINT)
    if end + 2 >= len(lines):
        raise wrong(path, lines[-1][0], "no column names and rows after the header", hint=FORMAT_HINT)
    said = _said(lines[:end])
    columns = _columns(path, lines[end + 1], said)
    rows = lines[end + 2 :]
    _check_count(path, rows[-1][0], "rows", len(rows), said.get("nRows"))
    table = np.array([_row(path, at, text, len(columns)) for at, text in rows])
    check_times(path, [at for at, _ in rows], table[:, 0])
    return CoordinateTable(
        name=lines[0][1].strip(),
        columns=columns[1:],
        time_s=table[:, 0],
        values=table[:, 1:],
        is_in_degrees=_is_in_degrees(path, said.get("deg")),
    )


def _said(header: list[tuple[int, str]]) -> dict[str, tuple[int, str]]:
    """Line and text of each thing that the header tells, as 'key=value' or, in older files, 'key value'."""
    found = {}
    for at, text in header:
        match = re.fullmatch(r"\s*(\w+)\s*[=\s]\s*(\S+)\s*", text)
        if match and match[1].lower() in KEYS:
            found[KEYS[match[1].lower()]] = (at, match[2])
    return found


def _columns(path: Path, line: tuple[int, str], said: dict[str, tuple[int, str]]) -> tuple[str, ...]:
    names = tuple(without_empty_end(cells_of(line[1]), 1))
    _check_count(path, line[0], "columns", len(names), said.get("nColumns"))
    if names[0].lower() != "time" or len(names) < 2:
        what = f"the first column is {names[0][:40]!r} of {len(names)}, not 'time' of several"
        raise wrong(path, line[0], what, hint=FORMAT_HINT)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not all(names):
        what = f"column {twice[0][:40]!r} is named more than once" if twice else "a column has no name"
        raise wrong(path, line[0], what, hint="Give each column a name of its own.")
    return names


def _check_count(path: Path, line: int, what: str, n_found: int, said: tuple[int, str] | None) -> None:
    if said is not None and count(path, said[0], f"number of {what}", said[1]) != n_found:
        problem = f"{n_found} {what} where the header says {said[1]}"
        raise wrong(path, line, problem, hint="The file was cut off or edited; export it again.")


def _is_in_degrees(path: Path, said: tuple[int, str] | None) -> bool | None:
    if said is None:
        return None
    answers = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if said[1].lower() not in answers:
        hint = "Write inDegrees=yes for degrees, inDegrees=no for radians."
        raise wrong(path, said[0], f"inDegrees is {said[1][:40]!r}", hint=hint)
    return answers[said[1].lower()]


def _row(path: Path, line: int, text: str, n_columns: int) -> list[float]:
    cells = without_empty_end(cells_of(text), n_columns)
    if len(cells) != n_columns:
        what = f"{len(cells)} cells where {n_columns} are needed"
        raise wrong(path, line, what, hint="Each row has one cell a column; export the file again.")
    return numbers(path, line, cells)


def write_mot(motion: Motion, path: str | Path) -> Path:
    """Write joint angles for OpenSim: the columns, signs and units of `coordinates`, in degrees and metres.

    Times are of the movement (slow motion is undone), at the clip's median rate (see even_motion). OpenSim's Storage
    stops reading, without a word, at the first NaN, so that none is written: a column that is often unknown is left
    out, and so is a moment at which one of the others is. What was left out, and where the file comes from, stands in
    the header as name=value.

    Raises
        InvalidValue: the motion has no body in metres. StoreError: the folder or the disk refused.
    """
    path = Path(path)
    write_whole(path, _mot_text(even_motion(motion)).encode("utf-8"))
    return path


def _mot_text(even: EvenMotion) -> str:
    every = coordinates_of(even.by_joint())
    names = _well_known(every)
    table = np.stack([even.time_s, *(every[name] for name in names)], axis=1)
    rows = table[np.isfinite(table).all(axis=1)]
    if not names or not len(rows):
        raise InvalidValue(f"{even.motion.name!r} shows too little of the body for joint angles", hint=HINT)
    facts = {
        **even.facts(),
        "moments_left_out": str(len(table) - len(rows)),
        "columns_left_out": ",".join(name for name in every if name not in names) or "none",
    }
    lines = [
        "Coordinates",
        "version=1",
        f"nRows={len(rows)}",
        f"nColumns={rows.shape[1]}",
        "inDegrees=yes",
        *(f"{name}={text}" for name, text in facts.items()),
        END_OF_HEADER,
        "\t".join(["time", *names]),
        *("\t".join([f"{row[0]:.6f}", *(f"{value:.6f}" for value in row[1:])]) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _well_known(columns: Mapping[str, FloatArray]) -> list[str]:
    """Names of the columns that are known at nearly all the moments at which any one is."""
    known = {name: int(np.isfinite(values).sum()) for name, values in columns.items()}
    most = max(known.values())
    return [name for name, n_known in known.items() if n_known and n_known >= KEPT_SHARE * most]
