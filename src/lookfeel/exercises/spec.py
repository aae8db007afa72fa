"""The shape of an exercise file: a decoded TOML table goes in, a frozen and cross-checked ExerciseSpec comes out."""

from __future__ import annotations

import math
from itertools import pairwise
from string import Formatter
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lookfeel.errors import InvalidValue
from lookfeel.types import Side, ViewName, unit_of

ViewGroup = Literal["front", "side", "oblique"]
VIEW_GROUPS: tuple[ViewGroup, ...] = get_args(ViewGroup)
Direction = Literal["higher_is_worse", "lower_is_worse"]
Evidence = Literal["evidence", "derived", "choice"]
"""evidence: the anchor is published; derived: from geometry or another published figure; choice: ours, unvalidated."""

AS_WRITTEN = 0.5
"""Strictness at which the rubric's anchors stand as they are written."""

OPEN_PLACEHOLDERS = frozenset({"item", "rep", "n_bad", "n_reps", "coverage", "needed", "reason", "view"})
TEXT_PLACEHOLDERS = frozenset({"side", "value", "when", "phase"})


def view_group(view: ViewName) -> ViewGroup:
    """Which of the rubric's lists a view uses; an unknown view uses the oblique list, which trusts no one plane."""
    if view in ("front", "rear"):
        return "front"
    if view in ("side_left", "side_right"):
        return "side"
    return "oblique"


class StrictModel(BaseModel):
    """Base of every settings table: unknown keys, wrong types and non-finite numbers are refused; it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Anchors(StrictModel):
    """Values of a measure at which it is worth 1 (ideal), 0.7 (watch), 0.4 (bad) and 0 (zero)."""

    ideal: float
    watch: float
    bad: float
    zero: float

    def as_tuple(self) -> tuple[float, float, float, float]:
        """The four anchors from best to worst."""
        return (self.ideal, self.watch, self.bad, self.zero)

    def tightened(self, factor: float) -> Anchors:
        """Anchors so many times as near to the ideal (factor > 1) or as far from it (< 1); the ideal itself stays."""
        watch, bad, zero = (self.ideal + (anchor - self.ideal) / factor for anchor in self.as_tuple()[1:])
        return Anchors(ideal=self.ideal, watch=watch, bad=bad, zero=zero)


class Display(StrictModel):
    """How a value is shown to a person: value x scale, rounded to `decimals`, followed by `unit`."""

    unit: str
    scale: float = 1.0
    decimals: int = Field(default=0, ge=0, le=3)


class Measure(StrictModel):
    """A metric with the anchors it is judged by and the words for what it shows.

    metric: name in RepMetrics; '{side}' in it stands for each working leg. definition: what is measured, in one plain
    sentence. watch_text, bad_text: one sentence to the athlete, with {side}, {value}, {when} (such as ' from rep 4 on')
    and, where the fault has a moment that its words do not name yet, {phase} (such as ' on the way up').
    """

    metric: str
    definition: str
    unit: str
    direction: Direction
    anchors: Anchors
    display: Display
    watch_text: str
    bad_text: str

    @property
    def is_per_side(self) -> bool:
        """Whether each working leg has a value of its own."""
        return "{side}" in self.metric

    def metric_for(self, side: Side) -> str:
        """Name of the metric of one leg."""
        return self.metric.replace("{side}", side)

    @field_validator("watch_text", "bad_text")
    @classmethod
    def _known_placeholders(cls, text: str) -> str:
        unknown = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - TEXT_PLACEHOLDERS
        if unknown:
            raise ValueError(f"unknown placeholder {sorted(unknown)}; allowed: {sorted(TEXT_PLACEHOLDERS)}")
        if "{when}" not in text or "{value}" not in text:
            raise ValueError("the sentence must hold {value} and {when}")
        return text

    @model_validator(mode="after")
    def _anchors_in_order(self) -> Measure:
        sign = 1.0 if self.direction == "higher_is_worse" else -1.0
        signed = [sign * anchor for anchor in self.anchors.as_tuple()]
        if any(later <= earlier for earlier, later in pairwise(signed)):
            raise ValueError(f"anchors must run strictly from ideal to zero ({self.direction})")
        if unit_of(self.metric_for("left")) != self.unit:
            raise ValueError(f"unit {self.unit!r} is not the unit named by {self.metric!r}")
        return self


class Weights(StrictModel):
    """Weight of an item in the list of each view; 0 where that view cannot judge it."""

    front: float = Field(default=0.0, ge=0, le=1)
    side: float = Field(default=0.0, ge=0, le=1)
    oblique: float = Field(default=0.0, ge=0, le=1)


class RubricItem(Measure):
    """One item of the rubric.

    otherwise: what is judged when the metric cannot be, such as a plain lower limit when no tempo was prescribed.
    why, source, evidence: where the anchors come from. cue_external: directs attention to the effect of a movement;
    cue_internal: to the body, tried second.
    """

    id: str
    label: str
    weights: Weights
    needs_feet: bool = False
    otherwise: Measure | None = None
    why: str
    source: str
    evidence: Evidence
    cue_external: str
    cue_internal: str

    def weight(self, *groups: ViewGroup) -> float:
        """Weight in the list of a view group, 0 when it cannot judge this item; of several, the mean of their lists."""
        lists = {"front": self.weights.front, "side": self.weights.side, "oblique": self.weights.oblique}
        return math.fsum(lists[group] for group in groups) / len(groups)

    @property
    def views(self) -> tuple[ViewGroup, ...]:
        """View groups that can judge this item."""
        return tuple(group for group in VIEW_GROUPS if self.weight(group) > 0)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measure and its stand-in, in the order in which they are tried."""
        return (self,) if self.otherwise is None else (self, self.otherwise)


