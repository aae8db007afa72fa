"""Signals enter; whole and partial repetitions, the exercise they are, and what was seen but not counted, leave."""

from dataclasses import dataclass, replace

import numpy as np

from lookfeel.reps.dips import Dip, blurred, deep_half, find_dips
from lookfeel.reps.events import Events, find_events
from lookfeel.reps.exercise import recognise, working_side
from lookfeel.reps.fold import fold_curve
from lookfeel.reps.posture import Posture, read_posture
from lookfeel.reps.screen import PART_MOVING, WALKING, is_all_walking, is_deep, not_a_rep
from lookfeel.types import CameraView, ExerciseGuess, FloatArray, Rebuilt, Rep, Signals

ONLY_PART = "only a part of it is seen"
PARTIAL_REASON = {
    "descent": "the clip does not show the way down",
    "ascent": "the clip does not show the way up",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReps(Rebuilt):
    """reps in time order, whole ones numbered from 1, partial ones 0; warnings in plain words."""

    reps: tuple[Rep, ...]
    exercise: ExerciseGuess
    warnings: tuple[str, ...]


def find_reps(signals: Signals, *, exercise: str = "auto", view: CameraView | None = None) -> FoundReps:
    """Find the repetitions of a set.

    Parameters
        signals: of the athlete, time in seconds of movement; hip_height_ratio is what is counted on.
        exercise: name of the exercise when the user gave it, else 'auto'.
        view: where the camera stands, as far as known: which signs tell squat and lunge apart depends on it.
    Returns
        FoundReps; no reps when the clip shows no exercise that is known.
    """
    height = blurred(signals["hip_height_ratio"], signals.time_s)
    seen = [(dip, read_posture(dip, height, signals, view)) for dip in find_dips(height, signals.time_s)]
    kept, dropped = _screen(seen, signals.time_s)
    whole = [posture for dip, posture in kept if dip.missing is None] or [posture for _, posture in kept]
    guess = recognise(whole, given=None if exercise == "auto" else exercise)
    if guess.name in ("none", "sit_to_stand"):
        return FoundReps(reps=(), exercise=guess, warnings=(*dropped, *guess.reasons))
    reps = [_rep(dip, posture, height, signals, guess) for dip, posture in kept]
    return FoundReps(reps=_numbered(reps), exercise=guess, warnings=tuple(dropped))


def _screen(seen: list[tuple[Dip, Posture]], time_s: FloatArray) -> tuple[list[tuple[Dip, Posture]], list[str]]:
    """The dips that are repetitions, and what is said of the others. Parts stay beside whole ones, or when deep."""
    reasons = [not_a_rep(i, seen, time_s) for i in range(len(seen))]
    if not any(reason is None and dip.missing is None for reason, (dip, _) in zip(reasons, seen, strict=True)):
        is_about = WALKING in reasons  # where somebody walks, a part of a movement is a part of anything
        reasons = [
            reason or (None if is_deep(posture, most_moving=PART_MOVING) and not is_about else ONLY_PART)
            for reason, (_, posture) in zip(reasons, seen, strict=True)
        ]
    if is_all_walking(reasons, seen):
        reasons = [reason or WALKING for reason in reasons]
    told: dict[str, list[str]] = {}
    for reason, (dip, _) in zip(reasons, seen, strict=True):
        if reason is not None:
            told.setdefault(reason, []).append(f"{time_s[dip.bottom]:.1f} s")
    kept = [one for reason, one in zip(reasons, seen, strict=True) if reason is None]
    return kept, [f"Not counted at {', '.join(moments)}: {reason}." for reason, moments in told.items()]


def _rep(dip: Dip, posture: Posture, height: FloatArray, signals: Signals, guess: ExerciseGuess) -> Rep:
    time_s = signals.time_s
    events = find_events(dip, fold_curve(signals, dip), time_s, near=deep_half(dip, height))
    frames = _frames(events, time_s)
    is_partial = dip.missing is not None
    has_descent = dip.missing != "descent" and events.has_start
    has_ascent = dip.missing != "ascent" and events.has_end
    known = np.isfinite(signals["hip_height_ratio"][frames[0] : frames[4]])
    return Rep(
        index=0,
        start=frames[0],
        bottom_start=frames[1],
        bottom=frames[2],
        ascent_start=frames[3],
        end=frames[4],
        start_s=events.start_s,
        bottom_s=events.bottom_s,
        end_s=events.end_s,
        side=working_side(posture, guess),
        is_partial=is_partial,
        partial_reason=PARTIAL_REASON[dip.missing] if dip.missing else None,
        eccentric_s=events.arrive_s - events.start_s if has_descent else None,
        bottom_pause_s=events.leave_s - events.arrive_s if has_descent and has_ascent else None,
        concentric_s=events.end_s - events.leave_s if has_ascent else None,
        top_pause_s=None,
        confidence=float(known.mean()),
    )


def _frames(events: Events, time_s: FloatArray) -> tuple[int, int, int, int, int]:
    """start, bottom_start, bottom, ascent_start, end as frames; end is the first frame after the rep."""
    start, arrive, bottom, leave, end = (
        int(np.argmin(np.abs(time_s - moment)))
        for moment in (events.start_s, events.arrive_s, events.bottom_s, events.leave_s, events.end_s)
    )
    return start, arrive, bottom, leave, max(end, bottom) + 1


def _numbered(reps: list[Rep]) -> tuple[Rep, ...]:
    """Number whole reps from 1 and give each the rest at the top until the next rep begins."""
    result, count = [], 0
    for i, rep in enumerate(reps):
        count += not rep.is_partial
        is_followed = i + 1 < len(reps) and rep.concentric_s is not None and reps[i + 1].eccentric_s is not None
        top = max(0.0, reps[i + 1].start_s - rep.end_s) if is_followed else None
        result.append(replace(rep, index=0 if rep.is_partial else count, top_pause_s=top))
    return tuple(result)
