"""Clips are found, and files of a run are written whole or not at all, here and in an object store."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookfeel.batch.clips import find_clips
from lookfeel.batch.run_folder import MARK, UNFINISHED, RunFolder, local_clip
from lookfeel.errors import BackendUnavailable, FileMissing, InvalidValue, StoreError, VideoTooLarge


def touch(*paths):
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_folders_are_searched_and_names_begin_where_they_part(tmp_path):
    touch(tmp_path / "a/1.mp4", tmp_path / "a/deep/2.MOV", tmp_path / "b/3.webm", tmp_path / "a/notes.txt")
    touch(tmp_path / "a/.trash/4.mp4", tmp_path / "a/._1.mp4")

    found = find_clips([str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "a/1.mp4")])

    assert [name for name, _ in found] == ["a/1.mp4", "a/deep/2.MOV", "b/3.webm"]
    assert all(Path(path).is_absolute() for _, path in found)


def test_patterns_and_single_files(tmp_path, monkeypatch):
    touch(tmp_path / "x1.mp4", tmp_path / "x2.mp4", tmp_path / "y.mp4", tmp_path / "odd.bin", tmp_path / "[1].mp4")
    monkeypatch.chdir(tmp_path)

    assert [name for name, _ in find_clips(["x*.mp4", "odd.bin"])] == ["odd.bin", "x1.mp4", "x2.mp4"]
    assert [name for name, _ in find_clips(["[1].mp4"])] == ["[1].mp4"]


def test_nothing_found_is_told(tmp_path):
    (tmp_path / "empty").mkdir()

    for path in (tmp_path / "empty", tmp_path / "none.mp4", tmp_path / "*.mp4"):
        with pytest.raises(FileMissing):
            find_clips([str(path)])


@pytest.fixture(params=["local", "memory"])
def run(request, tmp_path):
    folder = RunFolder(str(tmp_path / "run") if request.param == "local" else f"memory://{tmp_path.name}/run")
    with folder.opened():
        yield folder


def test_files_are_written_read_listed_and_removed(run):
    run.write("clips/a-1/report.json", b"one")
    run.write("clips/a-1/report.json", b"two")
    run.write("clips/b-2/report.json", b"three")

    assert run.read("clips/a-1/report.json") == b"two"
    assert run.names("clips") == {"clips/a-1/report.json", "clips/b-2/report.json"}
    with run.local("clips/b-2/report.json") as path:
        assert path.read_bytes() == b"three"
    run.remove(["clips/a-1/report.json"])
    assert run.names("clips") == {"clips/b-2/report.json"}
    assert not run.exists("clips/a-1/report.json")
    assert run.names("signals") == set()


def test_what_fails_midway_leaves_nothing(run):
    run.write("a.txt", b"whole")
    with pytest.raises(ZeroDivisionError), run.writing("a.txt") as path:
        1 / path.write_bytes(b"")

    assert run.read("a.txt") == b"whole"
    assert run.names("work") == {MARK}


def test_a_missing_file_is_told(run):
    with pytest.raises(StoreError):
        run.read("none")


def test_a_run_is_taken_up_again_without_what_was_left_unfinished(tmp_path):
    run = RunFolder(str(tmp_path / "run"))
    with run.opened():
        run.write("a.txt", b"a")
    touch(tmp_path / "run" / UNFINISHED / "123" / "half")

    with RunFolder(str(tmp_path / "run")).opened():
        assert run.names("") == {"a.txt", MARK}


def test_another_s_folder_is_left_alone(tmp_path):
    touch(tmp_path / "mine.txt")

    with pytest.raises(InvalidValue, match="something else"), RunFolder(str(tmp_path)).opened():
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_two_batches_do_not_share_a_folder(tmp_path):
    with (
        RunFolder(str(tmp_path / "run")).opened(),
        pytest.raises(StoreError, match="another batch"),
        RunFolder(str(tmp_path / "run")).opened(),
    ):
        pass
    with RunFolder(str(tmp_path / "run")).opened():
        pass


def test_a_place_that_cannot_be_written_to_is_told(tmp_path):
    touch(tmp_path / "file")

    with pytest.raises(StoreError), RunFolder(str(tmp_path / "file" / "run")).opened():
        pass


def test_an_unknown_kind_of_place_is_told():
    with pytest.raises(BackendUnavailable):
        RunFolder("nowhere://x/y")


def test_a_clip_by_url_is_fetched(tmp_path):
    import fsspec

    with fsspec.open("memory://clips/a.mp4", "wb") as file:
        file.write(b"video")

    with local_clip("memory://clips/a.mp4", max_bytes=100) as path:
        assert (path.name, path.read_bytes()) == ("a.mp4", b"video")
    assert not path.exists()
    with pytest.raises(VideoTooLarge), local_clip("memory://clips/a.mp4", max_bytes=4):
        pass
    with pytest.raises(FileMissing), local_clip("memory://clips/none.mp4", max_bytes=4):
        pass


@pytest.mark.parametrize("place", ["zip://inside::nowhere.zip", "nosuchscheme://bucket/clip.mp4"])
def test_an_address_that_leads_nowhere_is_refused_in_words(place: str) -> None:
    with pytest.raises(BackendUnavailable, match="cannot be reached"), local_clip(place, max_bytes=10):
        pass
