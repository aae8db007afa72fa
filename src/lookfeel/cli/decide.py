"""`lookfeel decide`: looks and feels as somebody saw and said them enter; the next action leaves, without a video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from lookfeel.cli.answers import Said, takes_answers
from lookfeel.cli.app import OUTPUT, app, option, print_json, show_failure
from lookfeel.errors import InvalidValue, LookfeelError

if TYPE_CHECKING:
    from lookfeel.exercises import ExerciseSpec
    from lookfeel.types import Decision, Finding, Looks

SEEN = "How it looks"
LOOKS = ("good", "bad", "uncertain", "not_assessable")
SEVERITIES = {"watch": "mild", "bad": "clear", "zero": "grave"}


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
        str | None, option(SEEN, "A name from 'lookfeel exercises'; a squat when not given.", metavar="NAME")
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
    strictness: Annotated[
        float, option(OUTPUT, "0 'whatever, just squat' to 1 'perfection is key'; usual: 0.5.", metavar="X")
    ] = 0.5,
    load_cap_kg: Annotated[float | None, option(OUTPUT, "Load up to which form has held.", metavar="KG")] = None,
    is_json: Annotated[bool, option(OUTPUT, "Print JSON and nothing else.", "--json")] = False,
) -> None:
    """Choose the next action by the look/feel matrix alone, from what you saw and felt, or from a report.json."""
    from lookfeel.report.document import DecisionDocument
    from lookfeel.terminal import show_decision

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
        decision = _decide(seen, said, {"strictness": strictness, "load_cap_kg": load_cap_kg})
    except LookfeelError as error:
        show_failure(error, is_json=is_json)
        raise typer.Exit(error.exit_code) from None
    if is_json:
        print_json(DecisionDocument.model_validate(decision).model_dump(mode="json"))
    else:
        show_decision(Console(highlight=False), decision)


def _decide(seen: Seen, said: Said, options: dict[str, Any]) -> Decision:
    from lookfeel.exercises import load_exercise, resolve_exercise
    from lookfeel.matrix import decide as decide_by_matrix
    from lookfeel.report.reading import read_judged_set
    from lookfeel.types import Feels, TechniqueThreshold, TrainingContext

    judged = None if seen.report is None else read_judged_set(seen.report)
    name = seen.exercise or ("squat" if judged is None else judged.exercise)
    spec = load_exercise(resolve_exercise(name)[0].name)
    known: dict[str, Any] = {"n_reps": seen.n_reps, "looks": _looks(seen, spec)}
    known["threshold"] = TechniqueThreshold(status="not_estimable", rep_index=None, reason="nobody looked for it")
    if judged is not None:
        known = {
            "n_reps": judged.n_reps if seen.n_reps is None else seen.n_reps,
            "looks": judged.looks if seen.state is None else known["looks"],
            "threshold": judged.threshold,
            "limb_m": judged.segment_m,
            "is_metric": judged.is_metric,
            "deepest_deg": judged.deepest_deg,
        }
    if seen.breaks_down_at is not None:
        known["threshold"] = TechniqueThreshold(status="reached", rep_index=seen.breaks_down_at, reason="as said")
    feels, context = (Feels(), TrainingContext()) if judged is None else (judged.feels, judged.context)
    return decide_by_matrix(**known, **said.over(feels, context), **options, spec=spec)


def _looks(seen: Seen, spec: ExerciseSpec) -> Looks:
    """Looks as a person states them: a state, and one fault with its severity when it was named.

    Raises
        InvalidValue: not one of the words, an item that the exercise has not, or a fault in a set that looks good.
    """
    from lookfeel.types import Looks

    state = seen.state or ("bad" if seen.severity or seen.finding else "not_assessable")
    _check_word("looks", state, LOOKS)
    has_fault = seen.severity is not None or seen.finding is not None
    if has_fault and state != "bad":
        raise InvalidValue(f"--looks {state}: a fault was named too", hint="Say '--looks bad', or leave the fault out.")
    return Looks(
        rep_index=None,
        state=state,  # type: ignore[arg-type]  # checked above
        score=None,
        low=None,
        high=None,
        coverage=0.0 if state == "not_assessable" else 1.0,
        items=(),
        findings=(_finding(seen, spec),) if has_fault else (),
    )


def _finding(seen: Seen, spec: ExerciseSpec) -> Finding:
    from lookfeel.types import Finding

    severity, labels = seen.severity or "bad", {item.id: item.label for item in spec.rubric}
    _check_word("severity", severity, tuple(SEVERITIES))
    if seen.finding is not None:
        _check_word("finding", seen.finding, tuple(labels))
    return Finding(
        item=seen.finding or "",
        severity=severity,  # type: ignore[arg-type]  # checked above
        text=f"You see a fault, {SEVERITIES[severity]}: {labels.get(seen.finding or '', 'not named').lower()}.",
        metric="",
        value=0.0,
        sd=0.0,
        unit="",
        probability=1.0,
        rep_index=0,
        frame=0,
        time_s=0.0,
        side="both",
    )


def _check_word(name: str, word: str, allowed: tuple[str, ...]) -> None:
    if word not in allowed:
        raise InvalidValue(f"--{name} {word!r} is not understood", hint=f"Say one of {', '.join(allowed)}.")
