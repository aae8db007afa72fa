"""Commands that only look: this installation, the exercises, the contract of report.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lookfeel.cli.app import OUTPUT_FOLDER, app, show_failure
from lookfeel.errors import BackendError, LookfeelError


@app.command()
def doctor(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder to be written to.")
    ] = OUTPUT_FOLDER,
) -> None:
    """Look at this installation: versions, models and their hashes, codecs. Exit code 3 when a part is broken."""
    from lookfeel.doctor import examine
    from lookfeel.terminal import show_checks

    checks = examine(output)
    show_checks(Console(highlight=False), checks)
    raise typer.Exit(BackendError.exit_code if any(check.state == "broken" for check in checks) else 0)


@app.command()
def exercises(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME", help="An exercise, a variant or your own .toml, to see what its looks are judged by."
        ),
    ] = None,
    *,
    library: Annotated[
        bool, typer.Option("--library", help="List the movements to change to instead, with how hard each is.")
    ] = False,
) -> None:
    """List the exercises, what else they are called, and how to film each; with a NAME, its rubric."""
    from lookfeel.exercises import exercise_names, find_exercise, installed_exercises, load_exercise, load_library
    from lookfeel.terminal import show_exercises, show_installed_exercises, show_library, show_rubric

    console = Console(highlight=False)
    try:
        if library:
            show_library(console, load_library().movement)
        elif name is None:
            show_exercises(console, [load_exercise(each) for each in exercise_names()])
            show_installed_exercises(console, installed_exercises())
        else:
            show_rubric(console, find_exercise(name)[0])
    except LookfeelError as error:
        show_failure(error, is_json=False)
        raise typer.Exit(error.exit_code) from None


@app.command()
def schema() -> None:
    """Print the JSON Schema of report.json."""
    from lookfeel.report import schema_text

    typer.echo(schema_text(), nl=False)
