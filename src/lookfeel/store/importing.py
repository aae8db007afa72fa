"""Reports that were made elsewhere enter, with whose they are and when they were filmed; sets of the store leave.

Each set is one transaction, with its athlete and team where these are new: whatever ends an import, each set is there
whole or not at all, and the same import again adds what is missing. A set is known again by athlete, day and clip.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lookfeel.atomic import whole_file
from lookfeel.errors import FileMissing, InputError, InvalidValue, StoreError, UnreadableReport
from lookfeel.kept.answers import context_said, feels_said
from lookfeel.kept.judgement import judgement_from_document
from lookfeel.report import ReportDocument
from lookfeel.store import queue
from lookfeel.store.database import Database
from lookfeel.store.filing import file_report, want_as_measured
from lookfeel.store.finished_run import FinishedRun
from lookfeel.store.folder import DataFolder, flush_folder
from lookfeel.store.models import Answers, Athlete, DecisionRow, TrainingSet, now
from lookfeel.store.people import athlete_called, team_called

Outcome = Literal["added", "replaced", "there", "differs"]
"""'there': with this very result; 'differs': with another one, which is kept."""

NOON = time(12, tzinfo=UTC)
"""Moment of the first set of a day that is imported: in most time zones it is the same day. Chosen by us."""

COPY_BYTES = 1 << 20
NO_ATHLETE, NO_DATE = "no athlete is told", "no date is told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filmed:
    """One set as it was measured elsewhere. athlete: a name within the team."""

    athlete: str
    day: date
    document: ReportDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of it."""

    set_id: str
    athlete: str
    outcome: Outcome


def import_set(database: Database, filmed: Filmed, *, team: str | None = None, is_replacing: bool = False) -> Imported:
    """Put one set into the store, unless it is there.

    Parameters
        team: name of the team that its athlete belongs to, see `team_called`.
        is_replacing: take this result in the place of another one of the same set.
    Raises
        InvalidValue: the day is still to come, or the name is none or that of several people.
    """
    if filmed.day > now().astimezone().date():
        raise InvalidValue(f"the date {filmed.day} is still to come", hint="Correct the date.")
    with database.writing() as rows:
        athlete = athlete_called(rows, team_called(rows, team), filmed.athlete)
        found = _same_set(rows, athlete, filmed)
        if found is None:
            found = _new_set(rows, athlete, filmed)
            outcome: Outcome = "added"
        elif found.report is not None and found.report.document == filmed.document.model_dump(mode="json"):
            outcome = "there"
        else:
            outcome = "replaced" if is_replacing else "differs"
        if outcome in ("added", "replaced"):
            _write(rows, found, filmed.document)
        return Imported(set_id=found.id, athlete=athlete.name, outcome=outcome)


def _same_set(rows: Session, athlete: Athlete, filmed: Filmed) -> TrainingSet | None:
    """The set of this athlete, day and clip, whether it was imported or sent to the page."""
    is_same = (
        TrainingSet.athlete_id == athlete.id,
        TrainingSet.video_sha256 == filmed.document.provenance.video_sha256,
        *_on(filmed.day),
    )
    return rows.scalars(select(TrainingSet).where(*is_same).order_by(TrainingSet.created_at).limit(1)).first()


