"""Frames enter one by one; the people in them leave: MediaPipe's own Tasks API, an optional backend for comparison.

**MediaPipe's runtime sends usage figures to Google and has no switch against it**; the default backend sends nothing.

IMAGE mode is used although VIDEO mode follows people and is faster: VIDEO mode always smooths a single person, which
lags by half a frame and would bend every time that is measured later, and with several people asked for it runs the
detector on every frame anyway, with the same landmarks as IMAGE mode to the last digit (measured on mediapipe 1.2.2).
Identities are therefore given here, by nearness to the frame before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lookfeel.errors import BackendUnavailable, InvalidValue, ModelMissing
from lookfeel.models import models_folder
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.types import FloatArray, Frame, PersonPose, Skeleton

BUNDLE_NAME = "pose_landmarker_full.task"

SAME_PERSON_RATIO = 0.2
FORGET_S = 0.5
"""A person is the one of an earlier frame when their landmarks lie closer than this share of the body's diagonal, on
average, and not longer ago than this. Chosen by us: 30 cm in half a second, less than between two people."""

_INSTALL = (
    "Run: pip install 'lookfeel[mediapipe]' && pip install --no-deps mediapipe (without --no-deps it brings a second"
    " OpenCV that overwrites ours); or use '--backend blazepose'."
)
_BUILD = "Build it with scripts/build_task_bundle.py and give its path, or use '--backend blazepose'."


class MediaPipeTasks:
    """MediaPipe's PoseLandmarker in IMAGE mode.

    Parameters
        bundle: the .task file; `pose_landmarker_full.task` in the folder of the weights when None.
        max_people: in a frame.
    Raises
        BackendUnavailable: mediapipe or the bundle is not there.
    """

    name = "mediapipe"
    skeleton: Skeleton = BLAZEPOSE_33

    def __init__(self, *, bundle: Path | None = None, max_people: int = 3) -> None:
        if max_people < 1:
            raise InvalidValue(f"max_people must be at least 1, not {max_people}")
        path = _default_bundle() if bundle is None else bundle
        self._mediapipe = _import_mediapipe()
        try:
            self.weights_sha256: tuple[str, ...] = (hashlib.sha256(path.read_bytes()).hexdigest(),)
        except OSError as error:
            raise BackendUnavailable(f"no model bundle at {path}", hint=_BUILD) from error
        self._landmarker: Any = _create_landmarker(path, max_people)
        self._identities = Identities()

    def process(self, frame: Frame) -> tuple[PersonPose, ...]:
        """People in the next frame. confidence: presence times visibility of each landmark; score: mean presence, since
        MediaPipe keeps the person's own to itself."""
        if self._landmarker is None:
            raise RuntimeError("this backend is closed")
        mp = self._mediapipe
        # MediaPipe reads the buffer as if rows followed each other without a gap.
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame.rgb))
        result = self._landmarker.detect(image)
        size = np.array(frame.rgb.shape[1::-1]) / frame.scale
        bodies = [np.array([(p.x, p.y) for p in body]) * size for body in result.pose_landmarks]
        people = [
            PersonPose(
                track_id=track_id,
                xy_px=xy_px,
                confidence=np.array([p.visibility * p.presence for p in body]),
                world_m=np.array([(p.x, p.y, p.z) for p in world]),
                score=float(np.mean([p.presence for p in body])),
            )
            for track_id, xy_px, body, world in zip(
                self._identities.assign(bodies, time_s=frame.time_s),
                bodies,
                result.pose_landmarks,
                result.pose_world_landmarks,
                strict=True,
            )
        ]
        return tuple(sorted(people, key=lambda person: person.track_id))

    def close(self) -> None:
        """Free MediaPipe's graph."""
        if self._landmarker is not None:
            self._landmarker.close()
            self._landmarker = None


@dataclass(slots=True, kw_only=True, eq=False)
class _Seen:
    track_id: int
    xy_px: FloatArray
    time_s: float


class Identities:
    """Gives each body of a frame the number of the nearest body just before, or a new one; no number is used twice."""

    def __init__(self) -> None:
        self._seen: list[_Seen] = []
        self._next_id = 0

    def assign(self, bodies: list[FloatArray], *, time_s: float) -> list[int]:
        """Identity of each body (K, 2), the nearest pairs first."""
        self._seen = [seen for seen in self._seen if time_s - seen.time_s <= FORGET_S]
        pairs = sorted(
            (_distance_ratio(seen.xy_px, body), i, j)
            for i, body in enumerate(bodies)
            for j, seen in enumerate(self._seen)
        )
        matched: dict[int, _Seen] = {}
        for ratio, i, j in pairs:
            if ratio < SAME_PERSON_RATIO and i not in matched and self._seen[j] not in matched.values():
                matched[i] = self._seen[j]
        return [self._record(matched.get(i), body, time_s) for i, body in enumerate(bodies)]

    def _record(self, known: _Seen | None, body: FloatArray, time_s: float) -> int:
        if known is not None:
            known.xy_px, known.time_s = body, time_s
            return known.track_id
        self._seen.append(_Seen(track_id=self._next_id, xy_px=body, time_s=time_s))
        self._next_id += 1
        return self._next_id - 1


def _distance_ratio(a: FloatArray, b: FloatArray) -> float:
    diagonal = float(np.linalg.norm(np.ptp(b, axis=0)))
    return float(np.linalg.norm(a - b, axis=1).mean()) / max(diagonal, 1.0)


def _default_bundle() -> Path:
    try:
        return models_folder() / BUNDLE_NAME
    except ModelMissing as error:
        raise BackendUnavailable(f"no model bundle: {error.message}", hint=_BUILD) from error


def _import_mediapipe() -> Any:
    try:
        import mediapipe
        import mediapipe.tasks.python.vision  # the package itself does not import it
    except (ImportError, OSError) as error:  # OSError: its library needs libEGL and libGLESv2 of the system
        raise BackendUnavailable(f"mediapipe cannot be imported: {error}", hint=_INSTALL) from error
    return mediapipe


def _create_landmarker(bundle: Path, max_people: int) -> Any:
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(bundle)),
        running_mode=vision.RunningMode.IMAGE,
        num_poses=max_people,
    )
    try:
        return vision.PoseLandmarker.create_from_options(options)
    except (RuntimeError, ValueError, OSError) as error:
        raise BackendUnavailable(f"mediapipe refuses {bundle}: {error}", hint=_BUILD) from error
