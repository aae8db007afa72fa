"""Samples over time of what should not grow enter; by how much it grows in an hour, and how sure that is, leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import theilslopes

from benchmarks.faults.table import Row

SETTLED_AFTER = 0.25
"""Share of the time that is not looked at: libraries are loaded and caches filled in it (chosen by us)."""

N_PIECES = 30
"""The rest is cut into so many pieces of which the medians count: a spike then counts once, and neighbouring samples do
not pass for many (chosen by us)."""

FLAT_SHARE = 0.02
"""Growth in an hour, as a share of the middle value, that is called flat whatever the spread (chosen by us: a server of
150 MB would need two days for as much again)."""

MIDDLE_SHARE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How a figure went. early, late: medians of the first and last third that were looked at; per_hour: slope of
    Theil and Sen; low, high: its 95 % interval, that of independent pieces. middle: median of all."""

    early: float
    late: float
    middle: float
    per_hour: float
    low: float
    high: float

    @property
    def is_flat(self) -> bool:
        """Whether it does not grow, or by too little to matter."""
        return self.low <= 0.0 or self.per_hour <= FLAT_SHARE * self.middle


def growth(time_s: Sequence[float], values: Sequence[float]) -> Growth:
    """How the values went, from three on."""
    first = int(SETTLED_AFTER * len(values))
    hours, rest = np.asarray(time_s[first:]) / 3600.0, np.asarray(values[first:], float)
    pieces = np.array_split(np.arange(len(rest)), min(N_PIECES, len(rest)))
    x, y = (np.array([np.median(all_of[piece]) for piece in pieces]) for all_of in (hours, rest))
    slope, _, low, high = theilslopes(y, x, MIDDLE_SHARE)
    third = max(1, len(y) // 3)
    return Growth(
        early=float(np.median(y[:third])),
        late=float(np.median(y[-third:])),
        middle=float(np.median(y)),
        per_hour=float(slope),
        low=float(low),
        high=float(high),
    )


def growth_row(name: str, time_s: Sequence[float], values: Sequence[float], *, unit: str, seed: int) -> Row:
    """One line of the table: flat, or by how much it grows."""
    if len(values) < 12:
        return Row(check=0, name=f"soak: {name}", n_tried=1, n_survived=0, figure=f"{len(values)} samples say nothing")
    seen = growth(time_s, values)
    unit = f" {unit}" if unit else ""
    figure = (
        f"{'flat' if seen.is_flat else 'grows'}: {seen.early:.4g} → {seen.late:.4g}{unit}, most {max(values):.4g}; "
    )
    figure += f"{seen.per_hour:+.2g} an hour (95 %: {seen.low:+.2g} to {seen.high:+.2g}); {len(values)} samples"
    return Row(check=0, name=f"soak: {name}", n_tried=1, n_survived=int(seen.is_flat), figure=figure, seed=seed)
