"""No library that lookfeel loads may report home: found by running without a network and watching who tried."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
IMPORTS = re.compile(r"^\s*(import onnxruntime|from onnxruntime)", re.MULTILINE)
TYPES_ONLY = "if TYPE_CHECKING:\n    import onnxruntime\n"


def test_onnxruntime_is_loaded_in_one_place():
    sources = [path for path in (ROOT / "src").rglob("*.py") if path.name != "runtime.py"]
    assert len(sources) > 100
    loading = [path for path in sources if IMPORTS.search(path.read_text(encoding="utf-8").replace(TYPES_ONLY, ""))]
    assert loading == []


def test_it_is_told_before_it_is_loaded():
    code = """
import os, sys
from lookfeel.runtime import SILENT, load_onnxruntime
seen = []
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            seen.append(os.environ.get(SILENT))
sys.meta_path.insert(0, Finder())
load_onnxruntime()
print(seen)
"""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, timeout=120
    )
    assert done.stdout.strip() == "['1']"
