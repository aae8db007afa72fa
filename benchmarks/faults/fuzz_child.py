"""A kind, a seed and a range of numbers enter; each number's input is read, and findings leave on standard output.

Which number is being read is on standard error before it is: what the parent finds there last is what hung or crashed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from benchmarks.faults.fuzz_targets import target


def main() -> None:
    """Read them all."""
    kind, seed, first, last, folder = (
        sys.argv[1],
        int(sys.argv[2]),
        int(sys.argv[3]),
        int(sys.argv[4]),
        Path(sys.argv[5]),
    )
    _limit_memory()
    with tempfile.TemporaryDirectory(dir=folder) as own:
        place = Path(own)
        if (folder / "report.json").exists():
            (place / "report.json").write_bytes((folder / "report.json").read_bytes())
        if (folder / "results").exists():
            shutil.copytree(folder / "results", place / "results")
        read, n_taken = target(kind, place), 0
        for number in range(first, last):
            os.pwrite(2, f"{number:>12}".encode(), 0)
            try:
                n_taken += read(random.Random(f"{kind} {seed} {number}"))
            except Exception as error:  # noqa: BLE001 (all of them are what is looked for)
                where = traceback.extract_tb(error.__traceback__)[-1]
                finding = {
                    "number": number,
                    "error": f"{type(error).__name__}: {error}"[:300],
                    "at": f"{where.filename}:{where.lineno}",
                }
                print(json.dumps(finding), flush=True)
    print(json.dumps({"n_taken": n_taken}), flush=True)
    os._exit(0)


def _limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
