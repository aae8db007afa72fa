"""What somebody asks of the history enters; athletes, sets and thresholds leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from lookfeel.errors import InvalidValue
from lookfeel.exercises import resolve_exercise
from lookfeel.store.history import history
from lookfeel.store.models import Athlete, TrainingSet
from lookfeel.store.people import is_called
from lookfeel.threshold import find_load_threshold
from lookfeel.types import LoadThreshold

N_NAMES = 8
"""Names that a hint lists; chosen by us: they fit two lines."""


PARTS = (TrainingSet.athlete, TrainingSet.decisions, TrainingSet.answers, TrainingSet.overrides)
"""What a line of a list shows besides the set's own figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AthleteSummary:
    """One athlete. latest: None without a measured set. thresholds: of each exercise that has one, by its name."""

    athlete: Athlete
    n_sets: int
    latest: TrainingSet | None
    thresholds: tuple[LoadThreshold, ...]


def summaries(rows: Session) -> list[AthleteSummary]:
    """Everybody in the store, by name."""
    people = rows.scalars(select(Athlete).order_by(func.lower(Athlete.name), Athlete.id)).all()
    return [_summary(rows, one) for one in people]


def _summary(rows: Session, athlete: Athlete) -> AthleteSummary:
    sets = measured_sets(rows, athlete=athlete)
    past = history(rows, athlete.id)
    kinds = sorted({one.variant or one.exercise for one in past if one.load_kg and one.exercise != "none"})
    found = (find_load_threshold(past, exercise=kind) for kind in kinds)
    return AthleteSummary(
        athlete=athlete,
        n_sets=len(sets),
        latest=sets[0] if sets else None,
        thresholds=tuple(one for one in found if one.status != "not_estimable"),
    )


def measured_sets(
    rows: Session, *, athlete: Athlete | None = None, exercise: str | None = None, since: date | None = None
) -> list[TrainingSet]:
    """Sets that have a report, newest first.

    Parameters
        athlete, exercise, since: only of this one, of this exercise or variant, and of this day or later.
    Raises
        UnknownExercise: nothing has this name.
    """
    chosen = (
        select(TrainingSet)
        .where(TrainingSet.report.has())
        .options(*(selectinload(part) for part in PARTS))
        .order_by(TrainingSet.created_at.desc(), TrainingSet.id)
    )
    if athlete is not None:
        chosen = chosen.where(TrainingSet.athlete_id == athlete.id)
    if exercise is not None:
        spec, variant = resolve_exercise(exercise)
        chosen = chosen.where(TrainingSet.exercise == spec.name)
        if variant is not None:
            chosen = chosen.where(TrainingSet.variant == variant)
    if since is not None:
        chosen = chosen.where(TrainingSet.created_at >= datetime.combine(since, time(), UTC))
    return list(rows.scalars(chosen))


def find_athlete(rows: Session, name: str) -> Athlete:
    """The one athlete of a name, or of an id.

    Raises
        InvalidValue: nobody, or several; the hint says who there is.
    """
    people = rows.scalars(select(Athlete).order_by(Athlete.name, Athlete.id)).all()
    named = [one for one in people if one.id == name or is_called(one.name, name)]
    if len(named) == 1:
        return named[0]
    if named:
        hint = f"Give the id instead: {', '.join(one.id for one in named)}."
        raise InvalidValue(f"{len(named)} athletes are called {name!r}", hint=hint)
    raise InvalidValue(f"no athlete is called {name!r}", hint=f"There are: {_names(people)}.")


def _names(people: Sequence[Athlete]) -> str:
    shown = ", ".join(one.name for one in people[:N_NAMES]) or "none yet"
    return f"{shown} and {len(people) - N_NAMES} more" if len(people) > N_NAMES else shown


def find_set(rows: Session, start: str) -> TrainingSet:
    """The one measured set whose id starts so.

    Raises
        InvalidValue: none, or several.
    """
    chosen = select(TrainingSet).where(TrainingSet.id.startswith(start, autoescape=True), TrainingSet.report.has())
    found = rows.scalars(chosen.limit(2)).all()
    if len(found) == 1:
        return found[0]
    what = "several sets have an id" if found else "no set has an id"
    raise InvalidValue(f"{what} that starts with {start!r}", hint="'lookfeel history sets' lists them.")
