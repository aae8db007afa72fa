"""An athlete's sets enter; the rep and the load at which form breaks down leave for each exercise, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lookfeel.batch.team.rows import Athlete, Kind, SetRow
from lookfeel.batch.team.words import count_text, kind_text, load_text
from lookfeel.threshold.across_loads import find_load_threshold
from lookfeel.types import LoadThreshold

DASH = "\N{WORD JOINER}–\N{WORD JOINER}"
"""Between two figures that stay on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Of one exercise. reps: what was seen within sets, in words; load: over sets; loads: that were lifted, kg."""

    exercise: str
    reps: str
    load: LoadThreshold
    loads: tuple[float, ...]

    @property
    def short(self) -> str:
        """The load in a few words, for a table; nothing where it is not known."""
        load = self.load
        if load.status == "not_estimable" or load.low_kg is None:
            return ""
        if load.load_kg is None or load.high_kg is None:
            return f"above {bound_text(load.low_kg, self.loads)}"
        return f"{load_text(round(load.load_kg))} ({round(load.low_kg)}{DASH}{round(load.high_kg)})"


def kinds_by_age(sets: Sequence[SetRow]) -> dict[Kind, list[SetRow]]:
    """Analysed sets by exercise, the one that was done last first; sets stay oldest first."""
    by_kind: dict[Kind, list[SetRow]] = {}
    for one in reversed(sets):
        if one.kind is not None:
            by_kind.setdefault(one.kind, []).append(one)
    return {kind: those[::-1] for kind, those in by_kind.items()}


def thresholds_of(athlete: Athlete, *, today: date | None, most_kinds: int, most_sets: int) -> tuple[Thresholds, ...]:
    """Of the exercises that were done last, from the last sets of each. today: the day from which sets grow old."""
    kinds = list(kinds_by_age(athlete.sets).items())[:most_kinds]
    return tuple(_thresholds(kind, sets[-most_sets:], today) for kind, sets in kinds)


def _thresholds(kind: Kind, sets: Sequence[SetRow], today: date | None) -> Thresholds:
    return Thresholds(
        exercise=kind_text(kind),
        reps=reps_words(sets),
        load=find_load_threshold([one.past_set(today=today) for one in sets]),
        loads=tuple(sorted({one.load_kg for one in sets if one.load_kg})),
    )


def reps_words(sets: Sequence[SetRow]) -> str:
    """Whether form broke down within sets, and at which rep."""
    reached = [one.threshold_rep for one in sets if one.threshold_status == "reached" and one.threshold_rep is not None]
    n_held = sum(map(is_held, sets))
    n_told = len(reached) + n_held
    if not n_told:
        return "No set was long enough to tell: five reps that can be judged are needed."
    if not reached and n_told == 1:
        return f"Not reached in 1 set of {count_text(next(one.n_reps or 0 for one in sets if is_held(one)), 'rep')}."
    if not reached:
        longest = max((one.n_reps or 0 for one in sets if is_held(one)), default=0)
        return f"Not reached in {count_text(n_told, 'set')}, the longest of {count_text(longest, 'rep')}."
    low, high = min(reached), max(reached)
    at = f"rep {low}" if low == high else f"rep {low} to {high}"
    return f"Form breaks down at {at}, in {len(reached)} of {count_text(n_told, 'set')}."


def is_held(one: SetRow) -> bool:
    """Whether form held to the end of a set."""
    return one.threshold_status == "not_reached"


def bound_text(low_kg: float, lifted: Sequence[float]) -> str:
    """A load that the threshold lies above: to the gram where it was lifted, else in whole kilograms."""
    return load_text(low_kg if low_kg in lifted else round(low_kg))


def load_words(found: Thresholds) -> str:
    """The finding in one short line; the reason says the rest."""
    load = found.load
    if load.load_kg is not None and load.low_kg is not None and load.high_kg is not None:
        ends = f"{round(load.low_kg)} to {load_text(round(load.high_kg))}"
        return f"Breaks down at about {load_text(round(load.load_kg))} ({ends})"
    if load.status == "not_reached" and load.low_kg is not None:
        return f"Not reached yet: above {bound_text(load.low_kg, found.loads)}"
    return "Too little to tell"
