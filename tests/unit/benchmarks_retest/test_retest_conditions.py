"""Changes of made-up detections and of a made-up clip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from report_factory import front_squat

from benchmarks.retest.conditions import CONDITIONS, Condition, changed, mirrored
from benchmarks.retest.copies import copy_of, is_smaller, pictures
from lookfeel.ingest import open_video
from lookfeel.pipeline import Watched
from lookfeel.pose.skeleton import BLAZEPOSE_33
from lookfeel.types import PictureMotion, PoseDetections

WIDTH, HEIGHT, FPS, N_FRAMES = 96, 64, 25, 50


def detections(*, shift_px: float = 0.0) -> PoseDetections:
    points = np.random.default_rng(0).uniform(10.0, 60.0, (N_FRAMES, 1, 33, 2))
    to_frame = np.tile(np.array([[1.0, 0.02, 0.0], [-0.02, 1.0, 0.0]]), (N_FRAMES, 1, 1))
    to_frame[:, 0, 2] = shift_px * np.arange(N_FRAMES)
    return PoseDetections(
        skeleton=BLAZEPOSE_33,
        time_s=np.arange(N_FRAMES) / FPS,
        xy_px=points,
        confidence=np.random.default_rng(1).uniform(0.5, 1.0, (N_FRAMES, 1, 33)),
        world_m=np.random.default_rng(2).normal(size=(N_FRAMES, 1, 33, 3)),
        score=np.full((N_FRAMES, 1), 0.9),
        width_px=WIDTH,
        height_px=HEIGHT,
        backend="made up",
        weights_sha256=(),
        picture_motion=PictureMotion(
            kind="moving", to_frame=to_frame, rms_ratio=0.1, largest_ratio=0.2, seen_ratio=1.0
        ),
    )


def seen(**options: float) -> Watched:
    base = front_squat()
    return base.video, replace(base.decode, n_frames=N_FRAMES, duration_s=N_FRAMES / FPS), detections(**options)


def test_a_mirror_of_a_mirror_is_the_picture():
    there = detections(shift_px=1.0)
    back = mirrored(mirrored(there))

    assert back.xy_px == pytest.approx(there.xy_px)
    assert np.array_equal(back.confidence, there.confidence)
    assert np.array_equal(back.world_m, there.world_m)
    assert back.picture_motion is not None
    assert there.picture_motion is not None
    assert back.picture_motion.to_frame == pytest.approx(there.picture_motion.to_frame)


def test_the_left_knee_is_found_as_the_right_one_on_the_other_side():
    there = detections()
    left, right = BLAZEPOSE_33.index("left_knee"), BLAZEPOSE_33.index("right_knee")

    found = mirrored(there)

    assert found.xy_px[:, 0, right, 0] == pytest.approx(WIDTH - there.xy_px[:, 0, left, 0])
    assert found.xy_px[:, 0, right, 1] == pytest.approx(there.xy_px[:, 0, left, 1])


def test_a_mirrored_phone_is_steadied_to_mirrored_points():
    there = detections(shift_px=1.0)
    found = mirrored(there)
    assert there.picture_motion is not None
    assert found.picture_motion is not None

    steady = there.picture_motion.steadied(there.xy_px)[:, :, list(BLAZEPOSE_33.mirrored())]

    assert found.picture_motion.steadied(found.xy_px)[..., 0] == pytest.approx(WIDTH - steady[..., 0])


def test_half_the_frames_keep_their_times():
    _, _, found = changed(seen(), Condition(name="half", every=2))

    assert found.time_s == pytest.approx(np.arange(0, N_FRAMES, 2) / FPS)
    assert np.array_equal(found.xy_px, detections().xy_px[::2])


def test_a_second_playing_follows_the_first():
    _, _, found = changed(seen(), Condition(name="twice", n_passes=2))

    assert found.time_s == pytest.approx(np.arange(2 * N_FRAMES) / FPS)
    assert np.array_equal(found.xy_px[N_FRAMES:], found.xy_px[:N_FRAMES])


def test_a_cut_clip_starts_at_zero():
    _, _, found = changed(seen(), Condition(name="cut", cut_s=1.0))

    assert found.time_s == pytest.approx(np.arange(N_FRAMES - FPS) / FPS)
    assert np.array_equal(found.xy_px, detections().xy_px[FPS:])


def test_what_a_network_must_see_is_not_done_to_detections():
    with pytest.raises(ValueError, match="only a file"):
        changed(seen(), Condition(name="small", short_side_px=360))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds whose left half is bright, brighter from frame to frame."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for i in range(N_FRAMES):
            rgb = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
            rgb[:, : WIDTH // 2] = 100 + 3 * i
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, "rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda one: one.name)
def test_a_file_has_the_frames_that_are_wanted(clip: Path, condition: Condition, tmp_path: Path):
    path = copy_of(clip, condition, tmp_path / "new")

    with open_video(path) as video:
        frames = list(video)
    wanted = [(time_s, picture) for time_s, picture in pictures(clip, condition)]
    assert [frame.time_s for frame in frames] == pytest.approx([time_s for time_s, _ in wanted], abs=1e-4)
    for frame, (_, picture) in zip(frames, wanted, strict=True):
        assert float(np.mean(np.abs(frame.rgb.astype(float) - picture))) < 6.0
    assert [path.name for path in (tmp_path / "new").iterdir()] == [path.name]  # no half-written file is left


def test_pictures_are_mirrored_cut_halved_and_repeated(clip: Path):
    plain = list(pictures(clip, Condition(name="plain")))

    turned = next(pictures(clip, Condition(name="mirrored", is_mirrored=True)))[1]
    cut = list(pictures(clip, Condition(name="cut", cut_s=1.0)))
    half = list(pictures(clip, Condition(name="half", every=2)))
    twice = list(pictures(clip, Condition(name="twice", n_passes=2)))

    assert np.array_equal(turned, plain[0][1][:, ::-1])
    assert len(cut) == N_FRAMES - FPS
    assert cut[0][0] == 0.0
    assert np.array_equal(cut[0][1], plain[FPS][1])
    assert [time_s for time_s, _ in half] == pytest.approx([time_s for time_s, _ in plain[::2]])
    assert [time_s for time_s, _ in twice] == pytest.approx(np.arange(2 * N_FRAMES) / FPS)


def test_a_small_picture_has_the_side_that_was_asked_for(clip: Path):
    small = Condition(name="small", short_side_px=32)

    assert next(pictures(clip, small))[1].shape == (32, 48, 3)
    assert is_smaller(WIDTH, HEIGHT, small)
    assert not is_smaller(48, 32, small)


def test_a_copy_is_kept_until_the_clip_changes(clip: Path, tmp_path: Path):
    path = copy_of(clip, Condition(name="plain"), tmp_path)
    path.write_bytes(b"kept")

    assert copy_of(clip, Condition(name="plain"), tmp_path).read_bytes() == b"kept"
