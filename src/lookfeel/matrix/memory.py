"""What the history tells: earlier sets and today's Case go in; what helped, what was tried and what holds come out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from lookfeel.exercises import ExerciseSpec
from lookfeel.matrix.case import Case
from lookfeel.matrix.dose import plates_of
from lookfeel.matrix.settings import HistorySettings
from lookfeel.types import ActionName, FeelsState, PastSet

CHANGES: tuple[ActionName, ...] = ("cap_reps", "limit_range", "slow_tempo", "reduce_load", "reduce_volume")
"""Actions that change one lever against what feels bad."""

KEEPS: tuple[ActionName, ...] = ("film_again", "continue_and_watch", "ask", "cue", "hold")
"""Actions that leave everything else as it is: what was in force before them still is."""

HELD_FIGURES = (
    *("max_reps", "max_knee_flexion_deg", "less_knee_flexion_deg", "box_height_m", "pad_height_m"),
    *("eccentric_s", "bottom_pause_s", "concentric_s", "top_pause_s", "sets_per_session", "sessions_per_week"),
)
"""Figures of an action that stay in force until another decision, besides the load."""

SAME_DAY = 0.5
"""Days; sets that lie closer together belong to one session."""

SAME_LOAD_KG = 0.05


def relevant(history: Sequence[PastSet], spec: ExerciseSpec, settings: HistorySettings) -> tuple[PastSet, ...]:
    """Sets of this exercise that are not too old to count, each with all that was in force after it."""
    found: list[PastSet] = []
    for past in history:
        if past.exercise == spec.name and (past.days_ago is None or past.days_ago <= settings.forget_after_days):
            found.append(_with_what_stays(past, found[-1]) if found and past.action in KEEPS else past)
    return tuple(found)


def _with_what_stays(past: PastSet, before: PastSet) -> PastSet:
    """A set whose decision kept everything as it was: limits and cue of the one before it go on."""
    held = {name: value for name, value in before.parameters.items() if name in HELD_FIGURES}
    return replace(past, parameters=held | dict(past.parameters), cue=past.cue or before.cue)


def is_eased(before: PastSet, state: FeelsState, pain: float | None, settings: HistorySettings) -> bool:
    """Whether a set that felt bad was followed by one with clearly less pain, or one that felt good."""
    if before.feels != "bad":
        return False
    if state == "good":
        return True
    if before.pain is None or pain is None or state == "stop":
        return False
    drop = before.pain - pain
    return drop >= settings.eased_points or (drop > 0 and drop >= settings.eased_share * before.pain)


def last_change_eased(case: Case) -> bool:
    """Whether what was changed after the last set, or kept since, made today's clearly better."""
    last = case.last
    if last is None or last.action not in (*CHANGES, "hold"):
        return False
    return is_eased(last, case.state, case.feels.pain, case.settings.history)


def changes_tried(case: Case) -> int:
    """Changes that did not help since the last that did; as the athlete says, or else by the history."""
    if case.feels.n_changes_tried is not None:
        return case.feels.n_changes_tried
    tried: list[tuple[str | None, Mapping[str, float]]] = []
    for before, state, pain in _with_what_followed(case):
        if before.feels == "good" or is_eased(before, state, pain, case.settings.history):
            tried = []
        elif before.feels == "bad" and before.action in CHANGES:
            change = (before.rule_id, before.parameters)
            tried += [change] if not tried or tried[-1] != change else []
    return len(tried)


def _with_what_followed(case: Case) -> Iterator[tuple[PastSet, FeelsState, float | None]]:
    """Each earlier set with feels and pain of the set after it, today's for the last one."""
    for before, after in pairwise(case.history):
        yield before, after.feels, after.pain
    if case.last is not None:
        yield case.last, case.state, case.feels.pain


def held_figures(case: Case) -> dict[str, float]:
    """What the last decision left in force for today's set, without the load."""
    if case.last is None:
        return {}
    return {name: value for name, value in case.last.parameters.items() if name in HELD_FIGURES}


def kept_load(case: Case) -> dict[str, float]:
    """The load to stay at when what was changed helps: the one that was set then, never more than today's."""
    last, today = case.last, case.context.load_kg
    if last is None or today is None or "load_kg" not in last.parameters:
        return {}
    limits = (today, last.parameters["load_kg"], math.inf if case.load_cap_kg is None else case.load_cap_kg)
    kept = plates_of(case.context, case.settings.load).at_or_below(min(limits))
    return {"load_kg": kept, "load_factor": kept / today}


def first_with(case: Case, name: str) -> PastSet | None:
    """The set after which the figure `name` came into force that has been so since."""
    since = list(takewhile(lambda past: name in past.parameters, reversed(case.history)))
    return since[-1] if since else None


def is_new_session(case: Case) -> bool:
    """Whether today's set belongs to another session than the last one."""
    return case.last is None or case.last.days_ago is None or case.last.days_ago >= SAME_DAY


def held_twice(case: Case, name: str) -> bool:
    """Whether the set before, in an earlier session, felt and looked right under the same figure as today's."""
    if len(case.history) < 2 or not is_new_session(case):
        return False
    earlier, last = case.history[-2:]
    is_same = name in earlier.parameters and earlier.parameters[name] == last.parameters.get(name)
    return is_same and last.feels == "good" and last.looks != "bad"


def times_cued(case: Case, cue: str) -> int:
    """Sets in a row done with this cue, today's the last, that did not come to look good; what was not seen is passed
    over, neither a try nor the end of the row."""
    tries = takewhile(lambda past: past.looks != "good" and past.cue == cue, reversed(case.history))
    return sum(past.looks in ("bad", "uncertain") for past in tries)


def counts_as_bad(case: Case) -> bool:
    """Whether the set looks bad, or was left open once more after so many in a row that it is no longer an accident."""
    if case.looks.state != "uncertain":
        return case.looks.state == "bad"
    return uncertain_before(case) >= case.settings.history.uncertain_sets


def uncertain_before(case: Case) -> int:
    """Sets in a row up to today's whose looks were left open."""
    return sum(1 for _ in takewhile(lambda past: past.looks == "uncertain", reversed(case.history)))


def sets_held_with_cue(case: Case) -> int:
    """Sets in a row up to today's that looked good with a cue, for a set that looks good itself."""
    with_cue = list(takewhile(lambda past: past.cue is not None, reversed(case.history)))
    n_good = sum(1 for _ in takewhile(lambda past: past.looks == "good", with_cue))
    return min(len(with_cue), n_good + 1)


def target_met_twice(case: Case) -> bool | None:
    """Two reps over target in two sessions at this load; as said, or else by the history, None when it cannot tell.

    Source
        NSCA: the "2 for 2" rule.
    """
    said, target = case.context.target_met_twice, _target_reps(case)
    if said is not None or target is None or case.n_reps is None:
        return said
    enough = target + case.settings.progress.reps_over_target
    before = _last_session(case)
    if case.n_reps < enough:
        return False
    if before is None or before.n_reps is None or before.load_kg is None or case.context.load_kg is None:
        return None
    is_same_load = abs(before.load_kg - case.context.load_kg) <= SAME_LOAD_KG
    return is_same_load and before.n_reps >= enough


def _target_reps(case: Case) -> int | None:
    rep_range = case.context.rep_range
    return case.context.planned_reps if rep_range is None else rep_range[1]


def _last_session(case: Case) -> PastSet | None:
    """The last set of the session before today's."""
    earlier = (past for past in reversed(case.history) if past.days_ago is None or past.days_ago >= SAME_DAY)
    return next(earlier, None)
