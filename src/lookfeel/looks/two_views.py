"""Two clips of one set: reps and figures of both go in; matched reps and the better figure of each go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from lookfeel.errors import UnmatchedViews
from lookfeel.exercises import ExerciseSpec, ViewGroup, view_group
from lookfeel.types import CameraView, FloatArray, Metric, Rep, RepMetrics

SAME_SET_S, SAME_SET_SHARE = 0.5, 0.2
"""Reps of one set may differ this much between its clips, in seconds or as a share of their length, whichever is more
(chosen by us: the length of a rep errs by about 0.3 s, its difference between two clips by 0.4 s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepView:
    """A rep as the second clip shows it. time_s: presentation time of every frame of that clip."""

    rep: Rep
    view: CameraView
    time_s: FloatArray | Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSet:
    """A set as one clip shows it. reps and metrics belong together one by one; time_s: presentation time of every frame
    of the clip."""

    reps: tuple[Rep, ...]
    metrics: tuple[RepMetrics, ...]
    view: CameraView
    time_s: FloatArray | Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedViews:
    """What two clips of a set show together. metrics: for each rep of the first clip the better figures of both; seen:
    that rep in the second clip, None where it is not; warnings: what speaks against one set."""

    metrics: tuple[RepMetrics, ...]
    seen: tuple[RepView | None, ...]
    warnings: tuple[str, ...] = ()


def join_views(first: ShownSet, second: ShownSet | None, *, spec: ExerciseSpec) -> JoinedViews:
    """Match the reps of two clips by their order and take each figure from the better one.

    Partial reps stay as the first clip shows them; without a second clip all do.

    Raises
        UnmatchedViews: the clips show different numbers of whole reps.
    """
    if second is None:
        return JoinedViews(metrics=first.metrics, seen=(None,) * len(first.reps))
    whole, warnings = match_reps(first.reps, second.reps)
    figures = [of_rep for rep, of_rep in zip(second.reps, second.metrics, strict=True) if not rep.is_partial]
    theirs = iter(zip(whole, figures, strict=True))
    metrics: list[RepMetrics] = []
    seen: list[RepView | None] = []
    for rep, ours in zip(first.reps, first.metrics, strict=True):
        if rep.is_partial:
            metrics.append(ours)
            seen.append(None)
            continue
        their_rep, their_metrics = next(theirs)
        metrics.append(merge_metrics(ours, their_metrics, spec=spec, views=(first.view, second.view)))
        seen.append(RepView(rep=their_rep, view=second.view, time_s=second.time_s))
    return JoinedViews(metrics=tuple(metrics), seen=tuple(seen), warnings=warnings)


def match_reps(first: Sequence[Rep], second: Sequence[Rep]) -> tuple[tuple[Rep, ...], tuple[str, ...]]:
    """Whole reps of the second clip in the order of the first clip's, and what speaks against one set.

    Raises
        UnmatchedViews: the clips show different numbers of whole reps, so that no order says which belong together.
    """
    ours, theirs = ([rep for rep in reps if not rep.is_partial] for reps in (first, second))
    if len(ours) != len(theirs):
        raise UnmatchedViews(f"whole reps in the first clip: {len(ours)}, in the second: {len(theirs)}")
    pairs = list(zip(ours, theirs, strict=True))
    return tuple(theirs), (*_length_warning(pairs), *_leg_warning(pairs))


def _length_warning(pairs: Sequence[tuple[Rep, Rep]]) -> tuple[str, ...]:
    known = [(a, b) for a, b in ((_length_s(one), _length_s(other)) for one, other in pairs) if a and b]
    if not known:
        return ()
    apart = median(abs(a - b) for a, b in known)
    if apart <= max(SAME_SET_S, SAME_SET_SHARE * median(a for a, _ in known)):
        return ()
    told = f"The two clips may not show the same set: their reps differ in length by {apart:.1f} s."
    return (f"{told} If they do not, analyse each by itself.",)


def _length_s(rep: Rep) -> float | None:
    """Way down, pause and way up in movement time, so that a slow-motion clip can be matched too."""
    parts = (rep.eccentric_s, rep.bottom_pause_s, rep.concentric_s)
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _leg_warning(pairs: Sequence[tuple[Rep, Rep]]) -> tuple[str, ...]:
    differing = [str(one.index) for one, other in pairs if one.side != other.side]
    if not differing:
        return ()
    told = f"The two clips do not agree which leg works in rep {', '.join(differing)}; the first clip's is taken."
    return (f"{told} Check that both show the same set.",)


def merge_metrics(
    first: RepMetrics, second: RepMetrics, *, spec: ExerciseSpec, views: tuple[CameraView, CameraView]
) -> RepMetrics:
    """Each figure from the better clip: of those whose view may judge it by the rubric the one with the smaller SD, on
    a par the one in whose list it weighs more, then the first. Figures outside the rubric go by their SD alone.

    Returns
        RepMetrics of the first's rep; a figure from the second clip has clip 2.
    """
    weights = _weights_by_metric(spec, tuple(view_group(view.name) for view in views))
    theirs = {name: replace(metric, clip=2) for name, metric in second.metrics.items()}
    merged = {
        name: _better(metric, theirs.get(name, metric), weights.get(name, (1.0, 1.0)))
        for name, metric in first.metrics.items()
    }
    return RepMetrics(rep_index=first.rep_index, metrics=theirs | merged)


def _weights_by_metric(spec: ExerciseSpec, groups: tuple[ViewGroup, ...]) -> Mapping[str, tuple[float, ...]]:
    """Metric -> weight of its item in the list of each view."""
    return {
        measure.metric_for(side): tuple(item.weight(group) for group in groups)
        for item in spec.rubric
        for measure in item.measures
        for side in ("left", "right")
    }


def _better(first: Metric, second: Metric, weights: Sequence[float]) -> Metric:
    able = [(metric, weight) for metric, weight in zip((first, second), weights, strict=True) if weight > 0]
    seen = [(metric.sd, -weight, metric) for metric, weight in able if metric.sd is not None]
    if seen:
        return min(seen, key=lambda entry: entry[:2])[2]
    return able[0][0] if able else first
