"""A Movement and an Athlete enter; the body at every moment asked for, with the repetitions it makes, leaves.

The feet are placed first and never slip; the hips are then found, the trunk balanced over the feet, and legs and arms
bent to reach. Everything is a function of time alone, so that any frame rate and any sub-frame can be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from scripts.render_samples.arms import arm_at_rest, bend_arm, hand_end, load_position
from scripts.render_samples.balance import balanced_lean
from scripts.render_samples.cases import Movement
from scripts.render_samples.feet import SIGN, Foot, foot_joints, place_feet, rest_yaw
from scripts.render_samples.legs import bend_leg, guess_hips, highest_hip, leg_at_rest, solve_hips
from scripts.render_samples.limbs import Bent
from scripts.render_samples.shapes import ORIGIN, SEGMENTS, Array, Athlete, Pose, RepTruth
from scripts.render_samples.timing import (
    SIT_TO_STAND_S,
    STEP_S,
    asked_at,
    depth,
    is_stepped,
    minimum_jerk,
    nearest_rep,
    plan_reps,
    ramp,
)
from scripts.render_samples.trunk import Trunk, place_trunk

STRAIGHT = 0.9985  # of its length that the leg of an athlete standing at ease has: 6 degrees of knee flexion
LOWEST_REAR_KNEE_M = 0.04
STANDING_AHEAD_M = 0.04  # of the hips before the ankles at ease: the middle of the foot carries the body
MOST_LEAN_RAD = np.radians(52.0)  # beyond, people rather fall back on their heels a little
LUNGE_LEAN_DEG = (3.0, 8.0)  # high and low, where none is asked: a lunge is done upright
LOAD = {"none": (0.0, 0.0), "barbell": (0.8, -0.06), "goblet": (0.22, 0.26)}  # body masses; metres ahead of shoulders
SWAY_M, SWAY_RAD = 0.002, 0.006  # SD of the standing body's own unrest
OVER_ONE_FOOT = 0.55  # of the way to the standing foot that the hips go: the trunk does the rest
FORWARD_SHARE = 0.5  # of the way down in which the hips have come forward in a step
FREE_FOOT_M = (0.32, 0.26, 0.13, 0.12)  # ahead of the hips and above the floor, each with what depth adds


@dataclass(frozen=True, kw_only=True)
class Performance:
    """What an athlete did. load_rotation (T, 3, 3), load_m (T, 3): of what is held, None with empty hands."""

    pose: Pose
    reps: tuple[RepTruth, ...]
    load_rotation: Array | None
    load_m: Array | None


@dataclass(frozen=True, kw_only=True)
class _Course:
    """What is known before the body is placed: low (T,) depth 0-1; asked (T,) by name."""

    movement: Movement
    rest: Mapping[str, Array]
    time_s: Array
    reps: tuple[RepTruth, ...]
    low: Array
    asked: Mapping[str, Array]
    feet: Mapping[str, Foot]

    def low_of(self, side: str) -> Array:
        """(T,) depth of the repetitions that this leg does."""
        if self.movement.exercise == "sit_to_stand":
            return self.low
        return depth([rep for rep in self.reps if rep.side in (side, "both")], self.time_s)


def perform(movement: Movement, athlete: Athlete, time_s: Array, seed: int) -> Performance:
    """The athlete at time_s (T,), seconds of the movement.

    Raises
        ValueError: a bone would have to stretch or a knee go through the floor; the movement asks for too much.
    """
    course = _course(movement, athlete.joints_m, np.asarray(time_s, dtype=np.float64), seed)
    sway = _sway(course.time_s, seed)
    hips = _stepping_hips(course) if _has_split(movement) else _squatting_hips(course)
    hips = hips + sway[:, :2] @ np.eye(2, 3)
    course = replace(course, feet=_with_free_foot(course, hips))
    roll = -np.radians(course.asked["asymmetry_deg"]) * course.low
    trunk = place_trunk(course.rest, hips, _lean(course) + sway[:, 2], roll)
    joints, rotations = _limbs(course, trunk)
    _check(course, joints)
    stacked = {segment: np.broadcast_to(rotations[segment], (len(time_s), 3, 3)) for segment in SEGMENTS}
    pose = Pose(
        time_s=course.time_s,
        rotation=np.stack([stacked[segment] for segment in SEGMENTS], axis=1),
        position_m=np.stack([joints[ORIGIN[segment]] for segment in SEGMENTS], axis=1),
        joints_m=joints,
    )
    is_loaded = movement.load != "none"
    return Performance(
        pose=pose,
        reps=course.reps,
        load_rotation=trunk.rotations["chest"] if is_loaded else None,
        load_m=load_position(movement, trunk) if is_loaded else None,
    )


def _has_split(movement: Movement) -> bool:
    return "lunge" in movement.exercise or movement.exercise == "split_squat"


def _course(movement: Movement, rest: Mapping[str, Array], time_s: Array, seed: int) -> _Course:
    reps = plan_reps(movement, seed)
    low = depth(reps, time_s)
    if movement.exercise == "sit_to_stand":
        low = low + 1.0 - ramp(time_s, movement.lead_in_s, movement.lead_in_s + SIT_TO_STAND_S)
    return _Course(
        movement=movement,
        rest=rest,
        time_s=time_s,
        reps=reps,
        low=low,
        asked=asked_at(reps, time_s),
        feet=place_feet(rest, movement, reps, time_s),
    )


def _sway(time_s: Array, seed: int) -> Array:
    """(T, 3) metres ahead and to the left, radians of lean: slow sines of random phase."""
    rng = np.random.default_rng([seed, 2])
    rates, phases = rng.uniform(0.15, 0.9, (4, 3)), rng.uniform(0.0, 2.0 * np.pi, (4, 3))
    waves = np.sin(2.0 * np.pi * rates * time_s[:, None, None] + phases).sum(axis=1) / np.sqrt(2.0)
    return np.asarray(waves * (SWAY_M, SWAY_M, SWAY_RAD))


def _working(movement: Movement) -> tuple[str, ...]:
    return ("left", "right") if movement.exercise in ("squat", "sit_to_stand") else (movement.side,)


def _shank_deg(movement: Movement, thigh_deg: Array, heel_rise_m: Array) -> Array:
    """(T,) forward tilt of the shank at the bottom: what ankles allow, more with the heel up (chosen by us)."""
    if movement.exercise == "sit_to_stand":
        return np.full_like(thigh_deg, 7.0)
    if _has_split(movement):
        return np.full_like(thigh_deg, 12.0)
    return np.asarray(33.0 - 0.15 * np.maximum(thigh_deg, 0.0) + 150.0 * heel_rise_m)


def _hip_offsets(course: _Course) -> dict[str, Array]:
    """(3,) from mid-hip to each hip of a level pelvis."""
    return {side: course.rest[f"{side}_hip"] - course.rest["mid_hip"] for side in SIGN}


def _leg(course: _Course, side: str, hip_m: Array) -> Bent:
    low = course.low_of(side)
    ankle = foot_joints(course.rest, side, course.feet[side])[f"{side}_ankle"]
    return bend_leg(
        leg_at_rest(course.rest, side),
        side,
        hip_m,
        ankle,
        course.feet[side],
        course.asked[f"valgus_{side}_m"],
        low**2 * (3.0 - 2.0 * low),
    )


def _squatting_hips(course: _Course) -> Array:
    """(T, 3) mid-hip of whoever goes down over feet that stay.

    Between standing and each bottom the legs fold evenly: the knees' angle and the direction from ankle to hip change
    with depth in proportion, which stays smooth where the legs are nearly straight.
    """
    sides = _working(course.movement)
    top, bottoms = _fold(course, sides, _standing_hips(course, sides)), _squat_bottoms(course, sides)
    which = nearest_rep(course.reps, course.time_s)
    angle, direction = (
        high + (np.array([bottom[i] for bottom in bottoms])[which] - high) * course.low for i, high in enumerate(top)
    )
    upper, lower = leg_at_rest(course.rest, sides[0]).lengths_m
    away = np.sqrt(upper**2 + lower**2 - 2.0 * upper * lower * np.cos(angle))
    ankles, offsets = _ankles(course, sides), _hip_offsets(course)
    hips = np.mean(list(ankles.values()), axis=0)
    hips[:, 1] = _sideways(course)
    aside = np.mean([(hips[:, 1] + offsets[side][1] - ankles[side][:, 1]) ** 2 for side in sides], axis=0)
    away = np.sqrt(np.maximum(away**2 - aside, 0.01))
    hips[:, 0] += away * np.sin(direction)
    hips[:, 2] += away * np.cos(direction)
    return np.asarray(hips)


def _ankles(course: _Course, sides: tuple[str, ...]) -> dict[str, Array]:
    return {side: foot_joints(course.rest, side, course.feet[side])[f"{side}_ankle"] for side in sides}


def _sideways(course: _Course) -> Array:
    """(T,) metres to the left of mid-hip: over both feet, or nearly over the one that stands."""
    home = 0.0
    if course.movement.exercise == "single_leg_squat":
        home = float(OVER_ONE_FOOT * _ankles(course, (course.movement.side,))[course.movement.side][0, 1])
    return home + np.asarray(course.asked["shift_m"] * course.low)


def _fold(course: _Course, sides: tuple[str, ...], hips: Array) -> tuple[float, float]:
    """Mean angle at the knees (pi = straight) and mean direction from ankle to hip, forward from upright, radians."""
    ankles, offsets = _ankles(course, sides), _hip_offsets(course)
    lines = [(hips + offsets[side] - ankles[side])[0] for side in sides]
    upper, lower = leg_at_rest(course.rest, sides[0]).lengths_m
    squared = np.mean([np.sum(line**2) for line in lines])
    angle = np.arccos(np.clip((upper**2 + lower**2 - squared) / (2.0 * upper * lower), -1.0, 1.0))
    direction = np.mean([np.arctan2(line[0], line[2]) for line in lines])
    return float(angle), float(direction)


def _standing_hips(course: _Course, sides: tuple[str, ...]) -> Array:
    """(1, 3) mid-hip of the athlete standing at ease."""
    ankles, offsets = _ankles(course, sides), _hip_offsets(course)
    hips = np.mean([at[:1] for at in ankles.values()], axis=0)
    hips[:, 0] += STANDING_AHEAD_M
    hips[:, 1] = _sideways(course)[0] if course.low[0] == 0.0 else 0.0
    heights = [
        highest_hip(leg_at_rest(course.rest, side), at[:1], (hips + offsets[side])[:, :2], STRAIGHT)
        for side, at in ankles.items()
    ]
    hips[:, 2] = np.min(heights)
    return np.asarray(hips)


def _squat_bottoms(course: _Course, sides: tuple[str, ...]) -> list[tuple[float, float]]:
    """`_fold` of each repetition's bottom: thighs as asked, shanks as ankles allow."""
    folds = []
    for rep in course.reps:
        here = _at(course, np.array([0.5 * (rep.bottom_start_s + rep.ascent_start_s)]))
        thigh = np.array([rep.asked["thigh_deg"]])
        shank = _shank_deg(course.movement, thigh, here.asked["heel_rise_m"])
        ankle = np.mean(list(_ankles(here, sides).values()), axis=0)
        start = guess_hips(leg_at_rest(course.rest, sides[0]), ankle, np.radians(thigh), np.radians(shank))
        start[:, 1] = _sideways(here)
        folds.append(_fold(here, sides, _solve(here, sides, start, np.radians(thigh), np.radians(shank))))
    return folds


