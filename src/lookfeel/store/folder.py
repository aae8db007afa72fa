"""A data folder enters; the place of each set's files leaves, and what nobody owns any more goes.

    lookfeel.sqlite3          the rows
    server.lock               held by the one server that runs here
    database                  which database the rows of these files are in
    sets/<id>/video           the file as it was sent, also while it is on its way
    sets/<id>/<run>/...       what one run of the analysis wrote

Names of folders are ours, made of hexadecimal digits; nothing that a person typed becomes part of a path.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from lookfeel.errors import StoreError

DATABASE = "lookfeel.sqlite3"
OWN_DATABASE = "the folder's own"


class DataFolder:
    """The files of one store; a server enters it to hold the folder, so that no second one works in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock: IO[str] | None = None

    @property
    def database_url(self) -> str:
        """URL of the SQLite file in it."""
        return f"sqlite:///{self.root / DATABASE}"

    def make(self) -> None:
        """Make the folder, for its user alone.

        Raises
            StoreError: it cannot be made.
        """
        try:
            (self.root / "sets").mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o700)
        except OSError as error:
            raise self._refused(error) from error

    def _refused(self, error: OSError) -> StoreError:
        return StoreError(
            f"the data folder {str(self.root)!r} cannot be written to: {error.strerror or error}",
            hint="Give another folder with --data.",
        )

    def __enter__(self) -> Self:
        """Make the folder and hold it.

        Raises
            StoreError: it cannot be made or written to, or another server holds it.
        """
        self.make()
        try:
            self._lock = (self.root / "server.lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise self._refused(error) from error
        if not _lock(self._lock):
            self._lock.close()
            raise StoreError(
                f"another lookfeel server works in {str(self.root)!r}", hint="Stop it first, or give another --data."
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._lock is not None:
            self._lock.close()  # which lets go of it

    def hold_for(self, database: str) -> None:
        """Note which database speaks of these files: what it does not name is removed when a server starts.

        Raises
            StoreError: there are files of another one, or of something else that has a folder 'sets'.
        """
        note, kept_for = self.root / "database", ""
        if not any(_folders(self.root / "sets")):
            kept_for = database
        elif note.exists():
            kept_for = note.read_text(encoding="utf-8")
        elif (self.root / DATABASE).exists():
            kept_for = OWN_DATABASE
        if kept_for != database:
            raise StoreError(
                f"the files in {str(self.root)!r} belong to {kept_for or 'something else'}, not to {database}",
                hint=f"Give the other --data or --database-url; if the database moved, name it in {str(note)!r}.",
            )
        try:
            if not note.exists() or note.read_text(encoding="utf-8") != database:
                note.write_text(database, encoding="utf-8")
        except OSError as error:
            raise StoreError(f"{str(note)!r} cannot be written: {error.strerror or error}") from error

    def of_set(self, set_id: str) -> Path:
        """Folder of one set."""
        return self.root / "sets" / set_id

    def video(self, set_id: str) -> Path:
        """The file as it was sent."""
        return self.of_set(set_id) / "video"

    def delete_set(self, set_id: str) -> None:
        """Remove every file of a set; nothing when there is none.

        Raises
            StoreError: a file is still there afterwards.
        """
        folder = self.of_set(set_id)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            raise StoreError(f"the files of the set {set_id} could not be removed")

    def keep_only(self, runs: dict[str, Collection[str]]) -> None:
        """Remove what no row speaks of: sets that are not named, and of those that are, runs that are not."""
        for folder in _folders(self.root / "sets"):
            if folder.name not in runs:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            for run in _folders(folder):
                if run.name not in runs[folder.name]:
                    shutil.rmtree(run, ignore_errors=True)

    def free_bytes(self) -> int:
        """Space left on its disk."""
        return shutil.disk_usage(self.root).free


def _folders(parent: Path) -> Iterator[Path]:
    return (entry for entry in parent.iterdir() if entry.is_dir())


def flush_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        """Hold the file until it is closed; False when somebody else does."""
        try:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        """Hold the file until it is closed; False when somebody else does."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