class ItemOverride(StrictModel):
    """What a variant changes of one item; all that is not named stays as in the exercise's own rubric.

    is_judged: false takes the item out of the variant's rubric. weights: in place of the item's own, and the lists of
    the variant are then scaled to add up to 1 again. A change of judgement says why and where it comes from.
    """

    id: str
    is_judged: bool = True
    label: str | None = None
    definition: str | None = None
    anchors: Anchors | None = None
    weights: Weights | None = None
    watch_text: str | None = None
    bad_text: str | None = None
    why: str | None = None
    source: str | None = None
    evidence: Evidence | None = None
    cue_external: str | None = None
    cue_internal: str | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """Keys of the item that change, with their new values."""
        return self.model_dump(exclude={"id", "is_judged"}, exclude_none=True)

    @model_validator(mode="after")
    def _says_why(self) -> ItemOverride:
        is_judgement = not self.is_judged or self.anchors is not None or self.weights is not None
        if is_judgement and None in (self.why, self.source, self.evidence):
            raise ValueError(f"the override of {self.id!r} changes the judgement: give why, source and evidence")
        return self


class Variant(StrictModel):
    """A finer kind of the exercise: the exercise's rubric, with what this kind changes of it."""

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    default_thigh_deg: float | None = None
    overrides: tuple[ItemOverride, ...] = ()


class Filming(StrictModel):
    """How to film, in general and for each view."""

    general: str
    front: str
    side: str
    oblique: str


class NotFault(StrictModel):
    """Something often called a fault that is not judged here, and why."""

    name: str
    why: str
    source: str


