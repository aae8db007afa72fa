"""A SetReport and the clip's frames enter; overlay.mp4 and the key frames of the HTML report leave, in one pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lookfeel.report.draw import (
    BLACK,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    WHITE,
    YELLOW,
    Canvas,
    Colour,
    Place,
    jpeg,
    paler,
    resized,
    wrapped,
)
from lookfeel.report.fitted import SURE_CONFIDENCE, bones_of, reprojected_px
from lookfeel.report.movie import new_movie
from lookfeel.report.wording import VIEW_WORDS, exercise_words, value_text
from lookfeel.types import Finding, FloatArray, Frame, PoseTrack, Rep, SetReport

KeyFrames = Mapping[int, bytes]
"""JPEG bytes by frame index."""

SIDE_COLOURS: Mapping[str, Colour] = MappingProxyType({"left": SKY, "right": ORANGE})
STATE_COLOURS: Mapping[str, Colour] = MappingProxyType(
    {"good": GREEN, "uncertain": YELLOW, "bad": VERMILION, "not_assessable": GREY}
)
FIT_COLOUR: Colour = paler(PURPLE, 0.4)
SEVERITY_COLOURS: Mapping[str, Colour] = MappingProxyType({"watch": YELLOW, "bad": VERMILION, "zero": VERMILION})
NEAR_LEG: Mapping[str, str] = MappingProxyType({"side_left": "left", "side_right": "right"})

# All chosen by us, by eye on a phone. Heights are in units of the canvas.
_HEADER = 11.0
_STRIP = 2.2
_BANNER_S = 0.4  # before and after a finding's frame
_BOTTOM_S = 0.35  # before and after the bottom, while depth and knee track are drawn
_FAR_PX = 30_000.0  # OpenCV cannot take points much further outside the picture
_FIT_NAME = "3-D fit"
_FIT_WIDTH = 0.3  # of the fitted skeleton's lines; the thinnest detected bone is 0.55
_KEY_FRAME_PX = 640
_MIN_SHORT_SIDE_PX = 480  # smaller clips are enlarged so that the text can be read
_MIN_TRACK_M = 0.01  # a knee less than this off the foot line is 'over foot'


def render_overlay(
    report: SetReport, frames: Iterable[Frame], path: Path, *, on_frame: Callable[[int], None] | None = None
) -> KeyFrames:
    """Write the clip with what was measured drawn on it.

    Parameters
        report: of the same clip; its track has one row per frame.
        frames: the clip's frames in order, at any size; all, or some by their index, the last among them.
        path: of the MP4 (H.264, true frame times); replaced when it exists, untouched when anything fails.
        on_frame: told the number of frames done after each one, those that were left out counted too.
    Returns
        JPEG pictures of the bottom of each rep and of the frame of each finding; where that frame was left out, of the
        next.
    Raises
        StoreError: the file could not be written.
    """
    scene = Scene(report)
    wanted = sorted(key_frame_indices(report))
    key_frames: dict[int, bytes] = {}
    with new_movie(path, nominal_fps=_nominal_fps(report)) as movie:
        for frame in frames:
            reached = [index for index in wanted[len(key_frames) :] if index <= frame.index]
            if reached:  # without the banner: two findings may share a frame, the page words each
                still = jpeg(scene.drawn_on(frame, with_banner=False), longest_side_px=_KEY_FRAME_PX)
                key_frames |= dict.fromkeys(reached, still)
            movie.add(scene.drawn_on(frame), time_s=frame.time_s)
            if on_frame is not None:
                on_frame(frame.index + 1)
    return MappingProxyType(key_frames)


def key_frame_indices(report: SetReport) -> frozenset[int]:
    """Frames of which the HTML report wants a picture."""
    return frozenset({rep.bottom for rep in report.reps} | {finding.frame for finding in all_findings(report)})


def all_findings(report: SetReport) -> tuple[Finding, ...]:
    """Findings of the set and of its reps, each once, the surest first; those of a second view have no frame here."""
    sources = (report.looks, *report.rep_looks)
    unique = dict.fromkeys(finding for looks in sources for finding in looks.findings if finding.clip == 1)
    return tuple(sorted(unique, key=lambda finding: -finding.probability))


def _nominal_fps(report: SetReport) -> float:
    fps = report.decode.median_fps
    return fps if np.isfinite(fps) and fps > 0 else 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One frame of the set. rep: the one under way, if any; phase: of it; n_done: whole reps finished by now."""

    index: int
    time_s: float
    rep: Rep | None
    phase: str
    n_done: int


