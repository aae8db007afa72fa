"""A verified model enters; a quiet onnxruntime session that runs it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lookfeel.models import LoadedModel
from lookfeel.runtime import load_onnxruntime

if TYPE_CHECKING:
    import onnxruntime

_ERRORS_ONLY = 3  # onnxruntime's severity scale: 0 verbose ... 4 fatal


class Session:
    """One network, ready to run on the CPU."""

    def __init__(self, model: LoadedModel, *, threads: int) -> None:
        self._session = _create(model.data, threads)
        self._outputs = list(model.entry.outputs)

    def run(self, image: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """Outputs by name for one picture (H, W, 3), scaled to the model's input range; the batch axis is taken off."""
        values = self._session.run(self._outputs, {"image": image[None]})
        return {name: np.asarray(value)[0] for name, value in zip(self._outputs, values, strict=True)}


def _create(data: bytes, threads: int) -> onnxruntime.InferenceSession:
    runtime = load_onnxruntime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Idle workers would otherwise spin, taking the cores that decoding needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session: onnxruntime.InferenceSession
    session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session
