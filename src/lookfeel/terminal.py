"""What a person at the terminal sees: a SetReport enters, a table, the findings and the next action leave."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from lookfeel.errors import LookfeelError
from lookfeel.exercises import spec_sha256
from lookfeel.report.document import BodyDocument, parts_of_reps, report_document, strictness_words
from lookfeel.report.wording import (
    ACTION_WORDS,
    LENGTH_WORDS,
    LOOKS_WORDS,
    SIDE_LETTERS,
    VIEW_WORDS,
    apart_text,
    exercise_words,
    number_text,
    percent_text,
    sureness_text,
)
from lookfeel.types import (
    ActionName,
    CameraView,
    Decision,
    ExerciseGuess,
    LoadThreshold,
    Looks,
    Metric,
    PastSet,
    Rep,
    SetReport,
)
from lookfeel.types import Progress as OnProgress

if TYPE_CHECKING:
    from lookfeel.doctor import Check
    from lookfeel.exercises import ExerciseSpec, Measure, Movement, RubricItem
    from lookfeel.matrix import Explanation, MatrixSettings

    Figures = Mapping[str, Metric]

WIDEST = 100
"""Columns; wider lines are hard to read."""

ABSENT = "–"
STAGE_LABELS = {
    "pose": "Following the body",
    "pose_second": "Following the body, second clip",
    "measure": "Measuring",
    "overlay": "Drawing the overlay",
    "report": "Writing the report",
    "judge": "Measuring and judging",
    "hash": "Reading",
}
STATE_STYLES = {"good": "green", "uncertain": "yellow", "bad": "red", "not_assessable": "dim"}
LOAD_STYLES = ("dim", "", "yellow", "red")
PATTERN_WORDS = {
    "squat": "Squats",
    "hold": "Holds",
    "leg_press": "Leg presses",
    "split_squat": "Split squats",
    "lunge": "Lunges",
    "single_leg": "Single-leg squats",
    "step": "Steps",
    "hinge": "Hinges",
    "bridge": "Bridges and hip thrusts",
    "leg_curl": "Leg curls",
    "calf": "Calf raises",
    "balance": "Balance and hip control",
    "jump": "Jumps",
    "hop": "Hops",
    "bound": "Skips and bounds",
    "sprint": "Hill running",
}
NEEDS_WIDTH = 14
"""Columns; leaves most of 80 to the movements' names."""

LIBRARY_LEGEND = (
    "* can be filmed and judged here. level: 1 (anyone) to 10, within this list. knee, back, hip, ankle: how much a"
    " movement asks of each, in order only: 0 hardly, 1 little, 2 some, 3 most. To spare a sore place,"
    " change to a lower figure there. Levels and loads are a coach's ordering, not measured; they say nothing about"
    " injury."
)
EVIDENCE_WORDS = {
    "evidence": "the limits are published",
    "derived": "the limits are derived",
    "choice": "the limits are our choice, not validated",
}
SEVERITY_STYLES = {"watch": "yellow", "bad": "red", "zero": "bold red"}


def printable(text: object) -> str:
    """`text` without characters that would steer the terminal, such as an escape code in a file's name."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in str(text)
    )


@contextmanager
def progress_bars(console: Console, *, title: str, is_shown: bool) -> Iterator[OnProgress | None]:
    """One bar a stage with its remaining time, gone when done; None when nobody watches."""
    if not is_shown:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        bars.console.print(Text(printable(title), style="bold"))
        tasks: dict[str, TaskID] = {}

        def on_progress(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGE_LABELS.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield on_progress


def show_error(console: Console, error: LookfeelError, *, clip: str | None = None) -> None:
    """What is wrong and what to do next, in at most a few lines."""
    where = f"{printable(clip)}: " if clip is not None else ""
    line = Text.assemble((f"{error.code}: ", "bold red"), where, printable(error.message), style="default")
    console.print(Text.assemble(line, "\n", (printable(error.hint), "dim")), soft_wrap=True)


def show_columns(console: Console, columns: Sequence[tuple[str, str]]) -> None:
    """Print the columns of a manifest and what belongs into each."""
    rows = _rows()
    for name, meaning in columns:
        rows.add_row(Text(name), Text(meaning, style="dim"))
    console.print(rows)


def show_report(console: Console, report: SetReport, *, folder: Path) -> None:
    """Print one clip's result and where its files lie."""
    console.print(report_view(report, folder=folder))


