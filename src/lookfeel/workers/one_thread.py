"""What the environment of a worker says before numpy is imported; nothing else is imported here, for that reason."""

from __future__ import annotations

from collections.abc import Mapping

ONE_THREAD: Mapping[str, str] = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Sums in several threads differ in their last digits with the number of cores; small matrices gain nothing by them."""
