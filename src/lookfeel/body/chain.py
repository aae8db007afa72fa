"""Blocks of a chain with shared unknowns in, its solution and covariance out: banded normal equations, exactly solved.

Every moment of a clip has its own unknowns and is tied to the two before it; a few unknowns (camera, lengths) are
shared by all. Two moments together make one block, so that the matrix is block-tridiagonal: a block Cholesky costs time
and memory linear in the length of the clip, and the shared unknowns are eliminated by their Schur complement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dpotrf, dtrtri

from lookfeel.types import FloatArray


class NotPositive(ArithmeticError):
    """The normal equations have no Cholesky factor: the unknowns are not fixed, or numbers have overflowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Normal equations of T moments with N unknowns each and G shared ones.

    own (T, N, N); next (T - 1, N) and after (T - 2, N): what ties a coordinate to itself one and two moments later
    (diagonals); to_shared (T, N, G); shared (G, G); load (T, N) and shared_load (G,): right-hand sides.
    """

    own: FloatArray
    next: FloatArray
    after: FloatArray
    to_shared: FloatArray
    shared: FloatArray
    load: FloatArray
    shared_load: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """step (T, N), shared_step (G,). The rest serves `covariance`: factors of the chain, what of the shared unknowns is
    left after them (B, 2N, G), and covariance of the shared unknowns (G, G)."""

    step: FloatArray
    shared_step: FloatArray
    inverse: FloatArray
    coupling: FloatArray
    half: FloatArray
    shared_covariance: FloatArray


def solve_chain(chain: Chain, *, damping: float = 0.0) -> Solution:
    """Solve the normal equations, their diagonal enlarged by the share `damping`.

    The shared unknowns need only the way forward, since B' A^-1 B = (L^-1 B)' (L^-1 B); back goes one column, the step.

    Raises
        NotPositive: see there.
    """
    n_moments, n = chain.load.shape
    diagonal, below = _blocks(chain, damping)
    n_shared = len(chain.shared_load)
    right = np.concatenate([chain.to_shared, chain.load[..., None]], axis=-1)
    half = _paired(right).reshape(len(diagonal), 2 * n, n_shared + 1)
    inverse = np.empty_like(diagonal)
    coupling = np.empty((len(diagonal) - 1, 2 * n, 2 * n))
    for i in range(len(diagonal)):  # L y = b: forward
        block, rhs = diagonal[i], half[i]
        if i:
            block = block - coupling[i - 1] @ coupling[i - 1].T
            rhs = rhs - coupling[i - 1] @ half[i - 1]
        inverse[i] = _inverse_factor(block)
        half[i] = inverse[i] @ rhs
        if i < len(coupling):
            _times_below(below[i], inverse[i], coupling[i])
    every = half.reshape(-1, n_shared + 1)
    left = every[:, :n_shared].T @ every
    shared = chain.shared + damping * np.diag(np.diag(chain.shared)) - left[:, :n_shared]
    factor = _inverse_factor(0.5 * (shared + shared.T))
    covariance = factor.T @ factor
    shared_step = covariance @ (chain.shared_load - left[:, n_shared])
    step = _backward(inverse, coupling, half[..., n_shared] - half[..., :n_shared] @ shared_step)
    return Solution(
        step=step.reshape(-1, n)[:n_moments],
        shared_step=shared_step,
        inverse=inverse,
        coupling=coupling,
        half=half[..., :n_shared],
        shared_covariance=covariance,
    )


def _backward(inverse: FloatArray, coupling: FloatArray, half: FloatArray) -> FloatArray:
    """L' x = y for y (B, 2N) or (B, 2N, G)."""
    whole = np.empty_like(half)
    for i in range(len(half) - 1, -1, -1):
        rhs = half[i] if i == len(half) - 1 else half[i] - coupling[i].T @ whole[i + 1]
        whole[i] = inverse[i].T @ rhs
    return whole


def covariance(solution: Solution, *, own_share: float = 1.0) -> FloatArray:
    """(T, N, N) of each moment's unknowns: `own_share` of what it would be if the shared ones were known, and all that
    these add."""
    n_moments, n = solution.step.shape
    moved = _backward(solution.inverse, solution.coupling, solution.half).reshape(-1, n, solution.half.shape[-1])
    moved = moved[:n_moments]
    found = np.empty_like(solution.inverse)
    for i in range(len(found) - 1, -1, -1):
        inner = np.eye(2 * n)
        if i < len(solution.coupling):
            inner += solution.coupling[i].T @ found[i + 1] @ solution.coupling[i]
        found[i] = solution.inverse[i].T @ inner @ solution.inverse[i]
    moment = np.arange(n_moments)
    pairs = found.reshape(len(found), 2, n, 2, n)
    own = pairs[moment // 2, moment % 2, :, moment % 2, :]
    return np.asarray(own_share * own + moved @ solution.shared_covariance @ moved.transpose(0, 2, 1))


def _blocks(chain: Chain, damping: float) -> tuple[FloatArray, FloatArray]:
    """Diagonal blocks (B, 2N, 2N), a missing last moment being fixed at nothing, and the only entries that blocks below
    them have (B - 1, 3, N): what ties first to first, first to the second before, second to second."""
    n_moments, n = chain.load.shape
    own = chain.own.copy()
    axis = np.arange(n)
    own[:, axis, axis] *= 1.0 + damping
    own = np.concatenate([own, np.eye(n)[None]]) if n_moments % 2 else own
    n_blocks = len(own) // 2
    step = np.zeros((2 * n_blocks, n))
    step[: n_moments - 1] = chain.next
    leap = np.zeros((2 * n_blocks, n))
    leap[: max(n_moments - 2, 0)] = chain.after
    diagonal = np.zeros((n_blocks, 2, n, 2, n))
    diagonal[:, 0, :, 0], diagonal[:, 1, :, 1] = own[0::2], own[1::2]
    diagonal[:, 0, axis, 1, axis] = diagonal[:, 1, axis, 0, axis] = step[0::2]
    below = np.stack([leap[0:-2:2], step[1:-1:2], leap[1:-1:2]], axis=1)
    return diagonal.reshape(n_blocks, 2 * n, 2 * n), below


def _times_below(below: FloatArray, inverse: FloatArray, into: FloatArray) -> None:
    """The block below times the transposed inverse factor, which costs nothing: the block has three diagonals."""
    n = below.shape[1]
    first, second = inverse[:, :n].T, inverse[:, n:].T
    into[:n] = below[0][:, None] * first + below[1][:, None] * second
    into[n:] = below[2][:, None] * second


def _paired(rows: FloatArray) -> FloatArray:
    """With a row of nothing at the end when their number is odd."""
    return np.concatenate([rows, np.zeros((1, *rows.shape[1:]))]) if len(rows) % 2 else rows


def _inverse_factor(block: FloatArray) -> FloatArray:
    """Inverse of the lower Cholesky factor."""
    factor, problem = dpotrf(block, lower=1, clean=1)
    if problem or not np.isfinite(factor.diagonal()).all():  # LAPACK factors NaN without a word
        raise NotPositive(f"not positive definite at unknown {problem}")
    return np.asarray(dtrtri(factor, lower=1)[0])
