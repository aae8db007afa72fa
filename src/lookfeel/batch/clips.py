"""Folders, patterns and files enter; the clips that they name leave, sorted, each with a short name of its own."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from lookfeel.errors import FileMissing

SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".webm"})
"""Of videos that we decode; in a folder other files are passed over."""


def find_clips(paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Name and path of every clip, sorted by name; a folder is searched with the folders in it.

    A name is the path from the folder that all have in common on, with '/', so that it is the same wherever that lies.

    Raises
        FileMissing: one of the paths names no clip.
    """
    found = sorted({file.absolute() for path in paths for file in _named(path)})
    common = Path(os.path.commonpath([file.parent for file in found])) if found else Path()
    return tuple((file.relative_to(common).as_posix(), str(file)) for file in found)


def _named(path: str) -> list[Path]:
    place = Path(path)
    if place.is_dir():
        files = [file for file in _below(place) if file.suffix.lower() in SUFFIXES]
        if not files:
            raise FileMissing(f"there is no video in {path!r}", hint="Give a folder with .mp4, .mov or .webm files.")
        return files
    if place.exists():
        return [place]
    matching = glob.glob(path, recursive=True)  # noqa: PTH207  # Path.glob takes no pattern that begins at the root
    files = [Path(name) for name in matching if Path(name).is_file()]
    if not files:
        raise FileMissing(f"there is no file {path!r}")
    return files


def _below(folder: Path) -> Iterator[Path]:
    """Files in a folder and those in it, without hidden ones; links to folders are not followed."""
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place) / name for name in names if not name.startswith("."))
