"""Where the balls of the feet are and how each foot is turned enters; ankles, heels and toes leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.render_samples.cases import Movement
from scripts.render_samples.limbs import carried
from scripts.render_samples.shapes import Array, RepTruth
from scripts.render_samples.timing import STEP_S, depth, minimum_jerk, ramp
from scripts.render_samples.turning import Y, Z, about, turned

SIGN = {"left": 1.0, "right": -1.0}
LUNGE_STANCE_M = 0.26  # feet of a lunge stand hip-wide at most, or the athlete walks a tightrope sideways
SWING_SHARE = 0.5  # of the way down or up that the foot is still in the air in a stepped lunge
SWING_HEIGHT_M, SWING_PITCH_DEG = 0.07, 17.0  # of a stepping foot, midway
RISE_SHARE = 0.6  # of the way down in which the rear heel has come up, as the hips go ahead
REAR_PITCH_DEG = (32.0, 58.0)  # of the rear foot of a split squat, high and low


@dataclass(frozen=True, kw_only=True)
class Foot:
    """One foot over T moments. ball_m (T, 3); yaw_rad (T,): + turns the toes to the athlete's left; pitch_rad (T,): +
    = heel up, about the ball; in_air (T,): 0 = the toes lie flat on the floor, 1 = they go on where the foot ends."""

    ball_m: Array
    yaw_rad: Array
    pitch_rad: Array
    in_air: Array

    def turns(self, rest_yaw_rad: float) -> tuple[Array, Array]:
        """(T, 3, 3) of the foot and of its toes against the rest pose."""
        heading = about(Z, self.yaw_rad)
        foot = heading @ about(Y, self.pitch_rad) @ about(Z, -rest_yaw_rad)
        toes = heading @ about(Y, self.in_air * self.pitch_rad) @ about(Z, -rest_yaw_rad)
        return foot, toes

    def ahead(self) -> Array:
        """(T, 3) unit, horizontal, where the foot points."""
        return np.stack([np.cos(self.yaw_rad), np.sin(self.yaw_rad), np.zeros_like(self.yaw_rad)], axis=-1)

    def medial(self, side: str) -> Array:
        """(T, 3) unit, horizontal, toward the other foot."""
        ahead = self.ahead()
        return SIGN[side] * np.stack([ahead[:, 1], -ahead[:, 0], np.zeros(len(ahead))], axis=-1)


def rest_yaw(joints: Mapping[str, Array], side: str) -> float:
    """Radians that a foot of the rest pose is turned to the left."""
    line = joints[f"{side}_toe"] - joints[f"{side}_heel"]
    return float(np.arctan2(line[1], line[0]))


def foot_joints(joints: Mapping[str, Array], side: str, foot: Foot) -> dict[str, Array]:
    """(T, 3) of ankle, heel, ball and toe."""
    turn, toes = foot.turns(rest_yaw(joints, side))
    ball = joints[f"{side}_ball"]
    found = {f"{side}_{part}": carried(turn, joints[f"{side}_{part}"], ball, foot.ball_m) for part in ("ankle", "heel")}
    found[f"{side}_toe"] = carried(toes, joints[f"{side}_toe"], ball, foot.ball_m)
    return found | {f"{side}_ball": foot.ball_m}


def _standing_ball(joints: Mapping[str, Array], side: str, ankle_x: float, ankle_y: float, yaw_rad: float) -> Array:
    """(3,) of a flat foot whose ankle is over the given point of the floor."""
    offset = joints[f"{side}_ball"] - joints[f"{side}_ankle"]
    way = turned(about(Z, yaw_rad - rest_yaw(joints, side)), offset)
    return np.array([ankle_x + way[0], ankle_y + way[1], joints[f"{side}_ball"][2]])


def place_feet(
    joints: Mapping[str, Array], movement: Movement, reps: Sequence[RepTruth], time_s: Array
) -> dict[str, Foot]:
    """Both feet at every moment: planted, heel raised, stepping or held in the air; a free foot is placed later."""
    is_lunge = "lunge" in movement.exercise or movement.exercise == "split_squat"
    wide = min(movement.stance_m, LUNGE_STANCE_M) if is_lunge else movement.stance_m
    toe_out = np.radians(movement.toe_out_deg) * (0.3 if is_lunge else 1.0)
    feet = {}
    for side, sign in SIGN.items():
        y = sign * 0.5 * wide * (0.35 if movement.exercise == "single_leg_squat" else 1.0)
        home, away = (
            _standing_ball(joints, side, x, y, sign * toe_out) for x in _along(movement, side, is_leading=True)
        )
        _, back = (_standing_ball(joints, side, x, y, sign * toe_out) for x in _along(movement, side, is_leading=False))
        heel_m = float(np.linalg.norm(joints[f"{side}_ball"] - joints[f"{side}_heel"]))
        feet[side] = _foot_of(movement, reps, time_s, side, (home, away, back), sign * toe_out, heel_m)
    return feet


def _along(movement: Movement, side: str, *, is_leading: bool) -> tuple[float, float]:
    """Metres ahead of the room's origin that the ankle is at rest and at the bottom, leading or not."""
    step = movement.step_m
    if movement.exercise == "split_squat":
        x = 0.5 * step if side == movement.side else -0.5 * step
        return x, x
    if movement.exercise == "reverse_lunge":
        return 0.35 * step, 0.35 * step if is_leading else -0.65 * step
    if "lunge" in movement.exercise:
        return -0.35 * step, 0.65 * step if is_leading else -0.35 * step
    return 0.0, 0.0


