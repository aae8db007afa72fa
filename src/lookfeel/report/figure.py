"""A SetReport enters; the 3-D figure of the page leaves: its data, a still of it, and its words.

The data is what template/figure.js draws: positions as whole millimetres, 16 bits each, in base64. It is bounded,
however long the clip is.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lookfeel.report.fitted import bones_of, reprojection
from lookfeel.report.plots import Caption, element, label, picture
from lookfeel.report.wording import SIDE_LETTERS, apart_text, number_text, value_text
from lookfeel.types import BodyMotion, FloatArray, Rep, SetReport

MAX_RATE_HZ = 15.0
"""Poses a second at most; chosen by us: the page glides between them, and a squat changes direction once a second."""

MAX_POSES = 1800
"""Of a whole clip, two minutes at the full rate: 250 kB with 12 joints. A longer clip has fewer poses a second."""

UNKNOWN_MM = -32768
UNKNOWN_SPREAD_MM = 255

SOLE: tuple[tuple[float, float], ...] = (
    *((-0.14, 0.0), (-0.10, 0.10), (0.0, 0.16), (0.25, 0.16), (0.5, 0.19), (0.75, 0.23), (0.95, 0.21), (1.07, 0.12)),
    *((1.13, 0.0), (1.15, -0.10), (1.08, -0.18), (0.9, -0.21), (0.7, -0.19), (0.45, -0.12), (0.25, -0.13)),
    *((0.0, -0.16), (-0.10, -0.10)),
)
"""Outline of a shoe about the line from heel to toe: shares of its length ahead of the heel and outward. By eye."""

NOTHING = "There is no 3-D figure, because no joint of the body could be placed in space from this clip."


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """data: JSON, safe between script tags; still: an SVG for pages that run no script; words: what both show, for
    somebody who cannot see them; choices: (value, words) of what can be played; notes: sentences below; has_phone: the
    camera's place is known."""

    data: str
    still: str
    words: str
    choices: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    has_phone: bool


def build_figure(report: SetReport) -> Figure | None:
    """The figure of a report; None when no joint has a place."""
    body = report.body
    if not np.isfinite(body.position_m).all(axis=2).any():
        return None
    words = _words(report)
    return Figure(
        data=_script_safe(figure_data(report)),
        still=_still(report, words),
        words=words,
        choices=(("", "Whole clip"), *((str(place), _rep_words(rep)) for place, rep in enumerate(report.reps))),
        notes=_notes(report),
        has_phone=body.camera is not None,
    )


def figure_data(report: SetReport) -> dict[str, Any]:
    """What the page's script draws.

    `positions`: base64 of little-endian int16 (pose, joint, x y z) in millimetres, UNKNOWN_MM where unknown. `spread`:
    base64 of bytes (pose, joint), the SD of a coordinate in millimetres (root mean square of the three),
    UNKNOWN_SPREAD_MM where unknown or larger. `time_ms`: presentation time of each pose.
    """
    body, chosen = report.body, chosen_poses(report.body.time_s)
    variance = np.trace(body.covariance_m2[chosen], axis1=2, axis2=3) / 3
    spread_mm = 1000 * np.sqrt(np.where(variance >= 0, variance, np.nan))
    return {
        "time_ms": [round(1000 * float(time_s)) for time_s in body.time_s[chosen]],
        "joints": list(body.joints),
        "bones": [list(bone) for bone in bones_of(body.joints)],
        "positions": _packed(1000 * body.position_m[chosen], "<i2", unknown=UNKNOWN_MM, largest=32767),
        "spread": _packed(spread_mm, "u1", unknown=UNKNOWN_SPREAD_MM, largest=UNKNOWN_SPREAD_MM - 1),
        "home_m": np.round(_home_m(body)[:2], 3).tolist(),
        "sole": [list(point) for point in SOLE],
        "reps": [_rep_data(rep, number) for rep, number in zip(report.reps, _numbers(report.reps), strict=True)],
        "camera": _camera_data(report),
    }


def chosen_poses(time_s: FloatArray) -> list[int]:
    """Frames whose poses are kept: those nearest to evenly spaced moments, as many as the limits allow."""
    if len(time_s) == 0:
        return []
    length_s = float(time_s[-1] - time_s[0])
    n_wanted = max(2, int(min(MAX_POSES, np.floor(length_s * MAX_RATE_HZ) + 1)))  # the first and the last at least
    moments = np.linspace(time_s[0], time_s[-1], n_wanted)
    after = np.clip(np.searchsorted(time_s, moments), 1, max(1, len(time_s) - 1))
    is_before_nearer = moments - time_s[after - 1] <= time_s[np.minimum(after, len(time_s) - 1)] - moments
    return sorted({int(frame) for frame in np.where(is_before_nearer, after - 1, after)})