def report_view(report: SetReport, *, folder: Path) -> RenderableType:
    """Heading, table of reps, what was seen, the next action and the files, from top to bottom."""
    parts: list[RenderableType] = [_indented(_heading(report)), Text()]
    if report.reps:
        parts += [_indented(_rep_table(report)), Text()]
    parts += [_indented(_remarks(report, folder)), Text()]
    told = {finding.text for finding in report.looks.findings}
    parts.append(_decision_panel(report.decision, told=told))
    return Constrain(Group(*parts), width=WIDEST)


def show_threshold(console: Console, threshold: LoadThreshold, sets: Sequence[PastSet], *, plot: Path | None) -> None:
    """Print the sets that were compared, the load at which form breaks down, and what would tell more."""
    parts: list[RenderableType] = [_indented(_load_table(threshold, sets)), Text()] if sets else []
    rows = _rows()
    rows.add_row(Text("compared", style="dim"), Text(printable(_compared_words(threshold))))
    rows.add_row(Text("next", style="dim"), Text(_next_words(threshold)))
    if plot is not None:
        rows.add_row(Text("plot", style="dim"), Text(printable(plot)))
    panel = Panel(
        Text(printable(threshold.reason)),
        title=Text(_threshold_words(threshold), style="bold"),
        title_align="left",
        border_style="yellow" if threshold.status == "not_estimable" else "cyan",
        box=ROUNDED,
        padding=(0, 1),
    )
    console.print(Constrain(Group(Text(), *parts, panel, Text(), _indented(rows)), width=WIDEST))


