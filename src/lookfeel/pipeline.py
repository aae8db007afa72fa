"""The whole flow on one screen: a clip enters, its SetReport leaves; and a SetReport enters, its files leave."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from lookfeel import __version__
from lookfeel.body import lift_body
from lookfeel.errors import ConfigError, InvalidValue, StoreError
from lookfeel.exercises import (
    AS_WRITTEN,
    ExerciseSpec,
    find_exercise,
    is_exercise_file,
    library_sha256,
    load_exercise,
    load_scoring,
    spec_sha256,
)
from lookfeel.export import motion_of, write_motion
from lookfeel.ingest import Limits, open_video
from lookfeel.kinematics import installed_signals, measure_reps, measure_signals, metric_names
from lookfeel.looks import JoinedViews, ShownSet, assess_rep, assess_set, join_views
from lookfeel.matrix import decide, matrix_sha256
from lookfeel.pose.session import execution_provider
from lookfeel.report import render_overlay, without_faces, write_html, write_json, write_reps_csv, write_signals_csv
from lookfeel.report.reading import deepest_deg
from lookfeel.reps import FoundReps, find_reps
from lookfeel.threshold import find_threshold, held_load_kg
from lookfeel.tracks import cover_faces, track_athlete
from lookfeel.types import (
    BodyMotion,
    DecodeSummary,
    ExerciseGuess,
    Feels,
    Frame,
    PastSet,
    PoseDetections,
    PoseTrack,
    Progress,
    Provenance,
    Rep,
    SecondView,
    SetReport,
    Signals,
    Speed,
    TrainingContext,
    VideoInfo,
)
from lookfeel.watching import DEFAULT_SPEED as DEFAULT_SPEED
from lookfeel.watching import SPEEDS as SPEEDS
from lookfeel.watching import Watched as Watched
from lookfeel.watching import frames_told
from lookfeel.watching import watch as watch

Timed = TypeVar("Timed", Signals, PoseTrack, BodyMotion)
LIBRARIES = ("av", "numpy", "onnxruntime", "opencv-python-headless", "scipy")
OVERLAY_NAME = "overlay.mp4"
MOTION_NAME = "motion.nc"
PAGE_NAME = "report.html"
OUTPUT_NAMES = ("report.json", "reps.csv", "signals.csv", MOTION_NAME, PAGE_NAME, OVERLAY_NAME)
OVERLAY_GAP_S = 0.026
"""Least seconds between two frames of the overlay, as played: all of up to 38 a second, 25 to 34 of more. An eye that
follows a squat needs no more (chosen by us)."""

OVERLAY_SIDE_PX = 1280  # sharp on a laptop, and half the bytes and time of full HD (chosen by us)
AUTO = "auto"
FALLBACK_EXERCISE = "squat"
"""Whose words are used when no exercise was recognised; nothing is scored by it, since there are no reps then."""
LOW_BAR = ("squat", "low_bar")
"""Exercise and variant that a low bar makes, where nothing else was named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clip:
    """One clip up to its reps, in movement time (presentation time divided by the slow-motion factor)."""

    info: VideoInfo
    decoded: DecodeSummary
    track: PoseTrack
    body: BodyMotion
    signals: Signals
    found: FoundReps

    @property
    def warnings(self) -> tuple[str, ...]:
        return (*self.decoded.warnings, *self.track.warnings, *self.body.warnings, *self.found.warnings)


