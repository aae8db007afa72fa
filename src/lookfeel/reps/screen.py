"""Dips with their postures enter; for each, the reason why it is no repetition, or None, leaves."""

import numpy as np

from lookfeel.reps.dips import Dip
from lookfeel.reps.posture import Posture
from lookfeel.types import FloatArray

MAX_MOVING = 0.35  # of the deeper half: the feet of a rep stand there, a walker's never do both (chosen by us)
STRIDE_MPS = 1.0  # a walker's foot passes it with each step, which may be over at the lowest point (chosen by us)
STRIDE_S = 0.6  # and its deeper half is over sooner; a lunge steps as fast, but stays down longer (chosen by us)
PART_MOVING = 0.15  # of a part, when no whole one is seen: too little else is known of it (chosen by us)
ALL_MOVING = 0.75  # however flat the thighs seem
MIN_DEEP_S = 0.22  # in the lower half of the way: repetitions of half a second and more
MAX_BACK_DEG = -25.0  # nobody keeps the balance in a squat leaning back like this
DEEP_DEG = 40.0  # no walker's thigh is this flat, so moving feet are a bad picture of planted ones
MAX_STEEP_DEG = 65.0  # thighs this steep and shanks at 25 degrees do not lower the hips by the least travel
MIN_KNEE_DEG = 35.0
MAX_BOW_DEG = 65.0  # a trunk this low over thighs that are not flat bends down to the floor
# Signs that a dip is of another kind than the rest (chosen by us). Two together drop a whole one; one drops a
# part, which is not counted anyway and is more often a walk-in or a hand on the phone.
TRAVEL_RANGE = (0.65, 1.6)  # of the others' typical travel
LEAN_APART_DEG = 25.0
THIGH_APART_DEG = 25.0
LONELY_FACTOR, LONELY_EXTRA_S = 1.5, 1.5  # further from its nearest neighbour than this times their usual distance


WALKING = "the feet are moving, which is walking and not a repetition"


def is_deep(posture: Posture, *, most_moving: float) -> bool:
    """Whether a thigh is as flat as no walker's while the feet stand, but for this share of the deeper half."""
    return bool(np.fmin(posture.thigh_left, posture.thigh_right) <= DEEP_DEG and posture.moving <= most_moving)


def is_all_walking(reasons: list[str | None], seen: list[tuple[Dip, Posture]]) -> bool:
    """Whether a clip is of somebody on the move: most dips are walking, and none of the others is deep."""
    others = [posture for reason, (_, posture) in zip(reasons, seen, strict=True) if reason is None]
    return reasons.count(WALKING) > len(others) and not any(is_deep(one, most_moving=MAX_MOVING) for one in others)


def not_a_rep(i: int, seen: list[tuple[Dip, Posture]], time_s: FloatArray) -> str | None:
    """Why dip `i` is no repetition, in plain words."""
    dip, posture = seen[i]
    flatter = np.fmin(posture.thigh_left, posture.thigh_right)
    if dip.missing is None and posture.deep_s < MIN_DEEP_S:
        return "too quick to be a repetition"
    if posture.lean < MAX_BACK_DEG:
        return "the trunk seems to lean far back, so the athlete was not seen well"
    strides = posture.moving > MAX_MOVING or (posture.stride_mps > STRIDE_MPS and posture.deep_s < STRIDE_S)
    if posture.moving > ALL_MOVING or (strides and flatter > DEEP_DEG):
        return WALKING
    if flatter > MAX_STEEP_DEG or np.fmax(posture.knee_left, posture.knee_right) < MIN_KNEE_DEG:
        return "the legs hardly bend"
    if posture.lean > MAX_BOW_DEG and flatter > DEEP_DEG:
        return "the trunk bends down while the legs stay up"
    strange = _strange(i, seen, time_s)
    enough = 2 if dip.missing is None else 1
    return f"unlike the rest of the set ({', '.join(strange)})" if len(strange) >= enough else None


def _strange(i: int, seen: list[tuple[Dip, Posture]], time_s: FloatArray) -> list[str]:
    """In which ways dip `i` differs from the others; nothing with fewer than two whole others."""
    dip, posture = seen[i]
    others = [other for j, other in enumerate(seen) if j != i and other[0].missing is None]
    if len(others) < 2:
        return []
    share = dip.travel / float(np.median([other.travel for other, _ in others]))
    lean = _apart(posture.lean, [other.lean for _, other in others])
    spread = _apart(posture.thigh_difference, [other.thigh_difference for _, other in others])
    signs = {
        "less deep" if share < 1 else "deeper": dip.missing is None and not TRAVEL_RANGE[0] <= share <= TRAVEL_RANGE[1],
        "the trunk leans differently": lean > LEAN_APART_DEG,
        "the legs do different things": spread > THIGH_APART_DEG,
        "long before or after": _is_lonely(i, seen, time_s),
    }
    return [sign for sign, is_so in signs.items() if is_so]


def _apart(value: float, others: list[float]) -> float:
    """Distance from the median of the others; 0 when unknown."""
    known = [other for other in others if np.isfinite(other)]
    return abs(value - float(np.median(known))) if known and np.isfinite(value) else 0.0


def _is_lonely(i: int, seen: list[tuple[Dip, Posture]], time_s: FloatArray) -> bool:
    bottoms = np.array([time_s[dip.bottom] for dip, _ in seen])
    gaps = np.diff(np.delete(bottoms, i))
    nearest = float(np.min(np.abs(np.delete(bottoms, i) - bottoms[i])))
    return bool(nearest > LONELY_FACTOR * float(np.median(gaps)) + LONELY_EXTRA_S)
