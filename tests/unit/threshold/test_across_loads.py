"""The load at which technique breaks down, against made-up athletes whose threshold is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookfeel.errors import UnknownExercise
from lookfeel.exercises import load_scoring
from lookfeel.threshold import comparable_sets, find_load_threshold, safe_load_kg
from lookfeel.threshold.across_loads import chance_of_good
from lookfeel.types import LooksState, PastSet

SHARED = load_scoring()
RULE, GOOD_SCORE = SHARED.threshold, SHARED.scoring.good_score
LOADS = (50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 110.0, 120.0)
Z90 = 1.645


def past(
    load_kg: float | None,
    score: float | None = 90.0,
    *,
    sd: float = 4.0,
    looks: LooksState | None = None,
    session: str = "a",
    depth_deg: float | None = 0.0,
    **more: object,
) -> PastSet:
    """One squat set; its state follows from the score when not given."""
    state: LooksState = looks or ("good" if score is not None and score >= GOOD_SCORE else "uncertain")
    return PastSet(
        session=session,
        load_kg=load_kg,
        looks=state,
        score=score,
        low=None if score is None else max(0.0, score - Z90 * sd),
        high=None if score is None else min(100.0, score + Z90 * sd),
        depth_deg=depth_deg,
        **{"exercise": "squat", **more},  # type: ignore[arg-type]
    )


def ladder(scores: dict[float, Sequence[float]]) -> list[PastSet]:
    """Sets by load, dealt to three sessions in turn."""
    flat = [(load, score) for load, row in scores.items() for score in row]
    return [past(load, score, session="abc"[place % 3]) for place, (load, score) in enumerate(flat)]


FADING = ladder({60.0: (92, 90, 88), 80.0: (88, 85, 86), 100.0: (60, 55, 58), 120.0: (40, 45, 42)})


def athlete(
    rng: np.random.Generator, *, n_sets: int, steepest: float = 250.0, seen_sd: float = 8.0
) -> tuple[float, list[PastSet]]:
    """A threshold and sets of an athlete who has it.

    The true score falls by 60 to `steepest` points per unit of log load from at most 97, shifts by sessions (5 % of
    load) and by sets (6 points); of the error with which it is seen, half of the variance is one for the session.
    """
    threshold, drop = 90.0 * math.exp(rng.uniform(-0.35, 0.5)), rng.uniform(60.0, steepest)
    n_sessions = max(2, n_sets // 3)
    day, camera = rng.normal(0.0, 0.05, n_sessions), rng.normal(0.0, seen_sd * math.sqrt(0.5), n_sessions)
    sets = []
    for place in range(n_sets):
        session, load = place % n_sessions, float(rng.choice(LOADS))
        true = GOOD_SCORE - drop * (math.log(load / threshold) - day[session]) + rng.normal(0.0, 6.0)
        seen = min(true, 97.0) + camera[session] + rng.normal(0.0, seen_sd * math.sqrt(0.5))
        sets.append(past(load, float(np.clip(seen, 0.0, 100.0)), sd=seen_sd, session=f"day {session}"))
    return threshold, sets


@pytest.mark.parametrize("n_sets", [6, 10, 20])
def test_what_is_claimed_covers_the_truth(n_sets: int) -> None:
    """Nine times in ten is promised; 0.85 leaves room for chance and for a truth that is not our model."""
    hits, errors = outcomes(n_sets, n_athletes=200 if n_sets < 20 else 100)
    assert len(hits) > 60
    assert np.mean(hits) >= 0.85
    assert abs(np.mean(errors)) < 0.05
    assert np.std(errors) < 0.13


def test_where_form_fades_slowly_and_is_seen_badly_little_is_lost() -> None:
    """Of each score's variance half is one for the session, more than the model expects."""
    hits, _ = outcomes(20, n_athletes=100, steepest=60.0, seen_sd=15.0)
    assert np.mean(hits) >= 0.82