class Scene:
    """Draws one report; made once for a clip, then asked for each frame."""

    def __init__(self, report: SetReport) -> None:
        self._report = report
        self._track = report.track
        self._xy_px = report.track.in_frame(report.track.xy_px)  # the picture that is drawn on may sway
        self._findings = all_findings(report)
        starts = [rep.start for rep in report.reps]  # partial reps share the number 0
        self._metrics = dict(zip(starts, (row.metrics for row in report.rep_metrics), strict=False))
        self._states = dict(zip(starts, (looks.state for looks in report.rep_looks), strict=False))
        fit_px = reprojected_px(report.body)
        self._fit_px = fit_px if report.body.camera is None else report.track.in_frame(fit_px)
        self._fit_bones = bones_of(report.body.joints)
        self._has_fit = bool(np.isfinite(self._fit_px).any())
        self._n_whole = sum(not rep.is_partial for rep in report.reps)
        view = report.view.name
        self._near_leg = NEAR_LEG.get(view)
        self._far_side = "right" if "left" in view else "left"

    def drawn_on(self, frame: Frame, *, with_banner: bool = True) -> NDArray[np.uint8]:
        """(h, w, 3) uint8: the frame with the drawing, even in height and width."""
        width, height = overlay_size(frame.rgb.shape[1], frame.rgb.shape[0])
        canvas = Canvas(resized(frame.rgb, width, height))
        moment = self.moment(frame.index, frame.time_s)
        points = self._points(frame.index, canvas)
        if points:
            draw_skeleton(
                canvas, self._track, frame.index, points, working=_working_side(moment), far_side=self._far_side
            )
        self._draw_fit(canvas, frame.index)
        if points:
            self._draw_measures(canvas, moment, points)
        self._draw_header(canvas, moment)
        self._draw_strip(canvas, moment)
        self._draw_fit_key(canvas)
        if with_banner:
            self._draw_banner(canvas, moment)
        return canvas.rgb

    def moment(self, index: int, time_s: float) -> Moment:
        """Which rep and phase a frame belongs to."""
        rep = next((rep for rep in self._report.reps if rep.start <= index < rep.end), None)
        n_done = sum(not rep.is_partial and rep.end <= index for rep in self._report.reps)
        return Moment(index=index, time_s=time_s, rep=rep, phase=phase_of(rep, index), n_done=n_done)

    def _points(self, index: int, canvas: Canvas) -> dict[str, Place]:
        """Known keypoints in pixels of the canvas, by name."""
        if index >= len(self._track.time_s):
            return {}
        scale = (canvas.width / self._track.width_px, canvas.height / self._track.height_px)
        places = (self._xy_px[index] * scale).tolist()
        return {
            name: (x, y)
            for name, (x, y) in zip(self._track.skeleton.keypoints, places, strict=True)
            if math.isfinite(x) and math.isfinite(y)
        }

    def _draw_fit(self, canvas: Canvas, index: int) -> None:
        """The fitted skeleton where the camera would see it, as thin lines over the detected one."""
        if not self._has_fit or index >= len(self._fit_px):
            return
        places = self._fit_px[index] * (canvas.width / self._track.width_px, canvas.height / self._track.height_px)
        is_near = np.all(np.abs(places) < _FAR_PX, axis=1)  # false for NaN
        ends = [(places[a], places[b]) for a, b in self._fit_bones if is_near[a] and is_near[b]]
        pieces = [((float(a[0]), float(a[1])), (float(b[0]), float(b[1]))) for a, b in ends]
        canvas.threads(pieces, FIT_COLOUR, width=_FIT_WIDTH)

    def _shown_legs(self, moment: Moment) -> tuple[str, ...]:
        """Legs whose figures are shown: those that work, and from the side only the near one of two."""
        working = _working_side(moment)
        if working != "both":
            return (working,)
        return (self._near_leg,) if self._near_leg else ("left", "right")

    def _signal(self, name: str, index: int) -> float:
        series: FloatArray | None = self._report.signals.values.get(name)
        return np.nan if series is None or index >= len(series) else float(series[index])

    def _draw_measures(self, canvas: Canvas, moment: Moment, points: dict[str, Place]) -> None:
        rep = moment.rep
        is_bottom = rep is not None and abs(moment.time_s - rep.bottom_s) <= _BOTTOM_S
        for leg in self._shown_legs(moment):
            if is_bottom and self._near_leg:  # from elsewhere the thigh is foreshortened
                self._draw_thigh(canvas, moment, points, leg)
            if is_bottom:
                self._draw_knee_track(canvas, moment, points, leg)
            self._draw_knee_angle(canvas, moment, points, leg)

    def _draw_knee_angle(self, canvas: Canvas, moment: Moment, points: dict[str, Place], leg: str) -> None:
        """Knee flexion beside the knee: ahead of it from the side, else away from the other leg."""
        angle = self._signal(f"knee_flexion_{leg}_deg", moment.index)
        knee = points.get(f"{leg}_knee")
        if knee is None or not np.isfinite(angle):
            return
        outward = _ahead(points, leg) if self._near_leg else _outward(points, leg)
        centre = (knee[0] + outward * 8 * canvas.unit, knee[1])
        canvas.plate(value_text(angle, "deg"), centre, height=2.4, accent=SIDE_COLOURS[leg], within=_middle(canvas))

    def _draw_thigh(self, canvas: Canvas, moment: Moment, points: dict[str, Place], leg: str) -> None:
        """The horizontal through the knee that the thigh is held against, and the angle to it."""
        angle = self._signal(f"thigh_angle_{leg}_deg", moment.index)
        hip, knee = points.get(f"{leg}_hip"), points.get(f"{leg}_knee")
        if hip is None or knee is None or not np.isfinite(angle):
            return
        behind = float(np.sign(hip[0] - knee[0])) or 1.0
        length = 1.25 * float(np.hypot(hip[0] - knee[0], hip[1] - knee[1]))
        end = (knee[0] + behind * length, knee[1])
        canvas.line(knee, end, WHITE, width=0.45, is_dashed=True)
        text = f"thigh {'+' if round(angle) > 0 else ''}{value_text(angle, 'deg')}"
        canvas.plate(
            text, (end[0] + behind * 7 * canvas.unit, end[1]), height=2.0, accent=WHITE, within=_middle(canvas)
        )

    def _draw_knee_track(self, canvas: Canvas, moment: Moment, points: dict[str, Place], leg: str) -> None:
        """The foot's line, the plumb line from the knee, and how far inside the knee is; only where it was judged."""
        offset_m = self._signal(f"knee_over_foot_{leg}_m", moment.index)
        metric = self._metrics.get(moment.rep.start, {}).get(f"knee_over_foot_{leg}_m") if moment.rep else None
        knee, heel, toe = (points.get(f"{leg}_{joint}") for joint in ("knee", "heel", "toe"))
        if metric is None or metric.status == "not_assessable" or knee is None or heel is None or toe is None:
            return
        if not np.isfinite(offset_m):
            return
        ahead = (toe[0] + 0.8 * (toe[0] - heel[0]), toe[1] + 0.8 * (toe[1] - heel[1]))
        canvas.line(heel, ahead, WHITE, width=0.35)
        canvas.line(knee, (knee[0], max(toe[1], knee[1])), WHITE, width=0.35, is_dashed=True)
        mark = "~" if metric.status == "approximate" else ""
        centre = (toe[0] + _outward(points, leg) * 8 * canvas.unit, toe[1] + 4.5 * canvas.unit)
        canvas.plate(
            mark + knee_track_text(offset_m), centre, height=2.0, accent=SIDE_COLOURS[leg], within=_middle(canvas)
        )

    def _draw_header(self, canvas: Canvas, moment: Moment) -> None:
        """What, from where and how many, and which tint is which of the athlete's sides."""
        exercise, unit = self._report.exercise, canvas.unit
        known = "No known exercise" if exercise.name == "none" else exercise_words(exercise.name, exercise.variant)
        canvas.box(0, 0, canvas.width, _HEADER * unit, BLACK, opacity=0.55)
        what = f"{known} · from {VIEW_WORDS[self._report.view.name]}"
        canvas.text(what, 2 * unit, 1.4 * unit, WHITE, height=2.0)
        canvas.text(self.counter_text(moment), 2 * unit, 5.2 * unit, WHITE, height=3.0)
        right = canvas.width - 2 * unit
        for side in ("right", "left"):
            width, tall = canvas.text_size(side[0].upper(), height=2.0)
            canvas.text(side[0].upper(), right - width, 1.4 * unit, WHITE, height=2.0)
            canvas.disc((right - width - 1.5 * unit, 1.4 * unit + 0.42 * tall), SIDE_COLOURS[side], radius=0.9)
            right -= width + 4 * unit

    def _draw_fit_key(self, canvas: Canvas) -> None:
        """A sample of the fit's line with its name, in the lower right corner above the strip."""
        if not self._has_fit:
            return
        unit, bottom = canvas.unit, canvas.height - (_STRIP + 0.4) * canvas.unit
        width, tall = canvas.text_size(_FIT_NAME, height=1.8)
        left, top = canvas.width - 1.5 * unit - width, bottom - tall - 0.6 * unit
        canvas.box(left - 6.5 * unit, top - 1.0 * unit, canvas.width, bottom, BLACK, opacity=0.55)
        canvas.text(_FIT_NAME, left, top, WHITE, height=1.8)
        level = top + 0.42 * tall
        canvas.threads([((left - 5.5 * unit, level), (left - 1.3 * unit, level))], FIT_COLOUR, width=_FIT_WIDTH)

    def counter_text(self, moment: Moment) -> str:
        """Which rep this is, of how many, and its phase."""
        if not self._report.reps:
            return "No reps found"
        rep = moment.rep
        if rep is None:
            return f"{moment.n_done} of {self._n_whole} reps"
        if rep.is_partial:
            return f"Cut off, not counted · {moment.phase}"
        side = f" · {rep.side}" if rep.side != "both" else ""
        return f"Rep {moment.n_done + 1} of {self._n_whole}{side} · {moment.phase}"

    def _draw_strip(self, canvas: Canvas, moment: Moment) -> None:
        """The clip's length along the bottom edge: reps in the colour of their looks, what is past in full."""
        total_s = max(self._report.decode.duration_s, 1e-6)
        top, unit = canvas.height - _STRIP * canvas.unit, canvas.unit
        canvas.box(0, top, canvas.width, canvas.height, BLACK, opacity=0.6)
        for rep in self._report.reps:
            colour = GREY if rep.is_partial else STATE_COLOURS[self._states.get(rep.start, "not_assessable")]
            left, right = (canvas.width * time_s / total_s for time_s in (rep.start_s, rep.end_s))
            now = min(max(left, canvas.width * moment.time_s / total_s), right)
            canvas.box(left, top + 0.5 * unit, now, canvas.height - 0.4 * unit, colour)
            canvas.box(now, top + 0.5 * unit, right, canvas.height - 0.4 * unit, colour, opacity=0.45)
        playhead = canvas.width * moment.time_s / total_s
        canvas.box(playhead - 0.25 * unit, top - 0.4 * unit, playhead + 0.25 * unit, canvas.height, WHITE)

    def _draw_banner(self, canvas: Canvas, moment: Moment) -> None:
        """The surest finding of this moment under the header, where feet and knees stay in sight."""
        near = [finding for finding in self._findings if abs(finding.time_s - moment.time_s) <= _BANNER_S]
        if not near:
            return
        unit, height = canvas.unit, 2.4
        lines = wrapped(canvas, near[0].text, width_px=canvas.width - 6 * unit, height=height, n_lines=3)
        tall = canvas.text_size("X", height=height)[1]
        top = _HEADER * unit
        bottom = top + len(lines) * tall + 2 * unit
        canvas.box(0, top, canvas.width, bottom, BLACK, opacity=0.75)
        canvas.box(0, top, 1.2 * unit, bottom, SEVERITY_COLOURS[near[0].severity])
        for row, line in enumerate(lines):
            canvas.text(line, 3 * unit, top + 1.2 * unit + row * tall, WHITE, height=height)


