"""Which sets may be compared: an athlete's past sets go in; those of one exercise, with looks, a load and like depth
come out, and beside them the others, each with the reason why it was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from lookfeel.exercises import LoadRule, load_scoring, resolve_exercise
from lookfeel.types import PastSet

UNRECOGNISED = "none"
"""ExerciseGuess.name of a clip that shows no exercise we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Sets that may be compared, in the order in which they were given.

    exercise: its name, or that of its variant; '' when no set has one. depth_deg: their median thigh angle; None when
    no depth is known. left_out: for each reason, in words that follow '3 sets ', the sets that fell to it.
    """

    exercise: str
    depth_deg: float | None
    sets: tuple[PastSet, ...]
    left_out: tuple[tuple[str, tuple[PastSet, ...]], ...]


def comparable_sets(
    sets: Sequence[PastSet], *, exercise: str | None = None, rule: LoadRule | None = None
) -> Comparison:
    """Choose the sets of one exercise and like depth.

    Variants are exercises of their own, and so are sets of which the variant is not known. Of like depth is the window
    of thigh angles that holds most sets. Sets of unknown depth are taken as alike among themselves and are never mixed
    with the others: whichever of the two groups is larger is compared, the known one when they are equal.

    Parameters
        exercise: a name, variant or alias; that of most sets when not given.
    Raises
        UnknownExercise: nothing has this name.
    """
    rule = load_scoring().threshold if rule is None else rule
    left_out: list[tuple[str, tuple[PastSet, ...]]] = []

    def keep(those: Sequence[PastSet], is_kept: Callable[[PastSet], bool], why: str) -> list[PastSet]:
        dropped = tuple(past for past in those if not is_kept(past))
        if dropped:
            left_out.append((why, dropped))
        return [past for past in those if is_kept(past)]

    kind = _chosen_kind(sets, exercise, rule)
    kept = keep(sets, lambda past: _kind(past) == kind, "of another exercise or variant")
    kept = keep(kept, _is_judged, "whose looks could not be judged")
    kept = keep(kept, _has_load, "without a load")
    kept = keep(kept, lambda past: _is_recent(past, rule), f"more than {rule.max_days_ago / 7:.0f} weeks old")
    window = _fullest_window([past.depth_deg for past in kept if past.depth_deg is not None], rule.depth_window_deg)
    if 2 * sum(past.depth_deg is None for past in kept) > len(kept) or not window:
        kept = keep(kept, lambda past: past.depth_deg is None, "whose depth is known, unlike most")
        return Comparison(exercise=_name(kind), depth_deg=None, sets=tuple(kept), left_out=tuple(left_out))
    kept = keep(kept, lambda past: past.depth_deg is not None, "of unknown depth")
    kept = keep(kept, lambda past: past.depth_deg in window, "of another depth")
    return Comparison(exercise=_name(kind), depth_deg=median(window), sets=tuple(kept), left_out=tuple(left_out))


def _kind(past: PastSet) -> tuple[str, str | None]:
    return past.exercise, past.variant


def _name(kind: tuple[str, str | None]) -> str:
    return kind[0] if kind[1] is None else kind[1]


def _chosen_kind(sets: Sequence[PastSet], exercise: str | None, rule: LoadRule) -> tuple[str, str | None]:
    """Exercise and variant of most sets that can be used, of most sets when none can; the first by name when equal."""
    asked = [past for past in sets if past.exercise != UNRECOGNISED]
    wanted: tuple[str, str | None] = ("", None)
    if exercise is not None:
        spec, variant = resolve_exercise(exercise)
        wanted = (spec.name, variant)
        asked = [past for past in asked if past.exercise == spec.name and variant in (None, past.variant)]
    usable = [past for past in asked if _is_judged(past) and _has_load(past) and _is_recent(past, rule)]
    counts = Counter(map(_kind, usable or asked))
    return min(counts, key=lambda kind: (-counts[kind], _name(kind)), default=wanted)


def _is_judged(past: PastSet) -> bool:
    return past.looks != "not_assessable"


def _has_load(past: PastSet) -> bool:
    return past.load_kg is not None and past.load_kg > 0


def _is_recent(past: PastSet, rule: LoadRule) -> bool:
    return past.days_ago is None or past.days_ago <= rule.max_days_ago


def _fullest_window(depths: Sequence[float], width: float) -> list[float]:
    """The depths within the window that holds most of them; the narrowest, then the deepest, of equal ones."""
    ordered = sorted(depths)
    windows = [[depth for depth in ordered[first:] if depth <= start + width] for first, start in enumerate(ordered)]
    return min(windows, key=lambda window: (-len(window), window[-1] - window[0], window[0]), default=[])
