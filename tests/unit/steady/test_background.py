"""The room's motion is found to a fraction of a pixel, is exactly none on a tripod, and is not guessed where unseen."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from lookfeel.steady import Background
from lookfeel.types import Frame, PersonPose, PictureMotion

WIDTH, HEIGHT, MARGIN = 640, 360, 200
MIDDLE = np.array([WIDTH / 2, HEIGHT / 2])
GRID = np.stack(np.meshgrid([160.0, 320.0, 480.0], [90.0, 180.0, 270.0]), axis=-1).reshape(-1, 2)
Matrix = np.ndarray
Path = Callable[[float], Matrix]


def room(seed: int = 0, *, contrast: float = 40.0) -> np.ndarray:
    """Grey texture of many sizes, larger than a picture by MARGIN on every side."""
    rng = np.random.default_rng(seed)
    shape = (HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN)
    total = np.zeros(shape)
    for size in (6, 16, 48):
        coarse = rng.standard_normal((shape[0] // size + 2, shape[1] // size + 2)).astype(np.float32)
        total += cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(110 + contrast * total / total.std(), 0, 255).astype(np.uint8)


def placed(shift: tuple[float, float] = (0.0, 0.0), turn_deg: float = 0.0, zoom: float = 1.0) -> Matrix:
    """(2, 3) room -> picture: turned and zoomed about the picture's middle, then shifted."""
    angle = np.radians(turn_deg)
    linear = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.column_stack([linear, MIDDLE - linear @ MIDDLE + shift])


def still(_: float) -> Matrix:
    return placed()


def hand(time_s: float) -> Matrix:
    """A hand's sway: up to 11 px and half a degree."""
    slow, quick = 2 * np.pi * 0.4 * time_s, 2 * np.pi * 3.0 * time_s
    shift = (8 * np.sin(slow) + 2 * np.sin(quick + 1), 6 * np.sin(1.3 * slow + 2) + 2 * np.cos(quick))
    return placed(shift, 0.5 * np.sin(slow + 0.5), 1 + 0.004 * np.sin(1.7 * slow))


def picture(texture: np.ndarray, to_picture: Matrix) -> np.ndarray:
    """(h, w) of the room as a phone there sees it; pixel corners are at whole numbers."""
    centres = to_picture.copy()
    centres[:, 2] += to_picture[:, :2] @ np.array([0.5, 0.5]) - 0.5
    inner = centres.copy()
    inner[:, 2] -= centres[:, :2] @ np.array([MARGIN, MARGIN])
    return cv2.warpAffine(texture, inner, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)


def athlete(box: tuple[float, float, float, float]) -> PersonPose:
    """Landmarks along the edge of a box x0, y0, x1, y1."""
    x0, y0, x1, y1 = box
    around = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1), ((x0 + x1) / 2, y0)])
    return PersonPose(track_id=0, xy_px=around, confidence=np.ones(5), world_m=None, score=1.0)


def squatting(time_s: float) -> tuple[float, float, float, float]:
    return (250.0, 90.0 + 70.0 * np.sin(2 * np.pi * 0.3 * time_s) ** 2, 390.0, 330.0)


def film(
    path: Path,
    *,
    texture: np.ndarray | None = None,
    n_frames: int = 90,
    fps: float = 30.0,
    noise: float = 2.0,
    light: Callable[[float], float] = lambda _: 1.0,
    box: Callable[[float], tuple[float, float, float, float]] | None = squatting,
    paint: Callable[[np.ndarray, float], None] = lambda rgb, time_s: None,
    scale: float = 1.0,
) -> PictureMotion:
    """What is said of a clip in which a block, known as a person, moves before the room."""
    texture = room() if texture is None else texture
    rng = np.random.default_rng(1)
    block = rng.integers(0, 255, (HEIGHT, WIDTH), dtype=np.uint8)
    grain = rng.standard_normal((HEIGHT + 99, WIDTH + 99)).astype(np.float32)
    background = Background()
    for index in range(n_frames):
        time_s = index / fps
        grey = picture(texture, path(time_s)).astype(np.float32)
        people = ()
        if box is not None:
            x0, y0, x1, y1 = (round(edge) for edge in box(time_s))
            grey[y0:y1, x0:x1] = block[: y1 - y0, : x1 - x0]
            people = (athlete((x0, y0, x1, y1)),)
        paint(grey, time_s)
        top, left = rng.integers(0, 99, 2)  # another part of the grain in each frame is as good as new noise
        grey = grey * light(time_s) + noise * grain[top : top + HEIGHT, left : left + WIDTH]
        grey = np.clip(grey, 0, 255).astype(np.uint8)
        if scale != 1.0:
            people = tuple(athlete(tuple(edge / scale for edge in (x0, y0, x1, y1))) for _ in people)
        rgb = np.repeat(grey[..., None], 3, axis=2)
        background.see(Frame(index=index, time_s=time_s, rgb=rgb, scale=scale), people)
    return background.motion(np.arange(n_frames) / fps)


