"""Forms of the questionnaire and the training enter; options of make_feels and make_context leave, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from lookfeel.errors import InvalidValue
from lookfeel.exercises import StrictModel
from lookfeel.matrix import make_context, make_feels
from lookfeel.matrix.intake import ContextInput, FeelsInput
from lookfeel.web.preferences import KG_PER_LB

IN_ATHLETES_UNIT: Mapping[str, str] = {"load": "load_kg", "one_rm": "one_rm_kg"}
"""Weights in the unit of the form, and the option in kilograms that each becomes."""

YES, NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")
REMEASURED = ("prescribed_depth", "tempo", "height_cm", "is_low_bar")
"""Options that change what is measured, not only what is decided."""


def feels_from(form: Mapping[str, Sequence[str]], said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said so far, with what this form says; a field that is there and empty takes an answer back.

    Raises
        InvalidValue: names the field and what is allowed.
    """
    feels = _merged(FeelsInput, form, said)
    make_feels(**feels)
    return feels


def context_from(form: Mapping[str, Sequence[str]], said: Mapping[str, Any], *, unit: str) -> dict[str, Any]:
    """As `feels_from`, for the training around the set. `load` and `one_rm` are in `unit`.

    Raises
        InvalidValue: names the field and what is allowed.
    """
    unit = next(iter(form.get("weight_unit", ())), "") or unit
    fields = {name: list(values) for name, values in form.items()}
    for name, option in IN_ATHLETES_UNIT.items():
        if name in fields:
            values = [value for value in fields.pop(name) if value.strip()]
            fields[option] = [repr(_number(name, value) * (KG_PER_LB if unit == "lb" else 1.0)) for value in values]
    if "rep_range" in fields:
        fields["rep_range"] = [part for value in fields["rep_range"] for part in value.split("-") if part.strip()]
    context = _merged(ContextInput, fields, said)
    make_context(**context)
    return context


def _merged(model: type[StrictModel], form: Mapping[str, Sequence[str]], said: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(said)
    for name, texts in form.items():
        if name not in model.model_fields:
            raise InvalidValue(f"{name}: unknown field", hint="Reload the page and answer again.")
        value = _parsed(name, model.model_fields[name].annotation, [text.strip() for text in texts if text.strip()])
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged


def _parsed(name: str, annotation: Any, texts: Sequence[str]) -> Any:
    """Texts of one field as the kind of value that its option has; None when there are none."""
    kinds = _kinds(annotation)
    if not texts:
        return None
    if tuple in kinds:
        return [_number(name, text, is_whole=True) if int in kinds else text for text in texts]
    text = texts[-1]
    if bool in kinds:
        return _yes_or_no(name, text)
    if int in kinds:
        return _number(name, text, is_whole=True)
    if float in kinds and str not in kinds:
        return _number(name, text)
    return text


def _kinds(annotation: Any) -> set[Any]:
    """The plain types that an annotation speaks of, `tuple` among them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return set().union(*(_kinds(part) for part in get_args(annotation)))
    if origin is tuple:
        return {tuple}.union(*(_kinds(part) for part in get_args(annotation) if part is not ...))
    return {annotation}


def _yes_or_no(name: str, text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise InvalidValue(f"{name}: {text!r}: yes or no", hint="Choose one of the two.")


def _number(name: str, text: str, *, is_whole: bool = False) -> Any:
    try:
        number = float(text.replace(",", "."))
        if is_whole and number != int(number):
            raise ValueError(text)
    except (ValueError, OverflowError):
        kind = "a whole number" if is_whole else "a number"
        raise InvalidValue(f"{name}: {text!r} is not {kind}", hint="Correct the field and send it again.") from None
    return int(number) if is_whole else number
