"""A clip enters; whether browsers play it leaves, and a smaller copy that all of them do."""

from __future__ import annotations

from pathlib import Path

from lookfeel.ingest import Limits, open_video
from lookfeel.report.document import VideoDocument
from lookfeel.report.movie import new_movie
from lookfeel.types import Progress

SIDE_PX = 1280
"""As the overlay of the report: sharp on a laptop, and half the bytes and time of full HD (chosen by us)."""

USUAL_FPS = 30.0


def write_playable(source: Path, target: Path, *, limits: Limits, tell: Progress) -> None:
    """Write H.264 in MP4, upright, each frame at its own presentation time, without sound.

    Raises
        LookfeelError: the clip cannot be read, or the copy not be written.
    """
    with open_video(source, limits=limits, max_side_px=SIDE_PX) as video:
        fps = video.info.nominal_fps or USUAL_FPS
        with new_movie(target, nominal_fps=fps) as movie:
            for frame in video:
                height, width, _ = frame.rgb.shape
                movie.add(frame.rgb[: height // 2 * 2, : width // 2 * 2], time_s=frame.time_s)
                tell("proxy", frame.index + 1, video.info.n_frames_declared)


def needs_copy(video: VideoDocument) -> bool:
    """Whether most browsers cannot play a clip: they play 8-bit H.264, and VP9 or AV1 in WebM (chosen by us)."""
    is_plain = video.codec == "h264" and video.bit_depth == 8
    return not (is_plain or (video.codec in ("vp9", "av1") and video.container in ("webm", "matroska")))
