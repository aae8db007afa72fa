"""Sets of the store enter; the bytes of a table with the columns of a batch's table of sets leave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from lookfeel.errors import InvalidValue
from lookfeel.matrix import make_context, make_feels
from lookfeel.report import ReportDocument
from lookfeel.report.document import ContextDocument, DecisionDocument, FeelsDocument
from lookfeel.store.models import TrainingSet
from lookfeel.tables import SET_COLUMNS, RowLabel, csv_bytes, parquet_bytes, set_row

Form = Literal["csv", "parquet"]
MADE_BY = {"table": "lookfeel history"}


def table_form(path: Path) -> Form:
    """The form of a table by its file's ending.

    Raises
        InvalidValue: another one.
    """
    forms: dict[str, Form] = {".csv": "csv", ".parquet": "parquet"}
    if path.suffix.lower() not in forms:
        raise InvalidValue(f"{path.name!r} is no table", hint=f"Give a name that ends in {' or '.join(forms)}.")
    return forms[path.suffix.lower()]


def table_bytes(sets: Sequence[TrainingSet], form: Form) -> bytes:
    """One row a measured set, in this order, with what was said and decided last; `result` is the set's id."""
    rows = [_row(one) for one in sets]
    return csv_bytes(SET_COLUMNS, rows) if form == "csv" else parquet_bytes(SET_COLUMNS, rows, MADE_BY)


def _row(one: TrainingSet) -> dict[str, Any]:
    label = RowLabel(clip=one.name, result=one.id, athlete=one.athlete.name, date=one.created_at.date())
    return set_row(label, _current(one))


def _current(one: TrainingSet) -> ReportDocument:
    """The report as it was measured, with the answers and the decision that count now."""
    assert one.report is not None
    changes: dict[str, Any] = {}
    if one.answers is not None:
        changes["feels"] = FeelsDocument.model_validate(make_feels(**one.answers.feels))
        changes["context"] = ContextDocument.model_validate(make_context(**one.answers.context))
    if one.decisions:
        changes["decision"] = DecisionDocument.model_validate(one.decisions[-1].document)
    return ReportDocument.model_validate(one.report.document).model_copy(update=changes)