def outcomes(n_sets: int, *, n_athletes: int, **kind: float) -> tuple[list[bool], list[float]]:
    """Whether each claim covers the truth, and by which share of load each threshold that was given is off."""
    rng, hits, errors = np.random.default_rng(n_sets), [], []
    for _ in range(n_athletes):
        truth, sets = athlete(rng, n_sets=n_sets, **kind)
        found = find_load_threshold(sets)
        if found.status == "not_reached":
            assert found.low_kg is not None
            hits.append(found.low_kg <= truth)
        elif found.status == "estimated":
            assert found.low_kg is not None
            assert found.load_kg is not None
            assert found.high_kg is not None
            hits.append(found.low_kg <= truth <= found.high_kg)
            errors.append(math.log(found.load_kg / truth))
    return hits, errors


def test_more_sets_narrow_the_interval() -> None:
    few, many = find_load_threshold(FADING), find_load_threshold([*FADING, *FADING, *FADING])
    assert few.status == many.status == "estimated"
    assert few.low_kg < many.low_kg < many.load_kg < many.high_kg < few.high_kg  # type: ignore[operator]


def test_the_threshold_lies_between_what_looks_good_and_what_does_not() -> None:
    found = find_load_threshold(FADING)
    assert found.load_kg == pytest.approx(90.0, rel=0.05)
    assert 60.0 < found.low_kg < found.load_kg < found.high_kg < 120.0  # type: ignore[operator]
    assert (found.exercise, found.n_sets, found.n_sessions, found.depth_deg) == ("squat", 12, 3, 0.0)
    assert safe_load_kg(found) == found.low_kg


def test_the_curve_passes_one_half_at_the_threshold_and_its_band_at_the_ends() -> None:
    found = find_load_threshold(FADING)
    for load, row in ((found.load_kg, found.p_good), (found.low_kg, found.p_low), (found.high_kg, found.p_high)):
        assert np.interp(load or 0.0, found.curve_kg, row) == pytest.approx(0.5, abs=0.08)
    assert (found.p_low <= found.p_good).all()
    assert (found.p_good <= found.p_high).all()


def test_form_that_holds_is_not_reached_and_claims_nothing_above_what_was_lifted() -> None:
    found = find_load_threshold(ladder({60.0: (92, 90), 80.0: (90, 88), 100.0: (90, 91)}))
    assert (found.status, found.load_kg, found.high_kg) == ("not_reached", None, None)
    assert found.low_kg is not None
    assert 60.0 < found.low_kg <= 100.0
    assert "100 kg, the heaviest load seen" in found.reason
    assert safe_load_kg(found) is None


def test_form_that_is_off_from_the_lightest_load_on_is_said_to_lie_below_it() -> None:
    found = find_load_threshold(ladder({60.0: (50, 45), 80.0: (40, 42), 100.0: (30, 35)}))
    assert (found.status, found.low_kg) == ("not_estimable", None)
    assert "below 60 kg" in found.reason
    assert len(found.curve_kg) == 0
    assert safe_load_kg(found) is None


def test_looks_that_do_not_depend_on_load_give_no_threshold() -> None:
    mixed = ladder(dict.fromkeys((60.0, 80.0, 100.0, 120.0), (90, 50)))
    found = find_load_threshold(mixed)
    assert found.status == "not_estimable"
    assert "too wide" in found.reason


@pytest.mark.parametrize(
    ("sets", "words"),
    [
        ([], "Only 0 sets"),
        (FADING[:4], "Only 4 sets"),
        ([past(load) for load in (60, 60, 80, 80, 80.5, 80)], "Only 2 loads"),
        ([past(None) for _ in range(6)], "Left out: 6 sets without a load"),
        ([past(0.0) for _ in range(6)], "Left out: 6 sets without a load"),
        ([past(60.0, None, looks="not_assessable") for _ in range(6)], "6 sets whose looks could not be judged"),
        ([past(60.0, exercise="none") for _ in range(6)], "Only 0 sets"),
    ],
)
def test_too_little_is_not_estimable_and_says_what_is_missing(sets: list[PastSet], words: str) -> None:
    found = find_load_threshold(sets)
    assert found.status == "not_estimable"
    assert words in found.reason


