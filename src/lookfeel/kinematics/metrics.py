"""Signals and repetitions in, the figures of each repetition out, each with its SD or the reason why there is none.

Times are movement time: presentation time divided by the clip's slow-motion factor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from lookfeel.kinematics.own import installed_signals, own_answers, own_metric_names
from lookfeel.kinematics.readings import SHARED_BIAS, Answer, Reading, RepSignals
from lookfeel.kinematics.views import view_group
from lookfeel.peaks import prominent_peaks
from lookfeel.types import (
    CameraView,
    ExerciseGuess,
    FloatArray,
    Metric,
    MetricStatus,
    Rep,
    RepMetrics,
    Signals,
    TrainingContext,
    unit_of,
)

PARALLEL_DEG = 0.0
"""Depth asked for when none is prescribed: thigh level (SCIENCE, "Depth": parallel is about 0)."""

TRUNK_BAND_DEG = (0.0, 20.0)
"""Lunge: trunk lean that is fine (SCIENCE, first rubric)."""

REVERSAL_M = 0.015
"""A knee that turns back by less than this, or by less than the signal's SD, has not changed its mind (SPIKES section
8: the medial offset errs by 1.4 cm)."""

BENT_SHARE = 0.65
"""Of the way down from which knees are judged sideways, and heels at all: higher up, straight legs in a wide stance put
the knees inside the feet by themselves, which is not valgus. Chosen by us; on real front clips without valgus half the
way still read 3 cm inward at its edge."""

PHASE_SD_S: Mapping[str, float] = MappingProxyType(
    {"eccentric_s": 0.2, "bottom_pause_s": 0.15, "concentric_s": 0.2, "top_pause_s": 0.3}
)
"""Least SD of a phase: what 571 phases each of 270 rendered clips err by (root mean square 0.24, 0.15, 0.21 and 0.31 s,
behind the athlete more). A slow start or a turning point has no sharp edge; the top lies between two of them."""

TOP_PHASE = 3  # of eccentric, bottom, concentric, top
PARTIAL = "the clip does not show the whole repetition"
ONE_LEG = "measured only where the feet stand side by side"
ONLY_LUNGE = "measured only in lunges"

METRIC_NAMES = (
    *("depth_thigh_angle_deg", "depth_knee_flexion_deg", "depth_shortfall_deg", "range_of_motion_ratio"),
    *("knee_flexion_peak_left_deg", "knee_flexion_peak_right_deg", "thigh_angle_min_left_deg"),
    *("thigh_angle_min_right_deg", "trunk_lean_bottom_deg", "trunk_shank_difference_deg", "trunk_pitch_gain_deg"),
    *("trunk_outside_deg", "trunk_lateral_lean_deg", "hip_line_tilt_deg", "heel_rise_left_m", "heel_rise_right_m"),
    *("heel_rise_m", "knee_over_foot_left_m", "knee_over_foot_right_m", "knee_over_foot_left_deg"),
    *("knee_over_foot_right_deg", "knee_over_foot_shank_ratio", "fppa_left_deg", "fppa_right_deg"),
    *("knee_reversals_count", "kasr_min_ratio", "kasr_drop_ratio", "hip_shift_ratio", "eccentric_s"),
    *("bottom_pause_s", "concentric_s", "top_pause_s", "tempo_error_ratio", "concentric_speed_mps"),
)
"""Of every repetition, in the order in which they are told."""

Sides = tuple[str, ...]


def metric_names() -> tuple[str, ...]:
    """Names of all figures that repetitions get here, those of added signals last.

    Raises
        ConfigError: an added signal's name is wrong.
    """
    return (*METRIC_NAMES, *(name for signal in installed_signals() for name in own_metric_names(signal)))


def measure_reps(
    signals: Signals,
    reps: tuple[Rep, ...],
    *,
    view: CameraView,
    exercise: ExerciseGuess,
    context: TrainingContext,
    slowmo_factor: float = 1.0,
) -> tuple[RepMetrics, ...]:
    """All figures of every repetition.

    Parameters
        view: decides what can be judged (views.RULES). context: prescribed depth and tempo. slowmo_factor: capture
        rate over playback rate.
    Returns
        One RepMetrics per rep, each with the same names.
    """
    group = view_group(view)
    found = []
    for rep in reps:
        read = RepSignals(signals=signals, rep=rep, group=group, slowmo_factor=slowmo_factor)
        answers = _rep_answers(read, _working_sides(read, view), exercise, context)
        found.append(RepMetrics(rep_index=rep.index, metrics={name: _metric(name, a) for name, a in answers.items()}))
    return tuple(found)


def _metric(name: str, answer: Answer) -> Metric:
    if isinstance(answer, str):
        return Metric(value=None, sd=None, unit=unit_of(name), status="not_assessable", reason=answer)
    reason = "this view shows it only roughly, see its sd" if answer.status == "approximate" else None
    return Metric(
        value=answer.value,
        sd=answer.sd,
        unit=unit_of(name),
        status=answer.status,
        reason=reason,
        frame=answer.frame,
        span=answer.span,
    )


def _working_sides(read: RepSignals, view: CameraView) -> Sides:
    """Legs whose depth counts: the lead leg; of two legs seen from the side the one that is not hidden by the
    other."""
    if read.rep.side != "both":
        return (read.rep.side,)
    if read.group == "side":
        yaw = view.yaw_deg if view.yaw_deg is not None else (90.0 if view.name == "side_left" else -90.0)
        near = "left" if np.sin(np.radians(yaw)) > 0 else "right"
        if np.isfinite(read.signals[f"thigh_angle_{near}_deg"][read.bottom_frames]).any():
            return (near,)
    return ("left", "right")


def _rep_answers(
    read: RepSignals, sides: Sides, exercise: ExerciseGuess, context: TrainingContext
) -> dict[str, Answer]:
    is_lunge = read.rep.side != "both" or exercise.name == "lunge"
    answers = _depth(read, sides, context) | _trunk(read, sides) | _heels(read, sides)
    answers |= _knees(read, sides) | _both_feet(read) | _tempo(read, context) | own_answers(read)
    if is_lunge:
        answers |= dict.fromkeys(("kasr_min_ratio", "kasr_drop_ratio", "hip_shift_ratio"), ONE_LEG)
    else:
        answers["trunk_outside_deg"] = ONLY_LUNGE
    if read.rep.is_partial:
        shown = _shown_of_partial(read.rep)
        answers = {name: answer if name in shown else PARTIAL for name, answer in answers.items()}
    return answers


def _shown_of_partial(rep: Rep) -> set[str]:
    """The phases that the clip shows whole and, when the bottom is not the clip's own edge, what is read there."""
    shown = {"eccentric_s", "bottom_pause_s", "concentric_s", "top_pause_s"}
    if rep.start < rep.bottom < rep.end - 1:
        shown |= {"depth_thigh_angle_deg", "depth_knee_flexion_deg", "trunk_lean_bottom_deg"}
        shown |= {
            f"{name}_{side}_deg" for name in ("knee_flexion_peak", "thigh_angle_min") for side in ("left", "right")
        }
    return shown


