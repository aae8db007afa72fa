"""The mediapipe 0.10.21 wheel (or a folder with its two .tflite files) enters; a .task bundle for MediaPipe's newer
Tasks API leaves, which the optional backend `mediapipe` reads.

    python scripts/build_task_bundle.py WHEEL models/pose_landmarker_full.task

MediaPipe offers such a bundle for download only, and its later wheels hold no model; a bundle is a plain zip of the two
networks, stored uncompressed and aligned, where the landmark network also says how its input is to be scaled. Needs the
extra `models` (flatbuffers).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import struct
import zipfile
from pathlib import Path

import flatbuffers
import numpy as np
from tflite_reader import Record, read_members

MEMBER_NAMES = {"pose_detection": "pose_detector.tflite", "pose_landmark_full": "pose_landmarks_detector.tflite"}
ALIGNMENT = 16
ZIP_HEADER_BYTES = 30
METADATA_NAME = b"TFLITE_METADATA"
MODEL_FIELDS = 8  # of table Model in TensorFlow Lite's schema.fbs
BUFFERS_FIELD, METADATA_FIELD = 4, 6


def normalization_metadata(mean: float, std: float) -> bytes:
    """A TFLite metadata file (metadata_schema.fbs) that says of the one input: subtract mean, divide by std."""
    builder = flatbuffers.Builder()
    std_vector = builder.CreateNumpyVector(np.array([std], dtype=np.float32))
    mean_vector = builder.CreateNumpyVector(np.array([mean], dtype=np.float32))
    options = _table(builder, 2, {0: mean_vector, 1: std_vector})
    process_unit = _table(builder, 2, {1: options}, kind_in_field_0=1)  # 1 = NormalizationOptions
    tensor = _table(builder, 7, {4: _vector(builder, process_unit)})
    subgraph = _table(builder, 6, {2: _vector(builder, tensor)})
    model = _table(builder, 8, {3: _vector(builder, subgraph)})
    builder.Finish(model, file_identifier=b"M001")
    return bytes(builder.Output())


def _table(builder: flatbuffers.Builder, n_fields: int, offsets: dict[int, int], kind_in_field_0: int = 0) -> int:
    builder.StartObject(n_fields)
    builder.PrependUint8Slot(0, kind_in_field_0, 0)
    for number, offset in offsets.items():
        builder.PrependUOffsetTRelativeSlot(number, offset, 0)
    return int(builder.EndObject())


def _vector(builder: flatbuffers.Builder, table: int) -> int:
    builder.StartVector(4, 1, 4)
    builder.PrependUOffsetTRelative(table)
    return int(builder.EndVector())


class Front:
    """Bytes that are put in front of an existing flatbuffer. References in a flatbuffer point forward only, so new
    tables can point into the old file behind them, which stays as it is."""

    def __init__(self, identifier: bytes) -> None:
        self.data = bytearray(4) + identifier

    def number(self, slot: int, value: int) -> None:
        """Write an unsigned number into a four-byte field."""
        struct.pack_into("<I", self.data, slot, value)

    def align(self, size: int) -> int:
        """Pad and return the position."""
        self.data += bytes(-len(self.data) % size)
        return len(self.data)

    def point(self, slot: int, target: int) -> None:
        """Make the reference at `slot` lead to `target`."""
        self.number(slot, target - slot)

    def table(self, n_fields: int, *, absent: frozenset[int] = frozenset()) -> list[int]:
        """Append a table of four-byte fields; returns its position, then those of its fields, absent or not."""
        offsets = [0 if number in absent else 4 + 4 * number for number in range(n_fields)]
        start = self.align(4)
        self.data += struct.pack(f"<{n_fields + 2}H", 4 + 2 * n_fields, 4 + 4 * n_fields, *offsets)
        position = self.align(4)
        self.data += struct.pack("<i", position - start) + bytes(4 * n_fields)
        return [position, *range(position + 4, position + 4 + 4 * n_fields, 4)]

    def vector(self, count: int) -> list[int]:
        """Append a vector of references; returns its position, then those of its entries."""
        position = self.align(4)
        self.data += struct.pack("<I", count) + bytes(4 * count)
        return [position, *range(position + 4, position + 4 + 4 * count, 4)]

    def blob(self, values: bytes, *, alignment: int = 4) -> int:
        """Append a vector of bytes, zero-ended so that it may be a string, its values aligned; returns its position."""
        while (self.align(4) + 4) % alignment:
            self.data += bytes(4)
        position = len(self.data)
        self.data += struct.pack("<I", len(values)) + values + b"\0"
        return position


def with_metadata(model: bytes, metadata: bytes) -> bytes:
    """A .tflite file with one more buffer, which its metadata table names."""
    old = Record.root(model)
    targets = {number: old.target(number) for number in range(1, MODEL_FIELDS)}
    buffers, entries = old.records(BUFFERS_FIELD), old.records(METADATA_FIELD)
    front = Front(b"TFL3")
    absent = frozenset(number for number, target in targets.items() if target is None) - {METADATA_FIELD}
    root, *fields = front.table(MODEL_FIELDS, absent=absent)
    new_buffers, *buffer_slots = front.vector(len(buffers) + 1)
    new_entries, *entry_slots = front.vector(len(entries) + 1)
    named, name_field, number_field = front.table(2)
    holder, data_field = front.table(1)
    front.point(name_field, front.blob(METADATA_NAME))
    front.point(data_field, front.blob(metadata, alignment=ALIGNMENT))
    base = front.align(ALIGNMENT)
    front.number(0, root)
    front.number(fields[0], old.scalar(0))
    front.number(number_field, len(buffers))
    for slots, tables, added in ((buffer_slots, buffers, holder), (entry_slots, entries, named)):
        for slot, position in zip(slots, [*(base + table.position for table in tables), added], strict=True):
            front.point(slot, position)
    for number, target in targets.items():
        if target is not None:
            front.point(fields[number], base + target)
    front.point(fields[BUFFERS_FIELD], new_buffers)
    front.point(fields[METADATA_FIELD], new_entries)
    return bytes(front.data) + model


def bundled(members: dict[str, bytes]) -> bytes:
    """A zip whose members are stored and begin at aligned offsets, so that MediaPipe can map them; without dates."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            header = target.tell() + ZIP_HEADER_BYTES + len(name)
            # A zip's extra field is (kind, length, content); this kind is Android zipalign's padding.
            padding = -(header + 4) % ALIGNMENT
            info.extra = struct.pack("<HH", 0xD935, padding) + bytes(padding)
            bundle.writestr(info, data)
    return target.getvalue()


def main() -> None:
    """Write the bundle and print its hash."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="the wheel, or a folder with the two .tflite files")
    parser.add_argument("bundle", type=Path, help="the .task file to write")
    arguments = parser.parse_args()
    models = read_members(arguments.source)
    models["pose_landmark_full"] = with_metadata(models["pose_landmark_full"], normalization_metadata(0.0, 255.0))
    data = bundled({MEMBER_NAMES[name]: model for name, model in models.items()})
    arguments.bundle.write_bytes(data)
    print(f"{arguments.bundle.name}  {len(data)} bytes  sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    main()
