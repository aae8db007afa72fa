"""A clip enters; the processor time of each stage of our job leaves: `python -m benchmarks.speed.stages CLIP SPEED`.

Threads are counted by their own clocks, so that stages that run side by side are told apart; decoding, whose threads
are the library's, is what is left of the whole process while frames are read. Runs in a process of its own, since the
start is a stage.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Any, cast

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line has it

import lookfeel.pipeline as pipeline
import lookfeel.watching as watching
from lookfeel.ingest.picture import PictureMaker
from lookfeel.pose import create_backend
from lookfeel.pose.detector import PersonDetector
from lookfeel.pose.landmarks import LandmarkNetwork
from lookfeel.steady import Background
from lookfeel.types import Speed

STAGES = (
    "start-up", "decode", "pictures", "detect", "landmarks", "steady", "track", "fit", "signals, reps, score", "report",
    "overlay",
)  # fmt: skip
"""In the order of the work. pictures: from the decoder's planes to upright RGB."""

POSE = ("decode", "pictures", "detect", "landmarks")
"""What it takes to know where the people are."""


def stages_of(clip: str, speed: Speed) -> dict[str, float]:
    """Processor seconds by stage; the whole job without the overlay, then the overlay."""
    spent: dict[str, float] = defaultdict(float)
    create_backend().close()
    spent["start-up"] = time.process_time()  # since the process began
    lock = Lock()
    for stage, owner, name in (
        ("pictures", PictureMaker, "picture"),
        ("detect", PersonDetector, "detect"),
        ("landmarks", LandmarkNetwork, "locate"),
        ("steady", Background, "see"),
        ("steady", Background, "motion"),
        ("track", pipeline, "track_athlete"),
        ("fit", pipeline, "lift_body"),
    ):
        setattr(owner, name, _counted(getattr(owner, name), stage, spent, lock))
    vars(watching)["create_backend"] = functools.partial(create_backend, threads=1)  # whose clock is then the run's
    begun = time.process_time()
    watched = pipeline.watch(clip, speed=speed)
    whole = time.process_time() - begun
    spent["decode"] = whole - sum(spent[stage] for stage in ("pictures", "detect", "landmarks", "steady"))
    begun = time.process_time()
    report = pipeline.judge(*watched)
    spent["signals, reps, score"] = time.process_time() - begun - spent["track"] - spent["fit"]
    for stage, overlay in (("report", False), ("overlay", True)):
        pictures = spent["pictures"]
        begun = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            pipeline.write_outputs(report, folder, overlay=overlay)
        spent[stage] = time.process_time() - begun
        spent["pictures"] = pictures
    return dict(spent)


def _counted(work: Callable[..., Any], stage: str, spent: dict[str, float], lock: Lock) -> Callable[..., Any]:
    @functools.wraps(work)
    def counted(*args: Any, **options: Any) -> Any:
        begun = time.thread_time()
        try:
            return work(*args, **options)
        finally:
            with lock:
                spent[stage] += time.thread_time() - begun

    return counted


if __name__ == "__main__":
    print(json.dumps(stages_of(sys.argv[1], cast(Speed, sys.argv[2]))))
