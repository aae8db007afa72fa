"""Work in place of the analysis: what the clip's text asks for. Runs in worker processes too; light to import."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from pathlib import Path

from lookfeel.batch.outputs import result_files
from lookfeel.batch.run_folder import RunFolder
from lookfeel.batch.work import THE_CLIP, watched_name
from lookfeel.errors import FileMissing, UnreadableVideo

FUNCTION = "tests.unit.batch.fake_work:run"
REPORT = "LOOKFEEL_TEST_REPORT"
"""Variable with the path of the report.json that every set gets."""


def clip(path, mode="ok", *, mark=""):
    """A file that says what is to happen; mark makes it another video."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{mode} {mark}")
    return path


def run(arguments, tell):
    """Does one task, and writes down that it did."""
    task, folder = arguments["task"], RunFolder(arguments["run"])
    kind = task["kind"]
    tell(kind, 1, 2)
    if kind == "hash":
        return hash_clip(task)
    return watch(task, folder) if kind == "watch" else judge(task, folder)


def hash_clip(task):
    path = Path(task["source"])
    if not path.exists():
        raise FileMissing(f"there is no file {THE_CLIP}")
    return {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def watch(task, folder):
    mode = Path(task["source"]).read_text().split()[0]
    if mode == "bad":
        raise UnreadableVideo(f"{THE_CLIP} is no video", hint="Copy it again.")
    if mode == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "slow":
        time.sleep(0.3)
    folder.write(watched_name(task["key"]), task["key"].encode())
    return {"n_frames": 1}


def judge(task, folder):
    for key in task["watched"]:
        assert folder.read(watched_name(key)) == key.encode()
    for one in task["earlier"]:
        assert RunFolder(one["run"]).exists(f"clips/{one['folder']}/report.json")
    report = Path(os.environ[REPORT]).read_bytes()
    for name in sorted(result_files(task["folder"], has_page=task["has_page"]), key=lambda name: name.endswith("json")):
        folder.write(name, report if name.endswith("json") else name.encode())
    return {"exercise": "squat", "n_reps": 3, "looks": "good", "score": 90.0, "action": "progress"}
