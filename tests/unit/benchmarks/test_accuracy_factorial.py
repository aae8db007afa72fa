"""The cases that are rendered for the benchmark hold what is promised of them."""

import dataclasses
from typing import get_args

from benchmarks.accuracy.conditions import VIEWS, conditions_of, view_of
from benchmarks.accuracy.factorial import YAWS_DEG, long_cases, short_cases
from benchmarks.accuracy.running import job_of_case
from scripts.render_samples.cases import ExerciseName


def conditions(cases):
    return {name for case in cases for name in conditions_of(dataclasses.asdict(case), case.film.slowmo)}


def test_the_short_form_shows_every_exercise_view_and_condition():
    short = short_cases()
    assert len(short) == 16
    assert {case.movement.exercise for case in short} == set(get_args(ExerciseName))
    assert {view_of(case.phone.yaw_deg) for case in short} == set(VIEWS)
    scales = ("camera height", "distance", "clothing", "light")
    special = {"phone shake", "motion blur", "variable frame rate", "bystander", "mirror", "barbell", "slow motion"}
    wanted = {name for name in conditions(long_cases()) if name.startswith(scales)} | special
    assert wanted <= conditions(short)


def test_the_long_form_turns_around_squat_and_lunge():
    long = long_cases()
    assert len(long) >= 200
    for exercise in ("squat", "forward_lunge"):
        yaws = {case.phone.yaw_deg for case in long if case.movement.exercise == exercise}
        assert set(map(float, YAWS_DEG)) <= yaws
    assert conditions(short_cases()) <= conditions(long)


def test_names_seeds_and_folders_are_each_cases_own():
    for cases in (short_cases(), long_cases()):
        assert len({case.name for case in cases}) == len({case.seed for case in cases}) == len(cases)
        assert len({job_of_case(case).video for case in cases}) == len(cases)


def test_a_clip_is_short():
    assert all(case.movement.n_reps == 2 for case in (*short_cases(), *long_cases()))


def test_view_of_the_compass():
    assert [view_of(yaw) for yaw in (0, -15, 45, 135, 90, -75, 180, -165)] == [
        *("front", "front", "oblique", "oblique", "side", "side", "rear", "rear")
    ]
