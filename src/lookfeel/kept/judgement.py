"""A SetReport or its document enters; what a later decision needs of it leaves, and comes back from JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lookfeel.errors import StoreError
from lookfeel.report import ReportDocument, median_metric
from lookfeel.report.document import LooksDocument
from lookfeel.types import Looks, SetReport, TechniqueThreshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a decision needs of an analysis.

    rubric: exercise, and after a slash its variant, whose words and limits were used. limb_m: lengths in metres, the
    athlete's own when is_metric. deepest_deg: median knee bend at the bottom of the whole reps; None = not known.
    strictness: 0-1, with which it was judged.
    """

    looks: Looks
    rep_looks: tuple[Looks, ...]
    threshold: TechniqueThreshold
    n_reps: int
    rubric: str
    limb_m: dict[str, float]
    is_metric: bool
    deepest_deg: float | None
    strictness: float


_JUDGEMENT: TypeAdapter[Judgement] = TypeAdapter(Judgement)
_LOOKS: TypeAdapter[Looks] = TypeAdapter(Looks)


def judgement_of(report: SetReport, document: ReportDocument) -> Judgement:
    """What is kept of a report, whose document is given too, to decide again."""
    return Judgement(
        looks=report.looks,
        rep_looks=report.rep_looks,
        threshold=report.threshold,
        n_reps=document.n_reps,
        rubric=report.provenance.rubric,
        limb_m=dict(report.body.segment_m),
        is_metric=report.body.is_metric,
        deepest_deg=median_metric(document, "depth_knee_flexion_deg"),
        strictness=report.decision.strictness,
    )


def judgement_from_document(document: ReportDocument) -> Judgement:
    """The same from a report.json alone, to the places that the document keeps."""
    judged = [rep for rep in document.reps if rep.looks.items]  # the others got no looks, only the same keys
    found = document.technique_threshold
    return Judgement(
        looks=_looks(document.looks, rep_index=None),
        rep_looks=tuple(_looks(rep.looks, rep_index=rep.index) for rep in judged),
        threshold=TechniqueThreshold(status=found.status, rep_index=found.rep_index, reason=found.reason),
        n_reps=document.n_reps,
        rubric=document.provenance.rubric,
        limb_m={name: length for name, length in document.body.segment_m.items() if length is not None},
        is_metric=document.body.is_metric,
        deepest_deg=median_metric(document, "depth_knee_flexion_deg"),
        strictness=document.decision.strictness,
    )


def _looks(document: LooksDocument, *, rep_index: int | None) -> Looks:
    return _LOOKS.validate_python(document.model_dump() | {"rep_index": rep_index})


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
