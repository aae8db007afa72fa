"""A .tflite file's bytes enter; its operators, tensors and constant values leave, as plain Python and NumPy.

Only the few tables of the TFLite schema that the BlazePose files use are read, by the field numbers of
tensorflow/lite/schema/schema.fbs (version 3), so that no generated code and no TensorFlow is needed.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from flatbuffers import number_types as kinds
from flatbuffers.table import Table
from numpy.typing import NDArray

MEDIAPIPE_WHEEL = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"
MEMBERS = {
    "pose_detection": (
        "mediapipe/modules/pose_detection/pose_detection.tflite",
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    ),
    "pose_landmark_full": (
        "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    ),
}
"""Model name -> (path inside the wheel, sha256)."""

OPERATORS = {
    0: "ADD",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    5: "DEPTH_TO_SPACE",
    6: "DEQUANTIZE",
    14: "LOGISTIC",
    17: "MAX_POOL_2D",
    22: "RESHAPE",
    23: "RESIZE_BILINEAR",
    34: "PAD",
    124: "DENSIFY",
}
DTYPES: dict[int, np.dtype[Any]] = {0: np.dtype("<f4"), 1: np.dtype("<f2"), 2: np.dtype("<i4"), 4: np.dtype("<i8")}
INDEX_VECTORS: dict[int, np.dtype[Any]] = {1: np.dtype("<i4"), 2: np.dtype("<u2"), 3: np.dtype("u1")}


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """shape: as stored, NHWC for pictures. value: the constant, dense, or None when it is computed."""

    name: str
    shape: tuple[int, ...]
    value: NDArray[Any] | None


@dataclass(frozen=True, kw_only=True)
class Operator:
    """inputs, outputs: tensor numbers (-1 = none). options: the operator's table, to be read by field number."""

    kind: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Record | None


