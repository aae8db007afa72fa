"""`lookfeel analyze`: clips and what is known of the set enter; a table, files and an exit code leave."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from lookfeel.cli.answers import Said, takes_answers
from lookfeel.cli.app import (
    DEVICE,
    HISTORY,
    INTERRUPTED,
    MOVEMENT,
    OUTPUT,
    OUTPUT_FOLDER,
    SPEED,
    WEIGHTS,
    SpeedName,
    app,
    option,
    print_json,
    show_failure,
)
from lookfeel.errors import InvalidValue, LookfeelError

if TYPE_CHECKING:
    from lookfeel.ingest import Limits
    from lookfeel.report.past import PastSets


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be done with each clip of one command. settings: keywords of `pipeline.analyze`. history: files and
    folders of earlier sets."""

    settings: dict[str, Any]
    history: tuple[Path, ...]
    output: Path
    has_overlay: bool
    blur_faces: bool
    is_json: bool
    is_quiet: bool


@app.command()
@takes_answers
def analyze(
    clips: Annotated[list[str], typer.Argument(metavar="CLIP", help="Videos, straight from the phone.")],
    *,
    exercise: Annotated[
        str,
        option(
            MOVEMENT, "A name from 'lookfeel exercises', or your own .toml; found out when not given.", metavar="NAME"
        ),
    ] = "auto",
    person: Annotated[int | None, option(MOVEMENT, "Which person, counted from the left.", metavar="N", min=1)] = None,
    backend: Annotated[
        str,
        option(MOVEMENT, "Pose network: blazepose (the default), rtmpose, mediapipe or an added one.", metavar="NAME"),
    ] = "blazepose",
    weights: Annotated[Path | None, WEIGHTS] = None,
    device: Annotated[str, DEVICE] = "cpu",
    speed: Annotated[SpeedName, SPEED] = SpeedName.balanced,
    slowmo_factor: Annotated[
        float | None, option(MOVEMENT, "Filmed over played rate: 4 for 120 fps played at 30.", metavar="X")
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
    said: Said,
    history: Annotated[list[Path] | None, HISTORY] = None,
    output: Annotated[
        Path,
        option(OUTPUT, "Where a folder per clip goes; 'lookfeel-out' when not given.", "--output", "-o", metavar="DIR"),
    ] = OUTPUT_FOLDER,
    has_overlay: Annotated[
        bool, option(OUTPUT, "Draw the overlay video (the default).", "--overlay/--no-overlay")
    ] = True,
    blur_faces: Annotated[
        bool, option(OUTPUT, "Cover every face that is seen, in the overlay and the report's pictures.", "--blur-faces")
    ] = False,
    is_json: Annotated[
        bool, option(OUTPUT, "Print JSON and nothing else; a line per clip when several.", "--json")
    ] = False,
    is_quiet: Annotated[bool, option(OUTPUT, "Print nothing but errors.", "--quiet", "-q")] = False,
) -> None:
    """Measure every rep of each CLIP, print the table and the next action, and write the report."""
    try:
        settings = {
            "exercise": exercise,
            "person": person,
            "backend": backend,
            "weights": weights,
            "device": device,
            "slowmo_factor": slowmo_factor,
            "speed": speed.value,
            "second": view_with,
            **({} if strictness is None else {"strictness": strictness}),
            "limits": chosen_limits(limit or []),
            **_told(said),
        }
        _check_folders(clips)
        _check_second(clips, view_with)
    except LookfeelError as error:
        show_failure(error, is_json=is_json)
        raise typer.Exit(error.exit_code) from None
    job = Job(
        settings=settings,
        output=output,
        history=tuple(history or ()),
        has_overlay=has_overlay,
        blur_faces=blur_faces,
        is_json=is_json,
        is_quiet=is_quiet,
    )
    try:
        exit_code = max(_analyze_one(clip, job) for clip in clips)
    except KeyboardInterrupt:
        exit_code = INTERRUPTED
    raise typer.Exit(exit_code)


def _told(said: Said) -> dict[str, Any]:
    """Feels and context of the set, as keywords of the pipeline."""
    from lookfeel.types import Feels, TrainingContext

    return said.over(Feels(), TrainingContext())


def past_sets(paths: tuple[Path, ...], *, before: Path | None = None) -> PastSets:
    """Earlier sets; none when nobody says where they are."""
    from lookfeel.report.past import PastSets, read_past_sets

    return read_past_sets(paths, before=before) if paths else PastSets(sets=(), skipped=())


def chosen_limits(pairs: list[str]) -> Limits:
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
    from lookfeel.terminal import progress_bars, show_report, show_skipped

    errors = Console(stderr=True, highlight=False)
    try:
        with progress_bars(errors, title=clip, is_shown=errors.is_terminal and not job.is_quiet) as on_progress:
            check_folder(clip_folder(clip, job.output))
            past = past_sets(job.history, before=Path(clip))
            report = analyze_clip(clip, progress=on_progress, history=past.sets, **job.settings)
            folder = write_outputs(
                report,
                job.output,
                overlay=job.has_overlay,
                blur_faces=job.blur_faces,
                limits=job.settings["limits"],
                progress=on_progress,
            )
    except LookfeelError as error:
        show_failure(error, clip=clip, is_json=job.is_json)
        return error.exit_code
    show_skipped(errors, past.skipped)
    if job.is_json:
        from lookfeel.report import report_document

        print_json(report_document(report).model_dump(mode="json"))
    elif not job.is_quiet:
        show_report(Console(highlight=False), report, folder=folder)
    return 0
