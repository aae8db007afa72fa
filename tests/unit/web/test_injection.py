"""Scripts and formulas in every field that somebody can fill: shown as text, in pages, print and export."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from lookfeel.store.models import TrainingSet
from tests.unit.web.conftest import HTML
from tests.unit.web.test_isolation import new_team

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "<svg/onload=alert(1)>",
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
)


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_somebody_types_is_text_on_every_page(owner, visitor, site, text):
    team = new_team(site)
    coach = visitor(text, team=team, role="coach")
    athlete = visitor(text, team=team)
    coach.post("/settings", {"name": text})
    coach.post("/team/name", {"name": text})
    set_id = athlete.measured(name=f"{text}.mp4")
    coach.post(f"/sets/{set_id}/notes", {"text": text})
    coach.post(f"/sets/{set_id}/override", {"action": "hold", "reason": text})
    athlete.post(f"/sets/{set_id}/feels", {"where": text})

    pages = [f"/sets/{set_id}", f"/sets/{set_id}/print", "/history", "/", "/settings", "/team", f"/compare?a={set_id}"]
    for person in (coach, athlete):
        for path in pages:
            answer = person.get(path, headers=HTML)
            shown = answer.text
            for tag in ("<script>alert", "<img src=x", "<svg/onload", 'href="javascript:', ">49<"):
                assert tag not in shown, (path, tag)
            assert (
                "script-src" not in answer.headers["content-security-policy"]
            )  # so default-src 'self' holds for scripts
            assert "unsafe" not in answer.headers["content-security-policy"]


def test_an_export_is_json_and_csv_that_do_nothing(owner, site):
    set_id = owner.measured(name="=cmd|' /C calc'!A0.mp4")
    owner.post(f"/sets/{set_id}/notes", {"text": "=HYPERLINK(1)"})
    with site.database.reading() as rows:
        athlete_id = rows.get(TrainingSet, set_id).athlete_id
    content = owner.get(f"/athletes/{athlete_id}/export.zip").content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            assert not name.startswith(("/", "=", "+", "-", "@")), name
            assert ".." not in name
            if name.endswith(".csv"):
                cells = [cell for line in archive.read(name).decode().splitlines() for cell in line.split(",")]
                assert not [cell for cell in cells if cell.lstrip('"')[:1] in ("=", "+", "@")]
            if name.endswith(".json"):
                json.loads(archive.read(name))


def test_an_answer_for_a_script_is_never_html(owner, site):
    set_id = owner.measured(name="<script>alert(1)</script>.mp4")
    for path in (f"/sets/{set_id}/replay.json", "/history.json", f"/sets/{set_id}/progress", "/nowhere<script>"):
        kind = owner.get(path).headers["content-type"]
        assert kind.startswith(("application/json", "text/event-stream")), kind
