"""Repetitions are found on the height of the hips, whatever happens around them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from lookfeel.reps import find_reps
from lookfeel.reps.dips import Dip
from lookfeel.reps.events import find_events
from lookfeel.types import CameraView, Signals

Array = NDArray[np.float64]
FPS = 30.0


def ramp(seconds: float, start: float, end: float, fps: float = FPS) -> Array:
    """A smooth way from one height to another (minimum jerk)."""
    n = max(1, round(seconds * fps))
    share = np.arange(n) / n
    return start + (end - start) * share**3 * (10 - 15 * share + 6 * share**2)


def stand(seconds: float, height: float = 1.0, fps: float = FPS) -> Array:
    return np.full(round(seconds * fps), height)


def rep(
    eccentric: float = 1.5, pause: float = 0.0, concentric: float = 1.0, depth: float = 0.5, fps: float = FPS
) -> Array:
    return np.concatenate(
        [ramp(eccentric, 1.0, depth, fps), stand(pause, depth, fps), ramp(concentric, depth, 1.0, fps)]
    )


def signals_of(height: Array, *, fps: float = FPS, noise: float = 0.0, **changed: Array | float) -> Signals:
    """Signals of somebody whose hips are at `height`; both thighs flatten as the hips go down."""
    n = len(height)
    fold = np.clip((1.0 - height) / 0.5, 0.0, 1.2)
    values: dict[str, Array] = {
        "hip_height_ratio": height + np.random.default_rng(0).normal(0, 1, n) * noise,
        "trunk_lean_deg": 5 + 30 * fold,
        "foot_speed_left_mps": np.full(n, 0.03),
        "foot_speed_right_mps": np.full(n, 0.03),
    }
    for side in ("left", "right"):
        values[f"thigh_angle_{side}_deg"] = 88 - 80 * fold
        values[f"knee_flexion_{side}_deg"] = 5 + 100 * fold
        values[f"shank_tilt_{side}_deg"] = 5 + 25 * fold
    values |= {name: np.broadcast_to(np.asarray(row, dtype=float), n) for name, row in changed.items()}
    return Signals(time_s=np.arange(n) / fps, values=values, sd={name: np.ones(n) for name in values})


def whole(height: Array, **more: Array | float) -> int:
    return sum(not one.is_partial for one in find_reps(signals_of(height, **more)).reps)


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_every_rep_is_found_once_with_its_bottom(n: int) -> None:
    height = np.concatenate([stand(1.0), *[np.concatenate([rep(), stand(0.6)]) for _ in range(n)]])
    found = find_reps(signals_of(height, noise=0.004))
    assert [one.index for one in found.reps] == list(range(1, n + 1))
    truth = [1.0 + 1.5 + i * 3.1 for i in range(n)]
    assert np.allclose([one.bottom_s for one in found.reps], truth, atol=0.08)
    assert found.exercise.name == "squat"


@pytest.mark.parametrize(
    ("tempo", "fps"),
    [((1.5, 0.0, 1.0), 30.0), ((3.0, 1.0, 1.0), 30.0), ((0.6, 0.0, 0.5), 60.0), ((2.0, 0.5, 2.0), 24.0)],
)
def test_tempo_is_read_within_a_few_frames(tempo: tuple[float, float, float], fps: float) -> None:
    one = rep(*tempo, fps=fps)
    height = np.concatenate([stand(1.0, fps=fps), one, stand(0.8, fps=fps), one, stand(1.0, fps=fps)])
    for found in find_reps(signals_of(height, fps=fps)).reps:
        got = (found.eccentric_s, found.bottom_pause_s, found.concentric_s)
        assert got == pytest.approx(tempo, abs=max(4 / fps, 0.15 * tempo[0]))


def test_a_turning_point_is_no_pause_and_a_pause_is_one_rep() -> None:
    turning = find_reps(signals_of(np.concatenate([stand(1), rep(), stand(1)]))).reps
    assert turning[0].bottom_pause_s == 0.0
    held = find_reps(signals_of(np.concatenate([stand(1), rep(pause=2.0), stand(1)]))).reps
    assert len(held) == 1
    assert held[0].bottom_pause_s == pytest.approx(2.0, abs=0.25)


def test_a_bounce_at_the_bottom_is_one_rep() -> None:
    bounce = np.concatenate([ramp(1, 1, 0.5), ramp(0.3, 0.5, 0.6), ramp(0.3, 0.6, 0.5), ramp(1, 0.5, 1)])
    assert whole(np.concatenate([stand(1), bounce, stand(1), rep(), stand(1)])) == 2


def test_fast_slow_and_shallow_reps_count() -> None:
    assert whole(np.concatenate([stand(1), *[rep(0.4, 0, 0.4) for _ in range(6)], stand(1)])) == 6
    assert whole(np.concatenate([stand(1), rep(7, 1, 6), stand(1), rep(7, 1, 6), stand(1)])) == 2
    assert whole(np.concatenate([stand(1), *[rep(depth=0.8) for _ in range(3)], stand(1)])) == 3


@pytest.mark.parametrize(("cut", "reason"), [("start", "way down"), ("end", "way up")])
def test_a_clip_cut_within_a_rep_reports_it_as_partial(cut: str, reason: str) -> None:
    height = np.concatenate([rep(), stand(0.6), rep(), stand(0.6), rep()])
    n = round(0.8 * FPS)
    found = find_reps(signals_of(height[n:] if cut == "start" else height[: -round(0.6 * FPS)]))
    partial = [one for one in found.reps if one.is_partial]
    assert [one.index for one in found.reps if not one.is_partial] == [1, 2]
    assert len(partial) == 1
    assert partial[0].index == 0
    assert reason in str(partial[0].partial_reason)
    assert (partial[0].eccentric_s is None) == (cut == "start")
    assert (partial[0].concentric_s is None) == (cut == "end")


def test_a_clip_of_nothing_but_a_part_says_so() -> None:
    found = find_reps(signals_of(np.concatenate([stand(1), rep()])[: round(2.8 * FPS)]))
    assert [(one.index, one.is_partial) for one in found.reps] == [(0, True)]
    assert found.exercise.name == "squat"


def test_cutting_the_clip_never_adds_whole_reps() -> None:
    height = np.concatenate([stand(0.5), rep(), stand(0.6), rep(), stand(0.6), rep(), stand(0.5)])
    for n in range(0, len(height) - 30, 7):
        assert whole(height[n:]) <= 3
        assert whole(height[: len(height) - n]) <= 3


def test_standing_and_shuffling_is_nothing() -> None:
    rng = np.random.default_rng(2)
    assert whole(stand(8.0) + 0.01 * np.cumsum(rng.normal(0, 0.1, 240))) == 0
    assert find_reps(signals_of(stand(8.0))).exercise.name == "none"


def test_walking_is_no_squat() -> None:
    time = np.arange(240) / FPS
    height = 0.93 + 0.06 * np.cos(2 * np.pi * 1.8 * time)
    thighs = {
        "thigh_angle_left_deg": 75 + 15 * np.cos(2 * np.pi * 0.9 * time),
        "thigh_angle_right_deg": 75 - 15 * np.cos(2 * np.pi * 0.9 * time),
        "foot_speed_left_mps": np.full(240, 1.5),
    }
    assert not find_reps(signals_of(height, **thighs)).reps


@pytest.mark.parametrize(("stepping", "slow", "n"), [(0.20, 1, 2), (0.65, 1, 0), (0.65, 2, 2)])
def test_a_stride_whose_feet_rest_at_its_lowest_is_no_squat(stepping: float, slow: float, n: int) -> None:
    """stepping: up to which share of the way down the feet move. A quarter squat's may do so while somebody sets up, a
    shallow lunge's do, but it takes longer."""
    down_up = rep(0.5 * slow, 0, 0.4 * slow, 0.78)
    height = np.concatenate([stand(1), down_up, stand(1), down_up, stand(1)])
    down = (1 - height) / (1 - height.min())
    moving = np.where((down > 0) & (down < stepping), 1.2, 0.03)
    assert whole(height, foot_speed_left_mps=moving) == n


