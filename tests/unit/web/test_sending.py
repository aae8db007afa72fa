"""Uploads in parts and whole: nothing is lost, doubled, too large or written where it should not be."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from lookfeel.store import DataFolder
from lookfeel.store.models import TrainingSet, Upload, now
from lookfeel.web import uploads
from lookfeel.web.app import create_app
from lookfeel.web.problems import TooLarge
from tests.unit.web.conftest import BASE, Person
from tests.unit.web.fake_job import clip

TUS = {"tus-resumable": "1.0.0"}


class Sender:
    """A tus client by hand."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def create(self, size, **told):
        pairs = [f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items()]
        headers = {**TUS, "upload-length": str(size), "upload-metadata": ",".join(pairs)}
        return self._request("POST", "/uploads", headers)

    def head(self, path):
        return self._request("HEAD", path, TUS)

    def patch(self, path, data, offset):
        headers = {**TUS, "upload-offset": str(offset), "content-type": "application/offset+octet-stream"}
        return self._request("PATCH", path, headers, content=data)

    def delete(self, path):
        return self._request("DELETE", path, TUS)

    def _request(self, method, path, headers, **more):
        return self.person.client.request(method, path, headers={"x-csrf-token": self.person.csrf, **headers}, **more)


@pytest.fixture
def sender(owner):
    return Sender(owner)


def sets(site):
    with site.database.reading() as rows:
        return rows.query(TrainingSet).all()


@pytest.mark.parametrize("cuts", [[], [1], [20, 21], [500, 990]], ids=str)
def test_a_clip_in_parts_is_the_same_clip(sender, site, cuts):
    data = clip(size=1000)
    path = sender.create(len(data), filename="squat.mp4", exercise="squat").headers["location"]
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        assert sender.head(path).headers["upload-offset"] == str(start)
        answer = sender.patch(path, data[start:end], start)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end))

    set_id = answer.headers["location"].removeprefix("/sets/")
    assert sender.person.wait(set_id)[0] == "ready"
    kept = site.folder.video(set_id).read_bytes()
    assert hashlib.sha256(kept).digest() == hashlib.sha256(data).digest()
    assert [(one.name, one.exercise_wanted) for one in sets(site)] == [("squat.mp4", "squat")]


def test_the_last_part_sent_twice_makes_one_set(sender, site):
    data = clip()
    path = sender.create(len(data)).headers["location"]
    first = sender.patch(path, data, 0)

    again, asked = sender.patch(path, b"", len(data)), sender.head(path)

    assert first.headers["location"] == again.headers["location"] == asked.headers["location"]
    assert asked.headers["upload-offset"] == str(len(data))
    assert len(sets(site)) == 1


def test_a_server_that_died_between_the_last_byte_and_the_answer_makes_the_set_when_asked(sender, site):
    data = clip()
    path = sender.create(len(data)).headers["location"]
    upload_id = path.removeprefix("/uploads/")
    appender = uploads.Appender(site.folder, Upload(id=upload_id, size_bytes=len(data)), spare_bytes=0)
    appender.write(data)
    appender.close()

    asked = sender.head(path)

    assert asked.headers["location"] == f"/sets/{upload_id}"
    assert len(sets(site)) == 1


def test_an_offset_that_is_not_the_end_is_refused(sender):
    path = sender.create(100).headers["location"]
    sender.patch(path, clip(size=50), 0)
    for offset in (0, 49, 51, "x"):
        assert sender.patch(path, b"1", offset).status_code == 409
    assert sender.head(path).headers["upload-offset"] == "50"


def test_more_than_announced_is_refused_and_removed(sender, site):
    path = sender.create(40).headers["location"]
    assert sender.patch(path, clip(size=41), 0).status_code == 413
    assert sender.head(path).status_code == 404
    assert sets(site) == []
    assert list((site.folder.root / "sets").iterdir()) == []


def test_what_is_no_video_is_refused_at_its_first_bytes(sender, site):
    path = sender.create(10_000_000).headers["location"]
    answer = sender.patch(path, b"#EXTM3U\nhttp://elsewhere\n", 0)
    assert answer.status_code == 422
    assert "not an MP4" in answer.json()["message"]
    assert list((site.folder.root / "sets").iterdir()) == []


