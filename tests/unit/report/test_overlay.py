"""The overlay keeps the clip's times, draws what was measured and nothing that was not, and is whole or absent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
import report_factory
from hypothesis import given
from hypothesis import strategies as st

from lookfeel.errors import StoreError
from lookfeel.report.draw import BLACK, ORANGE, SKY, Canvas, paler, plain_text, text_mask, wrapped
from lookfeel.report.movie import planes
from lookfeel.report.overlay import (
    FIT_COLOUR,
    Scene,
    key_frame_indices,
    knee_track_text,
    overlay_size,
    phase_of,
    render_overlay,
)
from lookfeel.types import (
    BODY_JOINTS,
    CameraView,
    Frame,
    Metric,
    PictureMotion,
    PinholeCamera,
    PoseTrack,
    Rep,
    RepMetrics,
    SetReport,
    Signals,
    Skeleton,
)

WIDTH, HEIGHT = 480, 640
GROUND = 90  # grey of the picture under the drawing
N_FRAMES = 36
NAMES = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
KEYPOINTS = tuple(f"{side}_{name}" for side in ("left", "right") for name in NAMES)
PLACES = {
    "shoulder": (60, 200),
    "hip": (45, 330),
    "knee": (75, 400),
    "ankle": (60, 500),
    "heel": (55, 520),
    "toe": (90, 540),
}
# uneven on purpose: 33, 33 and 67 ms
TIMES_S = np.cumsum([0.0] + [(0.033, 0.033, 0.067)[i % 3] for i in range(N_FRAMES - 1)])
REP = Rep(
    index=1,
    start=6,
    bottom_start=14,
    bottom=16,
    ascent_start=18,
    end=28,
    start_s=float(TIMES_S[6]),
    bottom_s=float(TIMES_S[16]),
    end_s=float(TIMES_S[28]),
    side="both",
    is_partial=False,
    partial_reason=None,
    eccentric_s=0.4,
    bottom_pause_s=0.1,
    concentric_s=0.4,
    top_pause_s=None,
    confidence=0.9,
)


def skeleton() -> Skeleton:
    bones = [(f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in pairwise(NAMES)]
    edges = [("left_hip", "right_hip"), *bones]
    return Skeleton(
        name="legs", keypoints=KEYPOINTS, edges=tuple((KEYPOINTS.index(a), KEYPOINTS.index(b)) for a, b in edges)
    )


def places() -> np.ndarray:
    """(12, 2) pixels, seen from the front: the athlete's left is on the picture's right."""
    sides = {"left": 1, "right": -1}
    return np.array([(WIDTH / 2 + sides[side] * PLACES[name][0], PLACES[name][1]) for side in sides for name in NAMES])


def tiny_report(view: str = "front", status: str = "ok") -> SetReport:
    """36 frames, one rep, one finding at frame 17; the knee is 4 cm inside the left foot's line."""
    base = report_factory.front_squat()
    values = {f"knee_flexion_{side}_deg": np.full(N_FRAMES, 100.0) for side in ("left", "right")}
    values |= {f"thigh_angle_{side}_deg": np.full(N_FRAMES, 3.0) for side in ("left", "right")}
    values |= {f"knee_over_foot_{side}_m": np.full(N_FRAMES, 0.04) for side in ("left", "right")}
    judged = Metric(value=0.04, sd=0.01, unit="m", status=status) if status != "not_assessable" else None
    metric = judged or Metric(value=None, sd=None, unit="m", status="not_assessable", reason="filmed from the side")
    finding = replace(base.looks.findings[0], rep_index=1, frame=17, time_s=float(TIMES_S[17]))
    return replace(
        base,
        decode=replace(base.decode, n_frames=N_FRAMES, duration_s=float(TIMES_S[-1]) + 0.033),
        track=PoseTrack(
            skeleton=skeleton(),
            time_s=TIMES_S,
            xy_px=np.tile(places(), (N_FRAMES, 1, 1)),
            confidence=np.ones((N_FRAMES, 12)),
            was_filled=np.zeros((N_FRAMES, 12), dtype=bool),
            world_m=np.zeros((N_FRAMES, 12, 3)),
            width_px=WIDTH,
            height_px=HEIGHT,
            view=CameraView(name=view, yaw_deg=0.0, yaw_sd_deg=5.0, confidence=0.9),
            person=0,
            n_people=1,
        ),
        signals=Signals(time_s=TIMES_S, values=values, sd={name: np.ones(N_FRAMES) for name in values}),
        reps=(REP,),
        rep_metrics=(
            RepMetrics(rep_index=1, metrics={f"knee_over_foot_{side}_m": metric for side in ("left", "right")}),
        ),
        rep_looks=(replace(base.rep_looks[0], rep_index=1, findings=(finding,)),),
        looks=replace(base.looks, findings=(finding,)),
    )


