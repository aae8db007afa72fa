"""Clips enter; how far our landmarks lie from MediaPipe's own leaves, as a table in percent of body height.

    python -m benchmarks.pose_agreement CLIP... --reference-python PYTHON [--tasks-python PYTHON --bundle FILE]

MediaPipe runs in the interpreters given, on the very pictures that we decode: the first has mediapipe 0.10.21 (needs
numpy < 2), the second the current mediapipe; FILE is built by scripts/build_task_bundle.py.

Columns, from the strictest to the loosest:
    same region     the landmark network looks where MediaPipe looked: conversion, crop and reading alone.
    frame alone     every frame on its own: the detector too.
    closed loop     each frame's region follows from our own last frame. Feedback is chaotic, so compare with
    MediaPipe ± 1   MediaPipe against itself in closed loop, on pictures changed by at most one grey level.
    as shipped      closed loop with lookfeel's own choices, which differ on purpose: pixel centres put right, the
                    refinement window of Tasks, the clip's true time steps.
"""

from __future__ import annotations

import argparse
import itertools
import math
import struct
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from lookfeel.ingest import open_video
from lookfeel.pose import BLAZEPOSE_33, PoseBackend, create_backend
from lookfeel.pose.detector import PersonDetector
from lookfeel.pose.landmarks import LandmarkNetwork
from lookfeel.pose.region import Region
from lookfeel.types import FloatArray, Frame

Pictures = list[NDArray[np.uint8]]

LEGACY_KERNEL = 9
LEGACY_STEP_S = 1 / 30
"""The legacy API counts frames as 33.3 ms apart, whatever the clip says."""

MIN_VISIBILITY = 0.5

GROUPS = {
    "face": ("nose", "eye", "ear", "mouth"),
    "shoulders": ("shoulder",),
    "elbows, wrists": ("elbow", "wrist"),
    "hands": ("pinky", "index", "thumb"),
    "hips": ("hip",),
    "knees": ("knee",),
    "ankles": ("ankle",),
    "heels, toes": ("heel", "toe"),
}
GROUP_OF = [
    next(group for group, parts in GROUPS.items() if any(part in name for part in parts))
    for name in BLAZEPOSE_33.keypoints
]


class Reference:
    """MediaPipe in another interpreter. script: mediapipe_reference.py."""

    script = Path(__file__).with_name("mediapipe_reference.py")

    def __init__(self, python: str, mode: str, bundle: str | None = None) -> None:
        self._command = [python, str(self.script), mode]
        self._extra = [] if bundle is None else [bundle]

    def run(self, pictures: Iterable[NDArray[np.uint8]]) -> dict[str, FloatArray]:
        """points (T, 33, 2) px, visibility (T, 33) and regions (T, 4) of a clip."""
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "answers.npz"
            command = [*self._command, str(target), *self._extra]
            with (Path(folder) / "stderr").open("w+b") as complaints:
                with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=complaints) as process:
                    feed(process, pictures)
                complaints.seek(0)
                if process.returncode:
                    raise SystemExit(f"{command} failed:\n{complaints.read().decode(errors='replace')[-2000:]}")
            with np.load(target) as file:
                return dict(file)


def feed(process: subprocess.Popen[bytes], pictures: Iterable[NDArray[np.uint8]]) -> None:
    """Send pictures; when the other side has gone, its exit status and last words say why."""
    assert process.stdin is not None
    try:
        for picture in pictures:
            process.stdin.write(struct.pack("<II", *picture.shape[:2]) + picture.tobytes())
        process.stdin.close()
    except BrokenPipeError:
        process.wait()


def read_pictures(path: Path, n_frames: int) -> Pictures:
    """The first pictures of a clip, as the pipeline would see them."""
    with open_video(path) as video:
        return [np.ascontiguousarray(frame.rgb) for frame in itertools.islice(video, n_frames)]


def read_times(path: Path, n_frames: int) -> list[float]:
    """Presentation times of the same pictures."""
    with open_video(path) as video:
        return [frame.time_s for frame in itertools.islice(video, n_frames)]


def in_regions(pictures: Pictures, regions: FloatArray) -> FloatArray:
    """Our landmarks (T, 33, 2) in given regions."""
    network = LandmarkNetwork(threads=1, models=None, kernel=LEGACY_KERNEL, centre_pixels=False)
    found = np.full((len(pictures), 33, 2), np.nan)
    for i, (picture, (x, y, size, rotation)) in enumerate(zip(pictures, regions, strict=True)):
        if np.isfinite(x):
            region = Region(center_x_px=x, center_y_px=y, size_px=size, rotation_rad=rotation)
            found[i] = network.locate(picture, region).points_px
    return found


def alone(pictures: Pictures, *, kernel: int) -> FloatArray:
    """Our landmarks (T, 33, 2) with every frame on its own."""
    detector = PersonDetector(threads=1, models=None)
    network = LandmarkNetwork(threads=1, models=None, kernel=kernel, centre_pixels=False)
    found = np.full((len(pictures), 33, 2), np.nan)
    for i, picture in enumerate(pictures):
        for detection in detector.detect(picture)[:1]:
            found[i] = network.locate(picture, detection.region).points_px
    return found


def followed(pictures: Pictures, times_s: list[float], backend: PoseBackend) -> FloatArray:
    """Our landmarks (T, 33, 2) in closed loop."""
    found = np.full((len(pictures), 33, 2), np.nan)
    for i, (picture, time_s) in enumerate(zip(pictures, times_s, strict=True)):
        for person in backend.process(Frame(index=i, time_s=time_s, rgb=picture, scale=1.0))[:1]:
            found[i] = person.xy_px
    backend.close()
    return found


