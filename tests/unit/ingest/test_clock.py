"""The presentation clock and what frame spacing says, for any timestamps at all."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lookfeel.ingest.clock import PresentationClock, frame_spacing
from lookfeel.ingest.damage import Damage, summarise
from lookfeel.types import VideoInfo, check_times

TIME_BASES = st.sampled_from([Fraction(1, n) for n in (25, 600, 1000, 11_996, 90_000, 10**9)])
STAMPS = st.lists(st.none() | st.integers(-(2**62), 2**62), max_size=60)


@given(stamps=STAMPS, time_base=TIME_BASES)
def test_times_start_at_zero_and_strictly_increase(stamps: list[int | None], time_base: Fraction) -> None:
    clock = PresentationClock(time_base)
    placed = [time_s for time_s in map(clock.place, stamps) if time_s is not None]
    check_times(np.array(placed))
    assert placed[:1] == ([0.0] if any(stamp is not None for stamp in stamps) else [])
    np.testing.assert_array_equal(clock.time_s, placed)


@given(
    start=st.integers(-(2**40), 2**40),
    steps=st.lists(st.integers(1, 10_000), min_size=1, max_size=60),
    time_base=TIME_BASES,
)
def test_increasing_stamps_are_all_kept_exactly(start: int, steps: list[int], time_base: Fraction) -> None:
    offsets = np.concatenate([[0], np.cumsum(steps)])
    clock = PresentationClock(time_base)
    times = [clock.place(start + int(offset)) for offset in offsets]
    assert times == [float(int(offset) * time_base) for offset in offsets]


@given(n_frames=st.integers(2, 500), rate=st.floats(10, 300), start=st.floats(0, 10))
def test_even_spacing_is_never_variable(n_frames: int, rate: float, start: float) -> None:
    spacing = frame_spacing(start + np.arange(n_frames) / rate)
    assert not spacing.is_variable
    assert np.isclose(spacing.median_s, 1 / rate, rtol=1e-3)


@given(n_frames=st.integers(6, 500), data=st.data())
def test_one_dropped_frame_makes_it_variable(n_frames: int, data: st.DataObject) -> None:
    dropped = data.draw(st.integers(1, n_frames - 2))
    spacing = frame_spacing(np.delete(np.arange(n_frames) / 30, dropped))
    assert spacing.is_variable


def test_a_slow_drift_of_the_rate_is_variable() -> None:
    assert frame_spacing(np.cumsum(np.linspace(1 / 30, 1 / 25, 100))).is_variable


def test_frames_without_time_are_said_but_do_not_make_a_clip_partial() -> None:
    time_s = np.arange(28) / 30
    info = VideoInfo(
        path="a.mp4",
        sha256="0" * 64,
        size_bytes=1,
        container="mov",
        codec="h264",
        pixel_format="yuv420p",
        bit_depth=8,
        width_px=10,
        height_px=10,
        rotation_deg=0,
        nominal_fps=30.0,
        capture_fps=None,
        slowmo_factor=1.0,
        duration_s=1.0,
        n_frames_declared=30,
    )
    damage = Damage(n_untimed=2)
    spacing = frame_spacing(time_s)
    summary = summarise(info, damage, time_s=time_s, end_s=1.0, spacing=spacing, notes=())
    assert not summary.is_partial
    assert summary.n_frames == 28
    assert any("2 frames" in warning and "time stamp" in warning for warning in summary.warnings)
