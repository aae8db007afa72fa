"""The optional backend's own parts: identities by nearness, and clear words when something is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from lookfeel.errors import BackendUnavailable, InvalidValue
from lookfeel.pose import create_backend
from lookfeel.pose.mediapipe_tasks import Identities
from lookfeel.types import FloatArray


def body(x: float) -> FloatArray:
    """33 points over a body 400 px tall."""
    return np.column_stack([np.full(33, x), np.linspace(0, 400, 33)])


def test_people_keep_their_identity_whatever_the_order() -> None:
    identities = Identities()
    assert identities.assign([body(100), body(300)], time_s=0.0) == [0, 1]
    assert identities.assign([body(310), body(105)], time_s=0.1) == [1, 0]


def test_a_newcomer_gets_a_new_identity_and_the_nearest_pair_goes_first() -> None:
    identities = Identities()
    identities.assign([body(100)], time_s=0.0)
    assert identities.assign([body(160), body(110)], time_s=0.1) == [1, 0]


def test_identities_are_not_reused_after_a_while() -> None:
    identities = Identities()
    identities.assign([body(100)], time_s=0.0)
    assert identities.assign([], time_s=0.2) == []
    assert identities.assign([body(100)], time_s=0.4) == [0]
    assert identities.assign([body(100)], time_s=1.0) == [1]


def test_without_mediapipe_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(BackendUnavailable) as caught:
        create_backend("mediapipe", bundle=tmp_path / "none.task")
    assert "lookfeel[mediapipe]" in caught.value.hint
    assert "--no-deps" in caught.value.hint


def test_without_a_bundle_the_error_says_how_to_build_it(tmp_path: Path) -> None:
    pytest.importorskip("mediapipe")
    with pytest.raises(BackendUnavailable, match=r"none\.task") as caught:
        create_backend("mediapipe", bundle=tmp_path / "none.task")
    assert "scripts/build_task_bundle.py" in caught.value.hint


def test_senseless_options_are_refused() -> None:
    with pytest.raises(InvalidValue):
        create_backend("mediapipe", max_people=0)
