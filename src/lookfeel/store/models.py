"""The rows: athletes and teams, their sets with what was measured, said and decided, and the work to do."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

SetStatus = Literal["queued", "working", "ready", "failed"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
JobKind = Literal["analyze", "proxy"]
Role = Literal["coach", "athlete"]

ID_BYTES = 9
"""72 random bits, 12 letters in a URL: nobody meets another's by chance, and a guess would still meet a 404."""


def new_id() -> str:
    """A name for a row that says nothing of its order or owner, fit for a URL and for a folder on every system."""
    return secrets.token_hex(ID_BYTES)


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it goes in bare and comes out marked."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Marked moment -> bare UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Bare UTC -> marked moment."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of all rows."""

    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's name and form)
        datetime: UtcTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        SetStatus: String(16),
        JobState: String(16),
        JobKind: String(16),
        Role: String(16),
    }


def _own_id() -> Mapped[str]:
    return mapped_column(String(32), primary_key=True, default=new_id)


def _of(target: str, *, is_key: bool = False, is_optional: bool = False) -> Mapped[Any]:
    """A reference that goes when its target is deleted."""
    key = ForeignKey(target, ondelete="CASCADE")
    return mapped_column(String(32), key, primary_key=is_key, nullable=is_optional, index=not is_key)


class Athlete(Base):
    """One person. passphrase_hash: argon2's text, None for one who never signs in. settings: see web.preferences."""

    __tablename__ = "athletes"

    id: Mapped[str] = _own_id()
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=now)
    is_owner: Mapped[bool] = mapped_column(default=False)
    passphrase_hash: Mapped[str | None] = mapped_column(String(200))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Session(Base):
    """Somebody signed in. token_sha256: of the cookie, so that a copy of the database opens no session."""

    __tablename__ = "sessions"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    athlete_id: Mapped[str] = _of("athletes.id")
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class Team(Base):
    """Athletes who are looked after together."""

    __tablename__ = "teams"

    id: Mapped[str] = _own_id()
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Membership(Base):
    """Who belongs to a team, and as what."""

    __tablename__ = "memberships"

    team_id: Mapped[str] = _of("teams.id", is_key=True)
    athlete_id: Mapped[str] = _of("athletes.id", is_key=True)
    role: Mapped[Role]


class Invitation(Base):
    """A link that lets one person in. athlete_id: whose rows the guest takes over, None for somebody new."""

    __tablename__ = "invitations"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    team_id: Mapped[str] = _of("teams.id")
    athlete_id: Mapped[str | None] = _of("athletes.id", is_optional=True)
    role: Mapped[Role]
    expires_at: Mapped[datetime]


class TrainingSet(Base):
    """One filmed set, sent to the page or imported from a batch.

    name: what the athlete's device called the file; shown, never used as a path. size_bytes: of the video that is kept
    here; 0 for a set that was imported without it. exercise_wanted: 'auto' or a name. person_wanted: who of n_people
    in the clip is measured, counted from 1 from the left; None = who moves like an athlete. results: name of the folder
    with the files of the analysis that counts. proxy: of the one with a playable copy. video_sha256: of the clip that
    was measured, by which an import knows it again; None until it is measured. error_*: why it could not be measured;
    of a set that is 'ready', why it could not be measured again: the earlier result stays the one that counts.
    The figures from `exercise` on are read off the report, for lists and the history; None = not known.
    """

    __tablename__ = "sets"

    id: Mapped[str] = _own_id()
    athlete_id: Mapped[str] = _of("athletes.id")
    name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    size_bytes: Mapped[int]
    exercise_wanted: Mapped[str] = mapped_column(String(64), default="auto")
    person_wanted: Mapped[int | None]
    status: Mapped[SetStatus] = mapped_column(default="queued")
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_message: Mapped[str | None] = mapped_column(Text)
    error_hint: Mapped[str | None] = mapped_column(Text)
    results: Mapped[str | None] = mapped_column(String(64))
    proxy: Mapped[str | None] = mapped_column(String(64))
    video_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    exercise: Mapped[str | None] = mapped_column(String(64))
    variant: Mapped[str | None] = mapped_column(String(64))
    n_people: Mapped[int | None]
    n_reps: Mapped[int | None]
    depth_deg: Mapped[float | None]
    looks: Mapped[str | None] = mapped_column(String(16))
    score: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    findings: Mapped[list[str]] = mapped_column(default=list)
    threshold_rep: Mapped[int | None]

    @property
    def has_video(self) -> bool:
        """Whether its clip is kept here, to be played and measured again."""
        return self.size_bytes > 0

    athlete: Mapped[Athlete] = relationship()
    report: Mapped[Report | None] = relationship(passive_deletes=True)
    answers: Mapped[Answers | None] = relationship(passive_deletes=True)
    decisions: Mapped[list[DecisionRow]] = relationship(order_by="DecisionRow.id", passive_deletes=True)
    overrides: Mapped[list[Override]] = relationship(order_by="Override.id", passive_deletes=True)
    notes: Mapped[list[Note]] = relationship(order_by="Note.id", passive_deletes=True)


