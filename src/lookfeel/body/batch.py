"""Landmarks of a whole clip in, the body, the phone and the lengths that explain all of them at once out.

A Levenberg-Marquardt fit. Unknown are twelve points in space at each moment and, shared by all moments, the phone
(focal length, pitch, roll, heading, height), the segments' lengths, and by how much each landmark lies off all the
time and when the legs are bent. Statements are weighted by how sure they are: pixels, lengths, planted feet on a level
floor, balance, knees that bend the way the feet point, smoothness. Derivatives are written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lookfeel.body.chain import Chain, NotPositive, Solution, covariance, solve_chain
from lookfeel.types import BODY_JOINTS, FloatArray

N_JOINTS = len(BODY_JOINTS)
N_POINTS = 3 * N_JOINTS
N = N_POINTS + 2
"""Unknowns of a moment: the points, then by how much the whole picture is shifted right and down (metres at the
athlete), which is what a hand does."""

JOINT = {name: i for i, name in enumerate(BODY_JOINTS)}
PHONE = ("log_focal", "pitch", "roll", "yaw", "height")
LENGTHS = (
    "thigh", "shank", "trunk", "hip_width", "shoulder_width", "ankle_to_toe", "heel_to_toe", "ankle_to_heel",
)  # fmt: skip
FIRST_LENGTH = len(PHONE)
FIRST_BIAS = FIRST_LENGTH + len(LENGTHS)
N_BIAS = 2 * N_JOINTS
N_SHARED = FIRST_BIAS + 2 * N_BIAS

CAUCHY = 2.5
"""Standard deviations from which a landmark's pull no longer grows (SPIKES section 8)."""

BONES: tuple[tuple[str, dict[str, float], float], ...] = (
    ("trunk", {"left_shoulder": 0.5, "right_shoulder": 0.5, "left_hip": -0.5, "right_hip": -0.5}, 0.015),
    ("hip_width", {"left_hip": 1.0, "right_hip": -1.0}, 0.003),
    ("shoulder_width", {"left_shoulder": 1.0, "right_shoulder": -1.0}, 0.02),
    *(
        (name, {f"{side}_{end}": 1.0, f"{side}_{start}": -1.0}, sd)
        for side in ("left", "right")
        for name, end, start, sd in (
            ("thigh", "hip", "knee", 0.002),
            ("shank", "knee", "ankle", 0.002),
            ("ankle_to_toe", "toe", "ankle", 0.004),
            ("heel_to_toe", "toe", "heel", 0.004),
            ("ankle_to_heel", "heel", "ankle", 0.004),
        )
    ),
)
"""Length, the joints between which it lies, and by how much it may change (metres). The trunk bends and shoulders
are drawn up; a shoe gives a little."""

