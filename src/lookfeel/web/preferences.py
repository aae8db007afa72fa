"""What an athlete set once and for all: a form enters, checked preferences and their part of a context leave."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lookfeel.errors import InvalidValue
from lookfeel.types import Experience, WeightUnit

KG_PER_LB = 0.45359237
"""Exact since the international agreement of 1959."""
CM_PER_INCH = 2.54

Theme = Literal["auto", "light", "dark"]
THEMES = get_args(Theme)


class Preferences(BaseModel):
    """Preferences as kept; lengths in cm and weights in kg, whatever they are shown in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unit: WeightUnit = "kg"
    length_unit: Literal["cm", "in"] = "cm"
    height_cm: Annotated[float, Field(ge=100, le=250)] | None = None
    experience: Experience | None = None
    strictness: Annotated[float, Field(ge=0, le=1)] = 0.5
    load_step_kg: Annotated[float, Field(gt=0, le=100)] | None = None
    min_load_kg: Annotated[float, Field(ge=0, le=1000)] | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    theme: Theme = "auto"

    def context(self) -> dict[str, Any]:
        """Options of make_context that need not be asked again for each set."""
        said = {
            "height_cm": self.height_cm,
            "experience": self.experience,
            "weight_unit": self.unit,
            "load_step_kg": self.load_step_kg,
            "min_load_kg": self.min_load_kg,
        }
        return {name: value for name, value in said.items() if value is not None}


def preferences_of(kept: dict[str, Any]) -> Preferences:
    """Preferences from a row."""
    return Preferences.model_validate(kept)


def changed(old: Preferences, form: dict[str, str]) -> Preferences:
    """Preferences with what a form says in their place; an empty field takes a figure away.

    `height`, `load_step` and `min_load` are in the units of the form.

    Raises
        InvalidValue: names the field and what is allowed.
    """
    said: dict[str, Any] = {name: value.strip() or None for name, value in form.items()}
    unit, length_unit = said.get("unit") or old.unit, said.get("length_unit") or old.length_unit
    if "height" in said:
        said["height_cm"] = _times(said.pop("height"), CM_PER_INCH if length_unit == "in" else 1.0, "height")
    for name in ("load_step", "min_load"):
        if name in said:
            said[f"{name}_kg"] = _times(said.pop(name), KG_PER_LB if unit == "lb" else 1.0, name)
    for name in ("unit", "length_unit", "strictness", "language", "theme"):
        if said.get(name, "") is None:
            del said[name]
    try:
        return Preferences.model_validate(old.model_dump() | said)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidValue(f"{first['loc'][0]}: {first['msg']}", hint="Correct the field and save again.") from error


def _times(text: str | None, factor: float, name: str) -> float | None:
    if text is None:
        return None
    try:
        return float(text.replace(",", ".")) * factor
    except ValueError:
        raise InvalidValue(f"{name}: {text!r} is no number", hint="Correct the field and save again.") from None
