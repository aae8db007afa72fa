"""What routes share: the running site, who visits, the checked form of a request, and a page as the answer."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.templating import Jinja2Templates
from sqlalchemy.orm import Session as Rows
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect

from lookfeel.store import Database, DataFolder
from lookfeel.store.models import Athlete
from lookfeel.web import access, accounts
from lookfeel.web.dispatcher import Dispatcher
from lookfeel.web.preferences import Preferences, preferences_of
from lookfeel.web.problems import Forbidden, SignInFirst, Stalled, TooLarge, WebError
from lookfeel.web.security import COOKIE, SAFE_METHODS, Throttle, cookie_header
from lookfeel.web.settings import Settings
from lookfeel.web.strings import translator
from lookfeel.web.uploads import disk_errors

TEMPLATES = Path(__file__).with_name("templates")
STATIC = Path(__file__).with_name("static")
MAX_FIELDS = 100
FORM_BYTES = 1_000_000
"""Of a form without its clip."""
CLIP_PATHS = re.compile(r"/sets(/\w+/second)?")
"""Where a form may bring a clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One running server."""

    settings: Settings
    database: Database
    folder: DataFolder
    dispatcher: Dispatcher
    throttle: Throttle
    templates: Jinja2Templates
    is_closing: threading.Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who sent this request. csrf: the word that every form of theirs must bring back.
    has_athletes: they coach anybody else."""

    athlete: Athlete
    preferences: Preferences
    csrf: str
    is_coach: bool
    has_athletes: bool


def site_of(request: Request) -> Site:
    """The running site."""
    site: Site = request.app.state.site
    return site


def refuse_foreign(request: Request) -> None:
    """Raise what the guard around the app found.

    Raises
        Forbidden: a foreign host or origin.
    """
    problem: WebError | None = request.scope["state"]["problem"]
    if problem is not None:
        raise problem


async def visitor_of(request: Request) -> Visitor:
    """Who is signed in; on one's own machine the owner is, without having to.

    Raises
        SignInFirst: nobody is.
    """
    refuse_foreign(request)
    return await run_in_threadpool(_find_visitor, request)


def _find_visitor(request: Request) -> Visitor:
    site = site_of(request)
    with site.database.reading() as rows:
        found = accounts.find_session(rows, request.cookies.get(COOKIE))
        if found is not None:
            athlete, session = found
            return _visitor(rows, athlete, session.csrf)
    if not site.settings.is_local:
        raise SignInFirst("Nobody is signed in here.")
    with site.database.writing() as rows:
        owner = accounts.owner(rows)
        token, session = accounts.open_session(rows, owner, life=site.settings.session_life)
        keep_cookie(request, token)
        return _visitor(rows, owner, session.csrf)


def _visitor(rows: Rows, athlete: Athlete, csrf: str) -> Visitor:
    return Visitor(
        athlete=athlete,
        preferences=preferences_of(athlete.settings),
        csrf=csrf,
        is_coach=access.is_coach(rows, athlete.id),
        has_athletes=access.has_athletes(rows, athlete.id),
    )


def keep_cookie(request: Request, token: str) -> None:
    """Have the answer set the session's cookie; an empty token takes it away."""
    settings = site_of(request).settings
    cookie = cookie_header(token, life=settings.session_life, is_https=settings.is_https)
    request.scope["state"].setdefault("cookies", []).append(cookie)


async def checked(request: Request, visitor: Annotated[Visitor, Depends(visitor_of)]) -> FormData:
    """The form of a request that changes something, after its word was found right; empty for one that only looks.

    Every route behind a sign-in depends on it, so that none can forget.

    Raises
        Forbidden: the word is missing or wrong.
    """
    if request.method in SAFE_METHODS:
        return FormData()
    word = request.headers.get("x-csrf-token")
    form = FormData()
    if _has_form(request):
        form = await _read_form(request)
    if word is None:
        word = text_of(form, "csrf")
    if not accounts.is_same_word(word, visitor.csrf):
        raise Forbidden("This page was open for too long, or the request came from elsewhere.")
    return form