def test_a_tiny_file_that_is_no_video_is_refused_too(sender, site):
    path = sender.create(3).headers["location"]
    assert sender.patch(path, b"abc", 0).status_code == 422
    assert sets(site) == []


def test_a_given_up_upload_leaves_nothing(sender, site):
    path = sender.create(100).headers["location"]
    sender.patch(path, clip(size=50), 0)
    assert sender.delete(path).status_code == 204
    assert list((site.folder.root / "sets").iterdir()) == []
    assert sender.head(path).status_code == 404


def test_a_running_server_removes_abandoned_uploads_too(sender, site, monkeypatch):
    path = sender.create(100).headers["location"]
    sender.patch(path, clip(size=50), 0)
    with site.database.writing() as rows:
        rows.get(Upload, path.removeprefix("/uploads/")).created_at = now() - timedelta(hours=25)
    monkeypatch.setattr("lookfeel.web.dispatcher.TIDY_EVERY_S", 0.0)

    site.dispatcher.ring()

    ends = time.monotonic() + 10
    while sender.head(path).status_code != 404:
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_an_abandoned_upload_is_removed_after_a_day(settings):
    with TestClient(create_app(settings), base_url=BASE) as client:
        sender = Sender(Person(client))
        old, new = (sender.create(100).headers["location"] for _ in range(2))
        for path in (old, new):
            sender.patch(path, clip(size=50), 0)
        with client.app.state.site.database.writing() as rows:
            rows.get(Upload, old.removeprefix("/uploads/")).created_at = now() - timedelta(hours=25)
    with TestClient(create_app(settings), base_url=BASE, cookies=client.cookies) as client:
        sender = Sender(Person(client))
        assert sender.head(old).status_code == 404
        assert sender.head(new).headers["upload-offset"] == "50"
    assert [entry.name for entry in (settings.data / "sets").iterdir()] == [new.removeprefix("/uploads/")]


@pytest.mark.parametrize(
    ("size", "status"), [(0, 422), (500_000_001, 413), ("-1", 422), ("many", 422), ("9" * 40, 422)]
)
def test_sizes_that_make_no_sense_are_refused_before_a_byte(sender, size, status):
    assert sender.create(size).status_code == status


def test_another_version_of_the_protocol_is_refused(sender):
    assert sender._request("POST", "/uploads", {"upload-length": "5"}).status_code == 412
    assert sender._request("OPTIONS", "/uploads", {}).headers["tus-version"] == "1.0.0"


def test_an_unknown_exercise_is_refused_before_a_byte(sender):
    answer = sender.create(100, exercise="handstand")
    assert answer.status_code == 422
    assert "handstand" in answer.json()["message"]


