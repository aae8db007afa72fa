"""Path -> an ordinary, sniffed file -> a container that can open nothing else and decode only what we allow."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from lookfeel.errors import FileMissing, UnreadableVideo, VideoTooLarge
from lookfeel.ingest.container import Demuxer, sniff_demuxer
from lookfeel.ingest.header import CODECS
from lookfeel.ingest.limits import Limits

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

# Reads through Python cost a call each; a quarter megabyte makes them rare (chosen by us).
_READ_BYTES = 1 << 18
# Each decoder thread holds whole pictures: four keep 4K within a few hundred megabytes. The same number on every
# machine, because which pictures a damaged file loses depends on it.
_DECODER_THREADS = 4
# The decoder's own guard is for headers that lie; coded pictures are padded to whole blocks, hence the margin.
_PADDING_PIXELS = 1 << 20


def open_file(path: Path) -> BinaryIO:
    """The file, open for reading; never a folder, a pipe or a device, which could block for ever."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise FileMissing(f"{path} is a folder", hint="Give the video file itself.")
        if not stat.S_ISREG(mode):
            raise FileMissing(f"{path} is no ordinary file", hint="Save the video to a file first.")
        return path.open("rb")
    except FileNotFoundError as error:
        raise FileMissing(f"there is no file {path}") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise FileMissing(f"{path} cannot be opened: {error}") from error


def check_file(file: BinaryIO, name: str, limits: Limits) -> Demuxer:
    """Refuse by size and by first bytes; return the demuxer to use."""
    size_bytes = size_of(file)
    if size_bytes == 0:
        raise UnreadableVideo(f"{name} is empty", hint="The copy failed. Copy the video from the phone again.")
    if size_bytes > limits.n_bytes:
        raise VideoTooLarge(f"{name} has {size_bytes / 1e6:.0f} MB; the limit is {limits.n_bytes / 1e6:.0f} MB")
    demuxer = sniff_demuxer(file)
    if demuxer is None:
        raise UnreadableVideo(f"{name} is not an MP4, MOV or WebM file, whatever its name says")
    return demuxer


def size_of(file: BinaryIO) -> int:
    """Bytes in the open file."""
    return os.fstat(file.fileno()).st_size


def sha256_of(file: BinaryIO) -> str:
    """Hash of the whole file; the demuxer, which shares the descriptor, finds its place again."""
    place = file.tell()
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(_READ_BYTES):
        digest.update(block)
    file.seek(place)
    return digest.hexdigest()


def open_container(file: BinaryIO, demuxer: Demuxer, limits: Limits) -> InputContainer:
    """Open by descriptor with the demuxer forced; UnreadableVideo when that cannot be done."""
    import av
    from av.error import FFmpegError

    file.seek(0)
    allowed = {"codec_whitelist": ",".join(sorted(CODECS | {"libdav1d"})), "format_whitelist": f"{demuxer},webm"}
    try:
        return av.open(
            file,
            "r",
            format=demuxer,
            options=_decoder_options(limits) | allowed,
            metadata_errors="replace",
            buffer_size=_READ_BYTES,
            io_open=_refuse_to_open,
        )
    except (FFmpegError, OSError) as error:  # OSError: a damaged index sends the reader before the file's start
        raise UnreadableVideo(
            "the file cannot be read as a video: its index is missing or damaged",
            hint="The recording or the copy was cut off. Copy the video from the phone again.",
        ) from error


def _refuse_to_open(url: str, _flags: int, _options: dict[str, Any]) -> NoReturn:
    """Called when a file refers to another file or address: never followed."""
    raise PermissionError(f"a video may not refer to another file: {url!r}")


def _decoder_options(limits: Limits) -> dict[str, str]:
    return {"max_pixels": str(limits.n_pixels + _PADDING_PIXELS)}


def prepare_decoder(container: InputContainer, stream: VideoStream, limits: Limits, *, is_cut_short: bool) -> None:
    """Set threads and guards, and have the other tracks skipped.

    A file that is cut short is decoded one picture at a time: with several in flight, the error at its end would take
    the last good ones with it.
    """
    from av.stream import Discard

    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all  # sound and the rest are not even read
    stream.codec_context.options = _decoder_options(limits)
    stream.codec_context.thread_count = _DECODER_THREADS
    stream.thread_type = "SLICE" if is_cut_short else "AUTO"
