"""The sets of the last run and of this one enter; per athlete and exercise what changed leaves, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lookfeel.batch.team.change import Change, Changes, Verdict, compare, nearest_load, why_not_comparable
from lookfeel.batch.team.rows import Athlete, Kind, SetRow, athletes_of
from lookfeel.batch.team.settings import TeamSettings
from lookfeel.batch.team.thresholds import kinds_by_age
from lookfeel.batch.team.words import dates_text, figure_text, kind_text, names_text
from lookfeel.report.wording import number_text

VERDICT_WORDS: Mapping[Verdict, str] = {
    "clear": "clear",
    "within_error": "within error",
    "same": "same",
    "not_clear": "not clear",
    "not_comparable": "not comparable",
    "unknown": "not known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCell:
    """A figure then and now. tone: 'good', 'bad' or 'none' for a clear change, by whether it is welcome."""

    text: str
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One athlete in one exercise. note: why looks and depth cannot be compared; empty when they can."""

    name: str
    exercise: str
    days: str
    note: str
    cells: tuple[ChangeCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesPart:
    """What changed since the last run. unchanged: how many are in both runs without a new set."""

    rows: tuple[ChangeRow, ...]
    n_more: int
    new: str
    missing: str
    unchanged: str


def changes_part(previous: Sequence[SetRow], rows: Sequence[SetRow], settings: TeamSettings) -> ChangesPart:
    """Everybody who has a name and new sets, the clear losses first."""
    then = {one.name: one for one in athletes_of(previous) if one.name is not None}
    now = {one.name: one for one in athletes_of(rows) if one.name is not None}
    seen = {one.video_sha256 for one in previous if one.video_sha256}
    pairs = [(name, _changes(then[name], athlete, seen, settings)) for name, athlete in now.items() if name in then]
    found = [(name, one) for name, changes in pairs for one in changes]
    found.sort(key=lambda pair: (_gravity(pair[1]), pair[0].casefold()))
    still = [name for name, changes in pairs if not changes]
    most = settings.page.names
    return ChangesPart(
        rows=tuple(_row(name, one) for name, one in found[: settings.page.changes]),
        n_more=max(0, len(found) - settings.page.changes),
        new=names_text(sorted(set(now) - set(then)), most),
        missing=names_text(sorted(set(then) - set(now)), most),
        unchanged=names_text(sorted(still), most),
    )


def _changes(then: Athlete, now: Athlete, seen: set[str], settings: TeamSettings) -> list[Changes]:
    """Per exercise the last new set against the one before it that fits best."""
    earlier = kinds_by_age(then.sets)
    fresh = kinds_by_age([one for one in now.sets if one.video_sha256 is None or one.video_sha256 not in seen])
    pairs = [(_counterpart(kind, sets[-1], earlier), sets[-1]) for kind, sets in fresh.items()]
    return [compare(before, last, settings.limits) for before, last in pairs if before is not None]


def _counterpart(kind: Kind, now: SetRow, earlier: dict[Kind, list[SetRow]]) -> SetRow | None:
    """Of the last run's sets of this exercise, on the last day that has a comparable one, that of the nearest load; the
    last set when none can be compared, also of another exercise when this one was not done."""
    same = earlier.get(kind, [])
    usable = [one for one in same if why_not_comparable(one, now) is None and one.is_judged]
    if usable:
        return nearest_load(now, [one for one in usable if one.date == usable[-1].date])
    return same[-1] if same else next((sets[-1] for sets in earlier.values()), None)


def _gravity(changes: Changes) -> tuple[int, float]:
    """Clear losses of looks first, the largest first; then other clear changes, then the rest."""
    by = changes.score.by or 0.0
    if changes.score.verdict == "clear":
        return (0 if by < 0 else 2), by
    is_any = any(one.verdict == "clear" for one in (changes.depth, changes.load, changes.pain))
    pain = changes.pain
    if pain.verdict == "clear" and (pain.by or 0.0) > 0:
        return 1, -(pain.by or 0.0)
    return (3 if is_any else 4), by


def _row(name: str, changes: Changes) -> ChangeRow:
    is_other = changes.then.kind != changes.now.kind
    then = f"{kind_text(changes.then.kind)}, " if is_other else ""
    return ChangeRow(
        name=name,
        exercise=kind_text(changes.now.kind),
        days=f"{then}{dates_text(changes.then.date, changes.now.date)}",
        note=changes.why_not or "",
        cells=(
            _cell(changes.score, welcome=1, decimals=0),
            _cell(changes.depth, welcome=0, decimals=0, sign="°"),
            _cell(changes.load, welcome=0, sign=" kg"),
            _cell(changes.pain, welcome=-1),
        ),
    )


def _cell(change: Change, *, welcome: int, decimals: int | None = None, sign: str = "") -> ChangeCell:
    """welcome: 1 when more is better, -1 when less is, 0 when neither. decimals: None for only what there is."""
    if change.then is None and change.now is None:
        return ChangeCell(text="", verdict="", tone="none")

    def figure(value: float) -> str:
        return figure_text(round(value, 1)) if decimals is None else number_text(value, decimals)

    then, now = ("–" if value is None else figure(value) for value in (change.then, change.now))
    words, tone = VERDICT_WORDS[change.verdict], "none"
    if change.verdict == "clear" and change.by is not None:
        words = f"{'+' if change.by > 0 else ''}{figure(change.by)}{sign}, {words}"
        if welcome:
            tone = "good" if change.by * welcome > 0 else "bad"
    return ChangeCell(text=f"{then} → {now}{sign if change.now is not None else ''}", verdict=words, tone=tone)
