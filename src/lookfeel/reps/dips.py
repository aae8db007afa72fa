"""A height curve enters; its dips, each a candidate repetition with what is seen on both sides of it, leave."""

from dataclasses import dataclass, replace

import numpy as np

from lookfeel.peaks import prominent_peaks
from lookfeel.types import FloatArray
from lookfeel.windows import gaussian

# Counting is relative to the set itself; judging depth is the rubric's business and uses none of these figures.
MIN_TRAVEL = 0.10  # of leg length: a quarter squat of 40 degrees of knee flexion (chosen by us)
MIN_SHARE = 0.40  # of the set's typical travel: less is a hump within a rep or a shuffle (chosen by us)
MIN_SEEN = 0.60  # of a whole rep's travel that must be seen on the way down, and on the way up, or it is partial
BLUR_S = 0.08  # blurs what is faster than about 2 Hz; the fastest squats take 0.8 s
MAX_HOLE_S = 0.5  # unseen for longer breaks the curve in two


@dataclass(frozen=True, slots=True, kw_only=True)
class Dip:
    """One dip of the hips, in frames.

    bottom: lowest. top_before, top_after: highest between it and its neighbours (or the ends of what is seen).
    travel_down, travel_up: fall and rise that are seen, in leg lengths. whole: travel that would make it whole.
    first, last: bottoms of its neighbours, or the ends of what is seen: its events lie between.
    """

    first: int
    last: int
    top_before: int
    bottom: int
    top_after: int
    travel_down: float
    travel_up: float
    whole: float

    @property
    def travel(self) -> float:
        """The larger of both ways, in leg lengths."""
        return max(self.travel_down, self.travel_up)

    @property
    def missing(self) -> str | None:
        """Which way is not seen whole: 'descent', 'ascent' or None."""
        if self.travel_down < MIN_SEEN * self.whole:
            return "descent"
        return "ascent" if self.travel_up < MIN_SEEN * self.whole else None


def seen_runs(height: FloatArray, time_s: FloatArray) -> list[slice]:
    """Stretches of the clip in which the height is known but for holes of up to MAX_HOLE_S."""
    known = np.flatnonzero(np.isfinite(height))
    if len(known) < 2:
        return []
    breaks = np.flatnonzero(np.diff(time_s[known]) > MAX_HOLE_S) + 1
    return [slice(int(run[0]), int(run[-1]) + 1) for run in np.split(known, breaks) if len(run) > 2]


def blurred(height: FloatArray, time_s: FloatArray, *, blur_s: float = BLUR_S) -> FloatArray:
    """The curve without holes, blurred by a Gaussian of `blur_s` seconds; NaN outside `seen_runs`."""
    result = np.full_like(height, np.nan)
    for run in seen_runs(height, time_s):
        known = np.isfinite(height[run])
        whole = np.interp(time_s[run], time_s[run][known], height[run][known])
        result[run] = gaussian(whole, blur_s / float(np.median(np.diff(time_s[run]))))
    return result


def find_dips(height: FloatArray, time_s: FloatArray) -> tuple[Dip, ...]:
    """Every dip that is deep enough in itself and beside the others.

    Parameters
        height: (T,) hip height over leg length from `blurred`, 1 = standing, NaN where unseen.
        time_s: (T,) seconds.
    """
    lows = [(run, low, depth) for run in seen_runs(height, time_s) for low, depth in _lows(height[run], run.start)]
    if not lows:
        return ()
    depths = np.array([depth for _, _, depth in lows])
    typical = float(np.median(depths[depths >= 0.5 * depths.max()]))
    kept = _merged(height, [(run, low) for run, low, depth in lows if depth >= MIN_SHARE * typical], typical)
    dips = [_dip(height, kept, i) for i in range(len(kept))]
    return tuple(replace(dip, whole=_whole(i, dips)) for i, dip in enumerate(dips))


def _whole(i: int, dips: list[Dip]) -> float:
    """Travel of a whole rep: this dip's longer way, but no more than the best of the others shows on both ways.

    Somebody who walks in from nearby, or is lost for a moment, seems to fall from above standing height.
    """
    others = [min(dip.travel_down, dip.travel_up) for j, dip in enumerate(dips) if j != i]
    return min(dips[i].travel, max(others)) if others and max(others) > MIN_TRAVEL else dips[i].travel


def _lows(height: FloatArray, offset: int) -> list[tuple[int, float]]:
    """Lows of one run with their depth below the higher side; the run's ends count as standing."""
    top = float(height.max())
    padded = np.concatenate(([top], height, [top]))
    found, depths = prominent_peaks(-padded, least=MIN_TRAVEL)
    return [(int(low) - 1 + offset, float(depth)) for low, depth in zip(found, depths, strict=True)]


def _merged(height: FloatArray, lows: list[tuple[slice, int]], typical: float) -> list[tuple[slice, int]]:
    """Lows with only a small hump between them are one bottom: its lower one."""
    result: list[tuple[slice, int]] = []
    for run, low in lows:
        before = result[-1][1] if result and result[-1][0] == run else None
        if before is None or _hump(height, before, low) >= MIN_SHARE * typical:
            result.append((run, low))
        elif height[low] < height[before]:
            result[-1] = (run, low)
    return result


def _hump(height: FloatArray, before: int, after: int) -> float:
    return float(height[before : after + 1].max() - max(height[before], height[after]))


def _dip(height: FloatArray, kept: list[tuple[slice, int]], i: int) -> Dip:
    run, low = kept[i]
    before = kept[i - 1][1] if i and kept[i - 1][0] == run else run.start
    after = kept[i + 1][1] if i + 1 < len(kept) and kept[i + 1][0] == run else run.stop - 1
    top_before = before + int(np.argmax(height[before : low + 1]))
    top_after = low + int(np.argmax(height[low : after + 1]))
    return Dip(
        first=before,
        last=after,
        top_before=top_before,
        bottom=low,
        top_after=top_after,
        travel_down=float(height[top_before] - height[low]),
        travel_up=float(height[top_after] - height[low]),
        whole=float(max(height[top_before], height[top_after]) - height[low]),
    )


def deep_half(dip: Dip, height: FloatArray) -> slice:
    """Frames around the bottom in which the hips are in the lower half of their way."""
    is_high = height > height[dip.bottom] + 0.5 * dip.whole
    before, after = np.flatnonzero(is_high[: dip.bottom]), np.flatnonzero(is_high[dip.bottom :])
    return slice(
        int(before[-1]) + 1 if len(before) else dip.top_before,
        dip.bottom + int(after[0]) if len(after) else dip.top_after + 1,
    )
