"""Nothing enters; a body at rest without any mesh leaves, so that movements can be tried without the assets."""

import numpy as np

from scripts.render_samples.shapes import Athlete

_SIDE = {
    "shoulder": (-0.02, 0.17, 1.40),
    "elbow": (-0.03, 0.32, 1.20),
    "wrist": (0.14, 0.42, 1.08),
    "knuckle": (0.19, 0.45, 1.00),
    "hip": (0.0, 0.095, 0.94),
    "knee": (0.02, 0.13, 0.51),
    "ankle": (-0.02, 0.17, 0.10),
    "heel": (-0.07, 0.165, 0.02),
    "ball": (0.11, 0.185, 0.03),
    "toe": (0.18, 0.19, 0.02),
}
_CENTRE = {
    "mid_hip": (0.0, 0.0, 0.94),
    "lumbar": (-0.01, 0.0, 1.05),
    "thorax": (-0.03, 0.0, 1.22),
    "neck": (-0.02, 0.0, 1.47),
    "head": (0.0, 0.0, 1.57),
    "crown": (0.01, 0.0, 1.75),
}


def rest_body() -> Athlete:
    """An athlete of 1.75 m, arms half raised, feet turned out a little."""
    joints = {name: np.array(at) for name, at in _CENTRE.items()}
    for part, (x, y, z) in _SIDE.items():
        joints |= {f"left_{part}": np.array([x, y, z]), f"right_{part}": np.array([x, -y, z])}
    return Athlete(joints_m=joints, landmarks={}, surfaces=(), stature_m=1.75)
