"""What the athlete says: Feels go in; good, bad, stop or unknown comes out."""

from __future__ import annotations

from lookfeel.matrix.settings import FeelsSettings, load_matrix
from lookfeel.types import Feels, FeelsState


def feels_state(feels: Feels, *, settings: FeelsSettings | None = None) -> FeelsState:
    """State of what the athlete said.

    'Good' is only what the athlete calls good: low pain alone does not say it, but pain and any sign of trouble take it
    away. A usual pain that was not said is not guessed, so then only the absolute limits count.
    """
    limits = load_matrix().feels if settings is None else settings
    if feels.red_flags or (feels.pain is not None and feels.pain > limits.pain_stop_above):
        return "stop"
    if _is_bad(feels, limits):
        return "bad"
    return "good" if feels.overall == "good" else "unknown"


def pain_rise(feels: Feels) -> float | None:
    """Points of pain above usual; None when either was not said."""
    if feels.pain is None or feels.usual_pain is None:
        return None
    return feels.pain - feels.usual_pain


def _is_bad(feels: Feels, limits: FeelsSettings) -> bool:
    rise = pain_rise(feels)
    return bool(
        feels.overall == "bad"
        or (feels.pain is not None and feels.pain > limits.pain_good_max)
        or (rise is not None and rise >= limits.pain_rise_bad)
        or feels.is_unstable
        or feels.is_worse_when_fast
        or feels.is_worse_next_morning
        or feels.bad_from_rep is not None
        or feels.bad_below_deg is not None
        or feels.bad_phase is not None
    )
