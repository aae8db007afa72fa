"""Frames enter one by one; the people in them leave, unsmoothed: BlazePose in onnxruntime, the default backend."""

from __future__ import annotations

import os
from pathlib import Path

from lookfeel.errors import InvalidValue
from lookfeel.pose.detector import PersonDetector
from lookfeel.pose.following import Follower, Track
from lookfeel.pose.landmarks import DEFAULT_KERNEL, LandmarkNetwork
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.types import Frame, PersonPose, Skeleton

MOST_THREADS = 2
"""More share too little work each: a run has some hundred steps, after each of which they wait for one another."""


class BlazePose:
    """BlazePose's detector and full landmark network, several people at a time.

    Parameters
        max_people: followed at once; the largest are taken when there are more.
        threads: of each network run, which gives the same to the last bit with any number. One is best where clips run
            side by side; None takes two where this process may use two processors.
        detect_every_s: presentation time between looks for newcomers.
        refine_kernel, centre_pixels: for comparisons only, see `LandmarkNetwork`.
        models: folder of the weights; found by itself when None.
        device: 'cpu', or 'gpu' where onnxruntime offers one; a card's last digits differ from the CPU's.
    Raises
        InvalidValue: an option makes no sense.
        ModelMissing, ModelAltered: the weights are not what the registry says.
        BackendUnavailable: the device is not there.
    """

    name = "blazepose"
    skeleton: Skeleton = BLAZEPOSE_33

    def __init__(
        self,
        *,
        max_people: int = 3,
        threads: int | None = None,
        detect_every_s: float = 1.0,
        refine_kernel: int = DEFAULT_KERNEL,
        centre_pixels: bool = True,
        models: Path | None = None,
        device: str = "cpu",
    ) -> None:
        threads = min(MOST_THREADS, usable_processors()) if threads is None else threads
        if max_people < 1 or threads < 1:
            raise InvalidValue(f"max_people and threads must be at least 1, not {max_people} and {threads}")
        detector = PersonDetector(threads=threads, models=models, device=device)
        network = LandmarkNetwork(
            threads=threads, models=models, kernel=refine_kernel, centre_pixels=centre_pixels, device=device
        )
        self.weights_sha256 = (detector.sha256, network.sha256)
        self._follower: Follower | None = Follower(
            detector, network, max_people=max_people, detect_every_s=detect_every_s
        )

    def process(self, frame: Frame) -> tuple[PersonPose, ...]:
        """People in the next frame. confidence: chance that a landmark is in the picture times the chance that nothing
        covers it; score: chance that the region holds a person at all."""
        if self._follower is None:
            raise RuntimeError("this backend is closed")
        return tuple(_person(track, frame.scale) for track in self._follower.follow(frame))

    def close(self) -> None:
        """Free the networks and forget all tracks."""
        self._follower = None


def usable_processors() -> int:
    """Processors that this process may run on, and no more than OMP_NUM_THREADS allows: workers that share a machine
    are told so by it, also on a cluster."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    return max(1, min(allowed, int(told))) if told.isdigit() else allowed


def _person(track: Track, scale: float) -> PersonPose:
    pose = track.pose
    return PersonPose(
        track_id=track.track_id,
        xy_px=pose.points_px / scale,
        confidence=pose.confidence,
        world_m=pose.world_m,
        score=min(1.0, max(0.0, pose.presence)),
    )
