"""One set: its page, progress, media, answers, notes, and its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, RedirectResponse, StreamingResponse

from lookfeel.errors import InvalidValue
from lookfeel.exercises import resolve_exercise
from lookfeel.pipeline import AUTO
from lookfeel.report.wording import ACTION_WORDS
from lookfeel.store import DataFolder, delete_set, delete_upload, history, queue
from lookfeel.store.database import StoreAway
from lookfeel.store.filing import want_as_measured
from lookfeel.store.models import Note, Override, TrainingSet, Upload
from lookfeel.web import access, answers, uploads, views
from lookfeel.web.deciding import decide_set
from lookfeel.web.problems import Cancelled, Conflict, NotFound
from lookfeel.web.questions import questions
from lookfeel.web.site import Form, Site, SiteOf, Visitor, VisitorOf, checked, fields_of, packed_json, page, text_of
from lookfeel.web.task import POSTER, PROXY, REPLAY, WATCHED

router = APIRouter(dependencies=[Depends(checked)])

PROGRESS_EVERY_S = 0.5
MAX_TEXT = 2000
HELPED = ("yes", "no", "unsure")
BLOCK_BYTES = 1 << 20


@router.post("/sets")
async def send(site: SiteOf, visitor: VisitorOf, form: Form) -> Response:
    """Take a whole clip in one request, for browsers without the script that sends it in parts."""
    file = _clip_of(form)
    upload = await run_in_threadpool(_store, site, visitor, form, file)
    site.dispatcher.ring()
    return RedirectResponse(f"/sets/{upload.id}", status_code=303)


def _clip_of(form: Form) -> UploadFile:
    """The clip that a form brings.

    Raises
        InvalidValue: none.
    """
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise InvalidValue("no clip was chosen", hint="Choose a clip and send it again.")
    return file


def _store(site: Site, visitor: Visitor, form: Form, file: UploadFile) -> Upload:
    with site.database.writing() as rows:
        athlete_id = text_of(form, "athlete") or visitor.athlete.id
        upload = uploads.begin(
            rows,
            site.folder,
            site.settings,
            athlete_id=access.kept_athlete(rows, visitor.athlete.id, athlete_id).id,
            sender_id=visitor.athlete.id,
            name=file.filename or "",
            exercise=text_of(form, "exercise"),
            size_bytes=file.size or 0,
        )
    try:
        appender = uploads.Appender(site.folder, upload, spare_bytes=site.settings.spare_bytes)
        try:
            while block := file.file.read(BLOCK_BYTES):
                appender.write(block)
        finally:
            appender.close()
        uploads.check_container(site.folder.video(upload.id))
    except BaseException:
        delete_upload(site.database, site.folder, upload.id)
        raise
    with site.database.writing() as rows:
        uploads.accept(rows, rows.merge(upload))
    return upload


@router.get("/sets/{set_id}")
def show(request: Request, site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """One set, whatever its state."""
    with site.database.reading() as rows:
        row = access.seen_set(rows, visitor.athlete.id, set_id)
        return page(
            request,
            "set.html",
            visitor,
            **_context(rows, row, visitor),
            has_second=uploads.second_clip(site.folder, row.id) is not None,
            can_measure=_can_measure(site.folder, row),
        )


@router.get("/sets/{set_id}/print")
def show_print(request: Request, site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """One set on one sheet."""
    with site.database.reading() as rows:
        row = access.seen_set(rows, visitor.athlete.id, set_id)
        if row.report is None:
            raise NotFound
        return page(request, "print.html", visitor, **_context(rows, row, visitor))


def _context(rows: Any, row: TrainingSet, visitor: Visitor) -> dict[str, Any]:
    """What the templates of one set show."""
    may_change = row.athlete_id == visitor.athlete.id or not (row.athlete.passphrase_hash or row.athlete.is_owner)
    shown: dict[str, Any] = {
        "set": views.set_view(row),
        "notes": views.note_views(row),
        "may_change": may_change,
        "actions": dict(ACTION_WORDS),
        "questions": questions(),
        "report": None,
        "decision": None,
        "answers": {},
        "past": [],
    }
    said = row.answers
    if said is not None:
        shown["answers"] = said.feels | said.context
    if row.report is not None and row.decisions:
        past = history(rows, row.athlete_id, row.exercise, before=row)
        decision = row.decisions[-1].document
        shown |= {"report": row.report.document, "decision": decision, "past": past}
    job = queue.latest(rows, row.id)
    shown["progress"] = views.progress_view(rows, row, job)[1]
    return shown


@router.get("/sets/{set_id}/progress")
async def progress(site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """Events that tell how far the analysis is, until it is over."""

    def look() -> tuple[str, dict[str, Any]]:
        with site.database.reading() as rows:
            row = access.seen_set(rows, visitor.athlete.id, set_id)
            return views.progress_view(rows, row, queue.latest(rows, row.id))

    first = await run_in_threadpool(look)

    async def events() -> AsyncIterator[str]:
        name, data = first
        last = None
        while True:
            if (name, data) != last:
                yield f"event: {name}\ndata: {json.dumps(data)}\n\n"
                last = (name, data)
            else:
                yield ": still here\n\n"  # finds out that nobody listens any more
            if name != "progress" or site.is_closing.is_set():
                return
            await asyncio.sleep(PROGRESS_EVERY_S)
            try:
                name, data = await run_in_threadpool(look)
            except NotFound:  # deleted meanwhile
                return
            except StoreAway:  # a browser that is sent away does not ask again
                continue

    return StreamingResponse(events(), media_type="text/event-stream")


@router.post("/sets/{set_id}/cancel")
def cancel(site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """Stop the analysis of a set; one that was measured before keeps that result."""
    with site.database.writing() as rows:
        row = access.kept_set(rows, visitor.athlete.id, set_id)
        if queue.cancel(rows, row.id, Cancelled("You cancelled the analysis of this clip.")):
            want_as_measured(row)
    return RedirectResponse(f"/sets/{set_id}", status_code=303)


@router.post("/sets/{set_id}/again")
def again(site: SiteOf, visitor: VisitorOf, set_id: str, form: Form) -> Response:
    """Measure a set again, as another exercise or of another person in the clip for instance."""
    with site.database.writing() as rows:
        row = _measurable(site.folder, access.kept_set(rows, visitor.athlete.id, set_id))
        exercise = text_of(form, "exercise") or row.exercise_wanted
        if exercise != AUTO:
            resolve_exercise(exercise)
        uploads.check_room(rows, site.settings, row.athlete_id)
        row.exercise_wanted, row.person_wanted = exercise, _person(form, row)
        _measure_again(rows, row)
    site.dispatcher.ring()
    return RedirectResponse(f"/sets/{set_id}", status_code=303)


def _person(form: Form, row: TrainingSet) -> int | None:
    """Who of the clip is to be measured; as before where the form does not say.

    Raises
        InvalidValue: there is nobody of that number.
    """
    if "person" not in form:
        return row.person_wanted
    told = text_of(form, "person")
    if not told:
        return None
    if told not in map(str, range(1, views.n_choosable(row) + 1)):
        raise InvalidValue(f"person: {told!r} is nobody in this clip", hint="Reload the page and choose again.")
    return int(told)


@router.post("/sets/{set_id}/second")
async def add_second(site: SiteOf, visitor: VisitorOf, set_id: str, form: Form) -> Response:
    """Take another clip of the same set, from another side, and judge anew from both."""
    await run_in_threadpool(_change_second, site, visitor, set_id, form)
    return RedirectResponse(f"/sets/{set_id}", status_code=303)


@router.post("/sets/{set_id}/second/delete")
def remove_second(site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """Delete the second clip for good, and judge anew from the first alone."""
    _change_second(site, visitor, set_id, None)
    return RedirectResponse(f"/sets/{set_id}", status_code=303)


def _change_second(site: Site, visitor: Visitor, set_id: str, form: Form | None) -> None:
    """Another second clip, or none without a form; who works with the old one is stopped before it goes."""
    with site.database.reading() as rows:
        row = _measurable(site.folder, access.kept_set(rows, visitor.athlete.id, set_id))
        uploads.check_room(rows, site.settings, row.athlete_id)
    part = None
    if form is not None:
        file = _clip_of(form)
        size = file.size or 0
        part = uploads.receive_second(site.folder, site.settings, set_id, file.file, size_bytes=size)
    with site.database.writing() as rows:
        row = access.kept_set(rows, visitor.athlete.id, set_id)
        queue.cancel(rows, row.id, Cancelled("The analysis was started anew."))
    site.dispatcher.settle(set_id)
    uploads.change_second(site.folder, set_id, row.results, part)
    with site.database.writing() as rows:
        queue.enqueue(rows, access.kept_set(rows, visitor.athlete.id, set_id))
    site.dispatcher.ring()


def _can_measure(folder: DataFolder, row: TrainingSet) -> bool:
    """Whether there is something to measure a set from: its clip, or what was seen in it the last time."""
    if not row.has_video:
        return False
    is_seen = row.results is not None and (folder.of_set(row.id) / row.results / WATCHED).is_file()
    return is_seen or folder.video(row.id).is_file()


def _measurable(folder: DataFolder, row: TrainingSet) -> TrainingSet:
    """The set, when it can be measured again.

    Raises
        Conflict: it was imported without its clip, or that is not kept any more.
    """
    if not _can_measure(folder, row):
        hint = "Send the clip as a new set, or import the set with its video."
        raise Conflict("The video of this set is not kept here, so it cannot be measured again.", hint=hint)
    return row


def _measure_again(rows: Any, row: TrainingSet) -> None:
    """Queue an analysis anew; one that is under way with the old options is taken back."""
    queue.cancel(rows, row.id, Cancelled("The analysis was started anew."))
    rows.flush()
    queue.enqueue(rows, row)


@router.get("/sets/{set_id}/video")
def video(site: SiteOf, visitor: VisitorOf, set_id: str, clip: int = 1) -> Response:
    """The clip as it was sent, or the second one of the set; whole or in ranges."""
    with site.database.reading() as rows:
        row = access.seen_set(rows, visitor.athlete.id, set_id)
    path = site.folder.video(row.id) if clip == 1 else uploads.second_clip(site.folder, row.id)
    if path is None or not row.has_video or not path.is_file():
        raise NotFound("The video of this set is not kept here.", hint="What was measured of it is.")
    with path.open("rb") as file:
        is_mp4 = file.read(4) != b"\x1a\x45\xdf\xa3"
    return _media(path, "video/mp4" if is_mp4 else "video/webm")


@router.get("/sets/{set_id}/proxy")
def proxy(site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """A copy of the clip that every browser plays; 202 while it is being made, which asking for it begins."""
    with site.database.reading() as rows:
        row = access.seen_set(rows, visitor.athlete.id, set_id)
        job = queue.latest(rows, row.id, "proxy")
        can_be_made = row.report is not None and row.has_video
    if row.proxy is not None:
        return _media(site.folder.of_set(row.id) / row.proxy / PROXY, "video/mp4")
    is_hopeless = not can_be_made or (job is not None and job.state == "failed")
    if is_hopeless or not site.folder.video(row.id).is_file():
        raise NotFound("There is no playable copy of this clip.")
    with site.database.writing() as rows:
        queue.enqueue(rows, access.seen_set(rows, visitor.athlete.id, set_id), "proxy")
    site.dispatcher.ring()
    return Response(status_code=202, headers={"Retry-After": "2"})


@router.get("/sets/{set_id}/poster.jpg")
def poster(site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """A small picture of the clip."""
    path = _result(site, visitor, set_id, POSTER)
    return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


@router.get("/sets/{set_id}/replay.json")
def replay(request: Request, site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """What is drawn over the video."""
    return packed_json(request, _result(site, visitor, set_id, REPLAY).read_bytes())


def _result(site: Site, visitor: Visitor, set_id: str, name: str) -> Any:
    """Path of a file of the analysis that counts; NotFound when there is none."""
    with site.database.reading() as rows:
        row = access.seen_set(rows, visitor.athlete.id, set_id)
    if row.results is None:
        raise NotFound
    path = site.folder.of_set(row.id) / row.results / name
    if not path.is_file():
        raise NotFound
    return path


def _media(path: Any, media_type: str) -> Response:
    """A file with ranges, for its owner's browser to keep for an hour; never run or shown as anything else."""
    return FileResponse(
        path, media_type=media_type, headers={"Cache-Control": "private, max-age=3600", "Accept-Ranges": "bytes"}
    )