NAMES = [
    "../../etc/passwd",
    "a\0b.mp4",
    "C:\\clips\\a.mp4",
    "x" * 300,
    "🏋️.mp4",
    "\u202egpj.4pm",
    "-rf",
    "",
    "..",
    "<b>.mp4",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_shown_and_never_a_path(owner, site, name):
    sender = Sender(owner)
    path = sender.create(len(clip()), filename=name).headers["location"]
    sender.patch(path, clip(), 0)

    (made,) = sets(site)
    assert 1 <= len(made.name) <= 255
    assert not set(made.name) & set("/\\\0\u202e")
    outside = [entry for entry in site.folder.root.parent.rglob("*") if site.folder.root not in entry.parents]
    assert outside == [site.folder.root]
    assert "<b>" not in owner.get(f"/sets/{made.id}").text
    assert owner.wait(made.id)[0] == "ready"


def test_a_whole_clip_that_is_too_large_is_refused(settings):
    with TestClient(create_app(replace(settings, max_upload_bytes=2_000_000)), base_url=BASE) as client:
        person = Person(client)
        for size in (2_000_001, 3_500_000):
            answer = person.post("/sets", files={"file": ("a.mp4", clip(size=size), "video/mp4")})
            assert answer.status_code == 413
            assert "2 MB" in answer.json()["message"]
        assert list((settings.data / "sets").iterdir()) == []


def test_an_empty_form_is_refused(owner):
    assert owner.post("/sets").status_code == 422
    assert owner.post("/sets", files={"file": ("a.mp4", b"", "video/mp4")}).status_code == 422


def test_a_form_without_a_clip_is_small(owner):
    set_id = owner.measured()
    answer = owner.post(f"/sets/{set_id}/notes", {"text": "x" * 2_000_000})
    assert answer.status_code == 413


def test_one_athlete_cannot_fill_the_queue(settings):
    few = replace(settings, max_waiting=2, max_open_uploads=3)
    with TestClient(create_app(few), base_url=BASE) as client:
        person = Person(client)
        waiting = [person.send("slow") for _ in range(2)]
        refused = person.post("/sets", files={"file": ("a.mp4", clip(), "video/mp4")})
        assert refused.status_code == 429
        for set_id in waiting:
            assert person.post(f"/sets/{set_id}/cancel").status_code == 303
        sender = Sender(person)
        assert [sender.create(100).status_code for _ in range(4)] == [201, 201, 201, 429]


def test_one_guest_cannot_fill_the_disk(site, visitor, owner):
    little = replace(site.settings, max_guest_bytes=1000)
    site.dispatcher.stop()
    owner.client.app.state.site = replace(site, settings=little)
    guest = visitor("Ann")
    guest.send(name="a.mp4")
    sender = Sender(guest)
    assert [sender.create(400).status_code for _ in range(3)] == [201, 201, 429]
    assert guest.post("/sets", files={"file": ("a.mp4", clip(size=400), "video/mp4")}).status_code == 429
    assert Sender(owner).create(2000).status_code == 201


def test_a_full_disk_is_said_before_a_byte(settings):
    with TestClient(create_app(replace(settings, spare_bytes=1 << 60)), base_url=BASE) as client:
        person = Person(client)
        answer = Sender(person).create(100)
        assert (answer.status_code, answer.json()["code"]) == (507, "disk_full")


def test_a_disk_that_fills_up_meanwhile_keeps_what_it_took(sender, monkeypatch):
    path = sender.create(100).headers["location"]
    sender.patch(path, clip(size=50), 0)

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("lookfeel.web.uploads.os.fsync", full)
        assert sender.patch(path, b"x" * 10, 50).status_code == 507
    assert int(sender.head(path).headers["upload-offset"]) in (50, 60)


def test_a_part_is_never_written_beyond_the_promise(tmp_path):
    appender = uploads.Appender(DataFolder(tmp_path), Upload(id="0a", size_bytes=10), spare_bytes=0)
    with pytest.raises(TooLarge):
        appender.write(b"x" * 11)
    appender.close()
    assert (tmp_path / "sets" / "0a" / "video").stat().st_size == 0


def with_room(monkeypatch, n_bytes):
    """As if the disk had so many bytes left, less what arrived since."""
    free = {"left": n_bytes}
    monkeypatch.setattr("lookfeel.store.folder.DataFolder.free_bytes", lambda _: free["left"])
    return free


def test_room_is_promised_once(sender, site, monkeypatch):
    with_room(monkeypatch, 1500)
    first = sender.create(1000)
    assert first.status_code == 201
    refused = sender.create(1000)
    assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
    assert sender.create(500).status_code == 201

    sender.delete(first.headers["location"])
    assert sender.create(1000).status_code == 201


def test_what_arrived_of_an_upload_takes_its_room_once(sender, site, monkeypatch):
    free, data = with_room(monkeypatch, 2000), clip(size=1000)
    path = sender.create(1000).headers["location"]
    sender.patch(path, data[:600], 0)
    free["left"] -= 600
    assert sender.create(1000).status_code == 201
    assert sender.create(1).status_code == 507


def test_a_disk_that_fills_on_the_way_keeps_its_spare_room(settings, monkeypatch):
    with TestClient(create_app(replace(settings, spare_bytes=5000)), base_url=BASE) as client:
        sender, data = Sender(Person(client)), clip(size=1000)
        free = with_room(monkeypatch, 10_000)
        path = sender.create(1000).headers["location"]
        assert sender.patch(path, data[:400], 0).status_code == 204
        free["left"] = 5100
        refused = sender.patch(path, data[400:], 400)
        assert (refused.status_code, refused.json()["code"]) == (507, "disk_full")
        assert sender.head(path).headers["upload-offset"] == "400"

        free["left"] = 6000
        assert sender.patch(path, data[400:], 400).status_code == 204
        assert len(sets(client.app.state.site)) == 1
