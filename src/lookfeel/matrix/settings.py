"""The shape of matrix.toml: its text goes in, frozen settings with every rule and sentence come out."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Literal, get_args

from pydantic import Field, model_validator

from lookfeel.exercises import StrictModel, read_toml, validate_toml
from lookfeel.types import ActionName

MATRIX_FILE = "matrix.toml"

RULE_IDS: tuple[str, ...] = (
    "stop.red_flag",
    "stop.pain",
    "feels_bad.changes_tried",
    "feels_bad.worse_next_morning",
    "feels_bad.from_rep",
    "feels_bad.from_depth",
    "feels_bad.from_depth_shallow",
    "feels_bad.when_fast",
    "feels_bad.throughout",
    "feels_good.looks_good.progress",
    "feels_good.looks_good.progress_reps",
    "feels_good.looks_good.repeat",
    "feels_good.looks_uncertain",
    "feels_good.looks_not_assessable",
    "looks_bad.watch",
    "looks_bad.cue",
    "looks_bad.hold",
    "looks_bad.reduce",
    "looks_bad.regress",
    "nothing_seen",
    "feels_unknown.looks_good",
    "feels_unknown.looks_uncertain",
    "feels_unknown.looks_not_assessable",
    "feels_unknown.looks_bad",
)

COMMON_FACTS = frozenset(
    {
        "pain_stop",
        "pain_good",
        "max_changes",
        "margin_deg",
        "min_limit_deg",
        "min_rir",
        "extra_reps",
        "substitute",
        "substitutes",
        "easier",
        "volume",
        "reduce_percent",
        "load_words",
        "cap_words",
        "tempo_words",
        "cue",
        "cue_internal",
        "film",
    }
)
"""Placeholders that every rule may use."""

OWN_FACTS = {
    "feels_bad.from_rep": frozenset({"bad_rep", "max_reps"}),
    "feels_bad.from_depth": frozenset({"bad_deg", "limit_deg"}),
    "feels_bad.from_depth_shallow": frozenset({"bad_deg"}),
    "looks_bad.watch": frozenset({"points_up"}),
    "looks_bad.cue": frozenset({"points_up", "points_down"}),
    "looks_bad.hold": frozenset({"points_up", "points_down"}),
    "looks_bad.reduce": frozenset({"points_up", "points_down"}),
    "looks_bad.regress": frozenset({"points_down"}),
}
"""Placeholders that only make sense in one rule."""


class FeelsSettings(StrictModel):
    """Limits that turn an athlete's words into good, bad or stop."""

    pain_good_max: float = Field(ge=0, le=10)
    pain_rise_bad: float = Field(gt=0, le=10)
    pain_stop_above: float = Field(ge=0, le=10)
    max_changes: int = Field(ge=1)
    same_rep_within: int = Field(ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> FeelsSettings:
        if not self.pain_good_max < self.pain_stop_above:
            raise ValueError("pain_good_max must be below pain_stop_above")
        return self


class ProgressSettings(StrictModel):
    """What more load asks for, and how much it may be."""

    least_increase: float = Field(gt=0, lt=1)
    most_step: float = Field(gt=0, lt=1)
    extra_reps: int = Field(ge=1)
    min_reps_in_reserve: float = Field(ge=0)


class ReduceSettings(StrictModel):
    """How far load and volume go down."""

    mild_factor: float = Field(gt=0, lt=1)
    strong_factor: float = Field(gt=0, lt=1)
    strong_from_pain: float = Field(ge=0, le=10)
    volume_factor: float = Field(gt=0, lt=1)


class RangeSettings(StrictModel):
    """How far the range is shortened, in degrees of knee bend."""

    margin_deg: float = Field(gt=0)
    min_knee_flexion_deg: float = Field(gt=0)


class TempoSettings(StrictModel):
    """The slow tempo, in seconds."""

    eccentric_s: float = Field(gt=0)
    bottom_pause_s: float = Field(ge=0)
    concentric_s: float = Field(gt=0)
    top_pause_s: float = Field(ge=0)


class LoadSettings(StrictModel):
    """Which loads exist."""

    step_kg: float = Field(gt=0)
    min_kg: float = Field(ge=0)


class SeverityPoints(StrictModel):
    """Points of the worst fault; unconfirmed: the score is bad but no single fault is."""

    unconfirmed: int
    watch: int
    bad: int
    zero: int


class ExperiencePoints(StrictModel):
    """Points of the training age."""

    advanced: int
    intermediate: int
    novice: int
    unknown: int


class LoadPoints(StrictModel):
    """Points of the load."""

    light: int
    medium: int
    heavy: int
    unknown: int


class SetsPoints(StrictModel):
    """Points of the weekly number of sets."""

    few: int
    medium: int
    many: int
    unknown: int


class DaysPoints(StrictModel):
    """Points of training on more days than the band for the experience."""

    no: int
    yes: int
    unknown: int


class MostDays(StrictModel):
    """Upper end of the band of training days a week."""

    novice: float
    intermediate: float
    advanced: float


class PointsSettings(StrictModel):
    """The points table for a set that looks bad."""

    severity: SeverityPoints
    experience: ExperiencePoints
    load: LoadPoints
    weekly_sets: SetsPoints
    days_above_band: DaysPoints
    light_below: float
    heavy_above: float
    heavy_reps_in_reserve: float
    few_sets_max: float
    medium_sets_max: float
    most_days: MostDays
    continue_max: int
    cue_max: int
    reduce_max: int

    @model_validator(mode="after")
    def _never_bolder_when_worse(self) -> PointsSettings:
        """Rows that fall would make a worse case bolder."""
        rows = {
            "severity": (self.severity.unconfirmed, self.severity.watch, self.severity.bad, self.severity.zero),
            "experience": (self.experience.advanced, self.experience.intermediate, self.experience.novice),
            "load": (self.load.light, self.load.medium, self.load.heavy),
            "weekly_sets": (self.weekly_sets.few, self.weekly_sets.medium, self.weekly_sets.many),
            "days_above_band": (self.days_above_band.no, self.days_above_band.yes),
            "limits": (self.continue_max, self.cue_max, self.reduce_max),
            "light_below, heavy_above": (self.light_below, self.heavy_above),
            "few_sets_max, medium_sets_max": (self.few_sets_max, self.medium_sets_max),
            "most_days": (self.most_days.novice, self.most_days.intermediate, self.most_days.advanced),
        }
        for name, row in rows.items():
            if list(row) != sorted(row):
                raise ValueError(f"{name}: {row} must not fall from mild to grave")
        return self


class Rule(StrictModel):
    """One outcome: the action in a sentence, why, where that comes from, what would change it, what else fits."""

    action: ActionName
    text: str
    why: str
    source: str
    evidence: Literal["evidence", "derived", "choice"]
    would_change: tuple[str, ...]
    alternatives: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything with placeholders."""
        return (self.text, self.why, *self.would_change, *self.alternatives)


class Reasons(StrictModel):
    """Sentences that name the figures behind a decision."""

    red_flag: str
    pain: str
    pain_rise: str
    feels_bad: str
    feels_good: str
    feels_unknown: str
    unstable: str
    changes_tried: str
    worse_next_morning: str
    from_rep: str
    from_rep_uncounted: str
    from_first_rep: str
    from_depth: str
    when_fast: str
    already_slow: str
    same_rep: str
    looks_good: str
    looks_uncertain: str
    looks_bad: str
    looks_not_assessable: str
    unscored_reps: str
    not_in_view: str
    not_measured: str
    points: str
    assumed: str
    assumed_experience: str
    assumed_load: str
    assumed_sets: str
    assumed_days: str
    load_above_max: str
    threshold_reached: str
    threshold_unknown: str
    not_target: str
    not_reserve: str
    not_planned: str
    pain_outranks: str
    more_cautious: str


class Questions(StrictModel):
    """What is asked when it was not said."""

    overall: str
    pain: str
    usual_pain: str
    red_flags: str
    where: str
    localise: str
    next_morning: str
    target: str
    reserve: str
    experience: str
    load: str
    sets: str
    days: str


class Words(StrictModel):
    """Parts of sentences."""

    load_new: str
    load_reduce_none: str
    load_reduce_unloaded: str
    load_increase_none: str
    volume_sets: str
    volume_days: str
    volume_none: str
    cap: str
    tempo: str
    score: str
    score_none: str
    coverage: str
    points_up: str
    points_down: str
    cue_alone: str
    cue_then: str
    no_cue: str
    point_severity: str
    point_experience: str
    point_load: str
    point_weekly_sets: str
    point_days_above_band: str


class MatrixSettings(StrictModel):
    """All of matrix.toml."""

    boldness: tuple[ActionName, ...]
    feels: FeelsSettings
    progress: ProgressSettings
    reduce: ReduceSettings
    range: RangeSettings
    tempo: TempoSettings
    load: LoadSettings
    points: PointsSettings
    rules: dict[str, Rule]
    reasons: Reasons
    questions: Questions
    words: Words

    def caution(self, action: ActionName) -> int:
        """Place of an action in the order of boldness: 0 is the boldest."""
        return self.boldness.index(action)

    @model_validator(mode="after")
    def _complete(self) -> MatrixSettings:
        if sorted(self.boldness) != sorted(get_args(ActionName)):
            raise ValueError(f"boldness must name each action once: {', '.join(get_args(ActionName))}")
        missing, unknown = sorted(set(RULE_IDS) - set(self.rules)), sorted(set(self.rules) - set(RULE_IDS))
        if missing or unknown:
            raise ValueError(f"rules: missing {missing}, unknown {unknown}")
        for rule_id, rule in self.rules.items():
            allowed = COMMON_FACTS | OWN_FACTS.get(rule_id, frozenset())
            used = {name for text in rule.sentences for _, name, _, _ in Formatter().parse(text) if name is not None}
            if used - allowed:
                raise ValueError(f"rules.{rule_id}: unknown placeholder {sorted(used - allowed)}")
        return self


def parse_matrix(text: str, *, origin: str) -> MatrixSettings:
    """Read matrix settings from TOML text.

    Raises
        ConfigError: names the file, the key and what is allowed.
    """
    return validate_toml(read_toml(text, origin=origin), MatrixSettings, origin=origin)


@cache
def load_matrix() -> MatrixSettings:
    """The matrix that comes with the package."""
    return parse_matrix((files("lookfeel.matrix") / MATRIX_FILE).read_text(encoding="utf-8"), origin=MATRIX_FILE)


def matrix_sha256(settings: MatrixSettings | None = None) -> str:
    """Hash of every constant and sentence that decisions are made by; goes into each report."""
    settings = load_matrix() if settings is None else settings
    canonical = json.dumps(settings.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
