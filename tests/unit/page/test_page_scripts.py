"""The parts of the page's scripts that touch no page, run by node where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
TESTS = sorted(Path(__file__).parent.glob("*.test.mjs"))


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.name)
def test_scripts(path, tmp_path):
    """The scripts are modules by their tag in the page; node learns it from a package file beside a copy."""
    scripts = Path(__file__).resolve().parents[3] / "src" / "lookfeel" / "web" / "static" / "js"
    shutil.copytree(scripts, tmp_path / "js")
    shutil.copy(path, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}')

    done = subprocess.run([str(NODE), "--test", path.name], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout + done.stderr
