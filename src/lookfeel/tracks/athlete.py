"""PoseDetections enter; the PoseTrack of the one who does the repetitive vertical movement leaves."""

import numpy as np

from lookfeel.errors import InvalidValue, MissingKeypoint, NoPerson
from lookfeel.tracks.clean import blank_outside, fill_confidence, fill_short_gaps, reject_jumps, smooth, unswap_sides
from lookfeel.tracks.people import Person, find_people
from lookfeel.tracks.view import estimate_view
from lookfeel.types import BoolArray, FloatArray, PictureMotion, PoseDetections, PoseTrack, Skeleton

MIN_FEET_SHARE = 0.5  # of the time in which the hips are seen; less is worth a word (chosen by us)
ALIKE_SHARE = 0.5  # of the athlete's movement: who rises and falls so much may well be lifting too (chosen by us)
LEVEL_SHARE = 0.8  # of the most movement: of those who move so much alike the largest is who was filmed, and the
# others stand behind or are mirror images, which are always smaller (chosen by us)
IN_TURN = (
    "Somebody is seen at other times (person {}): another one, or the same back again. Only person {} is measured."
)
ALIKE = (
    "Somebody else moves like one as well (person {}), who lifts too or is a mirror image. Only person {} is measured."
)
OUT_OF_SIGHT = (
    "The athlete was out of sight for a while. Who is seen before and after it is taken for the same; if two people "
    "took turns, film or cut them apart."
)
NEEDED_KEYPOINTS = tuple(
    f"{side}_{joint}" for side in ("left", "right") for joint in ("shoulder", "hip", "knee", "ankle")
)


def track_athlete(detections: PoseDetections, *, person: int | None = None) -> PoseTrack:
    """Choose the athlete and clean the track: the phone's motion and swaps undone, jumps removed, short gaps filled,
    smoothed without lag.

    Parameters
        detections: all people, (T, N, K, 2) px; time in seconds of movement.
        person: which one, counted from 1 from left to right in the picture; None = who moves like an athlete, and of
            several who do the largest.
    Returns
        PoseTrack over the same T frames; NaN where the athlete is not seen; pixels as a phone that stands sees them.
    Raises
        MissingKeypoint: the skeleton lacks shoulders, hips, knees or ankles.
        NoPerson: nobody is seen long enough.
        InvalidValue: `person` names nobody.
    """
    _require(detections.skeleton)
    people = find_people(detections)
    if not people:
        raise NoPerson("nobody is seen for long enough to measure a movement")
    number = _chosen(people, person)
    athlete = people[number - 1]
    return _clean(detections, athlete, number=number, n_people=len(people), warnings=_warn(people, number, person))


def _require(skeleton: Skeleton) -> None:
    missing = [name for name in NEEDED_KEYPOINTS if name not in skeleton.keypoints]
    if missing:
        raise MissingKeypoint(f"skeleton {skeleton.name!r} lacks {', '.join(missing)}")


def _chosen(people: tuple[Person, ...], person: int | None) -> int:
    if person is None:
        movement = np.nan_to_num([one.movement for one in people])
        is_level = movement >= LEVEL_SHARE * movement.max()
        return 1 + int(np.argmax(np.where(is_level, [one.size_px for one in people], -1.0)))
    if not 1 <= person <= len(people):
        raise InvalidValue(
            f"there is no person {person}: {len(people)} found", hint="People are counted from 1, left to right."
        )
    return person


def _warn(people: tuple[Person, ...], number: int, person: int | None) -> tuple[str, ...]:
    """Words about who else was seen, and about a time in which the athlete was not."""
    athlete = people[number - 1]
    lost = (OUT_OF_SIGHT,) if athlete.was_out_of_sight else ()
    if len(people) == 1 or person is not None:
        return lost
    seen = f"{len(people)} people were seen; person {number}, counted from the left, is taken for the athlete."
    others = [(i, one) for i, one in enumerate(people, start=1) if i != number]
    alike = [str(i) for i, one in others if one.liveliness >= ALIKE_SHARE * athlete.liveliness]
    in_turn = [str(i) for i, one in others if not ((one.slots >= 0) & (athlete.slots >= 0)).any()]
    told = [seen]
    if in_turn:
        told.append(IN_TURN.format(", ".join(in_turn), number))
    elif alike:
        told.append(ALIKE.format(", ".join(alike), number))
    return (" ".join((*told, "Another can be chosen: --person N, or “Measure again” on the page.")), *lost)


