"""Reads exercise files: a name or alias goes in, a validated ExerciseSpec and its hash come out."""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from lookfeel.errors import ConfigError, FileMissing, UnknownExercise
from lookfeel.exercises.own import OwnExercise, installed_texts
from lookfeel.exercises.spec import ExerciseSpec, SharedScoring, StrictModel

SHARED_FILE = "scoring.toml"
LIBRARY_FILE = "library.toml"
Model = TypeVar("Model", bound=StrictModel)


def read_toml(text: str, *, origin: str) -> dict[str, Any]:
    """Decode TOML; `origin` names the file in the error."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{origin}: not valid TOML: {error}", hint="Correct the line named above.") from error


def validate_toml(data: dict[str, Any], model: type[Model], *, origin: str) -> Model:
    """Build a strict model from a decoded table.

    Goes through JSON, since strict mode takes an array for a tuple only there; a TOML date becomes a string, which no
    field accepts by mistake for a number.

    Raises
        ConfigError: names the file, the key and what is allowed.
    """
    try:
        return model.model_validate_json(json.dumps(data, default=str))
    except ValidationError as error:
        raise ConfigError(f"{origin}: {_describe(error, model)}") from error


def _describe(error: ValidationError, model: type[StrictModel]) -> str:
    """One problem of a validation error, in words: key, what is wrong, and the allowed keys when one is unknown.

    An unknown key comes first: a misspelt one is the cause of the missing one that is reported beside it.
    """
    first = min(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"]) or "file"
    if first["type"] != "extra_forbidden":
        return f"{key}: {first['msg']}"
    allowed = _keys_at(model, first["loc"][:-1])
    return f"{key}: unknown key; allowed: {', '.join(allowed)}" if allowed else f"{key}: unknown key"


def _keys_at(model: type[StrictModel], path: tuple[int | str, ...]) -> list[str]:
    """Keys of the table at `path`, found through the JSON schema; empty when the path leads through a union."""
    schema: dict[str, Any] = model.model_json_schema()
    node = schema
    for part in path:
        node = _resolved(node, schema)
        node = node.get("items", {}) if isinstance(part, int) else node.get("properties", {}).get(part, {})
    return sorted(_resolved(node, schema).get("properties", {}))


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    return node


def _package_text(name: str) -> str:
    return (files("lookfeel.exercises") / name).read_text(encoding="utf-8")


@cache
def load_scoring() -> SharedScoring:
    """Figures that all exercises share: how items become a score, and when technique counts as broken down."""
    return validate_toml(read_toml(_package_text(SHARED_FILE), origin=SHARED_FILE), SharedScoring, origin=SHARED_FILE)


def parse_exercise(text: str, *, origin: str) -> ExerciseSpec:
    """Read one exercise from TOML text, with the shared scoring added.

    Raises
        ConfigError: the text is not TOML, a key is unknown, or a value makes no sense.
    """
    shared = load_scoring().model_dump(mode="json")
    data = read_toml(text, origin=origin)
    clash = sorted(set(data) & set(shared))
    if clash:
        raise ConfigError(f"{origin}: {', '.join(clash)}: belongs into {SHARED_FILE}, since all exercises share it")
    if "variant" in data:
        raise ConfigError(f"{origin}: variant: unknown key; write [[variants]] with its overrides")
    spec = validate_toml(data | shared, ExerciseSpec, origin=origin)
    for kind in spec.variants:
        _check_variant(spec, kind.name, origin=origin)
    return spec


def _check_variant(spec: ExerciseSpec, name: str, *, origin: str) -> None:
    """Refuse overrides that leave the variant with a rubric that makes no sense."""
    try:
        spec.for_variant(name)
    except ValidationError as error:
        raise ConfigError(f"{origin}: variant {name!r}: {_describe(error, ExerciseSpec)}") from error
    except ValueError as error:
        raise ConfigError(f"{origin}: variant {name!r}: {error}") from error


@cache
def _specs() -> dict[str, ExerciseSpec]:
    names = sorted(entry.name for entry in files("lookfeel.exercises").iterdir() if entry.name.endswith(".toml"))
    own = [name for name in names if name not in (SHARED_FILE, LIBRARY_FILE)]
    specs = [parse_exercise(_package_text(name), origin=name) for name in own]
    return {spec.name: spec for spec in specs}


@cache
def _lookup() -> dict[str, tuple[str, str | None]]:
    """Every name and alias -> (exercise, variant)."""
    table: dict[str, tuple[str, str | None]] = {}
    for spec in _specs().values():
        entries: list[tuple[str, str | None]] = [(alias, None) for alias in (spec.name, *spec.aliases)]
        entries += [(alias, kind.name) for kind in spec.variants for alias in (kind.name, *kind.aliases)]
        for alias, variant in entries:
            if alias in table:
                raise ConfigError(f"{spec.name}.toml: the name {alias!r} is already taken by {table[alias][0]!r}")
            table[alias] = (spec.name, variant)
    return table


def exercise_names() -> tuple[str, ...]:
    """Names of the exercises, without variants and aliases, in alphabetical order."""
    return tuple(sorted(_specs()))


def resolve_exercise(name_or_alias: str) -> tuple[ExerciseSpec, str | None]:
    """The exercise of a name, a variant or an alias, and the variant when the name says which.

    The specification is the variant's own: its overrides are in the rubric.

    Raises
        UnknownExercise: nothing has this name; the message lists the exercises without their other names.
        ConfigError: an installed package brings an exercise that is wrong.
    """
    table = _lookup()
    key = _key(name_or_alias)
    if key not in table:
        own = _installed_names().get(key)
        if own is not None:
            return own, own.variant
        raise UnknownExercise(f"unknown exercise {name_or_alias!r}; there are {', '.join(exercise_names())}")
    name, variant = table[key]
    return _variant_spec(name, variant), variant


def _key(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").replace("_", " ").split())


def find_exercise(name_or_file: str | Path) -> tuple[ExerciseSpec, str | None]:
    """`resolve_exercise`, and besides names the path of a .toml file of the user's own.

    Not for names that come over a network: they would be paths of this machine.

    Raises
        UnknownExercise: nothing has this name. FileMissing: the file cannot be read. ConfigError: it is wrong.
    """
    if not is_exercise_file(name_or_file):
        return resolve_exercise(str(name_or_file))
    try:
        text = Path(name_or_file).read_text(encoding="utf-8")
    except OSError as error:
        raise FileMissing(f"{name_or_file}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name_or_file}: not text in UTF-8") from error
    spec = parse_own_exercise(text, origin=str(name_or_file))[0]
    return spec, spec.variant


def is_exercise_file(name_or_file: str | Path) -> bool:
    """Whether this names a file rather than an exercise."""
    return Path(name_or_file).suffix.lower() == ".toml"


def parse_own_exercise(text: str, *, origin: str) -> tuple[ExerciseSpec, tuple[str, ...]]:
    """Read somebody's own exercise from TOML text: the spec, which is a variant of its base, and all its names.

    Raises
        ConfigError: the text is not TOML, a key is unknown, a value makes no sense, or a name is taken.
    """
    own = validate_toml(read_toml(text, origin=origin), OwnExercise, origin=origin)
    if own.base not in _specs():
        raise ConfigError(f"{origin}: base: {own.base!r} is none of {', '.join(exercise_names())}")
    names = tuple(_key(name) for name in (own.name, *own.aliases))
    taken = [name for name in names if name in _lookup()]
    if taken:
        raise ConfigError(f"{origin}: name: {taken[0]!r} is already a name of {_lookup()[taken[0]][0]!r}")
    try:
        return own.over(_specs()[own.base]), names
    except ValidationError as error:
        raise ConfigError(f"{origin}: {_describe(error, ExerciseSpec)}") from error
    except ValueError as error:
        raise ConfigError(f"{origin}: {error}") from error


def installed_exercises() -> tuple[ExerciseSpec, ...]:
    """Exercises that installed packages bring, in alphabetical order of their names.

    Raises
        ConfigError: one is wrong; the message names the package.
    """
    return tuple(sorted({spec.variant or "": spec for spec in _installed_names().values()}.values(), key=_variant_name))


def _variant_name(spec: ExerciseSpec) -> str:
    return spec.variant or ""


def _installed_names() -> dict[str, ExerciseSpec]:
    """Every name and alias of an installed exercise -> its spec."""
    table: dict[str, ExerciseSpec] = {}
    for origin, text in installed_texts().items():
        spec, names = parse_own_exercise(text, origin=origin)
        taken = [name for name in names if name in table]
        if taken:
            raise ConfigError(f"{origin}: name: {taken[0]!r} is brought by two packages", hint="Uninstall one of them.")
        table |= dict.fromkeys(names, spec)
    return table


@cache
def _variant_spec(name: str, variant: str | None) -> ExerciseSpec:
    return _specs()[name].for_variant(variant)


def load_exercise(name_or_alias: str, *, variant: str | None = None) -> ExerciseSpec:
    """The exercise of a name, a variant or an alias: 'split-squat' gives the lunge as a split squat is judged.

    Parameters
        variant: which kind, where the name leaves it open, as when it was recognised in a clip.
    Raises
        UnknownExercise: nothing has this name, or the exercise has no such variant.
        ConfigError: the exercise's file is wrong.
    """
    spec, named = resolve_exercise(name_or_alias)
    if variant in (None, named):
        return spec
    names = [kind.name for kind in spec.variants]
    if named is None and variant is not None and variant not in names:
        own = _installed_names().get(variant)
        if own is not None and own.name == spec.name:
            return own
    if named is not None or variant not in names:
        raise UnknownExercise(
            f"{spec.name} has no variant {variant!r}; there are {', '.join(names) or 'none'}",
            hint="Give its file with --exercise FILE.toml, or install the package that brings it.",
        )
    return _variant_spec(spec.name, variant)


def spec_sha256(spec: ExerciseSpec) -> str:
    """Hash of everything an exercise is judged by, shared scoring included; goes into each report."""
    canonical = json.dumps(spec.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
