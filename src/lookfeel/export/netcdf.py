"""A Motion enters, a netCDF-4 file leaves, and the reverse; the same bytes every time.

The root of the file is a poses dataset of the package `movement`, in pixels of the frames: dimensions time, space,
keypoints and individuals, variables position and confidence. Beside it, each group with a time of its own: `body`, the
joints in metres; `signals`, each with its SD; `reps`, their events. Numbers are 4-byte floats, which is far finer than
any SD here, except for times; NaN is what is not known.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from lookfeel.atomic import write_whole
from lookfeel.errors import FileMissing, InvalidValue
from lookfeel.export.motion import Motion
from lookfeel.measures import SIGNALS
from lookfeel.types import Rep, unit_of

if TYPE_CHECKING:
    from h5py import Group

Points = Literal["both", "filtered", "raw", "joints"]
"""What `position` of the root holds: 'filtered' and 'both' the cleaned points, 'raw' those of the network, 'joints' the
joints in metres. Only 'both' has everything, and can be read back."""

FORM = 1
"""Of the file; another one is not read."""

CONVENTIONS = "CF-1.11"
INDIVIDUAL = "athlete"
COMPRESSION: Mapping[str, Any] = {"compression": "gzip", "compression_opts": 4, "shuffle": True}
"""Level 4 because higher ones take longer and save next to nothing here. Shuffled bytes of floats compress better."""

PACKED_FROM_BYTES = 8192
"""Smaller variables are written as they are: the index of a packed one takes more room than packing saves."""

WRITE_ANEW = "Give the motion.nc that 'lookfeel analyze' of this version wrote."

POINT_DIMS = ("time", "space", "keypoints", "individuals")
CONFIDENCE_DIMS = ("time", "keypoints", "individuals")

VARIABLES: Mapping[str, tuple[str, str]] = {
    "time": ("s", "Presentation time; movement time = presentation time / slowmo_factor."),
    "space": ("", "Axis: in pixels x right and y down from the top left corner; in metres x ahead, y left, z up."),
    "keypoints": ("", "Name of the point."),
    "individuals": ("", "The one athlete."),
    "position": ("px", "Where the points are in each frame, cleaned: swaps, jumps and jitter taken out, gaps filled."),
    "confidence": ("1", "0-1 that the point is where `position` says."),
    "position_raw": ("px", "The same as the network gave them, before anything was cleaned."),
    "confidence_raw": ("1", "0-1, the network's own word for position_raw."),
    "was_filled": ("1", "1 where `position` was interpolated, else 0."),
    "position_sd": ("m", "Standard deviation of each coordinate of `position`; only where that holds the joints."),
    "body/time": ("s", "As in the root."),
    "body/joints": ("", "Name of the joint."),
    "body/axes": ("", "x ahead of the athlete, y to the athlete's left, z up from the floor."),
    "body/position": ("m", "Centre of the joint."),
    "body/position_sd": ("m", "Standard deviation of each coordinate of `position`."),
    "signals/time": ("s", "As in the root."),
    "reps/rep": ("1", "Place in time order, counted from 0."),
    "reps/index": ("1", "Number of a whole repetition, counted from 1; 0 for a partial one."),
    "reps/start": ("1", "Frame of the start of the descent, counted from 0."),
    "reps/bottom_start": ("1", "Frame of the start of the pause at the bottom."),
    "reps/bottom": ("1", "Frame of the deepest moment."),
    "reps/ascent_start": ("1", "Frame of the start of the ascent."),
    "reps/end": ("1", "First frame after the ascent."),
    "reps/start_s": ("s", "Start of the descent, presentation time."),
    "reps/bottom_s": ("s", "Deepest moment, presentation time."),
    "reps/end_s": ("s", "End of the ascent, presentation time."),
    "reps/eccentric_s": ("s", "Way down, movement time."),
    "reps/bottom_pause_s": ("s", "Pause at the bottom, movement time."),
    "reps/concentric_s": ("s", "Way up, movement time."),
    "reps/top_pause_s": ("s", "Pause until the next repetition, movement time."),
    "reps/confidence": ("1", "0-1 that this is a repetition."),
    "reps/is_partial": ("1", "1 when the clip does not show it whole, else 0."),
    "reps/side": ("", "Leg that does the work: left, right or both."),
    "reps/partial_reason": ("", "Why it is partial; empty for a whole one."),
}
"""Unit and meaning of each variable by group and name; those of `signals` are in `measures`."""

DIMENSIONS = tuple(
    name
    for name in VARIABLES
    if name.rsplit("/")[-1] in ("time", "space", "keypoints", "individuals", "joints", "axes", "rep")
)
"""Variables that are dimensions; each has its place here as its number in the file."""

ATTRIBUTES: Mapping[str, str] = {
    "Conventions": "Rules for names and units that the file follows.",
    "title": "What the file holds, in words.",
    "source_software": "Program that made it.",
    "source_file": "File name of the clip without its folder.",
    "ds_type": "Kind of data set, for `movement`: poses.",
    "fps": "Median of the frames per second; the times themselves may be uneven.",
    "time_unit": "Unit of `time`: seconds.",
    "lookfeel_form": "Number of this form of file.",
    "points": "What `position` holds: both, filtered, raw or joints.",
    "slowmo_factor": "Filmed over played rate, 1 for ordinary clips.",
    "width_px": "Width of the upright picture.",
    "height_px": "Height of the upright picture.",
    "edges": "Pairs of places in `keypoints` to join by lines, one after the other.",
    "method": "How the body was placed in metres.",
    "is_metric": "1 when the athlete's height was given, 0 when lengths assume an average adult.",
    "provenance": "Names of the attributes below, which say what made the figures.",
    "lookfeel_version": "Version of lookfeel that analysed the clip.",
    "code_sha256": "SHA-256 of lookfeel's own files.",
    "video_sha256": "SHA-256 of the clip's bytes.",
    "second_video_sha256": "SHA-256 of the second clip of the set, where there is one.",
    "backend": "Pose backend.",
    "weights_sha256": "SHA-256 of each model file, joined by commas.",
    "exercise": "Name of the exercise.",
    "rubric": "Exercise, or exercise/variant, whose rubric judged.",
    "rubric_sha256": "SHA-256 of that rubric.",
    "matrix_sha256": "SHA-256 of the decision matrix.",
    "library_sha256": "SHA-256 of the library of movements.",
    "strictness": "0 'whatever, just squat' to 1 'perfection is key'.",
}
"""Meaning of each attribute of the file."""

REP_COUNTS = ("index", "start", "bottom_start", "bottom", "ascent_start", "end")
REP_MOMENTS = ("start_s", "bottom_s", "end_s")
REP_FIGURES = ("eccentric_s", "bottom_pause_s", "concentric_s", "top_pause_s")


def write_motion(motion: Motion, path: str | Path, *, points: Points = "both") -> Path:
    """Write the netCDF file, whole or not at all; a file of that name is replaced. Returns the path.

    Raises
        StoreError: the folder or the disk refused.
    """
    import h5py

    content = io.BytesIO()  # half a megabyte; on a full disk HDF5 prints more than it raises
    with h5py.File(content, "w", track_order=True) as file:
        file.attrs.update(_about(motion, points))
        if points == "joints":
            _add_joints(file, motion)
        else:
            _add_points(file, motion, points)
            _add_body(file.create_group("body", track_order=True), motion)
        _add_signals(file.create_group("signals", track_order=True), motion)
        _add_reps(file.create_group("reps", track_order=True), motion)
    write_whole(Path(path), content.getvalue())
    return Path(path)


def _about(motion: Motion, points: Points) -> dict[str, Any]:
    """Attributes of the file: what `movement` asks for, then what is needed to read it back, then what made it."""
    return {
        "Conventions": CONVENTIONS,
        "title": f"Movement of one athlete in {motion.name}",
        "source_software": "lookfeel",
        "source_file": motion.name,
        "ds_type": "poses",
        "fps": motion.fps,
        "time_unit": "seconds",
        "lookfeel_form": np.int32(FORM),
        "points": points,
        "slowmo_factor": motion.slowmo_factor,
        "width_px": np.int32(motion.width_px),
        "height_px": np.int32(motion.height_px),
        "edges": np.array(motion.edges, dtype=np.int32).ravel(),
        "method": motion.method,
        "is_metric": np.int8(motion.is_metric),
        "provenance": " ".join(motion.provenance),
        **motion.provenance,
    }


def _add_points(file: Group, motion: Motion, points: Points) -> None:
    is_raw = points == "raw"
    _add_dimensions(file, motion, keypoints=motion.keypoints, space=("x", "y"))
    position, confidence = (motion.raw_px, motion.raw_confidence) if is_raw else (motion.filtered_px, motion.confidence)
    _add(file, "position", POINT_DIMS, _seen_by_movement(position), **(_told("position_raw") if is_raw else {}))
    _add(file, "confidence", CONFIDENCE_DIMS, confidence[..., None])
    if points == "both":
        _add(file, "position_raw", POINT_DIMS, _seen_by_movement(motion.raw_px))
        _add(file, "confidence_raw", CONFIDENCE_DIMS, motion.raw_confidence[..., None])
    if not is_raw:
        _add(file, "was_filled", CONFIDENCE_DIMS, motion.was_filled[..., None], dtype=np.int8)


def _seen_by_movement(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, K, D) -> (T, D, K, 1)."""
    return points.transpose(0, 2, 1)[..., None]


