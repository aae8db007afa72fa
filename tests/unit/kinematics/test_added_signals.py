"""Signals that other packages add: their figures, and what is said of those that are wrong."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints
from typing import Any

import numpy as np
import pytest
from stickfigure import make_track, true_reps

from lookfeel.body import lift_body
from lookfeel.errors import ConfigError
from lookfeel.kinematics import METRIC_NAMES, measure_reps, measure_signals, metric_names
from lookfeel.types import BodyMotion, ExerciseGuess, PoseTrack, RepMetrics, TrainingContext

SQUAT = ExerciseGuess(name="squat", variant=None, confidence=1.0, was_given=True)


def ramp(track: PoseTrack, body: BodyMotion) -> Any:
    """Ten per second."""
    return 10.0 * track.time_s, np.full(len(track.time_s), 0.5)


def unseen(track: PoseTrack, body: BodyMotion) -> Any:
    return np.full(len(track.time_s), np.nan), np.full(len(track.time_s), np.nan)


def too_short(track: PoseTrack, body: BodyMotion) -> Any:
    return np.zeros(3), np.zeros(3)


def negative(track: PoseTrack, body: BodyMotion) -> Any:
    return track.time_s, -np.ones(len(track.time_s))


def add(monkeypatch: pytest.MonkeyPatch, *added: tuple[str, str]) -> None:
    points = [EntryPoint(name, f"{__name__}:{function}", "lookfeel.signals") for name, function in added]
    monkeypatch.setattr("lookfeel.kinematics.own.entry_points", lambda *, group: EntryPoints(points))


def measured() -> tuple[RepMetrics, ...]:
    track, truth = make_track()
    signals = measure_signals(track, lift_body(track))
    return measure_reps(signals, true_reps(truth), view=track.view, exercise=SQUAT, context=TrainingContext())


def test_the_list_of_figures_is_the_list_of_what_is_measured() -> None:
    assert set(METRIC_NAMES) == set(measured()[0].metrics)
    assert len(set(METRIC_NAMES)) == len(METRIC_NAMES)
    assert metric_names() == METRIC_NAMES


def test_an_added_signal_gives_figures_of_each_rep(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, ("ramp_left_count", "ramp"), ("veiled_deg", "unseen"))
    _, truth = make_track()
    for rep, found in zip(true_reps(truth), measured(), strict=True):
        figure = {name: found.metrics[f"ramp_left_{name}_count"] for name in ("bottom", "max", "min")}
        assert figure["bottom"].value == pytest.approx(10.0 * rep.bottom_s, abs=1.0)
        assert figure["min"].value == pytest.approx(10.0 * rep.start_s, abs=1.0)
        assert figure["max"].value == pytest.approx(10.0 * rep.end_s, abs=1.0)
        assert (figure["max"].sd, figure["max"].unit, figure["max"].status) == (0.5, "count", "ok")
        assert found.metrics["veiled_max_deg"].status == "not_assessable"
        assert set(found.metrics) == set(metric_names())


@pytest.mark.parametrize(
    ("name", "function", "said"),
    [
        ("ramp", "ramp", "does not end in a unit"),
        ("Ramp_deg", "ramp", "not lower case"),
        ("knee_flexion_own_deg", "ramp", "begins like one of this program's"),
        ("ramp_deg", "nothing", "'nothing'"),
        ("ramp_deg", "too_short", r"gives shapes \(3,\)"),
        ("ramp_deg", "negative", "negative SD"),
    ],
)
def test_a_wrong_signal_is_named(monkeypatch: pytest.MonkeyPatch, name: str, function: str, said: str) -> None:
    add(monkeypatch, (name, function))
    with pytest.raises(ConfigError, match=said) as caught:
        measured()
    assert f"signal {name!r}" in caught.value.message


def test_a_signal_that_two_bring_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    add(monkeypatch, ("ramp_deg", "ramp"), ("ramp_deg", "unseen"))
    with pytest.raises(ConfigError, match="brings it too"):
        metric_names()
