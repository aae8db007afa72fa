"""A page with its people and chance enter; one request of anybody to any route leaves, looked at from all sides.

Routes, methods and parameters are those of the app's own table. What must hold: no answer of 500 or above and no
traceback; no mark of somebody whom the asker may not see; the security headers on every answer; nothing from a foreign
origin or without the form's word; nothing at an address that names what is another's; and no change of what is theirs.
"""

from __future__ import annotations

import base64
import io
import random
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

from starlette.routing import Mount

from benchmarks.faults.gym import PLACES, UPLOAD_BYTES, Gym, Person, mark_of
from benchmarks.faults.marked import START
from benchmarks.faults.page import PART
from lookfeel.matrix.intake import ContextInput, FeelsInput
from lookfeel.web.preferences import Preferences
from lookfeel.web.security import HEADERS, SAFE_METHODS

OPEN = ("/login", "/join/{word}")
OTHER_METHODS = ("PUT", "DELETE", "TRACE", "PROPFIND", "HEAD", "OPTIONS", "POST", "GET")
FOREIGN_ORIGINS = ("http://evil.example", "null", "http://localhost:9999", "http://[", "http://localhost:8000.evil")
ENDINGS = {
    ("POST", "/sets/{set_id}/delete"),
    ("POST", "/athletes/{athlete_id}/delete"),
    ("DELETE", "/uploads/{upload_id}"),
}
"""Routes that end what they name: each role tries them on what is another's, for the own would be gone at once."""

