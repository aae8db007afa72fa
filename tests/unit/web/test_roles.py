"""Every route against every role: what each may reach, and nothing else; media in ranges and streams among it."""

from __future__ import annotations

import pytest

from lookfeel.store.models import TrainingSet
from tests.unit.web.test_isolation import new_team, of_others

MAY_COACH = {
    ("GET", "/sets/{set_id}"),
    ("GET", "/sets/{set_id}/print"),
    ("GET", "/sets/{set_id}/progress"),
    ("GET", "/sets/{set_id}/video"),
    ("GET", "/sets/{set_id}/proxy"),
    ("GET", "/sets/{set_id}/poster.jpg"),
    ("GET", "/sets/{set_id}/replay.json"),
    ("POST", "/sets/{set_id}/notes"),
    ("POST", "/sets/{set_id}/override"),
}
"""What a coach may do with a set of an athlete who has an account of their own."""


@pytest.fixture
def people(visitor, site):
    team = new_team(site)
    ann = visitor("Ann", team=team)
    return {
        "athlete": ann,
        "coach": visitor("Coach", team=team, role="coach"),
        "teammate": visitor("Bea", team=team),
        "stranger": visitor("Cem"),
        "other coach": visitor("Dee", team=new_team(site), role="coach"),
    }


def test_the_matrix(app, people, site):
    ann = people["athlete"]
    set_id = ann.measured("hevc")
    created = ann.client.post(
        "/uploads", headers={"tus-resumable": "1.0.0", "upload-length": "100", "x-csrf-token": ann.csrf}
    )
    upload_id = created.headers["location"].rsplit("/", 1)[-1]
    allowed = {}
    for role, person in people.items():
        if role == "athlete":
            continue
        for method, path in of_others(app):
            address = path.format(set_id=set_id, upload_id=upload_id, athlete_id=ann.id)
            kind = "application/offset+octet-stream" if "upload" in path else "application/x-www-form-urlencoded"
            headers = {"tus-resumable": "1.0.0", "content-type": kind, "x-csrf-token": person.csrf}
            headers |= {"range": "bytes=0-3", "upload-offset": "0"}
            data = {"content": b"text=x&action=hold&reason=x"} if method == "POST" and "upload" not in path else {}
            answer = person.client.request(method, address, headers=headers, follow_redirects=False, **data)
            assert answer.status_code < 500, (role, method, path)
            if answer.status_code != 404:
                allowed.setdefault(role, set()).add((method, path))

    assert allowed == {"coach": MAY_COACH}
    with site.database.reading() as rows:
        assert rows.get(TrainingSet, set_id) is not None
    assert site.folder.video(set_id).exists()


@pytest.mark.parametrize(
    "asked", ["bytes=0-0", "bytes=-5", "bytes=5-", "bytes=9999999-", "bytes=0-3,8-9", "lines=1-2", "bytes=z"]
)
def test_a_range_of_another_s_video_is_as_absent_as_the_whole(people, asked):
    set_id = people["athlete"].measured()
    for role in ("teammate", "stranger", "other coach"):
        assert people[role].get(f"/sets/{set_id}/video", headers={"range": asked}).status_code == 404
    assert people["athlete"].get(f"/sets/{set_id}/video", headers={"range": asked}).status_code in (200, 206, 400, 416)


@pytest.mark.parametrize(
    "name", ["../lookfeel.sqlite3", "..%2flookfeel.sqlite3", "%00", "video%2f..", "a" * 300, "😀", "\u202e"]
)
def test_an_id_is_never_a_path(people, name):
    for path in (f"/sets/{name}/video", f"/sets/{name}", f"/uploads/{name}", f"/athletes/{name}/export.zip"):
        assert people["athlete"].get(path).status_code in (400, 404, 405)
