"""The model scripts' reading and writing of .tflite files, on a small file made here."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

flatbuffers = pytest.importorskip("flatbuffers", reason="needs the extra `models`")
SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import tflite_reader

    return tflite_reader


@pytest.fixture
def bundler(reader: ModuleType) -> ModuleType:
    import build_task_bundle

    return build_task_bundle


def small_model() -> bytes:
    """A model with a description, two buffers and one metadata entry."""
    builder = flatbuffers.Builder()
    contents = [builder.CreateNumpyVector(np.frombuffer(text, dtype=np.uint8)) for text in (b"", b"2.2.0")]
    description, name = builder.CreateString("small"), builder.CreateString("min_runtime_version")
    buffers = []
    for content in contents:
        builder.StartObject(1)
        builder.PrependUOffsetTRelativeSlot(0, content, 0)
        buffers.append(builder.EndObject())
    builder.StartObject(2)
    builder.PrependUOffsetTRelativeSlot(0, name, 0)
    builder.PrependUint32Slot(1, 1, 0)
    entry = builder.EndObject()
    vectors = []
    for tables in (buffers, [entry]):
        builder.StartVector(4, len(tables), 4)
        for table in reversed(tables):
            builder.PrependUOffsetTRelative(table)
        vectors.append(builder.EndVector())
    builder.StartObject(7)
    builder.PrependUint32Slot(0, 3, 0)
    builder.PrependUOffsetTRelativeSlot(3, description, 0)
    builder.PrependUOffsetTRelativeSlot(4, vectors[0], 0)
    builder.PrependUOffsetTRelativeSlot(6, vectors[1], 0)
    builder.Finish(builder.EndObject(), file_identifier=b"TFL3")
    return bytes(builder.Output())


def test_added_metadata_is_found_and_nothing_else_changes(reader: ModuleType, bundler: ModuleType) -> None:
    added = bundler.with_metadata(small_model(), b"what to do")
    model = reader.Record.root(added)
    assert added[4:8] == b"TFL3"
    assert model.scalar(0) == 3
    assert model.text(3) == "small"
    assert model.target(2) is None
    contents = [bytes(buffer.values(0, np.dtype("u1"))) for buffer in model.records(4)]
    assert contents == [b"", b"2.2.0", b"what to do"]
    named = {entry.text(0): contents[entry.scalar(1)] for entry in model.records(6)}
    assert named == {"min_runtime_version": b"2.2.0", "TFLITE_METADATA": b"what to do"}


def test_normalization_is_written_where_mediapipe_reads_it(reader: ModuleType, bundler: ModuleType) -> None:
    data = bundler.normalization_metadata(0.0, 255.0)
    assert data[4:8] == b"M001"
    (subgraph,) = reader.Record.root(data).records(3)
    (tensor,) = subgraph.records(2)
    (unit,) = tensor.records(4)
    options = unit.record(1)
    assert options.values(0, np.dtype("<f4")) == [0]
    assert options.values(1, np.dtype("<f4")) == [255]


def test_bundle_is_stored_aligned_and_always_the_same(bundler: ModuleType) -> None:
    members = {"a.tflite": b"x" * 1001, "longer_name.tflite": b"y" * 77}
    data = bundler.bundled(members)
    assert data == bundler.bundled(members)
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        for info in bundle.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert bundle.read(info) == members[info.filename]
            assert data.index(members[info.filename]) % bundler.ALIGNMENT == 0


def test_files_of_another_release_are_refused(reader: ModuleType, tmp_path: Path) -> None:
    for name in reader.MEMBERS:
        (tmp_path / f"{name}.tflite").write_bytes(b"something else")
    with pytest.raises(SystemExit, match="sha256"):
        reader.read_members(tmp_path)


def test_sparse_storage_is_walked_in_its_order(reader: ModuleType) -> None:
    """[[5, 0, 0], [0, 0, 7]]: rows dense, columns as segments and indices."""
    rows, places = reader._walk_dimension(_Dimension(size=2), np.zeros((1, 0), dtype=np.int64), np.zeros(1, np.int64))
    sparse = _Dimension(segments=[0, 1, 2], indices=[0, 2])
    rows, places = reader._walk_dimension(sparse, rows, places)
    np.testing.assert_array_equal(rows, [[0, 0], [1, 2]])
    np.testing.assert_array_equal(places, [0, 1])


class _Dimension:
    """A DimensionMetadata table, by field number."""

    def __init__(self, size: int = 0, segments: list[int] | None = None, indices: list[int] | None = None) -> None:
        self._scalars = {0: 0 if segments is None else 1, 1: size, 2: 1, 4: 1}
        self._vectors = {3: segments, 5: indices}

    def scalar(self, number: int, kind: object = None, default: int = 0) -> int:
        return self._scalars.get(number, default)

    def record(self, number: int) -> _Vector:
        return _Vector(self._vectors[number] or [])


class _Vector:
    def __init__(self, values: list[int]) -> None:
        self._values = values

    def values(self, number: int, dtype: np.dtype[np.int32]) -> np.ndarray:
        return np.array(self._values, dtype=dtype)
