"""The work of one task, in a worker process: the clip enters; report, replay, tables and a picture leave as files.

The clip itself is read by confined processes alone.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from lookfeel.atomic import whole_file, write_whole
from lookfeel.confined import run_confined, watch
from lookfeel.errors import FileMissing, LookfeelError
from lookfeel.ingest import Limits
from lookfeel.kept.judgement import dump_judgement, judgement_of
from lookfeel.kept.watched import Watched, load_watched, save_watched
from lookfeel.matrix import make_context
from lookfeel.pipeline import judge
from lookfeel.report import report_document, write_reps_csv, write_signals_csv
from lookfeel.types import Progress, SetReport
from lookfeel.web.playable import COPY_JOB, PICTURE_JOB, needs_copy
from lookfeel.web.replay import replay_data
from lookfeel.web.task import CSV_NAMES, POSTER, PROXY, REPLAY, RESULT, SECOND, WATCHED, WATCHED_SECOND, Task


def run(task: Task, tell: Progress) -> None:
    """Do one task."""
    limits = Limits(n_bytes=task.max_bytes, duration_s=task.max_duration_s)
    if task.kind == "proxy":
        _read(task, COPY_JOB, {"limits": asdict(limits)}, task.folder / PROXY, tell)
    else:
        _analyze(task, limits, tell)


def _read(task: Task, job: str, options: dict[str, Any], target: Path, tell: Progress) -> None:
    """Have the task's clip read by a confined process and keep what it makes of it, whole or not at all."""
    reading = run_confined(
        task.video, job, options, guards=task.guards(), longest_s=float(task.max_cpu_s), progress=tell
    )
    with reading as result, whole_file(target) as part, part.open("wb") as file:
        shutil.copyfileobj(result, file)


def _analyze(task: Task, limits: Limits, tell: Progress) -> None:
    look = partial(watch, limits=limits, progress=tell, guards=task.guards(), longest_s=float(task.max_cpu_s))
    watched = _watched(task, task.video, WATCHED, look)
    beside = None
    if task.second is not None:
        beside = _watched(task, task.second, WATCHED_SECOND, partial(look, stage="pose_second"))
        beside = beside._replace(info=replace(beside.info, path=SECOND))
    tell("judge", 0, None)
    report = judge(
        replace(watched.info, path=task.name),
        watched.decoded,
        watched.detections,
        second=beside,
        exercise=task.exercise,
        person=task.person,
        strictness=task.strictness,
        context=make_context(**task.context),
    )
    tell("write", 0, None)
    _write(report, task.folder)
    frame = report.reps[0].bottom if report.reps else 0
    with contextlib.suppress(LookfeelError):  # it was read a moment ago: better a list without a picture than no result
        _read(task, PICTURE_JOB, {"limits": asdict(limits), "frame": frame}, task.folder / POSTER, tell)


def _watched(task: Task, video: Path, name: str, look: Callable[[Path], Watched]) -> Watched:
    """What was seen in a clip, from the last analysis where there is one: other options need no other look."""
    kept = task.folder / name
    if task.earlier is not None:
        earlier = load_watched(task.earlier / name)
        if earlier is not None:
            save_watched(earlier, kept)
            return earlier
    if not video.is_file():
        raise FileMissing("The video of this set is not kept any more.", hint="Film another set to measure it anew.")
    watched = look(video)
    save_watched(watched, kept)
    return watched


def _write(report: SetReport, folder: Path) -> None:
    document = report_document(report)
    result = {
        "document": document.model_dump(mode="json"),
        "judgement": dump_judgement(judgement_of(report, document)),
        "n_people": report.track.n_people,
    }
    write_whole(folder / RESULT, json.dumps(result, ensure_ascii=False, allow_nan=False).encode())
    replay = replay_data(report, has_proxy=needs_copy(document.video))
    write_whole(folder / REPLAY, gzip.compress(json.dumps(replay, allow_nan=False, separators=(",", ":")).encode()))
    reps, signals = (folder / name for name in CSV_NAMES)
    write_reps_csv(report, reps)
    write_signals_csv(report, signals)
