"""Results of clips enter; the tables of what was found, recognised, decided and promised leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from benchmarks.accuracy.compare import NOT_JUDGED, ClipResult, Row, Verdict
from benchmarks.accuracy.conditions import VIEWS
from benchmarks.accuracy.measures import MEASURES, Measure
from benchmarks.accuracy.methods import METHODS, OURS, PERFECT, PICTURE, WORLD
from benchmarks.accuracy.sheets import NONE, Sheet, number, percent
from benchmarks.accuracy.statistics import (
    VALGUS_FPPA_DEG,
    VALGUS_M,
    YesNo,
    agreement,
    confusion,
    depth_class,
    depth_names,
    detection,
    share_inside,
    yes_no,
)
from benchmarks.accuracy.tables import SHORT, exercise_words, grouped, limits, main_rows, of_rows, titled


def honest_sheet(results: Sequence[ClipResult], rows: list[Row]) -> Sheet:
    """What became of every figure that was asked for, and of every clip's score."""
    lines = []
    for method in METHODS:
        own = [row for row in rows if row.method == method]
        verdicts = _verdicts(results, method)
        scored = [verdict.score is not None for verdict in verdicts]
        shares = [_share(row.status == status for row in own) for status in ("ok", "approximate")]
        lost = [_share(row.status == status for row in own) for status in ("not_assessable", "rep missed", "failed")]
        is_program = method in (OURS, PERFECT)
        lines.append(
            (
                method,
                str(len(own)),
                *(percent(share) for share in (*shares, *lost)),
                percent(_share(scored)) if is_program else NONE,
            )
        )
    return Sheet(
        title="What became of every figure",
        note="Each true figure of each repetition is asked of each method; none is dropped. scored: share of clips "
        "that got a looks score.",
        headings=("method", "asked", "ok", "approximate", "refused", "rep missed", "failed", "scored"),
        rows=tuple(lines),
    )


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else float("nan")


def _verdicts(results: Iterable[ClipResult], method: str) -> list[Verdict]:
    return [verdict for result in results for verdict in result.verdicts if verdict.method == method]


def detection_sheet(results: Sequence[ClipResult]) -> Sheet:
    """Repetitions found, by method and exercise."""
    groups = {"all judged": [result for result in results if result.clip.exercise != NOT_JUDGED]}
    for result in results:
        groups.setdefault(_exercise(result), []).append(result)
    lines = []
    for name, members in groups.items():
        for method in METHODS:
            lines.append((name, SHORT[method], *_detection_cells(members, method)))
    return Sheet(
        title="Repetitions found",
        note="Matched: bottoms within 0.4 s of movement, or each within the other. exact: clips whose count is right. "
        "Sitting down and standing up is not judged by ours, which counts none of it on purpose, and is not in 'all'.",
        headings=("exercise", "method", "true", "found", "matched", "precision", "recall", "exact clips"),
        rows=tuple(lines),
        n_words=2,
    )


def _exercise(result: ClipResult) -> str:
    return exercise_words(result.clip.variant or result.clip.exercise)


def _detection_cells(results: Sequence[ClipResult], method: str) -> tuple[str, ...]:
    found = detection((v.n_true, v.n_found, v.n_matched) for v in _verdicts(results, method))
    return (
        str(found.n_true),
        str(found.n_found),
        str(found.n_matched),
        percent(found.precision),
        percent(found.recall),
        f"{found.exact}/{found.n_clips}",
    )


def recognition_sheet(results: Sequence[ClipResult]) -> Sheet:
    """Which exercise it was and which was said."""
    told = [(result.clip.exercise, v.exercise or "failed") for result in results for v in _verdicts([result], OURS)]
    return _confusion_sheet("Exercise, as ours says it", "Clips. Rows: truth; columns: what was said.", told)


def _confusion_sheet(title: str, note: str, told: list[tuple[str, str]], order: Sequence[str] = ()) -> Sheet:
    names = list(dict.fromkeys((*order, *sorted({name for pair in told for name in pair}))))
    rows_of = [name for name in names if any(pair[0] == name for pair in told)]
    columns = [name for name in names if any(pair[1] == name for pair in told)]
    count = confusion(told)
    rows = tuple((true.replace("_", " "), *(str(count[true, said]) for said in columns)) for true in rows_of)
    return Sheet(title=title, note=note, headings=("", *(name.replace("_", " ") for name in columns)), rows=rows)


