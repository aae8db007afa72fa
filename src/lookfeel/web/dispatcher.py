"""The queue enters; each job is done in a process of its own, watched, and its result published exactly once."""

from __future__ import annotations

import contextlib
import logging
import queue
import shutil
import subprocess
import threading
import time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lookfeel.errors import DecoderDied, LookfeelError, StoreError
from lookfeel.kept.judgement import Judgement, parse_judgement
from lookfeel.report import ReportDocument
from lookfeel.store import Database, DataFolder, sweep
from lookfeel.store import queue as jobs
from lookfeel.store.database import StoreAway
from lookfeel.store.filing import file_report
from lookfeel.store.folder import flush_folder
from lookfeel.store.models import TrainingSet
from lookfeel.store.queue import Claimed
from lookfeel.web.deciding import decide_set
from lookfeel.web.memory import give_back
from lookfeel.web.playable import needs_copy
from lookfeel.web.preferences import preferences_of
from lookfeel.web.problems import WorkerDied
from lookfeel.web.retention import remove_old_videos
from lookfeel.web.settings import Settings
from lookfeel.web.task import PROXY, RESULT, Task, Word
from lookfeel.web.uploads import remove_abandoned, second_clip
from lookfeel.workers.process import close_pipes, kill_group, start_process

POLL_S = 2.0
"""Between looks at the queue when nobody rings; it is rung at every upload."""

NOTE_EVERY_S = 0.5
"""Between progress notes of one job; each is a write, and nobody reads faster."""

TIDY_EVERY_S = 900.0
"""Between removals of uploads that nobody went on with and of videos of long ago, and of memory given back."""

SETTLE_S = 5.0
"""Longest wait for a worker whose job was taken back; it is killed within NOTE_EVERY_S."""

TOLD_AFTER_S = 1.0
"""A stage younger than this has no speed yet."""

CPU_PER_CLOCK = 4.0
"""CPU seconds that a worker may use for each second of the clock: its decoder and network have four threads."""

MAX_RESULT_BYTES = 50_000_000

MAY_PASS = (WorkerDied, DecoderDied, StoreError)
"""What is tried again: a system that is short of memory kills whom it likes, and a disk gets room."""

log = logging.getLogger(__name__)


