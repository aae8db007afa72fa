"""What the history makes of a decision: what helped is kept and given back, what did not leads on, cues fade."""

from __future__ import annotations

from typing import Any

import pytest
from test_matrix_cells import HELD, SQUAT, looks

from lookfeel.matrix import decide, make_context, make_feels
from lookfeel.types import Decision, PastSet

BAD = {"overall": "bad", "pain": 4, "bad_from_rep": 8}
GOOD = {"overall": "good", "pain": 0, "reps_in_reserve": 3}
CUE = SQUAT.item("knee_over_foot")


def past(**told: Any) -> PastSet:
    return PastSet(**({"session": "a", "days_ago": 3.0, "exercise": "squat", "n_reps": 10} | told))


def capped(reps: float, **told: Any) -> PastSet:
    """A set after which sets were to end at `reps`."""
    decided = {"rule_id": "feels_bad.from_rep", "action": "cap_reps", "parameters": {"max_reps": reps}}
    return past(**({"feels": "bad", "pain": 4.0, "looks": "good"} | decided | told))


def decided(
    *history: PastSet, feels: dict[str, Any], state: str = "good", n_reps: int | None = 8, **options: Any
) -> Decision:
    keywords = ("load_cap_kg", "strictness", "deepest_deg", "limb_m", "is_metric")
    given = {name: options.pop(name) for name in keywords if name in options}
    return decide(
        looks(state, "bad" if state == "bad" else None),  # type: ignore[arg-type]
        feels=make_feels(**feels),
        context=make_context(**options),
        threshold=HELD,
        n_reps=n_reps,
        spec=SQUAT,
        history=history,
        **given,
    )


# --- a change that helped, and one that did not ---


@pytest.mark.parametrize(
    ("before", "now", "is_kept"), [(5.0, 3.0, True), (4.0, 2.5, True), (4.0, 3.0, False), (3.0, 3.0, False)]
)
def test_two_points_or_a_third_less_pain_keeps_the_change(before: float, now: float, is_kept: bool) -> None:
    found = decided(capped(7.0, pain=before), feels={"overall": "bad", "pain": now, "bad_from_rep": 8})
    assert (found.rule_id == "feels_bad.keep_change") == is_kept
    if is_kept:
        assert dict(found.parameters) == {"max_reps": 7.0}
        assert "sets end at rep 7" in found.text


def test_a_change_that_helped_goes_further_when_it_still_starts_within_it() -> None:
    found = decided(capped(7.0, pain=5.0), feels={"overall": "bad", "pain": 3, "bad_from_rep": 6})
    assert (found.rule_id, found.parameters["max_reps"]) == ("feels_bad.from_rep", 5.0)


def test_two_changes_that_did_not_help_lead_to_another_exercise() -> None:
    slowed = past(
        feels="bad", pain=4.0, rule_id="feels_bad.when_fast", action="slow_tempo", parameters={"eccentric_s": 3}
    )
    assert decided(capped(7.0), feels=BAD).action == "cap_reps"
    found = decided(capped(7.0), slowed, feels=BAD)
    assert found.rule_id == "feels_bad.changes_tried"
    assert any("2 changes were tried" in reason for reason in found.reasons)


def test_the_same_change_in_two_sets_counts_once_and_a_good_set_starts_anew() -> None:
    assert decided(capped(7.0), capped(7.0), feels=BAD).action == "cap_reps"
    assert decided(capped(7.0), past(feels="good"), capped(6.0), feels=BAD).action == "cap_reps"


def test_what_the_athlete_says_of_changes_comes_before_the_history() -> None:
    assert decided(capped(7.0), capped(6.0), feels=BAD | {"n_changes_tried": 0}).action == "cap_reps"


def test_other_exercises_and_long_ago_do_not_count() -> None:
    other = (capped(7.0, exercise="lunge"), capped(6.0, exercise="lunge"))
    old = (capped(7.0, days_ago=120.0), capped(6.0, days_ago=110.0))
    assert decided(*other, feels=BAD).action == decided(*old, feels=BAD).action == "cap_reps"