def _clean(
    detections: PoseDetections, athlete: Person, *, number: int, n_people: int, warnings: tuple[str, ...]
) -> PoseTrack:
    rows = np.arange(len(detections.time_s))
    seen = athlete.slots >= 0
    pick = np.where(seen, athlete.slots, 0)
    xy = np.where(seen[:, None, None], detections.xy_px[rows, pick], np.nan)
    world = np.where(seen[:, None, None], detections.world_m[rows, pick], np.nan)
    confidence = np.where(seen[:, None], detections.confidence[rows, pick], 0.0)
    time_s = detections.time_s
    raw_px, raw_confidence = xy, np.where(seen[:, None], confidence, np.nan)

    motion = detections.picture_motion
    xy = blank_outside(xy, width_px=detections.width_px, height_px=detections.height_px)
    xy = xy if motion is None else motion.steadied(xy)
    xy, world, confidence = unswap_sides(xy, world, confidence, skeleton=detections.skeleton)
    xy = reject_jumps(xy, time_s, size_px=athlete.size_px)
    xy, was_filled = fill_short_gaps(xy, time_s)
    xy = smooth(xy, time_s)
    world = smooth(fill_short_gaps(world, time_s)[0], time_s)
    view = estimate_view(xy, world, time_s, skeleton=detections.skeleton)
    return PoseTrack(
        skeleton=detections.skeleton,
        time_s=time_s,
        xy_px=xy,
        confidence=fill_confidence(confidence, was_filled, time_s),
        was_filled=was_filled,
        world_m=world,
        width_px=detections.width_px,
        height_px=detections.height_px,
        view=view,
        person=number,
        n_people=n_people,
        warnings=(
            *warnings,
            *_unlike_network(world, detections.skeleton),
            *_moving_phone(motion),
            *_missing_feet(xy, detections.skeleton),
        ),
        weights_sha256=detections.weights_sha256,
        picture_motion=motion,
        raw_px=raw_px,
        raw_confidence=raw_confidence,
    )


def _unlike_network(world_m: FloatArray, skeleton: Skeleton) -> tuple[str, ...]:
    """A word about a pose network that gives less than the one that our errors were measured with."""
    found = []
    if not np.isfinite(world_m).any():
        found.append(
            "This pose network gives no depth: where the phone stood is read off widths in the picture, and the ± of "
            "all figures was found with another network."
        )
    if not {f"{side}_{part}" for side in ("left", "right") for part in ("heel", "toe")} <= set(skeleton.keypoints):
        found.append("This pose network marks no heels and toes: what needs them is not judged.")
    return tuple(found)


def _moving_phone(motion: PictureMotion | None) -> tuple[str, ...]:
    """A word about a phone that moved by more than can be undone, or may have."""
    if motion is None or motion.kind in ("static", "shaking"):
        return ()
    if motion.kind == "unknown":
        return ("Too little of the room is in the picture to tell whether the phone stood still. Film more of it.",)
    shift = f"The phone moved: the room shifts by up to {100 * (motion.largest_ratio or 0):.0f} % of the picture."
    return (f"{shift} What can be taken back was; lengths and angles stay less sure. Put the phone on something firm.",)


def _missing_feet(xy_px: FloatArray, skeleton: Skeleton) -> tuple[str, ...]:
    """A word about ankles that are out of the picture for most of the time in which the hips are in it."""
    hips = np.isfinite(xy_px[:, skeleton.index("left_hip"), 0])
    ankles: BoolArray = np.isfinite(xy_px[:, [skeleton.index("left_ankle"), skeleton.index("right_ankle")], 0])
    if not hips.any() or np.mean(ankles[hips].any(axis=1)) >= MIN_FEET_SHARE:
        return ()
    return ("The feet are out of the picture for most of the clip: what needs them is not judged. Film them too.",)
