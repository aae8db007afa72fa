"""Time series and figures per rep enter; small inline SVG pictures leave, coloured by the page's CSS classes.

A picture has no colours of its own: the style sheet gives them, for light and for dark. All text in it is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from lookfeel.report.wording import number_text
from lookfeel.types import FloatArray, Rep

MAX_POINTS = 400
"""Points of a line; chosen by us: more than one for every two pixels of a wide page cannot be seen."""

TEXT_PX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series over time. css: class of its style. values: (T,), NaN where unknown."""

    label: str
    css: str
    values: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One figure of one rep. css: class of its style; is_rough: drawn hollow."""

    rep_index: int
    value: float
    sd: float
    css: str
    is_rough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a picture says to someone who cannot see it. name: unique in its page, letters and hyphens."""

    name: str
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Maps [low, high] of the data to [start, end] of the picture in px."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def timeline(
    caption: Caption,
    *,
    time_s: FloatArray,
    lines: Sequence[Line],
    reps: Sequence[Rep],
    width_px: int,
    height_px: int = 240,
    is_down_positive: bool = False,
    reference: float | None = None,
) -> str:
    """Lines over time with every rep shaded and its bottom marked.

    Parameters
        time_s: (T,) presentation time in seconds.
        is_down_positive: larger values are drawn lower, so that deeper is always down.
        reference: a level, drawn across as a broken line.
    """
    values = np.concatenate([line.values for line in lines])
    low, high = _span(values, [] if reference is None else [reference], least=40)
    top, bottom = (low, high) if is_down_positive else (high, low)
    across = Scale(low=float(time_s[0]), high=_end_of(time_s), start=36, end=width_px - 8)
    down = Scale(low=top, high=bottom, start=30, end=height_px - 26)
    parts = [_rep_band(rep, across, down) for rep in reps]
    parts += value_axis(down, across, low, high)
    parts += _time_axis(across, down)
    parts += _reference(reference, across, down)
    parts += [_path(line, time_s, across, down) for line in lines]
    parts += [_bottom_mark(rep, lines, across, down) for rep in reps if not rep.is_partial]
    return picture(caption, width_px, height_px, parts)


def rep_dots(
    caption: Caption,
    *,
    dots: Sequence[Dot],
    n_reps: int,
    reference: float | None = None,
    is_down_positive: bool = False,
    width_px: int = 326,
    height_px: int = 210,
) -> str:
    """One figure of every rep with a bar of ± one standard deviation; series of a rep stand side by side."""
    ends = np.array([end for dot in dots for end in (dot.value - dot.sd, dot.value + dot.sd)])
    low, high = _span(ends, [] if reference is None else [reference], least=4)
    top, bottom = (low, high) if is_down_positive else (high, low)
    across = Scale(low=0.5, high=n_reps + 0.5, start=40, end=width_px - 6)
    down = Scale(low=top, high=bottom, start=14, end=height_px - 38)
    parts = value_axis(down, across, low, high)
    parts += _rep_axis(n_reps, across, down)
    parts += _reference(reference, across, down)
    styles = list(dict.fromkeys(dot.css for dot in dots))
    for dot in dots:
        shift = (styles.index(dot.css) - (len(styles) - 1) / 2) * 12
        parts.append(_dot(dot, across(dot.rep_index) + shift, down))
    return picture(caption, width_px, height_px, parts)


def tempo_bars(
    caption: Caption, *, rows: Sequence[tuple[int, Sequence[tuple[str, float | None]]]], width_px: int = 326
) -> str:
    """One bar a rep, made of its phases.

    Parameters
        rows: for each rep its number and (css class, seconds or None when unknown) of each phase in order.
    """
    height_px = 26 * len(rows) + 30
    longest = max((sum(seconds or 0 for _, seconds in phases) for _, phases in rows), default=0)
    across = Scale(low=0, high=max(longest, 0.1), start=26, end=width_px - 8)
    parts: list[str] = []
    for place, (rep_index, phases) in enumerate(rows):
        parts += _phase_bar(rep_index, phases, across, top=4 + 26 * place)
    parts += [
        label(
            number_text(second, _decimals(_step(0, across.high))) + (" s" if second == 0 else ""),
            across(second),
            height_px - 8,
        )
        for second in ticks(0, across.high, 5)
    ]
    return picture(caption, width_px, height_px, parts)


