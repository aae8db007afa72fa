"""The matrix over its whole space: exactly one decision everywhere, and never bolder when anything gets worse."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookfeel.exercises import exercise_names, load_exercise
from lookfeel.matrix import decide, load_matrix
from lookfeel.matrix.dose import plates_of
from lookfeel.types import (
    ActionName,
    Decision,
    Experience,
    Feels,
    Finding,
    ItemScore,
    Looks,
    LooksState,
    PastSet,
    TechniqueThreshold,
    TrainingContext,
)

MATRIX = load_matrix()
SQUAT = load_exercise("squat")

LOOKS: tuple[tuple[LooksState, str | None], ...] = (
    ("good", None),
    ("good", "watch"),
    ("uncertain", "watch"),
    ("uncertain", "bad"),
    ("bad", "watch"),
    ("bad", "bad"),
    ("bad", "zero"),
    ("not_assessable", None),
)
"""States with their worst finding; from 'good' to ('bad', 'zero') the form gets worse step by step."""
WORSENING = 7

PAIN: tuple[float | None, ...] = (None, 0.0, 1.0, 2.0, 2.5, 3.0, 4.0, 5.0, 5.5, 10.0)
LOAD_SHARE: tuple[float | None, ...] = (None, 0.3, 0.6, 0.7, 0.8, 0.81, 1.0, 1.2)
SETS: tuple[int | None, ...] = (None, 1, 2, 3, 5, 10)
DAYS: tuple[float | None, ...] = (None, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
EXPERIENCE: tuple[Experience | None, ...] = (None, "advanced", "intermediate", "novice")
RESERVE: tuple[float | None, ...] = (None, 5.0, 2.0, 1.0, 0.0)
DAYS_OFF: tuple[float | None, ...] = (None, 0.0, 3.0, 13.9, 14.0, 28.0, 400.0)
STRICTNESS = (0.0, 0.2, 0.5, 0.6, 0.8, 1.0)
CAP_SHARE: tuple[float | None, ...] = (None, 0.2, 0.55, 0.7, 0.82, 2.0)
PLATES: tuple[dict[str, Any], ...] = (
    {},
    {"load_step_kg": 5.0, "min_load_kg": 20.0},
    {"weight_unit": "lb"},
    {"weight_unit": "lb", "min_load_kg": 45 * 0.45359237},
    {"load_step_kg": 0.5},
)
CUE, CUE_INTERNAL = SQUAT.item("hip_shift").cue_external, SQUAT.item("hip_shift").cue_internal
KEEP = "feels_bad.keep_change"
GIVES_BACK = {f"feels_good.looks_good.{name}" for name in ("more_reps", "more_range", "usual_tempo")}


def looks_of(state: LooksState, severity: str | None) -> Looks:
    """A set's looks as the looks room gives them: every item listed, at most one finding."""
    items = tuple(
        ItemScore(
            item=item.id,
            label=item.label,
            weight=0.2,
            score=0.5,
            low=0.4,
            high=0.6,
            p_watch=0.5,
            p_bad=0.2,
            reason=None,
        )
        for item in SQUAT.rubric
    )
    finding = Finding(
        item="hip_shift",
        severity=severity or "watch",  # type: ignore[arg-type]
        text="Your hips drift to one side.",
        metric="hip_shift_ratio",
        value=0.1,
        sd=0.01,
        unit="ratio",
        probability=0.9,
        rep_index=1,
        frame=1,
        time_s=0.1,
        side="both",
    )
    score = {"good": 85.0, "uncertain": 68.0, "bad": 40.0, "not_assessable": None}[state]
    return Looks(
        rep_index=None,
        state=state,
        score=score,
        low=None if score is None else score - 5,
        high=None if score is None else score + 5,
        coverage=1.0 if score is not None else 0.2,
        items=items,
        findings=() if severity is None else (finding,),
    )


