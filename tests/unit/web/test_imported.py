"""Sets that came from a batch, in the page: seen by the coach, answered and deleted like others, without a replay."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest
from starlette.testclient import TestClient

from lookfeel.report import ReportDocument
from lookfeel.store import Database, DataFolder, queue
from lookfeel.store.importing import Filmed, import_set, import_video
from lookfeel.store.models import Job, TrainingSet
from lookfeel.web.app import create_app
from tests.batch_run import document, sha256_of, write_clip
from tests.unit.web.conftest import BASE, HTML, Person
from tests.unit.web.fake_job import clip

HTMX = {"hx-request": "true", "accept": "text/html"}


def put(site, clip="a.mp4", *, athlete="Ann", day=date(2026, 3, 2), **figures):
    return import_set(site.database, Filmed(athlete=athlete, day=day, document=document(clip, **figures)))


@pytest.fixture
def imported(site):
    return put(site).set_id


def athlete_of(site, set_id):
    with site.database.reading() as rows:
        return rows.get(TrainingSet, set_id).athlete_id


def n_jobs(site):
    with site.database.reading() as rows:
        return rows.query(Job).count()


def test_the_coach_sees_the_set_and_its_figures(owner, site, imported):
    athlete = athlete_of(site, imported)
    assert "Ann" in owner.get("/team").text
    assert f"/sets/{imported}" in owner.get(f"/history?athlete={athlete}").text
    page = owner.get(f"/sets/{imported}").text

    assert "its video is not kept here" in page
    assert "The left knee falls inward" in page
    for gone in ('id="stage"', "poster.jpg", "/again", 'id="plots"', 'type="file"', "data-seek"):
        assert gone not in page
    assert "<table" in page
    assert owner.get(f"/sets/{imported}/print").status_code == 200
    point = owner.get(f"/history.json?athlete={athlete}").json()["exercises"][0]["points"][0]
    assert (point["id"], point["load_kg"], point["time"][:10]) == (imported, 80.0, "2026-03-02")
    assert owner.get(f"/?athlete={athlete}").status_code == 200


def test_what_needs_the_video_says_that_it_is_not_here(owner, site, imported):
    for path in ("video", "video?clip=2", "proxy", "poster.jpg", "replay.json"):
        assert owner.get(f"/sets/{imported}/{path}").status_code == 404, path
    again = owner.post(f"/sets/{imported}/again", headers=HTML)
    assert (again.status_code, "cannot be measured again" in again.text) == (409, True)
    sent = owner.post(f"/sets/{imported}/second", files={"file": ("b.mp4", clip(), "video/mp4")})
    assert (sent.status_code, owner.post(f"/sets/{imported}/second/delete").status_code) == (409, 409)
    assert n_jobs(site) == 0
    assert not site.folder.of_set(imported).exists()


def test_an_answer_decides_anew_and_measures_nothing(owner, site, imported):
    said = owner.post(f"/sets/{imported}/feels", {"pain": "8"}, headers=HTMX)
    around = owner.post(f"/sets/{imported}/context", {"height_cm": "181", "load": "85"}, headers=HTMX)

    assert (said.status_code, around.status_code) == (200, 200)
    assert "hx-refresh" not in around.headers
    assert n_jobs(site) == 0
    with site.database.reading() as rows:
        row = rows.get(TrainingSet, imported)
        assert (row.status, row.decisions[-1].document["action"], len(row.decisions)) == ("ready", "stop", 2)
        assert row.answers.context == {"load_kg": 85.0, "height_cm": 181.0}


def test_a_set_that_is_filmed_now_knows_those_that_were_imported(owner, site, monkeypatch):
    from lookfeel.web import deciding

    put(site, athlete="You")
    seen = []
    real = deciding.decide
    monkeypatch.setattr(deciding, "decide", lambda looks, **more: (seen.append(more), real(looks, **more))[1])

    owner.measured()

    (past,) = seen[-1]["history"]
    assert (past.session, past.load_kg) == ("2026-03-02", 80.0)


def test_export_and_deletion(owner, site, imported):
    athlete = athlete_of(site, imported)
    archive = zipfile.ZipFile(io.BytesIO(owner.get(f"/athletes/{athlete}/export.zip").content))
    names = archive.namelist()
    report = archive.read(next(name for name in names if name.endswith("report.json")))
    ReportDocument.model_validate_json(report)
    assert json.loads(archive.read(next(name for name in names if name.endswith("set.json"))))["context"]
    assert not any("video" in name for name in names)

    assert owner.post(f"/sets/{imported}/delete").status_code == 303
    assert owner.get(f"/sets/{imported}").status_code == 404
    assert put(site).outcome == "added"
    assert owner.post(f"/athletes/{athlete}/delete").status_code == 303
    assert "Ann" not in owner.get("/team").text


def test_two_sets_are_compared_by_their_numbers(owner, site, imported):
    other = put(site, "b.mp4").set_id
    page = owner.get(f"/compare?a={imported}&b={other}").text
    assert "only its numbers are shown" in page
    assert 'id="pair"' not in page
    assert "<video" not in page


def test_with_its_video_it_can_be_played_and_measured_again(owner, site, tmp_path, imported):
    import_video(site.database, site.folder, imported, write_clip(tmp_path, "a.mp4"))
    page = owner.get(f"/sets/{imported}").text
    assert f'src="/sets/{imported}/video"' in page
    assert "/again" in page
    assert owner.get(f"/sets/{imported}/video").content == (tmp_path / "a.mp4").read_bytes()

    assert owner.post(f"/sets/{imported}/again").status_code == 303
    assert owner.wait(imported)[0] in ("ready", "failed")
    assert n_jobs(site) == 1


def test_measuring_again_that_is_cancelled_keeps_the_imported_result(owner, site, tmp_path, imported):
    import_video(site.database, site.folder, imported, write_clip(tmp_path, "a.mp4"))
    with site.database.writing() as rows:
        queue.enqueue(rows, rows.get(TrainingSet, imported))
    owner.post(f"/sets/{imported}/cancel")
    with site.database.reading() as rows:
        assert rows.get(TrainingSet, imported).status == "ready"


def test_a_clip_that_was_sent_and_one_that_is_imported_are_one_set(owner, site):
    set_id = owner.measured()
    with site.database.reading() as rows:
        row = rows.get(TrainingSet, set_id)
        assert row.video_sha256 == row.report.document["provenance"]["video_sha256"]
        told = ReportDocument.model_validate(row.report.document)
        day = row.created_at.date()
    assert import_set(site.database, Filmed(athlete="You", day=day, document=told)).outcome == "there"
    assert sha256_of("a.mp4") != told.provenance.video_sha256


def test_a_store_that_was_filled_before_the_page_was_ever_started(settings, tmp_path):
    folder = DataFolder(settings.data)
    folder.make()
    database = Database(folder.database_url)
    set_id = import_set(
        database, Filmed(athlete="Ann", day=date(2026, 3, 2), document=document()), team="Juniors"
    ).set_id
    import_video(database, folder, set_id, write_clip(tmp_path, "a.mp4"))
    database.close()

    for _ in range(2):  # the second start sweeps too
        with TestClient(create_app(settings), base_url=BASE) as client:
            owner = Person(client)
            team = owner.get("/team").text
            assert "Juniors" in team
            assert "Ann" in team
            assert owner.get(f"/sets/{set_id}/video").status_code == 200


def test_the_way_to_the_team_is_there_once_there_is_somebody_in_it(owner, site):
    assert 'href="/team"' not in owner.get("/").text
    put(site)
    assert 'href="/team"' in owner.get("/").text


def test_why_no_exercise_was_recognised_is_said_where_the_score_would_be(owner, site):
    told = document().model_dump(mode="json")
    why = "As in a deadlift, which is not judged."
    told["exercise"] |= {"name": "none", "variant": None, "reasons": [why]}
    told["looks"] |= {"score": None, "low": None, "high": None, "state": "not_assessable", "findings": [], "items": []}
    told |= {"n_reps": 0, "reps": []}
    seen = Filmed(athlete="Ann", day=date(2026, 3, 2), document=ReportDocument.model_validate(told))
    page = owner.get(f"/sets/{import_set(site.database, seen).set_id}").text

    assert page.index("No score this time") < page.index(why) < page.index('id="found-title"')
