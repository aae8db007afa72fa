"""A SetReport and its pictures enter; everything that the page shows leaves, in the words and order of the page.

Nothing here is markup except the plots: the template escapes all text.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from lookfeel.report.document import (
    FindingDocument,
    ItemDocument,
    MetricDocument,
    RepDocument,
    ReportDocument,
    ReprojectionDocument,
    report_document,
    strictness_words,
)
from lookfeel.report.figure import NOTHING, Figure, build_figure
from lookfeel.report.panels import LEGS, Plot, missing_reasons, phase_seconds, rep_plots, time_plots
from lookfeel.report.wording import (
    ACTION_WORDS,
    FEELS_WORDS,
    LENGTH_WORDS,
    LOOKS_WORDS,
    PHASE_WORDS,
    SEVERITY_WORDS,
    SHOWN_UNITS,
    SIDE_LETTERS,
    THRESHOLD_WORDS,
    apart_text,
    because,
    exercise_words,
    name_words,
    number_text,
    parameter_text,
    percent_text,
    size_text,
    tempo_text,
    value_and_sd_text,
    value_text,
    views_text,
)
from lookfeel.types import SetReport

SEVERITY_ORDER = ("zero", "bad", "watch")
LOWER_BACK = "The lower back: hip and shoulder points do not show whether it rounds."


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The looks score as text, with the ends of its bar in per cent."""

    value: str
    interval: str
    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """One fault, shown at the moment that shows it."""

    severity: str
    severity_word: str
    text: str
    where: str
    size: str
    picture: str | None
    alt: str
    watch_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the rep table; note: a second, smaller line; aside: more for that line where there is room."""

    text: str
    note: str = ""
    aside: str = ""
    is_absent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RepRow:
    """One rep of the table; a partial rep has a reason instead of cells."""

    name: str
    cells: tuple[Cell, ...]
    partial_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFrame:
    """One picture as a data URI."""

    label: str
    alt: str
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What report.html shows."""

    document: ReportDocument
    facts: tuple[str, ...]
    action: str
    looks_word: str
    feels_word: str
    parameters: tuple[tuple[str, str], ...]
    score: Score | None
    coverage: str
    judged_by: str
    open_reason: str | None
    threshold_word: str
    findings: tuple[FindingCard, ...]
    rows: tuple[RepRow, ...]
    absences: tuple[tuple[str, str], ...]
    has_rough: bool
    key_frames: tuple[KeyFrame, ...]
    rep_plots: tuple[Plot, ...]
    time_plots: tuple[Plot, ...]
    can_judge: tuple[str, ...]
    cannot_judge: tuple[tuple[str, str], ...]
    view_words: str
    these_views: str
    second: str | None
    overlay: str | None
    measured: tuple[tuple[str, str], ...]
    figure: Figure | None
    no_figure: str = NOTHING
    always_hidden: str = LOWER_BACK


def build_page(report: SetReport, *, key_frames: Mapping[int, bytes], overlay_name: str | None) -> Page:
    """Everything the page shows.

    Parameters
        key_frames: JPEG bytes by frame index; a frame that is not there is left out of the page.
        overlay_name: name of the overlay video beside the page; None when there is none.
    """
    document = report_document(report)
    overlay = quote(overlay_name) if overlay_name else None
    items = _items(document)
    return Page(
        document=document,
        facts=_facts(document),
        action=ACTION_WORDS[document.decision.action],
        looks_word=LOOKS_WORDS[document.looks.state],
        feels_word=FEELS_WORDS[document.decision.feels],
        parameters=_parameters(document),
        score=_score(document),
        coverage=percent_text(document.looks.coverage),
        judged_by=_judged_by(report, document),
        open_reason=document.looks.reason,
        threshold_word=THRESHOLD_WORDS[document.technique_threshold.status],
        findings=_findings(document, key_frames, overlay),
        rows=tuple(_row(rep) for rep in document.reps),
        absences=_absences(document),
        has_rough=any(_is_rough(rep) for rep in document.reps),
        key_frames=_bottoms(document, key_frames),
        rep_plots=rep_plots(document),
        time_plots=time_plots(report),
        can_judge=tuple(_judged_item(item, document) for item in items if item.score is not None),
        cannot_judge=tuple((item.label, because(item.reason)) for item in items if item.score is None),
        view_words=_views(document),
        these_views="This view" if document.second_view is None else "These two views together",
        second=_second_words(document),
        overlay=overlay,
        measured=_measured(document),
        figure=build_figure(report),
    )


