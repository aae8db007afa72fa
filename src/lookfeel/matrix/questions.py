"""What was not said and matters: a Case and its rule go in, the questions to ask next come out."""

from __future__ import annotations

from lookfeel.matrix.case import Case
from lookfeel.matrix.feels import pain_rise


def missing_questions(case: Case, rule_id: str) -> tuple[str, ...]:
    """Questions whose answers could change this decision, in the order in which to ask them; none after a stop."""
    if case.state == "stop" or rule_id == "nothing_seen":
        return ()
    asked = [*_about_feels(case), *(_about_bad(case) if case.state == "bad" else ())]
    if case.looks.state == "bad":
        asked += _about_training(case)
    elif rule_id.startswith("feels_good.looks_good") or case.state == "unknown":
        asked += _about_progress(case)
    return tuple(asked)


def _about_feels(case: Case) -> list[str]:
    questions, feels = case.settings.questions, case.feels
    asked = []
    if feels.overall is None:
        asked.append(questions.overall)
    if feels.pain is None:
        asked.append(questions.pain)
    elif feels.pain >= case.settings.feels.pain_rise_bad and pain_rise(feels) is None:
        asked.append(questions.usual_pain)
    return asked


def _about_bad(case: Case) -> list[str]:
    questions, feels = case.settings.questions, case.feels
    has_place = (
        feels.bad_from_rep is not None or feels.bad_below_deg is not None or feels.is_worse_when_fast is not None
    )
    asked = [questions.red_flags]
    if feels.where is None:
        asked.append(questions.where)
    if not has_place:
        asked.append(questions.localise)
    if feels.is_worse_next_morning is None:
        asked.append(questions.next_morning)
    return asked


def _about_training(case: Case) -> list[str]:
    questions, context = case.settings.questions, case.context
    missing = [
        (context.experience is None, questions.experience),
        (context.load_kg is None or context.one_rm_kg is None, questions.load),
        (context.sets_per_session is None, questions.sets),
        (context.sessions_per_week is None, questions.days),
    ]
    return [question for is_missing, question in missing if is_missing]


def _about_progress(case: Case) -> list[str]:
    questions = case.settings.questions
    asked = []
    if case.context.target_met_twice is None:
        asked.append(questions.target)
    if case.feels.reps_in_reserve is None:
        asked.append(questions.reserve)
    return asked