def _add_joints(file: Group, motion: Motion) -> None:
    """The joints in metres as the root's points. There is no confidence of a joint: NaN, as `movement` has it."""
    _add_dimensions(file, motion, keypoints=motion.joints, space=("x", "y", "z"))
    unknown = np.full((len(motion.time_s), len(motion.joints), 1), np.nan)
    _add(file, "position", POINT_DIMS, _seen_by_movement(motion.joints_m), **_told("body/position"))
    _add(file, "confidence", CONFIDENCE_DIMS, unknown)
    _add(file, "position_sd", POINT_DIMS, _seen_by_movement(motion.joints_sd_m))


def _add_dimensions(file: Group, motion: Motion, *, keypoints: tuple[str, ...], space: tuple[str, ...]) -> None:
    _add(file, "time", ("time",), motion.time_s, dtype=np.float64)
    _add(file, "space", ("space",), space)
    _add(file, "keypoints", ("keypoints",), keypoints)
    _add(file, "individuals", ("individuals",), (INDIVIDUAL,))


def _add_body(group: Group, motion: Motion) -> None:
    _add(group, "time", ("time",), motion.time_s, dtype=np.float64)
    _add(group, "joints", ("joints",), motion.joints)
    _add(group, "axes", ("axes",), ("x", "y", "z"))
    _add(group, "position", ("time", "joints", "axes"), motion.joints_m)
    _add(group, "position_sd", ("time", "joints", "axes"), motion.joints_sd_m)


