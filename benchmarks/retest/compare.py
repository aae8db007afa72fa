"""Reports of a clip and of its changed copy enter; how far score, verdict, reps and figures moved leaves.

Like is compared with like: of a clip without its first second only the repetitions that are still whole, of a clip
played twice each playing by itself, each judged as a set of its own; of a mirrored one left is right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace

from benchmarks.accuracy.matching import match_reps
from benchmarks.accuracy.truth import Window
from benchmarks.retest.conditions import Condition
from lookfeel.exercises import ExerciseSpec, load_exercise
from lookfeel.looks import assess_set
from lookfeel.types import Looks, Metric, Rep, RepMetrics, SetReport, Side

EXCHANGED: Mapping[str, Side] = {"left": "right", "right": "left"}
SIDES: tuple[Side, ...] = ("left", "right")
NO_EXERCISE = ("none", "sit_to_stand")
LEAST_MOVE = 0.005  # of an item's worth: less is not shown


@dataclass(frozen=True, kw_only=True)
class Part:
    """The whole repetitions of a span of a clip, judged as a set. from_s: where their clocks start."""

    exercise: str
    view: str
    reps: tuple[Rep, ...]
    metrics: tuple[RepMetrics, ...]
    looks: Looks
    from_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One figure of one repetition, before and after. over_sd: the change in SDs stated before."""

    metric: str
    rep: int
    before: float
    after: float
    sd: float

    @property
    def over_sd(self) -> float:
        """Signed; infinite for a figure that says it is exact and still moved."""
        change = self.after - self.before
        return change / self.sd if self.sd > 0 else math.copysign(math.inf, change) if change else 0.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One comparison. source: 'file' or 'detections'; fps: of the clip."""

    clip: str
    condition: str
    source: str
    fps: float
    before: Part
    after: Part
    n_matched: int
    gaps: tuple[Gap, ...]

    @property
    def score_change(self) -> float | None:
        """Points; None unless both have a score."""
        a, b = self.before.looks.score, self.after.looks.score
        return None if a is None or b is None else b - a

    @property
    def is_inside(self) -> bool | None:
        """Whether the new score lies in the interval stated before; None unless both have a score."""
        looks, score = self.before.looks, self.after.looks.score
        if looks.low is None or looks.high is None or score is None:
            return None
        return looks.low <= score <= looks.high

    @property
    def has_other_state(self) -> bool:
        """Whether the verdict differs."""
        return self.before.looks.state != self.after.looks.state

    @property
    def has_other_reps(self) -> bool:
        """Whether a repetition came or went."""
        return not self.n_matched == len(self.before.reps) == len(self.after.reps)

    @property
    def mover(self) -> str:
        """The item whose worth moved the score most, before and after, and what else is not as it was."""
        after = {item.item: item.score for item in self.after.looks.items}
        known = [(item, after.get(item.item)) for item in self.before.looks.items]
        moved = [
            (item.weight * abs(new - item.score), f"{item.label} {item.score:.2f} → {new:.2f}")
            for item, new in known
            if item.score is not None and new is not None and abs(new - item.score) >= LEAST_MOVE
        ]
        n_lost = sum(item.score is not None and new is None for item, new in known)
        n_gained = sum(item.score is None and new is not None for item, new in known)
        counts = [*([f"{n_lost} items less"] if n_lost else []), *([f"{n_gained} more"] if n_gained else [])]
        return "; ".join([*self._others(), *([max(moved)[1]] if moved else []), *counts])

    def _others(self) -> Iterator[str]:
        for name in ("exercise", "view"):
            a, b = getattr(self.before, name), getattr(self.after, name)
            if a != b:
                yield f"{a} → {b}"


def compare(clip: str, condition: Condition, source: str, *, before: SetReport, after: SetReport) -> Iterator[Outcome]:
    """Every comparison that a condition allows: of a clip played twice three, of any other one."""
    fps, length_s = before.decode.median_fps, before.decode.duration_s
    spec = spec_of(before)

    def outcome(name: str, a: Part, b: Part) -> Outcome:
        matched, gaps = gaps_between(a, b, spec)
        return Outcome(
            clip=clip, condition=name, source=source, fps=fps, before=a, after=b, n_matched=matched, gaps=gaps
        )

    if condition.n_passes > 1:
        whole = part_of(before)
        first, second = (
            part_of(after, from_s=i * length_s, keep=_in_pass(i, length_s, condition.n_passes)) for i in (0, 1)
        )
        yield outcome(f"{condition.name}: 1st", whole, first)
        yield outcome(f"{condition.name}: 2nd", whole, second)
        yield outcome(f"{condition.name}: 2nd to 1st", first, second)
        return
    whole_from_s = _whole_from_s(before, condition.cut_s)
    old = part_of(before, from_s=condition.cut_s, keep=lambda rep: rep.bottom_s >= whole_from_s)
    new = part_of(after, keep=lambda rep: rep.bottom_s + condition.cut_s >= whole_from_s)
    yield outcome(condition.name, old, exchanged(new) if condition.is_mirrored else new)


def _in_pass(i: int, length_s: float, n_passes: int) -> Callable[[Rep], bool]:
    end_s = (i + 1) * length_s if i + 1 < n_passes else math.inf
    return lambda rep: i * length_s <= rep.bottom_s < end_s


def _whole_from_s(report: SetReport, cut_s: float) -> float:
    """When the last repetition that a cut touches is over, or the cut itself."""
    return max([0.0, *(rep.end_s for rep in report.reps if rep.start_s < cut_s)]) if cut_s > 0 else -math.inf


def spec_of(report: SetReport) -> ExerciseSpec:
    """The rubric that judged, or the squat's where no exercise was seen."""
    guess = report.exercise
    return load_exercise("squat" if guess.name in NO_EXERCISE else guess.name, variant=guess.variant)