class Result(BaseModel):
    """What an analysis leaves for the rows. judgement: see Judgement. n_people: seen in the clip."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: ReportDocument
    judgement: dict[str, object]
    n_people: int | None = Field(default=None, ge=1)


class Dispatcher:
    """Threads that take jobs off the queue, one worker process each."""

    def __init__(self, settings: Settings, database: Database, folder: DataFolder) -> None:
        self._settings = settings
        self._database = database
        self._folder = folder
        self._bell = threading.Event()
        self._is_stopping = threading.Event()
        self._tidy_lock, self._tidied_s = threading.Lock(), time.monotonic()
        self._at_work: dict[str, threading.Event] = {}
        self._threads = [threading.Thread(target=self._work, name=f"jobs-{n}") for n in range(settings.n_workers)]

    def start(self) -> None:
        """Put back what the last server left unfinished, remove its half-written files, and begin."""
        error = WorkerDied("The server was interrupted too often while it measured this clip.")
        with self._database.writing() as rows:
            jobs.resume(rows, error)
        self._tidy()
        sweep(self._database, self._folder)
        for thread in self._threads:
            thread.start()

    def ring(self) -> None:
        """Say that there is work."""
        self._bell.set()

    def settle(self, set_id: str) -> None:
        """Wait until nobody writes into a set's folder any more; its jobs were taken back before."""
        ended = self._at_work.get(set_id)
        if ended is not None:
            ended.wait(SETTLE_S)

    def stop(self) -> None:
        """End the workers and wait for them; what they were at goes back into the queue."""
        self._is_stopping.set()
        self._bell.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        claim, unsettled = jobs.new_claim(), ""
        while not self._is_stopping.is_set():
            try:
                claimed = self._claim(claim, unsettled)
                unsettled = ""
                if claimed is not None:
                    claim, unsettled = jobs.new_claim(), claim
                    self._at_work[claimed.set_id] = ended = threading.Event()
                    try:
                        self._do(claimed)
                    finally:
                        del self._at_work[claimed.set_id]
                        ended.set()
                    unsettled = ""
                    continue
                if self._is_tidying_due():
                    self._tidy()
            except StoreError as error:  # a full disk now may have room later
                log.error("%s", error.message)
            self._bell.wait(POLL_S)
            self._bell.clear()

    def _claim(self, claim: str, unsettled: str) -> Claimed | None:
        """The next job; None without one. unsettled: claim of one whose end could not be written down, which goes back
        first, as does one that this claim took already, where the database went away before it said so.

        Raises
            StoreError: the database refuses, or there is work and no room for it.
        """
        with self._database.writing() as rows:
            for taken in (unsettled, claim):
                jobs.release(rows, taken)
            claimed = jobs.claim_next(rows, claim)
            if claimed is not None and not self._has_room():
                raise StoreError("the server's disk is full: jobs wait until there is room")
            return claimed

    def _has_room(self) -> bool:
        return self._folder.free_bytes() >= self._settings.job_room_bytes

    def _tidy(self) -> None:
        """Remove uploads that nobody went on with, and videos of long ago; give back memory that holds nothing."""
        give_back()
        remove_abandoned(self._database, self._folder, self._settings)
        try:
            remove_old_videos(self._database, self._folder, self._settings)
        except OSError as error:
            log.error("videos that are too old could not be removed: %s", error.strerror or error)

    def _is_tidying_due(self) -> bool:
        """True once in TIDY_EVERY_S, for one of the threads."""
        with self._tidy_lock:
            is_due = time.monotonic() - self._tidied_s > TIDY_EVERY_S
            if is_due:
                self._tidied_s = time.monotonic()
        return is_due

    def _do(self, claimed: Claimed) -> None:
        """Do one job and write down how it ended; what its run left is removed unless it was published."""
        run = self._folder.of_set(claimed.set_id) / claimed.claim
        try:
            self._run(claimed, run)
            self._publish(claimed, run)
        except _TakenBackError:
            with self._database.writing() as rows:
                jobs.release(rows, claimed.claim)
        except LookfeelError as error:
            self._fail(claimed, error)
        except Exception:  # one set with a bug must not stop all the others
            log.exception("set %s", claimed.set_id)
            self._fail(claimed, WorkerDied("The result of this clip could not be kept."))
        finally:
            self._clear(claimed, run)

    def _clear(self, claimed: Claimed, run: Path) -> None:
        """Remove what a run left unless it was published, which only the rows know: a database can go away between
        keeping a result and saying so. While it does not answer the files stay, for it or the next start to tell.

        It asks as a writer, so that whatever wrote before has come to its end.
        """
        with self._database.writing() as rows:
            training_set = rows.get(TrainingSet, claimed.set_id)
            is_published = training_set is not None and run.name in (training_set.results, training_set.proxy)
        if not is_published:
            shutil.rmtree(run, ignore_errors=True)

    def _fail(self, claimed: Claimed, error: LookfeelError) -> None:
        """Write down what is wrong; only what may pass by itself is tried again, and a full disk or a database that was
        away is nobody's fault."""
        log.warning("set %s: %s", claimed.set_id, error.message)
        may_pass = isinstance(error, MAY_PASS)
        with self._database.writing() as rows:
            if isinstance(error, StoreAway) or (may_pass and not self._has_room()):
                jobs.release(rows, claimed.claim)
            else:
                jobs.fail(rows, claimed, error, is_final=not may_pass)

    def _run(self, claimed: Claimed, run: Path) -> None:
        """Have a worker do it.

        Raises
            LookfeelError: what is wrong with the clip, the worker or the disk. _TakenBackError: nobody wants it now.
        """
        task = self._task(claimed, run)
        try:
            run.mkdir(parents=True)
            process = _start_worker(run / "worker.log")
        except OSError as error:
            raise StoreError(f"no worker could be started: {error.strerror or error}") from error
        try:
            self._watch(claimed, process, task)
        finally:
            kill_group(process)
            close_pipes(process)

    def _task(self, claimed: Claimed, run: Path) -> Task:
        settings = self._settings
        with self._database.reading() as rows:
            training_set = rows.get(TrainingSet, claimed.set_id)
            if training_set is None:
                raise _TakenBackError("the set was deleted")
            said = training_set.answers.context if training_set.answers else {}
            preferences = preferences_of(training_set.athlete.settings)
            earlier = training_set.results
            return Task(
                job=settings.job,
                kind=claimed.kind,
                video=self._folder.video(training_set.id),
                second=second_clip(self._folder, training_set.id),
                name=training_set.name,
                folder=run,
                earlier=None if earlier is None else self._folder.of_set(training_set.id) / earlier,
                exercise=training_set.exercise_wanted,
                person=training_set.person_wanted,
                strictness=preferences.strictness,
                context=preferences.context() | said,
                max_bytes=settings.max_upload_bytes,
                max_duration_s=settings.max_duration_s,
                max_memory_bytes=settings.max_job_memory_bytes,
                max_cpu_s=int(CPU_PER_CLOCK * settings.max_job_s),
                max_file_bytes=settings.max_job_file_bytes,
            )

    def _watch(self, claimed: Claimed, process: subprocess.Popen[bytes], task: Task) -> None:
        """Tell a worker its task and listen until it is done; raises as `_run` does."""
        words = _words_of(process, task)
        meter, last = _Meter(), None
        ends_s = time.monotonic() + self._settings.max_job_s
        while True:
            try:
                word = words.get(timeout=NOTE_EVERY_S)
            except queue.Empty:
                word = last
            else:
                if word is None:
                    return _check_end(process.wait(), last)
                last = word
            if time.monotonic() > ends_s:
                raise WorkerDied(f"The analysis took more than {self._settings.max_job_s / 60:.0f} minutes.")
            if self._is_stopping.is_set() or (meter.is_due() and not self._note(claimed, meter, word)):
                raise _TakenBackError("nobody waits for it")

    def _note(self, claimed: Claimed, meter: _Meter, word: Word | None) -> bool:
        """Write down how far it is; False when the job was taken back. While the database is away the work goes on."""
        try:
            if word is None or word.stage is None:
                with self._database.reading() as rows:
                    return jobs.is_ours(rows, claimed)
            eta_s = meter.eta_s(word)
            with self._database.writing() as rows:
                return jobs.note_progress(
                    rows, claimed, stage=word.stage, done=word.done, total=word.total, eta_s=eta_s
                )
        except StoreAway:
            return True

    def _publish(self, claimed: Claimed, run: Path) -> None:
        """Make the run's files the set's, in the transaction that closes the job; nothing when it was taken back."""
        result = None if claimed.kind == "proxy" else _read_result(run)
        if claimed.kind == "proxy" and not (run / PROXY).is_file():
            raise WorkerDied("The playable copy was not written.")
        flush_folder(run)
        flush_folder(run.parent)
        with self._database.writing() as rows:
            training_set = jobs.finish(rows, claimed)
            if training_set is None:
                return
            if result is None:
                old, training_set.proxy = training_set.proxy, run.name
            else:
                old, training_set.results = training_set.results, run.name
                document, judgement, training_set.n_people = result
                file_report(training_set, document, judgement)
                rows.flush()
                decide_set(rows, training_set)
                if needs_copy(document.video) and training_set.proxy is None:
                    jobs.enqueue(rows, training_set, "proxy")
        if old is not None:
            shutil.rmtree(run.parent / old, ignore_errors=True)