def _on(day: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    start = datetime.combine(day, time(), UTC)
    return TrainingSet.created_at >= start, TrainingSet.created_at < start + timedelta(days=1)


def _new_set(rows: Session, athlete: Athlete, filmed: Filmed) -> TrainingSet:
    made = TrainingSet(
        athlete_id=athlete.id,
        name=filmed.document.video.name,
        created_at=_moment(rows, athlete, filmed.day),
        size_bytes=0,
    )
    rows.add(made)
    rows.flush()
    return made


def _moment(rows: Session, athlete: Athlete, day: date) -> datetime:
    """When a set counts as filmed of which only the day is known: after those of that day which are here already, so
    that the order in which they come is kept; never later than now."""
    n_before = rows.scalar(select(func.count()).where(TrainingSet.athlete_id == athlete.id, *_on(day))) or 0
    return min(datetime.combine(day, NOON) + timedelta(seconds=n_before), now())


def _write(rows: Session, training_set: TrainingSet, document: ReportDocument) -> None:
    """The result in the place of whatever is there or on its way; earlier decisions stay beside the new one."""
    queue.cancel(rows, training_set.id, StoreError("a result was imported in its place"))
    training_set.status, training_set.results = "ready", None  # no drawing of another result
    training_set.error_code = training_set.error_message = training_set.error_hint = None
    file_report(training_set, document, judgement_from_document(document))
    want_as_measured(training_set)
    feels, context = feels_said(document), context_said(document)
    if training_set.answers is None:
        training_set.answers = Answers(feels=feels, context=context)
    else:
        training_set.answers.feels, training_set.answers.context = feels, context
    decision = document.decision.model_dump(mode="json")
    training_set.decisions.append(DecisionRow(document=decision))


@dataclass(slots=True, kw_only=True)
class RunImport:
    """What became of the rows of a run so far: each is in exactly one of the first three lists.

    sets: those that are in the store now. failed: clips that the batch could not measure, or whose report cannot be
    read. skipped: those that lack something, with what. without_video: sets whose clip was wanted and not found.
    """

    sets: list[Imported] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    without_video: list[tuple[str, str]] = field(default_factory=list)

    def n(self, outcome: Outcome) -> int:
        """Sets of which this became."""
        return sum(one.outcome == outcome for one in self.sets)


def import_run(
    database: Database,
    run: FinishedRun,
    *,
    team: str | None = None,
    athlete: str | None = None,
    day: date | None = None,
    is_replacing: bool = False,
    videos: tuple[DataFolder, Path] | None = None,
    on_row: Callable[[int], None] = lambda _done: None,
) -> RunImport:
    """Put the sets of a finished run into the store.

    Parameters
        athlete, day: of the rows that do not say. videos: where to keep the clips, and the folder that the paths of the
        manifest start from; None = they stay where they are. on_row: told how many rows are done.
        team, is_replacing: as in `import_set`.
    """
    told = RunImport()
    for done, row in enumerate(run.rows, start=1):
        who, when = row.athlete or athlete, row.date or day
        if row.status != "ok":
            told.failed.append((row.clip, row.error_message or "it could not be measured"))
        elif who is None or when is None:
            told.skipped.append((row.clip, NO_ATHLETE if who is None else NO_DATE))
        else:
            try:
                filmed = Filmed(athlete=who, day=when, document=run.report(row))
                told.sets.append(import_set(database, filmed, team=team, is_replacing=is_replacing))
            except (FileMissing, UnreadableReport) as error:
                told.failed.append((row.clip, error.message))
            except InvalidValue as error:
                told.skipped.append((row.clip, error.message))
            else:
                _keep_video(database, videos, told, row.clip)
        on_row(done)
    return told


def _keep_video(database: Database, videos: tuple[DataFolder, Path] | None, told: RunImport, clip: str) -> None:
    """Copy the clip of the set that came last, where clips are wanted; one that is not found is told."""
    if videos is None:
        return
    folder, start = videos
    try:
        import_video(database, folder, told.sets[-1].set_id, start / clip)
    except InputError as error:
        told.without_video.append((clip, error.message))


def import_video(database: Database, folder: DataFolder, set_id: str, clip: Path) -> None:
    """Copy the clip of an imported set into the store, where it is not yet. Safe beside a running server: the set's row
    is there before its folder, and a set that is deleted meanwhile leaves nothing.

    Raises
        FileMissing: it cannot be read. InvalidValue: it is not the clip that was measured. StoreError: no room for it.
    """
    with database.reading() as rows:
        row = rows.get(TrainingSet, set_id)
    if row is None or row.has_video:
        return
    size_bytes = _copy(clip, folder.video(set_id), sha256=row.video_sha256 or "")
    with database.writing() as rows:
        row = rows.get(TrainingSet, set_id)
        if row is not None:
            row.size_bytes = size_bytes
    if row is None:
        folder.delete_set(set_id)


def _copy(source: Path, target: Path, *, sha256: str) -> int:
    """Copy a file whose hash is known, whole or not at all; its size."""
    seen, size_bytes = hashlib.sha256(), 0
    try:
        clip = source.open("rb")
    except OSError as error:
        hint = "Give the folder that the manifest's paths start from."
        raise FileMissing(f"{str(source)!r} cannot be read: {error.strerror or error}", hint=hint) from error
    with clip, whole_file(target) as part:
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as copy:
            while block := clip.read(COPY_BYTES):
                seen.update(block)
                size_bytes += copy.write(block)
        if seen.hexdigest() != sha256:
            raise InvalidValue(f"{str(source)!r} is not the clip that was measured", hint="Give its own file.")
    flush_folder(target.parent)
    return size_bytes
