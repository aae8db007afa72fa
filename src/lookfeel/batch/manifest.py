"""A manifest enters, CSV or Parquet; Rows leave, or one error that names every wrong line, before any work is done."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from lookfeel.batch.rows import Manifest, Row
from lookfeel.errors import FileMissing, InvalidValue, LookfeelError
from lookfeel.exercises import resolve_exercise
from lookfeel.matrix import make_context, make_feels

MOST_TOLD = 50
"""Problems that are written out; who has more of them has one of them many times (chosen by us)."""

MOST_ROWS = 1_000_000
"""Rows of a manifest: months of work for one machine, and yet no file of a few bytes can say that it has billions of
them, as Parquet can (chosen by us)."""

BATCH_ROWS = 1024
"""Rows of Parquet that are unpacked at once (chosen by us)."""

LONGEST_CELL = 80
"""Letters of a wrong cell that are repeated in its problem (chosen by us)."""

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
BETWEEN_SIGNS = re.compile(r"[\s,;|+]+")
BETWEEN_REPS = re.compile(r"\s*[-–]\s*")
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
EXAMPLE = {"clip": "monday/anna_squat_1.mp4", "athlete": "Anna", "date": "2026-11-23", "exercise": "squat"}
EXAMPLE |= {"load_kg": "60", "n_reps_told": "8", "feels": "good", "pain": "0", "red_flags": "none"}
EXAMPLE |= {"reps_in_reserve": "2", "rep_range": "6-8", "experience": "novice"}


def _day(value: Any) -> Any:
    """A date as a spreadsheet or Parquet has it; text must be year-month-day, since 3/4 is two days of the year."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        if not ISO_DATE.fullmatch(value):
            raise ValueError("write the date as 2026-11-23")
        return date.fromisoformat(value)
    return value


def _number(value: Any) -> Any:
    """A whole number that a spreadsheet wrote as 8.0 stays whole; a truth is no number."""
    if isinstance(value, bool):
        raise ValueError("a number is wanted")
    return value


def _signs(value: Any) -> Any:
    return [sign for sign in BETWEEN_SIGNS.split(value) if sign] if isinstance(value, str) else value


def _two_numbers(value: Any) -> Any:
    return BETWEEN_REPS.split(value.strip()) if isinstance(value, str) else value


Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, BeforeValidator(_number)]
Figure = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class OwnColumns(BaseModel):
    """Columns about the clip itself; the others are the answers of `lookfeel analyze`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=False, coerce_numbers_to_str=True)

    clip: Text = Field(
        description="The video: a path, from the manifest's folder on, or a URL. The one that is needed."
    )
    second_clip: Text | None = Field(None, description="Another video of the same set, from another side.")
    athlete: Text | None = Field(
        None, description="Name or number; earlier dated rows of the same one are its history."
    )
    date: Day | None = Field(None, description="Day of the set, 2026-11-23; without it the row has no history.")
    exercise: Text | None = Field(None, description="A name from 'lookfeel exercises'; found out when empty.")
    person: Annotated[Count, Field(ge=1)] | None = Field(None, description="Which person, counted from the left.")
    slowmo_factor: Annotated[Figure, Field(gt=0)] | None = Field(
        None, description="Filmed over played rate: 4 for 120 fps played at 30."
    )
    view: Text | None = Field(None, description="Filmed from where, as you call it; kept beside what was measured.")
    n_reps_told: Annotated[Count, Field(ge=0, le=500)] | None = Field(
        None, description="Reps done, as somebody counted; kept beside the measured number."
    )
    note: Text | None = Field(None, description="Anything; kept in the tables.")


class FeelsColumns(BaseModel):
    """How the set felt, in the words of `lookfeel analyze`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feels: Text | None = Field(None, description="good or bad.")
    pain: Figure | None = Field(None, description="Pain now, 0-10.")
    usual_pain: Figure | None = Field(None, description="Usual pain, 0-10.")
    where: Text | None = Field(None, description="Where it hurts.")
    is_unstable: bool | None = Field(None, description="It feels unstable or wrong: yes or no.")
    bad_from_rep: Count | None = Field(None, description="The first rep that felt bad.")
    bad_below_deg: Figure | None = Field(None, description="Knee flexion from which it feels bad, degrees.")
    bad_phase: Text | None = Field(None, description="eccentric (down), bottom or concentric (up).")
    is_worse_when_fast: bool | None = Field(None, description="It is worse when fast: yes or no.")
    is_worse_next_morning: bool | None = Field(None, description="After last time, worse the next morning: yes or no.")
    red_flags: Annotated[tuple[str, ...], BeforeValidator(_signs)] | None = Field(
        None, description="swelling, locking, giving_way, night_pain, with a space between; or none."
    )
    reps_in_reserve: Figure | None = Field(None, description="Reps left at the end of the set.")
    rpe: Figure | None = Field(None, description="Effort instead: 10 is no rep left, 8 is two.")
    n_changes_tried: Count | None = Field(None, description="Changes already tried against it.")