def view_sheet(results: Sequence[ClipResult]) -> Sheet:
    """Camera direction: error, and how often truth lies in the stated interval."""
    lines = []
    for view in (*VIEWS, "all"):
        pairs = [
            (_turn(verdict.yaw_deg - result.clip.yaw_deg), verdict.yaw_sd_deg or float("nan"), result.clip.name)
            for result in results
            for verdict in _verdicts([result], OURS)
            if verdict.yaw_deg is not None and view in (result.clip.view, "all")
        ]
        if pairs:
            errors, sds, clips = zip(*pairs, strict=True)
            found = agreement(errors, clips)
            shares = [percent(share_inside(errors, sds, level)) for level in (0.5, 0.9)]
            cells = (number(found.bias, 1, is_signed=True), number(found.mae, 1), number(found.rmse, 1))
            lines.append((view, str(found.n), *cells, limits(found.low, found.high, 1), *shares))
    return Sheet(
        title="Direction of the camera, as ours says it",
        note="Degrees. in 50 %, in 90 %: how often the truth lies in the stated interval.",
        headings=("true view", "clips", "bias", "MAE", "RMSE", "95 % limits", "in 50 %", "in 90 %"),
        rows=tuple(lines),
    )


def _turn(degrees: float) -> float:
    return (degrees + 180.0) % 360.0 - 180.0


def _deepest(rows: Iterable[Row], method: str) -> Iterator[tuple[Row, Row]]:
    """Of each squat repetition, the row with the true peak flexion and the one with the answer: the more bent knee."""
    squats = [
        row for row in rows if row.measure == "knee_flexion_deg" and row.method == method and row.exercise == "squat"
    ]
    for members in grouped(squats, lambda row: (row.clip, str(row.rep))).values():
        known = [row for row in members if row.value is not None]
        yield (
            max(members, key=lambda row: row.truth),
            max(known, key=lambda row: row.value or 0.0) if known else members[0],
        )


def _depth_pairs(rows: Iterable[Row], method: str) -> list[tuple[str, str]]:
    return [
        (depth_class(true.truth), NO_ANSWER if told.value is None else depth_class(told.value))
        for true, told in _deepest(rows, method)
    ]


NO_ANSWER = "no answer"


def depth_sheet(rows: list[Row]) -> Sheet:
    """How often the depth class is right."""
    lines = []
    for method in METHODS:
        pairs, names = _depth_pairs(rows, method), depth_names()
        steps = [abs(names.index(a) - names.index(b)) for a, b in pairs if b != NO_ANSWER]
        shares = (_share(step == 0 for step in steps), _share(step <= 1 for step in steps))
        lines.append((method, f"{len(steps)}/{len(pairs)}", *(percent(share) for share in shares)))
    return Sheet(
        title="Depth class of squats",
        note="Repetitions. By peak knee flexion: quarter, half, parallel, deep with borders at 75, 105 and 127.5°, "
        "half way between the ranges of SCIENCE.",
        headings=("method", "answered", "same class", "same or next"),
        rows=tuple(lines),
    )


def level_sheet(rows: list[Row]) -> Sheet:
    """Thigh level or below, yes or no."""
    lines = [(method, *_yes_no_cells(yes_no(_level_pairs(rows, method)))) for method in METHODS]
    return Sheet(
        title="Thigh level or below, every exercise",
        note="Repetitions; the lowest working thigh at 0° or below. sens., spec.: of those answered. unanswered: with "
        "it + without it.",
        headings=("method", *YES_NO_HEADINGS),
        rows=tuple(lines),
    )


def _level_pairs(rows: Iterable[Row], method: str) -> Iterator[tuple[bool, bool | None]]:
    own = [row for row in rows if row.measure == "thigh_angle_deg" and row.method == method]
    for members in grouped(own, lambda row: (row.clip, str(row.rep))).values():
        values = [row.value for row in members if row.value is not None]
        yield min(row.truth for row in members) <= 0.0, min(values) <= 0.0 if values else None


YES_NO_HEADINGS = ("hit", "false", "missed", "right no", "unanswered", "sens.", "spec.")


def _yes_no_cells(found: YesNo) -> tuple[str, ...]:
    counts = (found.hit, found.false_alarm, found.miss, found.right_no)
    unanswered = f"{found.unanswered_yes}+{found.unanswered_no}"
    return (*(str(n) for n in counts), unanswered, percent(found.sensitivity), percent(found.specificity))


def depth_confusion_sheet(rows: list[Row]) -> Sheet:
    """Every depth class of ours against truth."""
    note = "Repetitions of squats. Rows: truth; columns: what was said."
    return _confusion_sheet("Depth class, ours", note, _depth_pairs(rows, OURS), order=depth_names())


