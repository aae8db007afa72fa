"""The simulated truth: what a session does to an athlete, and how one assumption changes it."""

from dataclasses import replace

import pytest
from one_athlete import ATHLETE, DAY, USUAL, trained

from benchmarks.policies.assumptions import listed
from benchmarks.policies.athletes import MAX_REPS, MAX_SETS, make_athlete, make_days
from benchmarks.policies.training import Plan, first_state


def test_third_rep_at_the_threshold_scores_just_good() -> None:
    _, session = trained(Plan(load_kg=70.0))
    assert session.scores[0][2] == pytest.approx(75.0)
    assert not session.is_above_threshold
    _, heavier = trained(Plan(load_kg=72.5))
    assert heavier.is_above_threshold
    assert heavier.scores[0][2] < 75.0


def test_form_fades_from_rep_to_rep_and_from_load_to_load() -> None:
    _, session = trained(Plan(load_kg=80.0))
    first = session.scores[0]
    assert list(first) == sorted(first, reverse=True)
    assert first[0] > first[-1]
    _, lighter = trained(Plan(load_kg=75.0))
    assert all(light > heavy for light, heavy in zip(lighter.scores[0], first, strict=True))


def test_stimulus_and_pain_rise_with_load() -> None:
    runs = [trained(Plan(load_kg=load_kg), athlete=replace(ATHLETE, tolerance=0.5)) for load_kg in (50.0, 60.0, 70.0)]
    stimuli = [session.stimulus for _, session in runs]
    pains = [session.new_pain for _, session in runs]
    assert stimuli == sorted(set(stimuli))
    assert pains == sorted(set(pains))


def test_strength_stays_below_the_potential() -> None:
    state = first_state(ATHLETE)
    for _ in range(2000):
        load_kg = 0.8 * state.one_rm_kg
        state, _ = trained(Plan(load_kg=load_kg), athlete=replace(ATHLETE, tolerance=1e9), state=state)
    assert 140.0 < state.one_rm_kg < 150.0


def test_nothing_hurts_an_athlete_of_boundless_tolerance() -> None:
    tough = replace(ATHLETE, tolerance=1e9)
    state = replace(first_state(tough), heaviest_kg=(20.0,))
    _, session = trained(Plan(load_kg=100.0, reps=10), athlete=tough, state=state)
    assert session.pain == 0.0


def test_a_jump_in_load_hurts_more_than_the_same_load_reached_in_steps() -> None:
    state = first_state(ATHLETE)
    _, jumped = trained(Plan(load_kg=80.0), state=replace(state, heaviest_kg=(60.0,)))
    _, stepped = trained(Plan(load_kg=80.0), state=replace(state, heaviest_kg=(77.5,)))
    _, steady = trained(Plan(load_kg=80.0), state=replace(state, heaviest_kg=(80.0,)))
    assert jumped.new_pain > stepped.new_pain == steady.new_pain > 0.0


@pytest.mark.parametrize(("form_on_pain", "is_equal"), [(0.0, True), (0.3, False)])
def test_form_is_part_of_pain_only_where_it_is_assumed(form_on_pain: float, is_equal: bool) -> None:
    assumptions = replace(USUAL, form_on_pain=form_on_pain)
    plan = Plan(load_kg=77.5)
    _, sound = trained(plan, athlete=replace(ATHLETE, threshold=2.0), assumptions=assumptions)
    _, broken = trained(plan, athlete=replace(ATHLETE, threshold=0.5), assumptions=assumptions)
    assert sound.new_pain > 0.0
    assert (sound.new_pain == broken.new_pain) is is_equal
    assert broken.new_pain >= sound.new_pain


def test_form_is_part_of_strength_only_where_it_is_assumed() -> None:
    for share, is_equal in ((0.0, True), (0.3, False)):
        assumptions = replace(USUAL, form_on_gain=share)
        plan, tough = Plan(load_kg=75.0), replace(ATHLETE, tolerance=1e9)
        _, sound = trained(plan, athlete=replace(tough, threshold=2.0), assumptions=assumptions)
        _, broken = trained(plan, athlete=replace(tough, threshold=0.5), assumptions=assumptions)
        assert (sound.stimulus == broken.stimulus) is is_equal


