"""Rules for a set that stops or feels bad: a Case goes in, the Pick that the athlete's words lead to comes out."""

from __future__ import annotations

from collections.abc import Callable

from lookfeel.matrix.case import Case, Pick, number_text
from lookfeel.matrix.dose import less_volume, pain_factor, reduced, weight_text
from lookfeel.matrix.feels import pain_rise
from lookfeel.matrix.memory import changes_tried, held_figures, kept_load, last_change_eased
from lookfeel.matrix.range_target import range_words


def stop_pick(case: Case) -> Pick:
    """Red flags first, then pain beyond the limit."""
    return Pick(rule_id="stop.red_flag" if case.feels.red_flags else "stop.pain")


def feels_bad_pick(case: Case) -> Pick:
    """The one change to make: what failed or lingers first, then the most local lever, then the whole dose."""
    rules: tuple[Callable[[Case], Pick | None], ...] = (
        _changes_tried,
        _no_range_left,
        _worse_next_morning,
        _keep_change,
        _from_rep,
        _from_depth,
        _bottom,
        _one_way,
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
    tried = changes_tried(case)
    if tried < case.settings.feels.max_changes:
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


def _keep_change(case: Case) -> Pick | None:
    """Stay with what made it clearly better, unless the same lever has to go further still."""
    figures = held_figures(case)
    if not last_change_eased(case) or _has_to_go_further(case, figures):
        return None
    load = kept_load(case)
    before, now = case.last.pain if case.last is not None else None, case.feels.pain
    told = []
    if before is not None and now is not None:
        told.append(case.settings.reasons.eased.format(before=number_text(before), now=number_text(now)))
    return Pick(
        rule_id="feels_bad.keep_change",
        reasons=tuple(told),
        parameters=figures | load,
        facts={"kept": kept_words(case, figures | load)},
    )


def _has_to_go_further(case: Case, figures: dict[str, float]) -> bool:
    """Whether it still starts within the reps or the range that were left."""
    rep, depth = case.feels.bad_from_rep, case.feels.bad_below_deg
    return (rep is not None and rep <= figures.get("max_reps", 0.0)) or (
        depth is not None and depth <= figures.get("max_knee_flexion_deg", 0.0)
    )


def kept_words(case: Case, figures: dict[str, float]) -> str:
    """What stays in force, in words."""
    words = case.settings.words
    told = []
    if "load_kg" in figures:
        load = f"{weight_text(figures['load_kg'], case.context)} {case.context.weight_unit}"
        told.append(words.kept_load.format(load=load) if figures["load_kg"] else words.kept_unloaded)
    if "max_reps" in figures:
        told.append(words.kept_max_reps.format(max_reps=number_text(figures["max_reps"])))
    if "max_knee_flexion_deg" in figures:
        told.append(words.kept_range.format(limit_deg=number_text(figures["max_knee_flexion_deg"])))
    if "eccentric_s" in figures or "concentric_s" in figures:
        told.append(words.kept_tempo)
    if "sets_per_session" in figures:
        told.append(words.kept_sets.format(sets=number_text(figures["sets_per_session"])))
    if "sessions_per_week" in figures:
        told.append(words.kept_days)
    return ", ".join(told) or words.kept_other


def _from_rep(case: Case) -> Pick | None:
    """Cap at the rep before; from the first rep on means throughout."""
    rep = case.feels.bad_from_rep
    if rep is None or rep <= 1:
        return None
    reasons, threshold_rep = case.settings.reasons, case.threshold.rep_index
    told = [reasons.from_rep.format(bad_rep=rep)]
    if case.n_reps is not None and rep > case.n_reps:
        told.append(reasons.from_rep_uncounted.format(n_reps=case.n_reps, bad_rep=rep))
    if threshold_rep is not None and abs(threshold_rep - rep) <= case.settings.feels.same_rep_within:
        told.append(reasons.same_rep)
    return Pick(
        rule_id="feels_bad.from_rep",
        reasons=tuple(told),
        parameters={"max_reps": float(rep - 1)},
        facts={"bad_rep": str(rep), "max_reps": str(rep - 1)},
    )


def _no_range_left(case: Case) -> Pick | None:
    """Another exercise when it starts so early that a limit would leave too little."""
    limit, bad = _limit_deg(case), case.feels.bad_below_deg
    if limit is None or limit >= case.settings.range.min_knee_flexion_deg:
        return None
    bad_deg = number_text(limit if bad is None else bad)
    told = _phase_reason(case) if bad is None else case.settings.reasons.from_depth.format(bad_deg=bad_deg)
    return Pick(rule_id="feels_bad.from_depth_shallow", reasons=(told,), facts={"bad_deg": bad_deg})


def _limit_deg(case: Case) -> float | None:
    """Knee bend at which to turn around, by the depth or the bottom that feels bad; None when neither can be told."""
    settings = case.settings.range
    if case.feels.bad_below_deg is not None:
        return case.feels.bad_below_deg - settings.margin_deg
    if case.feels.bad_phase != "bottom" or case.deepest_deg is None:
        return None
    return float(round(case.deepest_deg - settings.bottom_zone_deg))


def _from_depth(case: Case) -> Pick | None:
    bad, limit = case.feels.bad_below_deg, _limit_deg(case)
    if bad is None or limit is None:
        return None
    words, target = range_words(case, limit)
    return Pick(
        rule_id="feels_bad.from_depth",
        reasons=(case.settings.reasons.from_depth.format(bad_deg=number_text(bad)),),
        parameters={"max_knee_flexion_deg": limit} | target,
        facts={"bad_deg": number_text(bad), "limit_deg": number_text(limit), "range_words": words},
    )


def _bottom(case: Case) -> Pick | None:
    """Leave out the bottom of the range; in degrees of knee bend where the video shows how deep that is."""
    if case.feels.bad_phase != "bottom":
        return None
    limit, told = _limit_deg(case), (_phase_reason(case),)
    if limit is None:
        figures = {"less_knee_flexion_deg": case.settings.range.bottom_zone_deg}
        return Pick(rule_id="feels_bad.bottom", reasons=told, parameters=figures)
    words, target = range_words(case, limit)
    where = case.settings.words.range_deg.format(limit_deg=number_text(limit))
    figures = {"max_knee_flexion_deg": limit} | target
    return Pick(rule_id="feels_bad.bottom", reasons=told, parameters=figures, facts={"range_words": where + words})


def _one_way(case: Case) -> Pick | None:
    """Slow the half of the rep that feels bad, unless it is as slow already."""
    phase, tempo = case.feels.bad_phase, case.settings.tempo
    if phase not in ("eccentric", "concentric"):
        return None
    seconds, place = (tempo.eccentric_s, 0) if phase == "eccentric" else (tempo.concentric_s, 2)
    today = _tempo_today(case)[place]
    if today is not None and today >= seconds:
        return None
    return Pick(rule_id=f"feels_bad.{phase}", reasons=(_phase_reason(case),), parameters={f"{phase}_s": seconds})


def _tempo_today(case: Case) -> tuple[float | None, float | None, float | None, float | None]:
    """Seconds that were asked for: prescribed, or left in force by the last decision where that was slower."""
    prescribed = case.context.prescribed_tempo_s or (None, None, None, None)
    held = held_figures(case)
    down, up = held.get("eccentric_s"), held.get("concentric_s")
    return (_slower(prescribed[0], down), prescribed[1], _slower(prescribed[2], up), prescribed[3])


def _slower(first: float | None, second: float | None) -> float | None:
    return max((seconds for seconds in (first, second) if seconds is not None), default=None)


def _phase_reason(case: Case) -> str:
    phase = getattr(case.settings.words, f"phase_{case.feels.bad_phase}")
    return case.settings.reasons.in_phase.format(phase=phase)


def _fast(case: Case) -> Pick | None:
    """Slow down, unless the tempo that was asked for is as slow already."""
    if not case.feels.is_worse_when_fast or _is_slow_already(case):
        return None
    tempo = case.settings.tempo.model_dump()
    return Pick(rule_id="feels_bad.when_fast", reasons=(case.settings.reasons.when_fast,), parameters=tempo)


def _is_slow_already(case: Case) -> bool:
    (down, _, up, _), slow = _tempo_today(case), case.settings.tempo
    return down is not None and up is not None and down >= slow.eccentric_s and up >= slow.concentric_s


def _throughout(case: Case) -> Pick:
    reasons = case.settings.reasons
    told = []
    if case.feels.bad_from_rep is not None:
        told.append(reasons.from_first_rep)
    if case.feels.bad_phase is not None:
        told.append(_phase_reason(case))
    if case.feels.is_worse_when_fast:
        told.append(reasons.when_fast)
    if case.feels.is_worse_when_fast or case.feels.bad_phase is not None:
        told.append(reasons.already_slow)
    return Pick(rule_id="feels_bad.throughout", reasons=tuple(told), parameters=reduced(case, pain_factor(case))[1])