class ContextColumns(BaseModel):
    """The training around the set, in the words of `lookfeel analyze`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    height_cm: Figure | None = Field(None, description="Body height; without it lengths are of an average adult.")
    is_low_bar: bool | None = Field(None, description="Bar low on the back: yes or no.")
    prescribed_depth: Text | None = Field(None, description="Depth asked for: parallel or the thigh's degrees.")
    tempo: Text | None = Field(None, description="Down-bottom-up-top in seconds, such as 3-1-X-0.")
    weight_unit: Text | None = Field(None, description="kg or lb, for load, one_rm, bar and plate_step.")
    load: Figure | None = Field(None, description="Load in weight_unit; or load_kg.")
    one_rm: Figure | None = Field(None, description="The most that goes up once, in weight_unit; or one_rm_kg.")
    load_kg: Figure | None = Field(None, description="Load in kg.")
    one_rm_kg: Figure | None = Field(None, description="The most that goes up once, in kg.")
    plate_step: Figure | None = Field(None, description="Smallest change of the load there is.")
    bar: Figure | None = Field(None, description="Least load there is, the empty bar.")
    experience: Text | None = Field(None, description="novice, intermediate or advanced.")
    sessions_per_week: Figure | None = Field(None, description="Sessions a week with this exercise.")
    days_since_last: Figure | None = Field(None, description="Days since this exercise.")
    sets_per_session: Count | None = Field(None, description="Sets a session.")
    planned_reps: Count | None = Field(None, description="Reps planned for this set.")
    rep_range: Annotated[tuple[Count, Count], BeforeValidator(_two_numbers)] | None = Field(
        None, description="Target range, such as 6-8."
    )
    target_met_twice: bool | None = Field(None, description="Two reps over target in two sessions: yes or no.")


COLUMNS: Mapping[str, type[BaseModel]] = {
    name: part for part in (OwnColumns, FeelsColumns, ContextColumns) for name in part.model_fields
}
"""Every column of a manifest, in the order of the template, and the part it belongs to."""


class _Line(NamedTuple):
    """number: of the line in the file, or of the row in a Parquet file, as `where` names it."""

    number: int
    cells: dict[str, Any]


def template() -> str:
    """A manifest with every column and one row as an example, CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerow(EXAMPLE)
    return text.getvalue()


def explanations() -> tuple[tuple[str, str], ...]:
    """Each column and what belongs into it."""
    return tuple((name, part.model_fields[name].description or "") for name, part in COLUMNS.items())


def read_manifest(path: Path) -> Manifest:
    """All rows of a manifest, .parquet or else CSV: UTF-8, with commas or semicolons.

    Clips are looked for from the manifest's folder on; whether they are there is seen when it is their turn.

    Raises
        FileMissing: there is no such file.
        InvalidValue: a column or a cell is wrong; the message names every line that is.
    """
    data = _bytes_of(path)
    is_parquet = path.suffix.lower() == ".parquet"
    columns, lines = _parquet_lines(data, path) if is_parquet else _csv_lines(data, path)
    problems = _column_problems(columns)
    rows: list[Row] = []
    if not problems:
        for line in lines:
            row, wrong = _row_of(line, index=len(rows), folder=path.parent.absolute())
            word = "row" if is_parquet else "line"
            problems += [f"{word} {line.number}: {what}" for what in wrong]
            if row is not None:
                rows.append(row)
    if problems:
        raise _refused(path, problems)
    if not rows:
        raise InvalidValue(f"{path.name} has no row", hint="Write one row per clip; see 'lookfeel batch --template'.")
    return Manifest(rows=tuple(rows), name=path.name, sha256=hashlib.sha256(data).hexdigest())


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileMissing(f"the manifest {path} cannot be read: {error.strerror or error}") from error


def _refused(path: Path, problems: Sequence[str]) -> InvalidValue:
    n = len(problems)
    shown = list(problems[:MOST_TOLD])
    if n > MOST_TOLD:
        shown.append(f"and {n - MOST_TOLD} more")
    head = f"{path.name}: {n} {'problem' if n == 1 else 'problems'}; nothing was analysed"
    hint = "Correct these and start again. 'lookfeel batch --template' shows all columns."
    return InvalidValue("\n  ".join((head, *shown)), hint=hint)