class Report(Base):
    """What was measured. document: report.json as measured. judgement: what a decision needs, see Judgement."""

    __tablename__ = "reports"

    set_id: Mapped[str] = _of("sets.id", is_key=True)
    document: Mapped[dict[str, Any]]
    judgement: Mapped[dict[str, Any]]


class Answers(Base):
    """What the athlete said of one set, as it was said. feels: options of make_feels; context: of make_context."""

    __tablename__ = "answers"

    set_id: Mapped[str] = _of("sets.id", is_key=True)
    feels: Mapped[dict[str, Any]] = mapped_column(default=dict)
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)


class DecisionRow(Base):
    """One decision about a set; the newest counts. helped: what the athlete said of it later."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    set_id: Mapped[str] = _of("sets.id")
    created_at: Mapped[datetime] = mapped_column(default=now)
    document: Mapped[dict[str, Any]]
    helped: Mapped[str | None] = mapped_column(String(16))


class Override(Base):
    """What a coach decided in place of ours, and why; kept beside it."""

    __tablename__ = "overrides"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    set_id: Mapped[str] = _of("sets.id")
    author_id: Mapped[str] = _of("athletes.id")
    created_at: Mapped[datetime] = mapped_column(default=now)
    action: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)

    author: Mapped[Athlete] = relationship()


class Note(Base):
    """A few words left on a set."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    set_id: Mapped[str] = _of("sets.id")
    author_id: Mapped[str] = _of("athletes.id")
    created_at: Mapped[datetime] = mapped_column(default=now)
    text: Mapped[str] = mapped_column(Text)

    author: Mapped[Athlete] = relationship()


class Upload(Base):
    """A file on its way. It lies where the set's video will lie; its size on disk is the offset.

    id: also of the set that it becomes. accepted_at: when the set was made of it.
    """

    __tablename__ = "uploads"

    id: Mapped[str] = _own_id()
    athlete_id: Mapped[str] = _of("athletes.id")
    sender_id: Mapped[str] = _of("athletes.id")
    name: Mapped[str] = mapped_column(String(255))
    exercise_wanted: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
    accepted_at: Mapped[datetime | None]


class Job(Base):
    """Work on one set. claim: a word that only the one who does it knows; without it nothing can be finished.

    n_failures: times that the worker died of it; n_interruptions: times that the server went away meanwhile.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "ix_jobs_one_at_a_time",
            "set_id",
            "kind",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_jobs_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    set_id: Mapped[str] = _of("sets.id")
    athlete_id: Mapped[str] = _of("athletes.id")
    kind: Mapped[JobKind]
    state: Mapped[JobState] = mapped_column(default="queued")
    claim: Mapped[str | None] = mapped_column(String(32))
    n_failures: Mapped[int] = mapped_column(default=0)
    n_interruptions: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    stage: Mapped[str | None] = mapped_column(String(32))
    done: Mapped[int | None]
    total: Mapped[int | None]
    eta_s: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(Text)

    training_set: Mapped[TrainingSet] = relationship()
