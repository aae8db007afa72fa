"""The page's own files: what is vendored is what its authors published, every word is in the catalogue, and nothing in
a template or script is what the strict policy of the server would refuse."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[3] / "src" / "lookfeel" / "web"
VENDOR = WEB / "static" / "vendor"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
OWN = [*TEMPLATES, *sorted((WEB / "static" / "js").glob("*.js")), *sorted((WEB / "static" / "css").glob("*.css"))]

CALL = re.compile(r"""\bt\("([a-z_0-9.]+)"(?:\s*~\s*[^,)]+)?([^)]*)""")
PREFIX = re.compile(r"""\bt\("([a-z_0-9.]+[._])"\s*~""")


def flat(table: dict, prefix: str = "") -> dict[str, str]:
    strings: dict[str, str] = {}
    for key, value in table.items():
        strings |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return strings


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    return flat(tomllib.loads((WEB / "strings" / "en.toml").read_text(encoding="utf-8")))


def test_vendored_files_are_what_was_published():
    listed = tomllib.loads((VENDOR / "vendored.toml").read_text(encoding="utf-8"))
    hashes = {name: digest for package in listed.values() for name, digest in package["sha256"].items()}

    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.iterdir()}
    del found["vendored.toml"]

    assert found == hashes
    for package in listed.values():
        assert package["licence_file"] in hashes


def test_every_word_of_a_template_is_in_the_catalogue(words):
    missing = set()
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        prefixes = {match[1] for match in PREFIX.finditer(text)}
        missing |= {(path.name, key) for key, _ in CALL.findall(text) if key not in words and key not in prefixes}
        missing |= {(path.name, prefix) for prefix in prefixes if not any(key.startswith(prefix) for key in words)}

    assert missing == set()


def test_no_word_of_the_catalogue_is_unused(words):
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    used = {key for key, _ in CALL.findall(text)}
    prefixes = tuple(match[1] for match in PREFIX.finditer(text))

    assert [key for key in words if key not in used and not key.startswith(prefixes)] == []


def test_every_state_that_the_program_names_has_words(words):
    from typing import get_args

    from lookfeel.types import ActionName, BadPhase, Experience, FeelsState, LooksState, ViewName

    named = {
        "action": ActionName, "phase": BadPhase, "choice": Experience,
        "feels": FeelsState, "looks": LooksState, "view": ViewName,
    }  # fmt: skip

    missing = [f"{part}.{name}" for part, kind in named.items() for name in get_args(kind)]

    assert [key for key in missing if key not in words] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_script_style_or_handler_in_it(path):
    text = path.read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>", text)

    assert scripts == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|\| ?safe\b", text) == []


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_nothing_comes_from_another_address(path):
    found = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", path.read_text(encoding="utf-8"))

    assert [address for address in found if "www.w3.org" not in address] == []


def test_every_file_that_a_template_asks_for_is_there():
    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(r"\{\{ static \}\}/([\w./-]+\.\w+)", path.read_text(encoding="utf-8"))
    }

    assert len(asked) > 10
    assert [name for name in sorted(asked) if not (WEB / "static" / name).is_file()] == []


def test_every_drawing_that_is_asked_for_is_in_the_sprite():
    sprite = (WEB / "static" / "icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', sprite))
    asked = {name for path in TEMPLATES for name in re.findall(r'ui\.icon\("([a-z]+)"\)', path.read_text("utf-8"))}

    assert asked <= drawn
