"""What a network of fewer keypoints and no depth finds goes the whole way to a score, and says what it cannot show."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import tiny_simcc
from stickfigure import Movement, Phone, make_track

from lookfeel.errors import BackendUnavailable
from lookfeel.pipeline import analyze, judge
from lookfeel.pose.keypoint_sets import SETS
from lookfeel.tracks import track_athlete
from lookfeel.tracks.view import estimate_view
from lookfeel.types import DecodeSummary, PoseDetections, SetReport, VideoInfo


def seen_by(n_keypoints: int, phone: Phone) -> PoseDetections:
    """A stick figure as a network of the user's sees it."""
    track, _ = make_track(Movement(n_reps=3), phone)
    skeleton = SETS[n_keypoints]
    names = [name.replace("foot_index", "toe") for name in track.skeleton.keypoints]
    shape = (len(track.time_s), 1, len(skeleton.keypoints))
    xy_px, confidence = np.full((*shape, 2), np.nan), np.zeros(shape)
    for k, name in enumerate(skeleton.keypoints):
        if name in names:
            xy_px[:, 0, k], confidence[:, 0, k] = track.xy_px[:, names.index(name)], 0.9
    return PoseDetections(
        skeleton=skeleton,
        time_s=track.time_s,
        xy_px=xy_px,
        confidence=confidence,
        world_m=np.full((*shape, 3), np.nan),
        score=np.full(shape[:2], 0.9),
        width_px=track.width_px,
        height_px=track.height_px,
        backend="rtmpose",
        weights_sha256=("0" * 64,),
    )


def judged(n_keypoints: int, *, yaw_deg: float) -> SetReport:
    detections = seen_by(n_keypoints, Phone(yaw_deg=yaw_deg, noise_px=0.5))
    n_frames = len(detections.time_s)
    info = VideoInfo(
        path="figure.mp4",
        sha256="1" * 64,
        size_bytes=1,
        container="mp4",
        codec="h264",
        pixel_format="yuv420p",
        bit_depth=8,
        width_px=detections.width_px,
        height_px=detections.height_px,
        rotation_deg=0,
        nominal_fps=30.0,
        capture_fps=None,
        slowmo_factor=1.0,
        duration_s=float(detections.time_s[-1]),
        n_frames_declared=n_frames,
    )
    decoded = DecodeSummary(
        n_frames=n_frames,
        duration_s=float(detections.time_s[-1]),
        is_partial=False,
        is_variable_rate=False,
        median_fps=30.0,
    )
    return judge(info, decoded, detections)


@pytest.mark.parametrize("n_keypoints", [23, 26])
@pytest.mark.parametrize("yaw_deg", [0.0, 40.0, 90.0, -90.0, 180.0, -140.0])
def test_where_the_phone_stood_is_read_off_widths(n_keypoints: int, yaw_deg: float) -> None:
    """Within 20 degrees; on ten rendered samples 16 from the default network's word, 21 without feet."""
    view = track_athlete(seen_by(n_keypoints, Phone(yaw_deg=yaw_deg, noise_px=0.5))).view
    assert view.yaw_deg is not None
    assert abs((view.yaw_deg - yaw_deg + 180.0) % 360.0 - 180.0) < 20.0
    assert view.yaw_sd_deg == 15.0


@pytest.mark.parametrize(("nose_px", "name"), [(0.0, "front"), (-22.0, "side_left"), (22.0, "side_right")])
def test_without_feet_the_face_tells_the_side(nose_px: float, name: str) -> None:
    """Seen from the left the athlete faces the picture's left."""
    width = 1.0 if name == "front" else 0.1
    xy_px = np.full((20, 17, 2), np.nan)
    for joint, x, y in (("shoulder", 34.0, 100.0), ("hip", 20.0, 200.0), ("ankle", 20.0, 400.0), ("ear", 8.0, 60.0)):
        for side, sign in (("left", 1.0), ("right", -1.0)):
            xy_px[:, SETS[17].index(f"{side}_{joint}")] = (300.0 + sign * width * x, y)
    xy_px[:, SETS[17].index("nose")] = (300.0 + nose_px, 60.0)
    world_m = np.full((20, 17, 3), np.nan)
    view = estimate_view(xy_px, world_m, np.arange(20) / 30.0, skeleton=SETS[17])
    assert view.name == name


@pytest.mark.parametrize("yaw_deg", [0.0, 90.0])
def test_a_network_with_feet_leads_to_a_score(yaw_deg: float) -> None:
    report = judged(26, yaw_deg=yaw_deg)
    assert report.exercise.name == "squat"
    assert len(report.reps) == 3
    assert report.looks.score is not None
    assert any("no depth" in warning for warning in report.warnings)
    assert report.provenance.weights_sha256 == ("0" * 64,)


def test_a_network_without_feet_says_what_it_does_not_show() -> None:
    report = judged(17, yaw_deg=0.0)
    assert len(report.reps) == 3
    metrics = report.rep_metrics[0].metrics
    for name in ("heel_rise_left_m", "knee_over_foot_left_m"):
        assert metrics[name].status == "not_assessable"
    assert metrics["knee_flexion_peak_left_deg"].value is not None
    assert any("no heels and toes" in warning for warning in report.warnings)


def test_nothing_but_a_trunk_gives_no_view() -> None:
    detections = seen_by(17, Phone())
    hidden = np.array(detections.xy_px)
    hidden[:, :, :5] = np.nan  # the face
    track = track_athlete(
        PoseDetections(
            skeleton=detections.skeleton,
            time_s=detections.time_s,
            xy_px=hidden,
            confidence=detections.confidence,
            world_m=detections.world_m,
            score=detections.score,
            width_px=detections.width_px,
            height_px=detections.height_px,
            backend="test",
            weights_sha256=(),
        )
    )
    assert track.view.name == "unknown"


def test_a_clip_goes_through_a_network_of_the_users(tmp_path: Path) -> None:
    """The tiny network sees somebody stand still wherever it looks: no repetition, and its weights in the report."""
    weights = tiny_simcc.save_standing(tmp_path / "mine.onnx", SETS[26].keypoints)
    clip = Path(__file__).parents[3] / "sample_videos" / "squat_side_shallow.mp4"
    report = analyze(clip, backend="rtmpose", weights=weights)
    assert report.provenance.backend == "rtmpose"
    assert report.provenance.weights_sha256[1] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert "provider" not in report.provenance.settings
    assert report.track.skeleton.name == "halpe_26"
    assert report.looks.state == "not_assessable"


def test_the_processor_asked_for_stands_in_the_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clip = Path(__file__).parents[3] / "sample_videos" / "squat_side_shallow.mp4"
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(BackendUnavailable, match="no graphics processor"):
        analyze(clip, device="gpu")
    # On a machine without a card the CPU stands in for one, so that the report's words can be read.
    monkeypatch.setattr("lookfeel.pose.session.GPU_PROVIDERS", ("CPUExecutionProvider",))
    weights = tiny_simcc.save_standing(tmp_path / "mine.onnx", SETS[26].keypoints)
    report = analyze(clip, backend="rtmpose", weights=weights, device="gpu")
    assert report.provenance.settings["provider"] == "CPUExecutionProvider"
