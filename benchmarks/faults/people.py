"""Clips of what no set is, and landmarks with holes, enter the analysis; what it answers leaves as rows."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.faults.clips import SAMPLE, tiny
from benchmarks.faults.table import Row, Trial
from lookfeel.errors import LookfeelError
from lookfeel.ingest import open_video
from lookfeel.pipeline import analyze, judge
from lookfeel.report import report_document
from lookfeel.report.movie import new_movie
from lookfeel.types import BoolArray, PoseDetections, SetReport
from lookfeel.watching import Watched, watch

Picture = NDArray[np.uint8]
Draw = Callable[[int], Picture]
SQUAT = SAMPLE.with_name("squat_side_deep.mp4")
FRONT = SAMPLE.with_name("squat_front_good.mp4")
SHARES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)
EDGES = (
    0.0,
    5e-324,
    0.2999999,
    0.3,
    0.4999999,
    0.5,
    0.5000001,
    1.0 - 1e-16,
    1.0,
    1.5,
    -1.0,
    float("nan"),
    float("inf"),
)
TOO_FEW = 0.75
"""With so many landmarks gone by chance there may be no score at all."""
GAP = 53.0
"""Points by which a score may rise where something is lost: see `lookfeel.looks.score.with_unseen`."""
BEYOND = ("outside", "shortfall", "gain")
"""In names of figures that are rightly zero: how far outside a range something is."""
DEPTH_OFF_DEG = 15.0
SIDE_PX = 640
N_FRAMES = 300
BLOCK = (5, 60)
"""Frames that a block of holes lasts."""


def check(trial: Trial) -> Iterator[Row]:
    """Checks 11 and 12."""
    seen = watch(SQUAT)
    for name, holes in {
        "by chance": holes_by_chance,
        "a point for a while": holes_of_points,
        "all for a while": holes_of_frames,
    }.items():
        yield _holes(seen, trial, name, holes)
    yield _edges(seen)
    yield from _strange_clips(trial.room("people"))
    yield _two_hours(trial.room("people"))


Holes = Callable[[tuple[int, ...], np.random.Generator, float], BoolArray]


def holes_by_chance(shape: tuple[int, ...], rng: np.random.Generator, share: float) -> BoolArray:
    """(T, N, K) true for this share of landmarks."""
    return np.asarray(rng.random(shape) < share)


def holes_of_points(shape: tuple[int, ...], rng: np.random.Generator, share: float) -> BoolArray:
    """The same, one landmark at a time for up to two seconds."""
    gone = np.zeros(shape, dtype=bool)
    while gone.mean() < share:
        first = int(rng.integers(-BLOCK[1], shape[0]))
        gone[max(first, 0) : max(first + int(rng.integers(*BLOCK)), 0), :, rng.integers(shape[2])] = True
    return gone


def holes_of_frames(shape: tuple[int, ...], rng: np.random.Generator, share: float) -> BoolArray:
    """The same, everybody for up to two seconds."""
    gone = np.zeros(shape, dtype=bool)
    while gone.mean() < share:
        first = int(rng.integers(-BLOCK[1], shape[0]))
        gone[max(first, 0) : max(first + int(rng.integers(*BLOCK)), 0)] = True
    return gone


def with_holes(detections: PoseDetections, gone: BoolArray) -> PoseDetections:
    """The landmarks without those."""
    return replace(
        detections,
        xy_px=np.where(gone[..., None], np.nan, detections.xy_px),
        world_m=np.where(gone[..., None], np.nan, detections.world_m),
        confidence=np.where(gone, 0.0, detections.confidence),
    )


def _holes(seen: Watched, trial: Trial, name: str, holes: Holes) -> Row:
    """Any share of landmarks unknown: no crash, no NaN or made-up figure, no score beyond the gap that is told, none
    where too little is left."""
    whole = judge(*seen)
    n_tried, n_good, scores = 0, 0, []
    for share in SHARES:
        for number in range(trial.of(4)):
            rng = np.random.default_rng([trial.seed, number, round(1000 * share)])
            n_tried += 1
            report = _judged(seen, with_holes(seen[2], holes(seen[2].confidence.shape, rng, share)))
            score = None if report is None else report.looks.score
            scores.append(f"{share:.0%}: {'none' if score is None else f'{score:.0f}'}")
            n_good += report is None or (_is_sound(report) and _is_fair(report, whole, share, holes is holes_by_chance))
    told = f"whole {whole.looks.score:.0f}; {', '.join(scores)}"
    row = f"1 to 100 % of landmarks unknown, {name}"
    return Row(check=12, name=row, n_tried=n_tried, n_survived=n_good, figure=told, seed=trial.seed)


def _is_fair(report: SetReport, whole: SetReport, share: float, by_chance: bool) -> bool:
    """Whether no score rose beyond the gap, none is there for too little, and depths of whole reps are near the true
    ones."""
    if report.looks.score is None:
        return True
    assert whole.looks.score is not None
    off = [abs(depth - _median_depth(whole)) for depth in _depths(report)]
    is_enough = share < TOO_FEW or not by_chance
    return is_enough and report.looks.score <= whole.looks.score + GAP and max(off, default=0.0) <= DEPTH_OFF_DEG


def _judged(seen: Watched, detections: PoseDetections) -> SetReport | None:
    """The report; None where it is refused by name."""
    try:
        return judge(seen[0], seen[1], detections)
    except LookfeelError:
        return None


def _depths(report: SetReport) -> list[float]:
    """Knee bend of each rep in degrees, as far as known."""
    metrics = [row.metrics.get("depth_knee_flexion_deg") for row in report.rep_metrics]
    return [one.value for one in metrics if one is not None and one.value is not None]


def _median_depth(report: SetReport) -> float:
    return float(np.median(_depths(report)))


def _is_sound(report: SetReport) -> bool:
    """Whether the report is strict JSON, and no figure of a rep is exactly zero for want of data."""
    text = json.dumps(report_document(report).model_dump(mode="json"), allow_nan=False)
    zero = [
        name
        for row in report.rep_metrics
        for name, metric in row.metrics.items()
        if metric.value == 0.0 and name.endswith("_deg") and not any(word in name for word in BEYOND)
    ]
    return bool(text) and not zero


def _edges(seen: Watched) -> Row:
    """Every confidence at the edge of what it may be; at most the score of the surest, but for the gap."""
    scores = {edge: _score_at(seen, edge) for edge in EDGES}
    sure = scores[1.0] or 0.0
    n_good = sum(
        score is None if not edge >= 0.5 else score is None or score <= sure + GAP for edge, score in scores.items()
    )
    told = [f"{edge:g}: {'none' if score is None else f'{score:.0f}'}" for edge, score in scores.items()]
    return Row(
        check=12,
        name="confidence at the edge",
        n_tried=len(EDGES),
        n_survived=n_good,
        figure="score at " + ", ".join(told),
    )


def _score_at(seen: Watched, confidence: float) -> float | None:
    report = _judged(seen, replace(seen[2], confidence=np.full_like(seen[2].confidence, confidence)))
    assert report is None or _is_sound(report)
    return None if report is None else report.looks.score


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange:
    """A clip of something else. draw: its pictures. said: one of these must be in the answer, '' where nothing need be;
    may_score: whether it may get one."""

    draw: Draw
    said: tuple[str, ...]
    may_score: bool = False
    n_frames: int = N_FRAMES


NOTHING = ("no_person", "No squat, lunge")


def strange_clips() -> Mapping[str, Strange]:
    """What people film, from the project's own samples and drawings."""
    side, front = _pictures(SQUAT), _pictures(FRONT)
    rng = np.random.default_rng(1)
    black = np.zeros_like(side[0])
    last = len(side) - 1
    return {
        "nobody: noise": Strange(
            draw=lambda _: rng.integers(0, 255, (320, 240, 3), np.uint8), said=NOTHING, n_frames=60
        ),
        "nobody: an empty room with a ball": Strange(draw=_room, said=NOTHING, n_frames=90),
        "a four-legged figure that walks (a drawing)": Strange(draw=_four_legs, said=NOTHING, n_frames=120),
        "a still picture of an athlete": Strange(draw=lambda _: side[0], said=NOTHING, n_frames=150),
        "lying: the picture turned by 90°": Strange(
            draw=lambda i: np.rot90(side[min(i, last)]), said=("lies or stands on the head", *NOTHING)
        ),
        "leaves for two seconds and returns": Strange(
            draw=lambda i: black if 130 <= i < 190 else side[min(i, last)], said=("out of sight",), may_score=True
        ),
        "leaves for four seconds and returns": Strange(
            draw=lambda i: black if 100 <= i < 220 else side[min(i, last)],
            said=("at other times", "out of sight"),
            may_score=True,
        ),
        "two who lift in turn, side by side": Strange(
            draw=lambda i: _beside(side[min(i, 190)], front[max(i - 190, 0)]),
            said=("moves like one as well",),
            may_score=True,
            n_frames=380,
        ),
        "two who lift at once, side by side": Strange(
            draw=lambda i: _beside(side[min(i, last)], front[min(i, len(front) - 1)]),
            said=("moves like one as well",),
            may_score=True,
        ),
        "two who lift in turn, one place": Strange(
            draw=lambda i: side[i] if i < 190 else black if i < 220 else front[i - 220],
            said=("out of sight", "at other times"),
            may_score=True,
            n_frames=400,
        ),
        "a mirror beside the athlete": Strange(
            draw=lambda i: _beside(side[min(i, last)], side[min(i, last)][:, ::-1]),
            said=("mirror image",),
            may_score=True,
        ),
        "another crosses the picture": Strange(
            draw=lambda i: _crossed(side[min(i, last)], front[0], i), said=("people were seen", ""), may_score=True
        ),
    }


