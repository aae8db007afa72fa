"""Raw keypoints of one person enter; the same, without swaps, jumps, short gaps and jitter, leave. NaN stays NaN."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookfeel.monotone import monotone_cubic
from lookfeel.tracks.lowpass import low_pass
from lookfeel.types import BoolArray, FloatArray, Skeleton
from lookfeel.windows import window_median

CUTOFF_HZ = 6.0  # Butterworth, zero lag: SCIENCE of squat kinematics uses 6 Hz at >= 30 frames a second
MAX_FILL_S = 0.3  # a longer gap is a real absence: a fast squat passes half its depth in it (chosen by us)
OUTSIDE_MARGIN = 0.01  # of the picture's size: a point further out was guessed, not seen
JUMP_WINDOW_S = 0.35  # short against a descent, long against a flicker
JUMP_MADS = 5.0
JUMP_FLOOR_TORSOS = 0.12  # never call less than this a jump: 6 cm
MAX_GRID_SHARE = 4  # even steps for each frame at most: a burst of time stamps must not ask for all memory
SWAP_PRIOR = 0.02  # torso lengths a frame by which a swap must be better; keeps still legs from flipping

LEG_JOINTS = ("hip", "knee", "ankle", "heel", "toe")


def blank_outside(xy_px: FloatArray, *, width_px: int, height_px: int) -> FloatArray:
    """(T, K, 2) with points outside the picture as NaN: the network guesses them."""
    margin = OUTSIDE_MARGIN * max(width_px, height_px)
    x, y = xy_px[..., 0], xy_px[..., 1]
    with np.errstate(invalid="ignore"):
        is_out = (x < -margin) | (x > width_px + margin) | (y < -margin) | (y > height_px + margin)
    return np.where(is_out[..., None], np.nan, xy_px)


def unswap_sides(
    xy_px: FloatArray, world_m: FloatArray, confidence: FloatArray, *, skeleton: Skeleton
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Undo frames in which left and right changed places, legs and upper body apart.

    The cheapest path through two states (as given, swapped) where a step costs how far the keypoints move; most frames
    are taken to be right. Arrays are (T, K, 2), (T, K, 3), (T, K).
    """
    mirror = np.array(skeleton.mirrored())
    legs = np.array([name.split("_")[-1] in LEG_JOINTS for name in skeleton.keypoints])
    order = np.tile(np.arange(len(mirror)), (len(xy_px), 1))
    for group in (legs, ~legs):
        is_swapped = _swapped_frames(xy_px[:, group], xy_px[:, mirror][:, group])
        order[np.ix_(is_swapped, group)] = mirror[group]
    rows = np.arange(len(xy_px))[:, None]
    return xy_px[rows, order], world_m[rows, order], confidence[rows, order]


def _swapped_frames(given: FloatArray, swapped: FloatArray) -> BoolArray:
    """(T,) true where the swapped reading makes the smoother path; given and swapped are (T, G, 2)."""
    is_seen: BoolArray = np.any(np.isfinite(given).all(axis=2), axis=1)
    rows = np.flatnonzero(is_seen)
    result = np.zeros(len(given), dtype=bool)
    if len(rows) < 3:
        return result
    states = np.stack([given[rows], swapped[rows]])  # (2, R, G, 2)
    spread = np.nanmedian(np.linalg.norm(np.nanmax(given[rows], axis=1) - np.nanmin(given[rows], axis=1), axis=1))
    spread = max(float(spread), 1.0)  # all points in one pixel
    step = np.linalg.norm(states[:, None, 1:] - states[None, :, :-1], axis=-1)  # (to, from, R-1, G)
    moved = np.nan_to_num(np.nansum(np.minimum(step / spread, 0.5), axis=-1)) / given.shape[1]
    result[rows] = _cheapest(moved, extra=SWAP_PRIOR)
    return ~result if result[rows].mean() > 0.5 else result


def _cheapest(moved: FloatArray, *, extra: float) -> BoolArray:
    """Viterbi over two states; moved is (to, from, R-1), `extra` the cost of being in state 1 for a frame."""
    n = moved.shape[2] + 1
    cost = np.zeros((n, 2))
    back = np.zeros((n, 2), dtype=np.int64)
    cost[0] = 0.0, extra
    for i in range(1, n):
        total = cost[i - 1][None, :] + moved[:, :, i - 1]
        back[i] = total.argmin(axis=1)
        cost[i] = total.min(axis=1) + np.array((0.0, extra))
    state = np.zeros(n, dtype=np.int64)
    state[-1] = int(cost[-1].argmin())
    for i in range(n - 1, 0, -1):
        state[i - 1] = back[i, state[i]]
    return state.astype(bool)


