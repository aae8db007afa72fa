"""The palette: what is written in one colour on another can be read, in light and in dark (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[3] / "src" / "lookfeel" / "web" / "static" / "css" / "theme.css"

TEXT = 4.5
"""Least contrast of text, WCAG 2.2 success criterion 1.4.3."""
GRAPHICS = 3.0
"""Least contrast of the edge of a control and of a graphic that says something, 1.4.11."""

WRITTEN = [
    *((ink, paper) for ink in ("ink", "muted", "accent", "bad", "watch", "good") for paper in ("page", "card")),
    *((ink, "tint") for ink in ("ink", "muted", "accent")),
    *((state, f"{state}-tint") for state in ("good", "watch", "bad")),
    *(("ink", paper) for paper in ("none-tint", "band", "raised", "watch-tint", "bad-tint")),
    *(("muted", paper) for paper in ("none-tint", "band", "raised", "watch-tint")),
    ("accent", "raised"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("left", "card"),
    ("right", "card"),
]
DRAWN = [("edge", "page"), ("edge", "card"), ("left", "band"), ("right", "band"), ("accent", "none-tint")]


def blocks() -> dict[str, dict[str, str]]:
    """The colours of each theme by name: light, dark by the device, dark by choice."""
    text = CSS.read_text(encoding="utf-8")
    found = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r"\{([^{}]*)\}", text)]
    light, by_device, by_choice = [colours for colours in found if "page" in colours]
    return {"light": light, "dark": by_device, "chosen dark": by_choice}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_both_ways_to_dark_have_the_same_colours():
    assert blocks()["dark"] == blocks()["chosen dark"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(WRITTEN, TEXT), (DRAWN, GRAPHICS)], ids=["text", "graphics"])
def test_contrast(theme, pairs, least):
    colours = blocks()[theme]

    found = {f"{one} on {other}": round(contrast(colours[one], colours[other]), 2) for one, other in pairs}

    assert {name: value for name, value in found.items() if value < least} == {}
