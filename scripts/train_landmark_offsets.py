"""Rendered clips with truth enter; models/landmark_offsets.json leaves, and a table of what it is worth.

    python -m benchmarks.accuracy --long            # renders the clips and finds the landmarks in them, once
    python -m scripts.train_landmark_offsets        # the table
    python -m scripts.train_landmark_offsets --write    # and the file, with its hash in registry.toml

The offsets are learnt on four of the five bodies of the accuracy benchmark. The fifth, whom its turns, places and
specials film, and the people of sample_videos are never learnt from: they are the test. Clips that were not rendered or
watched yet are left out and counted; with the same clips the file is the same to the byte.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.accuracy.factorial import HEAVY_MAN, SLIM_WOMAN, STRONG_WOMAN, TALL_MAN, long_cases, short_cases
from benchmarks.accuracy.methods import Watched
from benchmarks.accuracy.results import ROOT
from benchmarks.accuracy.running import CACHE, MAKER, RENDERED, job_of_case
from benchmarks.accuracy.truth import find_videos, truth_files
from lookfeel.body.landmarks import select_landmarks
from lookfeel.body.offsets import (
    SIGN,
    TABLE,
    LandmarkOffsets,
    OffsetsFile,
    Part,
    PlaceName,
    PoseName,
    SeenFrom,
    Term,
    Training,
    design,
    pose_rad,
    read_offsets,
    seen_from,
)
from lookfeel.errors import LookfeelError
from lookfeel.models import read_registry
from lookfeel.tracks import track_athlete
from lookfeel.tracks.view import view_name
from lookfeel.types import BODY_JOINTS, FloatArray

NETWORK = "pose_landmark_full"
SAMPLES = ROOT / "sample_videos"
LEARNT = {"slim woman": SLIM_WOMAN, "tall man": TALL_MAN, "strong woman": STRONG_WOMAN, "heavy man": HEAVY_MAN}
"""The bodies to learn from."""

PARTS = tuple(dict.fromkeys(name.split("_")[1] for name in BODY_JOINTS))
PLACES: tuple[PlaceName, ...] = ("always", "near", "far", "behind")
POSES: Mapping[str, tuple[PoseName, ...]] = {
    "shoulder": ("one", "trunk_lean"),
    "hip": ("one", "knee_flexion", "trunk_lean"),
    "knee": ("one", "knee_flexion"),
    "ankle": ("one", "foot_pitch"),
    "heel": ("one", "foot_pitch"),
    "toe": ("one", "knee_flexion"),
}
"""What each part's offset depends on. Chosen by the table: with knee flexion in place of the foot's pitch, heels come
to 1.3 and ankles to 1.1 instead of 1.1 and 0.9 % of the stature; more terms help no unknown body."""

SHIPPED = ("hip", "ankle", "heel", "toe")
"""Parts that go into the file: those that the table shows to be better on bodies and exercises never learnt. Knees are
not. Shoulders are on rendered bodies, but a real one leant worse with it."""

RIDGE_CLIPS = 1.0
"""Strength of the pull toward no offset: as many clips as would have to say so. A fifth or four times as much changes
no part by more than 0.04 % of the stature."""

LONGEST = 0.05
"""Share of the stature that no offset exceeds: twice the largest mean bias (chosen by us)."""

WRONG_LIMB = 0.05
"""Share of the stature: landmarks further off lie on another limb, and nothing is learnt from them. Without this, two
lunges from oblique behind made the toes of all others worse there."""

COUNTED = 0.08
"""The same where errors are told: larger ones count as this large."""

RANGE_PERCENTILES = (0.5, 99.5)
EVERY = 2
"""Every second frame: neighbours say the same."""

DECIMALS = 5


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One clip with truth, M moments.

    error (M, J, 2): from the true joint to the landmark, right and down in the picture, as a share of the stature at
    the athlete's distance; NaN where unseen. across (M, 2, 3): the picture's right and down in body axes. position_m
    (M, J, 3): true. axes (3, 3): the clip's mean.
    """

    name: str
    exercise: str
    body: str
    yaw_deg: float
    error: FloatArray
    across: FloatArray
    position_m: FloatArray
    axes: FloatArray
    generator: str


Coefficients = Mapping[str, FloatArray]
"""Part -> (F, 3): ahead, outward, up, as shares of the stature."""
Ranges = dict[PoseName, list[float]]


def terms_of(part: str) -> list[tuple[PlaceName, PoseName]]:
    """Columns of a part's linear model, in their order in the file."""
    return [(place, pose) for place in PLACES for pose in POSES[part]]


