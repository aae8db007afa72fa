"""A batch that is killed at moments chosen by chance, and goes on each time, enters; whether its bytes are the same as
those of one that was left alone leaves as a row.

Looking at the clips is left out (see jobs); judging, drawing, writing and tables are real.
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults import jobs
from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.table import Row, Trial
from benchmarks.faults.whole import is_whole
from lookfeel.batch.gather import TIMING
from lookfeel.batch.run_folder import MARK, UNFINISHED

TEAM = (
    "clip,athlete,date,load_kg,pain\n"
    "b.mp4,Ann,2026-03-08,62.5,1\n"
    "a.mp4,Ann,2026-03-01,60,0\n"
    "none.mp4,Ann,2026-03-05,,\n"
    "a.mp4,Bea,2026-03-01,40,0\n"
    "a.mp4,,,20,\n"
)
"""A chain of two, a clip that is there under three loads, and one that is missing."""

LEAST_FOLDERS = 5

MOST_OF_RUN = 0.6
"""Share of a whole run's time before which it is killed: each then comes nearer to its end, and most are killed several
times before (chosen by us)."""

START = """
import sys
from pathlib import Path
from lookfeel.batch.manifest import read_manifest
from lookfeel.batch.run import run_batch
run_batch(read_manifest(Path(sys.argv[1])), sys.argv[2], n_workers=2, function=sys.argv[3])
"""


@dataclass(slots=True)
class _Seen:
    """What came of the kills. folders: of runs that came to their end."""

    n_kills: int = 0
    n_torn: int = 0
    n_folders: int = 0
    n_different: int = 0
    folder_kills: list[int] = field(default_factory=list)


def check(trial: Trial) -> Row:
    """So many kills, over as many run folders as it takes, five at least."""
    room, chance, seen = trial.room("batch"), random.Random(trial.seed), _Seen()
    team, kept = _team(room), jobs.look_once(trial.room("seen"))
    began = time.monotonic()
    _started(team, room / "alone", kept).wait()
    takes_s, alone = time.monotonic() - began, _hashes(room / "alone")
    n_kills = trial.of(50)
    while seen.n_kills < n_kills or seen.n_folders < min(LEAST_FOLDERS, n_kills):
        place = room / f"run-{seen.n_folders}"
        most = -(-n_kills // LEAST_FOLDERS)
        seen.folder_kills.append(_killed_to_the_end(team, place, kept, seen, chance, takes_s=takes_s, most=most))
        seen.n_folders += 1
        seen.n_different += _hashes(place) != alone
        print(f"    {place.name}: {seen.n_kills} kills so far, {seen.n_different} folders differ", flush=True)
    figure = f"{seen.n_folders} run folders, killed {min(seen.folder_kills)} to {max(seen.folder_kills)} times each "
    figure += f"within {takes_s:.0f} s; {seen.n_different} of them differ in a byte from one left alone ({len(alone)} "
    figure += f"files); {seen.n_torn} half files under a final name"
    return Row(
        check=13,
        name="kill -9 of a batch, which goes on, looking at clips left out",
        n_tried=seen.n_kills,
        n_survived=seen.n_kills if alone and not seen.n_different and not seen.n_torn else 0,
        figure=figure,
        seed=trial.seed,
    )


def _killed_to_the_end(
    team: Path, place: Path, kept: Path, seen: _Seen, chance: random.Random, *, takes_s: float, most: int
) -> int:
    """Kill the batch in this folder until it ends before it is killed, or was killed `most` times; how often it was."""
    for number in range(most):
        process = _started(team, place, kept)
        time.sleep(chance.random() * MOST_OF_RUN * takes_s)
        process.kill()
        if process.wait() == 0:
            return number
        seen.n_kills += 1
        seen.n_torn += sum(not is_whole(path) for path in _final(place))
    if _started(team, place, kept).wait() != 0:
        seen.n_different += 1
    return most


def _team(room: Path) -> Path:
    """The manifest, and two clips that differ by what lies behind their last box."""
    for name in ("a", "b"):
        (room / f"{name}.mp4").write_bytes(SAMPLE.read_bytes() + b"\x00\x00\x00\x09free" + name.encode())
    (room / "team.csv").write_text(TEAM)
    return room / "team.csv"


def _started(team: Path, place: Path, kept: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", START, str(team), str(place), jobs.BATCH]
    return subprocess.Popen(command, env=os.environ | {jobs.SEEN: str(kept)})


def _final(place: Path) -> list[Path]:
    """Files of a run under their final names: not what is being written, nor the mark, which is only there or not."""
    there = [path for path in place.rglob("*") if path.is_file()]
    return [path for path in there if not path.is_relative_to(place / UNFINISHED) and path != place / MARK]


def _hashes(place: Path) -> dict[str, str]:
    """Of every file of a run, but for the one about how it went."""
    files = [path for path in place.rglob("*") if path.is_file() and path.name != TIMING]
    return {path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
