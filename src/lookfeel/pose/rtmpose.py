"""Frames enter one by one; the people in them leave, unsmoothed: any SimCC network that the user has, such as RTMPose.

People are found by BlazePose's detector and followed as with BlazePose; the network gets an upright crop around each.
It gives points in the picture only, no rough 3-D, so where the camera stands is read off the picture alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lookfeel.errors import InvalidValue
from lookfeel.pose.detector import PersonDetector
from lookfeel.pose.following import MIN_PRESENCE, Follower, Track
from lookfeel.pose.landmarks import N_BODY, Landmarks
from lookfeel.pose.region import Region
from lookfeel.pose.simcc import Located, SimccNetwork
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.types import FloatArray, Frame, PersonPose, Skeleton

SHOWN_CONFIDENCE = 0.3
"""A keypoint counts from here on; mmpose's own threshold for drawing one."""

BEYOND_KEYPOINTS = 1.1
"""Height of a body over that of its keypoints: from nose to ankles they span 0.88 of it, from head to toes 0.98. Chosen
by us; the margin of 1.25 around it, which these networks were trained with, comes from `Region`."""

_TRUNK_AND_LEGS = tuple(
    f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "hip", "knee", "ankle")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen(Landmarks):
    """A pose as the follower asks for it, points in BlazePose's order and NaN where the network has none, with the
    network's own answer."""

    own: Located


class _Looking:
    """A SimCC network as the follower asks for one."""

    def __init__(self, network: SimccNetwork) -> None:
        self._network = network
        names = network.skeleton.keypoints
        self._judged = [names.index(name) for name in _TRUNK_AND_LEGS]
        shared = [name for name in names if name in BLAZEPOSE_33.keypoints]
        self._own = [names.index(name) for name in shared]
        self._blazepose = [BLAZEPOSE_33.index(name) for name in shared]

    def locate(self, rgb: NDArray[np.uint8], region: Region) -> _Seen:
        """Keypoints of the person in a region. presence: 0.5 where trunk and legs are at SHOWN_CONFIDENCE."""
        own = self._network.locate(rgb, region)
        points, confidence = np.full((N_BODY, 2), np.nan), np.zeros(N_BODY)
        points[self._blazepose], confidence[self._blazepose] = own.points_px[self._own], own.confidence[self._own]
        sureness = float(own.confidence[self._judged].mean())
        return _Seen(
            presence=min(1.0, MIN_PRESENCE * sureness / SHOWN_CONFIDENCE),
            points_px=points,
            steering_px=self._steering(own, region),
            confidence=confidence,
            world_m=np.full((N_BODY, 3), np.nan),
            own=own,
        )

    def _steering(self, own: Located, region: Region) -> FloatArray:
        """(2, 2) centre and top of the circle that the next crop is laid around, so that it holds all that is seen."""
        shown = own.points_px[own.confidence >= SHOWN_CONFIDENCE]
        if len(shown) < 2:
            centre = np.array([region.center_x_px, region.center_y_px])
            return np.array([centre, centre - (0.0, 0.4 * region.size_px)])
        low, high = shown.min(axis=0), shown.max(axis=0)
        width, height = high - low
        diameter = BEYOND_KEYPOINTS * max(height, width / self._network.aspect)
        centre = 0.5 * (low + high)
        return np.array([centre, centre - (0.0, 0.5 * diameter)])


class RTMPose:
    """A SimCC network of the user's, several people at a time.

    Parameters
        weights: the network's .onnx file.
        max_people: followed at once; the largest are taken when there are more.
        threads: of each network run.
        detect_every_s: presentation time between looks for newcomers.
        models: folder of the detector's weights; found by itself when None.
        device: 'cpu', or 'gpu' where onnxruntime offers one.
    Raises
        InvalidValue: an option makes no sense, or no weights were given.
        FileMissing, UnreadableModel: the weights cannot be read, or are no such network.
        BackendUnavailable: the device is not there.
    """

    name = "rtmpose"

    def __init__(
        self,
        *,
        weights: Path | str | None = None,
        max_people: int = 3,
        threads: int = 1,
        detect_every_s: float = 1.0,
        models: Path | None = None,
        device: str = "cpu",
    ) -> None:
        if weights is None:
            hint = "Give the .onnx file of a SimCC network with --weights; none comes with this program."
            raise InvalidValue("pose backend 'rtmpose' needs weights", hint=hint)
        if max_people < 1 or threads < 1:
            raise InvalidValue(f"max_people and threads must be at least 1, not {max_people} and {threads}")
        network = SimccNetwork(Path(weights), threads=threads, device=device)
        detector = PersonDetector(threads=threads, models=models, device=device)
        self.skeleton: Skeleton = network.skeleton
        self.weights_sha256 = (detector.sha256, network.sha256)
        self._follower: Follower | None = Follower(
            detector, _Looking(network), max_people=max_people, detect_every_s=detect_every_s
        )

    def process(self, frame: Frame) -> tuple[PersonPose, ...]:
        """People in the next frame. confidence: the network's own, see `simcc.decode`; score: from that of trunk and
        legs."""
        if self._follower is None:
            raise RuntimeError("this backend is closed")
        return tuple(_person(track, frame.scale) for track in self._follower.follow(frame))

    def close(self) -> None:
        """Free the networks and forget all tracks."""
        self._follower = None


def _person(track: Track, scale: float) -> PersonPose:
    pose = track.pose
    assert isinstance(pose, _Seen)  # _Looking gives no other
    return PersonPose(
        track_id=track.track_id,
        xy_px=pose.own.points_px / scale,
        confidence=pose.own.confidence,
        world_m=None,
        score=pose.presence,
    )
