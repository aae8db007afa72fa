"""Nothing enters; the cases that are rendered for this benchmark leave: a short form for every day and a long one.

Clips are small and short (two repetitions): the pose network reduces a person to 256 pixels anyway. The designs are not
full products; each factor is crossed with where the camera stands, since that decides most, and otherwise held.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from scripts.render_samples.cases import Case, Film, Movement, Outfit, Phone, Physique, Room

FILM = Film(width_px=432, height_px=768)
BRISK = (1.2, 0.25, 1.0, 0.6)  # tempo: two repetitions in less than six seconds
SQUAT = Movement(n_reps=2, tempo_s=BRISK, lead_in_s=0.8, lead_out_s=0.5, thigh_deg=2.0)
LUNGE = replace(SQUAT, exercise="forward_lunge", thigh_deg=12.0)
YAWS_DEG = tuple(range(-90, 181, 15))
MAIN_VIEWS = {"front": 0.0, "oblique": 45.0, "side": 90.0}

TALL_MAN = Physique(masculine=1.0, muscle=0.7, weight=0.5, stature_m=1.88, skin=0.2)
HEAVY_MAN = Physique(masculine=0.95, muscle=0.45, weight=0.85, age=0.65, stature_m=1.76, skin=0.6, hair="none")
SLIM_WOMAN = Physique(masculine=0.0, muscle=0.5, weight=0.25, stature_m=1.62, skin=0.1, hair="tail")
STRONG_WOMAN = Physique(masculine=0.1, muscle=0.8, weight=0.6, stature_m=1.70, skin=0.85, hair="tail")
AVERAGE_MAN = Physique()
PHYSIQUES = (AVERAGE_MAN, SLIM_WOMAN, TALL_MAN, STRONG_WOMAN, HEAVY_MAN)

TIGHT = Outfit(looseness=0.05, legs="long", top="vest")
MEDIUM = Outfit(looseness=0.45, legs="shorts", top="shirt", top_rgb=(0.55, 0.22, 0.18))
BAGGY = Outfit(looseness=0.95, legs="long", top="sweater", legs_rgb=(0.35, 0.36, 0.40))
OUTFITS = {"tight": TIGHT, "medium": MEDIUM, "baggy": BAGGY}
LIGHTS = {"bright": 1.0, "dim": 0.2}

EXERCISES: tuple[Movement, ...] = (
    SQUAT,
    replace(SQUAT, exercise="single_leg_squat", thigh_deg=32.0, arms="hips"),
    replace(LUNGE, exercise="split_squat", arms="hips"),
    LUNGE,
    replace(LUNGE, exercise="reverse_lunge", side="right", arms="hips"),
    replace(LUNGE, exercise="alternating_lunge"),
    replace(SQUAT, exercise="sit_to_stand", thigh_deg=4.0),
)
SHAKEN = Phone(shake_m=0.010, shake_deg=0.6)
SPECIAL: dict[str, Case] = {
    "shake": Case(name="", phone=SHAKEN),
    "tilt": Case(name="", phone=Phone(roll_deg=5.0)),
    "wide": Case(name="", phone=Phone(field_of_view_deg=82.0, distance_m=2.4)),
    "blur": Case(name="", film=replace(FILM, shutter=0.7), room=Room(light=0.5)),
    "variable": Case(name="", film=replace(FILM, is_variable=True)),
    "slowmo": Case(name="", film=replace(FILM, fps=100.0, slowmo=4.0)),
    "fast": Case(name="", film=replace(FILM, fps=60.0)),
    "rolling": Case(name="", phone=SHAKEN, film=replace(FILM, rolling_s=0.02)),
    "rotated": Case(name="", film=replace(FILM, rotation_deg=90)),
    "rough": Case(name="", film=replace(FILM, width_px=270, height_px=480, crf=34)),
    "bystander": Case(name="", room=Room(bystanders=1, clutter=6)),
    "mirror": Case(name="", room=Room(has_mirror=True)),
    "barbell": Case(name="", movement=replace(SQUAT, load="barbell", arms="load")),
    "goblet": Case(name="", movement=replace(SQUAT, load="goblet", arms="load")),
}
FAULTS: dict[str, Movement] = {
    "valgus_2": replace(SQUAT, valgus_m=(0.02, 0.02)),
    "valgus_4": replace(SQUAT, valgus_m=(0.04, 0.04)),
    "valgus_6": replace(SQUAT, valgus_m=(0.06, 0.06)),
    "valgus_left": replace(SQUAT, valgus_m=(0.06, 0.0)),
    "knees_out": replace(SQUAT, valgus_m=(-0.03, -0.03)),
    "lunge_valgus": replace(LUNGE, valgus_m=(0.05, 0.05)),
    "leg_valgus": replace(EXERCISES[1], valgus_m=(0.05, 0.05)),
    "shift": replace(SQUAT, shift_m=0.04),
    "drop": replace(SQUAT, asymmetry_deg=5.0),
    "heels": replace(SQUAT, heel_rise_m=0.04),
    "lean": replace(SQUAT, trunk_lean_deg=55.0),
    "quarter": replace(SQUAT, thigh_deg=45.0),
    "half": replace(SQUAT, thigh_deg=22.0),
    "deep": replace(SQUAT, thigh_deg=-16.0),
    "wide_stance": replace(SQUAT, stance_m=0.56, toe_out_deg=28.0),
    "slow": replace(SQUAT, tempo_s=(2.5, 1.0, 1.6, 0.6)),
    "breaks": replace(SQUAT, breaks_from_rep=2, break_valgus_m=0.04, break_depth_deg=10.0, break_lean_deg=8.0),
}


def short_cases() -> tuple[Case, ...]:
    """Every exercise, view and condition in a few clips, several at once in each."""
    cases = (
        Case(name="s01_squat_front", phone=Phone(yaw_deg=0.0), outfit=TIGHT),
        Case(name="s02_squat_side_deep", movement=FAULTS["deep"], phone=Phone(yaw_deg=90.0, height_m=0.6)),
        Case(name="s03_squat_oblique", physique=SLIM_WOMAN, outfit=MEDIUM, phone=Phone(yaw_deg=45.0)),
        Case(
            name="s04_squat_front_valgus",
            physique=STRONG_WOMAN,
            movement=FAULTS["valgus_6"],
            phone=replace(SHAKEN, yaw_deg=-5.0),
        ),
        Case(
            name="s05_squat_rear_barbell",
            physique=TALL_MAN,
            movement=SPECIAL["barbell"].movement,
            phone=Phone(yaw_deg=180.0),
            film=replace(FILM, is_variable=True),
        ),
        Case(
            name="s06_squat_side_baggy_dim",
            physique=HEAVY_MAN,
            outfit=BAGGY,
            room=Room(light=LIGHTS["dim"]),
            movement=FAULTS["half"],
            phone=Phone(yaw_deg=-90.0),
        ),
        Case(
            name="s07_squat_oblique_rear_goblet",
            movement=SPECIAL["goblet"].movement,
            phone=Phone(yaw_deg=135.0, height_m=1.5, distance_m=5.0),
        ),
        Case(
            name="s08_squat_side_heels_blur",
            physique=SLIM_WOMAN,
            movement=FAULTS["heels"],
            phone=Phone(yaw_deg=75.0, height_m=0.3),
            film=replace(FILM, shutter=0.6),
        ),
        Case(
            name="s09_squat_front_shift",
            outfit=MEDIUM,
            movement=FAULTS["shift"],
            room=Room(has_mirror=True),
            phone=Phone(yaw_deg=15.0, distance_m=2.0, aim_m=0.85),
        ),
        Case(
            name="s10_single_leg_front",
            movement=FAULTS["leg_valgus"],
            phone=Phone(yaw_deg=0.0),
            room=Room(bystanders=1),
        ),
        Case(name="s11_split_squat_side", physique=STRONG_WOMAN, movement=EXERCISES[2], phone=Phone(yaw_deg=90.0)),
        Case(
            name="s12_forward_lunge_front",
            physique=TALL_MAN,
            movement=FAULTS["lunge_valgus"],
            phone=Phone(yaw_deg=0.0, distance_m=4.2),
        ),
        Case(
            name="s13_reverse_lunge_side",
            movement=EXERCISES[4],
            phone=Phone(yaw_deg=-90.0, roll_deg=4.0),
            film=replace(FILM, crf=34),
        ),
        Case(
            name="s14_alternating_lunge_oblique",
            physique=SLIM_WOMAN,
            outfit=BAGGY,
            movement=EXERCISES[5],
            phone=Phone(yaw_deg=-45.0, distance_m=4.0),
        ),
        Case(name="s15_sit_to_stand_side", physique=HEAVY_MAN, movement=EXERCISES[6], phone=Phone(yaw_deg=90.0)),
        Case(
            name="s16_squat_side_slowmo",
            movement=FAULTS["quarter"],
            phone=Phone(yaw_deg=90.0),
            film=replace(FILM, fps=75.0, slowmo=3.0),
        ),
    )
    return tuple(_seeded(case, 100 + i) for i, case in enumerate(cases))


def long_cases() -> tuple[Case, ...]:
    """At least 200 clips: a full turn around squat and lunge, and every other factor crossed with the main views."""
    parts = (_turns(), _places(), _clothes(), _exercises(), _specials(), _faults())
    return tuple(_seeded(case, 1000 + i) for i, case in enumerate(itertools.chain(*parts)))


def _seeded(case: Case, seed: int) -> Case:
    """The case with a seed of its own, and with this benchmark's movement and film where it names none."""
    movement = SQUAT if case.movement == Movement() else case.movement
    return replace(case, seed=seed, movement=movement, film=FILM if case.film == Film() else case.film)


