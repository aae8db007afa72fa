"""A clip enters; what is seen in it leaves: its header, what was decoded, the people in each frame and the room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lookfeel.errors import InvalidValue
from lookfeel.ingest import Limits, Video, open_video
from lookfeel.pose import backend_options, create_backend, detect_poses
from lookfeel.pose.backend import PoseBackend
from lookfeel.pose.pace import Pace
from lookfeel.steady import Background
from lookfeel.types import DecodeSummary, Frame, PoseDetections, Progress, Speed, VideoInfo

SPEEDS: Mapping[Speed, tuple[float, float]] = {
    "accurate": (0.0, 0.0),
    "balanced": (0.026, 0.045),
    "fast": (0.055, 0.055),
}
"""Least seconds of movement between two frames that are looked at: where somebody turns or is quick, and elsewhere;
those between are filled in. 'balanced' looks at every frame up to 38 a second, and at 12 to 22 a second where everybody
stands still or is well under way, see `pose.pace`; 'fast' at 12 to 18 everywhere. What the figures lose by it is in
DECISIONS.md."""

DEFAULT_SPEED: Speed = "balanced"

Watched = tuple[VideoInfo, DecodeSummary, PoseDetections]
"""A clip as `watch` gives it."""


def watch(
    path: str | Path,
    *,
    backend: str = "blazepose",
    weights: str | Path | None = None,
    device: str = "cpu",
    slowmo_factor: float | None = None,
    speed: Speed = DEFAULT_SPEED,
    limits: Limits | None = None,
    progress: Progress | None = None,
    stage: str = "pose",
) -> Watched:
    """Decode a clip once and find the people in each frame and how the room behind them moves, one frame at a time;
    the options are those of `pipeline.analyze`. stage: as which progress is told."""
    check_speed(speed)
    with (
        open_video(path, limits=limits or Limits(), slowmo_factor=slowmo_factor) as video,
        closing(create_backend(backend, **backend_options(weights=weights, device=device))) as net,
    ):
        return look(video, net, speed=speed, progress=progress, stage=stage)


def check_speed(speed: str) -> None:
    """InvalidValue unless it is one of SPEEDS."""
    if speed not in SPEEDS:
        raise InvalidValue(f"there is no speed {speed!r}", hint=f"Use one of: {', '.join(SPEEDS)}.")


def look(video: Video, net: PoseBackend, *, speed: Speed, progress: Progress | None, stage: str) -> Watched:
    """What `watch` does, with a clip and a backend that are open already."""
    info, background = video.info, Background()
    dense_s, sparse_s = SPEEDS[speed]
    detections = detect_poses(
        _at_movement_times(video.reader(), info.slowmo_factor),
        net,
        pace=Pace(net.skeleton, dense_s=dense_s, sparse_s=sparse_s),
        width_px=info.width_px,
        height_px=info.height_px,
        all_times=lambda: video.time_s / info.slowmo_factor,
        on_frame=frames_told(progress, stage, info.n_frames_declared),
        on_people=background.see,
    )
    motion = background.motion(detections.time_s)
    return info, video.summary, replace(detections, time_s=video.time_s, picture_motion=motion)


def _at_movement_times(following: Callable[[float], Frame | None], factor: float) -> Callable[[float], Frame | None]:
    """Frames as if filmed at the speed at which the athlete moved, which is what tracking is made for."""

    def next_frame(gap_s: float) -> Frame | None:
        frame = following(gap_s * factor)
        return frame if frame is None or factor == 1.0 else replace(frame, time_s=frame.time_s / factor)

    return next_frame


def frames_told(progress: Progress | None, stage: str, total: int | None) -> Callable[[int], None]:
    """A listener to frames done that passes them on as progress of one stage."""
    return lambda done: progress(stage, done, total) if progress is not None else None
