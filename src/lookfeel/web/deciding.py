"""What was measured and what was said enter; the report with its decision leaves, without another look at the video.

The one place of the server where `decide` is called: a set is decided when it was analysed and each time an answer or
the training around it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from lookfeel.exercises import load_exercise
from lookfeel.kept.judgement import Judgement, parse_judgement
from lookfeel.matrix import decide, make_context, make_feels
from lookfeel.report import ReportDocument
from lookfeel.report.document import ContextDocument, DecisionDocument, FeelsDocument
from lookfeel.store import history
from lookfeel.store.models import DecisionRow, TrainingSet
from lookfeel.threshold import held_load_kg
from lookfeel.types import PastSet
from lookfeel.web.preferences import preferences_of


def decided(
    document: ReportDocument,
    judgement: Judgement,
    *,
    feels: dict[str, Any],
    context: dict[str, Any],
    past: Sequence[PastSet] = (),
) -> ReportDocument:
    """The report with the decision that these answers lead to.

    Parameters
        feels, context: options of make_feels and make_context. past: earlier sets of this exercise, oldest first.
    Raises
        InvalidValue: an answer makes no sense.
    """
    said, around = make_feels(**feels), make_context(**context)
    exercise, _, variant = judgement.rubric.partition("/")
    decision = decide(
        judgement.looks,
        feels=said,
        context=around,
        threshold=judgement.threshold,
        n_reps=judgement.n_reps,
        spec=load_exercise(exercise, variant=variant or None),
        rep_looks=judgement.rep_looks,
        history=past,
        strictness=judgement.strictness,
        load_cap_kg=held_load_kg(past, exercise=variant or exercise),
        limb_m=judgement.limb_m,
        is_metric=judgement.is_metric,
        deepest_deg=judgement.deepest_deg,
    )
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
    document = decided(
        ReportDocument.model_validate(training_set.report.document),
        parse_judgement(training_set.report.judgement),
        feels=training_set.answers.feels,
        context=preferences_of(training_set.athlete.settings).context() | training_set.answers.context,
        past=history(rows, training_set.athlete_id, training_set.exercise, before=training_set),
    )
    decision = document.decision.model_dump(mode="json")
    if not training_set.decisions or training_set.decisions[-1].document != decision:
        training_set.decisions.append(DecisionRow(document=decision))
    return document
