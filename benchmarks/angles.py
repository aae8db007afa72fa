"""How far angles and knee measures are from truth: `python -m benchmarks.angles [CLIP ...]` prints a table.

Runs the whole program from video, without the athlete's height, as a user would. Truth: the clips of sample_videos,
rendered from known joint centres, and OpenCap's two-camera result for the two phones of oc_armraise where
../shared/data exists (itself markerless, a few degrees from markers). 'bottom' is the deepest 15 % of the way down.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from lookfeel.pipeline import analyze
from lookfeel.types import FloatArray, SetReport

ROOT = Path(__file__).resolve().parents[1]
SAMPLES, DATA = ROOT / "sample_videos", ROOT.parent / "shared" / "data"
PARTS = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
UP = np.array([0.0, 0.0, 1.0])
Joints = dict[str, FloatArray]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A clip and the true joint centres (T, 3) by name, x ahead, y left, z up, at time_s."""

    clip: Path
    time_s: FloatArray
    joints: Joints


def rendered_cases() -> Iterator[Case]:
    """Clips of sample_videos; their truth has y up and the athlete facing z."""
    for description in sorted(SAMPLES.glob("*.json")):
        name = json.loads(description.read_text())["clip"]
        with np.load(SAMPLES / f"{name}_gt.npz") as truth:
            column = [str(joint) for joint in truth["names"]]
            body = truth["xyz"].astype(np.float64)[..., [2, 0, 1]]
            joints = {
                f"{side}_{part}": body[:, column.index(f"{part}_{side[0].upper()}")]
                for side in ("left", "right")
                for part in PARTS
            }
            yield Case(clip=SAMPLES / f"{name}.mp4", time_s=truth["t"], joints=joints)


def motion_capture_cases() -> Iterator[Case]:
    """The two phones of oc_armraise, when the data are there; OpenCap's axes are x ahead, y up, z right."""
    markers = DATA / "mocap" / "opencap_armraise" / "squats-with-arm-raise.trc"
    if not markers.exists():
        return
    lines = markers.read_text().splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name.strip()]
    table = np.array([[float(cell) for cell in line.split("\t") if cell.strip()] for line in lines[5:] if line.strip()])
    at = dict(zip(names, np.moveaxis(table[:, 2:].reshape(len(table), -1, 3), 1, 0), strict=True))
    joints: Joints = {}
    for side, big, small in (("left", "L", "L"), ("right", "R", "r")):
        centres = {
            "shoulder": at[f"{big}Shoulder"],
            "hip": at[f"{big}HJC_study"],
            "knee": 0.5 * (at[f"{small}_knee_study"] + at[f"{small}_mknee_study"]),
            "ankle": 0.5 * (at[f"{small}_ankle_study"] + at[f"{small}_mankle_study"]),
            "heel": at[f"{big}Heel"],
            "toe": at[f"{big}BigToe"],
        }
        joints |= {f"{side}_{part}": point[:, [0, 2, 1]] * (1.0, -1.0, 1.0) for part, point in centres.items()}
    for phone in (0, 1):
        yield Case(clip=DATA / "clips" / f"oc_armraise_cam{phone}.mov", time_s=table[:, 1], joints=joints)


def true_signals(joints: Joints) -> dict[str, FloatArray]:
    """Signals from joint centres, by formulas of this file's own."""
    middle = {part: 0.5 * (joints[f"left_{part}"] + joints[f"right_{part}"]) for part in PARTS}
    apart = {part: joints[f"left_{part}"] - joints[f"right_{part}"] for part in PARTS}
    trunk = middle["shoulder"] - middle["hip"]
    true = {
        "trunk_lean_deg": np.degrees(np.arctan2(trunk[:, 0], trunk[:, 2])),
        "trunk_lateral_lean_deg": np.degrees(np.arctan2(trunk[:, 1], trunk[:, 2])),
        "kasr_ratio": apart["knee"][:, 1] / apart["ankle"][:, 1],
        "hip_height_m": middle["hip"][:, 2] - middle["ankle"][:, 2].min(),
    }
    for side, sign in (("left", 1.0), ("right", -1.0)):
        hip, knee, ankle, heel, toe = (joints[f"{side}_{part}"] for part in PARTS[1:])
        foot = (toe - heel) * (1.0, 1.0, 0.0)
        right_of_foot = np.cross(foot / np.linalg.norm(foot, axis=1, keepdims=True), UP)
        true[f"knee_flexion_{side}_deg"] = 180.0 - _between(hip - knee, ankle - knee)
        true[f"thigh_angle_{side}_deg"] = 90.0 - _between(hip - knee, np.broadcast_to(UP, hip.shape))
        true[f"shank_tilt_{side}_deg"] = np.degrees(np.arctan2((knee - ankle)[:, 0], (knee - ankle)[:, 2]))
        true[f"knee_over_foot_{side}_m"] = sign * np.sum((knee - ankle) * right_of_foot, axis=1)
    return true


def _between(first: FloatArray, second: FloatArray) -> FloatArray:
    cosine = np.sum(first * second, axis=1) / np.linalg.norm(first, axis=1) / np.linalg.norm(second, axis=1)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))), dtype=np.float64)


SHOWN = (
    *(f"{name}_{side}_deg" for name in ("knee_flexion", "thigh_angle", "shank_tilt") for side in ("left", "right")),
    *("trunk_lean_deg", "trunk_lateral_lean_deg", "knee_over_foot_left_m", "knee_over_foot_right_m", "kasr_ratio"),
)


def rows(case: Case, report: SetReport) -> Iterator[tuple[str, ...]]:
    """Signal, mean absolute error, error at the bottom, its stated SD there, share of frames within two SD."""
    true = true_signals(case.joints)
    height = true["hip_height_m"]
    is_low = height < height.min() + 0.15 * (np.percentile(height, 95.0) - height.min())
    for name in SHOWN:
        time_s = report.signals.time_s
        error = np.interp(case.time_s, time_s, report.signals[name]) - true[name]
        sd = np.interp(case.time_s, time_s, report.signals.sd[name])
        known = np.isfinite(error)
        if not (known & is_low).any():
            yield name, "not shown", "", "", ""
            continue
        digits = 1 if name.endswith("_deg") else 3
        yield (
            name,
            f"{np.abs(error[known]).mean():.{digits}f}",
            f"{error[known & is_low].mean():+.{digits}f}",
            f"{np.median(sd[known & is_low]):.{digits}f}",
            f"{100 * np.mean(np.abs(error[known]) < 2 * sd[known]):.0f} %",
        )


def main() -> None:
    """Print one table per clip."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="*", help="stems, such as squat_front_valgus; all when none is given")
    wanted = set(parser.parse_args().clips)
    console = Console(width=110)
    if not DATA.exists():
        console.print("no ../shared/data: rendered clips only")
    for case in (*rendered_cases(), *motion_capture_cases()):
        if wanted and case.clip.stem not in wanted:
            continue
        report = analyze(case.clip)
        yaw = "?" if report.view.yaw_deg is None else f"{report.view.yaw_deg:+.0f}°"
        table = Table("signal", title=f"{case.clip.stem}: {report.view.name} {yaw}, {len(report.reps)} reps")
        for heading in ("mean abs. error", "error at bottom", "stated sd there", "within 2 sd"):
            table.add_column(heading, justify="right")
        for row in rows(case, report):
            table.add_row(*row)
        console.print(table)


if __name__ == "__main__":
    main()
