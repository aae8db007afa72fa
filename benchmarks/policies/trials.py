"""Athletes, policies and assumptions enter; what each athlete went through under each policy leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from benchmarks.policies.assumptions import Assumptions
from benchmarks.policies.athletes import Athlete, Day, make_athlete, make_days
from benchmarks.policies.ours import LookFeel
from benchmarks.policies.policies import BAD_PAIN, STRONG_PAIN, Known, Percentage, Perfection, Policy, Whatever
from benchmarks.policies.showing import show
from benchmarks.policies.training import Session, State, first_state, train
from lookfeel.types import Experience

OURS = "lookfeel"
POLICIES: Mapping[str, Callable[[Known], Policy]] = {
    "perfection": Perfection,
    "whatever": Whatever,
    "percentage": Percentage,
    OURS: LookFeel,
}
VARIANTS: Mapping[str, Callable[[Known], Policy]] = {
    OURS: LookFeel,
    "does not look": partial(LookFeel, sees=False),
    "does not listen": partial(LookFeel, hears=False),
    "neither": partial(LookFeel, sees=False, hears=False),
    "easy-going, strictness 0": partial(LookFeel, strictness=0.0),
    "strict, strictness 1": partial(LookFeel, strictness=1.0),
    "told of the load that holds": partial(LookFeel, has_cap=True),
}
"""Ours with a part taken out or changed: what each part is worth in this simulation."""
ALL = {**POLICIES, **VARIANTS}
WEEK_DAYS = 7.0
BLOCK = 25
"""Athletes that a worker process takes at a time (chosen by us: a few seconds of work)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One athlete under one policy.

    threshold: the hidden one at the start. gain_percent: of the first one-rep max. technique_points: threshold gained,
    in hundredths of the one-rep max. The other figures count sessions: above_threshold: load over the threshold of the
    day; painful, very_painful: true pain above 2 and above 5; lost: not trained; weak: below useful stimulus, lost ones
    among them. rules: how often each rule of the matrix decided.
    """

    athlete: int
    experience: Experience
    threshold: float
    policy: str
    n_sessions: int
    gain_percent: float
    technique_points: float
    above_threshold: int
    painful: int
    very_painful: int
    lost: int
    weak: int
    rules: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Athletes [first, last) under policies of these names."""

    policies: tuple[str, ...]
    first: int
    last: int
    seed: int
    weeks: int
    assumptions: Assumptions


def run(
    assumptions: Assumptions,
    *,
    n_athletes: int,
    seed: int,
    weeks: int,
    policies: Iterable[str] = tuple(POLICIES),
    pool: ProcessPoolExecutor | None = None,
) -> list[Outcome]:
    """Every athlete under every policy, by athlete; the same whether worker processes help or not."""
    names = tuple(policies)
    tasks = [
        Task(
            policies=names,
            first=first,
            last=min(first + BLOCK, n_athletes),
            seed=seed,
            weeks=weeks,
            assumptions=assumptions,
        )
        for first in range(0, n_athletes, BLOCK)
    ]
    blocks: Iterable[Sequence[Outcome]] = map(run_task, tasks) if pool is None else pool.map(run_task, tasks)
    return [outcome for block in blocks for outcome in block]


def workers(n_processes: int) -> ProcessPoolExecutor | None:
    """A pool, or None where one process is enough."""
    return ProcessPoolExecutor(n_processes, mp_context=get_context("spawn")) if n_processes > 1 else None


def run_task(task: Task) -> list[Outcome]:
    """One block of athletes."""
    n_sessions = round(task.weeks * WEEK_DAYS / task.assumptions.days_between)
    found = []
    for number in range(task.first, task.last):
        athlete = make_athlete(number, seed=task.seed, assumptions=task.assumptions)
        days = make_days(number, seed=task.seed, n_sessions=n_sessions)
        for name in task.policies:
            policy = ALL[name](known(athlete, task.assumptions))
            sessions, last = follow(athlete, days, policy, task.assumptions)
            rules = policy.rules if isinstance(policy, LookFeel) else Counter[str]()
            found.append(_outcome(name, athlete, sessions, last, rules, task.assumptions))
    return found


def known(athlete: Athlete, assumptions: Assumptions) -> Known:
    """What may be known of an athlete before the first session."""
    return Known(
        experience=athlete.experience,
        told_max_kg=athlete.told_max_kg,
        sessions_per_week=WEEK_DAYS / assumptions.days_between,
        days_between=assumptions.days_between,
    )


def follow(
    athlete: Athlete, days: Sequence[Day], policy: Policy, assumptions: Assumptions
) -> tuple[list[Session], State]:
    """Session after session under one policy."""
    state, sessions = first_state(athlete), []
    for day in days:
        state, session = train(state, athlete, policy.plan, day, assumptions)
        sessions.append(session)
        policy.after(show(session, athlete, day, assumptions))
    return sessions, state


def _outcome(
    name: str,
    athlete: Athlete,
    sessions: Sequence[Session],
    last: State,
    rules: Mapping[str, int],
    a: Assumptions,
) -> Outcome:
    return Outcome(
        athlete=athlete.number,
        experience=athlete.experience,
        threshold=athlete.threshold,
        policy=name,
        n_sessions=len(sessions),
        gain_percent=100.0 * (last.one_rm_kg / athlete.one_rm_kg - 1.0),
        technique_points=100.0 * (last.threshold - athlete.threshold),
        above_threshold=sum(session.is_above_threshold for session in sessions),
        painful=sum(session.pain > BAD_PAIN for session in sessions),
        very_painful=sum(session.pain > STRONG_PAIN for session in sessions),
        lost=sum(not session.is_trained for session in sessions),
        weak=sum(session.stimulus < a.useful_stimulus for session in sessions),
        rules=dict(rules),
    )