def _solve(course: _Course, sides: tuple[str, ...], start: Array, thigh: Array, shank: Array) -> Array:
    offsets = _hip_offsets(course)
    return solve_hips(lambda hips: [_leg(course, side, hips + offsets[side]) for side in sides], start, thigh, shank)


def _stepping_hips(course: _Course) -> Array:
    """(T, 3) mid-hip between a home and each repetition's bottom, never higher than the legs reach."""
    reps = course.reps
    home, bottoms = _split_home(course), _split_bottoms(course)
    is_stepping = is_stepped(course.movement)
    hips = np.repeat(home[None], len(course.time_s), axis=0)
    for rep, bottom in zip(reps, bottoms, strict=True):
        along = _forward(rep, course.time_s) if is_stepping else depth([rep], course.time_s)
        hips[:, :2] += along[:, None] * (bottom - home)[:2]
        hips[:, 2] += depth([rep], course.time_s) * (bottom - home)[2]
    hips[:, 2] = _softly_below(hips[:, 2], _reach(course, hips))
    return hips


def _forward(rep: RepTruth, time_s: Array) -> Array:
    """(T,) share of the hips' way ahead: they travel with the step, and are there soon after the foot has landed."""
    down, up = rep.bottom_start_s - rep.start_s, rep.end_s - rep.ascent_start_s
    there = ramp(time_s, rep.start_s - STEP_S, rep.start_s + FORWARD_SHARE * down)
    return there - ramp(time_s, rep.end_s - FORWARD_SHARE * up, rep.end_s + STEP_S)


