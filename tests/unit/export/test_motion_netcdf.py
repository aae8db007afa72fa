"""motion.nc: what is written comes back, other readers open it, and damage is told."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import report_factory
import xarray as xr

from lookfeel.errors import FileMissing, InvalidValue
from lookfeel.export import Motion, motion_of, read_motion, write_motion
from lookfeel.export.netcdf import ATTRIBUTES, POINT_DIMS, VARIABLES
from lookfeel.measures import SIGNALS
from lookfeel.types import PictureMotion, SetReport

ALL = report_factory.everything()


def seen_squat() -> SetReport:
    """A fitted squat whose raw points jitter around the cleaned ones, with nobody found in three frames, and a second
    of which was filled."""
    base = report_factory.fitted_squat()
    track = base.track
    raw = np.array(track.xy_px) + 3.0 * np.sin(np.arange(len(track.time_s)))[:, None, None]
    raw[200:203] = np.nan
    confidence = np.where(np.isfinite(raw[..., 0]), 0.8, np.nan)
    was_filled = np.array(track.was_filled)
    was_filled[200:203] = True
    return replace(base, track=replace(track, raw_px=raw, raw_confidence=confidence, was_filled=was_filled))


@pytest.fixture
def motion() -> Motion:
    return motion_of(seen_squat())


def same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray):
        return np.allclose(one, other, rtol=1e-6, atol=1e-6, equal_nan=True)
    if hasattr(one, "items"):
        return list(one) == list(other) and all(same(value, other[key]) for key, value in one.items())
    return one == other


@pytest.mark.parametrize("name", ALL)
def test_what_is_written_comes_back(tmp_path: Path, name: str) -> None:
    before = motion_of(ALL[name])
    after = read_motion(write_motion(before, tmp_path / "motion.nc"))

    assert [f.name for f in fields(Motion) if not same(getattr(before, f.name), getattr(after, f.name))] == []
    assert np.array_equal(before.time_s, after.time_s)
    assert [entry.name for entry in tmp_path.iterdir()] == ["motion.nc"]


def test_raw_and_cleaned_points_are_both_there_and_what_was_not_seen_is_nan(motion: Motion, tmp_path: Path) -> None:
    data = xr.load_dataset(write_motion(motion, tmp_path / "motion.nc"))

    raw, cleaned = data.position_raw.isel(time=201), data.position.isel(time=201)
    assert np.isnan(raw).all()
    assert np.isnan(data.confidence_raw.isel(time=201)).all()
    assert np.isfinite(cleaned).all()
    assert data.was_filled.isel(time=201).all()
    assert not data.was_filled.isel(time=100).any()
    point = data.position_raw.sel(keypoints="left_knee", individuals="athlete", space="y").isel(time=100)
    assert float(point) == pytest.approx(motion.raw_px[100, motion.keypoints.index("left_knee"), 1], rel=1e-6)


@pytest.mark.parametrize("points", ["both", "filtered", "raw", "joints"])
def test_the_root_is_a_poses_dataset_of_movement(motion: Motion, tmp_path: Path, points: str) -> None:
    """What movement 0.15 asks of one: names and order of dimensions and variables, attributes, coordinates."""
    data = xr.load_dataset(write_motion(motion, tmp_path / "clip.nc", points=points))

    assert data.position.dims == ("time", "space", "keypoints", "individuals") == POINT_DIMS
    assert data.confidence.dims == ("time", "keypoints", "individuals")
    assert data.space.values.tolist() == ["x", "y", "z"][: 3 if points == "joints" else 2]
    assert data.keypoints.values.tolist() == list(motion.joints if points == "joints" else motion.keypoints)
    assert (data.attrs["ds_type"], data.attrs["time_unit"]) == ("poses", "seconds")
    assert (data.attrs["source_software"], data.attrs["fps"]) == ("lookfeel", motion.fps)
    assert np.array_equal(data.time, motion.time_s)
    assert data.time.dtype == np.float64
    wanted = {"raw": motion.raw_px, "joints": motion.joints_m}.get(points, motion.filtered_px)
    np.testing.assert_allclose(data.position[..., 0].transpose("time", "keypoints", "space"), wanted, rtol=1e-6)
    assert ("position_raw" in data) == (points == "both")


def test_groups_open_together_and_alone(motion: Motion, tmp_path: Path) -> None:
    path = write_motion(motion, tmp_path / "motion.nc")

    tree = xr.open_datatree(path)
    assert set(tree.children) == {"body", "signals", "reps"}
    body = xr.load_dataset(path, group="body")
    np.testing.assert_allclose(
        body.position.sel(joints="left_knee", axes="z"), motion.joint("left_knee")[:, 2], rtol=1e-6
    )
    np.testing.assert_allclose(body.position_sd.isel(time=300, joints=0), [0.02, 0.03, 0.01], rtol=1e-6)
    assert body.position.attrs["units"] == "m"
    reps = xr.load_dataset(path, group="reps").to_dataframe()
    assert reps["bottom"].tolist() == [rep.bottom for rep in motion.reps]
    assert reps["top_pause_s"].isna().tolist() == [rep.top_pause_s is None for rep in motion.reps]
    tree.close()


def test_signals_have_units_meanings_and_sds(motion: Motion, tmp_path: Path) -> None:
    data = xr.load_dataset(write_motion(motion, tmp_path / "motion.nc"), group="signals")

    for name in motion.signals:
        assert data[name].attrs["units"] == "deg" if name.endswith("_deg") else data[name].attrs["units"]
        assert data[name].attrs["long_name"] == SIGNALS[name]
        assert data[name].attrs["ancillary_variables"] == f"{name}_sd"
        np.testing.assert_allclose(data[f"{name}_sd"], motion.signals_sd[name], rtol=1e-6)


@pytest.mark.parametrize("points", ["both", "joints"])
def test_no_variable_and_no_attribute_without_a_meaning(motion: Motion, tmp_path: Path, points: str) -> None:
    groups = xr.open_groups(write_motion(motion, tmp_path / "clip.nc", points=points))

    written = {f"{group}/{name}".lstrip("/"): v for group, data in groups.items() for name, v in data.variables.items()}
    for name, variable in written.items():
        assert name in VARIABLES or name.startswith("signals/")
        assert variable.attrs["long_name"].endswith("."), name
        assert "units" in variable.attrs or variable.dtype.kind in "OTU", name
    assert set(ATTRIBUTES) == set(groups["/"].attrs) | {"second_video_sha256"}
    if points == "both":
        assert set(VARIABLES) == {name for name in written if name in VARIABLES} | {"position_sd"}
    for data in groups.values():
        data.close()


def test_hashes_of_clip_networks_rubric_and_code(motion: Motion, tmp_path: Path) -> None:
    attributes = xr.load_dataset(write_motion(motion, tmp_path / "motion.nc")).attrs

    assert attributes["video_sha256"] == "ab" * 32
    assert attributes["weights_sha256"] == f"{'cd' * 32},{'ef' * 32}"
    assert attributes["rubric_sha256"] == "12" * 32
    assert {"code_sha256", "matrix_sha256", "library_sha256", "lookfeel_version"} <= set(attributes)
    assert motion_of(ALL["two_views"]).provenance["second_video_sha256"] == "ef" * 32


WRITE = """
import sys
sys.path[:0] = {paths!r}
from test_motion_netcdf import seen_squat
from lookfeel.export import motion_of, write_motion
write_motion(motion_of(seen_squat()), sys.argv[1])
"""


def test_two_processes_write_the_same_bytes(motion: Motion, tmp_path: Path) -> None:
    code = WRITE.format(paths=[str(Path(__file__).parent), *sys.path])
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there.nc")], check=True)

    here = write_motion(motion, tmp_path / "here.nc")

    assert here.read_bytes() == (tmp_path / "there.nc").read_bytes()
    assert here.stat().st_size < 1_000_000


def test_cleaned_points_are_those_of_the_frames_of_a_phone_that_moves() -> None:
    base = report_factory.fitted_squat()
    shift = np.tile(np.array([[1.0, 0.0, 40.0], [0.0, 1.0, -7.0]]), (len(base.track.time_s), 1, 1))
    moved = PictureMotion(kind="moving", to_frame=shift, rms_ratio=0.1, largest_ratio=0.2, seen_ratio=1.0)

    motion = motion_of(replace(base, track=replace(base.track, picture_motion=moved)))

    np.testing.assert_allclose(motion.filtered_px[300], base.track.xy_px[300] + [40.0, -7.0])


def test_a_track_without_raw_points_has_none() -> None:
    motion = motion_of(ALL["front_squat"])

    assert np.isnan(motion.raw_px).all()
    assert np.isnan(motion.raw_confidence).all()


def test_it_is_frozen_checked_and_goes_to_another_process(motion: Motion) -> None:
    again = pickle.loads(pickle.dumps(motion))

    assert not again.joints_m.flags.writeable
    assert again.reps == motion.reps
    with pytest.raises(ValueError, match="raw_px"):
        replace(motion, raw_px=motion.raw_px[:-1])
    with pytest.raises(ValueError, match="needs its SD"):
        replace(motion, signals_sd={})
    with pytest.raises(KeyError):
        motion.joint("elbow")


def test_a_file_with_some_of_the_points_is_not_read_back(motion: Motion, tmp_path: Path) -> None:
    path = write_motion(motion, tmp_path / "raw.nc", points="raw")

    with pytest.raises(InvalidValue, match="'raw'") as caught:
        read_motion(path)

    assert "lookfeel analyze" in caught.value.hint


def test_what_is_not_there_or_no_such_file_is_told(motion: Motion, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_motion(tmp_path / "none.nc")
    with pytest.raises(FileMissing):
        read_motion(tmp_path)
    whole = write_motion(motion, tmp_path / "motion.nc").read_bytes()
    for damaged in (
        b"",
        b"no netCDF",
        whole[:1000],
        whole[: len(whole) // 2],
        whole[:512] + b"\0" * (len(whole) - 512),
    ):
        (tmp_path / "damaged.nc").write_bytes(damaged)
        with pytest.raises(InvalidValue):
            read_motion(tmp_path / "damaged.nc")
    xr.Dataset({"x": ("t", [1.0])}).to_netcdf(tmp_path / "other.nc", engine="h5netcdf")
    with pytest.raises(InvalidValue):
        read_motion(tmp_path / "other.nc")
