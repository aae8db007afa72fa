"""Sets over time and reps of a set enter; small inline SVG pictures leave, coloured by the page's style sheet.

All pictures of one kind have the same axes on the whole page, so that two athletes may be compared at a glance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from lookfeel.batch.team.change import why_not_comparable
from lookfeel.batch.team.rows import SetRow
from lookfeel.batch.team.words import load_text, short_date_text
from lookfeel.report.plots import Caption, Scale, element, label, picture, ticks
from lookfeel.report.wording import LOOKS_WORDS, number_text

Reader = Callable[[SetRow], "tuple[float, float, float] | None"]

WIDTH_PX, HEIGHT_PX = 200, 128
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 30, 192, 10, 104
SPARK_WIDTH_PX, SPARK_HEIGHT_PX = 88, 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One figure of one set. place: along the time axis; is_joined: with the point before it; state: of the looks."""

    place: float
    value: float
    low: float
    high: float
    state: str
    is_joined: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The common time axis: days, or places in the list where no set has a date."""

    first: date | None
    last: date | None
    most_sets: int

    def place(self, one: SetRow, index: int) -> float:
        """0-1 along the axis."""
        if self.first is None or self.last is None:
            return (index + 0.5) / max(self.most_sets, 1)
        if one.date is None or self.last == self.first:
            return 0.0 if one.date is None else 0.5
        return (one.date - self.first).days / (self.last - self.first).days


def common_times(groups: Iterable[Sequence[SetRow]]) -> Times:
    """The axis that holds all of these sets."""
    groups = list(groups)
    days = [one.date for group in groups for one in group if one.date is not None]
    longest = max((len(group) for group in groups), default=0)
    return Times(first=min(days, default=None), last=max(days, default=None), most_sets=longest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Ends of a common axis of values; reference: a level drawn across."""

    low: float
    high: float
    reference: float | None = None


