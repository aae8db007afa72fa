"""Loads and chances of having looked good enter; what they say of the load at which good looks fade leaves.

The model. On a typical day a set at load x looks good with the probability

    p(x) = 1 / (1 + exp(slope (log x - log threshold))),    slope > 0,

so that it falls with the load and is one half at the threshold. A session shifts its own log threshold by a normal
amount, which pools the sessions partially. Whether a set looked good is not known but only how probably, q; its
likelihood is q p + (1 - q)(1 - p). The posterior is computed on a grid, without sampling: the same sets always give the
same figures, whatever their order and the unit of their loads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from lookfeel.exercises import LoadRule
from lookfeel.types import FloatArray

# Fineness of the grid, chosen by us: at half the steps and three times the nodes no end of
# an interval moved by more than 1.2 % of load, in 30 made-up athletes.
STEP_LOG_LOAD: Final = 0.02
N_SLOPES: Final = 16
N_SESSION_SDS: Final = 4
N_SHIFTS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """Probability of each pair of threshold and slope.

    log_threshold (T,): evenly spaced logarithms of loads. slope (S,). mass (T, S) adds up to 1.
    """

    log_threshold: FloatArray
    slope: FloatArray
    mass: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    log_load: FloatArray
    q: FloatArray


def fit_threshold(load: FloatArray, q: FloatArray, session: Sequence[str], *, rule: LoadRule) -> Posterior:
    """The posterior of threshold and slope.

    Parameters
        load: (N,) positive, in any unit. q: (N,) chance that the set looked good, strictly between 0 and 1.
        session: of each set; sets of one session share its shift.
    """
    log_load, names = np.log(load), np.array(session)
    low, high = log_load.min() - np.log(rule.reach), log_load.max() + np.log(rule.reach)
    log_threshold = np.linspace(low, high, 1 + int(np.ceil((high - low) / STEP_LOG_LOAD)))
    slope = rule.slope_median * np.exp(rule.slope_log_sd * _normal_slices(N_SLOPES))
    session_sd = rule.session_sd * _normal_slices(2 * N_SESSION_SDS)[N_SESSION_SDS:]  # its upper half
    log_mass = np.zeros((len(log_threshold), N_SLOPES, N_SESSION_SDS))
    for name in sorted(set(session)):
        is_its = names == name
        seen = _Session(log_load=log_load[is_its], q=q[is_its])
        log_mass += _log_likelihood(seen, log_threshold, slope, session_sd)
    mass = np.exp(log_mass - log_mass.max()).sum(axis=2)
    return Posterior(log_threshold=log_threshold, slope=slope, mass=mass / mass.sum())


def threshold_quantiles(posterior: Posterior, shares: Sequence[float]) -> FloatArray:
    """Loads below which the threshold lies with each of these probabilities, in the unit of the given loads."""
    mass = posterior.mass.sum(axis=1)
    half_step = (posterior.log_threshold[1] - posterior.log_threshold[0]) / 2
    edges = np.concatenate([posterior.log_threshold - half_step, [posterior.log_threshold[-1] + half_step]])
    return np.asarray(np.exp(np.interp(shares, np.concatenate([[0.0], np.cumsum(mass)]), edges)))


def chance_quantiles(posterior: Posterior, load: FloatArray, shares: Sequence[float]) -> FloatArray:
    """(len(shares), C) quantiles of the chance to look good on a typical day, at each load (C,).

    Quantiles of the grid itself, without interpolation: so each falls strictly with the load, as every curve does.
    """
    chances = [_chance_by_curve(posterior, float(one)) for one in np.log(load)]
    columns = []
    for chance in chances:
        order = np.argsort(chance, axis=None)
        at = np.searchsorted(np.cumsum(posterior.mass.ravel()[order]), shares)
        columns.append(chance.ravel()[order][np.minimum(at, chance.size - 1)])
    return np.array(columns).T


def _chance_by_curve(posterior: Posterior, log_load: float) -> FloatArray:
    """(T, S) chance to look good at one load, for every threshold and slope."""
    from scipy.special import expit

    return np.asarray(expit(posterior.slope * (posterior.log_threshold[:, None] - log_load)))


def _log_likelihood(
    session: _Session, log_threshold: FloatArray, slope: FloatArray, session_sd: FloatArray
) -> FloatArray:
    """(T, S, D) of one session, its shift integrated out by Gauss-Hermite quadrature."""
    from scipy.special import expit, logsumexp

    shift, weight = _normal_nodes()
    moved = log_threshold[:, None, None] + session_sd[:, None] * shift  # (T, D, Z)
    total = np.zeros((len(log_threshold), len(slope), *moved.shape[1:]))
    for log_load, q in zip(session.log_load, session.q, strict=True):
        chance = expit(slope[:, None, None] * (moved[:, None] - log_load))
        total += np.log(1 - q + (2 * q - 1) * chance)
    return np.asarray(logsumexp(total, axis=-1, b=weight))


@cache
def _normal_slices(n_slices: int) -> FloatArray:
    """Middles of n equally probable slices of the standard normal distribution, in order."""
    from scipy.special import ndtri

    return np.asarray(ndtri((np.arange(n_slices) + 0.5) / n_slices))


@cache
def _normal_nodes() -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of the standard normal distribution; the weights add up to 1."""
    node, weight = np.polynomial.hermite_e.hermegauss(N_SHIFTS)
    return node, weight / weight.sum()
