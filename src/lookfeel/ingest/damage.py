"""What went wrong while decoding, counted -> is the clip partial, and what the user is told about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lookfeel.ingest.clock import Spacing
from lookfeel.types import DecodeSummary, FloatArray, VideoInfo

# Chosen by us: a decoder may swallow a picture or two that the coder left empty without anything being wrong.
_FRAMES_TOLERANCE = 2
# Chosen by us: sound or a container's rounding may outlast the pictures by this much, in seconds or as a share.
_DURATION_TOLERANCE_S = 0.5
_DURATION_TOLERANCE_RATIO = 0.05


@dataclass(slots=True)
class Damage:
    """Counts of what went wrong.

    n_missing_bytes: by which the file is shorter than it says. n_unread_packets: that could not be decoded. n_corrupt:
    pictures decoded with holes. n_untimed: pictures left out because their time was missing or not later than the one
    before. n_odd_shape: pictures left out because their shape differs. is_cut_off: reading stopped with an error.
    """

    n_missing_bytes: int = 0
    n_unread_packets: int = 0
    n_corrupt: int = 0
    n_untimed: int = 0
    n_odd_shape: int = 0
    is_cut_off: bool = False


def summarise(
    info: VideoInfo, damage: Damage, *, time_s: FloatArray, end_s: float, spacing: Spacing, notes: tuple[str, ...]
) -> DecodeSummary:
    """The summary of a clip that was read to its end.

    Parameters
        time_s: (n,) seconds of the frames given. end_s: when the last one ends. notes: warnings of the header.
    """
    reasons = _partial_reasons(info, damage, n_frames=len(time_s), end_s=end_s)
    warnings = (*notes, *reasons, *_other_warnings(info, damage, spacing))
    return DecodeSummary(
        n_frames=len(time_s),
        duration_s=end_s,
        is_partial=bool(reasons),
        is_variable_rate=spacing.is_variable,
        median_fps=1 / spacing.median_s if spacing.median_s > 0 else np.nan,
        warnings=warnings,
    )


def _partial_reasons(info: VideoInfo, damage: Damage, *, n_frames: int, end_s: float) -> list[str]:
    """Every sign that frames of the set may be missing or damaged, in plain words."""
    reasons = []
    if damage.n_missing_bytes:
        reasons.append(
            f"The file is cut short: {damage.n_missing_bytes} bytes are missing at its end. "
            "Copy it from the phone again; what follows the cut is not judged."
        )
    if damage.is_cut_off:
        reasons.append("Reading stopped at a damaged place; what follows it is not judged.")
    if damage.n_unread_packets:
        reasons.append(f"{_frames(damage.n_unread_packets)} damaged beyond decoding and left out.")
    if damage.n_corrupt:
        reasons.append(f"{_frames(damage.n_corrupt)} decoded with holes; figures near them may be wrong.")
    if damage.n_odd_shape:
        reasons.append(f"{_frames(damage.n_odd_shape)} of another shape than the first and left out.")
    declared = info.n_frames_declared
    n_known = n_frames + damage.n_untimed + damage.n_odd_shape
    if declared is not None and declared - n_known > _FRAMES_TOLERANCE:
        reasons.append(f"Only {n_known} of the {declared} frames that the file announces could be decoded.")
    elif declared is None and _ends_early(info.duration_s, end_s):
        reasons.append(f"The file announces {info.duration_s:.1f} s but its pictures end at {end_s:.1f} s.")
    return reasons


def _frames(n_frames: int) -> str:
    return "1 frame was" if n_frames == 1 else f"{n_frames} frames were"


def _ends_early(declared_s: float | None, end_s: float) -> bool:
    if declared_s is None:
        return False
    return declared_s - end_s > max(_DURATION_TOLERANCE_S, _DURATION_TOLERANCE_RATIO * declared_s)


def _other_warnings(info: VideoInfo, damage: Damage, spacing: Spacing) -> list[str]:
    warnings = []
    if damage.n_untimed:
        warnings.append(f"{_frames(damage.n_untimed)} without a usable time stamp and left out.")
    if spacing.is_variable:
        warnings.append(
            f"The frame rate varies: {spacing.shortest_s * 1000:.0f} to {spacing.longest_s * 1000:.0f} ms between "
            "frames. Times are taken from the file's own time stamps."
        )
        if info.slowmo_factor != 1.0:
            warnings.append(
                "This slow-motion clip may mix speeds; tempo is true only where it plays at the stated slow motion."
            )
    return warnings