def draw_skeleton(
    canvas: Canvas,
    track: PoseTrack,
    index: int,
    points: Mapping[str, Place],
    *,
    working: str = "both",
    far_side: str = "right",
) -> None:
    """The athlete's bones and joints in the tint of their side.

    Filled-in or uncertain ones are pale, dashed and hollow; the legs that work are thicker; the far side is behind.
    """
    names = track.skeleton.keypoints
    is_sure = ~track.was_filled[index] & (track.confidence[index] >= SURE_CONFIDENCE)
    bones = [(a, b) for a, b in track.skeleton.edges if names[a] in points and names[b] in points]
    bones.sort(key=lambda bone: not names[bone[0]].startswith(far_side))
    for a, b in bones:
        is_bone_sure = bool(is_sure[a] and is_sure[b])
        colour = _tint(names[a], names[b])
        canvas.line(
            points[names[a]],
            points[names[b]],
            colour if is_bone_sure else paler(colour),
            width=_bone_width(names[a], names[b], working),
            is_dashed=not is_bone_sure,
        )
    for joint in dict.fromkeys(joint for bone in bones for joint in bone):
        colour = _tint(names[joint], names[joint])
        canvas.disc(
            points[names[joint]],
            colour if is_sure[joint] else paler(colour),
            radius=0.85 if names[joint].split("_")[-1] in ("hip", "knee", "ankle", "shoulder") else 0.55,
            is_hollow=not is_sure[joint],
        )


