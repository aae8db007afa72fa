"""The quick part of benchmarks.faults: bent bytes of every kind, and a table that hides no failure."""

from __future__ import annotations

import random

import pytest

from benchmarks.faults.fuzz_targets import target
from benchmarks.faults.mutation import bent_bytes, bent_text
from benchmarks.faults.suites import SUITES
from benchmarks.faults.table import Row, Trial, cannot, table


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
