"""Signs of rendered and real clips enter; tables and plain words about how far the rendered ones can be trusted
leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.accuracy.conditions import VIEWS
from benchmarks.accuracy.sheets import NONE, Sheet, number, percent
from benchmarks.realism.misses import Miss, Misses
from benchmarks.realism.signs import PARTS, Signs

ALIKE = (0.67, 1.5)  # a ratio between these is told as alike; chosen by us
CLOSE = 1.0  # per cent of the stature: offsets nearer than this are told as alike


def sheets_of(
    rendered: Sequence[Signs], real: Sequence[Signs], missed: Sequence[Misses], measured: Sequence[Misses]
) -> list[Sheet]:
    """Every table. missed: of rendered clips; measured: of real ones with OpenCap's joints."""
    groups = {"rendered": rendered, "real": real}
    return [
        signs_sheet(groups),
        miss_sheet(missed, measured),
        clip_sheet(groups),
    ]


def _each(clips: Sequence[Signs], read: Callable[[Signs], float | None]) -> list[float]:
    return [value for value in (read(clip) for clip in clips) if value is not None and np.isfinite(value)]


def _by_part(name: str, part: str) -> Callable[[Signs], float | None]:
    def read(clip: Signs) -> float | None:
        table = getattr(clip, name)
        return None if table is None else float(table[part])

    return read


SIGNS: tuple[tuple[str, Callable[[Signs], float | None], int], ...] = (
    *((f"jitter standing, {part}, %", _by_part("jitter", part), 3) for part in PARTS),
    ("legs change sides, in 1000 frames", lambda clip: clip.swaps, 1),
    *((f"confidence, {part}", _by_part("confidence", part), 2) for part in PARTS),
    *((f"share of frames with a doubtful {part}", _by_part("doubted", part), 2) for part in PARTS),
    ("share of frames without the person", lambda clip: clip.lost, 3),
    ("hip width over shoulder width", lambda clip: clip.hips_over_shoulders, 2),
    ("hip height over shoulder height", lambda clip: clip.hip_height, 3),
    ("thigh over shank, standing", lambda clip: clip.thigh_over_shank, 2),
    ("thigh, bottom over standing, side", lambda clip: clip.thigh_at_bottom, 2),
    ("the same in the network's 3-D", lambda clip: clip.thigh_in_space, 2),
)


def signs_sheet(groups: dict[str, Sequence[Signs]]) -> Sheet:
    """Every sign, rendered beside real."""
    lines = []
    for title, read, digits in SIGNS:
        cells: list[str] = []
        for clips in groups.values():
            values = _each(clips, read)
            if values:
                low, high = np.percentile(values, (10, 90))
                cells += [str(len(values)), number(float(np.median(values)), digits)]
                cells.append(f"{number(float(low), digits)}…{number(float(high), digits)}")
            else:
                cells += ["0", NONE, NONE]
        lines.append((title, *cells))
    return Sheet(
        title="Signs that need no truth",
        note="Median over clips, and the range of 80 % of them. Lengths in the picture; a phone in the hand and a body "
        "that sways count as jitter, a plate before the hip as a short thigh: real clips have them.",
        headings=("sign", "n", "rendered", "80 %", "n", "real", "80 %"),
        rows=tuple(lines),
    )


def miss_sheet(missed: Sequence[Misses], measured: Sequence[Misses]) -> Sheet:
    """Errors of the landmarks against truth, by view, beside the real clips that have some."""
    lines = []
    for view in VIEWS:
        for title, members in (("rendered", missed), ("real", measured)):
            own = [one for one in members if one.view == view]
            for side, tables in (("near", [m.near for m in own]), ("far", [m.far for m in own if m.far is not None])):
                for part in PARTS if tables else ():
                    lines.append(
                        (
                            f"{view}, {title}",
                            _side_name(view, side, part),
                            str(len(tables)),
                            *_cells([t[part] for t in tables]),
                        )
                    )
    return Sheet(
        title="Where landmarks lie against joint centres",
        note="Per cent of the stature, mean of the clips' medians. across: outward in front and rear views, else "
        "ahead. Truth of real clips: OpenCap's joints put into the picture "
        "through its calibration; markerless, so a per cent is within its own error.",
        headings=("clips", "landmark", "n", "across", "up", "deep: across", "up"),
        rows=tuple(lines),
        n_words=2,
    )


