"""One dip and the curve of the legs' folding enter; when the athlete starts down, arrives, leaves and is up, leave."""

from dataclasses import dataclass

import numpy as np

from lookfeel.reps.dips import Dip
from lookfeel.types import BoolArray, FloatArray

MIN_SPEED = 0.08  # of the travel a second: slower is standing still (with SPEED_SHARE: the definition of "moving")
SPEED_SHARE = 0.08  # of the phase's peak speed
STEEP_SHARE = 0.25  # second speed, from which the first is extrapolated to rest
NEAR_TOP = 0.30  # of the travel: a stop further down is a hesitation, higher up it is the start
AT_TOP = 0.10  # of the travel: what is quick before the legs are last this straight is a bad picture, not the way down
NEAR_BOTTOM = 0.06  # of the travel: slower but still sinking is not yet the bottom
MIN_PAUSE_S = 0.12  # of rest, as carried on from both sides; shorter is a turning point (chosen by us)
BOTTOM_AT = 0.4  # of a pause: people mark its bottom soon after the descent has ended (chosen by us)


Phase = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Seconds. Without a pause arrive_s = bottom_s = leave_s. has_start, has_end: the rest before and after is seen."""

    start_s: float
    arrive_s: float
    bottom_s: float
    leave_s: float
    end_s: float
    has_start: bool
    has_end: bool


def find_events(dip: Dip, curve: FloatArray, time_s: FloatArray, *, near: slice) -> Events:
    """Events by speed, carried on to rest.

    Between two speeds near rest, the square root of the speed of a smooth human movement is close to a straight line
    in time (exactly so for minimum jerk); its zero is the event. A bare threshold would cut 7 % off both ends of a
    phase and turn every slow turning point into a pause.

    Parameters
        curve: (T,) falls on the way down: `fold_curve`. near: frames among which the bottom
            lies.
    """
    first, last = dip.first, dip.last
    low = int(np.clip(near.start + int(np.argmin(curve[near])), first, last))  # of a partial dip it may lie outside
    speed = np.gradient(curve, time_s)
    way_down, way_up = slice(first, low + 1), slice(low, last + 1)
    falls, rises = slice(max(0, dip.top_before - first), low - first + 1), slice(0, max(1, dip.top_after - low + 1))
    down = _phase(-speed[way_down], curve[way_down], time_s[way_down], steepest_in=falls, is_descent=True)
    up = _phase(speed[way_up], curve[way_up], time_s[way_up], steepest_in=rises, is_descent=False)
    low_s = float(time_s[low])
    start_s, arrive_s = _known(down, float(time_s[min(dip.top_before, low) if down is None else first]), low_s)
    leave_s, end_s = _known(up, low_s, float(time_s[max(dip.top_after, low) if up is None else last]))
    if leave_s - arrive_s < MIN_PAUSE_S:
        arrive_s = leave_s = 0.5 * (arrive_s + leave_s)
    bottom_s = arrive_s + BOTTOM_AT * (leave_s - arrive_s)
    return Events(
        start_s=start_s,
        arrive_s=arrive_s,
        bottom_s=bottom_s,
        leave_s=leave_s,
        end_s=end_s,
        has_start=down is not None and down[0] is not None,
        has_end=up is not None and up[1] is not None,
    )


def _known(phase: Phase | None, begin_s: float, end_s: float) -> tuple[float, float]:
    """Both ends of a phase, with the given times where it shows no rest."""
    begin, end = phase if phase is not None else (None, None)
    return begin_s if begin is None else begin, end_s if end is None else end


def _phase(
    speed: FloatArray, curve: FloatArray, time_s: FloatArray, *, steepest_in: slice, is_descent: bool
) -> Phase | None:
    """Begin and end in seconds of the movement in one way down or up; None when it is too short to tell.

    An end is None where the picture shows no rest there: the clip begins or ends in the movement.

    steepest_in: where its greatest speed is looked for; the neighbour's movement lies beyond.
    """
    if len(curve) < 4:
        return None
    top, travel = float(curve.max()), float(curve.max() - curve.min())
    moving = _between_tops(curve >= top - AT_TOP * travel, steepest_in, is_descent=is_descent)
    peak = moving.start + int(np.argmax(speed[moving]))
    slow = max(MIN_SPEED * travel, SPEED_SHARE * float(speed[peak]))
    steep = max(2.0 * slow, STEEP_SHARE * float(speed[peak]))
    if speed[peak] <= steep:
        return None
    near_top = np.asarray(curve >= top - NEAR_TOP * travel)
    near_bottom = np.asarray(curve <= top - (1.0 - NEAR_BOTTOM) * travel)
    before, after = (near_top, near_bottom) if is_descent else (near_bottom, near_top)
    begin = _rest(peak, 0, -1, speed, time_s, slow=slow, steep=steep, is_allowed=before)
    end = _rest(peak, len(curve) - 1, +1, speed, time_s, slow=slow, steep=steep, is_allowed=after)
    return begin, end


def _between_tops(is_top: BoolArray, within: slice, *, is_descent: bool) -> slice:
    """The part from the last top on, or up to the first one, in which the movement goes through."""
    tops = within.start + np.flatnonzero(is_top[within])
    if is_descent:
        return slice(int(tops[-1]) if len(tops) else within.start, within.stop)
    return slice(within.start, int(tops[0]) + 1 if len(tops) else within.stop)


def _rest(
    peak: int,
    limit: int,
    step: int,
    speed: FloatArray,
    time_s: FloatArray,
    *,
    slow: float,
    steep: float,
    is_allowed: BoolArray,
) -> float | None:
    """Time at which the movement comes to rest, looking from its peak toward `limit`; None when it does not."""
    at_slow = _crossing(peak, limit, step, speed, time_s, slow, is_allowed)
    if at_slow is None:
        return None
    frame, slow_s = at_slow
    steep_s = _last_above(frame, peak, step, speed, time_s, steep)
    ratio = np.sqrt(slow) / (np.sqrt(steep) - np.sqrt(slow))
    rest_s = slow_s + (slow_s - steep_s) * ratio
    ends = sorted((slow_s, float(time_s[limit])))
    return float(np.clip(rest_s, ends[0], ends[1]))


def _crossing(
    peak: int, limit: int, step: int, speed: FloatArray, time_s: FloatArray, level: float, is_allowed: BoolArray
) -> tuple[int, float] | None:
    """First frame and time, from the peak on, where speed falls below the level and the height allows an event."""
    for i in range(peak, limit, step):
        if speed[i + step] <= level and is_allowed[i + step]:
            return i, _between(i, i + step, speed, time_s, level) if speed[i] > level else float(time_s[i + step])
    return None


def _last_above(frame: int, peak: int, step: int, speed: FloatArray, time_s: FloatArray, level: float) -> float:
    """Time nearest to `frame`, going back toward the peak, where speed passes the higher level."""
    for i in range(frame, peak, -step):
        if speed[i] >= level:
            return _between(i, i + step, speed, time_s, level) if speed[i + step] < level else float(time_s[i])
    return float(time_s[peak])


def _between(i: int, j: int, speed: FloatArray, time_s: FloatArray, level: float) -> float:
    share = (speed[i] - level) / (speed[i] - speed[j])
    return float(time_s[i] + share * (time_s[j] - time_s[i]))
