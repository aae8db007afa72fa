"""A language enters; the function that gives each sentence of the page by its key leaves."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("strings")
DEFAULT = "en"

Translate = Callable[..., str]


def languages() -> tuple[str, ...]:
    """Languages that there are strings for, the default one first."""
    found = sorted({path.name.split(".")[-2] for path in FOLDER.glob("*.toml")})
    return (DEFAULT, *(name for name in found if name != DEFAULT))


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every string of a language by its dotted key, from <language>.toml and <part>.<language>.toml."""
    strings: dict[str, str] = {}
    for path in sorted((*FOLDER.glob(f"{language}.toml"), *FOLDER.glob(f"*.{language}.toml"))):
        strings |= _flat(tomllib.loads(path.read_text(encoding="utf-8")))
    return strings


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    strings: dict[str, str] = {}
    for key, value in table.items():
        strings |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": str(value)}
    return strings


def translator(language: str) -> Translate:
    """t(key, **values): the sentence in this language, else in the default one, else the key itself."""
    own, default = catalogue(language), catalogue(DEFAULT)

    def translate(key: str, /, **values: object) -> str:
        sentence = own.get(key, default.get(key, key))
        return sentence.format(**values) if values else sentence

    return translate
