"""The folder of a batch enters; its rows, as its table of sets tells them, and their reports leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from lookfeel.errors import FileMissing, UnreadableReport
from lookfeel.report import ReportDocument, read_report

SETS = "sets.parquet"
CLIPS = "clips"
REPORT = "report.json"


class RunRow(BaseModel):
    """What an import needs of one row of a run; empty cells are None.

    clip: as the manifest has it. result: name of the folder with its report; None for a clip that failed.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    clip: str
    result: str | None
    athlete: str | None
    date: date | None
    status: str
    error_message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A finished run."""

    root: Path
    rows: tuple[RunRow, ...]

    def report(self, row: RunRow) -> ReportDocument:
        """The report of a row that did not fail.

        Raises
            FileMissing: it is not there. UnreadableReport: it is none, or none of this version.
        """
        if row.result in (None, ".", "..") or Path(row.result).name != row.result:
            raise UnreadableReport(f"{row.result!r} is no folder of a result")
        return read_report(self.root / CLIPS / row.result / REPORT)


def read_run(root: Path) -> FinishedRun:
    """Read which sets a run has.

    Raises
        FileMissing: it is no run, or one that has not come to its end. UnreadableReport: its table cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = root / SETS
    if not path.is_file():
        hint = "Give the folder of a finished 'lookfeel batch'; one that was stopped goes on when it is run again."
        raise FileMissing(f"there is no {SETS} in {str(root)!r}", hint=hint)
    try:
        cells = pq.read_table(path, columns=list(RunRow.model_fields)).to_pylist()
        rows = tuple(RunRow.model_validate(_without_empty(row)) for row in cells)
    except (pa.ArrowException, OSError, ValidationError) as error:
        raise UnreadableReport(f"{str(path)!r} is no table of sets that we know: {error}") from error
    return FinishedRun(root=root, rows=rows)


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value == "" else value for name, value in row.items()}