def _csv_lines(data: bytes, path: Path) -> tuple[list[str], list[_Line]]:
    """Names of the columns, and the lines that are not empty, with what each cell says as text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValue(f"{path.name} is not text in UTF-8", hint="Save it as 'CSV UTF-8'.") from error
    head = text.partition("\n")[0]
    separator = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
        lines = list(_lines_of(reader, columns, has_decimal_comma=separator == ";"))
    except csv.Error as error:
        raise InvalidValue(f"{path.name}, line {reader.line_num}: {error}") from error
    return columns, lines


def _lines_of(reader: Any, columns: Sequence[str], *, has_decimal_comma: bool) -> Iterator[_Line]:
    """reader: of `csv`, past its first line; its line_num is that of the last line read."""
    number = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            told = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
            if has_decimal_comma:
                told = {name: _with_point(cell) for name, cell in told.items()}
            if any(cell.strip() for cell in cells[len(columns) :]):
                told[""] = "more cells than columns"
            yield _Line(number, told)
        number = reader.line_num + 1


def _with_point(cell: str) -> str:
    """'62,5' -> '62.5', as spreadsheets write it where the comma stands before decimals."""
    return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell


def _parquet_lines(data: bytes, path: Path) -> tuple[list[str], Iterator[_Line]]:
    """Names of the columns, and what each row says; rows are read when it is their turn."""
    import pyarrow
    import pyarrow.parquet

    with _readable(path, "is not a Parquet file"):
        file = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
        columns, n_rows = list(file.schema_arrow.names), file.metadata.num_rows
    if n_rows > MOST_ROWS:
        raise InvalidValue(f"{path.name} has {n_rows:,} rows; at most {MOST_ROWS:,} are read", hint="Split it.")
    return columns, _lines_of_parquet(file, path)


def _lines_of_parquet(file: Any, path: Path) -> Iterator[_Line]:
    """file: an open `pyarrow.parquet.ParquetFile`; path: named in errors."""
    with _readable(path, "is damaged, or holds what no manifest can"):
        rows = (row for batch in file.iter_batches(batch_size=BATCH_ROWS) for row in batch.to_pylist())
        for number, row in enumerate(rows, start=1):
            yield _Line(number, {name: cell for name, cell in row.items() if cell is not None and cell != ""})


@contextmanager
def _readable(path: Path, otherwise: str) -> Iterator[None]:
    """What pyarrow raises over bent bytes, and over dates and numbers that Python does not have, as one error."""
    import pyarrow

    try:
        yield
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        hint = "Save it again, or as CSV."
        raise InvalidValue(f"{path.name} {otherwise}: {_shortened(str(error))}", hint=hint) from error


def _shortened(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_CELL else f"{line[:LONGEST_CELL]}…"


def _column_problems(columns: Sequence[str]) -> list[str]:
    unknown = [f"unknown column {name!r}" for name in columns if name not in COLUMNS]
    twice = [f"the column {name!r} is there twice" for name in dict.fromkeys(columns) if columns.count(name) > 1]
    missing = [] if "clip" in columns else ["there is no column 'clip'"]
    return unknown + twice + missing


def _row_of(line: _Line, *, index: int, folder: Path) -> tuple[Row | None, list[str]]:
    """The row of a line, or what is wrong with it."""
    cells = dict(line.cells)
    wrong = [cells.pop("")] if "" in cells else []
    parts: list[dict[str, Any]] = []
    for part, check in CHECKS.items():
        try:
            read = part.model_validate({name: cell for name, cell in cells.items() if name in part.model_fields})
            parts.append(read.model_dump(exclude_none=True))
            check(parts[-1])
        except ValidationError as error:
            wrong += _problems_of(error)
        except LookfeelError as error:
            wrong.append(error.message)
    if wrong:
        return None, wrong
    own, feels, context = parts
    second = own.get("second_clip")
    row = Row(
        index=index,
        line=line.number,
        source=_source(own["clip"], folder),
        second_source=None if second is None else _source(second, folder),
        feels=_as_options(feels),
        context=context,
        **own,
    )
    return row, []


def _problems_of(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        name, what = str(problem["loc"][0]), problem["msg"].removeprefix("Value error, ")
        told = _shortened(repr(problem["input"]))
        yield f"{name} is empty" if problem["type"] == "missing" else f"{name}: {told}: {what}"


def _check_own(own: dict[str, Any]) -> None:
    if "exercise" in own:
        resolve_exercise(own["exercise"])


def _check_feels(feels: dict[str, Any]) -> None:
    make_feels(**_as_options(feels))


def _check_context(context: dict[str, Any]) -> None:
    make_context(**context)


CHECKS: Mapping[type[BaseModel], Callable[[dict[str, Any]], None]] = {
    OwnColumns: _check_own,
    FeelsColumns: _check_feels,
    ContextColumns: _check_context,
}
"""The parts of a line, and what looks at the sense of what each tells; raises LookfeelError."""


def _as_options(feels: dict[str, Any]) -> dict[str, Any]:
    """The column `feels` is the option `overall` of make_feels."""
    return {"overall" if name == "feels" else name: value for name, value in feels.items()}


def _source(clip: str, folder: Path) -> str:
    """What is written of a clip as a path that holds from anywhere, or as the URL that it is."""
    return clip if URL.match(clip) else str(folder / clip)


def rows_of_clips(clips: Iterable[tuple[str, str]]) -> Manifest:
    """Rows of clips of which nothing else is told, from pairs of name and path."""
    rows = tuple(Row(index=index, clip=clip, source=source) for index, (clip, source) in enumerate(clips))
    listed = "\n".join(row.clip for row in rows)
    return Manifest(rows=rows, name="", sha256=hashlib.sha256(listed.encode()).hexdigest())