def _highest(values: FloatArray) -> FloatArray:
    return values


def _lowest(values: FloatArray) -> FloatArray:
    return -values


def _largest(values: FloatArray) -> FloatArray:
    return np.abs(values)


def _pick(answers: list[Answer], key: Callable[[float], float]) -> Answer:
    """The reading with the highest key; a reason only when there is no reading."""
    readings = [answer for answer in answers if isinstance(answer, Reading)]
    return max(readings, key=lambda reading: key(reading.value)) if readings else answers[0]


def _map(answer: Answer, value: Callable[[float], float]) -> Answer:
    return answer if isinstance(answer, str) else replace(answer, value=value(answer.value))


def _depth(read: RepSignals, sides: Sides, context: TrainingContext) -> dict[str, Answer]:
    flexion = {side: read.peak(f"knee_flexion_{side}_deg", of=_highest) for side in ("left", "right")}
    thigh = {side: read.peak(f"thigh_angle_{side}_deg", of=_lowest) for side in ("left", "right")}
    thigh = {side: _doubted_without_shank(read, side, answer) for side, answer in thigh.items()}
    deepest = _pick([thigh[side] for side in sides], lambda value: -value)
    wanted = PARALLEL_DEG if context.prescribed_thigh_deg is None else context.prescribed_thigh_deg
    return {
        "depth_thigh_angle_deg": deepest,
        "depth_knee_flexion_deg": _pick([flexion[side] for side in sides], float),
        **{f"knee_flexion_peak_{side}_deg": answer for side, answer in flexion.items()},
        **{f"thigh_angle_min_{side}_deg": answer for side, answer in thigh.items()},
        "depth_shortfall_deg": _map(deepest, lambda value: max(0.0, value - wanted)),
        "range_of_motion_ratio": _travel(read),
    }


def _doubted_without_shank(read: RepSignals, side: str, thigh: Answer) -> Answer:
    """A thigh whose ankle is never seen hangs on a knee that nothing below confirms: approximate at best."""
    if isinstance(thigh, str) or np.isfinite(read.signals[f"shank_tilt_{side}_deg"][read.bottom_frames]).any():
        return thigh
    return replace(thigh, status="approximate")


def _travel(read: RepSignals) -> Answer:
    """Hip height at the top of the repetition less at the bottom, over leg length."""
    low = read.peak("hip_height_ratio", of=_lowest)
    high = read.peak("hip_height_ratio", of=_highest)
    if isinstance(low, str) or isinstance(high, str):
        return low if isinstance(low, str) else high
    return replace(low, value=high.value - low.value, sd=np.sqrt(2.0) * SHARED_BIAS * low.sd)


