"""The decision: looks, feels and context of one set go in, exactly one action with its rule and reasons comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lookfeel.errors import InvalidValue
from lookfeel.exercises import AS_WRITTEN, ExerciseSpec, easier, movement_of, region_of, substitutes
from lookfeel.matrix.case import Case, Pick, number_text, worst_item
from lookfeel.matrix.dose import less_volume, pain_factor, reduced
from lookfeel.matrix.feels import feels_state
from lookfeel.matrix.feels_rules import feels_bad_pick, feels_reasons, stop_pick
from lookfeel.matrix.intake import check_context, check_feels
from lookfeel.matrix.looks_rules import (
    cap_text,
    fading_cue,
    is_external_used_up,
    looks_bad_pick,
    looks_good_pick,
    looks_reasons,
    strictness_shift,
    unseen_reasons,
)
from lookfeel.matrix.memory import counts_as_bad, relevant
from lookfeel.matrix.questions import missing_questions
from lookfeel.matrix.range_target import leg_of_height
from lookfeel.matrix.settings import MatrixSettings, load_matrix
from lookfeel.types import Decision, Feels, Lever, Looks, PastSet, TechniqueThreshold, TrainingContext

MAX_SUBSTITUTES = 4
"""Movements that are named when one is to be changed to; chosen by us, because a longer list is no help."""


def decide(
    looks: Looks,
    *,
    feels: Feels,
    context: TrainingContext,
    threshold: TechniqueThreshold,
    n_reps: int | None,
    spec: ExerciseSpec,
    rep_looks: Sequence[Looks] = (),
    settings: MatrixSettings | None = None,
    history: Sequence[PastSet] = (),
    strictness: float = AS_WRITTEN,
    load_cap_kg: float | None = None,
    limb_m: Mapping[str, float] | None = None,
    is_metric: bool = True,
    deepest_deg: float | None = None,
) -> Decision:
    """Choose the next action for one set.

    Order: red flags and strong pain stop everything; what feels bad changes the dose however it looks, and never less
    cautiously than its looks alone ask for; what feels good goes by its looks; without feels nothing ever progresses.
    More pain, load, frequency, severity, strictness or days off, or less experience, never leads to a bolder action.
    History lets a change that helped be kept and a good set progress; nothing else becomes bolder by it.

    Parameters
        looks: of the set. rep_looks: of its reps, to say how many could be judged. n_reps: whole reps that were seen,
        None when nobody counted.
        history: earlier sets of the same athlete, oldest first; only those of the same exercise count.
        strictness: 0-1, moves the limits of the caution points; 0.5 leaves them.
        load_cap_kg: load up to which form has held; no load above it is ever advised.
        limb_m: 'thigh', 'shank' and 'ankle_height' of the athlete, metres; from the body height when not given.
        is_metric: False when these are an average adult's. deepest_deg: knee bend at the bottom of this set.
    Raises
        InvalidValue: feels, context or an option hold a figure that makes no sense.
    """
    settings = load_matrix() if settings is None else settings
    check_feels(feels)
    check_context(context)
    _check_options(strictness, load_cap_kg)
    if not limb_m:
        is_metric = False
        limb_m = {} if context.height_m is None else leg_of_height(context.height_m, settings.range)
    case = Case(
        looks=looks,
        feels=feels,
        state=feels_state(feels, settings=settings.feels),
        context=context,
        threshold=threshold,
        n_reps=n_reps,
        spec=spec,
        rep_looks=rep_looks,
        settings=settings,
        strictness=strictness,
        history=relevant(history, spec, settings.history),
        load_cap_kg=load_cap_kg,
        limb_m=limb_m,
        is_metric=is_metric,
        deepest_deg=deepest_deg,
    )
    return _in_words(case, _pick(case))


def _check_options(strictness: float, load_cap_kg: float | None) -> None:
    if not 0.0 <= strictness <= 1.0:
        raise InvalidValue(f"strictness: {strictness:g}: give a number from 0 (easy-going) to 1 (strict)")
    if load_cap_kg is not None and not 0.0 <= load_cap_kg < float("inf"):
        raise InvalidValue(f"load_cap_kg: {load_cap_kg:g}: give a load in kg, 0 or more")


def _pick(case: Case) -> Pick:
    if case.state == "stop":
        return stop_pick(case)
    if case.n_reps == 0 and case.state != "bad":
        return Pick(rule_id="nothing_seen")
    if case.state == "bad":
        return _more_cautious(case, feels_bad_pick(case)) if counts_as_bad(case) else feels_bad_pick(case)
    if case.state == "unknown":
        return _unknown_pick(case)
    if case.looks.state == "good":
        return looks_good_pick(case)
    if counts_as_bad(case):
        return looks_bad_pick(case)
    return Pick(rule_id=f"feels_good.looks_{case.looks.state}")


def _unknown_pick(case: Case) -> Pick:
    """Without feels: ask; only where the looks alone ask for more caution than that do they decide."""
    ask = Pick(rule_id=f"feels_unknown.looks_{case.looks.state}")
    if not counts_as_bad(case):
        return ask
    by_looks = looks_bad_pick(case)
    if _caution(case, by_looks) > _caution(case, ask):
        return by_looks
    return Pick(rule_id=ask.rule_id, reasons=by_looks.reasons)


def _more_cautious(case: Case, by_feels: Pick) -> Pick:
    """Of what feels and looks ask for, the more cautious; on a par the feels decide, since pain outranks looks."""
    by_looks, reasons = looks_bad_pick(case), case.settings.reasons
    if _caution(case, by_looks) > _caution(case, by_feels):
        told = (*by_feels.reasons, *by_looks.reasons, reasons.more_cautious)
        return Pick(
            rule_id=by_looks.rule_id,
            reasons=told,
            parameters=_lower_of(by_feels.parameters, by_looks.parameters),
            facts=by_looks.facts,
        )
    told = (*by_feels.reasons, reasons.pain_outranks)
    return Pick(rule_id=by_feels.rule_id, reasons=told, parameters=by_feels.parameters, facts=by_feels.facts)


def _lower_of(first: dict[str, float], second: dict[str, float]) -> dict[str, float]:
    """Figures of both, the lower where both have one: fewer reps, less load, less range."""
    shared = {name: min(first[name], second[name]) for name in first.keys() & second.keys()}
    return first | second | shared


def _caution(case: Case, pick: Pick) -> int:
    return case.settings.caution(case.settings.rules[pick.rule_id].action)


def _in_words(case: Case, pick: Pick) -> Decision:
    """Fill the rule's sentences with the case's figures."""
    rule, is_stop = case.settings.rules[pick.rule_id], case.state == "stop"
    facts = _facts(case, pick) | pick.facts
    cue, cue_internal = _cues(case, pick)
    alternatives = _filled(rule.alternatives, facts)
    if cue is not None and case.state == "bad":
        alternatives += _filled((case.settings.words.cue_alone, case.settings.words.cue_then), facts)
    return Decision(
        action=rule.action,
        rule_id=pick.rule_id,
        text=rule.text.format_map(facts),
        reasons=(
            *feels_reasons(case),
            *(() if is_stop else looks_reasons(case)),
            *_filled((rule.why,), facts),
            *pick.reasons,
            *(() if is_stop else (*_strictness_reasons(case), *unseen_reasons(case))),
        ),
        alternatives=alternatives,
        would_change=_filled(rule.would_change, facts),
        questions=missing_questions(case, pick.rule_id),
        cue=cue,
        parameters=pick.parameters,
        feels=case.state,
        looks=case.looks.state,
        lever=_lever(rule.lever, pick),
        strictness=case.strictness,
        retest=_retest(case, rule.retest),
        cue_internal=cue_internal,
    )


def _lever(lever: Lever, pick: Pick) -> Lever:
    """Of the rule; less volume by a day is frequency."""
    return "frequency" if lever == "volume" and "sessions_per_week" in pick.parameters else lever


def _retest(case: Case, kind: str) -> str | None:
    if kind == "none":
        return None
    template: str = getattr(case.settings.words, f"retest_{kind}")
    return template.format_map(fixed_facts(case.settings))


def _strictness_reasons(case: Case) -> tuple[str, ...]:
    shift = strictness_shift(case)
    if shift == 0:
        return ()
    told = case.settings.reasons.strictness.format(
        strictness=number_text(case.strictness),
        usual=number_text(case.settings.strictness.usual),
        direction="down" if shift > 0 else "up",
        points=number_text(abs(shift)),
    )
    return (told,)


def _filled(texts: Sequence[str], facts: dict[str, str]) -> tuple[str, ...]:
    """The sentences with their figures; one that is empty for this case is left out."""
    return tuple(text for text in (template.format_map(facts) for template in texts) if text)


def _cues(case: Case, pick: Pick) -> tuple[str | None, str | None]:
    """The cue to go with, and the one to the body to try after it.

    A cue is the lever, or rides along where it feels bad and looks bad, or fades out where it did its work.
    """
    if pick.rule_id.startswith("feels_good.looks_good."):
        return fading_cue(case), None
    is_lever = case.settings.rules[pick.rule_id].lever == "cue"
    rides_along = pick.rule_id.startswith("feels_bad.") and case.looks.state == "bad"
    item = worst_item(case) if is_lever or rides_along else None
    if item is None:
        return None, None
    is_second = pick.rule_id == "looks_bad.cue_internal" or (rides_along and is_external_used_up(case, item))
    return (item.cue_internal, None) if is_second else (item.cue_external, item.cue_internal)


def fixed_facts(settings: MatrixSettings) -> dict[str, str]:
    """Words for the placeholders that the settings alone fill."""
    tempo, limits, reduce = settings.tempo, settings.feels, settings.reduce
    return {
        "pain_stop": number_text(limits.pain_stop_above),
        "pain_good": number_text(limits.pain_good_max),
        "max_changes": str(limits.max_changes),
        "margin_deg": number_text(settings.range.margin_deg),
        "bottom_zone_deg": number_text(settings.range.bottom_zone_deg),
        "range_step_deg": number_text(settings.range.step_deg),
        "min_limit_deg": number_text(settings.range.min_knee_flexion_deg + settings.range.margin_deg),
        "min_rir": number_text(settings.progress.min_reps_in_reserve),
        "extra_reps": str(settings.progress.extra_reps),
        "over_target": str(settings.progress.reps_over_target),
        "cue_tries": str(settings.history.cue_tries),
        "uncertain_sets": str(settings.history.uncertain_sets),
        "eased_points": number_text(settings.history.eased_points),
        "mild_percent": f"{100 * (1 - reduce.mild_factor):.0f}",
        "strong_percent": f"{100 * (1 - reduce.strong_factor):.0f}",
        "eccentric": number_text(tempo.eccentric_s),
        "concentric": number_text(tempo.concentric_s),
        "tempo_words": settings.words.tempo.format(
            eccentric=number_text(tempo.eccentric_s),
            bottom=number_text(tempo.bottom_pause_s),
            concentric=number_text(tempo.concentric_s),
        ),
        "continue_max": str(settings.points.continue_max),
        "cue_max": str(settings.points.cue_max),
        "reduce_max": str(settings.points.reduce_max),
    }


def _facts(case: Case, pick: Pick) -> dict[str, str]:
    """Words for the placeholders that every rule may use."""
    settings, item = case.settings, worst_item(case)
    factor = pain_factor(case)
    others = _substitutes(case)
    max_reps = pick.parameters.get("max_reps")
    return fixed_facts(settings) | {
        "substitute": others[0],
        "substitutes": ", ".join(others[1:MAX_SUBSTITUTES]) or others[0],
        "easier": _easier(case),
        "volume": less_volume(case)[0],
        "reduce_percent": f"{100 * (1 - factor):.0f}",
        "load_words": reduced(case, factor)[0],
        "cap_words": "" if max_reps is None else settings.words.cap.format(max_reps=number_text(max_reps)),
        "range_words": "",
        "cap_load": cap_text(case),
        "cue": settings.words.no_cue if item is None else item.cue_external,
        "cue_internal": settings.words.no_cue if item is None else item.cue_internal,
        "film": case.spec.filming.general,
    }


def _substitutes(case: Case) -> list[str]:
    """Movements with the same focus that spare the place where it is felt, or of any kind where none does."""
    current = movement_of(case.spec.name, case.spec.variant, load_kg=case.context.load_kg)
    found = substitutes(current, spares=region_of(case.feels.where)) or substitutes(current)
    return [suggestion.movement.title for suggestion in found]


def _easier(case: Case) -> str:
    """The next easier version of the movement, and the one below it."""
    below = easier(movement_of(case.spec.name, case.spec.variant, load_kg=case.context.load_kg))
    further = easier(below) if below is not None else None
    return " or ".join(version.title for version in (below, further) if version is not None)