def trained_ranges(samples: Sequence[Sample]) -> Ranges:
    """Radians between which the poses lie, but for one in a hundred."""
    found: Ranges = {}
    for name in sorted({pose for poses in POSES.values() for pose in poses} - {"one"}):
        values = np.concatenate([pose_rad(sample.position_m, name, side) for sample in samples for side in SIGN])
        found[name] = [round(float(value), 3) for value in np.nanpercentile(values, RANGE_PERCENTILES)]
    return found


def train(samples: Sequence[Sample], ranges: Ranges, parts: Iterable[str] = PARTS) -> dict[str, FloatArray]:
    """Coefficients that explain the errors best, every clip counting the same; right sides are mirrored to the left."""
    found: dict[str, FloatArray] = {}
    for part in parts:
        n_terms = len(terms_of(part))
        normal, right = np.eye(3 * n_terms) * RIDGE_CLIPS, np.zeros(3 * n_terms)
        for sample in samples:
            for side in SIGN:
                matrix, error = _rows(sample, part, side, ranges)
                fits = np.abs(error) < WRONG_LIMB
                normal += matrix[fits].T @ matrix[fits] / len(sample.position_m)
                right += matrix[fits].T @ error[fits] / len(sample.position_m)
        found[part] = np.asarray(np.linalg.solve(normal, right), dtype=np.float64).reshape(n_terms, 3)
    return found


def _rows(sample: Sample, part: str, side: str, ranges: Ranges) -> tuple[FloatArray, FloatArray]:
    """(2M, 3F) and (2M,): how the coefficients show in the picture, and what was seen there."""
    terms = design(sample.position_m, sample.axes, terms_of(part), side=side, ranges=ranges)
    shown = sample.across * (1.0, SIGN[side], 1.0)
    matrix = np.einsum("mf,mrc->mrfc", terms, shown).reshape(2 * len(terms), -1)
    return matrix, sample.error[:, BODY_JOINTS.index(f"{side}_{part}")].reshape(-1)


def left_over(sample: Sample, offsets: LandmarkOffsets | None) -> FloatArray:
    """(M, J, 2) share of the stature: the landmarks' errors after the correction, as the program makes it."""
    if offsets is None:
        return sample.error
    offset = offsets(sample.position_m, sample.axes, stature_m=1.0)
    return np.asarray(sample.error - np.einsum("mjc,mrc->mjr", offset, sample.across))


def file_of(
    coefficients: Coefficients,
    ranges: Ranges,
    samples: Sequence[Sample],
    residual: Mapping[str, Mapping[SeenFrom, float]],
) -> OffsetsFile:
    """The table, rounded."""
    return OffsetsFile(
        schema_version=1,
        about="From a joint's centre to what the network marks, by pose and place of the phone; shares of the stature "
        "in body axes (ahead, outward, up). Trained on rendered athletes by scripts/train_landmark_offsets.py.",
        licence="Apache-2.0",
        network_sha256=[read_registry().models[NETWORK].sha256],
        longest_offset=LONGEST,
        trained_range=ranges,
        parts={
            part: Part(
                terms=[
                    Term(place=place, pose=pose, offset=[round(float(value), DECIMALS) + 0.0 for value in row])
                    for (place, pose), row in zip(terms_of(part), table, strict=True)
                ],
                residual_sd=dict(residual[part]),
            )
            for part, table in coefficients.items()
        },
        trained_on=Training(
            bodies=sorted({sample.body for sample in samples}),
            n_clips=len(samples),
            n_moments=sum(len(sample.position_m) for sample in samples),
            ridge_clips=RIDGE_CLIPS,
            generator=sorted({sample.generator for sample in samples}),
        ),
    )


def model_of(samples: Sequence[Sample], parts: Sequence[str] = PARTS) -> LandmarkOffsets:
    """A model without a word on what it leaves over, to find that out."""
    ranges = trained_ranges(samples)
    unknown: dict[str, dict[SeenFrom, float]] = {part: {"near": 0.0, "far": 0.0, "behind": 0.0} for part in parts}
    return LandmarkOffsets(file=file_of(train(samples, ranges, parts), ranges, samples, unknown))


Corrected = list[tuple[Sample, FloatArray]]
"""Clips with what is left over of their landmarks' errors."""


def leave_one_out(samples: Sequence[Sample], group: Callable[[Sample], str]) -> Corrected:
    """Each clip corrected by a model that saw no clip of its group."""
    found: Corrected = []
    for left in sorted({group(sample) for sample in samples}):
        offsets = model_of([sample for sample in samples if group(sample) != left])
        found += [(sample, left_over(sample, offsets)) for sample in samples if group(sample) == left]
    return found


