"""A folder enters; a page with two teams leaves, whose people left their mark on all that is theirs."""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows
from starlette.testclient import TestClient

from benchmarks.faults.marked import RESULTS, START
from lookfeel.store.models import (
    Answers,
    Athlete,
    Invitation,
    Membership,
    Note,
    Override,
    Team,
    TrainingSet,
    Upload,
)
from lookfeel.web import accounts
from lookfeel.web.app import create_app
from lookfeel.web.security import COOKIE
from lookfeel.web.settings import Settings

BASE = "http://localhost:8000"
PASSPHRASE = "words of the owner alone"
PLACES = {"owner": "own", "ann": "one", "amy": "one", "carl": "one", "ben": "two", "dora": "two"}
"""Who is in which team; 'nobody' is signed in nowhere."""
WITH_SECOND = ("ann", "ben")
"""Whose sets have a second clip."""
COACHES = ("owner", "carl", "dora")
UPLOAD_BYTES = 100_000
READY_S = 60.0


@dataclass(slots=True, kw_only=True)
class Person:
    """One role. token, csrf: of the session; empty for nobody. sees: names of all whose marks may reach this person."""

    name: str
    sees: frozenset[str] = frozenset()
    athlete_id: str = ""
    team_id: str = ""
    token: str = ""
    csrf: str = ""
    set_id: str = ""
    upload_id: str = ""
    words: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """What is in every text that this person sends."""
        return mark_of(self.name)


def mark_of(name: str) -> str:
    """Letters that stand nowhere else."""
    return f"zq{name}qz"


