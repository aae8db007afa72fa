"""A pose and where the phone stands enter; how far the network marks each joint from its centre leaves.

A landmark network does not mark joint centres but what looks like them: the hip's landmark slides along the trouser
when the hip folds, that of the far leg toward the body that hides it. This bias is 1-3 cm, hardly differs between
people and limits the fit. It is told by a linear model that `scripts/train_landmark_offsets.py` trained on rendered
athletes and keeps in `models/landmark_offsets.json`; what it was measured to be worth stands in DECISIONS.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lookfeel.errors import ConfigError
from lookfeel.models import load_table
from lookfeel.types import BODY_JOINTS, FloatArray

TABLE = "landmark_offsets"
SIGN: Mapping[str, float] = {"left": 1.0, "right": -1.0}

PlaceName = Literal["always", "near", "far", "behind"]
PoseName = Literal["one", "knee_flexion", "trunk_lean", "foot_pitch"]
SeenFrom = Literal["near", "far", "behind"]

ASIDE = float(np.sin(np.radians(22.5)))
"""A phone further round than 22.5 degrees sees a far side, or a back (chosen by us: halfway from front to oblique)."""

RAD_PER_UNIT: Mapping[PoseName, float] = {
    "knee_flexion": np.radians(100.0),
    "trunk_lean": np.radians(45.0),
    "foot_pitch": np.radians(45.0),
}
"""Size of the pose's terms at the bottom of a repetition, so that one ridge fits all (chosen by us)."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Share = Annotated[float, Field(allow_inf_nan=False)]
Range = Annotated[list[Share], Field(min_length=2, max_length=2)]


class Term(_Strict):
    """One product of place and pose. offset: ahead, outward, up, as shares of the stature."""

    place: PlaceName
    pose: PoseName
    offset: Annotated[list[Share], Field(min_length=3, max_length=3)]


class Part(_Strict):
    """What is known of one landmark and its mirror image. residual_sd: what is left after the correction in each
    direction of the picture, as shares of the stature, by the side from which it is seen."""

    terms: Annotated[list[Term], Field(min_length=1)]
    residual_sd: dict[SeenFrom, Share]


class Training(_Strict):
    """What the coefficients were learnt from. generator: hash of the renderer's sources, of each that made a clip."""

    bodies: list[str]
    n_clips: int
    n_moments: int
    ridge_clips: float
    generator: list[str]


class OffsetsFile(_Strict):
    """models/landmark_offsets.json. network_sha256: of the landmark networks that it holds for. trained_range: radians,
    the poses that were seen. longest_offset: share of the stature that no offset exceeds."""

    schema_version: Literal[1]
    about: str
    licence: Literal["Apache-2.0"]
    network_sha256: Annotated[list[str], Field(min_length=1)]
    longest_offset: Annotated[float, Field(gt=0.0, le=0.1)]
    trained_range: dict[PoseName, Range]
    parts: dict[str, Part]
    trained_on: Training


@dataclass(frozen=True, slots=True, kw_only=True)
class LandmarkOffsets:
    """A model of the offsets, ready to be asked."""

    file: OffsetsFile

    def __call__(self, position_m: FloatArray, axes: FloatArray, *, stature_m: float) -> FloatArray:
        """From each joint's centre to what the network marks.

        Poses beyond those seen in training count as the nearest seen one, and no offset is longer than the file
        allows. Left and right are mirror images.

        Parameters
            position_m (M, J, 3): joint centres in body axes, order of BODY_JOINTS; NaN where unknown.
            axes (3, 3): the picture's right, down and away, in body axes.
        Returns
            (M, J, 3) metres in body axes; zero for joints that the model has not, or whose pose is unknown.
        """
        found = np.zeros(position_m.shape)
        for part, told in self.file.parts.items():
            terms = [(term.place, term.pose) for term in told.terms]
            coefficients = np.array([term.offset for term in told.terms])
            for side, sign in SIGN.items():
                rows = design(position_m, axes, terms, side=side, ranges=self.file.trained_range)
                offset = rows @ coefficients * (1.0, sign, 1.0)
                found[:, BODY_JOINTS.index(f"{side}_{part}")] = _shortened(offset, self.file.longest_offset)
        return found * stature_m

    def of_stature(self, stature_m: float) -> Callable[[FloatArray, FloatArray], FloatArray]:
        """The offsets of one athlete, as `fit_motion` asks for them: of positions and the phone's axes."""
        return partial(self, stature_m=stature_m)

    def only(self, *parts: str) -> LandmarkOffsets:
        """The same model for fewer parts, such as 'hip'; those that it has not stay without."""
        kept = {part: told for part, told in self.file.parts.items() if part in parts}
        return LandmarkOffsets(file=self.file.model_copy(update={"parts": kept}))

    def residual_sd_m(self, axes: FloatArray, *, stature_m: float) -> FloatArray:
        """(J,) metres, in each direction of the picture: what the landmarks of an unknown athlete still lie off after
        the correction, seen from here; NaN for joints that the model has not."""
        found = np.full(len(BODY_JOINTS), np.nan)
        for part, told in self.file.parts.items():
            for side in SIGN:
                found[BODY_JOINTS.index(f"{side}_{part}")] = told.residual_sd[seen_from(axes[2], side)] * stature_m
        return found


