"""Results are there before the overlay is, and stay when it fails; it shows a fast clip at half the frames."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from test_two_clips_and_variants import KNEES_IN, watched

import lookfeel.pipeline as pipeline
from lookfeel.errors import InvalidValue, StoreError
from lookfeel.pipeline import OUTPUT_NAMES, OVERLAY_NAME, PAGE_NAME, judge, write_outputs
from lookfeel.report import render_overlay
from lookfeel.report.movie import new_movie
from lookfeel.types import Frame, SetReport

REST = set(OUTPUT_NAMES) - {OVERLAY_NAME}


def filmed(tmp_path: Path, times_s: Iterable[float]) -> SetReport:
    """A report of a clip that is there, with frames at these times."""
    path = tmp_path / "set.mp4"
    with new_movie(path, nominal_fps=30) as movie:
        for time_s in times_s:
            movie.add(np.full((480, 480, 3), 90, np.uint8), time_s=time_s)
    info, decoded, detections = watched(KNEES_IN, 0.0)
    info = replace(info, path=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    return judge(info, decoded, detections)


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        return [float((frame.pts or 0) * stream.time_base) for frame in container.decode(stream)]


@pytest.mark.parametrize(("fps", "every"), [(24, 1), (30, 1), (50, 2), (60, 2), (120, 4), (240, 7)])
def test_a_fast_clip_is_shown_at_about_30_frames_a_second_each_at_its_own_time(
    tmp_path: Path, fps: int, every: int
) -> None:
    times_s = [n / fps for n in range(43)]
    folder = write_outputs(filmed(tmp_path, times_s), tmp_path / "out")
    expected = times_s[::every] if (len(times_s) - 1) % every == 0 else [*times_s[::every], times_s[-1]]
    np.testing.assert_allclose(times_of(folder / OVERLAY_NAME), expected, atol=1e-4)


def test_the_page_shows_the_overlay_once_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}

    def render(report: SetReport, frames: Iterable[Frame], path: Path, **options: Any) -> dict[int, bytes]:
        seen.update({file.name: file.read_text(errors="replace") for file in path.parent.iterdir()})
        return dict(render_overlay(report, frames, path, **options))

    monkeypatch.setattr(pipeline, "render_overlay", render)
    folder = write_outputs(filmed(tmp_path, [n / 30 for n in range(5)]), tmp_path / "out")
    assert set(seen) == REST
    assert OVERLAY_NAME not in seen[PAGE_NAME]
    assert OVERLAY_NAME in (folder / PAGE_NAME).read_text(encoding="utf-8")
    assert {file.name for file in folder.iterdir()} == set(OUTPUT_NAMES)


def test_a_failing_overlay_leaves_the_rest_whole_and_none_of_an_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = filmed(tmp_path, [n / 30 for n in range(5)])
    plain = write_outputs(report, tmp_path / "plain", overlay=False)
    folder = write_outputs(report, tmp_path / "out")

    def fail(*_: Any, **__: Any) -> dict[int, bytes]:
        raise StoreError("the disk is full")

    monkeypatch.setattr(pipeline, "render_overlay", fail)
    with pytest.raises(StoreError, match="full"):
        write_outputs(report, tmp_path / "out")
    assert {file.name for file in folder.iterdir()} == REST
    for name in REST:
        assert (folder / name).read_bytes() == (plain / name).read_bytes(), name


def test_nothing_is_written_for_a_clip_that_changed(tmp_path: Path) -> None:
    report = filmed(tmp_path, [n / 30 for n in range(5)])
    other = replace(report, video=replace(report.video, sha256="0" * 64))
    with pytest.raises(InvalidValue, match="changed"):
        write_outputs(other, tmp_path / "out")
    assert list((tmp_path / "out" / "set").iterdir()) == []
