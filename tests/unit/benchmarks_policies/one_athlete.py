"""One made-up athlete on a day without chance, for the tests of the simulation."""

from dataclasses import replace

from benchmarks.policies.assumptions import Assumptions
from benchmarks.policies.athletes import MAX_REPS, MAX_SETS, Athlete, Day
from benchmarks.policies.training import Plan, Session, State, first_state, train

USUAL = Assumptions()
EXACT = replace(USUAL, score_sd=0.0)
ATHLETE = Athlete(
    number=0,
    experience="novice",
    one_rm_kg=100.0,
    told_max_kg=100.0,
    gain=0.01,
    potential=0.5,
    threshold=0.7,
    tolerance=1.0,
    irritability=6.0,
    sore_when="depth",
    sore_deg=90.0,
    lasting_error=0.0,
)
DAY = Day(
    readiness=0.0,
    form=0.0,
    rep_form=[[0.0] * MAX_REPS] * MAX_SETS,
    cue=0.0,
    pain=0.0,
    ache=1.0,
    ache_size=0.0,
    clip_error=[0.0] * MAX_SETS,
    rep_error=[[0.0] * MAX_REPS] * MAX_SETS,
    said_pain=0.0,
    said_reserve=0.0,
    test=0.0,
)


def trained(
    plan: Plan,
    *,
    athlete: Athlete = ATHLETE,
    assumptions: Assumptions = USUAL,
    state: State | None = None,
    day: Day = DAY,
) -> tuple[State, Session]:
    """One session of the athlete, the first unless a state is given."""
    return train(first_state(athlete) if state is None else state, athlete, plan, day, assumptions)
