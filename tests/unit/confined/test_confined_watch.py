"""A clip read by a confined process: the same figures as without, and a named error whatever the clip does."""

from __future__ import annotations

import logging
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from lookfeel import watching
from lookfeel.confined import parent, run_confined, watch
from lookfeel.errors import DecoderDied, FileMissing, UnreadableVideo, VideoTooLarge, error_of
from lookfeel.ingest import Limits, open_video
from lookfeel.report.movie import new_movie
from lookfeel.sandbox import Guards

CLIP = Path(__file__).resolve().parents[3] / "sample_videos" / "lunge_front.mp4"
HERE = "tests.unit.confined.hostile_jobs"


@pytest.fixture
def short_clip(tmp_path):
    """The first half second of a sample."""
    with open_video(CLIP) as video, new_movie(tmp_path / "short.mp4", nominal_fps=30) as movie:
        for frame in islice(video, 15):
            movie.add(frame.rgb, time_s=frame.time_s)
    return tmp_path / "short.mp4"


def test_figures_are_those_of_an_open_process(short_clip):
    told = []
    seen = watch(short_clip, progress=lambda *word: told.append(word), stage="pose_second")
    info, decoded, detections = watching.watch(short_clip)

    assert (seen.info, seen.decoded) == (info, decoded)
    for name in ("time_s", "xy_px", "confidence", "world_m", "score"):
        np.testing.assert_array_equal(getattr(seen.detections, name), getattr(detections, name))
    assert told[-1] == ("pose_second", decoded.n_frames, info.n_frames_declared)


@pytest.mark.parametrize(("content", "kind"), [(b"", UnreadableVideo), (b"ffconcat version 1.0\n", UnreadableVideo)])
def test_a_file_that_is_no_video_is_named(tmp_path, content, kind):
    (tmp_path / "clip.mp4").write_bytes(content)
    with pytest.raises(kind, match=r"clip\.mp4"):
        watch(tmp_path / "clip.mp4")


def test_a_missing_clip_and_one_above_the_limits(tmp_path):
    with pytest.raises(FileMissing):
        watch(tmp_path / "none.mp4")
    with pytest.raises(VideoTooLarge):
        watch(CLIP, limits=Limits(n_frames=5))


def do(name, *, guards=None, longest_s=60.0):
    with run_confined(CLIP, f"{HERE}:{name}", {}, guards=guards or Guards(), longest_s=longest_s) as result:
        return result.read()


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("crash", "signal 11"),
        ("leave", "exit code 0"),
        ("bug", "exit code 1"),
        ("flood", "unexpectedly"),
        ("boast", "exit code 3"),
        ("hoard", "more memory"),
    ],
)
def test_whatever_ends_the_process_is_a_named_error(job, words):
    with pytest.raises(DecoderDied, match=words):
        do(job)


def test_a_process_without_end_is_ended():
    with pytest.raises(DecoderDied, match="too long"):
        do("sleep", longest_s=3.0)
    with pytest.raises(DecoderDied, match="computing time"):
        do("spin", guards=Guards(cpu_s=4))


def test_more_than_a_file_may_have_is_not_written():
    with pytest.raises(DecoderDied):
        do("fill", guards=Guards(file_bytes=1_000_000))


def test_what_steers_a_terminal_is_not_passed_on(caplog):
    with caplog.at_level(logging.WARNING), pytest.raises(UnreadableVideo) as raised:
        do("colour")
    assert "\x1b" not in raised.value.message + raised.value.hint + caplog.text


def test_a_made_up_result_is_refused(monkeypatch):
    monkeypatch.setattr("lookfeel.confined.clip.JOB", f"{HERE}:nonsense")
    with pytest.raises(DecoderDied, match="no result"):
        watch(CLIP)


def test_a_system_without_the_filter_is_warned_of_once(caplog):
    parent._warn_once.cache_clear()
    for _ in range(2):
        parent._warn_once("limits")
    parent._warn_once("seccomp")
    assert len(caplog.records) == 1


def test_an_unknown_code_is_a_plain_error():
    assert isinstance(error_of("unreadable_video", "m", hint="h"), UnreadableVideo)
    assert error_of("no such", "m", hint="h").message == "m"
