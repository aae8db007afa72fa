"""Commands that only look: this installation, the exercises, the contract of report.json."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lookfeel.cli.app import OUTPUT_FOLDER, app
from lookfeel.errors import BackendError


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
    *,
    library: Annotated[
        bool, typer.Option("--library", help="List the movements to change to instead, with how hard each is.")
    ] = False,
) -> None:
    """List the exercises by name, what else they are called, and how to film each."""
    from lookfeel.exercises import exercise_names, load_exercise, load_library
    from lookfeel.terminal import show_exercises, show_library

    console = Console(highlight=False)
    if library:
        show_library(console, load_library().movement)
    else:
        show_exercises(console, [load_exercise(name) for name in exercise_names()])


@app.command()
def schema() -> None:
    """Print the JSON Schema of report.json."""
    from lookfeel.report import schema_text

    typer.echo(schema_text(), nl=False)
