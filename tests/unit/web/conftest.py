"""A running site with a fake analysis, and people who visit it."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
import report_factory
from starlette.testclient import TestClient

from lookfeel.store.models import Athlete, Membership, TrainingSet
from lookfeel.web import accounts
from lookfeel.web.analysis import _write
from lookfeel.web.app import create_app
from lookfeel.web.settings import Settings
from tests.unit.web import fake_job

JOB = "tests.unit.web.fake_job:run"
BASE = "http://localhost:8000"
RUBRIC_ITEMS = {
    "knee_in": "knee_over_foot",
    "kasr_drop": "knee_separation_drop",
    "lateral_lean": "trunk_lateral_lean",
    "hip_tilt": "hip_line_tilt",
}
"""Names that the made-up report gives, and those of the rubric, which a decision looks up."""
PASSPHRASE = "a passphrase of the owner"


@pytest.fixture(scope="session")
def results(tmp_path_factory):
    """Files as an analysis leaves them, of a clip that browsers play and of one that they do not."""
    folder = tmp_path_factory.mktemp("results")
    report = report_factory.fitted_squat()
    for codec in ("h264", "hevc"):
        (folder / codec).mkdir()
        video = replace(report.video, codec=codec, bit_depth=8)
        _write(replace(report, video=video), folder / codec)
        result = folder / codec / "result.json"
        text = result.read_text(encoding="utf-8")
        for made_up, real in RUBRIC_ITEMS.items():
            text = text.replace(f'"{made_up}"', f'"{real}"')
        result.write_text(text, encoding="utf-8")
        (folder / codec / "poster.jpg").write_bytes(b"\xff\xd8 a picture")
    return folder


@pytest.fixture
def settings(tmp_path, results, monkeypatch):
    monkeypatch.setenv(fake_job.RESULTS, str(results))
    return Settings(data=tmp_path / "data", job=JOB, spare_bytes=0, stalled_s=2.0)


class Person:
    """A browser that is signed in and knows its form's word."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.csrf = re.search(r'name="csrf" value="([^"]*)"', client.get("/settings", headers=HTML).text)[1]

    def get(self, path, **more):
        return self.client.get(path, **more)

    def post(self, path, data=None, **more):
        more.setdefault("follow_redirects", False)
        return self.client.post(path, data={"csrf": self.csrf, **(data or {})}, **more)

    def send(self, mode="ok", *, name="squat.mp4", **fields):
        """Upload a clip and give its set's id."""
        answer = self.post("/sets", fields, files={"file": (name, fake_job.clip(mode), "video/mp4")})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].removeprefix("/sets/")

    def wait(self, set_id):
        """Wait for the end of a set's analysis, then read its events; the last of them."""
        ends = time.monotonic() + 30
        while self._status(set_id) in ("queued", "working"):
            assert time.monotonic() < ends, "the analysis does not end"
            time.sleep(0.02)
        events = re.findall(r"event: (\w+)\ndata: (.*)", self.get(f"/sets/{set_id}/progress").text)
        return events[-1]

    def _status(self, set_id):
        with self.client.app.state.site.database.reading() as rows:
            return rows.get(TrainingSet, set_id).status

    def measured(self, mode="ok", **fields):
        """A set that is ready."""
        set_id = self.send(mode, **fields)
        assert self.wait(set_id)[0] == "ready"
        return set_id


HTML = {"accept": "text/html"}


@pytest.fixture
def app(settings):
    return create_app(settings)


@pytest.fixture
def client(app):
    with TestClient(app, base_url=BASE) as client:
        yield client


@pytest.fixture
def site(client):
    return client.app.state.site


@pytest.fixture
def owner(client):
    return Person(client)


@pytest.fixture
def visitor(client, site):
    """Makes further people, each with an own browser; `team`: whose they are in."""

    def make(name, *, team=None, role="athlete"):
        with site.database.writing() as rows:
            athlete = Athlete(name=name, settings={}, passphrase_hash="never matches")
            rows.add(athlete)
            rows.flush()
            if team is not None:
                rows.add(Membership(team_id=team, athlete_id=athlete.id, role=role))
            token, _ = accounts.open_session(rows, athlete, life=site.settings.session_life)
        browser = TestClient(client.app, base_url=BASE, cookies={"lookfeel_session": token})
        person = Person(browser)
        person.id = athlete.id
        return person

    return make