JUNK = (
    "", "0", "-1", "1e999", "NaN", "9" * 400, "\x00", "a\x00b", "\r\nSet-Cookie: a=b", "../../lookfeel.sqlite3",
    "C:\\x", "-rf", "'; DROP TABLE sets; --", "<script>alert(1)</script>", "{{ 7 * 7 }}", "=1+1", "\u202e", "😀",
    "\ud800", "ﬀ", "ß" * 90, "x" * 3000, "%00", "%2e%2e%2f", "null", "true", "[]", "٣", "1,5", "..", "/", " ",
)  # fmt: skip
JUNK_HEADERS = (
    (
        "range",
        ("bytes=0-0", "bytes=-5", "bytes=5-2", "bytes=0-3,8-9", "bytes=" + "9" * 40 + "-", "lines=1-2", "bytes=z"),
    ),
    ("if-range", ('"x"', "Thu, 01 Jan 1970 00:00:00 GMT", "never")),
    ("if-none-match", ('"x"', "*", "")),
    ("accept", ("text/html", "application/json", "*/*;q=0", "")),
    ("accept-encoding", ("gzip", "identity", "br;q=1.0, *;q=0", "gzip;q=0")),
    ("accept-language", ("de", "*", "x" * 500)),
    ("hx-request", ("true", "")),
    ("x-forwarded-for", ("127.0.0.1", "x")),
    ("x-http-method-override", ("DELETE",)),
    ("content-type", ("application/json", "multipart/form-data", "text/plain; charset=nonsense", "x", "")),
    ("expect", ("100-continue",)),
    ("cookie", ("lookfeel_session=", "lookfeel_session=x; lookfeel_session=y", "=;;;", "lookfeel_session=\u00e9")),
)
FORMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "feels": {"overall": ("good", "bad"), "pain": ("0", "3", "10"), "where": (), "bad_from_rep": ("2",)},
    "context": {"load": ("60", "62,5"), "planned_reps": ("5",), "experience": ("novice",), "height_cm": ("180",)},
    "notes": {"text": ()},
    "override": {"action": ("hold", "stop"), "reason": ()},
    "helped": {"helped": ("yes", "no", "unsure")},
    "again": {"exercise": ("squat", "auto"), "person": ("", "1")},
    "settings": {"name": (), "unit": ("kg", "lb"), "strictness": ("0.5",), "language": ("en",), "theme": ("dark",)},
    "athletes": {"name": ()},
    "invitations": {"role": ("athlete", "coach"), "athlete": ()},
    "withdraw": {"invitation": ()},
    "name": {"name": ()},
    "leave": {"team": ()},
    "login": {"name": (), "passphrase": (), "next": ("/", "//evil.example", "/compare?a=1")},
    "{word}": {"name": (), "passphrase": ("short", "x" * 5000)},
    "sets": {"exercise": ("squat",), "athlete": ()},
    "second": {},
}
"""Good forms by the last word of a route: fields with values that it knows; (): any text, or an id of anybody."""
FIELDS = tuple(
    dict.fromkeys(
        name
        for names in (FeelsInput.model_fields, ContextInput.model_fields, Preferences.model_fields, *FORMS.values())
        for name in names
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A method and a path of the app's table, with the names of the query that it reads."""

    method: str
    path: str
    query: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One request. is_in_table: the app has this method at this address. is_foreign: its address names what the asker
    may not see. is_strange: it comes from elsewhere. has_word: it brings the word of the asker's forms."""

    person: Person
    route: Route
    method: str
    address: str
    headers: dict[str, str]
    content: bytes | None
    is_in_table: bool
    is_foreign: bool
    is_strange: bool
    has_word: bool

    def __str__(self) -> str:
        return f"{self.person.name}: {self.method} {self.address[:200]}"


def routes(items: Any) -> Iterator[Route]:
    """The app's table, without what is mounted."""
    for item in items:
        inner = getattr(getattr(item, "original_router", None), "routes", None)
        if inner is not None:
            yield from routes(inner)
        elif not isinstance(item, Mount):
            query = tuple(one.alias for one in item.dependant.query_params)
            yield from (Route(method=method, path=item.path, query=query) for method in sorted(item.methods))


class Asking:
    """Requests to one page, one after the other, and what there was before each."""

    def __init__(self, gym: Gym) -> None:
        self._gym = gym
        self._table = tuple(routes(gym.app.routes))
        self._kept = gym.kept()

    def attempt(self, chance: random.Random) -> bool:
        """Make one request and look at its answer; whether it was let through.

        Raises
            AssertionError: something does not hold.
        """
        gym = self._gym
        tried = _make(gym, self._table, chance)
        answer = gym.ask(tried.person, tried.method, tried.address, headers=tried.headers, content=tried.content)
        is_let_through = bool(answer.status_code < 400)
        if tried.route.path == "/logout" and is_let_through:
            gym.enter(tried.person.name)
        self._look_at_others(tried)
        _look(gym, tried, answer)
        return is_let_through

    def _look_at_others(self, tried: Try) -> None:
        """Nothing of another person or team was changed."""
        if tried.method in SAFE_METHODS:
            return
        before, self._kept = self._kept, self._gym.kept()
        own = (tried.person.athlete_id, tried.person.team_id)
        others = {one.athlete_id for one in self._gym.people.values()} | {
            one.team_id for one in self._gym.people.values()
        }
        changed = [whose for whose in others.difference(own) if self._kept.get(whose) != before.get(whose)]
        assert not changed, f"{tried} changed what is of {changed}"


def _make(gym: Gym, table: tuple[Route, ...], chance: random.Random) -> Try:
    route = chance.choice(table)
    person = gym.people[chance.choice((*PLACES, "nobody"))]
    method = route.method if chance.random() < 0.95 else chance.choice(OTHER_METHODS)
    spared = (method, route.path) in ENDINGS
    named = {name: _named(gym, person, name, chance, spared=spared) for name in _parameters(route.path)}
    path = route.path.format(**{name: quote(value, safe="", errors="surrogatepass") for name, value in named.items()})
    asked = {name: _value(gym, person, name, chance) for name in route.query if chance.random() < 0.6}
    address = path + (f"?{_encoded(asked)}" if asked else "")
    content, kind = (None, "") if method in SAFE_METHODS else _body(gym, person, route, chance)
    headers = ({"content-type": kind} if kind else {}) | _tus(gym, person, route, chance)
    headers |= {name: chance.choice(values) for name, values in JUNK_HEADERS if chance.random() < 0.04}
    is_strange = chance.random() < 0.1
    if is_strange:
        headers["origin"] = chance.choice(FOREIGN_ORIGINS)
    has_word = "cookie" not in headers and chance.random() < 0.92
    if not has_word:
        headers["x-csrf-token"] = chance.choice(("", "wrong", person.csrf[:-1]))
    return Try(
        person=person,
        route=route,
        method=method,
        address=address,
        headers=headers,
        content=content,
        is_in_table=method == route.method and all(map(_is_one_part, named.values())),
        is_foreign=any(_is_foreign(gym, person, value) for value in (*named.values(), *asked.values())),
        is_strange=is_strange,
        has_word=has_word,
    )


def _parameters(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _is_one_part(value: str) -> bool:
    """Whether a value stays one part of an address, once it is read."""
    return "/" not in unquote(value) and value != ".."


def _named(gym: Gym, person: Person, name: str, chance: random.Random, *, spared: bool) -> str:
    """What stands in an address: an own id, another's or none."""
    if name == "word":
        words = [word for one in gym.people.values() for word in one.words]
        return chance.choice((*words, *JUNK[1:]))
    owned = [one for one in gym.people.values() if one.athlete_id and not (spared and one is person)]
    if not spared and person.athlete_id and chance.random() < 0.5:
        owned = [person]
    ids = [getattr(one, name) for one in owned]
    return str(chance.choice(ids)) if chance.random() < 0.8 else chance.choice([one for one in JUNK if one])


def _is_foreign(gym: Gym, person: Person, value: str) -> bool:
    """Whether an id is of something that somebody may not see; uploads are seen by their sender alone."""
    for one in gym.people.values():
        if value and value in (one.athlete_id, one.set_id):
            return one.name not in person.sees or (one is not person and person.name not in ("owner", "carl", "dora"))
        if value and value == one.upload_id:
            return one is not person
    return False


def _value(gym: Gym, person: Person, name: str, chance: random.Random) -> str:
    """What a field says: an id of anybody, a good value, or a text with the asker's mark."""
    if name in ("athlete", "a", "b", "team", "invitation", "clip", "faces") and chance.random() < 0.6:
        other = chance.choice([one for one in gym.people.values() if one.athlete_id])
        teams = [one.team_id for one in gym.people.values() if one.team_id not in ("", person.team_id)]
        ids = {"athlete": other.athlete_id, "a": other.set_id, "b": other.set_id, "team": chance.choice(teams)}
        return ids.get(name) or chance.choice(("1", "2", "shown", "covered", other.athlete_id))
    if name == "passphrase":
        return chance.choice(("short", "x" * 5000, ""))
    return person.mark + chance.choice(JUNK) if chance.random() < 0.6 else chance.choice(JUNK)


def _body(gym: Gym, person: Person, route: Route, chance: random.Random) -> tuple[bytes, str]:
    """A body and its content type."""
    last = route.path.rsplit("/", 1)[-1]
    if route.path == "/uploads/{upload_id}":
        return chance.choice((person.mark.encode() * 3, b"", b"\xff" * 200, START)), PART
    if chance.random() < 0.1:
        return chance.choice((b"\xff\xfe", b"{}", b"a=%ZZ&&&=&b", b"--b\r\n")), _form_kind(chance)
    fields: dict[str, str] = {}
    for name, good in FORMS.get(last, {}).items():
        if chance.random() < 0.85:
            is_good = bool(good) and chance.random() < 0.7
            fields[name] = chance.choice(good) if is_good else _value(gym, person, name, chance)
    if chance.random() < 0.25:
        fields |= {name: _value(gym, person, name, chance) for name in chance.sample(FIELDS, 2)}
    if last in ("sets", "second") and chance.random() < 0.9:
        return _multipart(person, fields, chance), "multipart/form-data; boundary=b"
    return _encoded(fields).encode(), "application/x-www-form-urlencoded"


def _form_kind(chance: random.Random) -> str:
    return chance.choice(
        ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "multipart/form-data")
    )


def _encoded(fields: Mapping[str, str]) -> str:
    return urlencode(fields, errors="surrogatepass")


def _multipart(person: Person, fields: Mapping[str, str], chance: random.Random) -> bytes:
    name = (person.mark + chance.choice(JUNK)).translate({10: None, 13: None, 34: None})
    clip = chance.choice((START, START, b"", b"\xff")) + person.mark.encode()
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{text}\r\n' for key, text in fields.items()]
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: video/mp4\r\n\r\n'
    return "".join((*parts, head)).encode(errors="surrogatepass") + clip + b"\r\n--b--\r\n"


def _tus(gym: Gym, person: Person, route: Route, chance: random.Random) -> dict[str, str]:
    """Headers of an upload in parts."""
    if not route.path.startswith("/uploads"):
        return {}
    told = {"filename": person.mark + chance.choice(JUNK), "exercise": chance.choice(("squat", "", "x"))}
    if chance.random() < 0.4:
        told["athlete"] = _value(gym, person, "athlete", chance)
    pairs = (f"{key} {base64.b64encode(text.encode(errors='surrogatepass')).decode()}" for key, text in told.items())
    return {
        "tus-resumable": "1.0.0" if chance.random() < 0.95 else chance.choice(("", "2.0.0")),
        "upload-metadata": ",".join(pairs),
        "upload-length": chance.choice(("1000", str(UPLOAD_BYTES), "0", "-1", "1e3", "9" * 30, "²", "")),
        "upload-offset": chance.choice(("0", str(len(START) + len(person.mark)), "-1", "9" * 30, "²", "")),
    }


def _look(gym: Gym, tried: Try, answer: Any) -> None:
    """Everything that must hold of an answer."""
    status, person = answer.status_code, tried.person
    is_refused = status >= 400 or answer.headers.get("location", "").startswith("/login?next=")
    shown = _readable(answer)
    assert status < 500, f"{tried}: {status} {answer.text[:200]}"
    assert b"Traceback (most recent" not in shown, f"{tried}: a traceback"
    for name, other in gym.people.items():
        hidden = () if name in (*person.sees, person.name, "nobody") else (mark_of(name), other.csrf, other.token)
        for word in filter(None, hidden):
            assert word.encode() not in shown, f"{tried}: {status} shows what is {name}'s"
    assert b"$argon2" not in shown, f"{tried}: {status} shows a passphrase's hash"
    for header, value in HEADERS.items():
        assert answer.headers.get(header) == value, f"{tried}: {status} without {header}"
    assert answer.headers.get("location", "/")[:2] not in ("//", "/\\"), f"{tried} leads elsewhere"
    is_change = tried.method not in SAFE_METHODS
    if is_change and tried.is_strange and tried.is_in_table:
        assert status == 403, f"{tried}: {status} to a foreign origin"
    if is_change and not tried.has_word and tried.route.path not in OPEN:
        assert is_refused, f"{tried}: {status} without the form's word"
    if tried.is_foreign and tried.route.path not in OPEN:
        assert is_refused, f"{tried}: {status} at what is another's"
    if person.name == "nobody" and tried.route.path not in OPEN and tried.is_in_table and not tried.is_strange:
        assert status in (401, 303), f"{tried}: {status} to nobody"


def _readable(answer: Any) -> bytes:
    """Headers and body; what is in a zip, unpacked."""
    body = answer.content
    if answer.headers.get("content-type") == "application/zip" and body:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(archive.read(name) for name in archive.namelist())
    return b"\n".join((repr(answer.headers.multi_items()).encode(), body))
