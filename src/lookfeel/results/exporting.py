"""Results that were found enter; files of the wanted formats leave, and a list of them with what made each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lookfeel.atomic import write_whole
from lookfeel.errors import InputError, InvalidValue
from lookfeel.export import Motion, Points, write_c3d, write_mot, write_motion, write_trc
from lookfeel.measures import SIGNALS
from lookfeel.report import ReportDocument
from lookfeel.report.document import DECIMALS
from lookfeel.results.finding import FoundResults, read_clip
from lookfeel.results.folder import ExportFolder
from lookfeel.tables import REP_COLUMNS, SET_COLUMNS, csv_bytes, parquet_bytes, signal_columns
from lookfeel.types import FloatArray, unit_of

CLIP_FORM = 1
"""Of the JSON of one clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One clip, read, on its way into files. name: of its results."""

    name: str
    document: ReportDocument
    motion: Motion
    points: Points


Write = Callable[[Clip, Path], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """files: in the order in which they were written. skipped: file, or clip, that could not be written, and why."""

    files: tuple[Path, ...]
    skipped: tuple[tuple[str, InputError], ...]


def export_results(
    found: FoundResults, folder: str | Path, *, formats: Sequence[str], points: Points = "both"
) -> Exported:
    """Write the files of every format into `folder`; a file that is not an export of ours is never overwritten.

    A clip that cannot be written in a form, such as one without a body in metres, is skipped and told; the others are
    written.

    Parameters
        formats: names of FORMATS. points: which points netCDF and JSON hold; the marker files hold the joints.
    Raises
        InvalidValue: an unknown format, or a file of another origin is in the way. StoreError: the disk refused.
    """
    wanted = _formats(formats)
    per_clip = {f"{{}}{end}": write for format_ in wanted for end, write in FORMATS[format_].items()}
    tables = [name for format_ in wanted if format_ in TABLE_FORMATS for name in (f"sets.{format_}", f"reps.{format_}")]
    names = [pattern.format(clip.name) for clip in found.clips for pattern in per_clip]
    made_by: dict[str, Mapping[str, str]] = {}
    skipped: list[tuple[str, InputError]] = []
    with ExportFolder(Path(folder), [*names, *tables]) as out:
        for result in found.clips:
            try:
                document, motion = read_clip(result)
            except InputError as error:
                skipped.append((result.name, error))
                continue
            made_by[result.name] = motion.provenance
            clip = Clip(name=result.name, document=document, motion=motion, points=points)
            skipped += _put_clip(out, clip, per_clip)
        for name in tables:
            out.put(name, _table_writer(name, found, made_by), clips=list(made_by))
        out.close_list(made_by)
    return Exported(files=tuple(out.folder / name for name in out.written), skipped=tuple(skipped))


def _put_clip(out: ExportFolder, clip: Clip, per_clip: Mapping[str, Write]) -> list[tuple[str, InputError]]:
    """Write the files of one clip; those that could not be made, and why."""
    skipped = []
    for pattern, write in per_clip.items():
        name = pattern.format(clip.name)
        try:
            out.put(name, _writer(write, clip), clips=[clip.name])
        except InputError as error:
            skipped.append((name, error))
    return skipped


def _formats(names: Sequence[str]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        what = f"there is no format {unknown[0]!r}" if unknown else "no format was named"
        raise InvalidValue(what, hint=f"Give --format with one of {', '.join(FORMATS)}; repeat it for several.")
    return tuple(dict.fromkeys(names))


def _writer(write: Write, clip: Clip) -> Callable[[Path], object]:
    return lambda path: write(clip, path)


def _table_writer(name: str, found: FoundResults, made_by: Mapping[str, Mapping[str, str]]) -> Callable[[Path], object]:
    table, _, format_ = name.partition(".")
    columns, rows = (SET_COLUMNS, found.sets) if table == "sets" else (REP_COLUMNS, found.reps)
    if format_ == "csv":
        return lambda path: write_whole(path, csv_bytes(columns, rows))
    metadata = {"lookfeel_table": table, **_together(made_by.values())}
    return lambda path: write_whole(path, parquet_bytes(columns, rows, metadata))


def _together(made_by: Any) -> dict[str, str]:
    """What made several clips, each different text once; the videos are told in a column of their own."""
    found: dict[str, dict[str, None]] = {}
    for provenance in made_by:
        for name, text in provenance.items():
            found.setdefault(name, {})[text] = None
    return {name: ",".join(texts) for name, texts in found.items() if "video" not in name}


def _write_signals_csv(clip: Clip, path: Path) -> None:
    write_whole(path, csv_bytes(signal_columns(tuple(clip.motion.signals)), _signal_rows(clip.motion)))


def _write_signals_parquet(clip: Clip, path: Path) -> None:
    columns, rows = signal_columns(tuple(clip.motion.signals)), list(_signal_rows(clip.motion))
    write_whole(path, parquet_bytes(columns, rows, {"lookfeel_table": "signals", **clip.motion.provenance}))


def _signal_rows(motion: Motion) -> Iterator[dict[str, Any]]:
    """A row a frame; what is not known is None."""
    series = {"time_s": motion.time_s, **motion.signals}
    series |= {f"{name}_sd": values for name, values in motion.signals_sd.items()}
    cells = zip(*(_numbers(values) for values in series.values()), strict=True)
    return ({"frame": frame, **dict(zip(series, row, strict=True))} for frame, row in enumerate(cells))


def _write_json(clip: Clip, path: Path) -> None:
    text = json.dumps(_clip_json(clip), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    write_whole(path, (text + "\n").encode("utf-8"))


def _clip_json(clip: Clip) -> dict[str, Any]:
    motion = clip.motion
    content: dict[str, Any] = {
        "form": CLIP_FORM,
        "provenance": dict(motion.provenance),
        "report": clip.document.model_dump(mode="json"),
        "time_s": _numbers(motion.time_s),
        "signals": {
            name: {
                "unit": unit_of(name),
                "description": SIGNALS.get(name),
                "values": _numbers(values),
                "sd": _numbers(motion.signals_sd[name]),
            }
            for name, values in motion.signals.items()
        },
    }
    if clip.points != "joints":
        content["points"] = _points_json(motion, clip.points)
    if clip.points in ("joints", "both"):
        content["joints"] = {
            "names": motion.joints,
            "position_m": _numbers(motion.joints_m),
            "position_sd_m": _numbers(motion.joints_sd_m),
        }
    return content


def _points_json(motion: Motion, points: Points) -> dict[str, Any]:
    found: dict[str, Any] = {"keypoints": motion.keypoints, "edges": motion.edges}
    if points != "filtered":
        found["raw"] = {"position_px": _numbers(motion.raw_px), "confidence": _numbers(motion.raw_confidence)}
    if points != "raw":
        found["filtered"] = {
            "position_px": _numbers(motion.filtered_px),
            "confidence": _numbers(motion.confidence),
            "was_filled": motion.was_filled.tolist(),
        }
    return found


def _numbers(values: FloatArray) -> list[Any]:
    """Nested lists of numbers as files have them; None for what is not known."""
    cells = (np.round(values, DECIMALS) + 0.0).astype(object)
    cells[~np.isfinite(values)] = None
    numbers: list[Any] = cells.tolist()
    return numbers


TABLE_FORMATS = ("csv", "parquet")
"""Formats with tables of all clips, sets and reps, beside a table over time of each clip."""

FORMATS: Mapping[str, Mapping[str, Write]] = {
    "csv": {".signals.csv": _write_signals_csv},
    "parquet": {".signals.parquet": _write_signals_parquet},
    "netcdf": {".nc": lambda clip, path: write_motion(clip.motion, path, points=clip.points)},
    "trc": {".trc": lambda clip, path: write_trc(clip.motion, path)},
    "mot": {".mot": lambda clip, path: write_mot(clip.motion, path)},
    "c3d": {".c3d": lambda clip, path: write_c3d(clip.motion, path)},
    "json": {".json": _write_json},
}
"""Files of one clip by format: the end of the name, and what writes it."""
