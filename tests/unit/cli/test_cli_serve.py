"""`lookfeel serve` from the command line: what it says when it cannot start, and what it makes up."""

from __future__ import annotations

import socket
import sys

import pytest
from typer.testing import CliRunner

from lookfeel.cli import app
from lookfeel.cli import serve as command


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run the command with a server that only notes its settings."""
    noted = []
    monkeypatch.setattr("lookfeel.web.serve.serve", lambda settings, *, on_ready: (noted.append(settings), on_ready()))

    def invoke(*options):
        result = CliRunner().invoke(app, ["serve", "--data", str(tmp_path / "data"), *options])
        return result, noted[-1] if noted else None

    return invoke


def test_on_this_machine_nobody_signs_in(run, tmp_path):
    result, settings = run()
    assert result.exit_code == 0
    assert (settings.host, settings.passphrase, settings.is_local) == ("127.0.0.1", None, True)
    assert "http://127.0.0.1:8000/" in result.stdout
    assert "Passphrase" not in result.stdout


def test_for_others_a_passphrase_is_made_up_once_and_shown(run, tmp_path):
    result, first = run("--host", "0.0.0.0")
    _, second = run("--host", "0.0.0.0")

    assert not first.is_local
    assert first.passphrase == second.passphrase
    assert first.passphrase in result.stdout
    kept = tmp_path / "data" / "passphrase"
    assert kept.read_text() == first.passphrase
    if sys.platform != "win32":
        assert kept.stat().st_mode & 0o077 == 0


def test_a_passphrase_of_one_s_own(run, tmp_path):
    file = tmp_path / "words"
    file.write_text("four words of mine\n")
    assert run("--host", "192.168.1.5", "--passphrase-file", str(file))[1].passphrase == "four words of mine"

    file.write_text("short")
    result, _ = run("--host", "192.168.1.5", "--passphrase-file", str(file))
    assert result.exit_code == 2
    assert "shorter than 8" in result.stderr

    result, _ = run("--host", "192.168.1.5", "--passphrase-file", str(tmp_path / "missing"))
    assert result.exit_code == 2


def test_passphrases_differ():
    made = {command.make_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert all(len(one) == 19 for one in made)


def test_a_port_that_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(app, ["serve", "--data", str(tmp_path / "data"), "--port", port])
    assert result.exit_code == 4
    assert port in result.stderr
    assert "--port" in result.stderr


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    result = CliRunner().invoke(app, ["serve", "--data", str(tmp_path / "data"), "--port", "18765"])
    assert result.exit_code == 4
    assert "--data" in result.stderr


def test_a_database_that_is_none(tmp_path):
    options = ["serve", "--data", str(tmp_path / "data"), "--port", "18765", "--database-url", "nonsense"]
    result = CliRunner().invoke(app, options)
    assert result.exit_code == 2
    assert "postgresql+psycopg://" in result.stderr
