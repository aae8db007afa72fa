"""The library of movements: what it holds, how it is ranked, and how wrong files are refused."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from itertools import pairwise, product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookfeel.errors import ConfigError, UnknownExercise, UnknownMovement
from lookfeel.exercises import (
    PATTERNS,
    REGIONS,
    Movement,
    Region,
    easier,
    exercise_names,
    explosive_for,
    harder,
    library_sha256,
    load_exercise,
    load_library,
    movement,
    movement_of,
    region_of,
    resolve_exercise,
    substitutes,
)
from lookfeel.exercises.library import Implement, parse_library
from lookfeel.types import Experience

TEXT = (files("lookfeel.exercises") / "library.toml").read_text(encoding="utf-8")
MOVEMENTS = load_library().movement
CHAINS = sorted({entry.chain for entry in MOVEMENTS if entry.chain is not None})
LOADS_KG = (None, 20.0, 60.0, 140.0)
KINDS = [(name, kind) for name in exercise_names() for kind in (None, *(v.name for v in load_exercise(name).variants))]
JUDGED = sorted({movement_of(name, kind, load_kg=kg).id for (name, kind), kg in product(KINDS, LOADS_KG)})

any_movement = st.sampled_from(MOVEMENTS)
any_region = st.sampled_from((None, *REGIONS))


def first(current: str, spares: Region | None = None) -> list[str]:
    return [found.movement.id for found in substitutes(movement(current), spares=spares)]


# --- what it holds ---------------------------------------------------------------------------------------------------


def test_it_holds_enough_of_each_pattern() -> None:
    counts = Counter(entry.pattern for entry in MOVEMENTS)
    assert len(MOVEMENTS) >= 40
    assert set(counts) == set(PATTERNS)
    assert counts["squat"] >= 8
    assert counts["split_squat"] + counts["lunge"] >= 8
    assert counts["single_leg"] >= 4
    assert counts["step"] >= 3
    assert counts["hinge"] >= 6
    assert counts["bridge"] >= 3
    assert counts["calf"] >= 4
    assert sum(entry.is_explosive for entry in MOVEMENTS) >= 12


def test_titles_and_sentences_read_well() -> None:
    assert len({entry.title for entry in MOVEMENTS}) == len(MOVEMENTS)
    for entry in MOVEMENTS:
        assert not entry.title.endswith(".")
        assert entry.title[0].islower() or entry.title.startswith("Romanian")
        assert entry.how.endswith(".")
        assert not entry.why.endswith(".")
        assert not {"injury", "prevent", "heal"} & set(entry.why.lower().split())
        assert (entry.evidence == "choice") or re.search(r"\b(19|20)\d\d\b", entry.source)


@pytest.mark.parametrize("chain", CHAINS)
def test_every_chain_climbs_rung_by_rung_and_back(chain: str) -> None:
    rungs = [entry for entry in MOVEMENTS if entry.chain == chain]
    climbed = [min(rungs, key=lambda entry: entry.difficulty)]
    while (above := harder(climbed[-1])) is not None:
        climbed.append(above)
    assert {entry.id for entry in climbed} == {entry.id for entry in rungs}
    assert all(low.difficulty < high.difficulty for low, high in pairwise(climbed))
    assert [easier(entry) for entry in climbed[1:]] == climbed[:-1]
    assert easier(climbed[0]) is None


def test_the_chains_follow_the_science_notes() -> None:
    squats = ("sit_to_stand", "supported_squat", "heels_raised_goblet_squat", "front_squat", "back_squat")
    lunges = ("supported_split_squat", "split_squat", "reverse_lunge", "forward_lunge", "walking_lunge")
    for chain in (squats, (*lunges, "rear_foot_elevated_split_squat")):
        assert all(movement(low).difficulty < movement(high).difficulty for low, high in pairwise(chain))
        assert len({movement(entry).chain for entry in chain}) == 1


def test_a_movement_without_a_chain_has_no_easier_or_harder_version() -> None:
    assert easier(movement("box_squat")) is None
    assert harder(movement("box_squat")) is None


def test_an_unknown_movement_is_refused() -> None:
    with pytest.raises(UnknownMovement, match="'cartwheel'"):
        movement("cartwheel")


# --- exercises and movements ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_every_exercise_and_variant_is_a_movement_that_can_be_filmed_and_made_easier(
    name: str, kind: str | None
) -> None:
    for load_kg in LOADS_KG:
        found = movement_of(name, kind, load_kg=load_kg)
        assert found.judged_as is not None
        assert resolve_exercise(found.judged_as)[0].name == name
        assert easier(found) is not None


@pytest.mark.parametrize(("name", "kind"), [kind for kind in KINDS if kind[1] is not None])
def test_every_variant_is_named_by_a_movement(name: str, kind: str) -> None:
    meant = {(spec.name, variant) for entry in MOVEMENTS for spec, variant in map(resolve_exercise, entry.names)}
    assert (name, kind) in meant


@pytest.mark.parametrize(
    ("name", "kind", "load_kg", "expected"),
    [
        ("squat", None, None, "bodyweight_squat"),
        ("squat", None, 0.0, "bodyweight_squat"),
        ("squat", None, 24.0, "goblet_squat"),
        ("squat", None, 100.0, "back_squat"),
        ("lunge", None, None, "split_squat"),
        ("lunge", "reverse", 40.0, "reverse_lunge"),
        ("lunge", "alternating", None, "alternating_lunge"),
        ("single_leg_squat", None, None, "single_leg_squat"),
    ],
)
def test_a_bare_name_means_the_easiest_that_carries_the_load(
    name: str, kind: str | None, load_kg: float | None, expected: str
) -> None:
    assert movement_of(name, kind, load_kg=load_kg).id == expected


def test_a_movement_of_no_exercise_is_refused() -> None:
    with pytest.raises(UnknownExercise):
        movement_of("deadlift")


# --- substitutes ------------------------------------------------------------------------------------------------------


@given(current=any_movement, region=any_region)
def test_suggestions_are_never_itself_harder_or_explosive_unasked_and_spare_what_is_sore(
    current: Movement, region: Region | None
) -> None:
    found = substitutes(current, spares=region)
    assert found == substitutes(current, spares=region)
    chains = [entry.movement.chain for entry in found if entry.movement.chain is not None]
    assert len(set(chains)) == len(chains)
    for suggestion in found:
        other = suggestion.movement
        assert other.id != current.id
        assert other.difficulty <= current.difficulty
        assert set(other.focus) & set(current.focus)
        assert current.is_explosive or not other.is_explosive
        if region is not None:
            assert other.loads.on(region) < current.loads.on(region)
            assert f"spares the {region}" in suggestion.reason
        assert ("you can film it here" in suggestion.reason) == (other.judged_as is not None)
        assert ("same focus" in suggestion.reason) == (other.focus[0] == current.focus[0])


@given(current=any_movement, region=any_region, gone=st.sets(st.sampled_from([entry.id for entry in MOVEMENTS])))
def test_what_is_excluded_is_not_suggested(current: Movement, region: Region | None, gone: set[str]) -> None:
    assert not gone & {found.movement.id for found in substitutes(current, spares=region, exclude=gone)}


@given(current=any_movement, at_hand=st.sets(st.sampled_from(get_args(Implement))))
def test_only_what_can_be_done_with_what_is_there(current: Movement, at_hand: set[Implement]) -> None:
    for found in substitutes(current, available=at_hand):
        assert set(found.movement.implement) & (at_hand | {"none"})


@pytest.mark.parametrize("current", JUDGED)
@pytest.mark.parametrize("region", [None, *REGIONS])
def test_whatever_is_judged_and_wherever_it_hurts_there_is_a_swap_with_the_same_main_focus(
    current: str, region: Region | None
) -> None:
    found = substitutes(movement(current), spares=region)
    assert len(found) >= 2
    assert found[0].reason.startswith("same focus")


def test_swaps_of_the_science_notes_come_up_for_a_barbell_squat() -> None:
    knee, back = first("back_squat", "knee"), first("back_squat", "back")
    assert knee[0] == "box_squat"
    assert {"leg_press", "romanian_deadlift"} <= set(knee[:5])
    assert back[0] == "goblet_squat"
    assert {"split_squat", "leg_press"} <= set(back[:4])
    assert "step_up" in first("split_squat")
    assert {"front_squat", "safety_bar_squat"} <= set(first("back_squat"))


def test_a_sore_knee_in_a_lunge_gets_the_long_step_first() -> None:
    assert first("reverse_lunge", "knee")[0] == "long_step_reverse_lunge"
    assert first("forward_lunge", "knee")[0] == "long_step_reverse_lunge"


def test_the_reason_is_a_short_list() -> None:
    best = substitutes(movement("back_squat"), spares="knee")[0]
    assert best.reason == "same focus; spares the knee; easier; you can film it here"


# --- where it hurts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("left knee", "knee"),
        ("Kneecap, on both sides", "knee"),
        ("back of my left knee", "knee"),
        ("back knee", "knee"),
        ("behind the knee", "knee"),
        ("front of the right thigh", "knee"),
        ("lower back", "back"),
        ("my back", "back"),
        ("SI-joint", "back"),
        ("groin", "hip"),
        ("back of the thigh", "hip"),
        ("hamstrings", "hip"),
        ("Achilles", "ankle"),
        ("right heel", "ankle"),
        ("calf and knee", "ankle"),
        ("my back leg", None),
        ("wrist", None),
        ("backpack", None),
        ("", None),
        (None, None),
    ],
)
def test_words_for_where_mean_a_region(text: str | None, region: Region | None) -> None:
    assert region_of(text) == region


@given(st.text())
def test_any_words_are_a_region_or_none(text: str) -> None:
    assert region_of(text) in (None, *REGIONS)


# --- explosive --------------------------------------------------------------------------------------------------------


def test_explosive_work_grows_with_experience_and_starts_easy() -> None:
    levels: tuple[Experience, ...] = ("novice", "intermediate", "advanced")
    offered = [explosive_for(level) for level in levels]
    assert len(offered[0]) >= 4
    for fewer, more in pairwise(offered):
        assert {entry.id for entry in fewer} < {entry.id for entry in more}
    for movements in offered:
        assert all(entry.is_explosive for entry in movements)
        assert all(low.difficulty <= high.difficulty for low, high in pairwise(movements))
    assert explosive_for(None) == offered[0]
    assert {entry.id for entry in offered[2]} == {entry.id for entry in MOVEMENTS if entry.is_explosive}


def test_a_novice_is_offered_nothing_that_lands_hard() -> None:
    assert all(entry.loads.knee < 3 and entry.loads.ankle < 3 for entry in explosive_for("novice"))


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('why = "the plain', 'wy = "the plain', "wy: unknown key; allowed: .*why"),
        ("knee = 1, back = 0", "knee = 4, back = 0", "loads.knee"),
        ("knee = 1, back = 0,", "knee = 1,", "loads.back"),
        ('pattern = "squat"', 'pattern = "squats"', "pattern"),
        ('focus = ["knee_dominant", "hip_dominant"]', "focus = []", "focus"),
        ("difficulty = 1\n", "difficulty = 11\n", "difficulty"),
        ("difficulty = 1\n", "difficulty = 2\n", "chain 'squat' needs two entries or more"),
        ('id = "supported_squat"', 'id = "sit_to_stand"', "used twice"),
        ('judged_as = "front_squat"', 'judged_as = "headstand"', "front_squat: unknown exercise 'headstand'"),
        ('names = ["front_squat"]', 'names = ["headstand"]', "front_squat: unknown exercise 'headstand'"),
        ("is_loadable = true\nmax_load_kg", "max_load_kg", "max_load_kg makes no sense"),
        ("max_load_kg = 40.0", "max_load_kg = 0.0", "max_load_kg"),
        ('swap_for = ["knee"]\njudged_as = "squat"', 'swap_for = ["back"]\njudged_as = "squat"', "loads most"),
        ("is_usual = true", "is_usual = 1", "is_usual"),
        ("judged_as = \"squat\"\n", "judged_as = \"squat\"\nis_usual = true\n", "is_usual needs names"),
        (", advanced = 10", "", "says nothing for .*advanced"),
        (", advanced = 10", ", advanced = 10, expert = 11", "max_difficulty"),
        ('"kneecap",', '"kneecap", "back",', "mean two things"),
        ("[places]", "[place", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_naming_file_and_key(before: str, after: str, message: str) -> None:
    assert before in TEXT
    with pytest.raises(ConfigError, match=message) as caught:
        parse_library(TEXT.replace(before, after, 1), origin="library.toml")
    assert caught.value.message.startswith("library.toml")


def test_the_hash_follows_content_not_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = library_sha256()
    same = parse_library("# a comment\n" + TEXT, origin="copy.toml")
    monkeypatch.setattr("lookfeel.exercises.library.load_library", lambda: same)
    assert library_sha256() == plain
    other = parse_library(TEXT.replace("difficulty = 8", "difficulty = 9", 1), origin="copy.toml")
    monkeypatch.setattr("lookfeel.exercises.library.load_library", lambda: other)
    assert library_sha256() != plain
