"""Truth and estimates of one clip enter; one row for every true figure and method, and sums over frames, leave.

Nothing is dropped: a figure that a method refuses, or whose repetition it missed, has its row and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.conditions import conditions_of, view_of
from benchmarks.accuracy.figures import Series, placed, read_figures
from benchmarks.accuracy.matching import match_reps
from benchmarks.accuracy.measures import EVENT_MEASURES, PHASE_MEASURES, SIGNAL_MEASURES, Measure
from benchmarks.accuracy.methods import Answer, Estimate, FoundRep
from benchmarks.accuracy.statistics import share_inside
from benchmarks.accuracy.truth import ClipTruth, TrueRep
from lookfeel.types import BoolArray, FloatArray

DEEP_SHARE = 0.15  # of the hips' way: what counts as the bottom of the frame-wise sums
REFUSED, MISSED, FAILED = "not_assessable", "rep missed", "failed"
NOT_JUDGED = "sit_to_stand"


@dataclass(frozen=True, kw_only=True)
class Clip:
    """What a clip is, for grouping. conditions: see conditions.conditions_of."""

    name: str
    exercise: str
    variant: str | None
    yaw_deg: float
    view: str
    conditions: tuple[str, ...]
    n_frames: int
    n_reps: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """One true figure of one repetition and what one method says of it.

    leg: 'left', 'right' or '' for the whole body; role: 'working', 'other' (the rear or free leg), 'body'. status:
    'ok', 'approximate', 'not_assessable', 'rep missed' or 'failed'; value, error and sd are None without an answer.
    error: value less truth; of moments in movement time.
    """

    clip: str
    exercise: str
    variant: str | None
    view: str
    yaw_deg: float
    rep: int
    measure: str
    leg: str
    role: str
    method: str
    truth: float
    value: float | None
    error: float | None
    sd: float | None
    status: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class FrameRow:
    """One signal of one clip over all frames of its repetitions. bottom: mean error in the deepest DEEP_SHARE of the
    way, and the sd stated there; in_50, in_90: share of frames with the truth inside the stated interval."""

    clip: str
    view: str
    yaw_deg: float
    signal: str
    method: str
    n_frames: int
    n_known: int
    bias: float | None
    mae: float | None
    rmse: float | None
    bottom_bias: float | None
    bottom_sd: float | None
    in_50: float | None
    in_90: float | None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a method says of a whole clip. n_partial: repetitions that it says it does not see whole; they are not
    counted as found. state, score: of the looks."""

    clip: str
    method: str
    failed: str | None
    n_true: int
    n_found: int
    n_matched: int
    n_partial: int
    exercise: str | None
    view: str | None
    yaw_deg: float | None
    yaw_sd_deg: float | None
    score: float | None
    state: str | None


@dataclass(frozen=True, kw_only=True)
class ClipResult:
    """Everything about one clip that the tables need."""

    clip: Clip
    rows: tuple[Row, ...]
    frames: tuple[FrameRow, ...]
    verdicts: tuple[Verdict, ...]


def compare(truth: ClipTruth, estimates: list[Estimate]) -> ClipResult:
    """Errors of every method on one clip."""
    about = Clip(
        name=truth.name,
        exercise=truth.exercise,
        variant=truth.variant,
        yaw_deg=truth.yaw_deg,
        view=view_of(truth.yaw_deg),
        conditions=conditions_of(truth.case, truth.slowmo_factor),
        n_frames=len(truth.time_s),
        n_reps=len(truth.reps),
    )
    return ClipResult(
        clip=about,
        rows=tuple(row for estimate in estimates for row in _rows(truth, about, estimate)),
        frames=tuple(row for estimate in estimates for row in _frame_rows(truth, about, estimate)),
        verdicts=tuple(_verdict(truth, estimate) for estimate in estimates),
    )


def _whole(estimate: Estimate) -> list[FoundRep]:
    return [rep for rep in estimate.reps if not rep.is_partial]


def _matches(truth: ClipTruth, estimate: Estimate) -> dict[int, FoundRep]:
    """Found repetition for each true one, by its place in truth.reps."""
    whole = _whole(estimate)
    pairs = match_reps([rep.window for rep in truth.reps], [rep.window for rep in whole], slowmo=truth.slowmo_factor)
    return {i: whole[j] for i, j in pairs.items()}


def _verdict(truth: ClipTruth, estimate: Estimate) -> Verdict:
    whole = _whole(estimate)
    return Verdict(
        clip=truth.name,
        method=estimate.method,
        failed=estimate.failed,
        n_true=len(truth.reps),
        n_found=len(whole),
        n_matched=len(_matches(truth, estimate)),
        n_partial=len(estimate.reps) - len(whole),
        exercise=estimate.exercise,
        view=estimate.view,
        yaw_deg=estimate.yaw_deg,
        yaw_sd_deg=estimate.yaw_sd_deg,
        score=estimate.score,
        state=estimate.state,
    )


def _rows(truth: ClipTruth, about: Clip, estimate: Estimate) -> Iterator[Row]:
    matches = _matches(truth, estimate)
    own = Series(time_s=truth.time_s, values=truth.signals, sd={})
    for place, rep in enumerate(truth.reps):
        figures = read_figures(own, rep.window, slowmo=truth.slowmo_factor)
        for measure in SIGNAL_MEASURES:
            for leg, _ in placed(measure):
                true = figures[measure.name, leg]
                if np.isfinite(true) and _is_asked(measure, rep):
                    answer = _signal_answer(truth, estimate, matches.get(place), place, (measure.name, leg))
                    yield _row(about, estimate, rep, measure, leg, true, answer)
        yield from _timing_rows(truth, about, estimate, rep, matches.get(place))


