"""Warnings and errors in, as the program really says them: each comes out as one kind of trouble with a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import team_factory as factory

from lookfeel.batch.team.filming import NO_NAME, kinds_of, most_common, people_with_trouble
from lookfeel.batch.team.rows import read_sets
from lookfeel.batch.team.settings import load_team
from lookfeel.body import lift
from lookfeel.errors import FileMissing, NoPerson, TooShort, UnmatchedViews, UnreadableVideo, VideoTooLarge
from lookfeel.exercises import load_scoring
from lookfeel.kinematics.readings import _needed
from lookfeel.tracks import athlete

SETTINGS = load_team()
WORDS = {kind.id: kind.words for kind in SETTINGS.filming}


def kinds(row: dict[str, Any]) -> list[str]:
    return [words for words, _ in kinds_of(read_sets([row])[0], SETTINGS)]


def warned(*warnings: str, **cells: Any) -> list[str]:
    return kinds(factory.set_row("Ada", 2, 80.0, warnings=list(warnings), **cells))


@pytest.mark.parametrize(
    ("warning", "kind"),
    [
        (lift.UNSEEN_WARNING, "nobody"),
        (lift.TURNED_WARNING, "turned"),
        (lift.NO_FIT_WARNING, "hidden"),
        (lift.STEEP_WARNING.format("down", 31.0), "steep"),
        (lift.POOR_FIT_WARNING.format(9.0), "hidden"),
        ("The file is cut short: 12 bytes are missing at its end. Copy it from the phone again.", "unreadable"),
        ("2 people were seen; person 1, counted from the left, is taken for the athlete.", "others"),
        (factory.FEET, "feet"),
        (factory.PHONE, "moved"),
    ],
)
def test_what_the_rooms_warn_of_has_a_kind(warning: str, kind: str) -> None:
    assert warned(warning) == [WORDS[kind]]


def test_the_tracks_room_still_says_what_the_kinds_look_for() -> None:
    text = Path(athlete.__file__).read_text(encoding="utf-8")
    assert "The feet are out of the picture" in text
    assert "The phone moved" in text


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (UnreadableVideo, "unreadable"),
        (FileMissing, "unreadable"),
        (VideoTooLarge, "unreadable"),
        (NoPerson, "nobody"),
        (TooShort, "no_reps"),
        (UnmatchedViews, "two_clips"),
    ],
)
def test_every_error_of_a_clip_has_a_kind(error: type[Any], kind: str) -> None:
    assert kinds(factory.failed_row("Ada", 1, error.code, "It failed.", "Hint.")) == [WORDS[kind]]


def test_notes_that_are_no_trouble_are_none() -> None:
    assert warned("No depth was prescribed, so the target is parallel; --prescribed-depth sets another.") == []


def test_a_reason_belongs_to_one_kind_only() -> None:
    reason = load_scoring().open_words.too_little.format(
        coverage="40 %",
        needed="60 %",
        item="Knees over the feet",
        reason=f"{_needed('knee_over_foot_left_m')} not seen",
    )
    assert warned(looks_state="not_assessable", looks_score=None, looks_reason=reason) == [WORDS["feet"]]


def test_why_the_looks_stay_open_is_no_trouble_where_they_were_judged() -> None:
    assert warned(looks_reason="foot are not seen at the bottom") == []


def test_no_reps_is_what_the_looks_room_calls_it() -> None:
    words = load_scoring().open_words.no_reps
    assert warned(looks_state="not_assessable", looks_score=None, looks_reason=words) == [WORDS["no_reps"]]


def test_views_are_trouble_by_themselves_and_against_what_was_told() -> None:
    assert warned(view="rear") == [WORDS["behind"]]
    assert warned(view="side_right", view_told="front") == ["said to be from the front, seen from the right side"]
    assert warned(view="side_right", view_told="side_left") == []
    assert warned(view="oblique_front_left", view_told="front") == []


def test_a_lost_clip_never_goes_without_a_word() -> None:
    assert warned(looks_state="not_assessable", looks_score=None) == [SETTINGS.unexplained.unjudged]
    assert kinds(factory.failed_row("Ada", 1, "of_tomorrow", "?", "")) == [SETTINGS.unexplained.failed]


def test_people_come_by_what_they_lost_and_the_nameless_are_one() -> None:
    nameless = [factory.failed_row(None, None, "no_person", "Nobody.", "Light.") | {"clip": clip} for clip in "abc"]
    rows = [factory.set_row("Ada", 2, 80.0, view="rear"), factory.set_row("Ben", 2, 80.0), *nameless]
    people = people_with_trouble(read_sets(rows), SETTINGS)
    assert [(one.name, one.n_lost, one.n_clips) for one in people] == [(NO_NAME, 3, 3), ("Ada", 0, 1)]
    assert [clip.file_name for clip in people[0].troubles[0].clips] == ["a", "b", "c"]


def test_the_most_common_trouble_is_of_lost_clips_only() -> None:
    judged = [factory.set_row(name, 2, 80.0, view="rear") for name in ("Ada", "Ben", "Cem")]
    lost = factory.failed_row("Dan", 1, "no_person", "Nobody.", "Light.")
    found = most_common(read_sets([*judged, lost]), SETTINGS)
    assert found is not None
    assert found[0] == WORDS["nobody"]
    assert most_common(read_sets(judged), SETTINGS) is None