def _strange_clips(folder: Path) -> Iterator[Row]:
    """Each is answered clearly: refused by name, no score, or a warning."""
    one = tiny(folder / "one.mp4", n_frames=1)
    yield Row(
        check=11, name="one frame", n_tried=1, n_survived=int(answer(one)[0] == "too_short"), figure=answer(one)[0]
    )
    for number, (name, strange) in enumerate(strange_clips().items()):
        path = _written(folder / f"{number}.mp4", strange)
        words, score = answer(path)
        print(f"    {name}: {words}", flush=True)
        is_said = any(part in words for part in strange.said)
        yield Row(
            check=11,
            name=name,
            n_tried=1,
            n_survived=int(is_said and (score is None or strange.may_score)),
            figure=words,
        )


def answer(path: Path) -> tuple[str, float | None]:
    """What is said of a clip, and the score."""
    try:
        report = analyze(path)
    except LookfeelError as error:
        return f"{error.code}", None
    n_whole = sum(not rep.is_partial for rep in report.reps)
    score = "no score" if report.looks.score is None else f"score {report.looks.score:.0f}"
    said = [warning for warning in report.warnings if "prescribed" not in warning]
    words = f"{report.exercise.name}, {n_whole} reps, {report.looks.state}, {score}"
    return "; ".join((words, *(f"“{one}”" for one in said))), report.looks.score


