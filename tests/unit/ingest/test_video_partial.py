"""A clip that is cut short or damaged is read as far as it goes, counted exactly, and said to be partial."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from lookfeel.ingest import open_video
from lookfeel.ingest.container import missing_bytes, sniff_demuxer
from lookfeel.types import DecodeSummary, VideoInfo

MakeClip = Callable[..., Path]


def read(path: Path) -> tuple[VideoInfo, DecodeSummary]:
    with open_video(path) as video:
        for _ in video:
            pass
        return video.info, video.summary


def cut(path: Path, ratio: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * ratio)])
    return path


def decodable(path: Path) -> int:
    """Frames that a plain decoder gives, as a second opinion."""
    n_frames = 0
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            try:
                n_frames += len(packet.decode())
            except av.error.InvalidDataError:
                continue
    return n_frames


def test_a_faststart_file_cut_in_half_is_flagged_with_exact_counts(make_clip: MakeClip) -> None:
    path = cut(make_clip(n_frames=90, noise=True, container_options={"movflags": "faststart"}), 0.5)
    info, summary = read(path)
    assert info.n_frames_declared == 90
    assert summary.n_frames == decodable(path) < 60
    assert summary.is_partial
    assert any("cut short" in warning for warning in summary.warnings)
    assert any("of the 90 frames" in warning for warning in summary.warnings)


def test_losing_only_the_last_bytes_is_flagged(make_clip: MakeClip) -> None:
    path = make_clip(n_frames=30, noise=True, container_options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[:-10])
    _, summary = read(path)
    assert summary.is_partial


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mp4", "libx264", {"movflags": "frag_keyframe+empty_moov"}),
        ("a.webm", "libvpx-vp9", {}),
    ],
    ids=["fragmented", "webm"],
)
def test_containers_without_a_frame_count_are_flagged_too(
    make_clip: MakeClip, name: str, codec: str, options: dict[str, str]
) -> None:
    path = make_clip(name, codec=codec, n_frames=90, noise=True, container_options=options, codec_options={"g": "15"})
    assert not read(path)[1].is_partial
    _, summary = read(cut(path, 0.6))
    assert 0 < summary.n_frames < 90
    assert summary.is_partial


def test_damage_in_the_middle_is_passed_over_and_counted(make_clip: MakeClip) -> None:
    path = make_clip(n_frames=60, noise=True, codec_options={"g": "12", "bf": "0"})
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    position, size = packets[24]  # a key frame: the eleven after it depend on it
    content[position : position + size] = bytes(size)
    path.write_bytes(content)
    _, summary = read(path)
    assert summary.is_partial
    assert 45 <= summary.n_frames < 60
    assert summary.duration_s == pytest.approx(2.0)  # the end was reached
    assert any("damaged" in warning or "holes" in warning for warning in summary.warnings)


@pytest.mark.parametrize("movflags", ["", "faststart", "frag_keyframe+empty_moov"])
def test_whole_files_miss_no_bytes(make_clip: MakeClip, movflags: str) -> None:
    path = make_clip(n_frames=20, container_options={"movflags": movflags} if movflags else {})
    size = path.stat().st_size
    with path.open("rb") as file:
        demuxer = sniff_demuxer(file)
        assert demuxer == "mov"
        assert missing_bytes(file, demuxer, size_bytes=size) == 0


@pytest.mark.parametrize("n_lost", [1, 7, 200])
@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_missing_bytes_are_counted(make_clip: MakeClip, name: str, n_lost: int) -> None:
    codec = "libx264" if name.endswith("mp4") else "libvpx-vp9"
    path = make_clip(name, codec=codec, n_frames=20, noise=True, container_options={"movflags": "faststart"})
    content = path.read_bytes()
    path.write_bytes(content[:-n_lost])
    with path.open("rb") as file:
        demuxer = sniff_demuxer(file)
        assert demuxer is not None
        assert missing_bytes(file, demuxer, size_bytes=len(content) - n_lost) == n_lost


def test_a_live_recording_of_unknown_size_misses_nothing(make_clip: MakeClip) -> None:
    path = make_clip("live.webm", codec="libvpx-vp9", n_frames=20, container_options={"live": "1"})
    info, summary = read(path)
    assert info.n_frames_declared is None
    assert summary.n_frames == 20
    assert not summary.is_partial