@router.post("/sets/{set_id}/feels")
def feels(request: Request, site: SiteOf, visitor: VisitorOf, set_id: str, form: Form) -> Response:
    """What the athlete says of the set; the decision anew."""
    with site.database.writing() as rows:
        row = access.kept_set(rows, visitor.athlete.id, set_id)
        assert row.answers is not None
        row.answers.feels = answers.feels_from(fields_of(form), row.answers.feels)
        return _decision(request, rows, row, visitor)


@router.post("/sets/{set_id}/context")
def context(request: Request, site: SiteOf, visitor: VisitorOf, set_id: str, form: Form) -> Response:
    """The training around the set; the decision anew, and where it changes what is measured, the measures too."""
    with site.database.writing() as rows:
        row = access.kept_set(rows, visitor.athlete.id, set_id)
        assert row.answers is not None
        old = row.answers.context
        row.answers.context = answers.context_from(fields_of(form), old, unit=visitor.preferences.unit)
        is_changed = any(old.get(name) != row.answers.context.get(name) for name in answers.REMEASURED)
        is_remeasured = is_changed and _can_measure(site.folder, row)
        if is_remeasured and (row.report is not None or row.status == "working"):  # one that waits reads it anyway
            _measure_again(rows, row)
        answer = _decision(request, rows, row, visitor)
    if is_remeasured:
        site.dispatcher.ring()
        answer.headers["HX-Refresh"] = "true"
    return answer


