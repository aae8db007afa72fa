"""Nobody sees or changes what is another's: every route, two athletes, two teams."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.routing import Mount
from starlette.testclient import TestClient

from lookfeel.store.models import Team
from lookfeel.web.app import create_app
from tests.unit.web.conftest import BASE, HTML, PASSPHRASE, Person

OPEN = {"/login", "/join/{word}", "/static"}
OWN_ONLY = {"/", "/history", "/history.json", "/settings", "/logout", "/uploads", "/sets", "/compare", "/team"}
OWN_ONLY |= {"/team/athletes", "/team/invitations", "/team/invitations/withdraw", "/team/name", "/team/leave"}


def routes(app):
    """(method, path) of every route of the app."""
    found = []
    for route in all_routes(app.routes):
        if not isinstance(route, Mount):
            found += [(method, route.path) for method in sorted(route.methods)]
    return found


def all_routes(items):
    for item in items:
        inner = getattr(getattr(item, "original_router", None), "routes", None)
        yield from (all_routes(inner) if inner is not None else [item])


def of_others(app):
    """Routes whose address names something that is somebody's."""
    return [(method, path) for method, path in routes(app) if path not in OPEN | OWN_ONLY]


def test_the_lists_name_every_route(settings):
    app = create_app(settings)
    paths = {path for _, path in routes(app)}
    assert len(paths) > 25
    assert {path for path in paths if "{" not in path} <= OPEN | OWN_ONLY
    assert {path for path in paths if "{set_id}" in path} >= {
        f"/sets/{{set_id}}/{name}" for name in ("video", "proxy", "progress", "replay.json", "feels", "delete")
    }


def test_a_stranger_finds_nothing(app, owner, visitor, site):
    set_id, upload_id = owner.measured("hevc"), begun(owner)
    owner_id = owner_of(site)
    strangers = [visitor("Ann"), visitor("Bea", team=new_team(site), role="coach")]
    tried = 0
    for stranger in strangers:
        for method, path in of_others(app):
            address = path.format(set_id=set_id, upload_id=upload_id, athlete_id=owner_id)
            headers = {"tus-resumable": "1.0.0", "content-type": "application/offset+octet-stream"}
            headers = headers if "upload" in path else {"content-type": "application/x-www-form-urlencoded"}
            headers |= {"x-csrf-token": stranger.csrf, "range": "bytes=0-3", "upload-offset": "0"}
            answer = stranger.client.request(method, address, headers=headers)
            assert answer.status_code == 404, (method, address, answer.status_code, answer.text)
            tried += 1
        for path in (f"/compare?a={set_id}", f"/?athlete={owner_id}", f"/history?athlete={owner_id}"):
            assert stranger.get(path).status_code == 404
        assert stranger.get(f"/history.json?athlete={owner_id}").status_code == 404
        foreign = stranger.post("/sets", {"athlete": owner_id}, files={"file": ("a.mp4", b"0000ftyp", "video/mp4")})
        assert foreign.status_code == 404
        assert "squat.mp4" not in stranger.get("/history").text
    assert tried >= 40
    assert owner.get(f"/sets/{set_id}").status_code == 200


def test_what_is_another_s_looks_like_what_is_not_there(owner, visitor):
    set_id, stranger = owner.measured(), visitor("Ann")

    foreign, missing = (stranger.get(f"/sets/{name}") for name in (set_id, "0" * 18))

    assert (foreign.status_code, foreign.text) == (missing.status_code, missing.text)


def test_nobody_signed_in_gets_nothing(app, owner, site, monkeypatch):
    set_id = owner.measured()
    object.__setattr__(site.settings, "host", "0.0.0.0")
    owner.client.cookies.clear()
    for method, path in routes(app):
        if path in OPEN:
            continue
        answer = owner.client.request(method, path.format(set_id=set_id, upload_id="0", athlete_id="0"))
        assert answer.status_code == 401, (method, path)
    page = owner.client.get(f"/sets/{set_id}", headers=HTML, follow_redirects=False)
    assert page.headers["location"] == f"/login?next=/sets/{set_id}"


def test_a_coach_sees_the_team_and_changes_only_who_has_no_account(owner, visitor, site):
    team_id = new_team(site)
    coach, ann = visitor("Coach", team=team_id, role="coach"), visitor("Ann", team=team_id)
    bea = visitor("Bea", team=team_id)
    set_id = ann.measured()

    assert coach.get(f"/sets/{set_id}").status_code == 200
    assert coach.get(f"/sets/{set_id}/video").status_code == 200
    assert coach.post(f"/sets/{set_id}/notes", {"text": "Nice."}).status_code == 303
    assert coach.post(f"/sets/{set_id}/override", {"action": "hold", "reason": "travel"}).status_code == 303
    assert coach.post(f"/sets/{set_id}/feels", {"pain": "0"}).status_code == 404
    assert coach.post(f"/sets/{set_id}/delete").status_code == 404
    assert bea.get(f"/sets/{set_id}").status_code == 404
    assert ann.get("/team").status_code == 404
    assert "Ann" in coach.get("/team").text

    coach.post("/team/athletes", {"name": "Cem <b>"})
    shown = coach.get("/team").text
    assert "Cem &lt;b&gt;" in shown
    cem = member(site, "Cem <b>")
    theirs = coach.send(athlete=cem)
    assert coach.wait(theirs)[0] == "ready"
    assert coach.post(f"/sets/{theirs}/feels", {"overall": "good", "pain": "0"}).status_code == 303


