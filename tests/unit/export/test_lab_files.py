"""Marker, angle and .c3d files of a Motion: what is in them, read back by our own and by others' readers."""

from __future__ import annotations

import hashlib

import ezc3d
import numpy as np
import pytest

from lookfeel.errors import InvalidValue, StoreError
from lookfeel.export import (
    COORDINATES,
    Motion,
    coordinates_of,
    even_motion,
    marker_name,
    read_mot,
    read_trc,
    write_c3d,
    write_mot,
    write_trc,
)
from lookfeel.export import c3d as c3d_room
from lookfeel.types import BODY_JOINTS, Rep

WRITERS = pytest.mark.parametrize(
    ("write", "name"), [(write_trc, "a.trc"), (write_mot, "a.mot"), (write_c3d, "a.c3d")], ids=["trc", "mot", "c3d"]
)
STANDING = {"shoulder": (0.02, 0.18, 1.38), "hip": (0.0, 0.09, 0.92), "knee": (0.03, 0.11, 0.50)} | {
    "ankle": (0.0, 0.12, 0.09),
    "heel": (-0.05, 0.12, 0.01),
    "toe": (0.20, 0.15, 0.01),
}
SINKS = {"shoulder": 0.45, "hip": 0.45, "knee": 0.12}  # metres at the bottom, of the squat below


def squat(time_s: np.ndarray, *, period_s: float = 2.0) -> np.ndarray:
    """(T, 12, 3) of somebody who squats, one repetition a period; smooth, so that any moment can be asked for."""
    depth = 0.5 - 0.5 * np.cos(2.0 * np.pi * time_s / period_s)
    places = np.empty((len(time_s), len(BODY_JOINTS), 3))
    for at, joint in enumerate(BODY_JOINTS):
        side, part = joint.split("_")
        x, y, z = STANDING[part]
        places[:, at] = (x, y if side == "left" else -y, z)
        places[:, at, 2] -= SINKS.get(part, 0.0) * depth
        places[:, at, 0] += {"hip": -0.2, "knee": 0.15}.get(part, 0.0) * depth
    return places


def rep(*, index: int = 1, side: str = "right", scale: float = 1.0, is_partial: bool = False) -> Rep:
    return Rep(
        index=0 if is_partial else index,
        start=0,
        bottom_start=30,
        bottom=30,
        ascent_start=31,
        end=60,
        start_s=0.25 * scale,
        bottom_s=1.0 * scale,
        end_s=1.75 * scale,
        side=side,  # type: ignore[arg-type]
        is_partial=is_partial,
        partial_reason="the clip ends in it" if is_partial else None,
        eccentric_s=0.75,
        bottom_pause_s=0.0,
        concentric_s=0.75,
        top_pause_s=None,
        confidence=1.0,
    )


def motion(
    time_s: np.ndarray | None = None, *, slowmo: float = 1.0, joints_m: np.ndarray | None = None, **other: object
) -> Motion:
    """Two seconds of squatting at 30 frames a second of movement, unless told otherwise."""
    time_s = slowmo * np.arange(61) / 30.0 if time_s is None else time_s
    joints_m = squat(time_s / slowmo) if joints_m is None else joints_m
    n_frames = len(time_s)
    values = {
        "name": "squat\t1.mp4",
        "video_sha256": "ab" * 32,
        "time_s": time_s,
        "slowmo_factor": slowmo,
        "fps": 30.0,
        "width_px": 720,
        "height_px": 1280,
        "keypoints": ("nose",),
        "edges": (),
        "raw_px": np.zeros((n_frames, 1, 2)),
        "raw_confidence": np.ones((n_frames, 1)),
        "filtered_px": np.zeros((n_frames, 1, 2)),
        "confidence": np.ones((n_frames, 1)),
        "was_filled": np.zeros((n_frames, 1), dtype=bool),
        "joints": BODY_JOINTS,
        "joints_m": joints_m,
        "joints_sd_m": np.full(joints_m.shape, 0.02),
        "signals": {},
        "signals_sd": {},
        "reps": (rep(scale=slowmo),),
        "is_metric": True,
        "method": "fit",
        "provenance": {"lookfeel_version": "1.2.3", "weights_sha256": ",".join(["cd" * 32] * 4)},
    }
    return Motion(**(values | other))  # type: ignore[arg-type]


def jittered(seed: int = 1) -> np.ndarray:
    """Times of a phone whose frames come up to 4 ms early or late."""
    return np.arange(91) / 30.0 + np.random.default_rng(seed).uniform(-0.004, 0.004, 91)