def _decision(request: Request, rows: Any, row: TrainingSet, visitor: Visitor) -> Response:
    """The decision of a set, for htmx to put into the page, or the page itself for a browser without script."""
    if row.report is not None:
        decide_set(rows, row)
        rows.flush()
    if "hx-request" not in request.headers:
        return RedirectResponse(f"/sets/{row.id}", status_code=303)
    return page(request, "partials/decision.html", visitor, **_context(rows, row, visitor))


@router.post("/sets/{set_id}/helped")
def helped(site: SiteOf, visitor: VisitorOf, set_id: str, form: Form) -> Response:
    """Whether what was advised after a set helped."""
    with site.database.writing() as rows:
        row = access.kept_set(rows, visitor.athlete.id, set_id)
        answer = text_of(form, "helped")
        if answer not in HELPED:
            raise InvalidValue(f"helped: {answer!r}: one of {', '.join(HELPED)}", hint="Choose one of them.")
        if not row.decisions:
            raise Conflict("Nothing was advised after this set yet.")
        row.decisions[-1].helped = answer
    return RedirectResponse("/", status_code=303)


@router.post("/sets/{set_id}/notes")
def note(site: SiteOf, visitor: VisitorOf, set_id: str, form: Form) -> Response:
    """Leave a few words on a set."""
    with site.database.writing() as rows:
        row = access.seen_set(rows, visitor.athlete.id, set_id)
        rows.add(Note(set_id=row.id, author_id=visitor.athlete.id, text=_words(form, "text")))
    return RedirectResponse(f"/sets/{set_id}#notes", status_code=303)


