"""Nothing enters; the names, order and drawing edges of BlazePose's 33 keypoints leave."""

from __future__ import annotations

from lookfeel.types import Skeleton

_KEYPOINTS = (
    "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
    "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index",
    "left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    "left_heel", "right_heel", "left_toe", "right_toe",
)  # fmt: skip
"""MediaPipe's order; its 'foot_index' is called toe here, which is where it lies: the tip of the second toe."""

_LIMBS = (
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("heel", "toe"),
    ("ankle", "toe"),
)
_NAMED_EDGES = (
    ("left_shoulder", "right_shoulder"),
    ("left_hip", "right_hip"),
    *((f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in _LIMBS),
)

BLAZEPOSE_33 = Skeleton(
    name="blazepose_33",
    keypoints=_KEYPOINTS,
    edges=tuple((_KEYPOINTS.index(a), _KEYPOINTS.index(b)) for a, b in _NAMED_EDGES),
)
