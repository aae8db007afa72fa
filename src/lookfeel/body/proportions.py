"""Stature in, average segment lengths in metres and their spread out.

Sources: thigh, shank, hip width and trunk with their spread: SPIKES section 8 (priors that worked there, from body
segment tables); shoulder width: Winter 2009, Biomechanics and Motor Control, biacromial about .26 H, less about 2 cm
a side because a landmark lies in the joint; foot: heel to toe tip .152 H and ankle height .039 H to the malleolus
(Winter), the joint centre a little higher with a shoe.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DEFAULT_STATURE_M = 1.70
"""Used when no height is given (SPIKES section 8: a free scale collapses)."""

STATURE_SHARE = MappingProxyType(
    {
        "thigh": 0.240,
        "shank": 0.247,
        "trunk": 0.285,
        "hip_width": 0.112,
        "shoulder_width": 0.195,
        "ankle_height": 0.055,
        "ankle_to_toe": 0.126,
        "heel_to_toe": 0.156,
        "ankle_to_heel": 0.050,
    }
)

LENGTH_SPREAD = MappingProxyType({"thigh": 0.06, "shank": 0.05, "trunk": 0.08})
"""Relative spread among people (SPIKES section 8)."""


FRAMEWISE_SHARE = MappingProxyType(
    {
        **STATURE_SHARE,
        "trunk": 0.300,
        "shoulder_width": 0.220,
        "ankle_height": 0.047,
        "ankle_to_toe": 0.125,
        "heel_to_toe": 0.145,
        "ankle_to_heel": 0.056,
    }
)
"""With which the frame-wise way was calibrated: there lengths and landmarks' places make up for each other."""


def prior_lengths(stature_m: float, share: Mapping[str, float] = STATURE_SHARE) -> dict[str, float]:
    """Average lengths for a stature, metres."""
    return {name: part * stature_m for name, part in share.items()}
