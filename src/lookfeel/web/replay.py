"""A SetReport enters; what the replay draws over the video leaves, as JSON values: pixels, reps, series, findings."""

from __future__ import annotations

from typing import Any

import numpy as np

from lookfeel.report.figure import figure_data
from lookfeel.report.fitted import bones_of, reprojected_px
from lookfeel.report.wording import name_words
from lookfeel.types import BodyMotion, FloatArray, SetReport, unit_of

EXTRA_JOINTS = ("nose", "left_elbow", "left_wrist", "right_elbow", "right_wrist")
"""Landmarks that are drawn though the fit has no head and no arms."""
EXTRA_BONES = (
    *((f"{side}_shoulder", f"{side}_elbow") for side in ("left", "right")),
    *((f"{side}_elbow", f"{side}_wrist") for side in ("left", "right")),
)
SERIES = (
    *(f"{name}_{side}_deg" for name in ("thigh_angle", "knee_flexion", "hip_flexion") for side in ("left", "right")),
    *(f"knee_over_foot_{side}_m" for side in ("left", "right")),
    *(f"heel_rise_{side}_m" for side in ("left", "right")),
    *("trunk_lean_deg", "trunk_lateral_lean_deg", "hip_line_tilt_deg", "kasr_ratio", "hip_shift_ratio"),
)
"""Signals that are plotted, where the clip shows them."""
PIXEL_DECIMALS = 1
SIDES = ("left", "right")
FLOOR = np.array([1.0, 1.0, 0.0])


def replay_data(report: SetReport, *, has_proxy: bool) -> dict[str, Any]:
    """Everything about one clip that the page draws in time with the video; times are presentation time in seconds.

    has_proxy: most browsers do not play the clip itself, so a copy is made that they do.
    """
    joints, xy = _points(report)
    return {
        "width_px": report.track.width_px,
        "height_px": report.track.height_px,
        "fps": _number(report.decode.median_fps),
        "slowmo_factor": report.video.slowmo_factor,
        "duration_s": _number(report.decode.duration_s),
        "has_proxy": has_proxy,
        "joints": list(joints),
        "bones": [list(bone) for bone in _bones(joints)],
        "time_s": _list(report.track.time_s, 4),
        "xy": _list(xy, PIXEL_DECIMALS),
        "knee": {side: _foot_line(report, side) for side in SIDES},
        "knee_floor": {side: _knee_floor(report, side) for side in SIDES},
        "reps": _reps(report),
        "series": _series(report),
        "findings": _findings(report),
        "body": figure_data(report) if np.isfinite(report.body.position_m).all(axis=2).any() else None,
    }


def _points(report: SetReport) -> tuple[tuple[str, ...], FloatArray]:
    """Names and (T, J, 2) pixels of the frames: the fitted joints, the landmarks where a joint has no place, and the
    landmarks of head and arms."""
    body, track = report.body, report.track
    fitted = track.in_frame(reprojected_px(body))
    landmarks = track.in_frame(track.xy_px)
    names = (*body.joints, *(name for name in EXTRA_JOINTS if name in track.skeleton.keypoints))
    rows = []
    for place, name in enumerate(names):
        seen = landmarks[:, track.skeleton.index(name)] if name in track.skeleton.keypoints else None
        fit = fitted[:, place] if place < len(body.joints) else np.full((len(track.time_s), 2), np.nan)
        rows.append(fit if seen is None else np.where(np.isfinite(fit).all(axis=1, keepdims=True), fit, seen))
    return names, np.stack(rows, axis=1)


def _bones(joints: tuple[str, ...]) -> list[tuple[int, int]]:
    extra = [(joints.index(a), joints.index(b)) for a, b in EXTRA_BONES if a in joints and b in joints]
    return [*bones_of(joints), *extra]


def _foot_line(report: SetReport, side: str) -> list[Any] | None:
    """(T) ends of the line of the foot on the floor, from below the ankle to below the toe; None without a fit."""
    return _on_floor(report, (f"{side}_ankle", f"{side}_toe"))


def _knee_floor(report: SetReport, side: str) -> list[Any] | None:
    """(T) the point of the floor straight below the knee; None without a fit."""
    below = _on_floor(report, (f"{side}_knee",))
    return None if below is None else [None if points is None else points[0] for points in below]


def _on_floor(report: SetReport, joints: tuple[str, ...]) -> list[Any] | None:
    body: BodyMotion = report.body
    if body.camera is None or not set(joints) <= set(body.joints):
        return None
    places = np.stack([body.joint(name) * FLOOR for name in joints], axis=1)
    pixels = report.track.in_frame(body.camera.project(places))
    known = np.asarray(np.isfinite(pixels).all(axis=(1, 2))).tolist()
    rows = np.round(pixels, PIXEL_DECIMALS).tolist()
    return [row if is_known else None for row, is_known in zip(rows, known, strict=True)]


def _reps(report: SetReport) -> list[dict[str, Any]]:
    from lookfeel.report.document import parts_of_reps

    time_s = report.track.time_s
    shown = []
    for rep, looks in zip(report.reps, parts_of_reps(report.reps, report.rep_looks), strict=True):
        shown.append(
            {
                "index": rep.index,
                "start_s": _number(rep.start_s),
                "bottom_s": _number(rep.bottom_s),
                "ascent_s": _number(float(time_s[min(rep.ascent_start, len(time_s) - 1)])),
                "end_s": _number(rep.end_s),
                "side": rep.side,
                "is_partial": rep.is_partial,
                "score": None if looks is None else _number(looks.score),
                "low": None if looks is None else _number(looks.low),
                "high": None if looks is None else _number(looks.high),
                "state": "not_assessable" if looks is None else looks.state,
            }
        )
    return shown


def _series(report: SetReport) -> dict[str, Any]:
    signals = report.signals
    return {
        name: {
            "unit": unit_of(name),
            "label": name_words(name.rsplit("_", 1)[0]),
            "value": _list(signals.values[name], 4),
            "sd": _list(signals.sd[name], 4),
        }
        for name in SERIES
        if name in signals.values and np.isfinite(signals.values[name]).any()
    }


def _findings(report: SetReport) -> list[dict[str, Any]]:
    return [
        {
            "item": found.item,
            "text": found.text,
            "severity": found.severity,
            "rep": found.rep_index,
            "time_s": _number(found.time_s),
            "side": found.side,
            "clip": found.clip,
        }
        for looks in report.rep_looks
        for found in looks.findings
    ]


def _list(values: FloatArray, decimals: int) -> list[Any]:
    """Nested lists of rounded numbers; None where unknown: for points, the point as a whole."""
    if values.ndim > 2:
        return [_list(row, decimals) for row in values]
    known = np.asarray(np.isfinite(values).reshape(len(values), -1).all(axis=1)).tolist()
    rounded = np.round(values, decimals).tolist()
    return [value if is_known else None for value, is_known in zip(rounded, known, strict=True)]


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 4)