def joined_points(sets: Sequence[SetRow], times: Times, figure: Figure) -> list[Point]:
    """The figure of each set that has it; joined to the one before only where the two may be compared."""
    points: list[Point] = []
    before: SetRow | None = None
    for index, one in enumerate(sets):
        found = figure.read(one)
        if found is None:
            continue
        value, half_low, half_high = found
        is_joined = before is not None and (not figure.is_looks or why_not_comparable(before, one) is None)
        points.append(
            Point(
                place=times.place(one, index),
                value=value,
                low=value - half_low,
                high=value + half_high,
                state=one.looks_state or "not_assessable" if figure.is_looks else "plain",
                is_joined=is_joined,
                words=f"{short_date_text(one.date) + ': ' if one.date else ''}{number_text(value, figure.decimals)}",
            )
        )
        before = one
    return points


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the small multiples. read: value of a set with the half-widths of its interval."""

    name: str
    title: str
    decimals: int
    is_looks: bool
    read: Reader


def small_multiple(name: str, figure: Figure, points: Sequence[Point], span: Span, times: Times) -> str:
    """One small plot over time, with its interval as a bar behind each point. name: unique in the page."""
    across = Scale(low=0.0, high=1.0, start=LEFT_PX + 6, end=RIGHT_PX - 6)
    down = Scale(low=span.high, high=span.low, start=TOP_PX, end=BOTTOM_PX)
    parts = _axes(across, down, span, times)
    parts += _joins(points, across, down)
    parts += [_bar(point, across, down) for point in points]
    parts += [_mark(point, across(point.place), down(point.value)) for point in points]
    said = "; ".join(
        f"{point.words}{', ' + LOOKS_WORDS[point.state].lower() if point.state in LOOKS_WORDS else ''}"
        for point in points
    )
    caption = Caption(name=name, title=figure.title, description=f"{said}.")
    return picture(caption, WIDTH_PX, HEIGHT_PX, parts)


def _axes(across: Scale, down: Scale, span: Span, times: Times) -> list[str]:
    parts = []
    levels = ticks(span.low, span.high, 3)
    places = 0 if all(level == round(level) for level in levels) else 1
    for level in levels:
        y = down(level)
        parts.append(element("line", css="grid", x1=LEFT_PX, x2=RIGHT_PX, y1=y, y2=y))
        parts.append(label(number_text(level, places), LEFT_PX - 5, y + 4, anchor="end"))
    if span.reference is not None and span.low <= span.reference <= span.high:
        y = down(span.reference)
        parts.append(element("line", css="reference", x1=LEFT_PX, x2=RIGHT_PX, y1=y, y2=y))
    return parts + _time_labels(across, times)


def _time_labels(across: Scale, times: Times) -> list[str]:
    y = BOTTOM_PX + 19
    if times.first is None or times.last is None:
        return [label("in the order of the list", (LEFT_PX + RIGHT_PX) / 2, y)]
    if times.first == times.last:
        return [label(short_date_text(times.first), across(0.5), y)]
    return [
        label(short_date_text(times.first), LEFT_PX, y, anchor="start"),
        label(short_date_text(times.last), RIGHT_PX, y, anchor="end"),
    ]


def _joins(points: Sequence[Point], across: Scale, down: Scale) -> list[str]:
    steps = "".join(
        f"{'L' if point.is_joined else 'M'}{across(point.place):.1f} {down(point.value):.1f}" for point in points
    )
    return [element("path", css="join", d=steps)] if any(point.is_joined for point in points) else []


def _bar(point: Point, across: Scale, down: Scale) -> str:
    if point.low == point.high:
        return ""
    top, bottom = (min(max(down(value), TOP_PX), BOTTOM_PX) for value in (point.high, point.low))
    x = across(point.place)
    return element("line", css=f"span {point.state}", x1=x, x2=x, y1=top, y2=bottom)


def _mark(point: Point, x: float, y: float) -> str:
    """A shape by state, so that colour is not all that tells: circle good, square uncertain, triangle bad."""
    css, r = f"mark {point.state}", 4.0
    if point.state == "uncertain":
        return element("rect", css=css, x=x - r + 0.4, y=y - r + 0.4, width=2 * r - 0.8, height=2 * r - 0.8)
    if point.state == "bad":
        return element("path", css=css, d=f"M{x - 4.8:.1f} {y - 3.6:.1f}h9.6l-4.8 8.4Z")
    return element("circle", css=css, cx=x, cy=y, r=r)


def sparkline(points: Sequence[Point]) -> str:
    """A score over time as a line of a few pixels, its last point marked; hidden from readers, the text tells it."""
    across = Scale(low=0.0, high=1.0, start=5, end=SPARK_WIDTH_PX - 6)
    down = Scale(low=100.0, high=0.0, start=3, end=SPARK_HEIGHT_PX - 3)
    parts = _joins(points, across, down)
    parts += [element("circle", css="speck", cx=across(one.place), cy=down(one.value), r=1.5) for one in points[:-1]]
    parts.append(_mark(points[-1], across(points[-1].place), down(points[-1].value)))
    size = {"width": str(SPARK_WIDTH_PX), "height": str(SPARK_HEIGHT_PX), "aria-hidden": "true"}
    return element("svg", "".join(parts), css="plot spark", viewBox=f"0 0 {SPARK_WIDTH_PX} {SPARK_HEIGHT_PX}", **size)


def load_bar(name: str, low: float, middle: float | None, high: float | None, span: Span, seen: Sequence[float]) -> str:
    """A threshold load with its interval on the common axis, above the loads that were lifted; open without an upper end."""
    width, height, y = 260, 34, 12
    across = Scale(low=span.low, high=span.high, start=8, end=width - 8)
    end = across(min(span.high if high is None else high, span.high))
    start = across(max(low, span.low))
    parts = [element("line", css="grid", x1=8, x2=width - 8, y1=y, y2=y)]
    parts += [element("line", css="lifted", x1=across(load), x2=across(load), y1=y + 8, y2=y + 16) for load in seen]
    parts.append(
        element(
            "rect",
            css="interval open" if high is None else "interval",
            x=start,
            y=y - 6,
            width=end - start,
            height=12,
            rx=4,
        )
    )
    if middle is not None:
        parts.append(element("line", css="middle", x1=across(middle), x2=across(middle), y1=y - 9, y2=y + 9))
    ends = f"from {load_text(round(low))}" + (" up" if high is None else f" to {load_text(round(high))}")
    title = element("title", escape(f"Threshold {ends}"), id=f"{name}-title")
    return element(
        "svg",
        title + "".join(parts),
        css="plot load",
        role="img",
        viewBox=f"0 0 {width} {height}",
        **{"aria-labelledby": f"{name}-title"},
    )
