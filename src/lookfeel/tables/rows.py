"""A set's document enters with what the manifest says of it; its row of sets, and its rows of reps, leave.

Each column stands here once, with what fills it, so that names, order and meaning cannot part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from statistics import median
from typing import Any, Protocol

from lookfeel.measures import METRICS
from lookfeel.report import ReportDocument, median_metric
from lookfeel.report.document import RepDocument, clean_text
from lookfeel.tables.columns import Column, Kind
from lookfeel.types import unit_of

Row = dict[str, Any]
"""A cell by the name of its column; None is missing."""

UNITS = ("s", "deg", "m", "kg", "ratio", "mps")
"""Ends of names that are units; other numbers are plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLabel:
    """What is known of a set without looking at its clip; None = not told. clip: as the manifest names it. result: the
    folder of its results, '' when there are none. view, exercise_told, n_reps_told: as the coach has them."""

    clip: str
    result: str = ""
    athlete: str | None = None
    date: date | None = None
    view: str | None = None
    exercise_told: str | None = None
    n_reps_told: int | None = None
    note: str | None = None


class Failure(Protocol):
    """What is told of a clip that failed, as every LookfeelError has it."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    """One set, as far as its cells need it. document: None for a clip that failed."""

    label: RowLabel
    document: ReportDocument | None
    error: Failure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rep:
    label: RowLabel
    document: ReportDocument
    rep: RepDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """A column and what fills it."""

    column: Column
    fill: Callable[[Any], Any]


def _column(name: str, kind: Kind, description: str) -> Column:
    end = name.removesuffix("_sd").rsplit("_", 1)[-1]
    has_unit = kind == "float" and end in UNITS
    unit = unit_of(name.removesuffix("_sd")) if has_unit else "1" if kind in ("int", "float") else ""
    return Column(name=name, kind=kind, unit=unit, description=description)


def _told(name: str, kind: Kind, description: str, of: str = "") -> _Filled:
    """A column from the label."""
    return _Filled(column=_column(name, kind, description), fill=attrgetter(f"label.{of or name}"))


def _judged(name: str, kind: Kind, description: str, of: str | Callable[[ReportDocument], Any]) -> _Filled:
    """A column from the document, by the path to it; missing in a set that failed."""
    get: Callable[[Any], Any] = attrgetter(of) if isinstance(of, str) else of
    return _Filled(
        column=_column(name, kind, description), fill=lambda one: None if one.document is None else get(one.document)
    )


def _failure(name: str, description: str, of: str) -> _Filled:
    return _Filled(column=_column(name, "text", description), fill=lambda one: one.error and attrgetter(of)(one.error))


CLIP = _told("clip", "text", "The clip as the manifest names it, or the name of its file.")
RESULT = _told("result", "text", "Folder of the clip's results; empty for a clip that failed.")
ATHLETE = _told("athlete", "text", "The athlete, as told.")
DATE = _told("date", "date", "Day of the set, as told.")

MEDIANS = (
    "depth_knee_flexion_deg",
    "range_of_motion_ratio",
    "trunk_lean_bottom_deg",
    "trunk_lateral_lean_deg",
    "heel_rise_m",
    "knee_over_foot_shank_ratio",
    "kasr_min_ratio",
    "hip_shift_ratio",
    "eccentric_s",
    "bottom_pause_s",
    "concentric_s",
    "top_pause_s",
    "concentric_speed_mps",
)
"""Metrics whose median over the whole reps is a column of sets, beside depth. Chosen by us: what a coach compares from
week to week."""


def _median(name: str) -> _Filled:
    words = f"Median over the whole reps. {METRICS[name]}"
    return _judged(name, "float", words, lambda document: median_metric(document, name))


def _median_sd(document: ReportDocument, name: str) -> float | None:
    found = (rep.metrics[name].sd for rep in document.reps if not rep.is_partial and name in rep.metrics)
    known = [sd for sd in found if sd is not None]
    return median(known) if known else None


def _from_findings(name: str) -> Callable[[ReportDocument], list[str]]:
    return lambda document: [getattr(finding, name) for finding in document.looks.findings]


def _rep_range(place: int) -> Callable[[ReportDocument], int | None]:
    return lambda document: None if document.context.rep_range is None else document.context.rep_range[place]


_SET = (
    CLIP,
    RESULT,
    ATHLETE,
    DATE,
    _Filled(
        column=_column("status", "text", "'ok', or 'failed' when the clip could not be analysed."),
        fill=lambda one: "failed" if one.document is None else "ok",
    ),
    _failure("error_code", "Kind of the failure, such as 'no_person'; missing when ok.", "code"),
    _failure("error_message", "What went wrong; missing when ok.", "message"),
    _failure("error_hint", "What to do about it; missing when ok.", "hint"),
    _judged("video_name", "text", "File name of the clip without its folder.", "video.name"),
    _judged("video_sha256", "text", "SHA-256 of the clip's bytes.", "video.sha256"),
    _judged("exercise", "text", "Name of the exercise; 'none' when the clip shows none that we know.", "exercise.name"),
    _judged("variant", "text", "Finer name, such as 'split_squat'; missing when there is none.", "exercise.variant"),
    _judged("exercise_confidence", "float", "0-1 that the name is right.", "exercise.confidence"),
    _told("exercise_told", "text", "The exercise as told in the manifest."),
    _judged("view", "text", "Where the camera stands, found in the clip; sides are the athlete's.", "view.name"),
    _judged(
        "view_yaw_deg", "float", "Camera around the athlete: 0 = ahead, +90 = left side, 180 = behind.", "view.yaw_deg"
    ),
    _told("view_told", "text", "The camera's place as told in the manifest.", "view"),
    _judged("n_reps", "int", "Whole repetitions that were counted.", "n_reps"),
    _judged(
        "n_partial",
        "int",
        "Repetitions that the clip does not show whole.",
        lambda document: sum(rep.is_partial for rep in document.reps),
    ),
    _told("n_reps_told", "int", "Repetitions done, as counted by the coach."),
    _judged("load_kg", "float", "Load of the set.", "context.load_kg"),
    _judged("experience", "text", "novice, intermediate or advanced, as told.", "context.experience"),
    _judged("one_rm_kg", "float", "One-repetition maximum, as told.", "context.one_rm_kg"),
    _judged("rep_range_low", "int", "Fewest reps of the plan.", _rep_range(0)),
    _judged("rep_range_high", "int", "Most reps of the plan.", _rep_range(1)),
    _judged("sessions_per_week", "float", "Sessions a week, as told.", "context.sessions_per_week"),
    _judged("sets_per_session", "int", "Sets a session, as told.", "context.sets_per_session"),
    _judged("height_m", "float", "Height of the athlete, as told.", "context.height_m"),
    _judged(
        "prescribed_thigh_deg",
        "float",
        "Depth asked for as thigh angle to the horizontal: 0 = level, + = above.",
        "context.prescribed_thigh_deg",
    ),
    _judged("feels_overall", "text", "How the set felt: good or bad; missing when not said.", "feels.overall"),
    _judged("pain", "float", "Pain now, 0-10; missing when not said.", "feels.pain"),
    _judged("usual_pain", "float", "Usual pain, 0-10; missing when not said.", "feels.usual_pain"),
    _judged("reps_in_reserve", "float", "Reps that could still have been done.", "feels.reps_in_reserve"),
    _judged("bad_from_rep", "int", "Rep from which it felt bad, counted from 1.", "feels.bad_from_rep"),
    _judged("red_flags", "texts", "Any of swelling, locking, giving_way, night_pain.", "feels.red_flags"),
    _judged("looks_state", "text", "good, uncertain, bad or not_assessable.", "looks.state"),
    _judged("looks_score", "float", "How the set looks, 0-100, 100 = ideal; missing when not judged.", "looks.score"),
    _judged("looks_low", "float", "Lower end of the 90 % interval of looks_score.", "looks.low"),
    _judged("looks_high", "float", "Upper end of the 90 % interval of looks_score.", "looks.high"),
    _judged("looks_coverage", "float", "Share of the rubric's weight that could be judged, 0-1.", "looks.coverage"),
    _judged("looks_reason", "text", "Why it is uncertain or not assessable, and what settles it.", "looks.reason"),
    _judged("worst_rep_index", "int", "Number of the rep that looks worst, counted from 1.", "looks.worst_rep_index"),
    _judged("slope_per_rep", "float", "Change of the score per rep, in points of the score.", "looks.slope_per_rep"),
    _judged(
        "finding_items", "texts", "Items of the rubric with a fault, most important first.", _from_findings("item")
    ),
    _judged("finding_severities", "texts", "watch, bad or zero for each of finding_items.", _from_findings("severity")),
    _judged("finding_texts", "texts", "Each of finding_items in plain words.", _from_findings("text")),
    _judged("threshold_status", "text", "reached, not_reached or not_estimable.", "technique_threshold.status"),
    _judged(
        "threshold_rep", "int", "First rep at which form breaks down, counted from 1.", "technique_threshold.rep_index"
    ),
    _judged("action", "text", "The next action, such as 'progress' or 'cue'.", "decision.action"),
    _judged(
        "rule_id", "text", "Rule of the decision matrix that led there; see 'lookfeel explain'.", "decision.rule_id"
    ),
    _judged("lever", "text", "The one thing that the action changes.", "decision.lever"),
    _judged("decision_text", "text", "The action as one sentence to the athlete.", "decision.text"),
    _judged("cue", "text", "What to think of while moving; missing when there is none.", "decision.cue"),
    _judged("retest", "text", "How the next set shows whether it helped.", "decision.retest"),
    _judged("questions", "texts", "What was not said and matters.", "decision.questions"),
    _judged("warnings", "texts", "What to know before trusting a figure.", "warnings"),
    _judged("is_partial_video", "bool", "True when the file ends early, or frames were damaged.", "video.is_partial"),
    _median("depth_thigh_angle_deg"),
    _judged(
        "depth_thigh_angle_deg_sd",
        "float",
        "Median of the reps' standard deviations; their error is mostly shared, so more reps do not lessen it.",
        lambda document: _median_sd(document, "depth_thigh_angle_deg"),
    ),
    *(_median(name) for name in MEDIANS),
    _judged("slowmo_factor", "float", "Filmed over played rate, 1 for ordinary clips.", "video.slowmo_factor"),
    _judged("duration_s", "float", "Presentation time of the whole clip.", "video.duration_s"),
    _judged(
        "second_video_sha256",
        "text",
        "SHA-256 of the second clip of the set; missing when there is none.",
        lambda document: document.second_view and document.second_view.sha256,
    ),
    _judged("lookfeel_version", "text", "Version of lookfeel that analysed it.", "provenance.lookfeel_version"),
    _judged("backend", "text", "Pose backend.", "provenance.backend"),
    _judged(
        "weights_sha256",
        "text",
        "SHA-256 of each model file, joined by commas.",
        lambda document: ",".join(document.provenance.weights_sha256),
    ),
    _judged("rubric", "text", "Exercise, or exercise/variant, whose rubric judged.", "provenance.rubric"),
    _judged("rubric_sha256", "text", "SHA-256 of that rubric.", "provenance.rubric_sha256"),
    _judged("matrix_sha256", "text", "SHA-256 of the decision matrix.", "provenance.matrix_sha256"),
    _judged("library_sha256", "text", "SHA-256 of the library of movements.", "provenance.library_sha256"),
    _judged("strictness", "float", "0 'whatever, just squat' to 1 'perfection is key'.", "decision.strictness"),
    _told("note", "text", "Note of the manifest."),
)


def _of_rep(name: str, kind: Kind, description: str, of: str | Callable[[RepDocument], Any] = "") -> _Filled:
    """A column from one repetition, by the path to it."""
    get: Callable[[Any], Any] = attrgetter(of or name) if isinstance(of, str) else of
    return _Filled(column=_column(name, kind, description), fill=lambda one: get(one.rep))


def _metric(name: str, part: str) -> Callable[[RepDocument], Any]:
    return lambda rep: getattr(rep.metrics[name], part) if name in rep.metrics else None


PHASES = ("eccentric_s", "bottom_pause_s", "concentric_s", "top_pause_s")
"""Metrics that are the rep's own phases, and columns once only."""