def test_sets_of_another_depth_exercise_or_time_are_left_out_and_counted() -> None:
    others = [
        past(120.0, 95, depth_deg=30.0),
        past(120.0, 95, depth_deg=None),
        past(120.0, 95, exercise="lunge", variant="split_squat"),
        past(120.0, 95, days_ago=200.0),
    ]
    found = find_load_threshold([*FADING, *others])
    alone = find_load_threshold(FADING)
    assert (found.load_kg, found.n_sets) == (alone.load_kg, alone.n_sets)
    for words in ("1 set of another depth", "1 set of unknown depth", "another exercise", "12 weeks old"):
        assert words in found.reason


@pytest.mark.parametrize(
    ("depths", "kept"),
    [
        ([0.0, 4.0, 8.0, 30.0, 32.0], [0.0, 4.0, 8.0]),
        ([0.0, 10.0, 20.0], [0.0, 10.0]),
        ([0.0, 15.0, 40.0, 41.0], [40.0, 41.0]),
        ([0.0, 15.0], [0.0, 15.0]),
        ([0.0, 15.1], [0.0]),
        ([None, None, 3.0], [None, None]),
        ([None, None, 3.0, 4.0], [3.0, 4.0]),
        ([None, 3.0, 4.0], [3.0, 4.0]),
    ],
)
def test_of_like_depth_is_the_fullest_window(depths: list[float | None], kept: list[float | None]) -> None:
    compared = comparable_sets([past(60.0, depth_deg=depth) for depth in depths])
    assert [one.depth_deg for one in compared.sets] == kept
    assert sum(len(those) for _, those in compared.left_out) == len(depths) - len(kept)


def test_an_exercise_is_chosen_by_name_variant_or_by_most_sets_that_can_be_used() -> None:
    squats = [past(None) for _ in range(5)]
    splits = [past(20.0, exercise="lunge", variant="split_squat") for _ in range(3)]
    reverse = [past(20.0, exercise="lunge", variant="reverse") for _ in range(2)]
    everything = [*squats, *splits, *reverse]
    assert comparable_sets(everything).exercise == "split_squat"
    assert comparable_sets(everything, exercise="squat").exercise == "squat"
    assert comparable_sets(everything, exercise="reverse lunge").sets == tuple(reverse)
    assert comparable_sets(everything, exercise="lunge").sets == tuple(splits)
    assert comparable_sets(everything, exercise="pistol").exercise == "single_leg_squat"
    with pytest.raises(UnknownExercise):
        find_load_threshold(everything, exercise="deadlift")


@pytest.mark.parametrize(
    ("one", "low", "high"),
    [
        (past(60.0, 95, sd=4.0), 0.95, 0.95),
        (past(60.0, 79, sd=4.0), 0.80, 0.88),
        (past(60.0, 75, sd=4.0), 0.5, 0.5),
        (past(60.0, 71, sd=4.0), 0.12, 0.20),
        (past(60.0, 40, sd=4.0), 0.05, 0.05),
        (replace(past(60.0, 81), low=75.0, high=99.0), 0.95, 0.95),
        (replace(past(60.0, 69), low=40.0, high=75.0), 0.05, 0.05),
        (past(60.0, 95, looks="bad"), 0.0, 0.21),
        (past(60.0, 95, looks="uncertain"), 0.5, 0.5),
        (past(60.0, None, looks="good"), 0.8, 0.8),
        (past(60.0, None, looks="bad"), 0.0, 0.21),
        (past(60.0, 90, sd=0.0), 0.95, 0.95),
        (replace(past(60.0, 83), low=None, high=None), 0.8, 0.9),
    ],
)
def test_a_set_is_good_with_a_probability(one: PastSet, low: float, high: float) -> None:
    assert low - 1e-9 <= chance_of_good(one, scoring=SHARED.scoring, rule=RULE) <= high + 1e-9


