"""The name of a network or a table enters; its bytes leave, once they have the hash in models/registry.toml."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from lookfeel.errors import ConfigError, ModelAltered, ModelMissing

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ModelSource(_Strict):
    """The published file that a model was converted from."""

    package: str
    release: str
    wheel: FileName
    wheel_sha256: Sha256
    member: str
    member_sha256: Sha256
    converter: str


class ModelEntry(_Strict):
    """What the registry says of one model. outputs: name -> shape."""

    file: FileName
    sha256: Sha256
    size_bytes: Annotated[int, Field(gt=0)]
    licence: str
    input_px: Annotated[int, Field(gt=0)]
    input_range: Annotated[list[float], Field(min_length=2, max_length=2)]
    outputs: dict[str, list[int]]
    keypoints: list[str]
    source: ModelSource


class TableEntry(_Strict):
    """What the registry says of one table of numbers that this project worked out. maker: the script that makes it."""

    file: FileName
    sha256: Sha256
    size_bytes: Annotated[int, Field(gt=0)]
    licence: str
    maker: str


class ModelRegistry(_Strict):
    """models/registry.toml: networks under `models`, tables of numbers under `tables`."""

    schema_version: Literal[2]
    models: dict[str, ModelEntry]
    tables: dict[str, TableEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model whose bytes were verified; a session is made from `data`, never from the path, so that what was hashed is
    what runs."""

    name: str
    entry: ModelEntry
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedTable:
    """A table whose bytes were verified."""

    name: str
    entry: TableEntry
    data: bytes


def models_folder() -> Path:
    """Folder of the weights: inside an installed wheel, or beside src in a clone.

    Raises
        ModelMissing: neither is there.
    """
    package = Path(__file__).parent
    candidates = (package / "_models", package.parents[1] / "models")
    for folder in candidates:
        if (folder / "registry.toml").is_file():
            return folder
    raise ModelMissing(f"no registry.toml in {' or '.join(str(folder) for folder in candidates)}")


def read_registry(folder: Path | None = None) -> ModelRegistry:
    """Read registry.toml, refusing unknown keys.

    Raises
        ModelMissing: no such file.
        ConfigError: it is not what `ModelRegistry` describes.
    """
    path = (models_folder() if folder is None else folder) / "registry.toml"
    try:
        return ModelRegistry.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ModelMissing(f"no such file: {path}") from error
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(f"{path}: {error}") from error


def load_model(name: str, folder: Path | None = None) -> LoadedModel:
    """Read one model and verify it.

    Parameters
        name: a key of `ModelRegistry.models`.
        folder: where registry.toml and the weights lie; found by itself when None.
    Raises
        ModelMissing: the registry has no such model, or the file is not there.
        ModelAltered: the file does not have the hash in the registry.
    """
    folder = models_folder() if folder is None else folder
    entry = read_registry(folder).models.get(name)
    if entry is None:
        raise ModelMissing(f"registry.toml names no model {name!r}")
    return LoadedModel(
        name=name, entry=entry, data=_verified(folder / entry.file, entry.sha256, entry.source.converter)
    )


def load_table(name: str, folder: Path | None = None) -> LoadedTable:
    """Read one table of numbers and verify it, as `load_model` does a network.

    Parameters
        name: a key of `ModelRegistry.tables`.
        folder: where registry.toml and the tables lie; found by itself when None.
    Raises
        ModelMissing: the registry has no such table, or the file is not there.
        ModelAltered: the file does not have the hash in the registry.
    """
    folder = models_folder() if folder is None else folder
    entry = read_registry(folder).tables.get(name)
    if entry is None:
        raise ModelMissing(f"registry.toml names no table {name!r}")
    return LoadedTable(name=name, entry=entry, data=_verified(folder / entry.file, entry.sha256, entry.maker))


def _verified(path: Path, sha256: str, maker: str) -> bytes:
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ModelMissing(f"no such file: {path}", hint=f"Reinstall lookfeel, or run {maker}.") from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ModelAltered(f"{path} has sha256 {found}, the registry says {sha256}")
    return data
