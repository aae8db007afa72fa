"""A Motion enters; its joints at even moments of the movement leave: what .trc, .mot and .c3d are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lookfeel.errors import InvalidValue
from lookfeel.export.motion import Motion
from lookfeel.types import BoolArray, FloatArray, Rebuilt, frozen_array

RATE_DECIMALS = 3  # of hertz: 29.970 and 59.940 keep their names, whatever the clock of the file rounds to
SAME_MOMENT = 0.01  # of a frame: closer moments are one. Chosen by us: far below what a phone's clock is good for
LONGEST_GAP_S = 0.1  # between two frames that may be joined; chosen by us, because no squat turns round within it
LONGEST_GAP_FRAMES = 1.5  # or this many frames, where frames are rarer than that
HINT = "Export csv, parquet or netcdf: they keep what was seen in the picture."


@dataclass(frozen=True, slots=True, kw_only=True)
class EvenMotion(Rebuilt):
    """Joints of a Motion at N moments, rate_hz apart. time_s (N,): of the movement, that is presentation time over
    slowmo_factor, so that velocities are true. joints_m, joints_sd_m (N, J, 3) in the axes of the Motion, NaN where
    unknown. n_resampled: moments at which the clip has no frame, whose values lie on a curve through its frames."""

    motion: Motion
    time_s: FloatArray
    rate_hz: float
    joints_m: FloatArray
    joints_sd_m: FloatArray
    n_resampled: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen_array(self.time_s, ndim=1, name="time_s"))
        for name in ("joints_m", "joints_sd_m"):
            object.__setattr__(self, name, frozen_array(getattr(self, name), ndim=3, name=name))

    def by_joint(self) -> dict[str, FloatArray]:
        """Name -> (N, 3) metres."""
        return {name: self.joints_m[:, at] for at, name in enumerate(self.motion.joints)}

    def facts(self) -> dict[str, str]:
        """What a file says of where it comes from: provenance, and how its figures are to be taken."""
        motion = self.motion
        found = {
            **motion.provenance,
            "video": motion.name,
            "video_sha256": motion.video_sha256,
            "method": motion.method,
            "is_metric": "yes" if motion.is_metric else "no",
            "slowmo_factor": f"{motion.slowmo_factor:g}",
            "video_frames": str(len(motion.time_s)),
            "resampled_frames": str(self.n_resampled),
        }
        return {name: " ".join(text.split()) for name, text in found.items()}


def even_motion(motion: Motion) -> EvenMotion:
    """The joints at the clip's median rate.

    A phone's frames come at uneven times, the laboratory's files want even ones. Each new moment takes its value from a
    cubic spline through the frames around it (straight between two frames), and none where the joint was unknown in the
    frame before or after, or where these lie further apart than LONGEST_GAP_S: nothing is made up over a gap. A clip
    whose frames are even keeps its values.

    Raises
        InvalidValue: fewer than two frames, or no joint is known in metres.
    """
    if len(motion.time_s) < 2 or not np.isfinite(motion.joints_m).any():
        raise InvalidValue(f"{motion.name!r} has no body in metres to be written as markers or angles", hint=HINT)
    seen_s = motion.time_s / motion.slowmo_factor
    rate_hz = round(1.0 / float(np.median(np.diff(seen_s))), RATE_DECIMALS)
    n_moments = int(np.floor((seen_s[-1] - seen_s[0]) * rate_hz + SAME_MOMENT)) + 1
    time_s = seen_s[0] + np.arange(n_moments) / rate_hz
    places = [
        _even_joint(seen_s, motion.joints_m[:, at], motion.joints_sd_m[:, at], time_s, rate_hz)
        for at in range(len(motion.joints))
    ]
    return EvenMotion(
        motion=motion,
        time_s=time_s,
        rate_hz=rate_hz,
        joints_m=np.stack([place for place, _ in places], axis=1),
        joints_sd_m=np.stack([spread for _, spread in places], axis=1),
        n_resampled=int(np.sum(~_is_seen(time_s, seen_s, rate_hz))),
    )


def _is_seen(time_s: FloatArray, seen_s: FloatArray, rate_hz: float) -> BoolArray:
    """(N,) whether the clip has a frame at each moment."""
    after = np.clip(np.searchsorted(seen_s, time_s), 1, len(seen_s) - 1)
    nearest = np.minimum(np.abs(seen_s[after] - time_s), np.abs(seen_s[after - 1] - time_s))
    return np.asarray(nearest * rate_hz <= SAME_MOMENT)


def _even_joint(
    seen_s: FloatArray, place_m: FloatArray, spread_m: FloatArray, time_s: FloatArray, rate_hz: float
) -> tuple[FloatArray, FloatArray]:
    """(N, 3) places and their SDs of one joint, each stretch without a gap by itself."""
    from scipy.interpolate import CubicSpline

    is_known = np.asarray(np.isfinite(place_m).all(axis=1))
    even_m, even_sd_m = np.full((len(time_s), 3), np.nan), np.full((len(time_s), 3), np.nan)
    for stretch in _stretches(seen_s, is_known, rate_hz):
        times = seen_s[stretch]
        reach = SAME_MOMENT / rate_hz
        inside = (time_s >= times[0] - reach) & (time_s <= times[-1] + reach)
        moments = np.clip(time_s[inside], times[0], times[-1])
        one = len(times) == 1
        even_m[inside] = place_m[stretch] if one else CubicSpline(times, place_m[stretch])(moments)
        even_sd_m[inside] = np.stack([np.interp(moments, times, row) for row in spread_m[stretch].T], axis=1)
    return even_m, even_sd_m


def _stretches(seen_s: FloatArray, is_known: BoolArray, rate_hz: float) -> Iterator[slice]:
    """Frames in a row in which the joint is known, without a gap between them."""
    frames = np.flatnonzero(is_known)
    longest_s = max(LONGEST_GAP_S, LONGEST_GAP_FRAMES / rate_hz) + SAME_MOMENT / rate_hz
    breaks = np.flatnonzero((np.diff(frames) > 1) | (np.diff(seen_s[frames]) > longest_s)) + 1
    for part in np.split(frames, breaks):
        if len(part):
            yield slice(int(part[0]), int(part[-1]) + 1)
