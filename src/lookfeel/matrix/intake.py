"""What a person types in: options or a session file go in, validated Feels and TrainingContext come out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, StringConstraints, ValidationError

from lookfeel.errors import ConfigError, FileMissing, InvalidValue
from lookfeel.exercises import StrictModel, read_toml
from lookfeel.types import BadPhase, Experience, Feels, TrainingContext, WeightUnit

DEPTH_WORDS: Mapping[str, float] = {"quarter": 50.0, "half": 20.0, "parallel": 0.0, "full": -15.0}
"""Thigh angle to the horizontal that each word asks for. Derived from the classes of knee flexion (quarter 40-70, half
80-100, parallel 110-120, full >= 135 deg) with 15-30 deg of shin tilt: thigh = 90 + tilt - flexion."""

DEPTH_RANGE_DEG = (-40.0, 80.0)
"""Deepest and shallowest thigh angle that makes sense as a target (chosen by us)."""

MAX_PHASE_S = 30.0

KG_PER_UNIT: Mapping[WeightUnit, float] = {"kg": 1.0, "lb": 0.45359237}
"""Kilograms; the pound is exact since the international agreement of 1959."""

NO_RED_FLAG = "none"
"""Said in place of red flags when somebody asked and there are none."""

HARDEST_RPE = 10.0
"""Effort at which no rep is left; each point below it is one rep in reserve (Zourdos 2016)."""

Tempo = tuple[float | None, float | None, float | None, float | None]
RedFlag = Literal["swelling", "locking", "giving_way", "night_pain", "none"]
Pain = Annotated[float, Field(ge=0, le=10)]
Kilograms = Annotated[float, Field(gt=0, le=1000)]
Weight = Annotated[float, Field(gt=0, le=2000)]


class FeelsInput(StrictModel):
    """Allowed values of Feels, in the words of a person: effort as reps in reserve or as RPE, red flags or 'none'."""

    overall: Literal["good", "bad"] | None = None
    pain: Pain | None = None
    usual_pain: Pain | None = None
    where: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)] | None = None
    is_unstable: bool | None = None
    bad_from_rep: Annotated[int, Field(ge=1, le=200)] | None = None
    bad_below_deg: Annotated[float, Field(gt=0, le=170)] | None = None
    bad_phase: BadPhase | None = None
    is_worse_when_fast: bool | None = None
    is_worse_next_morning: bool | None = None
    reps_in_reserve: Annotated[float, Field(ge=0, le=30)] | None = None
    rpe: Annotated[float, Field(ge=1, le=10)] | None = None
    n_changes_tried: Annotated[int, Field(ge=0, le=100)] | None = None
    red_flags: tuple[RedFlag, ...] = ()
    is_free_of_red_flags: bool | None = None


class ContextInput(StrictModel):
    """Allowed values of TrainingContext, in the words of a person: tempo '3-1-X-0', depth 'parallel' or degrees, cm;
    load, one_rm, plate_step and bar are in weight_unit."""

    experience: Experience | None = None
    load_kg: Kilograms | None = None
    one_rm_kg: Kilograms | None = None
    sessions_per_week: Annotated[float, Field(gt=0, le=21)] | None = None
    sets_per_session: Annotated[int, Field(ge=1, le=50)] | None = None
    planned_reps: Annotated[int, Field(ge=1, le=200)] | None = None
    rep_range: tuple[Annotated[int, Field(ge=1, le=200)], Annotated[int, Field(ge=1, le=200)]] | None = None
    prescribed_depth: str | float | None = None
    tempo: str | None = None
    height_cm: Annotated[float, Field(ge=100, le=250)] | None = None
    is_low_bar: bool = False
    target_met_twice: bool | None = None
    days_since_last: Annotated[float, Field(ge=0, le=3650)] | None = None
    weight_unit: WeightUnit = "kg"
    load_step_kg: Kilograms | None = None
    min_load_kg: Annotated[float, Field(ge=0, le=1000)] | None = None
    load: Weight | None = None
    one_rm: Weight | None = None
    plate_step: Weight | None = None
    bar: Annotated[float, Field(ge=0, le=2000)] | None = None


IN_UNIT: Mapping[str, str] = {
    "load": "load_kg",
    "one_rm": "one_rm_kg",
    "plate_step": "load_step_kg",
    "bar": "min_load_kg",
}
"""Weights in the athlete's unit, and the field in kilograms that each becomes."""

Model = TypeVar("Model", FeelsInput, ContextInput)
Made = TypeVar("Made", Feels, TrainingContext)