def parameter(file: ezc3d.c3d, group: str, name: str) -> list:
    return list(file["parameters"][group][name]["value"])


class TestEvenTimes:
    def test_even_frames_keep_their_values(self):
        even = even_motion(motion())

        assert (even.rate_hz, even.n_resampled, len(even.time_s)) == (30.0, 0, 61)
        np.testing.assert_allclose(even.joints_m, motion().joints_m, atol=1e-12)

    def test_uneven_frames_are_put_on_even_moments_where_the_body_really_was(self):
        time_s = jittered()

        even = even_motion(motion(time_s))

        assert np.ptp(np.diff(even.time_s)) < 1e-9
        assert even.n_resampled > 0.8 * len(even.time_s)
        np.testing.assert_allclose(even.joints_m, squat(even.time_s), atol=2e-5)

    def test_a_clock_of_thousandths_gives_the_rate_its_name(self):
        time_s = np.round(np.arange(61) * 1001 / 30000, 6)

        assert even_motion(motion(time_s)).rate_hz == pytest.approx(29.970, abs=1e-9)

    def test_nothing_is_made_up_where_a_joint_is_unknown(self):
        joints_m = squat(jittered()).copy()
        joints_m[30:35, 3] = np.nan

        even = even_motion(motion(jittered(), joints_m=joints_m))

        inside = (even.time_s > jittered()[29] + 1e-3) & (even.time_s < jittered()[35] - 1e-3)
        assert np.isnan(even.joints_m[inside, 3]).all()
        assert np.isnan(even.joints_sd_m[inside, 3]).all()
        assert np.isfinite(even.joints_m[inside][:, :3]).all()
        assert np.isfinite(even.joints_m[~inside, 3]).sum() >= 3 * ((~inside).sum() - 2)

    @pytest.mark.parametrize(("n_lost", "is_bridged"), [(1, True), (2, True), (3, False), (20, False)])
    def test_frames_that_the_phone_dropped_are_bridged_only_for_a_tenth_of_a_second(self, n_lost, is_bridged):
        time_s = np.delete(np.arange(91) / 30.0, np.arange(40, 40 + n_lost))

        even = even_motion(motion(time_s))

        assert len(even.time_s) == 91
        assert even.n_resampled == n_lost
        assert np.isfinite(even.joints_m[40 : 40 + n_lost]).all() == is_bridged
        np.testing.assert_allclose(even.joints_m[np.r_[:40, 40 + n_lost : 91]], squat(time_s), atol=1e-9)

    def test_a_rare_frame_is_no_gap(self):
        time_s = np.arange(20) / 5.0

        assert np.isfinite(even_motion(motion(time_s)).joints_m).all()

    def test_one_frame_between_gaps_keeps_its_place(self):
        joints_m = np.full((61, 12, 3), np.nan)
        joints_m[20] = squat(np.array([0.4]))[0]

        even = even_motion(motion(joints_m=joints_m))

        np.testing.assert_array_equal(even.joints_m[20], joints_m[20])
        assert np.isnan(np.delete(even.joints_m, 20, axis=0)).all()

    def test_slow_motion_is_undone(self):
        even, real = even_motion(motion(slowmo=8.0)), even_motion(motion())

        assert even.rate_hz == 30.0
        np.testing.assert_allclose(even.time_s, real.time_s)
        np.testing.assert_allclose(even.joints_m, real.joints_m, atol=1e-12)

    @WRITERS
    @pytest.mark.parametrize(
        "empty",
        [motion(joints_m=np.full((61, 12, 3), np.nan)), motion(np.array([0.0]))],
        ids=["no joint", "one frame"],
    )
    def test_a_motion_without_a_body_is_refused_and_no_file_is_left(self, tmp_path, write, name, empty):
        with pytest.raises(InvalidValue, match="no body in metres") as caught:
            write(empty, tmp_path / name)

        assert "netcdf" in caught.value.hint
        assert list(tmp_path.iterdir()) == []


