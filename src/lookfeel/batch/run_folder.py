"""Names and bytes enter; files of a run leave, whole or not at all, in a folder or, by its URL, an object store."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lookfeel.errors import BackendUnavailable, FileMissing, InvalidValue, StoreError, VideoTooLarge

WORK, UNFINISHED = "work", "work/unfinished"
MARK = f"{WORK}/batch.json"
"""Says that the folder is a run's and nobody else's; locked while a batch is at work in it."""
MARK_TEXT = b'{"lookfeel_batch": 1}\n'

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class RunFolder:
    """Everything of a run by its name, such as 'clips/anna-3f/report.json'.

    Parameters
        place: a folder, or a URL that fsspec knows, such as 's3://bucket/run' or 'memory://run'.
    Raises
        BackendUnavailable: the package that this kind of URL needs is not installed.
    """

    def __init__(self, place: str) -> None:
        self.place = place if URL.match(place) else str(Path(place).absolute())
        self._files, self._root = _file_system(self.place)
        self.is_local = not URL.match(place)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Make the folder a run's, or take up the run in it, for one batch alone; what was left unfinished is removed.

        The system lets go of the folder when the process ends, however it ends. An object store has no such lock: two
        batches there write the same bytes twice.

        Raises
            InvalidValue: it holds something else. StoreError: another batch is at work in it, or it refuses.
        """
        with self._told():
            if not self.exists(MARK) and self._files.exists(self._root) and self._files.ls(self._root):
                hint = "Give a new folder with -o, or the folder of an earlier batch to go on with it."
                raise InvalidValue(f"{self.place!r} holds something else than a batch", hint=hint)
        if not self.is_local:
            self.write(MARK, MARK_TEXT)
            yield
            return
        with self._told():
            path = Path(self._at(MARK))
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        with file:
            if not _take(file):
                hint = "Wait for it, or give another folder with -o."
                raise StoreError(f"another batch is at work in {self.place!r}", hint=hint)
            with self._told():
                file.write(MARK_TEXT)
                shutil.rmtree(self._at(UNFINISHED), ignore_errors=True)
            yield

    def names(self, below: str) -> set[str]:
        """Names of all files below a folder of the run."""
        with self._told():
            self._files.invalidate_cache()
            return {name[len(self._root) :].lstrip("/") for name in self._files.find(self._at(below))}

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with self._told():
            return bool(self._files.exists(self._at(name)))

    def read(self, name: str) -> bytes:
        """The bytes of a file; StoreError when there is none."""
        with self._told():
            data: bytes = self._files.cat_file(self._at(name))
            return data

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all."""
        with self.writing(name) as path:
            path.write_bytes(data)

    @contextmanager
    def writing(self, name: str) -> Iterator[Path]:
        """Give a path of that name's ending to write to; when the block ends well it becomes the file in one step.

        Raises
            StoreError: the folder, the disk or the store refused.
        """
        with self._told():
            above = Path(self._at(UNFINISHED)) if self.is_local else Path(tempfile.gettempdir())
            own = above / uuid.uuid4().hex
            own.mkdir(parents=True)
        try:
            yield own / Path(name).name
            with self._told():
                self._publish(own / Path(name).name, self._at(name))
        finally:
            shutil.rmtree(own, ignore_errors=True)

    def _publish(self, written: Path, place: str) -> None:
        if not self.is_local:
            self._files.put_file(str(written), place)
            return
        with written.open("rb+") as file:
            os.fsync(file.fileno())
        Path(place).parent.mkdir(parents=True, exist_ok=True)
        written.replace(place)

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """A path on this machine with the contents of a file, to read."""
        if self.is_local:
            yield Path(self._at(name))
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(name).name
            with self._told():
                self._files.get_file(self._at(name), str(path))
            yield path

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, and the folders that they leave empty."""
        with self._told():
            for name in sorted(names):
                self._files.rm_file(self._at(name))
                above = Path(self._at(name)).parent
                if self.is_local and not any(above.iterdir()):
                    above.rmdir()

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what a store or a disk says into a StoreError."""
        try:
            yield
        except OSError as error:
            raise StoreError(f"the run in {self.place!r}: {error.strerror or error}") from error


def _take(file: IO[bytes]) -> bool:
    """Lock an open file; False when another process has it."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _file_system(place: str) -> tuple[Any, str]:
    """fsspec's file system of a path or URL, and the path in it."""
    import fsspec

    try:
        files, root = fsspec.core.url_to_fs(place)
    except (ImportError, ValueError, OSError) as error:  # OSError: 'zip://x::y' opens y at once
        hint = "Check the address, and install what it names."
        raise BackendUnavailable(f"{place!r} cannot be reached: {error}", hint=hint) from error
    return files, str(root).rstrip("/")


@contextmanager
def local_clip(source: str, *, max_bytes: int) -> Iterator[Path]:
    """A path on this machine with a clip, which is fetched first when it is given by URL.

    Raises
        FileMissing: it cannot be fetched. VideoTooLarge: it is larger than that.
    """
    if not URL.match(source):
        yield Path(source)
        return
    files, name = _file_system(source)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name or "clip")
        try:
            size_bytes = files.size(name)
            if size_bytes is not None and size_bytes > max_bytes:
                raise VideoTooLarge(f"{path.name} has {size_bytes / 1e6:.0f} MB; the limit is {max_bytes / 1e6:.0f} MB")
            files.get_file(name, str(path))
        except OSError as error:
            raise FileMissing(f"{source} cannot be fetched: {error.strerror or error}") from error
        yield path
