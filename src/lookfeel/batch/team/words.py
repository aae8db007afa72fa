"""Figures, dates and names of a set enter; the few words that stand for them on the team's page leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lookfeel.batch.team.rows import Kind, SetRow
from lookfeel.errors import UnknownExercise
from lookfeel.exercises import load_exercise
from lookfeel.report.wording import FEELS_WORDS, NO_BREAK, name_words, number_text

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As English writes them, whatever the language of the computer: a page must not depend on that."""


def count_text(number: int, noun: str) -> str:
    """'1 set', '3 sets', '1,200 sets'."""
    return f"{number:,}{NO_BREAK}{noun}" + ("" if number == 1 else "s")


def figure_text(value: float) -> str:
    """A figure with a decimal only where it has one."""
    return number_text(value, 0 if value == round(value) else 1)


def load_text(load_kg: float | None) -> str:
    """'82.5 kg'; nothing where no load is known."""
    return "" if load_kg is None else f"{figure_text(round(load_kg, 1))}{NO_BREAK}kg"


def date_text(day: date | None) -> str:
    """'5 Nov 2026'."""
    return "no date" if day is None else f"{day.day}{NO_BREAK}{MONTHS[day.month - 1]}{NO_BREAK}{day.year}"


def dates_text(then: date | None, now: date | None) -> str:
    """'5 Nov → 12 Nov 2026': the year once where it is the same."""
    is_same_year = then is not None and now is not None and then.year == now.year
    before = short_date_text(then) if then is not None and is_same_year else date_text(then)
    return f"{before} →{NO_BREAK}{date_text(now)}"


def short_date_text(day: date) -> str:
    """'5 Nov'."""
    return f"{day.day}{NO_BREAK}{MONTHS[day.month - 1]}"


def kind_text(kind: Kind | None) -> str:
    """'Alternating lunge': the title of the variant where there is one; a name that is not known here as words."""
    if kind is None:
        return "No exercise found"
    try:
        spec = load_exercise(kind[0])
    except UnknownExercise:
        return name_words(kind[1] or kind[0])
    titles = {variant.name: variant.title for variant in spec.variants}
    return spec.title if kind[1] is None else titles.get(kind[1], name_words(kind[1]))


def amount_text(one: SetRow) -> str:
    """'80 kg × 8 reps', as far as it is known."""
    reps = "" if one.n_reps is None else count_text(one.n_reps, "rep")
    return f"{NO_BREAK}× ".join(part for part in (load_text(one.load_kg), reps) if part)


def feels_text(one: SetRow) -> str:
    """'Feels bad, pain 4 of 10': what was said of a set."""
    words = FEELS_WORDS[one.feels]
    return words if one.pain is None else f"{words}, pain{NO_BREAK}{figure_text(one.pain)}"


def said_text(names: Sequence[str]) -> str:
    """'giving way and night pain': names of the tables as words."""
    return joined([name.replace("_", " ") for name in names])


def joined(words: Sequence[str]) -> str:
    """'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def capital(text: str) -> str:
    """With a capital letter at its start, the rest as it is."""
    return text[:1].upper() + text[1:]


def names_text(names: Sequence[str], most: int) -> str:
    """Some names and how many more there are."""
    if len(names) <= most:
        return joined(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,}{NO_BREAK}more"
