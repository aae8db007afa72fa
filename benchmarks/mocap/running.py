"""Motions and measured landmark errors enter; the comparison of every virtual clip with its truth leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.accuracy import results
from benchmarks.accuracy.compare import ClipResult, compare
from benchmarks.accuracy.factorial import long_cases, short_cases
from benchmarks.accuracy.methods import OURS, WORLD, Watched, by_program, estimate_all
from benchmarks.accuracy.running import CACHE, is_rendered, job_of_case
from benchmarks.accuracy.truth import find_videos, read_truth, truth_files
from benchmarks.mocap.landmark_errors import LandmarkErrors
from benchmarks.mocap.motion import Motion
from benchmarks.mocap.phones import copy_of, film, phones, watch_virtual
from benchmarks.mocap.real import RealClip
from scripts.render_samples.cases import Phone

SHORT = (45, (3.0,))  # degrees between phones, and distances
LONG = (30, (2.5, 3.25, 4.0))


@dataclass(frozen=True, kw_only=True)
class Job:
    """One motion before one phone."""

    motion: Motion
    phone: Phone
    errors: LandmarkErrors
    seed: int


def rendered_clips(*, is_long: bool) -> tuple[list[Path], str]:
    """The clips of one form of the accuracy benchmark that are here, and which they are in words.

    Nothing is rendered. The set hangs on the form alone, so that whatever else is kept does not change the figures.
    """
    samples = [video for video in find_videos(results.ROOT / "sample_videos") if video.exists()]
    jobs = [job_of_case(case) for case in (long_cases() if is_long else short_cases())]
    kept = [job.video for job in jobs if is_rendered(job)]
    form = "long" if is_long else "short"
    return [*samples, *kept], f"{len(samples)} clips of sample_videos and {len(kept)} of {len(jobs)} {form} cases"


def of_exercise(videos: Sequence[Path], exercise: str) -> list[Path]:
    """Those clips that show one exercise."""
    return [video for video in videos if _exercise(video) == exercise]


def _exercise(video: Path) -> str:
    return str(json.loads(truth_files(video)[0].read_text(encoding="utf-8"))["exercise"])


def watch_kept(video: Path) -> Watched:
    """What the program detects in a video, kept in the accuracy benchmark's cache."""
    return results.watched(video, CACHE, is_fresh=False)


def compare_all(
    motions: Sequence[Motion], errors: LandmarkErrors, *, is_long: bool, n_processes: int, console: Console
) -> list[ClipResult]:
    """Every motion before every phone."""
    step, distances = LONG if is_long else SHORT
    places = [(motion, phone) for motion in motions for phone in phones(step, distances)]
    jobs = [Job(motion=motion, phone=phone, errors=errors, seed=seed) for seed, (motion, phone) in enumerate(places)]
    with ProcessPoolExecutor(max_workers=max(1, n_processes), mp_context=get_context("spawn")) as pool:
        done = pool.map(compare_one, jobs)
        return list(track(done, total=len(jobs), description="virtual clips", console=console, transient=True))


def compare_one(job: Job) -> ClipResult:
    """One virtual clip: with landmark errors, naively from the same landmarks, and from perfect ones.

    The naive way from the network's 3-D is left out: there is no network here that would err in depth.
    """
    clip = film(job.motion, job.phone, job.seed)
    estimates = estimate_all(clip.truth, watch_virtual(clip, job.errors))
    return compare(clip.truth, [estimate for estimate in estimates if estimate.method != WORLD])


def check_model(videos: Sequence[Path], errors: LandmarkErrors) -> list[tuple[ClipResult, ClipResult]]:
    """Of each rendered clip the result from what was detected, and that from drawn errors in its place."""
    return [_check_clip(video, errors) for video in videos if read_truth(video).slowmo_factor == 1.0]


def _check_clip(video: Path, errors: LandmarkErrors) -> tuple[ClipResult, ClipResult]:
    clip = copy_of(video)
    detected, drawn = watch_kept(video), watch_virtual(clip, errors)
    return compare(clip.truth, [by_program(OURS, *detected)]), compare(clip.truth, [by_program(OURS, *drawn)])


def compare_real(clip: RealClip, watched: Watched) -> ClipResult:
    """One real video, all methods; the perfect landmarks are OpenCap's joints put into the picture."""
    return compare(clip.truth, estimate_all(clip.truth, watched))