def _facts(document: ReportDocument) -> tuple[str, ...]:
    """What the clip is, in a few words each."""
    exercise = document.exercise
    known = "No known exercise" if exercise.name == "none" else exercise_words(exercise.name, exercise.variant)
    reps = "1 rep" if document.n_reps == 1 else f"{document.n_reps} reps"
    n_partial = len(document.reps) - document.n_reps
    cut = (f"{n_partial} cut off, not counted",) if n_partial else ()
    return (
        known,
        reps,
        *cut,
        f"filmed from {_views(document)}",
        *(() if document.second_view is None else (f"with {document.second_view.name}",)),
        value_text(document.video.duration_s, "s"),
    )


def _views(document: ReportDocument) -> str:
    return views_text(document.view.name, None if document.second_view is None else document.second_view.view.name)


def _second_words(document: ReportDocument) -> str | None:
    """What was taken from the second clip and what shows only the first."""
    second = document.second_view
    if second is None:
        return None
    return (
        f"Two clips of this set: {document.video.name} (first) and {second.name} (second), matched rep by rep. Every "
        "figure and every item is from the clip that shows it better. The curves over time, the body in 3-D, the "
        "pictures and the video show the first clip."
    )


def _judged_item(item: ItemDocument, document: ReportDocument) -> str:
    """An item that was judged and, where there are two clips, from which."""
    if document.second_view is None:
        return item.label
    return f"{item.label} (from the {'second' if item.clip == 2 else 'first'} clip)"


def _judged_by(report: SetReport, document: ReportDocument) -> str:
    """Whose rubric judged and how strictly; nothing where there was nothing to judge."""
    if not document.reps:
        return ""
    name, _, variant = document.provenance.rubric.partition("/")
    strictness = strictness_words(report)
    parts = [f"rubric: {exercise_words(name, variant or None).lower()}"] if name else []
    sentence = "; ".join([*parts, *([strictness] if strictness else [])])
    return f"{_capital(sentence)}." if sentence else ""


def _parameters(document: ReportDocument) -> tuple[tuple[str, str], ...]:
    given = document.decision.parameters.items()
    return tuple(parameter_text(name, value) for name, value in given if value is not None)


def _score(document: ReportDocument) -> Score | None:
    looks = document.looks
    if looks.score is None or looks.low is None or looks.high is None:
        return None
    return Score(
        value=number_text(looks.score, 0),
        interval=f"{number_text(looks.low, 0)} to {number_text(looks.high, 0)}",
        at=looks.score,
        low=looks.low,
        high=looks.high,
    )


def _items(document: ReportDocument) -> tuple[ItemDocument, ...]:
    """Items of the rubric, each once: the set's own, or those of its reps."""
    sources = [document.looks, *(rep.looks for rep in document.reps)]
    by_name: dict[str, ItemDocument] = {}
    for item in (item for looks in sources for item in looks.items):
        by_name.setdefault(item.item, item)
    return tuple(by_name.values())


def _findings(
    document: ReportDocument, key_frames: Mapping[int, bytes], overlay: str | None
) -> tuple[FindingCard, ...]:
    """One card for each finding of the set, the gravest first; the set has each fault once, at its worst rep."""
    found = sorted(document.looks.findings, key=lambda finding: SEVERITY_ORDER.index(finding.severity))
    return tuple(_finding_card(finding, key_frames, overlay) for finding in found)