def test_too_much_pain_ends_the_session_and_then_costs_one() -> None:
    frail = replace(ATHLETE, tolerance=0.2, irritability=12.0)
    state, session = trained(Plan(load_kg=80.0), athlete=frail)
    assert session.pain > USUAL.stop_pain
    assert len(session.reps) < 3
    _, after = trained(Plan(load_kg=20.0), athlete=frail, state=replace(state, irritation=5.1))
    assert not after.is_trained
    assert after.stimulus == 0.0


def test_rest_lets_pain_settle_and_takes_a_little_strength() -> None:
    state = replace(first_state(ATHLETE), irritation=4.0)
    later, session = trained(Plan(kind="rest", load_kg=80.0), state=state)
    assert not session.is_trained
    assert 0.0 < later.irritation < 4.0
    assert later.one_rm_kg < state.one_rm_kg


def test_a_cue_works_only_when_given_and_taken() -> None:
    cued, plain = Plan(load_kg=75.0, is_cued=True), Plan(load_kg=75.0)
    deaf = replace(DAY, cue=0.99)
    best, base = trained(cued)[1].scores, trained(plain)[1].scores
    assert best[0][0] == pytest.approx(base[0][0] + USUAL.cue_points)
    assert trained(cued, day=deaf)[1].scores == base


def test_leaving_out_what_hurts_relieves_more_than_leaving_out_something_else() -> None:
    plan = Plan(load_kg=80.0)
    short, slow = replace(plan, depth_limit_deg=80.0), replace(plan, is_slow=True)
    pains = [trained(p)[1].new_pain for p in (short, slow, plan)]
    assert pains == sorted(set(pains))
    speedy = replace(ATHLETE, sore_when="speed")
    assert trained(slow, athlete=speedy)[1].new_pain < trained(short, athlete=speedy)[1].new_pain
    assert trained(replace(plan, depth_limit_deg=95.0))[1].new_pain > trained(short)[1].new_pain
    assert trained(short)[1].stimulus < trained(plan)[1].stimulus


def test_practice_teaches_most_just_below_the_threshold() -> None:
    gained = {kg: trained(Plan(load_kg=kg))[0].threshold - ATHLETE.threshold for kg in (25.0, 45.0, 65.0, 77.5, 85.0)}
    assert gained[25.0] == gained[85.0] == 0.0
    assert 0.0 < gained[45.0] < gained[65.0] > gained[77.5] > 0.0


def test_reps_end_at_failure() -> None:
    _, session = trained(Plan(load_kg=97.5))
    assert session.reps[0] == 1
    assert session.reserve == (0,) * len(session.reserve)
    _, impossible = trained(Plan(load_kg=120.0))
    assert sum(impossible.reps) == 0
    assert impossible.stimulus == 0.0


def test_extra_reps_are_tried_in_the_last_set_only() -> None:
    _, session = trained(Plan(load_kg=60.0, extra_reps=2))
    assert session.reps == (5, 5, 7)


def test_plan_refuses_more_than_is_simulated() -> None:
    for sets, reps, extra_reps in ((MAX_SETS + 1, 5, 0), (3, 0, 0), (3, MAX_REPS, 1)):
        with pytest.raises(ValueError, match="more than is simulated"):
            Plan(load_kg=60.0, sets=sets, reps=reps, extra_reps=extra_reps)


def test_draws_hang_on_seed_and_athlete_only() -> None:
    assert make_athlete(3, seed=1, assumptions=USUAL) == make_athlete(3, seed=1, assumptions=USUAL)
    assert make_athlete(3, seed=1, assumptions=USUAL) != make_athlete(3, seed=2, assumptions=USUAL)
    assert make_days(3, seed=1, n_sessions=4) == make_days(3, seed=1, n_sessions=9)[:4]
    assert make_days(3, seed=1, n_sessions=4) != make_days(4, seed=1, n_sessions=4)


def test_one_assumption_changes_one_trait() -> None:
    usual = make_athlete(5, seed=1, assumptions=USUAL)
    tough = make_athlete(5, seed=1, assumptions=replace(USUAL, tolerance=2.0 * USUAL.tolerance))
    assert tough == replace(usual, tolerance=2.0 * usual.tolerance)


def test_every_figure_says_what_it_is_and_where_it_comes_from() -> None:
    rows = list(listed(USUAL))
    assert len(rows) > 50
    assert all(text.strip() for row in rows for text in row)
