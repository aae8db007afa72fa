"""One contract for every pose backend, on our own rendered videos, whose truth is known.

The backend `mediapipe` is tested where it is installed and its bundle is found, in the models folder or where the
variable LOOKFEEL_TASK_BUNDLE points. `rtmpose` comes without weights: here it runs a tiny network that sees somebody
stand in whatever it looks at, so that all is tested but where the joints are (test_pose_simcc.py does that).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import tiny_simcc
from numpy.typing import NDArray

from lookfeel.errors import BackendUnavailable
from lookfeel.pose import PoseBackend, create_backend
from lookfeel.pose.keypoint_sets import HALPE_26
from lookfeel.types import Frame, PersonPose

SAMPLES = Path(__file__).parents[2] / "sample_videos"
JOINTS = ("hip", "knee", "ankle", "heel")
Make = Callable[..., PoseBackend]


@dataclass(frozen=True)
class Clip:
    """Frames a fifth of a second apart, and where each joint really is: truth[joint] (T, 2) in pixels."""

    frames: tuple[Frame, ...]
    truth: dict[str, NDArray[np.float64]]
    height_px: float


BACKENDS = ["blazepose", "mediapipe", "rtmpose"]
KNOW_JOINTS = ["blazepose", "mediapipe"]
knows_joints = pytest.mark.parametrize("make", KNOW_JOINTS, indirect=True)


def options_of(name: str, folder: Path) -> dict[str, Any]:
    if name == "rtmpose":
        return {"weights": tiny_simcc.save_standing(folder / "tiny.onnx", HALPE_26.keypoints)}
    bundle = os.environ.get("LOOKFEEL_TASK_BUNDLE")
    return {"bundle": Path(bundle)} if name == "mediapipe" and bundle else {}


@pytest.fixture(params=BACKENDS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    made: list[PoseBackend] = []
    always = options_of(request.param, tmp_path)

    def create(**options: Any) -> PoseBackend:
        made.append(create_backend(request.param, **always, **options))
        return made[-1]

    try:
        create()
    except BackendUnavailable as error:
        pytest.skip(f"{request.param}: {error.message}")
    yield create
    for backend in made:
        backend.close()


def load(name: str, n_frames: int) -> Clip:
    with av.open(str(SAMPLES / f"{name}.mp4")) as container:
        decoded = itertools.islice(container.decode(video=0), 5 * n_frames)
        pictures = [frame.to_ndarray(format="rgb24") for frame in decoded]
    with np.load(SAMPLES / f"{name}_truth.npz") as file:
        time_s, places, names = file["time_s"], file["landmarks_px"].astype(float), list(file["landmark_names"])
    kept = range(0, 5 * n_frames, 5)
    truth = {
        f"{side}_{joint}": places[kept, names.index(f"{side}_{joint}")]
        for side in ("left", "right")
        for joint in JOINTS
    }
    return Clip(
        frames=tuple(Frame(index=i, time_s=float(time_s[i]), rgb=pictures[i], scale=1.0) for i in kept),
        truth=truth,
        height_px=float(np.ptp(places[0, :, 1])),
    )


@pytest.fixture(scope="module")
def front() -> Clip:
    """From standing to the bottom of the first squat and half-way up."""
    return load("squat_front_valgus", 16)


@pytest.fixture(scope="module")
def side() -> Clip:
    return load("squat_side_deep", 16)


def run(backend: PoseBackend, frames: tuple[Frame, ...]) -> list[tuple[PersonPose, ...]]:
    return [backend.process(frame) for frame in frames]


def only(people: tuple[PersonPose, ...]) -> PersonPose:
    (person,) = people
    return person


def test_what_a_backend_says_of_itself(make: Make) -> None:
    backend = make()
    assert backend.name in BACKENDS
    assert {f"{side}_{joint}" for side in ("left", "right") for joint in (*JOINTS, "shoulder", "toe")} <= set(
        backend.skeleton.keypoints
    )
    assert backend.weights_sha256
    assert all(len(value) == 64 and int(value, 16) for value in backend.weights_sha256)


def test_shapes_and_ranges(make: Make, front: Clip) -> None:
    backend = make()
    n_keypoints = len(backend.skeleton.keypoints)
    for people in run(backend, front.frames):
        person = only(people)
        assert person.xy_px.shape == (n_keypoints, 2)
        assert np.isfinite(person.xy_px).all()
        assert person.confidence.shape == (n_keypoints,)
        assert ((person.confidence >= 0) & (person.confidence <= 1)).all()
        assert 0 <= person.score <= 1
        if person.world_m is not None:
            assert person.world_m.shape == (n_keypoints, 3)
            assert np.isfinite(person.world_m).all()


def test_what_is_surely_seen_lies_in_the_picture(make: Make, front: Clip) -> None:
    height, width = front.frames[0].rgb.shape[:2]
    for people in run(make(), front.frames):
        person = only(people)
        sure = person.xy_px[person.confidence > 0.8]
        assert len(sure) > 20
        assert ((sure > 0) & (sure < (width, height))).all()


@knows_joints
@pytest.mark.parametrize("view", ["front", "side"])
def test_joints_lie_where_they_are_and_left_is_left(make: Make, view: str, request: pytest.FixtureRequest) -> None:
    """Within 5 % of body height, and 10 % for the far leg of a side view, which is guessed from behind the near one
    (measured on its worst joint: ours 6 %, MediaPipe 8 %).

    From the side the network puts both ankles some 4-6 % too high when the athlete squats deep. From the front every
    joint lies within 3 %, which swapped legs would not.
    """
    clip: Clip = request.getfixturevalue(view)
    backend = make()
    found = np.array([only(people).xy_px for people in run(backend, clip.frames)])
    for name, truth in clip.truth.items():
        errors = np.linalg.norm(found[:, backend.skeleton.index(name)] - truth, axis=1)
        is_hidden = view == "side" and name.startswith("right")
        assert np.median(errors) < (0.10 if is_hidden else 0.05 if view == "side" else 0.03) * clip.height_px, name


@knows_joints
def test_left_and_right_follow_the_mirror(make: Make, front: Clip) -> None:
    backend, mirrored = make(), make()
    frame = front.frames[0]
    flipped = Frame(index=0, time_s=0.0, rgb=np.ascontiguousarray(frame.rgb[:, ::-1]), scale=1.0)
    there = only(backend.process(frame)).xy_px
    back = only(mirrored.process(flipped)).xy_px[list(backend.skeleton.mirrored())]
    back[:, 0] = frame.rgb.shape[1] - back[:, 0]
    assert np.linalg.norm(there - back, axis=1)[11:].mean() < 0.02 * front.height_px


@knows_joints
def test_world_axes_are_the_cameras_with_the_origin_between_the_hips(make: Make, side: Clip) -> None:
    backend = make()
    world = only(backend.process(side.frames[0])).world_m
    assert world is not None
    at = {name: world[backend.skeleton.index(name)] for name in backend.skeleton.keypoints}
    hips = (at["left_hip"] + at["right_hip"]) / 2
    np.testing.assert_allclose(hips, 0, atol=0.05)
    assert at["nose"][1] < -0.3 < 0.5 < at["left_ankle"][1], "y points down"
    truth = side.truth["left_hip"][0], side.truth["right_hip"][0]
    facing_right = (side.truth["left_ankle"][0] - side.truth["left_heel"][0])[0] > 0
    near, far = ("right", "left") if facing_right else ("left", "right")
    assert at[f"{near}_hip"][2] < at[f"{far}_hip"][2], f"z points away from the camera; {truth}"


def test_the_same_frames_give_the_same_numbers(make: Make, front: Clip) -> None:
    first, second = run(make(), front.frames[:6]), run(make(), front.frames[:6])
    for a, b in zip(first, second, strict=True):
        assert only(a).track_id == only(b).track_id
        np.testing.assert_array_equal(only(a).xy_px, only(b).xy_px)
        np.testing.assert_array_equal(only(a).confidence, only(b).confidence)


def test_one_person_keeps_one_identity(make: Make, side: Clip) -> None:
    assert {only(people).track_id for people in run(make(), side.frames)} == {0}


def test_points_of_a_reduced_picture_are_those_of_the_full_one(make: Make, front: Clip) -> None:
    full = front.frames[0]
    half_rgb = np.ascontiguousarray(full.rgb.reshape(480, 2, 270, 2, 3).mean(axis=(1, 3)).astype(np.uint8))
    half = Frame(index=0, time_s=0.0, rgb=half_rgb, scale=0.5)
    a, b = only(make().process(full)).xy_px, only(make().process(half)).xy_px
    assert np.linalg.norm(a - b, axis=1)[11:].mean() < 0.015 * front.height_px


def test_rows_with_gaps_in_memory_make_no_difference(make: Make, front: Clip) -> None:
    frame = front.frames[0]
    padded = np.zeros((frame.rgb.shape[0], frame.rgb.shape[1] + 36, 3), dtype=np.uint8)
    padded[:, : frame.rgb.shape[1]] = frame.rgb
    view = Frame(index=0, time_s=0.0, rgb=padded[:, : frame.rgb.shape[1]], scale=1.0)
    tight = Frame(index=0, time_s=0.0, rgb=np.ascontiguousarray(frame.rgb), scale=1.0)
    np.testing.assert_array_equal(only(make().process(view)).xy_px, only(make().process(tight)).xy_px)


@pytest.mark.parametrize("grey", [0, 127, 255])
def test_nobody_in_an_empty_picture(make: Make, grey: int) -> None:
    backend = make()
    for i in range(3):
        rgb = np.full((480, 270, 3), grey, dtype=np.uint8)
        assert backend.process(Frame(index=i, time_s=i / 30, rgb=rgb, scale=1.0)) == ()


def test_nobody_is_left_when_the_person_is_gone(make: Make, front: Clip) -> None:
    backend = make()
    only(backend.process(front.frames[0]))
    empty = Frame(index=1, time_s=0.2, rgb=np.full_like(front.frames[0].rgb, 127), scale=1.0)
    assert backend.process(empty) == ()


def test_two_people_are_told_apart(make: Make, front: Clip) -> None:
    """The same athlete twice in one picture, the right one half a second later in the movement."""
    backend = make()
    width = front.frames[0].rgb.shape[1]
    together = [
        Frame(index=i, time_s=a.time_s, rgb=np.concatenate([a.rgb, b.rgb], axis=1), scale=1.0)
        for i, (a, b) in enumerate(zip(front.frames[:8], front.frames[2:10], strict=True))
    ]
    hips = [backend.skeleton.index("left_hip"), backend.skeleton.index("right_hip")]
    sides: dict[int, set[bool]] = {}
    for people in (backend.process(frame) for frame in together):
        assert len(people) == 2
        for person in people:
            sides.setdefault(person.track_id, set()).add(bool(person.xy_px[hips, 0].mean() > width))
    assert sorted(map(tuple, sides.values())) == [(False,), (True,)]


def test_who_stands_beside_somebody_larger_is_found(front: Clip, side: Clip) -> None:
    """The detector by itself sees only one of these two, and MediaPipe therefore too."""
    with closing(create_backend("blazepose")) as backend:
        for i, (a, b) in enumerate(zip(side.frames[:8], front.frames[:8], strict=True)):
            rgb = np.full((a.rgb.shape[0], a.rgb.shape[1] + b.rgb.shape[1], 3), 90, dtype=np.uint8)
            rgb[:, : a.rgb.shape[1]] = a.rgb
            rgb[-b.rgb.shape[0] // 2 :, a.rgb.shape[1] : a.rgb.shape[1] + b.rgb.shape[1] // 2] = b.rgb[::2, ::2]
            assert len(backend.process(Frame(index=i, time_s=a.time_s, rgb=rgb, scale=1.0))) == 2


def test_no_more_people_than_asked_for(make: Make, front: Clip) -> None:
    rgb = np.concatenate([front.frames[0].rgb, front.frames[2].rgb], axis=1)
    assert len(make(max_people=1).process(Frame(index=0, time_s=0.0, rgb=rgb, scale=1.0))) == 1
