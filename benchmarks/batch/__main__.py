"""Batches measured: `python -m benchmarks.batch [FOLDER] [--kills 50] [--rows 2000] [--engine ray]`.

Without --kills and --rows: all clips of the folder by one worker, by several, and by another engine when it is named;
wall time, efficiency (time of one worker over time times workers), and one hash of all files that came out.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.batch.many import make_rows
from benchmarks.batch.running import Memory, children, digest, finish, hashes, left_over, start

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_videos"
SHORTEST_S = 0.2
"""Before a kill; a driver that has not begun is as good a moment as any."""


def main() -> None:
    """Measure what was asked for, and print it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", nargs="?", type=Path, default=SAMPLES, help="clips; the sample videos when not given")
    asked.add_argument("--workers", type=int, default=2, help="processes beside the run with one; 2 when not given")
    asked.add_argument("--engine", default="local", help="another engine to compare with, such as ray")
    asked.add_argument("--kills", type=int, default=0, help="kill the batch so many times and compare the bytes")
    asked.add_argument("--rows", type=int, default=0, help="make so many rows of short clips, some of them broken")
    asked.add_argument("--videos", type=int, help="different videos among the rows; all of them when not given")
    asked.add_argument("--seed", type=int, default=1, help="of the moments of the kills")
    asked.add_argument("--keep", type=Path, help="folder for what comes out; a temporary one when not given")
    given = asked.parse_args()
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory() as temporary:
        place = given.keep or Path(temporary)
        if given.rows:
            many_rows(given, place, console)
        elif given.kills:
            killed(given, place, console)
        else:
            side_by_side(given, place, console)


def side_by_side(given: argparse.Namespace, place: Path, console: Console) -> None:
    """The same clips by one worker, by several, and by another engine."""
    ways = [("one worker", 1, "local"), (f"{given.workers} workers", given.workers, "local")]
    if given.engine != "local":
        ways.append((given.engine, given.workers, given.engine))
    table = Table("way", "wall s", "efficiency", "files", "hash of all")
    alone_s = None
    for name, n_workers, engine in ways:
        run = place / name.replace(" ", "-")
        wall_s = finish([str(given.folder), "-o", str(run), "--workers", str(n_workers), "--engine", engine])
        alone_s = alone_s or wall_s
        found = hashes(run)
        table.add_row(name, f"{wall_s:.1f}", f"{alone_s / wall_s / n_workers:.2f}", str(len(found)), digest(found))
    console.print(table)


def killed(given: argparse.Namespace, place: Path, console: Console) -> None:
    """Kill the batch again and again, half of the times with its workers; then let it end, and compare."""
    chance = random.Random(given.seed)
    common = ["--workers", str(given.workers), "--engine", given.engine]
    whole_s = finish([str(given.folder), "-o", str(place / "whole"), *common])
    wanted = hashes(place / "whole")
    n_kills, n_runs, n_same, orphans = 0, 0, 0, 0
    while n_kills < given.kills:
        run = place / f"killed-{n_runs}"
        n_runs += 1
        while n_kills < given.kills:
            process = start([str(given.folder), "-o", str(run), *common])
            if _ends_within(process, chance.uniform(SHORTEST_S, max(1.0, whole_s / 3))):
                break
            workers = children(process.pid)
            process.kill()
            if chance.random() < 0.5:
                for pid in workers:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            process.communicate()
            n_kills += 1
            orphans += len(left_over(workers))
        finish([str(given.folder), "-o", str(run), *common])
        n_same += hashes(run) == wanted
    table = Table("kills", "runs", "runs with the bytes of the one that was left alone", "files", "orphans")
    table.add_row(str(n_kills), str(n_runs), str(n_same), str(len(wanted)), str(orphans))
    console.print(table)


def _ends_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether a process ends by itself in this time."""
    ends_s = time.monotonic() + seconds
    while time.monotonic() < ends_s:
        if process.poll() is not None:
            return True
        time.sleep(0.01)
    return False


def many_rows(given: argparse.Namespace, place: Path, console: Console) -> None:
    """A long manifest with broken clips: speed, memory over time, and whether just the broken ones failed."""
    samples = sorted(path for path in given.folder.iterdir() if path.suffix == ".mp4")
    manifest, broken = make_rows(samples, place / "clips", n_rows=given.rows, n_videos=given.videos or given.rows)
    run, memory = place / "many", Memory()
    begun_s = time.perf_counter()
    process = start(["--manifest", str(manifest), "-o", str(run), "--workers", str(given.workers)])
    sampler = memory.watch(process)
    _, errors = process.communicate()
    sampler.join()
    wall_s = time.perf_counter() - begun_s
    if process.returncode not in (0, 5):
        raise SystemExit(errors.decode(errors="replace"))
    with (run / "failures.csv").open(newline="", encoding="utf-8") as file:
        failed = {row["clip"] for row in csv.DictReader(file)}
    table = Table("rows", "clips/min", "broken", "of these failed", "others failed")
    table.add_row(
        str(given.rows),
        f"{60 * given.rows / wall_s:.1f}",
        str(len(broken)),
        str(len(failed & broken)),
        str(len(failed - broken)),
    )
    console.print(table)
    console.print(_memory_table(memory))


def _memory_table(memory: Memory) -> Table:
    """Megabytes in each quarter of the run."""
    table = Table("resident MB", *(f"quarter {n}" for n in (1, 2, 3, 4)), "peak")
    for name, values in (("driver", memory.driver), ("largest worker", memory.worker)):
        size = max(1, len(values) // 4)
        parts = [values[n * size : (n + 1) * size] for n in range(4)]
        shown = [f"{median(part) / 1e6:.0f}" if part else "" for part in parts]
        table.add_row(name, *shown, f"{max(values, default=0) / 1e6:.0f}")
    return table


if __name__ == "__main__":
    main()
