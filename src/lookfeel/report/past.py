"""Reports and lists of earlier sets enter, PastSets leave; what cannot be read is named and passed over.

A report is read by what is needed of it, so that any version 1.x will do. It does not say when it was filmed: the
session is the date in the name of the clip, of the report's folder or of the folder above, whichever is found first,
written 2026-11-26 or 20261126 as phones do; where there is none, it is the name of the folder above.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from pathlib import Path
from statistics import median
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lookfeel.errors import FileMissing, LookfeelError, UnreadableReport
from lookfeel.exercises import load_scoring, resolve_exercise
from lookfeel.report.document import report_document
from lookfeel.types import ActionName, FeelsState, LooksState, PastSet, SetReport

REPORT_NAME = "report.json"
DEPTH = "depth_thigh_angle_deg"
NEEDED_COLUMNS = frozenset({"session", "exercise", "load_kg"})
DATE = re.compile(r"(?<!\d)(20\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")

Score = Annotated[float, Field(ge=0, le=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSets:
    """sets: in the order of the paths. skipped: path, and line of a list, with the reason why it was passed over."""

    sets: tuple[PastSet, ...]
    skipped: tuple[tuple[str, str], ...]


class _Part(BaseModel):
    """What is needed of a part of report.json; the rest is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True, allow_inf_nan=False)


class _Video(_Part):
    name: str
    sha256: str


class _Exercise(_Part):
    name: str
    variant: str | None


class _Metric(_Part):
    value: float | None


class _Rep(_Part):
    is_partial: bool
    metrics: dict[str, _Metric]


class _Finding(_Part):
    item: str


class _Looks(_Part):
    state: LooksState
    score: Score | None
    low: Score | None
    high: Score | None
    findings: tuple[_Finding, ...]


class _Breakdown(_Part):
    rep_index: int | None


class _Feels(_Part):
    pain: float | None
    reps_in_reserve: float | None


class _Context(_Part):
    load_kg: float | None


class _Decision(_Part):
    rule_id: str
    action: ActionName
    cue: str | None
    parameters: dict[str, float | None]
    feels: FeelsState


class _Report(_Part):
    schema_version: Annotated[str, Field(pattern=r"^1\.\d+$")]
    video: _Video
    exercise: _Exercise
    n_reps: int
    reps: tuple[_Rep, ...]
    looks: _Looks
    technique_threshold: _Breakdown
    feels: _Feels
    context: _Context
    decision: _Decision


class _Row(BaseModel):
    """One line of a list. looks: told by the score when not given."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    session: Annotated[str, Field(min_length=1)]
    exercise: str
    load_kg: Annotated[float, Field(ge=0)] | None = None
    score: Score | None = None
    low: Score | None = None
    high: Score | None = None
    looks: Literal["good", "uncertain", "bad"] | None = None
    depth_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    n_reps: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> _Row:
        if self.score is None and self.looks is None:
            raise ValueError("a score or looks (good, uncertain, bad) is needed")
        ends = [end for end in (self.low, self.score, self.high) if end is not None]
        if ends != sorted(ends):
            raise ValueError("low, score and high must be in this order")
        return self


def read_past_set(path: Path) -> PastSet:
    """One report.json as a past set; its `days_ago` stays open.

    Raises
        UnreadableReport: it is not a report of version 1.x, or cannot be read at all.
    """
    return _past_set(path, _read_report(path))


def past_set_of(report: SetReport) -> PastSet:
    """A report at hand as a past set; its session is told by the clip's name and folder, `days_ago` stays open."""
    document = _Report.model_validate_json(report_document(report).model_dump_json())
    return _past_set(Path(report.video.path), document)


def read_past_sets(paths: str | Path | Iterable[str | Path], *, before: Path | None = None) -> PastSets:
    """All sets under these paths: folders (every report.json below), report.json files, and lists (.csv).

    A list has the columns session, exercise, load_kg, score, low, high, looks, depth_deg, n_reps; the first three and
    score or looks are needed. A clip that was analysed twice counts once. `days_ago` counts from the newest date found.

    Parameters
        before: a clip; only what was filmed before it is wanted, without itself, and `days_ago` counts from the date in
        its name or its folder's.
    Returns
        The sets, oldest first; those without a date come before those with one, in the order of the paths.
    Raises
        FileMissing: there is no set in any of them; the hint says what was passed over.
    """
    sets: list[PastSet] = []
    skipped: list[tuple[str, str]] = []
    seen: dict[str, Path] = {} if before is None else {_sha256_of(before): before}
    for file in dict.fromkeys(file.resolve() for path in _as_paths(paths) for file in _files_of(path)):
        try:
            found, passed = _read_list(file) if file.suffix.lower() == ".csv" else (_read_once(file, seen), [])
        except LookfeelError as error:
            skipped.append((str(file), error.message))
        else:
            sets += found
            skipped += passed
    if not sets:
        raise _nothing_found(skipped)
    today = None if before is None else _date_in(before.name) or _date_in(before.resolve().parent.name)
    return PastSets(sets=_oldest_first(_with_days(sets, today)), skipped=tuple(skipped))


def _sha256_of(clip: Path) -> str:
    try:
        with clip.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # the clip's own reader says what is wrong with it