def _load_table(threshold: LoadThreshold, sets: Sequence[PastSet]) -> Table:
    """One row a load: how many sets, how many looked good, their scores from best to worst, the chance to look good."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    for heading in ("load, kg", "sets", "look good", "chance"):
        table.add_column(heading, no_wrap=True, justify="right")
    table.add_column("scores", overflow="fold")
    for load in sorted({past.load_kg for past in sets if past.load_kg is not None}):
        those = [past for past in sets if past.load_kg == load]
        scores = sorted((past.score for past in those if past.score is not None), reverse=True)
        n_good = sum(past.looks == "good" for past in those)
        numbers = (f"{load:g}", str(len(those)), str(n_good), _chance_cell(threshold, load))
        table.add_row(*numbers, " ".join(f"{score:.0f}" for score in scores) or ABSENT)
    return table


def _chance_cell(threshold: LoadThreshold, load_kg: float) -> str:
    """'80 % (50-95)' at one load."""
    if len(threshold.curve_kg) == 0:
        return ABSENT
    at = int(abs(threshold.curve_kg - load_kg).argmin())
    chance, low, high = (100 * float(row[at]) for row in (threshold.p_good, threshold.p_low, threshold.p_high))
    return f"{chance:.0f} % ({low:.0f}-{high:.0f})"


def _threshold_words(threshold: LoadThreshold) -> str:
    if threshold.low_kg is None:
        return "Where form breaks down cannot be told yet"
    if threshold.load_kg is None or threshold.high_kg is None:
        return f"Form holds so far: the threshold lies above {_kg_text(threshold.low_kg)}"
    ends = f"{_kg_text(threshold.low_kg)} to {_kg_text(threshold.high_kg)}"
    return f"Form breaks down at about {_kg_text(threshold.load_kg)} ({ends})"


def _kg_text(load_kg: float) -> str:
    return f"{number_text(load_kg, 0 if load_kg >= 20 else 1)} kg"


def _compared_words(threshold: LoadThreshold) -> str:
    name = exercise_words(threshold.exercise, None).lower()
    depth = "depth not known"
    if threshold.depth_deg is not None:
        side = "above" if threshold.depth_deg > 0 else "below"
        depth = f"thigh {number_text(abs(threshold.depth_deg), 0)}° {side} level at the bottom"
    sessions = _count(threshold.n_sessions, "session")
    return f"{_count(threshold.n_sets, 'set')} in {sessions}, {name}, {depth}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _next_words(threshold: LoadThreshold) -> str:
    """What to do so that the next answer is a better one."""
    if threshold.low_kg is None:
        return (
            "Film sets at three or more loads, some that look good and some that do not, to the same depth and from "
            "the same place."
        )
    if threshold.load_kg is None or threshold.high_kg is None:
        return "Keep filming as the load goes up in the usual small steps: nothing seen so far sets a limit."
    low, high = _kg_text(threshold.low_kg), _kg_text(threshold.high_kg)
    return f"Good looks are to be expected below {low}. Sets filmed between {low} and {high} narrow the interval."


def show_skipped(console: Console, skipped: Sequence[tuple[str, str]]) -> None:
    """Name each file that was passed over, and why."""
    for where, why in skipped:
        line = Text.assemble(("skipped: ", "yellow"), printable(where), ": ", printable(why))
        console.print(line, soft_wrap=True)


def show_checks(console: Console, checks: Sequence[Check]) -> None:
    """What `doctor` found, one row a check, with what to do where something is amiss."""
    marks = {
        "ok": Text("ok", style="green"),
        "warning": Text("warn", style="yellow"),
        "broken": Text("BROKEN", style="red"),
    }
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        hint = Text(f"\n{printable(check.hint)}" if check.hint else "", style="dim")
        table.add_row(marks[check.state], Text(check.name), Text.assemble(printable(check.found), hint))
    console.print(table)


def show_exercises(console: Console, specs: Sequence[ExerciseSpec]) -> None:
    """Name, meaning, other names and filming advice of each exercise."""
    for spec in specs:
        table = _rows()
        others = [*spec.aliases, *(name for kind in spec.variants for name in (kind.name, *kind.aliases))]
        views = ((group, getattr(spec.filming, group)) for group in ("front", "side", "oblique"))
        for label, text in (("also", ", ".join(others)), ("film", spec.filming.general), *views):
            table.add_row(Text(label, style="dim"), Text(text))
        console.print(Text(spec.name, style="bold cyan"))
        console.print(Padding(Text(spec.description), (0, 0, 0, 2)))
        console.print(Padding(table, (0, 0, 1, 2)))


def show_library(console: Console, movements: Sequence[Movement]) -> None:
    """The movements by pattern, from easier to harder: how hard, what each loads, what it needs."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Movement", overflow="fold")
    for heading in ("level", "knee", "back", "hip", "ankle"):
        table.add_column(heading, justify="center", no_wrap=True)
    table.add_column("needs", overflow="fold", max_width=NEEDS_WIDTH)
    for pattern in dict.fromkeys(entry.pattern for entry in movements):
        table.add_row(Text(PATTERN_WORDS[pattern], style="bold cyan"))
        of_pattern = [entry for entry in movements if entry.pattern == pattern]
        for entry in sorted(of_pattern, key=lambda entry: entry.difficulty):
            table.add_row(*_library_row(entry))
        table.add_section()
    console.print(Constrain(Group(table, Text(), Text(LIBRARY_LEGEND, style="dim")), width=WIDEST))


def _library_row(entry: Movement) -> tuple[RenderableType, ...]:
    loads = (entry.loads.knee, entry.loads.back, entry.loads.hip, entry.loads.ankle)
    needs = " or ".join(implement.replace("_", " ") for implement in entry.implement if implement != "none")
    return (
        Padding(Text.assemble(entry.title, ("*" if entry.judged_as is not None else "", "green")), (0, 0, 0, 2)),
        Text(str(entry.difficulty)),
        *(Text(str(amount), style=LOAD_STYLES[amount]) for amount in loads),
        Text(needs or ABSENT),
    )


def show_rubric(console: Console, spec: ExerciseSpec) -> None:
    """What looks are judged by: each item with what is measured, its anchors, weights, and where these come from."""
    title = exercise_words(spec.name, spec.variant)
    console.print(Text.assemble((title, "bold cyan"), (f"  {spec_sha256(spec)}", "dim")), soft_wrap=True)
    console.print(Padding(Text(spec.description), (0, 0, 1, 2)))
    own = next((kind.overrides for kind in spec.variants if kind.name == spec.variant), ())
    changed = {change.id for change in own}
    for item in spec.rubric:
        note = "  (changed for this variant)" if item.id in changed else ""
        console.print(Padding(Text.assemble((item.label, "bold"), (note, "yellow")), (0, 0, 0, 2)))
        console.print(Padding(_item_rows(item), (0, 0, 1, 4)))
    for entry in spec.not_faults:
        console.print(Padding(Text.assemble(("Not judged: ", "dim"), f"{entry.name}. {entry.why}"), (0, 0, 0, 2)))


