"""Exported files opened by others' readers: `python -m benchmarks.exports [CLIP | motion.nc] [--data FOLDER]`.

Writes .trc, .mot and .c3d of a clip (a rendered one without an argument) and prints what each installed reader says of
them; one that is not installed is named as not tried. Then, where the motion capture data are, our joint angles against
those of OpenSim's inverse kinematics. None of the readers is needed by the program: `pip install opensim
trc-data-reader pyomeca c3d kineticstoolkit`, in an environment of its own, since some hold back newer libraries.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.exports.angles import Apart, all_apart
from benchmarks.exports.readers import READERS, Files, told_by
from lookfeel.export import Motion, even_motion, motion_of, read_motion, write_c3d, write_mot, write_trc

ROOT = Path(__file__).resolve().parents[2]
CLIP = ROOT / "sample_videos" / "squat_side_deep.mp4"
DATA = ROOT.parent / "shared" / "data"


def main() -> int:
    """Command line; 1 when an installed reader refuses a file."""
    options = _options()
    console = Console(width=120)
    motion = _motion(options.clip)
    even = even_motion(motion)
    console.print(f"{motion.name}: {len(motion.time_s)} frames, {even.n_resampled} of {len(even.time_s)} resampled")
    n_refused = 0
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        files = Files(
            trc=write_trc(motion, place / "clip.trc"),
            mot=write_mot(motion, place / "clip.mot"),
            c3d=write_c3d(motion, place / "clip.c3d"),
        )
        for name, reader in READERS.items():
            told = told_by(reader, files)
            n_refused += told.is_refused
            console.print(f"\n{name}", style="bold")
            for line in told.lines:
                console.print(f"  {line}", highlight=False, markup=False)
    for title, rows in all_apart(options.data / "mocap"):
        console.print(_table(title, rows))
    return int(n_refused > 0)


def _motion(path: Path) -> Motion:
    if path.suffix == ".nc":
        return read_motion(path)
    from lookfeel.pipeline import analyze

    return motion_of(analyze(path))


def _table(title: str, rows: list[Apart]) -> Table:
    table = Table("column", "ours 5-95 %", "OpenSim 5-95 %", "mean", "SD", "r", title=title)
    for row in rows:
        ours, theirs = ("{:.0f} to {:.0f}".format(*span) for span in (row.ours_deg, row.theirs_deg))
        table.add_row(row.column, ours, theirs, f"{row.mean_deg:+.1f}", f"{row.sd_deg:.1f}", f"{row.correlation:.3f}")
    return table


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", nargs="?", type=Path, default=CLIP)
    parser.add_argument("--data", type=Path, default=DATA)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
