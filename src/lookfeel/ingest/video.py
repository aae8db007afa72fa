"""Path -> an open Video: its header, then upright frames with true times, then what was decoded."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from lookfeel.errors import InvalidValue, UnreadableVideo, VideoTooLarge
from lookfeel.ingest.clock import PresentationClock, frame_spacing
from lookfeel.ingest.container import Demuxer, missing_bytes
from lookfeel.ingest.damage import Damage, summarise
from lookfeel.ingest.header import (
    Header,
    check_picture,
    check_slowmo_factor,
    format_name,
    pick_video_stream,
    read_header,
    slowmo_of,
)
from lookfeel.ingest.limits import Limits
from lookfeel.ingest.opening import check_file, open_container, open_file, prepare_decoder, sha256_of, size_of
from lookfeel.ingest.picture import PictureMaker, Turn, turn_of_frame
from lookfeel.types import DecodeSummary, FloatArray, Frame, VideoInfo

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Chosen by us: a picture may be coded in two packets (fields, hidden reference pictures), never in more on average.
_PACKETS_PER_FRAME = 2


class Video:
    """An open clip. Iterate once for its Frames; close it, or use it as a context manager.

    info: what the file says of itself. summary: what was decoded, once the frames have been read to the end.
    Memory does not grow with the length of the clip.
    """

    def __init__(
        self,
        path: Path,
        file: BinaryIO,
        demuxer: Demuxer,
        *,
        limits: Limits,
        slowmo_factor: float | None,
        max_side_px: int | None,
    ) -> None:
        self._file = file
        self._limits = limits
        self._damage = Damage(n_missing_bytes=missing_bytes(file, demuxer, size_bytes=size_of(file)))
        self._summary: DecodeSummary | None = None
        self._is_started = False
        self._container = open_container(file, demuxer, limits)
        try:
            self._stream = pick_video_stream(self._container)
            header = read_header(self._container, self._stream, limits)
            prepare_decoder(self._container, self._stream, limits, is_cut_short=self._damage.n_missing_bytes > 0)
            self._clock = PresentationClock(_time_base(self._stream))
            self._frames = self._decode()
            self._first = self._first_frame()
            self._usable, self._given_s = self._timed(), -math.inf
            turn = turn_of_frame(self._first)
            self._shape = (self._first.width, self._first.height)
            self._maker = PictureMaker(
                self._first,
                pixel_aspect=self._stream.sample_aspect_ratio,
                turn=turn,
                max_side_px=max_side_px,
            )
            self.info = self._describe(path, demuxer, header, turn, slowmo_factor)
            self._notes = _notes(self.info, turn, slowmo_factor, self._stream.sample_aspect_ratio)
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the decoder and the file."""
        self._container.close()
        self._file.close()

    @property
    def summary(self) -> DecodeSummary:
        """What was decoded; RuntimeError until all frames have been read."""
        if self._summary is None:
            raise RuntimeError("read all frames before asking for the summary")
        return self._summary

    @property
    def time_s(self) -> FloatArray:
        """(T,) seconds of all frames read so far, whether or not they were given out."""
        return self._clock.time_s

    def __iter__(self) -> Iterator[Frame]:
        """Upright frames in order of presentation; can be read once."""
        return self.every(0.0)

    def every(self, gap_s: float) -> Iterator[Frame]:
        """Upright frames that lie gap_s or more apart, and the last; can be read once.

        All frames are decoded, counted and timed, but those between are not turned into pictures: `index` has gaps.
        """
        following = self.reader()
        return iter(lambda: following(gap_s), None)

    def reader(self) -> Callable[[float], Frame | None]:
        """What gives one frame a call: the next that lies so many seconds or more after the one before, at last the
        clip's own last, then None. Can be asked for once; see `every`."""
        if self._is_started:
            raise RuntimeError("the frames of a Video can be read once; open the file again")
        self._is_started = True
        return self._following

    def _following(self, gap_s: float) -> Frame | None:
        passed_over = None
        for timed in self._usable:
            if timed[1] - self._given_s >= gap_s:
                self._given_s = timed[1]
                return self._frame(*timed)
            passed_over = timed
        return None if passed_over is None else self._frame(*passed_over)

    def _frame(self, index: int, time_s: float, decoded: VideoFrame) -> Frame:
        return Frame(index=index, time_s=time_s, rgb=self._maker.picture(decoded), scale=self._maker.scale)

    def _timed(self) -> Iterator[tuple[int, float, VideoFrame]]:
        """Frames that can be used, with their number and seconds; what was decoded is summed up at the end."""
        n_frames, last_length_s = 0, 0.0
        for decoded in self._with_first():
            if not self._has_same_shape(decoded):
                self._damage.n_odd_shape += 1
                continue
            time_s = self._clock.place(decoded.pts)
            if time_s is None:
                self._damage.n_untimed += 1
                continue
            self._check_length(n_frames + 1, time_s)
            self._damage.n_corrupt += decoded.is_corrupt
            last_length_s = float((decoded.duration or 0) * _time_base(self._stream))
            yield n_frames, time_s, decoded
            n_frames += 1
        self._finish(last_length_s)

    def _finish(self, last_length_s: float) -> None:
        time_s = self._clock.time_s
        if not len(time_s):
            raise UnreadableVideo("no frame of the video has a time stamp")
        spacing = frame_spacing(time_s)
        if last_length_s <= 0 and spacing.median_s > 0:
            last_length_s = spacing.median_s
        end_s = float(time_s[-1]) + last_length_s
        self._summary = summarise(
            self.info, self._damage, time_s=time_s, end_s=end_s, spacing=spacing, notes=self._notes
        )

    def _with_first(self) -> Iterator[VideoFrame]:
        yield self._first
        yield from self._frames

    def _first_frame(self) -> VideoFrame:
        first = next(self._frames, None)
        if first is None:
            raise UnreadableVideo(
                "no picture of the video could be decoded",
                hint="The file is damaged or cut short. Copy it from the phone again.",
            )
        return first

    def _decode(self) -> Iterator[VideoFrame]:
        """Frames as the decoder gives them; damaged packets are counted and passed over."""
        from av.error import FFmpegError

        packets = self._container.demux(self._stream)
        n_packets = 0
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (FFmpegError, OSError):  # OSError: from reading, or from seeking to where a damaged index points
                self._damage.is_cut_off = True
                return
            n_packets += 1
            if n_packets > _PACKETS_PER_FRAME * self._limits.n_frames + 1:  # + 1: the empty packet that flushes
                raise VideoTooLarge(f"the clip has more than {self._limits.n_frames} frames")
            try:
                frames = packet.decode()
            except FFmpegError:
                self._damage.n_unread_packets += 1
                continue
            yield from frames

    def _has_same_shape(self, decoded: VideoFrame) -> bool:
        """Whether the picture has the first one's proportions; a call recording changes its size but keeps those."""
        if (decoded.width, decoded.height) == self._shape:
            return True
        check_picture(decoded.width, decoded.height, self._limits)
        expected_width = self._shape[0] * decoded.height / self._shape[1]
        return abs(decoded.width - expected_width) <= 0.01 * expected_width

    def _check_length(self, n_frames: int, time_s: float) -> None:
        if n_frames > self._limits.n_frames:
            raise VideoTooLarge(f"the clip has more than {self._limits.n_frames} frames")
        if time_s > self._limits.duration_s:
            raise VideoTooLarge(f"the clip is longer than {self._limits.duration_s:g} s")

    def _describe(
        self, path: Path, demuxer: Demuxer, header: Header, turn: Turn, slowmo_factor: float | None
    ) -> VideoInfo:
        check_picture(self._first.width, self._first.height, self._limits)
        pixel_format = self._first.format
        tagged = slowmo_of(header.capture_fps, header.nominal_fps)
        return VideoInfo(
            path=str(path),
            sha256=sha256_of(self._file),
            size_bytes=size_of(self._file),
            container=demuxer,
            codec=format_name(self._stream),
            pixel_format=pixel_format.name,
            bit_depth=max(component.bits for component in pixel_format.components),
            width_px=self._maker.width_px,
            height_px=self._maker.height_px,
            rotation_deg=turn.clockwise_deg,
            nominal_fps=header.nominal_fps,
            capture_fps=header.capture_fps,
            slowmo_factor=tagged if slowmo_factor is None else slowmo_factor,
            duration_s=header.duration_s,
            n_frames_declared=header.n_frames,
        )


