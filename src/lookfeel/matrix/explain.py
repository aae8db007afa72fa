"""The matrix told rule by rule: an id goes in; when it applies, what it does, why and what would change it come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from string import Formatter

from lookfeel.errors import InvalidValue
from lookfeel.matrix.decide import fixed_facts
from lookfeel.matrix.settings import MatrixSettings, Rule, load_matrix
from lookfeel.types import FeelsState, LooksState


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One rule with its sentences; what only a case can fill stands in ‹brackets›."""

    rule_id: str
    rule: Rule
    when: str
    text: str
    why: str
    would_change: tuple[str, ...]
    alternatives: tuple[str, ...]
    retest: str | None
    cells: tuple[tuple[FeelsState, LooksState], ...]


def explain_rule(rule_id: str, *, settings: MatrixSettings | None = None) -> Explanation:
    """Everything that is written of one rule.

    Raises
        InvalidValue: there is no such rule; names those that are spelt alike.
    """
    settings = load_matrix() if settings is None else settings
    rule = settings.rules.get(rule_id)
    if rule is None:
        raise InvalidValue(f"rule {rule_id!r}: there is none", hint=_hint(rule_id, settings.rules))
    limit = "‹limit›"
    points = {name: getattr(settings.words, name).format(limit=limit) for name in ("points_up", "points_down")}
    facts = fixed_facts(settings) | points
    kind = rule.retest
    return Explanation(
        rule_id=rule_id,
        rule=rule,
        when=_shown(rule.when, facts),
        text=_shown(rule.text, facts),
        why=_shown(rule.why, facts),
        would_change=tuple(_shown(text, facts) for text in rule.would_change),
        alternatives=tuple(_shown(text, facts) for text in rule.alternatives),
        retest=None if kind == "none" else _shown(getattr(settings.words, f"retest_{kind}"), facts),
        cells=settings.cells_of(rule_id),
    )


def _hint(rule_id: str, rules: Iterable[str]) -> str:
    """Rules that are spelt alike or end alike."""
    names = list(rules)
    last = rule_id.rpartition(".")[2]
    near = dict.fromkeys(
        [
            *(name for name in names if last and name.endswith(f".{last}")),
            *get_close_matches(rule_id, names, cutoff=0.5),
        ]
    )
    close = f"Did you mean {' or '.join(near)}? " if near else ""
    return f"{close}'lookfeel explain' lists all rules."


def _shown(template: str, facts: dict[str, str]) -> str:
    parts = []
    for text, name, _, _ in Formatter().parse(template):
        parts.append(text)
        if name is not None:
            parts.append(facts.get(name, f"‹{name.replace('_', ' ')}›"))
    return "".join(parts)