class TestMarkers:
    def test_places_come_back_in_the_axes_of_opensim(self, tmp_path):
        back = read_trc(write_trc(motion(), tmp_path / "a.trc"))

        at = motion().joint("left_toe")
        assert back.rate_hz == 30.0
        np.testing.assert_allclose(back.time_s, motion().time_s, atol=1e-6)
        np.testing.assert_allclose(back.marker("LBigToe"), np.stack([at[:, 0], at[:, 2], -at[:, 1]], axis=1), atol=1e-6)

    def test_the_header_is_that_of_opensim_and_tells_where_it_comes_from(self, tmp_path):
        lines = write_trc(motion(jittered()), tmp_path / "my squat.trc").read_text().split("\n")

        assert lines[0].startswith("PathFileType\t4\t(X/Y/Z)\tmy squat.trc\t")
        assert {"lookfeel_version=1.2.3", "video=squat 1.mp4", "is_metric=yes"} <= set(lines[0].split("\t"))
        assert f"resampled_frames={even_motion(motion(jittered())).n_resampled}" in lines[0]
        keys = "DataRate CameraRate NumFrames NumMarkers Units OrigDataRate OrigDataStartFrame OrigNumFrames"
        assert lines[1].split("\t") == keys.split()
        assert lines[2].split("\t")[3:5] == ["12", "m"]
        assert lines[3].startswith("Frame#\tTime\tLShoulder\t\t\tLHip\t\t\t")
        assert lines[4].startswith("\t\tX1\tY1\tZ1\tX2")
        assert (lines[5], lines[6].split("\t")[0]) == ("", "1")

    def test_names_are_those_of_opencap_and_pose2sim(self):
        assert [marker_name(joint) for joint in BODY_JOINTS[6:]] == [
            "RShoulder",
            "RHip",
            "RKnee",
            "RAnkle",
            "RHeel",
            "RBigToe",
        ]

    def test_an_unknown_joint_is_a_missing_marker(self, tmp_path):
        joints_m = squat(np.arange(61) / 30.0).copy()
        joints_m[10:20, -1] = np.nan

        path = write_trc(motion(joints_m=joints_m), tmp_path / "a.trc")

        assert path.read_text().split("\n")[6 + 12].endswith("\tNaN\tNaN\tNaN")
        np.testing.assert_array_equal(
            np.isnan(read_trc(path).marker("RBigToe")).all(axis=1), np.isnan(joints_m[:, -1, 0])
        )


class TestAngles:
    def test_columns_come_back_in_degrees(self, tmp_path):
        back = read_mot(write_mot(motion(), tmp_path / "a.mot"))

        expected = coordinates_of(even_motion(motion()).by_joint())
        assert (back.columns, back.is_in_degrees) == (tuple(COORDINATES), True)
        for name, values in expected.items():
            np.testing.assert_allclose(back.column(name), values, atol=1e-6, err_msg=name)
        assert back.column("knee_angle_r").max() > 80.0

    def test_the_header_tells_where_it_comes_from(self, tmp_path):
        text = write_mot(motion(), tmp_path / "a.mot").read_text()

        head = text.split("endheader")[0].split("\n")
        assert head[:5] == ["Coordinates", "version=1", "nRows=61", f"nColumns={len(COORDINATES) + 1}", "inDegrees=yes"]
        assert {"lookfeel_version=1.2.3", "columns_left_out=none", "moments_left_out=0"} <= set(head)

    def test_no_nan_is_written(self, tmp_path):
        joints_m = squat(np.arange(61) / 30.0).copy()
        joints_m[:3] = np.nan  # nothing known: the moments go
        joints_m[5:, BODY_JOINTS.index("left_toe")] = np.nan  # hardly ever known: its column goes

        path = write_mot(motion(joints_m=joints_m), tmp_path / "a.mot")

        back = read_mot(path)
        assert np.isfinite(back.values).all()
        assert set(COORDINATES) - set(back.columns) == {"ankle_angle_l"}
        assert len(back.time_s) == 58
        assert {"columns_left_out=ankle_angle_l", "moments_left_out=3"} <= set(path.read_text().split("\n"))

    def test_a_body_too_little_seen_for_any_angle_is_refused(self, tmp_path):
        joints_m = np.full((61, 12, 3), np.nan)
        joints_m[:, 0] = 1.0

        with pytest.raises(InvalidValue, match="too little of the body"):
            write_mot(motion(joints_m=joints_m), tmp_path / "a.mot")


