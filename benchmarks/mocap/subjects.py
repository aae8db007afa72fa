"""The folder of motion capture data enters; one Motion for each set that it holds leaves.

The angles are real people's, from marker capture or OpenCap's two phones; the body that performs them is a stiff
skeleton of ours (skeleton.py), so that what is filmed and what is true agree exactly. How well the angles fit the
people is not asked here: they move as people do, and that is what is needed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.mocap.motion import SIGNS, SOLE_M, Joints, Motion, in_room, is_standing, middle
from benchmarks.mocap.skeleton import joints_from_angles
from lookfeel.export import read_mot
from lookfeel.types import FloatArray

HIP_HEIGHT = 0.530  # of the stature, standing (Drillis and Contini 1966)
ANKLE_HEIGHT = 0.047  # of the stature, of the centre, in a shoe: as in the program's own table


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the angles and the table of repetitions of one set lie in the folder, and what was filmed."""

    angles: str
    reps: str
    about: str


SOURCES: Mapping[str, Source] = {
    "marker_squats": Source(
        angles="deep_squat_markers/DLS01_ik.mot",
        reps="deep_squat_markers/DLS01_reps_reference.csv",
        about="five deep squats, arms ahead; angles from 46 markers at 200 Hz",
    ),
    "opencap_squats": Source(
        angles="opencap_squats1_ik/squats1_videoAndMocap.mot",
        reps="opencap_squats1_ik/reps_reference.csv",
        about="five squats of a tall person, trunk far forward; angles from markers at 100 Hz",
    ),
    "arm_raise_squats": Source(
        angles="opencap_armraise/squats-with-arm-raise.mot",
        reps="opencap_armraise/reps_reference.csv",
        about="six quick shallow squats after raising an arm; angles by OpenCap from two phones, 60 Hz",
    ),
}


def motions(folder: Path) -> Iterator[Motion]:
    """All sets whose files are there."""
    for name, source in SOURCES.items():
        if (folder / source.angles).exists():
            yield read_motion(name, source, folder)


def read_motion(name: str, source: Source, folder: Path) -> Motion:
    """One set, performed by the skeleton, its feet planted."""
    table = read_mot(folder / source.angles)
    joints = {joint: z_up(points) for joint, points in joints_from_angles(table).items()}
    joints = in_room(on_planted_feet(joints), 0.0)
    return Motion(
        name=name,
        about=source.about,
        time_s=table.time_s,
        joints=joints,
        reference_s=reference_of(folder / source.reps),
        stature_m=stature_of(joints),
    )


def z_up(points: FloatArray) -> FloatArray:
    """Axes of these laboratories (x, y up, z to the right of x) to z up, x kept."""
    return np.asarray(points[..., [0, 2, 1]] * (1.0, -1.0, 1.0))


def stature_of(joints: Mapping[str, FloatArray]) -> float:
    """From the height of the hips over the ankles when standing."""
    over = (middle(joints, "hip") - middle(joints, "ankle"))[is_standing(joints), 2]
    return float(np.median(over)) / (HIP_HEIGHT - ANKLE_HEIGHT)


def on_planted_feet(joints: Mapping[str, FloatArray]) -> Joints:
    """The body moved, frame by frame, so that mid-ankle stays put, and put on flat feet that never move.

    Inverse kinematics lets feet slide by a centimetre; no angle changes when the whole body is moved back. The feet lie
    on the floor, at 0, in their median direction, so nothing can be said of the heels.
    """
    stature = stature_of(joints)
    ankles = middle(joints, "ankle")
    level = np.median(ankles, axis=0) * (1.0, 1.0, 0.0) + (0.0, 0.0, ANKLE_HEIGHT * stature)
    placed = {name: points - ankles + level for name, points in joints.items()}
    for side in SIGNS:
        for end in ("heel", "toe"):
            still = np.median(placed[f"{side}_{end}"], axis=0) * (1.0, 1.0, 0.0) + (0.0, 0.0, SOLE_M)
            placed[f"{side}_{end}"] = np.broadcast_to(still, ankles.shape).copy()
    return placed


def reference_of(path: Path) -> tuple[tuple[float, float, float], ...]:
    """(start, bottom, end) of each repetition as the data's own table has it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple((float(r["start_s"]), float(r["bottom_s"]), float(r["end_s"])) for r in csv.DictReader(file))
