"""Rows of the store enter; the plain lines that tables, JSON and lists show leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lookfeel.report.document import rounded

if TYPE_CHECKING:
    from lookfeel.store.listing import AthleteSummary
    from lookfeel.store.models import TrainingSet


def athlete_line(summary: AthleteSummary) -> dict[str, Any]:
    """One athlete."""
    latest = summary.latest
    return {
        "id": summary.athlete.id,
        "athlete": summary.athlete.name,
        "n_sets": summary.n_sets,
        "last_date": None if latest is None else latest.created_at.date().isoformat(),
        "last": None if latest is None else set_line(latest),
        "thresholds": [
            {
                "exercise": one.exercise,
                "status": one.status,
                **{name: rounded(getattr(one, name)) for name in ("load_kg", "low_kg", "high_kg")},
            }
            for one in summary.thresholds
        ],
    }


def set_line(row: TrainingSet) -> dict[str, Any]:
    """One set with what was measured, said and decided last; None = not known or not said."""
    said = row.answers.feels if row.answers else {}
    around = row.answers.context if row.answers else {}
    last = row.decisions[-1] if row.decisions else None
    decision = {} if last is None else last.document
    override = row.overrides[-1] if row.overrides else None
    return {
        "id": row.id,
        "date": row.created_at.date().isoformat(),
        "athlete": row.athlete.name,
        "exercise": row.exercise,
        "variant": row.variant,
        "load_kg": rounded(around.get("load_kg")),
        "n_reps": row.n_reps,
        "depth_thigh_angle_deg": rounded(row.depth_deg),
        "looks_state": row.looks,
        "looks_score": rounded(row.score),
        "looks_low": rounded(row.low),
        "looks_high": rounded(row.high),
        "finding_items": list(row.findings),
        "threshold_rep": row.threshold_rep,
        "feels": decision.get("feels"),
        **{name: said.get(name) for name in SAID},
        "red_flags": said.get("red_flags", []),
        **{name: decision.get(name) for name in DECIDED},
        "helped": None if last is None else last.helped,
        "coach_action": None if override is None else override.action,
        "coach_reason": None if override is None else override.reason,
        "clip": row.name,
        "has_video": row.has_video,
    }


def set_details(row: TrainingSet) -> dict[str, Any]:
    """One set with all that is kept of it. said, training: options of make_feels and make_context; report: report.json
    as measured."""
    assert row.report is not None
    return {
        **set_line(row),
        "said": {} if row.answers is None else row.answers.feels,
        "training": {} if row.answers is None else row.answers.context,
        "decisions": [one.document | {"helped": one.helped} for one in row.decisions],
        "notes": [{"author": note.author.name, "text": note.text} for note in row.notes],
        "report": row.report.document,
    }


SAID = ("overall", "pain", "usual_pain", "where", "is_unstable", "bad_from_rep", "bad_phase", "reps_in_reserve")
DECIDED = ("action", "rule_id", "lever", "text", "cue", "retest")
