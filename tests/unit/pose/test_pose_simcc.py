"""SimCC networks: what is read of a file, where keypoints come out, and what is said of files that are none."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import tiny_simcc
from numpy.typing import NDArray

from lookfeel.errors import BackendUnavailable, FileMissing, InvalidValue, UnreadableModel
from lookfeel.pose import create_backend
from lookfeel.pose.keypoint_sets import COCO_23, SETS
from lookfeel.pose.region import Region, region_around
from lookfeel.pose.rtmpose import RTMPose, _Looking
from lookfeel.pose.session import execution_provider
from lookfeel.pose.simcc import SimccNetwork, decode
from lookfeel.types import BODY_JOINTS

REGION = Region(center_x_px=207.3, center_y_px=151.8, size_px=160.0, rotation_rad=0.4)


def spots(red: tuple[float, float], green: tuple[float, float]) -> NDArray[np.uint8]:
    """(300, 400, 3) black with a soft red and a soft green spot at points counted from the picture's corner."""
    y, x = np.mgrid[0:300, 0:400] + 0.5
    picture = np.zeros((300, 400, 3))
    for channel, (at_x, at_y) in enumerate((red, green)):
        picture[..., channel] = 255 * np.exp(-0.5 * ((x - at_x) ** 2 + (y - at_y) ** 2) / 5.0**2)
    return picture.astype(np.uint8)


@pytest.mark.parametrize("n_keypoints", sorted(SETS))
def test_points_come_back_within_a_pixel_and_colours_in_their_order(tmp_path: Path, n_keypoints: int) -> None:
    network = SimccNetwork(tiny_simcc.save_spots(tmp_path / "n.onnx", n_keypoints=n_keypoints), threads=1)
    red, green = (190.4, 120.7), (230.9, 200.2)
    found = network.locate(spots(red, green), REGION)
    assert len(found.points_px) == len(network.skeleton.keypoints) == min(n_keypoints, 26) - 3 * (n_keypoints == 133)
    np.testing.assert_allclose(found.points_px[::2], np.tile(red, (len(found.points_px[::2]), 1)), atol=1.0)
    np.testing.assert_allclose(found.points_px[1::2], np.tile(green, (len(found.points_px[1::2]), 1)), atol=1.0)
    assert (found.confidence > 0.7).all()


def test_a_shift_of_the_picture_shifts_the_points_by_as_much(tmp_path: Path) -> None:
    network = SimccNetwork(tiny_simcc.save_spots(tmp_path / "n.onnx"), threads=1)
    at = [network.locate(spots((190 + step, 120.0), (230.0, 200.0)), REGION).points_px[0, 0] for step in (0, 2.5)]
    assert at[1] - at[0] == pytest.approx(2.5, abs=0.4)


def test_a_crop_that_lies_partly_outside_is_black_there(tmp_path: Path) -> None:
    network = SimccNetwork(tiny_simcc.save_spots(tmp_path / "n.onnx"), threads=1)
    corner = Region(center_x_px=10.0, center_y_px=20.0, size_px=160.0, rotation_rad=0.0)
    found = network.locate(spots((12.0, 14.0), (30.0, 60.0)), corner)
    np.testing.assert_allclose(found.points_px[:2], [(12.0, 14.0), (30.0, 60.0)], atol=1.0)


def test_the_top_of_a_parabola_is_found_between_bins() -> None:
    bins = np.arange(20.0)
    rows = np.stack([0.8 - 0.01 * (bins - place) ** 2 for place in (7.3, 11.9)]).astype(np.float32)
    places, confidence = decode(rows, rows[::-1])
    np.testing.assert_allclose(places, [(7.3, 11.9), (11.9, 7.3)], atol=1e-3)
    np.testing.assert_allclose(confidence, 0.8, atol=0.01)


def test_confidence_is_the_lower_of_both_and_stays_within_0_and_1() -> None:
    high, low = np.full((1, 8), 3.0, dtype=np.float32), np.full((1, 8), -1.0, dtype=np.float32)
    assert decode(high, low)[1] == 0.0
    assert decode(high, high)[1] == 1.0
    at_the_edge = np.array([[5.0, 1.0, 0.0, 0.0]], dtype=np.float32)
    assert decode(at_the_edge, at_the_edge)[0].tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("n_keypoints", [23, 26, 133])
def test_sets_with_feet_have_every_joint_of_the_body(n_keypoints: int) -> None:
    skeleton = SETS[n_keypoints]
    assert set(BODY_JOINTS) <= set(skeleton.keypoints)
    assert len(set(skeleton.mirrored())) == len(skeleton.keypoints)
    assert SETS[133] is COCO_23


