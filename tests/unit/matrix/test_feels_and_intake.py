"""What a person types in: states of feels, validation, tempo, depth and session files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from lookfeel.errors import ConfigError, FileMissing, InvalidValue
from lookfeel.matrix import feels_state, load_session_file, make_context, make_feels, parse_depth, parse_tempo
from lookfeel.types import Feels, TrainingContext


@pytest.mark.parametrize(
    ("options", "state"),
    [
        ({}, "unknown"),
        ({"pain": 0}, "unknown"),
        ({"overall": "good"}, "good"),
        ({"overall": "good", "pain": 2}, "good"),
        ({"overall": "good", "pain": 2.5}, "bad"),
        ({"overall": "good", "pain": 3}, "bad"),
        ({"overall": "good", "pain": 2, "usual_pain": 0}, "bad"),
        ({"overall": "good", "pain": 2, "usual_pain": 1}, "good"),
        ({"overall": "good", "is_unstable": True}, "bad"),
        ({"overall": "good", "is_unstable": False}, "good"),
        ({"overall": "good", "bad_from_rep": 8}, "bad"),
        ({"overall": "good", "bad_below_deg": 90}, "bad"),
        ({"overall": "good", "bad_phase": "bottom"}, "bad"),
        ({"overall": "good", "red_flags": ["none"]}, "good"),
        ({"overall": "good", "is_worse_when_fast": True}, "bad"),
        ({"overall": "good", "is_worse_next_morning": True}, "bad"),
        ({"overall": "bad", "pain": 0}, "bad"),
        ({"pain": 5}, "bad"),
        ({"pain": 5.1}, "stop"),
        ({"overall": "good", "red_flags": ["locking"]}, "stop"),
    ],
)
def test_states(options: dict[str, Any], state: str) -> None:
    assert feels_state(make_feels(**options)) == state


def test_nothing_said_stays_none() -> None:
    assert make_feels() == Feels()
    assert make_context() == TrainingContext()
    assert make_feels(pain=None, where=None) == Feels()


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"overall": "fine"}, "overall"),
        ({"pain": -1}, "pain"),
        ({"pain": 11}, "pain"),
        ({"pain": math.nan}, "pain|not finite"),
        ({"pain": math.inf}, "pain|not finite"),
        ({"pain": "3"}, "pain"),
        ({"pain": True}, "pain"),
        ({"bad_from_rep": 0}, "bad_from_rep"),
        ({"bad_from_rep": 2.5}, "bad_from_rep"),
        ({"bad_below_deg": 200}, "bad_below_deg"),
        ({"reps_in_reserve": -1}, "reps_in_reserve"),
        ({"n_changes_tried": -1}, "n_changes_tried"),
        ({"red_flags": ["bleeding"]}, "red_flags"),
        ({"red_flags": "locking"}, "red_flags"),
        ({"where": "  "}, "where"),
        ({"is_unstable": "yes"}, "is_unstable"),
        ({"bad_phase": "down"}, "bad_phase"),
        ({"rpe": 11}, "rpe"),
        ({"rpe": 0}, "rpe"),
        ({"rpe": 8, "reps_in_reserve": 3}, "rpe: 8 means 2 reps in reserve, but reps_in_reserve says 3"),
        ({"red_flags": ["none", "locking"]}, "'none' stands alone"),
        ({"red_flags": ["locking"], "is_free_of_red_flags": True}, "not beside is_free_of_red_flags"),
        ({"mood": 3}, "mood: unknown; allowed: overall"),
    ],
)
def test_wrong_feels_are_refused_by_name(options: dict[str, Any], key: str) -> None:
    with pytest.raises(InvalidValue, match=key):
        make_feels(**options)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"experience": "expert"}, "experience"),
        ({"load_kg": 0}, "load_kg"),
        ({"load_kg": -20}, "load_kg"),
        ({"load_kg": math.inf}, "load_kg|not finite"),
        ({"one_rm_kg": math.nan}, "one_rm_kg|not finite"),
        ({"sessions_per_week": 0}, "sessions_per_week"),
        ({"sets_per_session": 0}, "sets_per_session"),
        ({"planned_reps": 0}, "planned_reps"),
        ({"rep_range": [8]}, "rep_range"),
        ({"rep_range": (12, 8)}, "rep_range"),
        ({"height_cm": 1.8}, "height_cm"),
        ({"prescribed_depth": "deep"}, "prescribed_depth"),
        ({"prescribed_depth": 120}, "prescribed_depth"),
        ({"tempo": "3-1-1"}, "tempo"),
        ({"weight_unit": "stone"}, "weight_unit"),
        ({"load": 80, "load_kg": 80}, "load: not beside load_kg"),
        ({"bar": -1}, "bar"),
        ({"plate_step": 0}, "plate_step"),
        ({"days_since_last": -1}, "days_since_last"),
        ({"prescribed_thigh_deg": 0}, "prescribed_thigh_deg: unknown; allowed"),
    ],
)
def test_wrong_context_is_refused_by_name(options: dict[str, Any], key: str) -> None:
    with pytest.raises(InvalidValue, match=key):
        make_context(**options)


def test_effort_is_said_in_reps_or_as_rpe_and_no_red_flag_is_an_answer() -> None:
    assert make_feels(rpe=8) == Feels(reps_in_reserve=2.0)
    assert make_feels(rpe=8.5, reps_in_reserve=1.5) == Feels(reps_in_reserve=1.5)
    assert make_feels(red_flags=["none"]) == Feels(is_free_of_red_flags=True)


def test_weights_in_pounds_become_kilograms() -> None:
    context = make_context(load=100, one_rm=200, plate_step=5, bar=45, weight_unit="lb")
    assert (context.load_kg, context.one_rm_kg) == pytest.approx((45.359237, 90.718474))
    assert (context.load_step_kg, context.min_load_kg) == pytest.approx((2.26796185, 20.41165665))
    assert make_context(load=100).load_kg == 100.0


def test_context_is_turned_into_the_units_of_the_contract() -> None:
    context = make_context(
        experience="novice", load_kg=60, rep_range=(8, 12), prescribed_depth="half", tempo="3-1-X-0", height_cm=178
    )
    assert context == TrainingContext(
        experience="novice",
        load_kg=60.0,
        rep_range=(8, 12),
        prescribed_thigh_deg=20.0,
        prescribed_tempo_s=(3.0, 1.0, None, 0.0),
        height_m=1.78,
    )


@pytest.mark.parametrize(
    ("text", "tempo"),
    [
        ("3-1-1-0", (3.0, 1.0, 1.0, 0.0)),
        ("3/1/3/0", (3.0, 1.0, 3.0, 0.0)),
        ("31x0", (3.0, 1.0, None, 0.0)),
        (" 2.5 - 0 - X - 1 ", (2.5, 0.0, None, 1.0)),
        ("X-0-X-0", (None, 0.0, None, 0.0)),
    ],
)
def test_tempo_is_read(text: str, tempo: tuple[float | None, ...]) -> None:
    assert parse_tempo(text) == tempo


@pytest.mark.parametrize(
    "text", ["", "3", "3-1-1", "3-1-1-0-0", "a-b-c-d", "3--1-1", "-3-1-1-0", "3-X-1-0", "99-1-1-0"]
)
def test_a_tempo_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="tempo"):
        parse_tempo(text)


@pytest.mark.parametrize(
    ("given", "angle"), [("Parallel", 0.0), ("quarter", 50.0), ("full", -15.0), ("12.5", 12.5), (-10, -10.0), (0, 0.0)]
)
def test_depth_is_read(given: str | float, angle: float) -> None:
    assert parse_depth(given) == angle


@pytest.mark.parametrize("given", ["", "low", "nan", "inf", 81, -41, math.nan])
def test_a_depth_that_makes_no_sense_is_refused(given: str | float) -> None:
    with pytest.raises(InvalidValue, match="prescribed_depth"):
        parse_depth(given)


SESSION = """# how it went
[feels]
overall = "bad"
pain = 4
bad_from_rep = 6
red_flags = []

