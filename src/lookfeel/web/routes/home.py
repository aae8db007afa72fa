"""The first page, the history and what leaves the house: export and deletion of everything."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from typing import IO, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse, StreamingResponse

from lookfeel.exercises import exercise_names, load_exercise
from lookfeel.store import delete_athlete, queue
from lookfeel.store.models import Athlete, TrainingSet
from lookfeel.web import access, accounts, views
from lookfeel.web.export import write_export
from lookfeel.web.preferences import preferences_of
from lookfeel.web.problems import Cancelled
from lookfeel.web.site import SiteOf, VisitorOf, athlete_view, checked, keep_cookie, packed_json, page

router = APIRouter(dependencies=[Depends(checked)])

N_RECENT = 5
BLOCK_BYTES = 1 << 20


@router.get("/")
def home(request: Request, site: SiteOf, visitor: VisitorOf, athlete: str = "") -> Response:
    """How to film, the upload, and what was advised last."""
    with site.database.reading() as rows:
        shown = access.seen_athlete(rows, visitor.athlete.id, athlete or visitor.athlete.id)
        sets = access.seen_sets(rows, visitor.athlete.id, athlete_id=shown.id)
        others = access.roster(rows, visitor.athlete.id)
        return page(
            request,
            "home.html",
            visitor,
            exercises=_exercises(),
            recent=[views.set_view(row) for row in sets[:N_RECENT]],
            last=_last(sets),
            is_deleted="deleted" in request.query_params,
            for_athlete=_person(shown),
            athletes=[_person(one) for one in others],
        )


def _exercises() -> list[dict[str, Any]]:
    """Each exercise with how to film it."""
    specs = [load_exercise(name) for name in exercise_names()]
    return [{"name": spec.name, "filming": spec.filming.model_dump()} for spec in specs]


def _last(sets: list[TrainingSet]) -> dict[str, Any] | None:
    """The newest set with a decision, and the one filmed before it; None without any."""
    decided = [row for row in sets if row.decisions]
    if not decided:
        return None
    newest = decided[0]
    earlier = next((row for row in decided[1:] if row.exercise == newest.exercise), None)
    return {"set": views.set_view(newest), "earlier": None if earlier is None else views.set_view(earlier)}


def _person(athlete: Athlete) -> dict[str, Any]:
    return athlete_view(athlete, preferences_of(athlete.settings))


@router.get("/history")
def show_history(request: Request, site: SiteOf, visitor: VisitorOf, athlete: str = "") -> Response:
    """Sets over weeks."""
    with site.database.reading() as rows:
        shown = access.seen_athlete(rows, visitor.athlete.id, athlete or visitor.athlete.id)
        sets = access.seen_sets(rows, visitor.athlete.id, athlete_id=shown.id)
        return page(
            request,
            "history.html",
            visitor,
            sets=[views.set_view(row) for row in sets],
            for_athlete=_person(shown),
            is_own=shown.id == visitor.athlete.id,
        )


@router.get("/history.json")
def history_series(request: Request, site: SiteOf, visitor: VisitorOf, athlete: str = "") -> Response:
    """The series of the history's plots."""
    with site.database.reading() as rows:
        shown = access.seen_athlete(rows, visitor.athlete.id, athlete or visitor.athlete.id)
        sets = access.seen_sets(rows, visitor.athlete.id, athlete_id=shown.id)
        series = views.history_series(rows, shown.id, sets[::-1])
    return packed_json(request, gzip.compress(json.dumps(series, allow_nan=False).encode()))


@router.get("/athletes/{athlete_id}/export.zip")
def export(site: SiteOf, visitor: VisitorOf, athlete_id: str, faces: Literal["shown", "covered"] = "shown") -> Response:
    """Everything of one athlete in one file; with every face covered, for those who share it."""
    with site.database.reading() as rows:
        athlete = access.kept_athlete(rows, visitor.athlete.id, athlete_id)
        file = write_export(rows, site.folder, athlete, site.settings, covers_faces=faces == "covered")
    headers = {
        "Content-Disposition": 'attachment; filename="lookfeel-export.zip"',
        "Content-Length": str(file.seek(0, os.SEEK_END)),
    }
    return StreamingResponse(_blocks(file), media_type="application/zip", headers=headers)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """What is in a file; not by its path, which the server would open when the file is gone."""
    with file:
        file.seek(0)
        while block := file.read(BLOCK_BYTES):
            yield block


@router.post("/athletes/{athlete_id}/delete")
def delete(request: Request, site: SiteOf, visitor: VisitorOf, athlete_id: str) -> Response:
    """Delete one athlete and everything of theirs, for good."""
    with site.database.writing() as rows:
        athlete = access.kept_athlete(rows, visitor.athlete.id, athlete_id)
        is_owner = athlete.is_owner
        owned = [row.id for row in access.seen_sets(rows, visitor.athlete.id, athlete_id=athlete.id)]
        for set_id in owned:
            queue.cancel(rows, set_id, Cancelled("The athlete was deleted."))
    for set_id in owned:
        site.dispatcher.settle(set_id)
    delete_athlete(site.database, site.folder, athlete.id)
    if is_owner:
        with site.database.writing() as rows:
            accounts.ready_owner(rows, site.settings.passphrase)
    if athlete.id == visitor.athlete.id:
        keep_cookie(request, "")
        return RedirectResponse("/?deleted", status_code=303)
    return RedirectResponse("/team", status_code=303)