def test_bending_for_a_bottle_after_the_set_is_not_counted_and_is_said() -> None:
    height = np.concatenate([stand(1), rep(), stand(0.5), rep(), stand(0.5), rep(), stand(5), rep(1, 0.3, 1), stand(1)])
    lean = 5 + 60 * np.clip(1 - height, 0, 1)
    late = np.arange(len(height)) > len(height) - round(4 * FPS)
    lean[late] = 5 + 170 * (1 - height[late])
    found = find_reps(signals_of(height, trunk_lean_deg=lean))
    assert len(found.reps) == 3
    assert any("Not counted" in warning for warning in found.warnings)


def test_a_set_whose_form_breaks_down_keeps_all_its_reps() -> None:
    depths = [0.45, 0.46, 0.47, 0.5, 0.55, 0.6]
    height = np.concatenate([stand(1), *[np.concatenate([rep(depth=d), stand(0.5)]) for d in depths], stand(1)])
    time = np.arange(len(height)) / FPS
    lean = (5 + 60 * (1 - height)) * (1 + 0.5 * time / time[-1])
    assert len(find_reps(signals_of(height, trunk_lean_deg=lean)).reps) == 6


def test_unseen_for_long_breaks_the_rep_but_not_the_others() -> None:
    height = np.concatenate([stand(1), rep(), stand(1), rep(), stand(1)])
    height[round(1.6 * FPS) : round(3.2 * FPS)] = np.nan
    found = find_reps(signals_of(height))
    assert sum(not one.is_partial for one in found.reps) == 1
    assert found.reps[-1].bottom_s == pytest.approx(1 + 2.5 + 1 + 1.5, abs=0.1)


