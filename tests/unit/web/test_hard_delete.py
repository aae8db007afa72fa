"""After a deletion the disk is read, every byte of it: nothing of the athlete is left in any file."""

from __future__ import annotations

from starlette.testclient import TestClient

from lookfeel.web.app import create_app
from tests.unit.web.conftest import BASE, Person
from tests.unit.web.test_isolation import owner_of

NAME, NOTE, CLIP = MARKS = ("Zyxwvut Athlete", "qwertz-note-qwertz", "mnbv-clip")

OF_THE_FAKE_JOB = "runs.log"


def test_nothing_of_a_deleted_athlete_is_left_in_any_file(settings):
    with TestClient(create_app(settings), base_url=BASE) as client:
        owner, site = Person(client), client.app.state.site
        owner.post("/settings", {"name": NAME})
        set_id = owner.measured("hevc", name=f"{CLIP}.mp4")
        owner.post(f"/sets/{set_id}/notes", {"text": NOTE})
        owner.post("/sets", {"exercise": "squat"}, files={"file": (f"{CLIP}2.mp4", b"\0\0\0\x10ftypmp42", "video/mp4")})
        assert found_in(settings.data, MARKS) == set(MARKS)

        assert owner.post(f"/athletes/{owner_of(site)}/delete").status_code == 303

        assert found_in(settings.data, MARKS) == set()
        assert [path.name for path in (settings.data / "sets").iterdir()] == [OF_THE_FAKE_JOB]


def test_nothing_of_a_deleted_set_is_left_in_any_file(settings):
    with TestClient(create_app(settings), base_url=BASE) as client:
        owner = Person(client)
        set_id = owner.measured("hevc", name=f"{CLIP}.mp4")
        owner.post(f"/sets/{set_id}/notes", {"text": NOTE})

        owner.post(f"/sets/{set_id}/delete")

        assert found_in(settings.data, (set_id, *MARKS)) == set()


def found_in(folder, marks):
    """Which of the marks are in a name or in the bytes of any file."""
    found = set()
    for path in (path for path in folder.rglob("*") if path.name != OF_THE_FAKE_JOB):
        content = path.read_bytes() if path.is_file() else b""
        found |= {mark for mark in marks if mark.encode() in content or mark in str(path.relative_to(folder))}
    return found