class Scoring(StrictModel):
    """How items become a score and a state; see scoring.toml for each figure's meaning."""

    strictness_span: float = Field(gt=1)

    worth_watch: float = Field(gt=0, lt=1)
    worth_bad: float = Field(gt=0, lt=1)
    worst_share: float = Field(ge=0, le=1)
    good_score: float = Field(gt=0, le=100)
    bad_score: float = Field(gt=0, le=100)
    confidence: float = Field(gt=0.5, lt=1)
    interval: float = Field(gt=0, lt=1)
    min_coverage: float = Field(gt=0, le=1)
    whole_coverage: float = Field(gt=0, le=1)
    max_sd_share: float = Field(gt=0)
    n_draws: int = Field(ge=100, le=100_000)
    seed: int
    min_reps_for_fault: int = Field(ge=1)
    bad_reps_share: float = Field(gt=0, le=1)
    min_scored_share: float = Field(gt=0, le=1)
    min_reps_for_slope: int = Field(ge=2)

    @model_validator(mode="after")
    def _in_order(self) -> Scoring:
        if not self.worth_bad < self.worth_watch:
            raise ValueError("worth_bad must be below worth_watch")
        if not self.bad_score < self.good_score:
            raise ValueError("bad_score must be below good_score")
        return self

    def tightening(self, strictness: float) -> float:
        """How many times as near to the ideal the anchors stand as written.

        Parameters
            strictness: 0 'whatever, just squat' to 1 'perfection is key'; 0.5 = the rubric as written, factor 1.
        Raises
            InvalidValue: strictness lies outside 0-1.
        """
        if not 0.0 <= strictness <= 1.0:
            raise InvalidValue(
                f"strictness {strictness!r}: give a number from 0 to 1",
                hint="0 is 'whatever, just squat', 0.5 the rubric as written, 1 'perfection is key'.",
            )
        return float(self.strictness_span ** (2.0 * strictness - 1.0))


class OpenWords(StrictModel):
    """Sentences that say why a verdict stays open and what would settle it; see scoring.toml for each."""

    rough: str
    how_far: str
    between: str
    small_faults: str
    slip: str
    mixed: str
    unseen: str
    too_little: str
    no_reps: str
    settle_view: str
    settle_again: str
    settle_set: str

    @model_validator(mode="after")
    def _known_placeholders(self) -> OpenWords:
        for key, text in self:
            unknown = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - OPEN_PLACEHOLDERS
            if unknown:
                raise ValueError(f"{key}: unknown placeholder {sorted(unknown)}; allowed: {sorted(OPEN_PLACEHOLDERS)}")
        return self


class BreakdownRule(StrictModel):
    """When technique counts as broken down within a set; see scoring.toml."""

    min_reps: int = Field(ge=2)
    baseline_reps: int = Field(ge=1)
    n_consecutive: int = Field(ge=1)
    min_drop: float = Field(gt=0)
    sem_factor: float = Field(gt=0)
    rep_to_rep_share: float = Field(ge=0, le=1)


class LoadRule(StrictModel):
    """Which sets are compared and what is believed before they are seen, to find the load at which form breaks down;
    see scoring.toml."""

    min_sets: int = Field(ge=2)
    min_loads: int = Field(ge=2)
    same_load_ratio: float = Field(ge=1)
    depth_window_deg: float = Field(gt=0)
    max_days_ago: float = Field(gt=0)
    max_p_uncertain: float = Field(gt=0, lt=1)
    slip: float = Field(gt=0, lt=0.5)
    plain_score_sd: float = Field(gt=0)
    reach: float = Field(gt=1, le=10)
    slope_median: float = Field(gt=0)
    slope_log_sd: float = Field(gt=0)
    session_sd: float = Field(gt=0)
    max_interval_ratio: float = Field(gt=1)
    unlike_reps_ratio: float = Field(gt=1)


class SharedScoring(StrictModel):
    """scoring.toml: what all exercises share."""

    scoring: Scoring
    open_words: OpenWords
    breakdown: BreakdownRule
    threshold: LoadRule


