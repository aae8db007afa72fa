"""Clips of what no set is, and landmarks with holes, enter the analysis; what it answers leaves as rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.faults.clips import SAMPLE, tiny
from benchmarks.faults.table import Row, Trial
from lookfeel.errors import LookfeelError
from lookfeel.ingest import open_video
from lookfeel.pipeline import analyze, judge
from lookfeel.report import report_document
from lookfeel.report.movie import new_movie
from lookfeel.types import PoseDetections, SetReport
from lookfeel.watching import Watched, watch

Picture = NDArray[np.uint8]
Alter = Callable[[int, Picture], Picture]
SQUAT = SAMPLE.with_name("squat_side_deep.mp4")
SHARES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0)
EDGES = (0.0, 5e-324, 1e-9, 0.4999999, 0.5, 0.5000001, 1.0 - 1e-16, 1.0)
TOO_FEW = 0.99
"""With so many landmarks gone there may be no score at all."""
BEYOND = ("outside", "shortfall", "gain")
"""In names of figures that are rightly zero: how far outside a range something is."""
DEPTH_OFF_DEG = 15.0


def check(trial: Trial) -> Iterator[Row]:
    """Checks 11 and 12."""
    seen = watch(SQUAT)
    yield _holes(seen, trial)
    yield _edges(seen)
    yield from _strange_clips(trial.room("people"))


def _holes(seen: Watched, trial: Trial) -> Row:
    """Any share of landmarks unknown: no crash, no NaN or made-up figure, and none where too little is left."""
    rng = np.random.default_rng(trial.seed)
    truth = _depths(judge(*seen))
    n_tried, n_good, furthest, n_scored = 0, 0, 0.0, 0
    for share in SHARES:
        for _ in range(trial.of(4)):
            n_tried += 1
            report = _judged(seen, _with_holes(seen[2], rng, share))
            if report is None:
                n_good += 1
                continue
            score = report.looks.score
            n_scored += score is not None
            off = abs(_depths(report) - truth) if score is not None else 0.0
            furthest = max(furthest, off)
            n_good += _is_sound(report) and off <= DEPTH_OFF_DEG and (share < TOO_FEW or score is None)
    figure = f"{n_scored} scored; depth of those at most {furthest:.1f}° off; no score from {TOO_FEW:.0%} on"
    return Row(
        check=12,
        name="1 to 100 % of landmarks unknown",
        n_tried=n_tried,
        n_survived=n_good,
        figure=figure,
        seed=trial.seed,
    )


def _with_holes(detections: PoseDetections, rng: np.random.Generator, share: float) -> PoseDetections:
    gone = rng.random(detections.confidence.shape) < share
    return replace(
        detections,
        xy_px=np.where(gone[..., None], np.nan, detections.xy_px),
        world_m=np.where(gone[..., None], np.nan, detections.world_m),
        confidence=np.where(gone, 0.0, detections.confidence),
    )


def _judged(seen: Watched, detections: PoseDetections) -> SetReport | None:
    """The report; None where it is refused by name."""
    try:
        return judge(seen[0], seen[1], detections)
    except LookfeelError:
        return None


def _depths(report: SetReport) -> float:
    """Median knee bend of the reps in degrees; NaN when not known."""
    metrics = [row.metrics.get("depth_knee_flexion_deg") for row in report.rep_metrics]
    known = [one.value for one in metrics if one is not None and one.value is not None]
    return float(np.median(known)) if known else float("nan")


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
    """Every confidence at the edge of what it may be."""
    n_good, scores = 0, []
    for edge in EDGES:
        report = _judged(seen, replace(seen[2], confidence=np.full_like(seen[2].confidence, edge)))
        score = None if report is None else report.looks.score
        scores.append("none" if score is None else f"{score:.0f}")
        n_good += (report is None or _is_sound(report)) and (edge >= 0.1 or score is None)
    figure = "scores " + ", ".join(scores) + " at " + ", ".join(f"{edge:g}" for edge in EDGES)
    return Row(check=12, name="confidence at the edge", n_tried=len(EDGES), n_survived=n_good, figure=figure)


def _strange_clips(folder: Path) -> Iterator[Row]:
    """Clips of something else: said, and never a score. Mirrored and doubled ones are sets all the same."""
    still = _altered(folder / "still.mp4", _still())
    lying = _altered(folder / "lying.mp4", lambda _, picture: np.ascontiguousarray(np.rot90(picture)))
    gone = _altered(folder / "gone.mp4", lambda index, picture: picture * np.uint8(not 60 <= index < 150))
    mirrored = _altered(folder / "mirrored.mp4", lambda _, picture: np.ascontiguousarray(picture[:, ::-1]))
    twice = _altered(folder / "twice.mp4", lambda _, picture: np.hstack([picture, picture[:, ::-1]]))
    none = {
        "one frame": tiny(folder / "one.mp4", n_frames=1),
        "stripes, nobody": tiny(folder / "nobody.mp4", size=(320, 240), n_frames=60),
        "noise, nobody": _altered(folder / "noise.mp4", _noise(), n_frames=60),
        "a still picture of an athlete": still,
        "an athlete on the side, as lying": lying,
    }
    answers = {name: _answer(path) for name, path in none.items()}
    for name, (words, _) in answers.items():
        print(f"    {name}: {words}")
    n_good = sum(score is None for _, score in answers.values())
    figure = "; ".join(f"{name}: {words}" for name, (words, _) in answers.items())
    yield Row(check=11, name="clips that show no set", n_tried=len(answers), n_survived=n_good, figure=figure)
    for name, path in {
        "leaves for three seconds and returns": gone,
        "mirror image": mirrored,
        "two people": twice,
    }.items():
        words, _ = _answer(path)
        print(f"    {name}: {words}")
        yield Row(check=11, name=name, n_tried=1, n_survived=int("crash" not in words), figure=words)


def _answer(path: Path) -> tuple[str, float | None]:
    """What is said of a clip, in a few words, and the score."""
    try:
        report = analyze(path)
    except LookfeelError as error:
        return error.code, None
    n_whole = sum(not rep.is_partial for rep in report.reps)
    said = [warning for warning in report.warnings if "person" in warning or "people" in warning or "lost" in warning]
    words = f"{report.exercise.name}, {n_whole} reps, {report.looks.state}" + (f", '{said[0][:80]}'" if said else "")
    return words, report.looks.score


def _altered(path: Path, alter: Alter, *, n_frames: int = 400) -> Path:
    """The sample with each picture changed, at half size."""
    with open_video(SAMPLE, max_side_px=640) as clip, new_movie(path, nominal_fps=30) as movie:
        for frame in clip:
            if frame.index < n_frames:
                picture = alter(frame.index, frame.rgb)
                height, width = (side // 2 * 2 for side in picture.shape[:2])
                movie.add(np.ascontiguousarray(picture[:height, :width]), time_s=frame.time_s)
    return path


def _still() -> Alter:
    first: list[Picture] = []

    def alter(_: int, picture: Picture) -> Picture:
        first.append(picture)
        return first[0]

    return alter


def _noise() -> Alter:
    rng = np.random.default_rng(1)
    return lambda _, picture: rng.integers(0, 255, picture.shape, np.uint8)
