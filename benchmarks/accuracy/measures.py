"""Nothing enters; what is compared leaves: each measure's name, how a repetition's figure is read from its signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from benchmarks.accuracy.truth import EVENTS, PHASES

Reading = Literal["highest", "lowest", "bent_highest", "bent_lowest", "bottom", "largest", "shift", "rise"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure of a repetition.

    signal: the frame-wise signal, with {side} when there is one a leg; None for phases and events. reading: how the
    figure is taken from it. metric: the program's own name for it; None where it has a signal only. is_two_legged: only
    where both feet stand side by side.
    """

    name: str
    title: str
    signal: str | None = None
    reading: Reading = "bottom"
    metric: str | None = None
    is_two_legged: bool = False

    @property
    def has_sides(self) -> bool:
        """Whether each leg has its own."""
        return self.signal is not None and "{side}" in self.signal

    @property
    def unit(self) -> str:
        """As shown."""
        return {"deg": "°", "m": "cm", "s": "s", "ratio": ""}[self.name.rsplit("_", 1)[-1]]

    @property
    def scale(self) -> float:
        """Shown per unit of the program."""
        return 100.0 if self.unit == "cm" else 1.0

    @property
    def digits(self) -> int:
        """Decimals shown."""
        return 1 if self.unit in ("°", "cm") else 2


SIGNAL_MEASURES = (
    Measure(
        name="knee_flexion_deg",
        title="knee flexion",
        signal="knee_flexion_{side}_deg",
        reading="highest",
        metric="knee_flexion_peak_{side}_deg",
    ),
    Measure(
        name="thigh_angle_deg",
        title="thigh angle",
        signal="thigh_angle_{side}_deg",
        reading="lowest",
        metric="thigh_angle_min_{side}_deg",
    ),
    Measure(name="shank_tilt_deg", title="shank tilt", signal="shank_tilt_{side}_deg"),
    Measure(name="trunk_lean_deg", title="trunk lean", signal="trunk_lean_deg", metric="trunk_lean_bottom_deg"),
    Measure(
        name="trunk_lateral_lean_deg",
        title="trunk sideways",
        signal="trunk_lateral_lean_deg",
        reading="largest",
        metric="trunk_lateral_lean_deg",
    ),
    Measure(
        name="hip_line_tilt_deg",
        title="hip line",
        signal="hip_line_tilt_deg",
        reading="largest",
        metric="hip_line_tilt_deg",
    ),
    Measure(
        name="knee_over_foot_m",
        title="knee over foot",
        signal="knee_over_foot_{side}_m",
        reading="bent_highest",
        metric="knee_over_foot_{side}_m",
    ),
    Measure(
        name="knee_over_foot_deg",
        title="knee over foot",
        signal="knee_over_foot_{side}_deg",
        reading="bent_highest",
        metric="knee_over_foot_{side}_deg",
    ),
    Measure(
        name="kasr_ratio",
        title="KASR",
        signal="kasr_ratio",
        reading="bent_lowest",
        metric="kasr_min_ratio",
        is_two_legged=True,
    ),
    Measure(
        name="hip_shift_ratio",
        title="hip shift",
        signal="hip_shift_ratio",
        reading="shift",
        metric="hip_shift_ratio",
        is_two_legged=True,
    ),
    Measure(
        name="heel_rise_m",
        title="heel rise",
        signal="heel_rise_{side}_m",
        reading="rise",
        metric="heel_rise_{side}_m",
    ),
)
_PHASE_TITLES = ("eccentric", "bottom pause", "concentric", "top pause")
_EVENT_TITLES = ("start", "bottom", "ascent", "end")
PHASE_MEASURES = tuple(
    Measure(name=name, title=title, metric=name) for name, title in zip(PHASES, _PHASE_TITLES, strict=True)
)
EVENT_MEASURES = tuple(Measure(name=name, title=title) for name, title in zip(EVENTS, _EVENT_TITLES, strict=True))
MEASURES = (*SIGNAL_MEASURES, *PHASE_MEASURES, *EVENT_MEASURES)
BY_NAME = {measure.name: measure for measure in MEASURES}
SIDES = ("left", "right")
