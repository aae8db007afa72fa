"""A SimCC network's file, then pictures and regions enter; the keypoints of the person in each region leave.

SimCC networks such as RTMPose (Jiang 2023, arXiv:2303.07399) answer with two rows of values a keypoint, one along the
width of their input and one along its height (Li 2022, arXiv:2107.03332). Figures are those of mmpose's RTMPose
configurations, unless said otherwise. Weights are the user's: none come with this program.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lookfeel.errors import FileMissing, UnreadableModel
from lookfeel.pose.keypoint_sets import SETS
from lookfeel.pose.region import Region
from lookfeel.pose.session import open_network
from lookfeel.runtime import load_onnxruntime
from lookfeel.types import FloatArray, Skeleton

MEAN_RGB = (123.675, 116.28, 103.53)
SD_RGB = (58.395, 57.12, 57.375)

EXPECTED = (
    "A SimCC network has one float input (1, 3, height, width) and two float outputs, simcc_x (1, keypoints, n x width)"
    " and simcc_y (1, keypoints, n x height), with 17, 23, 26 or 133 keypoints, as mmdeploy exports RTMPose."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """points_px (K, 2) in pixels of the picture that was given; confidence (K,) 0-1."""

    points_px: FloatArray
    confidence: FloatArray


class SimccNetwork:
    """A SimCC network, ready to run.

    Parameters
        weights: the .onnx file. threads: of each run. device: 'cpu' or 'gpu'.
    Raises
        FileMissing: no such file, or it may not be read. UnreadableModel: it is no such network; the message says what
        was found. BackendUnavailable: the device is not there.
    """

    def __init__(self, weights: Path, *, threads: int, device: str = "cpu") -> None:
        data = _bytes_of(weights)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self._session = _open(data, weights.name, threads=threads, device=device)
        self._input, self._width_px, self._height_px = _input_of(self._session, weights.name)
        blank = np.zeros((self._height_px, self._width_px, 3), dtype=np.uint8)
        outputs = self._outputs(blank, weights.name)
        self._names = _axes_of(outputs, self._width_px, self._height_px, weights.name)
        rows = outputs[self._names[0]]
        self.skeleton: Skeleton = SETS[rows.shape[1]]
        self._bins_per_px = rows.shape[2] / self._width_px

    @property
    def aspect(self) -> float:
        """Width over height of the crop that it looks at."""
        return self._width_px / self._height_px

    def locate(self, rgb: NDArray[np.uint8], region: Region) -> Located:
        """Keypoints of the person in a region of a picture (h, w, 3); the crop is upright and as high as the region."""
        to_picture = self._to_picture(region)
        outputs = self._outputs(self._crop(rgb, to_picture), "the network")
        bins, confidence = decode(*(outputs[name][0, : len(self.skeleton.keypoints)] for name in self._names))
        # Bin 0 lies in the middle of the crop's first pixel; our points count from its corner.
        inside = bins / self._bins_per_px + 0.5
        return Located(points_px=inside @ to_picture[:, :2].T + to_picture[:, 2], confidence=confidence)

    def _to_picture(self, region: Region) -> FloatArray:
        """(2, 3) from the crop's pixels to the picture's, both counted from the corner."""
        scale = region.size_px / self._height_px
        centre = np.array([region.center_x_px, region.center_y_px])
        corner = centre - 0.5 * scale * np.array([self._width_px, self._height_px])
        return np.column_stack([scale * np.eye(2), corner])

    def _crop(self, rgb: NDArray[np.uint8], to_picture: FloatArray) -> NDArray[np.uint8]:
        """(height, width, 3); black beyond the picture, as in training."""
        import cv2

        from_middles = to_picture.copy()  # OpenCV counts pixels from their middles
        from_middles[:, 2] += 0.5 * (to_picture[0, 0] - 1.0)
        crop: NDArray[Any] = cv2.warpAffine(
            rgb,
            from_middles,
            (self._width_px, self._height_px),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
        )
        return crop

    def _outputs(self, crop: NDArray[np.uint8], origin: str) -> dict[str, NDArray[np.float32]]:
        names = [output.name for output in self._session.get_outputs()]
        image = normalised(crop).transpose(2, 0, 1)[None]
        try:
            values = self._session.run(names, {self._input: image})
        except _runtime_errors() as error:
            raise UnreadableModel(f"{origin} does not run: {_first_line(error)}", hint=EXPECTED) from error
        return {name: np.asarray(value) for name, value in zip(names, values, strict=True)}


def normalised(crop: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The network's input: each channel less its mean, over its SD, of the pictures that it was trained on."""
    mean, sd = np.array(MEAN_RGB, dtype=np.float32), np.array(SD_RGB, dtype=np.float32)
    return (crop.astype(np.float32) - mean) / sd


