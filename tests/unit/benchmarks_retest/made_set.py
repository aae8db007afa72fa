"""Made-up reports of a front squat with the figures that a test asks for, judged by the program's own rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from report_factory import front_squat

from lookfeel.exercises import load_exercise
from lookfeel.looks import assess_rep, assess_set
from lookfeel.types import CameraView, Metric, Rep, RepMetrics, SetReport, unit_of

FIGURES: Mapping[str, tuple[float, float]] = {
    "knee_over_foot_left_m": (0.010, 0.010),
    "knee_over_foot_right_m": (0.000, 0.010),
    "kasr_min_ratio": (1.0, 0.05),
    "kasr_drop_ratio": (0.02, 0.04),
    "hip_shift_ratio": (0.02, 0.02),
    "trunk_lateral_lean_deg": (2.0, 1.0),
    "hip_line_tilt_deg": (2.0, 3.0),
}
REP_S = 2.0
FRONT = CameraView(name="front", yaw_deg=4.0, yaw_sd_deg=6.0, confidence=0.9)


def report(
    starts_s: Sequence[float],
    *,
    figures: Mapping[str, float] | None = None,
    length_s: float = 12.0,
    view: CameraView = FRONT,
    n_partial: int = 0,
) -> SetReport:
    """A set with a rep of two seconds from each start; figures: values other than the usual, of every rep. The last
    n_partial reps are not whole."""
    time_s = np.arange(round(30 * length_s)) / 30.0
    n_whole = len(starts_s) - n_partial
    reps = tuple(_rep(i + 1, start_s, is_partial=i >= n_whole) for i, start_s in enumerate(starts_s))
    metrics = tuple(RepMetrics(rep_index=rep.index, metrics=_metrics(figures or {})) for rep in reps)
    spec = load_exercise("squat")
    looks = tuple(assess_rep(m, rep, spec, view, time_s=time_s) for m, rep in zip(metrics, reps, strict=True))
    base = front_squat()
    return replace(
        base,
        decode=replace(base.decode, duration_s=length_s, median_fps=30.0),
        track=replace(base.track, view=view),
        reps=reps,
        rep_metrics=metrics,
        rep_looks=looks,
        looks=assess_set(looks, spec=spec),
    )


def _rep(number: int, start_s: float, *, is_partial: bool) -> Rep:
    start = round(30 * start_s)
    return Rep(
        index=number,
        start=start,
        bottom_start=start + 30,
        bottom=start + 30,
        ascent_start=start + 30,
        end=start + 60,
        start_s=start_s,
        bottom_s=start_s + 0.5 * REP_S,
        end_s=start_s + REP_S,
        side="both",
        is_partial=is_partial,
        partial_reason="cut" if is_partial else None,
        eccentric_s=1.0,
        bottom_pause_s=0.0,
        concentric_s=1.0,
        top_pause_s=None,
        confidence=0.9,
    )


def _metrics(changed: Mapping[str, float]) -> dict[str, Metric]:
    values = {name: (changed.get(name, value), sd) for name, (value, sd) in FIGURES.items()}
    return {name: Metric(value=v, sd=sd, unit=unit_of(name), status="ok", frame=40) for name, (v, sd) in values.items()}
