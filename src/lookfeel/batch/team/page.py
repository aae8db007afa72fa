"""Checked sets and reps enter; everything that the team's page shows leaves, in its words and its order.

Nothing here is markup except the pictures: the template escapes all text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from lookfeel.batch.team.changes import ChangesPart, changes_part
from lookfeel.batch.team.charts import Span, Times, common_times, joined_points, load_bar, sparkline
from lookfeel.batch.team.filming import Person, people_with_trouble
from lookfeel.batch.team.headlines import headlines
from lookfeel.batch.team.multiples import SCORE, Multiples, Strip, multiples_of, spans_of, strip_of
from lookfeel.batch.team.need import Case, cases_by_need, reason_text
from lookfeel.batch.team.rows import Athlete, RepRow, ResultKey, SetRow, athletes_of, read_sets, reps_of
from lookfeel.batch.team.settings import TeamSettings
from lookfeel.batch.team.thresholds import Thresholds, kinds_by_age, load_words, thresholds_of
from lookfeel.batch.team.words import (
    amount_text,
    capital,
    count_text,
    date_text,
    feels_text,
    figure_text,
    kind_text,
)
from lookfeel.report.wording import ACTION_WORDS, LOOKS_WORDS, SEVERITY_WORDS, number_text

STATUS_ORDER = ("estimated", "not_reached", "not_estimable")
SEVERITY_ORDER = ("zero", "bad", "watch")
HASH_LETTERS = 12
"""Of a hash on the page: enough to tell two apart by eye; run.json has all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A looks score with the ends of its bar in per cent."""

    value: str
    interval: str
    at: float
    low: float
    high: float
    state: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A word on a coloured ground."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One line of the roster. anchor: the athlete's own part of the page, None when there is none; place: 1 = first."""

    place: int
    name: str
    anchor: str | None
    chip: Chip
    reason: str
    exercise: str
    amount: str
    day: str
    day_key: str
    score: Score | None
    feels: Chip
    action: str
    trend: str
    threshold: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One fault of the set that is shown."""

    severity: str
    severity_word: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AthletePart:
    """An athlete's own part of the page. link: to the page of the set that is shown; None where it has none."""

    anchor: str
    name: str
    chip: Chip
    reasons: tuple[str, ...]
    facts: str
    shown: str
    link: str | None
    action: str | None
    decision: str | None
    cue: str | None
    retest: str | None
    score: Score | None
    feels: Chip
    looks_reason: str | None
    findings: tuple[FindingLine, ...]
    n_more_findings: int
    strip: Strip | None
    multiples: tuple[Multiples, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdRow:
    """The thresholds of one athlete in one exercise."""

    name: str
    exercise: str
    reps: str
    words: str
    reason: str
    bar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRow:
    """One clip that could not be analysed."""

    clip: str
    name: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What team.html shows. n_more_*: how many of a kind the page leaves out."""

    title: str
    facts: tuple[str, ...]
    headlines: tuple[tuple[str, str], ...]
    roster: tuple[RosterRow, ...]
    n_more_roster: int
    athletes: tuple[AthletePart, ...]
    n_more_athletes: int
    thresholds: tuple[ThresholdRow, ...]
    load_axis: str
    changes: ChangesPart | None
    people: tuple[Person, ...]
    n_more_people: int
    failed: tuple[FailedRow, ...]
    n_more_failed: int
    made: tuple[tuple[str, str], ...]


def build_page(
    sets: Sequence[Mapping[str, Any]],
    reps: Sequence[Mapping[str, Any]],
    *,
    previous_sets: Sequence[Mapping[str, Any]] | None,
    title: str,
    settings: TeamSettings,
) -> Page:
    """Everything the page shows.

    Raises
        InvalidValue: a cell holds what its column does not allow.
    """
    size = settings.page
    rows = read_sets(sets)
    athletes = athletes_of(rows)
    cases = cases_by_need(athletes, settings)
    listed, detailed = cases[: size.roster], cases[: size.athletes]
    today = max((one.date for one in rows if one.date is not None), default=None)
    thresholds = [_thresholds_of(case, today, settings) for case in listed]
    known_reps = reps_of(reps, [one for case in detailed for one in case.athlete.known])
    people = people_with_trouble(rows, settings)
    failed = [one for one in rows if not one.is_ok]
    times = common_times(case.athlete.known[-size.sets :] for case in listed)
    lowest = min(
        (one.looks_score for case in listed for one in case.athlete.known if one.looks_score is not None), default=0.0
    )
    found = [(case, one) for case, those in zip(detailed, thresholds, strict=False) for one in those]
    span = _load_span([one for _, one in found])
    return Page(
        title=title,
        facts=_facts(rows, athletes),
        headlines=headlines(rows, cases, settings),
        roster=tuple(
            _roster_row(case, place, those, times=times, lowest=lowest, settings=settings)
            for place, (case, those) in enumerate(zip(listed, thresholds, strict=True), start=1)
        ),
        n_more_roster=len(cases) - len(listed),
        athletes=_athlete_parts(detailed, known_reps, times, settings),
        n_more_athletes=len(cases) - len(detailed),
        thresholds=_threshold_rows(found, span),
        load_axis=f"{figure_text(span.low)} to {figure_text(span.high)} kg",
        changes=None if previous_sets is None else changes_part(read_sets(previous_sets), rows, settings),
        people=tuple(people[: size.problems]),
        n_more_people=max(0, len(people) - size.problems),
        failed=tuple(_failed_row(one) for one in failed[: size.failed]),
        n_more_failed=max(0, len(failed) - size.failed),
        made=_made(rows),
    )


def _thresholds_of(case: Case, today: date | None, settings: TeamSettings) -> tuple[Thresholds, ...]:
    """Of every exercise that the page shows; for the roster alone only that of the last one."""
    most = settings.page.exercises if case.anchor else 1
    return thresholds_of(case.athlete, today=today, most_kinds=most, most_sets=settings.page.threshold_sets)


def _facts(rows: Sequence[SetRow], athletes: Sequence[Athlete]) -> tuple[str, ...]:
    n_named = sum(athlete.name is not None for athlete in athletes)
    n_nameless = sum(one.athlete is None for one in rows)
    n_ok = sum(one.is_ok for one in rows)
    facts = [
        count_text(n_named, "athlete") if n_named else "",
        count_text(n_nameless, "clip") + " without a name" if n_nameless else "",
        count_text(n_ok, "set"),
        count_text(len(rows) - n_ok, "failed clip") if len(rows) > n_ok else "no failed clip",
        _days_text(rows),
    ]
    return tuple(fact for fact in facts if fact)


def _days_text(rows: Sequence[SetRow]) -> str:
    days = [one.date for one in rows if one.date is not None]
    if not days:
        return "no dates told"
    first, last = min(days), max(days)
    return date_text(first) if first == last else f"{date_text(first)} to {date_text(last)}"


def _roster_row(
    case: Case, place: int, thresholds: Sequence[Thresholds], *, times: Times, lowest: float, settings: TeamSettings
) -> RosterRow:
    athlete, need, shown = case.athlete, case.need, case.need.shown
    return RosterRow(
        place=place,
        name=athlete.words,
        anchor=case.anchor,
        chip=Chip(words=need.first.rule.chip, tone=need.first.rule.tone),
        reason=reason_text(need.signs, settings.limits.most_reasons),
        exercise=kind_text(shown.kind) if shown.is_ok else "Clip failed",
        amount=amount_text(shown),
        day=date_text(shown.date),
        day_key=shown.date.isoformat() if shown.date else "",
        score=_score(shown),
        feels=_feels(shown),
        action=ACTION_WORDS[shown.action] if shown.action else "",
        trend=_trend(athlete, shown, times, lowest, settings),
        threshold=next((one.short for one in thresholds if one.exercise == kind_text(shown.kind)), ""),
    )


def _trend(athlete: Athlete, shown: SetRow, times: Times, lowest: float, settings: TeamSettings) -> str:
    """The scores of the exercise that is shown, over time; nothing below two of them."""
    sets = kinds_by_age(athlete.sets).get(shown.kind, []) if shown.kind else []
    points = joined_points(sets[-settings.page.sets :], times, SCORE)
    return sparkline(points, lowest=lowest) if len(points) > 1 else ""


def _score(one: SetRow) -> Score | None:
    if one.looks_score is None:
        return None
    low = one.looks_score if one.looks_low is None else one.looks_low
    high = one.looks_score if one.looks_high is None else one.looks_high
    return Score(
        value=number_text(one.looks_score, 0),
        interval=f"{number_text(low, 0)} to {number_text(high, 0)}",
        at=round(one.looks_score, 1),
        low=round(low, 1),
        high=round(high, 1),
        state=one.looks_state or "not_assessable",
        words=LOOKS_WORDS[one.looks_state or "not_assessable"],
    )


def _feels(one: SetRow) -> Chip:
    tones = {"good": "good", "bad": "bad", "stop": "bad", "unknown": "none"}
    return Chip(words=feels_text(one) if one.is_ok else "", tone=tones[one.feels])


def _athlete_parts(
    cases: Sequence[Case], reps: Mapping[ResultKey, Sequence[RepRow]], times: Times, settings: TeamSettings
) -> tuple[AthletePart, ...]:
    shown = [one for case in cases for one in case.athlete.known]
    spans = spans_of(shown, reps)
    return tuple(_athlete_part(case, reps, times, spans, settings) for case in cases)


def _athlete_part(
    case: Case,
    reps: Mapping[ResultKey, Sequence[RepRow]],
    times: Times,
    spans: Mapping[str, Span],
    settings: TeamSettings,
) -> AthletePart:
    athlete, need, shown, size = case.athlete, case.need, case.need.shown, settings.page
    kinds = list(kinds_by_age(athlete.sets).items())[: size.exercises]
    findings = _findings(shown)
    anchor = case.anchor or ""
    return AthletePart(
        anchor=anchor,
        name=athlete.words,
        chip=Chip(words=need.first.rule.chip, tone=need.first.rule.tone),
        reasons=tuple(capital(sign.words) for sign in need.signs),
        facts=_athlete_facts(athlete),
        shown=_shown_words(shown),
        link=link_to(shown),
        action=ACTION_WORDS[shown.action] if shown.action else None,
        decision=shown.decision_text if shown.is_ok else shown.error_message,
        cue=shown.cue if shown.cue and shown.cue not in (shown.decision_text or "") else None,
        retest=shown.retest if shown.is_ok else shown.error_hint,
        score=_score(shown),
        feels=_feels(shown),
        looks_reason=shown.looks_reason,
        findings=tuple(findings[: size.findings]),
        n_more_findings=max(0, len(findings) - size.findings),
        strip=strip_of(reps.get((shown.athlete, shown.result), ())[: size.reps]),
        multiples=tuple(
            multiples_of(f"{anchor}-{number}", kind, sets[-size.sets :], reps, times=times, spans=spans)
            for number, (kind, sets) in enumerate(kinds, start=1)
        ),
    )


def link_to(one: SetRow) -> str | None:
    """Where the page of a set lies, beside this one; None for a clip that failed."""
    return f"clips/{quote(one.result, safe='')}/report.html" if one.is_ok and one.result else None


def _shown_words(one: SetRow) -> str:
    parts = [kind_text(one.kind) if one.is_ok else one.file_name, amount_text(one), date_text(one.date)]
    return ", ".join(part for part in parts if part)


def _athlete_facts(athlete: Athlete) -> str:
    n_failed = len(athlete.sets) - len(athlete.known)
    days = {one.date for one in athlete.sets if one.date is not None}
    parts = [
        count_text(len(athlete.known), "set") + (f" in {count_text(len(days), 'session')}" if days else ""),
        count_text(n_failed, "failed clip") if n_failed else "",
        _days_text(athlete.sets),
    ]
    return ", ".join(part for part in parts if part)


def _findings(one: SetRow) -> list[FindingLine]:
    """Faults of a set, the gravest first."""
    pairs = [
        FindingLine(severity=severity, severity_word=SEVERITY_WORDS[severity], text=text)
        for severity, text in zip(one.finding_severities, one.finding_texts, strict=False)
        if severity in SEVERITY_WORDS
    ]
    return sorted(pairs, key=lambda line: SEVERITY_ORDER.index(line.severity))


def _load_span(thresholds: Sequence[Thresholds]) -> Span:
    """The common axis of the thresholds: all loads that were lifted, and a quarter more for what lies above them."""
    loads = [load for one in thresholds if one.load.low_kg is not None for load in one.loads]
    return Span(low=0.0, high=float(round(1.25 * max(loads, default=80.0))))


def _threshold_rows(found: Sequence[tuple[Case, Thresholds]], span: Span) -> tuple[ThresholdRow, ...]:
    """What was found first, then what held, then where something is missing; within each by need."""
    ordered = sorted(found, key=lambda pair: STATUS_ORDER.index(pair[1].load.status))
    return tuple(
        _threshold_row(case, one, f"load-{number}", span) for number, (case, one) in enumerate(ordered, start=1)
    )


def _threshold_row(case: Case, one: Thresholds, name: str, span: Span) -> ThresholdRow:
    load = one.load
    bar = "" if load.low_kg is None else load_bar(name, load, span, one.loads)
    return ThresholdRow(
        name=case.athlete.words,
        exercise=one.exercise,
        reps=one.reps,
        words=load_words(one),
        reason=load.reason,
        bar=bar,
    )


def _failed_row(one: SetRow) -> FailedRow:
    return FailedRow(
        clip=one.file_name,
        name=one.athlete or "no name",
        message=one.error_message or "It could not be analysed.",
        hint=one.error_hint or "",
    )


def _made(rows: Sequence[SetRow]) -> tuple[tuple[str, str], ...]:
    """What made the sets: versions and hashes, each with how many sets it made where there are several."""
    known = [one for one in rows if one.is_ok]
    columns = (
        ("Program", lambda one: one.lookfeel_version and f"lookfeel {one.lookfeel_version}"),
        ("Pose network", lambda one: one.backend),
        ("Its weights", lambda one: _hashes(one.weights_sha256)),
        ("Rubrics", lambda one: one.rubric_sha256 and f"{one.rubric or 'rubric'} {one.rubric_sha256[:HASH_LETTERS]}"),
        ("Strictness", lambda one: None if one.strictness is None else f"{one.strictness:g} of 1"),
        ("Decision matrix", lambda one: _hashes(one.matrix_sha256)),
        ("Library of movements", lambda one: _hashes(one.library_sha256)),
    )
    made = []
    for name, read in columns:
        counts = Counter(words for words in map(read, known) if words)
        if counts:
            made.append((name, _counted(counts)))
    return tuple(made)


def _hashes(written: str | None) -> str | None:
    return None if written is None else ", ".join(part.strip()[:HASH_LETTERS] for part in written.split(","))


def _counted(counts: Counter[str]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    return "; ".join(f"{words} ({count_text(number, 'set')})" for words, number in sorted(counts.items()))
