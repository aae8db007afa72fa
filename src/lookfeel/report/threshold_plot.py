"""A LoadThreshold and the sets it was found from enter; one SVG file leaves: scores against load, and below them the
chance to look good with its band."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lookfeel.atomic import write_whole
from lookfeel.exercises import load_scoring
from lookfeel.report.plots import Caption, Scale, element, label, picture, ticks, value_axis
from lookfeel.report.wording import exercise_words, number_text
from lookfeel.types import LoadThreshold, PastSet

WIDTH_PX, HEIGHT_PX = 720, 540
LEFT_PX, RIGHT_PX = 52, 704
SCORE_PX, CHANCE_PX = (84, 300), (345, 465)
"""Top and bottom of the upper and of the lower part."""

N_NAMED: Final = 6
"""Newest sessions with a colour and a mark of their own; chosen by us: more are hard to tell apart. Others are grey."""

APART_PX: Final = 9
"""Between sets of one load, so that none hides another."""

# Colours that stay apart for every kind of colour blindness (Okabe and Ito 2008, 'Color Universal Design'), darkened
# where they are lines on white.
STYLE: Final = """
svg { --page:#fff; --ink:#1c2420; --muted:#56625b; --rule:#dfe2dc; --band:#dcebe6; --line:#0f6a5a; --edge:#b0480f;
  font-family: system-ui, sans-serif; background: var(--page); }
