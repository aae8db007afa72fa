"""A folder of real clips enters; which of them are compared, and which belong together, leaves."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy.results import ROOT

SAMPLES = ROOT / "sample_videos"
REAL = (
    "wt19_bw_front",
    "nowva_db_front",
    "rjsong_bw_front_20",
    "lnew_good_7027",
    "lnew_good_7026",
    "pasan_bw_side",
    "oc_armraise_cam0",
    "vengaza_lunge_obl",
)
"""Squats and lunges from the front, the side and between, 1 to 20 repetitions."""
RENDERED = ("squat_front_good", "squat_side_heels", "squat_oblique", "lunge_alternating")
PAIRS = (
    ("oc_armraise_cam0", "oc_armraise_cam1"),
    ("lnew_good_7026", "lnew_good_7027"),
    ("lnew_bad_7032", "lnew_bad_7033"),
    ("lnew_good_7034", "lnew_good_7035"),
)
"""Two phones at the same set; of the later pairs the side comes first."""
ALONE = ("lnew_bad_7029", "lnew_bad_7037")
"""Marked by the trainer from two views, of which one is here."""


@dataclass(frozen=True, kw_only=True)
class Clips:
    """What is compared. changed: clips that are changed; pairs: two views of one set; marked: sets that a trainer
    marked, by one or two clips; notes: what is missing."""

    changed: tuple[Path, ...]
    pairs: tuple[tuple[Path, Path], ...]
    marked: tuple[tuple[Path, ...], ...]
    notes: tuple[str, ...]


def find_clips(data: Path, *, only: str = "*") -> Clips:
    """The chosen clips of a folder of real data, or the rendered samples where it is absent; only: of these names."""
    folder = data / "clips"
    if not folder.is_dir():
        note = f"No real clips at {folder}: rendered samples take their place, two views and marks are left out."
        return Clips(changed=_chosen(SAMPLES, RENDERED, only), pairs=(), marked=(), notes=(note,))
    there = _by_stem(folder)
    wanted = {*REAL, *ALONE, *(name for pair in PAIRS for name in pair)}
    missing = tuple(f"{name} is not there." for name in sorted(wanted - set(there)))
    pairs = tuple((there[a], there[b]) for a, b in PAIRS if a in there and b in there and _is_any(only, a, b))
    alone = tuple((there[name],) for name in ALONE if name in there and _is_any(only, name))
    marked = (*(pair for pair in pairs if pair[0].stem.startswith("lnew")), *alone)
    return Clips(changed=_chosen(folder, REAL, only), pairs=pairs, marked=marked, notes=missing)


def _chosen(folder: Path, names: tuple[str, ...], only: str) -> tuple[Path, ...]:
    there = _by_stem(folder)
    return tuple(there[name] for name in names if name in there and _is_any(only, name))


def _by_stem(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix in (".mp4", ".mov")}


def _is_any(pattern: str, *names: str) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for name in names)
