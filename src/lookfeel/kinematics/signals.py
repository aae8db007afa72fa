"""PoseTrack and BodyMotion in, Signals out: every angle, height and speed of each frame with its standard deviation.

How an SD comes about: the covariance of the vector that a figure is made of (BodyMotion.segment_covariance_m2), through
the figure's derivative; two vectors of one figure are taken as independent. It is never less than the measure's floor
for this view (views.RULES), because most of the error is a bias of the landmarks that no covariance of one frame knows.
A landmark that is doubtful or filled has a wide covariance by itself.
"""

from __future__ import annotations

import numpy as np

from lookfeel.kinematics.angles import elevation_deg, included_deg, lean_deg, spread
from lookfeel.kinematics.own import own_signals
from lookfeel.kinematics.views import rule_for, view_group
from lookfeel.types import BodyMotion, FloatArray, PoseTrack, Signals

SIDES = (("left", 1.0), ("right", -1.0))

STANDING_RATIO = 0.95
"""Hip height over leg length from which a frame counts as standing, for what is measured against standing."""


def measure_signals(track: PoseTrack, body: BodyMotion) -> Signals:
    """All signals of a clip.

    Returns
        Signals, each (T,), their kinds and spreads as in `views.RULES`; NaN where a joint that it needs is neither
        seen nor fixed by its neighbours, and throughout for what this view does not show at all. Signals that
        installed packages add come last.
    Raises
        ConfigError: an added signal is wrong.
    """
    vectors = _Vectors(body)
    found: dict[str, tuple[FloatArray, FloatArray]] = {}
    for side, sign in SIDES:
        found |= _leg_signals(vectors, side, sign)
    found |= _trunk_signals(vectors) | _hip_signals(vectors) | _frontal_signals(vectors) | _image_signals(track, body)
    found |= own_signals(track, body)
    group = view_group(track.view)
    values, spreads = {}, {}
    for name, (value, sd) in found.items():
        status, floor = rule_for(name).of(group)
        shown = np.isfinite(value) & np.isfinite(sd) & (status != "not_assessable")
        values[name] = np.where(shown, value, np.nan)
        spreads[name] = np.where(shown, np.maximum(sd, floor), np.nan)
    return Signals(time_s=track.time_s, values=values, sd=spreads)


class _Vectors:
    """Joints and the vectors between them with covariance, looked up by name."""

    def __init__(self, body: BodyMotion) -> None:
        self.time_s = body.time_s
        self.body = body

    def joint(self, name: str) -> FloatArray:
        return self.body.joint(name)

    def middle(self, part: str) -> FloatArray:
        return 0.5 * (self.joint(f"left_{part}") + self.joint(f"right_{part}"))

    def between(self, start: str, end: str) -> FloatArray:
        return self.joint(end) - self.joint(start)

    def spread_up(self, name: str) -> FloatArray:
        """(T,) SD of a joint's height."""
        return np.asarray(np.sqrt(self.body.covariance_m2[:, self.body.joints.index(name), 2, 2]))

    def covariance(self, segment: str, *ends: str) -> FloatArray:
        """Of a segment as the body gives it; the sum of its ends' where it does not, as if they were independent."""
        own = self.body.segment_covariance_m2.get(segment)
        if own is not None:
            return own
        index = [self.body.joints.index(name) for name in ends]
        apart: FloatArray = self.body.covariance_m2[:, index].mean(axis=1) * (2.0 if len(index) == 2 else 1.0)
        return apart


def _leg_signals(v: _Vectors, side: str, sign: float) -> dict[str, tuple[FloatArray, FloatArray]]:
    hip, knee, ankle, heel, toe = (f"{side}_{part}" for part in ("hip", "knee", "ankle", "heel", "toe"))
    thigh, shank = v.between(knee, hip), v.between(ankle, knee)
    trunk = v.middle("shoulder") - v.middle("hip")
    thigh_cov = v.covariance(f"thigh_{side}", knee, hip)
    shank_cov = v.covariance(f"shank_{side}", ankle, knee)
    trunk_cov = v.covariance("trunk", "left_shoulder", "right_shoulder", "left_hip", "right_hip")
    knee_angle, by_thigh, by_shank = included_deg(thigh, shank)
    hip_angle, by_trunk, by_upper = included_deg(trunk, thigh)
    elevation, by_elevation = elevation_deg(thigh)
    tilt, by_tilt = lean_deg(shank, axis=0)
    inside, inside_sd = _knee_over_foot(v, side, sign, shank, shank_cov)
    length = np.linalg.norm(shank, axis=-1)
    return {
        f"knee_flexion_{side}_deg": (knee_angle, np.hypot(spread(by_thigh, thigh_cov), spread(by_shank, shank_cov))),
        f"hip_flexion_{side}_deg": (hip_angle, np.hypot(spread(by_trunk, trunk_cov), spread(by_upper, thigh_cov))),
        f"thigh_angle_{side}_deg": (elevation, spread(by_elevation, thigh_cov)),
        f"shank_tilt_{side}_deg": (tilt, spread(by_tilt, shank_cov)),
        f"knee_over_foot_{side}_m": (inside, inside_sd),
        f"knee_over_foot_{side}_deg": (np.degrees(np.arcsin(inside / length)), np.degrees(inside_sd / length)),
        f"heel_rise_{side}_m": _heel_rise(v, side, v.between(toe, heel)),
        f"toe_height_{side}_m": (np.maximum(v.joint(toe)[:, 2] - SHOE_M, 0.0), v.spread_up(toe)),
    }