@media (prefers-color-scheme: dark) { svg { --page:#1a201d; --ink:#e9edea; --muted:#a6b2ab; --rule:#333c37;
  --band:#24423a; --line:#74d3bd; --edge:#f2a266; } }
.page { fill: var(--page); } text { fill: var(--muted); } .heading { fill: var(--ink); font-weight: 600; }
.grid { stroke: var(--rule); } .reference { stroke: var(--ink); stroke-dasharray: 5 4; }
.range { fill: var(--edge); opacity: .13; } .edge { stroke: var(--edge); stroke-width: 2; } .said { fill: var(--edge); }
.chance-band { fill: var(--band); } .chance { fill: none; stroke: var(--line); stroke-width: 2.5; }
.error { stroke: var(--tone); stroke-width: 1.5; opacity: .5; }
.dot { fill: var(--tone); stroke: var(--tone); stroke-width: 2; } .dot.off { fill: var(--page); }
.s0 { --tone:#0072b2; } .s1 { --tone:#d55e00; } .s2 { --tone:#009e73; } .s3 { --tone:#b65a93; } .s4 { --tone:#c08300; }
.s5 { --tone:#3f97cc; } .s6 { --tone:#8a938e; }
"""


def write_threshold_plot(threshold: LoadThreshold, sets: Sequence[PastSet], path: Path) -> Path:
    """Write the plot as an SVG file that needs nothing else. Returns `path`.

    Parameters
        sets: those that were compared; only those with a load and a score are drawn.
    Raises
        StoreError: the folder or the disk refused.
    """
    write_whole(path, (threshold_plot(threshold, sets) + "\n").encode("utf-8"))
    return path


def threshold_plot(threshold: LoadThreshold, sets: Sequence[PastSet]) -> str:
    """The plot as one SVG, with its own style for light and dark."""
    drawn = sorted((past for past in sets if past.load_kg and past.score is not None), key=_by_age)
    across, score, chance = _load_scale(threshold, drawn), _down(SCORE_PX), _down(CHANCE_PX)
    parts = [
        element("style", STYLE),
        element("rect", css="page", x=0, y=0, width=WIDTH_PX, height=HEIGHT_PX),
        label(_heading(threshold), LEFT_PX, 24, anchor="start", css="heading"),
        *_panel("score of each set, with its 90 % interval", across, score, load_scoring().scoring.good_score),
        *_panel("chance to look good on a typical day, %, with its 90 % band", across, chance, 50.0),
        *(label(f"{tick:g}", across(tick), CHANCE_PX[1] + 18) for tick in ticks(across.low, across.high, 8)),
        label("load, kg", RIGHT_PX, CHANCE_PX[1] + 35, anchor="end"),
        *_band(threshold, across, chance),
        *_threshold_marks(threshold, across),
        *_curve(threshold, across, chance),
        *_dots(drawn, across, score),
    ]
    caption = Caption(name="load-threshold", title=_heading(threshold), description=threshold.reason)
    size = {"xmlns": "http://www.w3.org/2000/svg", "width": str(WIDTH_PX), "height": str(HEIGHT_PX)}
    return picture(caption, WIDTH_PX, HEIGHT_PX, parts, **size)


def _by_age(past: PastSet) -> tuple[float, str]:
    """Newest first, then by the name of the session."""
    return (past.days_ago if past.days_ago is not None else 0.0, past.session)


def _heading(threshold: LoadThreshold) -> str:
    name = exercise_words(threshold.exercise, None) or "No exercise"
    if threshold.status == "not_estimable" or threshold.low_kg is None:
        return f"{name}: where form breaks down cannot be told yet"
    if threshold.load_kg is None or threshold.high_kg is None:
        return f"{name}: form holds up to the heaviest load seen; threshold above {_kg(threshold.low_kg)} kg"
    ends = f"{_kg(threshold.low_kg)} to {_kg(threshold.high_kg)}"
    return f"{name}: form breaks down at about {_kg(threshold.load_kg)} kg (90 % interval {ends})"


def _kg(load: float) -> str:
    return number_text(load, 0 if load >= 20 else 1)


def _load_scale(threshold: LoadThreshold, drawn: Sequence[PastSet]) -> Scale:
    """Wide enough for all sets and for the interval, of which a tenth beyond the sets is shown at most."""
    loads = [past.load_kg for past in drawn if past.load_kg is not None] or [20.0, 100.0]
    low, high = min(loads), max(loads)
    if threshold.low_kg is not None:
        low = min(low, max(threshold.low_kg, 0.9 * low))
    if threshold.high_kg is not None:
        high = max(high, min(threshold.high_kg, 1.1 * high))
    air = 0.05 * (high - low) or 0.05 * high
    return Scale(low=low - air, high=high + air, start=LEFT_PX, end=RIGHT_PX)


def _down(ends_px: tuple[int, int]) -> Scale:
    """0-100 from bottom to top."""
    return Scale(low=100.0, high=0.0, start=ends_px[0], end=ends_px[1])


def _panel(title: str, across: Scale, down: Scale, limit: float) -> list[str]:
    line = element("line", css="reference", x1=across.start, x2=across.end, y1=down(limit), y2=down(limit))
    return [*value_axis(down, across, 0.0, 100.0), line, label(title, LEFT_PX, down.start - 24, anchor="start")]


def _threshold_marks(threshold: LoadThreshold, across: Scale) -> list[str]:
    """The interval as a stripe and the threshold as a line, in both parts; the stripe is open where no end is known."""
    if threshold.low_kg is None:
        return []
    high = across.high if threshold.high_kg is None else min(threshold.high_kg, across.high)
    left = across(max(threshold.low_kg, across.low))
    parts = []
    for top, bottom in (SCORE_PX, CHANCE_PX):
        parts.append(element("rect", css="range", x=left, y=top, width=across(high) - left, height=bottom - top))
        if threshold.load_kg is not None:
            x = across(threshold.load_kg)
            parts.append(element("line", css="edge", x1=x, x2=x, y1=top, y2=bottom))
            parts.append(label(f"{_kg(threshold.load_kg)} kg", x, top - 6, css="said"))
    return parts


def _band(threshold: LoadThreshold, across: Scale, down: Scale) -> list[str]:
    if len(threshold.curve_kg) == 0:
        return []
    x = [across(load) for load in threshold.curve_kg]
    low, high = ([down(100.0 * p) for p in row] for row in (threshold.p_low, threshold.p_high))
    return [element("path", css="chance-band", d=f"{_points(x, high)}L{_points(x[::-1], low[::-1])[1:]}Z")]


def _curve(threshold: LoadThreshold, across: Scale, down: Scale) -> list[str]:
    if len(threshold.curve_kg) == 0:
        return []
    x = [across(load) for load in threshold.curve_kg]
    return [element("path", css="chance", d=_points(x, [down(100.0 * p) for p in threshold.p_good]))]


def _points(x: Sequence[float], y: Sequence[float]) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))


def _dots(drawn: Sequence[PastSet], across: Scale, down: Scale) -> list[str]:
    """Every set, side by side where loads are equal, and the key to the sessions."""
    sessions = list(dict.fromkeys(past.session for past in drawn))
    parts: list[str] = []
    for past in drawn:
        twins = [other for other in drawn if other.load_kg == past.load_kg]
        shift = (next(i for i, other in enumerate(twins) if other is past) - (len(twins) - 1) / 2) * APART_PX
        place = min(sessions.index(past.session), N_NAMED)
        parts.append(_dot(past, across(past.load_kg or 0.0) + shift, down, place))
    return [*parts, *_key(sessions)]


def _dot(past: PastSet, x: float, down: Scale, place: int) -> str:
    score = past.score or 0.0
    low, high = (down(score if end is None else end) for end in (past.low, past.high))
    bar = element("line", css=f"error s{place}", x1=x, x2=x, y1=low, y2=high)
    return bar + _mark(x, down(score), place, is_good=past.looks == "good")


def _mark(x: float, y: float, place: int, *, is_good: bool) -> str:
    """A circle, square, diamond or triangle by session; hollow unless it looks good."""
    css = f"dot s{place}" + ("" if is_good else " off")
    shape = place % 4
    if shape == 0:
        return element("circle", css=css, cx=x, cy=y, r=4.5)
    corners = {
        1: ((-4, -4), (4, -4), (4, 4), (-4, 4)),
        2: ((0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)),
        3: ((0, -5.5), (5, 4), (-5, 4)),
    }[shape]
    return element("path", css=css, d="M" + "L".join(f"{x + dx:.1f} {y + dy:.1f}" for dx, dy in corners) + "Z")


def _key(sessions: Sequence[str]) -> list[str]:
    """Names of the newest sessions beside their marks, then what filled and hollow mean."""
    names = [*sessions[:N_NAMED], *(["earlier"] if len(sessions) > N_NAMED else [])]
    step = (RIGHT_PX - LEFT_PX) / max(len(names), 4)
    room = int(step / 7)  # about seven pixels a letter
    parts = []
    for place, name in enumerate(names):
        x = LEFT_PX + 6 + place * step
        shown = name if len(name) <= room else f"{name[: room - 1]}…"
        parts += [_mark(x, HEIGHT_PX - 30, place, is_good=True), label(shown, x + 10, HEIGHT_PX - 26, anchor="start")]
    words = "filled: looks good · hollow: uncertain or needs work · broken lines: good score, even chance"
    return [*parts, label(words, LEFT_PX, HEIGHT_PX - 8, anchor="start")]