def test_a_confirmed_fault_counts_against_a_load_in_spite_of_a_fair_score() -> None:
    fair = ladder({60.0: (92, 90), 80.0: (90, 88), 100.0: (80, 80), 110.0: (80, 80)})
    faulty = [replace(one, looks="bad") if (one.load_kg or 0) >= 100 else one for one in fair]
    assert find_load_threshold(fair).status == "not_reached"
    assert find_load_threshold(faulty).status == "estimated"


def test_wide_intervals_say_less() -> None:
    wide = [replace(one, low=max(0.0, one.score - 30), high=min(100.0, one.score + 30)) for one in FADING]  # type: ignore[operator]
    found, sharp = find_load_threshold(wide), find_load_threshold(FADING)
    assert found.high_kg - found.low_kg > 1.15 * (sharp.high_kg - sharp.low_kg)  # type: ignore[operator]


def test_one_bad_day_weighs_less_than_the_same_sets_on_many_days() -> None:
    good = [past(load, 92, session=f"day {load}") for load in (60.0, 80.0, 80.0, 100.0, 100.0)]
    one_day = [*good, *(past(90.0, 50, session="bad day") for _ in range(4))]
    many_days = [*good, *(past(90.0, 50, session=f"bad day {place}") for place in range(4))]
    bounds = [
        find_load_threshold(sets, rule=RULE.model_copy(update={"max_interval_ratio": 9.0}))
        for sets in (one_day, many_days)
    ]
    assert bounds[0].curve_kg.tolist() == bounds[1].curve_kg.tolist()
    at_90 = [np.interp(90.0, found.curve_kg, found.p_good) for found in bounds]
    assert at_90[0] > at_90[1]


def test_unlike_rep_counts_and_a_single_session_are_said() -> None:
    sets = [replace(one, n_reps=3 + place, session="a") for place, one in enumerate(FADING)]
    reason = find_load_threshold(sets).reason
    assert "3 to 14 reps" in reason
    assert "one session" in reason


SOME_SETS = st.lists(
    st.builds(
        past,
        st.sampled_from((40.0, 55.0, 70.0, 90.0, 115.0)),
        st.floats(20.0, 100.0),
        sd=st.floats(0.5, 20.0),
        session=st.sampled_from("abcd"),
    ),
    min_size=6,
    max_size=10,
)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(sets=SOME_SETS, order=st.randoms(use_true_random=False), factor=st.sampled_from((0.1, 0.4536, 2.2046)))
def test_the_answer_is_monotone_and_knows_neither_order_nor_unit(
    sets: list[PastSet], order: Random, factor: float
) -> None:
    found = find_load_threshold(sets)
    assert (np.diff(found.p_good) <= 0).all()
    assert (np.diff(found.p_low) <= 0).all()
    assert (np.diff(found.p_high) <= 0).all()
    shuffled = list(sets)
    order.shuffle(shuffled)
    again = find_load_threshold(shuffled)
    scaled = find_load_threshold([replace(one, load_kg=factor * (one.load_kg or 0.0)) for one in sets])
    assert again.status == scaled.status == found.status
    for name in ("load_kg", "low_kg", "high_kg"):
        value = getattr(found, name)
        assert getattr(again, name) == (None if value is None else pytest.approx(value, rel=1e-9))
        assert getattr(scaled, name) == (None if value is None else pytest.approx(value * factor, rel=1e-9))


@settings(deadline=None, derandomize=True, max_examples=25)
@given(sets=SOME_SETS, place=st.integers(0, 5))
def test_a_set_that_looks_better_never_lowers_the_threshold(sets: list[PastSet], place: int) -> None:
    rule = RULE.model_copy(update={"max_interval_ratio": 99.0})
    better = [replace(one, score=100.0, looks="good", high=100.0) if i == place else one for i, one in enumerate(sets)]
    before, after = find_load_threshold(sets, rule=rule), find_load_threshold(better, rule=rule)
    if before.load_kg is not None and after.load_kg is not None:
        assert after.load_kg >= before.load_kg * (1 - 1e-6)