def open_video(
    path: str | os.PathLike[str],
    *,
    file: BinaryIO | None = None,
    limits: Limits | None = None,
    slowmo_factor: float | None = None,
    max_side_px: int | None = None,
) -> Video:
    """Open a clip and decode its first picture.

    Parameters
        path: an MP4, MOV or WebM file with H.264, HEVC, AV1, VP9, VP8 or MPEG-4 video.
        file: the same, open already; then `path` is its name only. Closed with the Video.
        limits: largest clip to accept; Limits() when not given.
        slowmo_factor: capture rate over playback rate, when the phone's own tag is missing or wrong.
        max_side_px: longer side of the pictures given out; larger ones are reduced. None: as measuring wants them, no
            longer than 1280, and exact halves or quarters where these are 960 or more, which are made fastest.
    Raises
        FileMissing: no such file, a folder, or no permission.
        UnreadableVideo: not a video that we decode.
        VideoTooLarge: above the limits; also while iterating, when the header lied.
        InvalidValue: slowmo_factor or max_side_px makes no sense.
    """
    factor = None if slowmo_factor is None else check_slowmo_factor(slowmo_factor)
    if max_side_px is not None and max_side_px < 16:
        raise InvalidValue(f"pictures of {max_side_px} pixels are too small", hint="Give 256 or more; 1280 is usual.")
    limits = Limits() if limits is None else limits
    file = open_file(Path(path)) if file is None else file
    try:
        demuxer = check_file(file, Path(path).name, limits)
        return Video(Path(path), file, demuxer, limits=limits, slowmo_factor=factor, max_side_px=max_side_px)
    except BaseException:
        file.close()
        raise


def _time_base(stream: VideoStream) -> Fraction:
    if stream.time_base is None:
        raise UnreadableVideo("the video has no clock")
    return stream.time_base


def _notes(info: VideoInfo, turn: Turn, given_factor: float | None, pixel_aspect: Fraction | None) -> tuple[str, ...]:
    """Warnings that the header alone gives rise to."""
    notes = []
    if turn.is_mirrored:
        notes.append(
            "The file asks to be shown mirrored, which is not done: check that left and right are the athlete's."
        )
    if not turn.is_exact:
        notes.append(f"The file asks for an odd angle; the nearest quarter turn is used: {turn.clockwise_deg} degrees.")
    if pixel_aspect not in (None, 0, 1):
        notes.append("The file's pixels are not square; the picture was stretched to its true shape.")
    if given_factor is None and info.slowmo_factor != 1.0:
        notes.append(
            f"Slow motion: filmed at {info.capture_fps:.0f} fps, played at {info.nominal_fps:.0f}; "
            f"tempo is divided by {info.slowmo_factor:.3g}."
        )
    if info.capture_fps and info.nominal_fps and info.capture_fps < info.nominal_fps / 1.5:
        notes.append("The file seems to be a time lapse; tempo and speed are not those of the movement.")
    return tuple(notes)