class TestC3d:
    def test_points_are_millimetres_within_the_forms_4_byte_numbers(self, tmp_path):
        file = ezc3d.c3d(str(write_c3d(motion(), tmp_path / "a.c3d")))

        points = file["data"]["points"][:3, : len(BODY_JOINTS)] / 1000.0
        np.testing.assert_allclose(points, motion().joints_m.transpose(2, 1, 0), atol=3e-7)
        assert parameter(file, "POINT", "UNITS") == ["mm"]
        assert parameter(file, "POINT", "RATE") == [30.0]
        assert parameter(file, "POINT", "LABELS")[:2] == ["LShoulder", "LHip"]
        assert parameter(file, "POINT", "DESCRIPTIONS")[1] == "centre of the left hip"
        np.testing.assert_array_equal(file["data"]["meta_points"]["residuals"][0, :12], 35.0)  # 20 mm in each of three

    def test_angles_are_a_type_of_their_own_in_degrees(self, tmp_path):
        file = ezc3d.c3d(str(write_c3d(motion(), tmp_path / "a.c3d")))

        labels = parameter(file, "POINT", "LABELS")
        angles = parameter(file, "POINT", "ANGLES")
        expected = coordinates_of(even_motion(motion()).by_joint())
        assert parameter(file, "POINT", "TYPE_GROUPS") == ["ANGLES"]
        assert parameter(file, "POINT", "ANGLE_UNITS") == ["deg"]
        assert angles == [name for name in COORDINATES if not name.startswith("pelvis_t") or name == "pelvis_tilt"]
        for name in angles:
            x, y, z = file["data"]["points"][:3, labels.index(name)]
            np.testing.assert_allclose(x, expected[name], atol=3e-5)
            assert not y.any()
            assert not z.any()

    def test_what_is_unknown_has_no_value_and_a_residual_of_minus_one(self, tmp_path):
        joints_m = squat(np.arange(61) / 30.0).copy()
        joints_m[10:20, BODY_JOINTS.index("left_knee")] = np.nan

        file = ezc3d.c3d(str(write_c3d(motion(joints_m=joints_m), tmp_path / "a.c3d")))

        labels = parameter(file, "POINT", "LABELS")
        for name in ("LKnee", "knee_angle_l"):
            row = labels.index(name)
            assert np.isnan(file["data"]["points"][:3, row, 10:20]).all()
            assert (file["data"]["meta_points"]["residuals"][0, row, 10:20] == -1).all()
            assert np.isfinite(file["data"]["points"][:3, row, 20:]).all()

    def test_a_spread_beyond_the_byte_is_the_largest(self, tmp_path):
        far = motion(joints_sd_m=np.full((61, 12, 3), 5.0))

        file = ezc3d.c3d(str(write_c3d(far, tmp_path / "a.c3d")))

        assert (file["data"]["meta_points"]["residuals"][0, :12] == 127).all()

    @pytest.mark.parametrize("slowmo", [1.0, 8.0])
    def test_events_are_the_repetitions_moments_in_minutes_and_seconds_of_movement(self, tmp_path, slowmo):
        late = rep(index=2, side="left", scale=slowmo)
        late = Rep(**{name: getattr(late, name) for name in Rep.__slots__} | {"start_s": 61.5 * slowmo})
        reps = (rep(scale=slowmo), late, rep(side="both", scale=slowmo, is_partial=True))

        file = ezc3d.c3d(str(write_c3d(motion(slowmo=slowmo, reps=reps), tmp_path / "a.c3d")))

        labels = ["Rep Start", "Rep Bottom", "Rep End"]
        assert parameter(file, "EVENT", "USED") == [9]
        assert parameter(file, "EVENT", "LABELS") == [*labels, *labels, *(f"Partial {label}" for label in labels)]
        assert parameter(file, "EVENT", "CONTEXTS") == ["Right"] * 3 + ["Left"] * 3 + ["General"] * 3
        assert parameter(file, "EVENT", "DESCRIPTIONS")[::3] == ["rep 1", "rep 2", "partial: the clip ends in it"]
        np.testing.assert_allclose(file["parameters"]["EVENT"]["TIMES"]["value"][0, :4], [0, 0, 0, 1])
        np.testing.assert_allclose(file["parameters"]["EVENT"]["TIMES"]["value"][1, :4], [0.25, 1.0, 1.75, 1.5])

    def test_events_count_from_the_first_frame(self, tmp_path):
        time_s = 0.2 + np.arange(61) / 30.0

        file = ezc3d.c3d(str(write_c3d(motion(time_s), tmp_path / "a.c3d")))

        np.testing.assert_allclose(file["parameters"]["EVENT"]["TIMES"]["value"][1], [0.05, 0.8, 1.55], atol=1e-6)

    def test_a_clip_without_repetitions_has_no_events(self, tmp_path):
        file = ezc3d.c3d(str(write_c3d(motion(reps=()), tmp_path / "a.c3d")))

        assert "EVENT" not in file["parameters"]

    def test_provenance_is_a_group_whose_long_texts_are_in_pieces(self, tmp_path):
        file = ezc3d.c3d(str(write_c3d(motion(), tmp_path / "a.c3d")))

        assert parameter(file, "LOOKFEEL", "LOOKFEEL_VERSION") == ["1.2.3"]
        assert parameter(file, "LOOKFEEL", "RESAMPLED_FRAMES") == ["0"]
        assert "".join(parameter(file, "LOOKFEEL", "WEIGHTS_SHA256")) == motion().provenance["weights_sha256"]

    def test_more_frames_than_the_form_can_count_are_refused(self, tmp_path):
        with pytest.raises(InvalidValue, match="65536 frames"):
            write_c3d(motion(np.arange(65_536) / 240.0), tmp_path / "a.c3d")

    def test_a_full_temporary_folder_is_told_and_leaves_no_file(self, tmp_path, monkeypatch):
        whole = c3d_room.Path.read_bytes
        monkeypatch.setattr(c3d_room.Path, "read_bytes", lambda path: whole(path)[:-700])

        with pytest.raises(StoreError, match="temporary folder"):
            write_c3d(motion(), tmp_path / "a.c3d")

        assert list(tmp_path.iterdir()) == []


