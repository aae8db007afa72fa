"""What an athlete shows: looks by the rules of scoring.toml, feels as they are said, and nothing that is hidden."""

from dataclasses import fields, replace

import pytest
from one_athlete import ATHLETE, DAY, EXACT, USUAL, trained

from benchmarks.policies import ours, policies
from benchmarks.policies.athletes import Athlete
from benchmarks.policies.showing import Shown, film, show, squat
from benchmarks.policies.training import Plan
from lookfeel.exercises import load_exercise


@pytest.mark.parametrize(("score", "state"), [(90.0, "good"), (70.0, "uncertain"), (50.0, "bad")])
def test_without_error_the_state_is_that_of_the_true_score(score: float, state: str) -> None:
    found = film((score,) * 5, 0, ATHLETE, DAY, EXACT)
    assert found.looks.state == state
    assert found.looks.score == pytest.approx(score)
    assert found.looks.low == found.looks.high == found.looks.score


def test_what_is_bad_without_error_is_uncertain_with_it() -> None:
    assert film((62.0,) * 5, 0, ATHLETE, DAY, EXACT).looks.state == "bad"
    assert film((62.0,) * 5, 0, ATHLETE, DAY, USUAL).looks.state == "uncertain"


def test_interval_is_that_of_the_stated_error() -> None:
    looks = film((70.0,) * 5, 0, ATHLETE, DAY, USUAL).looks
    assert looks.low is not None
    assert looks.high is not None
    assert looks.high - looks.low == pytest.approx(2.0 * 1.645 * USUAL.score_sd, rel=1e-3)
    hidden = replace(USUAL, score_sd=12.0, stated_share=0.5)
    assert film((70.0,) * 5, 0, ATHLETE, DAY, hidden).looks.low == pytest.approx(looks.low)


def test_error_moves_the_measured_score() -> None:
    lucky = film((70.0,) * 5, 0, replace(ATHLETE, lasting_error=1.0), DAY, USUAL)
    assert lucky.looks.score is not None
    assert 70.0 < lucky.looks.score < 70.0 + USUAL.score_sd


def test_breakdown_within_a_set_is_found_by_the_program() -> None:
    found = film((92.0, 92.0, 92.0, 60.0, 58.0), 0, ATHLETE, DAY, USUAL)
    assert found.threshold.status == "reached"
    assert found.threshold.rep_index == 4


def test_only_the_trend_is_left_out_of_the_rubric() -> None:
    spec = load_exercise("squat")
    same = squat().model_copy(update={"scoring": spec.scoring})
    assert same == spec


def test_pain_is_said_with_its_place() -> None:
    sore = replace(ATHLETE, tolerance=0.7)
    said = {}
    for where in ("late reps", "depth", "speed", "all"):
        athlete = replace(sore, sore_when=where)
        _, session = trained(Plan(load_kg=77.5), athlete=athlete)
        said[where] = show(session, athlete, DAY, USUAL).feels
    assert all(feels.overall == "bad" for feels in said.values())
    assert 1 < (said["late reps"].bad_from_rep or 0) <= 5
    assert said["depth"].bad_below_deg == 90.0
    assert said["speed"].is_worse_when_fast
    assert said["all"].bad_from_rep is said["all"].bad_below_deg is said["all"].is_worse_when_fast is None


def test_no_pain_is_said_as_none_and_half_may_be_kept_back() -> None:
    _, session = trained(Plan(load_kg=60.0))
    assert session.pain == 0.0
    assert show(session, ATHLETE, DAY, USUAL).feels.overall == "good"
    _, sore = trained(Plan(load_kg=77.5), athlete=replace(ATHLETE, tolerance=0.7))
    quiet = show(sore, ATHLETE, DAY, replace(USUAL, said_share=0.5)).feels
    open_ = show(sore, ATHLETE, DAY, USUAL).feels
    assert quiet.pain is not None
    assert open_.pain is not None
    assert quiet.pain < open_.pain


def test_reps_in_reserve_are_said_too_low_as_people_do() -> None:
    _, session = trained(Plan(load_kg=75.0))
    assert show(session, ATHLETE, DAY, USUAL).feels.reps_in_reserve == session.reserve[2] - 1


def test_the_last_set_is_filmed() -> None:
    _, session = trained(Plan(load_kg=70.0, extra_reps=2))
    found = show(session, ATHLETE, DAY, USUAL).film()
    assert found is not None
    assert found.n_reps == session.reps[-1] == 7


def test_a_lost_session_shows_no_film() -> None:
    _, session = trained(Plan(kind="rest", load_kg=60.0))
    assert show(session, ATHLETE, DAY, USUAL).film() is None


def test_who_decides_has_no_way_to_what_is_hidden() -> None:
    hidden = {field.name for field in fields(Athlete)} - {"experience", "told_max_kg"}
    for kind in (Shown, policies.Known):
        assert not hidden & {field.name for field in fields(kind)}
    for module in (policies, ours):
        assert not {"Athlete", "State", "Session", "Day", "Assumptions", "train"} & set(vars(module))
