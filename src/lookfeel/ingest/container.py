"""File -> which demuxer may read it, and how many bytes its own structure says are missing at the end.

The demuxer is chosen here from the first bytes and then forced: letting the library guess would let a text file named
.mp4 (ffconcat, HLS, SDP) open other files or sockets.
"""

from __future__ import annotations

from typing import BinaryIO, Literal

Demuxer = Literal["mov", "matroska"]

_EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"
# Top-level boxes with which an ISO BMFF or QuickTime file may begin (ISO/IEC 14496-12 and QuickTime's 'wide', 'pnot').
_FIRST_BOXES = frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"free", b"skip", b"wide", b"pnot", b"uuid"})
# Chosen by us: a phone writes fewer than ten top-level boxes, a fragmented two-minute clip a few hundred.
_MAX_BOXES = 20_000


def sniff_demuxer(file: BinaryIO) -> Demuxer | None:
    """The demuxer for this file by its first bytes, None when it is no container that we read."""
    file.seek(0)
    head = file.read(8)
    if head[:4] == _EBML:
        return "matroska"
    return "mov" if head[4:8] in _FIRST_BOXES else None


def missing_bytes(file: BinaryIO, demuxer: Demuxer, *, size_bytes: int) -> int:
    """Bytes by which the file is shorter than its own structure says; 0 when whole or when it does not say."""
    declared = _end_of_boxes(file, size_bytes) if demuxer == "mov" else _end_of_segment(file, size_bytes)
    return max(0, declared - size_bytes)


def _end_of_boxes(file: BinaryIO, size_bytes: int) -> int:
    """Where the last top-level box of an ISO BMFF file ends, by the sizes that the boxes state."""
    position = 0
    for _ in range(_MAX_BOXES):
        if position + 8 > size_bytes:
            break
        file.seek(position)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1 and len(head) == 16:  # 64-bit size follows the name
            length = int.from_bytes(head[8:], "big")
        if length == 0:  # runs to the end of the file, whatever that is
            return size_bytes
        if length < 8:  # not a box: what follows is not for us to judge
            break
        position += length
    return position


def _end_of_segment(file: BinaryIO, size_bytes: int) -> int:
    """Where the Segment of a Matroska or WebM file ends; 0 when its size is unknown, as in live recordings."""
    file.seek(4)
    header_length = _read_vint(file)
    if header_length is None or header_length > size_bytes:  # further than a file can be asked to go
        return 0
    file.seek(header_length, 1)
    if file.read(4) != _SEGMENT:
        return 0
    segment_length = _read_vint(file)
    return 0 if segment_length is None else file.tell() + segment_length


def _read_vint(file: BinaryIO) -> int | None:
    """One EBML variable-length size (RFC 8794, section 4); None when absent, invalid or 'unknown' (all ones)."""
    first = file.read(1)
    if not first or first[0] == 0:
        return None
    n_bytes = 9 - first[0].bit_length()
    raw = first + file.read(n_bytes - 1)
    mask = (1 << (7 * n_bytes)) - 1
    value = int.from_bytes(raw, "big") & mask
    return None if len(raw) < n_bytes or value == mask else value
