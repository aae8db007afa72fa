"""A clip in parts over a bad connection: the tus protocol 1.0.0, its core with creation and termination.

https://tus.io/protocols/resumable-upload
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections import defaultdict
from weakref import WeakValueDictionary

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from lookfeel.errors import InvalidValue, UnreadableVideo
from lookfeel.store import delete_upload
from lookfeel.store.models import Upload
from lookfeel.web import access, uploads
from lookfeel.web.problems import Conflict, Locked, NotFound, TooLarge, WebError
from lookfeel.web.site import Site, SiteOf, Visitor, VisitorOf, checked

router = APIRouter(dependencies=[Depends(checked)])

TUS = "1.0.0"
OFFSET_TYPE = "application/offset+octet-stream"
MAX_METADATA = 4096
FLUSH_BYTES = 1 << 20


class WrongVersion(WebError):
    """Another version of the protocol."""

    code = "wrong_version"
    http_status = 412


class WrongType(WebError):
    """A part of another content type."""

    code = "wrong_type"
    http_status = 415


class Busy:
    """Which uploads are being written to, so that two requests never append to one file."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def lock(self, upload_id: str) -> asyncio.Lock:
        """The lock of one upload.

        Raises
            Locked: somebody holds it.
        """
        lock = self._locks.setdefault(upload_id, asyncio.Lock())
        if lock.locked():
            raise Locked("This upload is still being written to by an earlier request.")
        return lock


def _headers(settings_max: int, **more: str) -> dict[str, str]:
    return {"Tus-Resumable": TUS, "Tus-Max-Size": str(settings_max), **more}


@router.options("/uploads")
def options(site: SiteOf) -> Response:
    """What of the protocol is spoken here."""
    more = {"Tus-Version": TUS, "Tus-Extension": "creation,termination"}
    return Response(status_code=204, headers=_headers(site.settings.max_upload_bytes) | more)


@router.post("/uploads")
def create(request: Request, site: SiteOf, visitor: VisitorOf) -> Response:
    """Announce a clip: its size and name, the exercise and the athlete."""
    _check_version(request)
    size = request.headers.get("upload-length", "")
    if not size.isdecimal() or len(size) > 15:
        raise InvalidValue("the size of the clip is not told", hint="Choose the clip again.")
    told = _metadata(request.headers.get("upload-metadata", ""))
    with site.database.writing() as rows:
        athlete_id = told["athlete"] or visitor.athlete.id
        upload = uploads.begin(
            rows,
            site.folder,
            site.settings,
            athlete_id=access.kept_athlete(rows, visitor.athlete.id, athlete_id).id,
            sender_id=visitor.athlete.id,
            name=told["filename"],
            exercise=told["exercise"],
            size_bytes=int(size),
        )
    return Response(status_code=201, headers=_headers(site.settings.max_upload_bytes, Location=f"/uploads/{upload.id}"))


@router.head("/uploads/{upload_id}")
def offset(site: SiteOf, visitor: VisitorOf, upload_id: str) -> Response:
    """How much has arrived."""
    upload = _own(site, visitor, upload_id)
    arrived = upload.size_bytes if upload.accepted_at else uploads.offset_of(site.folder, upload)
    return Response(status_code=200, headers=_state(site, upload, arrived, _accepted(site, upload, arrived)))


@router.patch("/uploads/{upload_id}")
async def append(request: Request, site: SiteOf, visitor: VisitorOf, upload_id: str) -> Response:
    """Take the bytes from an offset on; when the last has arrived, the clip becomes a set in the queue."""
    _check_version(request)
    if request.headers.get("content-type") != OFFSET_TYPE:
        raise WrongType("Parts of a clip are sent as plain bytes.")
    upload = await run_in_threadpool(_own, site, visitor, upload_id)
    busy: Busy = request.app.state.busy
    async with busy.lock(upload_id):
        arrived = upload.size_bytes if upload.accepted_at else uploads.offset_of(site.folder, upload)
        if request.headers.get("upload-offset") != str(arrived):
            raise Conflict(f"The upload stands at byte {arrived}.", hint="Go on from there.")
        if arrived < upload.size_bytes:
            arrived = await _receive(request, site, upload)
        is_accepted = await run_in_threadpool(_accepted, site, upload, arrived)
    if is_accepted:
        site.dispatcher.ring()
    return Response(status_code=204, headers=_state(site, upload, arrived, is_accepted))


