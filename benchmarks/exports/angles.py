"""People's joint angles by OpenSim's inverse kinematics enter; how far ours of the same joints are off leaves.

Twelve joint centres do not tell pelvis from trunk, so ours takes both as one stiff part. It is compared with what the
file's angles make of that part: where the back bends, the line from hips to shoulders follows by BENT_SHARE.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.mocap.real import opencap_joints
from benchmarks.mocap.skeleton import joints_from_angles
from benchmarks.mocap.subjects import SOURCES, z_up
from lookfeel.export import COORDINATES, CoordinateTable, coordinates_of, read_mot, read_trc
from lookfeel.types import FloatArray

BENT_SHARE = 0.72
"""In the model at rest the back bends .161 m above the hips' middle, on a line of .533 m; what is above it turns."""

SETS: Mapping[str, str] = {name: source.angles for name, source in SOURCES.items()}
ARM_RAISE_ANGLES = "opencap_armraise/squats-with-arm-raise.mot"
ARM_RAISE_POINTS = "opencap_armraise/squats-with-arm-raise.trc"


@dataclass(frozen=True, kw_only=True)
class Apart:
    """One column of ours against theirs, degrees; *_deg spans: from the 5th to the 95th percentile."""

    column: str
    ours_deg: tuple[float, float]
    theirs_deg: tuple[float, float]
    mean_deg: float
    sd_deg: float
    correlation: float


def all_apart(folder: Path) -> Iterator[tuple[str, list[Apart]]]:
    """A title and the columns of each set that is there."""
    for name, angles in SETS.items():
        if (folder / angles).exists():
            table = read_mot(folder / angles)
            joints = {joint: z_up(points) for joint, points in joints_from_angles(table).items()}
            yield f"{name}: the model's own joints", apart_from(coordinates_of(joints), table)
    if (folder / ARM_RAISE_POINTS).exists():
        joints = opencap_joints(read_trc(folder / ARM_RAISE_POINTS))
        yield (
            "arm_raise_squats: OpenCap's points",
            apart_from(coordinates_of(joints), read_mot(folder / ARM_RAISE_ANGLES)),
        )


def apart_from(ours: Mapping[str, FloatArray], table: CoordinateTable) -> list[Apart]:
    """Each of our angles against the table's."""
    return [_apart(name, ours[name], values) for name, values in _as_one_part(table).items()]


def _as_one_part(table: CoordinateTable) -> dict[str, FloatArray]:
    """The table's angles in degrees, with pelvis and trunk as one stiff part."""
    names = [name for name, (unit, _) in COORDINATES.items() if unit == "deg"]
    told = {name: np.degrees(table.angle_rad(name)) for name in names}
    bent = BENT_SHARE * np.degrees(table.angle_rad("lumbar_extension"))
    signs = {"pelvis_tilt": 1.0, "hip_flexion_r": -1.0, "hip_flexion_l": -1.0}
    return {name: values + signs.get(name, 0.0) * bent for name, values in told.items()}


def _apart(name: str, ours: FloatArray, theirs: FloatArray) -> Apart:
    return Apart(
        column=name,
        ours_deg=_span(ours),
        theirs_deg=_span(theirs),
        mean_deg=float(np.mean(ours - theirs)),
        sd_deg=float(np.std(ours - theirs)),
        correlation=float(np.corrcoef(ours, theirs)[0, 1]),
    )


def _span(values: FloatArray) -> tuple[float, float]:
    low, high = np.percentile(values, [5.0, 95.0])
    return float(low), float(high)
