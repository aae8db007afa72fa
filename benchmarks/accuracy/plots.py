"""Rows enter; one picture a measure leaves: error around the athlete, and error against the true value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.compare import Row
from benchmarks.accuracy.measures import MEASURES, Measure
from benchmarks.accuracy.methods import METHODS, OURS, PERFECT, PICTURE, WORLD
from benchmarks.accuracy.statistics import LIMITS_Z

LOOK = {  # a colour-blind safe palette (Okabe and Ito 2008), and shapes that differ without colour
    OURS: ("#0072B2", "o"),
    PICTURE: ("#D55E00", "^"),
    WORLD: ("#E69F00", "s"),
    PERFECT: ("#009E73", "D"),
}
SHIFT_DEG = 2.6  # methods stand beside each other at one yaw
SHOWN_SHARE = (2.0, 98.0)  # percentiles of the errors that the axis holds; what lies beyond is told
MOST_OF_OURS = 6.0  # times the largest errors of ours: what the axis reaches at most
BIN_DEG = 15.0


def plot_measures(rows: Sequence[Row], folder: Path) -> list[Path]:
    """A PNG for each measure that has an answer; none where matplotlib is not installed."""
    try:
        import matplotlib
    except ImportError:
        return []
    matplotlib.use("Agg")
    paths = []
    for measure in MEASURES:
        known = [row for row in rows if row.measure == measure.name and row.error is not None]
        if known:
            paths.append(_plot(measure, known, folder / f"{measure.name}.png"))
    return paths


def _plot(measure: Measure, rows: list[Row], path: Path) -> Path:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 4.4), layout="constrained")
    by_yaw, by_truth = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    for i, method in enumerate(METHODS):
        own = [row for row in rows if row.method == method]
        if own:
            _draw_by_yaw(by_yaw, measure, method, own, shift=SHIFT_DEG * (i - 1.5))
            _draw_by_truth(by_truth, measure, method, own)
    hidden = _limit(by_yaw, measure, rows)
    unit = f", {measure.unit}" if measure.unit else ""
    by_yaw.set(xlabel="camera around the athlete, °: 0 ahead, 90 left side, 180 behind", ylabel=f"error{unit}")
    by_yaw.set_xticks(range(-180, 181, 45))
    by_truth.set(xlabel=f"true value{unit}")
    for axes in (by_yaw, by_truth):
        axes.axhline(0.0, color="0.2", linewidth=0.8, zorder=0)
        axes.grid(color="0.92")
        axes.spines[["top", "right"]].set_visible(False)
    by_yaw.legend(loc="best", fontsize=8, framealpha=0.9)
    figure.suptitle(f"{measure.title}: error of each repetition{hidden}", fontsize=11)
    figure.savefig(path, dpi=110)
    return path


def _errors(rows: list[Row], measure: Measure) -> Any:
    return np.array([row.error for row in rows], dtype=np.float64) * measure.scale


def _draw_by_yaw(axes: Any, measure: Measure, method: str, rows: list[Row], *, shift: float) -> None:
    """Mean and SD at each direction of the camera."""
    colour, mark = LOOK[method]
    place = np.round(np.array([row.yaw_deg for row in rows]) / BIN_DEG) * BIN_DEG
    errors = _errors(rows, measure)
    at = np.unique(place)
    mean = np.array([errors[place == yaw].mean() for yaw in at])
    spread = np.array([errors[place == yaw].std() for yaw in at])
    axes.errorbar(
        at + shift, mean, yerr=spread, fmt=mark, color=colour, markersize=5, capsize=2, linewidth=1.2, label=method
    )


def _draw_by_truth(axes: Any, measure: Measure, method: str, rows: list[Row]) -> None:
    """Every repetition; lines at bias and 95 % limits of agreement of ours."""
    colour, mark = LOOK[method]
    errors = _errors(rows, measure)
    truths = np.array([row.truth for row in rows]) * measure.scale
    is_ours = method == OURS
    axes.scatter(
        truths, errors, s=20 if is_ours else 14, color=colour, marker=mark, alpha=0.8 if is_ours else 0.5, linewidths=0
    )
    if is_ours and len(errors) > 1:
        bias, sd = float(errors.mean()), float(errors.std(ddof=1))
        for level, style in ((bias, "-"), (bias - LIMITS_Z * sd, "--"), (bias + LIMITS_Z * sd, "--")):
            axes.axhline(level, color=colour, linestyle=style, linewidth=1.0, alpha=0.7)


def _limit(axes: Any, measure: Measure, rows: list[Row]) -> str:
    """Set the axis so that a few wild errors do not hide the rest; told in words when any is left out."""
    errors = _errors(rows, measure)
    own = np.abs(_errors([row for row in rows if row.method in (OURS, PERFECT)], measure))
    most = MOST_OF_OURS * float(np.percentile(own, SHOWN_SHARE[1])) if len(own) else np.inf
    low, high = (float(np.clip(edge, -most, most)) for edge in np.percentile(errors, SHOWN_SHARE))
    if len(own):
        low, high = min(low, -float(own.max())), max(high, float(own.max()))
    margin = 0.08 * (high - low) or 0.1
    axes.set_ylim(low - margin, high + margin)
    n_beyond = int(((errors < low - margin) | (errors > high + margin)).sum())
    return f" ({n_beyond} of {len(errors)} beyond the axis)" if n_beyond else ""
