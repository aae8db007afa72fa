"""One order as it crosses to a worker, what crosses back (lines of JSON), and what the one who ordered is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from lookfeel.types import Progress


class Order(BaseModel):
    """Work for one worker. id: names it among all orders. function: 'module:function', see Function. arguments: JSON
    values. limit_s: after so many seconds it is taken to hang."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    function: str
    arguments: dict[str, Any]
    limit_s: float


class Word(BaseModel):
    """One line that a worker says of an order: how far it is, what came out, or what is wrong with the input."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    stage: str | None = None
    done: int = 0
    total: int | None = None
    result: dict[str, Any] | None = None
    code: str | None = None
    message: str = ""
    hint: str = ""


Function = Callable[[dict[str, Any], Progress], dict[str, Any]]
"""Does an order from its arguments, tells its progress, returns JSON values; raises LookfeelError when its input is to
blame. Done twice, with the same arguments, it leaves what it leaves when done once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """An order is at work. slot: which worker, from 0. total: None where it is not known."""

    id: str
    slot: int
    stage: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An order is done. result: what its function returned."""

    id: str
    slot: int
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An order's input is to blame; another try would fail in the same way. The words are those of the error."""

    id: str
    slot: int
    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Died:
    """A worker ended without an answer; another one takes its place, and another try may go well.

    reason: 'signal 9' or 'exit code 1'. is_hanging: it was ended because it reached limit_s. log: the end of what it
    printed, for a person to read; empty when nothing is known.
    """

    id: str
    slot: int
    reason: str
    is_hanging: bool
    log: str


Event = Progressed | Done | Failed | Died
