"""How all rows ended enters; what speaks of the whole run leaves: tables, team page, failures, run.json, timing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from lookfeel.batch.driver import Lost, Outcome
from lookfeel.batch.keys import versions_here
from lookfeel.batch.outputs import CLIPS, REPORT, SIGNALS, result_files
from lookfeel.batch.previous import SETS, PreviousRun, all_rows
from lookfeel.batch.rows import Manifest, Row
from lookfeel.batch.run_folder import MARK, WORK, RunFolder
from lookfeel.batch.settings import Loaded
from lookfeel.batch.work import watched_name
from lookfeel.errors import StoreError

if TYPE_CHECKING:
    from lookfeel.report import ReportDocument
    from lookfeel.tables import RowLabel

RUN, TIMING, REPS, FAILURES, TEAM = "run.json", "timing.json", "reps.parquet", "failures.csv", "team.html"
RUN_SCHEMA = "1.0"
TITLE = "Batch"
"""Of the team's page when there is no manifest to call it by."""

SETS_AT_ONCE = 500
"""Whose rows are in memory at a time, and in one row group; some ten megabytes (chosen by us)."""

MOST_ON_PAGE = 5000
"""Sets on the team's page; more would take a browser long and a coach longer (chosen by us)."""


def gather(
    outcomes: Sequence[Outcome],
    folder: RunFolder,
    *,
    manifest: Manifest,
    loaded: Loaded,
    previous: Sequence[PreviousRun],
) -> None:
    """Write everything but timing.json; the same outcomes give the same bytes. run.json comes last."""
    from lookfeel.tables import FAILURE_COLUMNS, csv_bytes

    _remove_others(outcomes, folder, has_page=loaded.settings.has_pages)
    _write_tables(outcomes, folder, _metadata(manifest))
    failures = [_set_row(one, folder) for one in outcomes if one.failure is not None]
    folder.write(FAILURES, csv_bytes(FAILURE_COLUMNS, failures))
    _write_team(outcomes, folder, title=PurePath(manifest.name).stem or TITLE, previous=previous)
    folder.write(RUN, run_document(outcomes, manifest=manifest, loaded=loaded, previous=previous))


def _remove_others(outcomes: Sequence[Outcome], folder: RunFolder, *, has_page: bool) -> None:
    """Remove what no row of this run needs, such as the results of a row that was corrected since."""
    ours = {name for one in outcomes if one.folder for name in result_files(one.folder, has_page=has_page)}
    ours |= {watched_name(key) for one in outcomes for key in one.watched} | {MARK}
    folder.remove((folder.names(CLIPS) | folder.names(SIGNALS) | folder.names(WORK)) - ours)


def _write_tables(outcomes: Sequence[Outcome], folder: RunFolder, metadata: Mapping[str, str]) -> None:
    """sets.parquet and reps.parquet, one after the other so that few rows are in memory."""
    from lookfeel.tables import REP_COLUMNS, SET_COLUMNS, write_parquet

    parts = [outcomes[begin : begin + SETS_AT_ONCE] for begin in range(0, len(outcomes), SETS_AT_ONCE)]
    with folder.writing(SETS) as path:
        write_parquet(path, SET_COLUMNS, ([_set_row(one, folder) for one in part] for part in parts), metadata)
    with folder.writing(REPS) as path:
        write_parquet(path, REP_COLUMNS, (_rep_rows(part, folder) for part in parts), metadata)


def _metadata(manifest: Manifest) -> dict[str, str]:
    here = versions_here()
    return {
        "lookfeel_version": here.lookfeel,
        "code_sha256": here.code_sha256,
        "manifest_sha256": manifest.sha256,
        "rubrics_sha256": here.rubrics_sha256,
        "matrix_sha256": here.matrix_sha256,
        "library_sha256": here.library_sha256,
    }


