"""Videos of long ago leave the disk; what was measured stays, and the page goes on without them."""

from __future__ import annotations

import io
import os
import time
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from lookfeel.store import queue
from lookfeel.store.models import Job, TrainingSet, now
from lookfeel.web.retention import remove_old_videos
from tests.unit.web.conftest import HTML


def age(site, set_id, days):
    with site.database.writing() as rows:
        rows.get(TrainingSet, set_id).created_at = moment = now() - timedelta(days=days)
    os.utime(site.folder.video(set_id), (moment.timestamp(), moment.timestamp()))


def wait_for_all(site):
    """Until nothing is at work: a copy of the clip is made once it was measured."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        with site.database.reading() as rows:
            if rows.query(Job).filter(Job.state.in_(queue.ACTIVE)).count() == 0:
                return
        time.sleep(0.02)


def tidy(site, **changes):
    return remove_old_videos(site.database, site.folder, replace(site.settings, **changes))


@pytest.fixture
def old_set(owner, site):
    set_id = owner.measured("hevc")
    owner.post(f"/sets/{set_id}/second", files={"file": ("2.mp4", b"\x00\x00\x00\x10ftypmp42 another", "video/mp4")})
    owner.wait(set_id)
    wait_for_all(site)
    age(site, set_id, 91)
    return set_id


def test_after_ninety_days_nothing_on_the_disk_shows_the_athlete(owner, site, old_set):
    young = owner.measured()

    assert tidy(site) == 1

    left = {path.name for path in site.folder.of_set(old_set).rglob("*") if path.is_file()}
    assert left & {"video", "second", "poster.jpg", "proxy.mp4"} == set()
    assert {"result.json", "replay.json.gz", "reps.csv"} <= left
    assert site.folder.video(young).exists()
    assert tidy(site) == 0


def test_the_page_goes_on_without_the_video(owner, site, old_set):
    tidy(site)
    for path in ("", "/print", "/replay.json"):
        assert owner.get(f"/sets/{old_set}{path}", headers=HTML).status_code == 200
    for path in ("/video", "/video?clip=2", "/proxy", "/poster.jpg"):
        assert owner.get(f"/sets/{old_set}{path}").status_code == 404
    assert owner.post(f"/sets/{old_set}/feels", {"pain": "0"}).status_code in (200, 303, 422)
    with site.database.reading() as rows:
        owner_id = rows.get(TrainingSet, old_set).athlete_id
    assert owner.get(f"/athletes/{owner_id}/export.zip").status_code == 200


def test_a_set_at_work_keeps_its_video(site, old_set):
    with site.database.writing() as rows:
        queue.enqueue(rows, rows.get(TrainingSet, old_set)).state = "running"
    assert tidy(site) == 0
    assert site.folder.video(old_set).exists()


@pytest.mark.parametrize(("life", "is_kept"), [(None, True), (timedelta(days=92), True), (timedelta(days=1), False)])
def test_how_long_is_the_owner_s_choice(site, old_set, life, is_kept):
    tidy(site, video_life=life)
    assert site.folder.video(old_set).exists() is is_kept


def test_the_upload_says_how_long(owner):
    assert "after 90 days" in owner.get("/", headers=HTML).text


def test_an_export_with_faces_covered_leaves_out_what_cannot_be_covered(owner, site):
    set_id = owner.measured()  # the fake analysis saw no landmarks
    with site.database.reading() as rows:
        athlete_id = rows.get(TrainingSet, set_id).athlete_id

    answer = owner.get(f"/athletes/{athlete_id}/export.zip?faces=covered")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
    assert [name for name in names if name.endswith((".mp4", ".webm", ".jpg"))] == []
    assert any(name.endswith("video-left-out.txt") for name in names)
    assert any(name.endswith("report.json") for name in names)
    assert owner.get(f"/athletes/{athlete_id}/export.zip?faces=perhaps").status_code == 422


class FullDisk(io.BytesIO):
    """A file on a full disk: what is written waits, and closing it fails too."""

    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")

    def close(self) -> None:
        raise OSError(28, "No space left on device")


def test_an_export_without_room_is_named(owner, site, monkeypatch):
    """Found on a small disk: the file's own end failed once more, and nobody named that."""
    set_id = owner.measured()
    with site.database.reading() as rows:
        athlete_id = rows.get(TrainingSet, set_id).athlete_id
    monkeypatch.setattr("lookfeel.web.export.tempfile.TemporaryFile", lambda **_: FullDisk())
    answer = owner.get(f"/athletes/{athlete_id}/export.zip")
    assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")
