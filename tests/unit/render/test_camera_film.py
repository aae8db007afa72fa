"""Frames are filmed, exposed, developed and stored as the film says, and the program reads them back so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lookfeel.ingest import open_video
from scripts.render_samples.cases import Film
from scripts.render_samples.film import CLOCK_HZ, Darkroom, expose, exposure_offsets, frame_times, write_film

SMALL = {"width_px": 64, "height_px": 96}
RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 190, 30), (30, 30, 200), (120, 120, 120)


def four_corners(film: Film) -> np.ndarray:
    """(h, w, 3): red and green above, blue and grey below."""
    picture = np.empty((film.height_px, film.width_px, 3), np.uint8)
    y, x = film.height_px // 2, film.width_px // 2
    picture[:y, :x], picture[:y, x:], picture[y:, :x], picture[y:, x:] = RED, GREEN, BLUE, GREY
    return picture


@pytest.mark.parametrize("fps", [24.0, 25.0, 29.97, 60.0])
def test_even_times(fps: float) -> None:
    movement_s, presentation_s = frame_times(Film(fps=fps), 4.0, 1)
    np.testing.assert_array_equal(movement_s, presentation_s)
    np.testing.assert_allclose(movement_s, np.arange(len(movement_s)) / fps, atol=0.6 / CLOCK_HZ)
    assert len(movement_s) == int(4.0 * fps)


def test_slow_motion_stretches_what_is_shown() -> None:
    movement_s, presentation_s = frame_times(Film(fps=100, slowmo=4), 2.0, 1)
    assert len(movement_s) == 200
    np.testing.assert_allclose(np.diff(movement_s), 0.01, atol=1e-9)
    np.testing.assert_allclose(presentation_s, 4 * movement_s, rtol=1e-12)


@pytest.mark.parametrize("slowmo", [1.0, 4.0])
def test_variable_times_jitter_and_drop_frames(slowmo: float) -> None:
    movement_s, presentation_s = frame_times(Film(fps=30, is_variable=True, slowmo=slowmo), 12.0, 3)
    gaps = np.diff(movement_s)
    assert movement_s[0] == 0.0
    assert gaps.min() > 1 / 61
    assert gaps.max() > 1.6 * np.median(gaps)  # at least one was dropped
    assert np.std(gaps) > 0.1 * np.median(gaps)
    assert movement_s[-1] < 12.0
    assert len(movement_s) == pytest.approx(360, rel=0.15)
    ticks = presentation_s * CLOCK_HZ
    np.testing.assert_allclose(ticks, np.round(ticks), atol=1e-6)
    np.testing.assert_array_equal(movement_s, frame_times(Film(fps=30, is_variable=True, slowmo=slowmo), 12.0, 3)[0])


@pytest.mark.parametrize("rotation_deg", [0, 90, 180, 270])
def test_a_turned_file_comes_back_upright_at_its_exact_times(tmp_path: Path, rotation_deg: int) -> None:
    film = Film(**SMALL, rotation_deg=rotation_deg, is_variable=True, fps=30)
    _, presentation_s = frame_times(film, 1.0, rotation_deg)
    picture = four_corners(film)
    write_film(tmp_path / "a.mp4", [picture] * len(presentation_s), presentation_s, film)
    with open_video(tmp_path / "a.mp4") as video:
        frames = list(video)
        assert video.info.rotation_deg == rotation_deg
        assert not video.summary.is_partial
        assert (video.info.width_px, video.info.height_px) == (64, 96)
    np.testing.assert_array_equal([frame.time_s for frame in frames], presentation_s)
    middles = frames[-1].rgb[24::48, 16::32].reshape(4, 3).astype(int)
    np.testing.assert_allclose(middles, [RED, GREEN, BLUE, GREY], atol=8)


def test_slow_motion_is_recognised_by_itself(tmp_path: Path) -> None:
    film = Film(**SMALL, fps=100, slowmo=4)
    _, presentation_s = frame_times(film, 0.4, 0)
    write_film(tmp_path / "a.mp4", [four_corners(film)] * len(presentation_s), presentation_s, film)
    with open_video(tmp_path / "a.mp4") as video:
        assert video.info.slowmo_factor == pytest.approx(4.0)
        assert video.info.capture_fps == pytest.approx(100.0)


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    film = Film(**SMALL)
    _, presentation_s = frame_times(film, 0.5, 0)
    for name in ("a.mp4", "b.mp4"):
        room = Darkroom(film, 1.0, 7)
        frames = (room.develop(four_corners(film)) for _ in presentation_s)
        write_film(tmp_path / name, frames, presentation_s, film)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_frames_and_times_must_be_as_many(tmp_path: Path) -> None:
    film = Film(**SMALL)
    with pytest.raises(ValueError, match="longer"):
        write_film(tmp_path / "a.mp4", [four_corners(film)] * 2, np.arange(3) / 25, film)


def levels(n: int) -> list[np.ndarray]:
    """n grey pictures, 0, 40, 80, ..."""
    return [np.full((96, 64, 3), 40 * i, np.uint8) for i in range(n)]


def test_a_frozen_frame_is_one_picture() -> None:
    assert exposure_offsets(Film(**SMALL)).tolist() == [0.0]
    picture = levels(2)[1]
    assert expose([picture], Film(**SMALL)) is picture


def test_an_open_shutter_averages_evenly_around_the_frames_time() -> None:
    film = Film(**SMALL, shutter=0.5)
    offsets = exposure_offsets(film)
    assert offsets.mean() == pytest.approx(0.0, abs=1e-12)
    assert offsets[len(offsets) // 2] == pytest.approx(0.0, abs=1e-12)
    assert np.ptp(offsets) == pytest.approx(0.5 / 25)
    mixed = expose(levels(len(offsets)), film)
    assert np.all(mixed == 80)


def test_a_rolling_readout_shows_the_top_earlier_than_the_bottom() -> None:
    film = Film(**SMALL, rolling_s=0.02)
    rows = expose(levels(len(exposure_offsets(film))), film)[:, 0, 0].astype(int)
    assert np.all(np.diff(rows) >= 0)
    assert (rows[0], rows[48], rows[-1]) == (0, 80, 160)


def test_rolling_and_shutter_together_stay_in_order() -> None:
    film = Film(**SMALL, rolling_s=0.02, shutter=0.5)
    rows = expose(levels(len(exposure_offsets(film))), film)[:, 0, 0].astype(int)
    assert np.all(np.diff(rows) >= 0)
    assert rows[0] < 60 < 100 < rows[-1]
    assert rows[48] == pytest.approx(80, abs=6)


@pytest.mark.parametrize(("light", "gain"), [(1.0, 1.0), (0.25, 2.0)])
def test_noise_is_as_strong_as_asked_and_grows_as_light_falls(light: float, gain: float) -> None:
    film = Film(width_px=200, height_px=200, noise=2.0)
    flat = np.full((200, 200, 3), 250, np.uint8)
    room = Darkroom(film, light, 1)
    noisy = [room.develop(np.minimum(flat, 200)).astype(float) for _ in range(4)]
    spread = np.std(noisy[0] - noisy[1]) / np.sqrt(2)
    assert spread == pytest.approx(2.0 * gain * 0.9, rel=0.2)
    assert np.array_equal(Darkroom(film, light, 1).develop(np.minimum(flat, 200)), noisy[0])


def test_without_noise_a_picture_is_only_shaded_and_toned() -> None:
    film = Film(**SMALL, noise=0.0)
    out = Darkroom(film, 1.0, 1).develop(np.full((96, 64, 3), 180, np.uint8)).astype(int)
    assert out[48, 32].min() > out[0, 0].max()
    assert abs(int(out[48, 32, 0]) - 180) < 15
