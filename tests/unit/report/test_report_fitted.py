"""The fitted skeleton back in the picture: right pixels, an honest distance to the landmarks, nothing where unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import report_factory

from lookfeel.report.fitted import bones_of, reprojected_px, reprojection
from lookfeel.types import BODY_JOINTS, SetReport

FITTED = report_factory.fitted_squat()
FOCAL_PX = 1400.0


def with_landmarks(report: SetReport, **changes: np.ndarray) -> SetReport:
    return replace(report, track=replace(report.track, **changes))


def test_a_point_on_the_optical_axis_lies_in_the_middle_and_one_metre_up_is_a_focal_length_over_the_distance() -> None:
    position = FITTED.body.position_m.copy()
    position[20, 0], position[20, 1] = (0, 0, 1.0), (0, 0, 2.0)
    places = reprojected_px(replace(FITTED.body, position_m=position))
    np.testing.assert_allclose(places[20, 0], (540, 960), atol=1e-9)
    np.testing.assert_allclose(places[20, 1], (540, 960 - FOCAL_PX / 3), atol=1e-9)
    assert np.isnan(places[:12]).all()
    assert np.isfinite(places[12:]).all()


def test_without_a_camera_the_skeleton_is_nowhere_in_the_picture() -> None:
    body = replace(FITTED.body, camera=None)
    assert np.isnan(reprojected_px(body)).all()
    assert reprojection(replace(FITTED, body=body)) is None


def test_the_distance_to_the_landmarks_is_measured_at_the_distance_of_each_joint() -> None:
    found = reprojection(FITTED)
    assert found is not None
    camera = report_factory.phone()
    depth = (report_factory.squatting_m()[12:] - camera.position_m) @ camera.axes[2]
    expected = np.sqrt(np.mean(np.square(6.0 * depth / FOCAL_PX)))
    assert found.rms_m == pytest.approx(expected, rel=1e-9)
    assert found.rms_px == pytest.approx(6.0, rel=1e-9)
    assert found.n_points == depth.size
    assert set(found.part_rms_m) == {"shoulder", "hip", "knee", "ankle", "heel", "toe"}
    assert min(found.part_rms_m.values()) < expected < max(found.part_rms_m.values())


def test_a_hip_whose_landmark_is_defined_elsewhere_shows_as_the_hip() -> None:
    xy_px = FITTED.track.xy_px.copy()
    xy_px[:, FITTED.track.skeleton.index("left_hip"), 1] += 40
    found = reprojection(with_landmarks(FITTED, xy_px=xy_px))
    assert found is not None
    assert max(found.part_rms_m, key=lambda part: found.part_rms_m[part]) == "hip"


def test_landmarks_that_were_guessed_or_doubted_do_not_count() -> None:
    wild = FITTED.track.xy_px.copy()
    knee, toe, heel = (FITTED.track.skeleton.index(name) for name in ("left_knee", "left_toe", "right_heel"))
    wild[100, [knee, toe, heel]] = (5000, 5000)
    filled, confidence = FITTED.track.was_filled.copy(), FITTED.track.confidence.copy()
    filled[100, knee] = True
    confidence[100, toe] = 0.2
    wild[100, heel] = np.nan
    found = reprojection(with_landmarks(FITTED, xy_px=wild, was_filled=filled, confidence=confidence))
    plain = reprojection(FITTED)
    assert found is not None
    assert plain is not None
    assert found.n_points == plain.n_points - 3
    assert found.rms_px == pytest.approx(6.0, rel=1e-9)


@pytest.mark.parametrize("what", ["no landmark", "no joint", "no common name"])
def test_nothing_to_compare_is_no_figure(what: str) -> None:
    report = FITTED
    if what == "no landmark":
        report = with_landmarks(report, xy_px=np.full_like(report.track.xy_px, np.nan))
    elif what == "no joint":
        report = replace(report, body=replace(report.body, position_m=np.full_like(report.body.position_m, np.nan)))
    else:
        report = replace(report, track=report_factory.front_squat().track)
        report = with_landmarks(report, was_filled=np.ones_like(report.track.was_filled))
    assert reprojection(report) is None


def test_bones_are_those_of_the_joints_that_there_are() -> None:
    bones = {(BODY_JOINTS[a], BODY_JOINTS[b]) for a, b in bones_of(BODY_JOINTS)}
    assert len(bones) == 14
    assert ("left_hip", "left_knee") in bones
    assert ("left_hip", "right_hip") in bones
    assert bones_of(("left_knee", "left_ankle", "tail")) == ((0, 1),)