BONE_WEIGHTS = np.array([[ends.get(name, 0.0) for name in BODY_JOINTS] for _, ends, _ in BONES])
BONE_SD_M = np.array([sd for *_, sd in BONES])
BONE_LENGTH = np.array([FIRST_LENGTH + LENGTHS.index(name) for name, *_ in BONES])


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All that is stated of one clip, at T evenly spaced moments.

    xy_px (T, J, 2), NaN where unseen; sd_px (T, J) of a landmark; offset_m (T, J, 3) from the
    joint to what the network marks; bend (T,): 0 standing, 1 at the clip's deepest. linear (T, N, N) and
    linear_right (T, N): normal equations of all linear statements, linear_constant: their cost at nothing.
    still (T - 1, N) and smooth (T - 2, N): weights of squared first and second differences. floor (T, J): weight of
    'this point stands on the floor', floor_m (J,): how high a point that stands is. centre_px, place_m: the picture's
    centre and where the phone stands (x, y). prior (G,) and prior_precision (G, G): of the shared unknowns. worth: of
    one moment's pictures; stiff: of what holds a body together at one moment, its bones and limits.
    """

    xy_px: FloatArray
    sd_px: FloatArray
    offset_m: FloatArray
    bend: FloatArray
    linear: FloatArray
    linear_right: FloatArray
    linear_constant: float
    still: FloatArray
    smooth: FloatArray
    floor_weight: FloatArray
    floor_m: FloatArray
    centre_px: tuple[float, float]
    place_m: FloatArray
    prior: FloatArray
    prior_precision: FloatArray
    worth: float
    stiff: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """state (T, N); shared (G,); cost; n_rounds; has_converged."""

    problem: Problem
    state: FloatArray
    shared: FloatArray
    cost: float
    n_rounds: int
    has_converged: bool

    @property
    def position_m(self) -> FloatArray:
        """(T, J, 3)."""
        return points_of(self.state)

    def length(self, name: str) -> float:
        """Metres."""
        return float(self.shared[FIRST_LENGTH + LENGTHS.index(name)])

    def phone(self, name: str) -> float:
        """Of PHONE; radians, metres or the logarithm of pixels."""
        return float(self.shared[PHONE.index(name)])


def points_of(state: FloatArray) -> FloatArray:
    """(T, J, 3) of the unknowns (T, N)."""
    return state[:, :N_POINTS].reshape(len(state), N_JOINTS, 3)


def axes_of(yaw: float, pitch: float, roll: float) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Picture axes (3, 3), rows right, down, away, and their derivatives by angle. pitch: how far the phone looks
    down."""
    sy, cy, sp, cp, sr, cr = np.sin(yaw), np.cos(yaw), np.sin(pitch), np.cos(pitch), np.sin(roll), np.cos(roll)
    level = np.array([[-sy, cy, 0.0], [cy * sp, sy * sp, -cp], [-cy * cp, -sy * cp, -sp]])
    by_yaw = np.array([[-cy, -sy, 0.0], [-sy * sp, cy * sp, 0.0], [sy * cp, -cy * cp, 0.0]])
    by_pitch = np.array([[0.0, 0.0, 0.0], [cy * cp, sy * cp, sp], [cy * sp, sy * sp, -cp]])
    turn = np.array([[cr, sr, 0.0], [-sr, cr, 0.0], [0.0, 0.0, 1.0]])
    by_turn = np.array([[-sr, cr, 0.0], [-cr, -sr, 0.0], [0.0, 0.0, 0.0]])
    return turn @ level, {"yaw": turn @ by_yaw, "pitch": turn @ by_pitch, "roll": by_turn @ level}


def fit(problem: Problem, start: FloatArray, shared: FloatArray, *, max_rounds: int = 30) -> Fit:
    """Solve for the pose at every moment and what all moments share.

    Parameters
        start (T, N): where to begin. shared (G,): the same for the shared unknowns.
    Raises
        NotPositive: the statements do not fix the unknowns.
    """
    z, g = start.copy(), shared.copy()
    damping, has_converged, n_rounds = 1e-3, False, 0
    cost = _cost(problem, z, g)
    for n_rounds in range(1, max_rounds + 1):  # noqa: B007
        chain = _normal_equations(problem, z, g)
        while True:
            solution = solve_chain(chain, damping=damping)
            new_z, new_g = z + solution.step, g + solution.shared_step
            new_cost = _cost(problem, new_z, new_g)
            if new_cost < cost or damping > 1e6:
                break
            damping *= 8.0
        gain, moved = cost - new_cost, float(np.abs(solution.step).max())
        if not gain > 0.0:  # nor when the numbers overflowed
            has_converged = moved < 1e-3
            break
        z, g, cost = new_z, new_g, new_cost
        damping = max(damping / 5.0, 1e-7)
        if gain < 1e-4 * (1.0 + cost) or moved < 2e-4:
            has_converged = True
            break
    return Fit(problem=problem, state=z, shared=g, cost=cost, n_rounds=n_rounds, has_converged=has_converged)


def solved(found: Fit) -> Solution:
    """The undamped step from where a fit ended, whose factors `covariance_m2` needs.

    Raises
        NotPositive: the statements do not fix the unknowns.
    """
    return solve_chain(_normal_equations(found.problem, found.state, found.shared))


def covariance_m2(solution: Solution, *, own_share: float = 1.0) -> FloatArray:
    """(T, 3J, 3J); own_share: of what does not come from what all moments share."""
    return covariance(solution, own_share=own_share)[:, :N_POINTS, :N_POINTS]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """Residuals of the pictures in standard deviations (T, M), a joint's right and down side by side, and their
    derivatives: (T, M, N), by the phone (T, M, 5), and by what a landmark lies off on its own axis (T, M)."""

    value: FloatArray
    by_state: FloatArray
    by_phone: FloatArray
    by_bias: FloatArray


