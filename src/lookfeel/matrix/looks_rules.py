"""Rules for what the looks lead to: a Case goes in, the Pick that its looks allow comes out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lookfeel.exercises import RubricItem
from lookfeel.matrix.case import SEVERITY_ORDER, Case, Pick, number_text, worst_item
from lookfeel.matrix.dose import (
    ROUNDING_GUARD,
    estimate_one_rm_kg,
    increased,
    pain_factor,
    plates_of,
    reduced,
    weight_text,
)
from lookfeel.matrix.feels_rules import kept_words
from lookfeel.matrix.memory import (
    first_with,
    held_figures,
    held_twice,
    is_new_session,
    sets_held_with_cue,
    target_met_twice,
    times_cued,
    uncertain_before,
)
from lookfeel.matrix.range_target import range_words
from lookfeel.types import Experience


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points of each consideration, and what was assumed, estimated or cannot be right."""

    parts: dict[str, int]
    told: tuple[str, ...]

    @property
    def total(self) -> int:
        """All points together."""
        return sum(self.parts.values())


def count_points(case: Case) -> Points:
    """Severity, experience, load, weekly sets, days a week and days off, by the points table."""
    table, reasons, context = case.settings.points, case.settings.reasons, case.context
    load, sets, days = load_class(case), _sets_class(case), _days_class(case)
    parts = {
        "severity": getattr(table.severity, _severity(case)),
        "experience": getattr(table.experience, context.experience or "unknown"),
        "load": getattr(table.load, load),
        "weekly_sets": getattr(table.weekly_sets, sets),
        "days_above_band": getattr(table.days_above_band, days),
        "days_off": getattr(table.days_off, _break_class(case)),
    }
    assumed = [
        (context.experience is None, reasons.assumed_experience),
        (load == "unknown", reasons.assumed_load),
        (sets == "unknown", reasons.assumed_sets),
        (days == "unknown", reasons.assumed_days),
    ]
    clauses = [clause for is_assumed, clause in assumed if is_assumed]
    told = [reasons.assumed.format(clauses=", ".join(clauses))] if clauses else []
    return Points(parts=parts, told=(*told, *_load_reasons(case), *_break_reasons(case)))


def _severity(case: Case) -> str:
    """Of the gravest fault; looks that were left open confirm none."""
    if not case.looks.findings or case.looks.state == "uncertain":
        return "unconfirmed"
    return SEVERITY_ORDER[max(SEVERITY_ORDER.index(finding.severity) for finding in case.looks.findings)]


def load_class(case: Case) -> str:
    """Light, medium, heavy or unknown; few reps in reserve make any load heavy."""
    table, load_kg, reserve = case.settings.points, case.context.load_kg, case.feels.reps_in_reserve
    if reserve is not None and reserve <= table.heavy_reps_in_reserve:
        return "heavy"
    one_rm_kg = case.context.one_rm_kg or _estimated_one_rm_kg(case)
    if load_kg is None or one_rm_kg is None:
        return "unknown"
    share = load_kg / one_rm_kg
    if share > table.heavy_above:
        return "heavy"
    return "light" if share < table.light_below else "medium"


def _estimated_one_rm_kg(case: Case) -> float | None:
    """From the reps of this set and those left in it, when the load and both were said."""
    load_kg, reps, reserve = case.context.load_kg, case.reps, case.feels.reps_in_reserve
    if load_kg is None or not reps or reserve is None:
        return None
    return estimate_one_rm_kg(load_kg, reps=reps, reps_in_reserve=reserve, one_rm=case.settings.one_rm)


def _load_reasons(case: Case) -> tuple[str, ...]:
    """A one-rep max that cannot be right, or that was estimated."""
    reasons, context = case.settings.reasons, case.context
    if context.one_rm_kg is not None:
        is_above = context.load_kg is not None and context.load_kg > context.one_rm_kg
        return (reasons.load_above_max,) if is_above else ()
    estimate, reserve = _estimated_one_rm_kg(case), case.feels.reps_in_reserve
    if estimate is None or context.load_kg is None or reserve is None:
        return ()
    told = reasons.one_rm_estimated.format(
        reps=case.reps,
        load=_told(case, context.load_kg),
        reserve=number_text(reserve),
        one_rm=_told(case, round(estimate)),
    )
    return (told,)