SHOE_M = 0.02
"""Height of the toe's landmark in a shoe that stands (the body puts it there)."""


def _knee_over_foot(
    v: _Vectors, side: str, sign: float, shank: FloatArray, shank_cov: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Distance of the knee medial of the upright plane through ankle and foot (heel to toe)."""
    foot = v.between(f"{side}_heel", f"{side}_toe")
    foot_cov = v.covariance(f"foot_{side}", f"{side}_heel", f"{side}_toe")
    length = np.hypot(foot[:, 0], foot[:, 1])
    ahead = np.stack([foot[:, 0], foot[:, 1], np.zeros(len(foot))], axis=-1) / length[:, None]
    medial = sign * np.stack([ahead[:, 1], -ahead[:, 0], np.zeros(len(foot))], axis=-1)
    heading_sd = spread(medial, foot_cov) / length
    travel = np.sum(shank * ahead, axis=-1)
    return np.sum(shank * medial, axis=-1), np.hypot(spread(medial, shank_cov), travel * heading_sd)


def _heel_rise(v: _Vectors, side: str, toe_to_heel: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Heel above toe, less the same when standing."""
    height = toe_to_heel[:, 2]
    cov = v.covariance(f"foot_{side}", f"{side}_toe", f"{side}_heel")
    standing = (_hip_height_ratio(v) >= STANDING_RATIO) & np.isfinite(height)
    level = np.median(height[standing]) if standing.any() else np.nan
    return height - level, np.sqrt(cov[:, 2, 2])


def _trunk_signals(v: _Vectors) -> dict[str, tuple[FloatArray, FloatArray]]:
    trunk = v.middle("shoulder") - v.middle("hip")
    cov = v.covariance("trunk", "left_shoulder", "right_shoulder", "left_hip", "right_hip")
    ahead, by_ahead = lean_deg(trunk, axis=0)
    left, by_left = lean_deg(trunk, axis=1)
    return {
        "trunk_lean_deg": (ahead, spread(by_ahead, cov)),
        "trunk_lateral_lean_deg": (left, spread(by_left, cov)),
    }


def _hip_height_ratio(v: _Vectors) -> FloatArray:
    lengths = v.body.segment_m
    above = v.middle("hip")[:, 2] - lengths["ankle_height"]
    return above / (lengths["thigh"] + lengths["shank"])


def _hip_signals(v: _Vectors) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Hip height and speed. The body stands on the floor, so height above the standing ankle needs no ankle to be
    seen."""
    height = v.middle("hip")[:, 2]
    index = [v.body.joints.index(name) for name in ("left_hip", "right_hip")]
    sd = np.sqrt(v.body.covariance_m2[:, index, 2, 2].mean(axis=1))
    leg = v.body.segment_m["thigh"] + v.body.segment_m["shank"]
    whole = leg + v.body.segment_m["trunk"]
    top = v.middle("shoulder")[:, 2] - v.body.segment_m["ankle_height"]
    speed = rate(height, v.time_s)
    shank = np.full_like(height, v.body.segment_m["shank"])
    return {
        "shank_length_m": (shank, 0.05 * shank),
        "hip_height_m": (height, sd),
        "hip_height_ratio": (_hip_height_ratio(v), sd / leg),
        "trunk_height_ratio": (top / whole, sd / whole),
        "hip_speed_mps": (speed, np.zeros_like(speed)),
    }


def _frontal_signals(v: _Vectors) -> dict[str, tuple[FloatArray, FloatArray]]:
    knees, ankles = v.between("right_knee", "left_knee"), v.between("right_ankle", "left_ankle")
    knees_sd = np.sqrt(v.covariance("knees_apart", "left_knee", "right_knee")[:, 1, 1])
    ankles_sd = np.sqrt(v.covariance("ankles_apart", "left_ankle", "right_ankle")[:, 1, 1])
    stance = np.where(np.abs(ankles[:, 1]) > MIN_STANCE_M, ankles[:, 1], np.nan)
    shift = v.middle("hip") - v.middle("ankle")
    shift_cov = v.covariance("hips_over_ankles", "left_hip", "right_hip", "left_ankle", "right_ankle")
    kasr = knees[:, 1] / stance
    return {
        "kasr_ratio": (kasr, np.hypot(knees_sd, kasr * ankles_sd) / np.abs(stance)),
        "hip_shift_ratio": (shift[:, 1] / np.abs(stance), np.sqrt(shift_cov[:, 1, 1]) / np.abs(stance)),
    }


MIN_STANCE_M = 0.08
"""Closer ankles make a ratio to their distance meaningless; so do crossed ones. Chosen by us."""


def _image_signals(track: PoseTrack, body: BodyMotion) -> dict[str, tuple[FloatArray, FloatArray]]:
    """What is measured in the picture itself: line of the hips, FPPA, speed of the feet and which one is higher.

    A foot's height is over the foot that is lower in the picture: a planted foot that is further away seems up to 0.3 m
    high to a front camera, so the height alone does not make a free foot.
    """
    seen = {name: np.isfinite(body.joint(name)[:, 0]) for name in body.joints}

    def point(name: str) -> FloatArray:
        keypoint = name if name in track.skeleton.keypoints else name.replace("toe", "foot_index")
        if keypoint not in track.skeleton.keypoints:  # a network without feet
            return np.full((len(track.time_s), 2), np.nan)
        return np.where(seen[name][:, None], track.point(keypoint), np.nan)

    yaw = 0.0 if track.view.yaw_deg is None else np.radians(track.view.yaw_deg)
    facing = 1.0 if np.cos(yaw) >= 0 else -1.0
    hips = point("left_hip") - point("right_hip")
    found = {"hip_line_tilt_deg": np.degrees(np.arctan2(-hips[:, 1], np.abs(hips[:, 0])))}
    scale = _metres_per_pixel(track, body)
    balls = {side: point(f"{side}_toe")[:, 1] for side, _ in SIDES}
    lower = np.fmax(balls["left"], balls["right"])
    for side, sign in SIDES:
        hip, knee, ankle, toe = (point(f"{side}_{part}") for part in ("hip", "knee", "ankle", "toe"))
        found[f"fppa_{side}_deg"] = _fppa(hip, knee, ankle, medial_x=-sign * facing)
        found[f"foot_height_{side}_m"] = scale * (lower - balls[side])
        foot = np.where(np.isfinite(toe), 0.5 * (toe + ankle), ankle)
        velocity = np.stack([rate(foot[:, i], track.time_s) for i in range(2)], axis=-1)
        found[f"foot_speed_{side}_mps"] = scale * np.linalg.norm(velocity, axis=-1)
    return {name: (value, np.zeros_like(value)) for name, value in found.items()}


SEEN_THIGH_SHARE = 0.6
"""Of its longest length in the picture: a thigh foreshortened to less (53 degrees off) has no angle worth naming.
Chosen by us."""


def _fppa(hip: FloatArray, knee: FloatArray, ankle: FloatArray, *, medial_x: float) -> FloatArray:
    """180 less the angle at the knee in the picture; + = knee medial. medial_x: the picture's side that is medial."""
    up, down = hip - knee, ankle - knee
    bend = np.degrees(np.arctan2(up[:, 0] * down[:, 1] - up[:, 1] * down[:, 0], np.sum(up * down, axis=-1)))
    off = 180.0 - np.abs(bend)
    thigh = np.linalg.norm(up, axis=-1)
    if np.isfinite(thigh).any():  # a thigh that points at the camera has no direction in the picture
        off = np.where(thigh >= SEEN_THIGH_SHARE * np.nanpercentile(thigh, 95.0), off, np.nan)
    signed: FloatArray = np.where(bend >= 0, -off, off) * medial_x
    return signed


def _metres_per_pixel(track: PoseTrack, body: BodyMotion) -> float:
    """At the athlete's distance, from the tallest frames; NaN when shoulders and knees are not seen together."""
    rows = {
        part: 0.5 * (track.point(f"left_{part}") + track.point(f"right_{part}"))[:, 1] for part in ("shoulder", "knee")
    }
    tall = rows["knee"] - rows["shoulder"]
    if not np.isfinite(tall).any():
        return float("nan")
    return float((body.segment_m["trunk"] + body.segment_m["thigh"]) / np.nanpercentile(tall, 90.0))


def rate(values: FloatArray, time_s: FloatArray) -> FloatArray:
    """Derivative per second at the true, perhaps uneven, times; NaN beside a gap."""
    if len(values) < 2:
        return np.full_like(values, np.nan)
    return np.asarray(np.gradient(values, time_s), dtype=np.float64)
