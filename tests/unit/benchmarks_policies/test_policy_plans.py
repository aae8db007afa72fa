"""The four policies: each does what its name says, and ours does what decide() says."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from one_athlete import ATHLETE, DAY, EXACT, USUAL

import lookfeel.matrix
from benchmarks.policies import ours
from benchmarks.policies.athletes import make_athlete, make_days
from benchmarks.policies.ours import LookFeel
from benchmarks.policies.policies import Known, Percentage, Perfection, Whatever
from benchmarks.policies.showing import Film, Shown, film
from benchmarks.policies.trials import ALL, OURS, POLICIES, follow, known
from lookfeel.types import Decision, Feels

KNOWN = Known(experience="novice", told_max_kg=100.0, sessions_per_week=2.0, days_between=3.5)
GOOD = Feels(overall="good", pain=0.0, reps_in_reserve=4.0, is_worse_next_morning=False)


def filmed(score: float, n_reps: int = 5) -> Film:
    return film((score,) * n_reps, 0, ATHLETE, DAY, EXACT)


def shown(
    *,
    score: float = 97.0,
    reps: Sequence[int] = (5, 5, 7),
    feels: Feels = GOOD,
    tested_max_kg: float | None = None,
    is_trained: bool = True,
    is_filmed: bool = True,
) -> Shown:
    return Shown(
        is_trained=is_trained,
        reps=tuple(reps),
        feels=feels,
        film=lambda: filmed(score, reps[-1]) if reps and is_filmed else None,
        tested_max_kg=tested_max_kg,
    )


def bad(**told: object) -> Feels:
    return Feels(**({"overall": "bad", "pain": 3.0, "reps_in_reserve": 4.0} | told))  # type: ignore[arg-type]


def test_everybody_starts_alike() -> None:
    plans = [kind(KNOWN).plan for kind in POLICIES.values()]
    assert {(plan.kind, plan.load_kg, plan.sets, plan.reps) for plan in plans} == {("squat", 65.0, 3, 5)}


def test_perfection_adds_only_to_a_faultless_set() -> None:
    assert Perfection(KNOWN).after(shown(score=95.0)).load_kg == 67.5
    assert Perfection(KNOWN).after(shown(score=85.0)).load_kg == 65.0
    assert Perfection(KNOWN).after(shown(score=80.0)).load_kg == 57.5
    assert Perfection(KNOWN).after(shown(score=95.0, feels=bad())).load_kg == 57.5
    assert Perfection(KNOWN).after(shown(score=95.0, reps=(5, 5, 4))).load_kg == 65.0


def test_whatever_adds_however_it_looks_and_feels() -> None:
    policy = Whatever(KNOWN)
    assert policy.after(shown(score=10.0, reps=(5, 5, 5))).load_kg == 67.5
    assert policy.after(shown(reps=(5, 5, 5), feels=bad(pain=5.0))).load_kg == 70.0
    assert policy.after(shown(reps=(5, 5), feels=bad(pain=6.0))).load_kg == 62.5


def test_whatever_takes_a_tenth_off_after_three_failures() -> None:
    policy = Whatever(KNOWN)
    loads = [policy.after(shown(reps=(5, 5, 3))).load_kg for _ in range(3)]
    assert loads == [65.0, 65.0, 57.5]


def test_percentage_follows_its_table_and_its_test() -> None:
    policy = Percentage(KNOWN)
    plans = [policy.after(shown(tested_max_kg=120.0 if policy.plan.kind == "test" else None)) for _ in range(9)]
    assert [plan.load_kg for plan in plans[:6]] == [70.0, 75.0, 75.0, 80.0, 80.0, 60.0]
    assert [plan.kind for plan in plans[5:9]] == ["squat", "test", "squat", "squat"]
    assert plans[7].load_kg == 85.0  # 70 % of 120, in plates
    assert policy.after(shown(feels=bad(pain=6.0))).load_kg == 72.5


def test_percentage_makes_up_for_a_missed_session() -> None:
    policy = Percentage(KNOWN)
    before = policy.after(shown())
    assert policy.after(shown(is_trained=False, reps=())) == before


def test_ours_asks_the_real_decision_once_a_film() -> None:
    assert vars(ours)["decide"] is lookfeel.matrix.decide
    athlete = make_athlete(2, seed=1, assumptions=USUAL)
    policy = LookFeel(known(athlete, USUAL))
    sessions, _ = follow(athlete, make_days(2, seed=1, n_sessions=12), policy, USUAL)
    n_filmed = sum(session.is_trained and session.plan.kind != "other" for session in sessions)
    assert sum(policy.rules.values()) == n_filmed > 0
    assert set(policy.rules) <= set(lookfeel.matrix.load_matrix().rules)


def test_ours_does_what_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = lookfeel.matrix.decide
    asked: list[dict[str, object]] = []

    def spy(looks: object, **given: object) -> Decision:
        asked.append(given)
        return real(looks, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(ours, "decide", spy)
    policy = LookFeel(KNOWN)
    first, second = policy.after(shown()), policy.after(shown())
    past = asked[1]["history"][0]  # type: ignore[index]
    assert asked[0]["history"] == ()
    assert (past.days_ago, past.load_kg, past.n_reps, past.feels, past.looks) == (3.5, 65.0, 7, "good", "good")
    assert past.rule_id == "feels_good.looks_good.repeat"
    assert first.load_kg == 65.0
    assert second.load_kg == 67.5


@pytest.mark.parametrize(
    ("feels", "change"),
    [
        (bad(bad_from_rep=4), {"reps": 3, "extra_reps": 0}),
        (bad(bad_below_deg=90.0), {"depth_limit_deg": 80.0}),
        (bad(is_worse_when_fast=True), {"is_slow": True}),
        (bad(), {"load_kg": 57.5}),
        (bad(pain=4.0), {"load_kg": 50.0}),
        (bad(is_worse_next_morning=True), {"sets": 2}),
        (bad(pain=6.0), {"load_kg": 52.5}),
    ],
)
def test_ours_changes_what_feels_bad(feels: Feels, change: dict[str, object]) -> None:
    policy = LookFeel(KNOWN)
    before = policy.plan
    plan = policy.after(shown(feels=feels))
    assert plan == replace(before, **change)  # type: ignore[arg-type]


def test_ours_gives_limits_back_before_it_adds_load() -> None:
    policy = LookFeel(KNOWN)
    assert policy.after(shown(feels=bad(bad_from_rep=4))).reps == 3
    plans = [policy.after(shown(reps=(policy.plan.reps,) * 3)) for _ in range(4)]
    assert [plan.reps for plan in plans[:2]] == [4, 5]
    assert [plan.load_kg for plan in plans] == sorted(plan.load_kg for plan in plans)
    assert plans[0].load_kg == 65.0


def test_ours_trains_a_day_less_when_fewer_sets_are_too_few() -> None:
    policy = LookFeel(KNOWN)
    worse = bad(is_worse_next_morning=True, pain=1.0)
    plans = [policy.after(shown(feels=worse, reps=(5, 5))) for _ in range(2)]
    assert plans[0].sets == 2
    assert plans[1].kind == "rest"
    assert policy.after(shown(is_trained=False, reps=())).kind == "squat"


def test_ours_leaves_for_another_exercise_and_comes_back() -> None:
    policy = LookFeel(KNOWN)
    plans = [policy.after(shown(feels=bad())) for _ in range(3)]
    assert plans[-1].kind == "other"
    assert policy.after(shown(is_filmed=False)).kind == "other"
    back = policy.after(shown(is_filmed=False))
    assert back.kind == "squat"
    assert back.load_kg < plans[1].load_kg


def test_ours_without_eyes_and_ears_does_not_change_for_faults_and_pain() -> None:
    for sees, hears, given in ((False, True, {"score": 20.0}), (True, False, {"feels": bad(pain=4.0)})):
        policy = LookFeel(KNOWN, sees=sees, hears=hears)
        plans = [policy.after(shown(**given)) for _ in range(4)]
        assert [plan.load_kg for plan in plans] == [65.0, 67.5, 67.5, 70.0]


def test_loads_are_plates_and_never_below_the_bar() -> None:
    frail = replace(USUAL, tolerance=0.5, irritability=12.0)
    for number in range(6):
        athlete = make_athlete(number, seed=3, assumptions=frail)
        days = make_days(number, seed=3, n_sessions=16)
        for kind in ALL.values():
            sessions, _ = follow(athlete, days, kind(known(athlete, frail)), frail)
            loads = [session.plan.load_kg for session in sessions]
            assert min(loads) >= 20.0
            assert all(load_kg % 2.5 == 0.0 for load_kg in loads)


def test_ours_never_jumps_up_more_than_its_own_rule_allows() -> None:
    most = lookfeel.matrix.load_matrix().progress.most_step
    for number in range(4):
        athlete = make_athlete(number, seed=1, assumptions=USUAL)
        sessions, _ = follow(athlete, make_days(number, seed=1, n_sessions=16), ALL[OURS](known(athlete, USUAL)), USUAL)
        squats = [session.plan.load_kg for session in sessions if session.plan.kind == "squat"]
        assert all(later <= earlier * (1.0 + most) + 1e-9 for earlier, later in pairwise(squats))
