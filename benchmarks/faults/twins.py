"""Clips enter, encoded as HEVC with 8 and with 10 bits; how far apart the angles measured of both are leaves."""

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

CLIPS = ("squat_side_deep", "squat_front_good", "squat_oblique", "lunge_front")
ENCODER = "libx265"
FORMATS = {8: "yuv420p", 10: "yuv420p10le"}
_ALONE = "log-level=none:pools=1"
LOSSLESS = {"preset": "ultrafast", "x265-params": f"{_ALONE}:lossless=1"}
"""Twins that differ in nothing but their bits."""

AS_FILMED = {"preset": "ultrafast", "crf": "20", "x265-params": _ALONE}
AS_FILMED_ANEW = {"preset": "fast", "crf": "20", "x265-params": _ALONE}
"""A quality as phones record it (chosen by us), twice: what an encoder leaves out differs between any two files, so the
bits are held against another 8-bit file, too."""
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
    folder, by_bits, by_encoder, by_chance = trial.room("twins"), {}, [], []
    for name in CLIPS[: trial.of(len(CLIPS))]:
        plain = _measured(name, folder, 8, LOSSLESS)
        by_bits[name] = differences(plain, _measured(name, folder, 10, LOSSLESS))
        filmed = _measured(name, folder, 8, AS_FILMED)
        by_encoder += values_of(differences(filmed, _measured(name, folder, 10, AS_FILMED)))
        by_chance += values_of(differences(filmed, _measured(name, folder, 8, AS_FILMED_ANEW)))
    yield row_of(by_bits, as_filmed_deg=float(np.median(by_encoder)), by_chance_deg=float(np.median(by_chance)))


def _measured(name: str, folder: Path, bits: int, options: dict[str, str]) -> SetReport:
    source = ROOT / "sample_videos" / f"{name}.mp4"
    report = analyze(as_hevc(source, folder / f"{name}_{bits}.mp4", FORMATS[bits], options))
    assert report.video.bit_depth == bits, "they are no twins"
    return report


def as_hevc(source: Path, target: Path, pixel_format: str, options: dict[str, str]) -> Path:
    """The same frames at the same times, in HEVC of so many bits."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as movie:
        seen = clip.streams.video[0]
        made: Any = movie.add_stream(ENCODER, rate=seen.average_rate)
        made.width, made.height, made.time_base = seen.width, seen.height, seen.time_base
        made.pix_fmt, made.codec_tag, made.options = pixel_format, "hvc1", options
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
    """Degrees between two reports, by angle, at each rep's own bottom; unseen angles are left out. Reports that count
    otherwise are half a turn apart."""
    if len(one.reps) != len(other.reps):
        return {"number of reps": [180.0]}
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


def values_of(found: dict[str, list[float]]) -> list[float]:
    """Of all angles."""
    return [value for seen in found.values() for value in seen]


def row_of(by_bits: dict[str, dict[str, list[float]]], *, as_filmed_deg: float, by_chance_deg: float) -> Row:
    """A clip holds when the median of all its angles is small; what an encoder's own noise does stands beside."""
    medians = {clip: float(np.median(values_of(found))) for clip, found in by_bits.items()}
    worst, clip, angle = max(
        (max(seen), clip, angle) for clip, found in by_bits.items() for angle, seen in found.items()
    )
    figure = (
        f"lossless: median at most {max(medians.values()):.2f}° ({max(medians, key=medians.__getitem__)}), "
        f"the worst of all {worst:.2f}° ({clip}, {angle.removesuffix('_deg')}); "
        f"encoded as filmed: median {as_filmed_deg:.2f}°, and {by_chance_deg:.2f}° between two 8-bit files"
    )
    n_held = sum(median <= MOST_DEG for median in medians.values())
    return Row(check=10, name=NAME, n_tried=len(medians), n_survived=n_held, figure=figure)
