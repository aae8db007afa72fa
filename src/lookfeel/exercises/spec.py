"""The shape of an exercise file: a decoded TOML table goes in, a frozen and cross-checked ExerciseSpec comes out."""

from __future__ import annotations

import math
from itertools import pairwise
from string import Formatter
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lookfeel.types import Side, ViewName, unit_of

ViewGroup = Literal["front", "side", "oblique"]
VIEW_GROUPS: tuple[ViewGroup, ...] = get_args(ViewGroup)
Direction = Literal["higher_is_worse", "lower_is_worse"]
Evidence = Literal["evidence", "derived", "choice"]
"""evidence: the anchor is published; derived: from geometry or another published figure; choice: ours, unvalidated."""

TEXT_PLACEHOLDERS = frozenset({"side", "value", "when"})


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

    def shifted(self, amount: float) -> Anchors:
        """All anchors moved by `amount`, such as the allowance for a low bar."""
        ideal, watch, bad, zero = (anchor + amount for anchor in self.as_tuple())
        return Anchors(ideal=ideal, watch=watch, bad=bad, zero=zero)

    def scaled(self, strictness: float) -> Anchors:
        """Anchors drawn toward the ideal (strictness > 1) or away from it (< 1); the ideal itself stays."""
        watch, bad, zero = (self.ideal + (anchor - self.ideal) / strictness for anchor in self.as_tuple()[1:])
        return Anchors(ideal=self.ideal, watch=watch, bad=bad, zero=zero)


class Display(StrictModel):
    """How a value is shown to a person: value x scale, rounded to `decimals`, followed by `unit`."""

    unit: str
    scale: float = 1.0
    decimals: int = Field(default=0, ge=0, le=3)


class Measure(StrictModel):
    """A metric with the anchors it is judged by and the words for what it shows.

    metric: name in RepMetrics; '{side}' in it stands for each working leg. watch_text, bad_text: one sentence to the
    athlete, with {side}, {value} and {when} (such as ' from rep 4 on').
    """

    metric: str
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
    low_bar_shift: added to the anchors when the bar lies low on the back. why, source, evidence: where the anchors come
    from. cue_external: directs attention to the effect of a movement; cue_internal: to the body, tried second.
    """

    id: str
    label: str
    weights: Weights
    needs_feet: bool = False
    otherwise: Measure | None = None
    low_bar_shift: float = 0.0
    why: str
    source: str
    evidence: Evidence
    cue_external: str
    cue_internal: str

    def weight(self, group: ViewGroup) -> float:
        """Weight in the list of one view group, 0 when it cannot judge this item."""
        return {"front": self.weights.front, "side": self.weights.side, "oblique": self.weights.oblique}[group]

    @property
    def views(self) -> tuple[ViewGroup, ...]:
        """View groups that can judge this item."""
        return tuple(group for group in VIEW_GROUPS if self.weight(group) > 0)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measure and its stand-in, in the order in which they are tried."""
        return (self,) if self.otherwise is None else (self, self.otherwise)


class Variant(StrictModel):
    """A finer kind of the exercise, judged by the same rubric."""

    name: str
    title: str
    aliases: tuple[str, ...] = ()


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

    worth_watch: float = Field(gt=0, lt=1)
    worth_bad: float = Field(gt=0, lt=1)
    worst_share: float = Field(ge=0, le=1)
    good_score: float = Field(gt=0, le=100)
    bad_score: float = Field(gt=0, le=100)
    confidence: float = Field(gt=0.5, lt=1)
    interval: float = Field(gt=0, lt=1)
    min_coverage: float = Field(gt=0, le=1)
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
    breakdown: BreakdownRule
    threshold: LoadRule


class ExerciseSpec(StrictModel):
    """One exercise.

    working_leg: 'both' for bilateral work; 'lead' or 'stance' where Rep.side names the leg that is judged.
    default_thigh_deg: depth asked for when nobody prescribes one, thigh angle to the horizontal, 0 = parallel.
    needed_keypoints: without these nothing is measured; items with needs_feet also need feet_keypoints.
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
    breakdown: BreakdownRule
    threshold: LoadRule

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
        for group in VIEW_GROUPS:
            total = math.fsum(item.weight(group) for item in self.rubric)
            if not math.isclose(total, 1.0, abs_tol=1e-9):
                raise ValueError(f"rubric weights of the {group} view add up to {total:g}, not 1")
        return self
