"""One Task and a run folder enter; its files are written and what came out leaves, as JSON values.

The same on every engine: a task names all that it depends on, asks nothing of the machine, and may be done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from lookfeel.batch.outputs import REPORT, has_result, write_result
from lookfeel.batch.run_folder import WORK, RunFolder, local_clip
from lookfeel.errors import LookfeelError, StoreError
from lookfeel.types import DecodeSummary, PastSet, PoseDetections, Progress, Speed, VideoInfo

FUNCTION = "lookfeel.batch.work:run"
"""What an Order of a batch asks for."""

THE_CLIP = "{clip}"
"""In the words of an error, in place of a path: the same video may be in a batch under several names."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MostOfClip(_Message):
    """As lookfeel.ingest.Limits."""

    n_bytes: int
    duration_s: float
    n_pixels: int
    n_frames: int


class HashTask(_Message):
    """Find out whether a clip is there, and its hash. source: path or URL."""

    kind: Literal["hash"] = "hash"
    source: str
    limits: MostOfClip


class WatchTask(_Message):
    """Find the people in a clip, and keep what was seen under a key. n_threads: for pictures, of this worker."""

    kind: Literal["watch"] = "watch"
    source: str
    key: str
    backend: str
    weights: str | None
    device: str
    speed: Speed
    is_trusted: bool
    slowmo_factor: float | None
    limits: MostOfClip
    n_threads: int = 1


class Earlier(_Message):
    """A judged set of the same athlete. run: place of the run it is in. days_ago: before the set that is judged."""

    run: str
    folder: str
    date: date
    days_ago: int


class JudgeTask(_Message):
    """Judge one set from what was seen, and write its results into a folder. watched: keys of its one or two clips;
    names: file names of these, without folders. feels, context: options of make_feels, make_context."""

    kind: Literal["judge"] = "judge"
    folder: str
    watched: tuple[str, ...]
    names: tuple[str, ...]
    exercise: str
    person: int | None
    strictness: float
    slowmo_factor: float | None
    speed: Speed
    feels: dict[str, Any]
    context: dict[str, Any]
    earlier: tuple[Earlier, ...]
    has_page: bool


Task = HashTask | WatchTask | JudgeTask
_TASK: TypeAdapter[Task] = TypeAdapter(Annotated[Task, Field(discriminator="kind")])


def task_id(task: Task) -> str:
    """Names a task within a run; equal work has the same."""
    if isinstance(task, HashTask):
        return f"hash {task.source}"
    return f"watch {task.key}" if isinstance(task, WatchTask) else f"judge {task.folder}"


def arguments_of(task: Task, run: str) -> dict[str, Any]:
    """What crosses to a worker. run: place of the run folder."""
    return {"run": run, "task": task.model_dump(mode="json")}


def run(arguments: dict[str, Any], tell: Progress) -> dict[str, Any]:
    """A Function of lookfeel.workers: see `do`."""
    return do(_TASK.validate_python(arguments["task"]), _folder(arguments["run"]), tell)


@lru_cache(maxsize=4)
def _folder(place: str) -> RunFolder:
    return RunFolder(place)


def do(task: Task, folder: RunFolder, tell: Progress) -> dict[str, Any]:
    """Do one task.

    Returns
        hash: sha256. watch: n_frames. judge: exercise, n_reps, looks, score, action.
    Raises
        LookfeelError: what is wrong with the clip; StoreError when the run folder is to blame.
    """
    if isinstance(task, HashTask):
        return _hash(task, tell)
    return _watch(task, folder, tell) if isinstance(task, WatchTask) else _judge(task, folder, tell)


def watched_name(key: str) -> str:
    """Of the file with what was seen in a clip."""
    return f"{WORK}/watched-{key}.npz"