def _side_name(view: str, side: str, part: str) -> str:
    return part if view in ("front", "rear") else f"{part}, {side}"


def _cells(misses: Sequence[Miss]) -> tuple[str, ...]:
    columns = ("across", "up", "deep_across", "deep_up")
    means = [
        float(np.nanmean([getattr(miss, column) for miss in misses])) if misses else float("nan") for column in columns
    ]
    return tuple(number(value, 1, is_signed=True) for value in means)


def clip_sheet(groups: dict[str, Sequence[Signs]]) -> Sheet:
    """Every clip."""
    lines = []
    for group, clips in groups.items():
        for clip in clips:
            hip = None if clip.jitter is None else clip.jitter["hip"]
            ankle = None if clip.jitter is None else clip.jitter["ankle"]
            cells = (number(clip.yaw_deg, 0, is_signed=True), number(clip.still_s, 1), number(hip, 2), number(ankle, 2))
            rest = (number(clip.swaps, 1), percent(clip.doubted["ankle"]), number(clip.thigh_at_bottom, 2))
            lines.append((group, clip.name, *cells, *rest))
    return Sheet(
        title="Clips",
        note="yaw: as the program reads it. hip, ankle: jitter, per cent of the height. doubtful: ankles. thigh: its "
        "length at the bottom over standing.",
        headings=("", "clip", "yaw", "still s", "hip", "ankle", "swaps", "doubtful", "thigh"),
        rows=tuple(lines),
        n_words=2,
    )


def verdicts(
    rendered: Sequence[Signs], real: Sequence[Signs], missed: Sequence[Misses], measured: Sequence[Misses]
) -> list[str]:
    """Plain words, worked out from the figures, so that they change with them."""
    if not real:
        return ["No real clips are here, so nothing can be said of how far the rendered ones are like them."]
    jitter = _compare(rendered, real, _mean_jitter)
    words = [
        _said("Jitter while standing, per cent of the height", jitter, "phases, events and speeds"),
        _rare("How often legs change sides, in 1000 frames", rendered, real, lambda clip: clip.swaps, "lunges"),
        _rare(
            "The share of frames with a doubtful ankle",
            rendered,
            real,
            lambda clip: clip.doubted["ankle"],
            "refusals, heel rise and knee over foot",
        ),
        _thigh_words(rendered, real),
        _height_words(rendered, real),
    ]
    words += _bias_words(missed, measured)
    words.append(
        "Trust the synthetic tables for geometry (camera place, perspective, what a view can show), for comparing "
        "methods and versions. Do not read their bias as a person's: hips under loose clothes, hands "
        "and loads before the body, and far legs differ from person to person; no rendered clip stands for that."
    )
    return [word for word in words if word]


def _compare(
    rendered: Sequence[Signs], real: Sequence[Signs], read: Callable[[Signs], float | None]
) -> tuple[float, float]:
    """Medians."""
    synthetic, people = (float(np.median(found or np.nan)) for found in (_each(rendered, read), _each(real, read)))
    return synthetic, people


def _mean_jitter(clip: Signs) -> float | None:
    return None if clip.jitter is None else float(np.mean(list(clip.jitter.values())))


def _said(what: str, pair: tuple[float, float], used: str) -> str:
    """What a pair (rendered, real) of one sign, of which less is better, means for what is used."""
    if not np.isfinite(pair).all():
        return f"{what}: not shown by enough clips."
    figures = f"{number(pair[0], 2)} on rendered clips, {number(pair[1], 2)} on real ones"
    return f"{what}: {figures}; {_meant(pair, used)}."


