"""A .trc file of markers enters; their names, times and places in metres leave, and the reverse for a Motion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from lookfeel.atomic import write_whole
from lookfeel.export.coordinates import in_ground
from lookfeel.export.even import EvenMotion, even_motion
from lookfeel.export.lines import cells_of, check_times, count, number, numbers, read_lines, without_empty_end, wrong
from lookfeel.export.motion import Motion
from lookfeel.types import FloatArray, Rebuilt, frozen_array

METRES_PER_UNIT: Mapping[str, float] = MappingProxyType(
    {"m": 1.0, "meters": 1.0, "cm": 0.01, "mm": 0.001, "millimeters": 0.001}
)
HEADER_KEYS = (
    "DataRate",
    "CameraRate",
    "NumFrames",
    "NumMarkers",
    "Units",
    "OrigDataRate",
    "OrigDataStartFrame",
    "OrigNumFrames",
)
"""OpenSim reads these, in this order, and no others."""

N_FIRST = 2  # columns before the markers: number of the frame and time
FORMAT_HINT = "A .trc file begins with 'PathFileType', two lines of header, one of marker names and one of axes."


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerMotion(Rebuilt):
    """Markers of T moments. time_s (T,), increasing, as the file counts it; position_m (T, M, 3) metres in the axes of
    the laboratory, all three NaN where a marker is missing; rate_hz as the header says."""

    markers: tuple[str, ...]
    time_s: FloatArray
    position_m: FloatArray
    rate_hz: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", frozen_array(self.time_s, ndim=1, name="time_s"))
        object.__setattr__(self, "position_m", frozen_array(self.position_m, ndim=3, name="position_m"))
        want = (len(self.time_s), len(self.markers), 3)
        if self.position_m.shape != want:
            raise ValueError(f"position_m: expected {want}, got {self.position_m.shape}")

    def marker(self, name: str) -> FloatArray:
        """(T, 3) metres of one marker; KeyError when there is none of that name."""
        if name not in self.markers:
            raise KeyError(name)
        return self.position_m[:, self.markers.index(name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    rate_hz: float
    n_frames: int
    n_markers: int
    metres_per_unit: float


def read_trc(path: str | Path) -> MarkerMotion:
    """Read markers; lengths are turned into metres by the file's own unit.

    Blank lines, trailing tabs, a byte order mark, spaces in place of tabs and every kind of line end are taken. A file
    that contradicts its own header is refused: it was cut off or mended by hand.

    Raises
        FileMissing: no such file. InvalidValue: what is wrong, in which line.
    """
    path = Path(path)
    lines = [(at, text) for at, text in enumerate(read_lines(path), start=1) if text.strip()]
    if len(lines) < 5 or not lines[0][1].startswith("PathFileType"):
        raise wrong(path, 1, "this is not a .trc file of markers", hint=FORMAT_HINT)
    header = _header(path, lines[1], lines[2])
    names = _marker_names(path, lines[3], header.n_markers)
    _check_axes(path, lines[4])
    rows = lines[5:]
    if len(rows) != header.n_frames or not rows:
        what = f"{len(rows)} rows where the header says {header.n_frames} frames"
        raise wrong(path, lines[-1][0], what, hint="The file was cut off or edited; export it again.")
    table = np.array([_row(path, at, text, header.n_markers) for at, text in rows])
    check_times(path, [at for at, _ in rows], table[:, 0])
    points = table[:, 1:].reshape(len(table), header.n_markers, 3) * header.metres_per_unit
    is_missing = np.isnan(points).any(axis=-1, keepdims=True)
    return MarkerMotion(
        markers=names, time_s=table[:, 0], position_m=np.where(is_missing, np.nan, points), rate_hz=header.rate_hz
    )


def _header(path: Path, names: tuple[int, str], values: tuple[int, str]) -> _Header:
    line = values[0]
    found = dict(zip(names[1].split(), values[1].split(), strict=False))
    for key in ("DataRate", "NumFrames", "NumMarkers", "Units"):
        if key not in found:
            raise wrong(path, line, f"the header does not say {key}", hint=FORMAT_HINT)
    if found["Units"].lower() not in METRES_PER_UNIT:
        hint = f"Units must be one of {', '.join(METRES_PER_UNIT)}."
        raise wrong(path, line, f"unit {found['Units'][:40]!r} is not known", hint=hint)
    return _Header(
        rate_hz=_rate(path, line, found["DataRate"]),
        n_frames=count(path, line, "NumFrames", found["NumFrames"]),
        n_markers=count(path, line, "NumMarkers", found["NumMarkers"]),
        metres_per_unit=METRES_PER_UNIT[found["Units"].lower()],
    )


def _rate(path: Path, line: int, text: str) -> float:
    try:
        rate = number(text)
    except ValueError:
        rate = float("nan")
    if not rate > 0:
        what = f"DataRate is {text[:40]!r}, not a rate in hertz"
        raise wrong(path, line, what, hint="Export the file again; its header is damaged.")
    return rate


def _marker_names(path: Path, line: tuple[int, str], n_markers: int) -> tuple[str, ...]:
    """Names stand over the first of their three columns."""
    names = tuple(cell for cell in cells_of(line[1])[N_FIRST:] if cell)
    if len(names) != n_markers:
        what = f"{len(names)} marker names where the header says {n_markers}"
        raise wrong(path, line[0], what, hint="Correct NumMarkers or the names; each marker has one name.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        what = f"marker {twice[0][:40]!r} is named more than once"
        raise wrong(path, line[0], what, hint="Give each marker a name of its own.")
    return names


def _check_axes(path: Path, line: tuple[int, str]) -> None:
    if line[1].split()[0].upper() != "X1":
        raise wrong(path, line[0], "the line of axes (X1 Y1 Z1 ...) is missing", hint=FORMAT_HINT)


def _row(path: Path, line: int, text: str, n_markers: int) -> list[float]:
    """Time and all coordinates of one row."""
    wanted = N_FIRST + 3 * n_markers
    cells = without_empty_end(cells_of(text), wanted)
    if len(cells) != wanted:
        what = f"{len(cells)} cells where {wanted} are needed: frame, time and 3 for each of {n_markers} markers"
        raise wrong(path, line, what, hint="Missing markers must keep their (empty) cells; export the file again.")
    return numbers(path, line, cells[1:])


def write_trc(motion: Motion, path: str | Path) -> Path:
    """Write the joint centres as markers for OpenSim: metres, x ahead, y up from the floor, z to the athlete's right.

    Markers have the names that OpenCap and Pose2Sim share (see marker_name), times are of the movement (slow motion is
    undone), at the clip's median rate (see even_motion). A place that is not known is NaN, three times: OpenSim 4.6
    takes it for missing, but refuses a row that ends in the empty cells that its own documents speak of. Where the file
    comes from stands on its first line behind the file's name, which no reader looks at; the Orig... columns tell the
    clip's own rate and frames.

    Raises
        InvalidValue: the motion has no body in metres. StoreError: the folder or the disk refused.
    """
    path = Path(path)
    write_whole(path, _trc_text(even_motion(motion), path.name).encode("utf-8"))
    return path


def marker_name(joint: str) -> str:
    """'right_hip' -> 'RHip', as in OpenCap's .trc files and Pose2Sim's marker sets (HALPE_26, BODY_25B).

    Our toe, the tip of the foot, is their BigToe, the nearest they have. Theirs at the hip is the keypoint, not the
    anatomical centre (OpenCap's RHJC_study), and so is ours.
    """
    side, _, part = joint.partition("_")
    words = "big_toe" if part == "toe" else part
    return side[:1].upper() + "".join(word.capitalize() for word in words.split("_"))


def _trc_text(even: EvenMotion, file_name: str) -> str:
    markers = [marker_name(joint) for joint in even.motion.joints]
    facts = [f"{name}={text}" for name, text in even.facts().items()]
    columns = [f"{axis}{at}" for at in range(1, len(markers) + 1) for axis in "XYZ"]
    places = in_ground(even.joints_m).reshape(len(even.time_s), -1)
    lines = [
        "\t".join(["PathFileType", "4", "(X/Y/Z)", " ".join(file_name.split()), *facts]),
        "\t".join(HEADER_KEYS),
        "\t".join(_header_values(even, len(markers))),
        "\t".join(["Frame#", "Time", *(cell for name in markers for cell in (name, "", ""))]),
        "\t".join(["", "", *columns]),
        "",
        *(_trc_row(frame, time, row) for frame, (time, row) in enumerate(zip(even.time_s, places, strict=True), 1)),
    ]
    return "\n".join(lines) + "\n"


def _header_values(even: EvenMotion, n_markers: int) -> tuple[str, ...]:
    rate = f"{even.rate_hz:g}"
    n_seen = len(even.motion.time_s)
    return (rate, rate, str(len(even.time_s)), str(n_markers), "m", rate, "1", str(n_seen))


def _trc_row(frame: int, time_s: float, values_m: FloatArray) -> str:
    cells = ("NaN" if np.isnan(value) else f"{value:.6f}" for value in values_m)
    return "\t".join([str(frame), f"{time_s:.6f}", *cells])