class _TakenBackError(LookfeelError):
    """The job is no longer ours, or the server stops: nothing is to be said."""


class _Meter:
    """When progress is due to be noted, and how long a stage still takes."""

    def __init__(self) -> None:
        self._stage, self._since_s = "", time.monotonic()
        self._noted_s = -NOTE_EVERY_S

    def is_due(self) -> bool:
        """True now and then."""
        moment = time.monotonic()
        if moment - self._noted_s < NOTE_EVERY_S:
            return False
        self._noted_s = moment
        return True

    def eta_s(self, word: Word) -> int | None:
        """Seconds that this stage still takes at its mean speed so far; None while that cannot be told."""
        moment = time.monotonic()
        if word.stage != self._stage:
            self._stage, self._since_s = word.stage or "", moment
        elapsed_s = moment - self._since_s
        if word.total is None or word.done <= 0 or elapsed_s < TOLD_AFTER_S:
            return None
        return round(max(0.0, elapsed_s * (word.total - word.done) / word.done))


def _start_worker(log_path: Path) -> subprocess.Popen[bytes]:
    """A process that waits for its task; what it prints goes into a file."""
    with log_path.open("wb") as errors:
        return start_process("lookfeel.web.worker", errors=errors)


def _words_of(process: subprocess.Popen[bytes], task: Task) -> queue.Queue[Word | None]:
    """Tell a worker its task; what it says then arrives in this queue, None at its end."""
    words: queue.Queue[Word | None] = queue.Queue()
    threading.Thread(target=_listen, args=(process, words), daemon=True).start()
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # it died at once: its silence says so
        process.stdin.write(task.model_dump_json().encode() + b"\n")
        process.stdin.flush()
    return words


def _listen(process: subprocess.Popen[bytes], words: queue.Queue[Word | None]) -> None:
    """Pass on what the worker says; a line that is no word is dropped."""
    assert process.stdout is not None
    with contextlib.suppress(ValueError, OSError):  # closed under us when the worker is killed
        for line in process.stdout:
            with contextlib.suppress(ValidationError):
                words.put(Word.model_validate_json(line))
    words.put(None)


def _check_end(code: int, last: Word | None) -> None:
    """Nothing when the worker said that it is done.

    Raises
        LookfeelError: the clip's own, as the worker named it. WorkerDied: it said nothing.
    """
    if last is not None and last.is_done and code == 0:
        return
    if last is not None and last.code is not None:
        kind = next((kind for kind in MAY_PASS if kind.code == last.code), LookfeelError)
        error = kind(last.message or "", hint=last.hint)
        error.code = last.code
        raise error
    raise WorkerDied(
        f"The analysis of this clip ended unexpectedly ({f'signal {-code}' if code < 0 else f'exit code {code}'})."
    )


def _read_result(run: Path) -> tuple[ReportDocument, Judgement, int | None]:
    """What the worker wrote, checked: it has read a stranger's file."""
    try:
        with (run / RESULT).open("rb") as file:
            text = file.read(MAX_RESULT_BYTES)
        result = Result.model_validate_json(text)
        return result.document, parse_judgement(result.judgement), result.n_people
    except (OSError, ValidationError) as error:
        raise WorkerDied("The analysis left no result that can be read.") from error
