"""`lookfeel batch`: clips or a manifest enter; a run folder, a live display and an exit code leave."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from lookfeel.cli.analyze import chosen_limits
from lookfeel.cli.app import (
    DEVICE,
    INTERRUPTED,
    MOVEMENT,
    OUTPUT,
    SPEED,
    TRAINING,
    WEIGHTS,
    SpeedName,
    app,
    option,
    print_json,
    show_failure,
)
from lookfeel.errors import InvalidValue, LookfeelError

if TYPE_CHECKING:
    from lookfeel.batch.driver import AtWork, Lost, Outcome
    from lookfeel.batch.rows import Manifest
    from lookfeel.batch.settings import BatchSettings

SOME_FAILED = 5
"""Exit code when the run came to its end, but some clips failed. Chosen by us: free beside 1-4 and 130."""

WORKERS = "How it works"
RUN_FOLDER = "lookfeel-batch"


@app.command()
def batch(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Videos, folders of them, or patterns such as 'a/*.mp4'.")
    ] = None,
    *,
    manifest: Annotated[
        Path | None,
        option(MOVEMENT, "Instead: a table with a row per set, .csv or .parquet; see --template.", metavar="FILE"),
    ] = None,
    is_template: Annotated[
        bool,
        option(
            MOVEMENT, "Print a manifest with every column and an example row; what they mean, on stderr.", "--template"
        ),
    ] = False,
    exercise: Annotated[
        str, option(MOVEMENT, "Where a row names none; found out when not given.", metavar="NAME")
    ] = "auto",
    backend: Annotated[
        str, option(MOVEMENT, "Pose network; 'blazepose' when not given.", metavar="NAME")
    ] = "blazepose",
    weights: Annotated[Path | None, WEIGHTS] = None,
    device: Annotated[str, DEVICE] = "cpu",
    speed: Annotated[SpeedName, SPEED] = SpeedName.balanced,
    slowmo_factor: Annotated[
        float | None, option(MOVEMENT, "Filmed over played rate, where a row says none.", metavar="X")
    ] = None,
    limit: Annotated[
        list[str] | None,
        option(MOVEMENT, "Accept a larger file: n_bytes, duration_s, n_pixels or n_frames.", metavar="NAME=NUMBER"),
    ] = None,
    strictness: Annotated[
        float | None, option(MOVEMENT, "0 to 1, as in 'lookfeel analyze'.", metavar="N", min=0.0, max=1.0)
    ] = None,
    previous: Annotated[
        list[str] | None,
        option(
            TRAINING, "Earlier run: its sets are history, the last one is compared with (repeat it).", metavar="RUN"
        ),
    ] = None,
    workers: Annotated[
        int | None,
        option(WORKERS, "Clips at once; as many as there are cores when not given.", metavar="N", min=1, max=512),
    ] = None,
    are_clips_trusted: Annotated[
        bool,
        option(WORKERS, "Clips of your own: no confined process for each, which saves 1-2 s a clip.", "--trusted"),
    ] = False,
    engine: Annotated[
        str, option(WORKERS, "What does the work: 'local', processes here, or 'ray', a cluster.", metavar="NAME")
    ] = "local",
    address: Annotated[
        str | None,
        option(
            WORKERS, "A Ray cluster that runs, such as 'auto'; without it one is started here.", metavar="HOST:PORT"
        ),
    ] = None,
    is_resumed: Annotated[  # noqa: ARG001  # a word for what is always done
        bool, option(WORKERS, "Go on with the run in RUN, which is always done.", "--resume")
    ] = True,
    output: Annotated[
        str,
        option(
            OUTPUT,
            "Folder of the run, or a URL such as s3://bucket/run; 'lookfeel-batch' when not given.",
            "--output",
            "-o",
            metavar="RUN",
        ),
    ] = RUN_FOLDER,
    has_pages: Annotated[
        bool, option(OUTPUT, "Write a report.html for each set (the default).", "--pages/--no-pages")
    ] = True,
    is_json: Annotated[bool, option(OUTPUT, "Print a line of JSON per finished set, and a summary.", "--json")] = False,
    is_quiet: Annotated[bool, option(OUTPUT, "Print nothing but errors.", "--quiet", "-q")] = False,
) -> None:
    """Measure many clips at once, and write tables, a report per set and a page about the whole team.

    A clip that cannot be analysed is a row with its error, and the others go on. Stop it when you like, even by force:
    the same command goes on where it stopped. Exit code 5: it came to its end, and some clips failed.
    """
    if is_template:
        _print_template()
        return
    try:
        rows = _manifest(paths or [], manifest)
        settings = _settings(
            exercise=exercise,
            backend=backend,
            weights=None if weights is None else str(weights.resolve()),
            device=device,
            speed=speed.value,
            are_clips_trusted=are_clips_trusted,
            slowmo_factor=slowmo_factor,
            has_pages=has_pages,
            limits=chosen_limits(limit or []),
            **({} if strictness is None else {"strictness": strictness}),
        )
        code = _run(
            rows, output, settings, previous or [], workers, (engine, address), is_json=is_json, is_quiet=is_quiet
        )
    except LookfeelError as error:
        show_failure(error, is_json=is_json)
        raise typer.Exit(error.exit_code) from None
    raise typer.Exit(code)


def _print_template() -> None:
    from lookfeel.batch.manifest import explanations, template
    from lookfeel.terminal import show_columns

    typer.echo(template(), nl=False)
    show_columns(Console(stderr=True, highlight=False), explanations())


def _manifest(paths: list[str], manifest: Path | None) -> Manifest:
    from lookfeel.batch.clips import find_clips
    from lookfeel.batch.manifest import read_manifest, rows_of_clips

    if (manifest is None) == (not paths):
        hint = "'lookfeel batch FOLDER', or 'lookfeel batch --manifest team.csv'."
        raise InvalidValue("a batch is of clips or of a manifest, one of the two", hint=hint)
    return rows_of_clips(find_clips(paths)) if manifest is None else read_manifest(manifest)


def _settings(**chosen: Any) -> BatchSettings:
    from lookfeel.batch.settings import BatchSettings

    return BatchSettings(**chosen)


def _run(
    rows: Manifest,
    output: str,
    settings: BatchSettings,
    previous: list[str],
    n_workers: int | None,
    engine: tuple[str, str | None],
    *,
    is_json: bool,
    is_quiet: bool,
) -> int:
    """Do the batch and say how it goes; the exit code."""
    from lookfeel.batch.driver import Outcome
    from lookfeel.batch.run import run_batch
    from lookfeel.cli.batch_display import batch_display, show_summary

    screen = Console(stderr=True, highlight=False)
    try:
        with batch_display(screen, n_rows=len(rows.rows), is_shown=not (is_quiet or is_json)) as display:

            def told(moment: Outcome | AtWork | Lost) -> None:
                display.show(moment)
                if is_json and isinstance(moment, Outcome):
                    print_json(_line(moment))

            summary = run_batch(
                rows,
                output,
                settings=settings,
                previous=previous,
                n_workers=n_workers,
                engine=engine[0],
                address=engine[1],
                told=told,
            )
    except KeyboardInterrupt:
        screen.print("Stopped. What is done is kept: the same command goes on with it.")
        return INTERRUPTED
    if is_json:
        print_json({"summary": asdict(summary), "run": output})
    elif not is_quiet:
        show_summary(Console(highlight=False), summary, output)
    return SOME_FAILED if summary.n_failed else 0


def _line(outcome: Outcome) -> dict[str, Any]:
    """A finished row as JSON."""
    line: dict[str, Any] = {"clip": outcome.row.clip, "line": outcome.row.line, "athlete": outcome.row.athlete}
    if outcome.failure is not None:
        return line | {"status": "failed", "error": asdict(outcome.failure)}
    return line | {"status": "ok", "result": outcome.folder, "was_there": outcome.was_there} | outcome.summary