def load_offsets(weights_sha256: tuple[str, ...], folder: Path | None = None) -> LandmarkOffsets | None:
    """The model for these networks.

    Parameters
        weights_sha256: of the networks that found the landmarks, see `PoseTrack`.
        folder: where registry.toml and the table lie; found by itself when None.
    Returns
        None when the model was trained for none of these networks.
    Raises
        ModelMissing, ModelAltered: the table is not what the registry says.
        ConfigError: it is not what `OffsetsFile` describes.
    """
    table = load_table(TABLE, folder)
    offsets = LandmarkOffsets(file=read_offsets(table.data, origin=table.entry.file))
    return offsets if set(weights_sha256) & set(offsets.file.network_sha256) else None


def read_offsets(data: bytes, *, origin: str) -> OffsetsFile:
    """Decode the table; origin names the file in the error.

    Raises
        ConfigError: it is not what `OffsetsFile` describes.
    """
    try:
        file = OffsetsFile.model_validate_json(data)
    except ValidationError as error:
        raise ConfigError(f"{origin}: {error}") from error
    for part, told in file.parts.items():
        if f"left_{part}" not in BODY_JOINTS:
            raise ConfigError(f"{origin}: parts.{part}: no such joint")
        if len(told.residual_sd) < len(("near", "far", "behind")):
            raise ConfigError(f"{origin}: parts.{part}.residual_sd: one of near, far, behind is missing")
        for term in told.terms:
            if term.pose != "one" and term.pose not in file.trained_range:
                raise ConfigError(f"{origin}: trained_range: {term.pose} is missing")
    return file


def design(
    position_m: FloatArray,
    axes: FloatArray,
    terms: list[tuple[PlaceName, PoseName]],
    *,
    side: str,
    ranges: Mapping[PoseName, list[float]],
) -> FloatArray:
    """Rows of the linear model, for training and for use.

    Parameters
        position_m (M, J, 3), axes (3, 3): see `LandmarkOffsets`. ranges: radians, to which the pose is held.
    Returns
        (M, F), one column a term; a row is zero when the pose that it needs is unknown.
    """
    places = places_of(axes[2], side)
    poses: dict[PoseName, FloatArray] = {"one": np.ones(len(position_m))}
    for name in {pose for _, pose in terms} - {"one"}:
        low, high = ranges[name]
        poses[name] = np.clip(pose_rad(position_m, name, side), low, high) / RAD_PER_UNIT[name]
    rows = np.stack([places[place] * poses[pose] for place, pose in terms], axis=1)
    return np.asarray(np.where(np.isfinite(rows).all(axis=1, keepdims=True), rows, 0.0))


def places_of(away: FloatArray, side: str) -> dict[PlaceName, float]:
    """Where the phone stands as seen by one side of the body, each 0 to 1: on this side, on the other one, behind.

    away (3,): the direction in which the lens looks. All zero but 'always' when it looks straight up or down.
    """
    length = float(np.hypot(away[0], away[1]))
    if not np.isfinite(length) or length < 1e-9:
        return {"always": 1.0, "near": 0.0, "far": 0.0, "behind": 0.0}
    ahead, outward = -float(away[0]) / length, -SIGN[side] * float(away[1]) / length
    return {"always": 1.0, "near": max(outward, 0.0), "far": max(-outward, 0.0), "behind": max(-ahead, 0.0)}


def seen_from(away: FloatArray, side: str) -> SeenFrom:
    """The one name for where the phone stands as seen by this side; from ahead both sides are near."""
    places = places_of(away, side)
    if places["behind"] > ASIDE:
        return "behind"
    return "far" if places["far"] > ASIDE else "near"


def pose_rad(position_m: FloatArray, name: PoseName, side: str) -> FloatArray:
    """(M,) radians of one pose variable; NaN where a joint is unknown or two that span a direction coincide.

    knee_flexion: 0 straight. trunk_lean: + forward. foot_pitch: + heel above toe.
    """
    joint = {
        part: position_m[:, BODY_JOINTS.index(f"{side}_{part}")] for part in ("hip", "knee", "ankle", "heel", "toe")
    }
    if name == "knee_flexion":
        thigh, shank = _unit(joint["hip"] - joint["knee"]), _unit(joint["knee"] - joint["ankle"])
        return np.asarray(np.arccos(np.clip(np.sum(thigh * shank, axis=-1), -1.0, 1.0)))
    if name == "foot_pitch":
        return np.asarray(np.arcsin(np.clip(-_unit(joint["toe"] - joint["heel"])[:, 2], -1.0, 1.0)))
    ends = [position_m[:, BODY_JOINTS.index(f"{s}_{part}")] for part in ("shoulder", "hip") for s in SIGN]
    trunk = _unit(ends[0] + ends[1] - ends[2] - ends[3])
    return np.asarray(np.arctan2(trunk[:, 0], trunk[:, 2]))


def _unit(vector: FloatArray) -> FloatArray:
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.asarray(vector / np.where(length > 1e-6, length, np.nan))


def _shortened(offset: FloatArray, longest: float) -> FloatArray:
    length = np.linalg.norm(offset, axis=-1, keepdims=True)
    return np.asarray(offset * np.minimum(1.0, longest / np.maximum(length, 1e-12)))