@dataclass(frozen=True, kw_only=True)
class Graph:
    """One subgraph, operators in the order of execution."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    by_name: dict[str, int] = field(default_factory=dict)


class Record:
    """One flatbuffers table, its fields asked for by number; absent fields give the stated default."""

    def __init__(self, data: bytes, position: int) -> None:
        self._table = Table(data, position)

    @classmethod
    def root(cls, data: bytes) -> Record:
        """The root table of a file."""
        return cls(data, int.from_bytes(data[:4], "little"))

    @property
    def position(self) -> int:
        """Where the table lies in the file."""
        return int(self._table.Pos)

    def target(self, number: int) -> int | None:
        """Where a reference field leads in the file; None when absent."""
        slot = self._slot(number)
        return int(self._table.Indirect(slot)) if slot else None

    def _slot(self, number: int) -> int:
        offset = int(self._table.Offset(4 + 2 * number))
        return int(self._table.Pos) + offset if offset else 0

    def scalar(self, number: int, kind: Any = kinds.Int32Flags, default: int = 0) -> int:
        """An integer field."""
        slot = self._slot(number)
        return int(self._table.Get(kind, slot)) if slot else default

    def flag(self, number: int) -> bool:
        """A boolean field, false when absent."""
        return bool(self.scalar(number, kinds.BoolFlags))

    def record(self, number: int) -> Record | None:
        """A table field."""
        slot = self._slot(number)
        return Record(self._table.Bytes, int(self._table.Indirect(slot))) if slot else None

    def text(self, number: int) -> str:
        """A string field, '' when absent."""
        slot = self._slot(number)
        return bytes(self._table.String(slot)).decode() if slot else ""

    def records(self, number: int) -> list[Record]:
        """A field that is a vector of tables."""
        start, count = self._vector(number)
        return [Record(self._table.Bytes, int(self._table.Indirect(start + 4 * i))) for i in range(count)]

    def values(self, number: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        """A field that is a vector of numbers, empty when absent."""
        start, count = self._vector(number)
        return np.frombuffer(self._table.Bytes, dtype=dtype, count=count, offset=start)

    def integers(self, number: int) -> tuple[int, ...]:
        """A field that is a vector of int32."""
        return tuple(int(v) for v in self.values(number, np.dtype("<i4")))

    def _vector(self, number: int) -> tuple[int, int]:
        offset = int(self._table.Offset(4 + 2 * number))
        return (int(self._table.Vector(offset)), int(self._table.VectorLen(offset))) if offset else (0, 0)


def read_members(source: Path, names: tuple[str, ...] = tuple(MEMBERS)) -> dict[str, bytes]:
    """Bytes of the .tflite files, from a mediapipe wheel or from a folder that holds them; each checked by sha256."""
    return {name: _checked(name, _read_member(source, name)) for name in names}


def _read_member(source: Path, name: str) -> bytes:
    if source.is_dir():
        return (source / f"{name}.tflite").read_bytes()
    with zipfile.ZipFile(source) as wheel:
        return wheel.read(MEMBERS[name][0])


def _checked(name: str, data: bytes) -> bytes:
    found, wanted = hashlib.sha256(data).hexdigest(), MEMBERS[name][1]
    if found != wanted:
        raise SystemExit(f"{name}.tflite has sha256 {found}, expected {wanted}: give {MEDIAPIPE_WHEEL}")
    return data


def parse_model(data: bytes) -> Graph:
    """Read the first subgraph of a .tflite file, with sparse constants made dense."""
    model = Record.root(data)
    codes = [_operator_kind(code) for code in model.records(1)]
    subgraph, buffers = model.records(2)[0], model.records(4)
    tensors = tuple(_parse_tensor(table, buffers) for table in subgraph.records(0))
    operators = tuple(
        Operator(
            kind=codes[table.scalar(0, kinds.Uint32Flags)],
            inputs=table.integers(1),
            outputs=table.integers(2),
            options=table.record(4),
        )
        for table in subgraph.records(3)
    )
    return Graph(
        tensors=tensors, operators=operators, inputs=subgraph.integers(1), outputs=subgraph.integers(2),
        by_name={tensor.name: number for number, tensor in enumerate(tensors)},
    )  # fmt: skip


def _operator_kind(code: Record) -> str:
    number = max(code.scalar(0, kinds.Int8Flags), code.scalar(3))  # field 0 was too narrow and is now filled up to 127
    if number not in OPERATORS:
        raise SystemExit(f"operator {number} is not one that BlazePose uses")
    return OPERATORS[number]


def _parse_tensor(table: Record, buffers: list[Record]) -> Tensor:
    shape = table.integers(0)
    dtype = DTYPES[table.scalar(1, kinds.Int8Flags)]
    values = buffers[table.scalar(2, kinds.Uint32Flags)].values(0, np.dtype("u1")).view(dtype)
    sparsity = table.record(6)
    if values.size == 0:
        return Tensor(name=table.text(3), shape=shape, value=None)
    dense = values.reshape(shape) if sparsity is None else _densify(values, shape, sparsity)
    return Tensor(name=table.text(3), shape=shape, value=dense)


def _densify(values: NDArray[Any], shape: tuple[int, ...], sparsity: Record) -> NDArray[Any]:
    """Expand TFLite's sparse storage: walk the dimensions in traversal order, dense ones by counting, sparse ones by
    their (segments, indices) pair; block dimensions come last and subdivide the dimension that block_map names."""
    order, block_map, dimensions = sparsity.integers(0), sparsity.integers(1), sparsity.records(2)
    rows = np.zeros((1, 0), dtype=np.int64)  # one row per stored entry so far, one column per walked dimension
    parents = np.zeros(1, dtype=np.int64)
    for dimension in dimensions:
        rows, parents = _walk_dimension(dimension, rows, parents)
    column = {axis: rows[:, i] for i, axis in enumerate(order)}
    coordinates = [column[axis] for axis in range(len(shape))]
    for block, axis in enumerate(block_map):
        size = dimensions[order.index(len(shape) + block)].scalar(1)
        coordinates[axis] = coordinates[axis] * size + column[len(shape) + block]
    dense = np.zeros(shape, dtype=values.dtype)
    dense[tuple(coordinates)] = values[: len(rows)]
    return dense


def _walk_dimension(dimension: Record, rows: NDArray[Any], parents: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    if dimension.scalar(0, kinds.Int8Flags) == 0:
        size = dimension.scalar(1)
        inner = np.tile(np.arange(size), len(rows))
        places = np.repeat(parents, size) * size + inner
        return np.column_stack([np.repeat(rows, size, axis=0), inner]), places
    segments = _index_vector(dimension, 2)
    indices = _index_vector(dimension, 4)
    counts = segments[parents + 1] - segments[parents]
    places = np.concatenate([np.arange(segments[p], segments[p + 1]) for p in parents])
    return np.column_stack([np.repeat(rows, counts, axis=0), indices[places]]), places


def _index_vector(dimension: Record, number: int) -> NDArray[Any]:
    holder = dimension.record(number + 1)
    assert holder is not None, "a sparse dimension always names its index vectors"
    dtype = INDEX_VECTORS[dimension.scalar(number, kinds.Uint8Flags)]
    return holder.values(0, dtype).astype(np.int64)