def reject_jumps(xy_px: FloatArray, time_s: FloatArray, *, size_px: float) -> FloatArray:
    """(T, K, 2) with points far from the median of their neighbours in time as NaN (Hampel's test)."""
    width = _frames(JUMP_WINDOW_S, time_s)
    if width < 3:
        return xy_px
    held = _linear(xy_px, time_s)
    middle = window_median(held, width)
    off = np.linalg.norm(held - middle, axis=2)
    scatter = 1.4826 * window_median(off, 2 * width + 1)
    with np.errstate(invalid="ignore"):
        is_jump = off > np.maximum(JUMP_MADS * scatter, JUMP_FLOOR_TORSOS * size_px)
    return np.where(is_jump[..., None], np.nan, xy_px)


def _frames(width_s: float, time_s: FloatArray) -> int:
    """Odd number of frames that spans a time, at the clip's median rate; never more than the clip has."""
    return 2 * int(min(0.5 * width_s / float(np.median(np.diff(time_s))), 0.5 * len(time_s))) + 1


def _linear(values: FloatArray, time_s: FloatArray) -> FloatArray:
    """Every series joined by straight lines over its NaN, constant at the ends; 0 where a series has no value."""
    flat = values.reshape(len(values), -1).copy()
    for column in flat.T:
        is_good = np.isfinite(column)
        column[~is_good] = np.interp(time_s[~is_good], time_s[is_good], column[is_good]) if is_good.any() else 0.0
    return flat.reshape(values.shape)


def fill_short_gaps(values: FloatArray, time_s: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Fill inner gaps of up to MAX_FILL_S by monotone cubics. (T, K, D) -> the same and (T, K) true where filled."""
    result = values.copy()
    was_filled = np.zeros(values.shape[:2], dtype=bool)
    for k in range(values.shape[1]):
        is_good: BoolArray = np.asarray(np.isfinite(values[:, k]).all(axis=1))
        result[~is_good, k] = np.nan
        gaps = _short_gaps(is_good, time_s)
        if gaps.any():
            result[gaps, k] = monotone_cubic(time_s[is_good], values[is_good, k], time_s[gaps])
            was_filled[gaps, k] = True
    return result, was_filled


def fill_confidence(confidence: FloatArray, was_filled: BoolArray, time_s: FloatArray) -> FloatArray:
    """(T, K) with straight lines over what was filled where nobody was found.

    Between two that are seen a point is known about as well as they, and `was_filled` says that it was not looked at.
    Where somebody was found and a point was thrown out, the network's own word stays.
    """
    result = confidence.copy()
    for k in range(confidence.shape[1]):
        lost = was_filled[:, k] & (confidence[:, k] == 0.0)
        if lost.any():
            result[lost, k] = np.interp(time_s[lost], time_s[~lost], confidence[~lost, k])
    return result


def _short_gaps(is_good: BoolArray, time_s: FloatArray) -> BoolArray:
    fill = np.zeros(len(is_good), dtype=bool)
    good = np.flatnonzero(is_good)
    for before, after in pairwise(good):
        if after - before > 1 and time_s[after] - time_s[before] <= MAX_FILL_S:
            fill[before + 1 : after] = True
    return fill


def smooth(values: FloatArray, time_s: FloatArray, *, cutoff_hz: float = CUTOFF_HZ) -> FloatArray:
    """Zero-lag low-pass of every series, run by run between NaN, on an even grid so that variable rates are right.

    A second-order Butterworth forth and back; its cut-off is raised by 1/0.802 so that both passes together lose
    3 dB at `cutoff_hz` (Winter 2009). (T, K, D) -> (T, K, D).
    """
    alike: dict[tuple[int, int], list[int]] = defaultdict(list)  # keypoints by first frame seen and first not seen
    for k in range(values.shape[1]):
        for run in _runs(np.asarray(np.isfinite(values[:, k]).all(axis=1))):
            alike[run.start, run.stop].append(k)
    result = values.copy()
    for (start, stop), together in alike.items():
        series = values[start:stop, together].reshape(stop - start, -1)
        smoothed = _smooth_run(series, time_s[start:stop], cutoff_hz)
        result[start:stop, together] = smoothed.reshape(stop - start, len(together), -1)
    return result


def _runs(is_good: BoolArray) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], is_good.astype(np.int8), [0]))))
    return [slice(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _smooth_run(values: FloatArray, time_s: FloatArray, cutoff_hz: float) -> FloatArray:
    if len(time_s) < 8:
        return values
    dt = float(np.median(np.diff(time_s)))
    n_even = min(max(8, round((time_s[-1] - time_s[0]) / dt) + 1), MAX_GRID_SHARE * len(time_s))
    grid = np.linspace(time_s[0], time_s[-1], n_even)
    rate = (len(grid) - 1) / (grid[-1] - grid[0])
    even: NDArray[Any] = np.stack([np.interp(grid, time_s, column) for column in values.T], axis=1)
    even = low_pass(even, cutoff=min(cutoff_hz / 0.802 / rate, 0.45), n_pad=min(len(grid) - 1, int(rate)))
    return np.stack([np.interp(time_s, grid, column) for column in even.T], axis=1)
