"""Outcomes enter; the tables of the report and the lines of its CSV files leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.accuracy.sheets import Sheet, number, percent
from benchmarks.policies.assumptions import EXPERIENCES, Assumptions, listed
from benchmarks.policies.statistics import MEASURES, Measure, mean_of, paired, values, verdict
from benchmarks.policies.trials import OURS, POLICIES, VARIANTS, Outcome
from lookfeel.matrix import load_matrix
from lookfeel.types import Experience

OTHERS = tuple(name for name in POLICIES if name != OURS)
Results = Mapping[str, Sequence[Outcome]]
"""Outcomes of each case of the sensitivity."""


def main_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Every outcome under every policy."""
    return Sheet(
        title=f"What became of {_n_athletes(outcomes)} made-up athletes in {outcomes[0].n_sessions} sessions",
        note="Mean over athletes (90 % bootstrap interval). Weak stimulus: below 60 % of a full session's, lost ones "
        "among them. Threshold gained: hundredths of the one-rep max.",
        headings=("outcome, per athlete", *POLICIES),
        rows=tuple((m.title, *(_mean_cell(outcomes, policy, m) for policy in POLICIES)) for m in MEASURES),
    )


def spread_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Single athletes."""
    return Sheet(
        title="How far single athletes differ",
        note="Median (5th to 95th percentile of athletes).",
        headings=("outcome, per athlete", *POLICIES),
        rows=tuple((m.title, *(_spread_cell(outcomes, policy, m) for policy in POLICIES)) for m in MEASURES),
    )


def paired_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Ours against each other policy, athlete by athlete."""
    rows = []
    for other in OTHERS:
        for m in MEASURES:
            apart = paired(values(outcomes, OURS, m.name), values(outcomes, other, m.name))
            figures = (number(apart.mean, 2, is_signed=True), _range(apart.low, apart.high, 2))
            shares = (f"{100 * apart.more:.0f} %", f"{100 * apart.less:.0f} %")
            rows.append((other, m.title, *figures, *shares, verdict(apart, m)))
    return Sheet(
        title="Lookfeel less each other policy, the same athletes and the same days",
        note="Mean difference with its 90 % bootstrap interval; more, less: athletes for whom lookfeel's figure is the "
        "higher and the lower one. Verdict: by the interval.",
        headings=("against", "outcome", "difference", "90 % interval", "more", "less", "lookfeel is"),
        rows=tuple(rows),
        n_words=2,
    )


