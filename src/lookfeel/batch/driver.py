"""Rows and an Engine enter; Outcomes leave as rows are finished: what is done when, after what, and how often.

A row needs the hashes of its clips, what was seen in them, and its athlete's row before it. What several rows need is
done once. Few tasks are under way at a time, and of what they give only names are kept, so that memory does not grow
with the number of clips.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import PurePath
from typing import Any

from lookfeel.batch.engine import Engine
from lookfeel.batch.history import DoneSet, History, in_order, predecessors
from lookfeel.batch.keys import folder_name, judge_key, watch_key
from lookfeel.batch.outputs import result_files
from lookfeel.batch.rows import Row
from lookfeel.batch.run_folder import WORK, RunFolder
from lookfeel.batch.settings import Loaded
from lookfeel.batch.work import (
    FUNCTION,
    THE_CLIP,
    HashTask,
    JudgeTask,
    MostOfClip,
    Task,
    WatchTask,
    arguments_of,
    task_id,
    watched_name,
)
from lookfeel.errors import StoreError, TookTooLong, WorkerDied
from lookfeel.workers.messages import Died, Done, Failed, Order, Progressed

MAX_TRIES = 3
"""As for the web's workers: twice may be chance, a third time it is the clip (chosen by us)."""

PER_SLOT = 2
"""Orders submitted for each slot: one at work and one that waits, so that no worker waits for the driver."""

STARTING_S = 120.0
FRAMES_PER_S = 4.0
BYTES_PER_S = 250_000.0
"""Slowest that is believed to be at work, on a machine that does ten other things; what takes longer hangs (chosen by
us: a core does 30 frames a second and 100 MB)."""

