"""Bytes of a clip enter, in one request or in many over a bad connection; an accepted set in the queue leaves.

A file lies from its first byte where the set's video will lie, so that accepting it is one transaction and no move of
files. Its size on disk is how far it is: what was told as received has been brought to the disk before.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Rows

from lookfeel.errors import InputError, UnreadableVideo
from lookfeel.exercises import resolve_exercise
from lookfeel.ingest.container import sniff_demuxer
from lookfeel.pipeline import AUTO
from lookfeel.store import Database, DataFolder, queue
from lookfeel.store.folder import flush_folder
from lookfeel.store.models import Answers, Athlete, TrainingSet, Upload, now
from lookfeel.web.problems import DiskFull, NotFound, TooLarge, TooMany
from lookfeel.web.settings import Settings
from lookfeel.web.task import SECOND, WATCHED_SECOND

MAX_NAME = 255
SNIFFED_BYTES = 16
NAMELESS = "video"
COPY_BYTES = 1 << 20


class EmptyUpload(InputError):
    """A file without a byte."""

    code = "empty_upload"
    default_hint = "Choose the clip again; the copy on the phone may not have finished."


def shown_name(name: str) -> str:
    """A file's name as it is shown, never used as a path: the last part, on one line, letters that print."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(letter for letter in last if letter.isprintable()).strip()
    return clean[:MAX_NAME] or NAMELESS


def begin(
    rows: Rows,
    folder: DataFolder,
    settings: Settings,
    *,
    athlete_id: str,
    sender_id: str,
    name: str,
    exercise: str,
    size_bytes: int,
) -> Upload:
    """Promise room for a file of so many bytes.

    Raises
        TooLarge, EmptyUpload, UnknownExercise: it would be refused in the end. TooMany: the athlete has too much on the
        way, waiting or kept. DiskFull: there is no room.
    """
    exercise = exercise or AUTO
    if exercise != AUTO:
        resolve_exercise(exercise)
    if size_bytes > settings.max_upload_bytes:
        most, given = settings.max_upload_bytes / 1e6, size_bytes / 1e6
        raise TooLarge(f"The clip has {given:.0f} MB; at most {most:.0f} MB are taken.")
    if size_bytes <= 0:
        raise EmptyUpload("The clip is empty.")
    check_room(rows, settings, athlete_id)
    check_share(rows, settings, athlete_id, size_bytes)
    if folder.free_bytes() < size_bytes + _promised_bytes(rows, folder) + settings.spare_bytes:
        raise DiskFull("The server has no room for this clip.")
    upload = Upload(
        athlete_id=athlete_id,
        sender_id=sender_id,
        name=shown_name(name),
        exercise_wanted=exercise,
        size_bytes=size_bytes,
    )
    rows.add(upload)
    rows.flush()
    return upload


def check_room(rows: Rows, settings: Settings, athlete_id: str) -> None:
    """Refuse more than an athlete's share of the queue.

    Raises
        TooMany: too many sets wait, or too many uploads are open.
    """
    if queue.n_waiting(rows, athlete_id) >= settings.max_waiting:
        raise TooMany(
            f"{settings.max_waiting} sets are waiting already.", hint="Send more when some of them have been measured."
        )
    is_open = (Upload.athlete_id == athlete_id, Upload.accepted_at.is_(None))
    if (rows.scalar(select(func.count()).where(*is_open)) or 0) >= settings.max_open_uploads:
        raise TooMany(
            f"{settings.max_open_uploads} uploads are open already.", hint="Finish or cancel one of them first."
        )


def check_share(rows: Rows, settings: Settings, athlete_id: str, size_bytes: int) -> None:
    """Refuse more than one guest's share of the disk; the owner's is all of it.

    Raises
        TooMany: it would be more with these bytes.
    """
    athlete = rows.get(Athlete, athlete_id)
    if athlete is not None and athlete.is_owner:
        return
    kept = rows.scalar(select(func.sum(TrainingSet.size_bytes)).where(TrainingSet.athlete_id == athlete_id)) or 0
    is_open = (Upload.athlete_id == athlete_id, Upload.accepted_at.is_(None))
    coming = rows.scalar(select(func.sum(Upload.size_bytes)).where(*is_open)) or 0
    if kept + coming + size_bytes > settings.max_guest_bytes:
        most = f"{settings.max_guest_bytes / 1e9:.0f} GB"
        raise TooMany(f"At most {most} are kept for one athlete.", hint="Export and delete old sets first.")


def _promised_bytes(rows: Rows, folder: DataFolder) -> int:
    """What is still to come of all open uploads: their room is not given to another."""
    is_open = rows.scalars(select(Upload).where(Upload.accepted_at.is_(None)))
    return sum(upload.size_bytes - offset_of(folder, upload) for upload in is_open)


