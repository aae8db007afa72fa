"""Clothes end where the outfit says and stand off as far as it says; skipped where MakeHuman's assets are not here."""

from dataclasses import replace

import numpy as np
import pytest

from scripts.render_samples.assets import CACHE
from scripts.render_samples.cases import Outfit, Physique
from scripts.render_samples.physique import BLAZEPOSE
from scripts.render_samples.shapes import SEGMENTS

pytestmark = pytest.mark.skipif(
    not (CACHE / "LICENSE.md").exists(),
    reason="MakeHuman's assets are not here: python -m scripts.render_samples fetches them",
)


def dressed(outfit, physique=None, seed=1):
    from scripts.render_samples.athlete import build_athlete

    athlete = build_athlete(physique or Physique(), outfit, seed)
    return athlete, {surface.name: surface for surface in athlete.surfaces}


def girth_at(surface, height_m):
    """Sideways width of what lies at a height left of the middle."""
    near = (np.abs(surface.vertices_m[:, 2] - height_m) < 0.015) & (surface.vertices_m[:, 1] > 0.0)
    return np.ptp(surface.vertices_m[near, 1])


def test_surfaces_are_whole_and_weighted():
    athlete, surfaces = dressed(Outfit(looseness=0.5))

    assert {"skin", "left_eye", "right_eye", "hair", "socks", "shoes", "legs", "top"} == set(surfaces)
    for surface in athlete.surfaces:
        assert surface.faces.max() < len(surface.vertices_m)
        assert np.isfinite(surface.vertices_m).all()
        assert 0.0 <= surface.rgb.min() <= surface.rgb.max() <= 1.0
        assert surface.segments.max() < len(SEGMENTS)
        np.testing.assert_allclose(surface.weights.sum(axis=1), 1.0)


def test_shorts_end_over_the_knee_and_trousers_over_the_shoe():
    athlete, short = dressed(Outfit(legs="shorts"))
    _, long = dressed(Outfit(legs="long"))
    knee, ankle = athlete.joints_m["left_knee"][2], athlete.joints_m["left_ankle"][2]

    assert knee < short["legs"].vertices_m[:, 2].min() < knee + 0.35
    assert ankle < long["legs"].vertices_m[:, 2].min() < ankle + 0.06


@pytest.mark.parametrize(("top", "reach"), [("vest", 0.0), ("shirt", 0.6), ("sweater", 1.9)])
def test_sleeves_reach_as_far_as_the_top_says(top, reach):
    athlete, surfaces = dressed(Outfit(top=top))
    shoulder, elbow = athlete.joints_m["left_shoulder"], athlete.joints_m["left_elbow"]
    farthest = surfaces["top"].vertices_m[:, 1].max() - shoulder[1]

    assert farthest / (elbow[1] - shoulder[1]) == pytest.approx(reach, abs=0.4)


def test_looser_cloth_is_wider():
    tight = Outfit(looseness=0.0, legs="long", top="sweater")
    athlete, close = dressed(tight)
    _, wide = dressed(replace(tight, looseness=1.0))
    joints = athlete.joints_m

    assert girth_at(wide["legs"], joints["left_knee"][2]) > girth_at(close["legs"], joints["left_knee"][2]) + 0.04
    assert girth_at(wide["top"], joints["lumbar"][2]) > girth_at(close["top"], joints["lumbar"][2]) + 0.02


def test_hidden_skin_is_left_out_and_bare_skin_is_there():
    athlete, surfaces = dressed(Outfit(legs="shorts", top="shirt"))
    skin, joints = surfaces["skin"].vertices_m, athlete.joints_m

    for joint, reach in (("thorax", 0.2), ("left_ball", 0.04)):
        assert np.linalg.norm(skin - joints[joint], axis=1).min() > 0.5 * reach, joint
    for joint in ("left_knee", "left_wrist", "head"):
        assert np.linalg.norm(skin - joints[joint], axis=1).min() < 0.1, joint


def test_soles_are_flat_and_as_long_as_the_foot_says():
    athlete, surfaces = dressed(Outfit())
    shoes = surfaces["shoes"].vertices_m
    left = shoes[(shoes[:, 1] > 0.0) & (shoes[:, 2] < 0.019)]

    assert (left[:, 2] == 0.0).sum() > 100
    assert left[:, 0].min() == pytest.approx(athlete.joints_m["left_heel"][0], abs=0.002)
    assert left[:, 0].max() == pytest.approx(athlete.joints_m["left_toe"][0], abs=0.002)


def test_the_seed_decides_all_that_chance_decides():
    first, second, other = (dressed(Outfit(looseness=0.6), seed=seed)[1]["top"] for seed in (5, 5, 6))

    np.testing.assert_array_equal(first.vertices_m, second.vertices_m)
    np.testing.assert_array_equal(first.rgb, second.rgb)
    assert first.vertices_m.shape != other.vertices_m.shape or not np.allclose(first.vertices_m, other.vertices_m)


@pytest.mark.parametrize("masculine", [0.0, 1.0])
def test_joints_and_face_lie_where_anatomy_has_them(masculine):
    athlete, _ = dressed(Outfit(), Physique(masculine=masculine, stature_m=1.70))
    joints = athlete.joints_m
    marks = {name: landmark.rest_m for name, landmark in athlete.landmarks.items()}

    assert tuple(marks) == BLAZEPOSE
    assert np.ptp([joints["left_hip"][1], joints["right_hip"][1]]) == pytest.approx(0.112 * 1.70, abs=1e-3)
    assert joints["mid_hip"][2] / 1.70 == pytest.approx(0.53, abs=0.03)
    assert marks["nose"][2] < marks["left_eye"][2] < marks["left_eye"][2] + 0.10 < joints["crown"][2]
    assert marks["mouth_left"][2] == pytest.approx(marks["nose"][2] - 0.03, abs=0.012)
    assert marks["left_eye_inner"][1] < marks["left_eye"][1] < marks["left_eye_outer"][1] < marks["left_ear"][1]
