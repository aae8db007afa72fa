"""A clip enters; what is seen in it leaves: its header, what was decoded, the people in each frame and the room."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from lookfeel.ingest import Limits, Video, open_video
from lookfeel.pose import create_backend, detect_poses
from lookfeel.pose.backend import PoseBackend
from lookfeel.steady import Background
from lookfeel.types import DecodeSummary, PoseDetections, Progress, VideoInfo

Watched = tuple[VideoInfo, DecodeSummary, PoseDetections]
"""A clip as `watch` gives it."""


def watch(
    path: str | Path,
    *,
    backend: str = "blazepose",
    slowmo_factor: float | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    stage: str = "pose",
) -> Watched:
    """Decode a clip once and find the people in each frame and how the room behind them moves, one frame at a time;
    the options are those of `pipeline.analyze`. stage: as which progress is told."""
    with (
        open_video(path, limits=limits or Limits(), slowmo_factor=slowmo_factor) as video,
        closing(create_backend(backend)) as net,
    ):
        return look(video, net, progress=progress, stage=stage)


def look(video: Video, net: PoseBackend, *, progress: Progress | None, stage: str) -> Watched:
    """What `watch` does, with a clip and a backend that are open already."""
    info, background = video.info, Background()
    detections = detect_poses(
        video,
        net,
        width_px=info.width_px,
        height_px=info.height_px,
        on_frame=frames_told(progress, stage, info.n_frames_declared),
        on_people=background.see,
    )
    return info, video.summary, replace(detections, picture_motion=background.motion())


def frames_told(progress: Progress | None, stage: str, total: int | None) -> Callable[[int], None]:
    """A listener to frames done that passes them on as progress of one stage."""
    return lambda done: progress(stage, done, total) if progress is not None else None