def experience_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Strength and pain by experience."""
    rows = []
    for m in (m for m in MEASURES if m.name in SHOWN):
        for experience in EXPERIENCES:
            own = [outcome for outcome in outcomes if outcome.experience == experience]
            if own:
                cells = tuple(_mean_cell(own, policy, m) for policy in POLICIES)
                rows.append((m.short, LEVELS[experience], str(_n_athletes(own)), *cells))
    return Sheet(
        title="By experience",
        note="Mean over athletes (90 % bootstrap interval).",
        headings=("outcome", "level", "n", *POLICIES),
        rows=tuple(rows),
        n_words=2,
    )


LEVELS: Mapping[Experience, str] = {"novice": "novice", "intermediate": "interm.", "advanced": "advanced"}
SHOWN = ("gain_percent", "painful", "above_threshold")


def threshold_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """Strength, time above the threshold and stalling by the hidden technique threshold."""
    rows = []
    for m in (m for m in MEASURES if m.name in ("gain_percent", "above_threshold")):
        for low, high in pairwise(BANDS):
            own = [outcome for outcome in outcomes if low <= outcome.threshold < high]
            if own:
                cells = (number(values(own, policy, m.name).mean(), m.digits) for policy in POLICIES)
                rows.append((m.short, _band(low, high), str(_n_athletes(own)), *cells, percent(stalled_share(own))))
    return Sheet(
        title="By the hidden technique threshold at the start, as a share of the one-rep max",
        note="Means. Stalled: athletes to whom lookfeel said to keep the load and work on form, or to film again, in "
        f"{100 * STALLED:.0f} % of their sessions or more. Everybody starts at about 65 %.",
        headings=("outcome", "threshold", "n", *POLICIES, "stalled"),
        rows=tuple(rows),
        n_words=2,
    )


BANDS = (-np.inf, 0.6, 0.7, 0.8, 0.9, np.inf)
STALLED = 0.75
KEEPING = frozenset({"cue", "hold", "film_again", "continue_and_watch"})
"""Bands of the threshold, share of sessions and actions that count as stalled (chosen by us)."""


def _band(low: float, high: float) -> str:
    if not np.isfinite(low):
        return f"below {high:g}"
    return f"from {low:g}" if not np.isfinite(high) else f"{low:g} to {high:g}"


def stalled_share(outcomes: Sequence[Outcome]) -> float:
    """Share of athletes whose load lookfeel kept for the sake of form in most of their sessions."""
    rules = load_matrix().rules
    kept = [
        sum(n for rule, n in outcome.rules.items() if rules[rule].action in KEEPING) / outcome.n_sessions
        for outcome in outcomes
        if outcome.policy == OURS
    ]
    return float(np.mean(np.array(kept) >= STALLED))


def sensitivity_sheet(results: Results, measure: Measure) -> Sheet:
    """One outcome under other assumptions."""
    rows = []
    for case, outcomes in results.items():
        means = (number(values(outcomes, p, measure.name).mean(), measure.digits) for p in POLICIES)
        ours = values(outcomes, OURS, measure.name)
        apart = [paired(ours, values(outcomes, other, measure.name)) for other in ("whatever", "percentage")]
        cells = (f"{number(d.mean, 1, is_signed=True)} ({_range(d.low, d.high, 1)})" for d in apart)
        rows.append((case, *means, *cells))
    n = _n_athletes(next(iter(results.values())))
    return Sheet(
        title=f"If other things were true: {measure.title}",
        note=f"Means of {n} athletes, and lookfeel less 'whatever' and less 'percentage' (90 % bootstrap interval).",
        headings=("assumption", "perf.", "what.", "perc.", "ours", "less whatever", "less percentage"),
        rows=tuple(rows),
    )


def variants_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """What each part of ours is worth."""
    shown = [m for m in MEASURES if m.name in (*SHOWN, "very_painful", "weak")]
    rows = tuple((name, *(number(values(outcomes, name, m.name).mean(), 2) for m in shown)) for name in VARIANTS)
    return Sheet(
        title="Lookfeel with a part taken out or changed",
        note=f"Means of {_n_athletes(outcomes)} athletes. Does not look: every set counts as faultless. Does not "
        "listen: every set counts as felt good; above pain 5 the athlete stops all the same. Told of the "
        "load that holds: lookfeel.threshold works it out every four filmed sessions, and no load above it is advised.",
        headings=("variant", *(m.short for m in shown)),
        rows=rows,
    )


def rules_sheet(outcomes: Sequence[Outcome]) -> Sheet:
    """How often each rule of the matrix decided."""
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(outcome.rules)
    total, rules = sum(counts.values()), load_matrix().rules
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Sheet(
        title="What lookfeel decided",
        note=f"Share of {total} decisions. Rules that are not listed never came up.",
        headings=("rule", "action", "share"),
        rows=tuple((name, rules[name].action, f"{100 * n / total:.1f} %") for name, n in ranked),
        n_words=2,
    )


def policies_told() -> Iterator[tuple[str, str]]:
    """Each policy in the words of its own class."""
    for name, kind in POLICIES.items():
        yield name, " ".join((kind.__doc__ or "").split())


def assumptions_sheet(assumptions: Assumptions) -> Sheet:
    """Every figure and where it comes from."""
    return Sheet(
        title="What is assumed: every figure",
        note="'choice': ours, from no study. Three values: novice / intermediate / advanced.",
        headings=("figure", "value", "unit", "meaning", "source"),
        rows=tuple(listed(assumptions)),
    )


def summary_lines(outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """Every mean."""
    for policy in dict.fromkeys(outcome.policy for outcome in outcomes):
        for m in MEASURES:
            yield {"policy": policy, "outcome": m.name, **asdict(mean_of(values(outcomes, policy, m.name)))}


def paired_lines(outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """Every difference."""
    for other in OTHERS:
        for m in MEASURES:
            apart = paired(values(outcomes, OURS, m.name), values(outcomes, other, m.name))
            yield {"against": other, "outcome": m.name, **asdict(apart), "verdict": verdict(apart, m)}


def sensitivity_lines(results: Results) -> Iterator[dict[str, Any]]:
    """Every mean and every difference under every case."""
    for case, outcomes in results.items():
        for line in summary_lines(outcomes):
            yield {**COLUMNS, "assumption": case, **line}
        for line in paired_lines(outcomes):
            line["policy"] = f"{OURS} less {line.pop('against')}"
            yield {**COLUMNS, "assumption": case, **line}


COLUMNS: Mapping[str, Any] = dict.fromkeys(
    ("assumption", "policy", "outcome", "mean", "low", "high", "p05", "p50", "p95", "more", "less", "verdict")
)
"""Of sensitivity.csv; a mean and a difference each leave some of them empty."""


def athlete_lines(outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
    """Every athlete under every policy."""
    for outcome in outcomes:
        line = asdict(outcome)
        line.pop("rules")
        yield line


def _n_athletes(outcomes: Sequence[Outcome]) -> int:
    return len({outcome.athlete for outcome in outcomes})


def _mean_cell(outcomes: Sequence[Outcome], policy: str, m: Measure) -> str:
    found = mean_of(values(outcomes, policy, m.name))
    return f"{number(found.mean, m.digits)} ({_range(found.low, found.high, m.digits, is_signed=False)})"


def _spread_cell(outcomes: Sequence[Outcome], policy: str, m: Measure) -> str:
    found = mean_of(values(outcomes, policy, m.name))
    return f"{number(found.p50, 1)} ({_range(found.p05, found.p95, 1, is_signed=False)})"


def _range(low: float, high: float, digits: int, *, is_signed: bool = True) -> str:
    return f"{number(low, digits, is_signed=is_signed)}…{number(high, digits, is_signed=is_signed)}"
