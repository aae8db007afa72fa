"""Postures at the bottoms enter; which exercise it is, how sure that is, and each rep's working leg leave."""

import math

import numpy as np

from lookfeel.reps.posture import TOE_UP_M, Posture
from lookfeel.types import ExerciseGuess, Side

SPLIT_SLOPE = 5.0  # how sharply the difference of the thighs parts squats from lunges
SPLIT_DEG, SPLIT_TRAILING_DEG = 30.0, 12.0  # where it does: plainly, and when the other shank is that of a rear leg
TRAILING_SHANK_DEG, TRAILING_SLOPE = 54.0, 2.5  # tilt of that shank: a squat's stays below 51 degrees
FACING_LEVEL_DEG, FACING_SPLIT_DEG = 40.0, 10.0  # where it does from ahead and behind: feet level, feet apart
FACING_FOOT_M, FACING_SLOPE = 0.08, 0.012  # a foot further off stands higher in the picture; squats: below 0.05
FACING_STEP_MPS, FACING_STEP_SLOPE = 0.45, 0.05  # from there a foot this quick steps, and is not held in the air
FREE_FOOT_M, FREE_SLOPE = 0.17, 0.03  # height in the picture of the ball of a foot that is off the floor
FREE_MOVE_M, MOVE_SLOPE = (
    0.06,
    0.015,
)  # how far it rises and falls with the body; a planted rear foot stays (chosen by us)
HELD_SPLIT_DEG, HELD_SPLIT_SLOPE = 20.0, 2.5  # difference of the thighs from which one leg is held out ahead
HELD_SHANK_DEG, HELD_SHANK_SLOPE = 40.0, 4.0  # tilt of the other shank below which that leg stands (chosen by us)
STRAIGHT_APART_DEG, STRAIGHT_APART_SLOPE = 55.0, 6.0  # by which the other knee bends more than one held out straight
STRAIGHT_KNEE_DEG, STRAIGHT_KNEE_SLOPE = 32.0, 3.0  # its bend: 7 to 15 in a pistol squat, 46 where a foot is behind
STRAIGHT_THIGH_DEG, STRAIGHT_THIGH_SLOPE = 45.0, 4.0  # a straight leg whose thigh is this flat does not stand (chosen)
TOE_SLOPE = 0.01  # m; how sharply a toe above the floor parts one leg from two (chosen by us)
UNSEEN_SPLIT = 0.4  # chance of a lunge when one leg is hidden: squats are filmed more often (chosen by us)
CHAIR_BALANCE = -0.045  # centre of mass this far behind the ankles (share of stature) falls back without a chair
CHAIR_APART_DEG = 12.0  # who sits has both thighs alike
CHAIR_LEAN_GAIN_DEG = 12.0  # who sits must lean forward to get up; who slides down a wall need not
HINGE_SHARE = 0.69  # knees' fold over hips': .71 and more in real and rendered squats, .43 to .68 in deadlifts (chosen)
MIN_STEP_MPS = 0.5  # a foot that steps moves faster than this, a planted one never (chosen by us)

SAY_SQUAT = "say so: --exercise squat, or “Measure again” as one on the page."


def recognise(postures: list[Posture], *, given: str | None) -> ExerciseGuess:
    """Squat, lunge, single-leg squat, sit-to-stand or none.

    Parameters
        postures: at the bottom of every dip that looks like a repetition.
        given: the exercise's name when the user said it; it is believed.
    """
    if given is not None:
        return ExerciseGuess(name=given, variant=_variant(given, postures), confidence=1.0, was_given=True)
    if not postures:
        reason = "No squat, lunge or single-leg squat was seen."
        return ExerciseGuess(name="none", variant=None, confidence=0.9, was_given=False, reasons=(reason,))
    if _is_chair(postures):
        reason = (
            f"This looks like sitting down and standing up ({len(postures)} times), not like a squat. "
            f"If it is a box squat, {SAY_SQUAT}"
        )
        return ExerciseGuess(name="sit_to_stand", variant=None, confidence=0.8, was_given=False, reasons=(reason,))
    if _is_hinge(postures):
        reason = (
            "The hips fold much further than the knees, as in a deadlift or a swing, "
            f"which is not judged. If it is a squat, {SAY_SQUAT}"
        )
        return ExerciseGuess(name="none", variant=None, confidence=0.8, was_given=False, reasons=(reason,))
    chances = np.mean([_chances(posture) for posture in postures], axis=0)
    names = ("squat", "lunge", "single_leg_squat")
    best = int(np.argmax(chances))
    return ExerciseGuess(
        name=names[best],
        variant=_variant(names[best], postures),
        confidence=float(chances[best]),
        was_given=False,
        reasons=(_why(names[best], postures),),
    )