def test_short_holes_are_bridged() -> None:
    height = np.concatenate([stand(1), rep(), stand(1)])
    height[60:68] = np.nan
    assert whole(height) == 1


def test_a_leg_that_is_lost_for_a_moment_leaves_the_events_where_they_are() -> None:
    """The hips and the other leg are seen throughout."""
    one = np.concatenate([rep(), stand(6.0)])
    height = np.concatenate([stand(3.0), one, one, one])
    bend = 5 + 200 * (1.0 - height)
    start = round((3.0 + 8.5 + 4.0) * FPS)
    bend[start : start + round(0.7 * FPS)] = np.nan
    expected = find_reps(signals_of(height)).reps
    found = find_reps(signals_of(height, knee_flexion_left_deg=bend)).reps
    for was, got in zip(expected, found, strict=True):
        assert [got.start_s, got.bottom_s, got.end_s] == pytest.approx([was.start_s, was.bottom_s, was.end_s], abs=0.05)
        assert (got.eccentric_s, got.concentric_s) == pytest.approx((was.eccentric_s, was.concentric_s), abs=0.05)


@pytest.mark.parametrize("at_s", [4.0, 26.0])
def test_a_leg_that_is_seen_badly_for_a_moment_in_standing_begins_and_ends_nothing(at_s: float) -> None:
    """A jump of the picture is quicker than any way down or up, and lies in the time of one."""
    height = np.concatenate([stand(12.0), rep(), stand(3.0), rep(), stand(12.0)])
    expected = find_reps(signals_of(height)).reps
    bend = 5 + 200 * (1.0 - height)
    bend[round(at_s * FPS) : round((at_s + 0.15) * FPS)] += 150.0
    found = find_reps(signals_of(height, knee_flexion_left_deg=bend, knee_flexion_right_deg=bend)).reps
    assert len(found) == len(expected) == 2
    for was, got in zip(expected, found, strict=True):
        assert (got.eccentric_s, got.concentric_s) == pytest.approx((was.eccentric_s, was.concentric_s), abs=0.1)


def lunges(first: str = "left") -> tuple[Array, dict[str, Array]]:
    one = np.concatenate([rep(), stand(0.6)])
    height = np.concatenate([stand(1), *[one] * 4])
    number = np.concatenate([np.full(round(FPS), -1), *[np.full(len(one), i) for i in range(4)]])
    fold = np.clip((1 - height) / 0.5, 0, 1)
    is_left = (number % 2 == 0) == (first == "left")
    flat, upright = 88 - 85 * fold, 88 - 10 * fold
    thighs = {
        "thigh_angle_left_deg": np.where(is_left, flat, upright),
        "thigh_angle_right_deg": np.where(is_left, upright, flat),
    }
    return height, thighs


@pytest.mark.parametrize("first", ["left", "right"])
def test_alternating_lunges_name_the_front_leg(first: str) -> None:
    height, thighs = lunges(first)
    found = find_reps(signals_of(height, **thighs))
    other = "right" if first == "left" else "left"
    assert [one.side for one in found.reps] == [first, other, first, other]
    assert (found.exercise.name, found.exercise.variant) == ("lunge", "alternating")
    assert found.exercise.confidence > 0.9


def test_one_leg_lunges_with_still_feet_are_a_split_squat() -> None:
    height = np.concatenate([stand(1), rep(), stand(1), rep(), stand(1)])
    fold = np.clip((1 - height) / 0.5, 0, 1)
    found = find_reps(signals_of(height, thigh_angle_left_deg=88 - 10 * fold, thigh_angle_right_deg=88 - 85 * fold))
    assert (found.exercise.name, found.exercise.variant) == ("lunge", "split_squat")
    assert {one.side for one in found.reps} == {"right"}


