"""The command `lookfeel`: a command line enters; a table, files and an exit code leave."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console

from lookfeel import __version__
from lookfeel.errors import BackendError, InvalidValue, LookfeelError

if TYPE_CHECKING:
    from lookfeel.ingest import Limits
    from lookfeel.types import Feels, TrainingContext

    Answers = TypeVar("Answers", Feels, TrainingContext)

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT, as shells have it."""

MOVEMENT, FEEL, TRAINING, OUTPUT = "The clip", "How it feels", "The training", "What comes out"

OUTPUT_FOLDER = Path("lookfeel-out")
FEELS_WORDS = ("good", "bad")

app = typer.Typer(
    name="lookfeel",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be done with each clip of one command. settings: keywords of `pipeline.analyze`."""

    settings: dict[str, Any]
    output: Path
    has_overlay: bool
    is_json: bool
    is_quiet: bool


def main() -> None:
    """Run the command line of this process; a character that the terminal lacks becomes '?'."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _option(panel: str, text: str, *names: str, **more: Any) -> Any:
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


@app.command()
def analyze(
    clips: Annotated[list[str], typer.Argument(metavar="CLIP", help="Videos, straight from the phone.")],
    *,
    exercise: Annotated[
        str, _option(MOVEMENT, "A name from 'lookfeel exercises'; found out when not given.", metavar="NAME")
    ] = "auto",
    person: Annotated[int | None, _option(MOVEMENT, "Which person, counted from the left.", metavar="N", min=1)] = None,
    backend: Annotated[
        str, _option(MOVEMENT, "Pose network; 'blazepose' when not given.", metavar="NAME")
    ] = "blazepose",
    slowmo_factor: Annotated[
        float | None, _option(MOVEMENT, "Filmed over played rate: 4 for 120 fps played at 30.", metavar="X")
    ] = None,
    height_cm: Annotated[
        float | None, _option(MOVEMENT, "Body height; without it lengths are of an average adult.", metavar="CM")
    ] = None,
    limit: Annotated[
        list[str] | None,
        _option(MOVEMENT, "Accept a larger file: n_bytes, duration_s, n_pixels or n_frames.", metavar="NAME=NUMBER"),
    ] = None,
    feels: Annotated[str | None, _option(FEEL, "good or bad; or a TOML file with all of it.", metavar="FEELS")] = None,
    pain: Annotated[float | None, _option(FEEL, "Pain now, 0-10.", metavar="N")] = None,
    usual_pain: Annotated[float | None, _option(FEEL, "Usual pain, 0-10.", metavar="N")] = None,
    where: Annotated[str | None, _option(FEEL, "Where it hurts.", metavar="TEXT")] = None,
    unstable: Annotated[
        bool | None, _option(FEEL, "It feels unstable or wrong, or does not.", "--unstable/--stable")
    ] = None,
    bad_from_rep: Annotated[int | None, _option(FEEL, "The first rep that felt bad.", metavar="REP")] = None,
    bad_below_deg: Annotated[
        float | None, _option(FEEL, "Knee flexion from which it feels bad.", metavar="DEG")
    ] = None,
    worse_when_fast: Annotated[
        bool | None, _option(FEEL, "It is worse when fast, or is not.", "--worse-when-fast/--fast-is-fine")
    ] = None,
    worse_next_morning: Annotated[
        bool | None, _option(FEEL, "It was worse the next morning, or had settled.", "--worse-next-morning/--settled")
    ] = None,
    red_flag: Annotated[
        list[str] | None,
        _option(FEEL, "swelling, locking, giving_way or night_pain; may be repeated.", metavar="SIGN"),
    ] = None,
    reps_in_reserve: Annotated[float | None, _option(FEEL, "Reps left at the end of the set.", metavar="N")] = None,
    changes_tried: Annotated[int | None, _option(FEEL, "Changes already tried against it.", metavar="N")] = None,
    prescribed_depth: Annotated[
        str | None, _option(TRAINING, "Depth asked for: 'parallel' or the thigh's degrees.", metavar="DEPTH")
    ] = None,
    tempo: Annotated[
        str | None, _option(TRAINING, "Down-bottom-up-top in seconds, such as 3-1-X-0.", metavar="TEMPO")
    ] = None,
    load_kg: Annotated[float | None, _option(TRAINING, "Load on the bar or in the hands.", metavar="KG")] = None,
    one_rm_kg: Annotated[float | None, _option(TRAINING, "The most that goes up once.", metavar="KG")] = None,
    experience: Annotated[str | None, _option(TRAINING, "novice, intermediate or advanced.", metavar="LEVEL")] = None,
    sessions_per_week: Annotated[
        float | None, _option(TRAINING, "Sessions a week with this exercise.", metavar="N")
    ] = None,
    sets: Annotated[int | None, _option(TRAINING, "Sets a session.", metavar="N")] = None,
    reps: Annotated[int | None, _option(TRAINING, "Reps planned for this set.", metavar="N")] = None,
    rep_range: Annotated[str | None, _option(TRAINING, "Target range, such as 6-8.", metavar="LOW-HIGH")] = None,
    target_met_twice: Annotated[
        bool | None, _option(TRAINING, "Two reps over target in two sessions.", "--target-met-twice/--target-not-met")
    ] = None,
    low_bar: Annotated[bool | None, _option(TRAINING, "Bar low on the back: more lean is normal.", "--low-bar")] = None,
    output: Annotated[
        Path,
        _option(
            OUTPUT, "Where a folder per clip goes; 'lookfeel-out' when not given.", "--output", "-o", metavar="DIR"
        ),
    ] = OUTPUT_FOLDER,
    has_overlay: Annotated[
        bool, _option(OUTPUT, "Draw the overlay video (the default).", "--overlay/--no-overlay")
    ] = True,
    is_json: Annotated[
        bool, _option(OUTPUT, "Print JSON and nothing else; a line per clip when several.", "--json")
    ] = False,
    is_quiet: Annotated[bool, _option(OUTPUT, "Print nothing but errors.", "--quiet", "-q")] = False,
) -> None:
    """Measure every rep of each CLIP, print the table and the next action, and write the report."""
    word = feels if feels in FEELS_WORDS else None
    said = {
        "overall": word,
        "pain": pain,
        "usual_pain": usual_pain,
        "where": where,
        "is_unstable": unstable,
        "bad_from_rep": bad_from_rep,
        "bad_below_deg": bad_below_deg,
        "is_worse_when_fast": worse_when_fast,
        "is_worse_next_morning": worse_next_morning,
        "n_changes_tried": changes_tried,
        "reps_in_reserve": reps_in_reserve,
        "red_flags": red_flag,
    }
    planned = {
        "experience": experience,
        "load_kg": load_kg,
        "one_rm_kg": one_rm_kg,
        "sessions_per_week": sessions_per_week,
        "sets_per_session": sets,
        "planned_reps": reps,
        "rep_range": None if rep_range is None else _whole_numbers(rep_range),
        "target_met_twice": target_met_twice,
        "prescribed_depth": prescribed_depth,
        "tempo": tempo,
        "height_cm": height_cm,
        "is_low_bar": low_bar,
    }
    try:
        settings = {
            "exercise": exercise,
            "person": person,
            "backend": backend,
            "slowmo_factor": slowmo_factor,
            "limits": _limits(limit or []),
            **_session(None if word else feels, said, planned),
        }
        _check_folders(clips)
    except LookfeelError as error:
        _show_failure(error, is_json=is_json)
        raise typer.Exit(error.exit_code) from None
    job = Job(
        settings=settings,
        output=output,
        has_overlay=has_overlay,
        is_json=is_json,
        is_quiet=is_quiet,
    )
    try:
        exit_code = max(_analyze_one(clip, job) for clip in clips)
    except KeyboardInterrupt:
        exit_code = INTERRUPTED
    raise typer.Exit(exit_code)


def _session(file: str | None, said: dict[str, Any], planned: dict[str, Any]) -> dict[str, Feels | TrainingContext]:
    """Feels and context of the set, from the file; what an option says comes before what the file says."""
    from lookfeel.matrix.intake import load_session_file, make_context, make_feels
    from lookfeel.types import Feels, TrainingContext

    feels, context = (Feels(), TrainingContext()) if file is None else load_session_file(file)
    return {"feels": _overlaid(feels, make_feels(**said)), "context": _overlaid(context, make_context(**planned))}


def _overlaid(base: Answers, said: Answers) -> Answers:
    """`base` with what `said` says in its place; a field at its default says nothing."""
    changes = {field.name: getattr(said, field.name) for field in fields(said)}
    return replace(
        base, **{field.name: changes[field.name] for field in fields(said) if changes[field.name] != field.default}
    )


def _whole_numbers(text: str) -> list[int | str]:
    """'6-8' -> [6, 8]; what is no number stays text, for the check of allowed values to name it."""
    return [int(part) if part.strip().isdecimal() else part for part in text.split("-")]


def _limits(pairs: list[str]) -> Limits:
    """The limits that stand, with the given ones in their place: 'duration_s=300'."""
    from lookfeel.ingest import Limits

    kinds = {name: type(number) for name, number in asdict(Limits()).items()}
    chosen: dict[str, Any] = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        try:
            chosen[name] = kinds[name](number)
        except (KeyError, ValueError):
            hint = f"Write NAME=NUMBER with one of {', '.join(kinds)}; counts are whole numbers."
            raise InvalidValue(f"--limit {pair!r} is not understood", hint=hint) from None
    return Limits(**chosen)


def _check_folders(clips: list[str]) -> None:
    """Refuse, before an hour of work, clips whose results would overwrite each other."""
    stem, count = Counter(Path(clip).stem for clip in clips).most_common(1)[0]
    if count > 1:
        hint = "Rename one of them, or analyse them one by one with different -o."
        raise InvalidValue(f"{count} clips are called {stem!r} and would share one folder", hint=hint)


def _analyze_one(clip: str, job: Job) -> int:
    """Do the job with one clip and say how it went; the exit code it asks for."""
    from lookfeel.pipeline import analyze as analyze_clip
    from lookfeel.pipeline import check_folder, clip_folder, write_outputs
    from lookfeel.terminal import progress_bars, show_report

    errors = Console(stderr=True, highlight=False)
    try:
        with progress_bars(errors, title=clip, is_shown=errors.is_terminal and not job.is_quiet) as on_progress:
            check_folder(clip_folder(clip, job.output))
            report = analyze_clip(clip, progress=on_progress, **job.settings)
            folder = write_outputs(
                report, job.output, overlay=job.has_overlay, limits=job.settings["limits"], progress=on_progress
            )
    except LookfeelError as error:
        _show_failure(error, clip=clip, is_json=job.is_json)
        return error.exit_code
    if job.is_json:
        from lookfeel.report import report_document

        _print_json(report_document(report).model_dump(mode="json"))
    elif not job.is_quiet:
        show_report(Console(highlight=False), report, folder=folder)
    return 0


def _show_failure(error: LookfeelError, *, clip: str | None = None, is_json: bool) -> None:
    """Say on stderr what went wrong and what to do next, and on stdout too where a program reads there."""
    from lookfeel.terminal import show_error

    show_error(Console(stderr=True, highlight=False), error, clip=clip)
    if is_json:
        what = {"code": error.code, "message": error.message, "hint": error.hint, "exit_code": error.exit_code}
        _print_json({"clip": clip, "error": what})


def _print_json(document: dict[str, Any]) -> None:
    """Print one JSON object on one line (JSON Lines)."""
    typer.echo(json.dumps(document, allow_nan=False))


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
def exercises() -> None:
    """List the exercises by name, what else they are called, and how to film each."""
    from lookfeel.exercises import exercise_names, load_exercise
    from lookfeel.terminal import show_exercises

    show_exercises(Console(highlight=False), [load_exercise(name) for name in exercise_names()])


@app.command()
def schema() -> None:
    """Print the JSON Schema of report.json."""
    from lookfeel.report import schema_text

    typer.echo(schema_text(), nl=False)


if __name__ == "__main__":
    main()
