"""Try every fault: `python -m benchmarks.faults [--quick] [--only NAME ...] [--soak [MINUTES]]`; a table leaves.

--quick: a hundredth to a tenth of the numbers, in a few minutes. Exit code 1 when something did not survive. Findings
that the table has no room for are printed above it. What needs root (small disks, namespaces) or strace says so where
it is missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.faults import barriers, decoding, disk, fuzz, killing, offline, people, soak, strain, suites, twins
from benchmarks.faults.table import Check, Row, Trial, cannot, lines, table

CHECKS: dict[str, Check] = {
    "decoding": decoding.check,
    "fuzz": fuzz.check,
    "people": people.check,
    "killing": killing.check,
    "disk": disk.check,
    "strain": strain.check,
    "suites": suites.check,
    "offline": offline.check,
    "twins": twins.check,
    "barriers": barriers.check,
}
QUICK_SHARES = {"fuzz": 0.01, "strain": 0.1}
QUICK_SHARE = 0.1


def elsewhere() -> Iterable[Row]:
    """What this command does not try, and where it is."""
    yield cannot(
        18, "Ray: a node and then the head killed", "one machine; the batch's own tests have what can be tried on one"
    )
    yield cannot(19, "local and Ray outputs identical", "in the batch's own tests")


def main() -> int:
    """Try them and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few of each")
    parser.add_argument("--only", nargs="+", choices=tuple(CHECKS), default=list(CHECKS))
    parser.add_argument(
        "--soak",
        type=float,
        nargs="?",
        const=soak.FULL_MINUTES,
        metavar="MINUTES",
        help=f"mixed load with faults, in place of the checks; {soak.FULL_MINUTES:g} minutes when not given",
    )
    parser.add_argument("--samples", type=Path, metavar="FILE", help="CSV file for what the soak sees as it goes on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--database-url",
        metavar="URL",
        help="PostgreSQL on this machine whose user may make databases: the killed pages keep their rows there, and "
        "its processes are killed, too",
    )
    chosen = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        for what, run in _runs(chosen):
            share = QUICK_SHARES.get(what, QUICK_SHARE) if chosen.quick else 1.0
            began = time.monotonic()
            print(f"{what} ...", flush=True)
            trial = Trial(folder=Path(name), seed=chosen.seed, share=share, database_url=chosen.database_url)
            found = list(_tried(what, run, trial))
            print("\n".join((f"{what}: {time.monotonic() - began:.0f} s", *lines(found))), flush=True)
            rows += found
    if chosen.only == list(CHECKS) and chosen.soak is None:
        rows += elsewhere()
    print("\n".join(("", *table(sorted(rows, key=lambda row: row.check or 99)))))
    return 0 if all(row.is_held for row in rows) else 1


def _tried(what: str, run: Callable[[Trial], Iterable[Row]], trial: Trial) -> Iterator[Row]:
    """Its rows, and one more where the trial itself went wrong: the others are not lost by it."""
    try:
        yield from run(trial)
    except Exception:  # noqa: BLE001 (whatever it is, it is a row)
        traceback.print_exc()
        yield Row(check=0, name=what, n_tried=1, n_survived=0, figure="the trial itself ended with an error, see above")


def _runs(chosen: argparse.Namespace) -> list[tuple[str, Callable[[Trial], Iterable[Row]]]]:
    if chosen.soak is not None:
        return [("soak", lambda trial: soak.soak(trial, chosen.soak, chosen.samples))]
    return [(what, CHECKS[what]) for what in chosen.only]


if __name__ == "__main__":
    sys.exit(main())