def with_fit(report: SetReport, *, joints: dict[str, tuple[float, float]], camera: bool = True) -> SetReport:
    """The report with a fitted body whose joints are seen at these pixels, and no other; a metre is 100 pixels."""
    position = np.full((N_FRAMES, len(BODY_JOINTS), 3), np.nan)
    for name, (x, y) in joints.items():
        position[:, BODY_JOINTS.index(name)] = (0.0, (x - WIDTH / 2) / 100, 1.0 - (y - HEIGHT / 2) / 100)
    ahead = PinholeCamera(
        focal_px=400.0,
        centre_px=np.array([WIDTH / 2, HEIGHT / 2]),
        position_m=np.array([4.0, 0.0, 1.0]),
        axes=np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]]),
    )
    body = replace(
        report.body,
        time_s=TIMES_S,
        position_m=position,
        covariance_m2=np.zeros((*position.shape, 3)),
        camera=ahead if camera else None,
    )
    return replace(report, body=body)


def colour_at(picture: np.ndarray, x: float, y: float) -> tuple[int, int, int]:
    red, green, blue = picture[round(y - 0.5), round(x - 0.5)]
    return int(red), int(green), int(blue)


def frame(index: int, *, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Frame:
    rgb = np.full((size[1], size[0], 3), GROUND, np.uint8)
    return Frame(index=index, time_s=float(TIMES_S[index]), rgb=rgb, scale=size[0] / WIDTH)


def frames(n_frames: int = N_FRAMES) -> Iterator[Frame]:
    return (frame(index) for index in range(n_frames))


def middle_of(picture: np.ndarray, keypoint: str) -> tuple[int, int, int]:
    """Colour in the middle of a keypoint's disc."""
    x, y = places()[KEYPOINTS.index(keypoint)]
    red, green, blue = picture[round(y - 0.5), round(x - 0.5)]
    return int(red), int(green), int(blue)


def test_the_file_has_the_clips_own_times_and_plays_in_browsers(tmp_path: Path) -> None:
    path = tmp_path / "overlay.mp4"
    render_overlay(tiny_report(), frames(), path)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
        times_s = [float(decoded.pts * stream.time_base) for decoded in container.decode(stream)]
    np.testing.assert_allclose(times_s, TIMES_S, atol=1e-5)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # may start before it is loaded whole
    assert [file.name for file in tmp_path.iterdir()] == ["overlay.mp4"]


def test_what_was_drawn_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "overlay.mp4"
    render_overlay(tiny_report(), frames(3), path)
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0)).to_ndarray(format="rgb24")
    np.testing.assert_allclose(middle_of(picture, "left_knee"), SKY, atol=25)
    np.testing.assert_allclose(middle_of(picture, "right_knee"), ORANGE, atol=25)
    np.testing.assert_allclose(picture[300, 5], GROUND, atol=4)


def test_a_steadied_track_is_drawn_where_the_athlete_is_in_each_frame() -> None:
    """The phone sways 30 px to the right in frame 5: the joints are drawn there, the track stays."""
    report = tiny_report()
    to_frame = np.tile(np.eye(2, 3), (N_FRAMES, 1, 1))
    to_frame[5, 0, 2] = 30.0
    motion = PictureMotion(kind="shaking", to_frame=to_frame, rms_ratio=0.01, largest_ratio=0.05, seen_ratio=1.0)
    scene = Scene(replace(report, track=replace(report.track, picture_motion=motion)))
    assert middle_of(scene.drawn_on(frame(4)), "left_knee") == SKY
    assert middle_of(np.roll(scene.drawn_on(frame(5)), -30, axis=1), "left_knee") == SKY


