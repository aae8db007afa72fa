"""An athlete's sets enter; how much and why they need a look leaves: signs in words, the heaviest first.

Only the present counts: of each exercise the last session, as long as it is not much older than the athlete's last one,
and the clips that failed since. Pain stays open until the exercise was done again and how it felt was told: silence is
no good news.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lookfeel.batch.team.change import best_earlier, compare
from lookfeel.batch.team.rows import Athlete, Kind, SetRow
from lookfeel.batch.team.settings import SignRule, TeamSettings
from lookfeel.batch.team.words import capital, count_text, figure_text, joined, load_text, said_text
from lookfeel.errors import UnknownExercise
from lookfeel.exercises import load_exercise
from lookfeel.matrix import load_matrix
from lookfeel.report.wording import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign, in words. amount: what sorts two of a kind, larger first. set: the one that shows it."""

    name: str
    rule: SignRule
    words: str
    amount: float
    set: SetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Why an athlete needs a look, the gravest sign first. present: the sets that count, oldest first; shown: the one
    that the roster tells of."""

    signs: tuple[Sign, ...]
    present: tuple[SetRow, ...]
    shown: SetRow

    @property
    def first(self) -> Sign:
        """The sign that the place in the roster comes from."""
        return self.signs[0]

    @property
    def rank(self) -> tuple[tuple[float, float], ...]:
        """What sorts the roster, the greater first: weights and amounts of the signs, compared one after the other."""
        return tuple((sign.rule.weight, sign.amount) for sign in self.signs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An athlete with what was found. anchor: of the athlete's own part of the page, None when there is none."""

    athlete: Athlete
    need: Need
    anchor: str | None


def cases_by_need(athletes: Sequence[Athlete], settings: TeamSettings) -> list[Case]:
    """Who needs a look most comes first; by name where two need it alike."""
    found = [(athlete, need_of(athlete, settings)) for athlete in athletes]
    found.sort(key=lambda pair: (pair[0].name is None, pair[0].words.casefold()))
    found.sort(key=lambda pair: pair[1].rank, reverse=True)
    return [
        Case(athlete=athlete, need=need, anchor=f"athlete-{place}" if place <= settings.page.athletes else None)
        for place, (athlete, need) in enumerate(found, start=1)
    ]


def need_of(athlete: Athlete, settings: TeamSettings) -> Need:
    """Every sign of an athlete's present sets, each kind once, at the set where it is gravest."""
    present = present_sets(athlete, settings.limits.present_days)
    found = [_sign(settings, *one) for one in _signs(athlete, present, settings)]
    gravest: dict[str, Sign] = {}
    for sign in sorted(found, key=lambda sign: (-sign.rule.weight, -sign.amount)):
        gravest.setdefault(sign.name, sign)
    signs = _without_echo(list(gravest.values()))
    shown = signs[0].set if signs[0].rule.tone in ("bad", "watch") else _last(present)
    return Need(signs=tuple(signs), present=tuple(present), shown=shown)


def present_sets(athlete: Athlete, present_days: int) -> list[SetRow]:
    """Of each exercise the sets of its last day, and what failed since the last set that was analysed."""
    known = athlete.known
    if not known:
        return list(athlete.sets)
    last_day = {one.kind: one.date or date.min for one in known}  # sets come oldest first, so the last one stays
    newest = max(last_day.values())
    kept = {
        id(one)
        for one in known
        if (one.date or date.min) == last_day[one.kind] and (newest - last_day[one.kind]).days <= present_days
    }
    return [one for one in athlete.sets if id(one) in kept or (not one.is_ok and (one.date or date.min) >= newest)]


def last_told(athlete: Athlete, present: Sequence[SetRow], present_days: int) -> list[SetRow]:
    """Earlier sets that still tell how an exercise feels, as none of its present ones says so."""
    told = {one.kind for one in present if _is_told(one)}
    oldest: dict[Kind | None, date] = {}
    for one in present:
        if one.is_ok and one.kind not in told:
            oldest.setdefault(one.kind, one.date or date.min)
    found: dict[Kind | None, list[SetRow]] = {}
    for one in reversed(athlete.known):
        if one.kind not in oldest or one.date is None or not _is_told(one):
            continue
        is_recent = 0 < (oldest[one.kind] - one.date).days <= present_days
        those = found.setdefault(one.kind, [])
        if is_recent and (not those or those[0].date == one.date):
            those.append(one)
    return [one for those in found.values() for one in those]


def _is_told(one: SetRow) -> bool:
    return one.feels != "unknown" or one.pain is not None


def _last(present: Sequence[SetRow]) -> SetRow:
    """The last set that was analysed, else the last clip."""
    return next((one for one in reversed(present) if one.is_ok), present[-1])


Found = tuple[str, SetRow, float, dict[str, str]]
"""Name of a sign, the set that shows it, its amount and what fills its words."""


def _sign(settings: TeamSettings, name: str, shows: SetRow, amount: float, facts: dict[str, str]) -> Sign:
    rule = settings.signs[name]
    return Sign(name=name, rule=rule, words=rule.words.format(**facts), amount=amount, set=shows)