_REP = (
    CLIP,
    RESULT,
    ATHLETE,
    DATE,
    _judged("exercise", "text", "Name of the exercise.", "exercise.name"),
    _judged("variant", "text", "Finer name; missing when there is none.", "exercise.variant"),
    _of_rep("side", "text", "Leg that does the work: left, right or both."),
    _judged("load_kg", "float", "Load of the set.", "context.load_kg"),
    _judged("view", "text", "Where the camera stands.", "view.name"),
    _of_rep("rep_index", "int", "Number of a whole rep in time order, counted from 1; 0 for a partial one.", "index"),
    _of_rep("is_partial", "bool", "True when the clip does not show the rep whole; it is then not counted."),
    _of_rep("partial_reason", "text", "Why it is partial; missing for a whole one."),
    _of_rep("start_s", "float", "Start of the descent, presentation time."),
    _of_rep("bottom_s", "float", "Deepest moment, presentation time."),
    _of_rep("end_s", "float", "End of the ascent, presentation time."),
    _of_rep("confidence", "float", "0-1 that this is a rep."),
    *(_of_rep(name, "float", METRICS[name], f"phases.{name}") for name in PHASES),
    *(_of_rep(name, "float", text, _metric(name, "value")) for name, text in METRICS.items() if name not in PHASES),
    *(_of_rep(f"{name}_sd", "float", f"Standard deviation of {name}.", _metric(name, "sd")) for name in METRICS),
    *(
        _of_rep(f"{name}_status", "text", f"Of {name}: ok, approximate or not_assessable.", _metric(name, "status"))
        for name in METRICS
    ),
    _of_rep("looks_score", "float", "How the rep looks, 0-100, 100 = ideal; missing when not judged.", "looks.score"),
    _of_rep("looks_low", "float", "Lower end of the 90 % interval of looks_score.", "looks.low"),
    _of_rep("looks_high", "float", "Upper end of the 90 % interval of looks_score.", "looks.high"),
    _of_rep("looks_state", "text", "good, uncertain, bad or not_assessable.", "looks.state"),
    _of_rep("looks_coverage", "float", "Share of the rubric's weight that could be judged, 0-1.", "looks.coverage"),
    _of_rep(
        "finding_items",
        "texts",
        "Items of the rubric with a fault in this rep.",
        lambda rep: [finding.item for finding in rep.looks.findings],
    ),
    _judged("video_sha256", "text", "SHA-256 of the clip's bytes; finds the set in `sets`.", "video.sha256"),
)

