"""The words and numbers an athlete reads."""

from __future__ import annotations

from typing import get_args

import pytest

from lookfeel.report import wording
from lookfeel.types import UNIT_OF_SUFFIX, ActionName, FeelsState, LooksState, ViewName


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (wording.ACTION_WORDS, ActionName),
        (wording.LOOKS_WORDS, LooksState),
        (wording.FEELS_WORDS, FeelsState),
        (wording.VIEW_WORDS, ViewName),
    ],
)
def test_every_name_has_words(words: dict[str, str], names: object) -> None:
    assert set(words) == set(get_args(names))


def test_every_unit_can_be_shown() -> None:
    assert set(wording.SHOWN_UNITS) == set(UNIT_OF_SUFFIX.values())


@pytest.mark.parametrize(
    ("value", "sd", "unit", "text"),
    [
        (0.0314, 0.008, "m", "3.1 ± 0.8 cm"),
        (-2.5001, 4.0, "deg", "\u22123 ± 4°"),
        (-0.04, 0.0, "deg", "0 ± 0°"),
        (0.52, 0.031, "m/s", "0.52 ± 0.03 m/s"),
    ],
)
def test_a_figure_is_told_in_the_units_of_an_athlete(value: float, sd: float, unit: str, text: str) -> None:
    assert wording.value_and_sd_text(value, sd, unit) == text


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("load_factor", 0.9, ("Load change", "\u221210 %")),
        ("load_factor", 1.025, ("Load change", "+2.5 %")),
        ("load_factor", 1.0, ("Load change", "none")),
        ("load_kg", 72.5, ("Load", "72.5 kg")),
        ("max_reps", 7.0, ("Max reps", "7")),
        ("thigh_limit_deg", 12.0, ("Thigh limit", "12°")),
        ("eccentric_s", 3.0, ("Eccentric", "3.0 s")),
    ],
)
def test_parameters_of_an_action_read_well(name: str, value: float, shown: tuple[str, str]) -> None:
    assert wording.parameter_text(name, value) == shown


@pytest.mark.parametrize(
    ("over_sd", "words"),
    [
        (2.0, "clearly beyond the limit, by 2.0 times the measuring error"),
        (1.94, "probably beyond the limit, by 1.9 times the measuring error"),
        (None, "clearly beyond the limit"),
    ],
)
def test_the_size_of_a_fault(over_sd: float | None, words: str) -> None:
    assert wording.size_text(over_sd) == words


@pytest.mark.parametrize(
    ("strictness", "tightening", "words"),
    [
        (0.0, 0.25, "strictness 0 of 1: whatever, just squat"),
        (0.5, 1.0, "strictness 0.5 of 1: the rubric as written"),
        (1.0, 4.0, "strictness 1 of 1: perfection is key"),
        (0.25, 0.5, "strictness 0.25 of 1: limits 2.0 times as wide as written"),
    ],
)
def test_strictness_in_words(strictness: float, tightening: float, words: str) -> None:
    assert wording.strictness_text(strictness, tightening=tightening) == words
