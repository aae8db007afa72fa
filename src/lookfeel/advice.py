"""What was judged, seen or said of sets enters; the next action, or the load at which form breaks down, leaves: all
that needs no video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lookfeel.errors import InvalidValue
from lookfeel.exercises import AS_WRITTEN, ExerciseSpec, find_exercise, load_exercise
from lookfeel.matrix import decide as decide_by_matrix
from lookfeel.report.past import past_set_of, read_past_sets
from lookfeel.report.reading import JudgedSet, judged_set_of, read_judged_set
from lookfeel.threshold import find_load_threshold, held_load_kg
from lookfeel.types import (
    Decision,
    Feels,
    Finding,
    LoadThreshold,
    Looks,
    PastSet,
    SetReport,
    TechniqueThreshold,
    TrainingContext,
)

LOOKS = ("good", "bad", "uncertain", "not_assessable")
SEVERITIES = {"watch": "mild", "bad": "clear", "zero": "grave"}
NOBODY_LOOKED = TechniqueThreshold(status="not_estimable", rep_index=None, reason="nobody looked for it")


def decide(
    report: SetReport | JudgedSet | str | Path | None = None,
    *,
    exercise: str | Path | None = None,
    looks: str | None = None,
    severity: str | None = None,
    finding: str | None = None,
    n_reps: int | None = None,
    breaks_down_at: int | None = None,
    feels: Feels | None = None,
    context: TrainingContext | None = None,
    history: Sequence[PastSet] = (),
    strictness: float | None = None,
    load_cap_kg: float | None = None,
) -> Decision:
    """Choose the next action for one set by the look/feel matrix, without a video.

    What is given here takes the place of what the report says; feels and context as a whole, so change one answer with
    `dataclasses.replace(report.feels, pain=4)`.

        report = lookfeel.analyze("squat.mp4")
        lookfeel.decide(report, feels=lookfeel.Feels(overall="good", pain=0)).text
        lookfeel.decide(looks="bad", finding="depth", feels=lookfeel.Feels(overall="bad", pain=4)).text

    Parameters
        report: as `analyze` returns it, or the path of a report.json; None when somebody watched instead.
        exercise: a name, or the path of your own .toml; the report's, or a squat, when not given.
        looks: 'good', 'bad', 'uncertain' or 'not_assessable'. severity: of the worst fault, 'watch' (mild), 'bad' or
        'zero' (grave). finding: the fault, an item of the rubric such as 'knee_over_foot'.
        n_reps: whole reps done. breaks_down_at: the rep at which form breaks down, counted from 1.
        feels, context: what the athlete says; loads in kg, pain 0-10.
        history: earlier sets of the same athlete, oldest first, as `read_past_sets` finds them.
        strictness: 0 'whatever, just squat' to 1 'perfection is key'; the report's, or 0.5, when not given.
        load_cap_kg: load up to which form has held; from the history when not given.
    Raises
        InvalidValue: a word or a figure makes no sense. FileMissing: there is no such report. UnknownExercise.
    """
    judged = _judged(report)
    spec = _spec(exercise, judged)
    seen = _looks(looks, severity, finding, spec)
    threshold = NOBODY_LOOKED if judged is None else judged.threshold
    if breaks_down_at is not None:
        threshold = TechniqueThreshold(status="reached", rep_index=breaks_down_at, reason="as said")
    if load_cap_kg is None:
        load_cap_kg = held_load_kg(history, exercise=spec.name, variant=spec.variant)
    if strictness is None:
        strictness = AS_WRITTEN if judged is None else judged.strictness
    if judged is None:
        return decide_by_matrix(
            seen,
            n_reps=n_reps,
            threshold=threshold,
            feels=feels or Feels(),
            context=context or TrainingContext(),
            spec=spec,
            history=history,
            strictness=strictness,
            load_cap_kg=load_cap_kg,
        )
    is_seen_anew = looks is not None
    return decide_by_matrix(
        seen if is_seen_anew else judged.looks,
        n_reps=judged.n_reps if n_reps is None else n_reps,
        threshold=threshold,
        feels=feels or judged.feels,
        context=context or judged.context,
        spec=spec,
        rep_looks=() if is_seen_anew else judged.rep_looks,
        history=history,
        strictness=strictness,
        load_cap_kg=load_cap_kg,
        limb_m=judged.segment_m,
        is_metric=judged.is_metric,
        deepest_deg=judged.deepest_deg,
    )


def fit_threshold(
    sets: Sequence[PastSet | SetReport | str | Path] | str | Path, *, exercise: str | None = None
) -> LoadThreshold:
    """Find the load in kg at which a set stops being more likely to look good than not, from sets of one athlete.

        lookfeel.fit_threshold("lookfeel-out")  # every report.json below, or a .csv list of sets
        lookfeel.fit_threshold([lookfeel.PastSet(session="2026-11-03", exercise="squat", load_kg=60, score=85), ...])

    Parameters
        sets: PastSets and SetReports, or paths of folders with report.json files, of such files or of .csv lists; in
        any order.
        exercise: a name, variant or alias; that of most sets when not given.
    Returns
        LoadThreshold; `status` and `reason` say what it is worth, and what was passed over.
    Raises
        FileMissing: there is no set in these paths. UnknownExercise: nothing has this name.
    """
    given = [sets] if isinstance(sets, (str, Path)) else sets
    past = [
        past_set_of(one) if isinstance(one, SetReport) else one for one in given if not isinstance(one, (str, Path))
    ]
    paths = [Path(one) for one in given if isinstance(one, (str, Path))]
    if not paths:
        return find_load_threshold(past, exercise=exercise)
    read = read_past_sets(paths)
    found = find_load_threshold([*past, *read.sets], exercise=exercise)
    if not read.skipped:
        return found
    where, why = read.skipped[0]
    return replace(found, reason=f"{found.reason} Passed over: {len(read.skipped)}, the first {where}: {why}.")


def _judged(report: SetReport | JudgedSet | str | Path | None) -> JudgedSet | None:
    if report is None or isinstance(report, JudgedSet):
        return report
    return judged_set_of(report) if isinstance(report, SetReport) else read_judged_set(report)


def _spec(exercise: str | Path | None, judged: JudgedSet | None) -> ExerciseSpec:
    """The exercise that was named, or else the report's, or a squat."""
    if exercise is None and judged is not None:
        return load_exercise(judged.exercise, variant=judged.variant)
    return find_exercise(exercise or "squat")[0]


