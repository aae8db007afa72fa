"""The set-up of a clone: when it is done again, and what it says where it cannot be done."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """scripts/bootstrap.py at work in an empty folder; its pip calls are noted, not made."""
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    environment = tmp_path / ".venv"
    (tmp_path / "constraints.txt").write_text("numpy==1 \\\n    --hash=sha256:00\nrich==2 \\\n    --hash=sha256:11\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENT", environment)
    monkeypatch.setattr(module, "PYTHON", environment / "python")
    monkeypatch.setattr(module, "CONSTRAINTS", tmp_path / "constraints.txt")
    monkeypatch.setattr(module, "STAMP", environment / "stamp")
    module.calls = []

    def create(folder, *, with_pip, clear):
        folder.mkdir(exist_ok=True)
        (folder / "python").touch()

    monkeypatch.setattr(module.venv, "create", create)
    monkeypatch.setattr(module, "pip", lambda *arguments, n_packages: module.calls.append((arguments, n_packages)))
    return module


def test_packages_are_installed_by_hash_and_then_the_sources(bootstrap):
    bootstrap.make_ready()

    (packages, n_packages), (sources, _) = bootstrap.calls
    assert {"--require-hashes", "--only-binary=:all:"} < set(packages)
    assert n_packages == 2
    assert {"--no-deps", "--no-build-isolation", "--no-index"} < set(sources)


def test_what_is_ready_is_left_alone(bootstrap):
    bootstrap.make_ready()
    bootstrap.calls.clear()

    bootstrap.make_ready()

    assert bootstrap.calls == []


@pytest.mark.parametrize("changed", ["constraints.txt", "pyproject.toml"])
def test_a_changed_file_sets_up_again(bootstrap, tmp_path, changed):
    bootstrap.make_ready()
    bootstrap.calls.clear()
    (tmp_path / changed).write_text("scipy==3\n")

    bootstrap.make_ready()

    assert len(bootstrap.calls) == 2


def test_an_interrupted_set_up_is_done_again(bootstrap, monkeypatch):
    def interrupted(*_arguments, n_packages):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap, "pip", interrupted)
        assert bootstrap.run_in_environment("-c", "pass") == 130

    bootstrap.make_ready()

    assert len(bootstrap.calls) == 2


def test_an_old_python_is_told_which_one_to_use(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 6, "final", 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/bin/python" if name == "python3.12" else None)

    with pytest.raises(SystemExit, match=r"(?s)needs Python 3\.11 or newer.*python3\.12 instead"):
        bootstrap.make_ready()


def test_a_python_without_ensurepip_is_told_what_to_install(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match="python3-venv"):
        bootstrap.make_ready()


def test_a_failed_installation_says_why_and_what_next(bootstrap, monkeypatch, capsys):
    monkeypatch.undo()
    monkeypatch.setattr(bootstrap, "PYTHON", Path("python-that-is-not-there"))
    script = "import sys; print('ERROR: no route to host'); sys.exit(1)"
    real = bootstrap.subprocess.Popen
    monkeypatch.setattr(
        bootstrap.subprocess, "Popen", lambda _command, **more: real([bootstrap.sys.executable, "-c", script], **more)
    )

    with pytest.raises(SystemExit, match="network"):
        bootstrap.pip("--requirement", "constraints.txt", n_packages=1)

    assert "no route to host" in capsys.readouterr().err


def test_an_environment_that_is_a_link_is_not_emptied(bootstrap, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    bootstrap.ENVIRONMENT.symlink_to(elsewhere)

    with pytest.raises(SystemExit):
        bootstrap.make_ready()

    assert (elsewhere / "precious").exists()
    assert not bootstrap.calls
