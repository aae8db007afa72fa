"""The parts that need no server: answers, preferences, the replay, kept landmarks, strings, playable copies."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import report_factory

from lookfeel.errors import InvalidValue
from lookfeel.ingest import Limits, open_video
from lookfeel.kept.judgement import dump_judgement, judgement_of, parse_judgement
from lookfeel.kept.watched import Watched, load_watched, save_watched
from lookfeel.report import report_document
from lookfeel.types import DecodeSummary, PictureMotion, PoseDetections
from lookfeel.web import strings
from lookfeel.web.answers import context_from, feels_from
from lookfeel.web.playable import copying, needs_copy
from lookfeel.web.preferences import Preferences, changed
from lookfeel.web.questions import questions
from lookfeel.web.replay import replay_data
from lookfeel.web.serve import address
from lookfeel.web.settings import Settings, is_loopback
from lookfeel.web.uploads import shown_name

CLIP = Path(__file__).resolve().parents[3] / "sample_videos" / "lunge_front.mp4"


def test_answers_become_options():
    form = {"overall": ["good"], "pain": ["2,5"], "is_unstable": ["no"], "bad_from_rep": ["4"], "where": [" knee "]}
    assert feels_from(form, {}) == {
        "overall": "good",
        "pain": 2.5,
        "is_unstable": False,
        "bad_from_rep": 4,
        "where": "knee",
    }
    assert feels_from({"red_flags": ["swelling", "locking"]}, {}) == {"red_flags": ["swelling", "locking"]}
    assert feels_from({"pain": [""], "where": ["hip"]}, {"pain": 3.0, "overall": "bad"}) == {
        "overall": "bad",
        "where": "hip",
    }


def test_the_training_becomes_options():
    form = {
        "load": ["225"],
        "rep_range": ["6-8"],
        "tempo": ["3-1-X-0"],
        "is_low_bar": ["on"],
        "sessions_per_week": ["3"],
    }
    context = context_from(form, {}, unit="lb")
    assert context.pop("load_kg") == pytest.approx(102.058, abs=1e-3)
    assert context == {"rep_range": [6, 8], "tempo": "3-1-X-0", "is_low_bar": True, "sessions_per_week": 3.0}
    assert context_from({"load": ["100"], "weight_unit": ["kg"]}, {}, unit="lb")["load_kg"] == 100.0
    assert context_from({"load": [""]}, {"load_kg": 80.0}, unit="kg") == {}


@pytest.mark.parametrize(
    "form",
    [{"pain": ["x"]}, {"pain": ["nan"]}, {"bad_from_rep": ["2.5"]}, {"bad_from_rep": ["inf"]}, {"is_unstable": ["ja"]}],
    ids=str,
)
def test_answers_that_make_no_sense_are_named(form):
    with pytest.raises(InvalidValue, match=next(iter(form)).split("_")[0]):
        feels_from(form, {})


def test_every_question_is_an_option():
    for question in questions():
        value = {"choice": question["choices"][:1], "many": question["choices"][:1]}.get(question["kind"])
        value = value or {"flag": ["yes"], "text": ["knee"]}.get(question["kind"], ["3"])
        assert question["id"] in feels_from({question["id"]: list(value)}, {})


def test_preferences_are_kept_in_one_unit():
    kept = changed(
        Preferences(), {"height": "70", "length_unit": "in", "unit": "lb", "load_step": "5", "theme": "dark"}
    )
    assert kept.height_cm == pytest.approx(177.8)
    assert kept.load_step_kg == pytest.approx(2.268, abs=1e-3)
    assert changed(kept, {"height": ""}).height_cm is None
    assert kept.context()["weight_unit"] == "lb"


@pytest.mark.parametrize("field", ["height=3", "height=tall", "theme=pink", "nonsense=1", "strictness=2"])
def test_preferences_that_make_no_sense(field):
    with pytest.raises(InvalidValue):
        changed(Preferences(), dict([field.split("=")]))


def test_the_replay_is_strict_json_with_a_row_a_frame():
    report = report_factory.fitted_squat()
    data = json.loads(json.dumps(replay_data(report, has_proxy=True), allow_nan=False))
    n_frames = len(report.track.time_s)
    assert (
        len(data["time_s"])
        == len(data["xy"])
        == len(data["knee"]["left"])
        == len(data["knee_floor"]["left"])
        == n_frames
    )
    assert all(len(points) == len(data["joints"]) for points in data["xy"])
    assert all(len(series["value"]) == len(series["sd"]) == n_frames for series in data["series"].values())
    assert [rep["index"] for rep in data["reps"]] == [rep.index for rep in report.reps]
    assert data["has_proxy"]
    assert max(max(bone) for bone in data["bones"]) < len(data["joints"])


def test_the_replay_shows_fitted_joints_where_they_are_and_landmarks_elsewhere():
    report = report_factory.fitted_squat()
    position = np.array(report.body.position_m)
    knee = report.body.joints.index("left_knee")
    position[100, knee] = np.nan
    report = replace(report, body=replace(report.body, position_m=position))
    data = replay_data(report, has_proxy=False)
    place = data["joints"].index("left_knee")
    landmark = report.track.in_frame(report.track.xy_px)[:, report.track.skeleton.index("left_knee")]
    fitted = report.track.in_frame(report.body.camera.project(position))[:, knee]
    assert data["xy"][100][place] == pytest.approx(landmark[100], abs=0.051)
    assert data["xy"][101][place] == pytest.approx(fitted[101], abs=0.051)


@pytest.mark.parametrize("report", report_factory.everything().values(), ids=list(report_factory.everything()))
def test_every_report_has_a_replay_and_a_judgement(report):
    json.dumps(replay_data(report, has_proxy=False), allow_nan=False)
    judgement = judgement_of(report, report_document(report))
    assert parse_judgement(json.loads(json.dumps(dump_judgement(judgement)))) == judgement


@pytest.mark.parametrize("kind", ["static", "shaking", "unknown", None])
def test_landmarks_come_back_as_they_were(tmp_path, kind):
    report, rng = report_factory.fitted_squat(), np.random.default_rng(1)
    shape = (5, 2, len(report.track.skeleton.keypoints))
    to_frame = None if kind == "unknown" else np.tile(np.eye(2, 3), (5, 1, 1))
    ratios = (
        {"rms_ratio": None, "largest_ratio": None} if kind == "unknown" else {"rms_ratio": 0.1, "largest_ratio": 0.2}
    )
    motion = None if kind is None else PictureMotion(kind=kind, to_frame=to_frame, seen_ratio=0.5, **ratios)
    detections = PoseDetections(
        skeleton=report.track.skeleton,
        time_s=np.arange(5.0),
        xy_px=np.where(rng.random((*shape, 1)) < 0.2, np.nan, rng.random((*shape, 2))),
        confidence=rng.random(shape),
        world_m=rng.random((*shape, 3)),
        score=rng.random(shape[:2]),
        width_px=10,
        height_px=20,
        backend="blazepose",
        weights_sha256=("a", "b"),
        picture_motion=motion,
    )
    decoded = DecodeSummary(
        n_frames=5, duration_s=5.0, is_partial=False, is_variable_rate=False, median_fps=1.0, warnings=("w",)
    )
    save_watched(Watched(report.video, decoded, detections), tmp_path / "watched.npz")

    back = load_watched(tmp_path / "watched.npz")

    assert (back.info, back.decoded) == (report.video, decoded)
    assert back.detections.skeleton == detections.skeleton
    for name in ("time_s", "xy_px", "confidence", "world_m", "score"):
        np.testing.assert_array_equal(getattr(back.detections, name), getattr(detections, name))
    assert (back.detections.picture_motion is None) == (motion is None)
    if motion is not None:
        assert (back.detections.picture_motion.kind, back.detections.picture_motion.seen_ratio) == (kind, 0.5)


@pytest.mark.parametrize("data", [None, b"", b"nonsense", b"PK\x03\x04 torn"])
def test_landmarks_that_cannot_be_read_are_looked_for_anew(tmp_path, data):
    if data is not None:
        (tmp_path / "watched.npz").write_bytes(data)
    assert load_watched(tmp_path / "watched.npz") is None


def test_a_playable_copy_keeps_the_frames_and_their_times(tmp_path):
    told = []
    with (tmp_path / "copy.mp4").open("w+b", buffering=0) as copy, CLIP.open("rb") as clip:
        copying({"limits": asdict(Limits())})(clip, copy, lambda *word: told.append(word))
    with open_video(CLIP, limits=Limits()) as one, open_video(tmp_path / "copy.mp4", limits=Limits()) as other:
        first, second = [frame.time_s for frame in one], [frame.time_s for frame in other]
        assert other.info.codec == "h264"
    assert len(first) == len(second) == told[-1][1]
    assert max(abs(a - b) for a, b in zip(first, second, strict=True)) < 1e-4


@pytest.mark.parametrize(
    ("codec", "bit_depth", "container", "is_needed"),
    [("h264", 8, "mov", False), ("h264", 10, "mov", True), ("hevc", 8, "mov", True), ("vp9", 8, "webm", False)],
)
def test_what_needs_a_copy(codec, bit_depth, container, is_needed):
    video = report_document(report_factory.fitted_squat()).video
    changes = {"codec": codec, "bit_depth": bit_depth, "container": container}
    assert needs_copy(video.model_copy(update=changes)) is is_needed


def test_names_are_shown_safely():
    assert shown_name("../../a\0b\n.mp4") == "ab.mp4"
    assert shown_name("C:\\x\\squat.mov") == "squat.mov"
    assert shown_name("\u202e\0") == "video"
    assert len(shown_name("x" * 999)) == 255


def test_strings_fall_back_to_the_default_language(tmp_path, monkeypatch):
    (tmp_path / "en.toml").write_text('[home]\nhello = "Hello {name}"\nonly = "here"\n')
    (tmp_path / "errors.en.toml").write_text('[error]\ntitle = "Oh"\n')
    (tmp_path / "de.toml").write_text('[home]\nhello = "Hallo {name}"\n')
    monkeypatch.setattr(strings, "FOLDER", tmp_path)
    strings.catalogue.cache_clear()
    t = strings.translator("de")
    assert [t("home.hello", name="Ann"), t("home.only"), t("error.title"), t("no.such")] == [
        "Hallo Ann",
        "here",
        "Oh",
        "no.such",
    ]
    assert strings.languages() == ("en", "de")
    strings.catalogue.cache_clear()


def test_which_addresses_are_our_own(tmp_path):
    assert all(is_loopback(host) for host in ("localhost", "127.0.0.1", "127.8.8.8", "::1", "[::1]"))
    assert not any(
        is_loopback(host) for host in ("0.0.0.0", "192.168.0.2", "evil.example", "", "127.0.0.1.evil.example")
    )
    assert address(Settings(data=tmp_path, host="::1", port=1)) == "http://[::1]:1/"
    assert "0.0.0.0" not in address(Settings(data=tmp_path, host="0.0.0.0"))