def test_one_foot_in_the_air_is_a_single_leg_squat() -> None:
    height = np.concatenate([stand(1), rep(depth=0.6), stand(1)])
    knee = 5 + 100 * np.clip((1 - height) / 0.5, 0, 1)
    found = find_reps(
        signals_of(
            height,
            foot_height_left_m=0.0,
            foot_height_right_m=0.5 - 0.6 * (1 - height),
            knee_flexion_right_deg=0.3 * knee,
        )
    )
    assert found.exercise.name == "single_leg_squat"
    assert found.reps[0].side == "left"


@pytest.mark.parametrize(("trailing_knee", "exercise"), [(105.0, "lunge"), (60.0, "single_leg_squat")])
def test_a_leg_held_out_ahead_is_told_from_a_lunge_by_the_shank_that_stands(
    trailing_knee: float, exercise: str
) -> None:
    """Thighs 45 degrees apart in both; the right shank tilts 73 degrees and trails, or 28 and stands."""
    height = np.concatenate([stand(1), rep(), stand(1), rep(), stand(1)])
    fold = np.clip((1 - height) / 0.5, 0, 1)
    found = find_reps(
        signals_of(
            height,
            thigh_angle_left_deg=88 - 75 * fold,
            knee_flexion_left_deg=5 + 85 * fold,
            thigh_angle_right_deg=88 - 30 * fold,
            knee_flexion_right_deg=5 + (trailing_knee - 5) * fold,
        )
    )

    assert found.exercise.name == exercise
    assert {one.side for one in found.reps} == {"left" if exercise == "lunge" else "right"}


def test_a_leg_that_is_not_seen_to_its_ankle_makes_no_lunge_and_no_free_foot() -> None:
    """A deep squat from the side: the near leg hides the far one, whose thigh and foot are then guesses."""
    height = np.concatenate([stand(1), rep(depth=0.4), stand(1), rep(depth=0.4), stand(1)])
    low = np.clip((1 - height) / 0.6, 0, 1)
    hidden = np.where(low > 0.5, np.nan, 5 + 100 * low)
    found = find_reps(
        signals_of(
            height,
            thigh_angle_right_deg=88 - 8 * low,
            knee_flexion_right_deg=hidden,
            foot_height_left_m=0.0,
            foot_height_right_m=0.5 * low,
        )
    )

    assert found.exercise.name == "squat"


def seen_from(yaw_deg: float) -> CameraView:
    return CameraView(name="front" if abs(yaw_deg) < 90 else "rear", yaw_deg=yaw_deg, yaw_sd_deg=5.0, confidence=0.9)


@pytest.mark.parametrize(("apart_m", "exercise"), [(0.02, "squat"), (0.3, "lunge")])
@pytest.mark.parametrize("yaw_deg", [0.0, 170.0])
def test_from_ahead_and_behind_the_feet_tell_what_the_thighs_do_not(
    yaw_deg: float, apart_m: float, exercise: str
) -> None:
    """Thighs 22 degrees apart: an error that is usual from there, or all that is seen of a lunge."""
    height = np.concatenate([stand(1), rep(), stand(1), rep(), stand(1)])
    fold = np.clip((1 - height) / 0.5, 0, 1)
    signals = signals_of(
        height,
        thigh_angle_left_deg=88 - 75 * fold,
        thigh_angle_right_deg=88 - 53 * fold,
        knee_flexion_right_deg=5 + 110 * fold,
        foot_height_left_m=0.0,
        foot_height_right_m=apart_m,
    )

    assert find_reps(signals, view=seen_from(yaw_deg)).exercise.name == exercise


def test_a_leg_held_out_toward_the_phone_is_no_lunge() -> None:
    """The thighs are 18 degrees apart and one foot is higher: what differs from a lunge is the shank that stands."""
    height = np.concatenate([stand(1), rep(), stand(1), rep(), stand(1)])
    fold = np.clip((1 - height) / 0.5, 0, 1)
    signals = signals_of(
        height,
        thigh_angle_left_deg=88 - 60 * fold,
        thigh_angle_right_deg=88 - 42 * fold,
        knee_flexion_right_deg=5 + 55 * fold,
        foot_height_left_m=0.0,
        foot_height_right_m=0.14,
    )

    assert find_reps(signals, view=seen_from(0.0)).exercise.name == "single_leg_squat"


