"""An athlete and an exercise enter; earlier sets as PastSet leave, oldest first, for decisions and thresholds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lookfeel.store.models import TrainingSet, now
from lookfeel.types import PastSet

SECONDS_PER_DAY = 86_400.0


def history(
    session: Session, athlete_id: str, exercise: str | None = None, *, before: TrainingSet | None = None
) -> tuple[PastSet, ...]:
    """Sets of one athlete that were analysed, oldest first.

    Parameters
        exercise: only of this one; None = of all.
        before: only those filed before this set, and days are counted back from it; None = all, from now.
    """
    moment = now() if before is None else before.created_at
    chosen = (
        select(TrainingSet)
        .where(TrainingSet.athlete_id == athlete_id, TrainingSet.report.has())
        .options(selectinload(TrainingSet.decisions), selectinload(TrainingSet.answers))
        .order_by(TrainingSet.created_at, TrainingSet.id)
    )
    if exercise is not None:
        chosen = chosen.where(TrainingSet.exercise == exercise)
    if before is not None:
        chosen = chosen.where(TrainingSet.created_at < before.created_at, TrainingSet.id != before.id)
    return tuple(past_set(row, moment) for row in session.scalars(chosen))


def past_set(row: TrainingSet, moment: datetime) -> PastSet:
    """One row as the history tells it, seen from `moment`."""
    decision = row.decisions[-1].document if row.decisions else {}
    feels = row.answers.feels if row.answers else {}
    context = row.answers.context if row.answers else {}
    parameters = {name: value for name, value in decision.get("parameters", {}).items() if value is not None}
    return PastSet(
        session=row.created_at.date().isoformat(),
        days_ago=max(0.0, (moment - row.created_at).total_seconds() / SECONDS_PER_DAY),
        exercise=row.exercise or "none",
        variant=row.variant,
        load_kg=context.get("load_kg"),
        n_reps=row.n_reps,
        depth_deg=row.depth_deg,
        looks=row.looks or "not_assessable",  # type: ignore[arg-type]
        score=row.score,
        low=row.low,
        high=row.high,
        findings=tuple(row.findings),
        threshold_rep=row.threshold_rep,
        feels=decision.get("feels", "unknown"),
        pain=feels.get("pain"),
        reps_in_reserve=feels.get("reps_in_reserve"),
        rule_id=decision.get("rule_id"),
        action=decision.get("action"),
        cue=decision.get("cue"),
        parameters=parameters,
    )
