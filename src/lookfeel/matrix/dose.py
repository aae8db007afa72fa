"""Figures of an action: today's load or sets go in, what to do next in plates, sets or days comes out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lookfeel.matrix.case import Case, number_text
from lookfeel.matrix.intake import KG_PER_UNIT
from lookfeel.matrix.settings import LoadSettings, OneRmSettings, ProgressSettings
from lookfeel.types import TrainingContext

ROUNDING_GUARD = 1e-9
"""Keeps 0.9 x 100 kg from falling to the plate below 90 through binary fractions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plates:
    """Loads that exist: least_kg, then one step_kg after the other; nothing at all exists too."""

    step_kg: float
    least_kg: float

    def at_or_below(self, load_kg: float) -> float:
        """Heaviest load that exists at or below this one; 0 when only 'no load' is left."""
        steps = math.floor((load_kg - self.least_kg) / self.step_kg + ROUNDING_GUARD)
        return max(0.0, self.least_kg + steps * self.step_kg) if steps >= 0 else 0.0

    def at_or_above(self, load_kg: float) -> float:
        """Lightest load that exists at or above this one."""
        steps = math.ceil((load_kg - self.least_kg) / self.step_kg - ROUNDING_GUARD)
        return self.least_kg + max(0, steps) * self.step_kg


def plates_of(context: TrainingContext, loads: LoadSettings) -> Plates:
    """The athlete's own plates and bar, or the usual ones of the unit."""
    usual = loads.step_lb * KG_PER_UNIT["lb"] if context.weight_unit == "lb" else loads.step_kg
    return Plates(
        step_kg=usual if context.load_step_kg is None else context.load_step_kg,
        least_kg=loads.min_kg if context.min_load_kg is None else context.min_load_kg,
    )


def lower_load_kg(load_kg: float, factor: float, plates: Plates, *, most_kg: float = math.inf) -> float:
    """Heaviest load that exists at or below load x factor and most_kg, always below load; 0 when none is left."""
    lower = plates.at_or_below(min(load_kg * factor, most_kg))
    return lower if lower < load_kg else 0.0


def higher_load_kg(load_kg: float, progress: ProgressSettings, plates: Plates) -> float | None:
    """Lightest load that exists and is at least the least increase up; None when that would be too big a step."""
    higher = plates.at_or_above(load_kg * (1.0 + progress.least_increase))
    return higher if higher <= load_kg * (1.0 + progress.most_step) + ROUNDING_GUARD else None


def estimate_one_rm_kg(load_kg: float, *, reps: int, reps_in_reserve: float, one_rm: OneRmSettings) -> float | None:
    """One-rep max from a set and what was left in it; None when that is too many reps to tell.

    Source
        Epley 1985: load x (1 + reps / 30); at most 10 reps to failure (LeSuer 1997).
    """
    to_failure = reps + reps_in_reserve
    if to_failure > one_rm.most_reps:
        return None
    return load_kg if to_failure <= 1 else load_kg * (1.0 + to_failure / one_rm.epley_reps)


def weight_text(kg: float, context: TrainingContext) -> str:
    """A weight in the athlete's unit, without its name."""
    return number_text(kg / KG_PER_UNIT[context.weight_unit])


def pain_factor(case: Case) -> float:
    """Share of the load to keep when it feels bad: less when it hurts more."""
    reduce = case.settings.reduce
    is_strong = case.feels.pain is not None and case.feels.pain >= reduce.strong_from_pain
    return min(reduce.mild_factor, reduce.strong_factor) if is_strong else reduce.mild_factor


def reduced(case: Case, factor: float) -> tuple[str, dict[str, float]]:
    """Words and figures for a load reduced to `factor`, never above the load at which form holds: in plates when the
    load was said, else a share."""
    words, context, load_kg = case.settings.words, case.context, case.context.load_kg
    if load_kg is None:
        return words.load_reduce_none, {"load_factor": factor}
    most_kg = math.inf if case.load_cap_kg is None else case.load_cap_kg
    lower = lower_load_kg(load_kg, factor, plates_of(context, case.settings.load), most_kg=most_kg)
    figures = {"load_factor": lower / load_kg, "load_kg": lower}
    old, unit = weight_text(load_kg, context), context.weight_unit
    if lower == 0:
        return words.load_reduce_unloaded.format(old=old, unit=unit), figures
    return words.load_new.format(old=old, new=weight_text(lower, context), unit=unit), figures


def increased(case: Case) -> tuple[str, dict[str, float]] | None:
    """Words and figures for more load; None when the smallest plate is too big a step."""
    words, context, progress = case.settings.words, case.context, case.settings.progress
    if context.load_kg is None:
        return words.load_increase_none, {"load_factor": 1.0 + progress.least_increase}
    higher = higher_load_kg(context.load_kg, progress, plates_of(context, case.settings.load))
    if higher is None:
        return None
    figures = {"load_factor": higher / context.load_kg, "load_kg": higher}
    old, new = weight_text(context.load_kg, context), weight_text(higher, context)
    return words.load_new.format(old=old, new=new, unit=context.weight_unit), figures


def less_volume(case: Case) -> tuple[str, dict[str, float]]:
    """Words and figures for less volume: fewer sets when there are enough of them, else one day less."""
    words, context, factor = case.settings.words, case.context, case.settings.reduce.volume_factor
    sets, days = context.sets_per_session, context.sessions_per_week
    if sets is not None and sets >= 3:  # of two sets, one less is half: a day less is the smaller change
        fewer = min(sets - 1, math.ceil(sets * factor))
        return words.volume_sets.format(old=sets, new=fewer), {"sets_per_session": float(fewer)}
    if days is not None and days >= 2:
        return words.volume_days, {"sessions_per_week": days - 1}
    return words.volume_none, {"volume_factor": factor}
