"""An athlete enters; a zip with everything of theirs leaves: reports, answers, decisions, notes, tables, videos."""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Rows

from lookfeel.confined import run_confined
from lookfeel.errors import LookfeelError, StoreError
from lookfeel.ingest import Limits
from lookfeel.sandbox import Guards
from lookfeel.store import DataFolder
from lookfeel.store.models import Athlete, TrainingSet
from lookfeel.web.playable import COPY_JOB
from lookfeel.web.problems import DiskFull
from lookfeel.web.settings import Settings
from lookfeel.web.task import CSV_NAMES, POSTER, SECOND, WATCHED, WATCHED_SECOND
from lookfeel.web.uploads import second_clip
from lookfeel.web.views import iso, note_views

WEBM_START = b"\x1a\x45\xdf\xa3"


def write_export(
    rows: Rows, folder: DataFolder, athlete: Athlete, settings: Settings, *, covers_faces: bool = False
) -> IO[bytes]:
    """Write the zip to a file without a name: it is gone when it is closed, or the server killed.

    covers_faces: every head in the videos is covered, which takes a while; a video that cannot be is left out.

    Raises
        DiskFull: there is no room for it. StoreError: the folder refuses.
    """
    sets = rows.scalars(
        select(TrainingSet).where(TrainingSet.athlete_id == athlete.id).order_by(TrainingSet.created_at)
    ).all()
    file = tempfile.TemporaryFile(dir=folder.root)  # noqa: SIM115 (the caller's)
    try:
        with zipfile.ZipFile(file, "w", compression=zipfile.ZIP_DEFLATED) as archive:
            _add_json(archive, "athlete.json", _athlete(athlete))
            for row in sets:
                _add_set(archive, folder, row, settings if covers_faces else None)
    except OSError as error:
        with contextlib.suppress(OSError):  # it would write what it still holds
            file.close()
        if error.errno == errno.ENOSPC:
            raise DiskFull("The server has no room to put an export together.") from error
        raise StoreError(f"the export could not be written: {error.strerror or error}") from error
    return file


def _athlete(athlete: Athlete) -> dict[str, Any]:
    return {"name": athlete.name, "created_at": iso(athlete.created_at), "settings": athlete.settings}


def _add_set(archive: zipfile.ZipFile, folder: DataFolder, row: TrainingSet, covering: Settings | None) -> None:
    """covering: limits of the copies in which heads are covered; None = files as they are."""
    place = f"sets/{row.created_at:%Y-%m-%d}-{row.id}"
    _add_json(archive, f"{place}/set.json", _set(row))
    if row.report is not None:
        _add_json(archive, f"{place}/report.json", row.report.document)
    if row.results is not None:
        for name in CSV_NAMES if covering else (*CSV_NAMES, POSTER):
            _add_file(archive, folder.of_set(row.id) / row.results / name, f"{place}/{name}")
    for video in filter(None, (folder.video(row.id), second_clip(folder, row.id))):
        if covering is None:
            _add_video(archive, video, f"{place}/{video.name}")
        elif row.results is not None and video.is_file():
            seen = folder.of_set(row.id) / row.results / (WATCHED_SECOND if video.name == SECOND else WATCHED)
            _add_covered(archive, video, seen, covering, f"{place}/{video.name}")


def _add_video(archive: zipfile.ZipFile, video: Path, name: str) -> None:
    if video.is_file():
        with video.open("rb") as file:
            suffix = "webm" if file.read(4) == WEBM_START else "mp4"
        archive.write(video, f"{name}.{suffix}", compress_type=zipfile.ZIP_STORED)


def _add_covered(archive: zipfile.ZipFile, video: Path, seen: Path, settings: Settings, name: str) -> None:
    """A copy of a clip with every head covered, or a word in its place."""
    limits = Limits(n_bytes=settings.max_upload_bytes, duration_s=settings.max_duration_s)
    options = {"limits": asdict(limits), "watched": str(seen)}
    guards = Guards(memory_bytes=settings.max_job_memory_bytes, file_bytes=settings.max_job_file_bytes)
    try:
        with (
            run_confined(video, COPY_JOB, options, guards=guards, longest_s=settings.max_job_s) as copy,
            archive.open(f"{name}.mp4", "w", force_zip64=True) as target,
        ):
            shutil.copyfileobj(copy, target)
    except LookfeelError as error:
        archive.writestr(f"{name}-left-out.txt", f"{error.message}\n")


def _set(row: TrainingSet) -> dict[str, Any]:
    """What the report does not hold: what was said, and all that was decided and noted."""
    return {
        "id": row.id,
        "file_name": row.name,
        "created_at": iso(row.created_at),
        "status": row.status,
        "feels": row.answers.feels if row.answers else {},
        "context": row.answers.context if row.answers else {},
        "decisions": [
            {"created_at": iso(one.created_at), "helped": one.helped, **one.document} for one in row.decisions
        ],
        "overrides": [
            {"created_at": iso(one.created_at), "author": one.author.name, "action": one.action, "reason": one.reason}
            for one in row.overrides
        ],
        "notes": [note | {"created_at": iso(note["created_at"])} for note in note_views(row)],
    }


def _add_json(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    archive.writestr(name, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _add_file(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    if path.is_file():
        archive.write(path, name)