def analyze(
    path: str | Path,
    *,
    second: str | Path | None = None,
    exercise: str | Path = AUTO,
    person: int | None = None,
    backend: str = "blazepose",
    weights: str | Path | None = None,
    device: str = "cpu",
    slowmo_factor: float | None = None,
    speed: Speed = DEFAULT_SPEED,
    strictness: float = AS_WRITTEN,
    feels: Feels | None = None,
    context: TrainingContext | None = None,
    history: Sequence[PastSet] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> SetReport:
    """Measure and judge one set from one clip, or from two clips of it, and choose the next action.

    Parameters
        second: another clip of the same set from another side; each item is judged from the better view.
        exercise: a name from `exercise_names()`, a variant, an alias, or the path of a .toml file that describes one of
        your own (see examples/); 'auto' finds out.
        person: which one, counted from 1 from the left, when several are seen in the first clip.
        backend: a name from `backend_names()`; 'rtmpose' runs the network in `weights`, an .onnx file of the user's.
        device: 'cpu', or 'gpu' where onnxruntime offers one; the CPU gives the same digits everywhere.
        slowmo_factor: filmed over played rate, of both clips; read from the files when None.
        speed: how many frames are looked at: see SPEEDS.
        strictness: 0 'whatever, just squat' to 1 'perfection is key'; 0.5 = the rubric as written.
        history: earlier sets of the same athlete, oldest first.
        progress: told (stage, done, total) as work goes on.
    Raises
        LookfeelError: see errors; poor visibility is not an error but 'not assessable'.
    """
    load_scoring().scoring.tightening(strictness)  # what is wrong is told before the work, not after it
    _wanted(exercise)
    look = partial(
        watch,
        backend=backend,
        weights=weights,
        device=device,
        slowmo_factor=slowmo_factor,
        speed=speed,
        limits=limits,
        progress=progress,
    )
    report = judge(
        *look(path),
        second=None if second is None else look(second, stage="pose_second"),
        exercise=exercise,
        person=person,
        strictness=strictness,
        feels=feels,
        context=context,
        history=history,
    )
    settings = {**report.provenance.settings, "slowmo_factor": slowmo_factor, "speed": speed}
    if device != "cpu":
        settings["provider"] = execution_provider(device)
    return replace(report, provenance=replace(report.provenance, settings=settings))


def judge(
    info: VideoInfo,
    decoded: DecodeSummary,
    detections: PoseDetections,
    *,
    second: Watched | None = None,
    exercise: str | Path = AUTO,
    person: int | None = None,
    strictness: float = AS_WRITTEN,
    feels: Feels | None = None,
    context: TrainingContext | None = None,
    history: Sequence[PastSet] = (),
) -> SetReport:
    """Everything after the people were found; the options are those of `analyze`.

    Parameters
        info, decoded, detections: as `watch` gives them, or landmarks from elsewhere in their form, such as the true
        ones of a rendered clip. second: the same of another clip of the set.
    Raises
        UnmatchedViews: the two clips show different numbers of whole reps. InvalidValue: they are the same file.
    """
    if second is not None and second[0].sha256 == info.sha256:
        raise InvalidValue("both clips are the same file", hint="Give one filmed from another side.")
    feels, context = feels or Feels(), context or TrainingContext()
    wanted = _wanted(exercise)
    clip = _read_clip((info, decoded, detections), wanted=wanted, person=person, context=context)
    other = None if second is None else _read_clip(second, wanted=wanted, person=None, context=context)
    clip, other = _agreed(clip, other)

    guess = _as_said(clip.found.exercise, None if wanted is None else wanted[1], context)
    spec = _spec(guess, wanted)
    asked, note = _with_target_depth(context, spec)
    shown, beside = _shown(clip, guess, asked), None if other is None else _shown(other, guess, asked)
    joined = join_views(shown, beside, spec=spec)

    rep_looks = tuple(
        assess_rep(metrics, rep, spec, shown.view, time_s=shown.time_s, strictness=strictness, second=seen)
        for metrics, rep, seen in zip(joined.metrics, shown.reps, joined.seen, strict=True)
    )
    looks = assess_set(rep_looks, spec=spec)
    threshold = find_threshold(rep_looks)
    decision = decide(
        looks,
        feels=feels,
        context=context,
        threshold=threshold,
        n_reps=sum(not rep.is_partial for rep in shown.reps),
        spec=spec,
        rep_looks=rep_looks,
        history=history,
        strictness=strictness,
        load_cap_kg=held_load_kg(history, exercise=guess.name, variant=guess.variant) if _is_known(guess) else None,
        limb_m=clip.body.segment_m,
        is_metric=clip.body.is_metric,
        deepest_deg=deepest_deg(joined.metrics, shown.reps),
    )
    added = installed_signals()
    settings = {
        "exercise": Path(exercise).name if is_exercise_file(exercise) else str(exercise),
        "person": person,
        "strictness": float(strictness),
        "n_past_sets": len(history),
        **({"added_signals": added} if added else {}),
    }
    return SetReport(
        video=info,
        decode=decoded,
        track=_in_presentation_time(clip.track, info.slowmo_factor),
        body=_in_presentation_time(clip.body, info.slowmo_factor),
        signals=_in_presentation_time(clip.signals, info.slowmo_factor),
        exercise=guess,
        reps=shown.reps,
        rep_metrics=joined.metrics,
        rep_looks=rep_looks,
        looks=looks,
        threshold=threshold,
        feels=feels,
        context=context,
        decision=decision,
        provenance=_provenance(info, detections, spec, settings),
        warnings=(*joined.warnings, *clip.warnings, *_of_second(other), *(note if shown.reps else ())),
        second=None if other is None else _second_view(other, joined),
        faces=cover_faces(detections),
    )


def _wanted(exercise: str | Path) -> tuple[ExerciseSpec, str | None] | None:
    """The exercise that the user named, None when it is to be found out.

    Raises
        ConfigError: it is judged by figures that nothing here measures; see also `find_exercise`.
    """
    if exercise == AUTO:
        return None
    spec, variant = find_exercise(exercise)
    known = metric_names()
    for item in spec.rubric:
        for measure in item.measures:
            if measure.metric_for("left") not in known:
                raise ConfigError(
                    f"{exercise}: rubric item {item.id!r}: nothing measures {measure.metric!r}",
                    hint=f"Name one of: {', '.join(known)}; or install the package that adds its signal.",
                )
    return spec, variant


def _spec(guess: ExerciseGuess, wanted: tuple[ExerciseSpec, str | None] | None) -> ExerciseSpec:
    """What the clip is judged by: the exercise as the user named it, or as it was recognised."""
    if wanted is not None and wanted[1] is not None and wanted[1] == guess.variant:
        return wanted[0]
    return load_exercise(guess.name if _is_known(guess) else FALLBACK_EXERCISE, variant=guess.variant)


def _read_clip(
    watched: Watched, *, wanted: tuple[ExerciseSpec, str | None] | None, person: int | None, context: TrainingContext
) -> _Clip:
    """One clip from its detections to its reps, in movement time."""
    info, decoded, detections = watched
    track = track_athlete(_in_movement_time(detections, info.slowmo_factor), person=person)
    body = lift_body(track, height_m=context.height_m)
    signals = measure_signals(track, body)
    found = find_reps(signals, exercise=AUTO if wanted is None else wanted[0].name, view=track.view)
    return _Clip(info=info, decoded=decoded, track=track, body=body, signals=signals, found=found)


def _agreed(clip: _Clip, other: _Clip | None) -> tuple[_Clip, _Clip | None]:
    """Both clips with the exercise of the one that shows it more surely."""
    if other is None:
        return clip, None
    guess = max(clip.found.exercise, other.found.exercise, key=lambda one: (_is_known(one), one.confidence))
    return _with_exercise(clip, guess), _with_exercise(other, guess)


def _with_exercise(clip: _Clip, guess: ExerciseGuess) -> _Clip:
    """The clip with its reps found anew where it was taken for another exercise."""
    if clip.found.exercise.name == guess.name:
        return replace(clip, found=replace(clip.found, exercise=guess))
    found = find_reps(clip.signals, exercise=guess.name, view=clip.track.view)
    return replace(clip, found=replace(found, exercise=guess))


def _shown(clip: _Clip, guess: ExerciseGuess, context: TrainingContext) -> ShownSet:
    """The reps of a clip with their figures; what leaves is in presentation time."""
    factor, found = clip.info.slowmo_factor, clip.found.reps
    return ShownSet(
        reps=_reps_in_presentation_time(found, factor),
        metrics=measure_reps(clip.signals, found, view=clip.track.view, exercise=guess, context=context),
        view=clip.track.view,
        time_s=_in_presentation_time(clip.signals, factor).time_s,
    )


def _second_view(other: _Clip, joined: JoinedViews) -> SecondView:
    reps = tuple(seen.rep for seen in joined.seen if seen is not None)
    return SecondView(video=other.info, decode=other.decoded, view=other.track.view, reps=reps)


def _of_second(other: _Clip | None) -> tuple[str, ...]:
    return () if other is None else tuple(f"Second clip: {warning}" for warning in other.warnings)


def _is_known(guess: ExerciseGuess) -> bool:
    return guess.name not in ("none", "sit_to_stand")


def _as_said(guess: ExerciseGuess, variant: str | None, context: TrainingContext) -> ExerciseGuess:
    """The guess with the variant that the user named, by its name or as a low bar, if any.

    Raises
        InvalidValue: a squat with the bar elsewhere was named, and a low bar too.
    """
    if context.is_low_bar and guess.name == LOW_BAR[0]:
        if variant not in (None, LOW_BAR[1]):
            raise InvalidValue(f"{variant!r} and a low bar exclude each other", hint="Leave one of the two out.")
        variant = LOW_BAR[1]
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
        rubric=spec.name if spec.variant is None else f"{spec.name}/{spec.variant}",
        code_sha256=code_sha256(),
    )