def _reach(course: _Course, hips: Array, straight: float = STRAIGHT) -> Array:
    """(T,) highest mid-hip that both legs allow."""
    offsets = _hip_offsets(course)
    highest = [
        highest_hip(
            leg_at_rest(course.rest, side),
            foot_joints(course.rest, side, course.feet[side])[f"{side}_ankle"],
            (hips + offsets[side])[:, :2],
            straight,
        )
        - offsets[side][..., 2]
        for side in SIGN
    ]
    return np.asarray(np.minimum(*highest))


def _softly_below(value: Array, limit: Array, width: float = 0.003) -> Array:
    """(T,) value, bent under the limit without a kink."""
    return np.asarray(limit - width * np.logaddexp(0.0, (limit - value) / width))


def _at(course: _Course, time_s: Array) -> _Course:
    """The same course at other moments."""
    return replace(
        course,
        time_s=time_s,
        low=depth(course.reps, time_s),
        asked=asked_at(course.reps, time_s),
        feet=place_feet(course.rest, course.movement, course.reps, time_s),
    )


def _split_home(course: _Course) -> Array:
    """(3,) mid-hip before the first repetition: over the feet, standing or in the split."""
    first = _at(course, np.array([course.reps[0].start_s - 2.0 * STEP_S]))
    ankles = [foot_joints(course.rest, side, first.feet[side])[f"{side}_ankle"] for side in SIGN]
    hips = 0.5 * (ankles[0] + ankles[1]) + (0.02, 0.0, 2.0)
    hips[:, 2] = _reach(first, hips)
    return np.asarray(hips[0])