def test_an_invited_athlete_takes_the_own_sets_over(owner, site):
    owner.post("/team/athletes", {"name": "Ann"})
    ann = member(site, "Ann")
    set_id = owner.measured(athlete=ann)
    invitation = owner.post("/team/invitations", {"athlete": ann}).text
    path = re.search(r"/join/[\w-]+", invitation)[0]
    owner.client.cookies.clear()

    short = owner.client.post(path, data={"name": "Ann", "passphrase": "short"})
    joined = owner.client.post(path, data={"name": "Ann", "passphrase": "long enough"}, follow_redirects=False)

    assert (short.status_code, joined.status_code) == (422, 303)
    assert owner.client.get(f"/sets/{set_id}").status_code == 200
    assert owner.client.post(path, data={"name": "Eve", "passphrase": "long enough"}).status_code == 404


def test_a_second_link_to_one_athlete_ends_with_the_first(owner, site):
    owner.post("/team/athletes", {"name": "Ann"})
    ann = member(site, "Ann")
    first, second = (
        re.search(r"/join/[\w-]+", owner.post("/team/invitations", {"athlete": ann}).text)[0] for _ in range(2)
    )
    owner.client.cookies.clear()
    owner.client.post(first, data={"name": "Ann", "passphrase": "long enough"})

    taken = owner.client.post(second, data={"name": "Eve", "passphrase": "long enough"})

    assert taken.status_code == 404
    assert member(site, "Ann") == ann


def test_an_invitation_that_was_taken_back_lets_nobody_in(owner, visitor, site):
    link = re.search(r"/join/[\w-]+", owner.post("/team/invitations").text)[0]
    named = re.search(r'name="invitation" value="(\w+)"', owner.get("/team").text)[1]
    other = visitor("Eve", team=new_team(site), role="coach")

    assert other.post("/team/invitations/withdraw", {"invitation": named}).status_code == 404
    assert owner.client.get(link).status_code == 200
    assert owner.post("/team/invitations/withdraw", {"invitation": named}).status_code == 303

    assert owner.client.get(link).status_code == 404
    assert named not in owner.get("/team").text


def test_who_left_a_team_is_no_longer_seen_by_it(owner, visitor, site):
    team_id = new_team(site)
    coach, ann = visitor("Coach", team=team_id, role="coach"), visitor("Ann", team=team_id)
    set_id = ann.measured()
    assert team_id in ann.get("/settings").text

    assert ann.post("/team/leave", {"team": team_id}).status_code == 303

    assert coach.get(f"/sets/{set_id}").status_code == 404
    assert ann.get(f"/sets/{set_id}").status_code == 200
    assert ann.post("/team/leave", {"team": team_id}).status_code == 404
    assert coach.post("/team/leave", {"team": team_id}).status_code == 409


def test_a_team_is_called_as_its_coach_says(owner):
    owner.post("/team/name", {"name": " Barbell <b>  club "})

    assert "<h1>Barbell &lt;b&gt; club</h1>" in owner.get("/team").text
    assert owner.post("/team/name", {"name": " "}).status_code == 422


@pytest.mark.parametrize("path", ["/join/nothing", "/sets/nothing", "/nothing"])
def test_an_address_that_is_not_there(owner, path):
    answer = owner.get(path, headers=HTML)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def begun(person):
    headers = {"tus-resumable": "1.0.0", "upload-length": "99", "x-csrf-token": person.csrf}
    return person.client.post("/uploads", headers=headers).headers["location"].removeprefix("/uploads/")


def owner_of(site):
    from lookfeel.web import accounts

    with site.database.writing() as rows:
        return accounts.owner(rows).id


def new_team(site):
    with site.database.writing() as rows:
        team = Team(name="Team")
        rows.add(team)
        rows.flush()
        return team.id


def member(site, name):
    from lookfeel.store.models import Athlete

    with site.database.reading() as rows:
        return rows.query(Athlete).filter_by(name=name).one().id


def test_athletes_of_an_owner_who_left_are_the_next_owner_s(owner, site):
    owner.post("/team/athletes", {"name": "Kid"})
    set_id = owner.measured(athlete=member(site, "Kid"))

    owner.post(f"/athletes/{owner_of(site)}/delete")

    next_owner = Person(TestClient(owner.client.app, base_url=BASE))
    assert next_owner.get(f"/sets/{set_id}").status_code == 200
    assert next_owner.post(f"/athletes/{member(site, 'Kid')}/delete").status_code == 303
    assert not site.folder.of_set(set_id).exists()


def test_an_owner_who_left_can_come_back_with_the_passphrase(settings):
    remote = replace(settings, host="0.0.0.0", passphrase=PASSPHRASE)
    with TestClient(create_app(remote), base_url=BASE) as client:
        client.post("/login", data={"passphrase": PASSPHRASE})
        Person(client).post(f"/athletes/{owner_of(client.app.state.site)}/delete")
        assert client.get("/").status_code == 401
        assert client.post("/login", data={"passphrase": PASSPHRASE}).status_code == 200


def test_an_athlete_does_not_override_the_own_decision(visitor, site):
    ann = visitor("Ann", team=new_team(site))
    set_id = ann.measured()
    assert ann.post(f"/sets/{set_id}/override", {"action": "progress", "reason": "I want to"}).status_code == 404
