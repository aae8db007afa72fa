"""Nothing enters; onnxruntime leaves, told to send nothing."""

from __future__ import annotations

import os
from types import ModuleType

SILENT = "ORT_DISABLE_TELEMETRY"
"""The builds of 1.32 for Linux and macOS carry an uploader of usage reports that is on unless this is set before the
library is loaded (its Privacy.md); `disable_telemetry_events` alone comes too late for that."""


def load_onnxruntime() -> ModuleType:
    """Import onnxruntime; everything of lookfeel that runs a network gets it here.

    Raises
        ImportError: it is not installed.
    """
    os.environ[SILENT] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # for what reports through the system instead, on Windows
    module: ModuleType = onnxruntime
    return module
