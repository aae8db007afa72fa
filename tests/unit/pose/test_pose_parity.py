"""The converted networks answer what the original .tflite files answered (recorded by scripts/record_parity.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lookfeel.models import load_model
from lookfeel.pose import detector, landmarks
from lookfeel.pose.session import Session

GOLDEN = Path(__file__).parents[2] / "golden" / "pose" / "parity.npz"
KEPT = {"heatmap": np.s_[:, ::6, ::6], "boxes": np.s_[:, ::7]}


@pytest.fixture(scope="module")
def recorded() -> dict[str, NDArray[Any]]:
    with np.load(GOLDEN) as file:
        return dict(file)


def answers(name: str, inputs: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    session = Session(load_model(name), threads=1)
    normalised = detector.normalised if name == "pose_detection" else landmarks.normalised
    runs = [session.run(normalised(square)) for square in inputs]
    stacked = {output: np.stack([run[output] for run in runs]) for output in runs[0]}
    return {output: values[KEPT.get(output, np.s_[:])] for output, values in stacked.items()}


@pytest.mark.parametrize(
    ("name", "tolerances"),
    [
        # Units: pixels of the 224 px square; logits.
        ("pose_detection", {"boxes": 0.005, "scores": 0.005}),
        # Units: pixels of the 256 px square (and logits of visibility); probability; logits; metres.
        ("pose_landmark_full", {"landmarks": 0.005, "presence": 1e-5, "heatmap": 0.005, "world": 1e-4}),
    ],
)
def test_outputs_equal_the_originals(
    name: str, tolerances: dict[str, float], recorded: dict[str, NDArray[Any]]
) -> None:
    found = answers(name, recorded[f"{name}/input"])
    for output, tolerance in tolerances.items():
        want = recorded[f"{name}/{output}"]
        assert found[output].shape == want.shape
        np.testing.assert_allclose(found[output], want, rtol=0, atol=tolerance, err_msg=f"{name}/{output}")


def test_the_recording_shows_people(recorded: dict[str, NDArray[Any]]) -> None:
    """Parity on empty pictures would prove little."""
    assert (recorded["pose_landmark_full/presence"] > 0.9).all()
    assert (recorded["pose_detection/scores"].max(axis=(1, 2)) > 0).all()
    assert np.abs(recorded["pose_landmark_full/landmarks"]).max() > 200
