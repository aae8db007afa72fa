"""What holds for every clip of a batch, checked before any work."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from lookfeel.errors import InvalidValue
from lookfeel.exercises import AS_WRITTEN, load_scoring, resolve_exercise
from lookfeel.ingest import Limits
from lookfeel.pipeline import DEFAULT_SPEED, SPEEDS
from lookfeel.pose import backend_options, create_backend
from lookfeel.types import Speed

AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSettings:
    """Settings of `lookfeel analyze` that a row does not set itself. has_pages: a report.html for each set. weights: a
    path that every worker can read."""

    exercise: str = AUTO
    backend: str = "blazepose"
    weights: str | None = None
    device: str = "cpu"
    strictness: float = AS_WRITTEN
    slowmo_factor: float | None = None
    speed: Speed = DEFAULT_SPEED
    limits: Limits = field(default_factory=Limits)
    has_pages: bool = True

    def checked(self) -> Loaded:
        """With the hashes of the network's weights.

        Raises
            LookfeelError: a setting makes no sense, or the backend is not to be had.
        """
        load_scoring().scoring.tightening(self.strictness)
        if self.speed not in SPEEDS:
            raise InvalidValue(f"there is no speed {self.speed!r}", hint=f"Use one of: {', '.join(SPEEDS)}.")
        if self.exercise != AUTO:
            resolve_exercise(self.exercise)
        net = create_backend(self.backend, **backend_options(weights=self.weights, device=self.device))
        try:
            return Loaded(settings=self, weights_sha256=net.weights_sha256)
        finally:
            net.close()

    def document(self) -> dict[str, Any]:
        """As JSON values; the weights are named by their hashes, not by where they lie here."""
        return {name: value for name, value in asdict(self).items() if name != "weights"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Checked settings, and the hashes of the weights of their backend."""

    settings: BatchSettings
    weights_sha256: tuple[str, ...]
