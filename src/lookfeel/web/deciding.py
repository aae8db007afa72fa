"""What was measured and what was said enter; the report with its decision leaves, without another look at the video.

The one place of the server where `decide` is called: a set is decided when it was analysed and each time an answer or
the training around it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session

from lookfeel.errors import StoreError
from lookfeel.exercises import load_exercise
from lookfeel.matrix import decide, make_context, make_feels
from lookfeel.report import ReportDocument
from lookfeel.report.document import ContextDocument, DecisionDocument, FeelsDocument
from lookfeel.store import history
from lookfeel.store.models import DecisionRow, TrainingSet
from lookfeel.types import Looks, PastSet, SetReport, TechniqueThreshold
from lookfeel.web.preferences import Preferences, preferences_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a decision needs of an analysis. spec_name: exercise whose rubric and words were used. limb_m: segment
    lengths of the athlete in metres; is_metric: they are the athlete's own."""

    looks: Looks
    rep_looks: tuple[Looks, ...]
    threshold: TechniqueThreshold
    n_reps: int
    spec_name: str
    limb_m: dict[str, float]
    is_metric: bool


_JUDGEMENT: TypeAdapter[Judgement] = TypeAdapter(Judgement)


def judgement_of(report: SetReport, spec_name: str) -> Judgement:
    """What is kept of a report to decide again."""
    return Judgement(
        looks=report.looks,
        rep_looks=report.rep_looks,
        threshold=report.threshold,
        n_reps=sum(not rep.is_partial for rep in report.reps),
        spec_name=spec_name,
        limb_m=dict(report.body.segment_m),
        is_metric=report.body.is_metric,
    )


def dump_judgement(judgement: Judgement) -> dict[str, Any]:
    """As JSON values, for a row."""
    kept: dict[str, Any] = _JUDGEMENT.dump_python(judgement, mode="json")
    return kept


def parse_judgement(kept: object) -> Judgement:
    """From JSON values; StoreError when they are none."""
    try:
        return _JUDGEMENT.validate_python(kept)
    except ValidationError as error:
        raise StoreError("the kept judgement of this set cannot be read", hint="Measure the set again.") from error


def decided(
    document: ReportDocument,
    judgement: Judgement,
    *,
    feels: dict[str, Any],
    context: dict[str, Any],
    past: Sequence[PastSet],
    preferences: Preferences,
) -> ReportDocument:
    """The report with the decision that these answers lead to.

    Parameters
        feels, context: options of make_feels and make_context. past: earlier sets of this exercise, oldest first.
    Raises
        InvalidValue: an answer makes no sense.
    """
    said, around = make_feels(**feels), make_context(**context)
    decision = decide(
        judgement.looks,
        feels=said,
        context=around,
        threshold=judgement.threshold,
        n_reps=judgement.n_reps,
        spec=load_exercise(judgement.spec_name),
        rep_looks=judgement.rep_looks,
        # Once the matrix reads them: history=past, strictness=preferences.strictness, limb_m=judgement.limb_m,
        # is_metric=judgement.is_metric, load_cap_kg=safe_load_kg(find_load_threshold(past)).
    )
    del past, preferences
    return document.model_copy(
        update={
            "feels": FeelsDocument.model_validate(said),
            "context": ContextDocument.model_validate(around),
            "decision": DecisionDocument.model_validate(decision),
        }
    )


def decide_set(rows: Session, training_set: TrainingSet) -> ReportDocument:
    """Decide an analysed set anew from its rows, keep the decision when it is another one, and give the report."""
    assert training_set.report is not None
    assert training_set.answers is not None
    preferences = preferences_of(training_set.athlete.settings)
    document = decided(
        ReportDocument.model_validate(training_set.report.document),
        parse_judgement(training_set.report.judgement),
        feels=training_set.answers.feels,
        context=preferences.context() | training_set.answers.context,
        past=history(rows, training_set.athlete_id, training_set.exercise, before=training_set),
        preferences=preferences,
    )
    decision = document.decision.model_dump(mode="json")
    if not training_set.decisions or training_set.decisions[-1].document != decision:
        training_set.decisions.append(DecisionRow(document=decision))
    return document