def test_a_kept_load_is_never_above_todays_nor_above_the_one_that_held() -> None:
    lighter = past(
        feels="bad", pain=5.0, action="reduce_load", rule_id="feels_bad.throughout", parameters={"load_kg": 80}
    )
    feels = {"overall": "bad", "pain": 3}
    assert decided(lighter, feels=feels, load_kg=90).parameters["load_kg"] == 80
    assert decided(lighter, feels=feels, load_kg=70).parameters["load_kg"] == 70
    assert decided(lighter, feels=feels, load_kg=90, load_cap_kg=76).parameters["load_kg"] == 75


# --- what was taken away comes back ---


def test_a_cap_that_held_grows_by_a_rep_a_session_up_to_the_reps_of_before() -> None:
    found = decided(capped(7.0), feels=GOOD, n_reps=7)
    assert (found.rule_id, found.lever, dict(found.parameters)) == (
        "feels_good.looks_good.more_reps",
        "reps",
        {"max_reps": 8.0},
    )
    assert decided(capped(7.0, days_ago=0.0), feels=GOOD, n_reps=7).action == "repeat"
    assert decided(capped(7.0), feels=GOOD | {"reps_in_reserve": 0}, n_reps=7).action == "repeat"
    assert decided(capped(9.0), capped(10.0, feels="good"), feels=GOOD, n_reps=10).rule_id.endswith("repeat")


def limited(deg: float, **told: Any) -> PastSet:
    decision = {"rule_id": "feels_bad.from_depth", "action": "limit_range", "parameters": {"max_knee_flexion_deg": deg}}
    return past(**({"feels": "bad", "pain": 4.0, "looks": "good"} | decision | told))


def test_range_comes_back_after_two_sessions_a_little_at_a_time() -> None:
    once = decided(limited(85.0), feels=GOOD)
    assert (once.action, dict(once.parameters)) == ("repeat", {"max_knee_flexion_deg": 85.0})
    twice = decided(limited(85.0), limited(85.0, feels="good"), feels=GOOD)
    assert (twice.rule_id, dict(twice.parameters)) == (
        "feels_good.looks_good.more_range",
        {"max_knee_flexion_deg": 90.0},
    )
    through = decided(limited(85.0), limited(90.0, feels="good"), limited(95.0, feels="good"), feels=GOOD)
    assert "max_knee_flexion_deg" not in through.parameters


def test_the_usual_tempo_comes_back_after_two_sessions() -> None:
    slow = {"rule_id": "feels_bad.eccentric", "action": "slow_tempo", "parameters": {"eccentric_s": 3.0}}
    first, second = past(feels="bad", pain=4.0, **slow), past(feels="good", **slow)
    assert decided(first, feels=GOOD).rule_id == "feels_good.looks_good.repeat"
    assert decided(first, second, feels=GOOD).rule_id == "feels_good.looks_good.usual_tempo"


def test_no_load_is_added_while_a_change_is_in_force_or_right_after_trouble() -> None:
    ready = {"target_met_twice": True, "load_kg": 80, "planned_reps": 8}
    assert decided(feels=GOOD, **ready).action == "progress"
    assert decided(limited(85.0), feels=GOOD, **ready).action == "repeat"
    assert decided(past(feels="stop"), feels=GOOD, **ready).action == "repeat"
    assert decided(past(feels="good", looks="bad"), feels=GOOD, **ready).action == "repeat"


# --- 2 for 2, breaks, the load that holds ---


@pytest.mark.parametrize(
    ("told", "n_reps", "is_progress"),
    [
        ({"n_reps": 10, "load_kg": 80.0}, 10, True),
        ({"n_reps": 10, "load_kg": 77.5}, 10, False),
        ({"n_reps": 9, "load_kg": 80.0}, 10, False),
        ({"n_reps": 10, "load_kg": 80.0}, 9, False),
        ({"n_reps": 10, "load_kg": 80.0, "days_ago": 0.0}, 10, False),
    ],
)
def test_two_for_two_is_read_from_the_history(told: dict[str, Any], n_reps: int, is_progress: bool) -> None:
    found = decided(past(feels="good", looks="good", **told), feels=GOOD, n_reps=n_reps, load_kg=80, planned_reps=8)
    assert (found.action == "progress") == is_progress


