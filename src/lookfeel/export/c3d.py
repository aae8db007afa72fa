"""A Motion enters; a .c3d file leaves: joints as points, joint angles, the moments of the repetitions, provenance."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lookfeel.atomic import write_whole
from lookfeel.errors import InvalidValue, StoreError
from lookfeel.export.coordinates import COORDINATES, coordinates_of
from lookfeel.export.even import EvenMotion, even_motion
from lookfeel.export.motion import Motion
from lookfeel.export.trc import marker_name
from lookfeel.types import FloatArray, Rep, Side

MM_PER_M = 1000.0
MAX_FRAMES = 65_535  # that the two bytes of the header count, and that ezc3d reads back
MAX_RESIDUAL = 127  # what the byte of a residual can hold, in units of POINT:SCALE, here 1 mm
LONGEST_TEXT = 120  # characters in one text of a parameter; the form allows 255 with its length byte, ezc3d fewer
GROUP = "LOOKFEEL"
CONTEXTS: dict[Side, str] = {"left": "Left", "right": "Right", "both": "General"}
BLOCK = 512  # bytes; a .c3d file is counted in these
BYTES_PER_POINT = 16  # three coordinates and the residual, 4 bytes each


@dataclass(frozen=True, slots=True, kw_only=True)
class _Points:
    """What goes into the data section. values (3, P, N); residual (P, N), -1 where unknown."""

    labels: list[str]
    descriptions: list[str]
    values: FloatArray
    residual: FloatArray


def write_c3d(motion: Motion, path: str | Path) -> Path:
    """Write joints and angles over time with the events of the repetitions.

    Points: the joint centres in mm in the program's axes (x ahead of the athlete, y left, z up from the floor), named
    as in the .trc; the residual is their SD in space in whole mm, -1 where the joint is unknown. Angles: one point of
    the type ANGLES for each angle of `coordinates`, by its OpenSim name, in degrees in x; y and z are not used and 0.
    Time is the movement's, at the clip's median rate (see even_motion), and begins with the clip's first frame.
    Events: Rep Start, Rep Bottom and Rep End, with the working leg as context; Partial Rep ... where the clip does not
    show all of it. The group LOOKFEEL tells where the file comes from. Pixels are no metres, so the points of the
    picture, raw and filtered, are not here but in the netCDF file.

    Raises
        InvalidValue: the motion has no body in metres, or more than MAX_FRAMES. StoreError: the folder or the disk
            refused.
    """
    path = Path(path)
    even = even_motion(motion)
    if len(even.time_s) > MAX_FRAMES:
        what = f"{motion.name!r} has {len(even.time_s)} frames, and a .c3d file holds no more than {MAX_FRAMES}"
        raise InvalidValue(what, hint="Trim the clip to the set, or export trc and mot.")
    write_whole(path, _c3d_bytes(even))
    return path


def _c3d_bytes(even: EvenMotion) -> bytes:
    import ezc3d

    points = _together(_joint_points(even), _angle_points(even))
    file = ezc3d.c3d()
    file["data"]["points"] = points.values
    file["data"]["meta_points"]["residuals"] = points.residual[None]
    _describe_points(file, even, points)
    for time_s, context, label, description in _events(even):
        file.add_event([int(time_s // 60), time_s % 60], context=context, label=label, description=description)
    for name, text in even.facts().items():
        file.add_parameter(GROUP, name.upper(), _pieces(text))
    return _written(file, points.residual.size * BYTES_PER_POINT)


def _joint_points(even: EvenMotion) -> _Points:
    is_known = np.asarray(np.isfinite(even.joints_m).all(axis=-1))
    spread_mm = MM_PER_M * np.linalg.norm(even.joints_sd_m, axis=-1)
    residual = np.clip(np.rint(np.nan_to_num(spread_mm, nan=MAX_RESIDUAL)), 0, MAX_RESIDUAL)
    return _Points(
        labels=[marker_name(joint) for joint in even.motion.joints],
        descriptions=[f"centre of the {joint.replace('_', ' ')}" for joint in even.motion.joints],
        values=np.where(is_known[..., None], MM_PER_M * even.joints_m, np.nan).transpose(2, 1, 0),
        residual=np.where(is_known, residual, -1.0).T,
    )


def _angle_points(even: EvenMotion) -> _Points:
    found = coordinates_of(even.by_joint())
    names = [name for name, (unit, _) in COORDINATES.items() if unit == "deg"]
    values = np.stack([found[name] for name in names])
    in_x = np.stack([values, np.zeros_like(values), np.zeros_like(values)])
    is_known = np.isfinite(values)
    return _Points(
        labels=names,
        descriptions=[COORDINATES[name][1] for name in names],
        values=np.where(is_known, in_x, np.nan),
        residual=np.where(is_known, 0.0, -1.0),
    )


def _together(first: _Points, second: _Points) -> _Points:
    return _Points(
        labels=first.labels + second.labels,
        descriptions=first.descriptions + second.descriptions,
        values=np.concatenate([first.values, second.values], axis=1),
        residual=np.concatenate([first.residual, second.residual]),
    )


def _describe_points(file: Any, even: EvenMotion, points: _Points) -> None:
    group = file["parameters"]["POINT"]
    group["RATE"]["value"] = [even.rate_hz]
    group["LABELS"]["value"] = points.labels
    group["DESCRIPTIONS"]["value"] = points.descriptions
    group["UNITS"]["value"] = ["mm"]
    file.add_parameter("POINT", "X_SCREEN", ["+X"])
    file.add_parameter("POINT", "Y_SCREEN", ["+Z"])
    file.add_parameter("POINT", "TYPE_GROUPS", ["ANGLES"])
    file.add_parameter("POINT", "ANGLES", points.labels[len(even.motion.joints) :])
    file.add_parameter("POINT", "ANGLE_UNITS", ["deg"])


def _events(even: EvenMotion) -> Iterator[tuple[float, str, str, str]]:
    """Seconds of the movement since the first frame, context, label and description of each event."""
    motion = even.motion
    for rep in motion.reps:
        prefix = "Partial Rep" if rep.is_partial else "Rep"
        for label, time_s in (("Start", rep.start_s), ("Bottom", rep.bottom_s), ("End", rep.end_s)):
            since_s = (time_s - float(motion.time_s[0])) / motion.slowmo_factor
            yield max(since_s, 0.0), CONTEXTS[rep.side], f"{prefix} {label}", _which(rep)


def _which(rep: Rep) -> str:
    told = f"partial: {rep.partial_reason}" if rep.is_partial else f"rep {rep.index}"
    return told[:LONGEST_TEXT]


def _pieces(text: str) -> list[str]:
    """A text in pieces that a parameter can hold, to be joined again; an empty one is one empty piece."""
    return [text[at : at + LONGEST_TEXT] for at in range(0, max(len(text), 1), LONGEST_TEXT)]


def _written(file: Any, n_bytes_of_points: int) -> bytes:
    """What ezc3d writes. It takes no name but one in .c3d, and tells nobody when the disk is full."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "whole.c3d"
        file.write(str(path))
        data = path.read_bytes() if path.exists() else b""
    first_block = int.from_bytes(data[16:18], "little")  # word 9 of the header: where the points begin, counted from 1
    if not first_block or len(data) < (first_block - 1) * BLOCK + n_bytes_of_points:
        raise StoreError("Could not write the .c3d file: the temporary folder is full or may not be written.")
    return data
