"""Where the network marks beside the joints: mirrored, bounded, refused when altered, learnt from made-up errors."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lookfeel.body.offsets import LandmarkOffsets, design, load_offsets, places_of, pose_rad, read_offsets, seen_from
from lookfeel.errors import ConfigError, ModelAltered
from lookfeel.models import load_table, models_folder, read_registry
from lookfeel.types import BODY_JOINTS
from scripts import train_landmark_offsets as training

NETWORK = read_registry().models["pose_landmark_full"].sha256
MIRROR = [
    BODY_JOINTS.index(name.replace("left", "right") if name.startswith("left") else name.replace("right", "left"))
    for name in BODY_JOINTS
]
STANDING = {"shoulder": (0.0, 0.19, 1.4), "hip": (0.0, 0.09, 0.9), "knee": (0.02, 0.1, 0.5), "ankle": (0.0, 0.1, 0.08),
            "heel": (-0.05, 0.1, 0.03), "toe": (0.2, 0.13, 0.02)}  # fmt: skip


def standing(n: int = 1) -> np.ndarray:
    """(n, J, 3) metres."""
    sign = {"left": (1, 1, 1), "right": (1, -1, 1)}
    pose = [np.multiply(STANDING[name.split("_")[1]], sign[name.split("_")[0]]) for name in BODY_JOINTS]
    return np.tile(np.array(pose), (n, 1, 1))


def poses(n: int, seed: int) -> np.ndarray:
    return standing(n) + np.random.default_rng(seed).normal(scale=0.08, size=(n, len(BODY_JOINTS), 3))


def axes(yaw_deg: float, pitch_deg: float = 4.0) -> np.ndarray:
    """Of a level phone that stands at this yaw."""
    yaw, pitch = np.radians([yaw_deg, pitch_deg])
    away = np.array([-np.cos(yaw) * np.cos(pitch), -np.sin(yaw) * np.cos(pitch), -np.sin(pitch)])
    right = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
    return np.stack([right, np.cross(away, right), away])


def offsets() -> LandmarkOffsets:
    found = load_offsets(("0" * 64, NETWORK))
    assert found is not None
    return found


def sample(seed: int, yaw_deg: float, body: str = "a") -> training.Sample:
    n = 60
    return training.Sample(
        name=f"{body}{seed}",
        exercise="squat",
        body=body,
        yaw_deg=yaw_deg,
        error=np.zeros((n, len(BODY_JOINTS), 2)),
        across=np.tile(axes(yaw_deg)[:2], (n, 1, 1)),
        position_m=poses(n, seed),
        axes=axes(yaw_deg),
        generator="",
    )


def test_only_the_networks_that_were_learnt_have_offsets() -> None:
    assert load_offsets(("0" * 64,)) is None
    assert load_offsets(()) is None
    assert load_offsets(("0" * 64, NETWORK)) is not None


@pytest.mark.parametrize("yaw_deg", [0.0, 40.0, -90.0, 150.0, 180.0])
def test_left_and_right_are_mirror_images(yaw_deg: float) -> None:
    flip = np.array([1.0, -1.0, 1.0])
    position = poses(7, 1)
    turned = axes(yaw_deg) * flip
    mirrored = offsets()(position[:, MIRROR] * flip, turned, stature_m=1.7)
    assert mirrored == pytest.approx(offsets()(position, axes(yaw_deg), stature_m=1.7)[:, MIRROR] * flip)


def test_offsets_grow_with_the_athlete_and_leave_other_parts_alone() -> None:
    small, tall = (offsets()(standing(), axes(60.0), stature_m=stature) for stature in (1.5, 1.8))
    assert tall == pytest.approx(1.2 * small)
    told = set(offsets().file.parts)
    for j, name in enumerate(BODY_JOINTS):
        assert np.any(small[0, j] != 0.0) == (name.split("_")[1] in told)
    hips = offsets().only("hip", "knee")(standing(), axes(60.0), stature_m=1.5)
    is_hip = np.array([name.endswith("hip") for name in BODY_JOINTS])
    assert hips == pytest.approx(np.where(is_hip[:, None], small, 0.0))
    assert offsets().of_stature(1.5)(standing(), axes(60.0)) == pytest.approx(small)


def test_no_offset_is_longer_than_the_file_allows() -> None:
    found = offsets()
    huge = {
        part: told.model_copy(
            update={"terms": [term.model_copy(update={"offset": [9.0, -9.0, 9.0]}) for term in told.terms]}
        )
        for part, told in found.file.parts.items()
    }
    wild = replace(found, file=found.file.model_copy(update={"parts": huge}))
    length = np.linalg.norm(wild(poses(50, 2), axes(100.0), stature_m=1.7), axis=-1)
    assert length.max() == pytest.approx(1.7 * found.file.longest_offset)


def test_poses_beyond_the_training_count_as_the_nearest_that_was_seen() -> None:
    position = standing(2)
    _, high = offsets().file.trained_range["trunk_lean"]
    for row, lean in enumerate((high, high + 0.6)):
        for side in ("left", "right"):
            hip = position[row, BODY_JOINTS.index(f"{side}_hip")]
            position[row, BODY_JOINTS.index(f"{side}_shoulder")] = hip + 0.5 * np.array(
                [np.sin(lean), 0.0, np.cos(lean)]
            )
    assert pose_rad(position, "trunk_lean", "left") == pytest.approx([high, high + 0.6])
    found = offsets()(position, axes(45.0), stature_m=1.7)
    assert found[0] == pytest.approx(found[1])


def test_an_unknown_or_impossible_pose_is_not_corrected() -> None:
    position = standing(3)
    position[0, BODY_JOINTS.index("left_toe")] = np.nan
    position[1] = 0.0
    position[2] = np.nan
    found = offsets()(position, axes(90.0), stature_m=1.7)
    assert np.isfinite(found).all()
    assert np.all(found[0, BODY_JOINTS.index("left_heel")] == 0.0)
    assert np.any(found[0, BODY_JOINTS.index("right_heel")] != 0.0)
    assert np.all(found[2, BODY_JOINTS.index("left_hip")] == 0.0)
    down = np.array([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]])
    assert np.isfinite(offsets()(standing(), down, stature_m=1.7)).all()


def test_where_the_phone_stands() -> None:
    assert places_of(axes(90.0)[2], "left") == pytest.approx({"always": 1.0, "near": 1.0, "far": 0.0, "behind": 0.0})
    assert places_of(axes(90.0)[2], "right")["far"] == pytest.approx(1.0)
    names = {
        yaw: (seen_from(axes(yaw)[2], "left"), seen_from(axes(yaw)[2], "right")) for yaw in (0.0, 45.0, -90.0, 135.0)
    }
    assert names == {0.0: ("near", "near"), 45.0: ("near", "far"), -90.0: ("far", "near"), 135.0: ("behind", "behind")}
    sd = offsets().residual_sd_m(axes(90.0), stature_m=1.7)
    assert np.isnan(sd[BODY_JOINTS.index("left_shoulder")])
    assert 0.0 < sd[BODY_JOINTS.index("left_hip")] < sd[BODY_JOINTS.index("right_hip")] < 0.05


def test_an_altered_table_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for name in ("registry.toml", "landmark_offsets.json"):
        shutil.copy(models_folder() / name, folder / name)
    assert load_offsets((NETWORK,), folder) == load_offsets((NETWORK,))
    path = folder / "landmark_offsets.json"
    path.write_bytes(path.read_bytes().replace(b"0.0", b"0.1", 1))
    with pytest.raises(ModelAltered, match=r"landmark_offsets\.json has sha256"):
        load_offsets((NETWORK,), folder)


@pytest.mark.parametrize(
    ("where", "value", "match"),
    [
        (("schema_version",), 2, "schema_version"),
        (("parts", "nose"), None, "no such joint"),
        (("trained_range",), {}, "trained_range"),
        (("parts", "hip", "terms"), [{"place": "above", "pose": "one", "offset": [0.0, 0.0, 0.0]}], "place"),
        (("parts", "hip", "residual_sd"), {"near": 0.01}, "is missing"),
        (("colour",), "blue", "colour"),
    ],
)
def test_a_wrong_table_is_refused(where: tuple[str, ...], value: object, match: str) -> None:
    table = json.loads(load_table("landmark_offsets").data)
    inner = table
    for key in where[:-1]:
        inner = inner[key]
    inner[where[-1]] = table["parts"]["hip"] if value is None else value
    with pytest.raises(ConfigError, match=match):
        read_offsets(json.dumps(table).encode(), origin="table")


def test_training_finds_the_offsets_that_were_put_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "RIDGE_CLIPS", 1e-9)
    samples = [sample(i, yaw) for i, yaw in enumerate(range(-180, 180, 20))]
    ranges = training.trained_ranges(samples)
    rng = np.random.default_rng(3)
    made = {part: rng.normal(scale=0.004, size=(len(training.terms_of(part)), 3)) for part in ("hip", "heel")}
    for clip in samples:
        for part, table in made.items():
            for side, sign in (("left", 1.0), ("right", -1.0)):
                rows = design(clip.position_m, clip.axes, training.terms_of(part), side=side, ranges=ranges)
                offset = rows @ table * (1.0, sign, 1.0)
                seen = np.einsum("mc,mrc->mr", offset, clip.across)
                seen[::7] = np.nan
                clip.error[:, BODY_JOINTS.index(f"{side}_{part}")] = seen
    found = training.train(samples, ranges, ("hip", "heel"))
    for part, table in made.items():
        assert found[part] == pytest.approx(table, abs=1e-5)
    hips = [BODY_JOINTS.index(f"{side}_hip") for side in ("left", "right")]
    left = training.left_over(samples[4], training.model_of(samples, ("hip",)))[:, hips]
    assert np.nanmax(np.abs(left)) < 1e-4


def test_training_is_deterministic_and_writes_what_it_registers(tmp_path: Path) -> None:
    shutil.copy(models_folder() / "registry.toml", tmp_path)
    samples = [
        sample(i, yaw, body) for i, (yaw, body) in enumerate([(0.0, "a"), (90.0, "b"), (-135.0, "a"), (45.0, "b")])
    ]
    for clip in samples:
        clip.error[:] = np.random.default_rng(len(clip.name)).normal(scale=0.01, size=clip.error.shape)
    written = []
    for _ in range(2):
        ranges = training.trained_ranges(samples)
        residual = {"hip": training.residual_sd(training.leave_one_out(samples, lambda s: s.body), "hip")}
        file = training.file_of(training.train(samples, ranges, ("hip",)), ranges, samples, residual)
        training.write(file, tmp_path)
        written.append(load_table("landmark_offsets", tmp_path).data)
        assert len(written[-1]) == read_registry(tmp_path).tables["landmark_offsets"].size_bytes
    assert written[0] == written[1]
    assert read_registry(tmp_path).models == read_registry().models


def test_the_bodies_of_the_test_are_never_learnt_from() -> None:
    learnt = {video.stem for video, body in training.videos_of(training.RENDERED).items() if body}
    assert learnt
    assert not any(name.startswith(("turn_", "place_", "special_")) for name in learnt)
    assert set(offsets().file.trained_on.bodies) == set(training.LEARNT)