def worst_px(found: PictureMotion, path: Path, *, fps: float = 30.0, scale: float = 1.0) -> float:
    """Largest distance between the found and the true motion from the first frame, over the middle of the picture."""
    assert found.to_frame is not None
    worst = 0.0
    first = _square(path(0.0))
    start = _square(found.to_frame[0])
    for index, matrix in enumerate(found.to_frame):
        true = _square(path(index / fps)) @ np.linalg.inv(first)
        ours = _square(matrix) @ np.linalg.inv(start)
        points = np.column_stack([GRID / scale, np.ones(len(GRID))])
        wanted = np.column_stack([GRID, np.ones(len(GRID))]) @ true[:2].T / scale
        worst = max(worst, float(np.linalg.norm(points @ ours[:2].T - wanted, axis=1).max()))
    return worst


def _square(matrix: Matrix) -> Matrix:
    return np.vstack([matrix, [0.0, 0.0, 1.0]])


def test_a_hands_sway_is_found_to_half_a_pixel() -> None:
    found = film(hand)
    assert found.kind == "shaking"
    assert found.seen_ratio == 1.0
    assert worst_px(found, hand) < 0.5


def test_the_reference_is_the_picture_nearest_to_the_median_place() -> None:
    found = film(hand)
    assert found.to_frame is not None
    assert found.rms_ratio == pytest.approx(0.0120, abs=0.0025)
    assert np.abs(found.to_frame - np.eye(2, 3)).max(axis=(1, 2)).min() < 1e-9
    shifts = found.to_frame @ np.append(MIDDLE, 1.0) - MIDDLE
    assert np.abs(np.median(shifts, axis=0)).max() < 1.5


@pytest.mark.parametrize(
    "light",
    [
        pytest.param(lambda time_s: 1.0 + 0.12 * np.sin(2 * np.pi * 9.3 * time_s), id="flicker"),
        pytest.param(lambda time_s: 1.0 - 0.12 * time_s, id="exposure"),
    ],
)
def test_light_that_changes_is_no_motion(light: Callable[[float], float]) -> None:
    assert film(still, light=light).kind == "static"
    assert worst_px(film(hand, light=light), hand) < 0.5


@pytest.mark.parametrize("noise", [0.0, 8.0])
def test_a_tripod_is_exactly_no_motion(noise: float) -> None:
    found = film(still, noise=noise)
    assert found.kind == "static"
    np.testing.assert_array_equal(found.to_frame, np.tile(np.eye(2, 3), (90, 1, 1)))


def test_dim_and_noisy() -> None:
    found = film(hand, texture=room(contrast=10.0), noise=5.0)
    assert found.kind == "shaking"
    assert worst_px(found, hand) < 0.6


def test_someone_whom_nobody_detected_walks_by() -> None:
    """A mirror image, a bystander or a plate: 15 % of the picture, and none of it in a person's place."""

    def walk(grey: np.ndarray, time_s: float) -> None:
        left = round(20 + 150 * time_s)
        grey[40:300, left : left + 130] = np.random.default_rng(5).integers(0, 255, (260, 130))

    assert film(still, paint=walk).kind == "static"
    assert worst_px(film(hand, paint=walk), hand) < 0.8