def body_height_px(points: FloatArray) -> float:
    """Nose to the middle of the heels, where it is longest: 93 % of stature, near enough for a percentage."""
    heels = points[:, [BLAZEPOSE_33.index("left_heel"), BLAZEPOSE_33.index("right_heel")]].mean(axis=1)
    return float(np.nanpercentile(np.linalg.norm(points[:, BLAZEPOSE_33.index("nose")] - heels, axis=1), 95))


def errors_percent(ours: FloatArray, theirs: FloatArray, visibility: FloatArray, height_px: float) -> FloatArray:
    """(T, 33) distance in percent of body height, NaN where MediaPipe is not sure of the landmark."""
    distances = np.linalg.norm(ours - theirs, axis=2) / height_px * 100
    return np.where(visibility >= MIN_VISIBILITY, distances, np.nan)


def against_legacy(path: Path, pictures: Pictures, python: str) -> dict[str, FloatArray]:
    """Errors of one clip by column."""
    static = Reference(python, "static").run(pictures)
    tracked = Reference(python, "tracking").run(pictures)
    rng = np.random.default_rng(0)
    trembling = Reference(python, "tracking").run(tremble(picture, rng) for picture in pictures)
    like_legacy = create_backend(
        "blazepose", max_people=1, detect_every_s=math.inf, refine_kernel=LEGACY_KERNEL, centre_pixels=False
    )
    legacy_times = [i * LEGACY_STEP_S for i in range(len(pictures))]
    shipped = followed(pictures, read_times(path, len(pictures)), create_backend("blazepose", max_people=1))
    ours = {
        "same region": (in_regions(pictures, tracked["regions"]), tracked),
        "frame alone": (alone(pictures, kernel=LEGACY_KERNEL), static),
        "closed loop": (followed(pictures, legacy_times, like_legacy), tracked),
        "MediaPipe ± 1": (trembling["points"], tracked),
        "as shipped": (shipped, tracked),
    }
    height_px = body_height_px(tracked["points"])
    return {
        name: errors_percent(points, theirs["points"], theirs["visibility"], height_px)
        for name, (points, theirs) in ours.items()
    }


def against_tasks(pictures: Pictures, python: str, bundle: str) -> dict[str, FloatArray]:
    """Errors of one clip by column."""
    theirs = Reference(python, "tasks", bundle).run(pictures)
    ours = alone(pictures, kernel=7)
    height_px = body_height_px(theirs["points"])
    return {"Tasks, frame alone": errors_percent(ours, theirs["points"], theirs["visibility"], height_px)}


def tremble(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """The picture with every value changed by -1, 0 or 1."""
    change = rng.integers(-1, 2, size=picture.shape, dtype=np.int16)
    return np.asarray(np.clip(picture + change, 0, 255), dtype=np.uint8)


def described(errors: FloatArray) -> str:
    """Median, mean and 95th percentile of what is known."""
    known = errors[np.isfinite(errors)]
    if not known.size:
        return "-"
    return f"{np.median(known):.4f}  {known.mean():.4f}  {np.percentile(known, 95):.4f}"


def show(title: str, rows: dict[str, dict[str, FloatArray]], first: str) -> None:
    """Print one table; rows: name -> column -> errors."""
    columns = list(next(iter(rows.values())))
    table = Table(title=title, caption="each cell: median  mean  95th percentile, % of body height")
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    for name, cells in rows.items():
        table.add_row(name, *(described(cells[column]) for column in columns))
    Console(width=180).print(table)


def by_group(pooled: dict[str, FloatArray]) -> dict[str, dict[str, FloatArray]]:
    """Columns split by landmark group, and all together."""
    groups = {
        group: {
            name: errors[:, [i for i, owner in enumerate(GROUP_OF) if owner == group]]
            for name, errors in pooled.items()
        }
        for group in GROUPS
    }
    return groups | {"all": pooled}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="+", type=Path)
    parser.add_argument("--reference-python", help="interpreter with mediapipe 0.10.21")
    parser.add_argument("--tasks-python", help="interpreter with the current mediapipe")
    parser.add_argument("--bundle", help=".task file for --tasks-python")
    parser.add_argument("--frames", type=int, default=80, help="of each clip, from its start")
    arguments = parser.parse_args()
    if arguments.reference_python is None and (arguments.tasks_python is None or arguments.bundle is None):
        parser.error("give --reference-python, or --tasks-python with --bundle")
    clips: dict[str, dict[str, FloatArray]] = {}
    n_pictures = 0
    for path in arguments.clips:
        pictures = read_pictures(path, arguments.frames)
        n_pictures += len(pictures)
        cells: dict[str, FloatArray] = {}
        if arguments.reference_python is not None:
            cells |= against_legacy(path, pictures, arguments.reference_python)
        if arguments.tasks_python is not None and arguments.bundle is not None:
            cells |= against_tasks(pictures, arguments.tasks_python, arguments.bundle)
        clips[path.name] = cells
    show(f"blazepose against MediaPipe's own: {n_pictures} frames of {len(clips)} clips", clips, "clip")
    pooled = {name: np.concatenate([cells[name] for cells in clips.values()]) for name in next(iter(clips.values()))}
    show("the same by landmark group", by_group(pooled), "landmarks")


if __name__ == "__main__":
    main()
