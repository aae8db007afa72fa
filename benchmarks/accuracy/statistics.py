"""Errors, intervals and classes enter; bias, limits of agreement, calibration and confusion leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

LIMITS_Z = 1.96  # 95 % limits of agreement: bias and this many SD on both sides (Bland and Altman 1986)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Errors (estimate less truth) of n figures from n_clips clips, in the figure's unit.

    low, high: 95 % limits of agreement of single figures. Repetitions of one clip share most of their error, so
    clip_low and clip_high, the limits of the clips' mean errors, say what another clip would do. NaN where there is too
    little to tell.
    """

    n: int
    n_clips: int
    bias: float
    mae: float
    rmse: float
    sd: float
    low: float
    high: float
    clip_bias: float
    clip_sd: float
    clip_low: float
    clip_high: float


def agreement(errors: Sequence[float], clips: Sequence[str]) -> Agreement:
    """Sum up the errors; clips names the clip of each."""
    error, nan = np.asarray(errors, dtype=np.float64), float("nan")
    names = np.asarray(clips)
    means = np.array([error[names == clip].mean() for clip in dict.fromkeys(clips)])
    is_any = len(error) > 0
    bias = float(error.mean()) if is_any else nan
    sd = float(error.std(ddof=1)) if len(error) > 1 else nan
    clip_bias = float(means.mean()) if is_any else nan
    clip_sd = float(means.std(ddof=1)) if len(means) > 1 else nan
    return Agreement(
        n=len(error),
        n_clips=len(means),
        bias=bias,
        mae=float(np.abs(error).mean()) if is_any else nan,
        rmse=float(np.sqrt(np.mean(error**2))) if is_any else nan,
        sd=sd,
        low=bias - LIMITS_Z * sd,
        high=bias + LIMITS_Z * sd,
        clip_bias=clip_bias,
        clip_sd=clip_sd,
        clip_low=clip_bias - LIMITS_Z * clip_sd,
        clip_high=clip_bias + LIMITS_Z * clip_sd,
    )


def share_inside(errors: Sequence[float], sds: Sequence[float], level: float) -> float:
    """Share of truths that lie in the stated interval of this level, taken as normal; NaN without any."""
    z = float(norm.ppf(0.5 + 0.5 * level))
    inside = np.abs(np.asarray(errors, dtype=np.float64)) <= z * np.asarray(sds, dtype=np.float64)
    return float(inside.mean()) if len(inside) else float("nan")


@dataclass(frozen=True, kw_only=True)
class Detection:
    """Repetitions counted. precision: share of found ones that are true; recall: share of true ones that were found;
    exact: clips whose count is right, of n_clips."""

    n_true: int
    n_found: int
    n_matched: int
    exact: int
    n_clips: int

    @property
    def precision(self) -> float:
        """NaN when nothing was found."""
        return self.n_matched / self.n_found if self.n_found else float("nan")

    @property
    def recall(self) -> float:
        """NaN when there was nothing to find."""
        return self.n_matched / self.n_true if self.n_true else float("nan")


def detection(counts: Iterable[tuple[int, int, int]]) -> Detection:
    """From (true, found, matched) of each clip."""
    rows = list(counts)
    return Detection(
        n_true=sum(row[0] for row in rows),
        n_found=sum(row[1] for row in rows),
        n_matched=sum(row[2] for row in rows),
        exact=sum(row[0] == row[1] for row in rows),
        n_clips=len(rows),
    )


def confusion(pairs: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """How often each (truth, answer) occurs."""
    return Counter(pairs)


@dataclass(frozen=True, kw_only=True)
class YesNo:
    """A fault's presence, as told. unanswered: refused or missed, with and without the fault."""

    hit: int
    false_alarm: int
    miss: int
    right_no: int
    unanswered_yes: int
    unanswered_no: int

    @property
    def sensitivity(self) -> float:
        """Of the answered ones with the fault."""
        return self.hit / (self.hit + self.miss) if self.hit + self.miss else float("nan")

    @property
    def specificity(self) -> float:
        """Of the answered ones without."""
        n = self.right_no + self.false_alarm
        return self.right_no / n if n else float("nan")


def yes_no(pairs: Iterable[tuple[bool, bool | None]]) -> YesNo:
    """From (truth, answer); None = no answer."""
    count = Counter(pairs)
    return YesNo(
        hit=count[True, True],
        false_alarm=count[False, True],
        miss=count[True, False],
        right_no=count[False, False],
        unanswered_yes=count[True, None],
        unanswered_no=count[False, None],
    )


DEPTH_CLASSES = (("above quarter", 40.0), ("quarter", 75.0), ("half", 105.0), ("parallel", 127.5))
DEEPEST = "deep"
"""Knee flexion up to which a class reaches. SCIENCE, "Depth": quarter 40-70, half 80-100, parallel 110-120, full from
135 degrees; the borders lie half way between."""

VALGUS_M = 0.04
"""Knee this far inside the foot is valgus: it stands over the big toe (SCIENCE, "Frontal-plane knee"; the rubric's
'bad'). Taken rather than KASR < .8 because it holds for one leg and for any stance."""

VALGUS_FPPA_DEG = 12.6
"""What a user of FPPA would call valgus: half way between 8.4 (controls) and 16.8 degrees (knee pain), Herrington
2014."""


def depth_class(knee_flexion_deg: float) -> str:
    """Quarter, half, parallel, deep, or above quarter."""
    return next((name for name, border in DEPTH_CLASSES if knee_flexion_deg < border), DEEPEST)


def depth_names() -> tuple[str, ...]:
    """All classes, highest first."""
    return (*(name for name, _ in DEPTH_CLASSES), DEEPEST)