def test_a_leg_held_out_straight_does_not_stand() -> None:
    """A pistol squat, whose thighs are nearly alike."""
    height = np.concatenate([stand(1), rep(), stand(1), rep(), stand(1)])
    fold = np.clip((1 - height) / 0.5, 0, 1)
    found = find_reps(
        signals_of(
            height,
            thigh_angle_left_deg=88 - 90 * fold,
            knee_flexion_left_deg=4 + 114 * fold,
            thigh_angle_right_deg=88 - 73 * fold,
            knee_flexion_right_deg=4 + 5 * fold,
        ),
        view=seen_from(90.0),
    )
    assert found.exercise.name == "single_leg_squat"
    assert {one.side for one in found.reps} == {"left"}


def test_a_foot_that_steps_toward_the_phone_is_not_held_in_the_air() -> None:
    height = np.concatenate([stand(1), rep(), stand(1), rep(), stand(1)])
    fold = np.clip((1 - height) / 0.5, 0, 1)
    lunge = {
        "thigh_angle_left_deg": 88 - 75 * fold,
        "thigh_angle_right_deg": 88 - 15 * fold,
        "knee_flexion_right_deg": 5 + 40 * fold,
        "foot_height_left_m": 0.0,
        "foot_height_right_m": 0.35 * fold,
    }
    steps = {**lunge, "foot_speed_left_mps": np.where((fold > 0) & (fold < 0.3), 1.0, 0.03)}

    assert find_reps(signals_of(height, **lunge), view=seen_from(0.0)).exercise.name == "single_leg_squat"
    assert find_reps(signals_of(height, **steps), view=seen_from(0.0)).exercise.name == "lunge"


@pytest.mark.parametrize(("knee_deg", "lean_deg", "name"), [(65, 72, "none"), (45, 60, "none"), (100, 50, "squat")])
def test_a_deadlift_is_no_squat_unless_the_user_says_so(knee_deg: float, lean_deg: float, name: str) -> None:
    """The last one is a squat that bows far: bad, but a squat."""
    height = np.concatenate([stand(1), rep(depth=0.75), stand(1), rep(depth=0.75), stand(1)])
    fold = (1 - height) / 0.25
    thigh = 88 - (knee_deg - 14) * fold
    pull = signals_of(
        height,
        trunk_lean_deg=3 + (lean_deg - 3) * fold,
        **{f"thigh_angle_{side}_deg": thigh for side in ("left", "right")},
        **{f"knee_flexion_{side}_deg": 4 + (knee_deg - 4) * fold for side in ("left", "right")},
    )
    found = find_reps(pull)
    assert found.exercise.name == name
    assert bool(found.reps) == (name == "squat")
    assert any("deadlift" in warning for warning in found.warnings) == (name == "none")
    assert len(find_reps(pull, exercise="squat").reps) == 2


def test_whoever_walks_off_does_no_half_squat() -> None:
    """One long dip whose thighs seem flat, because somebody comes nearer: feet that step now and then tell."""
    height = np.concatenate([stand(0.5, 0.75), ramp(3, 0.75, 1.0), stand(0.5)])
    thigh = {f"thigh_angle_{side}_deg": np.full(len(height), 38.0) for side in ("left", "right")}
    stepping = np.where(np.arange(len(height)) % 15 < 4, 1.2, 0.1)
    assert not find_reps(signals_of(height, foot_speed_left_mps=stepping, **thigh)).reps
    assert find_reps(signals_of(height, **thigh)).reps


@pytest.mark.parametrize(("moving", "n"), [(0.5, 0), (0.1, 1)])
def test_among_strides_a_deep_one_counts_on_feet_that_stand(moving: float, n: int) -> None:
    stride = np.concatenate([rep(0.5, 0, 0.5, 0.78), stand(0.2)])
    height = np.concatenate([stand(0.5), *[stride] * 4, rep(1.2, 0, 1.2, 0.5), stand(1)])
    frame, late = np.arange(len(height)), len(height) - round(3.4 * FPS)
    stepping = np.where((frame < late) | (frame % 10 < 10 * moving), 1.2, 0.1)
    assert whole(height, foot_speed_left_mps=stepping) == n


