"""Blocks of a chain with shared unknowns in, its solution and covariance out: banded normal equations, exactly solved.

Every moment of a clip has its own unknowns and is tied to the two after it; a few unknowns (camera, lengths) are shared
by all. Moments are eliminated one by one from the first, which costs time and memory linear in the length of the clip,
and the shared unknowns by their Schur complement. NumPy alone does it: SciPy's LAPACK is quicker at one moment's block,
by less than it takes to import.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookfeel.types import FloatArray


class NotPositive(ArithmeticError):
    """The normal equations have no Cholesky factor: the unknowns are not fixed, or numbers have overflowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Normal equations of T moments with N unknowns each and G shared ones.

    rows (T, N, N + G + 1): of each moment's own unknowns, side by side what ties them to each other, to the shared ones
    and their right-hand side. next (T - 1, N) and after (T - 2, N): what ties a coordinate to itself one and two
    moments later (diagonals). shared (G, G) and shared_load (G,): of the shared unknowns.
    """

    rows: FloatArray
    next: FloatArray
    after: FloatArray
    shared: FloatArray
    shared_load: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """step (T, N), shared_step (G,). The rest serves `covariance`: each moment's covariance if all later ones and the
    shared unknowns were known (T, N, N), by how much the next moment moves it (T, N, N), what ties it to the one after
    that (T, N), by how much the shared ones move it (T, N, G), and their covariance (G, G)."""

    step: FloatArray
    shared_step: FloatArray
    inverse: FloatArray
    by_next: FloatArray
    after: FloatArray
    by_shared: FloatArray
    shared_covariance: FloatArray


def solve_chain(chain: Chain, *, damping: float = 0.0) -> Solution:
    """Solve the normal equations, their diagonal enlarged by the share `damping`.

    The shared unknowns need only the way forward, since B' A^-1 B adds up along it; back goes one column, the step.

    Raises
        NotPositive: see there.
    """
    n_moments, n, _ = chain.rows.shape
    following, after = _padded(chain.next, n_moments), _padded(chain.after, n_moments)
    try:
        with np.errstate(invalid="ignore", over="ignore"):  # NaN is found below
            inverse, moved, met = _eliminate(chain.rows, following, after, damping)
    except np.linalg.LinAlgError as error:
        raise NotPositive("a moment's equations are singular") from error
    axis = np.arange(n)
    if not (inverse[:, axis, axis] > 0.0).all():  # sums of squares lose their sign by rounding alone: it shows here
        raise NotPositive("a moment's equations are not positive definite")
    by_next, by_shared = moved[..., :n], moved[..., n:-1]
    covariance = _inverse(chain.shared + damping * np.diag(np.diag(chain.shared)) - met[:, :-1])
    shared_step = covariance @ (chain.shared_load - met[:, -1])
    step = np.zeros((n_moments + 2, n))
    step[:n_moments] = moved[..., -1] - by_shared @ shared_step
    for t in range(n_moments - 1, -1, -1):
        step[t] -= by_next[t] @ step[t + 1] + inverse[t] @ (after[t] * step[t + 2])
    return Solution(
        step=step[:n_moments],
        shared_step=shared_step,
        inverse=inverse,
        by_next=by_next,
        after=after,
        by_shared=by_shared,
        shared_covariance=covariance,
    )


def _eliminate(
    rows: FloatArray, following: FloatArray, after: FloatArray, damping: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Express one moment after the other by the two after it and the shared unknowns.

    rows: see `Chain`; following, after (T, N).
    Returns the inverse of what is left of each moment's own equations (T, N, N); that times what ties it to the next
    moment, to the shared unknowns and its right-hand side (T, N, N + G + 1); and what all of them take from the
    equations of the shared unknowns (G, G + 1).
    """
    n_moments, n, width = rows.shape
    inverse, moved = np.empty((n_moments, n, n)), np.empty((n_moments, n, width))
    met = np.zeros((width - n - 1, width - n))
    tie = np.diag(following[0])  # of the next moment to this one
    first, second = np.zeros((n, width)), np.zeros((n, width))  # taken from the next moment and the one after
    for t in range(n_moments):
        here, leap = rows[t] - first, after[t][:, None]
        own = here[:, :n]
        np.einsum("ii->i", own)[:] += damping * rows[t].diagonal()
        inverse[t] = _symmetric(np.linalg.inv(own))
        own[:] = tie.T
        np.matmul(inverse[t], here, out=moved[t])
        met += here[:, n:-1].T @ moved[t, :, n:]
        first = second + tie @ moved[t]
        second = np.concatenate([leap * inverse[t] * after[t], leap * moved[t, :, n:]], axis=1)
        if t + 1 < n_moments:
            tie = np.diag(following[t + 1]) - leap * moved[t, :, :n]
    return inverse, moved, met


def covariance(solution: Solution, *, own_share: float = 1.0) -> FloatArray:
    """(T, N, N) of each moment's unknowns: `own_share` of what it would be if the shared ones were known, and all that
    these add."""
    n_moments, n = solution.step.shape
    own = np.empty_like(solution.inverse)
    by_shared = np.concatenate([solution.by_shared, np.zeros((2, *solution.by_shared.shape[1:]))])
    later = np.zeros((2 * n, 2 * n))  # covariance of the two moments after this one
    for t in range(n_moments - 1, -1, -1):
        by_later = np.concatenate([solution.by_next[t], solution.inverse[t] * solution.after[t]], axis=1)
        across = by_later @ later
        own[t] = _symmetric(solution.inverse[t] + across @ by_later.T)
        later = np.block([[own[t], -across[:, :n]], [-across[:, :n].T, later[:n, :n]]])
        by_shared[t] -= by_later @ by_shared[t + 1 : t + 3].reshape(2 * n, -1)
    by_shared = by_shared[:n_moments]
    return np.asarray(own_share * own + by_shared @ solution.shared_covariance @ by_shared.transpose(0, 2, 1))


def _padded(ties: FloatArray, n_moments: int) -> FloatArray:
    """(T, N), the last moments being tied to nothing."""
    return np.concatenate([ties, np.zeros((n_moments - len(ties), ties.shape[1]))])


def _symmetric(matrix: FloatArray) -> FloatArray:
    """Without what rounding left of a skew part, which would grow from moment to moment where nobody is seen."""
    return np.asarray(0.5 * (matrix + matrix.T))


def _inverse(matrix: FloatArray) -> FloatArray:
    """Of a positive definite matrix, by its Cholesky factor.

    Raises
        NotPositive: it is not.
    """
    try:
        half = np.linalg.inv(np.linalg.cholesky(_symmetric(matrix)))
    except np.linalg.LinAlgError as error:
        raise NotPositive("the shared unknowns are not fixed") from error
    return np.asarray(half.T @ half)
