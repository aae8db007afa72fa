"""Rows of sets and reps enter; the team's page leaves as bytes: one file, offline, readable without its script.

The page's policy lets no script run but its own, by the hash of its text, and nothing be fetched from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from lookfeel.batch.team.page import build_page
from lookfeel.batch.team.settings import load_team
from lookfeel.report.document import clean_text


def build_team_html(
    sets: Sequence[Mapping[str, Any]],
    reps: Sequence[Mapping[str, Any]],
    *,
    previous_sets: Sequence[Mapping[str, Any]] | None,
    title: str,
) -> bytes:
    """The team's page. The same rows give the same bytes; nothing in it tells when it was made.

    Parameters
        sets, reps: rows of sets.parquet and reps.parquet by column; None or NaN where a cell is empty.
        previous_sets: rows of the last run's sets.parquet, to tell what changed; None without one.
        title: what the page is called, such as the name of the team.
    Returns
        UTF-8. Links lead to clips/<result>/report.html beside the page.
    Raises
        InvalidValue: a cell holds what its column does not allow.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("lookfeel.batch.team", "template"),
                jinja2.PrefixLoader({"report": jinja2.PackageLoader("lookfeel.report", "template")}),
            ]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = build_page(sets, reps, previous_sets=previous_sets, title=title, settings=load_team())
    script = _script()
    text = environment.get_template("team.html.jinja").render(page=page, script=script, script_hash=_hash_of(script))
    return clean_text(text + "\n").encode("utf-8")


def _script() -> str:
    """The text of team.js as a browser reads it: line feeds only, also from a Windows checkout."""
    path = resources.files("lookfeel.batch.team") / "template" / "team.js"
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash_of(script: str) -> str:
    """What the page's Content-Security-Policy names a script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