@pytest.mark.parametrize(("days", "action"), [(3, "progress"), (13, "progress"), (14, "repeat"), (60, "repeat")])
def test_after_a_long_break_no_load_is_added(days: float, action: str) -> None:
    ready = {"target_met_twice": True, "load_kg": 80, "planned_reps": 8}
    assert decided(feels=GOOD, days_since_last=days, **ready).action == action
    assert decided(past(feels="good", days_ago=days), feels=GOOD, **ready).action == action


def test_the_next_load_stays_below_the_one_at_which_form_goes() -> None:
    ready = {"target_met_twice": True, "planned_reps": 8}
    assert decided(feels=GOOD, load_kg=80, load_cap_kg=82.5, **ready).parameters["load_kg"] == 82.5
    held = decided(feels=GOOD, load_kg=80, load_cap_kg=82, **ready)
    assert (held.rule_id, held.action) == ("feels_good.looks_good.at_threshold", "repeat")
    assert "80 kg" in held.text
    assert decided(feels=GOOD, load_cap_kg=82, **ready).action == "repeat"


def test_a_fault_above_the_load_that_holds_leads_back_to_it() -> None:
    context = {"experience": "intermediate", "one_rm_kg": 120, "sets_per_session": 2, "sessions_per_week": 3}
    found = decided(feels=GOOD, state="bad", load_kg=85, load_cap_kg=78, **context)
    assert (found.rule_id, found.parameters["load_kg"]) == ("looks_bad.above_threshold", 77.5)
    assert decided(feels=GOOD, state="bad", load_kg=75, load_cap_kg=78, **context).action == "cue"


# --- cues ---


def cued(cue: str, **told: Any) -> PastSet:
    return past(**({"looks": "bad", "feels": "good", "cue": cue, "action": "cue", "rule_id": "looks_bad.cue"} | told))


@pytest.mark.parametrize(
    ("n_external", "n_internal", "rule_id"),
    [
        (0, 0, "looks_bad.cue"),
        (1, 0, "looks_bad.cue"),
        (2, 0, "looks_bad.cue_internal"),
        (2, 1, "looks_bad.cue_internal"),
        (2, 2, "looks_bad.cues_tried"),
    ],
)
def test_the_outside_first_then_the_body_then_less_load(n_external: int, n_internal: int, rule_id: str) -> None:
    history = [cued(CUE.cue_external)] * n_external + [cued(CUE.cue_internal)] * n_internal
    found = decided(*history, feels={"overall": "good"}, state="bad")
    assert found.rule_id == rule_id
    cues = {"looks_bad.cue": CUE.cue_external, "looks_bad.cue_internal": CUE.cue_internal}
    assert found.cue == cues.get(rule_id)
    assert found.cue_internal == (CUE.cue_internal if rule_id == "looks_bad.cue" else None)


def test_a_cue_fades_as_the_looks_hold() -> None:
    first = decided(cued(CUE.cue_external), feels=GOOD)
    assert first.cue == CUE.cue_external
    assert any("before the first set only" in reason for reason in first.reasons)
    second = decided(cued(CUE.cue_external), cued(CUE.cue_external, looks="good"), feels=GOOD)
    assert second.cue is None
    assert any("leave it out now" in reason for reason in second.reasons)
    third = decided(cued(CUE.cue_external), past(looks="good", feels="good"), feels=GOOD)
    assert not any("cue" in reason for reason in third.reasons)


