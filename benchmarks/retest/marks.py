"""A trainer's marks and our reports of the same sets enter; both in order of our score leave."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lookfeel.types import Looks

LEAST_FOR_RANKS = 4  # fewer orders than 24 tell nothing
BEST_OF_SIDED = 50.0  # knee stability and asymmetry: 0 and 100 are worst


@dataclass(frozen=True, kw_only=True)
class Marks:
    """0-100, 100 best; knee and asymmetry turned so that this holds for them, too."""

    squat: float
    knee: float
    core: float
    asymmetry: float


@dataclass(frozen=True, kw_only=True)
class MarkedSet:
    """A set with both judgements. n_views: of the trainer's two that we have."""

    name: str
    n_views: int
    marks: Marks
    looks: Looks


def read_marks(path: Path) -> dict[str, Marks]:
    """Number of a clip -> the marks of its set; empty when there is no file."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        number: Marks(
            squat=float(row["Squat Score"]),
            knee=_from_sided(float(row["Knee Stability"])),
            core=float(row["Core Strength"]),
            asymmetry=_from_sided(float(row["Asymmetry Score"])),
        )
        for row in rows
        for number in (_number(row["Filename Side"]), _number(row["Filename Front"]))
    }


def _number(name: str) -> str:
    found = re.search(r"(\d+)(?:\.\w+)?$", name)
    return "" if found is None else found.group(1)


def _from_sided(mark: float) -> float:
    return 100.0 - abs(mark - BEST_OF_SIDED) * 100.0 / BEST_OF_SIDED


def marked_sets(shown: Iterable[tuple[Sequence[Path], Looks]], marks: Mapping[str, Marks]) -> list[MarkedSet]:
    """Sets that have marks, best score first, without a score last."""
    found = [
        MarkedSet(
            name="+".join(_number(clip.name) for clip in clips),
            n_views=len(clips),
            marks=marks[_number(clips[0].name)],
            looks=looks,
        )
        for clips, looks in shown
        if _number(clips[0].name) in marks
    ]
    return sorted(found, key=lambda one: -1.0 if one.looks.score is None else one.looks.score, reverse=True)


def rank_correlation(sets: Sequence[MarkedSet]) -> tuple[int, float | None]:
    """How many sets have a score, and Spearman's rank correlation of score and squat mark; None for too few or where
    one of both is the same for all."""
    known = [(one.looks.score, one.marks.squat) for one in sets if one.looks.score is not None]
    if len(known) < LEAST_FOR_RANKS or any(len(set(column)) < 2 for column in zip(*known, strict=True)):
        return len(known), None
    from scipy.stats import spearmanr

    return len(known), float(spearmanr(*zip(*known, strict=True)).statistic)
