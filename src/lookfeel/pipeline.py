"""The whole flow on one screen: a clip enters, its SetReport leaves; and a SetReport enters, its files leave."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from lookfeel import __version__
from lookfeel.body import lift_body
from lookfeel.errors import InvalidValue, StoreError
from lookfeel.exercises import ExerciseSpec, library_sha256, load_exercise, resolve_exercise, spec_sha256
from lookfeel.ingest import Limits, open_video
from lookfeel.kinematics import measure_reps, measure_signals
from lookfeel.looks import assess_rep, assess_set
from lookfeel.matrix import decide, matrix_sha256
from lookfeel.pose import create_backend, detect_poses
from lookfeel.report import render_overlay, write_html, write_json, write_reps_csv, write_signals_csv
from lookfeel.reps import find_reps
from lookfeel.steady import Background
from lookfeel.threshold import find_threshold
from lookfeel.tracks import track_athlete
from lookfeel.types import (
    BodyMotion,
    DecodeSummary,
    ExerciseGuess,
    Feels,
    PoseDetections,
    PoseTrack,
    Progress,
    Provenance,
    Rep,
    RepMetrics,
    SetReport,
    Signals,
    TrainingContext,
    VideoInfo,
)

Timed = TypeVar("Timed", Signals, PoseTrack, BodyMotion)
LIBRARIES = ("av", "numpy", "onnxruntime", "opencv-python-headless", "scipy")
OVERLAY_NAME = "overlay.mp4"
OUTPUT_NAMES = ("report.json", "reps.csv", "signals.csv", "report.html", OVERLAY_NAME)
OVERLAY_SIDE_PX = 1280  # sharp on a laptop, and half the bytes and time of full HD (chosen by us)
AUTO = "auto"
FALLBACK_EXERCISE = "squat"
"""Whose words are used when no exercise was recognised; nothing is scored by it, since there are no reps then."""


def analyze(
    path: str | Path,
    *,
    exercise: str = AUTO,
    person: int | None = None,
    backend: str = "blazepose",
    slowmo_factor: float | None = None,
    strictness: float = 1.0,
    feels: Feels | None = None,
    context: TrainingContext | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> SetReport:
    """Measure and judge one clip of one set, and choose the next action.

    Parameters
        exercise: a name from `exercise_names()`, a variant or an alias; 'auto' finds out.
        person: which one, counted from 1 from the left, when several are seen.
        slowmo_factor: filmed over played rate; read from the file when None.
        strictness: 1 = the rubric as written; 2 asks for twice as little deviation.
        progress: told (stage, done, total) as work goes on.
    Raises
        LookfeelError: see errors; poor visibility is not an error but 'not assessable'.
    """
    if exercise != AUTO:
        resolve_exercise(exercise)  # a wrong name is told before the work, not after it
    info, decoded, detections = watch(
        path, backend=backend, slowmo_factor=slowmo_factor, limits=limits, progress=progress
    )
    report = judge(
        info,
        decoded,
        detections,
        exercise=exercise,
        person=person,
        strictness=strictness,
        feels=feels,
        context=context,
    )
    settings = {**report.provenance.settings, "slowmo_factor": slowmo_factor}
    return replace(report, provenance=replace(report.provenance, settings=settings))


def judge(
    info: VideoInfo,
    decoded: DecodeSummary,
    detections: PoseDetections,
    *,
    exercise: str = AUTO,
    person: int | None = None,
    strictness: float = 1.0,
    feels: Feels | None = None,
    context: TrainingContext | None = None,
) -> SetReport:
    """Everything after the people were found; the options are those of `analyze`.

    Rooms between the detections and the reps work in movement time (presentation time divided by the slow-motion
    factor); what leaves is in presentation time again.

    Parameters
        info, decoded, detections: as `watch` gives them, or landmarks from elsewhere in their form, such as the true
        ones of a rendered clip.
    """
    wanted = None if exercise == AUTO else resolve_exercise(exercise)
    feels, context = feels or Feels(), context or TrainingContext()
    factor = info.slowmo_factor

    track = track_athlete(_in_movement_time(detections, factor), person=person)
    body = lift_body(track, height_m=context.height_m)
    signals = measure_signals(track, body)
    found = find_reps(signals, exercise=AUTO if wanted is None else wanted[0].name, view=track.view)
    guess = _as_said(found.exercise, None if wanted is None else wanted[1])
    spec = load_exercise(guess.name if _is_known(guess) else FALLBACK_EXERCISE)
    asked, note = _with_target_depth(context, spec)
    rep_metrics = measure_reps(signals, found.reps, view=track.view, exercise=guess, context=asked)

    signals, reps = _in_presentation_time(signals, factor), _reps_in_presentation_time(found.reps, factor)
    rep_looks = tuple(
        assess_rep(
            metrics, rep, spec, track.view, time_s=signals.time_s, strictness=strictness, is_low_bar=context.is_low_bar
        )
        for metrics, rep in zip(rep_metrics, reps, strict=True)
    )
    looks = assess_set(rep_looks, spec=spec)
    threshold = find_threshold(rep_looks)
    decision = decide(
        looks,
        feels=feels,
        context=context,
        threshold=threshold,
        n_reps=sum(not rep.is_partial for rep in reps),
        spec=spec,
        rep_looks=rep_looks,
        limb_m=body.segment_m,
        is_metric=body.is_metric,
        deepest_deg=_deepest_deg(rep_metrics, reps),
    )
    settings = {"exercise": exercise, "person": person, "strictness": strictness}
    return SetReport(
        video=info,
        decode=decoded,
        track=_in_presentation_time(track, factor),
        body=_in_presentation_time(body, factor),
        signals=signals,
        exercise=guess,
        reps=reps,
        rep_metrics=rep_metrics,
        rep_looks=rep_looks,
        looks=looks,
        threshold=threshold,
        feels=feels,
        context=context,
        decision=decision,
        provenance=_provenance(info, detections, spec, settings),
        warnings=(*decoded.warnings, *track.warnings, *body.warnings, *found.warnings, *(note if reps else ())),
    )


def watch(
    path: str | Path,
    *,
    backend: str = "blazepose",
    slowmo_factor: float | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[VideoInfo, DecodeSummary, PoseDetections]:
    """Decode a clip once and find the people in each frame and how the room behind them moves, one frame at a time;
    the options are those of `analyze`."""
    with (
        open_video(path, limits=limits or Limits(), slowmo_factor=slowmo_factor) as video,
        closing(create_backend(backend)) as net,
    ):
        info, background = video.info, Background()
        detections = detect_poses(
            video,
            net,
            width_px=info.width_px,
            height_px=info.height_px,
            on_frame=_told(progress, "pose", info.n_frames_declared),
            on_people=background.see,
        )
        return info, video.summary, replace(detections, picture_motion=background.motion())


def _told(progress: Progress | None, stage: str, total: int | None) -> Callable[[int], None]:
    """A listener to frames done that passes them on as progress of one stage."""
    return lambda done: progress(stage, done, total) if progress is not None else None


def _is_known(guess: ExerciseGuess) -> bool:
    return guess.name not in ("none", "sit_to_stand")


def _as_said(guess: ExerciseGuess, variant: str | None) -> ExerciseGuess:
    """The guess with the variant that the user named, if any."""
    return guess if variant is None else replace(guess, variant=variant)


def _with_target_depth(context: TrainingContext, spec: ExerciseSpec) -> tuple[TrainingContext, tuple[str, ...]]:
    """The context with the exercise's own target depth where nobody prescribed one, and a word about that."""
    is_judged = any(item.metric == "depth_shortfall_deg" for item in spec.rubric)
    if context.prescribed_thigh_deg is not None or not is_judged:
        return context, ()
    target = spec.default_thigh_deg
    words = "thigh level" if target == 0 else f"thigh {target:.0f}° above level"
    note = f"No depth was prescribed, so the target is {words}; --prescribed-depth sets another."
    return replace(context, prescribed_thigh_deg=target), (note,)


