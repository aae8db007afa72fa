"""Exercise files: what they hold, and how wrong ones are refused."""

from __future__ import annotations

import math
from importlib.resources import files

import pytest

from lookfeel.errors import ConfigError, UnknownExercise
from lookfeel.exercises import (
    AS_WRITTEN,
    VIEW_GROUPS,
    Anchors,
    exercise_names,
    load_exercise,
    load_scoring,
    resolve_exercise,
    spec_sha256,
    view_group,
)
from lookfeel.exercises.loading import parse_exercise
from lookfeel.types import unit_of

SQUAT = (files("lookfeel.exercises") / "squat.toml").read_text(encoding="utf-8")


def test_the_three_exercises_load() -> None:
    assert exercise_names() == ("lunge", "single_leg_squat", "squat")
    assert [load_exercise(name).name for name in exercise_names()] == list(exercise_names())


@pytest.mark.parametrize(
    ("given", "name", "variant"),
    [
        ("squat", "squat", None),
        ("back squat", "squat", None),
        ("Goblet Squat", "squat", "goblet"),
        ("front-squat", "squat", "front_bar"),
        ("air squat", "squat", "bodyweight"),
        ("split_squat", "lunge", "split_squat"),
        ("split-squat", "lunge", "split_squat"),
        ("reverse", "lunge", "reverse"),
        ("forward lunge", "lunge", "forward"),
        ("alternating_lunge", "lunge", "alternating"),
        ("pistol", "single_leg_squat", "pistol"),
    ],
)
def test_names_variants_and_aliases_resolve(given: str, name: str, variant: str | None) -> None:
    spec, found = resolve_exercise(given)
    assert (spec.name, found) == (name, variant)


def test_an_unknown_exercise_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnknownExercise, match=r"deadlift.*lunge.*single_leg_squat"):
        load_exercise("deadlift")


@pytest.mark.parametrize("name", exercise_names())
def test_weights_of_each_view_add_up_to_one(name: str) -> None:
    spec = load_exercise(name)
    for group in VIEW_GROUPS:
        assert math.fsum(item.weight(group) for item in spec.rubric) == pytest.approx(1.0)


@pytest.mark.parametrize("name", exercise_names())
def test_every_measure_names_its_unit_and_every_item_its_source(name: str) -> None:
    for item in load_exercise(name).rubric:
        assert item.source
        assert item.why
        assert all(measure.definition.endswith(".") for measure in item.measures)
        assert item.cue_external != item.cue_internal
        for measure in item.measures:
            assert unit_of(measure.metric_for("right")) == measure.unit


def test_valgus_is_not_judged_from_the_side_nor_depth_from_the_front() -> None:
    squat = load_exercise("squat")
    for item_id in ("knee_over_foot", "knee_separation", "knee_separation_drop"):
        assert squat.item(item_id).weight("side") == 0
    assert squat.item("depth").weight("front") == 0


def test_feet_metrics_and_what_is_no_fault_are_named() -> None:
    squat = load_exercise("squat")
    assert set(squat.metrics_needing_feet) == {"knee_over_foot_{side}_m", "heel_rise_{side}_m"}
    assert {"knees past the toes", "butt wink"} <= {entry.name for entry in squat.not_faults}


def test_views_map_to_the_lists() -> None:
    assert (view_group("rear"), view_group("side_left"), view_group("unknown")) == ("front", "side", "oblique")
    assert view_group("oblique_rear_right") == "oblique"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('label = "Hips centred"', 'lable = "Hips centred"', "lable: unknown key; allowed: .*label"),
        ("watch = 0.025", "watch = 0.005", "anchors must run strictly"),
        ("weights = { front = 0.2,", "weights = { front = 0.3,", "front view add up to 1.1"),
        ("watch = 0.025", "watch = nan", "anchors.watch"),
        ("watch = 0.025", 'watch = "0.025"', "anchors.watch"),
        ("watch = 0.025", "watch = 1979-05-27", "anchors.watch"),
        ('unit = "m"\n', 'unit = "deg"\n', "is not the unit"),
        ("{value} inside", "{valeu} inside", "unknown placeholder"),
        ("inside your foot{phase}{when}", "inside your foot", "must hold"),
        ('definition = "The smallest', 'meaning = "The smallest', "meaning: unknown key"),
        (
            'id = "trunk_shank"\nanchors = { ideal = 20.0',
            'id = "trunk_shrank"\nanchors = { ideal = 20.0',
            "trunk_shrank",
        ),
        ("ideal = 20.0, watch = 30.0", "ideal = 20.0, watch = 10.0", "variant 'low_bar': .*anchors must run strictly"),
        ("[[variants.overrides]]\n", "[[variants.overrides]]\nunit = 'm'\n", "unit: unknown key"),
        ('name = "squat"', 'name = "squat"\nvariant = "goblet"', "variant: unknown key"),
        ('id = "hip_shift"', 'id = "depth"', "used twice"),
        ('name = "squat"', "name = ", "not valid TOML"),
        ('name = "squat"', 'name = "squat"\nscoring = 1', "scoring.toml"),
    ],
)
def test_a_wrong_file_is_refused_naming_file_and_key(before: str, after: str, message: str) -> None:
    assert before in SQUAT
    with pytest.raises(ConfigError, match=message) as caught:
        parse_exercise(SQUAT.replace(before, after, 1), origin="squat.toml")
    assert caught.value.message.startswith("squat.toml")


