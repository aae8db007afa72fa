"""Rules for a set that stops or feels bad: a Case goes in, the Pick that the athlete's words lead to comes out."""

from __future__ import annotations

from collections.abc import Callable

from lookfeel.matrix.case import Case, Pick, number_text
from lookfeel.matrix.dose import less_volume, pain_factor, reduced
from lookfeel.matrix.feels import pain_rise


def stop_pick(case: Case) -> Pick:
    """Red flags first, then pain beyond the limit."""
    return Pick(rule_id="stop.red_flag" if case.feels.red_flags else "stop.pain")


def feels_bad_pick(case: Case) -> Pick:
    """The one change to make: what failed or lingers first, then the most local lever, then the whole dose."""
    rules: tuple[Callable[[Case], Pick | None], ...] = (
        _changes_tried,
        _worse_next_morning,
        _from_rep,
        _from_depth,
        _fast,
    )
    for rule in rules:
        pick = rule(case)
        if pick is not None:
            return pick
    return _throughout(case)


def feels_reasons(case: Case) -> tuple[str, ...]:
    """What the athlete said, as sentences; what localises the trouble is left to the rules."""
    feels, reasons = case.feels, case.settings.reasons
    told = []
    if feels.red_flags:
        told.append(reasons.red_flag.format(red_flags=", ".join(flag.replace("_", " ") for flag in feels.red_flags)))
    if feels.overall is not None:
        told.append(reasons.feels_good if feels.overall == "good" else reasons.feels_bad)
    elif case.state == "unknown":
        told.append(reasons.feels_unknown)
    if feels.pain is not None:
        told.append(reasons.pain.format(pain=number_text(feels.pain)))
    rise = pain_rise(feels)
    if rise is not None and feels.usual_pain is not None and rise >= case.settings.feels.pain_rise_bad:
        told.append(reasons.pain_rise.format(rise=number_text(rise), usual=number_text(feels.usual_pain)))
    if feels.is_unstable:
        told.append(reasons.unstable)
    return tuple(told)


def _changes_tried(case: Case) -> Pick | None:
    tried = case.feels.n_changes_tried
    if tried is None or tried < case.settings.feels.max_changes:
        return None
    return Pick(rule_id="feels_bad.changes_tried", reasons=(case.settings.reasons.changes_tried.format(changes=tried),))


def _worse_next_morning(case: Case) -> Pick | None:
    if not case.feels.is_worse_next_morning:
        return None
    return Pick(
        rule_id="feels_bad.worse_next_morning",
        reasons=(case.settings.reasons.worse_next_morning,),
        parameters=less_volume(case)[1],
    )


def _from_rep(case: Case) -> Pick | None:
    """Cap at the rep before; from the first rep on means throughout."""
    rep = case.feels.bad_from_rep
    if rep is None or rep <= 1:
        return None
    reasons, threshold_rep = case.settings.reasons, case.threshold.rep_index
    told = [reasons.from_rep.format(bad_rep=rep)]
    if rep > case.n_reps:
        told.append(reasons.from_rep_uncounted.format(n_reps=case.n_reps, bad_rep=rep))
    if threshold_rep is not None and abs(threshold_rep - rep) <= case.settings.feels.same_rep_within:
        told.append(reasons.same_rep)
    return Pick(
        rule_id="feels_bad.from_rep",
        reasons=tuple(told),
        parameters={"max_reps": float(rep - 1)},
        facts={"bad_rep": str(rep), "max_reps": str(rep - 1)},
    )


def _from_depth(case: Case) -> Pick | None:
    bad = case.feels.bad_below_deg
    if bad is None:
        return None
    limit = bad - case.settings.range.margin_deg
    facts = {"bad_deg": number_text(bad), "limit_deg": number_text(limit)}
    told = (case.settings.reasons.from_depth.format(bad_deg=number_text(bad)),)
    if limit < case.settings.range.min_knee_flexion_deg:
        return Pick(rule_id="feels_bad.from_depth_shallow", reasons=told, facts=facts)
    return Pick(rule_id="feels_bad.from_depth", reasons=told, parameters={"max_knee_flexion_deg": limit}, facts=facts)


def _fast(case: Case) -> Pick | None:
    """Slow down, unless the prescribed tempo is as slow already."""
    if not case.feels.is_worse_when_fast or _is_slow_already(case):
        return None
    tempo = case.settings.tempo.model_dump()
    return Pick(rule_id="feels_bad.when_fast", reasons=(case.settings.reasons.when_fast,), parameters=tempo)


def _is_slow_already(case: Case) -> bool:
    prescribed, slow = case.context.prescribed_tempo_s, case.settings.tempo
    if prescribed is None or prescribed[0] is None or prescribed[2] is None:
        return False
    return prescribed[0] >= slow.eccentric_s and prescribed[2] >= slow.concentric_s


def _throughout(case: Case) -> Pick:
    reasons = case.settings.reasons
    told = []
    if case.feels.bad_from_rep is not None:
        told.append(reasons.from_first_rep)
    if case.feels.is_worse_when_fast:
        told += [reasons.when_fast, reasons.already_slow]
    return Pick(rule_id="feels_bad.throughout", reasons=tuple(told), parameters=reduced(case, pain_factor(case))[1])