def test_sitting_down_on_a_chair_is_no_squat_unless_the_user_says_so() -> None:
    sit = np.concatenate([ramp(1, 1, 0.52), stand(1.2, 0.52), ramp(1, 0.52, 1), stand(0.8)])
    height = np.concatenate([stand(1), sit, sit, sit])
    fold = np.clip((1 - height) / 0.48, 0, 1)
    lean = 5 + 35 * np.sin(np.pi * fold) + 5 * fold
    chair = {"trunk_lean_deg": lean, "shank_tilt_left_deg": 6 * fold, "shank_tilt_right_deg": 6 * fold}
    found = find_reps(signals_of(height, **chair))
    assert found.exercise.name == "sit_to_stand"
    assert not found.reps
    assert any("--exercise squat" in warning for warning in found.warnings)
    told = find_reps(signals_of(height, **chair), exercise="squat")
    assert len(told.reps) == 3
    assert told.exercise.was_given


def test_a_lunge_whose_rear_shank_is_unseen_is_no_sitting_down() -> None:
    """From the front: only the front shank is seen, far ahead of the hips, and the trunk leans in on the way up."""
    sit = np.concatenate([ramp(1, 1, 0.52), stand(1.2, 0.52), ramp(1, 0.52, 1), stand(0.8)])
    height = np.concatenate([stand(1), sit, sit, sit])
    fold = np.clip((1 - height) / 0.48, 0, 1)
    found = find_reps(
        signals_of(
            height,
            trunk_lean_deg=5 + 35 * np.sin(np.pi * fold) + 5 * fold,
            shank_tilt_left_deg=6 * fold,
            shank_tilt_right_deg=np.nan,
            thigh_angle_left_deg=88 - 75 * fold,
            thigh_angle_right_deg=88 - 15 * fold,
        )
    )
    assert found.exercise.name == "lunge"
    assert len(found.reps) == 3


def test_sliding_down_a_wall_is_a_squat() -> None:
    height = np.concatenate([stand(1), rep(), stand(1), rep(), stand(1)])
    found = find_reps(signals_of(height, trunk_lean_deg=4.0, shank_tilt_left_deg=4.0, shank_tilt_right_deg=4.0))
    assert found.exercise.name == "squat"
    assert len(found.reps) == 2


def test_frame_rate_does_not_matter() -> None:
    for fps in (15.0, 24.0, 60.0, 120.0):
        height = np.concatenate([stand(1, fps=fps), rep(fps=fps), stand(1, fps=fps), rep(fps=fps), stand(1, fps=fps)])
        found = find_reps(signals_of(height, fps=fps))
        assert [one.bottom_s for one in found.reps] == pytest.approx([2.5, 6.0], abs=0.1)


def test_leg_lengths_and_offsets_in_height_do_not_matter_to_the_count() -> None:
    height = np.concatenate([stand(1), *[np.concatenate([rep(), stand(0.6)]) for _ in range(3)]])
    drift = 0.05 * np.arange(len(height)) / len(height)
    assert whole(height + drift) == whole(height - drift) == 3


@pytest.mark.parametrize("deep_s", [1.0, 4.5])
def test_events_of_a_part_lie_in_order_when_the_legs_are_most_folded_outside_it(deep_s: float) -> None:
    time_s = np.arange(180) / FPS
    dip = Dip(first=60, last=120, top_before=60, bottom=90, top_after=120, travel_down=0.1, travel_up=0.1, whole=0.4)
    near = slice(int(deep_s * FPS), int(deep_s * FPS) + 20)

    found = find_events(
        dip, np.linspace(1.0, 0.6, 180) if deep_s > 2 else np.linspace(0.6, 1.0, 180), time_s, near=near
    )

    assert found.start_s <= found.arrive_s <= found.bottom_s <= found.leave_s <= found.end_s


def test_reps_with_long_holes_are_in_order_or_left_out() -> None:
    """400 patterns, seed 1: everybody lost for blocks of up to 1.3 s, 5 to 90 % of the clip in all, and noisy."""
    height = np.concatenate([stand(0.5), *[np.concatenate([rep(1.2, 0.2, 0.8), stand(0.4)]) for _ in range(4)]])
    n_partial = 0
    for number in range(400):
        rng = np.random.default_rng([1, number])
        gone = np.zeros(len(height), dtype=bool)
        share = rng.uniform(0.05, 0.9)
        while gone.mean() < share:
            first = int(rng.integers(len(height)))
            gone[first : first + int(rng.integers(3, 40))] = True
        seen = signals_of(np.where(gone, np.nan, height), noise=float(rng.choice([0.0, 0.02, 0.06])))
        for one in find_reps(seen).reps:
            assert 0 <= one.start <= one.bottom < one.end <= len(height)
            assert all(part is None or part >= 0.0 for part in (one.eccentric_s, one.bottom_pause_s, one.concentric_s))
            n_partial += one.is_partial
    assert n_partial > 100