def _is_asked(measure: Measure, rep: TrueRep) -> bool:
    return rep.side == "both" or not measure.is_two_legged


def _signal_answer(
    truth: ClipTruth, estimate: Estimate, found: FoundRep | None, place: int, key: tuple[str, str]
) -> Answer:
    if estimate.given is not None:
        return estimate.given[place].get(key, Answer(value=None, status=REFUSED, reason="not measured"))
    return _absent(truth, estimate) if found is None else found.answers[key]


def _absent(truth: ClipTruth, estimate: Estimate) -> Answer:
    """Why there is no repetition: who tells sitting down from an exercise has not missed one."""
    if estimate.failed:
        return Answer(value=None, status=FAILED, reason=estimate.failed)
    if truth.exercise == estimate.exercise == NOT_JUDGED:
        return Answer(value=None, status=REFUSED, reason="told to be sitting down and standing up, which is not judged")
    return Answer(value=None, status=MISSED, reason="the repetition was not found")


def _timing_rows(
    truth: ClipTruth, about: Clip, estimate: Estimate, rep: TrueRep, found: FoundRep | None
) -> Iterator[Row]:
    absent = _absent(truth, estimate)
    for measure in PHASE_MEASURES:
        true = rep.phases_s[measure.name]
        if true is not None:
            answer = absent if found is None else found.answers[measure.name, ""]
            yield _row(about, estimate, rep, measure, "", true, answer)
    for measure in EVENT_MEASURES:
        moments = [getattr(window, measure.name) / truth.slowmo_factor for window in _windows(rep, found)]
        answer = absent if found is None else Answer(value=moments[1])
        yield _row(about, estimate, rep, measure, "", moments[0], answer)


def _windows(rep: TrueRep, found: FoundRep | None) -> list[object]:
    return [rep.window] if found is None else [rep.window, found.window]


def _row(about: Clip, estimate: Estimate, rep: TrueRep, measure: Measure, leg: str, true: float, answer: Answer) -> Row:
    return Row(
        clip=about.name,
        exercise=about.exercise,
        variant=about.variant,
        view=about.view,
        yaw_deg=about.yaw_deg,
        rep=rep.index,
        measure=measure.name,
        leg=leg,
        role=_role(rep, leg),
        method=estimate.method,
        truth=round(true, 6),
        value=None if answer.value is None else round(answer.value, 6),
        error=None if answer.value is None else round(answer.value - true, 6),
        sd=None if answer.sd is None else round(answer.sd, 6),
        status=answer.status,
        reason=answer.reason,
    )


def _role(rep: TrueRep, leg: str) -> str:
    if not leg:
        return "body"
    return "working" if rep.side in (leg, "both") else "other"


def _frame_rows(truth: ClipTruth, about: Clip, estimate: Estimate) -> Iterator[FrameRow]:
    """Every signal over the frames of the true repetitions."""
    inside = np.zeros(len(truth.time_s), dtype=bool)
    for rep in truth.reps:
        inside |= (truth.time_s >= rep.window.start_s) & (truth.time_s <= rep.window.end_s)
    height = truth.signals["hip_height_m"]
    low, high = (float(np.percentile(height, q)) for q in (0.0, 95.0))
    is_deep = (height < low + DEEP_SHARE * (high - low))[inside]
    for measure in SIGNAL_MEASURES:
        for _, name in placed(measure):
            yield _frame_row(truth, about, estimate, name, inside, is_deep)


def _frame_row(
    truth: ClipTruth, about: Clip, estimate: Estimate, name: str, inside: BoolArray, is_deep: BoolArray
) -> FrameRow:
    value, sd = _at_times(estimate.series, name, truth.time_s[inside])
    error = value - truth.signals[name][inside]
    known = np.isfinite(error)
    has_sd = known & np.isfinite(sd)
    sds, errors = [float(x) for x in sd[has_sd]], [float(x) for x in error[has_sd]]
    return FrameRow(
        clip=about.name,
        view=about.view,
        yaw_deg=about.yaw_deg,
        signal=name,
        method=estimate.method,
        n_frames=len(error),
        n_known=int(known.sum()),
        bias=_mean(error[known]),
        mae=_mean(np.abs(error[known])),
        rmse=_root(_mean(error[known] ** 2)),
        bottom_bias=_mean(error[known & is_deep]),
        bottom_sd=_mean(sd[has_sd & is_deep]),
        in_50=share_inside(errors, sds, 0.5) if errors else None,
        in_90=share_inside(errors, sds, 0.9) if errors else None,
    )


def _at_times(series: Series | None, name: str, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Value and sd of a signal at other times; NaN where unknown."""
    unknown = np.full(len(time_s), np.nan)
    if series is None or name not in series.values:
        return unknown, unknown
    value = np.interp(time_s, series.time_s, series.values[name], left=np.nan, right=np.nan)
    sd = np.interp(time_s, series.time_s, series.sd[name], left=np.nan, right=np.nan) if name in series.sd else unknown
    return value, sd


def _mean(values: FloatArray) -> float | None:
    return round(float(values.mean()), 6) if len(values) else None


def _root(square: float | None) -> float | None:
    return None if square is None else round(float(np.sqrt(square)), 6)
