"""What was not said and matters: a Case and its rule go in, the questions to ask next come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from lookfeel.matrix.case import Case
from lookfeel.matrix.intake import IN_UNIT
from lookfeel.matrix.looks_rules import load_class
from lookfeel.matrix.memory import target_met_twice
from lookfeel.matrix.settings import Question

SAID_AS: Mapping[str, str] = MappingProxyType({**IN_UNIT, "rpe": "reps_in_reserve", "height_cm": "height_m"})
"""Answers that are kept in another field."""

Asked = Callable[[Case, str], bool]


def missing_questions(case: Case, rule_id: str) -> tuple[str, ...]:
    """Questions whose answers could change this decision, in the order in which to ask them; none after a stop."""
    if case.state == "stop" or rule_id == "nothing_seen":
        return ()
    return tuple(
        question.words
        for question in case.settings.questions
        if question.after is None and ASKED[question.when](case, rule_id) and not _is_answered(question, case)
    )


def _is_answered(question: Question, case: Case) -> bool:
    """Whether any of its fields was said; history may answer as well."""
    if "target_met_twice" in question.fields and target_met_twice(case) is not None:
        return True
    return any(_said(SAID_AS.get(name, name), case) for name in question.fields)


def _said(name: str, case: Case) -> bool:
    holder = case.feels if hasattr(case.feels, name) else case.context
    return getattr(holder, name) not in (None, ())


def _has_pain(case: Case, rule_id: str) -> bool:
    return case.feels.pain is not None and case.feels.pain >= case.settings.feels.pain_rise_bad


def _is_near_progress(case: Case, rule_id: str) -> bool:
    return case.looks.state != "bad" and (rule_id.startswith("feels_good.looks_good") or case.state == "unknown")


def _has_no_share(case: Case, rule_id: str) -> bool:
    return case.looks.state == "bad" and load_class(case) == "unknown"


def _lacks_lengths(case: Case, rule_id: str) -> bool:
    has_limit = case.settings.rules[rule_id].lever == "range"
    return has_limit and not case.is_metric


ASKED: Mapping[str, Asked] = MappingProxyType(
    {
        "always": lambda case, rule_id: True,
        "pain": _has_pain,
        "feels_bad": lambda case, rule_id: case.state == "bad",
        "looks_bad": lambda case, rule_id: case.looks.state == "bad",
        "progress": _is_near_progress,
        "load_share": _has_no_share,
        "range": _lacks_lengths,
        "offered": lambda case, rule_id: False,
    }
)
"""When each kind of question is asked."""
