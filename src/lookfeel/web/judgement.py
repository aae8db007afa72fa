"""A SetReport enters; what a later decision needs of it leaves, and comes back from JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lookfeel.errors import StoreError
from lookfeel.types import Looks, SetReport, TechniqueThreshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a decision needs of an analysis. spec_name: exercise whose rubric and words were used."""

    looks: Looks
    rep_looks: tuple[Looks, ...]
    threshold: TechniqueThreshold
    n_reps: int
    spec_name: str


_JUDGEMENT: TypeAdapter[Judgement] = TypeAdapter(Judgement)


def judgement_of(report: SetReport, spec_name: str) -> Judgement:
    """What is kept of a report to decide again."""
    return Judgement(
        looks=report.looks,
        rep_looks=report.rep_looks,
        threshold=report.threshold,
        n_reps=sum(not rep.is_partial for rep in report.reps),
        spec_name=spec_name,
    )


def dump_judgement(judgement: Judgement) -> dict[str, Any]:
    """As JSON values, for a row."""
    kept: dict[str, Any] = _JUDGEMENT.dump_python(judgement, mode="json")
    return kept


def parse_judgement(kept: object) -> Judgement:
    """From JSON values; StoreError when they are none."""
    try:
        return _JUDGEMENT.validate_python(kept)
    except ValidationError as error:
        raise StoreError("the kept judgement of this set cannot be read", hint="Measure the set again.") from error
