"""A pose backend of somebody's own: keypoints that another program found in the clip, kept in a .npz file."""

import hashlib
from pathlib import Path

import numpy as np

from lookfeel.errors import FileMissing, InvalidValue
from lookfeel.types import Frame, PersonPose, Skeleton


class KeptPoints:
    """One person's keypoints by frame. See lookfeel.pose.PoseBackend for what a backend has to do.

    Parameters
        weights: the .npz file, with time_s (T,) seconds of presentation time, points_px (T, K, 2) pixels of the upright
        picture counted from its corner, NaN where unseen, and names (K,) such as 'left_knee'.
    """

    name = "kept_points"

    def __init__(self, *, weights: Path | str) -> None:
        try:
            with np.load(weights, allow_pickle=False) as kept:
                self._time_s, self._points_px = kept["time_s"], kept["points_px"].astype(float)
                names = tuple(str(name) for name in kept["names"])
        except OSError as error:
            raise FileMissing(f"{weights}: cannot be read") from error
        except (KeyError, ValueError) as error:
            raise InvalidValue(f"{weights}: {error}", hint="It needs time_s, points_px and names.") from error
        self.skeleton = Skeleton(name="kept", keypoints=names, edges=())
        self.weights_sha256 = (hashlib.sha256(Path(weights).read_bytes()).hexdigest(),)

    def process(self, frame: Frame) -> tuple[PersonPose, ...]:
        """The keypoints of the moment that is nearest to the frame's."""
        points = self._points_px[int(np.argmin(np.abs(self._time_s - frame.time_s)))]
        is_seen = np.isfinite(points).all(axis=1)
        if not is_seen.any():
            return ()
        person = PersonPose(track_id=0, xy_px=points, confidence=np.where(is_seen, 1.0, 0.0), world_m=None, score=1.0)
        return (person,)

    def close(self) -> None:
        """Nothing is held open."""
