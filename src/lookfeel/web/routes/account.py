"""Signing in and out, invitations, and what somebody sets once and for all."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from lookfeel.store.models import Athlete, Session
from lookfeel.web import access, accounts
from lookfeel.web.preferences import THEMES, changed
from lookfeel.web.problems import LoginFailed
from lookfeel.web.security import COOKIE, digest
from lookfeel.web.site import (
    Form,
    SiteOf,
    VisitorOf,
    check_length,
    checked,
    in_time,
    keep_cookie,
    page,
    refuse_foreign,
    site_of,
    text_of,
)
from lookfeel.web.strings import languages

router = APIRouter(dependencies=[Depends(checked)])
open_router = APIRouter(dependencies=[Depends(refuse_foreign)])
"""For those who are not signed in yet: their forms are held to the origin alone, there being no session to ride on."""


async def _open_form(request: Request) -> FormData:
    refuse_foreign(request)
    check_length(request)
    async with in_time(site_of(request).settings.stalled_s):
        return await request.form(max_files=0, max_fields=10)


OpenForm = Annotated[FormData, Depends(_open_form)]


@open_router.get("/login")
def ask(request: Request, site: SiteOf) -> Response:
    """Ask for the passphrase; on one's own machine there is none."""
    if site.settings.is_local:
        return RedirectResponse("/", status_code=303)
    with site.database.reading() as rows:
        needs_name = accounts.has_other_accounts(rows)
    wanted = own_path(request.query_params.get("next", ""))
    return page(request, "login.html", None, needs_name=needs_name, problem=None, next=wanted)


def own_path(text: str) -> str:
    """A path of this site as given; the first page for whatever a browser could take for another site."""
    is_own = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    return text if is_own else "/"


@open_router.post("/login")
def login(request: Request, site: SiteOf, form: OpenForm) -> Response:
    """Sign in."""
    address = request.client.host if request.client else "unknown"
    site.throttle.take(address)
    with site.database.reading() as rows:
        athlete = accounts.who(rows, text_of(form, "name"), text_of(form, "passphrase"))
        needs_name = accounts.has_other_accounts(rows)
    wanted = own_path(text_of(form, "next"))
    if athlete is None:
        problem = LoginFailed("This is not the passphrase.").message
        return page(request, "login.html", None, status=401, needs_name=needs_name, problem=problem, next=wanted)
    site.throttle.give_back(address)
    return _let_in(request, site, athlete, wanted)


def _let_in(request: Request, site: SiteOf, athlete: Athlete, wanted: str = "/") -> Response:
    with site.database.writing() as rows:
        token, _ = accounts.open_session(rows, athlete, life=site.settings.session_life)
    keep_cookie(request, token)
    return RedirectResponse(wanted, status_code=303)


@open_router.get("/join/{word}")
def invitation(request: Request, site: SiteOf, word: str) -> Response:
    """Where an invited person chooses a name and a passphrase."""
    with site.database.reading() as rows:
        invitation = accounts.find_invitation(rows, word)
        invited = rows.get(Athlete, invitation.athlete_id) if invitation.athlete_id else None
        return page(
            request, "join.html", None, invited_name="" if invited is None else invited.name, role=invitation.role
        )


@open_router.post("/join/{word}")
def join(request: Request, site: SiteOf, word: str, form: OpenForm) -> Response:
    """Make the account and sign in."""
    with site.database.writing() as rows:
        invitation = accounts.find_invitation(rows, word)
        athlete = accounts.accept(rows, invitation, text_of(form, "name"), text_of(form, "passphrase"))
    return _let_in(request, site, athlete)


@router.post("/logout")
def logout(request: Request, site: SiteOf) -> Response:
    """Sign out here."""
    token = request.cookies.get(COOKIE)
    with site.database.writing() as rows:
        session = rows.get(Session, digest(token)) if token else None
        if session is not None:
            rows.delete(session)
    keep_cookie(request, "")
    return RedirectResponse("/login", status_code=303)


@router.get("/settings")
def show(request: Request, site: SiteOf, visitor: VisitorOf) -> Response:
    """What somebody set."""
    with site.database.reading() as rows:
        teams = [
            {"id": team.id, "name": team.name, "role": membership.role, "can_leave": access.can_leave(rows, membership)}
            for team, membership in access.teams_of(rows, visitor.athlete.id)
        ]
    return page(
        request,
        "settings.html",
        visitor,
        preferences=visitor.preferences.model_dump(),
        languages=languages(),
        themes=THEMES,
        teams=teams,
        is_saved="saved" in request.query_params,
    )


@router.post("/settings")
def save(site: SiteOf, visitor: VisitorOf, form: Form) -> Response:
    """Keep what somebody sets."""
    fields = {name: text_of(form, name) for name in form if name not in ("csrf", "name")}
    kept = changed(visitor.preferences, fields).model_dump(exclude_none=True)
    with site.database.writing() as rows:
        athlete = rows.get(Athlete, visitor.athlete.id)
        assert athlete is not None
        athlete.settings = kept
        if text_of(form, "name"):
            accounts.rename(rows, athlete, text_of(form, "name"))
    return RedirectResponse("/settings?saved", status_code=303)
