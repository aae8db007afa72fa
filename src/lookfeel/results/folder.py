"""Names and writers of files enter; whole files leave in a folder, beside a list that tells ours from others'."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lookfeel import __version__
from lookfeel.atomic import write_whole
from lookfeel.errors import InvalidValue, StoreError

LIST_NAME = "lookfeel-export.json"
PARTS_NAME = ".export.part"
ANOTHER = "Give another -o, or move the file away."


class ExportFolder:
    """A folder of exports. What is to be written is listed before the first file is, so that after a kill the next run
    knows its own; when all are written, the list has their SHA-256, so that a file that somebody changed is kept.

    Raises
        InvalidValue: a file that is not ours, or was changed, is in the way. StoreError: the disk refused.
    """

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.folder = folder
        self.files, self.clips = self._listed()
        for name in names:
            self._check(name)
        self._names = names
        self.written: list[str] = []

    def __enter__(self) -> Self:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(self._parts, ignore_errors=True)  # of a run that was killed
            self._parts.mkdir()
        except OSError as error:
            what = f"results cannot be written to {str(self.folder)!r}: {error.strerror or error}"
            raise StoreError(what) from error
        self.files |= dict.fromkeys(self._names)
        self._write_list()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._parts, ignore_errors=True)

    def put(self, name: str, write: Callable[[Path], object], *, clips: Sequence[str]) -> None:
        """Have a file written and put it in its place. clips: whose it is."""
        part = self._parts / name
        write(part)
        digest = _sha256(part)
        try:
            part.replace(self.folder / name)
        except OSError as error:
            raise StoreError(f"Could not write {name!r}: {error.strerror or error}.") from error
        self.files[name] = {"sha256": digest, "clips": list(clips)}
        self.written.append(name)

    def close_list(self, made_by: Mapping[str, Mapping[str, str]]) -> None:
        """Write the list of all files with what made each clip's."""
        self.clips |= {name: dict(provenance) for name, provenance in made_by.items()}
        self.files = {name: entry for name, entry in self.files.items() if (self.folder / name).exists()}
        self._write_list()

    @property
    def _parts(self) -> Path:
        return self.folder / PARTS_NAME

    def _listed(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Files and clips that earlier exports left here."""
        path = self.folder / LIST_NAME
        if not path.exists():
            return {}, {}
        try:
            listed = json.loads(path.read_bytes())
            return dict(listed["files"]), dict(listed["clips"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InvalidValue(f"{str(path)!r} is not a list of exports", hint=ANOTHER) from error

    def _check(self, name: str) -> None:
        path = self.folder / name
        if name.casefold() == LIST_NAME:
            raise InvalidValue(f"{name!r} is the name of the list of exports", hint="Rename the folder of results.")
        if not path.exists() and not path.is_symlink():
            return
        if name not in self.files or not path.is_file() or path.is_symlink():
            raise InvalidValue(f"{str(path)!r} is in the way and is not an export", hint=ANOTHER)
        entry = self.files[name]
        if isinstance(entry, dict) and entry.get("sha256") != _sha256(path):
            raise InvalidValue(f"{str(path)!r} was changed since it was exported", hint=ANOTHER)

    def _write_list(self) -> None:
        content = {"exported_by": f"lookfeel {__version__}", "clips": self.clips, "files": self.files}
        text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True)
        write_whole(self.folder / LIST_NAME, (text + "\n").encode("utf-8"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