def residual_sd(corrected: Corrected, part: str) -> dict[SeenFrom, float]:
    """Root mean square in each direction of the picture, every clip counting the same, by where the phone stands."""
    found: dict[SeenFrom, list[float]] = {"near": [], "far": [], "behind": []}
    for sample, left in corrected:
        for side in SIGN:
            mean = _mean_square(left[:, BODY_JOINTS.index(f"{side}_{part}")])
            if np.isfinite(mean):
                found[seen_from(sample.axes[2], side)].append(mean)
    return {place: round(float(np.sqrt(np.mean(means))), DECIMALS) for place, means in found.items()}


def _mean_square(error: FloatArray) -> float:
    """Of (M, 2), held to the largest error that counts; NaN when nothing was seen."""
    seen = np.isfinite(error)
    return float(np.mean(np.square(np.clip(error[seen], -COUNTED, COUNTED)))) if seen.any() else np.nan


def read_sample(video: Path, detections: Watched, body: str) -> Sample:
    """Hold the landmarks of a clip against its truth.

    Raises
        LookfeelError: nobody is tracked.
    """
    info, _, found = detections
    track = track_athlete(replace(found, time_s=found.time_s / info.slowmo_factor))  # in movement time
    description, frames = truth_files(video)
    about = json.loads(description.read_text(encoding="utf-8"))
    with np.load(frames) as file:
        truth = {name: np.asarray(file[name]) for name in file.files}
    moments = np.arange(0, len(track.time_s), EVERY)
    true_s = truth["time_s"] / about["slowmo_factor"]
    at = np.array([int(np.argmin(np.abs(true_s - time))) for time in track.time_s[moments]])
    joints = [list(truth["landmark_names"]).index(name) for name in BODY_JOINTS]
    position = truth["landmarks_m"][at][:, joints].astype(np.float64)
    turn, shift = truth["camera_rotation"][at].astype(np.float64), truth["camera_translation_m"][at]
    depth = np.einsum("mc,mjc->mj", turn[:, 2], position) + shift[:, 2:]
    seen = select_landmarks(track).xy_px[moments] - truth["landmarks_px"][at][:, joints]
    made = video.parent / MAKER
    return Sample(
        name=video.stem,
        exercise=about["exercise"],
        body=body,
        yaw_deg=float(about["case"]["phone"]["yaw_deg"]),
        error=np.asarray(seen * depth[..., None] / about["focal_px"] / about["stature_m"]),
        across=turn[:, :2],
        position_m=position,
        axes=turn.mean(axis=0),
        generator=made.read_text(encoding="utf-8").strip() if made.exists() else "",
    )


def watched_before(video: Path, cache: Path) -> Watched | None:
    """What the benchmark kept of a clip: the newest of the same file and the same landmark network, whatever the rest
    of the program was then. The pickles are this program's own, of this machine."""
    sha256, network = hashlib.sha256(video.read_bytes()).hexdigest(), read_registry().models[NETWORK].sha256
    kept = [
        path
        for path in (cache / "watched").glob("*.pkl")
        if re.fullmatch(rf"{re.escape(video.stem)}-[0-9a-f]+", path.stem)
    ]
    for path in sorted(kept, key=lambda path: (-path.stat().st_mtime, path.name)):
        found: Watched = pickle.loads(path.read_bytes())
        if found[0].sha256 == sha256 and network in found[2].weights_sha256:
            return found
    return None


def read_samples(videos: Mapping[Path, str], cache: Path) -> tuple[list[Sample], list[str]]:
    """Clips that are there (video -> body), and why the others are not."""
    samples, problems = [], []
    for video, body in sorted(videos.items(), key=lambda item: item[0].stem):
        if not all(path.exists() for path in (video, *truth_files(video))):
            problems.append(f"{video.stem}: not rendered")
            continue
        detections = watched_before(video, cache)
        if detections is None:
            problems.append(f"{video.stem}: not watched")
            continue
        try:
            samples.append(read_sample(video, detections, body))
        except LookfeelError as error:
            problems.append(f"{video.stem}: {error.message}")
    return samples, problems


def videos_of(render: Path) -> dict[Path, str]:
    """Every clip of the benchmark and its body; '' for bodies that are never learnt from."""
    names = {body: name for name, body in LEARNT.items()}
    found = {
        render / job_of_case(case).video.relative_to(RENDERED): names.get(case.physique, "")
        for case in (*short_cases(), *long_cases())
    }
    return {**found, **dict.fromkeys(find_videos(SAMPLES), "")}


def print_table(title: str, groups: Mapping[str, Corrected]) -> None:
    """RMS of the landmarks' errors along one direction of the picture, before and after, percent of the stature."""
    print(f"\n{title}: RMS before -> after, % of the stature")
    print(f"{'':34}{'clips':>6}" + "".join(f"{part:>15}" for part in PARTS))
    for name, corrected in groups.items():
        cells = []
        for part in PARTS:
            before = _rms([sample.error for sample, _ in corrected], part)
            cells.append(f"{before:.2f} -> {_rms([left for _, left in corrected], part):.2f}")
        print(f"{name:34}{len(corrected):6}" + "".join(f"{cell:>15}" for cell in cells))


