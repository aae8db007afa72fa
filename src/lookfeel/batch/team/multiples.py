"""An athlete's sets and reps enter; small multiples over time and the strip of one set's reps leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import NormalDist, median

from lookfeel.batch.team.charts import Figure, Reader, Span, Times, joined_points, small_multiple
from lookfeel.batch.team.rows import Kind, RepRow, ResultKey, SetRow
from lookfeel.batch.team.words import count_text, kind_text
from lookfeel.exercises import load_scoring
from lookfeel.report.wording import SHOWN_UNITS, number_text

Reps = Mapping[ResultKey, Sequence[RepRow]]
Values = tuple[float, float, float] | None
CM_PER_M = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One small plot; absent: why there is none."""

    title: str
    drawn: str
    absent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiples:
    """The plots of one exercise of one athlete."""

    exercise: str
    facts: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StripCell:
    """A figure of one rep. state: of its looks, for the colour; empty where it has none."""

    text: str
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Reps side by side. rows: what each line tells, with a cell for every rep."""

    numbers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[StripCell, ...]], ...]


def _score_of(one: SetRow) -> Values:
    if one.looks_score is None:
        return None
    low = one.looks_score if one.looks_low is None else one.looks_low
    high = one.looks_score if one.looks_high is None else one.looks_high
    return one.looks_score, one.looks_score - low, high - one.looks_score


def _depth_of(one: SetRow) -> Values:
    if one.depth_thigh_angle_deg is None:
        return None
    half = half_width(one.depth_thigh_angle_deg_sd or 0.0)
    return one.depth_thigh_angle_deg, half, half


def _load_of(one: SetRow) -> Values:
    return None if one.load_kg is None else (one.load_kg, 0.0, 0.0)


def _pain_of(one: SetRow) -> Values:
    return None if one.pain is None else (one.pain, 0.0, 0.0)


def half_width(sd: float) -> float:
    """Half-width of the interval that the page shows."""
    return sd * NormalDist().inv_cdf(0.5 + 0.5 * load_scoring().scoring.interval)


SCORE = Figure(name="score", title="Looks, 0–100", decimals=0, is_looks=True, read=_score_of)
DEPTH = Figure(name="depth", title="Depth, °", decimals=0, is_looks=False, read=_depth_of)
LOAD = Figure(name="load", title="Load, kg", decimals=1, is_looks=False, read=_load_of)
PAIN = Figure(name="pain", title="Pain, 0–10", decimals=1, is_looks=False, read=_pain_of)
ABSENT: Mapping[str, str] = {
    "score": "no set could be judged",
    "depth": "not measured",
    "knee": "not visible from these views",
    "load": "no load told",
    "pain": "not told",
}


def figures(reps: Reps) -> tuple[Figure, ...]:
    """The five figures in their order; the knee's comes from the reps."""
    knee = Figure(name="knee", title="Knee inward, cm", decimals=1, is_looks=False, read=_knee_reader(reps))
    return (SCORE, DEPTH, knee, LOAD, PAIN)


def _knee_reader(reps: Reps) -> Reader:
    def read(one: SetRow) -> Values:
        known = [rep.knee_inward_m for rep in reps.get((one.athlete, one.result), ())]
        seen = [pair for pair in known if pair is not None]
        if not seen:
            return None
        half = CM_PER_M * half_width(median(sd for _, sd in seen))
        return CM_PER_M * median(value for value, _ in seen), half, half

    return read


def spans_of(sets: Sequence[SetRow], reps: Reps) -> dict[str, Span]:
    """Common axes of everything that the page shows: fixed ones where the figure has ends, else all values."""
    found = {
        "score": Span(low=0.0, high=100.0, reference=load_scoring().scoring.good_score),
        "pain": Span(low=0.0, high=10.0),
    }
    for figure in figures(reps):
        if figure.name in found:
            continue
        values = [found_values[0] for found_values in map(figure.read, sets) if found_values is not None]
        low, high = min(values, default=0.0), max(values, default=0.0)
        if figure.name == "load":
            found["load"] = Span(low=0.0, high=max(10.0, 1.1 * high))
        else:
            step = 10.0 if figure.name == "depth" else 2.0
            found[figure.name] = Span(
                low=step * floor(min(low, 0.0) / step - 0.5),
                high=step * ceil(max(high, 0.0) / step + 0.5),
                reference=0.0,
            )
    return found


def multiples_of(
    name: str,
    kind: Kind,
    sets: Sequence[SetRow],
    reps: Reps,
    *,
    times: Times,
    spans: Mapping[str, Span],
) -> Multiples:
    """The plots of one exercise; `name` makes their ids unique in the page."""
    panels = []
    for figure in figures(reps):
        points = joined_points(sets, times, figure)
        drawn = small_multiple(f"{name}-{figure.name}", figure, points, spans[figure.name], times) if points else ""
        panels.append(Panel(title=figure.title, drawn=drawn, absent="" if points else ABSENT[figure.name]))
    return Multiples(exercise=kind_text(kind), facts=count_text(len(sets), "set"), panels=tuple(panels))


def strip_of(reps: Sequence[RepRow]) -> Strip | None:
    """Looks, depth, knee and tempo of every rep; None without reps, lines that nothing is known of are left out."""
    if not reps:
        return None
    lines = (
        ("Looks", [_looks_cell(rep) for rep in reps]),
        ("Depth °", [_cell(rep.depth_thigh_angle_deg, "deg") for rep in reps]),
        ("Knee inward cm", [_cell(None if rep.knee_inward_m is None else rep.knee_inward_m[0], "m") for rep in reps]),
        ("Down s", [_cell(rep.eccentric_s, "s") for rep in reps]),
        ("Up s", [_cell(rep.concentric_s, "s") for rep in reps]),
    )
    rows = tuple((title, tuple(cells)) for title, cells in lines if any(cell.text != "–" for cell in cells))
    numbers = tuple(str(number if rep.rep_index is None else rep.rep_index) for number, rep in enumerate(reps, start=1))
    return Strip(numbers=numbers, rows=rows) if rows else None


def _looks_cell(rep: RepRow) -> StripCell:
    if rep.looks_score is None:
        return StripCell(text="–")
    return StripCell(text=number_text(rep.looks_score, 0), state=rep.looks_state or "")


def _cell(value: float | None, unit: str) -> StripCell:
    """A figure without its unit, which stands at the head of the line."""
    if value is None:
        return StripCell(text="–")
    shown = SHOWN_UNITS[unit]
    return StripCell(text=number_text(value * shown.factor, shown.decimals))
