"""Orders enter; a fixed number of worker processes on this machine do them, and Events leave as things happen."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from pydantic import ValidationError

from lookfeel.errors import StoreError
from lookfeel.workers.messages import Died, Done, Event, Failed, Order, Progressed, Word
from lookfeel.workers.one_thread import ONE_THREAD
from lookfeel.workers.process import close_pipes, kill_group, start_process

MODULE = "lookfeel.workers.worker"
LOG_BYTES = 4000
"""Of the end of what a dead worker printed, enough for a traceback."""

SETTLE_S = 5.0
"""Longest wait for the exit code of a worker that has closed its standard output."""


@dataclass(slots=True)
class _Worker:
    """A process of the pool. errors: a file with what it printed. is_hanging: it was ended for that."""

    process: subprocess.Popen[bytes]
    errors: IO[bytes]
    is_hanging: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def end(self, *, for_hanging: bool = False) -> None:
        """Kill it and what it started; done twice it changes nothing."""
        with self.lock:
            self.is_hanging = self.is_hanging or (for_hanging and self.process.poll() is None)
            kill_group(self.process)

    def log(self) -> str:
        """The end of what it printed."""
        size = self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, size - LOG_BYTES))
        return self.errors.read().decode("utf-8", "replace")


class WorkerPool:
    """Worker processes of this machine, each with what it loaded kept between orders.

    Parameters
        n_workers: at once, each with its share of the cores. max_memory_bytes, max_file_bytes: of each worker.
    """

    def __init__(self, n_workers: int, *, max_memory_bytes: int, max_file_bytes: int) -> None:
        self.n_slots = n_workers
        self.n_threads = max(1, (os.cpu_count() or 1) // n_workers)
        self._limits = (str(max_memory_bytes), str(max_file_bytes))
        self._orders: queue.Queue[Order | None] = queue.Queue()
        self._events: queue.Queue[Event | StoreError] = queue.Queue()
        self._workers: dict[int, _Worker] = {}
        self._starting = threading.Lock()
        self._is_closing = False
        self._threads = [threading.Thread(target=self._serve, args=(slot,), daemon=True) for slot in range(n_workers)]
        for thread in self._threads:
            thread.start()

    def submit(self, order: Order) -> None:
        """Have it done by the next worker that is free."""
        self._orders.put(order)

    def events(self) -> Iterator[Event]:
        """What happens, for ever; waits while nothing does.

        Raises
            StoreError: no worker could be started.
        """
        while True:
            try:
                event = self._events.get(timeout=1.0)  # without a limit, Windows would not hear Ctrl-C
            except queue.Empty:
                continue
            if isinstance(event, StoreError):
                raise event
            yield event

    def close(self) -> None:
        """End all workers, also those at work; what they wrote whole stays."""
        with self._starting:
            self._is_closing = True
        for _ in self._threads:
            self._orders.put(None)
        for worker in list(self._workers.values()):
            worker.end()
        for thread in self._threads:
            thread.join()

    def _serve(self, slot: int) -> None:
        while (order := self._orders.get()) is not None and not self._is_closing:
            try:
                worker = self._workers.get(slot) or self._start(slot)
            except OSError as error:
                self._events.put(StoreError(f"no worker could be started: {error.strerror or error}"))
                continue
            if worker is None:
                return
            event = _have_done(order, worker, slot, self._events)
            if not isinstance(event, Done | Failed) or worker.is_hanging:
                self._dismiss(slot)
            self._events.put(event)
        self._dismiss(slot)

    def _start(self, slot: int) -> _Worker | None:
        """A new worker for a slot; None when the pool is closing."""
        with self._starting:
            if self._is_closing:
                return None
            errors = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the worker
            process = start_process(MODULE, *self._limits, errors=errors, environment=ONE_THREAD)
            self._workers[slot] = _Worker(process, errors)
            return self._workers[slot]

    def _dismiss(self, slot: int) -> None:
        worker = self._workers.pop(slot, None)
        if worker is not None:
            worker.end()
            close_pipes(worker.process)
            worker.errors.close()


def _have_done(order: Order, worker: _Worker, slot: int, events: queue.Queue[Event | StoreError]) -> Event:
    """Tell a worker an order, pass on its progress, and return how it ended."""
    watch = threading.Timer(order.limit_s, worker.end, kwargs={"for_hanging": True})
    watch.start()
    try:
        for word in _words(order, worker):
            if word.stage is not None:
                events.put(Progressed(id=order.id, slot=slot, stage=word.stage, done=word.done, total=word.total))
            elif word.code is not None:
                return Failed(id=order.id, slot=slot, code=word.code, message=word.message, hint=word.hint)
            else:
                return Done(id=order.id, slot=slot, result=word.result or {})
    finally:
        watch.cancel()
    with contextlib.suppress(subprocess.TimeoutExpired):
        worker.process.wait(SETTLE_S)  # its own exit code says more than our signal
    worker.end()
    code = worker.process.returncode
    reason = f"signal {-code}" if code < 0 else f"exit code {code}"
    return Died(id=order.id, slot=slot, reason=reason, is_hanging=worker.is_hanging, log=worker.log())


def _words(order: Order, worker: _Worker) -> Iterator[Word]:
    """What a worker says of an order, until it ends; a line that is no word is dropped."""
    process = worker.process
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError):  # it died: its silence says so
        process.stdin.write(order.model_dump_json().encode() + b"\n")
        process.stdin.flush()
        for line in process.stdout:
            with contextlib.suppress(ValidationError):
                word = Word.model_validate_json(line)
                if word.id == order.id:
                    yield word
