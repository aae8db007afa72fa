"""Opened container -> the video track to read and what the header says of it, refused when above the limits."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lookfeel.errors import InvalidValue, UnreadableVideo, VideoTooLarge
from lookfeel.ingest.limits import Limits

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

CODECS = frozenset({"h264", "hevc", "av1", "vp9", "vp8", "mpeg4"})
"""Names of the formats that we decode; everything else is refused, so that rarely tested decoders never see a file."""

# Android writes com.android.capture.fps; other makers' spellings of it are taken too. An iPhone writes none that we
# know of: its slow motion keeps true times until it is exported.
_CAPTURE_RATE_KEY = re.compile(r"capture[._-]?fps$", re.IGNORECASE)
# Chosen by us: 30 fps tagged on a 29.97 or 24 fps clip is no slow motion, the smallest real one is 60 on 30.
_SLOWMO_FROM_RATIO = 1.5
# Where frames are counted nowhere, rate times length tells a million of them from a rate that was guessed wrongly,
# 1000 a second for instance; what lies between is found while decoding (chosen by us).
_IMPLIED_RATIO = 10
_SLOWMO_RANGE = (0.1, 100.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the container says. n_frames: pictures to be shown, None when it does not say; duration_s likewise."""

    n_frames: int | None
    duration_s: float | None
    nominal_fps: float | None
    capture_fps: float | None


def pick_video_stream(container: InputContainer) -> VideoStream:
    """The largest video track that is no cover picture; UnreadableVideo when there is none that we decode."""
    from av.stream import Disposition

    stills = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [stream for stream in container.streams.video if not stream.disposition & stills]
    if not streams:
        others = {"a cover picture": container.streams.video, "sound": container.streams.audio}
        found = " and ".join(name for name, tracks in others.items() if tracks) or "nothing that we know"
        raise UnreadableVideo(f"the file holds {found}, but no video")
    readable = [stream for stream in streams if format_name(stream) in CODECS]
    if not readable:
        names = ", ".join(sorted({format_name(stream) for stream in streams}))
        raise UnreadableVideo(f"the video is coded as {names}, which we do not read")
    return max(readable, key=lambda stream: stream.width * stream.height)


def format_name(stream: VideoStream) -> str:
    """Name of the coding format, such as 'av1', whichever decoder serves it."""
    if stream.codec_context is None:
        return "an unknown format"
    return stream.codec_context.codec.canonical_name


def read_header(container: InputContainer, stream: VideoStream, limits: Limits) -> Header:
    """Figures of the header; VideoTooLarge when they are above the limits, before anything is decoded."""
    check_picture(stream.width, stream.height, limits)
    if stream.frames > limits.n_frames:
        raise VideoTooLarge(f"the clip has {stream.frames} frames; the limit is {limits.n_frames}")
    duration_s = _duration_s(container, stream)
    if duration_s is not None and duration_s > limits.duration_s:
        raise VideoTooLarge(f"the clip lasts {duration_s:.1f} s; the limit is {limits.duration_s:g} s")
    implied = float(stream.average_rate or 0) * (duration_s or 0.0)
    if not stream.frames and implied > _IMPLIED_RATIO * limits.n_frames:
        raise VideoTooLarge(f"the clip seems to have {implied:.0f} frames; the limit is {limits.n_frames}")
    return Header(
        n_frames=_n_shown_frames(stream),
        duration_s=duration_s,
        nominal_fps=float(stream.average_rate) if stream.average_rate else None,
        capture_fps=capture_rate(container.metadata, stream.metadata),
    )


def check_picture(width: int, height: int, limits: Limits) -> None:
    """Raise unless the picture has a size and is within the limit."""
    if width <= 0 or height <= 0:
        raise UnreadableVideo("the file does not say how large its pictures are, or they are far above the limit")
    if width * height > limits.n_pixels:
        raise VideoTooLarge(f"the picture has {width} x {height} pixels; the limit is {limits.n_pixels} in all")


def _n_shown_frames(stream: VideoStream) -> int | None:
    """Samples in the file's table, without those that the edit list of a trimmed clip keeps only to start decoding."""
    if not stream.frames:  # fragmented or Matroska: counted nowhere
        return None
    return sum(not entry.is_discard for entry in stream.index_entries) or None


def _duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    """Seconds of the video track, else of the whole container, None when neither is said."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    tagged = _clock_seconds(stream.metadata.get("DURATION", ""))  # Matroska, per track
    if tagged is not None:
        return tagged
    return None if container.duration is None else container.duration / 1_000_000


def _clock_seconds(text: str) -> float | None:
    """'00:01:02.5' -> 62.5; None when it is not such a text."""
    parts = text.split(":")
    if len(parts) != 3:
        return None
    hours, minutes, seconds = map(_number, parts)
    total = hours * 3600 + minutes * 60 + seconds
    return total if total > 0 else None


def capture_rate(*tags: Mapping[str, str]) -> float | None:
    """Frames a second that the camera recorded, by the phone's own tag; None when not said or not a sensible number."""
    texts = (text for mapping in tags for key, text in mapping.items() if _CAPTURE_RATE_KEY.search(key))
    return next((rate for rate in map(_number, texts) if rate > 0), None)


def _number(text: str) -> float:
    """The finite number that a text is, else NaN."""
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def slowmo_of(capture_fps: float | None, playback_fps: float | None) -> float:
    """Capture rate over playback rate when the clip is slow motion, else 1."""
    if capture_fps is None or not playback_fps:
        return 1.0
    ratio = capture_fps / playback_fps
    return ratio if ratio > _SLOWMO_FROM_RATIO else 1.0


def check_slowmo_factor(factor: float) -> float:
    """Return a factor that the user gave; InvalidValue unless it is within 0.1 and 100."""
    low, high = _SLOWMO_RANGE
    if not low <= factor <= high:  # also catches NaN
        raise InvalidValue(
            f"a slow-motion factor of {factor} makes no sense",
            hint=f"Give capture rate over playback rate, {low:g} to {high:g}: 8 for 240 fps played at 30.",
        )
    return float(factor)
