"""What an athlete does, from the first visit to the last."""

from __future__ import annotations

import html
import io
import json
import zipfile

from lookfeel.report import ReportDocument
from lookfeel.store.models import Athlete
from lookfeel.web import deciding
from tests.unit.web.fake_job import clip

HTMX = {"hx-request": "true", "accept": "text/html"}


def test_from_upload_to_decision(owner):
    set_id = owner.send(name="my squat.mp4", exercise="squat")
    assert owner.wait(set_id) == ("ready", "{}")
    assert "my squat.mp4" in owner.get(f"/sets/{set_id}").text

    answer = owner.post(f"/sets/{set_id}/feels", {"overall": "good", "pain": "1"}, headers=HTMX)

    assert answer.status_code == 200
    point = owner.get("/history.json").json()["exercises"][0]["points"][0]
    page = html.unescape(answer.text)  # which shows the cue apart from the sentence that it ends
    assert all(part in page for part in point["text"].split(": "))
    assert (point["id"], point["pain"], point["feels"]) == (set_id, 1.0, "good")


def test_a_later_answer_decides_anew_and_keeps_the_earlier_decision(owner, site):
    set_id = owner.measured()
    owner.post(f"/sets/{set_id}/feels", {"overall": "good", "pain": "0"})

    owner.post(f"/sets/{set_id}/feels", {"pain": "8"})

    series = owner.get("/history.json").json()["exercises"][0]["points"][0]
    assert (series["action"], series["feels"]) == ("stop", "stop")
    archive = zipfile.ZipFile(io.BytesIO(owner.get(export_path(site)).content))
    (name,) = [name for name in archive.namelist() if name.endswith("set.json")]
    kept = json.loads(archive.read(name))
    assert [one["feels"] for one in kept["decisions"]] == ["unknown", "good", "stop"]
    assert kept["feels"] == {"overall": "good", "pain": 8.0}


def test_an_empty_field_takes_an_answer_back(owner):
    set_id = owner.measured()
    owner.post(f"/sets/{set_id}/feels", {"overall": "good", "pain": "8"})

    owner.post(f"/sets/{set_id}/feels", {"pain": ""})

    point = owner.get("/history.json").json()["exercises"][0]["points"][0]
    assert (point["pain"], point["feels"]) == (None, "good")


def test_loads_are_kept_in_kilograms(owner):
    set_id = owner.measured()
    owner.post("/settings", {"unit": "lb"})

    owner.post(f"/sets/{set_id}/context", {"load": "100"})

    point = owner.get("/history.json").json()["exercises"][0]["points"][0]
    assert abs(point["load_kg"] - 45.359237) < 1e-9


def test_what_changes_the_measures_measures_again_with_it(owner, site):
    set_id = owner.measured()

    answer = owner.post(f"/sets/{set_id}/context", {"height_cm": "181"}, headers=HTMX)

    assert answer.headers["hx-refresh"] == "true"
    assert owner.wait(set_id)[0] == "ready"
    runs = (site.folder.root / "sets" / "runs.log").read_text().splitlines()
    assert len(runs) == 2
    assert "height_cm" in runs[1]
    assert len([entry for entry in site.folder.of_set(set_id).iterdir() if entry.is_dir()]) == 1


def test_what_changes_the_decision_alone_does_not(owner):
    set_id = owner.measured()

    answer = owner.post(f"/sets/{set_id}/context", {"experience": "novice", "load": "80"}, headers=HTMX)

    assert "hx-refresh" not in answer.headers
    assert owner.wait(set_id) == ("ready", "{}")


def test_a_decision_knows_the_earlier_sets_of_the_exercise(owner, monkeypatch):
    seen = []
    real = deciding.decide
    monkeypatch.setattr(deciding, "decide", lambda looks, **more: (seen.append(more), real(looks, **more))[1])
    first = owner.measured()
    owner.post(f"/sets/{first}/feels", {"overall": "bad", "pain": "3"})
    owner.post(f"/sets/{first}/context", {"load": "60"})

    owner.measured()

    assert [len(one["history"]) for one in seen] == [0, 0, 0, 1]
    (past,) = seen[-1]["history"]
    assert (past.pain, past.load_kg, past.feels) == (3.0, 60.0, "bad")
    assert past.action is not None


