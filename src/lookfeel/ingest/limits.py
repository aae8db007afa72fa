"""Limits: how much of a file we are willing to open, so that a small hostile file cannot ask for all memory or time."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from lookfeel.errors import InvalidValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Largest clip that is opened. Chosen by us: a set of twenty slow reps filmed at 240 fps in 4K fits.

    n_bytes: of the file. duration_s: of presentation time. n_pixels: of one picture (4096 x 2304). n_frames: of the
    clip (120 s at 240 fps).
    """

    n_bytes: int = 500_000_000
    duration_s: float = 120.0
    n_pixels: int = 9_437_184
    n_frames: int = 28_800

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not math.isfinite(value) or value <= 0:
                raise InvalidValue(f"the limit {field.name} is {value}", hint="Give a limit above zero.")
