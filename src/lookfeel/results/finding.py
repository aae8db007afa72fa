"""Paths enter; the clips that were analysed there leave, with their rows of sets and reps.

A path is the folder of one clip's results, its report.json or motion.nc, a folder of such folders, or the folder of a
whole batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from lookfeel.errors import FileMissing, InvalidValue
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


Rows = Iterator[list[dict[str, Any]]]
"""Rows as `tables` has them, some at a time, so that a large batch need not be in memory."""

ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one path gave. batch: the folder of a batch, whose own tables have the rows, those of failed clips too."""

    clips: tuple[ClipResult, ...]
    batch: Path | None = None

    def sets(self) -> Rows:
        if self.batch is not None:
            return _rows(self.batch / SETS_NAME)
        return ([set_row(label, document)] for label, document in self._read())

    def reps(self) -> Rows:
        if self.batch is not None:
            return _rows(self.batch / REPS_NAME)
        return (rep_rows(label, document) for label, document in self._read())

    def _read(self) -> Iterator[tuple[RowLabel, ReportDocument]]:
        for clip in self.clips:
            document = read_report(clip.report)
            yield RowLabel(clip=document.video.name, result=clip.name), document


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundResults:
    """What was found, in the order of the paths."""

    parts: tuple[_Part, ...]

    @property
    def clips(self) -> tuple[ClipResult, ...]:
        """Clips that were analysed."""
        return tuple(clip for part in self.parts for clip in part.clips)

    def sets(self) -> Rows:
        """Rows of sets, those of failed clips too."""
        return chain.from_iterable(part.sets() for part in self.parts)

    def reps(self) -> Rows:
        """Rows of reps."""
        return chain.from_iterable(part.reps() for part in self.parts)


def find_results(paths: Sequence[str | Path]) -> FoundResults:
    """All results below the paths.

    Raises
        FileMissing: a path has no results, or a clip no motion.nc. UnreadableReport: a report of another version.
        InvalidValue: two clips of one name, or a batch whose tables are damaged.
    """
    found = FoundResults(parts=tuple(_found(Path(path)) for path in paths))
    _check_names(found.clips)
    for clip in found.clips:
        _check_files(clip)
    return found


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


def _found(path: Path) -> _Part:
    if path.is_file() and path.name in (REPORT_NAME, MOTION_NAME):
        path = path.parent
    if (path / REPORT_NAME).is_file():
        return _Part(clips=(_clip(path),))
    if (path / SETS_NAME).is_file():
        return _of_batch(path)
    folders = sorted(report.parent for report in path.glob(f"*/{REPORT_NAME}")) if path.is_dir() else []
    if not folders:
        raise FileMissing(f"{str(path)!r}: no results here", hint=ANALYSE)
    return _Part(clips=tuple(_clip(folder) for folder in folders))


def _clip(folder: Path, *, elsewhere: Path | None = None) -> ClipResult:
    """elsewhere: where the motion is when it is not in the folder."""
    motion = folder / MOTION_NAME
    if elsewhere is not None and not motion.is_file():
        motion = elsewhere
    return ClipResult(name=folder.resolve().name, report=folder / REPORT_NAME, motion=motion)


def _of_batch(folder: Path) -> _Part:
    """A batch: a clip for each row that did not fail; identical clips share one result."""
    rows = (row for some in _rows(folder / SETS_NAME, columns=("result", "status")) for row in some)
    names = dict.fromkeys(row.get("result") for row in rows if row.get("status") == "ok")
    clips = []
    for name in names:
        if not isinstance(name, str) or name in ("", ".", "..") or Path(name).name != name:
            raise InvalidValue(f"{folder / SETS_NAME}: {name!r} is no folder of results", hint=ANALYSE)
        clips.append(_clip(folder / CLIPS_FOLDER / name, elsewhere=folder / SIGNALS_FOLDER / f"{name}.nc"))
    return _Part(clips=tuple(clips), batch=folder)


def _rows(path: Path, *, columns: Sequence[str] | None = None) -> Rows:
    """Rows of a table of a batch; InvalidValue when it is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as table:
            for some in table.iter_batches(batch_size=ROWS_AT_ONCE, columns=columns):
                yield some.to_pylist()
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


def _check_files(clip: ClipResult) -> None:
    """Tell a result of an earlier version before the work, with the next step."""
    if not clip.motion.is_file() and clip.report.is_file():
        what = f"{str(clip.report.parent)!r} has no {MOTION_NAME}: it was made by an earlier version of lookfeel"
        raise FileMissing(what, hint="Analyse its clip again with 'lookfeel analyze', then export.")
    read_report(clip.report)
