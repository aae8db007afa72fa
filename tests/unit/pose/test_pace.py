"""How dense people are looked at, on movements that are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lookfeel.pose import BLAZEPOSE_33
from lookfeel.pose.pace import Pace
from lookfeel.types import FloatArray, PersonPose

DENSE_S, SPARSE_S, RATE = 0.026, 0.045, 30.0
TALL_PX = 500.0


def person(hips_down: float, *, track_id: int = 0) -> PersonPose:
    """Somebody whose shoulders and hips are so far down, in sizes of the body, and whose feet stand."""
    xy: FloatArray = np.zeros((33, 2))
    for name in BLAZEPOSE_33.keypoints:
        xy[BLAZEPOSE_33.index(name)] = (100.0, TALL_PX * (1.0 + hips_down))
    for side in ("left", "right"):
        xy[BLAZEPOSE_33.index(f"{side}_shoulder")] = (100.0, TALL_PX * hips_down)
        xy[BLAZEPOSE_33.index(f"{side}_hip")] = (100.0, TALL_PX * (0.4 + hips_down))
        xy[BLAZEPOSE_33.index(f"{side}_ankle")] = (100.0, TALL_PX)
    return PersonPose(track_id=track_id, xy_px=xy, confidence=np.full(33, 0.9), world_m=None, score=0.9)


def gaps(down: Callable[[float], float], seconds: float, *, tremble: float = 0.0) -> FloatArray:
    """What is said after each of the frames, all of them being looked at."""
    pace, rng = Pace(BLAZEPOSE_33, dense_s=DENSE_S, sparse_s=SPARSE_S), np.random.default_rng(3)
    said = []
    for i in range(round(seconds * RATE)):
        pace.see(i / RATE, [person(down(i / RATE) + tremble * rng.normal())])
        said.append(pace.gap_s)
    return np.array(said)


def squat(time_s: float) -> float:
    """A second still, two down and up, a second still."""
    return 0.175 * (1.0 - np.cos(np.pi * np.clip(time_s - 1.0, 0.0, 2.0)))


def test_who_stands_still_is_looked_at_less_in_spite_of_the_networks_tremble() -> None:
    said = gaps(lambda _: 0.0, 3.0, tremble=0.002)
    assert (said[: round(0.1 * RATE)] == DENSE_S).all()  # nothing is known yet
    assert (said[round(0.3 * RATE) :] == SPARSE_S).mean() > 0.95


def test_the_turn_and_the_end_of_a_squat_get_every_look() -> None:
    said = gaps(squat, 5.0)
    for moment in (2.0, 3.0):  # the bottom, the top
        around = said[round((moment - 0.03) * RATE) : round((moment + 0.15) * RATE)]
        assert (around == DENSE_S).all(), moment
    assert (said[round(1.5 * RATE) : round(1.7 * RATE)] == SPARSE_S).all()  # well under way
    assert (said[-round(0.5 * RATE) :] == SPARSE_S).all()  # at rest again


def test_quick_movements_get_every_look() -> None:
    said = gaps(lambda t: 0.3 * np.sin(2 * np.pi * 1.5 * t), 3.0)
    assert (said[round(0.5 * RATE) :] == DENSE_S).mean() > 0.9


def test_one_who_turns_is_enough() -> None:
    pace = Pace(BLAZEPOSE_33, dense_s=DENSE_S, sparse_s=SPARSE_S)
    for i in range(round(2.1 * RATE)):
        pace.see(i / RATE, [person(0.0), person(squat(i / RATE), track_id=1)])
    assert pace.gap_s == DENSE_S


@pytest.mark.parametrize("rate", [25.0, 240.0])
def test_nobody_and_newcomers_get_every_look(rate: float) -> None:
    pace = Pace(BLAZEPOSE_33, dense_s=DENSE_S, sparse_s=SPARSE_S)
    for i in range(10):
        pace.see(i / rate, [])
        assert pace.gap_s == DENSE_S
    for i in range(10, 10 + int(0.12 * rate)):
        pace.see(i / rate, [person(0.0)])
        assert pace.gap_s == DENSE_S