def test_key_frames_are_those_the_page_wants(tmp_path: Path) -> None:
    report = tiny_report()
    key_frames = render_overlay(report, frames(), tmp_path / "overlay.mp4")
    assert set(key_frames) == key_frame_indices(report) == {16, 17}
    for data in key_frames.values():
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert max(picture.shape[:2]) == 640
        assert len(data) < 200_000


def test_a_frame_that_was_left_out_is_pictured_by_the_next(tmp_path: Path) -> None:
    report = tiny_report()
    some = [frame(index) for index in (0, 5, 15, 20, N_FRAMES - 1)]
    told: list[int] = []
    key_frames = render_overlay(report, some, tmp_path / "overlay.mp4", on_frame=told.append)
    assert set(key_frames) == {16, 17}
    only_20 = render_overlay(report, [frame(20)], tmp_path / "other.mp4")
    assert key_frames[16] == key_frames[17] == only_20[16]
    assert told == [1, 6, 16, 21, N_FRAMES]


def test_a_fault_of_the_second_clip_has_no_frame_in_this_one(tmp_path: Path) -> None:
    report = tiny_report()
    elsewhere = replace(report.looks.findings[0], frame=30, clip=2)
    looks = replace(report.looks, findings=(elsewhere,))
    report = replace(report, looks=looks, rep_looks=(replace(report.rep_looks[0], findings=()),))
    assert key_frame_indices(report) == {16}
    assert set(render_overlay(report, frames(), tmp_path / "overlay.mp4")) == {16}


def test_large_key_frames_are_reduced(tmp_path: Path) -> None:
    large = (frame(index, size=(960, 1280)) for index in range(18))
    key_frames = render_overlay(tiny_report(), large, tmp_path / "overlay.mp4")
    assert cv2.imdecode(np.frombuffer(key_frames[16], np.uint8), cv2.IMREAD_COLOR).shape == (640, 480, 3)


def test_progress_is_told_for_each_frame(tmp_path: Path) -> None:
    told: list[int] = []
    render_overlay(tiny_report(), frames(7), tmp_path / "overlay.mp4", on_frame=told.append)
    assert told == [1, 2, 3, 4, 5, 6, 7]


def test_a_failure_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "overlay.mp4"
    path.write_bytes(b"earlier")

    def breaking() -> Iterator[Frame]:
        yield from frames(5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_overlay(tiny_report(), breaking(), path)
    assert path.read_bytes() == b"earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["overlay.mp4"]


def test_no_frames_and_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        render_overlay(tiny_report(), iter(()), tmp_path / "overlay.mp4")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError):
        render_overlay(tiny_report(), frames(), tmp_path / "none" / "overlay.mp4")


def test_left_and_right_have_their_tints_and_the_frame_is_left_alone() -> None:
    given_frame = frame(2)
    picture = Scene(tiny_report()).drawn_on(given_frame)
    for joint in ("hip", "knee", "ankle"):
        assert middle_of(picture, f"left_{joint}") == SKY
        assert middle_of(picture, f"right_{joint}") == ORANGE
    assert np.all(given_frame.rgb == GROUND)


@pytest.mark.parametrize("size", [(960, 1280), (480, 640), (720, 960)])
def test_the_drawing_lands_on_the_joint_at_every_size(size: tuple[int, int]) -> None:
    picture = Scene(tiny_report()).drawn_on(frame(2, size=size))
    x, y = places()[KEYPOINTS.index("left_knee")] * size[0] / WIDTH
    assert tuple(picture[round(y - 0.5), round(x - 0.5)]) == SKY


def test_a_filled_or_doubtful_joint_looks_uncertain() -> None:
    report = tiny_report()
    index = KEYPOINTS.index("left_ankle")
    sure = Scene(report).drawn_on(frame(2))
    filled, confidence = report.track.was_filled.copy(), report.track.confidence.copy()
    filled[2, index] = True
    confidence[3, index] = 0.2
    scene = Scene(replace(report, track=replace(report.track, was_filled=filled, confidence=confidence)))
    x, y = places()[index]
    for number in (2, 3):
        picture = scene.drawn_on(frame(number))
        assert middle_of(picture, "left_ankle") == BLACK  # hollow
        around = picture[round(y) - 8 : round(y) + 8, round(x) - 8 : round(x) + 8].reshape(-1, 3)
        assert paler(SKY) in {tuple(int(channel) for channel in pixel) for pixel in around}
        assert not np.array_equal(picture, sure)
    assert middle_of(scene.drawn_on(frame(4)), "left_ankle") == SKY


