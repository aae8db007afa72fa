"""The work of one task, in a worker process: the clip enters; report, replay, tables and a picture leave as files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from lookfeel.atomic import write_whole
from lookfeel.errors import LookfeelError
from lookfeel.ingest import Limits, open_video
from lookfeel.kept.judgement import dump_judgement, judgement_of
from lookfeel.kept.watched import Watched, load_watched, save_watched
from lookfeel.matrix import make_context
from lookfeel.pipeline import Watched as Plain
from lookfeel.pipeline import judge, watch
from lookfeel.report import report_document, write_reps_csv, write_signals_csv
from lookfeel.types import Progress, SetReport
from lookfeel.web.playable import needs_copy, write_playable
from lookfeel.web.replay import replay_data
from lookfeel.web.task import CSV_NAMES, POSTER, PROXY, REPLAY, RESULT, SECOND, WATCHED, WATCHED_SECOND, Task

POSTER_SIDE_PX = 480
JPEG_QUALITY = 80


def run(task: Task, tell: Progress) -> None:
    """Do one task."""
    limits = Limits(n_bytes=task.max_bytes, duration_s=task.max_duration_s)
    if task.kind == "proxy":
        write_playable(task.video, task.folder / PROXY, limits=limits, tell=tell)
    else:
        _analyze(task, limits, tell)


def _analyze(task: Task, limits: Limits, tell: Progress) -> None:
    watched = _watched(task, task.video, WATCHED, partial(watch, limits=limits, progress=tell))
    beside = None
    if task.second is not None:
        look = partial(watch, limits=limits, progress=tell, stage="pose_second")
        beside = _watched(task, task.second, WATCHED_SECOND, look)
        beside = beside._replace(info=replace(beside.info, path=SECOND))
    tell("judge", 0, None)
    report = judge(
        replace(watched.info, path=task.name),
        watched.decoded,
        watched.detections,
        second=beside,
        exercise=task.exercise,
        strictness=task.strictness,
        context=make_context(**task.context),
    )
    tell("write", 0, None)
    _write(report, task.folder)
    _write_poster(report, task.video, task.folder / POSTER, limits)


def _watched(task: Task, video: Path, name: str, look: Callable[[Path], Plain]) -> Watched:
    """What was seen in a clip, from the last analysis where there is one: other options need no other look."""
    kept = task.folder / name
    if task.earlier is not None:
        earlier = load_watched(task.earlier / name)
        if earlier is not None:
            save_watched(earlier, kept)
            return earlier
    watched = Watched(*look(video))
    save_watched(watched, kept)
    return watched


def _write(report: SetReport, folder: Path) -> None:
    document = report_document(report)
    result = {"document": document.model_dump(mode="json"), "judgement": dump_judgement(judgement_of(report, document))}
    write_whole(folder / RESULT, json.dumps(result, ensure_ascii=False, allow_nan=False).encode())
    replay = replay_data(report, has_proxy=needs_copy(document.video))
    write_whole(folder / REPLAY, gzip.compress(json.dumps(replay, allow_nan=False, separators=(",", ":")).encode()))
    reps, signals = (folder / name for name in CSV_NAMES)
    write_reps_csv(report, reps)
    write_signals_csv(report, signals)


def _write_poster(report: SetReport, video: Path, path: Path, limits: Limits) -> None:
    """A small picture of the first rep's deepest moment, or of the first frame."""
    import cv2

    wanted = report.reps[0].bottom if report.reps else 0
    try:
        with open_video(video, limits=limits, max_side_px=POSTER_SIDE_PX) as clip:
            frame = next((frame for frame in clip if frame.index >= wanted), None)
    except LookfeelError:  # it was read a moment ago: a list without a picture is better than no result
        return
    if frame is None:
        return
    is_made, data = cv2.imencode(".jpg", frame.rgb[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if is_made:
        write_whole(path, data.tobytes())
