"""A final name never holds half a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lookfeel.atomic import whole_file, write_whole
from lookfeel.errors import StoreError


def test_a_file_appears_whole_and_replaces_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_whole(path, b"old and longer")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_the_final_name_is_untouched_while_writing(tmp_path: Path) -> None:
    path = tmp_path / "overlay.mp4"
    path.write_bytes(b"old")
    with whole_file(path) as part:
        part.write_bytes(b"half")
        assert part.parent == path.parent
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"half"


def test_an_error_midway_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    path = tmp_path / "overlay.mp4"
    path.write_bytes(b"old")

    def write_half() -> None:
        with whole_file(path) as part:
            part.write_bytes(b"half")
            raise RuntimeError("the encoder gave up")

    with pytest.raises(RuntimeError, match="gave up"):
        write_half()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_store_error_and_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left") as caught:
        write_whole(path, b"new")
    assert caught.value.exit_code == 4
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_taken_by_a_folder_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "report.json").mkdir()
    with pytest.raises(StoreError, match=r"report\.json"):
        write_whole(tmp_path / "report.json", b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]
