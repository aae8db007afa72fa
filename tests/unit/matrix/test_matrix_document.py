"""docs/matrix.md is what the matrix says today, and maps every rule to what was asked and to a test that exists."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from lookfeel.errors import InvalidValue
from lookfeel.matrix import explain_rule, load_matrix

ROOT = Path(__file__).resolve().parents[3]
RECORD = ROOT / "tests" / "golden" / "matrix" / "record.py"
MATRIX = load_matrix()


def record() -> ModuleType:
    """The script that writes the document."""
    spec = importlib.util.spec_from_file_location("record_matrix", RECORD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = [*before, str(RECORD.parent)]
    return module


def existing_tests() -> set[str]:
    files = [*(ROOT / "tests" / "unit" / "matrix").glob("test_*.py"), *(ROOT / "tests" / "property").glob("test_*.py")]
    return {
        f"{path.stem}::{name}"
        for path in files
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }


def test_the_document_is_up_to_date() -> None:
    module = record()
    assert module.DOCUMENT.read_text(encoding="utf-8").rstrip("\n") == module.document().rstrip("\n")


def test_every_rule_is_asked_for_and_every_test_exists() -> None:
    rows = record().mission_rows()
    assert {rule for row in rows for rule in row["rules"]} == set(MATRIX.rules)
    assert {test for row in rows for test in row["tests"]} <= existing_tests()
    groups = [row["group"] for row in rows]
    assert groups.count("Three conditions") == 3
    assert groups.count("Six kinds of change") >= 6
    assert groups.count("Four considerations") == 4


def test_every_rule_can_be_explained_without_a_case() -> None:
    for rule_id in MATRIX.rules:
        found = explain_rule(rule_id)
        assert found.cells
        for text in (found.when, found.text, found.why, *found.would_change, *found.alternatives):
            assert text.strip()
            assert not re.search(r"[{}]", text)
            assert "None" not in text
        assert "‹" not in found.when


def test_a_rule_that_does_not_exist_names_those_that_are_spelt_alike() -> None:
    with pytest.raises(InvalidValue, match=r"feels_bad\.from_reps") as caught:
        explain_rule("feels_bad.from_reps")
    assert "feels_bad.from_rep " in caught.value.hint
    with pytest.raises(InvalidValue) as caught:
        explain_rule("zzz")
    assert caught.value.hint == "'lookfeel explain' lists all rules."