def test_rows_are_told_apart_by_length_where_their_names_say_nothing(tmp_path: Path) -> None:
    shapes = [[1, 17, 128], [1, 17, 96]]
    path = tiny_simcc.save_other(tmp_path / "n.onnx", input_shape=[1, 3, 64, 48], output_shapes=shapes)
    assert SimccNetwork(path, threads=1).skeleton.name == "coco_17"


@pytest.mark.parametrize(
    ("input_shape", "output_shapes", "said"),
    [
        ([1, 64, 48, 3], [[1, 17, 96], [1, 17, 128]], "its input is input tensor(float) [1, 64, 48, 3]"),
        ([2, 3, 64, 48], [[2, 17, 96], [2, 17, 128]], "its input is"),
        ([1, 3, "h", "w"], [[1, 17, 96], [1, 17, 128]], "its input is"),
        ([1, 3, 64, 48], [[1, 21, 96], [1, 21, 128]], "out_0 [1, 21, 96], out_1 [1, 21, 128]"),
        ([1, 3, 64, 48], [[1, 17, 64, 48]], "out_0 [1, 17, 64, 48]"),
        ([1, 3, 64, 48], [[1, 17, 96], [1, 17, 64]], "for an input 48 wide and 64 high"),
        ([1, 3, 64, 64], [[1, 17, 128], [1, 17, 128]], "for an input 64 wide and 64 high"),
    ],
)
def test_another_network_is_refused_with_what_it_is_and_what_is_wanted(
    tmp_path: Path, input_shape: list[int], output_shapes: list[list[int]], said: str
) -> None:
    path = tiny_simcc.save_other(tmp_path / "other.onnx", input_shape=input_shape, output_shapes=output_shapes)
    with pytest.raises(UnreadableModel) as caught:
        SimccNetwork(path, threads=1)
    assert "other.onnx" in caught.value.message
    assert said in caught.value.message
    assert "simcc_x (1, keypoints" in caught.value.hint


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.onnx"
    path.write_bytes(b"not a network")
    with pytest.raises(UnreadableModel, match=r"weights\.onnx is no ONNX network"):
        SimccNetwork(path, threads=1)
    with pytest.raises(FileMissing):
        SimccNetwork(tmp_path / "nothing.onnx", threads=1)


def test_the_backend_says_whose_weights_it_runs(tmp_path: Path) -> None:
    path = tiny_simcc.save_spots(tmp_path / "n.onnx")
    backend = create_backend("rtmpose", weights=path)
    assert isinstance(backend, RTMPose)
    assert backend.weights_sha256[1] == hashlib.sha256(path.read_bytes()).hexdigest()
    backend.close()
    with pytest.raises(InvalidValue, match="needs weights"):
        create_backend("rtmpose")


def test_an_option_that_a_backend_has_not_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"'blazepose'.*weights"):
        create_backend("blazepose", weights=Path("n.onnx"))


def test_the_crop_follows_what_is_seen(tmp_path: Path) -> None:
    """The next crop is laid around the keypoints with the margin that the network was trained with."""
    path = tiny_simcc.save_standing(tmp_path / "n.onnx", SETS[26].keypoints)
    looking = _Looking(SimccNetwork(path, threads=1))
    rgb = np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    seen = looking.locate(rgb, REGION)
    following = region_around(seen.steering_px)
    assert following.rotation_rad == pytest.approx(0.0, abs=1e-9)
    assert (following.center_x_px, following.center_y_px) == pytest.approx((207.3, 151.8), abs=0.5)
    assert following.size_px == pytest.approx(160.0, rel=0.01)
    assert seen.presence == 1.0
    assert looking.locate(np.full_like(rgb, 90), REGION).presence < 0.01


def test_a_card_is_used_only_when_asked_for_and_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert execution_provider("cpu") == "CPUExecutionProvider"
    with pytest.raises(InvalidValue, match="'tpu'"):
        execution_provider("tpu")
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(BackendUnavailable, match="no graphics processor"):
        execution_provider("gpu")
    offered = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: offered)
    assert execution_provider("gpu") == "CUDAExecutionProvider"


def test_a_card_that_does_not_start_is_not_replaced_in_silence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """onnxruntime itself goes on with the CPU when a provider cannot be loaded."""
    path = tiny_simcc.save_spots(tmp_path / "n.onnx")
    offered = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: offered)
    with pytest.warns(UserWarning, match="CUDAExecutionProvider"), pytest.raises(BackendUnavailable, match="start"):
        SimccNetwork(path, threads=1, device="gpu")
