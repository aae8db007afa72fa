"""What an exercise is: a name goes in; its rubric, cues and filming advice come out, strictly read from TOML."""

from lookfeel.exercises.loading import (
    exercise_names,
    load_exercise,
    load_scoring,
    read_toml,
    resolve_exercise,
    spec_sha256,
    validate_toml,
)
from lookfeel.exercises.spec import (
    VIEW_GROUPS,
    Anchors,
    BreakdownRule,
    ExerciseSpec,
    LoadRule,
    Measure,
    RubricItem,
    Scoring,
    StrictModel,
    Substitute,
    Variant,
    ViewGroup,
    view_group,
)

__all__ = [
    "VIEW_GROUPS",
    "Anchors",
    "BreakdownRule",
    "ExerciseSpec",
    "LoadRule",
    "Measure",
    "RubricItem",
    "Scoring",
    "StrictModel",
    "Substitute",
    "Variant",
    "ViewGroup",
    "exercise_names",
    "load_exercise",
    "load_scoring",
    "read_toml",
    "resolve_exercise",
    "spec_sha256",
    "validate_toml",
    "view_group",
]