def working_side(posture: Posture, guess: ExerciseGuess) -> Side:
    """The leg that works: both in a squat, the front leg (flatter thigh) in a lunge, the standing leg on one leg."""
    if guess.name == "squat" or not np.isfinite(posture.thigh_difference):
        return "both"
    if guess.name == "single_leg_squat":
        if _is_leg_straight_ahead(posture) > 0.5:
            return "left" if posture.knee_left > posture.knee_right else "right"
        is_left = posture.is_left_steeper if _is_leg_held_ahead(posture) > 0.5 else not posture.is_left_higher
        return "left" if is_left else "right"
    return "left" if posture.thigh_left < posture.thigh_right else "right"


def _chances(posture: Posture) -> tuple[float, float, float]:
    """Probabilities of squat, lunge and single-leg squat by one rep."""
    is_split = _is_split(posture)
    is_held = max(_is_leg_held_ahead(posture), _is_leg_straight_ahead(posture))
    is_free = max(_is_foot_free(posture), is_held, _is_toe_up(posture))
    if posture.is_facing and np.isfinite(posture.step_mps):
        is_free *= _logistic((FACING_STEP_MPS - posture.step_mps) / FACING_STEP_SLOPE)
    return (1.0 - is_split) * (1.0 - is_free), is_split * (1.0 - is_free), is_free


def _is_split(posture: Posture) -> float:
    """Probability that one foot stands ahead of the other.

    Then the thighs differ; by how much depends on the view. From the side they tell it alone, unless one leg hides the
    other. From ahead and behind they are the least certain of all angles, and how high the feet stand in the picture
    says more. All bounds of this were chosen by us on rendered clips around the athlete and 25 real ones.
    """
    if np.isnan(posture.thigh_difference) or (np.isnan(posture.steeper_shank) and not posture.is_facing):
        return UNSEEN_SPLIT  # a leg that is not seen down to its ankle says nothing of the other's
    return _logistic((posture.thigh_difference - _split_deg(posture)) / SPLIT_SLOPE)


def _split_deg(posture: Posture) -> float:
    """Difference of the thighs at which squat and lunge are equally likely."""
    if posture.is_facing:
        is_apart = _logistic((posture.free_foot_m - FACING_FOOT_M) / FACING_SLOPE)
        apart = 0.5 if math.isnan(is_apart) else is_apart
        return FACING_LEVEL_DEG + apart * (FACING_SPLIT_DEG - FACING_LEVEL_DEG)
    trailing = _logistic((posture.steeper_shank - TRAILING_SHANK_DEG) / TRAILING_SLOPE)
    return SPLIT_DEG + trailing * (SPLIT_TRAILING_DEG - SPLIT_DEG)


def _is_foot_free(posture: Posture) -> float:
    """Probability that a foot is in the air at the bottom: it is high, and it moves with the body.

    Only where its knee is seen: the far foot of a deep squat from the side is a guess that jumps about.
    """
    knee = posture.knee_left if posture.is_left_higher else posture.knee_right
    if np.isnan(posture.free_foot_m) or np.isnan(posture.free_move_m) or np.isnan(knee):
        return 0.0
    is_high = _logistic((posture.free_foot_m - FREE_FOOT_M) / FREE_SLOPE)
    return is_high * _logistic((posture.free_move_m - FREE_MOVE_M) / MOVE_SLOPE)


def _is_toe_up(posture: Posture) -> float:
    """Probability that a foot is in the air by the body itself, which puts on the floor whatever stands."""
    return 0.0 if np.isnan(posture.toe_up_m) else _logistic((posture.toe_up_m - TOE_UP_M) / TOE_SLOPE)