LOOKS_OF = {key: looks_of(*key) for key in LOOKS}


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A point of the space the matrix is defined on."""

    feels: Feels
    looks: int = 0
    load_share: float | None = None
    sets: int | None = None
    days: float | None = None
    experience: Experience | None = None
    target_met_twice: bool | None = None
    planned_reps: int | None = None
    threshold_rep: int | None = None
    n_reps: int | None = 8
    days_off: float | None = None
    strictness: float = 0.5
    cap_share: float | None = None
    plates: int = 0
    one_rm_kg: float | None = 100.0
    history: tuple[PastSet, ...] = ()

    @property
    def context(self) -> TrainingContext:
        return TrainingContext(
            experience=self.experience,
            load_kg=None if self.load_share is None else 100.0 * self.load_share,
            one_rm_kg=self.one_rm_kg,
            sessions_per_week=self.days,
            sets_per_session=self.sets,
            planned_reps=self.planned_reps,
            target_met_twice=self.target_met_twice,
            days_since_last=self.days_off,
            **PLATES[self.plates],
        )

    @property
    def cap_kg(self) -> float | None:
        return None if self.cap_share is None else 100.0 * self.cap_share

    def decide(self) -> Decision:
        status = "not_reached" if self.threshold_rep is None else "reached"
        return decide(
            LOOKS_OF[LOOKS[self.looks]],
            feels=self.feels,
            context=self.context,
            threshold=TechniqueThreshold(status=status, rep_index=self.threshold_rep, reason="as given"),  # type: ignore[arg-type]
            n_reps=self.n_reps,
            spec=SQUAT,
            history=self.history,
            strictness=self.strictness,
            load_cap_kg=self.cap_kg,
            limb_m={"thigh": 0.43, "shank": 0.43, "ankle_height": 0.09},
            deepest_deg=None if self.n_reps is None else 110.0,
        )

    def caution(self) -> int:
        return MATRIX.caution(self.decide().action)


FEELS = st.builds(
    Feels,
    overall=st.sampled_from([None, "good", "bad"]),
    pain=st.sampled_from(PAIN),
    usual_pain=st.sampled_from([None, 0.0, 1.0, 3.0]),
    where=st.sampled_from([None, "left knee", "lower back"]),
    is_unstable=st.sampled_from([None, False, True]),
    bad_from_rep=st.sampled_from([None, 1, 2, 6, 12]),
    bad_below_deg=st.sampled_from([None, 20.0, 50.0, 90.0]),
    bad_phase=st.sampled_from([None, None, None, "eccentric", "bottom", "concentric"]),
    is_worse_when_fast=st.sampled_from([None, False, True]),
    is_worse_next_morning=st.sampled_from([None, False, True]),
    reps_in_reserve=st.sampled_from(RESERVE),
    n_changes_tried=st.sampled_from([None, 0, 1, 2, 5]),
    red_flags=st.sampled_from([(), ("swelling",), ("locking", "night_pain")]),
)
DECIDED = st.sampled_from(
    [
        {},
        {"rule_id": "feels_bad.from_rep", "action": "cap_reps", "parameters": {"max_reps": 5.0}},
        {"rule_id": "feels_bad.from_depth", "action": "limit_range", "parameters": {"max_knee_flexion_deg": 80.0}},
        {"rule_id": "feels_bad.bottom", "action": "limit_range", "parameters": {"less_knee_flexion_deg": 20.0}},
        {"rule_id": "feels_bad.eccentric", "action": "slow_tempo", "parameters": {"eccentric_s": 3.0}},
        {"rule_id": "feels_bad.throughout", "action": "reduce_load", "parameters": {"load_kg": 60.0}},
        {"rule_id": "looks_bad.cue", "action": "cue", "cue": CUE},
        {"rule_id": "looks_bad.cue_internal", "action": "cue", "cue": CUE_INTERNAL},
        {"rule_id": KEEP, "action": "hold", "parameters": {"max_reps": 5.0}},
        {"rule_id": "feels_good.looks_uncertain", "action": "film_again"},
    ]
)
PAST = st.builds(
    lambda decided, **told: PastSet(session="s", exercise="squat", **told, **decided),
    decided=DECIDED,
    days_ago=st.sampled_from([None, 0.0, 2.0, 20.0]),
    load_kg=st.sampled_from([None, 60.0, 80.0]),
    n_reps=st.sampled_from([None, 6, 10]),
    looks=st.sampled_from(["good", "bad", "uncertain", "not_assessable"]),
    feels=st.sampled_from(["good", "bad", "stop", "unknown"]),
    pain=st.sampled_from([None, 1.0, 3.0, 5.0]),
)
OPEN = st.lists(PAST.map(lambda past: replace(past, looks="uncertain")), min_size=2, max_size=6)
"""Looks left open again and again, with any cue and any limit in force."""
HISTORIES = st.one_of(st.lists(PAST, max_size=4), OPEN).map(tuple)
SITUATIONS = st.builds(
    Situation,
    feels=FEELS,
    looks=st.integers(0, len(LOOKS) - 1),
    load_share=st.sampled_from(LOAD_SHARE),
    sets=st.sampled_from(SETS),
    days=st.sampled_from(DAYS),
    experience=st.sampled_from(EXPERIENCE),
    target_met_twice=st.sampled_from([None, False, True]),
    planned_reps=st.sampled_from([None, 5, 8, 12]),
    threshold_rep=st.sampled_from([None, 4, 7]),
    n_reps=st.sampled_from([None, 0, 1, 8]),
    days_off=st.sampled_from(DAYS_OFF),
    strictness=st.sampled_from(STRICTNESS),
    cap_share=st.sampled_from(CAP_SHARE),
    plates=st.integers(0, len(PLATES) - 1),
    one_rm_kg=st.sampled_from([None, 100.0]),
    history=HISTORIES,
)


def told(values: Sequence[Any]) -> list[Any]:
    """What was said; what was not said has no place in the order."""
    return [value for value in values if value is not None]


def with_pain(situation: Situation, pain: float) -> Situation:
    return replace(situation, feels=replace(situation.feels, pain=pain))


def with_reserve(situation: Situation, reserve: float) -> Situation:
    return replace(situation, feels=replace(situation.feels, reps_in_reserve=reserve))


def worse_in(dimension: str, situation: Situation) -> list[Situation]:
    """The situation with one thing running from mild to grave."""
    rows: dict[str, list[Situation]] = {
        "pain": [with_pain(situation, pain) for pain in told(PAIN)],
        "severity": [replace(situation, looks=place) for place in range(WORSENING)],
        "load": [replace(situation, load_share=share) for share in told(LOAD_SHARE)],
        "sets": [replace(situation, sets=sets) for sets in told(SETS)],
        "frequency": [replace(situation, days=days) for days in told(DAYS)],
        "experience": [replace(situation, experience=experience) for experience in told(EXPERIENCE)],
        "reserve": [with_reserve(situation, reserve) for reserve in told(RESERVE)],
        "red_flags": [
            replace(situation, feels=replace(situation.feels, red_flags=flags)) for flags in ((), ("locking",))
        ],
        "next_morning": [
            replace(situation, feels=replace(situation.feels, is_worse_next_morning=worse)) for worse in (False, True)
        ],
        "days_off": [replace(situation, days_off=days) for days in told(DAYS_OFF)],
        "strictness": [replace(situation, strictness=strictness) for strictness in STRICTNESS],
        "changes_tried": [replace(situation, feels=replace(situation.feels, n_changes_tried=n)) for n in (0, 1, 2, 5)],
    }
    return rows[dimension]


DIMENSIONS = (
    "pain",
    "severity",
    "load",
    "sets",
    "frequency",
    "experience",
    "reserve",
    "red_flags",
    "next_morning",
    "changes_tried",
    "days_off",
    "strictness",
)


@pytest.mark.parametrize("dimension", DIMENSIONS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_worse_is_never_bolder(dimension: str, situation: Situation) -> None:
    """Neither by its action nor, within less or more load, by the load: at the same load today, never a higher one."""
    found = [worse.decide() for worse in worse_in(dimension, situation)]
    cautions = [MATRIX.caution(decision.action) for decision in found]
    assert cautions == sorted(cautions)
    if dimension != "load":  # from a heavier set, less load may well be more kilograms
        for action in ("progress", "reduce_load"):
            of_action = [decision for decision in found if decision.action == action]
            loads = [decision.parameters["load_kg"] for decision in of_action if "load_kg" in decision.parameters]
            assert loads == sorted(loads, reverse=True)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_strictness_never_changes_what_pain_asks_for(situation: Situation) -> None:
    """Where it feels bad or stops, the least that any coach asks for is what the feels ask for."""
    looks_fine = replace(situation, looks=0)
    assert len({replace(looks_fine, strictness=strictness).decide().text for strictness in STRICTNESS}) == 1
    if situation.decide().feels in ("bad", "stop"):
        assert situation.caution() >= looks_fine.caution()


@settings(max_examples=400, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_loads_exist_in_plates_and_stay_below_the_load_that_holds(situation: Situation) -> None:
    load_kg = situation.decide().parameters.get("load_kg")
    if load_kg is None:
        return
    plates = plates_of(situation.context, MATRIX.load)
    n_steps = (load_kg - plates.least_kg) / plates.step_kg
    assert load_kg == 0 or (n_steps > -1e-6 and abs(n_steps - round(n_steps)) < 1e-6)
    assert situation.cap_kg is None or load_kg <= situation.cap_kg + 1e-6


@settings(max_examples=400, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_history_makes_bolder_only_by_what_it_shows(situation: Situation) -> None:
    """Three ways: a change that helped is kept, a change that held is given back, the target was beaten twice."""
    found, alone = situation.decide(), replace(situation, history=()).decide()
    if MATRIX.caution(found.action) >= MATRIX.caution(alone.action):
        return
    if found.rule_id == KEEP:
        assert situation.history[-1].feels == "bad"
        assert (situation.history[-1].pain or 10) > (situation.feels.pain or 0)
    elif found.rule_id in GIVES_BACK:
        assert any(past.parameters for past in situation.history)
    else:
        assert found.action == "progress"
        assert situation.target_met_twice is None
        assert situation.n_reps is not None
        assert situation.planned_reps is not None
        assert situation.n_reps >= situation.planned_reps + MATRIX.progress.reps_over_target


@settings(max_examples=400, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_nothing_comes_out_of_a_cell_that_the_map_does_not_name(situation: Situation) -> None:
    found = situation.decide()
    assert found.rule_id in MATRIX.cells[found.feels][found.looks]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_every_combination_gives_one_complete_decision(situation: Situation) -> None:
    found, again = situation.decide(), situation.decide()
    assert found == again
    assert found.action in get_args(ActionName)
    assert found.rule_id in MATRIX.rules
    assert found.action == MATRIX.rules[found.rule_id].action
    for text in (found.text, *found.reasons, *found.alternatives, *found.would_change, *found.questions):
        assert text.strip()
        assert "{" not in text
        assert "None" not in text
        assert "nan" not in text
    assert found.reasons
    assert len(set(found.questions)) == len(found.questions)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_only_what_feels_good_and_looks_good_progresses(situation: Situation) -> None:
    found = situation.decide()
    if found.action == "progress":
        assert (found.feels, found.looks) == ("good", "good")
    if found.feels == "stop":
        assert found.action == "stop"
    if found.feels == "bad":
        assert found.action not in ("progress", "repeat", "film_again", "continue_and_watch", "ask", "cue")
        assert (found.action == "hold") == (found.rule_id == KEEP)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_figures_never_ask_for_more_than_today_unless_progressing(situation: Situation) -> None:
    found = situation.decide()
    factor = found.parameters.get("load_factor")
    if factor is not None:
        assert (factor > 1) == (found.action == "progress")
        assert factor <= 1 or found.rule_id == "feels_good.looks_good.progress"
    if "max_reps" in found.parameters:
        assert found.parameters["max_reps"] >= 1
    if found.rule_id == "feels_bad.from_rep":
        assert found.parameters["max_reps"] == (situation.feels.bad_from_rep or 0) - 1


def coarse_grid() -> Iterator[Situation]:
    """Every combination of a coarse value of each consideration."""
    axes = itertools.product(
        (None, "good", "bad"),
        (None, 1.0, 4.0, 8.0),
        range(len(LOOKS)),
        (None, 0.5, 0.9),
        (None, 2, 6),
        (None, 2.0, 6.0),
        EXPERIENCE,
    )
    for overall, pain, looks, share, sets, days, experience in axes:
        yield Situation(
            feels=Feels(overall=overall, pain=pain),  # type: ignore[arg-type]
            looks=looks,
            load_share=share,
            sets=sets,
            days=days,
            experience=experience,
        )


def test_the_whole_coarse_grid_is_covered() -> None:
    """Each combination, not a sample, gives an action that fits its feels."""
    seen: set[tuple[str, str]] = set()
    for situation in coarse_grid():
        found = situation.decide()
        assert MATRIX.rules[found.rule_id].action == found.action
        seen.add((found.feels, found.looks))
    assert len(seen) == 4 * 4


@pytest.mark.parametrize("name", exercise_names())
def test_every_rule_can_be_put_into_words_for_every_exercise(name: str) -> None:
    """Each item of each rubric as the worst finding, with feels that reach the rules that use its cue."""
    spec = load_exercise(name)
    for item, feels in itertools.product(spec.rubric, (Feels(overall="good"), Feels(overall="bad"), Feels())):
        base = looks_of("bad", "bad")
        found = decide(
            replace(base, findings=(replace(base.findings[0], item=item.id),), items=()),
            feels=feels,
            context=TrainingContext(),
            threshold=TechniqueThreshold(status="not_estimable", rep_index=None, reason="few reps"),
            n_reps=3,
            spec=spec,
        )
        assert found.cue == item.cue_external
