"""What grows in a soak is told from what only wavers; files that are half there are told from whole ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.faults import processes
from benchmarks.faults.growth import growth, growth_row
from benchmarks.faults.whole import is_whole

HOUR = np.arange(0.0, 3600.0, 10.0)


def test_a_leak_is_found_under_noise_and_spikes():
    chance = np.random.default_rng(1)
    values = 150.0 + 20.0 * HOUR / 3600.0 + chance.normal(0.0, 2.0, len(HOUR))
    values[::37] += 300.0

    seen = growth(HOUR, values)

    assert not seen.is_flat
    assert seen.low < 20.0 < seen.high
    assert seen.per_hour == pytest.approx(20.0, abs=3.0)


def test_noise_alone_and_what_is_loaded_at_first_are_flat():
    chance = np.random.default_rng(2)
    values = 150.0 + chance.normal(0.0, 2.0, len(HOUR)) - 60.0 * (HOUR < 600.0)

    assert growth(HOUR, values).is_flat


def test_an_open_file_more_every_ten_minutes_is_a_leak():
    assert not growth(HOUR, 20.0 + HOUR // 600.0).is_flat
    assert growth(HOUR, np.full(len(HOUR), 20.0)).is_flat


def test_the_row_says_flat_or_grows_and_too_few_samples_are_no_proof():
    flat = growth_row("files", HOUR, np.full(len(HOUR), 20.0), unit="", seed=1)
    grows = growth_row("memory", HOUR, 100.0 + HOUR / 36.0, unit="MB", seed=1)
    assert (flat.is_held, flat.figure.split(":")[0]) == (True, "flat")
    assert (grows.is_held, grows.figure.split(":")[0]) == (False, "grows")
    assert "+1e+02 an hour" in grows.figure
    assert not growth_row("memory", [0.0], [1.0], unit="", seed=1).is_held


@pytest.mark.parametrize(
    ("name", "whole", "half"),
    [
        ("report.json", b'{"a": 1}\n', b'{"a": 1'),
        ("report.html", b"<html></html>\n", b"<html>"),
        ("reps.csv", b"a,b\n1,2\n", b"a,b\n1,"),
    ],
)
def test_half_a_file_is_told_from_a_whole_one(tmp_path, name, whole, half):
    path = tmp_path / name
    path.write_bytes(whole)
    assert is_whole(path)
    path.write_bytes(half)
    assert not is_whole(path)
    assert is_whole(path.rename(tmp_path / f"{name}.part"))


@pytest.mark.parametrize("name", ["motion.nc", "sets.parquet", "watched.npz"])
def test_an_empty_archive_is_half_a_file(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    assert not is_whole(tmp_path / name)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc")
def test_a_process_and_its_child_are_seen_and_ended():
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:
        process.stdout.readline()
        (child,) = processes.descendants(process.pid)
        assert child in processes.descendants(os.getpid())
        assert processes.is_alive(child)
        assert processes.memory_mb(child) > 1.0
        assert processes.n_open(child) >= 3
        assert processes.n_threads(child) == 1

        assert processes.kill(child)
        process.wait()
    assert not processes.is_alive(child)
    assert not processes.kill(child)
    assert processes.memory_mb(child) == 0.0
