"""A track and a body enter; the signals that installed packages add leave, and what repetitions say by them.

A package adds a signal under the entry point group `lookfeel.signals`: a name that ends in a unit, such as
`wrist_lift_ratio`, and a function of track and body that gives values and standard deviations, (T,) each, NaN where the
view does not show it. Every repetition then has `wrist_lift_bottom_ratio`, `wrist_lift_max_ratio` and
`wrist_lift_min_ratio`, by which a rubric may judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points

import numpy as np

from lookfeel.errors import ConfigError
from lookfeel.kinematics.readings import Answer, RepSignals
from lookfeel.kinematics.views import RULES
from lookfeel.types import BodyMotion, FloatArray, PoseTrack, unit_of

ENTRY_POINT_GROUP = "lookfeel.signals"

SignalFunction = Callable[[PoseTrack, BodyMotion], tuple[FloatArray, FloatArray]]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_READINGS = ("bottom", "max", "min")


def installed_signals() -> dict[str, str]:
    """Name of each added signal -> package and version that bring it, in order of names.

    Raises
        ConfigError: a name is no signal's, or brought twice.
    """
    points = _points()
    return {name: _package(points[name]) for name in sorted(points)}


def own_signals(track: PoseTrack, body: BodyMotion) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Values and standard deviations of every added signal.

    Raises
        ConfigError: a package cannot be asked, or gives something else.
    """
    return {name: _asked(point, track, body) for name, point in sorted(_points().items())}


def own_metric_names(signal: str) -> tuple[str, ...]:
    """Figures that each repetition gets of an added signal: 'a_deg' -> 'a_bottom_deg', 'a_max_deg', 'a_min_deg'."""
    stem, _, unit = signal.rpartition("_")
    return tuple(f"{stem}_{reading}_{unit}" for reading in _READINGS)


def is_own(signal: str) -> bool:
    """Whether a signal is none of this program's."""
    plain = signal.replace("_left", "").replace("_right", "")
    return not any(plain.startswith(key) for key in RULES)


def own_answers(read: RepSignals) -> dict[str, Answer]:
    """What one repetition says by the added signals: at the bottom, and the highest and lowest on the way."""
    found: dict[str, Answer] = {}
    for name in filter(is_own, read.signals.values):
        answers = (read.at_bottom(name), read.peak(name, of=np.positive), read.peak(name, of=np.negative))
        found |= dict(zip(own_metric_names(name), answers, strict=True))
    return found


def _points() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        where = f"signal {point.name!r} of {_package(point)}"
        if not _NAME.fullmatch(point.name) or not is_own(point.name):
            raise ConfigError(f"{where}: its name is not lower case, or begins like one of this program's signals")
        try:
            unit_of(point.name)
        except ValueError as error:
            raise ConfigError(f"{where}: {error}") from error
        if point.name in found:
            raise ConfigError(f"{where}: {_package(found[point.name])} brings it too", hint="Uninstall one of them.")
        found[point.name] = point
    return found


def _package(point: EntryPoint) -> str:
    return "?" if point.dist is None else f"{point.dist.name} {point.dist.version}"


def _asked(point: EntryPoint, track: PoseTrack, body: BodyMotion) -> tuple[FloatArray, FloatArray]:
    where = f"signal {point.name!r} of {_package(point)}"
    try:
        function: SignalFunction = point.load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{where}: {error}", hint="Repair that package, or uninstall it.") from error
    values, sd = (np.asarray(row, dtype=np.float64) for row in function(track, body))
    if values.shape != track.time_s.shape or sd.shape != track.time_s.shape:
        want = track.time_s.shape
        raise ConfigError(f"{where}: gives shapes {values.shape} and {sd.shape}, values and SD of {want} are wanted")
    if (sd < 0).any():
        raise ConfigError(f"{where}: gives a negative SD")
    return values, sd
