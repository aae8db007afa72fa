"""An athlete's sets in: the gravest reason comes first, pain before looks before filming, and only of the present."""

from __future__ import annotations

from typing import Any

import pytest
import team_factory as factory

from lookfeel.batch.team.need import Need, is_heavy, need_of, reason_text
from lookfeel.batch.team.rows import athletes_of, read_sets
from lookfeel.batch.team.settings import load_team

SETTINGS = load_team()
SHA = {"video_sha256": None}


def need(*rows: dict[str, Any]) -> Need:
    numbered = [row | {"result": str(number)} if row["status"] == "ok" else row for number, row in enumerate(rows)]
    return need_of(athletes_of(read_sets(numbered))[0], SETTINGS)


def told(*rows: dict[str, Any]) -> str:
    return reason_text(need(*rows).signs, SETTINGS.limits.most_reasons)


def plain(score: float | None = 85.0, days_ago: int = 2, **cells: Any) -> dict[str, Any]:
    return factory.set_row("Ada", days_ago, score, **cells)


def test_pain_and_breakdown_are_one_reason() -> None:
    row = plain(pain=6.0, threshold_status="reached", threshold_rep=5)
    assert told(row) == "Pain 6 of 10 and form breaks down at rep 5"


def test_a_loss_beyond_the_intervals_is_told_with_its_load() -> None:
    rows = [plain(90.0, 9, load_kg=60.0), plain(76.0, 2, load_kg=70.0)]
    assert told(*rows) == "Form worse than last time by 14 points (beyond the intervals, with 10\u00a0kg more on)"


def test_a_loss_within_the_intervals_is_none() -> None:
    assert told(plain(88.0, 9), plain(81.0, 2)) == "Looks good, feels good"


def test_clips_that_could_not_be_judged_are_counted() -> None:
    rows = [plain(), plain(None), plain(None), factory.failed_row("Ada", 1, "no_person", "Nobody.", "Light.")]
    assert told(*rows) == "Not filmed well enough to judge 3 of 4\u00a0clips"


def test_a_few_lost_clips_are_no_reason() -> None:
    assert need(plain(), plain(), plain(None)).first.name == "fine"


def test_one_who_is_ready_is_said_to_be() -> None:
    assert told(plain(action="progress")) == "Ready to progress"
    assert need(plain(action="progress"), plain(pain=4.0, exercise="lunge")).first.name == "pain"


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"red_flags": ["swelling"]}, "red_flag"),
        ({"pain": 5.5}, "pain_stop"),
        ({"action": "stop"}, "told_to_stop"),
        ({"pain": 3.0}, "pain"),
        ({"feels_overall": "bad"}, "feels_bad"),
        ({"looks_state": "bad", "reps_in_reserve": 1.0}, "heavy_and_off"),
        ({"looks_state": "bad"}, "off"),
        ({"threshold_status": "reached", "threshold_rep": 4}, "breaks_down"),
        ({"looks_state": "not_assessable", "looks_score": None}, "unjudged"),
        ({"looks_state": "uncertain"}, "uncertain"),
        ({}, "fine"),
        ({"action": "progress"}, "ready"),
    ],
)
def test_every_sign_is_found(cells: dict[str, Any], name: str) -> None:
    assert need(plain(**cells)).first.name == name


def test_signs_rank_pain_before_looks_before_filming_before_what_is_fine() -> None:
    order = ["red_flag", "pain_stop", "pain", "feels_bad", "heavy_and_off", "worse", "off", "unjudged", "uncertain"]
    weights = [SETTINGS.signs[name].weight for name in [*order, "fine", "ready"]]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == len(weights)


def test_many_small_signs_never_outrank_pain() -> None:
    pain = need(plain(pain=3.0))
    many = need(plain(90.0, 9), plain(40.0, 2, reps_in_reserve=0.0, threshold_status="reached", threshold_rep=2))
    assert len(many.signs) > len(pain.signs)
    assert pain.rank > many.rank


def test_more_pain_comes_first() -> None:
    assert need(plain(pain=9.0)).rank > need(plain(pain=6.0)).rank


def test_pain_is_over_when_the_exercise_was_done_again_without_it() -> None:
    assert need(plain(days_ago=9, pain=7.0), plain()).first.name == "fine"


def test_pain_stays_open_while_nobody_says_how_it_felt() -> None:
    silent: dict[str, Any] = {"feels_overall": None, "pain": None}
    found = need(plain(days_ago=9, pain=7.0, load_kg=60.0), plain(days_ago=2, **silent))
    assert (found.first.name, found.shown.load_kg) == ("pain_stop", 60.0)
    assert need(plain(days_ago=60, pain=7.0), plain(days_ago=2, **silent)).first.name == "fine"
    eased = [plain(days_ago=16, pain=7.0), plain(days_ago=9, pain=0.0), plain(days_ago=2, **silent)]
    assert need(*eased).first.name == "fine"
    both = [plain(days_ago=9, pain=7.0), plain(days_ago=2, **silent), plain(days_ago=2, pain=1.0)]
    assert need(*both).first.name == "fine"


def test_pain_of_another_exercise_stays_open_for_some_weeks() -> None:
    lunge: dict[str, Any] = {"exercise": "lunge", "pain": 7.0}
    assert need(plain(days_ago=20, **lunge), plain()).first.name == "pain_stop"
    assert need(plain(days_ago=60, **lunge), plain()).first.name == "fine"


def test_a_clip_that_failed_since_does_not_hide_pain() -> None:
    assert (
        need(plain(pain=7.0), factory.failed_row("Ada", 1, "no_person", "Nobody.", "Light.")).first.name == "pain_stop"
    )


def test_only_failed_clips_are_a_matter_of_filming() -> None:
    found = need(factory.failed_row("Ada", 1, "no_person", "Nobody.", "Light."))
    assert (found.first.name, found.shown.is_ok) == ("unjudged", False)


def test_the_set_that_is_shown_is_the_one_that_hurt() -> None:
    found = need(plain(pain=7.0, load_kg=60.0), plain(load_kg=50.0))
    assert found.shown.load_kg == 60.0


@pytest.mark.parametrize(
    ("cells", "is_so"),
    [
        ({"load_kg": 81.0, "one_rm_kg": 100.0}, True),
        ({"load_kg": 80.0, "one_rm_kg": 100.0}, False),
        ({"reps_in_reserve": 1.0}, True),
        ({}, False),
        ({"load_kg": None, "one_rm_kg": 100.0}, False),
    ],
)
def test_heavy_is_what_the_matrix_calls_heavy(cells: dict[str, Any], is_so: bool) -> None:
    assert is_heavy(read_sets([plain(**cells)])[0]) is is_so


def test_the_fault_is_named_by_its_item() -> None:
    row = plain(40.0, finding_items=["hip_shift", "knee_over_foot"], finding_severities=["watch", "bad"])
    assert told(row) == "Form needs work at “Knees over the feet”"
    assert told(row | {"exercise": "of_another_laboratory"}) == "Form needs work"