def test_an_unknown_joint_is_nowhere_least_of_all_in_the_corner() -> None:
    report = tiny_report()
    unseen = replace(report.track, xy_px=np.full((N_FRAMES, 12, 2), np.nan), confidence=np.zeros((N_FRAMES, 12)))
    picture = Scene(replace(report, track=unseen)).drawn_on(frame(2))
    middle = picture[120 : HEIGHT - 30]
    assert np.all(middle == GROUND)
    one_gone = report.track.xy_px.copy()
    one_gone[:, KEYPOINTS.index("left_knee")] = np.nan
    picture = Scene(replace(report, track=replace(report.track, xy_px=one_gone))).drawn_on(frame(2))
    assert middle_of(picture, "left_knee") == (GROUND,) * 3
    assert middle_of(picture, "left_hip") == SKY


SHANK = {"left_knee": (20.0, 300.0), "left_ankle": (60.0, 420.0)}  # beside everything else that is drawn


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_fitted_skeleton_is_drawn_where_the_camera_sees_it(scale: float) -> None:
    report = with_fit(tiny_report(), joints=SHANK)
    picture = Scene(report).drawn_on(frame(2, size=(round(WIDTH * scale), round(HEIGHT * scale))))
    for share in (0.02, 0.3, 0.7, 0.98):
        x, y = (np.array(SHANK["left_knee"]) * (1 - share) + np.array(SHANK["left_ankle"]) * share) * scale
        assert colour_at(picture, x, y) == FIT_COLOUR, share
    assert colour_at(picture, 20 * scale, 420 * scale) == (GROUND,) * 3
    assert middle_of(picture, "left_knee") == SKY or scale != 1.0  # the detected skeleton stays where it was


def test_a_fitted_joint_that_is_unknown_or_beyond_all_bounds_has_no_bone() -> None:
    bare = Scene(with_fit(tiny_report(), joints={"left_knee": (20.0, 300.0)})).drawn_on(frame(2))
    report = with_fit(tiny_report(), joints={**SHANK, "left_ankle": (1e7, 420.0)})
    np.testing.assert_array_equal(Scene(report).drawn_on(frame(2)), bare)
    assert np.all(bare[150:600, 5:75] == GROUND)


def test_without_a_camera_the_overlay_is_drawn_as_if_there_were_no_fit() -> None:
    report = tiny_report()
    blind = with_fit(report, joints=SHANK, camera=False)
    np.testing.assert_array_equal(Scene(blind).drawn_on(frame(16)), Scene(report).drawn_on(frame(16)))


def test_the_fit_has_a_key_beside_the_strip_and_the_rest_of_the_frame_is_untouched() -> None:
    plain = Scene(tiny_report()).drawn_on(frame(2)).astype(int)
    fitted = Scene(with_fit(tiny_report(), joints=SHANK)).drawn_on(frame(2)).astype(int)
    rows, columns = np.nonzero(np.abs(plain - fitted).sum(axis=2))
    in_corner = (rows > 0.93 * HEIGHT) & (columns > 0.7 * WIDTH)
    on_shank = (rows > 290) & (rows < 430) & (columns > 5) & (columns < 75)
    assert in_corner.any()
    assert on_shank.any()
    assert np.all(in_corner | on_shank)


def test_frames_beyond_the_fit_are_drawn_without_it() -> None:
    report = with_fit(tiny_report(), joints=SHANK)
    short = replace(
        report.body,
        time_s=TIMES_S[:5],
        position_m=report.body.position_m[:5],
        covariance_m2=report.body.covariance_m2[:5],
    )
    picture = Scene(replace(report, body=short)).drawn_on(frame(9))
    assert np.all(picture[290:430, 5:75] == GROUND)


def test_frames_beyond_the_track_are_shown_bare() -> None:
    report = tiny_report()
    late = Frame(index=N_FRAMES + 3, time_s=9.9, rgb=frame(0).rgb, scale=1.0)
    assert np.all(Scene(report).drawn_on(late)[120 : HEIGHT - 30] == GROUND)


