"""A set or an athlete enters; nothing of them is left: no row, file, picture or work to do."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lookfeel.store.database import Database
from lookfeel.store.folder import DataFolder
from lookfeel.store.models import Athlete, Membership, Team, TrainingSet, Upload


def delete_set(database: Database, folder: DataFolder, set_id: str) -> None:
    """Delete one set for good.

    Rows go first: once they are gone no page shows the set, and files that a crash left behind are removed at the next
    start (see `sweep`).
    """
    with database.writing() as session:
        session.execute(delete(Upload).where(Upload.id == set_id))
        session.execute(delete(TrainingSet).where(TrainingSet.id == set_id))
    folder.delete_set(set_id)
    database.compact()


def delete_athlete(database: Database, folder: DataFolder, athlete_id: str) -> None:
    """Delete one athlete for good, with all sets, uploads, sessions, notes and teams that nobody is left in."""
    with database.writing() as session:
        owned = _folders_of(session, athlete_id)
        session.execute(delete(Athlete).where(Athlete.id == athlete_id))
        session.execute(delete(Team).where(~select(Membership).where(Membership.team_id == Team.id).exists()))
    for set_id in owned:
        folder.delete_set(set_id)
    database.compact()


def sweep(database: Database, folder: DataFolder) -> None:
    """Remove files that no row speaks of, such as those of a run that a crash cut off. Only while nothing runs."""
    with database.reading() as session:
        runs: dict[str, set[str]] = {upload_id: set() for upload_id in session.scalars(select(Upload.id))}
        for set_id, *names in session.execute(select(TrainingSet.id, TrainingSet.results, TrainingSet.proxy)):
            runs[set_id] = {name for name in names if name is not None}
    folder.keep_only(dict(runs))


def _folders_of(session: Session, athlete_id: str) -> set[str]:
    sets = session.scalars(select(TrainingSet.id).where(TrainingSet.athlete_id == athlete_id))
    uploads = session.scalars(select(Upload.id).where(Upload.athlete_id == athlete_id))
    return {*sets, *uploads}
