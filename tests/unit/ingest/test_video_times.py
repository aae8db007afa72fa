"""Times are the file's own presentation times, whatever the container does to them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from lookfeel.ingest import open_video
from lookfeel.types import DecodeSummary, Frame

MakeClip = Callable[..., Path]


def read(path: Path) -> tuple[list[Frame], DecodeSummary]:
    with open_video(path) as video:
        return list(video), video.summary


def test_constant_rate_gives_exact_times_and_counts(make_clip: MakeClip) -> None:
    frames, summary = read(make_clip(n_frames=45))
    assert [frame.index for frame in frames] == list(range(45))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(45) / 30, atol=1e-9)
    assert frames[0].time_s == 0.0
    assert summary.n_frames == 45
    assert summary.duration_s == pytest.approx(1.5)
    assert summary.median_fps == pytest.approx(30)
    assert not summary.is_variable_rate
    assert not summary.is_partial
    assert summary.warnings == ()


def test_variable_rate_is_kept_and_said(make_clip: MakeClip) -> None:
    times_s = [Fraction(n, 600) for n in (0, 20, 40, 80, 100, 130, 150, 170)]
    frames, summary = read(make_clip(times_s=times_s))
    np.testing.assert_allclose([frame.time_s for frame in frames], [float(t) for t in times_s], atol=1 / 19_200)
    assert summary.is_variable_rate
    assert not summary.is_partial
    assert any("frame rate varies" in warning for warning in summary.warnings)


def test_whole_milliseconds_at_240_fps_are_no_variable_rate(make_clip: MakeClip) -> None:
    times_s = [Fraction(n, 240) for n in range(60)]
    frames, summary = read(make_clip("fast.webm", codec="libvpx-vp9", times_s=times_s))
    np.testing.assert_allclose([frame.time_s for frame in frames], [float(t) for t in times_s], atol=0.00051)
    assert not summary.is_variable_rate
    assert summary.median_fps == pytest.approx(240, rel=0.05)


def test_the_first_frame_is_time_zero_even_when_the_file_starts_late(make_clip: MakeClip) -> None:
    fragmented = {"movflags": "frag_keyframe+empty_moov"}  # starts at its first decode delay, not at zero
    path = make_clip(n_frames=20, container_options=fragmented, codec_options={"bf": "2"})
    with av.open(str(path)) as raw:
        assert raw.streams.video[0].start_time > 0
    frames, summary = read(path)
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(20) / 30, atol=1e-4)
    assert not summary.is_partial


def test_a_trimmed_clip_shows_only_what_its_edit_list_shows(make_clip: MakeClip, tmp_path: Path) -> None:
    whole = make_clip(n_frames=60, codec_options={"g": "12"})
    trimmed = tmp_path / "trimmed.mp4"
    with av.open(str(whole)) as source, av.open(str(trimmed), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is None or packet.pts is None:
                continue
            shift = int(Fraction(1, 2) / stream.time_base)  # 15 frames before zero: the player must not show them
            packet.pts -= shift
            packet.dts -= shift
            packet.stream = copy
            target.mux(packet)
    with open_video(trimmed) as video:
        frames = list(video)
        assert video.info.n_frames_declared == len(frames) == 45
        assert not video.summary.is_partial
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(45) / 30, atol=1e-9)


def test_a_single_frame_is_a_video(make_clip: MakeClip) -> None:
    frames, summary = read(make_clip(n_frames=1))
    assert [frame.time_s for frame in frames] == [0.0]
    assert summary.n_frames == 1
    assert np.isnan(summary.median_fps)


def test_frames_are_read_once_and_the_summary_comes_last(make_clip: MakeClip) -> None:
    with open_video(make_clip()) as video:
        with pytest.raises(RuntimeError, match="all frames"):
            _ = video.summary
        assert len(list(video)) == video.summary.n_frames == 12
        with pytest.raises(RuntimeError, match="once"):
            iter(video)


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "expected", "bit_depth"),
    [
        ("a.mp4", "libx264", "yuv420p", "h264", 8),
        ("a.mp4", "libx265", "yuv420p", "hevc", 8),
        ("a.mp4", "libx265", "yuv420p10le", "hevc", 10),
        ("a.webm", "libvpx-vp9", "yuv420p", "vp9", 8),
        ("a.webm", "libvpx", "yuv420p", "vp8", 8),
        ("a.mp4", "libsvtav1", "yuv420p10le", "av1", 10),
        ("a.mp4", "mpeg4", "yuv420p", "mpeg4", 8),
    ],
)
def test_every_codec_is_read_whole(
    make_clip: MakeClip, name: str, codec: str, pixel_format: str, expected: str, bit_depth: int
) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this PyAV has no {codec} encoder")
    path = make_clip(name, codec=codec, pixel_format=pixel_format, n_frames=20)
    with open_video(path) as video:
        frames = list(video)
        assert (video.info.codec, video.info.bit_depth) == (expected, bit_depth)
        assert video.info.pixel_format == pixel_format
        assert not video.summary.is_partial
    assert len(frames) == 20
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(20) / 30, atol=0.00051)