def decode(simcc_x: NDArray[np.float32], simcc_y: NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """(K, 2) places in bins, finer than a bin, and (K,) confidence 0-1 from rows (K, n) along width and height.

    Confidence is the lower of the two highest values, as mmpose has it.
    """
    (x, most_x), (y, most_y) = _peaks(simcc_x), _peaks(simcc_y)
    return np.stack([x, y], axis=-1), np.clip(np.minimum(most_x, most_y), 0.0, 1.0)


def _peaks(rows: NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """(K,) place and height of the highest value of each row (K, n).

    The place is the top of the parabola through it and its neighbours: these networks learn to match a bell curve after
    a softmax, so that their answers are parabolas round the keypoint.
    """
    values = rows.astype(np.float64)
    at = np.argmax(values, axis=1)
    inner = np.clip(at, 1, values.shape[1] - 2)
    before, here, after = (np.take_along_axis(values, (inner + step)[:, None], axis=1)[:, 0] for step in (-1, 0, 1))
    bend = before - 2.0 * here + after
    is_top = (at == inner) & (bend < 0.0)
    shift = np.where(is_top, 0.5 * (before - after) / np.where(is_top, bend, 1.0), 0.0)
    return at + shift, values.max(axis=1)


def _bytes_of(weights: Path) -> bytes:
    try:
        return weights.read_bytes()
    except OSError as error:
        raise FileMissing(f"{weights}: cannot be read: {error.strerror or error}") from error


def _open(data: bytes, origin: str, *, threads: int, device: str) -> Any:
    try:
        return open_network(data, threads=threads, device=device)
    except _runtime_errors() as error:
        raise UnreadableModel(f"{origin} is no ONNX network: {_first_line(error)}", hint=EXPECTED) from error


def _runtime_errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises of a network that it cannot read or run; they share no base but Exception."""
    state = load_onnxruntime().capi.onnxruntime_pybind11_state

    names = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NotImplemented", "RuntimeException")
    return tuple(getattr(state, name) for name in names)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]


def _input_of(session: Any, origin: str) -> tuple[str, int, int]:
    """Name, width and height of the one input."""
    inputs = session.get_inputs()
    shape = list(inputs[0].shape) if inputs else []
    is_picture = len(inputs) == 1 and len(shape) == 4 and inputs[0].type == "tensor(float)" and shape[1] == 3
    if is_picture and (shape[0] == 1 or not isinstance(shape[0], int)):
        sides = [side for side in shape[2:] if isinstance(side, int) and side > 1]
        if len(sides) == 2:
            return inputs[0].name, sides[1], sides[0]
    found = ", ".join(f"{one.name} {one.type} {list(one.shape)}" for one in inputs) or "no input"
    raise UnreadableModel(f"{origin} is no SimCC network: its input is {found}", hint=EXPECTED)


def _axes_of(outputs: dict[str, NDArray[np.float32]], width_px: int, height_px: int, origin: str) -> tuple[str, str]:
    """Names of the rows along width and height: by their names or else, where the crop is not square, by length."""
    pairs = [("simcc_x", "simcc_y")] if {"simcc_x", "simcc_y"} == set(outputs) else []
    if len(outputs) == 2 and not pairs and width_px != height_px:
        first, second = outputs
        pairs = [(first, second), (second, first)]
    for x, y in pairs:
        if _are_rows(outputs[x], outputs[y], width_px, height_px):
            return x, y
    found = ", ".join(f"{name} {list(value.shape)}" for name, value in outputs.items()) or "no output"
    raise UnreadableModel(
        f"{origin} is no SimCC network: for an input {width_px} wide and {height_px} high its outputs are {found}",
        hint=EXPECTED,
    )


def _are_rows(x: NDArray[np.float32], y: NDArray[np.float32], width_px: int, height_px: int) -> bool:
    """Whether two outputs fit each other, the input and a known set of keypoints."""
    if x.ndim != 3 or y.ndim != 3 or x.shape[:2] != y.shape[:2] or x.shape[0] != 1 or x.shape[1] not in SETS:
        return False
    bins_per_px = x.shape[2] / width_px
    return bool(bins_per_px >= 1 and y.shape[2] == bins_per_px * height_px)