def test_a_knee_track_that_was_not_judged_is_not_drawn() -> None:
    judged, unjudged = (Scene(tiny_report(status=status)).drawn_on(frame(16)) for status in ("ok", "not_assessable"))
    report = tiny_report(status="not_assessable")
    values = {name: row for name, row in report.signals.values.items() if not name.startswith("knee_over_foot")}
    signals = Signals(time_s=TIMES_S, values=values, sd={name: np.ones(N_FRAMES) for name in values})
    unmeasured = Scene(replace(report, signals=signals)).drawn_on(frame(16))
    np.testing.assert_array_equal(unjudged, unmeasured)
    assert not np.array_equal(judged, unjudged)


def test_an_unknown_angle_is_not_written() -> None:
    report = tiny_report()
    values = {name: np.full(N_FRAMES, np.nan) for name in report.signals.values}
    blind = replace(report, signals=Signals(time_s=TIMES_S, values=values, sd=values))
    bare = replace(report, signals=Signals(time_s=TIMES_S, values={}, sd={}))
    np.testing.assert_array_equal(Scene(blind).drawn_on(frame(16)), Scene(bare).drawn_on(frame(16)))
    assert not np.array_equal(Scene(report).drawn_on(frame(16)), Scene(bare).drawn_on(frame(16)))


def test_the_thigh_is_held_against_the_horizontal_only_from_the_side() -> None:
    def thigh_matters(view: str) -> bool:
        report = tiny_report(view, status="not_assessable")
        values = dict(report.signals.values) | {
            f"thigh_angle_{s}_deg": np.full(N_FRAMES, np.nan) for s in ("left", "right")
        }
        other = replace(report, signals=Signals(time_s=TIMES_S, values=values, sd=report.signals.sd))
        return not np.array_equal(Scene(report).drawn_on(frame(16)), Scene(other).drawn_on(frame(16)))

    assert [thigh_matters(view) for view in ("front", "rear", "oblique_front_left")] == [False, False, False]
    assert thigh_matters("side_left")
    assert thigh_matters("side_right")


def test_a_finding_is_shown_around_its_moment_only() -> None:
    report = tiny_report()
    looks = tuple(replace(row, findings=()) for row in report.rep_looks)
    without = replace(report, looks=replace(report.looks, findings=()), rep_looks=looks)
    for index in range(N_FRAMES):
        is_shown = not np.array_equal(Scene(report).drawn_on(frame(index)), Scene(without).drawn_on(frame(index)))
        assert is_shown == (abs(TIMES_S[index] - TIMES_S[17]) <= 0.4), index


def test_phases_and_counter_follow_the_reps() -> None:
    second = replace(
        REP, index=2, start=29, bottom_start=31, bottom=31, ascent_start=32, end=34, start_s=1.3, end_s=1.5
    )
    cut = replace(second, index=0, start=34, bottom_start=35, bottom=35, ascent_start=36, end=36, is_partial=True)
    report = replace(tiny_report(), reps=(REP, second, cut))
    scene = Scene(report)

    def shown(index: int) -> tuple[str, int]:
        moment = scene.moment(index, float(TIMES_S[index]))
        return moment.phase, moment.n_done

    assert [shown(index) for index in (5, 6, 13, 14, 17, 18, 27, 28)] == [
        ("", 0),
        ("down", 0),
        ("down", 0),
        ("bottom", 0),
        ("bottom", 0),
        ("up", 0),
        ("up", 0),
        ("", 1),
    ]
    assert scene.counter_text(scene.moment(5, 0.1)) == "0 of 2 reps"
    assert scene.counter_text(scene.moment(15, 0.6)) == "Rep 1 of 2 · bottom"
    assert scene.counter_text(scene.moment(33, 1.4)) == "Rep 2 of 2 · up"
    assert scene.counter_text(scene.moment(34, 1.5)) == "Cut off, not counted · down"
    alternating = Scene(replace(report, reps=(replace(REP, side="left"), second)))
    assert alternating.counter_text(alternating.moment(7, 0.3)) == "Rep 1 of 2 · left · down"
    nothing = Scene(replace(report, reps=()))
    assert nothing.counter_text(nothing.moment(7, 0.3)) == "No reps found"
    assert phase_of(None, 3) == ""


