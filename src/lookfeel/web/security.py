"""A request enters; who it comes from, whether it may change anything, and the headers of its answer leave."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import threading
import time
from collections import deque
from datetime import timedelta
from http.cookies import SimpleCookie
from urllib.parse import SplitResult, urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Rows
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lookfeel.store.models import Athlete, Session, now
from lookfeel.web.problems import Forbidden, TooMany, WebError
from lookfeel.web.settings import is_loopback

COOKIE = "lookfeel_session"

MOST_SESSIONS = 100
"""Of one athlete at once, whoever signs in next ends the oldest: a program that keeps no cookies opens one with each of
its requests to a page that asks for no passphrase. Chosen by us: more browsers than anybody has."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers by which proxies say for whom they ask."""
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Nothing from elsewhere, no script or style inside a page; blob: for a clip played before it is sent."""

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self)",
}

KEEP_FOR_GOOD = "public, max-age=31536000, immutable"

_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106's low-memory profile
_NOBODY = _HASHER.hash(secrets.token_hex(16))


def hash_passphrase(passphrase: str) -> str:
    """Text to keep in place of a passphrase."""
    return _HASHER.hash(passphrase)


def is_passphrase(passphrase: str, kept: str | None) -> bool:
    """Whether it is the one; takes as long when there is none, so that time tells nothing."""
    try:
        return _HASHER.verify(kept or _NOBODY, passphrase) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def digest(token: str) -> str:
    """What is kept of a secret word that is long and random by itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(rows: Rows, athlete: Athlete, *, life: timedelta) -> tuple[str, Session]:
    """Sign somebody in: the cookie's word and the row; those that have run out, and the oldest of too many, go on the
    way."""
    rows.execute(delete(Session).where(Session.expires_at < now()))
    own = select(Session.token_sha256).where(Session.athlete_id == athlete.id)
    too_old = own.order_by(Session.created_at.desc()).offset(MOST_SESSIONS - 1)
    rows.execute(delete(Session).where(Session.token_sha256.in_(too_old)))
    token = secrets.token_urlsafe(32)
    session = Session(
        token_sha256=digest(token),
        athlete_id=athlete.id,
        csrf=secrets.token_urlsafe(32),
        expires_at=now() + life,
    )
    rows.add(session)
    return token, session


def find_session(rows: Rows, token: str | None) -> tuple[Athlete, Session] | None:
    """Who holds this cookie; None when nobody does any more."""
    if not token:
        return None
    found = rows.execute(
        select(Athlete, Session)
        .join(Session, Session.athlete_id == Athlete.id)
        .where(Session.token_sha256 == digest(token), Session.expires_at > now())
    ).first()
    return None if found is None else (found[0], found[1])


def cookie_header(token: str, *, life: timedelta, is_https: bool) -> str:
    """The header's value that keeps somebody signed in; an empty token ends that."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[COOKIE] = token
    cookie[COOKIE]["path"] = "/"
    cookie[COOKIE]["httponly"] = True
    cookie[COOKIE]["samesite"] = "Lax"
    cookie[COOKIE]["max-age"] = int(life.total_seconds()) if token else 0
    if is_https:
        cookie[COOKIE]["secure"] = True
    return cookie[COOKIE].OutputString()


class Throttle:
    """Counts wrong passphrases, by address and in all; each address has a few tries, everybody together more.

    Kept in memory: a restart forgets them, and takes longer than the wait.
    """

    MAX_TRIES = 5
    MAX_TRIES_OF_ALL = 30
    WINDOW_S = 300.0
    MAX_ADDRESSES = 10_000

    def __init__(self) -> None:
        self._tries: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, address: str) -> None:
        """Note a try before it is looked at, so that many at once count too.

        Raises
            TooMany: there were too many wrong ones of late; says how long to wait.
        """
        moment = time.monotonic()
        with self._lock:
            if len(self._tries) >= self.MAX_ADDRESSES:
                self._tries.clear()
            own = self._tries.setdefault(address, deque())
            for tries, most in ((own, self.MAX_TRIES), (self._all, self.MAX_TRIES_OF_ALL)):
                while tries and tries[0] < moment - self.WINDOW_S:
                    tries.popleft()
                if len(tries) >= most:
                    wait_s = int(tries[0] + self.WINDOW_S - moment) + 1
                    raise TooMany("Too many wrong passphrases.", hint=f"Try again in {wait_s} seconds.")
            own.append(moment)
            self._all.append(moment)

    def give_back(self, address: str) -> None:
        """The last try of an address was right; wrong ones before it stay, or an account would buy guesses."""
        with self._lock, contextlib.suppress(ValueError):  # it took longer than the window
            if self._tries.get(address):
                self._all.remove(self._tries[address].pop())


class Guard:
    """Around the whole app: refuses foreign hosts and origins, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, *, is_local: bool) -> None:
        self._app = app
        self._is_local = is_local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _cache_rule(scope["path"], message["status"]))
                for cookie in scope.get("state", {}).get("cookies", ()):
                    headers.append("Set-Cookie", cookie)
            await send(message)

        scope.setdefault("state", {})["problem"] = self._problem(scope)
        await self._app(scope, receive, send_guarded)

    def _problem(self, scope: Scope) -> WebError | None:
        """Why this request is not answered; None when it may go on. A page says it, in the app."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._is_local and not is_loopback(_parts(f"//{host}").hostname or ""):
            return Forbidden("This server answers to its own address only.", hint="Open the address that it printed.")
        if self._is_local and any(name in headers for name in FORWARDED):
            return Forbidden("A proxy passed this on, and nobody signs in here.", hint="Start the server with --https.")
        if scope["method"] not in SAFE_METHODS and not _is_ours(headers, host):
            return Forbidden("This request came from another site.")
        return None


def _cache_rule(path: str, status: int) -> str:
    """Pages are kept by nobody; what comes with the program for good, its address being made of its content."""
    return KEEP_FOR_GOOD if path.startswith("/static/") and status in (200, 304) else "no-store"


def _is_ours(headers: Headers, host: str) -> bool:
    """Whether a request that changes something was sent by a page of this very address (or by no page at all)."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return _parts(origin).netloc == host and origin != "null"


def _parts(url: str) -> SplitResult:
    """Parts of a URL as a stranger wrote it; all empty when it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