def _set_row(outcome: Outcome, folder: RunFolder) -> dict[str, Any]:
    from lookfeel.tables import failed_row, set_row

    if outcome.failure is not None:
        return failed_row(_label(outcome), outcome.failure)
    return set_row(_label(outcome), _document(outcome, folder))


def _rep_rows(outcomes: Iterable[Outcome], folder: RunFolder) -> list[dict[str, Any]]:
    from lookfeel.tables import rep_rows

    good = (one for one in outcomes if one.failure is None)
    return [row for one in good for row in rep_rows(_label(one), _document(one, folder))]


def _document(outcome: Outcome, folder: RunFolder) -> ReportDocument:
    from lookfeel.report import ReportDocument

    name = f"{CLIPS}/{outcome.folder}/{REPORT}"
    try:
        return ReportDocument.model_validate_json(folder.read(name))
    except ValidationError as error:
        raise StoreError(f"{name!r} cannot be read", hint="Remove that file and start the batch again.") from error


def _label(outcome: Outcome) -> RowLabel:
    from lookfeel.tables import RowLabel

    row = outcome.row
    return RowLabel(
        clip=row.clip,
        result=outcome.folder or "",
        athlete=row.athlete,
        date=row.date,
        view=row.view,
        exercise_told=row.exercise,
        n_reps_told=row.n_reps_told,
        note=row.note,
    )


def _write_team(outcomes: Sequence[Outcome], folder: RunFolder, *, title: str, previous: Sequence[PreviousRun]) -> None:
    """The team's page; none for more sets than anybody looks through."""
    from lookfeel.batch.team import build_team_html

    if len(outcomes) > MOST_ON_PAGE:
        folder.remove({TEAM} & folder.names(""))
        return
    before = all_rows(previous[-1]) if previous else None
    sets = [_set_row(one, folder) for one in outcomes]
    folder.write(TEAM, build_team_html(sets, _rep_rows(outcomes, folder), previous_sets=before, title=title))


def run_document(
    outcomes: Sequence[Outcome], *, manifest: Manifest, loaded: Loaded, previous: Sequence[PreviousRun]
) -> bytes:
    """run.json: all that is needed to do the run again, a line per row, without times, machines and places."""
    head = {
        "schema_version": RUN_SCHEMA,
        "versions": asdict(versions_here()),
        "settings": loaded.settings.document(),
        "weights_sha256": list(loaded.weights_sha256),
        "manifest": {"name": manifest.name, "sha256": manifest.sha256},
        "previous": [{"sets_sha256": one.sha256} for one in previous],
        "n_rows": len(outcomes),
        "n_failed": sum(one.failure is not None for one in outcomes),
    }
    lines = ",\n".join("  " + _json(_row_document(one)) for one in outcomes)
    return (json.dumps(head, indent=1, ensure_ascii=False)[:-2] + f',\n "rows": [\n{lines}\n ]\n}}\n').encode()


def _row_document(outcome: Outcome) -> dict[str, Any]:
    told = {name: value for name, value in _told(outcome.row).items() if value is not None and value != {}}
    return told | {
        "video_sha256": list(outcome.video_sha256),
        "watched": list(outcome.watched),
        "key": outcome.key,
        "result": outcome.folder,
        "error": None if outcome.failure is None else outcome.failure.code,
    }


def _told(row: Row) -> dict[str, Any]:
    """What the row says, without where its clips lie on this machine."""
    names = [name for name in row.__dataclass_fields__ if name not in ("index", "source", "second_source")]
    told = {name: getattr(row, name) for name in names}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in told.items()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_day)


def _day(value: date) -> str:
    return value.isoformat()


def write_timing(folder: RunFolder, figures: Mapping[str, Any], *, n_workers: int, lost: Sequence[Lost]) -> None:
    """Write timing.json: how it went this time, the one file that another run does not repeat."""
    document = {**figures, "n_workers": n_workers, "workers_lost": [asdict(one) for one in lost]}
    folder.write(TIMING, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
