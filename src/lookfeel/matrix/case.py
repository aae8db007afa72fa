"""What a decision is made from, in one place, and what a rule's pick looks like before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lookfeel.exercises import ExerciseSpec, RubricItem
from lookfeel.matrix.settings import MatrixSettings
from lookfeel.types import Feels, FeelsState, Looks, PastSet, TechniqueThreshold, TrainingContext

SEVERITY_ORDER = ("watch", "bad", "zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One set with everything that is known about it.

    n_reps: whole reps that were seen, None when nobody counted. history: earlier sets of this exercise, oldest first.
    load_cap_kg: load below which form holds as far as is known. limb_m: lengths of the athlete, with is_metric False
    when they are an average adult's. deepest_deg: knee bend at the bottom of the set.
    """

    looks: Looks
    feels: Feels
    state: FeelsState
    context: TrainingContext
    threshold: TechniqueThreshold
    n_reps: int | None
    spec: ExerciseSpec
    rep_looks: Sequence[Looks]
    settings: MatrixSettings
    strictness: float
    history: Sequence[PastSet]
    load_cap_kg: float | None
    limb_m: Mapping[str, float]
    is_metric: bool
    deepest_deg: float | None

    @property
    def last(self) -> PastSet | None:
        """The set before this one."""
        return self.history[-1] if self.history else None

    @property
    def reps(self) -> int | None:
        """Reps that were done, or else planned."""
        return self.context.planned_reps if self.n_reps is None else self.n_reps

    @property
    def days_since_last(self) -> float | None:
        """As said, or else by the history."""
        if self.context.days_since_last is not None or self.last is None:
            return self.context.days_since_last
        return self.last.days_ago


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A rule that applies, with its reasons, the figures of its action and the words for its placeholders."""

    rule_id: str
    reasons: tuple[str, ...] = ()
    parameters: dict[str, float] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)


def worst_item(case: Case) -> RubricItem | None:
    """Item to work on first: the gravest finding, then the greatest weight; without findings the lowest scored item.

    None when nothing was scored, or when the one fault that counts was not named.
    """
    weights = {item.item: item.weight for item in case.looks.items}
    known = {item.id: item for item in case.spec.rubric}
    if case.looks.findings:
        gravest = max(
            case.looks.findings, key=lambda found: (SEVERITY_ORDER.index(found.severity), weights.get(found.item, 0.0))
        )
        return known.get(gravest.item)
    scored = [(item.score, -item.weight, item.item) for item in case.looks.items if item.score is not None]
    return known.get(min(scored)[2]) if scored else None


def number_text(value: float) -> str:
    """A number as a person writes it: 72.5, 80."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