def test_a_burnt_in_counter_does_not_hold_the_room() -> None:
    def counter(grey: np.ndarray, time_s: float) -> None:
        cv2.putText(grey, f"{int(10 * time_s):03d} REPS", (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 255.0, 5)

    assert worst_px(film(hand, paint=counter), hand) < 0.6


def test_a_pan_is_moving_and_followed_beyond_the_first_picture() -> None:
    def pan(time_s: float) -> Matrix:
        return placed((150.0 - 100.0 * time_s, 10.0 * np.sin(time_s)))

    found = film(pan)
    assert found.kind == "moving"
    assert found.largest_ratio == pytest.approx(0.5 * 300 / WIDTH, abs=0.02)
    assert worst_px(found, pan) < 1.0


def test_a_zoom_is_moving() -> None:
    def zoom(time_s: float) -> Matrix:
        return placed(zoom=1.0 + 0.05 * time_s)

    found = film(zoom)
    assert found.kind == "moving"
    assert worst_px(found, zoom) < 0.5


def test_a_rolling_shutter_bends_little() -> None:
    """Rows read over 20 ms: the motion at the middle row's time, to a pixel."""
    texture, background = room(), Background()
    for index in range(60):
        time_s = index / 30
        bands = [picture(texture, hand(time_s + 0.02 * (row / HEIGHT - 0.5))) for row in range(15, HEIGHT, 30)]
        grey = np.concatenate([band[30 * k : 30 * k + 30] for k, band in enumerate(bands)])
        background.see(Frame(index=index, time_s=time_s, rgb=np.repeat(grey[..., None], 3, axis=2), scale=1.0), ())
    found = background.motion(np.arange(60) / 30)
    assert found.kind == "shaking"
    assert worst_px(found, hand) < 1.0


@pytest.mark.parametrize("fps", [60.0, 240.0])
def test_high_rates_are_looked_at_now_and_then(fps: float) -> None:
    found = film(hand, n_frames=round(2 * fps), fps=fps)
    assert found.to_frame is not None
    assert len(found.to_frame) == round(2 * fps)
    assert worst_px(found, hand, fps=fps) < 0.7


def test_reduced_pictures_are_told_in_full_size_pixels() -> None:
    found = film(hand, scale=0.5)
    assert worst_px(found, hand, scale=0.5) < 1.0


def test_a_flat_wall_is_unknown() -> None:
    grey = np.full((HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN), 128, dtype=np.uint8)
    for noise in (0.0, 3.0):
        found = film(hand, texture=grey, noise=noise)
        assert found.kind == "unknown"
        assert (found.to_frame, found.rms_ratio, found.largest_ratio) == (None, None, None)


def test_grain_that_looks_like_texture_is_unknown() -> None:
    black = np.zeros((HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN), dtype=np.uint8)
    assert film(still, texture=black + 90, noise=40.0).kind == "unknown"


def test_an_athlete_who_fills_the_picture_leaves_it_unknown() -> None:
    found = film(hand, box=lambda time_s: (0.0, 0.0, WIDTH - 1.0, HEIGHT - 1.0))
    assert found.kind == "unknown"


def test_a_short_loss_is_bridged_and_a_long_one_is_not_guessed() -> None:
    def hidden(until_s: float) -> Callable[[np.ndarray, float], None]:
        def paint(grey: np.ndarray, time_s: float) -> None:
            if 1.0 <= time_s < until_s:
                grey[:] = 60.0

        return paint

    bridged = film(hand, paint=hidden(1.15))
    assert bridged.kind == "shaking"
    assert bridged.seen_ratio == pytest.approx(1 - 5 / 90, abs=0.02)
    assert worst_px(bridged, hand) < 4.0
    assert film(hand, paint=hidden(1.9)).kind == "unknown"
    assert film(still, paint=hidden(1.9)).kind == "static"


def test_a_cut_to_another_room_is_not_joined_to_the_first() -> None:
    """Two thirds of the clip are in the second room; there the phone stands."""
    first, second = room(1), room(2)
    background = Background()
    for index in range(150):
        texture, path = (first, hand) if index < 50 else (second, still)
        rgb = np.repeat(picture(texture, path(index / 30))[..., None], 3, axis=2)
        background.see(Frame(index=index, time_s=index / 30, rgb=rgb, scale=1.0), ())
    found = background.motion(np.arange(150) / 30)
    assert found.seen_ratio < 0.8
    assert found.kind in ("static", "unknown")


def test_no_frames_are_unknown() -> None:
    assert Background().motion(np.arange(3) / 30).kind == "unknown"


def test_memory_does_not_grow_with_the_clip() -> None:
    background, texture = Background(), room()
    for index in range(200):
        rgb = np.repeat(picture(texture, placed((150 * np.sin(index / 15), 0.0)))[..., None], 3, axis=2)
        background.see(Frame(index=index, time_s=index / 30, rgb=rgb, scale=1.0), ())
    assert len(background._anchors) <= 6
