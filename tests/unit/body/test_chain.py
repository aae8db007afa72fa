"""Chains against the same equations written out in full: solution, damping, covariance, and what has no solution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lookfeel.body.chain import Chain, NotPositive, covariance, solve_chain

N, N_SHARED = 5, 3
MOMENTS = (1, 2, 3, 4, 7, 8)


def random_chain(n_moments: int, *, seed: int = 0) -> Chain:
    """Positive definite: a sum of squares of random rows, of differences one and two moments apart, and a prior."""
    rng = np.random.default_rng(seed)
    rows, by_shared = rng.normal(size=(n_moments, 9, N)), rng.normal(size=(n_moments, 9, N_SHARED))
    turned = rows.transpose(0, 2, 1)
    own, axis = turned @ rows, np.arange(N)
    still = rng.uniform(0.5, 2.0, (max(n_moments - 1, 0), N))
    smooth = rng.uniform(0.5, 2.0, (max(n_moments - 2, 0), N))
    weight = np.zeros((n_moments, N))
    following = -still
    if n_moments > 1:
        weight[:-1] += still
        weight[1:] += still
    if n_moments > 2:
        weight[:-2] += smooth
        weight[1:-1] += 4.0 * smooth
        weight[2:] += smooth
        following[:-1] -= 2.0 * smooth
        following[1:] -= 2.0 * smooth
    own[:, axis, axis] += weight
    return Chain(
        rows=np.concatenate([own, turned @ by_shared, rng.normal(size=(n_moments, N, 1))], axis=2),
        next=following,
        after=smooth,
        shared=np.eye(N_SHARED) + np.einsum("tmg,tmh->gh", by_shared, by_shared),
        shared_load=rng.normal(size=N_SHARED),
    )


def in_full(chain: Chain, *, damping: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The whole matrix and right-hand side, unknowns of the moments first."""
    n_moments = len(chain.rows)
    size = n_moments * N
    matrix = np.zeros((size + N_SHARED, size + N_SHARED))
    for t in range(n_moments):
        here = slice(t * N, (t + 1) * N)
        matrix[here, here] = chain.rows[t, :, :N]
        matrix[here, size:] = chain.rows[t, :, N:-1]
        matrix[size:, here] = chain.rows[t, :, N:-1].T
        for later, ties in ((1, chain.next), (2, chain.after)):
            if t + later < n_moments:
                there = slice((t + later) * N, (t + later + 1) * N)
                matrix[here, there] = matrix[there, here] = np.diag(ties[t])
    matrix[size:, size:] = chain.shared
    matrix[np.diag_indices_from(matrix)] *= 1.0 + damping
    return matrix, np.concatenate([chain.rows[..., -1].ravel(), chain.shared_load])


@pytest.mark.parametrize("damping", [0.0, 0.3, 1e3])
@pytest.mark.parametrize("n_moments", MOMENTS)
def test_solution_is_that_of_the_whole_matrix(n_moments: int, damping: float) -> None:
    chain = random_chain(n_moments)
    solution = solve_chain(chain, damping=damping)
    expected = np.linalg.solve(*in_full(chain, damping=damping))
    np.testing.assert_allclose(solution.step, expected[:-N_SHARED].reshape(n_moments, N), atol=1e-10)
    np.testing.assert_allclose(solution.shared_step, expected[-N_SHARED:], atol=1e-10)


@pytest.mark.parametrize("n_moments", MOMENTS)
def test_covariance_is_the_inverse_of_the_whole_matrix(n_moments: int) -> None:
    chain = random_chain(n_moments, seed=1)
    solution = solve_chain(chain)
    inverse = np.linalg.inv(in_full(chain)[0])
    np.testing.assert_allclose(solution.shared_covariance, inverse[-N_SHARED:, -N_SHARED:], atol=1e-10)
    found = covariance(solution)
    assert found.shape == (n_moments, N, N)
    for t, block in enumerate(found):
        np.testing.assert_allclose(block, inverse[t * N : (t + 1) * N, t * N : (t + 1) * N], atol=1e-10)


def half_unseen(n_moments: int) -> Chain:
    """Seen in the first half; in the second only smooth movement is asked for, as when somebody leaves the picture.

    Unknowns are tied to each other unevenly, as joints are by bones, so that rounding leaves a skew part to grow.
    """
    chain, rng = random_chain(n_moments, seed=2), np.random.default_rng(3)
    bones = rng.normal(size=(n_moments, N - 1, N))
    rows = 1e-3 * chain.rows
    rows[:, :, :N] = bones.transpose(0, 2, 1) @ bones
    rows[: n_moments // 2] += chain.rows[: n_moments // 2]
    smooth = np.full((n_moments - 2, N), 1e2)
    following, axis = np.zeros((n_moments - 1, N)), np.arange(N)
    following[:-1] -= 2.0 * smooth
    following[1:] -= 2.0 * smooth
    weight = np.full((n_moments, N), 1e-4)
    weight[:-2] += smooth
    weight[1:-1] += 4.0 * smooth
    weight[2:] += smooth
    rows[:, axis, axis] += weight
    return replace(chain, rows=rows, next=following, after=smooth, shared=10.0 * chain.shared)


def test_rounding_does_not_grow_where_nobody_is_seen() -> None:
    chain = half_unseen(300)
    solution = solve_chain(chain)
    full, load = in_full(chain)
    assert np.linalg.eigvalsh(full)[0] > 0.0
    step = np.linalg.solve(full, load)[:-N_SHARED].reshape(300, N)
    assert np.abs(solution.step - step).max() < 1e-6 * np.abs(step).max()
    inverse = np.linalg.inv(full)
    for t, block in enumerate(covariance(solution)):
        expected = inverse[t * N : (t + 1) * N, t * N : (t + 1) * N]
        sd = np.sqrt(np.diag(expected))
        assert (np.abs(block - expected) < 1e-6 * np.outer(sd, sd)).all(), t


def test_damping_shortens_the_step() -> None:
    chain = random_chain(7)
    lengths = [float(np.linalg.norm(solve_chain(chain, damping=damping).step)) for damping in (0.0, 1.0, 10.0, 1e3)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] < 0.05 * lengths[0]


def test_chain_is_left_as_it_was() -> None:
    chain = random_chain(3)
    before = {name: getattr(chain, name).copy() for name in Chain.__slots__}
    covariance(solve_chain(chain, damping=0.5))
    for name, array in before.items():
        np.testing.assert_array_equal(getattr(chain, name), array)


@pytest.mark.parametrize("n_moments", [1, 2, 7])
def test_a_moment_that_nothing_fixes_is_refused(n_moments: int) -> None:
    chain = random_chain(n_moments)
    rows = chain.rows.copy()
    rows[-1, :, :N] = -np.eye(N)
    with pytest.raises(NotPositive):
        solve_chain(replace(chain, rows=rows))


def test_shared_unknowns_that_nothing_fixes_are_refused() -> None:
    chain = random_chain(4)
    with pytest.raises(NotPositive):
        solve_chain(replace(chain, shared=-np.eye(N_SHARED)))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_numbers_that_overflowed_are_refused(value: float) -> None:
    chain = random_chain(4)
    rows = chain.rows.copy()
    rows[1, 0, 0] = value
    with pytest.raises(NotPositive):
        solve_chain(replace(chain, rows=rows))
