"""Good bytes and chance enter; bytes that were bent, cut, doubled or lied to leave."""

from __future__ import annotations

import random

EXTREMES = (0, 1, 7, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFF, 0x100)
"""Lengths and counts that readers stumble over."""

STRANGE_TEXT = (
    b"NaN", b"Infinity", b"-1e999", b"null", b"true", b"[]", b"{}", b'""', b"1e308", b"-0", b"\\u0000", b"\xff\xfe",
    b"99999999999999999999", b"[[[[[[[[[[", b"2026-01-01", b"'", b'"', b"\n", b"=", b"%00", b"../", b"\x00",
)  # fmt: skip


def bent_bytes(good: bytes, chance: random.Random) -> bytes:
    """A binary file with one to eight faults."""
    data = bytearray(good)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        chance.choice((_flip, _extreme, _cut, _drop, _double, _noise))(data, chance)
        if not data:
            break
    return bytes(data)


def bent_text(good: bytes, chance: random.Random) -> bytes:
    """A text file with one to four faults."""
    data = bytearray(good or b"?")
    for _ in range(chance.choice((1, 1, 2, 4))):
        chance.choice((_flip, _cut, _drop, _double, _strange, _strange, _strange))(data, chance)
        if not data:
            break
    return bytes(data)


def _at(data: bytearray, chance: random.Random) -> int:
    """A place, in the first and last thousand bytes as often as anywhere: headers and indices lie there."""
    where = chance.random()
    if where < 0.35:
        return chance.randrange(min(len(data), 1000))
    if where < 0.6:
        return len(data) - 1 - chance.randrange(min(len(data), 1000))
    return chance.randrange(len(data))


def _flip(data: bytearray, chance: random.Random) -> None:
    data[_at(data, chance)] ^= 1 << chance.randrange(8)


def _extreme(data: bytearray, chance: random.Random) -> None:
    place = _at(data, chance)
    data[place : place + 4] = chance.choice(EXTREMES).to_bytes(4, "big")[: max(0, len(data) - place)]


def _cut(data: bytearray, chance: random.Random) -> None:
    del data[_at(data, chance) :]


def _drop(data: bytearray, chance: random.Random) -> None:
    place = _at(data, chance)
    del data[place : place + chance.choice((1, 4, 32, 400))]


def _double(data: bytearray, chance: random.Random) -> None:
    place, length = _at(data, chance), chance.choice((1, 4, 32, 400))
    data[place:place] = data[place : place + length]


def _noise(data: bytearray, chance: random.Random) -> None:
    place, length = _at(data, chance), chance.choice((2, 8, 64))
    data[place : place + length] = chance.randbytes(min(length, len(data) - place))


def _strange(data: bytearray, chance: random.Random) -> None:
    place = _at(data, chance)
    end = place + chance.choice((0, 0, 1, 3, 8))
    data[place:end] = chance.choice(STRANGE_TEXT)
