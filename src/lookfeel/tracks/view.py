"""A cleaned track enters; where the camera stands around the athlete leaves.

Networks that give a rough 3-D tell it by where lines of the body point. Of those that give points in the picture only,
the widths of the same lines tell it: shoulders look widest from ahead, feet longest from the side.
"""

import numpy as np

from lookfeel.tracks.known import median_known
from lookfeel.types import BoolArray, CameraView, FloatArray, Skeleton, ViewName

# Borders of the names, degrees from straight ahead. On real clips the network's depth pulls oblique views 5-10 degrees
# toward the front, so that a camera placed "at the side" reads 57-90 (chosen by us).
FRONT_UNTIL_DEG = 20.0
SIDE_FROM_DEG = 55.0
SIDE_UNTIL_DEG = 125.0
REAR_FROM_DEG = 160.0
MIN_YAW_SD_DEG = 8.0  # four cues of one network share their error; 8-12 degrees on the clips with known cameras
FLAT_YAW_SD_DEG = 15.0  # by widths in the picture, see test_track_athlete for what they err by (chosen by us)
ACROSS_TORSOS = {"shoulder": 0.68, "hip": 0.39}  # widths of an average adult over the trunk, as in body.proportions
AHEAD_TORSOS = {"foot": 0.55, "face": 0.35}  # from heel to toe, from ears to nose
MIN_CUE_TORSOS = 0.3  # widths that add up to less than this of what they should point nowhere (chosen by us)
MIN_CUE_M = 0.03  # a line that is shorter on the floor does not tell where it points
STILL_TORSOS_PER_S = 0.35  # feet slower than this stand


def view_name(yaw_deg: float) -> ViewName:
    """Name of a camera yaw in degrees: 0 ahead of the athlete, +90 at the left side, -90 right side, 180 behind."""
    yaw = (yaw_deg + 180.0) % 360.0 - 180.0
    size, side = abs(yaw), "left" if yaw > 0 else "right"
    if size <= FRONT_UNTIL_DEG:
        return "front"
    if size >= REAR_FROM_DEG:
        return "rear"
    if SIDE_FROM_DEG <= size <= SIDE_UNTIL_DEG:
        return "side_left" if side == "left" else "side_right"
    if size < SIDE_FROM_DEG:
        return "oblique_front_left" if side == "left" else "oblique_front_right"
    return "oblique_rear_left" if side == "left" else "oblique_rear_right"


def estimate_view(xy_px: FloatArray, world_m: FloatArray, time_s: FloatArray, *, skeleton: Skeleton) -> CameraView:
    """Camera yaw from how shoulders, hips, feet and face point in the network's rough 3-D, while the feet stand.

    Parameters
        xy_px (T, K, 2), world_m (T, K, 3) in camera axes (x right, y down, z away), time_s (T,).
    Returns
        CameraView; 'unknown' when nothing is seen.
    """
    is_still = _standing(xy_px, time_s, skeleton)
    kept = is_still if is_still.any() else np.ones(len(xy_px), dtype=bool)
    cues = _cues(world_m[kept], skeleton)
    if not cues:
        return _flat_view(xy_px[kept], skeleton)
    mean = sum(np.exp(1j * np.radians(cue)) for cue in cues) / len(cues)
    yaw = float(np.degrees(np.angle(mean)))
    apart = [abs((cue - yaw + 180.0) % 360.0 - 180.0) for cue in cues]
    return _view(yaw, float(np.hypot(MIN_YAW_SD_DEG, np.sqrt(np.mean(np.square(apart)) / len(cues)))))


def _view(yaw_deg: float, sd_deg: float) -> CameraView:
    return CameraView(
        name=view_name(yaw_deg), yaw_deg=yaw_deg, yaw_sd_deg=sd_deg, confidence=_sureness(yaw_deg, sd_deg)
    )


