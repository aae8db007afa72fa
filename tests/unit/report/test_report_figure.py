"""The 3-D figure: its data is the body's own, bounded and inert; what is unknown is not drawn; the page can be used."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import report_factory
from hypothesis import given
from hypothesis import strategies as st
from test_report_html import DATA_BLOCK, SCRIPT, Reader

from lookfeel.report import figure, html
from lookfeel.report.figure import (
    MAX_POSES,
    MAX_RATE_HZ,
    NOTHING,
    UNKNOWN_MM,
    UNKNOWN_SPREAD_MM,
    build_figure,
    chosen_poses,
    figure_data,
)
from lookfeel.report.fitted import bones_of
from lookfeel.report.html import page_html
from lookfeel.types import BODY_JOINTS, SetReport

FITTED = report_factory.fitted_squat()
SCRIPT_FILE = Path(html.__file__).parent / "template" / "figure.js"


def with_body(**changes: object) -> SetReport:
    return replace(FITTED, body=replace(FITTED.body, **changes))  # type: ignore[arg-type]


def long_report(n_frames: int, fps: float) -> SetReport:
    """A clip of so many frames in which every joint is known and moves."""
    body = FITTED.body
    known = 12 + np.arange(n_frames) % (report_factory.N_FRAMES - 12)
    noise = np.random.default_rng(0).normal(0, 0.3, (n_frames, len(BODY_JOINTS), 3))
    return with_body(
        time_s=np.arange(n_frames) / fps,
        position_m=body.position_m[known] + noise,
        covariance_m2=body.covariance_m2[known],
        camera=None,  # its track has other frames
    )


def data_of(page: str) -> dict[str, object]:
    (text,) = [text for attributes, text in Reader(page).scripts if attributes == DATA_BLOCK]
    return json.loads(text)  # type: ignore[no-any-return]


def unpacked(data: dict[str, object], name: str, kind: str, *shape: int) -> np.ndarray:
    return np.frombuffer(base64.b64decode(str(data[name])), kind).reshape(-1, *shape)


def test_the_data_in_the_page_is_the_body_to_half_a_millimetre() -> None:
    data = data_of(page_html(FITTED))
    position = unpacked(data, "positions", "<i2", len(BODY_JOINTS), 3)
    kept = chosen_poses(FITTED.body.time_s)
    true_m = FITTED.body.position_m[kept]
    assert len(position) == len(kept) == len(data["time_ms"])
    assert np.array_equal(position == UNKNOWN_MM, np.isnan(true_m))
    known = np.isfinite(true_m)
    np.testing.assert_allclose(position[known] / 1000, true_m[known], atol=0.00051)
    np.testing.assert_allclose(data["time_ms"], 1000 * FITTED.body.time_s[kept], atol=0.51)
    assert data["joints"] == list(BODY_JOINTS)
    assert [tuple(bone) for bone in data["bones"]] == list(bones_of(BODY_JOINTS))


def test_how_sure_a_joint_is_comes_with_it() -> None:
    spread = unpacked(data_of(page_html(FITTED)), "spread", "u1", len(BODY_JOINTS))
    expected = round(1000 * np.sqrt((0.0004 + 0.0009 + 0.0001) / 3))
    unseen = np.isnan(FITTED.body.position_m[chosen_poses(FITTED.body.time_s), :, 0])
    assert np.array_equal(spread == UNKNOWN_SPREAD_MM, unseen)
    assert set(spread[~unseen]) == {expected}


def test_a_joint_too_far_off_for_its_16_bits_is_unknown_and_not_somewhere_else() -> None:
    position = FITTED.body.position_m.copy()
    position[:, 3] = (40.0, 0.0, 1.0)
    position[:, 4] = (0.0, np.nan, 1.0)
    placed = unpacked(figure_data(with_body(position_m=position)), "positions", "<i2", len(BODY_JOINTS), 3)
    assert np.all(placed[:, 3, 0] == UNKNOWN_MM)
    assert np.all(placed[:, 4, 1] == UNKNOWN_MM)


def test_the_moments_and_the_camera_are_those_of_the_report() -> None:
    data = figure_data(FITTED)
    np.testing.assert_allclose(data["home_m"], (-0.02, 0.0), atol=0.001)  # hips 28 cm behind, knees 24 ahead
    for rep, told in zip(FITTED.reps, data["reps"], strict=True):
        moments = [told["start_ms"], told["bottom_ms"], told["end_ms"]]
        np.testing.assert_allclose(moments, 1000 * np.array([rep.start_s, rep.bottom_s, rep.end_s]), atol=0.51)
    assert [told["words"] for told in data["reps"]] == ["rep 1", "rep 2", "rep 3", "rep 4", "rep 5", "cut off"]
    camera = report_factory.phone()
    np.testing.assert_allclose(data["camera"]["position_m"], camera.position_m, atol=1e-4)
    np.testing.assert_allclose(data["camera"]["axes"], camera.axes, atol=1e-6)
    assert data["camera"]["size_px"] == [1080, 1920]
    assert figure_data(with_body(camera=None))["camera"] is None


@pytest.mark.parametrize(("seconds", "fps"), [(120, 30), (120, 60), (600, 30)])
def test_the_page_grows_by_no_more_than_300_kb(seconds: int, fps: int) -> None:
    report = long_report(seconds * fps, fps)
    gone = np.full_like(report.body.position_m, np.nan)
    without = page_html(replace(report, body=replace(report.body, position_m=gone)))
    assert len(page_html(report).encode()) - len(without.encode()) < 300_000


@given(
    n_frames=st.integers(1, 5000),
    fps=st.floats(5, 240),
    jitter=st.floats(0, 0.4),
)
def test_poses_are_real_frames_in_order_and_at_most_so_many(n_frames: int, fps: float, jitter: float) -> None:
    uneven = np.random.default_rng(n_frames).uniform(-jitter, jitter, n_frames)
    time_s = (np.arange(n_frames) + uneven) / fps
    kept = chosen_poses(time_s)
    assert kept == sorted(set(kept))
    assert kept[0] == 0
    assert kept[-1] == n_frames - 1
    assert len(kept) <= max(2, min(MAX_POSES, MAX_RATE_HZ * (time_s[-1] - time_s[0]) + 1))
    wanted_gap = (time_s[-1] - time_s[0]) / max(1, min(MAX_POSES, (time_s[-1] - time_s[0]) * MAX_RATE_HZ))
    assert np.max(np.diff(time_s[kept]), initial=0) <= 2 * wanted_gap + 2 * np.max(np.diff(time_s), initial=0)


def test_no_name_in_the_data_can_end_its_script_element() -> None:
    joints = ("</script><script>alert(1)</script><!--", *BODY_JOINTS[1:])
    page = page_html(with_body(joints=joints))
    reader = Reader(page)
    assert len(reader.scripts) == 2
    assert data_of(page)["joints"][0] == joints[0]  # type: ignore[index]
    assert page.count("<script") == 2
    assert "<!--" not in page
    hostile = report_factory.hostile()
    assert page_html(replace(hostile, body=FITTED.body, track=FITTED.track)).count("<script") == 2


def test_the_script_stays_inside_its_element_and_inside_the_page() -> None:
    assert not re.search(r"</script|<!--", SCRIPT, flags=re.IGNORECASE)
    reaching = (
        r"fetch\(|XMLHttp|WebSocket|import\b|eval\(|Function\(|innerHTML|document\.write|localStorage|cookie|https?:"
    )
    assert not re.search(reaching, SCRIPT)
    assert "\r" not in html._script()


@pytest.mark.skipif(shutil.which("node") is None, reason="no node to read the script with")
def test_the_script_can_be_read() -> None:
    subprocess.run(["node", "--check", str(SCRIPT_FILE)], check=True, capture_output=True)


@pytest.mark.parametrize("what", ["nothing known", "no frames"])
def test_without_a_single_joint_there_is_one_sentence_and_no_script(what: str) -> None:
    n_frames = 0 if what == "no frames" else report_factory.N_FRAMES
    report = with_body(
        time_s=FITTED.body.time_s[:n_frames],
        position_m=np.full((n_frames, len(BODY_JOINTS), 3), np.nan),
        covariance_m2=np.full((n_frames, len(BODY_JOINTS), 3, 3), np.nan),
        camera=None,
    )
    assert build_figure(report) is None
    page = Reader(page_html(report))
    assert NOTHING in page.text
    assert page.scripts == []
    assert not {"canvas", "button", "script"} & {tag for tag, _ in page.tags}


def test_what_can_be_seen_can_also_be_read_and_reached_by_keys() -> None:
    page = Reader(page_html(FITTED))
    (canvas,) = [attributes for tag, attributes in page.tags if tag == "canvas"]
    assert canvas["role"] == "img"
    assert canvas["tabindex"] == "0"
    assert "over 5 reps" in canvas["aria-label"]
    assert "at most 93 cm and at least 46 cm above the floor" in canvas["aria-label"]
    assert canvas["aria-describedby"] in page.values("id")
    for tag, attributes in page.tags:
        if tag in ("select", "input"):
            assert attributes["aria-label"]
        if tag == "button":
            assert attributes["type"] == "button"
    assert "arrow keys" in page.text
    views = [attributes["data-view"] for _, attributes in page.tags if "data-view" in attributes]
    assert views == ["front", "left", "right", "above", "phone"]
    blind = Reader(page_html(with_body(camera=None)))
    assert "phone" not in blind.values("data-view")
    assert "The phone stood" not in blind.text


def test_what_is_played_is_named_as_in_the_table() -> None:
    made = build_figure(FITTED)
    assert made is not None
    assert [words for _, words in made.choices][:2] == ["Whole clip", "Rep 1"]
    assert made.choices[-1] == ("5", "Cut off, at 18.5 s")
    lunge = replace(FITTED, reps=(replace(FITTED.reps[0], side="left"),))
    made = build_figure(lunge)
    assert made is not None
    assert made.choices[1:] == (("0", "Rep 1 L"),)


def test_the_notes_say_where_the_phone_stood_and_what_the_distance_holds() -> None:
    text = Reader(page_html(FITTED)).text
    assert "its joints lie 1.3 cm (root mean square) from the landmarks in the picture" in text
    assert "The phone stood 3.0 m away, its lens 1.0 m above the floor." in text
    assert "if the athlete is of average height" in Reader(page_html(with_body(is_metric=False))).text


def test_the_figure_needs_a_script_and_the_still_does_not() -> None:
    page = Reader(page_html(FITTED))
    (stage,) = [attributes for _, attributes in page.tags if attributes.get("id") == "figure-stage"]
    (still,) = [attributes for _, attributes in page.tags if attributes.get("id") == "figure-still"]
    assert "hidden" in stage
    assert "hidden" not in still


def bones_in(svg: str) -> list[tuple[str, list[float]]]:
    found = re.findall(r'<line class="bone (\w+)" x1="([\d.-]+)" y1="([\d.-]+)" x2="([\d.-]+)" y2="([\d.-]+)"', svg)
    return [(side, [float(number) for number in numbers]) for side, *numbers in found]


def still_of(report: SetReport) -> str:
    made = build_figure(report)
    assert made is not None
    return made.still


def test_the_still_has_the_pose_at_the_start_and_at_the_bottom_with_every_known_bone() -> None:
    still = still_of(FITTED)
    assert len(bones_in(still)) == 2 * len(bones_of(BODY_JOINTS))
    assert "Start of rep 1" in still
    assert "Bottom of rep 1" in still
    assert still.count('class="sole left"') == still.count('class="sole right"') == 2
    standing, squatting = (bones_in(still)[first : first + 14] for first in (0, 14))
    hips = [min(numbers[1] for side, numbers in pose if side == "left") for pose in (standing, squatting)]
    assert hips[0] < hips[1]  # y grows downward


def test_a_joint_that_is_unknown_has_no_bone_in_the_still() -> None:
    position = FITTED.body.position_m.copy()
    position[:, BODY_JOINTS.index("left_knee")] = np.nan
    position[:, BODY_JOINTS.index("right_toe")] = np.nan
    still = still_of(with_body(position_m=position))
    assert len(bones_in(still)) == 2 * (14 - 2 - 2)
    assert "nan" not in still
    assert still.count('class="sole left"') == 2
    assert 'class="sole right"' not in still


def test_a_metre_up_is_a_metre_up_in_the_still_and_the_body_stands_over_the_vertical() -> None:
    still = still_of(FITTED)
    x1, y1, x2, y2 = (
        float(number)
        for number in re.findall(r'class="reference" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"', still)[0]
    )
    assert x1 == x2
    assert y1 - y2 == pytest.approx(1.6 * 150 * np.cos(np.radians(14)), abs=0.2)


def test_a_clip_without_reps_has_a_still_of_one_pose() -> None:
    still = still_of(replace(FITTED, reps=(), rep_metrics=(), rep_looks=()))
    assert len(bones_in(still)) == len(bones_of(BODY_JOINTS))
    assert "at 0.4 s" in still


def test_rep_frames_in_which_nobody_is_seen_are_not_taken_for_the_still() -> None:
    position = FITTED.body.position_m.copy()
    position[FITTED.reps[0].start] = np.nan
    assert len(bones_in(still_of(with_body(position_m=position)))) == 14


def test_the_outline_of_the_shoe_is_wider_outward_than_inward() -> None:
    across = [aside for _, aside in figure.SOLE]
    assert max(across) > -min(across)