def make_feels(**options: Any) -> Feels:
    """Feels from options named as its fields, and rpe in place of reps_in_reserve; None was not said.

    Raises
        InvalidValue: names the option, its value and what is allowed.
    """
    given = _validated(FeelsInput, options).model_dump()
    rpe, flags = given.pop("rpe"), given["red_flags"]
    if rpe is not None:
        given["reps_in_reserve"] = _reserve_of(rpe, given["reps_in_reserve"])
    if NO_RED_FLAG in flags:
        if len(set(flags)) > 1 or given["is_free_of_red_flags"] is False:
            raise InvalidValue(f"red_flags: {list(flags)}: 'none' stands alone")
        given |= {"red_flags": (), "is_free_of_red_flags": True}
    elif flags and given["is_free_of_red_flags"]:
        raise InvalidValue(f"red_flags: {list(flags)}: not beside is_free_of_red_flags")
    return Feels(**given)


def _reserve_of(rpe: float, said: float | None) -> float:
    """Reps in reserve at this effort; both said must agree."""
    reserve = HARDEST_RPE - rpe
    if said is not None and said != reserve:
        raise InvalidValue(
            f"rpe: {rpe:g} means {reserve:g} reps in reserve, but reps_in_reserve says {said:g}",
            hint="Give one of the two.",
        )
    return reserve


def make_context(**options: Any) -> TrainingContext:
    """Training context from options.

    Options are the fields of TrainingContext, except prescribed_depth (see parse_depth) for prescribed_thigh_deg, tempo
    (see parse_tempo) for prescribed_tempo_s and height_cm for height_m; load, one_rm, plate_step and bar are in
    weight_unit and become the fields in kilograms.

    Raises
        InvalidValue: names the option, its value and what is allowed.
    """
    given = _in_kilograms(_validated(ContextInput, options).model_dump())
    depth, tempo, height_cm = given.pop("prescribed_depth"), given.pop("tempo"), given.pop("height_cm")
    rep_range = given["rep_range"]
    if rep_range is not None and rep_range[0] > rep_range[1]:
        raise InvalidValue(f"rep_range: {list(rep_range)}: the lower number comes first")
    return TrainingContext(
        **given,
        prescribed_thigh_deg=None if depth is None else parse_depth(depth),
        prescribed_tempo_s=None if tempo is None else parse_tempo(tempo),
        height_m=None if height_cm is None else height_cm / 100.0,
    )


def _in_kilograms(given: dict[str, Any]) -> dict[str, Any]:
    """The answers with each weight in kilograms."""
    factor = KG_PER_UNIT[given["weight_unit"]]
    kept = {name: value for name, value in given.items() if name not in IN_UNIT}
    for name, field in IN_UNIT.items():
        if given[name] is None:
            continue
        if kept[field] is not None:
            raise InvalidValue(f"{name}: not beside {field}", hint="Give one of the two.")
        kept[field] = given[name] * factor
    return kept


def _validated(model: type[Model], options: Mapping[str, Any]) -> Model:
    """Strict check of options, with None for what was not said; sequences of any kind count as arrays."""
    said = {name: list(v) if isinstance(v, tuple | list) else v for name, v in options.items() if v is not None}
    try:
        return model.model_validate_json(json.dumps(said, default=str))
    except ValidationError as error:
        raise InvalidValue(_problem(error, model)) from error


