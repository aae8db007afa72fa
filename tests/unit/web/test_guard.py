"""What does not come from a page of ours is refused, and what we answer says what a browser may do with it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from lookfeel.store.models import Session
from lookfeel.web import security
from lookfeel.web.app import create_app
from lookfeel.web.security import COOKIE, Throttle, find_session
from lookfeel.web.site import STATIC
from tests.unit.web.conftest import BASE, HTML, PASSPHRASE, Person
from tests.unit.web.test_isolation import OPEN, routes


def changing(app):
    return [(method, path) for method, path in routes(app) if method not in ("GET", "HEAD", "OPTIONS")]


def test_every_route_that_changes_something_wants_the_word(app, owner):
    tried = 0
    for method, path in changing(app):
        if path in OPEN:
            continue
        address = path.format(set_id="0", upload_id="0", athlete_id="0", word="0")
        for word in ({}, {"x-csrf-token": "wrong"}, {"x-csrf-token": owner.csrf[:-1]}):
            assert owner.client.request(method, address, headers=word).status_code == 403, (method, path)
            tried += 1
    assert tried > 40


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:9999"},
        {"sec-fetch-site": "cross-site"},
        {"host": "evil.example"},
        {"host": "["},
        {"origin": "http://["},
    ],
    ids=str,
)
def test_every_change_from_elsewhere_is_refused(app, owner, headers):
    for method, path in changing(app):
        address = path.format(set_id="0", upload_id="0", athlete_id="0", word="0")
        answer = owner.client.request(method, address, headers={"x-csrf-token": owner.csrf, **headers})
        assert answer.status_code == 403, (method, path)


def test_a_page_under_another_name_is_not_served_on_one_s_own_machine(owner):
    answer = owner.get("/", headers={"host": "rebound.example", **HTML})
    assert answer.status_code == 403
    assert owner.csrf not in answer.text


@pytest.mark.parametrize("name", ["forwarded", "x-forwarded-for", "x-real-ip"])
def test_a_proxy_in_front_does_not_let_strangers_in_as_the_owner(owner, name):
    assert owner.get("/history.json", headers={name: "for=203.0.113.7"}).status_code == 403


def test_behind_https_everybody_signs_in_even_on_the_machine_s_own_address(settings):
    assert settings.is_local
    assert not replace(settings, is_https=True).is_local


def test_the_page_s_own_origin_is_welcome(owner):
    set_id = owner.measured()
    answer = owner.post(f"/sets/{set_id}/notes", {"text": "fine"}, headers={"origin": BASE})
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/", "/nothing", "/history.json", "/static/nothing"])
def test_every_answer_is_strict(owner, path):
    headers = owner.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"


def test_styles_and_scripts_are_small_and_kept_for_good(owner):
    address = re.search(r'src="(/static/\w+/js/app\.js)"', owner.get("/").text)[1]

    answer = owner.get(address, headers={"accept-encoding": "gzip"})

    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.text == (STATIC / "js" / "app.js").read_text(encoding="utf-8")
    assert owner.get("/static/js/app.js").status_code == 404


def test_a_video_is_never_packed(owner):
    answer = owner.get(f"/sets/{owner.measured()}/video", headers={"accept-encoding": "gzip"})

    assert "content-encoding" not in answer.headers


def test_a_bug_is_not_shown(app, owner, monkeypatch):
    def broken(*_arguments, **_more):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr("lookfeel.web.routes.home.access.seen_sets", broken)
    client = TestClient(app, base_url=BASE, raise_server_exceptions=False, cookies=owner.client.cookies)

    answer = client.get("/history", headers=HTML)

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_cookie_is_for_the_server_alone(client):
    cookie = client.get("/").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


@pytest.fixture
def remote(settings):
    """A server that others can reach, behind HTTPS."""
    app = create_app(replace(settings, host="0.0.0.0", passphrase=PASSPHRASE, is_https=True))
    with TestClient(app, base_url="https://gym.example") as client:
        yield client


def test_the_passphrase_lets_the_owner_in(remote):
    assert remote.get("/").status_code == 401
    assert remote.post("/login", data={"passphrase": "another one"}).status_code == 401

    answer = remote.post("/login", data={"passphrase": PASSPHRASE}, follow_redirects=False)

    assert answer.status_code == 303
    assert "Secure" in answer.headers["set-cookie"].split("; ")
    person = Person(remote)
    assert person.get("/").status_code == 200
    assert person.post("/logout").status_code == 303
    assert remote.get("/").status_code == 401


@pytest.mark.parametrize(
    ("asked", "sent_to"),
    [
        ("/compare?a=1&b=2", "/compare?a=1&b=2"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_who_signed_in_goes_where_they_wanted_to_on_this_site_alone(remote, asked, sent_to):
    form = {"passphrase": PASSPHRASE, "next": asked}

    answer = remote.post("/login", data=form, follow_redirects=False)

    assert answer.headers["location"] == sent_to


def test_what_was_wanted_is_kept_through_a_wrong_passphrase(remote):
    asked = remote.get("/compare?a=1&b=2", headers=HTML)
    again = remote.post("/login", data={"passphrase": "another one", "next": "/compare?a=1&b=2"})

    for shown in (asked, again):
        assert 'name="next" value="/compare?a=1&amp;b=2"' in shown.text


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(remote):
    remote.post("/login", data={"passphrase": PASSPHRASE})
    person, stolen = Person(remote), dict(remote.cookies)
    person.post("/logout")
    remote.cookies.update(stolen)
    assert remote.get("/").status_code == 401


def test_guessing_is_throttled(remote):
    answers = [remote.post("/login", data={"passphrase": f"guess {n}"}).status_code for n in range(8)]
    assert answers == [401] * 5 + [429] * 3
    assert remote.post("/login", data={"passphrase": PASSPHRASE}).status_code == 429


async def post_half(app, path, headers, *, wait_s=60):
    """The status of an answer to a form of which half arrives."""
    sent, parts = [], [{"type": "http.request", "body": b"passphrase=x", "more_body": True}]

    async def receive():
        if parts:
            return parts.pop()
        await asyncio.sleep(wait_s)
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    form = {"host": "localhost:8000", "content-type": "application/x-www-form-urlencoded", "content-length": "99"}
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "client": ("192.0.2.1", 1)}
    scope |= {"headers": [(name.encode(), value.encode()) for name, value in (form | headers).items()], "app": app}
    await asyncio.wait_for(app(scope, receive, send), timeout=10)
    return sent[0]["status"]


@pytest.mark.parametrize("path", ["/login", "/join/nothing", "/settings"])
def test_a_form_that_does_not_end_is_closed(remote, path):
    remote.app.state.site = replace(
        remote.app.state.site, settings=replace(remote.app.state.site.settings, stalled_s=0.1)
    )
    remote.post("/login", data={"passphrase": PASSPHRASE})
    cookie = {"cookie": f"lookfeel_session={remote.cookies['lookfeel_session']}"}
    assert asyncio.run(post_half(remote.app, path, cookie)) == 408


@pytest.mark.parametrize("path", ["/login", "/join/nothing", "/settings"])
def test_a_sender_who_hangs_up_is_no_bug(remote, path):
    """Found with stalled connections: each filled the log with the lines of a crash."""
    remote.post("/login", data={"passphrase": PASSPHRASE})
    cookie = {"cookie": f"lookfeel_session={remote.cookies['lookfeel_session']}"}
    assert asyncio.run(post_half(remote.app, path, cookie, wait_s=0)) == 408


def test_signing_in_to_one_account_buys_no_guesses_at_another(remote):
    for n in range(4):
        assert remote.post("/login", data={"passphrase": f"guess {n}"}).status_code == 401
    assert remote.post("/login", data={"passphrase": PASSPHRASE}).status_code == 200
    answers = [remote.post("/login", data={"passphrase": f"guess {n}"}).status_code for n in range(2)]
    assert answers == [401, 429]


def test_a_team_that_signs_in_at_once_is_not_refused(remote):
    throttle = remote.app.state.site.throttle
    for n in range(2 * Throttle.MAX_TRIES_OF_ALL):
        throttle.take(f"192.0.2.{n}")
        throttle.give_back(f"192.0.2.{n}")
    assert remote.post("/login", data={"passphrase": PASSPHRASE}).status_code == 200


def test_another_passphrase_signs_out_everywhere(settings):
    first = replace(settings, host="0.0.0.0", passphrase=PASSPHRASE)
    with TestClient(create_app(first), base_url=BASE) as client:
        client.post("/login", data={"passphrase": PASSPHRASE})
        cookies = dict(client.cookies)
        assert client.get("/").status_code == 200
    for passphrase, status in ((PASSPHRASE, 200), ("quite another one", 401)):
        again = replace(first, passphrase=passphrase)
        with TestClient(create_app(again), base_url=BASE, cookies=cookies) as client:
            assert client.get("/").status_code == status


def test_a_member_s_secrets_are_not_in_the_database(remote, settings):
    remote.post("/login", data={"passphrase": PASSPHRASE})
    token = remote.cookies["lookfeel_session"]
    kept = b"".join(path.read_bytes() for path in settings.data.glob("lookfeel.sqlite3*"))
    assert b"$argon2id$" in kept
    assert PASSPHRASE.encode() not in kept
    assert token.encode() not in kept


def test_a_program_that_keeps_no_cookies_fills_nothing(app, monkeypatch):
    monkeypatch.setattr(security, "MOST_SESSIONS", 3)
    for _ in range(7):
        with TestClient(app, base_url=BASE) as forgetful:
            assert forgetful.get("/", headers=HTML).status_code == 200
            with app.state.site.database.reading() as rows:
                assert len(rows.scalars(select(Session)).all()) <= 3
                assert find_session(rows, forgetful.cookies[COOKIE]) is not None  # the newest is not the one that goes