def _add_signals(group: Group, motion: Motion) -> None:
    _add(group, "time", ("time",), motion.time_s, dtype=np.float64)
    for name, values in motion.signals.items():
        told = {"units": unit_of(name), "long_name": SIGNALS.get(name, name.replace("_", " "))}
        _add(group, name, ("time",), values, **told, ancillary_variables=f"{name}_sd")
        sd = {"units": unit_of(name), "long_name": f"Standard deviation of {name}."}
        _add(group, f"{name}_sd", ("time",), motion.signals_sd[name], **sd)


def _add_reps(group: Group, motion: Motion) -> None:
    _add(group, "rep", ("rep",), list(range(len(motion.reps))), dtype=np.int32)
    for name in REP_COUNTS:
        _add(group, name, ("rep",), [getattr(rep, name) for rep in motion.reps], dtype=np.int32)
    for name in (*REP_MOMENTS, *REP_FIGURES, "confidence"):
        values = [getattr(rep, name) for rep in motion.reps]
        _add(group, name, ("rep",), [np.nan if value is None else value for value in values], dtype=np.float64)
    _add(group, "is_partial", ("rep",), [rep.is_partial for rep in motion.reps], dtype=np.int8)
    _add(group, "side", ("rep",), tuple(rep.side for rep in motion.reps))
    _add(group, "partial_reason", ("rep",), tuple(rep.partial_reason or "" for rep in motion.reps))


def _told(name: str) -> dict[str, str]:
    units, meaning = VARIABLES[name]
    return {"units": units, "long_name": meaning} if units else {"long_name": meaning}