def _written(path: Path, strange: Strange) -> Path:
    with new_movie(path, nominal_fps=30) as movie:
        for index in range(strange.n_frames):
            picture = strange.draw(index)
            height, width = (side // 2 * 2 for side in picture.shape[:2])
            movie.add(np.ascontiguousarray(picture[:height, :width]), time_s=index / 30.0)
    return path


def _pictures(path: Path) -> list[Picture]:
    """A sample at half size, one picture each 30th of a second."""
    with open_video(path, max_side_px=SIDE_PX) as clip:
        return [frame.rgb for frame in clip]


def _beside(left: Picture, right: Picture) -> Picture:
    height = min(len(left), len(right))
    return np.hstack([left[:height], right[:height]])


def _crossed(picture: Picture, other: Picture, index: int) -> Picture:
    """A strip with somebody else drawn over the picture, from its left to its right between frames 60 and 160."""
    width = picture.shape[1]
    strip = other[: len(picture), other.shape[1] // 4 : 3 * other.shape[1] // 4]
    left = round((index - 60) / 100.0 * (width + strip.shape[1])) - strip.shape[1]
    first, last = max(left, 0), min(left + strip.shape[1], width)
    result = picture.copy()
    if first < last:
        result[: len(strip), first:last] = strip[:, first - left : last - left]
    return result


def _room(index: int) -> Picture:
    """Floor, wall, a box, and a ball that bounces."""
    picture = np.empty((480, 270, 3), np.uint8)
    picture[:330] = np.linspace(190, 150, 330)[:, None, None]
    picture[330:] = (120, 95, 70)
    cv2.rectangle(picture, (30, 260), (110, 380), (60, 80, 130), -1)
    cv2.circle(picture, (185, 350 - round(110 * abs(np.sin(index / 8.0)))), 28, (170, 60, 50), -1)
    return picture


def _four_legs(index: int) -> Picture:
    """A shaded body with a head, a tail and four legs that swing: our own drawing, of no animal in particular."""
    picture = np.empty((360, 480, 3), np.uint8)
    picture[:250], picture[250:] = (150, 180, 200), (90, 130, 80)
    fur = np.random.default_rng(2).integers(-18, 18, picture.shape)
    bob = round(4 * np.sin(index / 4.0))
    swing = 22 * np.sin(index / 5.0 + np.array([0.0, np.pi, np.pi / 2, -np.pi / 2]))
    for hip, step in zip((165, 180, 300, 315), swing, strict=True):
        cv2.line(picture, (hip, 205 + bob), (round(hip + 0.5 * step), 250), (95, 70, 45), 16)
        cv2.line(picture, (round(hip + 0.5 * step), 250), (round(hip + step), 300), (80, 58, 38), 12)
    cv2.ellipse(picture, (240, 185 + bob), (105, 42), 0, 0, 360, (120, 88, 58), -1)
    cv2.ellipse(picture, (240, 200 + bob), (98, 26), 0, 0, 360, (100, 72, 46), -1)
    cv2.circle(picture, (352, 140 + bob), 34, (125, 92, 60), -1)
    cv2.ellipse(picture, (385, 150 + bob), (24, 13), 10, 0, 360, (105, 76, 50), -1)
    cv2.fillConvexPoly(picture, np.array([(330, 120 + bob), (340, 80 + bob), (355, 112 + bob)]), (90, 64, 42))
    cv2.line(picture, (140, 170 + bob), (95, 130 + round(12 * np.sin(index / 3.0))), (110, 80, 52), 12)
    drawn: Picture = np.clip(picture + fur, 0, 255).astype(np.uint8)
    return drawn


def _two_hours(folder: Path) -> Row:
    """A clip of two hours at a frame a second is refused by its length before it fills any memory."""
    path = tiny(folder / "hours.mp4", n_frames=7200, fps=1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    words, score = answer(path)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024.0
    figure = f"{words}; memory grew by {grown:.0f} MB"
    return Row(
        check=11,
        name="two hours, a frame a second",
        n_tried=1,
        n_survived=int(score is None and grown < 100.0),
        figure=figure,
    )
