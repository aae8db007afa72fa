"""Names, passphrases and links enter; athletes who may come in leave."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Rows

from lookfeel.errors import InvalidValue
from lookfeel.store.models import Athlete, Invitation, Membership, Role, Session, Team, now
from lookfeel.store.people import TEAM_NAME, clean_name, page_owner, uncoached_teams
from lookfeel.web.problems import NotFound
from lookfeel.web.security import digest, find_session, hash_passphrase, is_passphrase, open_session

__all__ = ["find_session", "open_session"]

OWNER_NAME = "You"
MIN_PASSPHRASE = 8
"""Characters; NIST SP 800-63B's least for a secret that a person chooses."""
MAX_PASSPHRASE = 200
INVITATION_LIFE = timedelta(days=7)
USED, ASK_AGAIN = "This invitation was used or has run out.", "Ask your coach for a new one."


def is_same_word(given: str, expected: str) -> bool:
    """Compare two secret words in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), expected.encode())


def owner(rows: Rows) -> Athlete:
    """Whose machine this is; made at the first visit, as the coach of every team without one, or of a new one: teams
    that were imported before and those of an owner who was deleted, whose athletes nobody would see or could delete."""
    found = page_owner(rows)
    if found is not None:
        return found
    athlete = Athlete(name=OWNER_NAME, is_owner=True, settings={})
    teams = uncoached_teams(rows) or (Team(name=TEAM_NAME),)
    rows.add_all((athlete, *teams))
    rows.flush()
    rows.add_all(Membership(team_id=team.id, athlete_id=athlete.id, role="coach") for team in teams)
    rows.flush()
    return athlete


def ready_owner(rows: Rows, passphrase: str | None) -> None:
    """See that there is an owner, let in with this passphrase; another one than last time signs out everywhere."""
    athlete = owner(rows)
    if passphrase is not None and not is_passphrase(passphrase, athlete.passphrase_hash):
        athlete.passphrase_hash = hash_passphrase(passphrase)
        rows.execute(delete(Session).where(Session.athlete_id == athlete.id))


def who(rows: Rows, name: str, passphrase: str) -> Athlete | None:
    """Who signs in with this name and passphrase; without a name, the owner."""
    if name:
        found = rows.scalar(select(Athlete).where(Athlete.name == name, Athlete.passphrase_hash.is_not(None)).limit(1))
    else:
        found = rows.scalar(select(Athlete).where(Athlete.is_owner))
    is_right = is_passphrase(passphrase[:MAX_PASSPHRASE], None if found is None else found.passphrase_hash)
    return found if is_right else None


def has_other_accounts(rows: Rows) -> bool:
    """Whether somebody besides the owner signs in, so that a name must be asked for."""
    others = select(Athlete.id).where(Athlete.passphrase_hash.is_not(None), Athlete.is_owner.is_(False)).limit(1)
    return rows.scalar(others) is not None


def invite(rows: Rows, team_id: str, role: Role, athlete_id: str | None) -> str:
    """Make a link's secret word that lets one person into a team, once."""
    word = secrets.token_urlsafe(24)
    row = Invitation(
        token_sha256=digest(word),
        team_id=team_id,
        athlete_id=athlete_id,
        role=role,
        expires_at=now() + INVITATION_LIFE,
    )
    rows.add(row)
    return word


def open_invitations(rows: Rows, team_id: str) -> list[Invitation]:
    """Links that still let somebody into a team, the next to run out first."""
    still = select(Invitation).where(Invitation.team_id == team_id, Invitation.expires_at > now())
    return list(rows.scalars(still.order_by(Invitation.expires_at)))


def withdraw(rows: Rows, team_id: str, token_sha256: str) -> None:
    """Take a link back; NotFound when the team has none such, or it was used meanwhile."""
    found = rows.get(Invitation, token_sha256)
    if found is None or found.team_id != team_id:
        raise NotFound("This invitation was used or has run out.", hint="Reload the page of the team.")
    rows.delete(found)


def find_invitation(rows: Rows, word: str) -> Invitation:
    """The invitation behind a link.

    Raises
        NotFound: there is none, or it was used or has run out.
    """
    found = rows.get(Invitation, digest(word))
    if found is None or found.expires_at < now():
        raise NotFound(USED, hint=ASK_AGAIN)
    return found


def accept(rows: Rows, invitation: Invitation, name: str, passphrase: str) -> Athlete:
    """Make an account of an invitation, which is then used up.

    Raises
        InvalidValue: the passphrase is too short or the name is taken. NotFound: the link was used meanwhile.
    """
    if not MIN_PASSPHRASE <= len(passphrase) <= MAX_PASSPHRASE:
        raise InvalidValue(f"a passphrase has {MIN_PASSPHRASE} to {MAX_PASSPHRASE} characters", hint="Choose another.")
    name = clean_name(name)
    _check_free(rows, name, invitation.athlete_id)
    athlete = rows.get(Athlete, invitation.athlete_id) if invitation.athlete_id else None
    if athlete is None:
        athlete = Athlete(name=name, settings={})
        rows.add(athlete)
        rows.flush()
        rows.add(Membership(team_id=invitation.team_id, athlete_id=athlete.id, role=invitation.role))
    athlete.name, athlete.passphrase_hash = name, hash_passphrase(passphrase)
    _use_up(rows, invitation, athlete.id)
    return athlete


def _use_up(rows: Rows, invitation: Invitation, athlete_id: str) -> None:
    """End a link, and every other one to the same athlete: it would let a second person take the account over."""
    used = delete(Invitation).where(Invitation.token_sha256 == invitation.token_sha256)
    if not rows.execute(used).rowcount:  # type: ignore[attr-defined]
        raise NotFound(USED, hint=ASK_AGAIN)
    rows.execute(delete(Invitation).where(Invitation.athlete_id == athlete_id))


def rename(rows: Rows, athlete: Athlete, name: str) -> None:
    """Call somebody otherwise.

    Raises
        InvalidValue: it is no name, or somebody else signs in with it.
    """
    name = clean_name(name)
    _check_free(rows, name, athlete.id)
    athlete.name = name


def _check_free(rows: Rows, name: str, athlete_id: str | None) -> None:
    """Two who sign in must not have one name."""
    signs_in = (Athlete.name == name, Athlete.passphrase_hash.is_not(None))
    taken = rows.scalar(select(Athlete.id).where(*signs_in).limit(1))
    if taken not in (None, athlete_id):
        raise InvalidValue("somebody here already signs in with this name", hint="Add a letter of your surname.")