def _rms(errors: Sequence[FloatArray], part: str) -> float:
    joints = [BODY_JOINTS.index(f"{side}_{part}") for side in SIGN]
    means = [_mean_square(error[:, joints].reshape(-1, 2)) for error in errors]
    return float(100.0 * np.sqrt(np.nanmean(means)))


def view_of(sample: Sample) -> str:
    """front, oblique, side, rear or oblique rear."""
    name = view_name(sample.yaw_deg).replace("oblique_front", "oblique").replace("oblique_rear", "oblique rear")
    return re.sub("_(left|right)$", "", name)


def by(corrected: Corrected, group: Callable[[Sample], str], prefix: str = "") -> dict[str, Corrected]:
    """Split into named groups."""
    names = sorted({group(sample) for sample, _ in corrected})
    return {prefix + name: [pair for pair in corrected if group(pair[0]) == name] for name in names}


def print_tables(known: Sequence[Sample], unknown: Sequence[Sample], corrected: Corrected) -> None:
    """All that the choice of parts and ridge rests on."""

    def is_sample(sample: Sample) -> str:
        return "sample_videos" if sample.generator == "" else "average man"

    print_table(
        "learnt bodies, each left out",
        {**by(corrected, lambda s: s.body), **by(corrected, view_of, "seen from "), "all": corrected},
    )
    offsets = model_of(known)
    test = [(sample, left_over(sample, offsets)) for sample in unknown]
    print_table(
        "bodies never learnt",
        {**by(test, is_sample), **by(test, view_of, "seen from "), **by(test, lambda s: s.exercise), "all": test},
    )
    across = {}
    for learnt, tried in (("squat", "lunge"), ("lunge", "squat")):
        offsets = model_of([sample for sample in known if sample.exercise == learnt])
        across[f"learnt on {learnt}s, tried on {tried}s"] = [
            (sample, left_over(sample, offsets)) for sample in unknown if sample.exercise == tried
        ]
    print_table("exercise left out, bodies never learnt", across)


def write(file: OffsetsFile, folder: Path) -> Path:
    """Write the table and put its hash and size into registry.toml."""
    path = folder / f"{TABLE}.json"
    data = as_bytes(file)
    path.write_bytes(data)
    registry = folder / "registry.toml"
    head, mark, entry = registry.read_text(encoding="utf-8").partition(f"[tables.{TABLE}]")
    entry = re.sub(r'sha256 = "[0-9a-f]*"', f'sha256 = "{hashlib.sha256(data).hexdigest()}"', entry, count=1)
    entry = re.sub(r"size_bytes = \d+", f"size_bytes = {len(data)}", entry, count=1)
    registry.write_text(head + mark + entry, encoding="utf-8", newline="\n")
    return path


def as_bytes(file: OffsetsFile) -> bytes:
    """One line a term."""
    text = json.dumps(file.model_dump(), indent=1, allow_nan=False)
    inner = re.compile(r"\{\n\s+\"place\".*?\}|\[[^\[\]{}]*\]|\{\n\s+\"near\".*?\}", flags=re.DOTALL)
    data = (inner.sub(lambda match: re.sub(r"\s*\n\s*", " ", match[0]), text) + "\n").encode()
    assert read_offsets(data, origin=TABLE) == file
    return data


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; write the file when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--render", type=Path, default=RENDERED, help="folder of the rendered clips")
    parser.add_argument("--cache", type=Path, default=CACHE, help="cache of benchmarks.accuracy")
    parser.add_argument("--write", action="store_true", help="write models/landmark_offsets.json and its hash")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=SHIPPED, help="that go into the file")
    options = parser.parse_args(arguments)
    samples, problems = read_samples(videos_of(options.render), options.cache)
    known, unknown = [s for s in samples if s.body], [s for s in samples if not s.body]
    print(f"{len(known)} clips to learn from, {len(unknown)} to try it on, {len(problems)} are not there")
    if len({sample.body for sample in known}) < len(LEARNT):
        print("too few bodies: run python -m benchmarks.accuracy --long first", file=sys.stderr)
        return 2
    corrected = leave_one_out(known, lambda sample: sample.body)
    print_tables(known, unknown, corrected)
    if options.write:
        ranges = trained_ranges(known)
        residual = {part: residual_sd(corrected, part) for part in options.parts}
        print(
            f"\nwrote {write(file_of(train(known, ranges, options.parts), ranges, known, residual), ROOT / 'models')}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