@pytest.mark.parametrize("name", sorted(report_factory.everything()))
def test_every_report_can_be_drawn(name: str) -> None:
    report = report_factory.everything()[name]
    for index in (0, 40, 300, report_factory.N_FRAMES - 1):
        time_s = float(report.track.time_s[index])
        shown = Frame(index=index, time_s=time_s, rgb=np.full((270, 480, 3), GROUND, np.uint8), scale=480 / 1080)
        assert Scene(report).drawn_on(shown).shape == (480, 854, 3)


@given(width=st.integers(16, 4000), height=st.integers(16, 4000))
def test_overlay_sizes_are_even_large_enough_and_keep_the_shape(width: int, height: int) -> None:
    wide, tall = overlay_size(width, height)
    assert wide % 2 == tall % 2 == 0
    assert min(wide, tall) >= 480
    assert wide / tall == pytest.approx(width / height, rel=0.01)


@pytest.mark.parametrize(
    ("rgb", "ycbcr"),  # ITU-R BT.709 in limited range, worked out by hand
    [
        ((0, 0, 0), (16, 128, 128)),
        ((255, 255, 255), (235, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),
        ((0, 255, 0), (173, 42, 26)),
        ((0, 0, 255), (32, 240, 118)),
    ],
)
def test_colours_become_those_of_high_definition(rgb: tuple[int, int, int], ycbcr: tuple[int, int, int]) -> None:
    packed = planes(np.full((6, 4, 3), rgb, np.uint8))
    luma, blue, red = packed[:6], packed[6:].reshape(2, 3, 2)[0], packed[6:].reshape(2, 3, 2)[1]
    for plane, expected in zip((luma, blue, red), ycbcr, strict=True):
        np.testing.assert_allclose(plane, expected, atol=1)


def test_planes_keep_what_is_where() -> None:
    picture = np.zeros((8, 6, 3), np.uint8)
    picture[2:4, 4:6] = (255, 0, 0)
    packed = planes(picture)
    assert np.argwhere(packed[:8] > 16).tolist() == [[2, 4], [2, 5], [3, 4], [3, 5]]
    assert np.argwhere(packed[8:].reshape(2, 4, 3)[1] > 128).tolist() == [[1, 2]]


@given(text=st.text(max_size=40))
def test_any_text_becomes_drawable(text: str) -> None:
    shown = plain_text(text)
    assert all(character in "°·" or " " <= character <= "~" for character in shown)
    assert text_mask(text[:3], 7).shape[1] >= 1


def test_every_printable_character_leaves_ink() -> None:
    for character in (*map(chr, range(33, 127)), "°", "·"):
        assert text_mask(character, 20).max() > 128, character
    assert text_mask(" ", 20).max() == 0


def test_text_is_cut_at_the_edge_instead_of_failing() -> None:
    canvas = Canvas(np.zeros((100, 100, 3), np.uint8))
    for left, top in ((-500.0, 10.0), (90.0, 95.0), (500.0, 500.0), (-5.0, -5.0)):
        canvas.text("Rep 3 of 5", left, top, (255, 255, 255), height=10)
    assert canvas.rgb[:20, :60].any()
    assert not canvas.rgb[30:60, 20:60].any()


@given(words=st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=25))
def test_wrapped_text_loses_no_word_when_there_is_room(words: list[str]) -> None:
    canvas = Canvas(np.zeros((640, 360, 3), np.uint8))
    lines = wrapped(canvas, " ".join(words), width_px=300, height=2.4, n_lines=25)
    assert " ".join(lines).split() == words
    assert all(canvas.text_size(line, height=2.4)[0] <= 300 or " " not in line for line in lines)
    short = wrapped(canvas, " ".join(words), width_px=300, height=2.4, n_lines=1)
    assert len(short) == 1
    assert short[0].endswith("...") == (len(lines) > 1)


def test_knee_track_in_words() -> None:
    assert knee_track_text(0.031) == "3.1 cm in"
    assert knee_track_text(-0.02) == "2.0 cm out"
    assert knee_track_text(0.009) == "over foot"