[context]
experience = "intermediate"
load_kg = 80.0
tempo = "3-1-1-0"
"""


def test_a_session_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "session.toml"
    path.write_text(SESSION, encoding="utf-8")
    feels, context = load_session_file(path)
    assert feels == Feels(overall="bad", pain=4.0, bad_from_rep=6)
    assert context == TrainingContext(experience="intermediate", load_kg=80.0, prescribed_tempo_s=(3.0, 1.0, 1.0, 0.0))


def test_an_empty_session_file_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "session.toml"
    path.write_text("", encoding="utf-8")
    assert load_session_file(path) == (Feels(), TrainingContext())


@pytest.mark.parametrize(
    ("before", "after", "error", "message"),
    [
        ("pain = 4", "pain = 14", InvalidValue, r"line 4: feels\.pain: 14"),
        ("pain = 4", "pain = nan", InvalidValue, r"line 4: feels\.pain"),
        ("pain = 4", "paine = 4", ConfigError, r"line 4: feels\.paine: unknown key; allowed: overall"),
        ("load_kg = 80.0", "load_kg = 0", InvalidValue, r"line 10: context\.load_kg"),
        ("load_kg = 80.0", "pain = 3", ConfigError, r"line 10: context\.pain: unknown key"),
        ('tempo = "3-1-1-0"', 'tempo = "fast"', InvalidValue, r"line 11: context\.tempo"),
        ("[context]", "[contexts]", ConfigError, r"line 8: contexts: only the tables"),
        ("[feels]", "[feels", ConfigError, "not valid TOML"),
    ],
)
def test_a_wrong_session_file_is_refused_naming_line_and_key(
    tmp_path: Path, before: str, after: str, error: type[Exception], message: str
) -> None:
    path = tmp_path / "session.toml"
    path.write_text(SESSION.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(error, match=message):
        load_session_file(path)


def test_a_missing_or_unreadable_session_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"none\.toml"):
        load_session_file(tmp_path / "none.toml")
    binary = tmp_path / "video.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_session_file(binary)
