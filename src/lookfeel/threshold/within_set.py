"""The threshold within one set: scores rep by rep go in, the first rep that falls out of the set's noise comes out."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist, fmean, median

from lookfeel.exercises import BreakdownRule, Scoring, load_scoring
from lookfeel.types import Looks, TechniqueThreshold


def find_threshold(rep_looks: Sequence[Looks], *, rule: BreakdownRule | None = None) -> TechniqueThreshold:
    """Find the first of consecutive reps that score clearly below the set's own first reps.

    Breakdown is a score below mean(first reps) - max(least drop, factor x SEM). The SEM is the share of the score's SD
    that varies from rep to rep; what is constant within the clip cancels. 'Not reached' is a full result: skilled
    lifters may slow down and keep their form (Brice 2020).

    Parameters
        rep_looks: in time order; reps without a score, partial ones among them, are passed over and interrupt a run.
        rule: figures of the rule; those of scoring.toml when not given.
    """
    shared = load_scoring()
    rule = shared.breakdown if rule is None else rule
    scored = [(position, looks, looks.score) for position, looks in enumerate(rep_looks) if looks.score is not None]
    if len(scored) < max(rule.min_reps, rule.baseline_reps + rule.n_consecutive):
        return _not_estimable(f"Only {len(scored)} reps could be scored; at least {rule.min_reps} are needed.")
    baseline = fmean(score for _, _, score in scored[: rule.baseline_reps])
    sem = rule.rep_to_rep_share * median(_score_sd(looks, shared.scoring) for _, looks, _ in scored)
    limit = baseline - max(rule.min_drop, rule.sem_factor * sem)
    judged = [(position, looks, score < limit) for position, looks, score in scored]
    first = _first_run(judged, rule)
    if first is not None:
        reason = (
            f"From rep {first.rep_index} on the score stays below {limit:.0f}; the first reps scored {baseline:.0f}."
        )
        return TechniqueThreshold(status="reached", rep_index=first.rep_index, reason=reason)
    if baseline < shared.scoring.bad_score:
        return _not_estimable(
            f"The first reps already score only {baseline:.0f}: there is no sound start to fall from."
        )
    reason = f"No {rule.n_consecutive} reps in a row fell below {limit:.0f}; the first reps scored {baseline:.0f}."
    if judged[-1][2]:
        reason += f" The last one, rep {judged[-1][1].rep_index}, did: whether it would have gone on was not seen."
    return TechniqueThreshold(status="not_reached", rep_index=None, reason=reason)


def _not_estimable(reason: str) -> TechniqueThreshold:
    return TechniqueThreshold(status="not_estimable", rep_index=None, reason=reason)


def _score_sd(looks: Looks, scoring: Scoring) -> float:
    """SD of a score, read from its interval as if it were normal."""
    if looks.low is None or looks.high is None:
        raise ValueError(f"rep {looks.rep_index}: a score without its interval")
    return (looks.high - looks.low) / (2.0 * NormalDist().inv_cdf(0.5 + 0.5 * scoring.interval))


def _first_run(judged: Sequence[tuple[int, Looks, bool]], rule: BreakdownRule) -> Looks | None:
    """First rep of the first run of neighbouring reps that are all below the limit, long enough without the first reps.

    A run that began among the first reps, in spite of their share in the limit, begins there.
    """
    for start in range(rule.baseline_reps, len(judged) - rule.n_consecutive + 1):
        if _is_run(judged[start : start + rule.n_consecutive]):
            while start > 0 and _is_run(judged[start - 1 : start + 1]):
                start -= 1
            return judged[start][1]
    return None


def _is_run(reps: Sequence[tuple[int, Looks, bool]]) -> bool:
    """Whether neighbouring reps, none missing between them, are all below the limit."""
    return all(is_below for _, _, is_below in reps) and reps[-1][0] - reps[0][0] == len(reps) - 1
