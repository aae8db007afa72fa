"""A job in place of the analysis: what the clip's text asks for. Runs in a worker process; light to import."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from pathlib import Path

from lookfeel.errors import DecoderDied, InvalidValue, StoreError, UnmatchedViews, UnreadableVideo

RESULTS = "LOOKFEEL_TEST_RESULTS"
HEAD = b"\x00\x00\x00\x10ftypmp42"


def clip(mode: str = "ok", *, size: int = 0) -> bytes:
    """A file that begins as a video does and says what is to happen."""
    return (HEAD + f"mode={mode};".encode()).ljust(size, b"x")


def run(task, tell):
    """The job."""
    mode = task.video.read_bytes()[len(HEAD) :].split(b";")[0].removeprefix(b"mode=").decode()
    with (task.folder.parents[1] / "runs.log").open("a") as log:
        second = task.second and task.second.name
        told = f"{task.exercise} {task.person} {sorted(task.context)} {second}"
        log.write(f"{task.folder.parent.name} {task.kind} {mode} {told}\n")
    tell("pose", 1, 10)
    if mode == "bad":
        raise UnreadableVideo("the file cannot be read as a video", hint="Copy it again.")
    if mode == "picky":
        _refuse_choices(task)
    if mode == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "undecodable":
        raise DecoderDied("reading this video ended unexpectedly (signal 9)")
    if mode == "bug":
        raise ZeroDivisionError
    if mode == "slow":
        time.sleep(60)
    if mode == "short":
        time.sleep(0.3)
    if mode == "full" and not (task.folder.parents[1] / "room").exists():
        time.sleep(0.5)
        raise StoreError("Could not write 'result.json': No space left on device.")
    if task.kind == "proxy":
        (task.folder / "proxy.mp4").write_bytes(b"playable" * 100)
        return
    _leave_results(mode, task.folder)


def _refuse_choices(task) -> None:
    if task.exercise == "lunge":
        raise InvalidValue("the clip shows no lunge", hint="Choose another exercise.")
    if task.person is not None:
        raise InvalidValue(f"there is no person {task.person}: 2 found", hint="People are counted from the left.")
    if task.second is not None:
        raise UnmatchedViews("whole reps in the first clip: 3, in the second: 5")


def _leave_results(mode: str, folder: Path) -> None:
    for file in (Path(os.environ[RESULTS]) / ("hevc" if mode == "hevc" else "h264")).iterdir():
        shutil.copy(file, folder)
    if mode == "crowd":
        result = json.loads((folder / "result.json").read_text())
        (folder / "result.json").write_text(json.dumps(result | {"n_people": 3}))