def _told(case: Case, kg: float) -> str:
    return f"{weight_text(kg, case.context)} {case.context.weight_unit}"


def _break_class(case: Case) -> str:
    table, days = case.settings.points, case.days_since_last
    if days is None:
        return "unknown"
    if days >= table.very_long_from_days:
        return "very_long"
    return "long" if days >= table.long_from_days else "short"


def _break_reasons(case: Case) -> tuple[str, ...]:
    days = case.days_since_last
    if days is None or _break_class(case) == "short":
        return ()
    return (case.settings.reasons.days_off.format(days=number_text(round(days))),)


def _sets_class(case: Case) -> str:
    table, context = case.settings.points, case.context
    if context.sets_per_session is None or context.sessions_per_week is None:
        return "unknown"
    weekly = context.sets_per_session * context.sessions_per_week
    if weekly > table.medium_sets_max:
        return "many"
    return "few" if weekly <= table.few_sets_max else "medium"


def _days_class(case: Case) -> str:
    """Whether training days exceed the band for the experience; an unsaid experience counts as a novice's."""
    days = case.context.sessions_per_week
    if days is None:
        return "unknown"
    band: Experience = case.context.experience or "novice"
    most: float = getattr(case.settings.points.most_days, band)
    return "yes" if days > most else "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Highest number of points that leads to each action, at the strictness of the case."""

    continue_max: float
    cue_max: float
    reduce_max: float


def limits_of(case: Case) -> Limits:
    """The limits of the points table, moved by strictness: down for a strict coach, up for an easy-going one."""
    table, shift = case.settings.points, strictness_shift(case)
    return Limits(
        continue_max=table.continue_max - shift, cue_max=table.cue_max - shift, reduce_max=table.reduce_max - shift
    )


def strictness_shift(case: Case) -> float:
    """Points by which the limits go down; negative for a coach more easy-going than usual."""
    rule = case.settings.strictness
    room = 1.0 - rule.usual if case.strictness > rule.usual else rule.usual
    return rule.most_points * (case.strictness - rule.usual) / room if room else 0.0


def looks_bad_pick(case: Case) -> Pick:
    """Continue, cue, hold, reduce or regress, by points; an easier version asks for looks that are surely bad."""
    limits, points = limits_of(case), count_points(case)
    facts = _points_facts(case, points.total, limits)
    reasons = (*_left_open(case), _points_reason(case, points), *points.told, *_threshold_reasons(case))
    if points.total <= limits.continue_max:
        return Pick(rule_id="looks_bad.watch", reasons=reasons, facts=facts)
    if points.total <= limits.cue_max:
        pick = _one_thing_to_work_on(case)
        return replace(pick, reasons=(*reasons, *pick.reasons), facts=facts | pick.facts)
    if points.total <= limits.reduce_max or case.looks.state == "uncertain":
        figures = reduced(case, pain_factor(case))[1] | _cap(case)
        return Pick(rule_id="looks_bad.reduce", reasons=reasons, parameters=figures, facts=facts)
    return Pick(rule_id="looks_bad.regress", reasons=reasons, facts=facts)


def _left_open(case: Case) -> tuple[str, ...]:
    if case.looks.state != "uncertain":
        return ()
    return (case.settings.reasons.left_open.format(sets=uncertain_before(case) + 1),)


def _one_thing_to_work_on(case: Case) -> Pick:
    """Back to a load that held; else a cue to the outside, then one to the body, then less load; else hold."""
    above = _above_threshold(case)
    if above is not None:
        return above
    item, tries, reasons = worst_item(case), case.settings.history.cue_tries, case.settings.reasons
    if item is None:
        return Pick(rule_id="looks_bad.hold")
    if times_cued(case, item.cue_internal) >= tries:
        told = (reasons.both_cues_tried.format(tries=tries),)
        figures = reduced(case, pain_factor(case))[1] | _cap(case)
        return Pick(rule_id="looks_bad.cues_tried", reasons=told, parameters=figures)
    if is_external_used_up(case, item):
        return Pick(rule_id="looks_bad.cue_internal", reasons=(reasons.cue_tried.format(tries=tries),))
    return Pick(rule_id="looks_bad.cue")


