"""How all rows ended enters; what speaks of the whole run leaves: tables, team page, failures, run.json, timing.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from lookfeel.batch.driver import Lost, Outcome
from lookfeel.batch.keys import versions_here
from lookfeel.batch.outputs import CLIPS, SIGNALS, result_files
from lookfeel.batch.previous import PreviousRun
from lookfeel.batch.rows import Manifest, Row
from lookfeel.batch.run_folder import RunFolder
from lookfeel.batch.settings import Loaded

RUN, TIMING = "run.json", "timing.json"
RUN_SCHEMA = "1.0"


def gather(
    outcomes: Sequence[Outcome],
    folder: RunFolder,
    *,
    manifest: Manifest,
    loaded: Loaded,
    previous: Sequence[PreviousRun],
) -> None:
    """Write everything but timing.json; the same outcomes give the same bytes. run.json comes last."""
    _remove_others(outcomes, folder, has_page=loaded.settings.has_pages)
    folder.write(RUN, run_document(outcomes, manifest=manifest, loaded=loaded, previous=previous))


def _remove_others(outcomes: Sequence[Outcome], folder: RunFolder, *, has_page: bool) -> None:
    """Remove results that no row of this run has, such as those of a row that was corrected since."""
    ours = {name for one in outcomes if one.folder for name in result_files(one.folder, has_page=has_page)}
    folder.remove((folder.names(CLIPS) | folder.names(SIGNALS)) - ours)


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
