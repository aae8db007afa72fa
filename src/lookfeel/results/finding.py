"""Paths enter; the clips that were analysed there leave, with their rows of sets and reps.

A path is the folder of one clip's results, its report.json or motion.nc, a folder of such folders, or the folder of a
whole batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookfeel.errors import FileMissing, InvalidValue, UnreadableReport
from lookfeel.export import Motion, read_motion
from lookfeel.report import ReportDocument, read_report
from lookfeel.tables import RowLabel, rep_rows, set_row

REPORT_NAME, MOTION_NAME = "report.json", "motion.nc"
SETS_NAME, REPS_NAME = "sets.parquet", "reps.parquet"
CLIPS_FOLDER, SIGNALS_FOLDER = "clips", "signals"

ANALYSE = "Give a folder that 'lookfeel analyze' or 'lookfeel batch' made, such as lookfeel-out/<clip>."


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipResult:
    """One clip that was analysed. name: of its folder; report, motion: its files."""

    name: str
    report: Path
    motion: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundResults:
    """clips: in the order of the paths; sets, reps: rows as `tables` has them, those of failed clips too."""

    clips: tuple[ClipResult, ...]
    sets: tuple[dict[str, Any], ...]
    reps: tuple[dict[str, Any], ...]


def find_results(paths: Sequence[str | Path]) -> FoundResults:
    """All results below the paths.

    Raises
        FileMissing: a path has no results, or a clip no motion.nc. UnreadableReport: a report of another version.
        InvalidValue: two clips of one name, or a batch whose tables are damaged.
    """
    parts = [_found(Path(path)) for path in paths]
    clips = tuple(clip for part in parts for clip in part.clips)
    _check_names(clips)
    for clip in clips:
        _check_motion(clip)
    return FoundResults(
        clips=clips,
        sets=tuple(row for part in parts for row in part.sets),
        reps=tuple(row for part in parts for row in part.reps),
    )


def read_clip(clip: ClipResult) -> tuple[ReportDocument, Motion]:
    """Both files of a clip.

    Raises
        InvalidValue: they are of two different analyses.
    """
    document, motion = read_report(clip.report), read_motion(clip.motion)
    made_by = document.provenance
    for name in ("video_sha256", "lookfeel_version", "rubric_sha256", "matrix_sha256"):
        if motion.provenance.get(name) != getattr(made_by, name):
            what = f"{str(clip.motion)!r} and its report are not of the same analysis: {name} differs"
            raise InvalidValue(what, hint="Analyse the clip again.")
    return document, motion


def _found(path: Path) -> FoundResults:
    if path.is_file() and path.name in (REPORT_NAME, MOTION_NAME):
        path = path.parent
    if (path / REPORT_NAME).is_file():
        return _of_clips([path])
    if (path / SETS_NAME).is_file():
        return _of_batch(path)
    folders = sorted(report.parent for report in path.glob(f"*/{REPORT_NAME}")) if path.is_dir() else []
    if not folders:
        raise FileMissing(f"{str(path)!r}: no results here", hint=ANALYSE)
    return _of_clips(folders)


def _of_clips(folders: Iterable[Path]) -> FoundResults:
    clips = tuple(_clip(folder) for folder in folders)
    sets, reps = [], []
    for clip in clips:
        document = read_report(clip.report)
        label = RowLabel(clip=document.video.name, result=clip.name)
        sets.append(set_row(label, document))
        reps.extend(rep_rows(label, document))
    return FoundResults(clips=clips, sets=tuple(sets), reps=tuple(reps))


def _clip(folder: Path, *, elsewhere: Path | None = None) -> ClipResult:
    """elsewhere: where the motion is when it is not in the folder."""
    motion = folder / MOTION_NAME
    if elsewhere is not None and not motion.is_file():
        motion = elsewhere
    return ClipResult(name=folder.resolve().name, report=folder / REPORT_NAME, motion=motion)


def _of_batch(folder: Path) -> FoundResults:
    """A batch: its own tables, and a clip for each row that did not fail; identical clips share one result."""
    sets, reps = _rows(folder / SETS_NAME), _rows(folder / REPS_NAME)
    names = dict.fromkeys(row.get("result") for row in sets if row.get("status") == "ok")
    clips = []
    for name in names:
        if not isinstance(name, str) or name in ("", ".", "..") or Path(name).name != name:
            raise InvalidValue(f"{folder / SETS_NAME}: {name!r} is no folder of results", hint=ANALYSE)
        clips.append(_clip(folder / CLIPS_FOLDER / name, elsewhere=folder / SIGNALS_FOLDER / f"{name}.nc"))
    return FoundResults(clips=tuple(clips), sets=sets, reps=reps)


def _rows(path: Path) -> tuple[dict[str, Any], ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return tuple(pq.read_table(path).to_pylist())
    except (OSError, pa.ArrowException) as error:
        hint = "Run the batch again: it goes on where it was."
        raise InvalidValue(f"{str(path)!r} cannot be read: {error}", hint=hint) from error


def _check_names(clips: tuple[ClipResult, ...]) -> None:
    """Refuse clips whose files would overwrite each other, on any disk."""
    seen: dict[str, ClipResult] = {}
    for clip in clips:
        other = seen.setdefault(clip.name.casefold(), clip)
        if other is not clip:
            what = f"{str(other.report.parent)!r} and {str(clip.report.parent)!r} would both become {clip.name!r}"
            raise InvalidValue(what, hint="Export them one by one with different -o.")


def _check_motion(clip: ClipResult) -> None:
    """Tell a result of an earlier version before the work, with the next step."""
    if not clip.report.is_file():
        raise FileMissing(f"{str(clip.report)!r}: no such file", hint=ANALYSE)
    if not clip.motion.is_file():
        what = f"{str(clip.report.parent)!r} has no {MOTION_NAME}: it was made by an earlier version of lookfeel"
        try:
            name = read_report(clip.report).video.name
        except UnreadableReport:
            name = "the clip"
        raise FileMissing(what, hint=f"Analyse {name} again with 'lookfeel analyze', then export.")
