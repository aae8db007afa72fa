"""The examples do what they say; packages are found as installed ones are, by a dist-info folder on the path."""

from __future__ import annotations

import importlib
import runpy
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import lookfeel
from lookfeel.cli import app
from lookfeel.errors import ConfigError, FileMissing, InvalidValue, UnknownExercise
from lookfeel.exercises import find_exercise, installed_exercises, load_exercise, resolve_exercise, spec_sha256
from lookfeel.pose import backend_names

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
SAMPLES = ROOT / "sample_videos"
TOML = (EXAMPLES / "overhead_squat" / "overhead_squat.toml").read_text(encoding="utf-8")

Install = Callable[[Path], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Lay an example's modules and the entry points of its pyproject.toml into a folder of packages."""
    site = tmp_path / "site-packages"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def put(example: Path) -> None:
        project = tomllib.loads((example / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
        info.mkdir()
        head = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
        (info / "METADATA").write_text(head, encoding="utf-8")
        groups = [
            "\n".join([f"[{group}]", *(f"{name} = {target}" for name, target in points.items())])
            for group, points in project["entry-points"].items()
        ]
        (info / "entry_points.txt").write_text("\n\n".join(groups), encoding="utf-8")
        for file in example.iterdir():
            if file.suffix in (".py", ".toml") and file.name != "pyproject.toml":
                shutil.copy(file, site)
                monkeypatch.delitem(sys.modules, file.stem, raising=False)
        importlib.invalidate_caches()

    return put


def kept_points(folder: Path, clip: str) -> Path:
    """A sample's true points as the example's backend reads them."""
    with np.load(SAMPLES / f"{clip}_truth.npz") as truth:
        np.savez(
            folder / "points.npz",
            time_s=truth["time_s"],
            points_px=truth["landmarks_px"],
            names=truth["landmark_names"],
        )
    return folder / "points.npz"


@pytest.mark.parametrize("folder", ["overhead_squat", "kept_points"])
def test_each_file_of_an_example_is_short(folder: str) -> None:
    for file in (EXAMPLES / folder).iterdir():
        if file.is_file():
            assert len(file.read_text(encoding="utf-8").splitlines()) < 60, file.name


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["notebook_style.py", str(tmp_path)])
    runpy.run_path(str(EXAMPLES / "notebook_style.py"))
    said = capsys.readouterr().out
    assert "squat from side_" in said
    assert "a side view does not show how far apart the knees are" in said
    assert "estimated: " in said
    assert "report.html report.json" in said
    assert (tmp_path / "squat_side_shallow" / "report.json").is_file()


def test_an_installed_exercise_and_its_signal_judge_a_set(install: Install, tmp_path: Path) -> None:
    install(EXAMPLES / "overhead_squat")
    install(EXAMPLES / "kept_points")
    assert [spec.variant for spec in installed_exercises()] == ["overhead_squat"]
    spec, variant = resolve_exercise("OHS")
    assert (spec.name, variant) == ("squat", "overhead_squat")
    assert load_exercise("squat", variant="overhead_squat") == spec

    report = lookfeel.analyze(
        SAMPLES / "squat_side_shallow.mp4",
        exercise="overhead squat",
        backend="kept_points",
        weights=kept_points(tmp_path, "squat_side_shallow"),
    )
    assert (report.exercise.name, report.exercise.variant) == ("squat", "overhead_squat")
    assert report.provenance.rubric == "squat/overhead_squat"
    assert report.provenance.rubric_sha256 == spec_sha256(spec)
    assert report.provenance.backend == "kept_points"
    assert report.provenance.settings["added_signals"] == {"wrist_lift_ratio": "lookfeel-overhead-squat 1.0"}
    lowest = report.rep_metrics[0].metrics["wrist_lift_min_ratio"]
    assert lowest.value is not None
    assert lowest.value < 0.5, "the sample's arms are not overhead"
    assert "arms_overhead" in {finding.item for finding in report.looks.findings}
    assert lookfeel.decide(report) == report.decision


def test_an_installed_backend_is_listed_and_refuses_what_it_cannot_read(install: Install, tmp_path: Path) -> None:
    assert "kept_points" not in backend_names()
    install(EXAMPLES / "kept_points")
    assert "kept_points" in backend_names()
    clip = SAMPLES / "squat_side_shallow.mp4"
    with pytest.raises(InvalidValue, match="missing a required"):
        lookfeel.analyze(clip, backend="kept_points")
    with pytest.raises(FileMissing):
        lookfeel.analyze(clip, backend="kept_points", weights=tmp_path / "nothing.npz")


def test_installed_exercises_are_listed_and_shown(install: Install) -> None:
    runner = CliRunner()
    assert "overhead_squat" not in runner.invoke(app, ["exercises"]).stdout
    install(EXAMPLES / "overhead_squat")
    listed = runner.invoke(app, ["exercises"])
    assert listed.exit_code == 0
    assert "Overhead squat, from an installed package." in listed.stdout
    for name in ("ohs", str(EXAMPLES / "overhead_squat" / "overhead_squat.toml")):
        assert "Arms overhead" in runner.invoke(app, ["exercises", name]).stdout


def test_an_exercise_file_needs_no_installing(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(TOML.replace("wrist_lift_min_ratio", "range_of_motion_ratio"), encoding="utf-8")
    spec, variant = find_exercise(own)
    assert variant == "overhead_squat"
    assert spec.item("trunk_shank").anchors.watch == 12.0
    assert spec.item("arms_overhead").weight("front") == pytest.approx(0.2 / 1.2)
    with pytest.raises(UnknownExercise):
        resolve_exercise(str(own))  # a name that came over a network is never a path


def test_what_nothing_measures_is_told_before_the_work(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(TOML, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mine\.toml: rubric item 'arms_overhead': nothing measures 'wrist_lift_min"):
        lookfeel.analyze(tmp_path / "no_such_clip.mp4", exercise=own)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('base = "squat"', 'base = "bench"', "base: 'bench' is none of"),
        ('name = "overhead_squat"', 'name = "split_squat"', "'split_squat' is already a name of 'lunge'"),
        ('name = "overhead_squat"', 'name = "Over head"', "name: "),
        ('aliases = ["ohs"]', 'alias = ["ohs"]', "alias: unknown key; allowed: "),
        ('id = "trunk_shank"', 'id = "trunk"', "unknown items ['trunk']"),
        ('id = "arms_overhead"', 'id = "depth"', "rubric ids are used twice"),
        ("ideal = 0.9", "ideal = 0.5", "anchors must run strictly"),
        ("{value} above", "{height} above", "unknown placeholder"),
        ("base =", "base", "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TOML
    own = tmp_path / "mine.toml"
    own.write_text(TOML.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        find_exercise(own)
    assert caught.value.message.startswith(str(own))
    assert said in caught.value.message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        find_exercise(tmp_path / "mine.toml")
