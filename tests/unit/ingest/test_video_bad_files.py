"""Files that are no video, or too much of one, end in a typed error with a next step; none is followed elsewhere."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from lookfeel.errors import FileMissing, InvalidValue, LookfeelError, UnreadableVideo, VideoTooLarge
from lookfeel.ingest import Limits, decoder_report, open_video

MakeClip = Callable[..., Path]


def refuse(path: Path | str, kind: type[LookfeelError], **options: object) -> LookfeelError:
    with pytest.raises(kind) as caught, open_video(path, **options) as video:  # type: ignore[arg-type]
        for _ in video:
            pass
    assert caught.value.message
    assert caught.value.hint
    return caught.value


def test_missing_file(tmp_path: Path) -> None:
    refuse(tmp_path / "none.mp4", FileMissing)
    assert "folder" in refuse(tmp_path, FileMissing).message
    refuse("a\0b.mp4", FileMissing)


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "pipe.mp4")
    refuse(tmp_path / "pipe.mp4", FileMissing)


def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "locked.mp4"
    path.write_bytes(b"x")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    refuse(path, FileMissing)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"hello, this is no video\n" * 50,
        np.random.default_rng(3).bytes(200_000),
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + np.random.default_rng(4).bytes(200_000),
        b"\x1a\x45\xdf\xa3" + np.random.default_rng(5).bytes(200_000),
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nother.mp4\n#EXT-X-ENDLIST\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 5004 RTP/AVP 96\n",
    ],
    ids=["empty", "one byte", "text", "random", "random after ftyp", "random after ebml", "hls", "sdp"],
)
def test_what_is_no_video(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    refuse(path, UnreadableVideo)


def test_a_list_of_other_files_is_not_followed(make_clip: MakeClip) -> None:
    other = make_clip("other.mp4")
    trap = other.with_name("trap.mp4")
    trap.write_text(f"ffconcat version 1.0\nfile '{other.name}'\n")
    assert "not an MP4" in refuse(trap, UnreadableVideo).message


def test_sound_only(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44_100)
        for i in range(10):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44_100, i * 1024
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert "sound" in refuse(path, UnreadableVideo).message


def test_a_codec_that_is_not_on_the_list(make_clip: MakeClip) -> None:
    assert "mjpeg" in refuse(make_clip("a.mov", codec="mjpeg", pixel_format="yuvj420p"), UnreadableVideo).message


def test_a_recording_that_was_never_finished(make_clip: MakeClip) -> None:
    path = make_clip(n_frames=30, noise=True)  # the index comes last, so half a file has none
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "index" in refuse(path, UnreadableVideo).message


def test_a_picture_above_the_limit_is_refused_before_decoding(make_clip: MakeClip) -> None:
    error = refuse(make_clip(size=(320, 240)), VideoTooLarge, limits=Limits(n_pixels=320 * 240 - 1))
    assert "320 x 240" in error.message


def test_too_many_frames_seconds_or_bytes_are_refused_at_the_header(make_clip: MakeClip) -> None:
    path = make_clip(n_frames=30)
    for limits, word in [
        (Limits(n_frames=29), "30 frames"),
        (Limits(duration_s=0.9), "1.0 s"),
        (Limits(n_bytes=100), "MB"),
    ]:
        with pytest.raises(VideoTooLarge, match=word):
            open_video(path, limits=limits)
    with open_video(path, limits=Limits(n_frames=30, duration_s=1.0, n_pixels=96 * 64)) as video:
        assert len(list(video)) == 30


@pytest.mark.parametrize("limits", [Limits(n_frames=10), Limits(duration_s=0.5)], ids=["frames", "seconds"])
def test_a_header_that_says_nothing_is_stopped_while_decoding(make_clip: MakeClip, limits: Limits) -> None:
    path = make_clip("live.webm", codec="libvpx-vp9", n_frames=60, container_options={"live": "1"})
    with open_video(path, limits=limits) as video:
        assert video.info.n_frames_declared is None
        assert video.info.duration_s is None
        times: list[float] = []
        with pytest.raises(VideoTooLarge):
            times.extend(frame.time_s for frame in video)
    assert len(times) <= limits.n_frames
    assert times[-1] <= limits.duration_s


def test_a_lying_size_in_the_header_does_not_get_past_the_decoder(make_clip: MakeClip) -> None:
    path = make_clip(size=(2048, 1024), n_frames=2, codec_options={"preset": "ultrafast"})
    content = bytearray(path.read_bytes())
    entry = content.index(b"avc1", content.index(b"stsd"))
    content[entry + 28 : entry + 32] = (64).to_bytes(2, "big") * 2  # sample entry: width, height
    path.write_bytes(content)
    with pytest.raises((VideoTooLarge, UnreadableVideo)):
        open_video(path, limits=Limits(n_pixels=128 * 128))


def test_options_that_make_no_sense(make_clip: MakeClip) -> None:
    path = make_clip()
    for factor in (0.0, -1.0, 0.05, 101.0, float("nan"), float("inf")):
        refuse(path, InvalidValue, slowmo_factor=factor)
    refuse(path, InvalidValue, max_side_px=0)
    for field in ("n_bytes", "duration_s", "n_pixels", "n_frames"):
        with pytest.raises(InvalidValue, match=field):
            Limits(**{field: 0})


def test_the_file_is_closed_after_an_error_and_after_use(make_clip: MakeClip, tmp_path: Path) -> None:
    descriptors = Path("/proc/self/fd")
    if not descriptors.exists():
        pytest.skip("no /proc here")
    path = make_clip()
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"\0\0\0\x18ftypisom" + bytes(5_000))
    before = len(list(descriptors.iterdir()))
    for _ in range(5):
        refuse(bad, UnreadableVideo)
        with open_video(path) as video:
            next(iter(video))
    assert len(list(descriptors.iterdir())) == before


def test_doctor_sees_the_decoders() -> None:
    report = decoder_report()
    assert report["decode h264"] is True
    assert set(report) >= {"decode hevc", "decode av1", "decode vp9", "decode vp8", "decode mpeg4", "encode libx264"}


@pytest.mark.parametrize("movflags", ["faststart", "frag_keyframe+empty_moov"])
def test_random_damage_ends_in_frames_or_a_typed_error(make_clip: MakeClip, movflags: str) -> None:
    path = make_clip(n_frames=10, container_options={"movflags": movflags})
    content, rng = path.read_bytes(), np.random.default_rng(7)
    n_read = 0
    for _ in range(120):
        damaged = np.frombuffer(content, np.uint8).copy()
        places = rng.integers(0, len(damaged), rng.integers(1, 30))
        damaged[places] = rng.integers(0, 256, len(places))
        path.write_bytes(damaged.tobytes())
        try:
            with open_video(path) as video:
                times_s = [frame.time_s for frame in video]
        except LookfeelError:  # anything else fails the test
            continue
        n_read += 1
        assert times_s[0] == 0.0
        assert np.all(np.diff(times_s) > 0)
    assert 0 < n_read < 120  # some survive, some do not: both ways were tried


def test_a_header_longer_than_any_file_is_no_crash(make_clip: MakeClip, tmp_path: Path) -> None:
    """Found by mutation: a length of the EBML header beyond what a file can be asked to seek to."""
    good = make_clip("clip.webm", codec="libvpx-vp9").read_bytes()
    (tmp_path / "bent.webm").write_bytes(good[:4] + b"\x01\xfe" + b"\xff" * 6 + good[5:])
    with contextlib.suppress(LookfeelError), open_video(tmp_path / "bent.webm") as video:
        list(video)


def test_a_million_frames_that_are_counted_nowhere_are_refused_before_decoding(make_clip: MakeClip) -> None:
    """Found by benchmarks.faults: each of them was looked at up to the limit, which took minutes."""
    times = [index / 10_000 for index in range(50)]
    path = make_clip("many.mp4", times_s=times, container_options={"movflags": "frag_keyframe+empty_moov"})
    with pytest.raises(VideoTooLarge, match="seems to have"):
        open_video(path, limits=Limits(n_frames=2))
    with open_video(path, limits=Limits(n_frames=50)) as video:
        assert sum(1 for _ in video) == 50
