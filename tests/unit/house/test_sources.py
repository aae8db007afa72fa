"""What must not be in the sources: addresses of package registries, paths of one machine, two OpenCV providers."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# Written in pieces, so that this file does not match itself.
FORBIDDEN = {
    "registry host": "|".join(
        ("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npm", "deb" + r"\.debian", "cran" + r"\.r-")
    ),
    "machine path": "|".join(("/work" + "/", "/root" + "/", "/tmp" + "/")),
}


def source_files() -> list[Path]:
    """Tracked files and new ones that git would take; skips outside a clone, such as in an unpacked sdist."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """The text of a file; '' for binary ones."""
    data = path.read_bytes()
    return "" if b"\0" in data[:8192] else data.decode("utf-8", "replace")


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_file_names_one(kind):
    pattern = re.compile(FORBIDDEN[kind])
    files = source_files()

    found = [f"{path.relative_to(ROOT)}: {match[0]}" for path in files for match in pattern.finditer(text_of(path))]

    assert len(files) > 20
    assert found == []


def test_every_pin_has_hashes_and_no_address():
    text = (ROOT / "constraints.txt").read_text()
    pins = re.findall(
        r"^[a-z0-9-]+==\S+(?: ; [^\\\n]+)? \\\n(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, flags=re.MULTILINE
    )
    lines = [line for line in text.splitlines() if not line.startswith("#")]

    assert len(pins) == sum("==" in line for line in lines) > 30
    assert sum(pin.count("\n") for pin in pins) == len(lines)
    assert "://" not in text


def test_the_pins_meet_the_declared_dependencies_with_one_opencv():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
        *project["optional-dependencies"]["test"],
    ]
    names = {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in wanted} - {"lookfeel"}
    pinned = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "constraints.txt").read_text(), flags=re.MULTILINE))

    assert names <= pinned
    assert {name for name in pinned if name.startswith("opencv")} == {"opencv-python-headless"}