def test_settings_are_part_of_every_set(owner, site):
    owner.post("/settings", {"height": "71", "length_unit": "in", "experience": "novice", "strictness": "0.7"})

    owner.measured()

    assert "['experience', 'height_cm', 'weight_unit']" in (site.folder.root / "sets" / "runs.log").read_text()


def test_media_come_whole_and_in_ranges(owner):
    set_id, sent = owner.measured(), clip()

    whole = owner.get(f"/sets/{set_id}/video")
    part = owner.get(f"/sets/{set_id}/video", headers={"range": "bytes=4-7"})
    beyond = owner.get(f"/sets/{set_id}/video", headers={"range": "bytes=9999-"})

    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, sent, "video/mp4")
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-range"] == f"bytes 4-7/{len(sent)}"
    assert beyond.status_code == 416
    assert owner.get(f"/sets/{set_id}/poster.jpg").headers["content-type"] == "image/jpeg"


def test_replay_is_json_for_every_client(owner):
    set_id = owner.measured()

    packed = owner.get(f"/sets/{set_id}/replay.json", headers={"accept-encoding": "gzip"})
    plain = owner.get(f"/sets/{set_id}/replay.json", headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert {"width_px", "time_s", "xy", "reps", "series", "findings", "body", "has_proxy"} <= set(plain.json())


def test_a_clip_that_browsers_cannot_play_gets_a_copy(owner):
    set_id = owner.measured("hevc")
    assert owner.get(f"/sets/{set_id}/replay.json").json()["has_proxy"]

    for _ in range(100):
        answer = owner.get(f"/sets/{set_id}/proxy", headers={"range": "bytes=0-7"})
        if answer.status_code != 202:
            break
        owner.wait(set_id)

    assert (answer.status_code, answer.content) == (206, b"playable")


def test_a_copy_is_made_when_it_is_asked_for(owner):
    set_id = owner.measured()
    assert not owner.get(f"/sets/{set_id}/replay.json").json()["has_proxy"]

    assert owner.get(f"/sets/{set_id}/proxy").status_code == 202


def test_every_page_is_there_before_and_after_the_first_set(owner):
    for path in ("/", "/history", "/team", "/settings", "/compare"):
        assert owner.get(path).status_code == 200, path
    first, second = owner.measured(), owner.measured()
    pages = ("/", "/history", "/team", f"/compare?a={first}&b={second}", f"/sets/{first}/print", f"/sets/{second}")
    for path in pages:
        assert owner.get(path).status_code == 200, path


def test_notes_overrides_and_whether_it_helped(owner, site):
    set_id = owner.measured()

    owner.post(f"/sets/{set_id}/notes", {"text": "<script>alert(1)</script> slower"})
    owner.post(f"/sets/{set_id}/override", {"action": "hold", "reason": "new shoes"})
    owner.post(f"/sets/{set_id}/helped", {"helped": "yes"})

    shown = owner.get(f"/sets/{set_id}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; slower" in shown
    assert "<script>alert" not in shown
    archive = zipfile.ZipFile(io.BytesIO(owner.get(export_path(site)).content))
    names = archive.namelist()
    kept = json.loads(archive.read(next(name for name in names if name.endswith("set.json"))))
    assert kept["overrides"][0]["reason"] == "new shoes"
    assert kept["decisions"][-1]["helped"] == "yes"
    assert {name.rsplit("/")[-1] for name in names} >= {"reps.csv", "signals.csv", "video.mp4", "report.json"}
    report = next(name for name in names if name.endswith("report.json"))
    ReportDocument.model_validate_json(archive.read(report))
    assert list(site.folder.root.glob("export-*")) == []


def test_a_wrong_answer_is_named_and_changes_nothing(owner):
    set_id = owner.measured()
    for fields in ({"pain": "11"}, {"pain": "much"}, {"overall": "fine"}, {"nonsense": "1"}, {"red_flags": "hiccups"}):
        answer = owner.post(f"/sets/{set_id}/feels", fields)
        assert answer.status_code == 422, fields
        assert next(iter(fields)) in answer.json()["message"]

    assert owner.get("/history.json").json()["exercises"][0]["points"][0]["feels"] == "unknown"


def export_path(site):
    with site.database.reading() as rows:
        return f"/athletes/{rows.query(Athlete).filter_by(is_owner=True).one().id}/export.zip"
