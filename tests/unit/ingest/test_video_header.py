"""What the header says: capture rate, slow motion, hash, and the same for clips whose truth is on record."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lookfeel.ingest import open_video
from lookfeel.ingest.header import capture_rate, slowmo_of

MakeClip = Callable[..., Path]
ROOT = Path(__file__).parents[3]
CLIPS = ROOT.parent / "shared" / "data"
ANDROID = "com.android.capture.fps"
WITH_TAGS = {"movflags": "use_metadata_tags"}


def test_slow_motion_is_read_from_the_phones_tag(make_clip: MakeClip) -> None:
    path = make_clip(tags={ANDROID: "240.000000"}, container_options=WITH_TAGS)
    with open_video(path) as video:
        frames = list(video)
        assert video.info.capture_fps == 240
        assert video.info.slowmo_factor == pytest.approx(8)
        assert any("Slow motion" in warning for warning in video.summary.warnings)
    assert frames[1].time_s == pytest.approx(1 / 30)  # presentation time, as everywhere


def test_the_users_factor_overrides_the_tag(make_clip: MakeClip) -> None:
    path = make_clip(tags={ANDROID: "240"}, container_options=WITH_TAGS)
    with open_video(path, slowmo_factor=4) as video:
        assert video.info.slowmo_factor == 4.0
        assert video.info.capture_fps == 240


@pytest.mark.parametrize("tag", ["30", "29.97", "nan", "-5", "0", "soon"])
def test_ordinary_or_senseless_tags_are_no_slow_motion(make_clip: MakeClip, tag: str) -> None:
    with open_video(make_clip(tags={ANDROID: tag}, container_options=WITH_TAGS)) as video:
        assert video.info.slowmo_factor == 1.0


def test_a_time_lapse_is_said(make_clip: MakeClip) -> None:
    with open_video(make_clip(tags={ANDROID: "2"}, container_options=WITH_TAGS)) as video:
        assert len(list(video)) == 12
        assert video.info.slowmo_factor == 1.0
        assert any("time lapse" in warning for warning in video.summary.warnings)


def test_capture_rate_and_factor() -> None:
    assert capture_rate({}, {ANDROID: "120"}) == 120
    assert capture_rate({ANDROID: "x"}, {}) is None
    assert slowmo_of(240, 29.97) == pytest.approx(8.008, abs=0.001)
    assert slowmo_of(240, 240) == 1.0
    assert slowmo_of(None, 30) == 1.0
    assert slowmo_of(240, None) == 1.0


def test_info_names_the_file_by_its_bytes(make_clip: MakeClip) -> None:
    path = make_clip()
    with open_video(path) as video:
        assert video.info.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert video.info.size_bytes == path.stat().st_size
        assert video.info.path == str(path)
        assert len(list(video)) == 12  # hashing did not disturb the reading


@pytest.mark.parametrize("name", ["lunge_side", "squat_side_slowmo"])
def test_a_rendered_clip_has_the_times_of_its_truth(name: str) -> None:
    folder = ROOT / "sample_videos"
    truth_s = np.load(folder / f"{name}_truth.npz")["time_s"]
    with open_video(folder / f"{name}.mp4", max_side_px=64) as video:
        times_s = np.array([frame.time_s for frame in video])
        assert not video.summary.is_partial
    np.testing.assert_allclose(times_s, truth_s - truth_s[0], atol=0.001)


def test_real_clips_say_what_is_on_record() -> None:
    if not (CLIPS / "clips.csv").exists():
        pytest.skip("the real clips are not beside this checkout")
    with (CLIPS / "clips.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 25
    for row in rows:
        with open_video(CLIPS / "clips" / row["file"]) as video:
            info = video.info
        assert (info.width_px, info.height_px) == (int(row["width"]), int(row["height"])), row["file"]
        assert info.rotation_deg == int(row["rotation"]), row["file"]
        assert info.codec == row["codec"], row["file"]
        assert info.nominal_fps == pytest.approx(float(row["fps"]), abs=0.01), row["file"]
        # the record has the container's length, which sound may stretch
        assert info.duration_s == pytest.approx(float(row["duration_s"]), abs=0.12), row["file"]
