"""Rows enter; the plain dicts that templates and JSON show leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session as Rows

from lookfeel.errors import NoPerson, TooShort, UnreadableVideo, VideoTooLarge
from lookfeel.store import history, queue
from lookfeel.store.models import Job, TrainingSet, now
from lookfeel.threshold import find_load_threshold
from lookfeel.types import PastSet

STALE_AFTER = timedelta(days=14)
"""Nobody filmed for so long: the coach is told. Chosen by us."""

ATTENTION = ("stop", "regress", "substitute", "reduce_load", "reduce_volume", "limit_range", "cap_reps", "slow_tempo")
"""Actions that say that something hurts or breaks down, gravest first."""

CLIP_ALONE = tuple(kind.code for kind in (UnreadableVideo, VideoTooLarge, TooShort, NoPerson))
"""What is wrong with a clip whatever exercise or person of it is wanted."""

MOST_CHOOSABLE = 20
"""Of a clip whose people were not counted here; an import may tell any number. Chosen by us: the list fits a phone."""


def set_view(row: TrainingSet) -> dict[str, Any]:
    """One set as templates see it, without its report."""
    error = None
    if row.error_code is not None:
        error = {"message": row.error_message, "hint": row.error_hint, "is_of_clip": row.error_code in CLIP_ALONE}
    decision = row.decisions[-1] if row.decisions else None
    context = row.answers.context if row.answers else {}
    feels = row.answers.feels if row.answers else {}
    return {
        "id": row.id,
        "name": row.name,
        "athlete": {"id": row.athlete_id, "name": row.athlete.name},
        "created_at": row.created_at,
        "status": row.status,
        "exercise": row.exercise or row.exercise_wanted,
        "variant": row.variant,
        "size": row.size_bytes,
        "error": error,
        "has_results": row.results is not None,
        "has_video": row.has_video,
        "person": row.person_wanted,
        "n_people": row.n_people,
        "n_choosable": n_choosable(row),
        "n_reps": row.n_reps,
        "score": row.score,
        "low": row.low,
        "high": row.high,
        "looks": row.looks,
        "feels": None if decision is None else decision.document["feels"],
        "pain": feels.get("pain"),
        "load_kg": context.get("load_kg"),
        "decision": None if decision is None else decision.document,
        "helped": None if decision is None else decision.helped,
        "override": override_view(row),
    }


def n_choosable(row: TrainingSet) -> int:
    """How many people of the clip may be asked for: those that were seen, or while that is not known as many as were
    asked for before, somewhere else."""
    return row.n_people or min(row.person_wanted or 1, MOST_CHOOSABLE)


def override_view(row: TrainingSet) -> dict[str, Any] | None:
    """What a coach decided last in place of ours; None when nobody did."""
    if not row.overrides:
        return None
    last = row.overrides[-1]
    return {
        "action": last.action,
        "reason": last.reason,
        "author": last.author.name,
        "created_at": last.created_at,
    }


def note_views(row: TrainingSet) -> list[dict[str, Any]]:
    """Notes on a set, oldest first."""
    return [{"text": note.text, "author": note.author.name, "created_at": note.created_at} for note in row.notes]


def progress_view(rows: Rows, row: TrainingSet, job: Job | None) -> tuple[str, dict[str, Any]]:
    """Name and data of the event that tells how far a set is."""
    if row.status == "ready":
        return "ready", {}
    if row.status == "failed":
        return "failed", {"message": row.error_message, "hint": row.error_hint}
    if job is None or job.state != "running":
        ahead = 0 if job is None else queue.n_ahead(rows, job)
        return "progress", {"stage": "queued", "done": 0, "total": None, "eta_s": None, "ahead": ahead}
    return "progress", {"stage": job.stage or "start", "done": job.done or 0, "total": job.total, "eta_s": job.eta_s}


def attention(latest: TrainingSet | None) -> int:
    """How much an athlete needs a look, by the latest set; larger is sooner."""
    if latest is None:
        return 0
    worth = 0
    decision = latest.decisions[-1].document if latest.decisions else {}
    if decision.get("action") in ATTENTION:
        worth += 100 - 5 * ATTENTION.index(decision["action"])
    worth += {"stop": 60, "bad": 30}.get(decision.get("feels", ""), 0)
    worth += {"bad": 20, "uncertain": 5}.get(latest.looks or "", 0)
    if latest.status == "failed":
        worth += 10
    if now() - latest.created_at > STALE_AFTER:
        worth += 8
    return worth


def history_series(rows: Rows, athlete_id: str, sets: Sequence[TrainingSet]) -> dict[str, Any]:
    """What the plots of the history show, one entry an exercise, oldest set first."""
    exercises: dict[str, list[dict[str, Any]]] = {}
    for row in sets:
        if row.exercise is not None:
            exercises.setdefault(row.exercise, []).append(_point(row))
    return {
        "exercises": [
            {"exercise": name, "points": points, "threshold": threshold_view(history(rows, athlete_id, name))}
            for name, points in exercises.items()
        ]
    }


def threshold_view(past: Sequence[PastSet]) -> dict[str, Any]:
    """The load at which form breaks down, with its curve; loads in kilograms."""
    found = find_load_threshold(past)
    curves = {name: getattr(found, name).round(4).tolist() for name in ("curve_kg", "p_good", "p_low", "p_high")}
    names = ("status", "load_kg", "low_kg", "high_kg", "n_sets", "n_sessions", "reason", "depth_deg")
    return {name: getattr(found, name) for name in names} | curves


def _point(row: TrainingSet) -> dict[str, Any]:
    shown = set_view(row)
    names = ("id", "variant", "n_reps", "score", "low", "high", "looks", "feels", "pain", "load_kg", "helped")
    decision = shown["decision"] or {}
    return {
        "time": iso(row.created_at),
        **{name: shown[name] for name in names},
        "depth_deg": row.depth_deg,
        "threshold_rep": row.threshold_rep,
        "action": decision.get("action"),
        "text": decision.get("text"),
    }


def iso(moment: datetime) -> str:
    """A moment as JSON has it."""
    return moment.isoformat(timespec="seconds")
