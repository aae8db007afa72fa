"""Sets of long ago enter; their videos, and the pictures made of them, leave the disk. What was measured stays."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from lookfeel.store import Database, DataFolder
from lookfeel.store.models import Job, TrainingSet, now
from lookfeel.store.queue import ACTIVE
from lookfeel.web.settings import Settings
from lookfeel.web.task import POSTER, SECOND


def remove_old_videos(database: Database, folder: DataFolder, settings: Settings) -> int:
    """Remove what shows the athlete of every set that is older than videos are kept; the number of sets.

    A set that waits or is at work keeps its video until that is done. Files go before the row forgets the copy: what a
    crash leaves between the two is removed the next time. A video that was brought in later, of a set of long ago,
    counts from the day when its file was written here.
    """
    if settings.video_life is None:
        return 0
    with database.writing() as rows:  # so that nobody queues one of them meanwhile
        at_work = select(Job.id).where(Job.set_id == TrainingSet.id, Job.state.in_(ACTIVE)).exists()
        limit = now() - settings.video_life
        is_old = TrainingSet.created_at < limit
        n_removed = 0
        for row in rows.scalars(select(TrainingSet).where(is_old, ~at_work)):
            if _is_older(folder.video(row.id), limit) or (row.proxy is not None and not folder.video(row.id).exists()):
                _remove(folder, row)
                n_removed += 1
    return n_removed


def _is_older(video: Path, limit: datetime) -> bool:
    """Whether a video is here, and has been since before the limit."""
    return video.exists() and video.stat().st_mtime < limit.timestamp()


def _remove(folder: DataFolder, row: TrainingSet) -> None:
    place = folder.of_set(row.id)
    if row.results is not None:
        (place / row.results / POSTER).unlink(missing_ok=True)
    if row.proxy is not None:
        shutil.rmtree(place / row.proxy, ignore_errors=True)
        row.proxy = None
    (place / SECOND).unlink(missing_ok=True)
    folder.video(row.id).unlink(missing_ok=True)  # last: while it is there, the rest is looked for again
