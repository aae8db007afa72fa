"""The document's figures and the clip's signals enter; the page's plots leave, with their titles, legends and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lookfeel.report.document import RepDocument, ReportDocument
from lookfeel.report.plots import Caption, Dot, Line, rep_dots, tempo_bars, timeline
from lookfeel.report.wording import because, number_text, tempo_text, value_text
from lookfeel.types import SetReport

PHASES = ("eccentric", "bottom_pause", "concentric", "top_pause")
PHASE_WORDS = ("down", "pause", "up", "top")
LEGS = ("left", "right")
WIDE_PX, NARROW_PX = 1040, 326
"""Widths of the two drawings of a timeline: the inside of a card on a 1200 px page and on a 390 px phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One plot, drawn for wide and narrow pages, or a reason why there is none. legend: (css class, words)."""

    title: str
    note: str
    legend: tuple[tuple[str, str], ...]
    wide: str
    narrow: str | None = None
    absent_reason: str | None = None


def rep_plots(document: ReportDocument) -> tuple[Plot, ...]:
    """Knee, depth and tempo of every whole rep; nothing when there is none."""
    whole = [rep for rep in document.reps if not rep.is_partial]
    return (_knee_plot(whole), _depth_plot(whole, document), _tempo_plot(whole)) if whole else ()


def _dots(reps: Sequence[RepDocument], name: str, css: str, *, factor: float = 1.0) -> list[Dot]:
    """Dots of one metric for the reps that have it, numbered by their place among the whole reps."""
    dots = []
    for place, rep in enumerate(reps, start=1):
        metric = rep.metrics.get(name)
        if metric is not None and metric.value is not None and metric.sd is not None:
            is_rough = metric.status == "approximate"
            dots.append(
                Dot(rep_index=place, value=metric.value * factor, sd=metric.sd * factor, css=css, is_rough=is_rough)
            )
    return dots


def _spoken(dots: Sequence[Dot], unit: str) -> str:
    """The dots as a sentence, for someone who cannot see them."""
    said = [
        f"rep {dot.rep_index} {dot.css if dot.css in LEGS else ''} {number_text(dot.value, 1)} {unit}" for dot in dots
    ]
    return "; ".join(" ".join(words.split()) for words in said) + "."


def _knee_plot(reps: Sequence[RepDocument]) -> Plot:
    names = [f"knee_over_foot_{leg}_m" for leg in LEGS]
    dots = [dot for leg, name in zip(LEGS, names, strict=True) for dot in _dots(reps, name, leg, factor=100.0)]
    title, note = (
        "Knee inward, cm",
        "Furthest that the knee goes inside the line from ankle to toes; below 0 = outside.",
    )
    if not dots:
        return _absent_plot(title, missing_reasons(reps, names))
    legs = [leg for leg in LEGS if any(dot.css == leg for dot in dots)]
    caption = Caption(name="plot-knee", title=title, description=_spoken(dots, "cm"))
    drawn = rep_dots(caption, dots=dots, n_reps=len(reps), reference=0.0)
    legend = (*((leg, leg) for leg in legs), ("reference", "over the foot"))
    return Plot(title=title, note=note, legend=legend, wide=drawn)


def _depth_plot(reps: Sequence[RepDocument], document: ReportDocument) -> Plot:
    name, title = "depth_thigh_angle_deg", "Depth, thigh angle °"
    dots = _dots(reps, name, "depth")
    if not dots:
        return _absent_plot(title, missing_reasons(reps, [name]))
    asked = document.context.prescribed_thigh_deg
    level, words = (0.0, "parallel") if not asked else (asked, "asked for")
    caption = Caption(name="plot-depth", title=title, description=_spoken(dots, "degrees"))
    drawn = rep_dots(caption, dots=dots, n_reps=len(reps), reference=level)
    note = "Thigh to the horizontal at the bottom; lower is deeper."
    return Plot(title=title, note=note, legend=(("reference", words),), wide=drawn)


def _tempo_plot(reps: Sequence[RepDocument]) -> Plot:
    title = "Tempo, seconds"
    rows = [(place, list(zip(PHASES, phase_seconds(rep), strict=True))) for place, rep in enumerate(reps, start=1)]
    said = "; ".join(f"rep {rep.index}: {tempo_text(phase_seconds(rep))}" for rep in reps)
    caption = Caption(name="plot-tempo", title=title, description=f"Down, pause, up, top. {said}.")
    legend = tuple(zip(PHASES, PHASE_WORDS, strict=True))
    return Plot(title=title, note="Each bar is a rep.", legend=legend, wide=tempo_bars(caption, rows=rows))


def _absent_plot(title: str, reasons: Sequence[str]) -> Plot:
    return Plot(title=title, note="", legend=(), wide="", absent_reason="; ".join(reasons) or "not measured")


def time_plots(report: SetReport) -> tuple[Plot, ...]:
    """Thigh angle and knee bend over the clip, as far as they were measured."""
    thigh = _time_plot(report, "thigh_angle", "Thigh angle over time, °", "Lower is deeper.", reference=0.0)
    knee = _time_plot(report, "knee_flexion", "Knee bend over time, °", "Lower is deeper; 0 = straight leg.")
    return tuple(plot for plot in (thigh, knee) if plot is not None)


def _time_plot(report: SetReport, stem: str, title: str, note: str, *, reference: float | None = None) -> Plot | None:
    """A signal of both legs over time; None when it was not measured at all."""
    signals = report.signals
    names = [(leg, f"{stem}_{leg}_deg") for leg in LEGS]
    lines = [
        Line(label=leg, css=leg, values=signals[name])
        for leg, name in names
        if name in signals.values and np.isfinite(signals[name]).any()
    ]
    if not lines:
        return None
    drawn = []
    for width_px, form in ((WIDE_PX, "wide"), (NARROW_PX, "narrow")):
        deepest = ", ".join(value_text(rep.bottom_s, "s") for rep in report.reps if not rep.is_partial)
        spoken = f"Bottoms of the reps at {deepest}." if deepest else "No whole rep."
        caption = Caption(name=f"plot-{stem.replace('_', '-')}-{form}", title=title, description=spoken)
        is_down_positive = stem == "knee_flexion"
        drawn.append(
            timeline(
                caption,
                time_s=signals.time_s,
                lines=lines,
                reps=report.reps,
                width_px=width_px,
                is_down_positive=is_down_positive,
                reference=reference,
            )
        )
    legend = tuple((line.css, line.label) for line in lines)
    if reference is not None:
        legend += (("reference", "parallel"),)
    return Plot(title=title, note=note, legend=legend, wide=drawn[0], narrow=drawn[1])


def missing_reasons(reps: Iterable[RepDocument], names: Sequence[str]) -> list[str]:
    """Why these figures are missing, each reason once."""
    found = [because(rep.metrics[name].reason) for rep in reps for name in names if name in rep.metrics]
    return list(dict.fromkeys(found))


def phase_seconds(rep: RepDocument) -> list[float | None]:
    """Lengths of the rep's phases in the order of PHASES, None when unknown."""
    return [getattr(rep.phases, f"{phase}_s") for phase in PHASES]
