"""The mediapipe 0.10.21 wheel (or a folder with its two .tflite files) enters; models/*.onnx leave, always the same
bytes.

    python scripts/convert_blazepose.py mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl

What changes on the way: constants keep their fp16 storage and are cast to fp32 when onnxruntime loads them, sparse ones
are stored dense, the segmentation head goes (17 -> 9.5 ms a frame), and the layout turns from NHWC to ONNX's NCHW with
one transposition at the input. Needs the extra `models` (onnx, flatbuffers); nothing of this is needed to run lookfeel.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from flatbuffers import number_types as kinds
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tflite_reader import Graph, Operator, Record, parse_model, read_members

OUTPUTS = {
    "pose_detection": {"Identity": "boxes", "Identity_1": "scores"},
    "pose_landmark_full": {
        "Identity": "landmarks",
        "Identity_1": "presence",
        "Identity_3": "heatmap",
        "Identity_4": "world",
    },
}
"""Original output name -> ours; an output that is not named here is dropped with everything only it needs."""

OPSET, IR_VERSION = 17, 8  # read by every onnxruntime since 1.14
NHWC_TO_NCHW, NCHW_TO_NHWC = (0, 3, 1, 2), (0, 2, 3, 1)
ACTIVATIONS = {0: None, 1: "Relu", 3: "Relu6"}


@dataclass
class Builder:
    """The ONNX graph as it grows. A tensor of four dimensions is NCHW in here, all others are as in the original."""

    graph: Graph
    nodes: list[Any] = field(default_factory=list)
    initializers: dict[str, Any] = field(default_factory=dict)

    def name(self, number: int) -> str:
        """Our name of a tensor; the originals' names are long and not always distinct."""
        return f"t{number}"

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Append one node and return its output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"{kind}_{output}", **attributes))
        return output

    def constant(self, name: str, value: NDArray[Any] | np.float32) -> str:
        """Store a constant once under its name."""
        self.initializers.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, number: int, permutation: tuple[int, ...] | None) -> str:
        """A constant of the network, stored fp16 and cast to fp32, which onnxruntime folds while loading."""
        name = f"w{number}"
        if name not in self.initializers:
            value = constant_value(self.graph, number)
            self.constant(name, value if permutation is None else value.transpose(permutation))
            self.add("Cast", [name], f"{name}_fp32", to=TensorProto.FLOAT)
        return f"{name}_fp32"


def constant_value(graph: Graph, number: int) -> NDArray[Any]:
    """The fp16 constant behind a tensor, through its DENSIFY and DEQUANTIZE."""
    value = graph.tensors[number].value
    while value is None:
        number = producer_of(graph, number).inputs[0]
        value = graph.tensors[number].value
    if value.dtype != np.float16:
        raise SystemExit(f"constant {number} is stored as {value.dtype}, expected float16")
    return value


def producer_of(graph: Graph, number: int) -> Operator:
    """The operator that computes a tensor."""
    return next(op for op in graph.operators if number in op.outputs)


def needed_operators(graph: Graph, outputs: list[int]) -> list[Operator]:
    """The operators that the kept outputs depend on, in order, without the unpacking of constants."""
    wanted, kept = set(outputs), []
    for operator in reversed(graph.operators):
        if wanted.isdisjoint(operator.outputs) or operator.kind in ("DEQUANTIZE", "DENSIFY"):
            continue
        wanted.update(number for number in operator.inputs if number >= 0)
        kept.append(operator)
    return kept[::-1]


def options_of(operator: Operator) -> Record:
    """The operator's options, which every operator read here has."""
    if operator.options is None:
        raise SystemExit(f"{operator.kind} without options")
    return operator.options


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's SAME: the odd pixel of padding goes to the end."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def window(graph: Graph, operator: Operator, kernel: tuple[int, int]) -> dict[str, Any]:
    """strides and pads of a convolution or pooling; fields 0-2 are padding, stride width and stride height in each."""
    options = options_of(operator)
    stride_w, stride_h = options.scalar(1), options.scalar(2)
    pads = (0, 0), (0, 0)
    if options.scalar(0, kinds.Int8Flags) == 0:
        _, height, width, _ = graph.tensors[operator.inputs[0]].shape
        pads = same_padding(height, kernel[0], stride_h), same_padding(width, kernel[1], stride_w)
    (top, bottom), (left, right) = pads
    return {"strides": [stride_h, stride_w], "pads": [top, left, bottom, right], "kernel_shape": list(kernel)}


