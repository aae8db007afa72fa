"""A SetReport enters, the document that report.json holds leaves; its models are the published, versioned contract.

Rules of the document: times are seconds of presentation time, phases are seconds of movement time; a missing number is
null, never NaN and never 0; numbers are rounded to DECIMALS places; an addition raises the minor version, anything else
the major one.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from statistics import median
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue
from pydantic.json_schema import GenerateJsonSchema

from lookfeel.exercises import load_scoring
from lookfeel.report.fitted import reprojection
from lookfeel.report.wording import strictness_text
from lookfeel.types import (
    ActionName,
    BadPhase,
    Experience,
    FeelsState,
    Lever,
    Looks,
    LooksState,
    MetricStatus,
    Rep,
    RepMetrics,
    SetReport,
    Side,
    ViewName,
    WeightUnit,
)

SCHEMA_VERSION: Literal["1.2"] = "1.2"
SCHEMA_ID = f"urn:lookfeel:report:{SCHEMA_VERSION}"
SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"

DECIMALS = 6
"""Places kept in files: a microsecond, a micrometre, a millionth of a degree. Chosen by us, because it is far finer
than any SD here and keeps the noise of the last bits, which differs between processors, out of the files."""


def rounded(value: float | None) -> float | None:
    """A number as files show it: DECIMALS places, no negative zero, None for NaN and infinity."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), DECIMALS) + 0.0


def clean_text(value: str) -> str:
    """Text that UTF-8 can hold; bytes of a file name that were not UTF-8 become '?'."""
    return value.encode("utf-8", "replace").decode("utf-8")


