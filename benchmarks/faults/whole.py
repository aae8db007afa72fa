"""A file under its final name enters; whether it is whole leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet

from lookfeel.errors import InvalidValue
from lookfeel.export import read_motion
from lookfeel.kept.watched import load_watched


def is_whole(path: Path) -> bool:
    """Whether a file is complete; one that is still a part has another name."""
    if path.suffix in (".nc", ".parquet"):
        try:
            read_motion(path) if path.suffix == ".nc" else pyarrow.parquet.read_table(path)
        except (InvalidValue, OSError, pyarrow.ArrowException):
            return False
        return True
    if path.suffix == ".npz":
        return load_watched(path) is not None
    return path.suffix == ".part" or _is_whole_text(path.suffix, path.read_text(encoding="utf-8"))


def _is_whole_text(suffix: str, text: str) -> bool:
    if suffix == ".json":
        try:
            json.loads(text)
        except ValueError:
            return False
        return True
    return text.rstrip().endswith("</html>") if suffix == ".html" else text.endswith("\n")
