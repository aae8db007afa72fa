"""The quick part of benchmarks.faults: bent bytes of every kind, and a table that hides no failure."""

from __future__ import annotations

import random

import pytest

from benchmarks.faults.barriers import row_of as row_of_looks
from benchmarks.faults.decoding import filter_begins
from benchmarks.faults.fuzz_targets import target
from benchmarks.faults.mutation import bent_bytes, bent_text
from benchmarks.faults.suites import SUITES
from benchmarks.faults.table import Row, Trial, cannot, table
from benchmarks.faults.twins import row_of as row_of_twins
from benchmarks.web.journey import Row as Step


@pytest.mark.parametrize(("kind", "n_inputs"), [("container", 400), ("toml", 60), ("answers", 300), ("manifest", 400)])
def test_bent_input_gives_an_answer_or_a_named_error(tmp_path, kind, n_inputs):
    read = target(kind, tmp_path)
    answers = [read(random.Random(f"{kind} {number}")) for number in range(n_inputs)]
    assert 0 < sum(answers) < n_inputs  # some were bent too little, some too much: both ways are tried


@pytest.mark.parametrize("bend", [bent_bytes, bent_text])
def test_bending_is_by_chance_and_the_same_again(bend):
    good = bytes(range(256)) * 20
    bent = [bend(good, random.Random(number)) for number in range(50)]
    assert bent == [bend(good, random.Random(number)) for number in range(50)]
    assert len(set(bent)) > 45
    assert good not in bent


def test_the_table_marks_what_did_not_survive():
    good = Row(check=6, name="a", n_tried=1000, n_survived=1000, figure="f", seed=1)
    bad = Row(check=0, name="b", n_tried=3, n_survived=2, figure="g")
    lines = list(table([good, bad, cannot(32, "c", "no browser")]))[2:]
    assert lines[0] == "| 6 | a | 1,000 | 1,000 | f | 1 |"
    assert lines[1] == "| – | b | 3 | 2 **!** | g | – |"
    assert lines[2] == "| 32 | c | – | – | not tried here: no browser | – |"
    assert (good.is_held, bad.is_held) == (True, False)


def test_a_share_of_a_number_is_never_nothing(tmp_path):
    assert Trial(folder=tmp_path, seed=1, share=0.01).of(50) == 1


def test_every_suite_names_files_that_are_there():
    from benchmarks.faults.clips import ROOT

    for suite in SUITES:
        for place in suite.where:
            assert (ROOT / place).exists(), place


@pytest.mark.parametrize(("far_deg", "held"), [(0.9, 1), (1.2, 0)])
def test_twins_hold_by_their_median_and_the_worst_is_said(far_deg, held):
    found = {
        "near": {"knee_flexion_left_deg": [0.1, 0.2, 0.3]},
        "far": {"knee_flexion_left_deg": [0.1, 0.2, 1.7], "trunk_lean_deg": [far_deg, 1.1, 1.3]},
    }
    row = row_of_twins(found, as_filmed_deg=0.84, by_chance_deg=0.73)

    assert (row.n_tried, row.n_survived) == (2, 1 + held)
    assert f"median at most {(far_deg + 1.1) / 2:.2f}° (far)" in row.figure
    assert "the worst of all 1.70° (far, knee_flexion_left)" in row.figure
    assert row.figure.endswith("median 0.84°, and 0.73° between two 8-bit files")


@pytest.mark.parametrize(
    "taken",
    [
        ["7 seccomp(SECCOMP_SET_MODE_FILTER, 1, {len=90}) = 0"],
        ["7 seccomp(SECCOMP_SET_MODE_FILTER, 1, {len=90} <unfinished ...>", "7 <... seccomp resumed>) = 0"],
    ],
)
def test_the_filter_begins_where_the_kernel_says_that_it_took_it(taken):
    before, after = ["7 openat(AT_FDCWD, a) = 3"], ["8 openat(AT_FDCWD, b) = -1 EPERM"]

    assert filter_begins([*before, *taken, *after]) == len(taken)
    assert filter_begins([*before, taken[0].replace("= 0", "= -1 EINVAL"), *after]) is None


def test_twins_that_count_otherwise_do_not_hold():
    row = row_of_twins({"clip": {"number of reps": [180.0]}}, as_filmed_deg=0.0, by_chance_deg=0.0)

    assert row.n_survived == 0


def test_a_step_that_nobody_looked_at_is_not_counted_as_free_of_barriers():
    steps = [
        Step(where="phone-dark", step=name, seconds=1.0, is_ok=n == 0, n_barriers=n)
        for name, n in (("a", 0), ("b", 2), ("c", None))
    ]
    row = row_of_looks(steps)

    assert (row.n_tried, row.n_survived) == (2, 1)
    assert row.figure.startswith("2 violations")
    assert row.figure.endswith("1 steps not looked at")
