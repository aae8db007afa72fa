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
    """sets: those with an athlete and a date. rows: all rows of sets.parquet, by column; sha256: of that file."""

    sets: tuple[DoneSet, ...]
    rows: tuple[dict[str, Any], ...]
    sha256: str


def read_previous(place: str) -> PreviousRun:
    """Read the sets of an earlier run.

    Raises
        FileMissing: there is no sets.parquet in it. UnreadableReport: it is none of ours.
    """
    import pyarrow
    import pyarrow.parquet

    run = RunFolder(place)
    try:
        data = run.read(SETS)
    except StoreError as error:
        hint = "Give the folder of an earlier 'lookfeel batch' that came to its end."
        raise FileMissing(f"there is no {SETS} in {place!r}", hint=hint) from error
    try:
        rows = pyarrow.parquet.read_table(pyarrow.BufferReader(data)).to_pylist()
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
    except (pyarrow.ArrowException, KeyError) as error:
        raise UnreadableReport(f"{SETS} in {place!r} is not that of a batch: {error}") from error
    return PreviousRun(sets=sets, rows=tuple(rows), sha256=hashlib.sha256(data).hexdigest())