def _signs(athlete: Athlete, present: Sequence[SetRow], settings: TeamSettings) -> Iterator[Found]:
    for one in present:
        if one.is_ok:
            yield from _felt(one)
            yield from _looked(one)
            yield from _got_worse(one, athlete, settings)
    for one in last_told(athlete, present, settings.limits.present_days):
        yield from _felt(one)
    yield from _unjudged(present, settings)
    yield from _well(present)


def _felt(one: SetRow) -> Iterator[Found]:
    pain = one.pain or 0.0
    if one.red_flags:
        yield "red_flag", one, float(len(one.red_flags)), {"flags": said_text(one.red_flags)}
    if one.feels == "stop" and pain > load_matrix().feels.pain_stop_above:
        yield "pain_stop", one, pain, {"pain": figure_text(pain)}
    elif one.feels in ("stop", "bad") and pain > load_matrix().feels.pain_good_max:
        yield "pain", one, pain, {"pain": figure_text(pain)}
    elif one.feels == "bad":
        from_rep = "" if one.bad_from_rep is None else f" from rep {one.bad_from_rep} on"
        yield "feels_bad", one, pain, {"from_rep": from_rep}
    if one.action == "stop":
        yield "told_to_stop", one, pain, {}


def _looked(one: SetRow) -> Iterator[Found]:
    badness = 100.0 - (one.looks_score if one.looks_score is not None else 0.0)
    if one.looks_state == "bad":
        facts = {"load": load_text(one.load_kg) or "few reps left", "what": _what(one)}
        yield ("heavy_and_off" if is_heavy(one) else "off"), one, badness, facts
    if one.threshold_status == "reached" and one.threshold_rep is not None:
        yield "breaks_down", one, -float(one.threshold_rep), {"rep": str(one.threshold_rep)}
    if one.looks_state == "uncertain":
        yield "uncertain", one, badness, {}


def _what(one: SetRow) -> str:
    """' at “Knees over the feet”': the gravest fault by its item, where the exercise is one that we know."""
    faults = sorted(zip(one.finding_severities, one.finding_items, strict=False), key=lambda pair: pair[0] != "zero")
    try:
        rubric = load_exercise(one.exercise or "", variant=one.variant).rubric
    except UnknownExercise:
        return ""
    labels = {item.id: item.label for item in rubric}
    named = [labels[item] for severity, item in faults if severity != "watch" and item in labels]
    return f" at “{named[0]}”" if named else ""


def is_heavy(one: SetRow) -> bool:
    """Whether the load is heavy for this athlete, as the matrix counts it: by the reps left or by the one-rep max."""
    points = load_matrix().points
    if one.reps_in_reserve is not None and one.reps_in_reserve <= points.heavy_reps_in_reserve:
        return True
    return bool(one.load_kg and one.one_rm_kg and one.load_kg > points.heavy_above * one.one_rm_kg)


def _got_worse(one: SetRow, athlete: Athlete, settings: TeamSettings) -> Iterator[Found]:
    earlier = best_earlier(one, athlete.known)
    if earlier is None:
        return
    changes = compare(earlier, one, settings.limits)
    by = changes.score.by
    if changes.score.verdict == "clear" and by is not None and by < 0:
        load = changes.load
        moved = load.by if load.verdict == "clear" and load.by is not None else None
        more = "" if moved is None else f", with {load_text(abs(moved))} {'more' if moved > 0 else 'less'} on"
        yield "worse", one, -by, {"points": number_text(-by, 0), "load_change": more}


def _unjudged(present: Sequence[SetRow], settings: TeamSettings) -> Iterator[Found]:
    lost = [one for one in present if not one.is_judged]
    if lost and len(lost) >= settings.limits.unjudged_share * len(present):
        facts = {"n_unjudged": str(len(lost)), "n_sets": count_text(len(present), "clip")}
        yield "unjudged", lost[-1], len(lost) / len(present), facts


def _well(present: Sequence[SetRow]) -> Iterator[Found]:
    good = [one for one in present if one.looks_state == "good"]
    ready = [one for one in good if one.action == "progress"]
    if ready:
        yield "ready", ready[-1], 0.0, {}
    if good:
        feels = {"good": ", feels good", "unknown": ", how it felt was not told"}.get(good[-1].feels, "")
        yield "fine", good[-1], 0.0, {"feels": feels}


def _without_echo(signs: list[Sign]) -> list[Sign]:
    """Without what another sign says already: 'fine' beside anything that is not, 'told to stop' beside why."""
    names = {sign.name for sign in signs}
    graver = [sign for sign in signs if sign.rule.tone != "good"]
    if graver:
        signs = graver
    elif "ready" in names:
        signs = [sign for sign in signs if sign.name == "ready"]
    if names & {"red_flag", "pain_stop", "pain"}:
        signs = [sign for sign in signs if sign.name != "told_to_stop"]
    if "heavy_and_off" in names:
        signs = [sign for sign in signs if sign.name != "off"]
    if names & {"heavy_and_off", "off", "worse", "breaks_down"}:
        signs = [sign for sign in signs if sign.name != "uncertain"]
    return signs


def reason_text(signs: Sequence[Sign], most: int) -> str:
    """The first signs as one sentence: 'Pain 6 of 10 and form breaks down at rep 5'."""
    return capital(joined([sign.words for sign in signs[:most]]))
