"""Sets over time and reps of a set enter; small inline SVG pictures leave, coloured by the page's style sheet.

All pictures of one kind have the same axes on the whole page, so that two athletes may be compared at a glance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lookfeel.batch.team.change import why_not_comparable
from lookfeel.batch.team.rows import SetRow
from lookfeel.batch.team.words import load_text, short_date_text
from lookfeel.exercises import load_scoring
from lookfeel.report.plots import Caption, Scale, element, label, picture, ticks
from lookfeel.report.wording import LOOKS_WORDS, number_text
from lookfeel.types import LoadThreshold

Reader = Callable[[SetRow], "tuple[float, float, float] | None"]

WIDTH_PX, HEIGHT_PX = 164, 118
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 27, 160, 8, 96
SPARK_WIDTH_PX, SPARK_HEIGHT_PX = 88, 32
BAR_WIDTH_PX, BAR_HEIGHT_PX = 260, 32


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


def sparkline(points: Sequence[Point], *, lowest: float) -> str:
    """A score over time as a line of a few pixels, its last point marked, and a good score drawn across.

    lowest: of all scores on the page, the end of the axis. It is hidden from screen readers: the score and the
    athlete's own plots tell it.
    """
    across = Scale(low=0.0, high=1.0, start=5, end=SPARK_WIDTH_PX - 6)
    good = load_scoring().scoring.good_score
    down = Scale(low=100.0, high=min(lowest, good - 5.0), start=5, end=SPARK_HEIGHT_PX - 5)
    parts = [element("line", css="reference", x1=0, x2=SPARK_WIDTH_PX, y1=down(good), y2=down(good))]
    parts += _joins(points, across, down)
    parts += [element("circle", css="speck", cx=across(one.place), cy=down(one.value), r=1.5) for one in points[:-1]]
    parts.append(_mark(points[-1], across(points[-1].place), down(points[-1].value)))
    size = {"width": str(SPARK_WIDTH_PX), "height": str(SPARK_HEIGHT_PX), "aria-hidden": "true"}
    return element("svg", "".join(parts), css="plot spark", viewBox=f"0 0 {SPARK_WIDTH_PX} {SPARK_HEIGHT_PX}", **size)


def load_bar(name: str, load: LoadThreshold, span: Span, lifted: Sequence[float]) -> str:
    """A threshold load with its interval on the common axis, above the loads that were lifted.

    Without an upper end it is an arrow from the load that it lies above. name: unique in the page.
    """
    across = Scale(low=span.low, high=span.high, start=8, end=BAR_WIDTH_PX - 8)
    low = load.low_kg or 0.0
    start, y = across(max(low, span.low)), 12
    parts = [element("line", css="grid", x1=across.start, x2=across.end, y1=y, y2=y)]
    parts += [element("line", css="lifted", x1=across(kg), x2=across(kg), y1=y + 9, y2=y + 16) for kg in lifted]
    if load.load_kg is None or load.high_kg is None:
        ends = f"above {load_text(low if low in lifted else round(low))}"
        arrow = f"M{start:.1f} {y - 7}V{y + 7}M{start:.1f} {y}H{across.end:.1f}m-6 -5l6 5l-6 5"
        parts.append(element("path", css="above", d=arrow))
    else:
        ends = f"{load_text(round(load.load_kg))}, {round(low)} to {load_text(round(load.high_kg))}"
        end, middle = across(min(load.high_kg, span.high)), across(load.load_kg)
        parts.append(element("rect", css="interval", x=start, y=y - 6, width=max(end - start, 1.0), height=12, rx=4))
        parts.append(element("line", css="middle", x1=middle, x2=middle, y1=y - 9, y2=y + 9))
    caption = Caption(name=name, title="Threshold load", description=f"{ends}.")
    return picture(caption, BAR_WIDTH_PX, BAR_HEIGHT_PX, parts, **{"class": "plot load"})