@pytest.mark.parametrize("between", ["uncertain", "not_assessable"])
def test_a_set_that_was_not_clearly_seen_does_not_begin_the_cues_anew(between: str) -> None:
    outside = cued(CUE.cue_external)
    open_ = past(looks=between, feels="good", action="film_again", rule_id="feels_good.looks_uncertain")
    found = decided(outside, open_, cued(CUE.cue_external), feels={"overall": "good"}, state="bad")
    assert found.rule_id == "looks_bad.cue_internal"
    after_good = decided(outside, outside, past(looks="good", feels="good"), feels={"overall": "good"}, state="bad")
    assert after_good.rule_id == "looks_bad.cue"


def after(decision: Decision) -> PastSet:
    """The set that led to this decision, once it is past."""
    told = ("rule_id", "action", "cue", "looks", "feels", "parameters")
    return past(**{name: getattr(decision, name) for name in told})


def test_with_a_set_in_between_that_was_unclear_two_cues_still_end() -> None:
    """Bad and uncertain in turn once led to the first cue for ever."""
    history: list[PastSet] = []
    rules = []
    for number in range(10):
        state = "uncertain" if number % 2 else "bad"
        found = decided(*history, feels={"overall": "good"}, state=state)
        history.append(after(found))
        rules.append(found.rule_id)
    assert "looks_bad.cues_tried" in rules


# --- looks that are left open ---


def left_open(**told: Any) -> PastSet:
    kept = {"looks": "uncertain", "feels": "good", "action": "film_again", "rule_id": "feels_good.looks_uncertain"}
    return past(**(kept | told))


MODERATE = {
    "experience": "intermediate",
    "load_kg": 80,
    "one_rm_kg": 110,
    "sets_per_session": 4,
    "sessions_per_week": 3,
}


@pytest.mark.parametrize("n_before", [0, 1])
def test_filming_again_has_its_tries(n_before: int) -> None:
    assert decided(*[left_open()] * n_before, feels=GOOD, state="uncertain", **MODERATE).action == "film_again"


def test_looks_left_open_in_a_row_count_as_a_mild_fault() -> None:
    found = decided(left_open(), left_open(), feels=GOOD, state="uncertain", **MODERATE)
    assert (found.rule_id, found.looks) == ("looks_bad.cue", "uncertain")
    assert any("left open in 3 sets in a row" in reason for reason in found.reasons)
    assert any("fault 0" in reason for reason in found.reasons)
    ended = decided(
        left_open(), past(looks="good", feels="good"), left_open(), feels=GOOD, state="uncertain", **MODERATE
    )
    assert ended.action == "film_again"


def test_looks_that_stay_open_lead_through_both_cues_to_less_load() -> None:
    history: list[PastSet] = []
    for _ in range(7):
        found = decided(*history, feels=GOOD, state="uncertain", **MODERATE)
        history.append(after(found))
    assert [past.rule_id for past in history] == [
        "feels_good.looks_uncertain",
        "feels_good.looks_uncertain",
        "looks_bad.cue",
        "looks_bad.cue",
        "looks_bad.cue_internal",
        "looks_bad.cue_internal",
        "looks_bad.cues_tried",
    ]


def test_only_looks_that_are_surely_bad_ask_for_an_easier_version() -> None:
    grave = {"experience": "novice", "load_kg": 95, "one_rm_kg": 100, "sets_per_session": 6, "sessions_per_week": 5}
    options: dict[str, Any] = {"feels": GOOD, "days_since_last": 60, **grave}
    assert decided(left_open(), left_open(), state="bad", **options).action == "regress"
    assert decided(left_open(), left_open(), state="uncertain", **options).rule_id == "looks_bad.reduce"


def test_a_decision_that_keeps_everything_keeps_what_was_taken_away() -> None:
    kept = decided(capped(7.0), left_open(n_reps=7), feels=GOOD, n_reps=7)
    assert (kept.rule_id, kept.parameters["max_reps"]) == ("feels_good.looks_good.more_reps", 8.0)
    repeated = past(feels="good", looks="good", action="repeat", rule_id="feels_good.looks_good.repeat")
    assert "max_reps" not in decided(capped(7.0), repeated, feels=GOOD, n_reps=7).parameters
