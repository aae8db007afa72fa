"""A clip enters; whether browsers play it leaves, a smaller copy that all of them do, and a picture for lists."""

from __future__ import annotations

from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

from lookfeel.confined.order import Work
from lookfeel.errors import UnreadableVideo
from lookfeel.ingest import Limits, open_video
from lookfeel.kept.watched import load_watched
from lookfeel.report import without_faces
from lookfeel.report.document import VideoDocument
from lookfeel.report.movie import movie_into
from lookfeel.tracks import cover_faces
from lookfeel.types import Progress

SIDE_PX = 1280
"""As the overlay of the report: sharp on a laptop, and half the bytes and time of full HD (chosen by us)."""

USUAL_FPS = 30.0
POSTER_SIDE_PX = 480
JPEG_QUALITY = 80
CLIP = "clip"
"""In messages: the one that was sent."""

COPY_JOB, PICTURE_JOB = "lookfeel.web.playable:copying", "lookfeel.web.playable:picturing"


def copying(options: dict[str, Any]) -> Work:
    """A confined job: H.264 in MP4, upright, each frame at its own presentation time, without sound; where `watched`
    names what was seen in the clip, with every head covered.

    Raises
        UnreadableVideo: where the heads are is not known.
    """
    limits = Limits(**options["limits"])
    covers = None
    if options.get("watched") is not None:
        watched = load_watched(Path(options["watched"]))
        covers = None if watched is None else cover_faces(watched.detections)
        if covers is None:
            raise UnreadableVideo("where the heads are in this video is not known")

    def work(clip: BinaryIO, result: FileIO, tell: Progress) -> None:
        with open_video(CLIP, file=clip, limits=limits, max_side_px=SIDE_PX) as video:
            fps = video.info.nominal_fps or USUAL_FPS
            with movie_into(result, nominal_fps=fps) as movie:
                for frame in video if covers is None else without_faces(video, covers):
                    height, width, _ = frame.rgb.shape
                    movie.add(frame.rgb[: height // 2 * 2, : width // 2 * 2], time_s=frame.time_s)
                    tell("proxy", frame.index + 1, video.info.n_frames_declared)

    return work


def picturing(options: dict[str, Any]) -> Work:
    """A confined job: one frame as a small JPEG."""
    import cv2

    limits = Limits(**options["limits"])

    def work(clip: BinaryIO, result: FileIO, tell: Progress) -> None:  # noqa: ARG001 (a moment's work)
        with open_video(CLIP, file=clip, limits=limits, max_side_px=POSTER_SIDE_PX) as video:
            frame = next((frame for frame in video if frame.index >= options["frame"]), None)
        if frame is None:
            raise UnreadableVideo("there is no such picture in the video")
        _, data = cv2.imencode(".jpg", frame.rgb[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        result.write(data.tobytes())

    return work


def needs_copy(video: VideoDocument) -> bool:
    """Whether most browsers cannot play a clip: they play 8-bit H.264, and VP9 or AV1 in WebM (chosen by us)."""
    is_plain = video.codec == "h264" and video.bit_depth == 8
    return not (is_plain or (video.codec in ("vp9", "av1") and video.container in ("webm", "matroska")))
