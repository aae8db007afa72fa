"""A job that takes a moment and gives the files of a real analysis, so that a hundred of them are quick."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from lookfeel.types import Progress
from lookfeel.web.task import Task

WORK_S = 0.2


def run(task: Task, tell: Progress) -> None:
    """Copy the results that the environment names."""
    for done in range(4):
        tell("pose", done, 4)
        time.sleep(WORK_S / 4)
    for file in Path(os.environ["LOOKFEEL_STAND_IN"]).iterdir():
        shutil.copy(file, task.folder)
