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
    """step (T, N), shared_step (G,). The rest serves `covariance`: factors of the chain, what a shared unknown moves
    (T, N, G), and covariance of the shared unknowns (G, G)."""

    step: FloatArray
    shared_step: FloatArray
    inverse: FloatArray
    coupling: FloatArray
    moved: FloatArray
    shared_covariance: FloatArray


def solve_chain(chain: Chain, *, damping: float = 0.0) -> Solution:
    """Solve the normal equations, their diagonal enlarged by the share `damping`.

    Raises
        NotPositive: see there.
    """
    n_moments, n = chain.load.shape
    diagonal, below = _blocks(chain, damping)
    n_shared = len(chain.shared_load)
    right = np.concatenate([chain.to_shared, chain.load[..., None]], axis=-1)
    right = _paired(right).reshape(len(diagonal), 2 * n, n_shared + 1)
    inverse = np.empty_like(diagonal)
    coupling = np.empty_like(below)
    half = np.empty_like(right)
    for i in range(len(diagonal)):  # L y = b: forward
        block, rhs = diagonal[i], right[i]
        if i:
            block = block - coupling[i - 1] @ coupling[i - 1].T
            rhs = rhs - coupling[i - 1] @ half[i - 1]
        inverse[i] = _inverse_factor(block)
        half[i] = inverse[i] @ rhs
        if i < len(below):
            coupling[i] = below[i] @ inverse[i].T
    whole = np.empty_like(half)
    for i in range(len(diagonal) - 1, -1, -1):  # L' x = y: backward
        rhs = half[i] if i == len(diagonal) - 1 else half[i] - coupling[i].T @ whole[i + 1]
        whole[i] = inverse[i].T @ rhs
    flat = whole.reshape(-1, n, n_shared + 1)[:n_moments]
    moved, free = flat[..., :n_shared], flat[..., n_shared]
    shared = chain.shared + damping * np.diag(np.diag(chain.shared))
    shared = shared - np.einsum("tng,tnh->gh", chain.to_shared, moved)
    factor = _inverse_factor(0.5 * (shared + shared.T))
    covariance = factor.T @ factor
    shared_step = covariance @ (chain.shared_load - np.einsum("tng,tn->g", chain.to_shared, free))
    return Solution(
        step=free - moved @ shared_step,
        shared_step=shared_step,
        inverse=inverse,
        coupling=coupling,
        moved=moved,
        shared_covariance=covariance,
    )


def covariance(solution: Solution, *, own_share: float = 1.0) -> FloatArray:
    """(T, N, N) of each moment's unknowns: `own_share` of what it would be if the shared ones were known, and all that
    these add."""
    n_moments, n = solution.step.shape
    found = np.empty_like(solution.inverse)
    for i in range(len(found) - 1, -1, -1):
        inner = np.eye(2 * n)
        if i < len(solution.coupling):
            inner += solution.coupling[i].T @ found[i + 1] @ solution.coupling[i]
        found[i] = solution.inverse[i].T @ inner @ solution.inverse[i]
    moment = np.arange(n_moments)
    pairs = found.reshape(len(found), 2, n, 2, n)
    own = pairs[moment // 2, moment % 2, :, moment % 2, :]
    return np.asarray(own_share * own + solution.moved @ solution.shared_covariance @ solution.moved.transpose(0, 2, 1))


def _blocks(chain: Chain, damping: float) -> tuple[FloatArray, FloatArray]:
    """Diagonal blocks (B, 2N, 2N) and those below them (B - 1, 2N, 2N); a missing last moment is fixed at nothing."""
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
    below = np.zeros((n_blocks - 1, 2, n, 2, n))
    below[:, 0, axis, 0, axis] = leap[0:-2:2]
    below[:, 0, axis, 1, axis] = step[1:-1:2]
    below[:, 1, axis, 1, axis] = leap[1:-1:2]
    return diagonal.reshape(n_blocks, 2 * n, 2 * n), below.reshape(n_blocks - 1, 2 * n, 2 * n)


def _paired(rows: FloatArray) -> FloatArray:
    """With a row of nothing at the end when their number is odd."""
    return np.concatenate([rows, np.zeros((1, *rows.shape[1:]))]) if len(rows) % 2 else rows


def _inverse_factor(block: FloatArray) -> FloatArray:
    """Inverse of the lower Cholesky factor."""
    factor, problem = dpotrf(block, lower=1, clean=1)
    if problem or not np.isfinite(factor.diagonal()).all():  # LAPACK factors NaN without a word
        raise NotPositive(f"not positive definite at unknown {problem}")
    return np.asarray(dtrtri(factor, lower=1)[0])
