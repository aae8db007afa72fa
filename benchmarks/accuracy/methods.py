"""A clip with its truth enters; what each method says of it leaves: ours, two naive ones, ours from true landmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.accuracy.figures import Series, placed, read_figures
from benchmarks.accuracy.measures import PHASE_MEASURES, SIGNAL_MEASURES
from benchmarks.accuracy.naive import count_reps, picture_points, picture_series, world_points, world_series
from benchmarks.accuracy.truth import ClipTruth, Window
from lookfeel.errors import LookfeelError
from lookfeel.pipeline import judge
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.types import DecodeSummary, PoseDetections, Rep, RepMetrics, VideoInfo

OURS, PICTURE, WORLD, PERFECT = "lookfeel", "raw 2-D", "world 3-D", "perfect landmarks"
METHODS = (OURS, PICTURE, WORLD, PERFECT)
SURE = 0.99  # confidence of a perfect landmark
Watched = tuple[VideoInfo, DecodeSummary, PoseDetections]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a method says of one figure. value is None exactly when it says nothing; then `reason` says why."""

    value: float | None
    sd: float | None = None
    status: str = "ok"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class FoundRep:
    """One repetition that a method found, with its figures by (measure, leg). side: None when it does not say."""

    window: Window
    side: str | None
    is_partial: bool
    answers: Mapping[tuple[str, str], Answer]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What one method says of one clip.

    given: figures read where the true repetitions are, one mapping for each; None for methods that read them in their
    own. failed: why there is nothing at all. exercise, yaw_deg, view, score, state, coverage: None where a method does
    not say.
    """

    method: str
    series: Series | None = None
    reps: tuple[FoundRep, ...] = ()
    given: tuple[Mapping[tuple[str, str], Answer], ...] | None = None
    failed: str | None = None
    exercise: str | None = None
    view: str | None = None
    yaw_deg: float | None = None
    yaw_sd_deg: float | None = None
    score: float | None = None
    state: str | None = None
    warnings: tuple[str, ...] = field(default=())


def estimate_all(truth: ClipTruth, watched: Watched) -> list[Estimate]:
    """Every method on one clip, from the same detections."""
    info, decoded, detections = watched
    picture = picture_series(detections.time_s, picture_points(detections))
    world = world_series(detections.time_s, world_points(detections))
    perfect = replace_landmarks(detections, truth)
    return [
        by_program(OURS, info, decoded, detections),
        by_naive(PICTURE, picture, truth),
        by_naive(WORLD, world, truth),
        by_program(PERFECT, info, decoded, perfect),
    ]


def by_program(method: str, info: VideoInfo, decoded: DecodeSummary, detections: PoseDetections) -> Estimate:
    """The whole program after the detections."""
    try:
        report = judge(info, decoded, detections)
    except LookfeelError as error:
        return Estimate(method=method, failed=f"{error.code}: {error.message}")
    series = Series(time_s=report.signals.time_s, values=report.signals.values, sd=report.signals.sd)
    return Estimate(
        method=method,
        series=series,
        reps=tuple(_found(rep, metrics, series) for rep, metrics in zip(report.reps, report.rep_metrics, strict=True)),
        exercise=report.exercise.name,
        view=report.view.name,
        yaw_deg=report.view.yaw_deg,
        yaw_sd_deg=report.view.yaw_sd_deg,
        score=report.looks.score,
        state=report.looks.state,
        warnings=report.warnings,
    )


def failed_estimates(reason: str) -> list[Estimate]:
    """When the clip could not be watched at all."""
    return [Estimate(method=method, failed=reason) for method in METHODS]


def _found(rep: Rep, metrics: RepMetrics, series: Series) -> FoundRep:
    window = Window(
        start_s=rep.start_s,
        bottom_start_s=float(series.time_s[rep.bottom_start]),
        bottom_s=rep.bottom_s,
        ascent_start_s=float(series.time_s[rep.ascent_start]),
        end_s=rep.end_s,
    )
    answers = {
        (measure.name, leg): _by_metric(metrics, measure.metric.format(side=leg))
        if measure.metric
        else _by_signal(series, signal, rep)
        for measure in SIGNAL_MEASURES
        for leg, signal in placed(measure)
    }
    answers |= {(measure.name, ""): _by_metric(metrics, measure.name) for measure in PHASE_MEASURES}
    return FoundRep(window=window, side=rep.side, is_partial=rep.is_partial, answers=answers)


def _by_metric(metrics: RepMetrics, name: str) -> Answer:
    metric = metrics.metrics[name]
    return Answer(value=metric.value, sd=metric.sd, status=metric.status, reason=metric.reason or "")


def _by_signal(series: Series, name: str, rep: Rep) -> Answer:
    """Median over the bottom of a signal for which the program has no metric of its own."""
    frames = slice(rep.bottom_start, max(rep.ascent_start, rep.bottom + 1))
    values, sd = series.values[name][frames], series.sd[name][frames]
    known = np.isfinite(values) & np.isfinite(sd)
    if not known.any():
        return Answer(value=None, status="not_assessable", reason="this view or the picture does not show it")
    return Answer(value=float(np.median(values[known])), sd=float(np.median(sd[known])))


def by_naive(method: str, series: Series, truth: ClipTruth) -> Estimate:
    """Figures where the true repetitions are (kinder than its own), and the repetitions of the tutorial's counter."""
    given = tuple(
        {key: _answer(value) for key, value in read_figures(series, rep.window, slowmo=truth.slowmo_factor).items()}
        for rep in truth.reps
    )
    windows = count_reps(series)
    reps = tuple(
        FoundRep(window=window, side=None, is_partial=False, answers=_phases(window, following))
        for window, following in zip(windows, (*windows[1:], None), strict=False)
    )
    return Estimate(method=method, series=series, reps=reps, given=given)


def _answer(value: float) -> Answer:
    if np.isfinite(value):
        return Answer(value=value)
    return Answer(value=None, status="not_assessable", reason="no landmark there")


def _phases(window: Window, following: Window | None) -> dict[tuple[str, str], Answer]:
    """Played time, since a tutorial knows nothing of slow motion."""
    no_pause = Answer(value=None, status="not_assessable", reason="the method knows no pause")
    return {
        ("eccentric_s", ""): Answer(value=window.bottom_s - window.start_s),
        ("bottom_pause_s", ""): no_pause,
        ("concentric_s", ""): Answer(value=window.end_s - window.bottom_s),
        ("top_pause_s", ""): no_pause if following is None else Answer(value=following.start_s - window.end_s),
    }


def replace_landmarks(detections: PoseDetections, truth: ClipTruth) -> PoseDetections:
    """One person with the true landmarks at the true times; a landmark without truth is unseen.

    The true directions in space are given too: the program takes from them only from where the clip was filmed.
    """
    order = [truth.landmark_names.index(name) for name in BLAZEPOSE_33.keypoints]
    xy, world = truth.landmarks_px[:, order], truth.landmarks_camera_m[:, order]
    known = np.isfinite(xy).all(axis=-1)
    return replace(
        detections,
        skeleton=BLAZEPOSE_33,
        time_s=truth.time_s,
        xy_px=xy[:, None],
        confidence=np.where(known, SURE, 0.0)[:, None],
        world_m=world[:, None],
        score=np.full((len(xy), 1), SURE),
        weights_sha256=(),
    )
