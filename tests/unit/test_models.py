"""The registry: what it says is what lies there, and an altered file is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lookfeel.errors import ConfigError, ModelAltered, ModelMissing
from lookfeel.models import load_model, load_table, models_folder, read_registry
from lookfeel.pose.backend import create_backend
from lookfeel.pose.skeleton import BLAZEPOSE_33


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    shutil.copytree(models_folder(), folder)
    return folder


@pytest.mark.parametrize("name", ["pose_detection", "pose_landmark_full"])
def test_registered_models_have_their_size_and_hash(name: str) -> None:
    model = load_model(name)
    assert len(model.data) == model.entry.size_bytes
    assert model.entry.licence == "Apache-2.0"


def test_registered_tables_have_their_size_and_hash() -> None:
    names = list(read_registry().tables)
    assert "landmark_offsets" in names
    for name in names:
        table = load_table(name)
        assert len(table.data) == table.entry.size_bytes
        assert table.entry.licence == "Apache-2.0"


def test_a_table_is_verified_like_a_network(copied: Path) -> None:
    path = copied / "landmark_offsets.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ModelAltered, match=r"landmark_offsets\.json has sha256"):
        load_table("landmark_offsets", copied)
    path.unlink()
    with pytest.raises(ModelMissing) as caught:
        load_table("landmark_offsets", copied)
    assert "scripts/train_landmark_offsets.py" in caught.value.hint
    with pytest.raises(ModelMissing, match="no table 'pose_detection'"):
        load_table("pose_detection")


def test_keypoints_of_the_registry_are_those_of_the_skeleton() -> None:
    entry = read_registry().models["pose_landmark_full"]
    assert tuple(entry.keypoints[:33]) == BLAZEPOSE_33.keypoints
    assert entry.outputs["landmarks"] == [1, 5 * len(entry.keypoints)]


def test_one_altered_byte_is_refused_before_a_session_is_made(copied: Path) -> None:
    path = copied / "pose_landmark_full.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelAltered, match=r"pose_landmark_full\.onnx has sha256") as caught:
        create_backend("blazepose", models=copied)
    assert "Reinstall" in caught.value.hint


def test_missing_weights_say_how_to_build_them(copied: Path) -> None:
    (copied / "pose_detection.onnx").unlink()
    with pytest.raises(ModelMissing) as caught:
        load_model("pose_detection", copied)
    assert "scripts/convert_blazepose.py" in caught.value.hint


def test_missing_registry_and_unknown_model(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"registry\.toml"):
        read_registry(tmp_path)
    with pytest.raises(ModelMissing, match="no model 'pose_heavy'"):
        load_model("pose_heavy")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema_version = 2", "schema_version = 2\nmirror = true"),
        ("schema_version = 2", "schema_version = 1"),
        ("input_px = 224", "input_px = '224'"),
        ('file = "pose_detection.onnx"', 'file = "../pose_detection.onnx"'),
        ('file = "landmark_offsets.json"', 'file = "/landmark_offsets.json"'),
        ('maker = "scripts', 'input_px = 1\nmaker = "scripts'),
        ("schema_version = 2", "schema_version ="),
    ],
)
def test_registry_is_strict(copied: Path, old: str, new: str) -> None:
    path = copied / "registry.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError):
        read_registry(copied)