@router.delete("/uploads/{upload_id}")
def terminate(request: Request, site: SiteOf, visitor: VisitorOf, upload_id: str) -> Response:
    """Give an upload up; what had arrived is deleted."""
    upload = _own(site, visitor, upload_id)
    if upload.accepted_at is not None:
        raise Conflict("This clip has been taken already.", hint="Delete the set instead.")
    busy: Busy = request.app.state.busy
    busy.lock(upload_id)
    delete_upload(site.database, site.folder, upload_id)
    return Response(status_code=204, headers=_headers(site.settings.max_upload_bytes))


async def _receive(request: Request, site: Site, upload: Upload) -> int:
    """Write what comes until the request ends, breaks off or stalls; how much has arrived in all."""
    appender = await run_in_threadpool(uploads.Appender, site.folder, upload, spare_bytes=site.settings.spare_bytes)
    refused: WebError | UnreadableVideo | None = None
    try:
        blocks = request.stream().__aiter__()
        while True:
            block = await asyncio.wait_for(anext(blocks), timeout=site.settings.stalled_s)
            await run_in_threadpool(appender.write, block)
    except (StopAsyncIteration, ClientDisconnect, TimeoutError):
        pass  # what has arrived counts; the sender asks how much that is
    except (UnreadableVideo, TooLarge) as error:
        refused = error
    finally:
        await run_in_threadpool(appender.close)
    if refused is not None:
        await run_in_threadpool(delete_upload, site.database, site.folder, upload.id)
        raise refused
    return appender.offset


def _accepted(site: Site, upload: Upload, arrived: int) -> bool:
    """Make a set of an upload whose bytes are all there; also when the server died between the two."""
    if arrived < upload.size_bytes:
        return False
    if upload.accepted_at is None:
        try:
            uploads.check_container(site.folder.video(upload.id))  # one of fewer bytes than are looked at on the way
        except UnreadableVideo:
            delete_upload(site.database, site.folder, upload.id)
            raise
        with site.database.writing() as rows:
            fresh = rows.get(Upload, upload.id)
            if fresh is None:
                raise NotFound
            uploads.accept(rows, fresh)
    return True


def _own(site: Site, visitor: Visitor, upload_id: str) -> Upload:
    with site.database.reading() as rows:
        upload = rows.get(Upload, upload_id)
    if upload is None or upload.sender_id != visitor.athlete.id:
        raise NotFound
    return upload


def _state(site: Site, upload: Upload, arrived: int, is_accepted: bool) -> dict[str, str]:
    headers = _headers(site.settings.max_upload_bytes)
    headers |= {"Upload-Offset": str(arrived), "Upload-Length": str(upload.size_bytes)}
    return headers | ({"Location": f"/sets/{upload.id}"} if is_accepted else {})


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != TUS:
        raise WrongVersion(f"Uploads are sent with tus {TUS} here.")


def _metadata(header: str) -> dict[str, str]:
    """'filename d29ybGQ=,exercise c3F1YXQ=' as texts; '' for what was not told.

    Raises
        InvalidValue: not in this form.
    """
    told: dict[str, str] = defaultdict(str)
    if len(header) > MAX_METADATA:
        raise InvalidValue("the clip's name is too long", hint="Rename the clip and send it again.")
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise InvalidValue("the clip's name cannot be read", hint="Rename the clip and send it again.") from None
    return told
