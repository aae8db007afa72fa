"""What does the tasks of a batch: an Engine takes Orders and gives Events; processes of this machine, or a cluster.

For who adds another engine: write a class of this protocol, in a file of its own, and name it in `create_engine`. An
Order names a function by 'module:function' and brings JSON values; call

    load_function(order.function)(order.arguments, tell)

in a process that stays (the pose network is kept between orders), with lookfeel.workers.one_thread.ONE_THREAD in its
environment before numpy is imported. The function writes its files itself, into the run folder that its arguments name,
which every node must reach; each is written whole or not at all, and an order that is done twice changes nothing. It
returns a small dict, or raises LookfeelError, which is `Failed`; anything else that ends it is `Died`. The driver
decides what is tried again: an engine does each order once. Events may come in any order, from any slot; `Progressed`
may be left out.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Protocol

from lookfeel.errors import InvalidValue
from lookfeel.workers.messages import Event, Order
from lookfeel.workers.pool import WorkerPool

LOCAL, RAY = "local", "ray"
ENGINES = (LOCAL, RAY)

MAX_MEMORY_BYTES = 4_000_000_000
"""Of one worker's address space; a 4K clip of two minutes takes well under half (chosen by us)."""

MAX_FILE_BYTES = 1_000_000_000
"""Of one file that a worker writes, a fetched clip among them (chosen by us)."""


class Engine(Protocol):
    """Does orders, several at once."""

    @property
    def n_slots(self) -> int:
        """Orders that it works on at once; the driver keeps about twice as many submitted."""

    @property
    def n_threads(self) -> int:
        """Threads that one order may use where they change no figure."""

    def submit(self, order: Order) -> None:
        """Have it done; returns at once. Orders are begun in the order in which they came."""

    def events(self) -> Iterator[Event]:
        """What happens, as it happens; waits while nothing does. For each order one Done, Failed or Died.

        Raises
            StoreError, BackendError: nothing can be done any more.
        """

    def close(self) -> None:
        """Stop at once, also what is at work, and free everything."""


def create_engine(name: str = LOCAL, *, n_workers: int | None = None, address: str | None = None) -> Engine:
    """An engine by its name.

    Parameters
        n_workers: orders at once; as many as there are cores, here or in the cluster, when None. address: of a cluster
        that runs; without one, engine 'ray' starts one on this machine.
    Raises
        InvalidValue: there is no such engine, or it has no address. BackendUnavailable: it is not installed.
    """
    if name == RAY:
        from lookfeel.batch.ray_engine import RayEngine

        return RayEngine(address, n_workers=n_workers)
    if name != LOCAL:
        raise InvalidValue(f"no engine is called {name!r}", hint=f"Use one of: {', '.join(ENGINES)}.")
    if address is not None:
        raise InvalidValue("the local engine has no address", hint="For a cluster add: --engine ray")
    n_workers = n_workers or os.cpu_count() or 1
    return WorkerPool(n_workers, max_memory_bytes=MAX_MEMORY_BYTES, max_file_bytes=MAX_FILE_BYTES)
