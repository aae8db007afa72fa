"""What holds for every clip of a batch, checked before any work."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from lookfeel.exercises import AS_WRITTEN, load_scoring, resolve_exercise
from lookfeel.ingest import Limits
from lookfeel.pose import backend_options, create_backend
from lookfeel.types import Speed
from lookfeel.watching import DEFAULT_SPEED, check_speed

AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSettings:
    """Settings of `lookfeel analyze` that a row does not set itself. has_pages: a report.html for each set. weights: a
    path that every worker can read. are_clips_trusted: read by the workers themselves, which saves a process a clip,
    instead of by a confined one; nothing that comes out hangs on it."""

    exercise: str = AUTO
    backend: str = "blazepose"
    weights: str | None = None
    device: str = "cpu"
    strictness: float = AS_WRITTEN
    slowmo_factor: float | None = None
    speed: Speed = DEFAULT_SPEED
    limits: Limits = field(default_factory=Limits)
    has_pages: bool = True
    are_clips_trusted: bool = False

    def checked(self) -> Loaded:
        """With the hashes of the network's weights.

        Raises
            LookfeelError: a setting makes no sense, or the backend is not to be had.
        """
        load_scoring().scoring.tightening(self.strictness)
        check_speed(self.speed)
        if self.exercise != AUTO:
            resolve_exercise(self.exercise)
        net = create_backend(self.backend, **backend_options(weights=self.weights, device=self.device))
        try:
            return Loaded(settings=self, weights_sha256=net.weights_sha256)
        finally:
            net.close()

    def document(self) -> dict[str, Any]:
        """As JSON values; the weights are named by their hashes, not by where they lie here, and who reads the clips
        changes nothing."""
        return {name: value for name, value in asdict(self).items() if name not in ("weights", "are_clips_trusted")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Checked settings, and the hashes of the weights of their backend."""

    settings: BatchSettings
    weights_sha256: tuple[str, ...]
