"""Worked cases of the matrix: made-up sets enter, titles and decisions leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from lookfeel.exercises import load_exercise
from lookfeel.matrix import decide, make_context, make_feels
from lookfeel.types import Decision, Finding, Looks, LooksState, PastSet, TechniqueThreshold

SQUAT = load_exercise("squat")
LUNGE = load_exercise("lunge")
LEG = {"thigh": 0.43, "shank": 0.43, "ankle_height": 0.09}
SCORES = {"good": (86.0, 80.0, 91.0), "bad": (47.0, 40.0, 55.0), "uncertain": (68.0, 55.0, 79.0)}
KNEE = "Your right knee falls 5 ± 1 cm inside your foot on the way up from rep 4 on."


def looks(state: LooksState, severity: Literal["watch", "bad", "zero"] | None = None) -> Looks:
    score, low, high = SCORES.get(state, (None, None, None))
    finding = Finding(
        item="knee_over_foot",
        severity=severity or "watch",
        text=KNEE,
        metric="knee_over_foot_right_m",
        value=0.05,
        sd=0.01,
        unit="m",
        probability=0.95,
        rep_index=4,
        frame=100,
        time_s=4.0,
        side="right",
    )
    return Looks(
        rep_index=None,
        state=state,
        score=score,
        low=low,
        high=high,
        coverage=0.9 if score is not None else 0.3,
        items=(),
        findings=() if severity is None else (finding,),
    )


def decided(
    state: LooksState = "good",
    severity: Literal["watch", "bad", "zero"] | None = None,
    *,
    feels: dict[str, Any],
    training: dict[str, Any] | None = None,
    breaks_down_at: int | None = None,
    n_reps: int = 8,
    **options: Any,
) -> Decision:
    status: Literal["reached", "not_reached"] = "not_reached" if breaks_down_at is None else "reached"
    return decide(
        looks(state, severity),
        feels=make_feels(**feels),
        context=make_context(**(training or {})),
        threshold=TechniqueThreshold(status=status, rep_index=breaks_down_at, reason="as made up"),
        n_reps=n_reps,
        spec=options.pop("spec", SQUAT),
        **options,
    )


def worked_cases() -> Iterator[tuple[str, Decision]]:
    """Cases that a physiotherapist and a coach would want to see."""
    good, bad = (
        {"overall": "good", "pain": 0},
        {"overall": "bad", "pain": 3, "red_flags": ["none"], "where": "left knee"},
    )
    novice = {"experience": "novice", "load_kg": 90, "one_rm_kg": 105, "sets_per_session": 3, "sessions_per_week": 3}
    expert = {"experience": "advanced", "load_kg": 60, "one_rm_kg": 150, "sets_per_session": 3, "sessions_per_week": 2}
    middle = {"experience": "intermediate", "load_kg": 80, "sets_per_session": 3, "sessions_per_week": 2}
    yield (
        "1. Novice, heavy, shaky knee, feels good",
        decided("bad", "bad", feels=good, training=novice, breaks_down_at=4),
    )
    yield "2. Experienced, light, the same knee", decided("bad", "bad", feels=good, training=expert)
    yield (
        "3. Looks good, feels bad from rep 8",
        decided(feels=bad | {"bad_from_rep": 8}, training={"load_kg": 80}, n_reps=10),
    )
    yield (
        "4. Feels bad in the last 20 degrees, lengths measured",
        decided(feels=bad | {"bad_phase": "bottom"}, deepest_deg=112.0, limb_m=LEG),
    )
    yield (
        "5. The same in a lunge, no height given",
        decided(feels=bad | {"bad_phase": "bottom"}, deepest_deg=105.0, limb_m=LEG, is_metric=False, spec=LUNGE),
    )
    yield (
        "6. Looks bad and feels bad, throughout, pain 4",
        decided("bad", "bad", feels=bad | {"pain": 4, "usual_pain": 1}, training=middle),
    )
    yield "7. Red flag in a set that looks fine", decided(feels=good | {"red_flags": ["giving_way"]})
    yield "8. Feels good, uncertain view", decided("uncertain", feels=good)
    yield (
        "9. Feels good, looks good, everything for more load, in pounds",
        decided(
            feels=good | {"rpe": 8},
            training={"load": 185, "weight_unit": "lb", "bar": 45, "planned_reps": 8, "target_met_twice": True},
        ),
    )
    yield (
        "10. The same, above the load at which form has held",
        decided(
            feels=good | {"rpe": 8},
            training={"load_kg": 85, "planned_reps": 8, "target_met_twice": True},
            load_cap_kg=86.0,
        ),
    )
    yield (
        "11. Worse the next morning",
        decided(feels=bad | {"is_worse_next_morning": True}, training={"sets_per_session": 4, "sessions_per_week": 3}),
    )
    eased = PastSet(
        session="2026-11-20",
        days_ago=3.0,
        exercise="squat",
        n_reps=10,
        feels="bad",
        pain=5.0,
        looks="good",
        rule_id="feels_bad.from_rep",
        action="cap_reps",
        parameters={"max_reps": 6.0},
    )
    yield "12. Last time's change helped", decided(feels=bad | {"bad_from_rep": 7}, n_reps=6, history=(eased,))
    yield "13. And a session later it feels good", decided(feels=good, n_reps=6, history=(eased,))
    yield "14. Novice runner, no figures at all, looks bad", decided("bad", "bad", feels={})
    yield (
        "15. The same knee as in 2 for a strict coach",
        decided("bad", "bad", feels=good, training=expert, strictness=1.0),
    )
    yield (
        "16. Hurts on the way up",
        decided(feels=bad | {"bad_phase": "concentric", "is_worse_next_morning": False}, training=middle),
    )
