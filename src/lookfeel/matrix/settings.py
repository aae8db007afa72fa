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
from lookfeel.matrix.intake import ContextInput, FeelsInput
from lookfeel.types import ActionName, FeelsState, Lever, LooksState

MATRIX_FILE = "matrix.toml"

RULE_IDS: tuple[str, ...] = (
    "stop.red_flag",
    "stop.pain",
    "feels_bad.changes_tried",
    "feels_bad.from_depth_shallow",
    "feels_bad.worse_next_morning",
    "feels_bad.keep_change",
    "feels_bad.from_rep",
    "feels_bad.from_depth",
    "feels_bad.bottom",
    "feels_bad.eccentric",
    "feels_bad.concentric",
    "feels_bad.when_fast",
    "feels_bad.throughout",
    "feels_good.looks_good.progress",
    "feels_good.looks_good.progress_reps",
    "feels_good.looks_good.more_reps",
    "feels_good.looks_good.more_range",
    "feels_good.looks_good.usual_tempo",
    "feels_good.looks_good.at_threshold",
    "feels_good.looks_good.repeat",
    "feels_good.looks_uncertain",
    "feels_good.looks_not_assessable",
    "looks_bad.watch",
    "looks_bad.cue",
    "looks_bad.cue_internal",
    "looks_bad.hold",
    "looks_bad.cues_tried",
    "looks_bad.above_threshold",
    "looks_bad.reduce",
    "looks_bad.regress",
    "nothing_seen",
    "feels_unknown.looks_good",
    "feels_unknown.looks_uncertain",
    "feels_unknown.looks_not_assessable",
    "feels_unknown.looks_bad",
)

FIXED_FACTS = frozenset(
    {
        "pain_stop",
        "pain_good",
        "max_changes",
        "margin_deg",
        "bottom_zone_deg",
        "range_step_deg",
        "min_limit_deg",
        "min_rir",
        "extra_reps",
        "over_target",
        "cue_tries",
        "uncertain_sets",
        "eased_points",
        "mild_percent",
        "strong_percent",
        "tempo_words",
        "eccentric",
        "concentric",
        "continue_max",
        "cue_max",
        "reduce_max",
    }
)
"""Placeholders that the settings alone fill."""

COMMON_FACTS = FIXED_FACTS | {
    "substitute",
    "substitutes",
    "easier",
    "volume",
    "reduce_percent",
    "load_words",
    "cap_words",
    "range_words",
    "cap_load",
    "cue",
    "cue_internal",
    "film",
}
"""Placeholders that every rule may use."""