def _split_bottoms(course: _Course) -> Array:
    """(R, 3) mid-hip of each bottom: the leading thigh and shank as asked."""
    bottoms = []
    for rep in course.reps:
        here = _at(course, np.array([0.5 * (rep.bottom_start_s + rep.ascent_start_s)]))
        thigh = np.array([rep.asked["thigh_deg"]])
        shank = _shank_deg(course.movement, thigh, np.zeros(1))
        ankle = foot_joints(course.rest, rep.side, here.feet[rep.side])[f"{rep.side}_ankle"]
        start = guess_hips(leg_at_rest(course.rest, rep.side), ankle, np.radians(thigh), np.radians(shank))
        start[:, 1] = rep.asked["shift_m"]
        bottoms.append(_solve(here, (rep.side,), start, np.radians(thigh), np.radians(shank)))
    return np.concatenate(bottoms)


def _with_free_foot(course: _Course, hips: Array) -> Mapping[str, Foot]:
    """The feet, the free one of a single-leg squat held ahead of the hips."""
    if course.movement.exercise != "single_leg_squat":
        return course.feet
    side = "right" if course.movement.side == "left" else "left"
    ahead, ahead_more, above, above_more = FREE_FOOT_M
    ball = hips.copy()
    ball[:, 0] += ahead + ahead_more * course.low
    ball[:, 1] += SIGN[side] * 0.09
    ball[:, 2] = above + above_more * course.low
    nothing = np.zeros_like(course.low)
    free = Foot(ball_m=ball, yaw_rad=nothing, pitch_rad=nothing + 0.15, in_air=nothing + 1.0)
    return {**course.feet, side: free}


