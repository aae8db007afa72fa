"""What was seen in a clip enters, a file of plain arrays leaves, and the reverse: no pickle, nothing that could run."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from pydantic import TypeAdapter, ValidationError

from lookfeel.atomic import whole_file
from lookfeel.types import DecodeSummary, PictureMotion, PoseDetections, Skeleton, VideoInfo

FORM = 1
"""Of the file; another one is not read, and the clip is looked at again."""

MAX_UNPACKED_BYTES = 500_000_000
"""Chosen by us: two minutes at 240 frames a second with eight people are 370 MB."""

ARRAYS = ("time_s", "xy_px", "confidence", "world_m", "score")

_DAMAGE = (OSError, EOFError, KeyError, TypeError, ValueError, ValidationError, zipfile.BadZipFile, zlib.error)


class Watched(NamedTuple):
    """What `pipeline.watch` gives."""

    info: VideoInfo
    decoded: DecodeSummary
    detections: PoseDetections


def save_watched(watched: Watched, path: Path) -> None:
    """Write the file, whole or not at all."""
    with whole_file(path) as part, part.open("wb") as file:
        write_watched(watched, file)


def write_watched(watched: Watched, file: BinaryIO) -> None:
    """Write into an open, empty file."""
    detections, motion = watched.detections, watched.detections.picture_motion
    words = {
        "form": FORM,
        "info": _plain(watched.info),
        "decoded": _plain(watched.decoded),
        "skeleton": _plain(detections.skeleton),
        "size": [detections.width_px, detections.height_px],
        "backend": detections.backend,
        "weights_sha256": list(detections.weights_sha256),
        "motion": None if motion is None else {**_plain(motion), "to_frame": None},
    }
    arrays = {name: getattr(detections, name) for name in ARRAYS}
    if motion is not None and motion.to_frame is not None:
        arrays["to_frame"] = motion.to_frame
    np.savez_compressed(file, words=np.array(json.dumps(words)), **arrays)


def load_watched(path: Path) -> Watched | None:
    """Read the file; None when there is none that this version can read."""
    try:
        with path.open("rb") as file:
            return read_watched(file)
    except OSError:
        return None


def read_watched(file: BinaryIO) -> Watched | None:
    """Read an open file, which who wrote it may have made up; None when this version cannot."""
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED_BYTES:
                return None
        file.seek(0)
        with np.load(file, allow_pickle=False) as kept:
            words = json.loads(str(kept["words"]))
            if words["form"] != FORM:
                return None
            return Watched(
                TypeAdapter(VideoInfo).validate_python(words["info"]),
                TypeAdapter(DecodeSummary).validate_python(words["decoded"]),
                PoseDetections(
                    skeleton=TypeAdapter(Skeleton).validate_python(words["skeleton"]),
                    width_px=words["size"][0],
                    height_px=words["size"][1],
                    backend=words["backend"],
                    weights_sha256=tuple(words["weights_sha256"]),
                    picture_motion=_motion(words["motion"], kept),
                    **{name: kept[name] for name in ARRAYS},
                ),
            )
    except (*_DAMAGE, MemoryError):  # a header can ask for more than there is
        return None


def _motion(words: dict[str, Any] | None, kept: Any) -> PictureMotion | None:
    if words is None:
        return None
    return PictureMotion(**{**words, "to_frame": kept.get("to_frame")})


def _plain(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}
