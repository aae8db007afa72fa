"""A path enters, a file that is either whole or absent leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookfeel.errors import StoreError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a '.part' path beside `path` to write to; when the block ends well, it becomes `path` in one step.

    After an error or a crash `path` is what it was before. A file of that name is replaced.

    Raises
        StoreError: the folder or the disk refused.
    """
    part = path.with_name(path.name + ".part")
    try:
        try:
            yield part
            _flush_to_disk(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"Could not write {path.name!r}: {error.strerror or error}.") from error


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all; StoreError when that fails."""
    with whole_file(path) as part:
        part.write_bytes(data)


def _flush_to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
