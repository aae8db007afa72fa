"""The work to do: a set is queued in the transaction that accepts it, and finished in the one that shows its result.

One server works on a data folder (see DataFolder), so a job that is 'running' when it starts was interrupted. A job is
finished only by whoever holds its claim; a claim that was taken back, by a cancel or a new start, finishes nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, aliased

from lookfeel.errors import LookfeelError
from lookfeel.store.filing import want_as_measured
from lookfeel.store.models import Job, JobKind, JobState, SetStatus, TrainingSet, now

MAX_FAILURES = 3
"""A worker that dies this often of one file is not started on it again."""

MAX_INTERRUPTIONS = 10
"""Chosen by us: a file that takes the whole machine down must end some day; a phone's owner who restarts a laptop
must not lose a set for it."""

ACTIVE: tuple[JobState, ...] = ("queued", "running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A job that is ours. claim: also the name of the folder that its run writes to."""

    job_id: int
    set_id: str
    kind: JobKind
    claim: str


def enqueue(session: Session, training_set: TrainingSet, kind: JobKind = "analyze") -> Job:
    """Put work on a set into the queue; what is already there, waiting or at work, is given back instead."""
    waiting = session.scalar(select(Job).where(Job.set_id == training_set.id, Job.kind == kind, Job.state.in_(ACTIVE)))
    if waiting is not None:
        return waiting
    job = Job(set_id=training_set.id, athlete_id=training_set.athlete_id, kind=kind, state="queued")
    session.add(job)
    if kind == "analyze":
        training_set.status = "queued"
        training_set.error_code = training_set.error_message = training_set.error_hint = None
    return job


def new_claim() -> str:
    """A word that nobody else has."""
    return secrets.token_hex(8)


def claim_next(session: Session, claim: str) -> Claimed | None:
    """Take the next job; athletes take turns, so that one with a hundred clips keeps nobody waiting.

    claim: a new word, made before so that its holder can let go of the job without having heard that it was taken.
    """
    other = aliased(Job)
    last_turn = (
        select(func.max(other.started_at)).where(other.athlete_id == Job.athlete_id).correlate(Job).scalar_subquery()
    )
    job = session.scalar(
        select(Job)
        .where(Job.state == "queued")
        .order_by(last_turn.asc().nulls_first(), Job.n_failures, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Job)
    )
    if job is None:
        return None
    job.state, job.claim, job.started_at = "running", claim, now()
    job.stage = job.done = job.total = job.eta_s = None
    _show(job, "working")
    return Claimed(job_id=job.id, set_id=job.set_id, kind=job.kind, claim=claim)


def note_progress(
    session: Session, claimed: Claimed, *, stage: str, done: int, total: int | None, eta_s: int | None
) -> bool:
    """Write down how far it is; False when the job is no longer ours."""
    changed = session.execute(
        update(Job)
        .where(Job.id == claimed.job_id, Job.claim == claimed.claim, Job.state == "running")
        .values(stage=stage, done=done, total=total, eta_s=eta_s)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def is_ours(session: Session, claimed: Claimed) -> bool:
    """Whether the job is still to be done by the holder of this claim."""
    return session.scalar(_of_claim(claimed.claim)) is not None


def finish(session: Session, claimed: Claimed) -> TrainingSet | None:
    """Close a job that is done and give its set, for the same transaction to write the result into; None when the job
    is no longer ours: then nothing may be written."""
    job = _held(session, claimed.claim)
    if job is None:
        return None
    job.state, job.finished_at, job.claim = "done", now(), None
    _show(job, "ready")
    return job.training_set


def fail(session: Session, claimed: Claimed, error: LookfeelError, *, is_final: bool) -> None:
    """Close a job that failed, or put it back until it has failed MAX_FAILURES times."""
    job = _held(session, claimed.claim)
    if job is None:
        return
    job.n_failures += 1
    job.last_error = error.message
    if is_final or job.n_failures >= MAX_FAILURES:
        _give_up(job, error)
    else:
        job.state, job.claim = "queued", None
        _show(job, "queued")


def cancel(session: Session, set_id: str, error: LookfeelError) -> bool:
    """Take all work on a set back, also from whoever does it; False when there was none. error: shown on the set,
    unless an earlier result is."""
    jobs = session.scalars(select(Job).where(Job.set_id == set_id, Job.state.in_(ACTIVE))).all()
    for job in jobs:
        _give_up(job, error, state="cancelled")
    return bool(jobs)


def resume(session: Session, error: LookfeelError) -> int:
    """Put back what was interrupted when the last server ended; the number of jobs. error: for one that never ends."""
    jobs = session.scalars(select(Job).where(Job.state == "running")).all()
    for job in jobs:
        job.n_interruptions += 1
        if job.n_interruptions >= MAX_INTERRUPTIONS:
            _give_up(job, error)
        else:
            job.state, job.claim = "queued", None
            _show(job, "queued")
    return len(jobs)


def n_waiting(session: Session, athlete_id: str) -> int:
    """Sets of one athlete that wait or are at work."""
    count = select(func.count()).where(Job.athlete_id == athlete_id, Job.state.in_(ACTIVE), Job.kind == "analyze")
    return session.scalar(count) or 0


def latest(session: Session, set_id: str, kind: JobKind = "analyze") -> Job | None:
    """The newest job of a set."""
    return session.scalar(select(Job).where(Job.set_id == set_id, Job.kind == kind).order_by(Job.id.desc()).limit(1))


def n_ahead(session: Session, job: Job) -> int:
    """Jobs that were queued before this one and still wait or are at work; athletes take turns, so it is a guide."""
    return session.scalar(select(func.count()).where(Job.id < job.id, Job.state.in_(ACTIVE))) or 0


def _of_claim(claim: str) -> Select[Job]:
    return select(Job).where(Job.state == "running", Job.claim == claim)


def _held(session: Session, claim: str) -> Job | None:
    return session.scalar(_of_claim(claim).with_for_update(of=Job))


def _give_up(job: Job, error: LookfeelError, state: JobState = "failed") -> None:
    job.state, job.claim, job.finished_at, job.last_error = state, None, now(), error.message
    if job.kind != "analyze":
        return
    shown = job.training_set
    has_earlier = shown.report is not None
    shown.status = "ready" if has_earlier else "failed"
    if has_earlier and state == "cancelled":
        return  # whoever takes it back knows why the earlier result is there
    shown.error_code, shown.error_message, shown.error_hint = error.code, error.message, error.hint
    want_as_measured(shown)  # or else every later measurement would fail of the same choice


def _show(job: Job, status: SetStatus) -> None:
    """A set shows how far its analysis is; a proxy is made while the result can already be seen."""
    if job.kind == "analyze":
        job.training_set.status = status


def release(session: Session, claim: str) -> None:
    """Put a job back that is ours and was not finished, because the server stops; it counts as nobody's fault."""
    job = _held(session, claim)
    if job is not None:
        job.state, job.claim = "queued", None
        _show(job, "queued")
