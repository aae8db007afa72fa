"""A sample clip enters; the same movement as five phones would have filmed it leaves, always by the same recipe.

Sizes, rates and bitrates are those of phones; what a phone's sensor adds to a rendered picture is added as grain, since
a picture without it decodes at half the work. Frames between the sample's are mixed of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import av
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "speed" / "clips"
SAMPLE = ROOT / "sample_videos" / "squat_side_deep.mp4"

RECIPE = 2
"""Counted up whenever the same name would stand for another clip."""

GRAIN_SD, N_GRAINS = 2.5, 8
GOP_S = 1.0


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way to film. height_px: longer side, upright. filmed_fps: of the movement; played_fps: of the file."""

    name: str
    height_px: int
    filmed_fps: int
    played_fps: int
    megabits: float
    movement_s: float

    @property
    def n_frames(self) -> int:
        """Of the whole clip."""
        return round(self.movement_s * self.filmed_fps)


KINDS = (
    Kind(name="720p30", height_px=1280, filmed_fps=30, played_fps=30, megabits=6.0, movement_s=15.0),
    Kind(name="1080p30", height_px=1920, filmed_fps=30, played_fps=30, megabits=12.0, movement_s=15.0),
    Kind(name="1080p60", height_px=1920, filmed_fps=60, played_fps=60, megabits=20.0, movement_s=15.0),
    Kind(name="4k30", height_px=3840, filmed_fps=30, played_fps=30, megabits=45.0, movement_s=10.0),
    Kind(name="720p240_slow", height_px=1280, filmed_fps=240, played_fps=30, megabits=6.0, movement_s=5.0),
)
"""Slow motion is played eight times slower than filmed, as Android writes it, with the capture rate in its metadata."""


def kind_of(name: str) -> Kind:
    """The kind of that name."""
    return next(kind for kind in KINDS if kind.name == name)


def clip_of(kind: Kind, *, seconds: float | None = None) -> Path:
    """The clip, made when it is not there. seconds: of movement, the sample being repeated where it is shorter."""
    movement_s = kind.movement_s if seconds is None else seconds
    target = FOLDER / f"{kind.name}_{movement_s:g}s_r{RECIPE}.mp4"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_suffix(".part.mp4")
        _make(kind, movement_s, half)
        half.replace(target)
    return target


def _make(kind: Kind, movement_s: float, target: Path) -> None:
    """Write the clip: mix in time, scale, add grain, encode."""
    with av.open(str(target), "w", options={"movflags": "use_metadata_tags"}) as sink:
        if kind.filmed_fps != kind.played_fps:
            sink.metadata["com.android.capture.fps"] = f"{kind.filmed_fps}.000000"
        stream: Any = sink.add_stream("libx264", rate=Fraction(kind.played_fps))
        stream.height, stream.width, stream.pix_fmt = kind.height_px, kind.height_px * 9 // 16 // 2 * 2, "yuv420p"
        stream.bit_rate = round(kind.megabits * 1e6)
        stream.options = {"preset": "superfast", "threads": "2", "g": str(round(GOP_S * kind.played_fps)), "bf": "1"}
        grains = _grains(kind.height_px)
        n_frames = round(movement_s * kind.filmed_fps)
        for i, frame in zip(range(n_frames), _interpolated(kind.filmed_fps), strict=False):
            picture = _grained(frame.reformat(stream.width, stream.height, "yuv420p"), grains[i * 5 % N_GRAINS])
            picture.pts, picture.time_base = i, Fraction(1, kind.played_fps)
            sink.mux(stream.encode(picture))
        sink.mux(stream.encode())


def _interpolated(fps: int) -> Iterator[av.VideoFrame]:
    """Frames of the sample at another rate, there and back for ever, so that the movement has no break; between two
    frames a mixture of both, which is blurred as a moving body is."""
    with av.open(str(SAMPLE)) as source:
        rate = source.streams.video[0].average_rate or Fraction(25)
        frames = [frame.to_ndarray(format="yuv420p") for frame in source.decode(video=0)]
    there_and_back = 2 * (len(frames) - 1)
    for i in count():
        whole, rest = divmod(i * rate, fps)
        place = int(whole) % there_and_back
        step = 1 if place < len(frames) - 1 else -1
        here = place if step > 0 else there_and_back - place
        share = float(rest) / fps
        mixed = (1.0 - share) * frames[here] + share * frames[here + step]
        yield av.VideoFrame.from_ndarray(np.round(mixed).astype(np.uint8), format="yuv420p")


def _grains(height_px: int) -> list[Any]:
    """Planes of grain, signed; a few, since drawing them anew for each frame would take longer than the encoding."""
    rng = np.random.default_rng(8)
    shape = (height_px, height_px * 9 // 16 // 2 * 2)
    return [np.round(rng.normal(0.0, GRAIN_SD, shape)).astype(np.int16) for _ in range(N_GRAINS)]


def _grained(frame: Any, grain: Any) -> Any:
    """The frame with grain on its brightness."""
    planes = frame.to_ndarray()
    rows = grain.shape[0]
    planes[:rows] = np.clip(planes[:rows].astype(np.int16) + grain, 0, 255)
    return av.VideoFrame.from_ndarray(planes, format="yuv420p")