def _item_rows(item: RubricItem) -> Table:
    rows = _rows()
    for measure in item.measures:
        rows.add_row(Text("what", style="dim"), Text(measure.definition))
        rows.add_row(Text("limits", style="dim"), Text(_anchor_words(measure)))
    lists = ", ".join(f"{view} {percent_text(item.weight(view))}" for view in item.views)
    rows.add_row(Text("weight", style="dim"), Text(f"{lists} of that view's list"))
    rows.add_row(Text("why", style="dim"), Text(item.why))
    source = "" if item.source == item.evidence else f": {item.source}"
    rows.add_row(Text("source", style="dim"), Text(f"{EVIDENCE_WORDS[item.evidence]}{source}"))
    return rows


def _anchor_words(measure: Measure) -> str:
    """'ideal 1.2, watch 2.5, bad 4, zero 8 cm', in the unit that is shown to the athlete."""
    names = ("ideal", "watch", "bad", "zero")
    numbers = (f"{anchor * measure.display.scale:g}" for anchor in measure.anchors.as_tuple())
    words = ", ".join(f"{name} {number}" for name, number in zip(names, numbers, strict=True))
    gap = "" if measure.display.unit.startswith("°") else " "
    return f"{words}{gap}{measure.display.unit}"


def _indented(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, 1))


