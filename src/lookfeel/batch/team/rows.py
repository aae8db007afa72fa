"""Rows of sets.parquet and reps.parquet enter as dictionaries; athletes with their sets, checked and in order, leave.

What a column lacks is None, also where a reader of tables made it NaN; columns that the page does not need are passed
over. A row without the athlete's name is a person of its own, told by its clip: two of them may be anybody.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from lookfeel.errors import InvalidValue
from lookfeel.exercises import view_group
from lookfeel.matrix import feels_state
from lookfeel.types import ActionName, Feels, FeelsState, LooksState, PastSet, Side, ViewName

Kind = tuple[str, str | None]
"""An exercise and its variant."""

LEGS = ("left", "right")


def _told(value: Any) -> Any:
    """None for what a reader of tables makes of an empty cell."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _day(value: Any) -> Any:
    """A date as such, from a moment or from '2026-11-26' too."""
    value = _told(value)
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value


def _word(value: Any) -> Any:
    """Text without spaces around it; None when nothing is left."""
    value = _told(value)
    return (value.strip() or None) if isinstance(value, str) else value


def _words(value: Any) -> Any:
    """A list of texts; none where the cell is empty."""
    value = _told(value)
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


Text = Annotated[str | None, BeforeValidator(_word)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_words)]
Number = Annotated[float | None, BeforeValidator(_told)]
Count = Annotated[int | None, BeforeValidator(_told)]
Day = Annotated[date | None, BeforeValidator(_day)]


CHECKS = ConfigDict(extra="ignore", allow_inf_nan=False)


@checked_dataclass(frozen=True, slots=True, kw_only=True, config=CHECKS)
class SetRow:
    """One set: a line of sets.parquet, as far as the page needs it. Units stand in the names; None = not known."""

    clip: Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))] = ""
    result: Text = None
    athlete: Text = None
    date: Day = None
    status: Literal["ok", "failed"] = "ok"
    error_code: Text = None
    error_message: Text = None
    error_hint: Text = None
    video_name: Text = None
    video_sha256: Text = None
    exercise: Text = None
    variant: Text = None
    view: Annotated[ViewName | None, BeforeValidator(_word)] = None
    view_told: Text = None
    n_reps: Count = None
    load_kg: Number = None
    one_rm_kg: Number = None
    feels_overall: Annotated[Literal["good", "bad"] | None, BeforeValidator(_word)] = None
    pain: Number = None
    usual_pain: Number = None
    reps_in_reserve: Number = None
    bad_from_rep: Count = None
    red_flags: Texts = ()
    looks_state: Annotated[LooksState | None, BeforeValidator(_word)] = None
    looks_score: Number = None
    looks_low: Number = None
    looks_high: Number = None
    looks_reason: Text = None
    finding_items: Texts = ()
    finding_severities: Texts = ()
    finding_texts: Texts = ()
    threshold_status: Text = None
    threshold_rep: Count = None
    action: Annotated[ActionName | None, BeforeValidator(_word)] = None
    rule_id: Text = None
    decision_text: Text = None
    cue: Text = None
    retest: Text = None
    warnings: Texts = ()
    depth_thigh_angle_deg: Number = None
    depth_thigh_angle_deg_sd: Number = None
    lookfeel_version: Text = None
    backend: Text = None
    weights_sha256: Text = None
    rubric: Text = None
    rubric_sha256: Text = None
    matrix_sha256: Text = None
    library_sha256: Text = None
    strictness: Number = None

    @property
    def is_ok(self) -> bool:
        """It was analysed."""
        return self.status == "ok"

    @property
    def is_judged(self) -> bool:
        """Its looks were judged."""
        return self.is_ok and self.looks_state not in (None, "not_assessable")

    @property
    def kind(self) -> Kind | None:
        """Exercise and variant; None when no exercise was found in the clip."""
        return None if not self.is_ok or self.exercise in (None, "none") else (str(self.exercise), self.variant)

    @property
    def file_name(self) -> str:
        """The clip without its folders."""
        return self.clip.replace("\\", "/").rsplit("/", 1)[-1] or self.video_name or "unnamed clip"

    @property
    def view_list(self) -> str | None:
        """Which of the rubric's lists judged it; None when the view is not known."""
        return None if self.view in (None, "unknown") else view_group(self.view)

    @property
    def feels(self) -> FeelsState:
        """What was said of it, as the matrix reads it; the rule that decided knows of more than the row."""
        for state, start in (("stop", "stop."), ("bad", "feels_bad.")):
            if (self.rule_id or "").startswith(start):
                return "stop" if state == "stop" else "bad"
        said = Feels(
            overall=self.feels_overall,
            pain=self.pain,
            usual_pain=self.usual_pain,
            bad_from_rep=self.bad_from_rep,
            red_flags=self.red_flags,
        )
        return feels_state(said)

    def past_set(self, *, today: Day) -> PastSet:
        """As the rooms know an earlier set. today: the day from which `days_ago` counts."""
        is_dated = self.date is not None and today is not None
        return PastSet(
            session=self.date.isoformat() if self.date else self.clip or "unnamed",
            days_ago=float((today - self.date).days) if is_dated and today and self.date else None,
            exercise=self.exercise or "none",
            variant=self.variant,
            load_kg=self.load_kg,
            n_reps=self.n_reps,
            depth_deg=self.depth_thigh_angle_deg,
            looks=self.looks_state or "not_assessable",
            score=self.looks_score,
            low=self.looks_low,
            high=self.looks_high,
            threshold_rep=self.threshold_rep,
            feels=self.feels,
            pain=self.pain,
        )


