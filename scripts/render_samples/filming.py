"""A case enters; its clip and the truth beside it leave: performed, seen by the phone, drawn, filmed, written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from scripts.render_samples.athlete import build_athlete
from scripts.render_samples.cases import Case, Movement, Outfit, Physique
from scripts.render_samples.draw import Studio
from scripts.render_samples.film import Darkroom, Picture, expose, exposure_offsets, frame_times, write_film
from scripts.render_samples.movement import Performance, perform
from scripts.render_samples.phone import shoot
from scripts.render_samples.props import barbell, box, kettlebell, moved
from scripts.render_samples.room import bystander_places, furnish, mirror_of
from scripts.render_samples.shapes import Array, Athlete, Shot, Solid, Surface
from scripts.render_samples.skinning import dual_quaternions, landmarks_at, pose_surface
from scripts.render_samples.timing import duration_s, plan_reps
from scripts.render_samples.truth import Filmed, write_truth
from scripts.render_samples.turning import Z, about, turned

SEAT_UNDER_HIP_M = 0.10  # of the seat below the hip centres of whoever sits on it


@dataclass(frozen=True, kw_only=True)
class _Take:
    """Everything that a clip shows: at the times of its sub-frames, N a frame, (T * N,) in one row."""

    case: Case
    athlete: Athlete
    performance: Performance
    shot: Shot
    n_sub: int
    presentation_s: Array


def film_case(case: Case, folder: Path) -> Path:
    """Render a case into `folder` and return the clip; the truth lies beside it.

    The clip takes its name last, so that one that is there is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    clip = folder / f"{case.name}.mp4"
    take = _take(case)
    write_truth(_filmed(take), clip)
    unfinished = clip.with_name(f"{case.name}.part.mp4")
    write_film(unfinished, _pictures(take), take.presentation_s, case.film)
    return unfinished.replace(clip)


def still(case: Case, movement_s: float) -> Picture:
    """One picture of a case at a moment of its movement, (h, w, 3) RGB, for looking at."""
    take = _take(case, times=(np.array([movement_s]), np.array([0.0])))
    return next(iter(_pictures(take)))


def _take(case: Case, times: tuple[Array, Array] | None = None) -> _Take:
    athlete = build_athlete(case.physique, case.outfit, case.seed)
    length = duration_s(case.movement, plan_reps(case.movement, case.seed))
    movement_s, presentation_s = frame_times(case.film, length, case.seed) if times is None else times
    offsets = exposure_offsets(case.film)
    moments = (movement_s[:, None] + offsets).ravel()
    return _Take(
        case=case,
        athlete=athlete,
        performance=perform(case.movement, athlete, moments, case.seed),
        shot=shoot(case.phone, case.film, moments, case.seed),
        n_sub=len(offsets),
        presentation_s=presentation_s,
    )


def _filmed(take: _Take) -> Filmed:
    """The truth is that of the middle sub-frame, which is what a blurred picture shows."""
    at = slice(take.n_sub // 2, None, take.n_sub)
    pose, shot = take.performance.pose, take.shot
    pose = replace(
        pose,
        time_s=pose.time_s[at],
        rotation=pose.rotation[at],
        position_m=pose.position_m[at],
        joints_m={name: way[at] for name, way in pose.joints_m.items()},
    )
    return Filmed(
        case=take.case,
        athlete=take.athlete,
        pose=pose,
        reps=take.performance.reps,
        shot=replace(shot, rotation=shot.rotation[at], translation_m=shot.translation_m[at]),
        presentation_s=take.presentation_s,
        landmarks_m=landmarks_at(take.athlete, pose),
    )


def _pictures(take: _Take) -> Iterator[Picture]:
    """The frames, upright, as the sensor gives them."""
    case, film = take.case, take.case.film
    darkroom = Darkroom(film, case.room.light, case.seed)
    load = _load(case.movement)
    members: list[Surface | Solid] = [*take.athlete.surfaces, *([load] if load else [])]
    motion = dual_quaternions(take.athlete, take.performance.pose)
    with Studio(film.width_px, film.height_px) as studio:
        solids = [*furnish(case.room, case.phone, case.seed), *_bystanders(case), *_seat(take)]
        studio.furnish(
            solids, mirror=mirror_of(case.room, case.phone, case.seed), light=case.room.light, seed=case.seed
        )
        studio.cast(members)
        for first in range(0, len(motion), take.n_sub):
            subs = [
                studio.draw(
                    [
                        *(pose_surface(surface, motion[i]) for surface in take.athlete.surfaces),
                        *_load_places(load, take.performance, i),
                    ],
                    take.shot.rotation[i],
                    take.shot.translation_m[i],
                    take.shot.focal_px,
                )
                for i in range(first, first + take.n_sub)
            ]
            yield darkroom.develop(expose(subs, film))


def _load(movement: Movement) -> Solid | None:
    if movement.load == "none":
        return None
    return barbell() if movement.load == "barbell" else kettlebell()


def _load_places(load: Solid | None, performance: Performance, i: int) -> Sequence[Array]:
    if load is None or performance.load_rotation is None or performance.load_m is None:
        return []
    return [turned(performance.load_rotation[i], load.vertices_m) + performance.load_m[i]]


def _seat(take: _Take) -> list[Solid]:
    """What a sit-to-stand is done from: a box under the hips at their lowest."""
    if take.case.movement.exercise != "sit_to_stand":
        return []
    first = take.performance.reps[0]
    seated_s = np.array([0.5 * (first.bottom_start_s + first.ascent_start_s)])
    seated = perform(take.case.movement, take.athlete, seated_s, take.case.seed).pose
    ahead, _, up = seated.joints_m["mid_hip"][0]
    return [moved(box(float(up) - SEAT_UNDER_HIP_M), (float(ahead) - 0.08, 0.0, 0.0))]


def _bystanders(case: Case) -> list[Solid]:
    """Other people, who stand about as still as furniture."""
    found = []
    for number, (x, y, heading_deg) in enumerate(bystander_places(case.room, case.phone, case.seed)):
        other = _somebody(np.random.default_rng([case.seed, 7, number]), case.seed + 100 + number)
        stood = perform(Movement(n_reps=1, arms="sides"), other, np.zeros(1), case.seed + number).pose
        motion, facing = dual_quaternions(other, stood)[0], about(Z, np.radians(heading_deg))
        place = np.array([x, y, 0.0])
        found += [
            Solid(
                name="bystander",
                vertices_m=turned(facing, pose_surface(surface, motion)) + place,
                faces=surface.faces,
                rgb=surface.rgb,
                gloss=surface.gloss,
            )
            for surface in other.surfaces
        ]
    return found


def _somebody(rng: np.random.Generator, seed: int) -> Athlete:
    red, green, blue = (float(part) for part in rng.uniform(0.05, 0.7, 3))
    return build_athlete(
        Physique(
            masculine=float(rng.integers(2)),
            weight=rng.uniform(0.35, 0.7),
            stature_m=rng.uniform(1.6, 1.88),
            skin=rng.uniform(0.0, 0.9),
        ),
        Outfit(looseness=rng.uniform(0.1, 0.8), legs="long", top_rgb=(red, green, blue)),
        seed,
    )
