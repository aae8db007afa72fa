"""Figures of an action: today's load or sets go in, what to do next in plates, sets or days comes out."""

from __future__ import annotations

import math

from lookfeel.matrix.case import Case, number_text
from lookfeel.matrix.settings import LoadSettings, ProgressSettings

ROUNDING_GUARD = 1e-9
"""Keeps 0.9 x 100 kg from falling to the plate below 90 through binary fractions."""


def lower_load_kg(load_kg: float, factor: float, loads: LoadSettings) -> float:
    """Heaviest load that exists at or below load x factor, always below load; 0 when only 'no load' is left."""
    steps = math.floor(load_kg * factor / loads.step_kg + ROUNDING_GUARD)
    lower = steps * loads.step_kg
    return lower if lower >= loads.min_kg and lower > 0 else 0.0


def higher_load_kg(load_kg: float, progress: ProgressSettings, loads: LoadSettings) -> float | None:
    """Lightest load that exists and is at least the least increase up; None when that would be too big a step."""
    steps = math.ceil(load_kg * (1.0 + progress.least_increase) / loads.step_kg - ROUNDING_GUARD)
    higher = max(steps * loads.step_kg, loads.min_kg)
    return higher if higher <= load_kg * (1.0 + progress.most_step) + ROUNDING_GUARD else None


def pain_factor(case: Case) -> float:
    """Share of the load to keep when it feels bad: less when it hurts more."""
    reduce = case.settings.reduce
    is_strong = case.feels.pain is not None and case.feels.pain >= reduce.strong_from_pain
    return min(reduce.mild_factor, reduce.strong_factor) if is_strong else reduce.mild_factor


def reduced(case: Case, factor: float) -> tuple[str, dict[str, float]]:
    """Words and figures for a load reduced to `factor`: kilograms when the load was said, else a share."""
    words, load_kg = case.settings.words, case.context.load_kg
    if load_kg is None:
        return words.load_reduce_none, {"load_factor": factor}
    lower = lower_load_kg(load_kg, factor, case.settings.load)
    figures = {"load_factor": lower / load_kg, "load_kg": lower}
    if lower == 0:
        return words.load_reduce_unloaded.format(old=number_text(load_kg)), figures
    return words.load_new.format(old=number_text(load_kg), new=number_text(lower)), figures


def increased(case: Case) -> tuple[str, dict[str, float]] | None:
    """Words and figures for more load; None when the smallest plate is too big a step."""
    words, load_kg, progress = case.settings.words, case.context.load_kg, case.settings.progress
    if load_kg is None:
        return words.load_increase_none, {"load_factor": 1.0 + progress.least_increase}
    higher = higher_load_kg(load_kg, progress, case.settings.load)
    if higher is None:
        return None
    figures = {"load_factor": higher / load_kg, "load_kg": higher}
    return words.load_new.format(old=number_text(load_kg), new=number_text(higher)), figures


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
