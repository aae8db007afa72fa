"""A name enters; a tiny clip, good or hostile, leaves as a file made on the spot."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_videos" / "lunge_front.mp4"
N_PIECES, N_IN_PIECE = 1000, 1000
SECRET = "neighbour.mp4"
"""A good clip beside the hostile ones, which none of them may reach."""


def tiny(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (64, 48),
    n_frames: int = 12,
    fps: int = 30,
    **more: Any,
) -> Path:
    """A clip of moving stripes."""
    options = {"libx264": {"preset": "ultrafast"}, "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"}}
    with av.open(str(path), "w", options=more.get("container", {})) as container:
        stream: Any = container.add_stream(codec, rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = more.get("pixel_format", "yuv420p")
        stream.options = options.get(codec, {})
        for index in range(n_frames):
            column = ((np.arange(size[1]) * 5 + index * 9) % 256).astype(np.uint8)
            picture = np.repeat(column, 3 * size[0]).reshape(size[1], size[0], 3)
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=stream.pix_fmt)
            frame.pts, frame.time_base = index, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def seeds(folder: Path) -> list[bytes]:
    """Good clips of every container and codec that is quick to make, for mutation."""
    made = [
        tiny(folder / "plain.mp4"),
        tiny(folder / "front.mp4", container={"movflags": "+faststart"}),
        tiny(folder / "pieces.mp4", container={"movflags": "frag_keyframe+empty_moov"}),
        tiny(folder / "old.mov", codec="mpeg4"),
        tiny(folder / "vp9.webm", codec="libvpx-vp9"),
    ]
    return [path.read_bytes() for path in made]


def hostile(folder: Path) -> dict[str, Path]:
    """Files that are no clip, or one that asks for far too much, by name."""
    tiny(folder / SECRET)
    good = (folder / SECRET).read_bytes()
    rng = np.random.default_rng(1)
    files = {
        "zero bytes": ("zero.mp4", b""),
        "random bytes": ("random.mp4", rng.bytes(100_000)),
        "random after a right start": ("start.mp4", b"\x00\x00\x00\x18ftypmp42" + rng.bytes(100_000)),
        "a picture called .mp4": ("picture.mp4", b"\x89PNG\r\n\x1a\n" + rng.bytes(5000)),
        "ffconcat": ("concat.mp4", b"ffconcat version 1.0\nfile " + SECRET.encode() + b"\n"),
        "HLS": ("hls.mp4", b"#EXTM3U\n#EXTINF:1,\n" + SECRET.encode() + b"\n#EXTINF:1,\nhttp://192.0.2.1/a.ts\n"),
        "SDP": ("sdp.mp4", b"v=0\no=- 0 0 IN IP4 192.0.2.1\ns=x\nc=IN IP4 192.0.2.1\nt=0 0\nm=video 9 RTP/AVP 96\n"),
        "no index": ("no_moov.mp4", _without_index(good)),
        "another file as its data": ("reference.mov", _with_reference(good)),
    }
    paths = {}
    for name, (file, content) in files.items():
        (folder / file).write_bytes(content)
        paths[name] = folder / file
    paths["sound only"] = _sound(folder / "sound.mp4")
    paths["MagicYUV"] = tiny(folder / "magic.mov", codec="magicyuv", pixel_format="gbrp")
    paths["16384x8192"] = tiny(folder / "flood.mp4", size=(16384, 8192), n_frames=1)
    paths["a million frames"] = _many_frames(folder / "million.mp4")
    paths["two hours"] = _two_hours(folder / "hours.mp4")
    return paths


def cut_in_half(path: Path, folder: Path) -> Path:
    """A clip with its index in front, without its second half."""
    whole = folder / "whole.mp4"
    with av.open(str(path)) as source, av.open(str(whole), "w", options={"movflags": "+faststart"}) as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    content = whole.read_bytes()
    (folder / "half.mp4").write_bytes(content[: len(content) // 2])
    return folder / "half.mp4"


def _without_index(good: bytes) -> bytes:
    return good[: good.index(b"moov") - 4]


def _with_reference(good: bytes) -> bytes:
    """The data reference 'url ' made one to a neighbour."""
    place = good.index(b"url ")
    reference = b"url \x00\x00\x00\x00" + SECRET.encode()
    return good[: place - 4] + struct.pack(">I", len(reference) + 4) + reference + good[place + 8 :]


def _sound(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("aac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48_000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _many_frames(path: Path) -> Path:
    """A million frames in a form that counts them nowhere: one piece of a thousand, a thousand times, each later."""
    with av.open(str(path), "w", options={"movflags": "frag_custom+empty_moov+default_base_moof"}) as container:
        stream: Any = container.add_stream("libx264", rate=30_000)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 30_000)
        stream.options = {"preset": "ultrafast", "tune": "zerolatency"}
        frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24").reformat(format="yuv420p")
        for index in range(N_IN_PIECE):
            frame.pts, frame.time_base = index, Fraction(1, 30_000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    content = path.read_bytes()
    begin, time = content.index(b"moof") - 4, content.index(b"tfdt") + 8
    end = content.index(b"mdat") - 4
    end += int.from_bytes(content[end : end + 4], "big")
    with path.open("wb") as file:
        file.write(content[:begin])
        for piece in range(N_PIECES):
            later = struct.pack(">Q", piece * N_IN_PIECE)
            file.write(content[begin:time] + later + content[time + 8 : end])
    return path


def _two_hours(path: Path) -> Path:
    """Two frames, two hours apart."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for time_ms in (0, 7_200_000):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