@cache
def _tint(first: str, second: str) -> Colour:
    """Tint of a bone by the side of its ends, white across the body."""
    sides = {name.split("_")[0] for name in (first, second)}
    return SIDE_COLOURS.get(sides.pop(), WHITE) if len(sides) == 1 else WHITE


@cache
def _bone_width(first: str, second: str, working: str) -> float:
    is_leg = all(name.split("_")[-1] in ("hip", "knee", "ankle", "heel", "toe") for name in (first, second))
    if not is_leg:
        return 0.55
    side = first.split("_")[0]
    return 1.1 if working in ("both", side) and second.split("_")[0] == side else 0.6


def overlay_size(width: int, height: int) -> tuple[int, int]:
    """Size of the overlay for a picture of this size: even, as H.264 asks, and not too small for text."""
    scale = max(1.0, _MIN_SHORT_SIDE_PX / min(width, height))
    return 2 * round(width * scale / 2), 2 * round(height * scale / 2)


def phase_of(rep: Rep | None, index: int) -> str:
    """Phase of a rep that a frame is in, '' outside."""
    if rep is None:
        return ""
    if index < rep.bottom_start:
        return "down"
    return "bottom" if index < rep.ascent_start or index == rep.bottom else "up"


def knee_track_text(offset_m: float) -> str:
    """'3.1 cm in' for a knee inside the foot's line, 'out' outside it."""
    if abs(offset_m) < _MIN_TRACK_M:
        return "over foot"
    return f"{value_text(abs(offset_m), 'm')} {'in' if offset_m > 0 else 'out'}"


def _working_side(moment: Moment) -> str:
    return "both" if moment.rep is None else moment.rep.side


def _middle(canvas: Canvas) -> tuple[float, float]:
    """Top and bottom of what header and strip leave free, in pixels."""
    return _HEADER * canvas.unit, canvas.height - (_STRIP + 0.5) * canvas.unit


def _outward(points: Mapping[str, Place], leg: str) -> float:
    """+1 or -1: where in the picture, right or left, the leg's outer side is, by the other leg's place."""
    other = "right" if leg == "left" else "left"
    for joint in ("knee", "ankle", "hip"):
        own, opposite = points.get(f"{leg}_{joint}"), points.get(f"{other}_{joint}")
        if own is not None and opposite is not None:
            return 1.0 if own[0] >= opposite[0] else -1.0
    return 1.0


def _ahead(points: Mapping[str, Place], leg: str) -> float:
    """+1 or -1: where in the picture, right or left, the foot points."""
    heel, toe = points.get(f"{leg}_heel"), points.get(f"{leg}_toe")
    return 1.0 if heel is None or toe is None or toe[0] >= heel[0] else -1.0
