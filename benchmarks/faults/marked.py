"""A job in place of the analysis: the files of a real one leave, with the mark of the clip. Light to import."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from pathlib import Path

from lookfeel.types import Progress
from lookfeel.web.task import CSV_NAMES, POSTER, PROXY, REPLAY, Task

RESULTS = "LOOKFEEL_GYM_RESULTS"
"""In the environment: the folder of those files."""
START = b"\x00\x00\x00\x10ftypmp42"
MARK_BYTES = 40


def measure(task: Task, tell: Progress) -> None:
    """Copy them, each that is sent to browsers with what follows the clip's first bytes."""
    tell("pose", 1, 2)
    mark = task.video.read_bytes()[len(START) : len(START) + MARK_BYTES]
    if task.kind == "proxy":
        (task.folder / PROXY).write_bytes(START + mark)
        return
    for file in Path(os.environ[RESULTS]).iterdir():
        shutil.copy(file, task.folder)
    (task.folder / POSTER).write_bytes(b"\xff\xd8" + mark)
    replay = json.loads(gzip.decompress((task.folder / REPLAY).read_bytes())) | {"mark": mark.decode(errors="replace")}
    (task.folder / REPLAY).write_bytes(gzip.compress(json.dumps(replay).encode()))
    for name in CSV_NAMES:
        with (task.folder / name).open("ab") as table:
            table.write(mark + b"\n")