CODE_FILES = (".py", ".toml")
"""What decides on a figure: the code and the tables that it reads; the networks have hashes of their own."""


@cache
def code_sha256() -> str:
    """SHA-256 over the names and contents of lookfeel's own files, in the order of their names."""
    package = Path(__file__).parent
    found = hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.suffix in CODE_FILES):
        content = path.read_bytes()
        found.update(f"{path.relative_to(package).as_posix()} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


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


def _without_faces(frames: Iterable[Frame], report: SetReport) -> Iterator[Frame]:
    """The frames with every head covered.

    Raises
        InvalidValue: where the heads are is not known: then nothing is given out.
    """
    if report.faces is None:
        raise InvalidValue("this pose network knows no faces to cover", hint="Use blazepose, or no overlay.")
    return without_faces(frames, report.faces)


def write_outputs(
    report: SetReport,
    directory: str | Path,
    *,
    overlay: bool = True,
    blur_faces: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write everything about one clip into `directory`/<clip stem>/ and return that folder.

    The overlay, drawn while the clip is decoded once more, comes last, and then the page again, with its key frames: if
    it fails, all else is there. blur_faces: cover every head in both.

    Raises
        StoreError: the folder or the disk refused. UnreadableVideo: the clip is no longer there. InvalidValue: it
        changed, or where the heads are is not known; then nothing is written.
    """
    folder = clip_folder(report.video.path, directory)
    _make_folder(folder)
    if not overlay:
        _write_files(report, folder)
        return folder
    with open_video(report.video.path, limits=limits or Limits(), max_side_px=OVERLAY_SIDE_PX) as video:
        if video.info.sha256 != report.video.sha256:
            raise InvalidValue("the clip changed since it was analysed", hint="Analyse it again.")
        frames = video.every(OVERLAY_GAP_S)
        frames = _without_faces(frames, report) if blur_faces else frames
        _write_files(report, folder)
        told = frames_told(progress, "overlay", report.decode.n_frames)
        key_frames = render_overlay(report, frames, folder / OVERLAY_NAME, on_frame=told)
    write_html(report, folder / PAGE_NAME, key_frames=key_frames, overlay_name=OVERLAY_NAME)
    return folder


def _write_files(report: SetReport, folder: Path) -> None:
    """All but the overlay; one of an earlier run goes, since these results do not belong to it."""
    (folder / OVERLAY_NAME).unlink(missing_ok=True)
    write_motion(motion_of(report), folder / MOTION_NAME)
    write_json(report, folder / "report.json")
    write_reps_csv(report, folder / "reps.csv")
    write_signals_csv(report, folder / "signals.csv")
    write_html(report, folder / PAGE_NAME)