def _looks(state: str | None, severity: str | None, finding: str | None, spec: ExerciseSpec) -> Looks:
    """Looks as a person states them: a state, and one fault with its severity when it was named.

    Raises
        InvalidValue: not one of the words, an item that the exercise has not, or a fault in a set that looks good.
    """
    has_fault = severity is not None or finding is not None
    state = state or ("bad" if has_fault else "not_assessable")
    _check_word("looks", state, LOOKS)
    if has_fault and state != "bad":
        raise InvalidValue(
            f"looks {state}: a fault was named too", hint="Say that it looks bad, or leave the fault out."
        )
    return Looks(
        rep_index=None,
        state=state,  # type: ignore[arg-type]  # checked above
        score=None,
        low=None,
        high=None,
        coverage=0.0 if state == "not_assessable" else 1.0,
        items=(),
        findings=(_finding(severity or "bad", finding, spec),) if has_fault else (),
    )


def _finding(severity: str, finding: str | None, spec: ExerciseSpec) -> Finding:
    labels = {item.id: item.label for item in spec.rubric}
    _check_word("severity", severity, tuple(SEVERITIES))
    if finding is not None:
        _check_word("finding", finding, tuple(labels))
    return Finding(
        item=finding or "",
        severity=severity,  # type: ignore[arg-type]  # checked above
        text=f"You see a fault, {SEVERITIES[severity]}: {labels.get(finding or '', 'not named').lower()}.",
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
        raise InvalidValue(f"{name} {word!r} is not understood", hint=f"Say one of {', '.join(allowed)}.")