def _trunk(read: RepSignals, sides: Sides) -> dict[str, Answer]:
    lean = read.at_bottom("trunk_lean_deg")
    shank = _pick([read.at_bottom(f"shank_tilt_{side}_deg") for side in sides], float)
    low, high = TRUNK_BAND_DEG
    return {
        "trunk_lean_bottom_deg": lean,
        "trunk_shank_difference_deg": _difference(lean, shank),
        "trunk_pitch_gain_deg": _pitch_gain(read, lean),
        "trunk_outside_deg": _map(lean, lambda value: max(low - value, value - high, 0.0)),
        "trunk_lateral_lean_deg": _map(read.peak("trunk_lateral_lean_deg", of=_largest), abs),
        "hip_line_tilt_deg": _map(read.peak("hip_line_tilt_deg", of=_largest), abs),
    }


def _difference(first: Answer, second: Answer) -> Answer:
    if isinstance(first, str) or isinstance(second, str):
        return first if isinstance(first, str) else second
    status: MetricStatus = "approximate" if "approximate" in (first.status, second.status) else "ok"
    return replace(first, value=first.value - second.value, sd=float(np.hypot(first.sd, second.sd)), status=status)


def _pitch_gain(read: RepSignals, bottom: Answer) -> Answer:
    """Most forward lean from the bottom to half way up, less the lean at the bottom; never negative."""
    if isinstance(bottom, str):
        return bottom
    height = read.signals["hip_height_ratio"]
    rising = slice(read.rep.bottom, read.rep.end)
    if not np.isfinite(height[rising]).any():
        return "the way up is not seen"
    half = 0.5 * (height[read.rep.bottom] + np.nanmax(height[rising]))
    above = np.flatnonzero(height[rising] >= half)
    if not len(above):
        return "the way up is not seen"
    most = read.peak("trunk_lean_deg", of=_highest, frames=slice(read.rep.bottom, read.rep.bottom + int(above[0]) + 1))
    if isinstance(most, str):
        return most
    return replace(most, value=max(0.0, most.value - bottom.value), sd=SHARED_BIAS * most.sd)


def _heels(read: RepSignals, sides: Sides) -> dict[str, Answer]:
    """Peak heel rise of each foot, and the worst of the feet that stand flat: both, or the lead one."""
    rise = {side: read.peak(f"heel_rise_{side}_m", of=_bent(read, _highest)) for side in ("left", "right")}
    rise = {side: _map(answer, lambda value: max(0.0, value)) for side, answer in rise.items()}
    return {
        **{f"heel_rise_{side}_m": answer for side, answer in rise.items()},
        "heel_rise_m": _pick([rise[side] for side in sides], float),
    }


def _knees(read: RepSignals, sides: Sides) -> dict[str, Answer]:
    bent = _bent(read, _highest)
    inward = {side: read.peak(f"knee_over_foot_{side}_m", of=bent) for side in ("left", "right")}
    angles = {side: read.peak(f"knee_over_foot_{side}_deg", of=bent) for side in ("left", "right")}
    shank = float(read.signals["shank_length_m"][read.rep.bottom])
    worst = _pick([inward[side] for side in sides], float)
    share = worst if isinstance(worst, str) else replace(worst, value=worst.value / shank, sd=worst.sd / shank)
    return {
        **{f"knee_over_foot_{side}_m": answer for side, answer in inward.items()},
        **{f"knee_over_foot_{side}_deg": answer for side, answer in angles.items()},
        "knee_over_foot_shank_ratio": share,
        **{f"fppa_{side}_deg": read.at_bottom(f"fppa_{side}_deg") for side in ("left", "right")},
        "knee_reversals_count": _pick([_reversals(read, side) for side in sides], float),
    }


def _bent(read: RepSignals, of: Callable[[FloatArray], FloatArray]) -> Callable[[FloatArray], FloatArray]:
    """`of`, but only where the legs are bent; NaN elsewhere.

    A straight leg has its knee on the line from hip to ankle, so that any stance wider than the hips has the knees
    inside the feet while standing, whatever they do.
    """
    height = read.signals["hip_height_ratio"][read.frames]
    is_bent = height < np.nanmax(height) - BENT_SHARE * (np.nanmax(height) - np.nanmin(height))
    return lambda values: np.where(is_bent, of(values), np.nan)


def _reversals(read: RepSignals, side: str) -> Answer:
    """How often the knee turns back sideways, beyond the one turn of going in or out and coming back."""
    name = f"knee_over_foot_{side}_m"
    peak = read.peak(name, of=_largest)
    if isinstance(peak, str):
        return peak
    way = _bent(read, _highest)(read.averaged(name, read.frames))
    way = way[np.isfinite(way)]
    least = max(REVERSAL_M, float(np.nanmedian(read.signals.sd[name][read.frames])))
    turns = sum(len(prominent_peaks(turned, least=least)[0]) for turned in (way, -way))
    return replace(peak, value=float(max(0, turns - 1)), sd=0.5)