class TestEveryFile:
    @WRITERS
    def test_the_same_motion_gives_the_same_bytes(self, tmp_path, write, name):
        hashes = {
            hashlib.sha256(write(motion(jittered()), tmp_path / str(i) / name).read_bytes()).hexdigest()
            for i in range(3)
            if (tmp_path / str(i)).mkdir() is None
        }

        assert len(hashes) == 1

    @WRITERS
    def test_a_folder_that_is_not_there_is_told(self, tmp_path, write, name):
        with pytest.raises(StoreError):
            write(motion(), tmp_path / "nowhere" / name)

    @WRITERS
    def test_another_ending_and_an_existing_file_are_fine(self, tmp_path, write, name):
        path = tmp_path / "squat.anything"
        path.write_bytes(b"old")

        assert write(motion(), path) == path

        assert len(path.read_bytes()) > 1000
        assert list(tmp_path.iterdir()) == [path]


class TestOthersReaders:
    """Not dependencies: these run where somebody installed them. See benchmarks/exports.py."""

    def test_opensim(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)  # it leaves a log where it is
        opensim = pytest.importorskip("opensim")
        joints_m = squat(np.arange(61) / 30.0).copy()
        joints_m[10:20, -1] = np.nan
        gappy = motion(joints_m=joints_m)

        markers = opensim.TimeSeriesTableVec3(str(write_trc(gappy, tmp_path / "a.trc")))
        angles = opensim.Storage(str(write_mot(gappy, tmp_path / "a.mot")))

        assert markers.getNumRows() == 61
        assert np.isnan(markers.getRowAtIndex(12)[11][0])
        assert markers.getRowAtIndex(30)[1][1] == pytest.approx(gappy.joint("left_hip")[30, 2], abs=1e-6)
        assert angles.isInDegrees()
        assert angles.getSize() == len(read_mot(tmp_path / "a.mot").time_s)

    def test_trc_data_reader(self, tmp_path):
        trc = pytest.importorskip("trc")
        data = trc.TRCData()

        data.load(str(write_trc(motion(), tmp_path / "a.trc")))

        assert (data["NumFrames"], data["Units"]) == (61, "m")
        assert data["LHip"][30][1] == pytest.approx(motion().joint("left_hip")[30, 2], abs=1e-6)

    def test_pyomeca(self, tmp_path):
        pyomeca = pytest.importorskip("pyomeca")
        tabs = {"pandas_kwargs": {"sep": "\t"}}

        markers = pyomeca.Markers.from_trc(write_trc(motion(), tmp_path / "a.trc"), **tabs)
        angles = pyomeca.Analogs.from_mot(write_mot(motion(), tmp_path / "a.mot"), **tabs)

        assert list(markers.channel.values) == [marker_name(joint) for joint in BODY_JOINTS]
        np.testing.assert_allclose(markers.sel(channel="LHip").values[1], motion().joint("left_hip")[:, 2], atol=1e-6)
        np.testing.assert_allclose(
            angles.sel(channel="knee_angle_r").values, read_mot(tmp_path / "a.mot").column("knee_angle_r"), atol=1e-6
        )

    def test_c3d(self, tmp_path):
        c3d = pytest.importorskip("c3d")

        with write_c3d(motion(), tmp_path / "a.c3d").open("rb") as stream:
            reader = c3d.Reader(stream)
            frames = [points for _, points, _ in reader.read_frames()]

        assert [label.strip() for label in reader.point_labels][:2] == ["LShoulder", "LHip"]
        np.testing.assert_allclose(frames[30][1, :3] / 1000.0, motion().joint("left_hip")[30], atol=3e-7)
