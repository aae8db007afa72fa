"""Names enter; the team and the athletes that they mean leave, made where there are none."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lookfeel.errors import InvalidValue
from lookfeel.store.models import Athlete, Membership, Team

MAX_NAME = 80
TEAM_NAME = "Team"
"""Of one that nobody named."""


def clean_name(text: str) -> str:
    """A person's or a team's name as typed, on one line.

    Raises
        InvalidValue: nothing is left of it, or it is too long.
    """
    name = " ".join("".join(letter for letter in text if letter.isprintable()).split())
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidValue(f"a name has 1 to {MAX_NAME} letters", hint="Correct the name and try again.")
    return name


def is_called(name: str, wanted: str) -> bool:
    """Whether two spellings mean one name: capitals and spaces do not matter."""
    return " ".join(name.split()).casefold() == " ".join(wanted.split()).casefold()


def page_owner(rows: Session) -> Athlete | None:
    """Whose page it is; None before the page was started for the first time."""
    return rows.scalar(select(Athlete).where(Athlete.is_owner))


def uncoached_teams(rows: Session) -> Sequence[Team]:
    """Teams whose athletes nobody would see: those of an import before the page was started, and those whose only coach
    was deleted; oldest first."""
    coached = select(Membership).where(Membership.team_id == Team.id, Membership.role == "coach").exists()
    return rows.scalars(select(Team).where(~coached).order_by(Team.created_at, Team.id)).all()


def team_called(rows: Session, name: str | None) -> Team:
    """The team of a name, made when there is none; its row is held, so that two imports into it take turns.

    Without a name it is the one that the page's owner coaches, the first of them as in the page; before there is an
    owner, the oldest. An owner coaches every team that is made here; who becomes one later takes over what nobody
    coaches.
    """
    owner = page_owner(rows)
    teams = rows.scalars(_teams_of(owner) if name is None and owner is not None else _all_teams()).all()
    team = next((team for team in teams if name is None or is_called(team.name, name)), None)
    if team is None:
        team = Team(name=TEAM_NAME if name is None else clean_name(name))
        rows.add(team)
        rows.flush()
        if owner is not None:
            rows.add(Membership(team_id=team.id, athlete_id=owner.id, role="coach"))
    return rows.scalars(select(Team).where(Team.id == team.id).with_for_update(of=Team)).one()


def _all_teams() -> Select[Team]:
    return select(Team).order_by(Team.created_at, Team.id)


def _teams_of(owner: Athlete) -> Select[Team]:
    own = (Membership.athlete_id == owner.id, Membership.role == "coach")
    return _all_teams().join(Membership, Membership.team_id == Team.id).where(*own)


def athlete_called(rows: Session, team: Team, name: str) -> Athlete:
    """The athlete of this name in a team, made when there is none: somebody who does not sign in until invited.

    Raises
        InvalidValue: it is no name, or several of the team have it.
    """
    members = select(Athlete).join(Membership, Membership.athlete_id == Athlete.id)
    named = [one for one in rows.scalars(members.where(Membership.team_id == team.id)) if is_called(one.name, name)]
    if len(named) > 1:
        hint = "Give one of them another name in the page first."
        raise InvalidValue(f"{len(named)} people of the team are called {name!r}", hint=hint)
    if named:
        return named[0]
    athlete = Athlete(name=clean_name(name), settings={})
    rows.add(athlete)
    rows.flush()
    rows.add(Membership(team_id=team.id, athlete_id=athlete.id, role="athlete"))
    return athlete
