"""The small commands: --version, --help, doctor, exercises, schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lookfeel as lookfeel_package
from lookfeel import __version__, doctor, models
from lookfeel.errors import BackendError
from lookfeel.exercises import exercise_names, load_library
from lookfeel.report import report_schema


def in_a_new_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments and environment variables."""
    command = [sys.executable, *arguments]
    sources = str(Path(lookfeel_package.__file__).parents[1])
    everything = {**os.environ, "PYTHONPATH": sources, **environment}
    return subprocess.run(command, capture_output=True, text=True, env=everything, check=False)


def test_version(lookfeel):
    result = lookfeel("--version")

    assert (result.exit_code, result.stdout) == (0, f"lookfeel {__version__}\n")


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from lookfeel.cli import app\n"
        "app(['analyze', '--help'], standalone_mode=False)\n"
        "print(sorted({'numpy', 'scipy', 'cv2', 'av', 'onnxruntime', 'jinja2'} & set(sys.modules)))\n"
    )

    run = in_a_new_process("-c", code)

    assert run.stdout.splitlines()[-1] == "[]", run.stderr
    assert "--bad-from-rep" in run.stdout


def test_help_cuts_no_option_off_at_80_columns():
    run = in_a_new_process("-m", "lookfeel", "analyze", "--help", COLUMNS="80", TERMINAL_WIDTH="80")

    assert run.returncode == 0
    assert "--worse-next-morning" in run.stdout
    assert "…" not in run.stdout


def test_a_terminal_without_degree_signs_gets_question_marks():
    run = in_a_new_process("-m", "lookfeel", "exercises", PYTHONIOENCODING="ascii", PYTHONUTF8="0")

    assert run.returncode == 0, run.stderr
    assert "squat" in run.stdout


def test_schema_is_the_reports(lookfeel):
    result = lookfeel("schema")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == report_schema()


def test_exercises_names_each_with_its_aliases(lookfeel):
    result = lookfeel("exercises")

    assert result.exit_code == 0
    assert set(exercise_names()) <= set(result.stdout.split())
    assert "split_squat" in result.stdout


def test_the_library_lists_every_movement_within_80_columns():
    run = in_a_new_process("-m", "lookfeel", "exercises", "--library", COLUMNS="80", PYTHONIOENCODING="utf-8")
    words = " ".join(run.stdout.split())

    assert run.returncode == 0, run.stderr
    assert max(len(line) for line in run.stdout.splitlines()) <= 80
    assert "…" not in run.stdout
    for entry in load_library().movement:
        assert entry.title.split()[0] in words
    assert "back squat* 8 3 3 3 2 barbell" in words
    assert "hill sprints 5 2 1 3 3 slope" in words


def test_doctor_finds_this_installation_sound(lookfeel, tmp_path):
    result = lookfeel("doctor", "-o", tmp_path / "new" / "folder")

    assert result.exit_code == 0, result.stdout
    for expected in (
        __version__,
        "opencv-python-headless",
        "pose_detection",
        "landmark_offsets",
        "decode hevc",
        str(tmp_path.name),
    ):
        assert expected in "".join(result.stdout.split("\n")).replace("  ", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("altered", "name"),
    [("pose_detection.onnx", "model pose_detection"), ("landmark_offsets.json", "table landmark_offsets")],
)
def test_doctor_refuses_an_altered_model(lookfeel, tmp_path, monkeypatch, altered, name):
    folder = models.models_folder()
    for file in folder.iterdir():
        data = file.read_bytes()
        (tmp_path / file.name).write_bytes(data if file.name != altered else data[:-1] + b"x")
    monkeypatch.setattr(models, "models_folder", lambda: tmp_path)

    result = lookfeel("doctor")

    assert result.exit_code == BackendError.exit_code == 3
    assert f"BROKEN  {name}" in result.stdout


def test_doctor_refuses_a_missing_library(lookfeel, monkeypatch):
    monkeypatch.setitem(doctor.LIBRARIES, "lookfeel_no_such_module", "no-such-package")

    result = lookfeel("doctor")

    assert result.exit_code == 3
    assert "pip install no-such-package" in result.stdout


@pytest.mark.parametrize(
    ("installed", "state"),
    [
        (["opencv-python-headless"], "ok"),
        (["opencv-python-headless", "opencv-contrib-python"], "warning"),
        ([], "warning"),
    ],
)
def test_doctor_counts_opencv_providers(monkeypatch, tmp_path, installed, state):
    real = doctor._version_of
    monkeypatch.setattr(
        doctor,
        "_version_of",
        lambda name: ("1" if name in installed else None) if name in doctor.OPENCV_PROVIDERS else real(name),
    )

    check = next(check for check in doctor.examine(tmp_path) if check.name == "OpenCV providers")

    assert check.state == state
    assert bool(check.hint) == (state == "warning")


def test_doctor_warns_of_a_folder_that_is_a_file(lookfeel, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file")

    result = lookfeel("doctor", "-o", taken)

    assert result.exit_code == 0
    assert "warn" in result.stdout


def test_exercises_with_a_name_shows_its_rubric_with_what_the_variant_changes(lookfeel):
    result = lookfeel("exercises", "low_bar_squat")

    words = " ".join(result.stdout.split())
    assert result.exit_code == 0
    assert "Squat, low bar" in words
    assert "Trunk parallel to the shins (changed for this variant)" in words
    assert "How much further forward the trunk leans than the shins at the bottom." in words
    assert "ideal 20, watch 30, bad 40, zero 55°" in words
    assert "front 20 %, oblique 10 % of that view's list" in words
    assert words.count("changed for this variant") == 1
    assert "Not judged: knees past the toes." in words


def test_exercises_with_an_unknown_name_says_what_there_is(lookfeel):
    result = lookfeel("exercises", "deadlift")

    assert result.exit_code == 2
    assert "there are lunge, single_leg_squat, squat" in result.stderr
