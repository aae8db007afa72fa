"""The flow after the network, on stick figures: two clips of one set, whose rubric judges, how strict."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from stickfigure import Movement, Phone, make_track

from lookfeel.errors import InvalidValue, UnmatchedViews
from lookfeel.exercises import load_exercise, spec_sha256
from lookfeel.export import motion_of, read_motion
from lookfeel.pipeline import MOTION_NAME, OUTPUT_NAMES, OVERLAY_NAME, Watched, code_sha256, judge, write_outputs
from lookfeel.types import DecodeSummary, PoseDetections, SetReport, Skeleton, TrainingContext, VideoInfo

KNEES_IN = Movement(n_reps=3, valgus_m=(0.08, 0.08), depth_deg=30.0)
"""A squat whose knees fall in, which shows from the front, and that stops high, which shows from the side."""


def watched(movement: Movement, yaw_deg: float, *, slowmo_factor: float = 1.0) -> Watched:
    """A clip of a stick figure as `watch` gives it."""
    track, _ = make_track(movement, Phone(yaw_deg=yaw_deg))
    names = tuple(name.replace("foot_index", "toe") for name in track.skeleton.keypoints)
    n = len(track.time_s)
    detections = PoseDetections(
        skeleton=Skeleton(name="test", keypoints=names, edges=()),
        time_s=track.time_s * slowmo_factor,
        xy_px=track.xy_px[:, None],
        confidence=track.confidence[:, None],
        world_m=track.world_m[:, None],
        score=np.full((n, 1), 0.95),
        width_px=track.width_px,
        height_px=track.height_px,
        backend="test",
        weights_sha256=(),
    )
    info = VideoInfo(
        path=f"clips/from_{yaw_deg:.0f}.mp4",
        sha256=f"{yaw_deg:064.0f}",
        size_bytes=1,
        container="mov",
        codec="h264",
        pixel_format="yuv420p",
        bit_depth=8,
        width_px=track.width_px,
        height_px=track.height_px,
        rotation_deg=0,
        nominal_fps=30.0,
        capture_fps=None,
        slowmo_factor=slowmo_factor,
        duration_s=float(detections.time_s[-1]),
        n_frames_declared=n,
    )
    summary = DecodeSummary(
        n_frames=n,
        duration_s=float(detections.time_s[-1]),
        is_partial=False,
        is_variable_rate=False,
        median_fps=30.0,
    )
    return info, summary, detections


@pytest.fixture(scope="module")
def front() -> Watched:
    return watched(KNEES_IN, 0.0)


@pytest.fixture(scope="module")
def side() -> Watched:
    return watched(KNEES_IN, 90.0)


def found(report: SetReport) -> dict[str, int]:
    """Items with a fault, and the clip that shows it."""
    return {finding.item: finding.clip for finding in report.looks.findings}


def test_two_clips_show_what_neither_shows_alone(front: Watched, side: Watched) -> None:
    both = judge(*front, second=side)
    assert found(judge(*front)).get("depth") is None
    assert found(judge(*side)).get("knee_over_foot") is None
    assert (found(both)["knee_over_foot"], found(both)["depth"]) == (1, 2)
    assert both.looks.coverage > 0.9
    assert both.second is not None
    assert both.second.video.path == side[0].path
    assert [rep.index for rep in both.second.reps] == [1, 2, 3]
    assert not any("same set" in warning for warning in both.warnings)


def test_the_order_of_the_clips_does_not_change_the_score(front: Watched, side: Watched) -> None:
    one, other = judge(*front, second=side), judge(*side, second=front)
    assert one.looks.score == pytest.approx(other.looks.score)
    assert {item: 3 - clip for item, clip in found(one).items()} == found(other)


def test_a_slow_motion_clip_is_matched_by_its_movement_time(front: Watched) -> None:
    report = judge(*front, second=watched(KNEES_IN, 90.0, slowmo_factor=4.0))
    assert not any("same set" in warning for warning in report.warnings)
    (depth,) = [finding for finding in report.looks.findings if finding.item == "depth"]
    assert report.second is not None
    rep = report.second.reps[depth.rep_index - 1]
    assert rep.start_s < depth.time_s < rep.end_s


def test_clips_that_do_not_belong_together_are_refused_or_told(front: Watched, side: Watched) -> None:
    with pytest.raises(UnmatchedViews, match="first clip: 3, in the second: 2"):
        judge(*front, second=watched(Movement(n_reps=2), 90.0))
    with pytest.raises(InvalidValue, match="same file"):
        judge(*front, second=front)
    slow = watched(Movement(n_reps=3, tempo_s=(2.5, 0.5, 2.0, 0.7)), 90.0)
    assert any("may not show the same set" in warning for warning in judge(*front, second=slow).warnings)


def test_every_output_is_written_and_the_motion_says_which_code_made_it(side: Watched, tmp_path: Path) -> None:
    report = judge(*side)
    folder = write_outputs(report, tmp_path, overlay=False)
    assert {path.name for path in folder.iterdir()} == {*OUTPUT_NAMES} - {OVERLAY_NAME}
    motion = read_motion(folder / MOTION_NAME)
    assert motion.provenance["code_sha256"] == report.provenance.code_sha256 == code_sha256()
    assert re.fullmatch("[0-9a-f]{64}", code_sha256())
    assert motion.reps == report.reps
    np.testing.assert_allclose(motion.raw_px, side[2].xy_px[:, 0], rtol=1e-6)
    np.testing.assert_allclose(motion.signals["trunk_lean_deg"], report.signals["trunk_lean_deg"], rtol=1e-5, atol=1e-5)


def test_slow_motion_is_told_in_presentation_time() -> None:
    report = judge(*watched(KNEES_IN, 90.0, slowmo_factor=4.0))
    motion = motion_of(report)
    assert motion.slowmo_factor == 4.0
    np.testing.assert_array_equal(motion.time_s, report.signals.time_s)
    assert motion.time_s[motion.reps[0].bottom] == pytest.approx(motion.reps[0].bottom_s, abs=np.diff(motion.time_s)[0])


def test_a_low_bar_is_judged_by_its_own_rubric(side: Watched) -> None:
    low_bar = judge(*side, context=TrainingContext(is_low_bar=True))
    assert (low_bar.exercise.variant, low_bar.provenance.rubric) == ("low_bar", "squat/low_bar")
    assert low_bar.provenance.rubric_sha256 == spec_sha256(load_exercise("low_bar_squat"))
    assert judge(*side).provenance.rubric == "squat"
    with pytest.raises(InvalidValue, match="'goblet' and a low bar"):
        judge(*side, exercise="goblet_squat", context=TrainingContext(is_low_bar=True))


def test_a_recognised_variant_is_judged_by_its_own_rubric() -> None:
    report = judge(*watched(Movement(exercise="split_squat", n_reps=3), 90.0))
    assert report.exercise.variant == "split_squat"
    assert report.provenance.rubric == "lunge/split_squat"
    assert report.provenance.rubric_sha256 == spec_sha256(load_exercise("split_squat"))


def test_a_stricter_coach_scores_lower_and_is_named(front: Watched) -> None:
    scores = []
    for strictness in (0.0, 0.5, 1.0):
        report = judge(*front, strictness=strictness)
        assert report.provenance.settings["strictness"] == strictness
        scores.append(report.looks.score)
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
