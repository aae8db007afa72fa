"""Names of rendered clips enter; each with its truth and what was detected in it leaves."""

from __future__ import annotations

import fnmatch
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy.compare import DEEP_SHARE
from benchmarks.accuracy.factorial import long_cases, short_cases
from benchmarks.accuracy.methods import Watched
from benchmarks.accuracy.results import ROOT, watched
from benchmarks.accuracy.running import CACHE, RENDERED, job_of_case
from benchmarks.accuracy.truth import ClipTruth, find_videos, read_truth, truth_files
from lookfeel.types import BoolArray, FloatArray

VARIOUS = (
    "lunge_front", "lunge_side", "squat_front_good", "squat_front_valgus", "squat_oblique", "squat_side_deep",
    "squat_side_heels", "s01_squat_front", "s02_squat_side_deep", "s03_squat_oblique", "s05_squat_rear_barbell",
    "s06_squat_side_baggy_dim", "s07_squat_oblique_rear_goblet", "s09_squat_front_shift", "s12_forward_lunge_front",
    "s13_reverse_lunge_side", "s14_alternating_lunge_oblique",
)  # fmt: skip
"""Squats and lunges of all views, bodies and faults. No slow motion: frames are seconds of movement here."""


@dataclass(frozen=True, kw_only=True)
class Filmed:
    """A clip with truth and detections."""

    truth: ClipTruth
    watched: Watched

    @property
    def is_deep(self) -> BoolArray:
        """(T,) inside a repetition, hips in the lowest DEEP_SHARE of their way."""
        time_s, height = self.truth.time_s, self.truth.signals["hip_height_m"]
        inside = np.zeros(len(time_s), dtype=bool)
        for rep in self.truth.reps:
            inside |= (time_s >= rep.window.start_s) & (time_s <= rep.window.end_s)
        low, high = height.min(), np.percentile(height, 95.0)
        return np.asarray(inside & (height < low + DEEP_SHARE * (high - low)))

    def works(self, side: str) -> FloatArray:
        """(T,) 1 in repetitions of this leg or of both, 0 elsewhere: a rear leg is another story."""
        time_s, working = self.truth.time_s, np.zeros(len(self.truth.time_s))
        for rep in self.truth.reps:
            if rep.side in (side, "both"):
                working[(time_s >= rep.window.start_s) & (time_s <= rep.window.end_s)] = 1.0
        return working


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where clips and detections are kept. detections: a folder of pickles from which the newest of each clip is taken,
    whatever program made them; None: this program's own, made anew when it has changed."""

    samples: Path = ROOT / "sample_videos"
    rendered: Path = RENDERED
    detections: Path | None = None

    def find(self, patterns: Sequence[str]) -> list[Path]:
        """Videos that are there and have truth, of samples and cases, in the order of the patterns."""
        jobs = [job_of_case(case) for case in (*short_cases(), *long_cases())]
        cases = [self.rendered / job.video.relative_to(RENDERED) for job in jobs]
        videos = dict.fromkeys([*find_videos(self.samples), *cases])
        there = [path for path in videos if path.exists() and all(part.exists() for part in truth_files(path))]
        return [path for pattern in patterns for path in there if fnmatch.fnmatch(path.stem, pattern)]

    def load(self, video: Path) -> Filmed | None:
        """The clip; None when detections are asked for from a folder that has none of it."""
        if self.detections is None:
            return Filmed(truth=read_truth(video), watched=watched(video, CACHE, is_fresh=False))
        kept = sorted(self.detections.glob(f"{video.stem}-*.pkl"), key=lambda path: path.stat().st_mtime)
        return Filmed(truth=read_truth(video), watched=pickle.loads(kept[-1].read_bytes())) if kept else None