def is_external_used_up(case: Case, item: RubricItem) -> bool:
    """Whether the cue to the outside had its sets, or the one to the body is being tried already."""
    is_internal_on = times_cued(case, item.cue_internal) > 0
    return is_internal_on or times_cued(case, item.cue_external) >= case.settings.history.cue_tries


def _above_threshold(case: Case) -> Pick | None:
    load_kg, cap_kg = case.context.load_kg, case.load_cap_kg
    if load_kg is None or cap_kg is None or load_kg <= cap_kg + ROUNDING_GUARD:
        return None
    words, figures = reduced(case, 1.0)
    told = (case.settings.reasons.above_threshold.format(cap_load=cap_text(case)),)
    return Pick(rule_id="looks_bad.above_threshold", reasons=told, parameters=figures, facts={"load_words": words})


def cap_text(case: Case) -> str:
    """The load up to which form has held, in the athlete's plates and unit; '' when it is not known."""
    if case.load_cap_kg is None:
        return ""
    in_plates = plates_of(case.context, case.settings.load).at_or_below(case.load_cap_kg)
    return _told(case, in_plates or case.load_cap_kg)


def _cap(case: Case) -> dict[str, float]:
    """End the set before the rep at which form breaks down, when there is one."""
    rep = case.threshold.rep_index
    return {} if rep is None else {"max_reps": float(max(1, rep - 1))}


def _points_reason(case: Case, points: Points) -> str:
    words = case.settings.words
    parts = [getattr(words, f"point_{name}").format(points=value) for name, value in points.parts.items()]
    return case.settings.reasons.points.format(points=points.total, points_list=", ".join(parts))


def _points_facts(case: Case, total: int, limits: Limits) -> dict[str, str]:
    """Sentences on how many points lie between this outcome and its neighbours."""
    words = case.settings.words
    rows = (limits.continue_max, limits.cue_max, limits.reduce_max)
    below = [limit for limit in rows if 0 <= limit < total]
    above = [limit for limit in rows if limit >= total]
    return {
        "points_up": words.points_up.format(limit=number_text(above[0])) if above else "",
        "points_down": words.points_down.format(limit=number_text(below[-1])) if below else "",
    }


def _threshold_reasons(case: Case) -> tuple[str, ...]:
    if case.threshold.rep_index is None:
        return ()
    return (case.settings.reasons.threshold_reached.format(threshold_rep=case.threshold.rep_index),)


def looks_good_pick(case: Case) -> Pick:
    """One step back up from what was taken away, or more load when all that it asks for is met, else the same again."""
    cue = _cue_reasons(case)
    held = held_figures(case)
    lever = next((name for name in TAKEN_AWAY if name in held), None)
    pick = None if lever is None else _step_back_up(case, lever, held)
    if pick is None:
        pick = _more_load(case)
    return replace(pick, reasons=(*pick.reasons, *cue))


TAKEN_AWAY = ("max_reps", "max_knee_flexion_deg", "less_knee_flexion_deg", "eccentric_s", "concentric_s")
"""Figures in force that a good set gives back, before any load is added."""


def _step_back_up(case: Case, lever: str, held: dict[str, float]) -> Pick | None:
    """The next step of a change that held, or the same again until it may; None once all of it is given back."""
    give_back = {"max_reps": _more_reps, "eccentric_s": _usual_tempo, "concentric_s": _usual_tempo}
    step, is_over = give_back.get(lever, _more_range)(case, held)
    if is_over:
        return None
    missing = (*_not_ready(case), *_low_reserve(case))
    if step is not None and not missing:
        return step
    reasons, kept = case.settings.reasons, kept_words(case, held)
    told = (reasons.held.format(kept=kept), *(missing or (reasons.held_last,)))
    return Pick(rule_id="feels_good.looks_good.repeat", reasons=told, parameters=held)