class ExerciseSpec(StrictModel):
    """One exercise.

    working_leg: 'both' for bilateral work; 'lead' or 'stance' where Rep.side names the leg that is judged.
    default_thigh_deg: depth asked for when nobody prescribes one, thigh angle to the horizontal, 0 = parallel.
    needed_keypoints: without these nothing is measured; items with needs_feet also need feet_keypoints. variant: whose
    overrides the rubric holds; None = the exercise's own rubric.
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    description: str
    working_leg: Literal["both", "lead", "stance"]
    working_leg_note: str
    default_thigh_deg: float
    needed_keypoints: tuple[str, ...]
    feet_keypoints: tuple[str, ...]
    variants: tuple[Variant, ...] = ()
    filming: Filming
    not_faults: tuple[NotFault, ...] = ()
    rubric: tuple[RubricItem, ...]
    scoring: Scoring
    open_words: OpenWords
    breakdown: BreakdownRule
    threshold: LoadRule
    variant: str | None = None

    def with_variant(self, kind: Variant) -> ExerciseSpec:
        """The exercise with one variant more."""
        return ExerciseSpec.model_validate(self.model_dump() | {"variants": (*self.variants, kind)})

    def for_variant(self, name: str | None, *, more: tuple[RubricItem, ...] = ()) -> ExerciseSpec:
        """The exercise as this variant is judged; itself when `name` is None or its own.

        Items that the variant does not judge move to `not_faults` with the reason. more: items of the variant's own.

        Raises
            KeyError: there is no such variant. ValueError: the overrides do not fit the rubric.
        """
        if name in (None, self.variant):
            return self
        if self.variant is not None:
            raise ValueError(f"{self.variant!r} is a variant already; take the exercise's own rubric")
        kind = next((kind for kind in self.variants if kind.name == name), None)
        if kind is None:
            raise KeyError(name)
        changes = {change.id: change.changes for change in kind.overrides}
        dropped = [change for change in kind.overrides if not change.is_judged]
        kept = [item for item in self.rubric if item.id not in {change.id for change in dropped}]
        not_judged = [{"name": self.item(one.id).label, "why": one.why, "source": one.source} for one in dropped]
        depth = self.default_thigh_deg if kind.default_thigh_deg is None else kind.default_thigh_deg
        return ExerciseSpec.model_validate(
            self.model_dump()
            | {
                "variant": name,
                "default_thigh_deg": depth,
                "rubric": _with_lists_of_one([item.model_dump() | changes.get(item.id, {}) for item in (*kept, *more)]),
                "not_faults": (*(entry.model_dump() for entry in self.not_faults), *not_judged),
            }
        )

    def item(self, item_id: str) -> RubricItem:
        """The rubric's item of this id; KeyError when there is none."""
        for item in self.rubric:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    @property
    def metrics_needing_feet(self) -> tuple[str, ...]:
        """Metrics of the rubric that are refused when heels or toes are not seen."""
        return tuple(item.metric for item in self.rubric if item.needs_feet)

    @model_validator(mode="after")
    def _cross_check(self) -> ExerciseSpec:
        ids = [item.id for item in self.rubric]
        twice = sorted({item_id for item_id in ids if ids.count(item_id) > 1})
        if twice:
            raise ValueError(f"rubric ids are used twice: {twice}")
        if self.variant is None:  # a variant's own rubric may lack what another one changes
            for kind in self.variants:
                _check_overrides(kind, ids)
        for group in VIEW_GROUPS:
            total = math.fsum(item.weight(group) for item in self.rubric)
            if not math.isclose(total, 1.0, abs_tol=1e-9):
                raise ValueError(f"rubric weights of the {group} view add up to {total:g}, not 1")
        return self


def _check_overrides(kind: Variant, ids: list[str]) -> None:
    """Refuse overrides of items that the exercise does not have, or of one item twice."""
    named = [change.id for change in kind.overrides]
    unknown = sorted(set(named) - set(ids))
    if unknown:
        raise ValueError(f"variant {kind.name!r} overrides unknown items {unknown}; there are {', '.join(ids)}")
    if len(set(named)) < len(named):
        raise ValueError(f"variant {kind.name!r} overrides an item twice: {sorted(named)}")


def _with_lists_of_one(rubric: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The items with each view's weights scaled to add up to 1, as they do already where none was changed."""
    totals = {group: math.fsum(item["weights"][group] for item in rubric) for group in VIEW_GROUPS}
    if all(math.isclose(total, 1.0, abs_tol=1e-9) for total in totals.values()):
        return tuple(rubric)
    if not all(totals.values()):
        raise ValueError(f"no item is left for the view {min(totals, key=lambda group: totals[group])!r}")
    return tuple(
        item | {"weights": {group: item["weights"][group] / totals[group] for group in totals}} for item in rubric
    )