class Gym:
    """The running page with its people. results: folder of the files of one real analysis."""

    def __init__(self, data: Path, results: Path) -> None:
        os.environ[RESULTS] = str(results)
        settings = Settings(
            data=data,
            host="0.0.0.0",
            passphrase=PASSPHRASE,
            job="benchmarks.faults.marked:measure",
            spare_bytes=0,
            max_upload_bytes=1_000_000,
            max_open_uploads=10**6,
            stalled_s=2.0,
        )
        self.app = create_app(settings)
        self.client = TestClient(self.app, base_url=BASE, raise_server_exceptions=True, follow_redirects=False)
        self.client.__enter__()
        self.people = {"nobody": Person(name="nobody")}
        self._fill()

    def close(self) -> None:
        """Stop the workers and the page."""
        self.client.__exit__(None, None, None)

    @contextmanager
    def rows(self) -> Iterator[Rows]:
        """To write in."""
        with self.app.state.site.database.writing() as rows:
            yield rows

    def _fill(self) -> None:
        with self.rows() as rows:
            teams = {name: Team(name=f"Team {mark_of(coach)}") for name, coach in (("one", "carl"), ("two", "dora"))}
            rows.add_all(teams.values())
            rows.flush()
            for name, place in PLACES.items():
                self.people[name] = self._person(rows, name, teams.get(place))
        for name in PLACES:
            self.enter(name)
        for name in PLACES:
            self._own(self.people[name])
        self._coach("carl", "ann")
        self._coach("dora", "ben")

    def _person(self, rows: Rows, name: str, team: Team | None) -> Person:
        role = "coach" if name in COACHES else "athlete"
        if team is None:
            athlete = accounts.owner(rows)
            athlete.name = f"Owner {mark_of(name)}"
            found = rows.scalars(select(Membership).where(Membership.athlete_id == athlete.id)).one()
            team_id = found.team_id
        else:
            athlete = Athlete(name=f"{name} {mark_of(name)}", settings={}, passphrase_hash="never matches")
            rows.add(athlete)
            rows.flush()
            rows.add(Membership(team_id=team.id, athlete_id=athlete.id, role=role))
            team_id = team.id
        mates = [mate for mate, place in PLACES.items() if place == PLACES[name]]
        seen = mates if role == "coach" else [name, *(mate for mate in mates if mate in COACHES)]
        return Person(name=name, sees=frozenset(seen), athlete_id=athlete.id, team_id=team_id)

    def enter(self, name: str) -> None:
        """Sign somebody in, anew where the old session ended."""
        person, site = self.people[name], self.app.state.site
        with self.rows() as rows:
            athlete = rows.get(Athlete, person.athlete_id)
            assert athlete is not None
            person.token, session = accounts.open_session(rows, athlete, life=site.settings.session_life)
            person.csrf = session.csrf

    def ask(self, person: Person, method: str, path: str, **more: Any) -> Any:
        """The answer to a request with the cookie and the word of somebody, and nothing of who asked before."""
        headers = {"x-csrf-token": person.csrf} if person.csrf else {}
        if person.token:
            headers["cookie"] = f"{COOKIE}={person.token}"
        headers |= more.pop("headers", {})
        sent = {name.encode(): value.encode("latin-1", errors="replace") for name, value in headers.items()}
        try:
            return self.client.request(method, path, headers=sent, **more)
        finally:
            self.client.cookies.clear()

    def _own(self, person: Person) -> None:
        """A measured set with answers and a note, and an upload that is not done."""
        clip = ("file", (f"{person.mark}.mp4", START + person.mark.encode(), "video/mp4"))
        sent = self.ask(person, "POST", "/sets", files=[clip])
        person.set_id = sent.headers["location"].removeprefix("/sets/")
        self._wait(person.set_id)
        self.ask(person, "POST", f"/sets/{person.set_id}/feels", data={"overall": "bad", "where": person.mark})
        self.ask(person, "POST", f"/sets/{person.set_id}/notes", data={"text": person.mark})
        if person.name in WITH_SECOND:
            self.ask(person, "POST", f"/sets/{person.set_id}/second", files=[clip])
            self._wait(person.set_id)
        tus = {"tus-resumable": "1.0.0", "upload-length": str(UPLOAD_BYTES)}
        made = self.ask(person, "POST", "/uploads", headers=tus)
        person.upload_id = made.headers["location"].removeprefix("/uploads/")
        part = {"tus-resumable": "1.0.0", "upload-offset": "0", "content-type": "application/offset+octet-stream"}
        self.ask(person, "PATCH", f"/uploads/{person.upload_id}", headers=part, content=START + person.mark.encode())

    def _wait(self, set_id: str) -> None:
        ends = time.monotonic() + READY_S
        while time.monotonic() < ends:
            with self.app.state.site.database.reading() as rows:
                found = rows.get(TrainingSet, set_id)
                if found is not None and found.status not in ("queued", "working"):
                    assert found.status == "ready", found.error_message
                    return
            time.sleep(0.02)
        raise TimeoutError(f"set {set_id} is not measured")

    def _coach(self, coach: str, athlete: str) -> None:
        """What a coach leaves with an athlete, and an invitation."""
        person, set_id = self.people[coach], self.people[athlete].set_id
        self.ask(person, "POST", f"/sets/{set_id}/notes", data={"text": person.mark})
        self.ask(person, "POST", f"/sets/{set_id}/override", data={"action": "hold", "reason": person.mark})
        link = self.ask(person, "POST", "/team/invitations", data={"role": "athlete"}).text
        found = re.search(r"/join/([\w-]+)", link)
        assert found is not None
        person.words.append(found[1])

    def kept(self) -> dict[str, list[str]]:
        """All that is an athlete's and no other may change, and all that is a team's, by the id of each.

        What the server changes by itself is left out: how far a set is, and what it decided.
        """
        site, found = self.app.state.site, defaultdict(list)
        with site.database.reading() as rows:
            teams = dict(rows.execute(select(Membership.athlete_id, Membership.team_id)).all())
            athletes = dict(rows.execute(select(TrainingSet.id, TrainingSet.athlete_id)).all())
            for query in OF_ATHLETES:
                for athlete, *what in rows.execute(query):
                    found[athlete].append(repr(what))
            for query in OF_TEAMS:
                for team, *what in rows.execute(query):
                    found[team].append(repr(what))
            for query in OF_SETS:
                for set_id, *what in rows.execute(query):
                    found[teams.get(athletes[set_id], "")].append(repr(what))
            senders = dict(rows.execute(select(Upload.id, Upload.sender_id)).all())
        for set_id, athlete in (senders | athletes).items():
            video = site.folder.video(set_id)
            found[athlete].append(f"{set_id} {video.stat().st_size if video.exists() else None}")
        return {whose: sorted(what) for whose, what in found.items()}


OF_ATHLETES = (
    select(Athlete.id, Athlete.name, Athlete.settings, Athlete.passphrase_hash),
    select(TrainingSet.athlete_id, TrainingSet.id, TrainingSet.name),
    select(TrainingSet.athlete_id, Answers.feels, Answers.context).join(Answers, Answers.set_id == TrainingSet.id),
    select(Upload.sender_id, Upload.id, Upload.size_bytes),
)
OF_TEAMS = (
    select(Team.id, Team.name),
    select(Membership.team_id, Membership.athlete_id, Membership.role),
    select(Invitation.team_id, Invitation.token_sha256),
)
OF_SETS = (select(Note.set_id, Note.text), select(Override.set_id, Override.action, Override.reason))
"""Whose a row is, and what is in it; words on a set are its team's, for a coach leaves them, too."""
