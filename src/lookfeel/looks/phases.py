"""Parts of a rep: frames and the rep's events go in, the phase in which they lie and its words come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lookfeel.types import BadPhase, Rep

NEAR_BOTTOM_SHARE = 0.1
"""Of the way down and of the way up, what still counts as the bottom (chosen by us: about the 0.1 s over which a peak
is averaged, and no more than the events themselves err by)."""

PHASE_WORDS: Mapping[BadPhase, str] = MappingProxyType(
    {"eccentric": "on the way down", "bottom": "at the bottom", "concentric": "on the way up"}
)


MOST_SHARE = 2 / 3
"""Of the frames that show a fault alike, what must lie in one phase for it to be named (chosen by us)."""


def phase_of(first: int, last: int, rep: Rep) -> BadPhase | None:
    """The part of the rep in which most of the frames from `first` to `last` lie; None when no part holds most."""
    frames = range(first, last + 1)
    phase, count = Counter(_phase_at(frame, rep) for frame in frames).most_common(1)[0]
    return phase if count >= MOST_SHARE * len(frames) else None


def _phase_at(frame: int, rep: Rep) -> BadPhase:
    if frame < rep.bottom_start - NEAR_BOTTOM_SHARE * (rep.bottom_start - rep.start):
        return "eccentric"
    if frame > rep.ascent_start + NEAR_BOTTOM_SHARE * (rep.end - rep.ascent_start):
        return "concentric"
    return "bottom"


def phase_text(phases: Sequence[BadPhase | None]) -> str:
    """' on the way up', ', mostly on the way up,' when more than half of several agree, else nothing."""
    counts = Counter(phase for phase in phases if phase is not None)
    if not counts:
        return ""
    phase, count = counts.most_common(1)[0]
    if count == len(phases):
        return f" {PHASE_WORDS[phase]}"
    return f", mostly {PHASE_WORDS[phase]}," if 2 * count > len(phases) else ""