def _rows() -> Table:
    """A grid of labels and sentences that wraps beside the labels, not under them."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _heading(report: SetReport) -> Text:
    n_whole = sum(not rep.is_partial for rep in report.reps)
    n_partial = len(report.reps) - n_whole
    count = f"{n_whole} rep" + ("" if n_whole == 1 else "s")
    partial = f" and {n_partial} not whole" if n_partial else ""
    name = printable(Path(report.video.path).name)
    what = f"{count}{partial}, {_exercise_words(report.exercise)}, {_view_words(report.view)}"
    if report.second is not None:
        beside = printable(Path(report.second.video.path).name)
        what += f"\nwith {beside}, {_view_words(report.second.view)}"
    return Text.assemble("\n", (name, "bold"), "\n", what)


def _exercise_words(exercise: ExerciseGuess) -> str:
    if exercise.name == "none":
        return f"no exercise that we know ({percent_text(exercise.confidence)} sure)"
    name = printable(exercise_words(exercise.name, exercise.variant)).lower()
    return f"{name} (as given)" if exercise.was_given else f"{name} ({percent_text(exercise.confidence)} sure)"


def _view_words(view: CameraView) -> str:
    if view.name == "unknown":
        return "the camera's place is unclear"
    return f"filmed from {VIEW_WORDS[view.name]} ({percent_text(view.confidence)} sure)"


def _rep_table(report: SetReport) -> Table:
    """One row a rep; the column of knee separation only where some rep has one."""
    metrics = [row.metrics if row else {} for row in parts_of_reps(report.reps, report.rep_metrics)]
    looks = parts_of_reps(report.reps, report.rep_looks)
    has_kasr = any(row["kasr_min_ratio"].value is not None for row in metrics if "kasr_min_ratio" in row)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    kasr = ["KASR"] if has_kasr else []
    for heading in ("rep", "side", "knee cm", *kasr, "depth", "tempo, s", "looks", "notes"):
        table.add_column(heading, no_wrap=True, justify="right" if heading in ("rep", "KASR") else "left")
    for rep, figures, look in zip(report.reps, metrics, looks, strict=True):
        cells = [ABSENT if rep.is_partial else str(rep.index), rep.side, _knee_cell(figures, rep)]
        cells += [_figure(figures.get("kasr_min_ratio"), digits=2)] if has_kasr else []
        cells += [_depth_cell(figures.get("depth_thigh_angle_deg")), _tempo_cell(rep)]
        table.add_row(*cells, _looks_cell(look), _note_cell(rep, look), style="dim" if rep.is_partial else "")
    return table


def _figure(metric: Metric | None, *, factor: float = 1.0, digits: int = 0) -> str:
    """A metric for people: a dash when it was not assessable, '~' before a rough one."""
    if metric is None or metric.value is None:
        return ABSENT
    rough = "~" if metric.status == "approximate" else ""
    return rough + number_text(metric.value * factor, digits)


def _knee_cell(figures: Figures, rep: Rep) -> str:
    """How far the working knees travel in, in cm: 'L3 R5'; negative = out."""
    sides = ("left", "right") if rep.side == "both" else (rep.side,)
    metrics = {side: figures.get(f"knee_over_foot_{side}_m") for side in sides}
    seen = {side: metric.value for side, metric in metrics.items() if metric is not None and metric.value is not None}
    if not seen:
        return ABSENT
    return " ".join(f"{SIDE_LETTERS[side]}{_figure(metrics[side], factor=100)}" for side in seen)


def _depth_cell(thigh: Metric | None) -> str:
    """Thigh angle and a word for it: 'parallel' where one SD does not tell the angle from 0."""
    if thigh is None or thigh.value is None or thigh.sd is None:
        return ABSENT
    word = "parallel"
    if abs(thigh.value) > thigh.sd:
        word = "above" if thigh.value > 0 else "below"
    return f"{_figure(thigh) + '°':>4} {word}"


def _tempo_cell(rep: Rep) -> str:
    """Down - bottom - up - top, in seconds."""
    phases = (rep.eccentric_s, rep.bottom_pause_s, rep.concentric_s, rep.top_pause_s)
    return " ".join(f"{ABSENT if seconds is None else number_text(seconds, 1):>3}" for seconds in phases)


def _looks_cell(looks: Looks | None) -> Text:
    if looks is None or looks.score is None:
        return Text(ABSENT, style="dim")
    return Text(_score_words(looks), style=STATE_STYLES[looks.state])


def _score_words(looks: Looks) -> str:
    if looks.score is None:
        return "no score"
    interval = f" ({looks.low:.0f}-{looks.high:.0f})" if looks.low is not None and looks.high is not None else ""
    return f"{looks.score:.0f}{interval}"


def _note_cell(rep: Rep, looks: Looks | None) -> Text:
    """'partial', or the worst that was found; the sentences stand under the table."""
    if rep.is_partial:
        return Text("partial")
    found = {finding.severity for finding in looks.findings} if looks is not None else set()
    worst = next((severity for severity in reversed(SEVERITY_STYLES) if severity in found), None)
    return Text("watch" if worst == "watch" else "bad", style=SEVERITY_STYLES[worst]) if worst else Text()


def _remarks(report: SetReport, folder: Path) -> Table:
    """The set, its faults and where they are seen best, what was not counted, remarks, how well the body's fit agrees
    with the picture, and where the files are."""
    rows = _rows()
    document = report_document(report)
    if report.reps:
        rows.add_row(Text("set", style="dim"), _set_text(report))
        if report.looks.reason is not None:
            rows.add_row(Text("open", style="dim"), Text(printable(report.looks.reason)))
    for finding in report.looks.findings:
        clip = "" if finding.clip == 1 else " of the second clip"
        moment = f"see rep {finding.rep_index} at {number_text(finding.time_s, 1)} s{clip}"
        where = f" ({sureness_text(finding.over_sd)}; {moment})"
        label = Text("seen", style=SEVERITY_STYLES[finding.severity])
        rows.add_row(label, Text.assemble(printable(finding.text), (where, "dim")))
    for rep in report.reps:
        if rep.is_partial:
            reason = printable(rep.partial_reason or "not whole in the clip")
            rows.add_row(Text("not counted", style="dim"), Text(f"at {number_text(rep.start_s, 1)} s: {reason}"))
    if report.second is not None:
        words = "Each figure is from the clip that shows it better; the overlay, curves and 3-D body are of the first."
        rows.add_row(Text("clips", style="dim"), Text(words))
    for remark in document.warnings:
        rows.add_row(Text("note", style="dim"), Text(printable(remark)))
    if document.body.reprojection is not None:
        rows.add_row(Text("body", style="dim"), Text(printable(_fit_words(document.body)), style="dim"))
    rows.add_row(Text("report", style="dim"), Text(printable(folder / "report.html")))
    return rows


def _fit_words(body: BodyDocument) -> str:
    """Method, source of the lengths and distance from the landmarks."""
    apart = f"; joints {apart_text(body.reprojection.rms_m)}" if body.reprojection is not None else ""
    return f"{body.method}; {LENGTH_WORDS[body.is_metric]}{apart}"


def _set_text(report: SetReport) -> Text:
    looks = report.looks
    verdict = (f"{LOOKS_WORDS[looks.state]}, {_score_words(looks)}", STATE_STYLES[looks.state])
    can_show = "this view can show" if report.second is None else "the two views can show"
    text = Text.assemble(verdict, f"; judged on {percent_text(looks.coverage)} of what {can_show}.")
    if report.threshold.rep_index is not None:
        text.append(f" Form breaks down at rep {report.threshold.rep_index}.")
    strictness = strictness_words(report)
    if strictness is not None:
        text.append(f" {strictness[:1].upper()}{strictness[1:]}.", style="dim")
    return text


def show_decision(console: Console, decision: Decision) -> None:
    """Print a decision that stands alone: the action, why, what would change it, what else fits, what to say next."""
    console.print(Constrain(_decision_panel(decision, is_whole=True), width=WIDEST))


def show_explanation(console: Console, found: Explanation) -> None:
    """Print one rule of the matrix."""
    rule = found.rule
    cells = ", ".join(f"feels {feels} / looks {looks}".replace("_", " ") for feels, looks in found.cells)
    sections: dict[str, list[str]] = {
        "when": [found.when],
        "why": [found.why],
        "source": [f"{rule.source} ({EVIDENCE_WORDS[rule.evidence]})"],
        "changes": [rule.lever],
        "next set": [found.retest] if found.retest else [],
        "would change it": _bulleted(found.would_change),
        "also fits": _bulleted(found.alternatives),
        "cells": [cells],
    }
    console.print(Constrain(_told_panel(found.text, sections, action=rule.action, rule_id=found.rule_id), width=WIDEST))


def show_matrix(console: Console, settings: MatrixSettings) -> None:
    """Print the map of the matrix: the rules that each cell can lead to, with the action of each."""
    for feels, row in settings.cells.items():
        table = _rows()
        for looks, rules in row.items():
            for place, rule_id in enumerate(rules):
                label = f"looks {looks}".replace("_", " ") if place == 0 else ""
                action = ACTION_WORDS[settings.rules[rule_id].action].lower()
                table.add_row(Text(label, style="dim"), Text.assemble(rule_id, (f"  {action}", "cyan")))
        console.print(Text(f"feels {feels}", style="bold"))
        console.print(Padding(table, (0, 0, 1, 2)))


EVIDENCE_WORDS = {"evidence": "evidence", "derived": "derived from evidence", "choice": "our choice, not validated"}


def _decision_panel(decision: Decision, *, told: Container[str] = (), is_whole: bool = False) -> Panel:
    """The next action with its cue, what speaks for it beside what was `told` already, and what to say next time.

    Alternatives and what would change the decision are left to the report unless `is_whole`.
    """
    sections = {
        "cue": [decision.cue] if decision.cue and decision.cue not in decision.text else [],
        "next set": [decision.retest] if decision.retest else [],
        "why": _bulleted(reason for reason in decision.reasons if reason not in told),
        "would change it": _bulleted(decision.would_change) if is_whole else [],
        "also fits": _bulleted(decision.alternatives) if is_whole else [],
        "tell me": [" ".join(decision.questions)] if decision.questions else [],
    }
    return _told_panel(decision.text, sections, action=decision.action, rule_id=decision.rule_id)


def _bulleted(sentences: Iterable[str]) -> list[str]:
    return [f"- {sentence}" for sentence in sentences]


def _told_panel(text: str, sections: Mapping[str, Sequence[str]], *, action: ActionName, rule_id: str) -> Panel:
    """One sentence in bold, then labelled ones, in a frame that names action and rule."""
    rows = _rows()
    for label, sentences in sections.items():
        for position, sentence in enumerate(sentences):
            rows.add_row(Text(label if position == 0 else "", style="dim"), Text(printable(sentence)))
    parts: list[RenderableType] = [Text(printable(text), style="bold")]
    if rows.row_count:
        parts += [Text(), rows]
    return Panel(
        Group(*parts),
        title=Text(f"Next: {ACTION_WORDS[action].lower()}", style="bold"),
        title_align="left",
        subtitle=Text(f"rule {rule_id}", style="dim"),
        subtitle_align="right",
        border_style="red" if action == "stop" else "cyan",
        box=ROUNDED,
        padding=(0, 1),
    )
