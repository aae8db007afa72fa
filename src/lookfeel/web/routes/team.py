"""A coach's side: the roster, new athletes and invitations."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session as Rows
from starlette.responses import RedirectResponse

from lookfeel.errors import InvalidValue
from lookfeel.store.models import Athlete, Invitation, Membership, Role, Team
from lookfeel.store.people import clean_name
from lookfeel.web import access, accounts, views
from lookfeel.web.preferences import preferences_of
from lookfeel.web.site import Form, SiteOf, Visitor, VisitorOf, athlete_view, checked, page, text_of

router = APIRouter(dependencies=[Depends(checked)])

ROLES: tuple[Role, ...] = ("athlete", "coach")


@router.get("/team")
def team(request: Request, site: SiteOf, visitor: VisitorOf) -> Response:
    """Athletes by who needs a look most, with their latest sets."""
    with site.database.reading() as rows:
        return _page(request, rows, visitor, access.coached_team(rows, visitor.athlete.id))


def _page(request: Request, rows: Rows, visitor: Visitor, team: Team, *, link: str | None = None) -> Response:
    return page(
        request,
        "team.html",
        visitor,
        team={"name": team.name},
        athletes=_roster(rows, visitor.athlete.id),
        invitations=[_invitation(rows, one) for one in accounts.open_invitations(rows, team.id)],
        link=link,
    )


def _invitation(rows: Rows, invitation: Invitation) -> dict[str, Any]:
    """As the page shows it. id: of no use to whoever wants in, being only a hash of the link's word."""
    guest = None if invitation.athlete_id is None else rows.get(Athlete, invitation.athlete_id)
    return {
        "id": invitation.token_sha256,
        "role": invitation.role,
        "name": None if guest is None else guest.name,
        "expires_at": invitation.expires_at,
    }


def _roster(rows: Rows, coach_id: str) -> list[dict[str, Any]]:
    by_athlete: dict[str, list[Any]] = {}
    for row in access.seen_sets(rows, coach_id):
        by_athlete.setdefault(row.athlete_id, []).append(row)
    people = []
    for athlete in access.roster(rows, coach_id):
        sets = by_athlete.get(athlete.id, [])
        people.append(
            {
                **athlete_view(athlete, preferences_of(athlete.settings)),
                "latest": views.set_view(sets[0]) if sets else None,
                "n_sets": len(sets),
                "attention": views.attention(sets[0] if sets else None),
            }
        )
    return sorted(people, key=lambda person: -person["attention"])


@router.post("/team/athletes")
def add(site: SiteOf, visitor: VisitorOf, form: Form) -> Response:
    """Add an athlete without an account: the coach films, sends and answers for them."""
    name = clean_name(text_of(form, "name"))
    with site.database.writing() as rows:
        shown = access.coached_team(rows, visitor.athlete.id)
        athlete = Athlete(name=name, settings={})
        rows.add(athlete)
        rows.flush()
        rows.add(Membership(team_id=shown.id, athlete_id=athlete.id, role="athlete"))
    return RedirectResponse("/team", status_code=303)


@router.post("/team/invitations")
def invite(request: Request, site: SiteOf, visitor: VisitorOf, form: Form) -> Response:
    """Make a link that lets one person in: somebody new, or an athlete of the roster who takes the own sets over."""
    role = next((role for role in ROLES if role == (text_of(form, "role") or "athlete")), None)
    if role is None:
        raise InvalidValue(f"role: one of {', '.join(ROLES)}", hint="Choose one of them.")
    with site.database.writing() as rows:
        shown = access.coached_team(rows, visitor.athlete.id)
        athlete_id = text_of(form, "athlete") or None
        if athlete_id is not None:
            athlete_id = access.kept_athlete(rows, visitor.athlete.id, athlete_id).id
            if athlete_id == visitor.athlete.id:
                raise InvalidValue("nobody can invite themselves", hint="Choose another athlete.")
        word = accounts.invite(rows, shown.id, role, athlete_id)
        rows.flush()
        return _page(request, rows, visitor, shown, link=f"{request.base_url}join/{word}")


@router.post("/team/invitations/withdraw")
def withdraw(site: SiteOf, visitor: VisitorOf, form: Form) -> Response:
    """Take an invitation back that nobody used yet."""
    with site.database.writing() as rows:
        shown = access.coached_team(rows, visitor.athlete.id)
        accounts.withdraw(rows, shown.id, text_of(form, "invitation"))
    return RedirectResponse("/team", status_code=303)


@router.post("/team/name")
def rename(site: SiteOf, visitor: VisitorOf, form: Form) -> Response:
    """Call the team otherwise."""
    name = clean_name(text_of(form, "name"))
    with site.database.writing() as rows:
        access.coached_team(rows, visitor.athlete.id).name = name
    return RedirectResponse("/team", status_code=303)


@router.post("/team/leave")
def leave(site: SiteOf, visitor: VisitorOf, form: Form) -> Response:
    """Leave a team; one's own sets stay one's own."""
    with site.database.writing() as rows:
        access.leave(rows, visitor.athlete.id, text_of(form, "team"))
    return RedirectResponse("/settings", status_code=303)
