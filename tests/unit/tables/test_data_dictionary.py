"""The data dictionary: made from the code, complete, and the committed copy is up to date."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from lookfeel.cli import app
from lookfeel.export.netcdf import ATTRIBUTES, VARIABLES
from lookfeel.measures import METRICS, SIGNALS
from lookfeel.tables.dictionary import TABLES, data_dictionary, dictionary_markdown
from lookfeel.types import unit_of

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "data-dictionary.md"


def test_the_committed_dictionary_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == dictionary_markdown(), "run: lookfeel export --dictionary"


def test_the_command_prints_it() -> None:
    assert CliRunner().invoke(app, ["export", "--dictionary"]).stdout == dictionary_markdown()
    said = CliRunner().invoke(app, ["export", "--dictionary", "--json"]).stdout
    assert json.loads(said) == json.loads(json.dumps(data_dictionary()))


def test_everything_that_is_written_is_in_it() -> None:
    content = data_dictionary()

    for name, (_, columns) in TABLES.items():
        listed = content["tables"][name]["columns"]
        assert [column["name"] for column in listed] == [column.name for column in columns]
    variables = {variable["name"] for variable in content["motion.nc"]["variables"]}
    assert variables >= set(VARIABLES)
    assert variables >= {f"signals/{name}" for name in SIGNALS} | {f"signals/{name}_sd" for name in SIGNALS}
    assert {attribute["name"] for attribute in content["motion.nc"]["attributes"]} == set(ATTRIBUTES)


def test_a_row_of_markdown_has_as_many_cells_as_its_head() -> None:
    for line in dictionary_markdown().splitlines():
        if line.startswith("|"):
            assert line.count(" | ") in (1, 2, 3)
            assert line.endswith(" |")


def test_every_figure_says_what_it_is_and_has_a_unit() -> None:
    for name, text in [*SIGNALS.items(), *METRICS.items()]:
        assert unit_of(name)
        assert text[0].isupper()
        assert text.endswith(".")
        assert "{" not in name + text
