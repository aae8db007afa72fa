"""Trials as a whole: seeded, paired, within bounds, and told with their claim."""

import csv
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.accuracy.report import write_csv
from benchmarks.policies import __main__ as command
from benchmarks.policies import tables
from benchmarks.policies.assumptions import Assumptions
from benchmarks.policies.athletes import make_athlete, make_days
from benchmarks.policies.sensitivity import CASES
from benchmarks.policies.statistics import MEASURES, mean_of, paired, values, verdict
from benchmarks.policies.trials import BLOCK, POLICIES, Outcome, Task, follow, known, run, run_task
from benchmarks.policies.verdicts import CLAIM, words

USUAL = Assumptions()
COUNTS = ("above_threshold", "painful", "very_painful", "lost", "weak")


def small(assumptions: Assumptions, *, seed: int = 1) -> list[Outcome]:
    return run(assumptions, n_athletes=3, seed=seed, weeks=6)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return run(USUAL, n_athletes=6, seed=1, weeks=6)


def test_same_seed_same_outcomes(outcomes: list[Outcome]) -> None:
    assert small(USUAL) == outcomes[: 3 * len(POLICIES)]
    assert small(USUAL, seed=2) != outcomes[: 3 * len(POLICIES)]


def test_blocks_of_athletes_do_not_matter(outcomes: list[Outcome]) -> None:
    task = Task(policies=tuple(POLICIES), first=4, last=6, seed=1, weeks=6, assumptions=USUAL)
    assert run_task(task) == outcomes[4 * len(POLICIES) :]
    assert BLOCK > 1


def test_every_policy_meets_the_same_days() -> None:
    athlete = make_athlete(1, seed=1, assumptions=USUAL)
    days = make_days(1, seed=1, n_sessions=3)
    first = {name: follow(athlete, days, kind(known(athlete, USUAL)), USUAL)[0][0] for name, kind in POLICIES.items()}
    assert first["whatever"] == first["percentage"]
    assert {session.day_max_kg for session in first.values()} == {first["whatever"].day_max_kg}


def test_without_gain_and_pain_nothing_changes_under_any_policy() -> None:
    dull = replace(USUAL, gain=(0.0, 0.0, 0.0), tolerance=1e9, ache_chance=0.0)
    found = small(dull)
    assert {outcome.gain_percent for outcome in found} == {0.0}
    assert {outcome.painful for outcome in found} == {0}
    assert {outcome.lost for outcome in found} == {0}


def test_counts_stay_within_the_sessions(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        assert outcome.n_sessions == 12
        assert all(0 <= getattr(outcome, name) <= outcome.n_sessions for name in COUNTS)
        assert outcome.very_painful <= outcome.painful
        assert outcome.lost <= outcome.weak


def test_each_athlete_is_there_once_under_each_policy(outcomes: list[Outcome]) -> None:
    assert [(o.athlete, o.policy) for o in outcomes] == [(n, name) for n in range(6) for name in POLICIES]


def test_a_threshold_that_never_limits_is_never_passed() -> None:
    case = next(case for case in CASES if case.name == "threshold never limits")
    found = small(case.assumptions(USUAL))
    assert all(outcome.above_threshold == 0 for outcome in found)


def test_cases_are_named_once_and_the_first_changes_nothing() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert CASES[0].assumptions(USUAL) == USUAL
    assert all(case.assumptions(USUAL) != USUAL or case.weeks is not None for case in CASES[1:])


def test_paired_differences_are_athlete_by_athlete() -> None:
    ours, other = np.array([3.0, 5.0, 9.0]), np.array([1.0, 3.0, 7.0])
    apart = paired(ours, other)
    assert (apart.mean, apart.low, apart.high, apart.more, apart.less) == (2.0, 2.0, 2.0, 1.0, 0.0)
    gain, painful, above = MEASURES[0], MEASURES[1], next(m for m in MEASURES if m.is_more_better is None)
    assert [verdict(apart, m) for m in (gain, painful, above)] == ["better", "worse", "more"]
    assert verdict(paired(ours, ours), gain) == "no clear difference"


def test_interval_of_a_mean_narrows_with_athletes() -> None:
    rng = np.random.default_rng(0)
    few, many = (mean_of(rng.standard_normal(n)) for n in (20, 2000))
    assert many.high - many.low < 0.2 * (few.high - few.low)
    assert few.low < few.mean < few.high
    assert many.p05 == pytest.approx(-1.645, abs=0.15)


def test_bootstrap_agrees_with_theory() -> None:
    sample = np.random.default_rng(1).standard_normal(400)
    found = mean_of(sample)
    half = 1.645 * sample.std(ddof=1) / 20.0
    assert (found.high - found.low) / 2.0 == pytest.approx(half, rel=0.1)


def test_words_name_what_ours_loses(outcomes: list[Outcome]) -> None:
    worse = [replace(o, gain_percent=1.0 if o.policy == "lookfeel" else 9.0) for o in outcomes]
    said = words(worse, {})
    assert all("worse: strength gained, % of 1RM (−8.00)" in line for line in said[:3])
    better = [replace(o, gain_percent=9.0 if o.policy == "lookfeel" else 1.0) for o in outcomes]
    assert any("No policy gains more strength than lookfeel" in line for line in words(better, {}))


def test_an_athlete_whose_load_is_only_kept_is_stalled(outcomes: list[Outcome]) -> None:
    ours = [o for o in outcomes if o.policy == "lookfeel"]
    half = [replace(o, rules={"looks_bad.cue": 9 if o.athlete % 2 else 8, "feels_bad.throughout": 3}) for o in ours]
    assert tables.stalled_share(half) == 0.5


def test_sensitivity_names_the_exceptions(outcomes: list[Outcome]) -> None:
    fine = [replace(o, painful=1 if o.policy == "lookfeel" else 4) for o in outcomes]
    poor = [replace(o, painful=4 if o.policy == "lookfeel" else 1) for o in outcomes]
    said = words(fine, {"usual": fine, "odd": poor})
    assert any("better in 1 of 2; not with: odd (worse)" in line for line in said)


def test_command_writes_the_same_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "CASES", CASES[:2])
    printed = []
    for name in ("one", "two"):
        options = ["--athletes", "4", "--weeks", "4", "--sensitivity", "2", "--output", str(tmp_path / name)]
        monkeypatch.setattr(sys, "argv", ["policies", *options])
        assert command.main() == 0
        printed.append(capsys.readouterr().out.splitlines()[:-2])
    assert max(len(line) for line in printed[0]) <= 100
    assert printed[0] == printed[1]
    assert " ".join(printed[0][:3]).startswith(CLAIM[:60])
    for file in ("report.md", "athletes.csv", "summary.csv", "paired.csv", "sensitivity.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    report = (tmp_path / "one" / "report.md").read_text(encoding="utf-8")
    assert CLAIM in report.split("##")[0]
    assert "Halperin 2022" in report


def test_athletes_csv_holds_what_the_tables_are_made_of(outcomes: list[Outcome], tmp_path: Path) -> None:
    path = tmp_path / "athletes.csv"
    write_csv(path, tables.athlete_lines(outcomes))
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["policy"] == "whatever"]
    told = np.array([float(row["gain_percent"]) for row in rows])
    assert told == pytest.approx(values(outcomes, "whatever", "gain_percent"), rel=1e-5)


@pytest.mark.parametrize("wrong", [["--athletes", "0"], ["--weeks", "x"], ["--seed", "-1"]])
def test_options_that_make_no_sense_are_refused(wrong: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["policies", *wrong])
    with pytest.raises(SystemExit, match="2"):
        command.main()
