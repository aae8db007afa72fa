"""A number of keypoints enters; the skeleton that networks of this size have learnt leaves, in this project's names.

Orders are those of mmpose's dataset files coco.py, coco_wholebody.py and halpe26.py. A big toe is called toe here.
"""

from __future__ import annotations

from lookfeel.types import Skeleton

_COCO = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
_COCO_FEET = ("left_toe", "left_small_toe", "left_heel", "right_toe", "right_small_toe", "right_heel")
_HALPE_MORE = (
    "head_top", "neck", "mid_hip", "left_toe", "right_toe", "left_small_toe", "right_small_toe", "left_heel",
    "right_heel",
)  # fmt: skip

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


def _skeleton(name: str, keypoints: tuple[str, ...]) -> Skeleton:
    named = [("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")]
    named += [(f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in _LIMBS]
    edges = [(keypoints.index(a), keypoints.index(b)) for a, b in named if a in keypoints and b in keypoints]
    return Skeleton(name=name, keypoints=keypoints, edges=tuple(edges))


COCO_17 = _skeleton("coco_17", _COCO)
COCO_23 = _skeleton("coco_23", (*_COCO, *_COCO_FEET))
HALPE_26 = _skeleton("halpe_26", (*_COCO, *_HALPE_MORE))

SETS = {17: COCO_17, 23: COCO_23, 26: HALPE_26, 133: COCO_23}
"""Keypoints that a network gives -> those of them that are kept, the first ones. Of COCO-WholeBody's 133 face and hands
are left out: nothing here uses them."""
