"""`lookfeel export`: folders of results and names of formats enter; files of other programs leave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from lookfeel.cli.app import OUTPUT, app, option, print_json, show_failure
from lookfeel.errors import InvalidValue, LookfeelError

if TYPE_CHECKING:
    from lookfeel.export import Points

EXPORT_FOLDER = Path("lookfeel-export")
POINTS: tuple[Points, ...] = ("both", "filtered", "raw", "joints")


@app.command()
def export(
    results: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RESULT", help="Folders of 'lookfeel analyze' or of a whole batch.", show_default=False),
    ] = None,
    *,
    formats: Annotated[
        list[str] | None,
        option(
            OUTPUT,
            "csv, parquet, netcdf, trc, mot, c3d or json; repeat it for several.",
            "--format",
            "-f",
            metavar="FORMAT",
        ),
    ] = None,
    points: Annotated[
        str,
        option(
            OUTPUT,
            "Which points: both, raw as the network gave them, filtered as they were used, or the joints in metres; "
            "both when not given.",
            metavar="WHICH",
        ),
    ] = "both",
    output: Annotated[
        Path,
        option(OUTPUT, "Where the files go; 'lookfeel-export' when not given.", "--output", "-o", metavar="DIR"),
    ] = EXPORT_FOLDER,
    is_dictionary: Annotated[
        bool, option(OUTPUT, "Print what every column and variable means, and stop.", "--dictionary")
    ] = False,
    is_json: Annotated[bool, option(OUTPUT, "Print JSON and nothing else.", "--json")] = False,
) -> None:
    """Write what was measured in the forms of other programs: tables, netCDF, marker and motion files.

    csv and parquet: sets and reps of all clips, and the signals of each. netcdf: points, joints, signals and reps of
    each clip, as the package movement opens them. json: one file a clip with everything. trc, mot, c3d: markers and
    joint angles. 'lookfeel-export.json' in DIR lists the files with their SHA-256 and what made each.
    """
    if is_dictionary:
        _print_dictionary(is_json=is_json)
        return
    from lookfeel.results import export_results, find_results

    try:
        if not results:
            raise InvalidValue("no results were named", hint="Name a folder, such as lookfeel-out/<clip>.")
        chosen = _points(points)
        done = export_results(find_results(results), output, formats=formats or [], points=chosen)
    except LookfeelError as error:
        show_failure(error, is_json=is_json)
        raise typer.Exit(error.exit_code) from None
    for name, why in done.skipped:
        show_failure(why, clip=name, is_json=is_json)
    if is_json:
        print_json({"files": [str(file) for file in done.files]})
    else:
        Console(highlight=False, soft_wrap=True).print(_told(done.files, output), markup=False)
    raise typer.Exit(max((why.exit_code for _, why in done.skipped), default=0))


def _points(name: str) -> Points:
    for one in POINTS:
        if one == name:
            return one
    raise InvalidValue(f"--points {name!r} is not known", hint=f"Give one of {', '.join(POINTS)}.")


def _print_dictionary(*, is_json: bool) -> None:
    from lookfeel.tables.dictionary import data_dictionary, dictionary_markdown

    if is_json:
        print_json(data_dictionary())
    else:
        typer.echo(dictionary_markdown(), nl=False)


def _told(files: tuple[Path, ...], folder: Path) -> str:
    """In words: every file when they are few, else how many."""
    if len(files) <= FEW:
        return "\n".join(f"Wrote {file}" for file in files)
    return f"Wrote {len(files)} files into {folder}"


FEW = 12
"""Files that are named one by one; more would push everything else off the screen (chosen by us)."""
