"""A clip enters; what lifting it costs when it is longer leaves: seconds, rounds, memory."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np

from lookfeel.body import lift_body, motion
from lookfeel.body.batch import fit
from lookfeel.types import PoseTrack

N_FRAMES = (75, 150, 300, 600, 1800, 3600)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """processor_s: of one thread, the least of n runs. rounds: of all passes. peak_mb: above what was there before."""

    n_frames: int
    processor_s: float
    rounds: int
    peak_mb: float


def repeated(track: PoseTrack, n_frames: int) -> PoseTrack:
    """The track forth and back until it is this long, so that it nowhere jumps."""
    n = len(track.time_s)
    forth = np.arange(n_frames) % (2 * n - 2)
    rows = np.where(forth < n, forth, 2 * n - 2 - forth)
    step = float(np.median(np.diff(track.time_s)))
    return replace(
        track,
        time_s=step * np.arange(n_frames, dtype=np.float64),
        xy_px=track.xy_px[rows],
        confidence=track.confidence[rows],
        was_filled=track.was_filled[rows],
        world_m=track.world_m[rows],
        picture_motion=None,
    )


def cost_of(track: PoseTrack, *, n_runs: int) -> Cost:
    """Lift it some times for the seconds and once more for the memory, which takes longer while it is watched."""
    rounds: list[int] = []

    def counted(*given: Any, **options: Any) -> Any:
        found = fit(*given, **options)
        rounds.append(found.n_rounds)
        return found

    seconds = []
    for _ in range(n_runs):
        begun = time.process_time()
        lift_body(track)
        seconds.append(time.process_time() - begun)
    tracemalloc.start()
    with patch.object(motion, "fit", counted):
        lift_body(track)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return Cost(n_frames=len(track.time_s), processor_s=min(seconds), rounds=sum(rounds), peak_mb=peak)