def _hash(task: HashTask, tell: Progress) -> dict[str, Any]:
    from lookfeel.ingest import Limits
    from lookfeel.ingest.opening import check_file, open_file, sha256_of

    tell("hash", 0, None)
    limits = Limits(**task.limits.model_dump())
    with local_clip(task.source, max_bytes=limits.n_bytes) as path:
        try:
            with open_file(path) as file:
                check_file(file, path.name, limits)
                return {"sha256": sha256_of(file)}
        except LookfeelError as error:
            raise _without_path(error, path) from error


def _watch(task: WatchTask, folder: RunFolder, tell: Progress) -> dict[str, Any]:
    import cv2

    from lookfeel.ingest import Limits
    from lookfeel.kept.watched import Watched, save_watched

    cv2.setNumThreads(task.n_threads)
    limits = Limits(**task.limits.model_dump())
    with local_clip(task.source, max_bytes=limits.n_bytes) as path:
        try:
            seen = Watched(
                *_watching(task)(
                    path,
                    backend=task.backend,
                    weights=task.weights,
                    device=task.device,
                    speed=task.speed,
                    slowmo_factor=task.slowmo_factor,
                    limits=limits,
                    progress=tell,
                )
            )
        except LookfeelError as error:
            raise _without_path(error, path) from error
    with folder.writing(watched_name(task.key)) as kept:
        save_watched(seen._replace(info=replace(seen.info, path="")), kept)
    return {"n_frames": seen.decoded.n_frames}


def _watching(task: WatchTask) -> Callable[..., tuple[VideoInfo, DecodeSummary, PoseDetections]]:
    """What looks at the clip: a process that can open, send and start nothing, unless the clip is trusted or a graphics
    processor is asked for, which needs its driver."""
    if task.is_trusted or task.device != "cpu":
        from lookfeel.watching import watch as watch_here

        return watch_here
    from lookfeel.confined import watch

    return watch


def _without_path(error: LookfeelError, path: Path) -> LookfeelError:
    """The error without the folder that the clip lies in, which is another one on the next machine."""
    message = error.message.replace(str(path), THE_CLIP).replace(path.name, THE_CLIP)
    return type(error)(message, hint=error.hint)


def _judge(task: JudgeTask, folder: RunFolder, tell: Progress) -> dict[str, Any]:
    from lookfeel.matrix import make_context, make_feels
    from lookfeel.pipeline import judge

    if has_result(folder, task.folder, has_page=task.has_page):
        return {}
    tell("judge", 0, None)
    watched = [_seen(folder, key, name) for key, name in zip(task.watched, task.names, strict=True)]
    report = judge(
        *watched[0],
        second=watched[1] if len(watched) > 1 else None,
        exercise=task.exercise,
        person=task.person,
        strictness=task.strictness,
        feels=make_feels(**task.feels),
        context=make_context(**task.context),
        history=past_sets(task.earlier),
    )
    settings = {**report.provenance.settings, "slowmo_factor": task.slowmo_factor, "speed": task.speed}
    report = replace(report, provenance=replace(report.provenance, settings=settings))
    tell("report", 0, None)
    return write_result(report, folder, task.folder, has_page=task.has_page)


def _seen(folder: RunFolder, key: str, name: str) -> Any:
    """What was seen in a clip, under the name that it has in this row."""
    from lookfeel.kept.watched import load_watched

    with folder.local(watched_name(key)) as path:
        seen = load_watched(path)
    if seen is None:
        raise StoreError(f"{watched_name(key)!r} cannot be read", hint="Remove that file and start the batch again.")
    return seen._replace(info=replace(seen.info, path=name))


def past_sets(earlier: Sequence[Earlier]) -> tuple[PastSet, ...]:
    """Judged sets as history. Their dates are the manifest's, whatever the names of the clips say."""
    from lookfeel.report.past import read_past_set

    found = []
    for one in earlier:
        with _folder(one.run).local(f"clips/{one.folder}/{REPORT}") as path:
            past = read_past_set(path)
        found.append(replace(past, session=one.date.isoformat(), days_ago=float(one.days_ago)))
    return tuple(found)