POINT_FACTS = frozenset({"points_up", "points_down"})
OWN_FACTS = {
    "feels_bad.keep_change": frozenset({"kept"}),
    "feels_bad.from_rep": frozenset({"bad_rep", "max_reps"}),
    "feels_bad.from_depth": frozenset({"bad_deg", "limit_deg"}),
    "feels_bad.from_depth_shallow": frozenset({"bad_deg"}),
    "feels_good.looks_good.more_reps": frozenset({"max_reps"}),
    **{
        f"looks_bad.{name}": POINT_FACTS
        for name in ("watch", "cue", "cue_internal", "hold", "cues_tried", "above_threshold", "reduce", "regress")
    },
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
    reps_over_target: int = Field(ge=1)
    min_reps_in_reserve: float = Field(ge=0)
    long_break_days: float = Field(gt=0)


class ReduceSettings(StrictModel):
    """How far load and volume go down."""

    mild_factor: float = Field(gt=0, lt=1)
    strong_factor: float = Field(gt=0, lt=1)
    strong_from_pain: float = Field(ge=0, le=10)
    volume_factor: float = Field(gt=0, lt=1)


class RangeSettings(StrictModel):
    """How far the range is shortened, in degrees of knee bend."""

    margin_deg: float = Field(gt=0)
    bottom_zone_deg: float = Field(gt=0)
    min_knee_flexion_deg: float = Field(gt=0)
    step_deg: float = Field(gt=0)
    squat_tilt_share: float = Field(ge=0, lt=1)
    lunge_tilt_share: float = Field(ge=0, lt=1)
    rear_thigh_deg: float = Field(ge=0, lt=90)
    seat_below_hip_m: float = Field(ge=0)
    knee_above_pad_m: float = Field(ge=0)
    least_target_m: float = Field(gt=0)
    target_error_m: float = Field(gt=0)
    average_target_error_m: float = Field(gt=0)
    thigh_of_height: float = Field(gt=0, lt=1)
    shank_of_height: float = Field(gt=0, lt=1)
    ankle_of_height: float = Field(gt=0, lt=1)


class OneRmSettings(StrictModel):
    """How a one-rep max is estimated from a set that was not to failure."""

    epley_reps: float = Field(gt=0)
    most_reps: float = Field(ge=1)


class HistorySettings(StrictModel):
    """How earlier sets count."""

    eased_points: float = Field(gt=0, le=10)
    eased_share: float = Field(gt=0, lt=1)
    cue_tries: int = Field(ge=1)
    uncertain_sets: int = Field(ge=1)
    forget_after_days: float = Field(gt=0)


class StrictnessSettings(StrictModel):
    """How far the one number between two coaches moves the limits of the caution points."""

    usual: float = Field(ge=0, le=1)
    most_points: float = Field(ge=0)


class TempoSettings(StrictModel):
    """The slow tempo, in seconds."""

    eccentric_s: float = Field(gt=0)
    bottom_pause_s: float = Field(ge=0)
    concentric_s: float = Field(gt=0)
    top_pause_s: float = Field(ge=0)


class LoadSettings(StrictModel):
    """Which loads exist when the athlete did not say."""

    step_kg: float = Field(gt=0)
    step_lb: float = Field(gt=0)
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


class BreakPoints(StrictModel):
    """Points of the days since this exercise was trained."""

    short: int
    long: int
    very_long: int
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
    days_off: BreakPoints
    light_below: float
    heavy_above: float
    heavy_reps_in_reserve: float
    few_sets_max: float
    medium_sets_max: float
    most_days: MostDays
    long_from_days: float
    very_long_from_days: float
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
            "load that was not said": (self.load.light, self.load.unknown, self.load.medium),
            "days_off": (self.days_off.short, self.days_off.long, self.days_off.very_long),
            "long_from_days, very_long_from_days": (self.long_from_days, self.very_long_from_days),
            "limits": (self.continue_max, self.cue_max, self.reduce_max),
            "light_below, heavy_above": (self.light_below, self.heavy_above),
            "few_sets_max, medium_sets_max": (self.few_sets_max, self.medium_sets_max),
            "most_days": (self.most_days.novice, self.most_days.intermediate, self.most_days.advanced),
        }
        for name, row in rows.items():
            if list(row) != sorted(row):
                raise ValueError(f"{name}: {row} must not fall from mild to grave")
        return self


Retest = Literal["pain", "looks", "step", "morning", "none"]


