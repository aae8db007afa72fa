"""True and found repetitions enter; which belong together leaves."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.accuracy.truth import Window

NEAR_S = 0.4
"""Movement time between two bottoms that are of one repetition whatever their ends. Chosen by us: half of the shortest
repetition."""


def match_reps(true: Sequence[Window], found: Sequence[Window], *, slowmo: float = 1.0) -> dict[int, int]:
    """Index of the found repetition for each true one that has one; each is used once, nearest bottoms first.

    Two belong together when their bottoms are within NEAR_S or each holds the other's bottom.
    """
    pairs = sorted(
        (abs(a.bottom_s - b.bottom_s), i, j)
        for i, a in enumerate(true)
        for j, b in enumerate(found)
        if _belongs(a, b, NEAR_S * slowmo)
    )
    matched: dict[int, int] = {}
    for _, i, j in pairs:
        if i not in matched and j not in matched.values():
            matched[i] = j
    return matched


def _belongs(a: Window, b: Window, near_s: float) -> bool:
    is_inside = a.start_s <= b.bottom_s <= a.end_s and b.start_s <= a.bottom_s <= b.end_s
    return abs(a.bottom_s - b.bottom_s) <= near_s or is_inside