def _lean(course: _Course) -> Array:
    """(T,) radians: as asked, or such that the athlete balances, standing and at each bottom."""
    movement, low = course.movement, course.low
    more = np.radians(course.asked["lean_gain_deg"]) * low
    if movement.trunk_lean_deg is not None or _has_split(movement):
        high, usual = LUNGE_LEAN_DEG
        wanted = usual if movement.trunk_lean_deg is None else movement.trunk_lean_deg
        return np.asarray(np.radians(high + (wanted - high) * low) + more)
    middles = np.array([0.5 * (rep.bottom_start_s + rep.ascent_start_s) for rep in course.reps])
    deep = np.minimum(_balanced(_at(course, middles)), MOST_LEAN_RAD)
    top = _balanced(replace(_at(course, np.zeros(1)), low=np.zeros(1)))
    lean = top + (deep[nearest_rep(course.reps, course.time_s)] - top) * low
    if movement.exercise == "sit_to_stand":
        seated = minimum_jerk((low - 0.5) / 0.5)
        lean = lean * (1.0 - seated) + np.radians(6.0) * seated
    return np.asarray(lean + more)


def _balanced(course: _Course) -> Array:
    """(T,) radians of lean that put the centre of mass over the middle of the feet that stand."""
    hips = _squatting_hips(course)
    course = replace(course, feet=_with_free_foot(course, hips))
    legs, over = _legs_and_support(course, hips)
    return balanced_lean(
        course.rest,
        hips,
        legs,
        over,
        roll_rad=np.zeros_like(over),
        arms_ahead=course.low * (course.movement.arms == "ahead"),
        load=LOAD[course.movement.load],
    )


def _legs_and_support(course: _Course, hips: Array) -> tuple[dict[str, Array], Array]:
    """Hips, knees, ankles by name and (T,) metres ahead of the middle of what stands on the floor."""
    offsets = _hip_offsets(course)
    legs: dict[str, Array] = {}
    for side in SIGN:
        leg = _leg(course, side, hips + offsets[side])
        legs |= {f"{side}_hip": leg.start_m, f"{side}_knee": leg.middle_m, f"{side}_ankle": leg.end_m}
    middles = []
    for side in _working(course.movement):
        foot = foot_joints(course.rest, side, course.feet[side])
        middles.append(0.54 * foot[f"{side}_heel"] + 0.46 * foot[f"{side}_toe"])
    return legs, np.asarray(np.mean(middles, axis=0)[:, 0])


def _limbs(course: _Course, trunk: Trunk) -> tuple[dict[str, Array], dict[str, Array]]:
    """Joints (T, 3) and rotations (T, 3, 3) of the whole body."""
    joints, rotations = dict(trunk.joints), dict(trunk.rotations)
    for side in SIGN:
        foot, limb = course.feet[side], leg_at_rest(course.rest, side)
        joints |= foot_joints(course.rest, side, foot)
        leg = _leg(course, side, joints[f"{side}_hip"])
        joints[f"{side}_knee"] = leg.middle_m
        rotations[f"{side}_thigh"], rotations[f"{side}_shank"] = leg.turns(limb)
        rotations[f"{side}_foot"], rotations[f"{side}_toes"] = foot.turns(rest_yaw(course.rest, side))
        arm = bend_arm(course.movement, course.rest, trunk, side, course.low)
        upper, fore = arm.turns(arm_at_rest(course.rest, side))
        rotations |= {f"{side}_upper_arm": upper, f"{side}_forearm": fore, f"{side}_hand": fore}
        joints |= {f"{side}_elbow": arm.middle_m, f"{side}_wrist": arm.end_m}
        joints[f"{side}_knuckle"] = hand_end(course.rest, side, arm.end_m, fore)
    return joints, rotations


BONES = (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"), ("ankle", "ball"))


def _check(course: _Course, joints: Mapping[str, Array]) -> None:
    """Refuse what no body can do."""
    for side in SIGN:
        for start, end in BONES:
            wanted = np.linalg.norm(course.rest[f"{side}_{end}"] - course.rest[f"{side}_{start}"])
            off = np.abs(np.linalg.norm(joints[f"{side}_{end}"] - joints[f"{side}_{start}"], axis=1) - wanted)
            if off.max() > 5e-4:
                when = course.time_s[off.argmax()]
                raise ValueError(f"{side} {start}-{end} would stretch by {1e3 * off.max():.0f} mm at {when:.2f} s")
        if joints[f"{side}_knee"][:, 2].min() < LOWEST_REAR_KNEE_M:
            raise ValueError(f"the {side} knee would go through the floor: ask for a smaller depth or a shorter step")