def part_of(report: SetReport, *, from_s: float = 0.0, keep: Callable[[Rep], bool] = lambda _: True) -> Part:
    """The whole repetitions that are kept, judged as a set."""
    rows = zip(report.reps, report.rep_metrics, report.rep_looks, strict=True)
    kept = [row for row in rows if not row[0].is_partial and keep(row[0])]
    return Part(
        exercise=report.exercise.name,
        view=report.view.name,
        reps=tuple(rep for rep, _, _ in kept),
        metrics=tuple(metrics for _, metrics, _ in kept),
        looks=assess_set([looks for _, _, looks in kept], spec=spec_of(report)),
        from_s=from_s,
    )


def exchanged(part: Part) -> Part:
    """The part with left and right exchanged in the names of view, legs and figures."""
    return replace(
        part,
        view=_exchanged_name(part.view),
        reps=tuple(replace(rep, side=EXCHANGED.get(rep.side, rep.side)) for rep in part.reps),
        metrics=tuple(
            replace(one, metrics={_exchanged_name(name): metric for name, metric in one.metrics.items()})
            for one in part.metrics
        ),
    )


def _exchanged_name(name: str) -> str:
    return "_".join(EXCHANGED.get(word, word) for word in name.split("_"))


def gaps_between(a: Part, b: Part, spec: ExerciseSpec) -> tuple[int, tuple[Gap, ...]]:
    """How many repetitions belong together, and the change of every figure that the rubric judges in both."""
    matched = match_reps(_windows(a), _windows(b))
    judged = {item.item for item in a.looks.items if item.score is not None}
    gaps = (
        _gap(name, a.reps[i].index, a.metrics[i].metrics.get(name), b.metrics[j].metrics.get(name))
        for i, j in sorted(matched.items())
        for name in rubric_metrics(spec, judged)
    )
    return len(matched), tuple(gap for gap in gaps if gap is not None)


def rubric_metrics(spec: ExerciseSpec, items: Container[str] | None = None) -> tuple[str, ...]:
    """Names of the figures of these items, or of all."""
    chosen = (item for item in spec.rubric if items is None or item.id in items)
    names = (measure.metric_for(side) for item in chosen for measure in item.measures for side in SIDES)
    return tuple(dict.fromkeys(names))


def _windows(part: Part) -> list[Window]:
    return [_window(rep, part.from_s) for rep in part.reps]


def _window(rep: Rep, from_s: float) -> Window:
    bottom_s = rep.bottom_s - from_s
    return Window(
        start_s=rep.start_s - from_s,
        bottom_start_s=bottom_s,
        bottom_s=bottom_s,
        ascent_start_s=bottom_s,
        end_s=rep.end_s - from_s,
    )


def _gap(name: str, rep: int, a: Metric | None, b: Metric | None) -> Gap | None:
    if a is None or b is None or a.value is None or b.value is None or a.sd is None:
        return None
    return Gap(metric=name, rep=rep, before=a.value, after=b.value, sd=a.sd)
