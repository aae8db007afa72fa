"""A report's document enters; what was said of its set leaves, as options of make_feels and make_context."""

from __future__ import annotations

from typing import Any

from lookfeel.report import ReportDocument

CM_PER_M = 100.0
HEIGHT_DECIMALS = 4
"""A micrometre, as the document has it."""
FAST = "X"
"""A phase of a tempo that is to be as fast as possible, see parse_tempo."""


def feels_said(document: ReportDocument) -> dict[str, Any]:
    """Options of make_feels; what was not said is not there."""
    return _said(document.feels.model_dump(mode="json"))


def context_said(document: ReportDocument) -> dict[str, Any]:
    """Options of make_context; what was not said, or is as when nobody says it, is not there."""
    said = document.context.model_dump(mode="json")
    thigh_deg, tempo_s, height_m = (
        said.pop(name) for name in ("prescribed_thigh_deg", "prescribed_tempo_s", "height_m")
    )
    said["prescribed_depth"] = thigh_deg
    said["tempo"] = None if tempo_s is None else "-".join(FAST if phase is None else f"{phase:g}" for phase in tempo_s)
    said["height_cm"] = None if height_m is None else round(CM_PER_M * height_m, HEIGHT_DECIMALS)
    said["is_low_bar"] = said["is_low_bar"] or None
    said["weight_unit"] = None if said["weight_unit"] == "kg" else said["weight_unit"]
    return _said(said)


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None and value != []}