def _as_paths(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    return [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]


def _files_of(path: Path) -> Sequence[Path]:
    return sorted(path.rglob(REPORT_NAME)) if path.is_dir() else [path]


def _nothing_found(skipped: Sequence[tuple[str, str]]) -> FileMissing:
    hint = "Give folders that 'lookfeel analyze' wrote to, or a .csv list of sets."
    if skipped:
        hint = f"{skipped[0][0]}: {skipped[0][1]}"
    return FileMissing(f"No set was found ({len(skipped)} files could not be read).", hint=hint)


def _read_once(path: Path, seen: dict[str, Path]) -> list[PastSet]:
    """The set of a report, remembered in `seen` by its clip's hash; refused when that clip was read before."""
    report = _read_report(path)
    if report.video.sha256 in seen:
        raise UnreadableReport(f"the same clip as in {seen[report.video.sha256]}, counted once")
    seen[report.video.sha256] = path
    return [_past_set(path, report)]


def _read_report(path: Path) -> _Report:
    try:
        return _Report.model_validate_json(_bytes_of(path))
    except ValidationError as error:
        raise UnreadableReport(f"not a report of version 1.x: {_problem(error)}") from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableReport(f"cannot be read: {error.strerror or error}") from error


def _problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])


def _past_set(path: Path, report: _Report) -> PastSet:
    depths = [rep.metrics[DEPTH].value for rep in report.reps if not rep.is_partial and DEPTH in rep.metrics]
    known = [depth for depth in depths if depth is not None]
    looks, decision = report.looks, report.decision
    return PastSet(
        session=_session_of(path, report.video.name),
        exercise=report.exercise.name,
        variant=report.exercise.variant,
        load_kg=report.context.load_kg,
        n_reps=report.n_reps,
        depth_deg=median(known) if known else None,
        looks=looks.state,
        score=looks.score,
        low=looks.low,
        high=looks.high,
        findings=tuple(dict.fromkeys(finding.item for finding in looks.findings)),
        threshold_rep=report.technique_threshold.rep_index,
        feels=decision.feels,
        pain=report.feels.pain,
        reps_in_reserve=report.feels.reps_in_reserve,
        rule_id=decision.rule_id,
        action=decision.action,
        cue=decision.cue,
        parameters={name: value for name, value in decision.parameters.items() if value is not None},
    )


def _session_of(path: Path, clip: str) -> str:
    folder = path.resolve().parent
    for name in (clip, folder.name, folder.parent.name):
        day = _date_in(name)
        if day is not None:
            return day.isoformat()
    return folder.parent.name or folder.name or "unnamed"


def _date_in(name: str) -> date | None:
    """The first date that exists in a name."""
    for found in DATE.finditer(name):
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            continue
    return None


def _with_days(sets: Sequence[PastSet], today: date | None) -> list[PastSet]:
    """Days from each set's date to today or else to the newest one; None where the session is no date. What was filmed
    later than today is left out."""
    days = [_date_in(past.session) for past in sets]
    newest = today or max((day for day in days if day is not None), default=None)
    return [
        past if day is None or newest is None else replace(past, days_ago=float((newest - day).days))
        for past, day in zip(sets, days, strict=True)
        if day is None or newest is None or day <= newest
    ]


def _oldest_first(sets: Sequence[PastSet]) -> tuple[PastSet, ...]:
    return tuple(sorted(sets, key=lambda past: -inf if past.days_ago is None else -past.days_ago))


def _read_list(path: Path) -> tuple[list[PastSet], list[tuple[str, str]]]:
    """Sets of a .csv list, and the lines that were passed over."""
    try:
        text = _bytes_of(path).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text), restkey="cells without a column", strict=True)
        _check_columns(reader.fieldnames or ())
        rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableReport(f"not a list in UTF-8 with commas: {error}") from error
    sets: list[PastSet] = []
    skipped: list[tuple[str, str]] = []
    for number, row in enumerate(rows, start=2):
        try:
            sets.append(_set_of_row(row))
        except (ValidationError, LookfeelError) as error:
            why = _problem(error) if isinstance(error, ValidationError) else error.message
            skipped.append((f"{path}, line {number}", why))
    return sets, skipped


def _check_columns(columns: Sequence[str]) -> None:
    unknown, missing = set(columns) - set(_Row.model_fields), NEEDED_COLUMNS - set(columns)
    if unknown or missing:
        what = f"unknown column {min(unknown)!r}" if unknown else f"no column {min(missing)!r}"
        raise UnreadableReport(f"{what}; a list has the columns {', '.join(_Row.model_fields)}")


def _set_of_row(cells: dict[str, Any]) -> PastSet:
    row = _Row.model_validate({name: cell for name, cell in cells.items() if cell not in (None, "")})
    spec, variant = resolve_exercise(row.exercise)
    looks = row.looks or ("good" if (row.score or 0.0) >= load_scoring().scoring.good_score else "uncertain")
    return PastSet(
        session=row.session,
        exercise=spec.name,
        variant=variant,
        load_kg=row.load_kg,
        n_reps=row.n_reps,
        depth_deg=row.depth_deg,
        looks=looks,
        score=row.score,
        low=row.low,
        high=row.high,
    )