def _in_movement_time(detections: PoseDetections, factor: float) -> PoseDetections:
    return detections if factor == 1.0 else replace(detections, time_s=detections.time_s / factor)


def _in_presentation_time(timed: Timed, factor: float) -> Timed:
    return timed if factor == 1.0 else replace(timed, time_s=timed.time_s * factor)


def _reps_in_presentation_time(reps: tuple[Rep, ...], factor: float) -> tuple[Rep, ...]:
    """Moments in presentation time; phases stay in movement time, which is what tempo means."""
    return tuple(
        replace(rep, start_s=rep.start_s * factor, bottom_s=rep.bottom_s * factor, end_s=rep.end_s * factor)
        for rep in reps
    )


def _deepest_deg(rep_metrics: Sequence[RepMetrics], reps: Sequence[Rep]) -> float | None:
    """Median knee bend at the bottom of the whole reps; None when it was not measured."""
    found = (
        m.metrics.get("depth_knee_flexion_deg") for m, rep in zip(rep_metrics, reps, strict=True) if not rep.is_partial
    )
    known = [metric.value for metric in found if metric is not None and metric.value is not None]
    return median(known) if known else None


def _provenance(
    info: VideoInfo, detections: PoseDetections, spec: ExerciseSpec, settings: Mapping[str, Any]
) -> Provenance:
    return Provenance(
        lookfeel_version=__version__,
        python_version=platform.python_version(),
        library_versions={name: version(name) for name in LIBRARIES},
        backend=detections.backend,
        weights_sha256=detections.weights_sha256,
        rubric_sha256=spec_sha256(spec),
        matrix_sha256=matrix_sha256(),
        library_sha256=library_sha256(),
        video_sha256=info.sha256,
        settings=settings,
    )