@router.post("/sets/{set_id}/override")
def override(site: SiteOf, visitor: VisitorOf, set_id: str, form: Form) -> Response:
    """Decide otherwise, with a reason; ours stays beside it."""
    with site.database.writing() as rows:
        row = access.coached_set(rows, visitor.athlete.id, set_id)
        action, reason = text_of(form, "action"), _words(form, "reason")
        if action not in ACTION_WORDS:
            raise InvalidValue(f"action: {action!r} is none", hint=f"Choose one of {', '.join(ACTION_WORDS)}.")
        if not row.decisions:
            raise Conflict("Nothing was decided about this set yet.")
        rows.add(Override(set_id=row.id, author_id=visitor.athlete.id, action=action, reason=reason))
    return RedirectResponse(f"/sets/{set_id}#decision", status_code=303)


def _words(form: Form, name: str) -> str:
    text = text_of(form, name)
    if not 1 <= len(text) <= MAX_TEXT:
        raise InvalidValue(f"{name}: 1 to {MAX_TEXT} letters", hint="Write a little more, or less.")
    return text


@router.post("/sets/{set_id}/delete")
def delete(site: SiteOf, visitor: VisitorOf, set_id: str) -> Response:
    """Delete a set for good."""
    with site.database.writing() as rows:
        row = access.kept_set(rows, visitor.athlete.id, set_id)
        queue.cancel(rows, row.id, Cancelled("The set was deleted."))
    site.dispatcher.settle(set_id)
    delete_set(site.database, site.folder, set_id)
    return RedirectResponse("/history", status_code=303)


@router.get("/compare")
def compare(request: Request, site: SiteOf, visitor: VisitorOf, a: str = "", b: str = "") -> Response:
    """Two sets side by side."""
    with site.database.reading() as rows:
        shown = [access.seen_set(rows, visitor.athlete.id, set_id) if set_id else None for set_id in (a, b)]
        first, second = ((None, None) if row is None else _side(row) for row in shown)
        return page(
            request,
            "compare.html",
            visitor,
            a=first[0],
            b=second[0],
            report_a=first[1],
            report_b=second[1],
            choices=[views.set_view(row) for row in access.seen_sets(rows, visitor.athlete.id)],
        )


def _side(row: TrainingSet) -> tuple[dict[str, Any], dict[str, Any] | None]:
    return views.set_view(row), None if row.report is None else row.report.document
