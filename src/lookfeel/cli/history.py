"""`lookfeel history`: a question, a batch or a report enters; lists of the store leave, or sets in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from lookfeel.cli.app import MOVEMENT, OUTPUT, app, option, print_json, show_failure
from lookfeel.cli.keeping import STORE, Data, DatabaseUrl, make_store, open_store
from lookfeel.cli.threshold import check_plot, tell_threshold
from lookfeel.errors import InputError, LookfeelError

if TYPE_CHECKING:
    from lookfeel.store import Database
    from lookfeel.store.importing import RunImport

WHO = "Whose and when"

history = typer.Typer(no_args_is_help=True, help="List what is kept of all athletes, and bring batches into it.")
app.add_typer(history, name="history")

Line = dict[str, Any]
Json = Annotated[bool, option(OUTPUT, "Print JSON and nothing else.", "--json")]
Athlete = Annotated[str | None, option(WHO, "Only this athlete: a name, or an id.", metavar="NAME")]
Exercise = Annotated[str | None, option(MOVEMENT, "Only this one: a name from 'lookfeel exercises'.", metavar="NAME")]
Day = typer.Option(
    "--since", formats=["%Y-%m-%d"], metavar="DATE", help="Only this day and later.", rich_help_panel=WHO
)
Since = Annotated[datetime | None, Day]
Team = Annotated[
    str | None, option(WHO, "Team of the athletes; made when there is none, yours when not given.", metavar="NAME")
]
Replace = Annotated[bool, option(STORE, "Take the new result of a set that is there with another one.", "--replace")]


@history.command()
def athletes(*, data: Data = None, database_url: DatabaseUrl = None, is_json: Json = False) -> None:
    """List everybody, with the last set and the load at which form breaks down."""
    from lookfeel.cli.history_lines import athlete_line
    from lookfeel.cli.history_tables import show_athletes
    from lookfeel.store.listing import summaries

    with _told(is_json), open_store(data, database_url) as database, database.reading() as rows:
        lines = [athlete_line(one) for one in summaries(rows)]
    _show("athletes", lines, show_athletes, is_json=is_json)


@history.command()
def sets(
    *,
    athlete: Athlete = None,
    exercise: Exercise = None,
    since: Since = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    is_json: Json = False,
) -> None:
    """List sets, the newest first: how each looked and felt, and what was decided."""
    from lookfeel.cli.history_tables import show_sets

    with _told(is_json), open_store(data, database_url) as database:
        lines = _lines(database, athlete=athlete, exercise=exercise, since=since)
    _show("sets", lines, show_sets, is_json=is_json)


@history.command()
def feels(
    *,
    athlete: Athlete = None,
    exercise: Exercise = None,
    since: Since = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    is_json: Json = False,
) -> None:
    """List what was said of each set."""
    from lookfeel.cli.history_tables import show_feels

    with _told(is_json), open_store(data, database_url) as database:
        lines = _lines(database, athlete=athlete, exercise=exercise, since=since)
    _show("sets", lines, show_feels, is_json=is_json)


@history.command()
def decisions(
    *,
    athlete: Athlete = None,
    exercise: Exercise = None,
    since: Since = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    is_json: Json = False,
) -> None:
    """List what was decided after each set, and whether it helped."""
    from lookfeel.cli.history_tables import show_decisions

    with _told(is_json), open_store(data, database_url) as database:
        lines = _lines(database, athlete=athlete, exercise=exercise, since=since)
    _show("sets", lines, show_decisions, is_json=is_json)


def _lines(
    database: Database, *, athlete: str | None, exercise: str | None, since: datetime | None
) -> list[dict[str, Any]]:
    from lookfeel.cli.history_lines import set_line
    from lookfeel.store.listing import find_athlete, measured_sets

    with database.reading() as rows:
        whose = None if athlete is None else find_athlete(rows, athlete)
        found = measured_sets(rows, athlete=whose, exercise=exercise, since=_date(since))
        return [set_line(row) for row in found]


@history.command()
def show(
    set_id: Annotated[str, typer.Argument(metavar="SET", help="Id of a set, or its beginning, from 'history sets'.")],
    *,
    data: Data = None,
    database_url: DatabaseUrl = None,
    is_json: Json = False,
) -> None:
    """Show one set; with --json its whole report too."""
    from lookfeel.cli.history_lines import set_details
    from lookfeel.cli.history_tables import show_set
    from lookfeel.store.listing import find_set

    with _told(is_json), open_store(data, database_url) as database, database.reading() as rows:
        details = set_details(find_set(rows, set_id))
    if is_json:
        print_json(details)
    else:
        show_set(Console(highlight=False), details)


@history.command()
def threshold(
    *,
    athlete: Annotated[str, option(WHO, "Whose: a name, or an id.", metavar="NAME")],
    exercise: Annotated[
        str | None,
        option(MOVEMENT, "A name from 'lookfeel exercises'; that of most sets when not given.", metavar="NAME"),
    ] = None,
    plot: Annotated[
        Path | None, option(OUTPUT, "Draw looks against load into this file, .svg.", "--output", "-o", metavar="FILE")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    is_json: Json = False,
) -> None:
    """Find the load at which form breaks down, from all sets of one athlete."""
    from lookfeel.report.past import PastSets
    from lookfeel.store import history as past_sets
    from lookfeel.store.listing import find_athlete

    with _told(is_json):
        check_plot(plot)
        with open_store(data, database_url) as database, database.reading() as rows:
            past = past_sets(rows, find_athlete(rows, athlete).id)
        tell_threshold(PastSets(sets=past, skipped=()), exercise=exercise, plot=plot, is_json=is_json)


@history.command()
def export(
    *,
    output: Annotated[
        Path, option(OUTPUT, "The file: .csv or .parquet, one row a set.", "--output", "-o", metavar="FILE")
    ],
    athlete: Athlete = None,
    exercise: Exercise = None,
    since: Since = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    is_json: Json = False,
) -> None:
    """Write sets as a table, oldest first, in the columns of a batch ('lookfeel export --dictionary' explains them)."""
    from lookfeel.atomic import write_whole
    from lookfeel.store.listing import find_athlete, measured_sets
    from lookfeel.store.table import table_bytes, table_form

    with _told(is_json), open_store(data, database_url) as database, database.reading() as rows:
        form = table_form(output)
        whose = None if athlete is None else find_athlete(rows, athlete)
        found = measured_sets(rows, athlete=whose, exercise=exercise, since=_date(since))[::-1]
        write_whole(output, table_bytes(found, form))
    if is_json:
        print_json({"file": str(output), "n_sets": len(found)})
    else:
        typer.echo(f"{len(found)} sets are in {output}")


@history.command("import")
def import_batch(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished 'lookfeel batch'.")],
    *,
    team: Team = None,
    athlete: Annotated[str | None, option(WHO, "Of rows that name nobody.", metavar="NAME")] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], metavar="DATE", help="Of rows without one.", rich_help_panel=WHO),
    ] = None,
    is_replacing: Replace = False,
    videos: Annotated[
        Path | None,
        option(
            STORE,
            "Copy the clips too; their paths start from DIR, the manifest's folder.",
            "--with-videos",
            metavar="DIR",
        ),
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    is_json: Json = False,
) -> None:
    """Bring the sets of a batch into the store that 'lookfeel serve' shows. What is there already is left as it is."""
    from lookfeel.cli.history_tables import show_import
    from lookfeel.store.finished_run import read_run
    from lookfeel.store.importing import import_run

    errors = Console(stderr=True, highlight=False)
    with _told(is_json):
        finished = read_run(run)
        with make_store(data, database_url) as (database, folder), _counting(errors, len(finished.rows)) as on_row:
            told = import_run(
                database,
                finished,
                team=team,
                athlete=athlete,
                day=_date(day),
                is_replacing=is_replacing,
                videos=None if videos is None else (folder, videos),
                on_row=on_row,
            )
    if is_json:
        print_json(_run_document(told))
    else:
        show_import(Console(highlight=False), errors, told)
    if finished.rows and not told.sets:
        raise typer.Exit(InputError.exit_code)


@history.command()
def add(
    report: Annotated[Path, typer.Argument(metavar="REPORT", help="A report.json of 'lookfeel analyze'.")],
    *,
    athlete: Annotated[str, option(WHO, "Whose set it is; made when nobody has this name.", metavar="NAME")],
    day: Annotated[
        datetime,
        typer.Option("--date", formats=["%Y-%m-%d"], metavar="DATE", help="When it was filmed.", rich_help_panel=WHO),
    ],
    team: Team = None,
    is_replacing: Replace = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    is_json: Json = False,
) -> None:
    """Bring one analysed set into the store."""
    from lookfeel.cli.history_tables import show_import
    from lookfeel.report import read_report
    from lookfeel.store.importing import Filmed, RunImport, import_set

    with _told(is_json):
        filmed = Filmed(athlete=athlete, day=day.date(), document=read_report(report))
        with make_store(data, database_url) as (database, _):
            imported = import_set(database, filmed, team=team, is_replacing=is_replacing)
    if is_json:
        print_json(asdict(imported))
    else:
        show_import(Console(highlight=False), Console(stderr=True, highlight=False), RunImport(sets=[imported]))


def _date(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


@contextmanager
def _told(is_json: bool) -> Iterator[None]:
    """What goes wrong inside, told as every command tells it."""
    try:
        yield
    except LookfeelError as error:
        show_failure(error, is_json=is_json)
        raise typer.Exit(error.exit_code) from None


@contextmanager
def _counting(console: Console, n_rows: int) -> Iterator[Callable[[int], None]]:
    """A bar while many rows are brought in."""
    from lookfeel.terminal import progress_bars

    with progress_bars(console, title="Import", is_shown=console.is_terminal) as on_progress:
        yield lambda done: on_progress("sets", done, n_rows) if on_progress is not None else None


def _show(name: str, lines: list[Line], table: Callable[[Console, Sequence[Line]], None], *, is_json: bool) -> None:
    if is_json:
        print_json({name: lines})
    else:
        table(Console(highlight=False), lines)


def _run_document(told: RunImport) -> dict[str, Any]:
    return {
        "sets": [asdict(one) for one in told.sets],
        **{
            name: [{"clip": clip, "why": why} for clip, why in getattr(told, name)]
            for name in ("failed", "skipped", "without_video")
        },
    }