def clip_folder(path: str | Path, directory: str | Path) -> Path:
    """Folder of one clip's results: `directory`/<stem of the clip>, never above or outside `directory`.

    Raises
        InvalidValue: the results would overwrite the clip itself.
    """
    stem = Path(path).stem
    folder = Path(directory) / (stem if stem.strip(". ") else "clip")
    if folder.resolve() == Path(path).resolve().parent and Path(path).name in OUTPUT_NAMES:
        raise InvalidValue(f"the results would overwrite {Path(path).name!r} itself", hint="Give another -o.")
    return folder


def check_folder(folder: Path) -> None:
    """Refuse a folder that could not be made, before the work and without making it.

    Raises
        StoreError: what is there of its path is no folder or may not be written to.
    """
    there = next(part for part in (folder, *folder.absolute().parents) if part.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise StoreError(f"results cannot be written to {str(folder)!r}: {str(there)!r} is no folder to write to")


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it; StoreError when that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"could not make the folder {str(folder)!r}: {error.strerror or error}") from error


def write_outputs(
    report: SetReport,
    directory: str | Path,
    *,
    overlay: bool = True,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write everything about one clip into `directory`/<clip stem>/ and return that folder.

    The overlay, drawn while the clip is decoded once more, comes first: its key frames go into the page.

    Raises
        StoreError: the folder or the disk refused. UnreadableVideo: the clip is no longer there.
    """
    folder = clip_folder(report.video.path, directory)
    _make_folder(folder)
    key_frames: Mapping[int, bytes] = {}
    if overlay:
        with open_video(report.video.path, limits=limits or Limits(), max_side_px=OVERLAY_SIDE_PX) as video:
            if video.info.sha256 != report.video.sha256:
                raise InvalidValue("the clip changed since it was analysed", hint="Analyse it again.")
            told = _told(progress, "overlay", report.decode.n_frames)
            key_frames = render_overlay(report, video, folder / OVERLAY_NAME, on_frame=told)
    else:
        (folder / OVERLAY_NAME).unlink(missing_ok=True)  # of an earlier run, which these results do not belong to
    write_json(report, folder / "report.json")
    write_reps_csv(report, folder / "reps.csv")
    write_signals_csv(report, folder / "signals.csv")
    write_html(report, folder / "report.html", key_frames=key_frames, overlay_name=OVERLAY_NAME if overlay else None)
    return folder
