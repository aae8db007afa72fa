"""Orders enter; actors of a Ray cluster do them, one CPU each, and Events leave: the engine for several machines.

Every node needs the same lookfeel and a way to the run folder and the clips: a shared folder at the same path, or an
object store by URL. Nothing is kept in Ray's own store, and no order is tried again by Ray: what is done lies in the
run folder. A lost node costs what it had at work; a lost head is answered by giving the same command once more.
"""

from __future__ import annotations

import os
import socket
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lookfeel.batch.ray_actor import RayActor
from lookfeel.errors import BackendUnavailable, InvalidValue, StoreError
from lookfeel.workers.messages import Died, Done, Event, Failed, Order, Progressed

if TYPE_CHECKING:
    from ray import ObjectRef
    from ray.actor import ActorHandle

LOOK_EVERY_S = 1.0
"""How often orders at work are compared with their limits (chosen by us)."""

KNOCK_S = 10.0
"""A node of a cluster that answers later than that is of no use (chosen by us)."""

START_ONE = "Start one with 'ray start --head', or leave --address out to use this machine."
GO_ON = "Start the cluster and give the same command again: what is done is kept."
AT_WORK = "at work"
"""The one stage that is told: what happens inside an actor stays there."""


@dataclass(slots=True, kw_only=True)
class _Slot:
    """A place for an actor, which takes one order at a time. answer: what is waited for; order: None while the actor
    is still starting or has nothing to do."""

    actor: ActorHandle[Any] | None = None
    answer: ObjectRef[Any] | None = None
    order: Order | None = None
    until_s: float = 0.0
    is_hanging: bool = False

    @property
    def is_free(self) -> bool:
        return self.actor is not None and self.answer is None


class RayEngine:
    """An Engine on a Ray cluster.

    Parameters
        address: of a running cluster, such as 'auto' or '10.0.0.1:6379'; None starts one on this machine.
        n_workers: actors; as many as the cluster has CPUs when None.
    Raises
        BackendUnavailable: ray is not installed. StoreError: no cluster answers there.
    """

    def __init__(self, address: str | None = None, *, n_workers: int | None = None) -> None:
        self._ray = _connected(address, n_workers)
        self.n_slots = n_workers or max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        self.n_threads = 1
        self._waiting: deque[Order] = deque()
        self._told: deque[Event] = deque()
        self._slots = [_Slot() for _ in range(self.n_slots)]
        self._kind = self._ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(RayActor)

    def submit(self, order: Order) -> None:
        """Have it done by the next actor that is free."""
        self._waiting.append(order)

    def events(self) -> Iterator[Event]:
        """What happens, for ever; waits while nothing does.

        Raises
            StoreError: the cluster is gone, or a node has another lookfeel.
        """
        while True:
            for number, slot in enumerate(self._slots):
                self._occupy(number, slot)
            while self._told:
                yield self._told.popleft()
            self._end_hanging()
            self._collect()

    def close(self) -> None:
        """Stop all actors and leave the cluster as it was."""
        if self._ray.is_initialized():
            for slot in self._slots:
                self._dismiss(slot)
            self._ray.shutdown()

    def _occupy(self, number: int, slot: _Slot) -> None:
        """An actor for a slot that has none, an order for an actor that has none."""
        if slot.actor is None and self._waiting:
            slot.actor = self._kind.remote()
            slot.answer = slot.actor.code.remote()  # it is given an order once it answers: its node may be full or gone
        if slot.is_free and self._waiting:
            assert slot.actor is not None
            slot.order = self._waiting.popleft()
            slot.until_s = time.monotonic() + slot.order.limit_s
            slot.answer = slot.actor.do.remote(slot.order.function, slot.order.arguments)
            self._told.append(Progressed(id=slot.order.id, slot=number, stage=AT_WORK, done=0, total=None))

    def _end_hanging(self) -> None:
        for slot in self._slots:
            if slot.order is not None and time.monotonic() > slot.until_s and not slot.is_hanging:
                slot.is_hanging = True
                self._ray.kill(slot.actor)

    def _collect(self) -> None:
        """Wait a moment for answers, and turn them into events."""
        answers = {slot.answer: number for number, slot in enumerate(self._slots) if slot.answer is not None}
        if not answers:
            time.sleep(LOOK_EVERY_S)
            return
        ready, _ = self._ray.wait(list(answers), num_returns=1, timeout=LOOK_EVERY_S)
        for answer in ready:
            number = answers[answer]
            self._answered(number, self._slots[number])

    def _answered(self, number: int, slot: _Slot) -> None:
        answer, order = slot.answer, slot.order
        slot.answer, slot.order = None, None
        try:
            said = self._ray.get(answer)
        except self._ray.exceptions.RayError as error:
            reason = "reached its limit" if slot.is_hanging else "actor ended"
            if order is not None:
                self._told.append(
                    Died(id=order.id, slot=number, reason=reason, is_hanging=slot.is_hanging, log=_end_of(error))
                )
            elif not self._is_alive():
                raise StoreError("the Ray cluster does not answer any more", hint=GO_ON) from error
            self._dismiss(slot)
            return
        if order is None:
            _check_code(said)
        else:
            self._told.append(_event(order.id, number, said))

    def _is_alive(self) -> bool:
        try:
            return any(node["Alive"] for node in self._ray.nodes())
        except (self._ray.exceptions.RayError, ConnectionError):
            return False

    def _dismiss(self, slot: _Slot) -> None:
        if slot.actor is not None:
            self._ray.kill(slot.actor)
        slot.actor, slot.answer, slot.order, slot.is_hanging = None, None, None, False


def _event(name: str, slot: int, said: dict[str, Any]) -> Event:
    if "result" in said:
        return Done(id=name, slot=slot, result=said["result"])
    return Failed(id=name, slot=slot, **said)


def _check_code(theirs: str) -> None:
    from lookfeel.pipeline import code_sha256

    if theirs != code_sha256():
        raise InvalidValue(
            "a node of the cluster has another lookfeel than this one",
            hint="Install the same version on every node; results of two versions may not be mixed.",
        )


def _end_of(error: Exception) -> str:
    return str(error)[-2000:]


def _connected(address: str | None, n_workers: int | None) -> Any:
    """The module `ray`, connected. Its usage reports are switched off before it is imported."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_LOG_TO_DRIVER", "0")  # a dead worker is told by us, not across the display
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # leave the devices of a node as they are
    try:
        import ray
    except ImportError as error:
        raise BackendUnavailable(
            "engine 'ray' needs the package ray", hint="Install it with: pip install 'lookfeel[cluster]'"
        ) from error
    options: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    if address is None:
        options |= {"num_cpus": n_workers or os.cpu_count(), "include_dashboard": False}
    _knock(address)
    try:
        ray.init(address=address or "local", **options)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"no Ray cluster answers at {address or 'this machine'!r}: {error}",
            hint=START_ONE,
        ) from error
    return ray


def _knock(address: str | None) -> None:
    """See at once whether anybody listens at 'host:port'; Ray itself would wait for minutes."""
    host, _, port = (address or "").rpartition(":")
    if not host or not port.isdigit() or "/" in host:  # 'auto', or a form that Ray knows
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK_S).close()
    except (OSError, OverflowError) as error:
        raise StoreError(f"no Ray cluster answers at {address!r}: {error}", hint=START_ONE) from error
