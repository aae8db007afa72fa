"""What was not said and matters: a Case and its rule go in, the questions to ask next come out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lookfeel.matrix.case import Case
from lookfeel.matrix.intake import IN_UNIT
from lookfeel.matrix.looks_rules import load_class
from lookfeel.matrix.memory import target_met_twice
from lookfeel.matrix.settings import Question

SAID_AS: Mapping[str, str] = MappingProxyType({**IN_UNIT, "rpe": "reps_in_reserve", "height_cm": "height_m"})
"""Answers that are kept in another field."""


def missing_questions(case: Case, rule_id: str) -> tuple[str, ...]:
    """Questions whose answers could change this decision, in the order in which to ask them; none after a stop."""
    if case.state == "stop" or rule_id == "nothing_seen":
        return ()
    return tuple(
        question.words
        for question in case.settings.questions
        if question.after is None and _is_asked(question.when, case, rule_id) and not _is_answered(question, case)
    )


def _is_answered(question: Question, case: Case) -> bool:
    """Whether any of its fields was said; history may answer as well."""
    if "target_met_twice" in question.fields and target_met_twice(case) is not None:
        return True
    return any(_said(SAID_AS.get(name, name), case) for name in question.fields)


def _said(name: str, case: Case) -> bool:
    holder = case.feels if hasattr(case.feels, name) else case.context
    return getattr(holder, name) not in (None, ())


def _is_asked(when: str, case: Case, rule_id: str) -> bool:
    """Whether the condition of a question holds; see Question."""
    is_near_progress = rule_id == "feels_good.looks_good.repeat" or case.state == "unknown"
    conditions = {
        "always": True,
        "pain": case.feels.pain is not None and case.feels.pain >= case.settings.feels.pain_rise_bad,
        "feels_bad": case.state == "bad",
        "looks_bad": case.looks.state == "bad",
        "progress": case.looks.state != "bad" and is_near_progress,
        "load_share": case.looks.state == "bad" and load_class(case) == "unknown",
        "range": case.settings.rules[rule_id].lever == "range" and not case.is_metric,
        "offered": False,
    }
    return conditions[when]