def _both_feet(read: RepSignals) -> dict[str, Answer]:
    shift = read.peak("hip_shift_ratio", of=lambda values: np.abs(values - _at_start(values)))
    if isinstance(shift, Reading):
        start = _at_start(read.averaged("hip_shift_ratio", read.frames))
        shift = replace(shift, value=abs(shift.value - start))
    return {
        "kasr_min_ratio": read.peak("kasr_ratio", of=_bent(read, _lowest)),
        "kasr_drop_ratio": _kasr_drop(read),
        "hip_shift_ratio": shift,
    }


def _at_start(values: FloatArray) -> float:
    """First known value: still standing, and already a mean over PEAK_WINDOW_S."""
    known = values[np.isfinite(values)]
    return float(known[0]) if len(known) else float("nan")


def _kasr_drop(read: RepSignals) -> Answer:
    """How much closer the knees are on the way up than on the way down at the same depth: worst quarter of the
    way."""
    lowest = read.peak("kasr_ratio", of=_bent(read, _lowest))
    difference = read.matched_difference("kasr_ratio")
    if isinstance(lowest, str) or isinstance(difference, str):
        return lowest if isinstance(lowest, str) else str(difference)
    quarter = np.convolve(difference, np.full(5, 0.2), mode="valid")
    return replace(lowest, value=float(max(0.0, quarter.max())), sd=SHARED_BIAS * lowest.sd)


def _tempo(read: RepSignals, context: TrainingContext) -> dict[str, Answer]:
    rep = read.rep
    phases = {
        "eccentric_s": rep.eccentric_s,
        "bottom_pause_s": rep.bottom_pause_s,
        "concentric_s": rep.concentric_s,
        "top_pause_s": rep.top_pause_s,
    }
    sds = {name: _phase_sd_s(read, name) for name in phases}
    at = {"eccentric_s": rep.start, "bottom_pause_s": rep.bottom, "concentric_s": rep.ascent_start}
    answers: dict[str, Answer] = {
        name: "the clip does not show this phase whole"
        if seconds is None
        else Reading(value=seconds, sd=sds[name], frame=at.get(name, rep.end - 1), status="ok")
        for name, seconds in phases.items()
    }
    answers["tempo_error_ratio"] = _tempo_error(list(phases.values()), context, list(sds.values()), rep)
    answers["concentric_speed_mps"] = _concentric_speed(read)
    return answers


def _phase_sd_s(read: RepSignals, phase: str) -> float:
    """Of a phase's length, at least a frame at either end, in movement time."""
    step = float(np.median(np.diff(read.signals.time_s))) if len(read.signals.time_s) > 1 else 0.0
    return max(PHASE_SD_S[phase], float(np.sqrt(2.0)) * step) / read.slowmo_factor


def _tempo_error(phases: list[float | None], context: TrainingContext, sds: list[float], rep: Rep) -> Answer:
    """Worst phase error over what was prescribed, or over 1 s where less was: a 0 s pause cannot be divided by.

    A prescribed top of 0 is not judged: whoever rests between reps, or changes legs, is not off tempo.
    """
    if context.prescribed_tempo_s is None:
        return "no tempo is prescribed"
    frames = (rep.start, rep.bottom_start, rep.ascent_start, rep.end - 1)
    found = [
        (abs(seconds - wanted) / max(wanted, 1.0), sds[i] / max(wanted, 1.0), frame)
        for i, (seconds, wanted, frame) in enumerate(zip(phases, context.prescribed_tempo_s, frames, strict=True))
        if seconds is not None and wanted is not None and not (i == TOP_PHASE and wanted == 0)
    ]
    if not found:
        return "no prescribed phase is shown whole"
    value, sd, frame = max(found)
    return Reading(value=value, sd=sd, frame=frame, status="ok")


def _concentric_speed(read: RepSignals) -> Answer:
    """Mean upward speed of the hips over the concentric phase, m/s of movement time."""
    seconds = read.rep.concentric_s
    if not seconds:
        return "the clip does not show this phase whole"
    low, high = read.at_bottom("hip_height_m"), read.peak("hip_height_m", of=_highest)
    if isinstance(low, str) or isinstance(high, str):
        return low if isinstance(low, str) else high
    speed = (high.value - low.value) / seconds
    share = np.hypot(
        SHARED_BIAS * low.sd / max(high.value - low.value, 0.05), _phase_sd_s(read, "concentric_s") / seconds
    )
    return Reading(value=speed, sd=float(abs(speed) * share), frame=read.rep.ascent_start, status=low.status)