def thinned(values: FloatArray, *, max_points: int = MAX_POINTS) -> list[int]:
    """Indices that keep the shape of a series: lowest and highest of each stretch, and one NaN where there is a gap."""
    if len(values) <= max_points:
        return list(range(len(values)))
    kept: list[int] = []
    for stretch in np.array_split(np.arange(len(values)), max_points // 3):
        known = stretch[np.isfinite(values[stretch])]
        chosen = {int(known[np.argmin(values[known])]), int(known[np.argmax(values[known])])} if len(known) else set()
        gaps = stretch[~np.isfinite(values[stretch])]
        kept += sorted(chosen | {int(gap) for gap in gaps[:1]})
    return kept


def _span(values: FloatArray, also: Sequence[float], *, least: float) -> tuple[float, float]:
    """Lowest and highest known value with some air, `least` apart at least, so that noise does not fill the picture."""
    known = np.concatenate([values[np.isfinite(values)], np.asarray(also, dtype=float)])
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    air = max(0.06 * (high - low), (least - (high - low)) / 2)
    return low - air, high + air


def _end_of(time_s: FloatArray) -> float:
    return float(max(time_s[-1], time_s[0] + 0.1))


def _step(low: float, high: float, n_wanted: int = 5) -> float:
    """A round step (1, 2 or 5 times a power of ten) that gives about `n_wanted` ticks."""
    rough = (high - low) / n_wanted
    power = float(10.0 ** np.floor(np.log10(rough)))
    return next(power * round_one for round_one in (1, 2, 5, 10) if power * round_one >= rough * 0.999)


def ticks(low: float, high: float, n_wanted: int = 5) -> list[float]:
    """Round numbers from low to high, about so many."""
    step = _step(low, high, n_wanted)
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [number * step for number in range(first, last + 1)]


def _decimals(step: float) -> int:
    return max(0, -int(np.floor(np.log10(step) + 1e-9)))


def value_axis(down: Scale, across: Scale, low: float, high: float) -> list[str]:
    """Lines across the picture at round values, with their numbers at the left."""
    places = _decimals(_step(low, high, 4))
    parts = []
    for tick in ticks(low, high, 4):
        y = down(tick)
        parts.append(element("line", css="grid", x1=across.start, x2=across.end, y1=y, y2=y))
        parts.append(label(number_text(tick, places), across.start - 6, y + 4, anchor="end"))
    return parts


def _time_axis(across: Scale, down: Scale) -> list[str]:
    bottom = max(down.start, down.end)
    seconds = ticks(across.low, across.high, 6 if across.end > 500 else 4)
    places = _decimals(_step(across.low, across.high, 6 if across.end > 500 else 4))
    return [
        label(number_text(tick, places) + (" s" if place == len(seconds) - 1 else ""), across(tick), bottom + 18)
        for place, tick in enumerate(seconds)
        if across(tick) < across.end - 4 or place < len(seconds) - 1
    ]


def _rep_axis(n_reps: int, across: Scale, down: Scale) -> list[str]:
    bottom = max(down.start, down.end)
    every = max(1, int(np.ceil(n_reps / 12)))
    numbers = [label(str(rep), across(rep), bottom + 17) for rep in range(1, n_reps + 1, every)]
    return [*numbers, label("rep", (across.start + across.end) / 2, bottom + 33)]


def _reference(level: float | None, across: Scale, down: Scale) -> list[str]:
    if level is None:
        return []
    return [element("line", css="reference", x1=across.start, x2=across.end, y1=down(level), y2=down(level))]


def _rep_band(rep: Rep, across: Scale, down: Scale) -> str:
    start, end = across(rep.start_s), min(across(rep.end_s), across.end)
    top, bottom = sorted((down.start, down.end))
    band = element(
        "rect",
        css="band cut" if rep.is_partial else "band",
        x=start,
        y=top - 8,
        width=max(end - start, 1),
        height=bottom - top + 8,
        rx=3,
    )
    name = "cut" if rep.is_partial else str(rep.index)
    return band + label(name, (start + end) / 2, top - 14, css="rep-number")


def _bottom_mark(rep: Rep, lines: Sequence[Line], across: Scale, down: Scale) -> str:
    """A ring on every line that is known at the rep's deepest moment."""
    known = [line for line in lines if np.isfinite(line.values[rep.bottom])]
    return "".join(
        element("circle", css=f"ring {line.css}", cx=across(rep.bottom_s), cy=down(float(line.values[rep.bottom])), r=4)
        for line in known
    )


def _path(line: Line, time_s: FloatArray, across: Scale, down: Scale) -> str:
    """The line, broken where values are unknown."""
    steps: list[str] = []
    is_pen_down = False
    for index in thinned(line.values):
        value = line.values[index]
        is_known = bool(np.isfinite(value))
        if is_known:
            steps.append(f"{'L' if is_pen_down else 'M'}{across(time_s[index]):.1f} {down(value):.1f}")
        is_pen_down = is_known
    return element("path", css=f"curve {line.css}", d="".join(steps)) if steps else ""


def _dot(dot: Dot, x: float, down: Scale) -> str:
    low, high, y = (down(value) for value in (dot.value - dot.sd, dot.value + dot.sd, dot.value))
    css = f"{dot.css} rough" if dot.is_rough else dot.css
    bar = element("line", css=f"error {dot.css}", x1=x, x2=x, y1=low, y2=high)
    if dot.css == "right":
        return bar + element("rect", css=f"dot {css}", x=x - 4.5, y=y - 4.5, width=9, height=9)
    return bar + element("circle", css=f"dot {css}", cx=x, cy=y, r=5)


def _phase_bar(rep_index: int, phases: Sequence[tuple[str, float | None]], across: Scale, *, top: float) -> list[str]:
    parts = [label(str(rep_index), across.start - 8, top + 14, anchor="end")]
    begun = 0.0
    for css, seconds in phases:
        if seconds is None or seconds <= 0:
            continue
        x, end = across(begun), across(begun + seconds)
        parts.append(element("rect", css=f"phase {css}", x=x, y=top, width=max(end - x - 1.5, 0.5), height=18, rx=2))
        begun += seconds
    return parts


def picture(caption: Caption, width_px: int, height_px: int, parts: Sequence[str], **attributes: str) -> str:
    """An SVG of these parts, with its words for somebody who cannot see it; `attributes` go into its first tag."""
    title_id, description_id = f"{caption.name}-title", f"{caption.name}-text"
    head = element("title", escape(caption.title), id=title_id)
    head += element("desc", escape(caption.description), id=description_id)
    return element(
        "svg",
        head + "".join(parts),
        css="plot",
        role="img",
        viewBox=f"0 0 {width_px} {height_px}",
        **{"aria-labelledby": f"{title_id} {description_id}", **attributes},
    )


def label(text: str, x: float, y: float, *, anchor: str = "middle", css: str = "label") -> str:
    """Text in an SVG, escaped; y is its base line."""
    return element("text", escape(text), css=css, x=x, y=y, **{"text-anchor": anchor, "font-size": str(TEXT_PX)})


def element(name: str, content: str = "", *, css: str | None = None, **attributes: str | float) -> str:
    """One SVG element. content: markup, already escaped; attribute values are escaped here."""
    if css is not None:
        attributes = {"class": css, **attributes}
    written = "".join(f' {key}="{escape(_attribute_text(value))}"' for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _attribute_text(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