class Rule(StrictModel):
    """One outcome: when it applies, the action in a sentence, the one lever that it moves, why, where that comes from,
    what would change it, what else fits and why, and how to find out in the next set whether it helped."""

    action: ActionName
    lever: Lever
    when: str
    text: str
    why: str
    source: str
    evidence: Literal["evidence", "derived", "choice"]
    would_change: tuple[str, ...]
    alternatives: tuple[str, ...]
    retest: Retest = "none"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything with placeholders."""
        return (self.when, self.text, self.why, *self.would_change, *self.alternatives)


class Question(StrictModel):
    """One question to the athlete.

    fields: of Feels or TrainingContext that its answer fills; it is answered as soon as one of them is. when: 'always',
    'pain' (some was told), 'feels_bad', 'progress' (more load is near), 'looks_bad', 'load_share' (no one-rep max is
    known), 'range' (a limit of the range without the athlete's own lengths), 'offered' (in a form only). after: a form
    asks it when that question led here. low, high: of a number.
    """

    id: str
    words: str
    fields: tuple[str, ...] = Field(min_length=1)
    kind: Literal["choice", "many", "number", "yes_no", "text"]
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    when: Literal["always", "pain", "feels_bad", "progress", "looks_bad", "load_share", "range", "offered"]
    after: str | None = None
    is_required: bool = False
    why: str

    @model_validator(mode="after")
    def _answerable(self) -> Question:
        known = set(FeelsInput.model_fields) | set(ContextInput.model_fields)
        if not set(self.fields) <= known:
            raise ValueError(f"questions.{self.id}: unknown field {sorted(set(self.fields) - known)}")
        if (self.kind in ("choice", "many")) != bool(self.choices):
            raise ValueError(f"questions.{self.id}: a choice has choices, nothing else has")
        if (self.kind == "number") != (self.low is not None and self.high is not None):
            raise ValueError(f"questions.{self.id}: a number has low and high, nothing else has")
        return self


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
    eased: str
    from_rep: str
    from_rep_uncounted: str
    from_first_rep: str
    from_depth: str
    in_phase: str
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
    one_rm_estimated: str
    days_off: str
    strictness: str
    above_threshold: str
    at_threshold: str
    load_not_said: str
    cue_tried: str
    both_cues_tried: str
    left_open: str
    cue_holds: str
    cue_fades: str
    held: str
    held_last: str
    threshold_reached: str
    threshold_unknown: str
    not_target: str
    not_reserve: str
    not_planned: str
    not_after_break: str
    not_quiet: str
    not_steady: str
    pain_outranks: str
    more_cautious: str


class Words(StrictModel):
    """Parts of sentences."""

    phase_eccentric: str
    phase_bottom: str
    phase_concentric: str
    load_new: str
    load_reduce_none: str
    load_reduce_unloaded: str
    load_increase_none: str
    volume_sets: str
    volume_days: str
    volume_none: str
    cap: str
    tempo: str
    range_box: str
    range_pad: str
    range_deg: str
    range_to: str
    about: str
    kept_max_reps: str
    kept_range: str
    kept_tempo: str
    kept_sets: str
    kept_days: str
    kept_load: str
    kept_unloaded: str
    kept_other: str
    retest_pain: str
    retest_looks: str
    retest_step: str
    retest_morning: str
    score: str
    score_none: str
    score_typed: str
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
    point_days_off: str


class MatrixSettings(StrictModel):
    """All of matrix.toml."""

    boldness: tuple[ActionName, ...]
    strictness: StrictnessSettings
    feels: FeelsSettings
    history: HistorySettings
    progress: ProgressSettings
    reduce: ReduceSettings
    range: RangeSettings
    tempo: TempoSettings
    load: LoadSettings
    one_rm: OneRmSettings
    points: PointsSettings
    cells: dict[FeelsState, dict[LooksState, tuple[str, ...]]]
    rules: dict[str, Rule]
    reasons: Reasons
    questions: tuple[Question, ...]
    words: Words

    def caution(self, action: ActionName) -> int:
        """Place of an action in the order of boldness: 0 is the boldest."""
        return self.boldness.index(action)

    def question(self, question_id: str) -> Question:
        """The question of this id; KeyError when there is none."""
        return {question.id: question for question in self.questions}[question_id]

    def cells_of(self, rule_id: str) -> tuple[tuple[FeelsState, LooksState], ...]:
        """Cells of the matrix in which a rule can be the outcome."""
        return tuple((feels, looks) for feels, row in self.cells.items() for looks in row if rule_id in row[looks])

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

    @model_validator(mode="after")
    def _whole_map(self) -> MatrixSettings:
        for feels in get_args(FeelsState):
            for looks in get_args(LooksState):
                if not self.cells.get(feels, {}).get(looks):
                    raise ValueError(f"cells.{feels}.{looks}: no rule")
        placed = {rule_id for row in self.cells.values() for rules in row.values() for rule_id in rules}
        if placed != set(RULE_IDS):
            raise ValueError(f"cells: {sorted(placed ^ set(RULE_IDS))} must be a rule with a cell")
        return self

    @model_validator(mode="after")
    def _questions_in_order(self) -> MatrixSettings:
        seen: set[str] = set()
        for place, question in enumerate(self.questions):
            if question.id in seen:
                raise ValueError(f"questions.{question.id}: asked twice")
            if question.after is not None and question.after not in seen:
                raise ValueError(f"questions.{question.id}: after {question.after!r}, which does not come before it")
            if question.is_required != (place == 0):
                raise ValueError(f"questions.{question.id}: the first question is required and no other")
            seen.add(question.id)
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