def _packed(values: FloatArray, kind: str, *, unknown: int, largest: int) -> str:
    """Rounded integers as base64; what is unknown or does not fit becomes `unknown`."""
    whole = np.round(values)
    fits = np.isfinite(whole) & (np.abs(whole) <= largest)
    return base64.b64encode(np.where(fits, whole, unknown).astype(kind).tobytes()).decode("ascii")


def _script_safe(data: dict[str, Any]) -> str:
    """JSON in which nothing can end the script element or begin a comment in it."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _numbers(reps: Sequence[Rep]) -> list[str]:
    return ["cut off" if rep.is_partial else f"rep {rep.index}" for rep in reps]


def _rep_words(rep: Rep) -> str:
    if rep.is_partial:
        return f"Cut off, at {value_text(rep.start_s, 's')}"
    side = f" {SIDE_LETTERS[rep.side]}" if rep.side in SIDE_LETTERS else ""
    return f"Rep {rep.index}{side}"


def _rep_data(rep: Rep, words: str) -> dict[str, Any]:
    moments = {"start": rep.start_s, "bottom": rep.bottom_s, "end": rep.end_s}
    return {"words": words, **{f"{name}_ms": round(1000 * moment) for name, moment in moments.items()}}


def _camera_data(report: SetReport) -> dict[str, Any] | None:
    camera = report.body.camera
    if camera is None:
        return None
    return {
        "focal_px": round(camera.focal_px, 2),
        "centre_px": np.round(camera.centre_px, 2).tolist(),
        "size_px": [report.track.width_px, report.track.height_px],
        "position_m": np.round(camera.position_m, 4).tolist(),
        "axes": np.round(camera.axes, 6).tolist(),
    }


def _hips_m(body: BodyMotion) -> FloatArray:
    """(T,) height of the middle of the hips; NaN where unknown."""
    names = [name for name in ("left_hip", "right_hip") if name in body.joints]
    return np.mean([body.joint(name)[:, 2] for name in names], axis=0) if names else np.full(len(body.time_s), np.nan)


def _words(report: SetReport) -> str:
    """What the figure shows, in sentences."""
    hips = _hips_m(report.body)
    n_whole = sum(not rep.is_partial for rep in report.reps)
    many = "one rep" if n_whole == 1 else f"{n_whole} reps"
    said = f"Stick figure of the fitted body on a floor grid, over {many}."
    if np.isfinite(hips).any():
        highest, lowest = (f"{100 * height:.0f} cm" for height in (np.nanmax(hips), np.nanmin(hips)))
        said += f" The middle of the hips is at most {highest} and at least {lowest} above the floor."
    return said


def _notes(report: SetReport) -> tuple[str, ...]:
    """How far the fit lies from what was seen, where the phone stood, and what is not part of the fit."""
    body, notes = report.body, []
    found = reprojection(report)
    if found is not None:
        notes.append(
            f"Seen from the phone, its joints lie {apart_text(found.rms_m)}. Landmarks lie on skin and clothes and "
            "joints inside the limb, so a few centimetres of that are no error."
        )
    if body.camera is not None:
        away_m = float(np.hypot(*(body.camera.position_m - _home_m(body))[:2]))
        scale = "" if body.is_metric else ", if the athlete is of average height"
        height_m = float(body.camera.position_m[2])
        notes.append(
            f"The phone stood {number_text(away_m, 1)} m away, its lens {number_text(height_m, 1)} m above the "
            f"floor{scale}."
        )
    notes.append("Head and arms are not part of the fit.")
    return tuple(notes)


def _home_m(body: BodyMotion) -> FloatArray:
    """(3,) middle of the floor that the body was seen over."""
    low, high = np.nanmin(body.position_m, axis=(0, 1)), np.nanmax(body.position_m, axis=(0, 1))
    return np.asarray((low + high) / 2 * (1, 1, 0))


# The still: two poses seen from the phone's side, a little from above, without perspective.
_STILL_PX = (640, 310)
_PX_PER_M = 150.0
_PITCH_DEG = 14.0
_ASIDE_DEG = 25.0  # turned off the phone's own view, so that it adds something to the video


def _still(report: SetReport, words: str) -> str:
    """The figure standing and at the bottom of the first whole rep, or once when there is no rep."""
    width, height = _STILL_PX
    shown = _still_poses(report)
    parts: list[str] = []
    for place, (name, frame) in enumerate(shown):
        middle = width * (place + 0.5) / len(shown)
        parts += _still_pose(report, frame, middle)
        parts.append(label(name, middle, height - 6))
    caption = Caption(name="figure-still", title="The fitted body", description=words)
    return picture(caption, width, height, parts)


def _still_poses(report: SetReport) -> list[tuple[str, int]]:
    n_known = np.isfinite(report.body.position_m).all(axis=2).sum(axis=1)
    rep = next((rep for rep in report.reps if not rep.is_partial), None)
    if rep is None or min(n_known[rep.start], n_known[rep.bottom]) == 0:
        best = int(np.argmax(n_known))
        return [(f"at {value_text(float(report.body.time_s[best]), 's')}", best)]
    return [(f"Start of rep {rep.index}", rep.start), (f"Bottom of rep {rep.index}", rep.bottom)]


def _still_pose(report: SetReport, frame: int, middle_px: float) -> list[str]:
    """One pose on its piece of floor, with the vertical over mid-stance."""
    body = report.body
    points = body.position_m[frame]
    centre = _stance_m(body, frame)

    def seen(place: FloatArray) -> tuple[float, float]:
        right, up = _still_axes(report)
        across, rise = (float((place - centre) @ axis) * _PX_PER_M for axis in (right, up))
        return middle_px + across, _STILL_PX[1] - 62 - rise

    parts = [
        _line(seen(centre + start), seen(centre + end), "grid")
        for level in (-0.75, -0.25, 0.25, 0.75)
        for start, end in (
            (np.array([level, -0.75, 0]), np.array([level, 0.75, 0])),
            (np.array([-0.75, level, 0]), np.array([0.75, level, 0])),
        )
    ]
    parts.append(_line(seen(centre), seen(centre + np.array([0, 0, 1.6])), "reference"))
    for side in ("left", "right"):
        outline = _sole_m(body, frame, side)
        if outline is not None:
            corners = "L".join(f"{x:.1f} {y:.1f}" for x, y in map(seen, outline))
            parts.append(element("path", css=f"sole {side}", d=f"M{corners}Z"))
    known = np.isfinite(points).all(axis=1)
    return parts + [
        _line(seen(points[a]), seen(points[b]), f"bone {_side(body.joints[a], body.joints[b])}")
        for a, b in bones_of(body.joints)
        if known[a] and known[b]
    ]


def _still_axes(report: SetReport) -> tuple[FloatArray, FloatArray]:
    """Right and up of the still, in body axes."""
    camera = report.body.camera
    yaw = 0.0 if camera is None else float(np.arctan2(camera.position_m[1], camera.position_m[0]))
    yaw += np.radians(_ASIDE_DEG) * (-1 if yaw > 0 else 1)
    pitch = np.radians(_PITCH_DEG)
    right = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
    return right, np.cross([np.cos(yaw) * np.cos(pitch), np.sin(yaw) * np.cos(pitch), np.sin(pitch)], right)


def _stance_m(body: BodyMotion, frame: int) -> FloatArray:
    """(3,) middle of the feet on the floor, of the whole body where no foot is known."""
    feet = [joint for joint, name in enumerate(body.joints) if name.endswith(("heel", "toe"))]
    known = body.position_m[frame, feet]
    if not np.isfinite(known).any():
        known = body.position_m[frame]
    return np.asarray(np.nanmean(known, axis=0) * (1, 1, 0))


def _sole_m(body: BodyMotion, frame: int, side: str) -> list[FloatArray] | None:
    """Outline of a foot on the floor, in metres; None when heel or toe is unknown."""
    if not {f"{side}_heel", f"{side}_toe"} <= set(body.joints):
        return None
    heel, toe = (body.joint(f"{side}_{part}")[frame] * (1, 1, 0) for part in ("heel", "toe"))
    if not np.isfinite([heel, toe]).all():
        return None
    ahead = toe - heel
    outward = np.array([-ahead[1], ahead[0], 0.0]) * (1 if side == "left" else -1)
    return [heel + along * ahead + aside * outward for along, aside in SOLE]


def _side(first: str, second: str) -> str:
    """Side of a bone, 'middle' across the body."""
    one, other = (name.split("_")[0] for name in (first, second))
    return one if one == other else "middle"


def _line(start: tuple[float, float], end: tuple[float, float], css: str) -> str:
    return element("line", css=css, x1=start[0], y1=start[1], x2=end[0], y2=end[1])