SET_COLUMNS: tuple[Column, ...] = tuple(filled.column for filled in _SET)
REP_COLUMNS: tuple[Column, ...] = tuple(filled.column for filled in _REP)

FAILURE_NAMES = ("clip", "athlete", "date", "exercise_told", "error_code", "error_message", "error_hint", "note")
FAILURE_COLUMNS: tuple[Column, ...] = tuple(column for column in SET_COLUMNS if column.name in FAILURE_NAMES)
"""Columns of failures.csv: those of sets that say what failed."""


def set_row(label: RowLabel, document: ReportDocument) -> Row:
    """The set's row of sets."""
    return _row(_SET, _Set(label=label, document=document, error=None))


def failed_row(label: RowLabel, error: Failure) -> Row:
    """The row of sets of a clip that could not be analysed."""
    return _row(_SET, _Set(label=label, document=None, error=error))


def rep_rows(label: RowLabel, document: ReportDocument) -> list[Row]:
    """The set's rows of reps, partial ones too, in time order."""
    return [_row(_REP, _Rep(label=label, document=document, rep=rep)) for rep in document.reps]


def _row(columns: tuple[_Filled, ...], one: _Set | _Rep) -> Row:
    return {filled.column.name: _cell(filled.fill(one)) for filled in columns}


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    return [clean_text(text) for text in value] if isinstance(value, (list, tuple)) else value