def offset_of(folder: DataFolder, upload: Upload) -> int:
    """Bytes that have arrived."""
    path = folder.video(upload.id)
    return path.stat().st_size if path.exists() else 0


def second_clip(folder: DataFolder, set_id: str) -> Path | None:
    """Another clip of a set, as it was sent; None when there is none."""
    path = folder.of_set(set_id) / SECOND
    return path if path.is_file() else None


def receive_second(folder: DataFolder, settings: Settings, set_id: str, file: BinaryIO, *, size_bytes: int) -> Path:
    """Bring another clip of a set to the disk, for `change_second` to put in its place.

    Raises
        EmptyUpload, UnreadableVideo: it is no clip. DiskFull: no room. NotFound: the set was deleted meanwhile.
    """
    if size_bytes <= 0:
        raise EmptyUpload("The clip is empty.")
    if folder.free_bytes() < size_bytes + settings.spare_bytes:
        raise DiskFull("The server has no room for this clip.")
    part = folder.of_set(set_id) / f"{SECOND}-{secrets.token_hex(4)}.part"
    try:
        with disk_errors(), part.open("wb") as target:
            shutil.copyfileobj(file, target, COPY_BYTES)
            target.flush()
            os.fsync(target.fileno())
        check_container(part)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


def change_second(folder: DataFolder, set_id: str, results: str | None, part: Path | None) -> None:
    """Put a received clip, or none, in the place of the second one, and forget what was seen in the old one."""
    path = folder.of_set(set_id) / SECOND
    with disk_errors():
        if results is not None:
            (path.with_name(results) / WATCHED_SECOND).unlink(missing_ok=True)
        if part is None:
            path.unlink(missing_ok=True)
        else:
            part.replace(path)
        flush_folder(path.parent)


def is_video(path: Path) -> bool:
    """Whether the first bytes are those of a container that we read."""
    with path.open("rb") as file:
        return sniff_demuxer(file) is not None


def check_container(path: Path) -> None:
    """Refuse what is no video by its first bytes, before the rest is sent.

    Raises
        UnreadableVideo: it is none.
    """
    if not is_video(path):
        raise UnreadableVideo("This is not an MP4, MOV or WebM file, whatever its name says.")


def accept(rows: Rows, upload: Upload) -> TrainingSet:
    """Make a set of an upload that is complete, and queue it; once, however often it is asked for."""
    made = rows.get(TrainingSet, upload.id)
    if made is not None:
        return made
    training_set = TrainingSet(
        id=upload.id,
        athlete_id=upload.athlete_id,
        name=upload.name,
        size_bytes=upload.size_bytes,
        exercise_wanted=upload.exercise_wanted,
    )
    rows.add_all((training_set, Answers(set_id=upload.id, feels={}, context={})))
    rows.flush()
    queue.enqueue(rows, training_set)
    upload.accepted_at = now()
    return training_set


class Appender:
    """Writes to the end of an upload's file, and brings it to the disk when closed; never beyond its promised size, nor
    into the room that is kept free of clips, whatever else fills the disk."""

    def __init__(self, folder: DataFolder, upload: Upload, *, spare_bytes: int) -> None:
        path = folder.video(upload.id)
        with disk_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab")
        self._path, self._folder = path, folder
        self._size_bytes, self._spare_bytes = upload.size_bytes, spare_bytes
        self.offset = self._file.tell()

    def write(self, block: bytes) -> None:
        """Append a block.

        Raises
            TooLarge: more than was promised. DiskFull: no room. UnreadableVideo: the first bytes are no video's.
        """
        if self.offset + len(block) > self._size_bytes:
            raise TooLarge("More bytes arrived than the upload was announced with.")
        if self._folder.free_bytes() < len(block) + self._spare_bytes:
            raise DiskFull("The server's disk is full.")
        before = self.offset
        with disk_errors():
            self._file.write(block)
            self.offset += len(block)
            if before < SNIFFED_BYTES <= self.offset:
                self._file.flush()
                check_container(self._path)

    def close(self) -> None:
        """Bring what was written to the disk."""
        with disk_errors():
            try:
                self._file.flush()
                os.fsync(self._file.fileno())
            finally:
                self._file.close()
            flush_folder(self._path.parent)


@contextmanager
def disk_errors() -> Iterator[None]:
    """A full disk as DiskFull, a folder that was deleted meanwhile as NotFound."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull("The server's disk is full.") from error
        raise


def remove_abandoned(database: Database, folder: DataFolder, settings: Settings) -> None:
    """Forget uploads that nobody went on with, with what had arrived of them, and those that were accepted long ago."""
    with database.writing() as rows:
        old = rows.scalars(select(Upload).where(Upload.created_at < now() - settings.upload_life)).all()
        for upload in old:
            rows.delete(upload)
    for upload in old:
        if upload.accepted_at is None:
            folder.delete_set(upload.id)
