"""One clip enters, encoded as HEVC with 8 and with 10 bits; how far apart the angles measured of the two are leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from benchmarks.faults.clips import ROOT
from benchmarks.faults.table import Row, Trial, cannot
from lookfeel.pipeline import analyze
from lookfeel.types import SetReport

CLIP = ROOT / "sample_videos" / "squat_side_deep.mp4"
ENCODER = "libx265"
FORMATS = {8: "yuv420p", 10: "yuv420p10le"}
OPTIONS = {"preset": "ultrafast", "crf": "20", "x265-params": "log-level=none:pools=1"}
"""A quality as phones record it (chosen by us)."""
COLOUR_TAGS = ("color_range", "colorspace", "color_primaries", "color_trc")
ANGLES = (
    *(f"{joint}_{side}_deg" for joint in ("knee_flexion", "thigh_angle", "hip_flexion") for side in ("left", "right")),
    "trunk_lean_deg",
)
MOST_DEG = 1.0
"""In the median of all angles at all bottoms: what the check asks for."""
NAME = "10-bit HEVC against its 8-bit twin, angles at the bottom of each rep"


def check(trial: Trial) -> Iterator[Row]:
    """Row 10."""
    if ENCODER not in av.codecs_available:
        yield cannot(10, NAME, f"this PyAV has no {ENCODER}")
        return
    folder = trial.room("twins")
    plain, deep = (analyze(as_hevc(CLIP, folder / f"{bits}.mp4", FORMATS[bits])) for bits in FORMATS)
    assert (plain.video.bit_depth, deep.video.bit_depth) == tuple(FORMATS), "they are no twins"
    if len(plain.reps) != len(deep.reps):
        figure = f"{len(plain.reps)} reps of 8 bits, {len(deep.reps)} of 10"
        yield Row(check=10, name=NAME, n_tried=1, n_survived=0, figure=figure)
        return
    yield row_of(differences(plain, deep))


def as_hevc(source: Path, target: Path, pixel_format: str) -> Path:
    """The same frames at the same times, in HEVC of so many bits."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as movie:
        seen = clip.streams.video[0]
        made: Any = movie.add_stream(ENCODER, rate=seen.average_rate)
        made.width, made.height, made.time_base = seen.width, seen.height, seen.time_base
        made.pix_fmt, made.codec_tag, made.options = pixel_format, "hvc1", OPTIONS
        for tag in COLOUR_TAGS:  # without them a reader takes the colours for those of another standard
            setattr(made.codec_context, tag, getattr(seen.codec_context, tag))
        for frame in clip.decode(seen):
            picture = frame.reformat(format=pixel_format)
            picture.pts, picture.time_base = frame.pts, frame.time_base
            picture.pict_type = av.video.frame.PictureType.NONE
            movie.mux(made.encode(picture))
        movie.mux(made.encode(None))
    return target


def differences(one: SetReport, other: SetReport) -> dict[str, list[float]]:
    """Degrees between two reports of as many reps, by angle, at each rep's own bottom; unseen angles are left out."""
    found: dict[str, list[float]] = {}
    for name in ANGLES:
        pairs = [
            (one.signals.values[name][first.bottom], other.signals.values[name][second.bottom])
            for first, second in zip(one.reps, other.reps, strict=True)
        ]
        seen = [abs(float(a - b)) for a, b in pairs if np.isfinite(a) and np.isfinite(b)]
        if seen:
            found[name] = seen
    return found


def row_of(found: dict[str, list[float]]) -> Row:
    """It holds when the median of all angles is small; the worst angle and the worst of all are said."""
    medians = {name: float(np.median(seen)) for name, seen in found.items()}
    worst = max(found, key=lambda name: max(found[name]))
    rep = int(np.argmax(found[worst])) + 1
    median = float(np.median([value for seen in found.values() for value in seen]))
    figure = (
        f"median {median:.2f}° over {len(found)} angles; by angle at most {max(medians.values()):.2f}° "
        f"({max(medians, key=medians.__getitem__).removesuffix('_deg')}); "
        f"the worst of all {max(found[worst]):.2f}° ({worst.removesuffix('_deg')}, rep {rep})"
    )
    return Row(check=10, name=NAME, n_tried=1, n_survived=int(median <= MOST_DEG), figure=figure)
