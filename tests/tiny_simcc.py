"""Tiny networks with the interface of RTMPose, built here: what each answers is a known function of its picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

WIDTH_PX, HEIGHT_PX, BINS_PER_PX = 48, 64, 2

STANDING = {
    "nose": (0.0, 0.06),
    "head_top": (0.0, 0.0),
    "neck": (0.0, 0.15),
    "mid_hip": (0.0, 0.5),
    "eye": (0.01, 0.05),
    "ear": (0.02, 0.06),
    "shoulder": (0.1, 0.18),
    "elbow": (0.12, 0.34),
    "wrist": (0.12, 0.48),
    "hip": (0.06, 0.5),
    "knee": (0.06, 0.73),
    "ankle": (0.06, 0.95),
    "heel": (0.05, 0.98),
    "toe": (0.07, 1.0),
    "small_toe": (0.08, 1.0),
}
"""Seen from ahead: right of the middle for the left side, and down from the head, in body heights."""

BODY_SHARE = 1 / (1.1 * 1.25)
"""Height of the keypoints over that of the crop: one that follows them stays where it is."""


def save_spots(path: Path, *, n_keypoints: int = 26, width_px: int = WIDTH_PX, height_px: int = HEIGHT_PX) -> Path:
    """A network that marks the reddest place with its even keypoints and the greenest with its odd ones.

    Each row is the largest value along the other axis, drawn out to two bins a pixel by straight lines.
    """
    channel = numpy_helper.from_array(np.arange(n_keypoints) % 2, "channel")
    share = numpy_helper.from_array(np.float32(0.4), "share")
    nodes = [
        helper.make_node("Gather", ["input", "channel"], ["chosen"], axis=1),
        helper.make_node("Mul", ["chosen", "share"], ["weighed"]),
    ]
    sizes = []
    for name, axis, length in (("simcc_x", 2, width_px), ("simcc_y", 3, height_px)):
        sizes.append(numpy_helper.from_array(np.array([1, n_keypoints, BINS_PER_PX * length]), f"{name}_size"))
        nodes += [
            helper.make_node("ReduceMax", ["weighed"], [f"{name}_rows"], axes=[axis], keepdims=0),
            helper.make_node(
                "Resize",
                [f"{name}_rows", "", "", f"{name}_size"],
                [name],
                mode="linear",
                coordinate_transformation_mode="asymmetric",
            ),
        ]
    return _save(path, nodes, [channel, share, *sizes], (n_keypoints, width_px, height_px))


def save_standing(path: Path, keypoints: tuple[str, ...]) -> Path:
    """A network that sees somebody stand in the middle of whatever it looks at, and nobody in an even picture."""
    nodes, constants = [], [numpy_helper.from_array(np.float32(20.0), "steepness")]
    for i, name in enumerate(("simcc_x", "simcc_y")):
        length = BINS_PER_PX * (WIDTH_PX, HEIGHT_PX)[i]
        places = BINS_PER_PX * (standing_px(keypoints)[:, i] - 0.5)
        bell = np.exp(-0.5 * ((np.arange(length) - places[:, None]) / 5.0) ** 2)
        constants.append(numpy_helper.from_array((0.9 * bell[None]).astype(np.float32), f"{name}_bells"))
        nodes.append(helper.make_node("Mul", [f"{name}_bells", "is_there"], [name]))
    contrast = [
        helper.make_node("ReduceMean", ["input"], ["mean"], axes=[2, 3], keepdims=1),
        helper.make_node("Sub", ["input", "mean"], ["off"]),
        helper.make_node("Abs", ["off"], ["size"]),
        helper.make_node("ReduceMean", ["size"], ["contrast"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["contrast", "steepness"], ["scaled"]),
        helper.make_node("Tanh", ["scaled"], ["is_there"]),
    ]
    return _save(path, [*contrast, *nodes], constants, (len(keypoints), WIDTH_PX, HEIGHT_PX))


def standing_px(keypoints: tuple[str, ...]) -> NDArray[np.float64]:
    """(K, 2) where `save_standing` sees each keypoint in its crop, counted from the corner."""
    found = []
    for name in keypoints:
        side, _, part = name.partition("_")
        sign, part = {"left": (1.0, part), "right": (-1.0, part)}.get(side, (0.0, name))
        x, y = STANDING[part]
        found.append((WIDTH_PX / 2 + sign * x * BODY_SHARE * HEIGHT_PX, HEIGHT_PX * (0.5 + BODY_SHARE * (y - 0.5))))
    return np.array(found)


def save_other(path: Path, *, input_shape: list[Any], output_shapes: list[list[int]]) -> Path:
    """A network that gives zeros, for shapes that no SimCC network has."""
    names = [f"out_{i}" for i in range(len(output_shapes))]
    zeros = [
        numpy_helper.from_array(np.zeros(shape, dtype=np.float32), f"z{i}") for i, shape in enumerate(output_shapes)
    ]
    nodes = [helper.make_node("Identity", [f"z{i}"], [name]) for i, name in enumerate(names)]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in zip(names, output_shapes, strict=True)
    ]
    image = helper.make_tensor_value_info("input", TensorProto.FLOAT, input_shape)
    return _write(path, helper.make_graph(nodes, "tiny", [image], outputs, zeros))


def _save(path: Path, nodes: list[Any], constants: list[Any], size: tuple[int, int, int]) -> Path:
    n_keypoints, width_px, height_px = size
    image = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, height_px, width_px])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, n_keypoints, BINS_PER_PX * length])
        for name, length in (("simcc_x", width_px), ("simcc_y", height_px))
    ]
    return _write(path, helper.make_graph(nodes, "tiny", [image], outputs, constants))


def _write(path: Path, graph: Any) -> Path:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path
