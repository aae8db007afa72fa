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
from lookfeel.types import (
    ActionName,
    Decision,
    Experience,
    Feels,
    Finding,
    ItemScore,
    Looks,
    LooksState,
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
    n_reps: int = 8

    def decide(self) -> Decision:
        status = "not_reached" if self.threshold_rep is None else "reached"
        context = TrainingContext(
            experience=self.experience,
            load_kg=None if self.load_share is None else 100.0 * self.load_share,
            one_rm_kg=100.0,
            sessions_per_week=self.days,
            sets_per_session=self.sets,
            planned_reps=self.planned_reps,
            target_met_twice=self.target_met_twice,
        )
        return decide(
            LOOKS_OF[LOOKS[self.looks]],
            feels=self.feels,
            context=context,
            threshold=TechniqueThreshold(status=status, rep_index=self.threshold_rep, reason="as given"),  # type: ignore[arg-type]
            n_reps=self.n_reps,
            spec=SQUAT,
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
    is_worse_when_fast=st.sampled_from([None, False, True]),
    is_worse_next_morning=st.sampled_from([None, False, True]),
    reps_in_reserve=st.sampled_from(RESERVE),
    n_changes_tried=st.sampled_from([None, 0, 1, 2, 5]),
    red_flags=st.sampled_from([(), ("swelling",), ("locking", "night_pain")]),
)
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
    n_reps=st.sampled_from([0, 1, 8]),
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
)


@pytest.mark.parametrize("dimension", DIMENSIONS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_worse_is_never_bolder(dimension: str, situation: Situation) -> None:
    cautions = [worse.caution() for worse in worse_in(dimension, situation)]
    assert cautions == sorted(cautions)


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
        assert found.action not in ("progress", "repeat", "film_again", "continue_and_watch", "ask", "cue", "hold")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(situation=SITUATIONS)
def test_figures_never_ask_for_more_than_today_unless_progressing(situation: Situation) -> None:
    found = situation.decide()
    factor = found.parameters.get("load_factor")
    if factor is not None:
        assert (factor > 1) == (found.action == "progress")
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
