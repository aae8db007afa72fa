"""Exported files enter; what others' readers say of them leaves, in lines to be printed."""

from __future__ import annotations

import importlib
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

MARKER, ANGLE = "RHip", "knee_angle_r"
TABS: Mapping[str, Any] = {"pandas_kwargs": {"sep": "\t"}}


@dataclass(frozen=True, kw_only=True)
class Files:
    """The exported files of one clip."""

    trc: Path
    mot: Path
    c3d: Path


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a reader said, line by line; is_refused: it is there, and would not have a file."""

    lines: tuple[str, ...]
    is_refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A package of somebody else's, and how to ask it."""

    module: str
    ask: Callable[[Any, Files], Iterator[str]]


def told_by(reader: Reader, files: Files) -> Told:
    """What this reader says; that it is not tried when nobody installed it."""
    with _aside(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            package = importlib.import_module(reader.module)
        except ImportError:
            return Told(lines=("not installed: not tried",))
        lines: list[str] = []
        try:
            lines.extend(reader.ask(package, files))
        except Exception as error:  # noqa: BLE001 - whatever it objects to is what is asked here
            return Told(lines=(*lines, f"REFUSED: {type(error).__name__}: {error}"), is_refused=True)
        return Told(lines=tuple(lines))


@contextmanager
def _aside() -> Iterator[None]:
    """Work elsewhere: OpenSim leaves a log wherever it is."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)


def _opensim(opensim: Any, files: Files) -> Iterator[str]:
    markers = opensim.TimeSeriesTableVec3(str(files.trc))
    times = markers.getIndependentColumn()
    names = list(markers.getColumnLabels())
    place = markers.getRowAtIndex(0)[names.index(MARKER)]
    said = {key: markers.getTableMetaDataString(key) for key in ("DataRate", "Units")}
    yield f".trc  TimeSeriesTableVec3: {markers.getNumRows()} rows, {times[0]:.3f} to {times[-1]:.3f} s, {said}"
    yield f"      {', '.join(names)}"
    yield f"      {MARKER} at first: {place[0]:.4f} {place[1]:.4f} {place[2]:.4f} (x ahead, y up, z right)"
    data = opensim.MarkerData(str(files.trc))
    unit = data.getUnits().getLabel()
    yield f".trc  MarkerData: {data.getNumFrames()} frames, {data.getNumMarkers()} markers in {unit}"
    angles = opensim.TimeSeriesTable(str(files.mot))
    knee = angles.getDependentColumn(ANGLE)
    values = [knee[i] for i in range(angles.getNumRows())]
    yield f".mot  TimeSeriesTable: {angles.getNumRows()} rows, {', '.join(angles.getColumnLabels())}"
    yield f"      {ANGLE} {min(values):.1f} to {max(values):.1f}; made by {_made_by(angles)}"
    storage = opensim.Storage(str(files.mot))
    unit = "degrees" if storage.isInDegrees() else "radians"
    first, last = storage.getFirstTime(), storage.getLastTime()
    yield f".mot  Storage: {storage.getSize()} rows in {unit}, {first:.3f} to {last:.3f} s"


def _made_by(table: Any) -> str:
    return f"lookfeel {table.getTableMetaDataString('lookfeel_version')}"


def _trc_data_reader(trc: Any, files: Files) -> Iterator[str]:
    data = trc.TRCData()
    data.load(str(files.trc))
    yield f".trc  {data['NumFrames']} frames, {data['NumMarkers']} markers in {data['Units']} at {data['DataRate']} Hz"
    yield f"      {MARKER} at first: {data[MARKER][0]}"


def _pyomeca(pyomeca: Any, files: Files) -> Iterator[str]:
    markers = pyomeca.Markers.from_trc(files.trc, **TABS)
    yield f".trc  {markers.sizes['time']} frames at {markers.attrs['rate']:g} Hz, {', '.join(markers.channel.values)}"
    angles = pyomeca.Analogs.from_mot(files.mot, **TABS).sel(channel=ANGLE).values
    yield f".mot  {len(angles)} rows, {ANGLE} {angles.min():.1f} to {angles.max():.1f}"
    points = pyomeca.Markers.from_c3d(files.c3d)
    yield f".c3d  {points.sizes['channel']} points, {points.sizes['time']} frames, {points.attrs}"


def _ezc3d(ezc3d: Any, files: Files) -> Iterator[str]:
    file = ezc3d.c3d(str(files.c3d))
    point, made_by = _values(file, "POINT"), _values(file, "LOOKFEEL")
    values, residual = file["data"]["points"], file["data"]["meta_points"]["residuals"]
    angle = values[0, point["LABELS"].index(ANGLE)]
    yield f".c3d  {values.shape[1]} points, {values.shape[2]} frames at {point['RATE'][0]:g} Hz in {point['UNITS'][0]}"
    yield f"      of the type {point['TYPE_GROUPS'][0]}: {', '.join(point['ANGLES'])}"
    yield f"      {ANGLE} {np.nanmin(angle):.1f} to {np.nanmax(angle):.1f} {point['ANGLE_UNITS'][0]}"
    yield f"      residuals {residual.min():g} to {residual.max():g}, {int((residual < 0).sum())} points unknown"
    event = _values(file, "EVENT") if "EVENT" in file["parameters"] else {"LABELS": []}
    for at, label in enumerate(event["LABELS"]):
        minutes, seconds = event["TIMES"][:, at]
        yield f"      {minutes:.0f} min {seconds:6.3f} s {event['CONTEXTS'][at]}: {label}, {event['DESCRIPTIONS'][at]}"
    yield f"      LOOKFEEL: {', '.join(made_by)}"


def _values(file: Any, group: str) -> dict[str, Any]:
    return {name: said["value"] for name, said in file["parameters"][group].items() if name != "__METADATA__"}


def _c3d(c3d: Any, files: Files) -> Iterator[str]:
    with files.c3d.open("rb") as stream:
        reader = c3d.Reader(stream)
        frames = [points for _, points, _ in reader.read_frames()]
    labels = [label.strip() for label in reader.point_labels]
    yield f".c3d  {len(labels)} points, {len(frames)} frames at {reader.point_rate:g} Hz"
    yield f"      {MARKER} at first: {frames[0][labels.index(MARKER), :3].round(1)} mm"


def _kinetics_toolkit(ktk: Any, files: Files) -> Iterator[str]:
    read = ktk.read_c3d(str(files.c3d), convert_point_unit=False)
    points = read["Points"]
    yield f".c3d  {len(points.data)} points, {len(points.time)} frames, {len(points.events)} events"
    for event in points.events[:3]:
        yield f"      event {event.time:.3f} s: {event.name}"


READERS: Mapping[str, Reader] = {
    "opensim": Reader(module="opensim", ask=_opensim),
    "trc-data-reader": Reader(module="trc", ask=_trc_data_reader),
    "pyomeca": Reader(module="pyomeca", ask=_pyomeca),
    "ezc3d": Reader(module="ezc3d", ask=_ezc3d),
    "c3d": Reader(module="c3d", ask=_c3d),
    "kineticstoolkit": Reader(module="kineticstoolkit", ask=_kinetics_toolkit),
}
"""By their names on the package index."""
