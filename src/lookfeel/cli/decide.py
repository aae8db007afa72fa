"""`lookfeel decide`: looks and feels as somebody saw and said them enter; the next action leaves, without a video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from lookfeel.cli.analyze import past_sets
from lookfeel.cli.answers import Said, takes_answers
from lookfeel.cli.app import HISTORY, OUTPUT, app, option, print_json, show_failure
from lookfeel.errors import LookfeelError

if TYPE_CHECKING:
    from lookfeel.types import Decision, PastSet

SEEN = "How it looks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was typed in of the looks. exercise None: the report's, or a squat. n_reps None: as planned."""

    report: Path | None
    exercise: str | None
    state: str | None
    severity: str | None
    finding: str | None
    n_reps: int | None
    breaks_down_at: int | None


@app.command()
@takes_answers
def decide(
    *,
    report: Annotated[
        Path | None, option(SEEN, "A report.json: what it tells is taken from there.", metavar="FILE")
    ] = None,
    exercise: Annotated[
        str | None,
        option(SEEN, "A name from 'lookfeel exercises', or your own .toml; a squat when not given.", metavar="NAME"),
    ] = None,
    looks: Annotated[str | None, option(SEEN, "good, bad, uncertain or not_assessable.", metavar="LOOKS")] = None,
    severity: Annotated[
        str | None, option(SEEN, "Of the worst fault: watch (mild), bad or zero (grave).", metavar="LEVEL")
    ] = None,
    finding: Annotated[
        str | None, option(SEEN, "The fault, an item of the rubric such as knee_over_foot.", metavar="ITEM")
    ] = None,
    reps_done: Annotated[
        int | None, option(SEEN, "Whole reps done; as planned when not given.", metavar="N", min=0)
    ] = None,
    breaks_down_at: Annotated[int | None, option(SEEN, "Rep at which form breaks down.", metavar="REP", min=1)] = None,
    said: Said,
    history: Annotated[list[Path] | None, HISTORY] = None,
    strictness: Annotated[
        float | None,
        option(OUTPUT, "0 'whatever, just squat' to 1 'perfection is key'; the report's, or 0.5.", metavar="X"),
    ] = None,
    load_cap_kg: Annotated[
        float | None, option(OUTPUT, "Load up to which form has held; from the history when not given.", metavar="KG")
    ] = None,
    is_json: Annotated[bool, option(OUTPUT, "Print JSON and nothing else.", "--json")] = False,
) -> None:
    """Choose the next action by the look/feel matrix alone, from what you saw and felt, or from a report.json."""
    from lookfeel.report.document import DecisionDocument
    from lookfeel.terminal import show_decision, show_skipped

    seen = Seen(
        report=report,
        exercise=exercise,
        state=looks,
        severity=severity,
        finding=finding,
        n_reps=reps_done,
        breaks_down_at=breaks_down_at,
    )
    try:
        past = past_sets(tuple(history or ()))
        decision = _decide(seen, said, past.sets, strictness=strictness, load_cap_kg=load_cap_kg)
    except LookfeelError as error:
        show_failure(error, is_json=is_json)
        raise typer.Exit(error.exit_code) from None
    show_skipped(Console(stderr=True, highlight=False), past.skipped)
    if is_json:
        print_json(DecisionDocument.model_validate(decision).model_dump(mode="json"))
    else:
        show_decision(Console(highlight=False), decision)


def _decide(
    seen: Seen,
    said: Said,
    history: tuple[PastSet, ...],
    *,
    strictness: float | None,
    load_cap_kg: float | None,
) -> Decision:
    from lookfeel.advice import decide as advise
    from lookfeel.report.reading import read_judged_set
    from lookfeel.types import Feels, TrainingContext

    judged = None if seen.report is None else read_judged_set(seen.report)
    feels, context = (Feels(), TrainingContext()) if judged is None else (judged.feels, judged.context)
    return advise(
        judged,
        exercise=seen.exercise,
        looks=seen.state,
        severity=seen.severity,
        finding=seen.finding,
        n_reps=seen.n_reps,
        breaks_down_at=seen.breaks_down_at,
        **said.over(feels, context),
        history=history,
        strictness=strictness,
        load_cap_kg=load_cap_kg,
    )
