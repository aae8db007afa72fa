"""A report.json enters; its document leaves, or what a decision is made from, as core types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from lookfeel.errors import FileMissing, InvalidValue, UnreadableReport
from lookfeel.report.document import SCHEMA_VERSION, ReportDocument
from lookfeel.types import Feels, Looks, TechniqueThreshold, TrainingContext

DEPTH = "depth_knee_flexion_deg"
WRITE_ANEW = "Give the report.json that 'lookfeel analyze' of this version wrote."


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSet:
    """One set as a report tells it.

    segment_m: lengths by name, an average adult's unless is_metric. deepest_deg: median knee bend at the bottom of its
    whole reps, None when it was not measured.
    """

    exercise: str
    variant: str | None
    n_reps: Annotated[int, Field(ge=0)]
    looks: Looks
    threshold: TechniqueThreshold
    feels: Feels
    context: TrainingContext
    segment_m: Mapping[str, float]
    is_metric: bool
    deepest_deg: float | None


def read_report(path: str | Path) -> ReportDocument:
    """Read a whole report.json of this version's form.

    Raises
        FileMissing: no such file, or it may not be read. UnreadableReport: not a report, or of another form.
    """
    path = Path(path)
    try:
        return ReportDocument.model_validate_json(path.read_bytes())
    except OSError as error:
        raise FileMissing(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise UnreadableReport(f"{path}: not a report.json of form {SCHEMA_VERSION}: {_problem(error)}") from error


def read_judged_set(path: str | Path) -> JudgedSet:
    """Read what was judged from a report.json; what a later version of the same form adds is passed over.

    Raises
        FileMissing: no such file, or it may not be read. InvalidValue: not a report, or of another form.
    """
    content = _content(Path(path))
    version = str(content.get("schema_version"))
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise InvalidValue(f"{path}: schema_version {version!r} is not {SCHEMA_VERSION}", hint=WRITE_ANEW)
    try:
        return TypeAdapter(JudgedSet).validate_python(_parts(content))
    except KeyError as error:
        raise InvalidValue(f"{path}: {error.args[0]} is missing", hint=WRITE_ANEW) from error
    except (ValidationError, TypeError, AttributeError) as error:
        raise InvalidValue(f"{path}: {_problem(error)}", hint=WRITE_ANEW) from error


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileMissing(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # not UTF-8 or not JSON
        raise InvalidValue(f"{path}: not a report.json", hint=WRITE_ANEW) from error
    if not isinstance(content, dict):
        raise InvalidValue(f"{path}: not a report.json", hint=WRITE_ANEW)
    return content


def _parts(content: Mapping[str, Any]) -> dict[str, Any]:
    depths = [rep["metrics"].get(DEPTH, {}).get("value") for rep in content["reps"] if not rep["is_partial"]]
    known = [depth for depth in depths if depth is not None]
    return {
        "exercise": content["exercise"]["name"],
        "variant": content["exercise"]["variant"],
        "n_reps": content["n_reps"],
        "looks": {**content["looks"], "rep_index": None},
        "threshold": content["technique_threshold"],
        "feels": content["feels"],
        "context": content["context"],
        "segment_m": {name: length for name, length in content["body"]["segment_m"].items() if length is not None},
        "is_metric": content["body"]["is_metric"],
        "deepest_deg": median(known) if known else None,
    }


def _problem(error: ValidationError | TypeError | AttributeError) -> str:
    if not isinstance(error, ValidationError):
        return "not a report.json"
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
