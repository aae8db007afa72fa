"""The bare command line: what every command shares, options, failures and JSON, without the commands themselves."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from lookfeel import __version__
from lookfeel.errors import LookfeelError

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, as shells have it."""

MOVEMENT, FEEL, TRAINING, OUTPUT = "The clip", "How it feels", "The training", "What comes out"

OUTPUT_FOLDER = Path("lookfeel-out")


class SpeedName(StrEnum):
    """The speeds of `pipeline.SPEEDS`, which is not imported for the help."""

    accurate = "accurate"
    balanced = "balanced"
    fast = "fast"


app = typer.Typer(
    name="lookfeel",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def option(panel: str, text: str, *names: str, **more: Any) -> Any:
    """An option without its default in the help, in one of the panels."""
    return typer.Option(*names, help=text, rich_help_panel=panel, show_default=False, **more)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"lookfeel {__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """From one phone video of a squat or lunge: how each rep looks, and what to do next."""


WEIGHTS = option(MOVEMENT, "For 'rtmpose': the .onnx file of a SimCC network of yours.", metavar="FILE")
DEVICE = option(MOVEMENT, "cpu (the default, the same digits everywhere) or gpu.", metavar="DEVICE")
SPEED = option(MOVEMENT, "How many frames are looked at; 'balanced' when not given, 'fast' errs more.", metavar="NAME")
HISTORY = option(
    TRAINING, "Earlier results of the same athlete: folders or .csv lists, as for 'lookfeel threshold'.", metavar="PATH"
)


def show_failure(error: LookfeelError, *, clip: str | None = None, is_json: bool) -> None:
    """Say on stderr what went wrong and what to do next, and on stdout too where a program reads there."""
    from lookfeel.terminal import show_error

    show_error(Console(stderr=True, highlight=False), error, clip=clip)
    if is_json:
        what = {"code": error.code, "message": error.message, "hint": error.hint, "exit_code": error.exit_code}
        print_json({"clip": clip, "error": what})


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON object on one line (JSON Lines)."""
    typer.echo(json.dumps(document, allow_nan=False))
