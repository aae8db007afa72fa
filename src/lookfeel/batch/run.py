"""A Manifest, settings and a place enter; the finished run leaves in that place, and how it went."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace

from lookfeel.batch.driver import AtWork, Driver, Lost, Outcome, Told
from lookfeel.batch.engine import LOCAL, Engine, create_engine
from lookfeel.batch.gather import gather, write_timing
from lookfeel.batch.history import History
from lookfeel.batch.previous import PreviousRun, read_previous
from lookfeel.batch.rows import Manifest
from lookfeel.batch.run_folder import RunFolder
from lookfeel.batch.settings import BatchSettings
from lookfeel.batch.work import FUNCTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How a run went. n_there: rows for which nothing had to be done, being done before or equal to another. n_videos:
    different ones, that could be read; n_repeated_videos, n_repeated_rows: clips and rows beyond the first of each."""

    n_rows: int
    n_ok: int
    n_failed: int
    n_there: int
    n_videos: int
    n_repeated_videos: int
    n_repeated_rows: int
    wall_s: float


def _nobody(_moment: Outcome | AtWork | Lost) -> None:
    """Listens for nobody."""


@dataclass(slots=True)
class _Ledger:
    """Remembers how rows ended while the driver works, and passes everything on."""

    told: Told
    outcomes: list[Outcome] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)

    def __call__(self, moment: Outcome | AtWork | Lost) -> None:
        if isinstance(moment, Outcome):
            self.outcomes.append(replace(moment, summary={}))  # of use while it is shown only
        elif isinstance(moment, Lost):
            self.lost.append(moment)
        self.told(moment)


def run_batch(
    manifest: Manifest,
    place: str,
    *,
    settings: BatchSettings | None = None,
    previous: Sequence[str] = (),
    n_workers: int | None = None,
    engine: str | Engine = LOCAL,
    address: str | None = None,
    told: Told = _nobody,
    function: str = FUNCTION,
) -> Summary:
    """Do every row, or what is left of them, and write the run's tables and pages.

    Parameters
        place: a folder or a URL for fsspec; a run in it is gone on with. previous: places of earlier runs, whose sets
        of the same athlete are history. n_workers: at once; as many as there are cores when None. engine: by name, or
        one that is there; it is closed in the end. address: of the cluster, for an engine that has one. told: hears of
        everything while it happens. function: another one in tests only.
    Raises
        LookfeelError: a setting makes no sense, or the place holds something else, is in use or cannot be written to.
    """
    begun_s = time.monotonic()
    loaded = (settings or BatchSettings()).checked()
    earlier: list[PreviousRun] = [read_previous(one) for one in previous]
    folder, ledger = RunFolder(place), _Ledger(told)
    with folder.opened():
        chosen = create_engine(engine, n_workers=n_workers, address=address) if isinstance(engine, str) else engine
        with closing(chosen) as at_work:
            Driver(
                manifest.rows,
                folder=folder,
                loaded=loaded,
                engine=at_work,
                history=History(one for run in earlier for one in run.sets),
                told=ledger,
                n_threads=at_work.n_threads,
                function=function,
            ).run()
        outcomes = sorted(ledger.outcomes, key=lambda one: one.row.index)
        gather(outcomes, folder, manifest=manifest, loaded=loaded, previous=earlier)
        summary = _summary(outcomes, wall_s=time.monotonic() - begun_s)
        write_timing(folder, asdict(summary), n_workers=chosen.n_slots, lost=ledger.lost)
    return summary


def _summary(outcomes: Sequence[Outcome], *, wall_s: float) -> Summary:
    videos = Counter(sha for one in outcomes for sha in one.video_sha256)
    keys = Counter(one.key for one in outcomes if one.key is not None)
    n_failed = sum(one.failure is not None for one in outcomes)
    return Summary(
        n_rows=len(outcomes),
        n_ok=len(outcomes) - n_failed,
        n_failed=n_failed,
        n_there=sum(one.was_there for one in outcomes),
        n_videos=len(videos),
        n_repeated_videos=videos.total() - len(videos),
        n_repeated_rows=keys.total() - len(keys),
        wall_s=wall_s,
    )