def _foot_of(
    movement: Movement,
    reps: Sequence[RepTruth],
    time_s: Array,
    side: str,
    places: tuple[Array, Array, Array],
    yaw_rad: float,
    heel_m: float,
) -> Foot:
    home, away, back = places
    ball = np.repeat(home[None], len(time_s), axis=0)
    pitch = np.zeros_like(time_s)
    in_air = np.zeros_like(time_s)
    for rep in reps:
        leads = rep.side in (side, "both")
        swing = _swing(rep, time_s) if not np.allclose(away if leads else back, home) else None
        if swing is not None:
            share, up = swing
            ball = ball + share[:, None] * ((away if leads else back) - home)
            ball[:, 2] += SWING_HEIGHT_M * up
            in_air += up
            pitch += np.radians(SWING_PITCH_DEG) * up
        pitch += _heel_pitch(movement, rep, time_s, heel_m, is_leading=leads, is_stepping=swing is not None)
    return Foot(ball_m=ball, yaw_rad=np.full_like(time_s, yaw_rad), pitch_rad=pitch, in_air=in_air)


def _swing(rep: RepTruth, time_s: Array) -> tuple[Array, Array]:
    """(T,) share of the step done and how far up the foot is in it, 0-1, out and back."""
    landed = rep.start_s + SWING_SHARE * (rep.bottom_start_s - rep.start_s)
    lifted = rep.end_s - SWING_SHARE * (rep.end_s - rep.ascent_start_s)
    spans = ((rep.start_s - STEP_S, landed), (lifted, rep.end_s + STEP_S))
    out, home = (ramp(time_s, *span) for span in spans)
    part = [np.clip((time_s - begin) / (end - begin), 0.0, 1.0) for begin, end in spans]
    return out - home, np.asarray(sum(np.sin(np.pi * minimum_jerk(p)) for p in part))


def _heel_pitch(
    movement: Movement, rep: RepTruth, time_s: Array, heel_m: float, *, is_leading: bool, is_stepping: bool
) -> Array:
    """Radians of heel rise: what is asked of a flat foot, and the rear foot's standing on its toes.

    heel_m: from the ball back to the heel.
    """
    low = depth([rep], time_s)
    if is_leading:
        return np.asarray(low * np.arcsin(np.clip(rep.asked["heel_rise_m"] / heel_m, 0.0, 0.9)))
    if movement.exercise == "split_squat":
        high, deep = np.radians(REAR_PITCH_DEG)
        mine = np.ones_like(time_s) / max(1, movement.n_reps)
        return np.asarray(mine * high + low * (deep - high))
    down, up = rep.bottom_start_s - rep.start_s, rep.end_s - rep.ascent_start_s
    raised = ramp(time_s, rep.start_s - STEP_S, rep.start_s + RISE_SHARE * down)
    raised = raised - ramp(time_s, rep.end_s - RISE_SHARE * up, rep.end_s + STEP_S)
    return np.asarray(np.radians(REAR_PITCH_DEG[1] * (0.8 if is_stepping else 1.0)) * raised)