def _problem(error: ValidationError, model: type[StrictModel]) -> str:
    first = min(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    if first["type"] == "json_invalid":  # NaN and infinity have no JSON form
        return "a number is not finite"
    key = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return f"{key}: unknown; allowed: {', '.join(model.model_fields)}"
    return f"{key}: {first['input']!r}: {first['msg']}"


def check_feels(feels: Feels) -> None:
    """Raise InvalidValue when a Feels that was built by hand holds what make_feels would refuse."""
    make_feels(**asdict(feels))
    if NO_RED_FLAG in feels.red_flags:
        raise InvalidValue("red_flags: ['none']: say is_free_of_red_flags instead")


def check_context(context: TrainingContext) -> None:
    """Raise InvalidValue when a TrainingContext that was built by hand holds what make_context would refuse."""
    shared = {name: value for name, value in asdict(context).items() if name in ContextInput.model_fields}
    _validated(ContextInput, shared)


def parse_tempo(text: str) -> Tempo:
    """Seconds of eccentric, bottom pause, concentric and top pause from '3-1-1-0', '3/1/X/0' or '31X0'.

    X, 'as fast as possible', becomes None; only the two moving phases can have it.

    Raises
        InvalidValue: not four phases, not a number, negative, too long, or a pause that is X.
    """
    compact = text.strip().upper()
    parts = list(compact) if re.fullmatch(r"[0-9X]{4}", compact) else re.split(r"\s*[-/]\s*", compact)
    if len(parts) != 4 or not all(re.fullmatch(r"X|[0-9]+(\.[0-9]+)?", part) for part in parts):
        raise InvalidValue(f"tempo: {text!r}: give down-hold-up-rest in seconds, such as 3-1-1-0 or 3-1-X-0")
    if "X" in (parts[1], parts[3]):
        raise InvalidValue(f"tempo: {text!r}: X (as fast as possible) fits the way down or up, not a pause")
    down, bottom, up, top = (None if part == "X" else float(part) for part in parts)
    longest = max(phase for phase in (down, bottom, up, top, 0.0) if phase is not None)
    if longest > MAX_PHASE_S:
        raise InvalidValue(f"tempo: {text!r}: a phase of {longest:g} s; at most {MAX_PHASE_S:g} s are allowed")
    return (down, bottom, up, top)


def parse_depth(text: str | float) -> float:
    """Prescribed depth as thigh angle to the horizontal in degrees, 0 = parallel, + = hip above knee.

    Takes 'quarter' (50), 'half' (20), 'parallel' (0), 'full' (-15) or the angle itself.

    Raises
        InvalidValue: neither one of the words nor an angle from -40 to 80.
    """
    word = str(text).strip().lower()
    low, high = DEPTH_RANGE_DEG
    try:
        angle = DEPTH_WORDS[word] if word in DEPTH_WORDS else float(word)
    except ValueError:
        raise _wrong_depth(text) from None
    if not low <= angle <= high:
        raise _wrong_depth(text)
    return angle


def _wrong_depth(text: str | float) -> InvalidValue:
    low, high = DEPTH_RANGE_DEG
    words = ", ".join(DEPTH_WORDS)
    return InvalidValue(
        f"prescribed_depth: {text!r}: give {words}, or the thigh's angle to the horizontal, {low:g} to {high:g} degrees"
    )


def load_session_file(path: str | Path) -> tuple[Feels, TrainingContext]:
    """Read a TOML file with the tables [feels] and [context]; keys are those of make_feels and make_context.

    Raises
        FileMissing: no such file, or it may not be read.
        ConfigError: not TOML, or an unknown table or key.
        InvalidValue: a value that makes no sense; the message names file, line and key.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FileMissing(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not a text file in UTF-8") from error
    data = read_toml(text, origin=str(path))
    allowed: dict[str, type[StrictModel]] = {"feels": FeelsInput, "context": ContextInput}
    _check_keys(data, allowed, path=path, text=text)
    return (
        _from_table(make_feels, data.get("feels", {}), table="feels", path=path, text=text),
        _from_table(make_context, data.get("context", {}), table="context", path=path, text=text),
    )


def _check_keys(data: Mapping[str, Any], allowed: Mapping[str, type[StrictModel]], *, path: Path, text: str) -> None:
    for table, values in data.items():
        if table not in allowed or not isinstance(values, dict):
            line = _line_of(text, table)
            raise ConfigError(f"{path}, line {line}: {table}: only the tables [feels] and [context] are allowed")
        known = allowed[table].model_fields
        for key in values:
            if key not in known:
                line = _line_of(text, key, table=table)
                raise ConfigError(f"{path}, line {line}: {table}.{key}: unknown key; allowed: {', '.join(known)}")


def _from_table(make: Callable[..., Made], values: dict[str, Any], *, table: str, path: Path, text: str) -> Made:
    try:
        return make(**values)
    except InvalidValue as error:
        key = error.message.split(":", 1)[0]
        line = _line_of(text, key, table=table)
        hint = "Correct the value in the session file."
        raise InvalidValue(f"{path}, line {line}: {table}.{error.message}", hint=hint) from error


def _line_of(text: str, key: str, *, table: str | None = None) -> int:
    """Number of the line, from 1, that sets `key` inside `table` or opens the table `key`; 1 when it is not found."""
    inside = table is None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+\s*([\w.-]+)", line)
        if header:
            if table is None and header.group(1).split(".")[0] == key:
                return number
            inside = table is None or header.group(1) == table
        elif inside and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", line):
            return number
    return 1
