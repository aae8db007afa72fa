"""Which decoders and encoders the installed video library has, for `lookfeel doctor`."""

from __future__ import annotations

_DECODERS = ("h264", "hevc", "av1", "vp9", "vp8", "mpeg4")
_ENCODERS = ("libx264",)


def decoder_report() -> dict[str, bool]:
    """Whether each codec that lookfeel may need is there: 'decode h264', ..., 'encode libx264' (for the overlay)."""
    wanted = [("decode", name, "r") for name in _DECODERS] + [("encode", name, "w") for name in _ENCODERS]
    return {f"{verb} {name}": _has_codec(name, mode) for verb, name, mode in wanted}


def _has_codec(name: str, mode: str) -> bool:
    from av.codec import Codec
    from av.codec.codec import UnknownCodecError

    try:
        Codec(name, "w" if mode == "w" else "r")
    except UnknownCodecError:
        return False
    return True