def activated(builder: Builder, operator: Operator, activation: int, make: Callable[[str], str]) -> None:
    """Build the node with `make` and append the activation that TFLite fuses into it."""
    output = builder.name(operator.outputs[0])
    if activation not in ACTIVATIONS:
        raise SystemExit(f"{operator.kind}: activation {activation} is not one that BlazePose uses")
    kind = ACTIVATIONS[activation]
    if kind is None:
        make(output)
        return
    before = make(f"{output}_linear")
    if kind == "Relu":
        builder.add("Relu", [before], output)
        return
    bounds = [builder.constant(name, np.float32(value)) for name, value in (("zero", 0), ("six", 6))]
    builder.add("Clip", [before, *bounds], output)


def convert_convolution(builder: Builder, operator: Operator) -> None:
    """CONV_2D and DEPTHWISE_CONV_2D."""
    source, weight, bias = operator.inputs
    depthwise = operator.kind == "DEPTHWISE_CONV_2D"
    shape = builder.graph.tensors[weight].shape
    options = options_of(operator)
    if depthwise and options.scalar(3) != 1:
        raise SystemExit("depth multiplier other than 1")
    inputs = [
        builder.name(source),
        builder.weight(weight, (3, 0, 1, 2) if depthwise else NHWC_TO_NCHW),
        builder.weight(bias, None),
    ]
    attributes = window(builder.graph, operator, (shape[1], shape[2])) | {"group": shape[3] if depthwise else 1}
    activation = options.scalar(4 if depthwise else 3, kinds.Int8Flags)
    activated(builder, operator, activation, lambda output: builder.add("Conv", inputs, output, **attributes))


def convert_add(builder: Builder, operator: Operator) -> None:
    """ADD of two computed tensors."""
    inputs = [builder.name(number) for number in operator.inputs]
    activation = options_of(operator).scalar(0, kinds.Int8Flags)
    activated(builder, operator, activation, lambda output: builder.add("Add", inputs, output))


def convert_pool(builder: Builder, operator: Operator) -> None:
    """MAX_POOL_2D."""
    options = options_of(operator)
    attributes = window(builder.graph, operator, (options.scalar(4), options.scalar(3)))
    builder.add("MaxPool", [builder.name(operator.inputs[0])], builder.name(operator.outputs[0]), **attributes)


def convert_pad(builder: Builder, operator: Operator) -> None:
    """PAD with zeros, in space or in channels."""
    amounts = builder.graph.tensors[operator.inputs[1]].value
    if amounts is None:
        raise SystemExit("PAD by a computed amount")
    output = builder.name(operator.outputs[0])
    pads = builder.constant(f"{output}_pads", amounts[list(NHWC_TO_NCHW)].T.reshape(-1).astype(np.int64))
    builder.add("Pad", [builder.name(operator.inputs[0]), pads], output, mode="constant")


def convert_resize(builder: Builder, operator: Operator) -> None:
    """RESIZE_BILINEAR."""
    options = options_of(operator)
    rule = "align_corners" if options.flag(2) else "half_pixel" if options.flag(3) else "asymmetric"
    output = builder.name(operator.outputs[0])
    shape = np.array(builder.graph.tensors[operator.outputs[0]].shape)[list(NHWC_TO_NCHW)].astype(np.int64)
    inputs = [builder.name(operator.inputs[0]), "", "", builder.constant(f"{output}_shape", shape)]
    builder.add("Resize", inputs, output, mode="linear", coordinate_transformation_mode=rule)


