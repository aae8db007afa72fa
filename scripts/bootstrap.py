"""A clone and any CPython >= 3.11 enter; a ready virtual environment beside the sources leaves.

Standard library only. Everything is said on stderr, so that what a command prints on stdout stays its own.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = ROOT / "constraints.txt"
STAMP = ENVIRONMENT / "lookfeel-setup.sha256"
MINIMUM = (3, 11)


def run_in_environment(*arguments: str) -> int:
    """Make the environment ready, run its Python with `arguments`, and return how that ended."""
    try:
        make_ready()
        return subprocess.run([PYTHON, *arguments], check=False).returncode
    except KeyboardInterrupt:
        return 130


def make_ready() -> None:
    """Create the environment, or create it anew when the pinned versions or the place of the clone changed."""
    check_python()
    stamp = expected_stamp()
    if STAMP.is_file() and STAMP.read_text() == stamp and PYTHON.is_file():
        return
    if ENVIRONMENT.is_symlink():  # emptying it would empty somebody else's
        stop(f"{ENVIRONMENT} is a link to another place.", "Remove the link; a folder of its own is then made here.")
    n_packages = sum("==" in line for line in CONSTRAINTS.read_text().splitlines())
    say(f"Setting up {ENVIRONMENT} once: {n_packages} packages, about 390 MB to download.")
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        stop(f"The environment {ENVIRONMENT} could not be made: {error}", "Check free space and permissions.")
    pip("--require-hashes", "--only-binary=:all:", "--requirement", str(CONSTRAINTS), n_packages=n_packages)
    pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT), n_packages=1)
    STAMP.write_text(stamp)
    say("Ready.")


def check_python() -> None:
    """Leave with a clear word when this Python cannot do it."""
    if sys.version_info < MINIMUM:
        found = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
        stop(
            f"lookfeel needs Python 3.11 or newer; this is {sys.version.split()[0]}.",
            f"Run the same command with {found[0]} instead."
            if found
            else "Install a newer one and run the command with it.",
        )
    if find_spec("ensurepip") is None:
        stop(
            "This Python cannot make virtual environments: its module 'ensurepip' is missing.",
            "On Debian and Ubuntu: sudo apt install python3-venv",
        )


def expected_stamp() -> str:
    """What an up-to-date environment was made from."""
    parts = (CONSTRAINTS.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), f"{ROOT} {sys.version}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def pip(*arguments: str, n_packages: int) -> None:
    """Run `pip install` and show one line of progress instead of pages; show the pages when it fails."""
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--no-compile",
        *arguments,
    ]
    pages = []
    n_seen = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            pages.append(line)
            n_seen += line.startswith("Collecting ")
            if line.startswith(("Collecting ", "Installing ")):
                show_line(f"  {n_seen}/{n_packages} {line.split('==')[0].strip():.60}")
    show_line("")
    if process.returncode:
        say("".join(pages[-30:]))
        stop(
            "The packages could not be installed; pip's last words are above.",
            "Check that the network reaches a package index and run the same command again. 'No matching distribution' "
            "means that a package has no build for this machine: use 64-bit CPython 3.11 to 3.14.",
        )


def show_line(text: str) -> None:
    """Write over the last line of a terminal; say nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def say(text: str) -> None:
    """Tell the person at the terminal, not the pipe."""
    print(text, file=sys.stderr, flush=True)


def stop(problem: str, next_step: str) -> None:
    """End with what is wrong and what to do."""
    sys.exit(f"{problem}\n{next_step}")
