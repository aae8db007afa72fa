"""Requests of anybody to any route, by chance: no crash, nothing of another's shown or changed."""

from __future__ import annotations

import random

import pytest

from benchmarks.faults.gym import Gym
from benchmarks.faults.marked import RESULTS
from benchmarks.faults.roles import Asking, routes
from tests.unit.web.test_isolation import routes as named_routes

N_REQUESTS = 300
SEED = 1


@pytest.fixture(scope="module")
def gym(tmp_path_factory, results):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RESULTS, "")  # so that what the gym writes there is undone
        gym = Gym(tmp_path_factory.mktemp("gym") / "data", results / "h264")
        yield gym
        gym.close()


def test_generated_requests_of_every_role_to_every_route(gym):
    asking = Asking(gym)

    n_let_through = ask_often(asking)

    assert N_REQUESTS / 20 < n_let_through < N_REQUESTS  # both ways are tried


def test_every_route_is_in_the_draw(gym):
    assert {(one.method, one.path) for one in routes(gym.app.routes)} == set(named_routes(gym.app))


def test_a_leak_and_a_change_of_what_is_another_s_are_seen(gym, monkeypatch):
    """The trial can fail: with the walls taken down it does."""
    monkeypatch.setattr("lookfeel.web.access.visible_athletes", lambda _viewer_id: everybody())
    asking = Asking(gym)

    with pytest.raises(AssertionError, match=r"at what is another's|shows what is|changed what is"):
        ask_often(asking)


def ask_often(asking):
    """How many were let through."""
    return sum(asking.attempt(random.Random(f"{SEED} {number}")) for number in range(N_REQUESTS))


def everybody():
    from sqlalchemy import select

    from lookfeel.store.models import Athlete

    return select(Athlete.id)