def _add(
    group: Group, name: str, dimensions: tuple[str, ...], values: Any, *, dtype: Any = np.float32, **told: str
) -> None:
    """A variable with its unit and meaning, in one piece; texts when `values` is a tuple.

    Written as netCDF-4 asks for: a variable named as its dimension is that dimension's scale, with a number that no
    other has; all others are attached to their scales.
    """
    import h5py

    if isinstance(values, tuple):
        data, kind = np.array(values, dtype=object), h5py.string_dtype()
    else:
        data, kind = np.asarray(values, dtype=dtype), np.dtype(dtype)
    packed = {**COMPRESSION, "chunks": data.shape} if kind.kind != "O" and data.nbytes >= PACKED_FROM_BYTES else {}
    is_figure = kind == np.float32
    variable = group.create_dataset(name, data=data, dtype=kind, **packed, fillvalue=np.nan if is_figure else None)
    if dimensions == (name,):
        variable.make_scale(name)
        variable.attrs["_Netcdf4Dimid"] = np.int32(DIMENSIONS.index(f"{group.name}/{name}".lstrip("/")))
    else:
        for axis, dimension in zip(variable.dims, dimensions, strict=True):
            axis.attach_scale(group[dimension])
    variable.attrs.update(told or _told(f"{group.name}/{name}".lstrip("/")))
    if is_figure:
        variable.attrs["_FillValue"] = np.full(1, np.nan, dtype=np.float32)


def read_motion(path: str | Path) -> Motion:
    """Read a file that `write_motion` wrote with all points.

    Raises
        FileMissing: no such file, or it may not be read. InvalidValue: not such a file, or of another form.
    """
    import h5py

    path = Path(path)
    if not path.is_file():
        raise FileMissing(f"{str(path)!r}: no such file", hint=WRITE_ANEW)
    try:
        with h5py.File(path, "r") as file:
            return _motion(file)
    except (OSError, KeyError, ValueError, TypeError, IndexError, AttributeError, RuntimeError) as error:
        raise InvalidValue(f"{str(path)!r} is no motion.nc: {error}", hint=WRITE_ANEW) from error


def _motion(file: Group) -> Motion:
    about = {name: _plain(value) for name, value in file.attrs.items()}
    if (about["lookfeel_form"], about["points"]) != (FORM, "both"):
        raise ValueError(f"form {about['lookfeel_form']} with points {about['points']!r}, not {FORM} with 'both'")
    signals = file["signals"]
    names = tuple(name for name in signals if f"{name}_sd" in signals)
    return Motion(
        name=about["source_file"],
        video_sha256=about["video_sha256"],
        time_s=file["time"][:],
        slowmo_factor=about["slowmo_factor"],
        fps=about["fps"],
        width_px=about["width_px"],
        height_px=about["height_px"],
        keypoints=_texts(file["keypoints"]),
        edges=tuple((start, end) for start, end in np.reshape(about["edges"], (-1, 2)).tolist()),
        raw_px=file["position_raw"][:, :, :, 0].transpose(0, 2, 1),
        raw_confidence=file["confidence_raw"][:, :, 0],
        filtered_px=file["position"][:, :, :, 0].transpose(0, 2, 1),
        confidence=file["confidence"][:, :, 0],
        was_filled=file["was_filled"][:, :, 0],
        joints=_texts(file["body/joints"]),
        joints_m=file["body/position"][:],
        joints_sd_m=file["body/position_sd"][:],
        signals={name: signals[name][:] for name in names},
        signals_sd={name: signals[f"{name}_sd"][:] for name in names},
        reps=_reps(file["reps"]),
        is_metric=bool(about["is_metric"]),
        method=about["method"],
        provenance={name: about[name] for name in about["provenance"].split()},
    )


def _plain(value: Any) -> Any:
    """An attribute as it was given: one number for an array of one."""
    return value.item() if isinstance(value, np.ndarray) and value.shape in ((), (1,)) else value


def _texts(variable: Any) -> tuple[str, ...]:
    return tuple(variable.asstr()[:].tolist())


def _reps(group: Group) -> tuple[Rep, ...]:
    columns: dict[str, list[Any]] = {name: group[name][:].tolist() for name in REP_COUNTS + REP_MOMENTS}
    columns |= {name: [None if np.isnan(x) else x for x in group[name][:].tolist()] for name in REP_FIGURES}
    columns["confidence"] = group["confidence"][:].tolist()
    columns["is_partial"] = [bool(flag) for flag in group["is_partial"][:]]
    columns["side"] = list(_texts(group["side"]))
    columns["partial_reason"] = [text or None for text in _texts(group["partial_reason"])]
    return tuple(Rep(**dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True))