def _more_reps(case: Case, held: dict[str, float]) -> tuple[Pick | None, bool]:
    """One rep more in a new session, up to the reps that were done or planned before the set was ended early."""
    first, done = first_with(case, "max_reps"), held["max_reps"]
    before = max(case.context.planned_reps or 0, first.n_reps or 0 if first is not None else 0)
    more = done + case.settings.progress.extra_reps
    if more > before:
        return None, True
    if not is_new_session(case) or (case.n_reps is not None and case.n_reps < done):
        return None, False
    return (
        Pick(
            rule_id="feels_good.looks_good.more_reps",
            parameters={"max_reps": more},
            facts={"max_reps": number_text(more)},
        ),
        False,
    )


def _more_range(case: Case, held: dict[str, float]) -> tuple[Pick | None, bool]:
    """A little deeper after two sessions, until the depth where it began is passed."""
    step, rule_id = case.settings.range.step_deg, "feels_good.looks_good.more_range"
    if "max_knee_flexion_deg" not in held:  # only how much was left out is known
        left_out = held["less_knee_flexion_deg"] - step
        if left_out < 0 or not held_twice(case, "less_knee_flexion_deg"):
            return None, left_out < 0
        return Pick(rule_id=rule_id, parameters={"less_knee_flexion_deg": left_out}), False
    first, limit = first_with(case, "max_knee_flexion_deg"), held["max_knee_flexion_deg"]
    began = limit if first is None else first.parameters["max_knee_flexion_deg"] + case.settings.range.margin_deg
    if limit >= began or not held_twice(case, "max_knee_flexion_deg"):
        return None, limit >= began
    words, target = range_words(case, limit + step)
    told = case.settings.words.range_to.format(limit_deg=number_text(limit + step)) + words
    figures = {"max_knee_flexion_deg": limit + step} | target
    return Pick(rule_id=rule_id, parameters=figures, facts={"range_words": told}), False


def _usual_tempo(case: Case, held: dict[str, float]) -> tuple[Pick | None, bool]:
    """The usual tempo again after two sessions."""
    name = "eccentric_s" if "eccentric_s" in held else "concentric_s"
    return (Pick(rule_id="feels_good.looks_good.usual_tempo") if held_twice(case, name) else None), False


def _more_load(case: Case) -> Pick:
    missing = _missing_for_progress(case)
    if missing:
        return Pick(rule_id="feels_good.looks_good.repeat", reasons=missing)
    told = (case.settings.reasons.threshold_unknown,) if case.threshold.status == "not_estimable" else ()
    more = increased(case)
    beyond = _beyond_cap(case, None if more is None else more[1].get("load_kg"))
    if beyond is not None:
        return beyond
    if more is None:
        extra = {"extra_reps": float(case.settings.progress.extra_reps)}
        return Pick(rule_id="feels_good.looks_good.progress_reps", reasons=told, parameters=extra)
    return Pick(
        rule_id="feels_good.looks_good.progress", reasons=told, parameters=more[1], facts={"load_words": more[0]}
    )


def _beyond_cap(case: Case, next_kg: float | None) -> Pick | None:
    """Stay when today's load or the next one is above the load up to which form has held, or today's is not known."""
    today, cap_kg, reasons = case.context.load_kg, case.load_cap_kg, case.settings.reasons
    if cap_kg is None or (today is not None and max(today, next_kg or 0.0) <= cap_kg + ROUNDING_GUARD):
        return None
    if today is None:
        told = reasons.load_not_said
    else:
        told = reasons.above_threshold if today > cap_kg else reasons.at_threshold
    return Pick(rule_id="feels_good.looks_good.at_threshold", reasons=(told.format(cap_load=cap_text(case)),))


