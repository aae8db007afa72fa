"""The place of an earlier run enters; its sets leave, as history and for comparison."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from lookfeel.batch.history import DoneSet
from lookfeel.batch.run_folder import RunFolder
from lookfeel.errors import FileMissing, StoreError, UnreadableReport

SETS = "sets.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousRun:
    """sets: those with an athlete and a date. sha256: of the run's sets.parquet."""

    place: str
    sets: tuple[DoneSet, ...]
    sha256: str


def read_previous(place: str) -> PreviousRun:
    """Read the sets of an earlier run.

    Raises
        FileMissing: there is no sets.parquet in it. UnreadableReport: it is none of ours.
    """
    run = RunFolder(place)
    try:
        data = run.read(SETS)
    except StoreError as error:
        hint = "Give the folder of an earlier 'lookfeel batch' that came to its end."
        raise FileMissing(f"there is no {SETS} in {place!r}", hint=hint) from error
    rows = _rows(data, place, columns=["athlete", "date", "status", "video_sha256", "result"])
    sets = tuple(
        DoneSet(
            athlete=row["athlete"],
            date=row["date"],
            video_sha256=row["video_sha256"],
            run=run.place,
            folder=row["result"],
        )
        for row in rows
        if row["status"] == "ok" and row["athlete"] and row["date"]
    )
    return PreviousRun(place=run.place, sets=sets, sha256=hashlib.sha256(data).hexdigest())


def all_rows(run: PreviousRun) -> list[dict[str, Any]]:
    """Every row of the run's sets.parquet, by column."""
    return _rows(RunFolder(run.place).read(SETS), run.place, columns=None)


def _rows(data: bytes, place: str, *, columns: list[str] | None) -> list[dict[str, Any]]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(data), columns=columns)
        rows: list[dict[str, Any]] = table.to_pylist()
    except pyarrow.ArrowException as error:
        raise UnreadableReport(f"{SETS} in {place!r} is not that of a batch: {error}") from error
    if columns is not None and set(table.column_names) != set(columns):
        raise UnreadableReport(f"{SETS} in {place!r} is not that of a batch: columns are missing")
    return rows
