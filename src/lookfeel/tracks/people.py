"""Track identities of a backend enter; people leave: the pieces of each joined, with how much they rise and fall."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookfeel.tracks.known import median_known
from lookfeel.types import FloatArray, PoseDetections
from lookfeel.windows import window_mean, window_median

MIN_PIECE_S = 0.3  # shorter pieces are ghosts of the detector (chosen by us)
MIN_PERSON_S = 1.0  # in sight for less beside somebody: a ghost, most often on that body's legs (chosen by us)
MOST_RISE_TORSOS = 2.0  # hips cannot rise and fall further, some 1.6 lengths of a trunk (chosen by us)
MAX_GAP_S = 3.0  # someone hidden for longer may be someone else (chosen by us)
OUT_OF_SIGHT_S = 0.5  # a repetition is not bridged over more, and two people could change places (chosen by us)
MAX_SHIFT_TORSOS = 1.0  # how far somebody may have moved while hidden, plus the speed below (chosen by us)
MAX_SPEED_TORSOS = 1.5  # walking pace, torso lengths a second (about 0.8 m/s)
HOP_TORSOS = 0.6  # a hip cannot move this far between two frames: the tracker hopped to somebody else
HOP_SPEED_TORSOS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """slots (T,): identity column in PoseDetections, -1 where unseen. size_px: median torso length. movement: how much
    the hips rise and fall over the feet, in torso lengths times the share of the clip; x_px: median place.
    was_out_of_sight: lost for OUT_OF_SIGHT_S in between."""

    slots: NDArray[np.int64]
    size_px: float
    movement: float
    x_px: float
    was_out_of_sight: bool

    @property
    def liveliness(self) -> float:
        """Movement while seen: however short that is."""
        return self.movement / float(np.mean(self.slots >= 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    slot: int
    start: int
    end: int
    size_px: float
    first_px: FloatArray
    last_px: FloatArray


def find_people(detections: PoseDetections) -> tuple[Person, ...]:
    """Join identity pieces to people, ordered from left to right by their median place in the picture; those who are in
    sight too briefly beside a longer one are left out."""
    hips = _mid(detections, "hip")
    torso = np.linalg.norm(_mid(detections, "shoulder") - hips, axis=-1)
    pieces = _pieces(hips, torso, detections.time_s)
    chains = _join(pieces, detections.time_s)
    people = [_person(detections, chain, hips) for chain in chains]
    lasting = [one for one in people if _seen_s(one, detections.time_s) >= MIN_PERSON_S]
    return tuple(sorted(lasting or people, key=lambda one: one.x_px))


def _seen_s(person: Person, time_s: FloatArray) -> float:
    return float(np.sum(person.slots >= 0) * np.median(np.diff(time_s)))


def _mid(detections: PoseDetections, joint: str) -> FloatArray:
    left, right = (detections.skeleton.index(f"{side}_{joint}") for side in ("left", "right"))
    return 0.5 * (detections.xy_px[:, :, left] + detections.xy_px[:, :, right])


def _pieces(hips: FloatArray, torso: FloatArray, time_s: FloatArray) -> list[_Piece]:
    """Runs of frames in which one identity is seen and does not hop; short ones are dropped."""
    found = []
    for slot in range(hips.shape[1]):
        seen = np.flatnonzero(np.isfinite(hips[:, slot, 0]))
        if not seen.size:
            continue
        size = median_known(torso[:, slot])
        step = np.linalg.norm(np.diff(hips[seen, slot], axis=0), axis=1) / max(size, 1e-6)
        elapsed = np.diff(time_s[seen])
        is_hop = (step > HOP_TORSOS) & (step / elapsed > HOP_SPEED_TORSOS)
        breaks = np.flatnonzero(is_hop | (elapsed > MAX_GAP_S)) + 1
        for run in np.split(seen, breaks):
            if time_s[run[-1]] - time_s[run[0]] >= MIN_PIECE_S:
                found.append(_piece(slot, run, hips, torso))
    return sorted(found, key=lambda piece: piece.start)


def _piece(slot: int, run: NDArray[np.int64], hips: FloatArray, torso: FloatArray) -> _Piece:
    few = max(1, min(5, len(run)))
    return _Piece(
        slot=slot,
        start=int(run[0]),
        end=int(run[-1]) + 1,
        size_px=median_known(torso[run, slot]),
        first_px=np.nanmedian(hips[run[:few], slot], axis=0),
        last_px=np.nanmedian(hips[run[-few:], slot], axis=0),
    )


def _join(pieces: list[_Piece], time_s: FloatArray) -> list[list[_Piece]]:
    """Greedy in time: each piece goes to the chain it continues best, or begins a new person."""
    chains: list[list[_Piece]] = []
    for piece in pieces:
        fits = [(cost, chain) for chain in chains if (cost := _cost(chain[-1], piece, time_s)) is not None]
        if fits:
            min(fits, key=lambda fit: fit[0])[1].append(piece)
        else:
            chains.append([piece])
    return chains


def _cost(before: _Piece, after: _Piece, time_s: FloatArray) -> float | None:
    """Distance in torso lengths when `after` can continue `before`, else None."""
    gap = time_s[after.start] - time_s[before.end - 1]
    size = max(before.size_px, after.size_px, 1e-6)
    ratio = min(before.size_px, after.size_px) / size
    shift = float(np.linalg.norm(after.first_px - before.last_px)) / size
    is_near = shift <= MAX_SHIFT_TORSOS + MAX_SPEED_TORSOS * max(float(gap), 0.0)
    return shift if 0 < gap <= MAX_GAP_S and ratio > 0.6 and is_near else None


def _person(detections: PoseDetections, chain: list[_Piece], hips: FloatArray) -> Person:
    slots = np.full(len(detections.time_s), -1, dtype=np.int64)
    for piece in chain:
        rows = slice(piece.start, piece.end)
        slots[rows] = np.where(np.isfinite(hips[rows, piece.slot, 0]), piece.slot, -1)
    seen = slots >= 0
    lengths = [piece.end - piece.start for piece in chain]
    size = float(np.average([piece.size_px for piece in chain], weights=lengths))
    x = float(np.median(hips[np.flatnonzero(seen), slots[seen], 0]))
    return Person(
        slots=slots,
        size_px=size,
        movement=_movement(detections, slots),
        x_px=x,
        was_out_of_sight=bool((np.diff(detections.time_s[seen]) > OUT_OF_SIGHT_S).any()),
    )


def _movement(detections: PoseDetections, slots: NDArray[np.int64]) -> float:
    """Rise and fall of the hips over the lower foot, in torso lengths and no more than hips can, times the share of the
    clip it is seen.

    The lower foot stands; a lifted one says nothing about depth. The torso is a running median over 4 s, so that
    walking toward the camera does not count as movement.
    """
    rows = np.flatnonzero(slots >= 0)
    columns = slots[rows]
    y = {name: detections.xy_px[rows, columns, k, 1] for k, name in enumerate(detections.skeleton.keypoints)}
    xy = {name: detections.xy_px[rows, columns, k] for k, name in enumerate(detections.skeleton.keypoints)}
    hip = 0.5 * (y["left_hip"] + y["right_hip"])
    foot = np.fmax(y["left_ankle"], y["right_ankle"])
    trunk = 0.5 * (xy["left_shoulder"] + xy["right_shoulder"] - xy["left_hip"] - xy["right_hip"])
    dt = float(np.median(np.diff(detections.time_s[rows]))) if len(rows) > 1 else 1.0
    torso = window_median(np.linalg.norm(trunk, axis=1), _odd(4.0 / dt, len(rows)))
    height = window_median((foot - hip) / np.maximum(torso, 1e-6), _odd(0.2 / dt, len(rows)))
    height = window_mean(height, _odd(0.2 / dt, len(rows)))
    if not np.isfinite(height).any():
        return 0.0
    spread = min(float(np.subtract(*np.nanpercentile(height, [95, 5]))), MOST_RISE_TORSOS)
    sureness = float(np.median(detections.score[rows, columns]))
    return spread * sureness * len(rows) / len(slots)


def _odd(width: float, limit: int) -> int:
    return max(1, min(2 * round(width / 2) + 1, 2 * (limit // 2) - 1))
