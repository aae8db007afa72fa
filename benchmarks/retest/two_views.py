"""Two clips of one set enter; what each says alone and both together leaves, and how far the two agree."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.retest.compare import part_of, rubric_metrics, spec_of
from lookfeel.errors import LookfeelError
from lookfeel.pipeline import Watched, judge
from lookfeel.types import Metric, SetReport


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """A figure that both clips give of the same repetition. apart_sd: their difference in the SD of a difference."""

    metric: str
    rep: int
    apart_sd: float


@dataclass(frozen=True, kw_only=True)
class TwoViews:
    """A set from two sides. both, turned: together in this order and in the other; problem: why they are not."""

    first: SetReport
    second: SetReport
    both: SetReport | None
    turned: SetReport | None
    problem: str | None = None

    @property
    def shown(self) -> SetReport:
        """The report to go by."""
        return self.first if self.both is None else self.both

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """Figures of the rubric that both clips give, of sets with as many repetitions."""
        return tuple(_agreements(self.first, self.second))


def see_both(first: Watched, second: Watched) -> TwoViews:
    """Judge each clip and both."""
    alone = judge(*first), judge(*second)
    try:
        both, turned = judge(*first, second=second), judge(*second, second=first)
    except LookfeelError as error:
        return TwoViews(first=alone[0], second=alone[1], both=None, turned=None, problem=error.message)
    return TwoViews(first=alone[0], second=alone[1], both=both, turned=turned)


def _agreements(first: SetReport, second: SetReport) -> Iterator[Agreement]:
    ours, theirs = part_of(first).metrics, part_of(second).metrics
    if len(ours) != len(theirs):
        return
    for i, (a, b) in enumerate(zip(ours, theirs, strict=True), start=1):
        for name in rubric_metrics(spec_of(first)):
            apart = _apart_sd(a.metrics.get(name), b.metrics.get(name))
            if apart is not None:
                yield Agreement(metric=name, rep=i, apart_sd=apart)


def _apart_sd(a: Metric | None, b: Metric | None) -> float | None:
    if a is None or b is None or a.value is None or b.value is None:
        return None
    spread = math.hypot(a.sd or 0.0, b.sd or 0.0)
    return (b.value - a.value) / spread if spread > 0 else None