def image_residuals(problem: Problem, z: FloatArray, g: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Seen less expected (T, J, 2) in pixels; what is seen of it (T, J, 3): metres right and down, biases
    and shift included, and away."""
    axes, _ = axes_of(g[3], g[1], g[2])
    seen = (points_of(z) + problem.offset_m - (*problem.place_m, g[4])) @ axes.T
    away = np.maximum(seen[..., 2], 0.2)
    focal = np.exp(g[0])
    per_metre = focal / away
    bias = g[FIRST_BIAS:].reshape(2, N_JOINTS, 2)
    shift = bias[0] + problem.bend[:, None, None] * bias[1] + z[:, None, N_POINTS:]
    flat = seen[..., :2] + shift
    expected = per_metre[..., None] * flat + problem.centre_px
    return problem.xy_px - expected, np.concatenate([flat, away[..., None]], axis=-1)


def _robust(square: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cauchy's cost and weight of a squared deviation."""
    ratio = square / CAUCHY**2
    return 0.5 * CAUCHY**2 * np.log1p(ratio), 1.0 / (1.0 + ratio)


def _cost(problem: Problem, z: FloatArray, g: FloatArray) -> float:
    off, _ = image_residuals(problem, z, g)
    x = points_of(z)
    square = np.where(np.isfinite(off[..., 0]), np.square(off / problem.sd_px[..., None]).sum(axis=-1), 0.0)
    cost = problem.worth * float(_robust(square)[0].sum())
    cost += 0.5 * problem.stiff * float(np.square(_bone_values(x, g)).sum())
    cost += 0.5 * problem.stiff * float(np.square(_limits(problem, x)[0]).sum())
    high = x[..., 2] - problem.floor_m
    cost += problem.worth * float((_robust(np.square(high) * problem.floor_weight)[0]).sum())
    pulled = 0.5 * (problem.linear @ z[..., None])[..., 0] - problem.linear_right
    cost += float((pulled * z).sum())
    cost += problem.linear_constant
    cost += 0.5 * float((problem.still * np.diff(z, axis=0) ** 2).sum())
    cost += 0.5 * float((problem.smooth * np.diff(z, n=2, axis=0) ** 2).sum())
    off_prior = g - problem.prior
    return cost + 0.5 * float(off_prior @ problem.prior_precision @ off_prior)


def _normal_equations(problem: Problem, z: FloatArray, g: FloatArray) -> Chain:
    x = points_of(z)
    rows = np.zeros((len(z), N, N + N_SHARED + 1))
    own, load = rows[..., :N], rows[..., -1]
    own[:] = problem.linear
    load[:] = problem.linear_right - (problem.linear @ z[..., None])[..., 0]
    shared = problem.prior_precision.copy()
    shared_load = problem.prior_precision @ (problem.prior - g)
    _add_pictures(_image_rows(problem, z, g), problem.bend, rows, shared, shared_load)
    _add_bones(problem, x, g, rows, shared, shared_load)
    value, by_points = _limits(problem, x)
    own[:, :N_POINTS, :N_POINTS] += problem.stiff * (by_points.transpose(0, 2, 1) @ by_points)
    load[:, :N_POINTS] -= problem.stiff * np.einsum("tmi,tm->ti", by_points, value)
    high = x[..., 2] - problem.floor_m
    weight = problem.worth * problem.floor_weight * _robust(np.square(high) * problem.floor_weight)[1]
    upward = np.arange(2, N_POINTS, 3)
    own[:, upward, upward] += weight
    load[:, upward] -= weight * high
    following, after = _add_motion(problem, z, own, load)
    return Chain(rows=rows, next=following, after=after, shared=shared, shared_load=shared_load)


def _add_pictures(seen: _Seen, bend: FloatArray, rows: FloatArray, shared: FloatArray, shared_load: FloatArray) -> None:
    """What the pictures say, in place. A bias moves one residual only, so that products with it need no sums."""
    turned = seen.by_state.transpose(0, 2, 1)
    rows[..., :N] += turned @ seen.by_state
    rows[..., N : N + FIRST_LENGTH] += turned @ seen.by_phone
    rows[..., -1] -= (turned @ seen.value[..., None])[..., 0]
    phone = seen.by_phone.reshape(-1, FIRST_LENGTH)
    shared[:FIRST_LENGTH, :FIRST_LENGTH] += phone.T @ phone
    shared_load[:FIRST_LENGTH] -= phone.T @ seen.value.reshape(-1)
    bias = [slice(FIRST_BIAS, FIRST_BIAS + N_BIAS), slice(FIRST_BIAS + N_BIAS, N_SHARED)]
    by_bias = [seen.by_bias, seen.by_bias * bend[:, None]]  # all the time, and when the legs are bent
    for i, here in enumerate(bias):
        rows[:, :, N:-1][..., here] += turned * by_bias[i][:, None, :]
        with_phone = np.einsum("tmp,tm->pm", seen.by_phone, by_bias[i])
        shared[:FIRST_LENGTH, here] += with_phone
        shared[here, :FIRST_LENGTH] += with_phone.T
        shared_load[here] -= np.einsum("tm,tm->m", by_bias[i], seen.value)
        for k, there in enumerate(bias):
            shared[here, there] += np.diag(np.einsum("tm,tm->m", by_bias[i], by_bias[k]))


def _add_bones(
    problem: Problem, x: FloatArray, g: FloatArray, rows: FloatArray, shared: FloatArray, shared_load: FloatArray
) -> None:
    """What the segments' lengths say, in place."""
    vector = BONE_WEIGHTS @ x
    length = np.linalg.norm(vector, axis=-1)
    sd = BONE_SD_M / np.sqrt(problem.stiff)
    along = vector / np.maximum(length, 1e-6)[..., None] / sd[:, None]
    by_points = (BONE_WEIGHTS[:, :, None] * along[:, :, None, :]).reshape(len(x), len(BONES), N_POINTS)
    by_length = np.zeros((len(BONES), N_SHARED))
    by_length[np.arange(len(BONES)), BONE_LENGTH] = -1.0 / sd
    lengths = slice(FIRST_LENGTH, FIRST_BIAS)
    value = (length - g[BONE_LENGTH]) / sd
    turned = by_points.transpose(0, 2, 1)
    rows[:, :N_POINTS, :N_POINTS] += turned @ by_points
    rows[:, :N_POINTS, N:-1][..., lengths] += turned @ by_length[:, lengths]
    rows[:, :N_POINTS, -1] -= (turned @ value[..., None])[..., 0]
    shared += len(x) * (by_length.T @ by_length)
    shared_load -= by_length.T @ value.sum(axis=0)


def _add_motion(problem: Problem, z: FloatArray, own: FloatArray, load: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What ties moments to each other; own and load are added to in place."""
    still, smooth = problem.still, problem.smooth
    axis = np.arange(N)
    weight = np.zeros_like(z)
    weight[:-1] += still
    weight[1:] += still
    weight[:-2] += smooth
    weight[1:-1] += 4.0 * smooth
    weight[2:] += smooth
    own[:, axis, axis] += weight
    following = -still.copy()
    following[:-1] -= 2.0 * smooth
    following[1:] -= 2.0 * smooth
    step, bend = still * np.diff(z, axis=0), smooth * np.diff(z, n=2, axis=0)
    load[:-1] += step
    load[1:] -= step
    load[:-2] -= bend
    load[1:-1] += 2.0 * bend
    load[2:] -= bend
    return following, smooth.copy()


def _image_rows(problem: Problem, z: FloatArray, g: FloatArray) -> _Seen:
    n_moments = len(z)
    off, seen = image_residuals(problem, z, g)
    point, away = seen[..., :2], seen[..., 2]
    axes, turns = axes_of(g[3], g[1], g[2])
    known = np.isfinite(off[..., 0])
    square = np.where(known, np.square(off / problem.sd_px[..., None]).sum(axis=-1), 0.0)
    weight = np.where(known, np.sqrt(problem.worth * _robust(square)[1]), 0.0) / problem.sd_px
    # expected = per_metre * point: derivative by a vector that moves the point in camera axes
    scale = weight * np.exp(g[0]) / away
    by_camera = np.zeros((n_moments, N_JOINTS, 2, 3))
    by_camera[..., 0, 0] = by_camera[..., 1, 1] = -scale  # of the residual, seen less expected
    by_camera[..., 2] = (scale / away)[..., None] * point
    by_point = by_camera @ axes
    by_state = np.zeros((n_moments, N_JOINTS, 2, N))
    for joint in range(N_JOINTS):
        by_state[:, joint, :, 3 * joint : 3 * joint + 3] = by_point[:, joint]
    by_state[..., 0, N_POINTS] = by_state[..., 1, N_POINTS + 1] = -scale
    by_phone = np.empty((n_moments, N_JOINTS, 2, FIRST_LENGTH))
    by_phone[..., 0] = -scale[..., None] * point
    from_phone = points_of(z) + problem.offset_m - (*problem.place_m, g[4])
    for i, name in ((1, "pitch"), (2, "roll"), (3, "yaw")):
        by_phone[..., i] = (by_camera @ (from_phone @ turns[name].T)[..., None])[..., 0]
    by_phone[..., 4] = -by_point[..., 2]
    return _Seen(
        value=(np.where(known[..., None], off, 0.0) * weight[..., None]).reshape(n_moments, -1),
        by_state=by_state.reshape(n_moments, -1, N),
        by_phone=by_phone.reshape(n_moments, -1, FIRST_LENGTH),
        by_bias=np.repeat(-scale, 2, axis=1),
    )


def _bone_values(x: FloatArray, g: FloatArray) -> FloatArray:
    length = np.linalg.norm(BONE_WEIGHTS @ x, axis=-1)
    return np.asarray((length - g[BONE_LENGTH]) / BONE_SD_M)


N_LIMITS = 7
BACKWARD_M = 0.03  # of the shoulders behind the hips: upright, a chest held proud
LIMIT_SD_M = 0.01
"""How far a point may lie beyond what no body does."""


def _limits(problem: Problem, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """One-sided statements: residuals (T, M) and derivatives (T, M, N); nothing where the limit is kept.

    Feet are not below the floor, and no knee is behind the line from hip to ankle, ahead being where the foot points.
    The trunk does not lean backward, which from the front looks the same as leaning forward.
    """
    value, by_state = np.zeros((len(x), N_LIMITS)), np.zeros((len(x), N_LIMITS, N_JOINTS, 3))
    for i, side in enumerate(("left", "right")):
        hip, knee, ankle, heel, toe = (JOINT[f"{side}_{part}"] for part in ("hip", "knee", "ankle", "heel", "toe"))
        ahead = (x[:, toe] - x[:, heel]) * (1.0, 1.0, 0.0)
        foot_m = np.maximum(np.linalg.norm(ahead, axis=-1, keepdims=True), 1e-3)
        ahead = ahead / foot_m
        apart = x[:, knee] - 0.5 * (x[:, hip] + x[:, ankle])
        out = np.einsum("ti,ti->t", apart, ahead)
        below = (out < 0.0) / LIMIT_SD_M
        value[:, i] = out * below
        by_state[:, i, knee] = ahead * below[:, None]
        by_state[:, i, hip] = by_state[:, i, ankle] = -0.5 * ahead * below[:, None]
        turning = (apart * (1.0, 1.0, 0.0) - out[:, None] * ahead) / foot_m * below[:, None]
        by_state[:, i, toe], by_state[:, i, heel] = turning, -turning
        for k, end in ((2 + i, heel), (4 + i, toe)):
            high = x[:, end, 2] - problem.floor_m[end]
            under = (high < 0.0) / LIMIT_SD_M
            value[:, k] = high * under
            by_state[:, k, end, 2] = under
    shoulders, hips = ([JOINT[f"{side}_{part}"] for side in ("left", "right")] for part in ("shoulder", "hip"))
    lean = x[:, shoulders, 0].mean(axis=1) - x[:, hips, 0].mean(axis=1) + BACKWARD_M
    back = (lean < 0.0) / LIMIT_SD_M
    value[:, 6] = lean * back
    by_state[:, 6, shoulders, 0] = 0.5 * back[:, None]
    by_state[:, 6, hips, 0] = -0.5 * back[:, None]
    return value, by_state.reshape(len(x), N_LIMITS, N_POINTS)


def first_shared(
    lengths_m: Mapping[str, float], *, focal_px: float, pitch: float, yaw: float, height_m: float
) -> FloatArray:
    """Shared unknowns to begin with; no roll and no bias."""
    g = np.zeros(N_SHARED)
    g[:FIRST_LENGTH] = np.log(focal_px), pitch, 0.0, yaw, height_m
    g[FIRST_LENGTH:FIRST_BIAS] = [lengths_m[name] for name in LENGTHS]
    return g


__all__ = ["Fit", "NotPositive", "Problem", "fit"]