def _flat_view(xy_px: FloatArray, skeleton: Skeleton) -> CameraView:
    """The view by widths in the picture: how wide shoulders and hips look is the cosine of the yaw, how long feet and
    face look its sine. 'unknown' where either is not seen."""

    def across_px(back: tuple[str, ...], tip: tuple[str, ...]) -> float:
        """Median way from one middle to another, + = to the picture's right; NaN when a point is missing or unseen."""
        if not {*back, *tip} <= set(skeleton.keypoints):
            return float("nan")
        ends = [np.mean([xy_px[:, skeleton.index(name), 0] for name in names], axis=0) for names in (back, tip)]
        way = ends[1] - ends[0]
        return float(np.median(way[np.isfinite(way)])) if np.isfinite(way).any() else float("nan")

    torso_px = _torso_px(xy_px, skeleton)
    cosines = [across_px((f"right_{name}",), (f"left_{name}",)) / share for name, share in ACROSS_TORSOS.items()]
    sines = [
        -across_px(("left_heel", "right_heel"), ("left_toe", "right_toe")) / AHEAD_TORSOS["foot"],
        -across_px(("left_ear", "right_ear"), ("nose",)) / AHEAD_TORSOS["face"],
    ]
    ahead, aside = (np.array(values)[np.isfinite(values)] for values in (cosines, sines))
    if not len(ahead) or not len(aside) or not np.hypot(ahead.mean(), aside.mean()) > MIN_CUE_TORSOS * torso_px:
        return CameraView(name="unknown", yaw_deg=None, yaw_sd_deg=None, confidence=0.0)
    return _view(float(np.degrees(np.arctan2(aside.mean(), ahead.mean()))), FLAT_YAW_SD_DEG)


def _torso_px(xy_px: FloatArray, skeleton: Skeleton) -> float:
    """Median length of the trunk in the picture; NaN when it is never seen whole."""
    shoulder, hip = (
        0.5 * (xy_px[:, skeleton.index(f"left_{joint}")] + xy_px[:, skeleton.index(f"right_{joint}")])
        for joint in ("shoulder", "hip")
    )
    length = np.linalg.norm(shoulder - hip, axis=1)
    return float(np.median(length[np.isfinite(length)])) if np.isfinite(length).any() else float("nan")


def _standing(xy_px: FloatArray, time_s: FloatArray, skeleton: Skeleton) -> BoolArray:
    """(T,) true where the middle of the ankles hardly moves."""
    middle = {
        joint: 0.5 * (xy_px[:, skeleton.index(f"left_{joint}")] + xy_px[:, skeleton.index(f"right_{joint}")])
        for joint in ("shoulder", "hip", "ankle")
    }
    if len(time_s) < 3:
        return np.ones(len(time_s), dtype=bool)
    torso = median_known(np.linalg.norm(middle["shoulder"] - middle["hip"], axis=1))
    speed = np.linalg.norm(np.gradient(middle["ankle"], time_s, axis=0), axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(speed < STILL_TORSOS_PER_S * torso)


def _cues(world_m: FloatArray, skeleton: Skeleton) -> list[float]:
    """Yaw in degrees by each pair of points that tells it."""

    def mean_of(*names: str) -> FloatArray | None:
        known = [world_m[:, skeleton.index(name)] for name in names if name in skeleton.keypoints]
        return np.mean(known, axis=0) if len(known) == len(names) else None

    across = [("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")]
    ahead = [(("left_heel", "right_heel"), ("left_toe", "right_toe")), (("left_ear", "right_ear"), ("nose",))]
    cues = []
    for left, right in across:
        line = _median_line(mean_of(right), mean_of(left))
        if line is not None:
            cues.append(float(np.degrees(np.arctan2(-line[2], line[0]))))
    for back, tip in ahead:
        line = _median_line(mean_of(*back), mean_of(*tip))
        if line is not None:
            cues.append(float(np.degrees(np.arctan2(-line[0], -line[2]))))
    return cues


def _median_line(tail: FloatArray | None, head: FloatArray | None) -> FloatArray | None:
    if tail is None or head is None:
        return None
    line = head - tail
    line = line[np.isfinite(line).all(axis=1)]
    if not len(line):
        return None
    middle = np.asarray(np.median(line, axis=0))
    return middle if np.hypot(middle[0], middle[2]) > MIN_CUE_M else None


def _sureness(yaw_deg: float, sd_deg: float) -> float:
    """Probability that the true yaw lies in the range of the name it was given."""
    grid = np.linspace(-3, 3, 61)
    weight = np.exp(-0.5 * grid**2)
    same = [view_name(yaw_deg + step * sd_deg) == view_name(yaw_deg) for step in grid]
    return float(np.sum(weight * same) / np.sum(weight))