def _finding_card(finding: FindingDocument, key_frames: Mapping[int, bytes], overlay: str | None) -> FindingCard:
    in_first = finding.clip == 1
    phase = f", {PHASE_WORDS[finding.phase]}" if finding.phase is not None else ""
    moment = f"rep {finding.rep_index} at {value_text(finding.time_s, 's')}{'' if in_first else ' of the second clip'}"
    return FindingCard(
        severity=finding.severity,
        severity_word=SEVERITY_WORDS[finding.severity],
        text=finding.text,
        where=f"See {moment}{phase}.",
        size=f"{_capital(size_text(finding.over_sd))}.",
        picture=_data_uri(key_frames, finding.frame) if in_first else None,
        alt=f"Picture of {moment}: {finding.text}",
        watch_at=f"{overlay}#t={finding.time_s}" if overlay and in_first else None,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _data_uri(key_frames: Mapping[int, bytes], frame: int) -> str | None:
    if frame not in key_frames:
        return None
    return "data:image/jpeg;base64," + base64.b64encode(key_frames[frame]).decode("ascii")


def _bottoms(document: ReportDocument, key_frames: Mapping[int, bytes]) -> tuple[KeyFrame, ...]:
    """The bottom of every whole rep of which there is a picture."""
    shown = []
    for rep in document.reps:
        picture = _data_uri(key_frames, rep.frames.bottom)
        if picture is not None and not rep.is_partial:
            alt = f"Bottom of rep {rep.index} at {value_text(rep.bottom_s, 's')}"
            shown.append(KeyFrame(label=_rep_name(rep), alt=alt, picture=picture))
    return tuple(shown)


def _rep_name(rep: RepDocument) -> str:
    if rep.is_partial:
        return "cut"
    return f"{rep.index} {SIDE_LETTERS[rep.side]}" if rep.side in SIDE_LETTERS else str(rep.index)


def _row(rep: RepDocument) -> RepRow:
    cells = (_knee_cell(rep), _depth_cell(rep), _tempo_cell(rep), _looks_cell(rep))
    return RepRow(
        name=_rep_name(rep),
        cells=() if rep.is_partial else cells,
        partial_reason=(rep.partial_reason or "the clip does not show it whole") if rep.is_partial else None,
    )


def _absent(words: str = "not visible") -> Cell:
    return Cell(text=words, is_absent=True)


def _worst_knee(rep: RepDocument) -> tuple[str, MetricDocument] | None:
    """The leg whose knee goes furthest inward, of those that can be seen."""
    seen = [(leg, rep.metrics.get(f"knee_over_foot_{leg}_m")) for leg in LEGS]
    known = [(leg, metric) for leg, metric in seen if metric is not None and metric.value is not None]
    return max(known, key=lambda pair: pair[1].value or 0.0, default=None)


def _knee_cell(rep: RepDocument) -> Cell:
    worst = _worst_knee(rep)
    if worst is None:
        return _absent()
    leg, metric = worst
    other = rep.metrics.get(f"knee_over_foot_{'right' if leg == 'left' else 'left'}_m")
    shown = SHOWN_UNITS[metric.unit]
    also = (
        ""
        if rep.side != "both" or other is None or other.value is None
        else (f"{'R' if leg == 'left' else 'L'} {number_text(other.value * shown.factor, shown.decimals)}")
    )
    return _figure_cell(metric, prefix=f"{SIDE_LETTERS[leg]} ", extra=also)


def _depth_cell(rep: RepDocument) -> Cell:
    thigh, knee = rep.metrics.get("depth_thigh_angle_deg"), rep.metrics.get("depth_knee_flexion_deg")
    if thigh is None or thigh.value is None:
        return _absent()
    bend = f"knee {value_text(knee.value, 'deg')}" if knee is not None and knee.value is not None else ""
    return _figure_cell(thigh, extra=bend)


def _figure_cell(metric: MetricDocument, *, prefix: str = "", extra: str = "") -> Cell:
    """Value above, its SD below; the unit stands in the table's head."""
    shown = SHOWN_UNITS[metric.unit]
    value, sd = (number_text((number or 0.0) * shown.factor, shown.decimals) for number in (metric.value, metric.sd))
    rough = "≈ " if metric.status == "approximate" else ""
    return Cell(text=f"{prefix}{rough}{value}", note=f"± {sd}", aside=extra)


def _tempo_cell(rep: RepDocument) -> Cell:
    seconds = phase_seconds(rep)
    return _absent("not measured") if all(value is None for value in seconds) else Cell(text=tempo_text(seconds))


def _looks_cell(rep: RepDocument) -> Cell:
    looks = rep.looks
    if looks.score is None or looks.low is None or looks.high is None:
        return _absent("no score")
    return Cell(text=number_text(looks.score, 0), note=f"{number_text(looks.low, 0)}–{number_text(looks.high, 0)}")


def _is_rough(rep: RepDocument) -> bool:
    shown = ("knee_over_foot_left_m", "knee_over_foot_right_m", "depth_thigh_angle_deg")
    return any(rep.metrics[name].status == "approximate" for name in shown if name in rep.metrics)


def _absences(document: ReportDocument) -> tuple[tuple[str, str], ...]:
    """What the table cannot show, and why, each once."""
    whole = [rep for rep in document.reps if not rep.is_partial]
    knee = [rep for rep in whole if _worst_knee(rep) is None]
    depth = [rep for rep in whole if _depth_cell(rep).is_absent]
    return (
        *(("Knee inward", why) for why in missing_reasons(knee, [f"knee_over_foot_{leg}_m" for leg in LEGS])),
        *(("Depth", why) for why in missing_reasons(depth, ["depth_thigh_angle_deg"])),
    )


def _measured(document: ReportDocument) -> tuple[tuple[str, str], ...]:
    """How it was measured and what made the report, as label and text."""
    video, view, made_by = document.video, document.view, document.provenance
    yaw = "unknown"
    if view.yaw_deg is not None and view.yaw_sd_deg is not None:
        yaw = (
            value_and_sd_text(view.yaw_deg, view.yaw_sd_deg, "deg") + " around the athlete, 0° = ahead, + = to the left"
        )
    body = document.body
    rate = "uneven" if video.is_variable_rate else "even"
    libraries = ", ".join(f"{name} {version}" for name, version in made_by.library_versions.items())
    settings = ", ".join(f"{name} = {value}" for name, value in made_by.settings.items())
    return (
        ("Exercise", f"{name_words(document.exercise.name)}, {percent_text(document.exercise.confidence)} sure"),
        ("Camera", f"{yaw}; view {percent_text(view.confidence)} sure"),
        ("Body", f"{body.method}; {LENGTH_WORDS[body.is_metric]}"),
        ("Fit", _fit_words(body.reprojection)),
        ("Clip", f"{video.codec}, {video.width_px} x {video.height_px} px, turned by {video.rotation_deg}°"),
        ("Frames", f"{video.n_frames}, {number_text(video.fps, 1)} a second, {rate} spacing"),
        ("Slow motion", "no" if video.slowmo_factor == 1 else f"{number_text(video.slowmo_factor, 1)} times"),
        ("Rule", document.decision.rule_id),
        ("Program", f"lookfeel {made_by.lookfeel_version}, Python {made_by.python_version}, {libraries}"),
        ("Pose model", f"{made_by.backend}; {', '.join(made_by.weights_sha256)}"),
        ("Looks rubric", f"{made_by.rubric} {made_by.rubric_sha256}".strip()),
        ("Decision matrix", made_by.matrix_sha256),
        ("Library of movements", made_by.library_sha256),
        ("Clip SHA-256", made_by.video_sha256),
        *(() if document.second_view is None else (("Second clip SHA-256", document.second_view.sha256),)),
        ("Settings", settings or "defaults"),
    )


def _fit_words(found: ReprojectionDocument | None) -> str:
    """How far the fit lies from what was seen, and where."""
    if found is None:
        return "not held against the picture"
    parts = ", ".join(f"{part} {value_text(rms_m, 'm')}" for part, rms_m in found.part_rms_m.items())
    return f"joints {apart_text(found.rms_m)}, of {found.n_points} compared; {parts}"