def test_the_hash_follows_content_not_layout() -> None:
    squat = load_exercise("squat")
    same = parse_exercise("# a comment\n" + SQUAT, origin="copy.toml")
    other = parse_exercise(SQUAT.replace("watch = 0.025", "watch = 0.026", 1), origin="copy.toml")
    assert spec_sha256(same) == spec_sha256(squat)
    assert spec_sha256(other) != spec_sha256(squat)
    stricter = squat.model_copy(update={"scoring": squat.scoring.model_copy(update={"good_score": 80.0})})
    assert spec_sha256(stricter) != spec_sha256(squat)


def test_tightened_anchors_keep_their_ideal() -> None:
    anchors = Anchors(ideal=10.0, watch=20.0, bad=30.0, zero=50.0)
    assert anchors.tightened(2.0).as_tuple() == (10.0, 15.0, 20.0, 30.0)
    assert anchors.tightened(1.0) == anchors


def test_strictness_runs_from_four_times_as_wide_to_four_times_as_tight() -> None:
    scoring = load_scoring().scoring
    assert [scoring.tightening(strictness) for strictness in (0.0, 0.5, 0.75, 1.0)] == [0.25, 1.0, 2.0, 4.0]
    assert AS_WRITTEN == 0.5


VARIANTS = [(name, kind.name) for name in exercise_names() for kind in load_exercise(name).variants]


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_every_variant_has_lists_of_one_and_a_hash_of_its_own(name: str, variant: str) -> None:
    base, spec = load_exercise(name), load_exercise(name, variant=variant)
    assert (spec.name, spec.variant) == (name, variant)
    assert load_exercise(variant) == spec
    assert spec_sha256(spec) != spec_sha256(base)
    for group in VIEW_GROUPS:
        assert math.fsum(item.weight(group) for item in spec.rubric) == pytest.approx(1.0)


def test_a_variant_changes_only_what_it_names() -> None:
    base, low_bar = load_exercise("squat"), load_exercise("low_bar_squat")
    changed = {item.id for item, other in zip(base.rubric, low_bar.rubric, strict=True) if item != other}
    assert changed == {"trunk_shank"}
    ours, theirs = base.item("trunk_shank"), low_bar.item("trunk_shank")
    assert [a - b for a, b in zip(theirs.anchors.as_tuple(), ours.anchors.as_tuple(), strict=True)] == [10.0] * 4
    assert theirs.model_copy(update={"anchors": ours.anchors, "why": ours.why, "source": ours.source}) == ours


def test_weights_of_a_variant_are_scaled_to_one() -> None:
    base, forward = load_exercise("lunge"), load_exercise("forward lunge")
    assert forward.item("tempo").weight("side") == pytest.approx(0.1 / 0.9)
    assert forward.item("depth").weight("side") == pytest.approx(base.item("depth").weight("side") / 0.9)


def test_an_item_that_a_variant_does_not_judge_becomes_no_fault_with_its_reason() -> None:
    override = """
[[variants]]
name = "quiet"
title = "Quiet squat"

[[variants.overrides]]
id = "tempo"
is_judged = false
why = "Speed is the point here."
source = "choice"
evidence = "choice"

[filming]
"""
    spec = parse_exercise(SQUAT.replace("\n[filming]\n", override, 1), origin="squat.toml").for_variant("quiet")
    assert "tempo" not in {item.id for item in spec.rubric}
    assert spec.not_faults[-1].model_dump() == {
        "name": "Tempo as asked for",
        "why": "Speed is the point here.",
        "source": "choice",
    }
    assert spec.item("depth").weight("side") == pytest.approx(0.3 / 0.85)


def test_a_change_of_judgement_without_a_reason_is_refused() -> None:
    text = SQUAT.replace('why = "A weight held at the chest', '#why = "A weight held at the chest', 1)
    with pytest.raises(ConfigError, match="'trunk_shank' changes the judgement"):
        parse_exercise(text, origin="squat.toml")


def test_an_unknown_variant_is_refused_with_what_there_is() -> None:
    with pytest.raises(UnknownExercise, match="squat has no variant 'alternating'; there are high_bar"):
        load_exercise("squat", variant="alternating")
    with pytest.raises(UnknownExercise, match="split_squat"):
        load_exercise("forward_lunge", variant="split_squat")


def test_what_is_recognised_in_a_clip_has_a_rubric() -> None:
    """The variants that the reps room names."""
    for variant in ("alternating", "split_squat", None):
        assert load_exercise("lunge", variant=variant).variant == variant


def test_weight_of_two_views_is_the_mean_of_their_lists() -> None:
    tempo = load_exercise("squat").item("tempo")
    assert tempo.weight("front", "side") == pytest.approx(0.125)
    assert tempo.weight("side", "side") == tempo.weight("side")


def test_states_are_in_order() -> None:
    scoring = load_scoring().scoring
    assert 1.0 > scoring.worth_watch > scoring.worth_bad > 0.0
    assert scoring.bad_score < scoring.good_score
