"""The process on a node of a Ray cluster: one order at a time enters, its answer leaves.

Nothing is imported here that imports numpy: how many threads it may use must be said first.
"""

from __future__ import annotations

import os
from typing import Any

from lookfeel.workers.one_thread import ONE_THREAD


class RayActor:
    """One process of the cluster, which keeps what it loaded between orders."""

    def __init__(self) -> None:
        os.environ.update(ONE_THREAD)

    def code(self) -> str:
        """Hash of the lookfeel that this node has."""
        from lookfeel.pipeline import code_sha256

        return code_sha256()

    def do(self, function: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """One order: {'result': ...} or the words of a LookfeelError; whatever else happens ends it by an exception."""
        from lookfeel.errors import LookfeelError
        from lookfeel.workers.worker import load_function

        try:
            return {"result": load_function(function)(arguments, _untold)}
        except LookfeelError as error:
            return {"code": error.code, "message": error.message, "hint": error.hint}


def _untold(stage: str, done: int, total: int | None) -> None:
    """Progress inside an actor is told to nobody: a message a frame would be most of the cluster's traffic."""
