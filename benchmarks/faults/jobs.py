"""Work in the place of the real one: that never ends, or that has looked at the clip already and is quick for it.

Only looking at the clip is left out: what was seen in the sample once is judged, drawn and written as ever.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import patch

from benchmarks.faults.clips import SAMPLE
from lookfeel.batch import work
from lookfeel.batch.run_folder import RunFolder
from lookfeel.confined.order import Work
from lookfeel.ingest.opening import open_file, sha256_of
from lookfeel.kept.watched import Watched, load_watched, save_watched
from lookfeel.pipeline import AUTO, watch
from lookfeel.types import Progress
from lookfeel.web.analysis import run as run_for_page
from lookfeel.web.settings import Settings
from lookfeel.web.task import WATCHED, Task

SEEN = "LOOKFEEL_FAULTS_SEEN"
"""Variable with the path of what was seen in the sample."""

BATCH = "benchmarks.faults.jobs:batch"


def sleep(_: dict[str, Any]) -> Work:
    """A confined job: tells its process's number, then sleeps."""

    def sleeping(_clip: BinaryIO, _result: FileIO, tell: Progress) -> None:
        tell("pid", os.getpid(), None)
        time.sleep(600)

    return sleeping


def look_once(folder: Path) -> Path:
    """What is seen in the sample, as a file; looked at the first time only."""
    kept = folder / WATCHED
    if not kept.exists():
        save_watched(Watched(*watch(SAMPLE)), kept)
    return kept


def page_results(folder: Path) -> Path:
    """The files of an analysis of the sample for the page, made the first time only."""
    made = folder / "results"
    if not made.exists():
        look_once(folder)
        analyze_as_page(made, earlier=folder)
    return made


def analyze_as_page(folder: Path, *, earlier: Path | None = None) -> None:
    """Leave the files that the page's own analysis leaves of the sample in a new folder. earlier: with what was seen in
    it, which is then not looked at again."""
    folder.mkdir()
    chosen = Settings(data=folder)
    task = Task(
        job=chosen.job,
        kind="analyze",
        video=SAMPLE,
        second=None,
        name=SAMPLE.name,
        folder=folder,
        earlier=earlier,
        exercise=AUTO,
        strictness=0.5,
        context={},
        max_bytes=chosen.max_upload_bytes,
        max_duration_s=chosen.max_duration_s,
        max_memory_bytes=chosen.max_job_memory_bytes,
        max_cpu_s=int(chosen.max_job_s),
        max_file_bytes=chosen.max_job_file_bytes,
    )
    run_for_page(task, lambda *_: None)


def _seen_before(path: Path) -> Watched:
    """What was seen in the sample, as if it had been seen in this clip."""
    seen = load_watched(Path(os.environ[SEEN]))
    assert seen is not None
    with open_file(path) as file:
        return seen._replace(info=replace(seen.info, path=str(path), sha256=sha256_of(file)))


def batch(arguments: dict[str, Any], tell: Progress) -> dict[str, Any]:
    """A Function of lookfeel.workers, as that of a batch."""
    task = arguments["task"]
    if task["kind"] != "watch":
        return work.run(arguments, tell)
    with RunFolder(arguments["run"]).writing(work.watched_name(task["key"])) as kept:
        save_watched(_seen_before(Path(task["source"])), kept)
    return {"n_frames": 1}


def command_line() -> None:
    """`lookfeel` with the arguments of this process."""
    from lookfeel.cli import main

    with patch("lookfeel.pipeline.watch", lambda path, **_: tuple(_seen_before(Path(path)))):
        main()


if __name__ == "__main__":
    command_line()