def _rounded_number(value: Any) -> Any:
    return rounded(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _cleaned_text(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


Number = Annotated[float, BeforeValidator(_rounded_number)]
Figure = Annotated[float | None, BeforeValidator(_rounded_number)]
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(_rounded_number)]
ShareFigure = Annotated[Annotated[float, Field(ge=0, le=1)] | None, BeforeValidator(_rounded_number)]
ScoreFigure = Annotated[Annotated[float, Field(ge=0, le=100)] | None, BeforeValidator(_rounded_number)]
Text = Annotated[str, BeforeValidator(_cleaned_text)]
TextFigure = Annotated[str | None, BeforeValidator(_cleaned_text)]
Texts = tuple[Text, ...]


class Document(BaseModel):
    """Base of every part: unknown keys are refused, values never change, core types are read by attribute."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True, allow_inf_nan=False)


class VideoDocument(Document):
    """The clip: what the file says of itself and what was decoded from it."""

    name: Text = Field(description="File name without its folder.")
    sha256: Text = Field(description="SHA-256 of the file's bytes, hexadecimal.")
    size_bytes: int = Field(ge=0, description="Size of the file in bytes.")
    container: Text = Field(description="Container format, such as 'mov' or 'webm'.")
    codec: Text = Field(description="Video codec, such as 'h264' or 'hevc'.")
    bit_depth: int = Field(description="Bits per colour channel.")
    width_px: int = Field(description="Width of the upright picture in pixels.")
    height_px: int = Field(description="Height of the upright picture in pixels.")
    rotation_deg: int = Field(description="Turn that was applied to make the picture upright, degrees clockwise.")
    fps: Number = Field(description="Median of the frames per second that were decoded.")
    capture_fps: Figure = Field(description="Frames per second the camera recorded at; null when not said.")
    slowmo_factor: Number = Field(
        description="Capture rate over playback rate, 1 for ordinary clips; movement time = presentation time / factor."
    )
    duration_s: Number = Field(description="Presentation time from the first frame to the end of the last, in seconds.")
    n_frames: int = Field(ge=0, description="Frames decoded.")
    is_partial: bool = Field(description="True when the file ends before it should, or frames were damaged.")
    is_variable_rate: bool = Field(description="True when frames are not evenly spaced in time.")


class ExerciseDocument(Document):
    """Which exercise this is and how sure we are."""

    name: Text = Field(description="Name of the exercise; 'none' when the clip shows no exercise that we know.")
    variant: TextFigure = Field(description="Finer name, such as 'split_squat'; null when there is none.")
    confidence: Share = Field(description="0-1 that the name is right.")
    was_given: bool = Field(description="True when the user named the exercise.")
    reasons: Texts = Field(description="Why, in plain words.")


class ViewDocument(Document):
    """Where the camera stands around the athlete."""

    name: ViewName = Field(description="Name of the view; sides are the athlete's.")
    yaw_deg: Figure = Field(
        description="Degrees around the athlete: 0 = ahead, +90 = at the left side, 180 = behind; null = unknown."
    )
    yaw_sd_deg: Figure = Field(description="Standard deviation of yaw_deg in degrees; null = unknown.")
    confidence: Share = Field(description="0-1 that the name is right.")


class ReprojectionDocument(Document):
    """How far the fitted joints, thrown back into the picture, lie from the landmarks of the same name (root mean
    square). A landmark lies on skin or clothes and a joint in the middle of the limb: a few centimetres of it, most at
    hip and shoulder, are that difference and no error. It shows what the picture can show, not errors in depth."""

    rms_m: Number = Field(ge=0, description="Across the line of sight, in metres at the distance of each joint.")
    rms_px: Number = Field(ge=0, description="The same in pixels of the full-size picture.")
    part_rms_m: dict[Text, Number] = Field(description="rms_m of both shoulders, hips, knees, ankles, heels and toes.")
    n_points: int = Field(gt=0, description="Landmarks compared; filled-in and doubtful ones are left out.")


class BodyDocument(Document):
    """How the body was measured."""

    method: Text = Field(description="Method that placed the skeleton.")
    is_metric: bool = Field(description="False when no height was given and lengths assume an average adult.")
    segment_m: dict[Text, Figure] = Field(description="Lengths of body segments used, in metres.")
    reprojection: ReprojectionDocument | None = Field(
        description="How far the fitted joints lie from the landmarks in the picture; null without a fit. Since 1.1."
    )


class FramesDocument(Document):
    """The events of a rep as frame numbers, counted from 0; frame i is row i of signals.csv below its header."""

    start: int = Field(ge=0, description="First frame of the descent.")
    bottom_start: int = Field(ge=0, description="First frame of the pause at the bottom.")
    bottom: int = Field(ge=0, description="Frame of the deepest moment.")
    ascent_start: int = Field(ge=0, description="First frame of the ascent.")
    end: int = Field(ge=0, description="First frame after the ascent.")


class PhasesDocument(Document):
    """Lengths of the four phases in seconds of movement time; null when the clip does not show the phase whole."""

    eccentric_s: Figure = Field(description="Way down, in seconds.")
    bottom_pause_s: Figure = Field(description="Pause at the bottom, in seconds.")
    concentric_s: Figure = Field(description="Way up, in seconds.")
    top_pause_s: Figure = Field(description="Pause until the next rep, in seconds; null for the last rep.")


class MetricDocument(Document):
    """One figure of one rep."""

    value: Figure = Field(description="The figure, in 'unit'; null exactly when status is 'not_assessable'.")
    sd: Figure = Field(description="Its standard deviation, in 'unit'; null exactly when status is 'not_assessable'.")
    unit: Text = Field(description="Unit of value and sd: deg, m, ratio, s, m/s or count.")
    status: MetricStatus = Field(description="'approximate': this view makes it rough, and sd says how rough.")
    reason: TextFigure = Field(description="Why it is approximate or not assessable.")
    frame: int | None = Field(description="Frame that shows it, counted from 0; null when none stands out.")
    clip: int = Field(ge=1, le=2, description="Clip that it is from: 1 = video, 2 = second_view. Since 1.2.")


class ItemDocument(Document):
    """One item of the looks rubric."""

    item: Text = Field(description="Key of the item in the rubric.")
    label: Text = Field(description="The item in plain words.")
    weight: Number = Field(ge=0, description="Weight in the rubric.")
    score: ShareFigure = Field(description="0-1, 1 = ideal; null when not assessable.")
    low: ShareFigure = Field(description="Lower end of the 90 % interval of score.")
    high: ShareFigure = Field(description="Upper end of the 90 % interval of score.")
    p_watch: ShareFigure = Field(description="Probability that the measure is beyond 'watch'.")
    p_bad: ShareFigure = Field(description="Probability that the measure is beyond 'bad'.")
    reason: TextFigure = Field(description="Why it is not assessable.")
    clip: Annotated[int, Field(ge=1, le=2)] | None = Field(
        description="Clip that it was judged from: 1 = video, 2 = second_view; null when not assessable. Since 1.2."
    )


class FindingDocument(Document):
    """One fault that counts, with the moment that shows it."""

    item: Text = Field(description="Key of the rubric's item.")
    severity: Literal["watch", "bad", "zero"] = Field(description="How far from ideal; 'zero' is the worst.")
    text: Text = Field(description="The fault in plain words.")
    metric: Text = Field(description="Name of the metric that shows it.")
    value: Number = Field(description="The metric's value, in 'unit'.")
    sd: Number = Field(description="Its standard deviation, in 'unit'.")
    unit: Text = Field(description="Unit of value and sd.")
    probability: Share = Field(description="Probability that the measure is beyond 'watch'.")
    rep_index: int = Field(description="Number of the rep, counted from 1.")
    frame: int = Field(ge=0, description="Frame that shows it, counted from 0.")
    time_s: Number = Field(description="Presentation time of that frame in seconds.")
    side: Side = Field(description="Leg that shows it.")
    phase: BadPhase | None = Field(
        description="Part of the rep that shows it; null when no part shows it more than the others. Since 1.2."
    )
    over_sd: Figure = Field(
        description="How far the value lies beyond 'watch', in its own SDs; null for a value without one. Since 1.2."
    )
    clip: int = Field(ge=1, le=2, description="Clip of frame and time_s: 1 = video, 2 = second_view. Since 1.2.")


class LooksDocument(Document):
    """How a rep looks: 0-100 with its 90 % interval. Not an injury prediction."""

    state: LooksState = Field(description="Verdict.")
    score: ScoreFigure = Field(description="0-100, 100 = ideal; null when too little could be judged.")
    low: ScoreFigure = Field(description="Lower end of the 90 % interval of score.")
    high: ScoreFigure = Field(description="Upper end of the 90 % interval of score.")
    coverage: Share = Field(description="Share of the rubric's weight that the view or both views could judge, 0-1.")
    reason: TextFigure = Field(
        description="Why the state is 'uncertain' or 'not_assessable' and what would settle it; else null. Since 1.2."
    )
    findings: tuple[FindingDocument, ...] = Field(description="Faults that count.")
    items: tuple[ItemDocument, ...] = Field(description="Every item of the rubric.")


class SetLooksDocument(LooksDocument):
    """How the whole set looks: 0-100 with its 90 % interval. Not an injury prediction."""

    worst_rep_index: int | None = Field(description="Number of the rep that looks worst; null when none is judged.")
    slope_per_rep: Figure = Field(description="Change of the score per rep, in points; null when not estimable.")


class RepDocument(Document):
    """One repetition."""

    index: int = Field(ge=0, description="Number of a whole rep in time order, counted from 1; 0 for a partial rep.")
    start_s: Number = Field(description="Start of the descent, presentation time in seconds.")
    bottom_s: Number = Field(description="Deepest moment, presentation time in seconds.")
    end_s: Number = Field(description="End of the ascent, presentation time in seconds.")
    is_partial: bool = Field(description="True when the clip does not show the rep whole; it is then not counted.")
    partial_reason: TextFigure = Field(description="Why it is partial; null for a whole rep.")
    side: Side = Field(description="Leg that does the work; 'both' for a bilateral squat.")
    confidence: Share = Field(description="0-1 that this is a rep.")
    frames: FramesDocument = Field(description="Its events as frame numbers.")
    phases: PhasesDocument = Field(description="Its tempo.")
    metrics: dict[Text, MetricDocument] = Field(description="Its figures by name; a name ends in its unit.")
    looks: LooksDocument = Field(description="How it looks.")


class ThresholdDocument(Document):
    """The rep at which form breaks down."""

    status: Literal["reached", "not_reached", "not_estimable"] = Field(description="Whether form broke down.")
    rep_index: int | None = Field(description="First rep of the breakdown, counted from 1; null unless reached.")
    reason: Text = Field(description="Why, in plain words.")


class DecisionDocument(Document):
    """The next action."""

    action: ActionName = Field(description="Name of the action.")
    rule_id: Text = Field(description="Rule of the decision matrix that led here.")
    text: Text = Field(description="The action as one sentence to the athlete.")
    reasons: Texts = Field(description="Why, in plain words.")
    alternatives: Texts = Field(description="Other actions that also make sense.")
    would_change: Texts = Field(description="What would lead elsewhere.")
    questions: Texts = Field(description="What was not said and matters.")
    cue: TextFigure = Field(description="What to think of while moving; null when there is none.")
    parameters: dict[Text, Figure] = Field(description="Figures of the action, such as 'load_factor' or 'max_reps'.")
    feels: FeelsState = Field(description="How it feels, as the rule saw it.")
    looks: LooksState = Field(description="How it looks, as the rule saw it.")
    lever: Lever = Field(description="The one thing that the action changes.")
    strictness: Share = Field(description="0-1, with which the action was chosen; 0.5 is usual.")
    retest: TextFigure = Field(description="How the next set shows whether it helped; null when nothing is tried.")
    cue_internal: TextFigure = Field(description="The cue to try after `cue`; null when there is none.")


class FeelsDocument(Document):
    """What the athlete said; null = not said."""

    overall: Literal["good", "bad"] | None = Field(description="How the set felt.")
    pain: Figure = Field(description="Pain now, 0-10.")
    usual_pain: Figure = Field(description="Usual pain, 0-10.")
    where: TextFigure = Field(description="Where it hurts, as the athlete wrote it.")
    is_unstable: bool | None = Field(description="True when a joint felt unstable or wrong.")
    bad_from_rep: int | None = Field(description="Rep from which it felt bad, counted from 1.")
    bad_below_deg: Figure = Field(description="Knee flexion from which it felt bad, in degrees.")
    bad_phase: BadPhase | None = Field(description="Part of the repetition in which it felt bad.")
    is_worse_when_fast: bool | None = Field(description="True when it is worse in fast movement.")
    is_worse_next_morning: bool | None = Field(description="True when it was worse on the next morning.")
    reps_in_reserve: Figure = Field(description="Reps the athlete could still have done.")
    n_changes_tried: int | None = Field(description="Changes tried so far.")
    red_flags: Texts = Field(description="Any of swelling, locking, giving_way, night_pain.")
    is_free_of_red_flags: bool | None = Field(description="True when these were asked for and there was none.")


class ContextDocument(Document):
    """The training around the set, as given; null = not said."""

    experience: Experience | None = Field(description="Training age in words.")
    load_kg: Figure = Field(description="Load of this set in kg.")
    one_rm_kg: Figure = Field(description="One-repetition maximum in kg.")
    sessions_per_week: Figure = Field(description="Sessions a week.")
    sets_per_session: int | None = Field(description="Sets a session.")
    planned_reps: int | None = Field(description="Reps planned for this set.")
    rep_range: tuple[int, int] | None = Field(description="Fewest and most reps of the plan.")
    prescribed_thigh_deg: Figure = Field(description="Thigh angle asked for, in degrees: 0 = parallel, + = above.")
    prescribed_tempo_s: tuple[Figure, Figure, Figure, Figure] | None = Field(
        description="Tempo asked for in seconds: eccentric, bottom, concentric, top; null inside = as fast as possible."
    )
    height_m: Figure = Field(description="Height of the athlete in metres.")
    is_low_bar: bool = Field(description="True for a low-bar squat.")
    target_met_twice: bool | None = Field(description="True when the rep target was beaten by two in two sessions.")
    days_since_last: Figure = Field(description="Days since this exercise was trained.")
    weight_unit: WeightUnit = Field(description="Unit in which loads are told to the athlete.")
    load_step_kg: Figure = Field(description="Smallest change of the load that the plates allow, in kg.")
    min_load_kg: Figure = Field(description="Least load that exists, such as the empty bar, in kg.")


class ProvenanceDocument(Document):
    """What made this report, enough to make it again."""

    lookfeel_version: Text = Field(description="Version of lookfeel.")
    python_version: Text = Field(description="Version of Python.")
    library_versions: dict[Text, Text] = Field(description="Versions of the libraries by name.")
    backend: Text = Field(description="Pose backend.")
    weights_sha256: Texts = Field(description="SHA-256 of each model file used.")
    rubric: Text = Field(description="Exercise, or exercise/variant, whose rubric judged the looks. Since 1.2.")
    rubric_sha256: Text = Field(description="SHA-256 of the looks rubric, the variant's overrides included.")
    matrix_sha256: Text = Field(description="SHA-256 of the decision matrix.")
    library_sha256: Text = Field(description="SHA-256 of the library of movements to change to.")
    video_sha256: Text = Field(description="SHA-256 of the clip.")
    settings: dict[Text, JsonValue] = Field(
        description="Settings of the run; strictness is 0 'whatever, just squat' to 1 'perfection is key'."
    )


class SecondRepDocument(Document):
    """A rep of the set as the second clip shows it."""

    index: int = Field(ge=1, description="Number of the rep, the same as in the first clip.")
    start_s: Number = Field(description="Start of the descent, presentation time of the second clip in seconds.")
    bottom_s: Number = Field(description="Deepest moment, presentation time of the second clip in seconds.")
    end_s: Number = Field(description="End of the ascent, presentation time of the second clip in seconds.")
    side: Side = Field(description="Leg that does the work, as the second clip shows it.")


class SecondViewDocument(Document):
    """Another clip of the same set. What was taken from it has clip = 2."""

    name: Text = Field(description="File name without its folder.")
    sha256: Text = Field(description="SHA-256 of the file's bytes, hexadecimal.")
    slowmo_factor: Number = Field(description="Capture rate over playback rate, 1 for ordinary clips.")
    duration_s: Number = Field(description="Presentation time from the first frame to the end of the last, in seconds.")
    n_frames: int = Field(ge=0, description="Frames decoded.")
    view: ViewDocument = Field(description="The camera's view.")
    reps: tuple[SecondRepDocument, ...] = Field(description="The whole reps, matched to the first clip's by order.")
    items: Texts = Field(description="Items of the rubric that the set was judged by from this clip.")


class ReportDocument(Document):
    """One set of one athlete: each rep's figures, how it looks, and the next action."""

    schema_version: Literal["1.2"] = Field(description="Version of this document's form, major.minor.")
    video: VideoDocument = Field(description="The clip.")
    exercise: ExerciseDocument = Field(description="The exercise.")
    view: ViewDocument = Field(description="The camera's view.")
    second_view: SecondViewDocument | None = Field(
        description="A second clip of the set; null without one. Each figure and item is of the better view. Since 1.2."
    )
    body: BodyDocument = Field(description="How the body was measured.")
    n_reps: int = Field(ge=0, description="Whole reps; partial ones are listed but not counted.")
    reps: tuple[RepDocument, ...] = Field(description="Whole and partial reps in time order.")
    looks: SetLooksDocument = Field(description="How the whole set looks.")
    technique_threshold: ThresholdDocument = Field(description="The rep at which form breaks down.")
    feels: FeelsDocument = Field(description="What the athlete said.")
    context: ContextDocument = Field(description="The training around the set.")
    decision: DecisionDocument = Field(description="The next action.")
    warnings: Texts = Field(description="What a reader should know before trusting a figure.")
    provenance: ProvenanceDocument = Field(description="What made this report.")


def report_document(report: SetReport) -> ReportDocument:
    """The document of one set, ready for report.json.

    Returns
        The whole document; every rep of the report is in it, partial ones too.
    """
    return ReportDocument(
        schema_version=SCHEMA_VERSION,
        video=_video(report),
        exercise=ExerciseDocument.model_validate(report.exercise),
        view=ViewDocument.model_validate(report.view),
        second_view=_second_view(report),
        body=_body(report),
        n_reps=sum(not rep.is_partial for rep in report.reps),
        reps=_reps(report),
        looks=SetLooksDocument.model_validate(report.looks),
        technique_threshold=ThresholdDocument.model_validate(report.threshold),
        feels=FeelsDocument.model_validate(report.feels),
        context=ContextDocument.model_validate(report.context),
        decision=DecisionDocument.model_validate(report.decision),
        warnings=_warnings(report),
        provenance=_provenance(report),
    )


def median_metric(document: ReportDocument, name: str) -> float | None:
    """Median of one figure over the whole reps; None where no rep has it."""
    found = (rep.metrics.get(name) for rep in document.reps if not rep.is_partial)
    known = [metric.value for metric in found if metric is not None and metric.value is not None]
    return median(known) if known else None


def _video(report: SetReport) -> VideoDocument:
    video, decode = report.video, report.decode
    return VideoDocument(
        name=PurePath(video.path).name,
        sha256=video.sha256,
        size_bytes=video.size_bytes,
        container=video.container,
        codec=video.codec,
        bit_depth=video.bit_depth,
        width_px=video.width_px,
        height_px=video.height_px,
        rotation_deg=video.rotation_deg,
        fps=decode.median_fps,
        capture_fps=video.capture_fps,
        slowmo_factor=video.slowmo_factor,
        duration_s=decode.duration_s,
        n_frames=decode.n_frames,
        is_partial=decode.is_partial,
        is_variable_rate=decode.is_variable_rate,
    )


def _second_view(report: SetReport) -> SecondViewDocument | None:
    second = report.second
    if second is None:
        return None
    return SecondViewDocument(
        name=PurePath(second.video.path).name,
        sha256=second.video.sha256,
        slowmo_factor=second.video.slowmo_factor,
        duration_s=second.decode.duration_s,
        n_frames=second.decode.n_frames,
        view=ViewDocument.model_validate(second.view),
        reps=tuple(SecondRepDocument.model_validate(rep) for rep in second.reps),
        items=tuple(item.item for item in report.looks.items if item.clip == 2),
    )


def _body(report: SetReport) -> BodyDocument:
    found = reprojection(report)
    return BodyDocument(
        method=report.body.method,
        is_metric=report.body.is_metric,
        segment_m=dict(report.body.segment_m),
        reprojection=None if found is None else ReprojectionDocument.model_validate(found),
    )


class _OfRep(Protocol):
    @property
    def rep_index(self) -> int | None: ...


Part = TypeVar("Part", bound=_OfRep)


def parts_of_reps(reps: Sequence[Rep], parts: Iterable[Part]) -> list[Part | None]:
    """For each rep its part (metrics or looks), None when it has none.

    Whole reps have numbers of their own; partial reps all have number 0, so theirs are handed out in time order.
    """
    waiting: defaultdict[int | None, deque[Part]] = defaultdict(deque)
    for part in parts:
        waiting[part.rep_index].append(part)
    return [waiting[rep.index].popleft() if waiting[rep.index] else None for rep in reps]


def _reps(report: SetReport) -> tuple[RepDocument, ...]:
    metrics = parts_of_reps(report.reps, report.rep_metrics)
    looks = parts_of_reps(report.reps, report.rep_looks)
    return tuple(_rep(*parts) for parts in zip(report.reps, metrics, looks, strict=True))


def _rep(rep: Rep, metrics: RepMetrics | None, looks: Looks | None) -> RepDocument:
    figures = metrics.metrics if metrics is not None else {}
    return RepDocument(
        index=rep.index,
        start_s=rep.start_s,
        bottom_s=rep.bottom_s,
        end_s=rep.end_s,
        is_partial=rep.is_partial,
        partial_reason=rep.partial_reason,
        side=rep.side,
        confidence=rep.confidence,
        frames=FramesDocument.model_validate(rep),
        phases=PhasesDocument.model_validate(rep),
        metrics={name: MetricDocument.model_validate(metric) for name, metric in figures.items()},
        looks=LooksDocument.model_validate(looks) if looks is not None else _unjudged(),
    )


def _unjudged() -> LooksDocument:
    """Looks of a rep that nobody judged, so that a reader always finds the same keys."""
    return LooksDocument(
        state="not_assessable", score=None, low=None, high=None, coverage=0.0, reason=None, findings=(), items=()
    )


def _warnings(report: SetReport) -> tuple[str, ...]:
    """Warnings of every room, each once, in the order in which they arose."""
    rooms = (report.decode.warnings, report.track.warnings, report.body.warnings, report.warnings)
    return tuple(dict.fromkeys(warning for room in rooms for warning in room))


def _provenance(report: SetReport) -> ProvenanceDocument:
    made_by = report.provenance
    return ProvenanceDocument(
        lookfeel_version=made_by.lookfeel_version,
        python_version=made_by.python_version,
        library_versions=dict(made_by.library_versions),
        backend=made_by.backend,
        weights_sha256=made_by.weights_sha256,
        rubric=made_by.rubric,
        rubric_sha256=made_by.rubric_sha256,
        matrix_sha256=made_by.matrix_sha256,
        library_sha256=made_by.library_sha256,
        video_sha256=made_by.video_sha256,
        settings={str(name): _json_value(value) for name, value in made_by.settings.items()},
    )


def _json_value(value: Any) -> JsonValue:
    """A setting as JSON: no NaN, no folders of this machine; what JSON has no form for is written as text."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, PurePath):
        return clean_text(value.name)
    if isinstance(value, Mapping):
        return {clean_text(str(name)): _json_value(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(inner) for inner in value]
    return clean_text(str(value))


def strictness_words(report: SetReport) -> str | None:
    """How strict the looks were judged, in words; None for a report that does not say."""
    strictness = report.provenance.settings.get("strictness")
    if not isinstance(strictness, float):
        return None
    return strictness_text(strictness, tightening=load_scoring().scoring.tightening(strictness))


class _SchemaWriter(GenerateJsonSchema):
    """Schema without a title on every field: it would only repeat the name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (pydantic's signature)
        return False


def report_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of report.json, as committed in report.schema.json."""
    body = ReportDocument.model_json_schema(mode="serialization", schema_generator=_SchemaWriter)
    return {"$schema": SCHEMA_DIALECT, "$id": SCHEMA_ID, **body, "title": "lookfeel report"}


def schema_text() -> str:
    """The text of report.schema.json."""
    return json.dumps(report_schema(), indent=2, ensure_ascii=False) + "\n"
