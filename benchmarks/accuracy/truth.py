"""The truth files of a rendered clip enter; a ClipTruth leaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lookfeel.reps.events import BOTTOM_AT
from lookfeel.types import FloatArray

DESCRIPTION = "_truth.json"
EVENTS = ("start_s", "bottom_s", "ascent_start_s", "end_s")
PHASES = ("eccentric_s", "bottom_pause_s", "concentric_s", "top_pause_s")


@dataclass(frozen=True, kw_only=True)
class Window:
    """Moments of one repetition in presentation time."""

    start_s: float
    bottom_start_s: float
    bottom_s: float
    ascent_start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True)
class TrueRep:
    """One true repetition. side: 'left', 'right' or 'both'. phases_s: movement time by name, None when not there."""

    index: int
    side: str
    window: Window
    phases_s: Mapping[str, float | None]


@dataclass(frozen=True, kw_only=True)
class ClipTruth:
    """What is known of one clip. T frames.

    time_s (T,) presentation time, first frame 0. signals: name -> (T,) by the program's names. landmarks_px (T, K, 2)
    and landmarks_camera_m (T, K, 3), in camera axes with the origin between the hips; NaN where there is no truth.
    case: how it was filmed, as `dataclasses.asdict(Case)`.
    """

    name: str
    video: Path
    about: str
    exercise: str
    variant: str | None
    slowmo_factor: float
    time_s: FloatArray
    signals: Mapping[str, FloatArray]
    reps: tuple[TrueRep, ...]
    landmark_names: tuple[str, ...]
    landmarks_px: FloatArray
    landmarks_camera_m: FloatArray
    width_px: int
    height_px: int
    case: Mapping[str, Any]

    @property
    def yaw_deg(self) -> float:
        """Where the camera stood: 0 ahead of the athlete, +90 at the left side, 180 behind."""
        return float(self.case["phone"]["yaw_deg"])


def find_videos(folder: Path) -> list[Path]:
    """Clips of a folder that have truth beside them, by name."""
    stems = sorted(path.name.removesuffix(DESCRIPTION) for path in folder.glob(f"*{DESCRIPTION}"))
    return [folder / f"{stem}.mp4" for stem in stems]


def truth_files(video: Path) -> tuple[Path, Path]:
    """The two files beside a clip."""
    return video.with_name(f"{video.stem}{DESCRIPTION}"), video.with_name(f"{video.stem}_truth.npz")


def read_truth(video: Path) -> ClipTruth:
    """Read what is known of a clip."""
    description, frames = truth_files(video)
    about = json.loads(description.read_text(encoding="utf-8"))
    with np.load(frames) as file:
        arrays = {name: file[name] for name in file.files}
    names = tuple(str(name) for name in arrays["landmark_names"])
    return ClipTruth(
        name=about["clip"],
        video=video,
        about=about["about"],
        exercise=about["exercise"],
        variant=about["variant"],
        slowmo_factor=float(about["slowmo_factor"]),
        time_s=np.asarray(arrays["time_s"], dtype=np.float64),
        signals={
            name.removeprefix("signal_"): np.asarray(values, dtype=np.float64)
            for name, values in arrays.items()
            if name.startswith("signal_")
        },
        reps=tuple(_rep(rep) for rep in about["reps"]),
        landmark_names=names,
        landmarks_px=np.asarray(arrays["landmarks_px"], dtype=np.float64),
        landmarks_camera_m=_in_camera(arrays, names),
        width_px=int(about["width_px"]),
        height_px=int(about["height_px"]),
        case=about["case"],
    )


def _rep(rep: Mapping[str, Any]) -> TrueRep:
    """The program's bottom is a share of the pause after its begin; the truth's is taken at the same share."""
    arrive, leave = float(rep["bottom_start_s"]), float(rep["ascent_start_s"])
    window = Window(
        start_s=float(rep["start_s"]),
        bottom_start_s=arrive,
        bottom_s=arrive + BOTTOM_AT * (leave - arrive),
        ascent_start_s=leave,
        end_s=float(rep["end_s"]),
    )
    return TrueRep(
        index=int(rep["index"]), side=rep["side"], window=window, phases_s={name: rep[name] for name in PHASES}
    )


def _in_camera(arrays: Mapping[str, Any], names: tuple[str, ...]) -> FloatArray:
    turned = np.einsum("tij,tkj->tki", arrays["camera_rotation"], arrays["landmarks_m"])
    local = turned + arrays["camera_translation_m"][:, None]
    middle = 0.5 * (local[:, names.index("left_hip")] + local[:, names.index("right_hip")])
    return np.asarray(local - middle[:, None], dtype=np.float64)
