"""The questionnaire: questions.toml enters, what the page asks leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from lookfeel.exercises import StrictModel, read_toml

FILE = Path(__file__).with_name("questions.toml")


class Question(StrictModel):
    """One question. id: name of the form's field, an option of make_feels or, with `is_training`, of make_context.

    shown_when: 'always', or once it feels 'bad'.
    """

    id: str
    text: str
    kind: Literal["choice", "many", "number", "scale", "rep", "depth", "flag", "text"]
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_required: bool = False
    is_training: bool = False
    shown_when: Literal["always", "bad"] = "always"
    why: str


class Questionnaire(StrictModel):
    """All questions in the order in which they are asked."""

    questions: tuple[Question, ...] = Field(min_length=1)


@cache
def questions() -> tuple[dict[str, Any], ...]:
    """The questions as templates see them."""
    text = FILE.read_text(encoding="utf-8")
    asked = Questionnaire.model_validate(read_toml(text, origin=FILE.name), strict=False)
    return tuple(question.model_dump() for question in asked.questions)
