"""Rules for what the looks lead to: a Case goes in, the Pick that its looks allow comes out."""

from __future__ import annotations

from dataclasses import dataclass

from lookfeel.matrix.case import SEVERITY_ORDER, Case, Pick, number_text, worst_item
from lookfeel.matrix.dose import increased, pain_factor, reduced
from lookfeel.types import Experience


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Points of each consideration, and what was assumed since it was not said or cannot be right."""

    parts: dict[str, int]
    assumed: tuple[str, ...]

    @property
    def total(self) -> int:
        """All points together."""
        return sum(self.parts.values())


def count_points(case: Case) -> Points:
    """Severity, experience, load, weekly sets and days a week, by the points table."""
    table, reasons, context = case.settings.points, case.settings.reasons, case.context
    load, sets, days = _load_class(case), _sets_class(case), _days_class(case)
    parts = {
        "severity": getattr(table.severity, _severity(case)),
        "experience": getattr(table.experience, context.experience or "unknown"),
        "load": getattr(table.load, load),
        "weekly_sets": getattr(table.weekly_sets, sets),
        "days_above_band": getattr(table.days_above_band, days),
    }
    assumed = [
        (context.experience is None, reasons.assumed_experience),
        (load == "unknown", reasons.assumed_load),
        (sets == "unknown", reasons.assumed_sets),
        (days == "unknown", reasons.assumed_days),
    ]
    clauses = [clause for is_assumed, clause in assumed if is_assumed]
    told = [reasons.assumed.format(clauses=", ".join(clauses))] if clauses else []
    return Points(parts=parts, assumed=(*told, *([reasons.load_above_max] if _is_above_max(case) else [])))


def _severity(case: Case) -> str:
    if not case.looks.findings:
        return "unconfirmed"
    return SEVERITY_ORDER[max(SEVERITY_ORDER.index(finding.severity) for finding in case.looks.findings)]


def _load_class(case: Case) -> str:
    """Light, medium, heavy or unknown; few reps in reserve make any load heavy."""
    table, context, reserve = case.settings.points, case.context, case.feels.reps_in_reserve
    if reserve is not None and reserve <= table.heavy_reps_in_reserve:
        return "heavy"
    if context.load_kg is None or context.one_rm_kg is None:
        return "unknown"
    share = context.load_kg / context.one_rm_kg
    if share > table.heavy_above:
        return "heavy"
    return "light" if share < table.light_below else "medium"


def _is_above_max(case: Case) -> bool:
    load_kg, max_kg = case.context.load_kg, case.context.one_rm_kg
    return load_kg is not None and max_kg is not None and load_kg > max_kg


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


def looks_bad_pick(case: Case) -> Pick:
    """Continue, cue, hold, reduce or regress, by points."""
    table, points = case.settings.points, count_points(case)
    reasons = (_points_reason(case, points), *points.assumed, *_threshold_reasons(case))
    facts = _points_facts(case, points.total)
    if points.total <= table.continue_max:
        return Pick(rule_id="looks_bad.watch", reasons=reasons, facts=facts)
    if points.total <= table.cue_max:
        rule_id = "looks_bad.cue" if worst_item(case) is not None else "looks_bad.hold"
        return Pick(rule_id=rule_id, reasons=reasons, facts=facts)
    if points.total <= table.reduce_max:
        figures = reduced(case, pain_factor(case))[1] | _cap(case)
        return Pick(rule_id="looks_bad.reduce", reasons=reasons, parameters=figures, facts=facts)
    return Pick(rule_id="looks_bad.regress", reasons=reasons, facts=facts)


def _cap(case: Case) -> dict[str, float]:
    """End the set before the rep at which form breaks down, when there is one."""
    rep = case.threshold.rep_index
    return {} if rep is None else {"max_reps": float(max(1, rep - 1))}


def _points_reason(case: Case, points: Points) -> str:
    words = case.settings.words
    parts = [getattr(words, f"point_{name}").format(points=value) for name, value in points.parts.items()]
    return case.settings.reasons.points.format(points=points.total, points_list=", ".join(parts))


def _points_facts(case: Case, total: int) -> dict[str, str]:
    """Sentences on how many points lie between this outcome and its neighbours."""
    table, words = case.settings.points, case.settings.words
    limits = (table.continue_max, table.cue_max, table.reduce_max)
    below = [limit for limit in limits if limit < total]
    above = [limit for limit in limits if limit >= total]
    return {
        "points_up": words.points_up.format(limit=above[0]) if above else "",
        "points_down": words.points_down.format(limit=below[-1]) if below else "",
    }


def _threshold_reasons(case: Case) -> tuple[str, ...]:
    if case.threshold.rep_index is None:
        return ()
    return (case.settings.reasons.threshold_reached.format(threshold_rep=case.threshold.rep_index),)


def looks_good_pick(case: Case) -> Pick:
    """More load when all that it asks for is met, else the same again."""
    missing = _missing_for_progress(case)
    if missing:
        return Pick(rule_id="feels_good.looks_good.repeat", reasons=missing)
    told = (case.settings.reasons.threshold_unknown,) if case.threshold.status == "not_estimable" else ()
    more = increased(case)
    if more is None:
        extra = {"extra_reps": float(case.settings.progress.extra_reps)}
        return Pick(rule_id="feels_good.looks_good.progress_reps", reasons=told, parameters=extra)
    return Pick(
        rule_id="feels_good.looks_good.progress", reasons=told, parameters=more[1], facts={"load_words": more[0]}
    )


def _missing_for_progress(case: Case) -> tuple[str, ...]:
    """What more load asks for and this set does not show; what was not said counts as not shown."""
    reasons, context, least = case.settings.reasons, case.context, case.settings.progress.min_reps_in_reserve
    reserve, threshold_rep = case.feels.reps_in_reserve, case.threshold.rep_index
    planned = case.n_reps if context.planned_reps is None else context.planned_reps
    missing = []
    if not context.target_met_twice:
        missing.append(reasons.not_target)
    if reserve is None or reserve < least:
        missing.append(reasons.not_reserve.format(min_rir=number_text(least)))
    if threshold_rep is not None and planned >= threshold_rep:
        missing.append(reasons.threshold_reached.format(threshold_rep=threshold_rep))
    if planned > case.n_reps:
        missing.append(reasons.not_planned.format(n_reps=case.n_reps, planned=planned))
    return tuple(missing)


def looks_reasons(case: Case) -> tuple[str, ...]:
    """What was seen, and how sure it is."""
    reasons, words, looks = case.settings.reasons, case.settings.words, case.looks
    coverage = f"{100 * looks.coverage:.0f}"
    if looks.score is None or looks.low is None or looks.high is None:
        score = words.score_none.format(coverage=coverage)
    else:
        score = words.score.format(score=f"{looks.score:.0f}", low=f"{looks.low:.0f}", high=f"{looks.high:.0f}")
    template = getattr(reasons, f"looks_{looks.state}")
    told = [template.format(score=score, coverage_words=words.coverage.format(coverage=coverage))]
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
