"""Who may see and change what: an athlete's own, and for a coach what belongs to athletes of a shared team.

What somebody may not see does not exist for them: every refusal is the same NotFound.
"""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session as Rows
from sqlalchemy.orm import aliased, selectinload

from lookfeel.store.models import Athlete, Membership, Team, TrainingSet
from lookfeel.web.problems import Conflict, NotFound


def is_coach(rows: Rows, athlete_id: str) -> bool:
    """Whether somebody coaches a team."""
    own = select(Membership.team_id).where(Membership.athlete_id == athlete_id, Membership.role == "coach").limit(1)
    return rows.scalar(own) is not None


def has_athletes(rows: Rows, coach_id: str) -> bool:
    """Whether somebody coaches anybody else."""
    teams = select(Membership.team_id).where(Membership.athlete_id == coach_id, Membership.role == "coach")
    others = select(Membership.athlete_id).where(Membership.team_id.in_(teams), Membership.athlete_id != coach_id)
    return rows.scalar(others.limit(1)) is not None


def coached_team(rows: Rows, athlete_id: str) -> Team:
    """The team that somebody coaches, the first of them.

    Raises
        NotFound: none.
    """
    team = rows.scalar(
        select(Team)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.athlete_id == athlete_id, Membership.role == "coach")
        .order_by(Team.created_at)
        .limit(1)
    )
    if team is None:
        raise NotFound
    return team


def teams_of(rows: Rows, athlete_id: str) -> list[tuple[Team, Membership]]:
    """The teams that somebody is in, by name, each with the place in it."""
    own = select(Team, Membership).join(Membership, Membership.team_id == Team.id)
    found = rows.execute(own.where(Membership.athlete_id == athlete_id).order_by(Team.name, Team.id))
    return [(team, membership) for team, membership in found]


def can_leave(rows: Rows, membership: Membership) -> bool:
    """Whether a team can do without somebody: everybody but its last coach."""
    if membership.role != "coach":
        return True
    coaches = select(Membership).where(Membership.team_id == membership.team_id, Membership.role == "coach")
    return len(rows.scalars(coaches).all()) > 1


def leave(rows: Rows, athlete_id: str, team_id: str) -> None:
    """Leave a team: its coaches see nothing of one's own any more.

    Raises
        NotFound: not in that team. Conflict: nobody would be left to look after it.
    """
    membership = rows.get(Membership, (team_id, athlete_id))
    if membership is None:
        raise NotFound
    if not can_leave(rows, membership):
        raise Conflict("This team has no other coach.", hint="Invite another coach first.")
    rows.delete(membership)


def visible_athletes(viewer_id: str) -> Select[str]:
    """Ids of those whose sets somebody may see, for a query: oneself and the athletes of teams one coaches."""
    mine, theirs = aliased(Membership), aliased(Membership)
    coached = (
        select(theirs.athlete_id)
        .join(mine, mine.team_id == theirs.team_id)
        .where(mine.athlete_id == viewer_id, mine.role == "coach", theirs.role == "athlete")
    )
    return select(Athlete.id).where((Athlete.id == viewer_id) | Athlete.id.in_(coached))


def roster(rows: Rows, viewer_id: str) -> list[Athlete]:
    """Those whose sets somebody may see, oneself first, then by name."""
    seen = select(Athlete).where(Athlete.id.in_(visible_athletes(viewer_id))).order_by(Athlete.name, Athlete.id)
    return sorted(rows.scalars(seen), key=lambda athlete: athlete.id != viewer_id)


def seen_athlete(rows: Rows, viewer_id: str, athlete_id: str) -> Athlete:
    """An athlete whose sets somebody may see; NotFound otherwise."""
    found = rows.scalar(select(Athlete).where(Athlete.id == athlete_id, Athlete.id.in_(visible_athletes(viewer_id))))
    if found is None:
        raise NotFound
    return found


def kept_athlete(rows: Rows, viewer_id: str, athlete_id: str) -> Athlete:
    """An athlete whose sets somebody may change: oneself, or one of the team who has no account; NotFound otherwise."""
    found = seen_athlete(rows, viewer_id, athlete_id)
    if found.id != viewer_id and (found.passphrase_hash is not None or found.is_owner):
        raise NotFound
    return found


def seen_set(rows: Rows, viewer_id: str, set_id: str) -> TrainingSet:
    """A set that somebody may see; NotFound otherwise."""
    found = rows.get(TrainingSet, set_id)
    if found is None:
        raise NotFound
    seen_athlete(rows, viewer_id, found.athlete_id)
    return found


def coached_set(rows: Rows, viewer_id: str, set_id: str) -> TrainingSet:
    """A set that somebody may see and is a coach of; NotFound otherwise."""
    found = seen_set(rows, viewer_id, set_id)
    if not is_coach(rows, viewer_id):
        raise NotFound
    return found


def kept_set(rows: Rows, viewer_id: str, set_id: str) -> TrainingSet:
    """A set that somebody may change; NotFound otherwise."""
    found = seen_set(rows, viewer_id, set_id)
    kept_athlete(rows, viewer_id, found.athlete_id)
    return found


def seen_sets(rows: Rows, viewer_id: str, *, athlete_id: str | None = None) -> list[TrainingSet]:
    """Sets that somebody may see, newest first; of one athlete when named."""
    chosen = (
        select(TrainingSet)
        .where(TrainingSet.athlete_id.in_(visible_athletes(viewer_id)))
        .options(
            selectinload(TrainingSet.athlete),
            selectinload(TrainingSet.decisions),
            selectinload(TrainingSet.answers),
            selectinload(TrainingSet.overrides),
        )
        .order_by(TrainingSet.created_at.desc(), TrainingSet.id)
    )
    if athlete_id is not None:
        chosen = chosen.where(TrainingSet.athlete_id == athlete_id)
    return list(rows.scalars(chosen))