@checked_dataclass(frozen=True, slots=True, kw_only=True, config=CHECKS)
class RepRow:
    """One repetition: a line of reps.parquet, as far as the page needs it."""

    result: Text = None
    athlete: Text = None
    rep_index: Count = None
    side: Annotated[Side | None, BeforeValidator(_word)] = None
    is_partial: Annotated[bool, BeforeValidator(lambda value: bool(_told(value)))] = False
    eccentric_s: Number = None
    concentric_s: Number = None
    looks_score: Number = None
    looks_state: Annotated[LooksState | None, BeforeValidator(_word)] = None
    depth_thigh_angle_deg: Number = None
    knee_over_foot_left_m: Number = None
    knee_over_foot_right_m: Number = None
    knee_over_foot_left_m_sd: Number = None
    knee_over_foot_right_m_sd: Number = None

    @property
    def knee_inward_m(self) -> tuple[float, float] | None:
        """How far the worse knee goes inward, in metres, with its SD; None when neither is seen."""
        legs = [(getattr(self, f"knee_over_foot_{leg}_m"), getattr(self, f"knee_over_foot_{leg}_m_sd")) for leg in LEGS]
        known = [(value, sd or 0.0) for value, sd in legs if value is not None]
        return max(known, default=None)


Row = TypeVar("Row", SetRow, RepRow)
ResultKey = tuple[str | None, str | None]
"""Athlete and result of a set: one clip may be told to be of two people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Athlete:
    """One person and the sets of the run, oldest first; those without a date come first, in the order of the list.

    name: None for a row without one, which is then known by its clip alone.
    """

    name: str | None
    sets: tuple[SetRow, ...]

    @property
    def words(self) -> str:
        """What the page calls this person."""
        return self.name or f"No name: {self.sets[0].file_name}"

    @property
    def known(self) -> list[SetRow]:
        """Sets that were analysed."""
        return [one for one in self.sets if one.is_ok]


def read_sets(rows: Iterable[Mapping[str, Any]]) -> tuple[SetRow, ...]:
    """Rows of sets.parquet, checked; a result that stands in several rows of one athlete counts once.

    Raises
        InvalidValue: a cell holds what its column does not allow.
    """
    found: dict[tuple[str | None, str | None, int], SetRow] = {}
    for number, row in enumerate(_checked(rows, SetRow, "sets")):
        found.setdefault((row.athlete, row.result, number if row.result is None else -1), row)
    return tuple(found.values())


def reps_of(rows: Iterable[Mapping[str, Any]], sets: Iterable[SetRow]) -> dict[ResultKey, list[RepRow]]:
    """Whole reps of these sets alone, in their order and each once: most of a large run is never read.

    Raises
        InvalidValue: a cell holds what its column does not allow.
    """
    wanted = {one.result for one in sets}
    found: dict[ResultKey, dict[int | None, RepRow]] = {}
    for row in _checked((row for row in rows if row.get("result") in wanted), RepRow, "reps"):
        if not row.is_partial:
            found.setdefault((row.athlete, row.result), {}).setdefault(row.rep_index, row)
    return {key: list(those.values()) for key, those in found.items()}


def athletes_of(sets: Iterable[SetRow]) -> list[Athlete]:
    """Sets by person, in the order in which each is met first."""
    people: dict[tuple[str | None, str], list[SetRow]] = {}
    for one in sets:
        people.setdefault((one.athlete, "" if one.athlete else one.clip), []).append(one)
    return [Athlete(name=name, sets=tuple(sorted(those, key=_age))) for (name, _), those in people.items()]


def _age(one: SetRow) -> date:
    return one.date or date.min


def _checked(rows: Iterable[Mapping[str, Any]], model: type[Row], table: str) -> Iterator[Row]:
    adapter = TypeAdapter(model)
    for number, row in enumerate(rows, start=1):
        try:
            yield adapter.validate_python(row)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=True)[0]
            where = first["loc"][0] if first["loc"] else "row"
            raise InvalidValue(
                f"{table}, row {number}, column {where}: {first['input']!r}: {first['msg']}",
                hint="Give the tables as 'lookfeel batch' wrote them, all of one version.",
            ) from error
