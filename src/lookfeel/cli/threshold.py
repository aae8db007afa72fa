"""`lookfeel threshold`: folders of reports and lists of sets enter; the load at which form breaks down leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from lookfeel.cli.app import MOVEMENT, OUTPUT, app, option, print_json, show_failure
from lookfeel.errors import InvalidValue, LookfeelError

if TYPE_CHECKING:
    from lookfeel.report.past import PastSets
    from lookfeel.threshold import Comparison
    from lookfeel.types import LoadThreshold, PastSet


@app.command()
def threshold(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Folders with report.json files, or .csv lists of sets.")
    ],
    *,
    exercise: Annotated[
        str | None,
        option(MOVEMENT, "A name from 'lookfeel exercises'; that of most sets when not given.", metavar="NAME"),
    ] = None,
    plot: Annotated[
        Path | None, option(OUTPUT, "Draw looks against load into this file, .svg.", "--output", "-o", metavar="FILE")
    ] = None,
    is_json: Annotated[bool, option(OUTPUT, "Print JSON and nothing else.", "--json")] = False,
) -> None:
    """Find the load at which form breaks down, from earlier sets of one athlete.

    The session of a report is the date in the name of its clip, of its folder or of the folder above; without a date,
    the name of the folder above. A .csv list has the columns session, exercise, load_kg, score, low, high, looks,
    depth_deg, n_reps.
    """
    from lookfeel.report.past import read_past_sets

    try:
        check_plot(plot)
        tell_threshold(read_past_sets(paths), exercise=exercise, plot=plot, is_json=is_json)
    except LookfeelError as error:
        show_failure(error, is_json=is_json)
        raise typer.Exit(error.exit_code) from None


def check_plot(plot: Path | None) -> None:
    """Refuse, before the work, a picture that cannot be written."""
    if plot is not None and plot.suffix.lower() != ".svg":
        hint = "Give a name that ends in .svg; any browser shows it, and prints or saves it in other forms."
        raise InvalidValue(f"the plot is an SVG picture; {plot.name!r} asks for another form", hint=hint)


def tell_threshold(past: PastSets, *, exercise: str | None, plot: Path | None, is_json: bool) -> None:
    """Find the threshold of these sets, draw it where asked and print it.

    Raises
        UnknownExercise: nothing has this name. StoreError: the plot cannot be written.
    """
    from lookfeel.report.threshold_plot import write_threshold_plot
    from lookfeel.terminal import show_skipped, show_threshold
    from lookfeel.threshold import comparable_sets, find_load_threshold

    compared = comparable_sets(past.sets, exercise=exercise)
    found = find_load_threshold(past.sets, exercise=exercise)
    if plot is not None:
        write_threshold_plot(found, compared.sets, plot)
    show_skipped(Console(stderr=True, highlight=False), past.skipped)
    if is_json:
        print_json(_document(found, compared, past))
    else:
        show_threshold(Console(highlight=False), found, compared.sets, plot=plot)


def _document(found: LoadThreshold, compared: Comparison, past: PastSets) -> dict[str, Any]:
    """The answer as JSON: the threshold, the sets it is from, and what was left out."""
    return {
        "threshold": _fields(found),
        "sets": [_fields(one) for one in compared.sets],
        "left_out": [{"why": why, "sets": [_fields(one) for one in those]} for why, those in compared.left_out],
        "skipped": [{"where": where, "why": why} for where, why in past.skipped],
    }


def _fields(record: LoadThreshold | PastSet) -> dict[str, Any]:
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def _plain(value: Any) -> Any:
    """A value as JSON has it, numbers rounded as in report.json."""
    from lookfeel.report.document import rounded

    if isinstance(value, float):
        return rounded(value)
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (str, int)) or value is None:
        return value
    return [_plain(float(inner)) if not isinstance(inner, str) else inner for inner in value]