KINDS = ("judge", "watch", "hash")
"""The furthest first, so that results come early and what was seen is used soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a row has no result; the words of the error."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a row ended. video_sha256: of its one or two clips, () when one could not be read. folder: of its result,
    None when it failed. was_there: nothing had to be done for it. summary: what its task returned, if one was done."""

    row: Row
    video_sha256: tuple[str, ...]
    watched: tuple[str, ...]
    key: str | None
    folder: str | None
    failure: Failure | None
    was_there: bool
    summary: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """What a worker is doing now."""

    slot: int
    clip: str
    stage: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A worker that ended without an answer. log: what it printed last."""

    clip: str
    reason: str
    log: str


Told = Callable[[Outcome | AtWork | Lost], None]


@dataclass(slots=True, kw_only=True)
class _Wanted:
    """A task that is ready or under way, the rows that wait for it, and how often it was tried."""

    task: Task
    rows: list[Row]
    n_tries: int = 0


class Driver:
    """Does all rows of one batch.

    Parameters
        told: hears of every row that is finished, what workers do, and which of them died.
        function: what is ordered; another one in tests only.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        folder: RunFolder,
        loaded: Loaded,
        engine: Engine,
        history: History,
        told: Told,
        n_threads: int = 1,
        function: str = FUNCTION,
    ) -> None:
        self._rows = in_order(list(rows))
        self._folder, self._loaded, self._engine = folder, loaded, engine
        self._history, self._told, self._n_threads, self._function = history, told, n_threads, function
        self._limits = MostOfClip(**asdict(loaded.settings.limits))
        self._before = predecessors(self._rows)
        self._there = folder.names(WORK) | folder.names("clips") | folder.names("signals")
        self._hashes: dict[str, str | Failure] = {}
        self._unwatchable: dict[str, Failure] = {}
        self._unjudgeable: dict[str, Failure] = {}
        self._finished: set[int] = set()
        self._after: dict[int, list[Row]] = {}
        self._wanted: dict[str, _Wanted] = {}
        self._ready: dict[str, deque[str]] = {kind: deque() for kind in KINDS}
        self._agenda: deque[Row] = deque()
        self._summaries: dict[str, dict[str, Any]] = {}
        self._n_submitted = 0

    def run(self) -> None:
        """Do everything.

        Raises
            StoreError: the run folder refused; what is done stays done.
        """
        upcoming = iter(self._rows)
        events = self._engine.events()
        while self._fill(upcoming):
            event = next(events)
            wanted = self._wanted[event.id]
            if isinstance(event, Progressed):
                clip = wanted.rows[0].clip
                self._told(AtWork(slot=event.slot, clip=clip, stage=event.stage, done=event.done, total=event.total))
                continue
            self._n_submitted -= 1
            if isinstance(event, Died):
                self._after_death(event, wanted)
            elif isinstance(event, Failed):
                if event.code == StoreError.code:
                    raise StoreError(event.message, hint=event.hint)
                self._end(event.id, Failure(code=event.code, message=event.message, hint=event.hint))
            else:
                self._end(event.id, event)

    def _fill(self, upcoming: Iterator[Row]) -> bool:
        """Submit until the engine has enough; False when there is nothing left to wait for."""
        most = PER_SLOT * self._engine.n_slots
        while True:
            while self._agenda:
                self._advance(self._agenda.popleft())
            if self._n_submitted >= most:
                return True
            name = next((self._ready[kind].popleft() for kind in KINDS if self._ready[kind]), None)
            if name is not None:
                self._submit(self._wanted[name].task)
                continue
            opened = list(islice(upcoming, 1))
            if not opened:
                return self._n_submitted > 0
            self._agenda.extend(opened)

    def _submit(self, task: Task) -> None:
        order = Order(
            id=task_id(task),
            function=self._function,
            arguments=arguments_of(task, self._folder.place),
            limit_s=self._limit_s(task),
        )
        self._wanted[order.id].n_tries += 1
        self._n_submitted += 1
        self._engine.submit(order)

    def _limit_s(self, task: Task) -> float:
        """A watch reads each frame, a judgement works on two clips of them, a hash reads the bytes."""
        if isinstance(task, HashTask):
            return STARTING_S + self._limits.n_bytes / BYTES_PER_S
        return STARTING_S + self._limits.n_frames / FRAMES_PER_S

    def _after_death(self, event: Died, wanted: _Wanted) -> None:
        """Try again, unless it hangs or was tried often enough."""
        self._told(Lost(clip=wanted.rows[0].clip, reason=event.reason, log=event.log))
        if wanted.n_tries < MAX_TRIES and not event.is_hanging:
            self._ready[wanted.task.kind].appendleft(event.id)
            return
        self._end(event.id, _death(event, limit_s=self._limit_s(wanted.task)))

    def _end(self, name: str, how: Done | Failure) -> None:
        """Note how a task ended, and go on with the rows that waited for it."""
        wanted = self._wanted.pop(name)
        task = wanted.task
        if isinstance(task, HashTask):
            self._hashes[task.source] = how if isinstance(how, Failure) else how.result["sha256"]
        elif isinstance(task, WatchTask):
            if isinstance(how, Failure):
                self._unwatchable[task.key] = how
            else:
                self._there.add(watched_name(task.key))
        elif isinstance(how, Failure):
            self._unjudgeable[task.folder] = how
        else:
            self._there.update(result_files(task.folder, has_page=task.has_page))
            self._summaries[task.folder] = how.result
        self._agenda.extend(wanted.rows)

    def _advance(self, row: Row) -> None:
        """Bring a row as far as it can go: to its end, or to the tasks or the row that it must wait for."""
        hashes = [self._hashes.get(source) for source in row.sources]
        if None in hashes:
            self._want_each(row, [HashTask(source=one, limits=self._limits) for one in row.sources], hashes)
            return
        before = self._before.get(row.index)
        is_turn = before is None or before in self._finished
        failure = next((one for one in hashes if isinstance(one, Failure)), None)
        if failure is not None:
            self._fail(row, failure, after=None if is_turn else before)
            return
        known = tuple(one for one in hashes if isinstance(one, str))
        keys = tuple(self._watch_key(row, one) for one in known)
        task, key = self._judge_task(row, known, keys) if is_turn else (None, None)
        if task is not None and self._is_judged(task):
            self._finish(row, known, keys, key=key, folder=task.folder)
            return
        failure = next((self._unwatchable[one] for one in keys if one in self._unwatchable), None)
        if failure is None and task is not None:
            failure = self._unjudgeable.get(task.folder)
        if failure is not None:
            self._fail(row, failure, known, keys, after=None if is_turn else before)
        elif not all(watched_name(one) in self._there for one in keys):
            done = [one if watched_name(one) in self._there else None for one in keys]
            self._want_each(row, [self._watch_task(*one, row) for one in zip(row.sources, keys, strict=True)], done)
        elif task is None:
            assert before is not None
            self._after.setdefault(before, []).append(row)
        else:
            self._want(task, row)

    def _fail(
        self,
        row: Row,
        failure: Failure,
        video_sha256: tuple[str, ...] = (),
        watched: tuple[str, ...] = (),
        *,
        after: int | None,
    ) -> None:
        """Finish a row without a result, in its turn: those behind it in the chain take theirs when it is finished, and
        must then know what was before it. after: the row that it must wait for, None when it is its turn."""
        if after is None:
            self._finish(row, video_sha256, watched, failure=failure)
        else:
            self._after.setdefault(after, []).append(row)

    def _is_judged(self, task: JudgeTask) -> bool:
        return result_files(task.folder, has_page=task.has_page) <= self._there

    def _want_each(self, row: Row, tasks: Iterable[Task], done: Iterable[object]) -> None:
        """Want the first of the tasks that is not done: the row comes back for the next."""
        self._want(next(task for task, is_done in zip(tasks, done, strict=True) if is_done is None), row)

    def _want(self, task: Task, row: Row) -> None:
        name = task_id(task)
        if name in self._wanted:
            self._wanted[name].rows.append(row)
            return
        self._wanted[name] = _Wanted(task=task, rows=[row])
        self._ready[task.kind].append(name)

    def _finish(
        self,
        row: Row,
        video_sha256: tuple[str, ...] = (),
        watched: tuple[str, ...] = (),
        *,
        key: str | None = None,
        folder: str | None = None,
        failure: Failure | None = None,
    ) -> None:
        if folder is not None and row.athlete is not None and row.date is not None:
            self._history.add(
                DoneSet(
                    athlete=row.athlete,
                    date=row.date,
                    video_sha256=video_sha256[0],
                    run=self._folder.place,
                    folder=folder,
                )
            )
        self._finished.add(row.index)
        self._agenda.extend(self._after.pop(row.index, ()))
        summary = self._summaries.pop(folder, None) if folder is not None else None
        self._told(
            Outcome(
                row=row,
                video_sha256=video_sha256,
                watched=watched,
                key=key,
                folder=folder,
                failure=None if failure is None else _named(failure, row),
                was_there=folder is not None and summary is None,
                summary=summary or {},
            )
        )

    def _watch_key(self, row: Row, video_sha256: str) -> str:
        settings = self._loaded.settings
        how = {
            "backend": settings.backend,
            "weights": list(self._loaded.weights_sha256),
            "device": settings.device,
            "speed": settings.speed,
            "slowmo_factor": self._slowmo(row),
            "limits": self._limits.model_dump(),
        }
        return watch_key(video_sha256, how=how)

    def _slowmo(self, row: Row) -> float | None:
        return self._loaded.settings.slowmo_factor if row.slowmo_factor is None else row.slowmo_factor

    def _watch_task(self, source: str, key: str, row: Row) -> WatchTask:
        return WatchTask(
            source=source,
            key=key,
            backend=self._loaded.settings.backend,
            weights=self._loaded.settings.weights,
            device=self._loaded.settings.device,
            speed=self._loaded.settings.speed,
            is_trusted=self._loaded.settings.are_clips_trusted,
            slowmo_factor=self._slowmo(row),
            limits=self._limits,
            n_threads=self._n_threads,
        )

    def _judge_task(self, row: Row, video_sha256: tuple[str, ...], watched: tuple[str, ...]) -> tuple[JudgeTask, str]:
        """The task, and the key that gives its folder the name: of all that the task says but places."""
        settings = self._loaded.settings
        task = JudgeTask(
            folder="",
            watched=watched,
            names=tuple(PurePath(one).name for one in row.sources),
            exercise=row.exercise or settings.exercise,
            person=row.person,
            strictness=settings.strictness,
            slowmo_factor=self._slowmo(row),
            speed=settings.speed,
            feels=dict(row.feels),
            context=dict(row.context),
            earlier=self._history.before(row, video_sha256=video_sha256[0]),
            has_page=settings.has_pages,
        )
        told = task.model_dump(mode="json", exclude={"folder", "has_page", "watched", "earlier"})
        past = [one.model_dump(mode="json", exclude={"run"}) for one in task.earlier]
        key = judge_key(watched, told=told | {"earlier": past})
        return task.model_copy(update={"folder": folder_name(row.clip, key)}), key


def _death(event: Died, *, limit_s: float) -> Failure:
    if event.is_hanging:
        words = f"This clip took more than {limit_s / 60:.0f} minutes."
        return Failure(code=TookTooLong.code, message=words, hint=TookTooLong.default_hint)
    words = f"The work on this clip ended unexpectedly, {MAX_TRIES} times."
    # How it ended is in timing.json: engines say it in other words, and the tables are the same on all of them.
    return Failure(code=WorkerDied.code, message=words, hint=WorkerDied.default_hint)


def _named(failure: Failure, row: Row) -> Failure:
    """With the clip's name as the row has it."""
    return Failure(code=failure.code, message=failure.message.replace(THE_CLIP, row.clip), hint=failure.hint)
