"""`lookfeel analyze`: clips and what is known of the set enter; a table, files and an exit code leave."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console

from lookfeel.cli.app import (
    FEEL,
    INTERRUPTED,
    MOVEMENT,
    OUTPUT,
    OUTPUT_FOLDER,
    TRAINING,
    app,
    option,
    print_json,
    show_failure,
)
from lookfeel.errors import InvalidValue, LookfeelError

if TYPE_CHECKING:
    from lookfeel.ingest import Limits
    from lookfeel.types import Feels, TrainingContext

    Answers = TypeVar("Answers", Feels, TrainingContext)

FEELS_WORDS = ("good", "bad")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be done with each clip of one command. settings: keywords of `pipeline.analyze`."""

    settings: dict[str, Any]
    output: Path
    has_overlay: bool
    is_json: bool
    is_quiet: bool


@app.command()
def analyze(
    clips: Annotated[list[str], typer.Argument(metavar="CLIP", help="Videos, straight from the phone.")],
    *,
    exercise: Annotated[
        str, option(MOVEMENT, "A name from 'lookfeel exercises'; found out when not given.", metavar="NAME")
    ] = "auto",
    person: Annotated[int | None, option(MOVEMENT, "Which person, counted from the left.", metavar="N", min=1)] = None,
    backend: Annotated[
        str, option(MOVEMENT, "Pose network; 'blazepose' when not given.", metavar="NAME")
    ] = "blazepose",
    slowmo_factor: Annotated[
        float | None, option(MOVEMENT, "Filmed over played rate: 4 for 120 fps played at 30.", metavar="X")
    ] = None,
    height_cm: Annotated[
        float | None, option(MOVEMENT, "Body height; without it lengths are of an average adult.", metavar="CM")
    ] = None,
    limit: Annotated[
        list[str] | None,
        option(MOVEMENT, "Accept a larger file: n_bytes, duration_s, n_pixels or n_frames.", metavar="NAME=NUMBER"),
    ] = None,
    view_with: Annotated[
        str | None,
        option(MOVEMENT, "A second clip of the same set, from another side.", "--view-with", metavar="CLIP2"),
    ] = None,
    strictness: Annotated[
        float | None,
        option(
            MOVEMENT,
            "0 'whatever, just squat' to 1 'perfection is key'; 0.5, the rubric as written, when not given.",
            metavar="N",
            min=0.0,
            max=1.0,
        ),
    ] = None,
    feels: Annotated[str | None, option(FEEL, "good or bad; or a TOML file with all of it.", metavar="FEELS")] = None,
    pain: Annotated[float | None, option(FEEL, "Pain now, 0-10.", metavar="N")] = None,
    usual_pain: Annotated[float | None, option(FEEL, "Usual pain, 0-10.", metavar="N")] = None,
    where: Annotated[str | None, option(FEEL, "Where it hurts.", metavar="TEXT")] = None,
    unstable: Annotated[
        bool | None, option(FEEL, "It feels unstable or wrong, or does not.", "--unstable/--stable")
    ] = None,
    bad_from_rep: Annotated[int | None, option(FEEL, "The first rep that felt bad.", metavar="REP")] = None,
    bad_below_deg: Annotated[float | None, option(FEEL, "Knee flexion from which it feels bad.", metavar="DEG")] = None,
    worse_when_fast: Annotated[
        bool | None, option(FEEL, "It is worse when fast, or is not.", "--worse-when-fast/--fast-is-fine")
    ] = None,
    worse_next_morning: Annotated[
        bool | None, option(FEEL, "It was worse the next morning, or had settled.", "--worse-next-morning/--settled")
    ] = None,
    red_flag: Annotated[
        list[str] | None,
        option(FEEL, "swelling, locking, giving_way or night_pain; may be repeated.", metavar="SIGN"),
    ] = None,
    reps_in_reserve: Annotated[float | None, option(FEEL, "Reps left at the end of the set.", metavar="N")] = None,
    changes_tried: Annotated[int | None, option(FEEL, "Changes already tried against it.", metavar="N")] = None,
    prescribed_depth: Annotated[
        str | None, option(TRAINING, "Depth asked for: 'parallel' or the thigh's degrees.", metavar="DEPTH")
    ] = None,
    tempo: Annotated[
        str | None, option(TRAINING, "Down-bottom-up-top in seconds, such as 3-1-X-0.", metavar="TEMPO")
    ] = None,
    load_kg: Annotated[float | None, option(TRAINING, "Load on the bar or in the hands.", metavar="KG")] = None,
    one_rm_kg: Annotated[float | None, option(TRAINING, "The most that goes up once.", metavar="KG")] = None,
    experience: Annotated[str | None, option(TRAINING, "novice, intermediate or advanced.", metavar="LEVEL")] = None,
    sessions_per_week: Annotated[
        float | None, option(TRAINING, "Sessions a week with this exercise.", metavar="N")
    ] = None,
    sets: Annotated[int | None, option(TRAINING, "Sets a session.", metavar="N")] = None,
    reps: Annotated[int | None, option(TRAINING, "Reps planned for this set.", metavar="N")] = None,
    rep_range: Annotated[str | None, option(TRAINING, "Target range, such as 6-8.", metavar="LOW-HIGH")] = None,
    target_met_twice: Annotated[
        bool | None, option(TRAINING, "Two reps over target in two sessions.", "--target-met-twice/--target-not-met")
    ] = None,
    low_bar: Annotated[bool | None, option(TRAINING, "Bar low on the back: more lean is normal.", "--low-bar")] = None,
    output: Annotated[
        Path,
        option(OUTPUT, "Where a folder per clip goes; 'lookfeel-out' when not given.", "--output", "-o", metavar="DIR"),
    ] = OUTPUT_FOLDER,
    has_overlay: Annotated[
        bool, option(OUTPUT, "Draw the overlay video (the default).", "--overlay/--no-overlay")
    ] = True,
    is_json: Annotated[
        bool, option(OUTPUT, "Print JSON and nothing else; a line per clip when several.", "--json")
    ] = False,
    is_quiet: Annotated[bool, option(OUTPUT, "Print nothing but errors.", "--quiet", "-q")] = False,
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
            "second": view_with,
            **({} if strictness is None else {"strictness": strictness}),
            "limits": _limits(limit or []),
            **_session(None if word else feels, said, planned),
        }
        _check_folders(clips)
        _check_second(clips, view_with)
    except LookfeelError as error:
        show_failure(error, is_json=is_json)
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


def _check_second(clips: list[str], second: str | None) -> None:
    """Refuse a second view of more than one clip: it would be of one of them only."""
    if second is not None and len(clips) > 1:
        hint = "Give one CLIP, and its other view with --view-with."
        raise InvalidValue(f"--view-with {second!r} cannot be the second view of {len(clips)} clips", hint=hint)


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
        show_failure(error, clip=clip, is_json=job.is_json)
        return error.exit_code
    if job.is_json:
        from lookfeel.report import report_document

        print_json(report_document(report).model_dump(mode="json"))
    elif not job.is_quiet:
        show_report(Console(highlight=False), report, folder=folder)
    return 0