def valgus_sheet(rows: list[Row]) -> Sheet:
    """Valgus yes or no, by each method's own figure."""
    lines = []
    for view in (*VIEWS, "all"):
        some = [row for row in rows if view in (row.view, "all")]
        for label, method, measure, limit in VALGUS_RULES:
            found = yes_no(_valgus_pairs(some, method, measure, limit))
            if any(
                (found.hit, found.miss, found.right_no, found.false_alarm, found.unanswered_no, found.unanswered_yes)
            ):
                lines.append((view, label, *_yes_no_cells(found)))
    return Sheet(
        title="Valgus, yes or no, per repetition",
        note=f"Truth: the worse working knee {100 * VALGUS_M:.0f} cm or more inside the foot's line (over the big toe; "
        "taken rather than KASR because it holds for one leg and any stance). unanswered: with it + without it.",
        headings=("view", "method", *YES_NO_HEADINGS),
        rows=tuple(lines),
        n_words=2,
    )


VALGUS_RULES = (
    ("ours", OURS, "knee_over_foot_m", VALGUS_M),
    ("raw 2-D, knee over toe", PICTURE, "knee_over_foot_m", VALGUS_M),
    ("raw 2-D, FPPA", PICTURE, "knee_over_foot_deg", VALGUS_FPPA_DEG),
    ("world 3-D", WORLD, "knee_over_foot_m", VALGUS_M),
    ("perfect", PERFECT, "knee_over_foot_m", VALGUS_M),
)


def _valgus_pairs(rows: Iterable[Row], method: str, measure: str, limit: float) -> Iterator[tuple[bool, bool | None]]:
    own = [row for row in rows if row.method == method and row.measure in (measure, "knee_over_foot_m")]
    for members in grouped(own, lambda row: (row.clip, str(row.rep))).values():
        true = max(row.truth for row in members if row.measure == "knee_over_foot_m")
        values = [row.value for row in members if row.measure == measure and row.value is not None]
        yield true >= VALGUS_M, max(values) >= limit if values else None


def calibration_sheet(rows: list[Row], method: str = OURS) -> Sheet:
    """How often the truth lies in the stated intervals."""
    known = [row for row in rows if row.method == method and row.error is not None and row.sd is not None]
    by = grouped(known, lambda row: (row.measure, row.view))
    lines = []
    for measure in MEASURES:
        for view in (*VIEWS, "all"):
            some = [row for name in VIEWS for row in by.get((measure.name, name), []) if view in (name, "all")]
            if some:
                lines.append((titled(measure), view, *_calibration_cells(some, measure)))
    return Sheet(
        title=f"Are the stated intervals honest? {method}",
        note="Share of truths inside the stated 50 % and 90 % intervals (value ± z sd, normal). sd: median stated. "
        "RMSE: of the same figures. Moments of events have no stated sd.",
        headings=("measure", "view", "n", "clips", "sd", "RMSE", "in 50 %", "in 90 %"),
        rows=tuple(lines),
        n_words=2,
    )


def _calibration_cells(rows: list[Row], measure: Measure) -> tuple[str, ...]:
    errors, sds = [row.error or 0.0 for row in rows], [row.sd or 0.0 for row in rows]
    found = of_rows(rows)
    return (
        str(found.n),
        str(found.n_clips),
        number(float(np.median(sds)) * measure.scale, measure.digits),
        number(found.rmse, measure.digits),
        percent(share_inside(errors, sds, 0.5)),
        percent(share_inside(errors, sds, 0.9)),
    )


def clip_sheet(results: Sequence[ClipResult]) -> Sheet:
    """Every clip: what was found and said of it by ours."""
    lines = []
    for result in results:
        clip, own = result.clip, _verdicts([result], OURS)[0]
        knee = of_rows(row for row in main_rows([result]) if row.method == OURS and row.measure == "knee_flexion_deg")
        lines.append(
            (
                clip.name,
                f"{clip.yaw_deg:+.0f}".replace("-", "−"),
                number(own.yaw_deg, 0, is_signed=True),
                f"{own.n_matched}/{own.n_found}/{own.n_true}",
                (own.exercise or own.failed or "").replace("_", " "),
                NONE if own.score is None else f"{own.score:.0f}",
                (own.state or "").replace("_", " "),
                number(knee.mae, 1),
            )
        )
    return Sheet(
        title="Clips, ours",
        note="yaw: true and as said. reps: matched/found/true. knee: mean absolute error of peak flexion, degrees.",
        headings=("clip", "yaw", "said", "reps", "exercise said", "score", "looks", "knee"),
        rows=tuple(lines),
    )