def convert_depth_to_space(builder: Builder, operator: Operator) -> None:
    """DEPTH_TO_SPACE; TensorFlow orders the depth as (row, column, channel), which ONNX calls DCR."""
    names = [builder.name(operator.inputs[0])], builder.name(operator.outputs[0])
    builder.add("DepthToSpace", *names, blocksize=options_of(operator).scalar(0), mode="DCR")


def convert_reshape(builder: Builder, operator: Operator) -> None:
    """RESHAPE, which counts in NHWC."""
    source, output = builder.name(operator.inputs[0]), builder.name(operator.outputs[0])
    if len(builder.graph.tensors[operator.inputs[0]].shape) == 4:
        source = builder.add("Transpose", [source], f"{output}_nhwc", perm=NCHW_TO_NHWC)
    shape = builder.graph.tensors[operator.outputs[0]].shape
    if len(shape) == 4:
        raise SystemExit("RESHAPE to a picture")
    builder.add("Reshape", [source, builder.constant(f"{output}_shape", np.array(shape, dtype=np.int64))], output)


def convert_concatenation(builder: Builder, operator: Operator) -> None:
    """CONCATENATION of lists; none of pictures is used."""
    inputs = [builder.name(number) for number in operator.inputs]
    builder.add("Concat", inputs, builder.name(operator.outputs[0]), axis=options_of(operator).scalar(0))


def convert_logistic(builder: Builder, operator: Operator) -> None:
    """LOGISTIC."""
    builder.add("Sigmoid", [builder.name(operator.inputs[0])], builder.name(operator.outputs[0]))


CONVERTERS: dict[str, Callable[[Builder, Operator], None]] = {
    "ADD": convert_add,
    "CONCATENATION": convert_concatenation,
    "CONV_2D": convert_convolution,
    "DEPTHWISE_CONV_2D": convert_convolution,
    "DEPTH_TO_SPACE": convert_depth_to_space,
    "LOGISTIC": convert_logistic,
    "MAX_POOL_2D": convert_pool,
    "PAD": convert_pad,
    "RESHAPE": convert_reshape,
    "RESIZE_BILINEAR": convert_resize,
}


def convert(name: str, data: bytes) -> bytes:
    """One .tflite file as ONNX: input `image` (1, H, W, 3) float32, outputs as named in OUTPUTS, all in NHWC."""
    graph = parse_model(data)
    names = {graph.by_name[original]: ours for original, ours in OUTPUTS[name].items()}
    builder = Builder(graph)
    (source,) = graph.inputs
    builder.add("Transpose", ["image"], builder.name(source), perm=NHWC_TO_NCHW)
    for operator in needed_operators(graph, list(names)):
        CONVERTERS[operator.kind](builder, operator)
    for number, ours in names.items():
        is_picture = len(graph.tensors[number].shape) == 4
        attributes = {"perm": NCHW_TO_NHWC} if is_picture else {}
        builder.add("Transpose" if is_picture else "Identity", [builder.name(number)], ours, **attributes)
    return serialized(name, builder, graph.tensors[source].shape, {names[n]: graph.tensors[n].shape for n in names})


def serialized(
    name: str, builder: Builder, input_shape: tuple[int, ...], output_shapes: dict[str, tuple[int, ...]]
) -> bytes:
    """The checked model's bytes, without date, host or tool version."""
    model = helper.make_model(
        helper.make_graph(
            builder.nodes,
            name,
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, input_shape)],
            [helper.make_tensor_value_info(key, TensorProto.FLOAT, shape) for key, shape in output_shapes.items()],
            list(builder.initializers.values()),
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="lookfeel",
        doc_string="BlazePose, from mediapipe 0.10.21, Apache-2.0; converted by scripts/convert_blazepose.py",
    )
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def main() -> None:
    """Convert both files and print what registry.toml must say of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="the wheel, or a folder with the two .tflite files")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "models", help="folder to write to")
    arguments = parser.parse_args()
    for name, data in read_members(arguments.source).items():
        converted = convert(name, data)
        target = arguments.out / f"{name}.onnx"
        target.write_bytes(converted)
        print(f"{target.name}  {len(converted)} bytes  sha256 {hashlib.sha256(converted).hexdigest()}")


if __name__ == "__main__":
    main()