def _turns() -> Iterator[Case]:
    """The camera around a plain squat, one with valgus that stays higher, and a lunge."""
    shallow = replace(SQUAT, thigh_deg=20.0, valgus_m=(0.05, 0.05))
    for (name, movement), yaw in itertools.product(
        {"squat": SQUAT, "shallow": shallow, "lunge": LUNGE}.items(), YAWS_DEG
    ):
        yield Case(name=f"turn_{name}_{yaw:+04d}", movement=movement, phone=Phone(yaw_deg=float(yaw)))


def _places() -> Iterator[Case]:
    for (view, yaw), height, distance in itertools.product(MAIN_VIEWS.items(), (0.3, 0.6, 1.0, 1.5), (2.0, 3.0, 5.0)):
        phone = Phone(yaw_deg=yaw, height_m=height, distance_m=distance)
        yield Case(name=f"place_{view}_{height:.1f}_{distance:.0f}", phone=phone)


def _clothes() -> Iterator[Case]:
    """Bodies take turns, so that no outfit is one body's."""
    bodies = itertools.cycle(PHYSIQUES)
    for (view, yaw), (cut, outfit), (light, level), movement in itertools.product(
        MAIN_VIEWS.items(), OUTFITS.items(), LIGHTS.items(), (SQUAT, LUNGE)
    ):
        yield Case(
            name=f"clothes_{movement.exercise}_{view}_{cut}_{light}",
            physique=next(bodies),
            outfit=outfit,
            movement=movement,
            phone=Phone(yaw_deg=yaw),
            room=Room(light=level),
        )


def _exercises() -> Iterator[Case]:
    bodies, outfits = itertools.cycle(PHYSIQUES), itertools.cycle(OUTFITS.values())
    views = {**MAIN_VIEWS, "other_side": -90.0, "rear": 180.0, "oblique_rear": -135.0}
    for movement, (view, yaw) in itertools.product(EXERCISES[1:], views.items()):
        yield Case(
            name=f"exercise_{movement.exercise}_{view}",
            physique=next(bodies),
            outfit=next(outfits),
            movement=movement,
            phone=Phone(yaw_deg=yaw),
        )


def _specials() -> Iterator[Case]:
    for (name, case), (view, yaw) in itertools.product(SPECIAL.items(), MAIN_VIEWS.items()):
        yield replace(case, name=f"special_{name}_{view}", phone=replace(case.phone, yaw_deg=yaw))


def _faults() -> Iterator[Case]:
    bodies = itertools.cycle(PHYSIQUES)
    for (name, movement), (view, yaw) in itertools.product(FAULTS.items(), MAIN_VIEWS.items()):
        yield Case(name=f"fault_{name}_{view}", physique=next(bodies), movement=movement, phone=Phone(yaw_deg=yaw))
