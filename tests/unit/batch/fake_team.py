"""A team of stand-in clips, a run of it, and the hashes of what the run wrote."""

from __future__ import annotations

import hashlib

from lookfeel.batch.manifest import read_manifest
from lookfeel.batch.run import run_batch
from tests.unit.batch import fake_work

TEAM = (
    "clip,athlete,date,note,n_reps_told\n"
    "a2.mp4,Ann,2026-03-02,,5\n"
    "a1.mp4,Ann,2026-03-01,=SUM(A1),\n"
    "bad.mp4,Ann,2026-03-03,@note,\n"
    "b1.mp4,Bea,2026-03-01,,\n"
    "b2.mp4,Bea,2026-03-05,,\n"
    "again.mp4,,,,\n"
    "die.mp4,Bea,2026-03-06,,\n"
    "none.mp4,,,,\n"
    "a1.mp4,Ann,2026-03-01,twice,\n"
)
"""Two athletes, a video that is there twice, a row that is, one broken clip, one missing, one that kills its worker."""


def make_team(folder):
    modes = {"bad.mp4": "bad", "die.mp4": "die"}
    for name in ("a1.mp4", "a2.mp4", "b1.mp4", "b2.mp4", "bad.mp4", "die.mp4"):
        fake_work.clip(folder / name, modes.get(name, "slow"), mark=name)
    fake_work.clip(folder / "again.mp4", "slow", mark="a1.mp4")
    (folder / "team.csv").write_text(TEAM)
    return folder / "team.csv"


def run(team, place, **more):
    return run_batch(read_manifest(team), str(place), function=fake_work.FUNCTION, **{"n_workers": 2, **more})


def hashes(place):
    """SHA-256 of every file of a run, but for the one about how it went."""
    files = [path for path in place.rglob("*") if path.is_file() and path.name != "timing.json"]
    return {path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
