"""What a decision is made from, in one place, and what a rule's pick looks like before it is put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lookfeel.exercises import ExerciseSpec, RubricItem
from lookfeel.matrix.settings import MatrixSettings
from lookfeel.types import Feels, FeelsState, Looks, TechniqueThreshold, TrainingContext

SEVERITY_ORDER = ("watch", "bad", "zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One set with everything that is known about it. n_reps: whole reps that the video shows."""

    looks: Looks
    feels: Feels
    state: FeelsState
    context: TrainingContext
    threshold: TechniqueThreshold
    n_reps: int
    spec: ExerciseSpec
    rep_looks: Sequence[Looks]
    settings: MatrixSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A rule that applies, with its reasons, the figures of its action and the words for its placeholders."""

    rule_id: str
    reasons: tuple[str, ...] = ()
    parameters: dict[str, float] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)


def worst_item(case: Case) -> RubricItem | None:
    """Item to work on first: the gravest finding, then the greatest weight; without findings the lowest scored item."""
    weights = {item.item: item.weight for item in case.looks.items}
    if case.looks.findings:
        gravest = max(
            case.looks.findings, key=lambda found: (SEVERITY_ORDER.index(found.severity), weights.get(found.item, 0.0))
        )
        return case.spec.item(gravest.item)
    scored = [(item.score, -item.weight, item.item) for item in case.looks.items if item.score is not None]
    return case.spec.item(min(scored)[2]) if scored else None


def number_text(value: float) -> str:
    """A number as a person writes it: 72.5, 80."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
