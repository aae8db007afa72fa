"""The landmark network enters; how long one run of it must take on one core of this machine at least leaves.

Its multiplications and additions are counted from the shapes of its weights and outputs; what a core can do at best is
measured by the product of two square matrices, on which processors do better than on anything else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

LANDMARK_GFLOP = 0.703
"""Of one run, two for each multiplication with its addition: counted over the convolutions of pose_landmark_full by
scripts/convert_blazepose.py's graph; see DECISIONS.md."""

SIDE, N_TRIES = 1024, 12


def achievable_gflops() -> float:
    """Best of some products of two matrices of single precision, on one thread, in 10^9 operations a second."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", "benchmarks.speed.floor"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **one})
    return float(json.loads(done.stdout))


def floor_s(gflops: float) -> float:
    """Seconds of one core for one run of the landmark network."""
    return LANDMARK_GFLOP / gflops


def _measured() -> float:
    import numpy as np

    a = np.random.default_rng(0).random((SIDE, SIDE), dtype=np.float32)
    best = np.inf
    for _ in range(N_TRIES):
        begun = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - begun)
    return float(2e-9 * SIDE**3 / best)


if __name__ == "__main__":
    print(json.dumps(_measured()))