def _missing_for_progress(case: Case) -> tuple[str, ...]:
    """What more load asks for and this set does not show; what was not said counts as not shown."""
    reasons, settings = case.settings.reasons, case.settings.progress
    reserve, threshold_rep = case.feels.reps_in_reserve, case.threshold.rep_index
    planned = case.context.planned_reps or case.n_reps or 0
    missing = []
    if not target_met_twice(case):
        missing.append(reasons.not_target.format(over_target=settings.reps_over_target))
    if reserve is None or reserve < settings.min_reps_in_reserve:
        missing.append(reasons.not_reserve.format(min_rir=number_text(settings.min_reps_in_reserve)))
    if threshold_rep is not None and planned >= threshold_rep:
        missing.append(reasons.threshold_reached.format(threshold_rep=threshold_rep))
    if case.n_reps is not None and planned > case.n_reps:
        missing.append(reasons.not_planned.format(n_reps=case.n_reps, planned=planned))
    if case.last is not None and case.last.feels in ("bad", "stop"):
        missing.append(reasons.not_quiet)
    if case.last is not None and case.last.looks == "bad":
        missing.append(reasons.not_steady)
    return (*missing, *_not_ready(case))


def _not_ready(case: Case) -> tuple[str, ...]:
    """A long break asks for one session as it was."""
    days, long = case.days_since_last, case.settings.progress.long_break_days
    if days is None or days < long:
        return ()
    return (case.settings.reasons.not_after_break.format(days=number_text(round(days))),)


def _low_reserve(case: Case) -> tuple[str, ...]:
    """Few reps in reserve, said; a step back up may go without an answer."""
    reserve, least = case.feels.reps_in_reserve, case.settings.progress.min_reps_in_reserve
    if reserve is None or reserve >= least:
        return ()
    return (case.settings.reasons.not_reserve.format(min_rir=number_text(least)),)


def _cue_reasons(case: Case) -> tuple[str, ...]:
    """A cue that did its work is used less, then not at all."""
    held, reasons = sets_held_with_cue(case), case.settings.reasons
    if held == 0:
        return ()
    return (reasons.cue_fades if held >= case.settings.history.cue_tries else reasons.cue_holds,)


def fading_cue(case: Case) -> str | None:
    """The cue to go on with, for a set that looks good with it, until it has held long enough."""
    is_on = 0 < sets_held_with_cue(case) < case.settings.history.cue_tries
    return case.last.cue if is_on and case.last is not None else None


def looks_reasons(case: Case) -> tuple[str, ...]:
    """What was seen, and how sure it is."""
    reasons, words, looks = case.settings.reasons, case.settings.words, case.looks
    coverage, is_typed = f"{100 * looks.coverage:.0f}", looks.score is None and not looks.items
    covered = "" if is_typed else words.coverage.format(coverage=coverage)
    if is_typed:
        score = words.score_typed
    elif looks.score is None or looks.low is None or looks.high is None:
        score = words.score_none.format(coverage=coverage)
    else:
        score = words.score.format(score=f"{looks.score:.0f}", low=f"{looks.low:.0f}", high=f"{looks.high:.0f}")
    template = getattr(reasons, f"looks_{looks.state}")
    told = [template.format(score=score, coverage_words=covered)]
    told += [finding.text for finding in looks.findings]
    whole = [part for part in case.rep_looks if part.coverage > 0]
    n_scored = sum(part.score is not None for part in whole)
    if n_scored < len(whole):
        told.append(reasons.unscored_reps.format(n_scored=n_scored, n_whole=len(whole)))
    return tuple(told)


def unseen_reasons(case: Case) -> tuple[str, ...]:
    """What this view cannot show."""
    items, reasons = case.looks.items, case.settings.reasons
    unseen = [item.label.lower() for item in items if item.weight == 0]
    missed = [f"{item.label.lower()} ({item.reason})" for item in items if item.weight > 0 and item.score is None]
    told = [reasons.not_in_view.format(unseen=", ".join(unseen))] if unseen else []
    return (*told, *([reasons.not_measured.format(unseen="; ".join(missed))] if missed else []))
