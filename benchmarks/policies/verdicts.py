"""Outcomes enter; plain words of where ours wins, where it does not, and what that hangs on leave."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.accuracy.sheets import number, percent
from benchmarks.policies.statistics import MEASURES, Measure, Paired, paired, values, verdict
from benchmarks.policies.tables import OTHERS, STALLED, Results, stalled_share
from benchmarks.policies.trials import OURS, POLICIES, Outcome

CLAIM = (
    "A check of the policy's logic on made-up athletes. It is no evidence about people: what hurts, what makes strong "
    "and what form has to do with either is assumed here, most of it by our own choice; the ranking follows from it."
)
HOURS_A_SESSION = 1.0
"""To set very painful sessions beside injuries in 1000 hours (chosen by us)."""
INJURIES = "1.0 to 4.4 injuries in 1000 hours in powerlifting (Aasa 2017)"


def words(outcomes: Sequence[Outcome], results: Results) -> list[str]:
    """Sentences worked out from the figures, so that they change with them."""
    return [
        *(_against(outcomes, other) for other in OTHERS),
        _best(outcomes),
        _trade(outcomes),
        _plausible(outcomes),
        _stalled(outcomes),
        *(_robust(results, name, other) for name, other in ROBUST if len(results) > 1),
    ]


ROBUST = (
    ("painful", "whatever"),
    ("gain_percent", "whatever"),
    ("gain_percent", "percentage"),
    ("painful", "percentage"),
)
"""Comparisons whose outcome is followed through the other assumptions."""


def _apart(outcomes: Sequence[Outcome], other: str, measure: Measure) -> Paired:
    return paired(values(outcomes, OURS, measure.name), values(outcomes, other, measure.name))


def _against(outcomes: Sequence[Outcome], other: str) -> str:
    """Better in, worse in, no clear difference in."""
    found: dict[str, list[str]] = {}
    for m in MEASURES:
        apart = _apart(outcomes, other, m)
        found.setdefault(verdict(apart, m), []).append(f"{m.title} ({number(apart.mean, 2, is_signed=True)})")
    order = ("worse", "better", "no clear difference", "more", "fewer")
    parts = [f"{key}: {', '.join(found[key])}" for key in order if key in found]
    return f"Lookfeel against '{other}': {'; '.join(parts)}."


def _best(outcomes: Sequence[Outcome]) -> str:
    """Which policy has the best mean in each outcome."""
    told = []
    for m in MEASURES:
        if m.is_more_better is not None:
            means = {policy: float(values(outcomes, policy, m.name).mean()) for policy in POLICIES}
            best = (max if m.is_more_better else min)(means.values())
            first = [policy for policy in POLICIES if means[policy] == best]
            told.append(f"{m.title}: {'all alike' if len(first) == len(POLICIES) else ' and '.join(first)}")
    return f"Best mean in each outcome: {'; '.join(told)}."


def _trade(outcomes: Sequence[Outcome]) -> str:
    """What the two main outcomes cost each other, against who gains most."""
    gain, painful = MEASURES[0], MEASURES[1]
    strongest = max(POLICIES, key=lambda policy: float(values(outcomes, policy, gain.name).mean()))
    if strongest == OURS:
        return "No policy gains more strength than lookfeel."
    more, less = _apart(outcomes, strongest, gain), _apart(outcomes, strongest, painful)
    return (
        f"The trade: '{strongest}' gains most; lookfeel gains {number(-more.mean, 1)} points less, with "
        f"{number(-less.mean, 1)} painful sessions fewer. Which is to be preferred is not for a simulation to say."
    )


def _plausible(outcomes: Sequence[Outcome]) -> str:
    """Very painful sessions beside known rates of injury."""
    hours = outcomes[0].n_sessions * HOURS_A_SESSION
    rates = {p: 1000.0 * float(values(outcomes, p, "very_painful").mean()) / hours for p in POLICIES}
    told = ", ".join(f"{policy} {number(rate, 1)}" for policy, rate in rates.items())
    return f"Sessions of pain above 5 in 1000 hours: {told}. For comparison, {INJURIES}; pain is not injury."


def _stalled(outcomes: Sequence[Outcome]) -> str:
    """How many athletes ours neither lets go on nor takes back."""
    return (
        f"{percent(stalled_share(outcomes))} of athletes stall under lookfeel: in {100 * STALLED:.0f} % of their "
        "sessions or more it keeps the load for the sake of form, neither adding nor taking off."
    )


def _robust(results: Results, name: str, other: str) -> str:
    """Under how many assumptions a verdict holds, and where it does not."""
    measure = next(m for m in MEASURES if m.name == name)
    by = {case: verdict(_apart(outcomes, other, measure), measure) for case, outcomes in results.items()}
    usual = by[next(iter(by))]
    otherwise = [f"{case} ({found})" for case, found in by.items() if found != usual]
    held = f"in all {len(by)} sets of assumptions" if not otherwise else f"in {len(by) - len(otherwise)} of {len(by)}"
    exceptions = f"; not with: {', '.join(otherwise)}" if otherwise else ""
    return f"{measure.title[0].upper()}{measure.title[1:]}, lookfeel against '{other}': {usual} {held}{exceptions}."