async def _read_form(request: Request) -> FormData:
    """The whole form, a clip in it on the disk.

    Raises
        TooLarge: larger than such a form may be. Stalled: it did not come in time. DiskFull: there is no room for it.
    """
    check_length(request)
    settings = site_of(request).settings
    has_clip = CLIP_PATHS.fullmatch(request.url.path) is not None
    with disk_errors():
        async with in_time(settings.form_s if has_clip else settings.stalled_s):
            return await request.form(max_files=int(has_clip), max_fields=MAX_FIELDS)


@asynccontextmanager
async def in_time(limit_s: float) -> AsyncIterator[None]:
    """Hold the block, which reads a form, to so many seconds.

    Raises
        Stalled: it took longer, or the sender hung up: nobody hears of that, but it is no bug and fills no log.
    """
    try:
        async with asyncio.timeout(limit_s):
            yield
    except TimeoutError as error:
        raise Stalled("The form did not arrive in time.") from error
    except ClientDisconnect as error:
        raise Stalled("The sender hung up.") from error


def check_length(request: Request) -> None:
    """Refuse a form by its announced length, before a byte of it is read.

    Raises
        TooLarge: more than a form, or a form with a clip, may have. WebError: it is not announced.
    """
    text = request.headers.get("content-length", "")
    if not text.isdecimal():
        raise WebError("The request does not say how long it is.")
    most = site_of(request).settings.max_upload_bytes
    if CLIP_PATHS.fullmatch(request.url.path):
        if int(text) > most + FORM_BYTES:
            raise TooLarge(f"The clip has {int(text) / 1e6:.0f} MB; at most {most / 1e6:.0f} MB are taken.")
    elif int(text) > FORM_BYTES:
        raise TooLarge("The form is too large.", hint="Write a little less.")


def _has_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data")


SiteOf = Annotated[Site, Depends(site_of)]
VisitorOf = Annotated[Visitor, Depends(visitor_of)]
Form = Annotated[FormData, Depends(checked)]


def text_of(form: FormData, name: str) -> str:
    """A field's text, '' when it is absent or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def fields_of(form: FormData) -> dict[str, list[str]]:
    """All text fields but the word, each with all its values."""
    names = dict.fromkeys(name for name in form if name != "csrf")
    return {name: [value for value in form.getlist(name) if not isinstance(value, UploadFile)] for name in names}


def page(request: Request, name: str, visitor: Visitor | None, *, status: int = 200, **context: Any) -> Response:
    """A rendered template with what every template may use."""
    site = site_of(request)
    preferences = Preferences() if visitor is None else visitor.preferences
    shown = {
        "t": translator(preferences.language),
        "athlete": None if visitor is None else athlete_view(visitor.athlete, preferences),
        "is_coach": visitor is not None and visitor.is_coach,
        "has_athletes": visitor is not None and visitor.has_athletes,
        "path": request.url.path,
        "static": static_path(),
        "csrf": "" if visitor is None else visitor.csrf,
        "is_local": site.settings.is_local,
        "limits": {"max_bytes": site.settings.max_upload_bytes, "max_duration_s": site.settings.max_duration_s},
        "video_days": None if site.settings.video_life is None else site.settings.video_life.days,
        "is_partial": "hx-request" in request.headers,
    }
    return site.templates.TemplateResponse(request, name, shown | context, status_code=status)


@cache
def static_path() -> str:
    """Where styles and scripts lie: an address made of their content, so that a browser may keep them for good."""
    content = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        content.update(path.relative_to(STATIC).as_posix().encode() + path.read_bytes())
    return f"/static/{content.hexdigest()[:12]}"


def packed_json(request: Request, packed: bytes) -> Response:
    """JSON that is gzipped already, unpacked for the few clients that do not take it so."""
    headers = {"Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type="application/json", headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(packed), media_type="application/json", headers=headers)


def athlete_view(athlete: Athlete, preferences: Preferences) -> dict[str, Any]:
    """An athlete as templates see one."""
    return {
        "id": athlete.id,
        "name": athlete.name,
        "has_account": athlete.is_owner or athlete.passphrase_hash is not None,
        **preferences.model_dump(),
    }
