"""Raw pictures enter on standard input, MediaPipe's own landmarks leave as an .npz: the other half of pose_agreement.

Runs by its path in the interpreter that has MediaPipe, which need not have lookfeel, so it imports nothing of ours:

    python mediapipe_reference.py tracking|static|tasks OUT.npz [BUNDLE.task] < pictures

'tracking' and 'static' are the legacy `solutions` of mediapipe 0.10.21, complexity 1, smoothing off; 'tasks' is the
Tasks API in IMAGE mode. A picture is its height and width as little-endian uint32, then its RGB bytes.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

N_LANDMARKS = 33
LEGACY_GRAPH = "mediapipe/modules/pose_landmark/pose_landmark_cpu.binarypb"
LEGACY_OUTPUTS = ("pose_landmarks", "pose_rect_from_detection", "pose_rect_from_landmarks")

Answer = tuple[Any, Any, Any]
"""Points (33, 2) px, visibility (33,), region used (centre x, y, side in px, rotation in rad); NaN where unknown."""


def pictures() -> Iterator[Any]:
    """Pictures from standard input, (h, w, 3) uint8."""
    while head := sys.stdin.buffer.read(8):
        height, width = struct.unpack("<II", head)
        data = sys.stdin.buffer.read(height * width * 3)
        yield np.frombuffer(data, dtype=np.uint8).reshape(height, width, 3)


def answer(landmarks: Any, width: int, height: int, region: Any) -> Answer:
    """MediaPipe's landmarks in pixels."""
    if landmarks is None:
        return np.full((N_LANDMARKS, 2), np.nan), np.full(N_LANDMARKS, np.nan), region
    points = np.array([(p.x * width, p.y * height) for p in landmarks])
    return points, np.array([p.visibility for p in landmarks]), region


def legacy(*, tracking: bool) -> Callable[[Any], Answer]:
    """The legacy graph; its public class hides the regions, so the graph is asked directly."""
    from mediapipe.python.solution_base import SolutionBase

    graph = SolutionBase(
        binary_graph_path=LEGACY_GRAPH,
        side_inputs={
            "model_complexity": 1,
            "smooth_landmarks": False,
            "enable_segmentation": False,
            "smooth_segmentation": False,
            "use_prev_landmarks": tracking,
        },
        outputs=list(LEGACY_OUTPUTS),
    )
    steered: list[Any] = [None]

    def process(picture: Any) -> Answer:
        height, width = picture.shape[:2]
        result = graph.process({"image": picture})
        rect = result.pose_rect_from_detection or steered[0]
        steered[0] = result.pose_rect_from_landmarks
        region = np.full(4, np.nan)
        if rect is not None:
            region[:] = rect.x_center * width, rect.y_center * height, rect.width * width, rect.rotation
        landmarks = result.pose_landmarks
        return answer(None if landmarks is None else landmarks.landmark, width, height, region)

    return process


def tasks(bundle: str) -> Callable[[Any], Answer]:
    """The Tasks API."""
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    landmarker = vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=bundle), num_poses=1)
    )

    def process(picture: Any) -> Answer:
        height, width = picture.shape[:2]
        result = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(picture)))
        first = result.pose_landmarks[0] if result.pose_landmarks else None
        return answer(first, width, height, np.full(4, np.nan))

    return process


def main() -> None:
    """Process all pictures and write one .npz."""
    mode, target = sys.argv[1], sys.argv[2]
    process = tasks(sys.argv[3]) if mode == "tasks" else legacy(tracking=mode == "tracking")
    points, visibility, regions = zip(*(process(picture) for picture in pictures()), strict=True)
    np.savez(target, points=points, visibility=visibility, regions=regions)


if __name__ == "__main__":
    main()