def _rare(
    what: str,
    rendered: Sequence[Signs],
    real: Sequence[Signs],
    read: Callable[[Signs], float | None],
    used: str,
) -> str:
    """The same of a sign that most clips do not show at all: means, and how many clips stand behind them."""
    values = [_each(clips, read) for clips in (rendered, real)]
    if not all(values):
        return f"{what}: not shown by enough clips."
    pair = (float(np.mean(values[0])), float(np.mean(values[1])))
    showing = [sum(value > 0.0 for value in found) for found in values]
    figures = [
        f"{number(mean, 2)} on {name} clips ({count} of {len(found)} show it)"
        for mean, name, count, found in zip(pair, ("rendered", "real"), showing, values, strict=True)
    ]
    few = 0 < showing[1] < FEW
    meant = "too few real clips show it to tell how often it happens" if few else _meant(pair, used)
    return f"{what}, mean: {', '.join(figures)}; {meant}."


FEW = 3  # clips; fewer say nothing about people. Chosen by us


def _meant(pair: tuple[float, float], used: str) -> str:
    """What (rendered, real) of a sign of which less is better means."""
    synthetic, real = pair
    alike = synthetic == real if min(pair) <= 0.0 else ALIKE[0] <= real / synthetic <= ALIKE[1]
    if alike:
        return f"these are alike, so in this the tables can be trusted for {used}"
    kind = "too kind, so expect worse from real clips in" if real > synthetic else "harsher than real clips in"
    return f"in this the rendered clips are {kind} {used}"


def _thigh_words(rendered: Sequence[Signs], real: Sequence[Signs]) -> str:
    synthetic, people = _compare(rendered, real, lambda clip: clip.thigh_at_bottom)
    if not (np.isfinite(synthetic) and np.isfinite(people)):
        return ""
    return (
        f"From the side the nearer thigh seems to change its length by {_change(synthetic)} from standing to the "
        f"bottom on rendered clips and by {_change(people)} on real ones: where the two differ, the bias of hip and "
        "knee changes otherwise with depth, and the thigh angle is what it touches."
    )


def _change(ratio: float) -> str:
    return f"{number(100.0 * (ratio - 1.0), 0, is_signed=True)} %"


def _height_words(rendered: Sequence[Signs], real: Sequence[Signs]) -> str:
    synthetic, people = _compare(rendered, real, lambda clip: clip.hip_height)
    if not (np.isfinite(synthetic) and np.isfinite(people)):
        return ""
    higher = "higher on rendered bodies" if synthetic > people else "higher on real people"
    apart = f"the hips seem to stand {higher}" if abs(synthetic - people) > HEIGHT_ALIKE else "which is alike"
    figures = f"{number(synthetic, 3)} on rendered clips and {number(people, 3)} on real ones"
    return f"Hips over shoulders' height from the ankles, standing: {figures}: {apart}."


HEIGHT_ALIKE = 0.02  # of the shoulders' height, 2-3 cm; chosen by us


def _bias_words(missed: Sequence[Misses], measured: Sequence[Misses]) -> list[str]:
    """Offsets of hip, knee and heel, where a real clip with truth is of the same view as rendered ones."""
    words = []
    for view in dict.fromkeys(one.view for one in measured):
        own = [one.near for one in missed if one.view == view]
        other = [one.near for one in measured if one.view == view]
        if not own:
            continue
        for part in ("shoulder", "hip", "knee", "ankle", "heel"):
            pairs = [(_mean_of(own, part, key), _mean_of(other, part, key)) for key in ("up", "deep_up")]
            apart = max(abs(a - b) for a, b in pairs)
            figures = ", ".join(
                f"{when} {number(a, 1, is_signed=True)} rendered and {number(b, 1, is_signed=True)} real"
                for when, (a, b) in zip(("standing", "deep"), pairs, strict=True)
            )
            agree = "agree within a per cent of the stature" if apart <= CLOSE else "do not agree"
            where = f"{view} views, {len(own)} rendered and {len(other)} real clips"
            words.append(f"{part.capitalize()} landmarks, up and down, {where} ({figures}): {agree}.")
    return words


def _mean_of(tables: Sequence[object], part: str, key: str) -> float:
    return float(np.nanmean([getattr(table[part], key) for table in tables]))  # type: ignore[index]
