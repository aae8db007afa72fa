"""OpenSim's joint angles from joint centres: signs, zeros, and people's own angles by OpenSim's inverse kinematics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.exports.angles import ARM_RAISE_ANGLES, ARM_RAISE_POINTS, BENT_SHARE, SETS, apart_from
from benchmarks.mocap import skeleton
from benchmarks.mocap.real import opencap_joints
from benchmarks.mocap.subjects import z_up
from lookfeel.export import COORDINATES, CoordinateTable, coordinates_of, read_mot, read_trc
from lookfeel.export.coordinates import TRUNK_AT_REST_RAD, in_ground
from lookfeel.types import BODY_JOINTS

MOCAP = Path(__file__).parents[4] / "shared" / "data" / "mocap"
IN_MOCAP = pytest.mark.skipif(not MOCAP.exists(), reason="the motion capture data is not here (../shared/data)")


def posed(**angles_deg: float) -> dict[str, np.ndarray]:
    """Joints in body axes of the generic model. 2 moments: at rest, and with these coordinates."""
    names = ["pelvis_tx", "pelvis_ty", "pelvis_tz", *angles_deg]
    values = np.zeros((2, len(names)))
    values[1, 3:] = list(angles_deg.values())
    table = CoordinateTable(name="", columns=tuple(names), time_s=np.arange(2.0), values=values, is_in_degrees=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skeleton, "fit_lengths", lambda *_: skeleton.GENERIC)  # two poses tell no lengths
        joints = skeleton.joints_from_angles(table)
    return {name: z_up(points) for name, points in joints.items() if name in BODY_JOINTS}


def test_the_model_at_rest_is_all_zeros_but_for_the_foots_oblique_axes():
    found = coordinates_of(posed())

    for name, values in found.items():
        assert values[0] == pytest.approx(0.0, abs=0.2), name


@pytest.mark.parametrize("angle", [-25.0, 25.0])
@pytest.mark.parametrize(
    "name",
    [
        name
        for name, (unit, _) in COORDINATES.items()
        if unit == "deg" and not name.startswith(("ankle", "knee", "lumbar"))
    ],
)
def test_each_angle_of_the_model_comes_back_alone_with_its_sign(name, angle):
    found = coordinates_of(posed(**{name: angle}))

    for other, values in found.items():
        assert values[1] == pytest.approx(angle if other == name else 0.0, abs=0.3), other


@pytest.mark.parametrize("end", ["r", "l"])
@pytest.mark.parametrize(("name", "angle"), [("knee_angle", 100.0), ("ankle_angle", 30.0), ("ankle_angle", -20.0)])
def test_knee_and_ankle_come_back_with_their_sign(name, angle, end):
    found = coordinates_of(posed(**{f"{name}_{end}": angle}))

    assert found[f"{name}_{end}"][1] == pytest.approx(angle, abs=1.5)


@pytest.mark.parametrize("name", ["lumbar_bending", "lumbar_rotation"])
@pytest.mark.parametrize("angle", [-20.0, 20.0])
def test_the_trunk_turns_and_bends_with_its_sign(name, angle):
    """A line from the hips, below where the back bends, sees less bending than the back's joint does."""
    found = coordinates_of(posed(**{name: angle}))

    assert found[name][1] == pytest.approx(angle * (BENT_SHARE if name == "lumbar_bending" else 1.0), abs=0.5)
    assert found["pelvis_tilt"][1] == pytest.approx(0.0, abs=1.0)


def test_several_at_once_are_taken_apart_in_the_models_order():
    asked = {"pelvis_tilt": -40.0, "pelvis_list": 8.0, "pelvis_rotation": 12.0, "hip_flexion_r": 95.0}
    asked |= {"hip_adduction_r": -15.0, "hip_flexion_l": 60.0, "hip_adduction_l": 10.0, "knee_angle_r": 110.0}

    found = coordinates_of(posed(**asked))

    for name, angle in asked.items():
        assert found[name][1] == pytest.approx(angle, abs=0.5), name


def test_the_pelvis_is_where_the_model_has_it():
    joints = {name: points + np.array([0.3, -0.2, 0.95]) for name, points in posed(pelvis_tilt=-30.0).items()}

    found = coordinates_of(joints)

    np.testing.assert_allclose([found[f"pelvis_t{axis}"][1] for axis in "xyz"], [0.3, 0.95, 0.2], atol=2e-3)


def test_body_axes_become_opensims():
    np.testing.assert_array_equal(in_ground(np.array([[1.0, 2.0, 3.0]])), [[1.0, 3.0, -2.0]])


@pytest.mark.parametrize(
    ("joint", "lost"),
    [
        ("left_toe", {"ankle_angle_l"}),
        ("right_ankle", {"knee_angle_r", "ankle_angle_r"}),
        ("left_knee", {"hip_flexion_l", "hip_adduction_l", "knee_angle_l", "ankle_angle_l"}),
        ("left_shoulder", set(COORDINATES) - {f"{name}_angle_{end}" for name in ("knee", "ankle") for end in "rl"}),
    ],
)
def test_what_rests_on_an_unknown_joint_is_unknown_and_nothing_else(joint, lost):
    joints = posed()
    joints[joint] = np.full_like(joints[joint], np.nan)

    found = coordinates_of(joints)

    assert {name for name, values in found.items() if np.isnan(values).any()} == lost


def test_two_joints_in_one_place_give_no_angle():
    joints = posed()
    joints["left_knee"] = joints["left_hip"].copy()

    assert np.isnan(coordinates_of(joints)["knee_angle_l"]).all()


def test_the_model_at_rest_leans_back_by_its_joints():
    assert np.degrees(TRUNK_AT_REST_RAD) == pytest.approx(4.4, abs=0.1)


@IN_MOCAP
@pytest.mark.parametrize("name", SETS)
def test_peoples_angles_come_back_from_the_models_own_joints(name):
    """The joints are put together from the file's angles, so that only what twelve centres cannot tell is off.
    Measured: means within 1.4 degrees, SDs too, both from knee adduction and the foot's oblique axes."""
    table = read_mot(MOCAP / SETS[name])
    joints = {joint: z_up(points) for joint, points in skeleton.joints_from_angles(table).items()}

    for apart in apart_from(coordinates_of(joints), table):
        assert abs(apart.mean_deg) < 2.0, apart
        assert apart.sd_deg < 2.0, apart


@IN_MOCAP
def test_peoples_angles_come_back_from_opencaps_points():
    """Points that two phones saw, against OpenSim's inverse kinematics, which lays a stiff model through many more of
    them. Measured: means within 6.5 degrees (the right knee), SDs 4.2, correlations of what moves .97 and more."""
    table = read_mot(MOCAP / ARM_RAISE_ANGLES)
    joints = opencap_joints(read_trc(MOCAP / ARM_RAISE_POINTS))

    for apart in apart_from(coordinates_of(joints), table):
        assert abs(apart.mean_deg) < 8.0, apart
        assert apart.sd_deg < 5.5, apart
        if apart.column.startswith(("hip", "knee", "ankle", "pelvis_tilt")):
            assert apart.correlation > 0.95, apart
