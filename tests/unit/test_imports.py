"""What one clip needs loads nothing that takes longer to import than it saves."""

from __future__ import annotations

import subprocess
import sys


def test_a_clip_is_measured_without_scipy() -> None:
    listed = "import sys, lookfeel.pipeline; print([name for name in sys.modules if name.split('.')[0] == 'scipy'])"
    found = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