def _is_leg_held_ahead(posture: Posture) -> float:
    """Probability that one leg is held out ahead while the other stands: the thighs differ as in a lunge, but the
    shank under the more upright thigh is that of a leg which carries, not of one that trails."""
    if np.isnan(posture.thigh_difference) or np.isnan(posture.steeper_shank):
        return 0.0
    split_deg = min(HELD_SPLIT_DEG, _split_deg(posture))
    is_apart = _logistic((posture.thigh_difference - split_deg) / HELD_SPLIT_SLOPE)
    return is_apart * _logistic((HELD_SHANK_DEG - posture.steeper_shank) / HELD_SHANK_SLOPE)


def _is_leg_straight_ahead(posture: Posture) -> float:
    """Probability that one leg is held out straight, as in a pistol squat: its knee bends much less than the other's,
    and its thigh is as flat as none that stands on a straight leg, or trails in a lunge."""
    knees = (posture.knee_left, posture.knee_right)
    if np.isnan(knees).any():
        return 0.0
    thigh = posture.thigh_left if knees[0] < knees[1] else posture.thigh_right
    is_straight = _logistic((STRAIGHT_KNEE_DEG - min(knees)) / STRAIGHT_KNEE_SLOPE)
    is_apart = _logistic((abs(knees[0] - knees[1]) - STRAIGHT_APART_DEG) / STRAIGHT_APART_SLOPE)
    is_flat = 0.0 if np.isnan(thigh) else _logistic((STRAIGHT_THIGH_DEG - thigh) / STRAIGHT_THIGH_SLOPE)
    return is_straight * is_apart * is_flat


def _logistic(x: float) -> float:
    """1 / (1 + exp(-x)), which never overflows; NaN for NaN."""
    return 0.5 + 0.5 * math.tanh(0.5 * x)


def _is_chair(postures: list[Posture]) -> bool:
    """Out of balance backward with both thighs alike: in a lunge whose rear shank is unseen the hips, too, are far
    behind the ankle that is seen."""
    apart = np.array([posture.thigh_difference for posture in postures])
    balance = np.array([posture.balance for posture in postures])
    gain = np.array([posture.lean_gain for posture in postures])
    with np.errstate(invalid="ignore"):
        votes = (balance < CHAIR_BALANCE) & (gain > CHAIR_LEAN_GAIN_DEG) & ~(apart > CHAIR_APART_DEG)
    return bool(np.mean(votes) > 0.5)


def _is_hinge(postures: list[Posture]) -> bool:
    """Both thighs alike, and the knees folded much less than the hips; one leg speaks for another that is not seen."""
    apart = np.array([posture.thigh_difference for posture in postures])
    knee = np.array([np.fmax(posture.knee_left, posture.knee_right) for posture in postures])
    hip = np.array([posture.lean + 90.0 - np.fmin(posture.thigh_left, posture.thigh_right) for posture in postures])
    with np.errstate(invalid="ignore"):
        votes = (knee < HINGE_SHARE * hip) & ~(apart > CHAIR_APART_DEG)
    return bool(np.mean(votes) > 0.5)


def _variant(name: str, postures: list[Posture]) -> str | None:
    if name != "lunge" or not postures:
        return None
    sides = {posture.thigh_left < posture.thigh_right for posture in postures}
    if len(sides) == 2:
        return "alternating"
    known = [posture.step_mps for posture in postures if np.isfinite(posture.step_mps)]
    return "split_squat" if known and float(np.median(known)) < MIN_STEP_MPS else None


def _why(name: str, postures: list[Posture]) -> str:
    known = [posture.thigh_difference for posture in postures if np.isfinite(posture.thigh_difference)]
    if not known:
        return "Only one thigh is seen; it moves as in a squat."
    apart = float(np.median(known))
    if name == "single_leg_squat":
        return "One foot is off the floor at the bottom."
    if name == "lunge":
        return f"At the bottom one thigh is flat and the other upright ({apart:.0f} degrees apart)."
    return f"Both thighs go down together (within {apart:.0f} degrees)."
