"""The bytes of a network enter; a quiet onnxruntime session that runs it leaves, on the processor asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lookfeel.errors import BackendUnavailable, InvalidValue
from lookfeel.models import LoadedModel
from lookfeel.runtime import load_onnxruntime

if TYPE_CHECKING:
    import onnxruntime

CPU_PROVIDER = "CPUExecutionProvider"
GPU_PROVIDERS = ("CUDAExecutionProvider", "ROCMExecutionProvider", "CoreMLExecutionProvider", "DmlExecutionProvider")
"""onnxruntime's own names, the first that it offers is taken: NVIDIA, AMD, Apple, any card under Windows."""

DEVICES = ("cpu", "gpu")

KEPT = 4
"""Networks that stay loaded in a process, with room for a change of backend; a run keeps no state in them."""

_ERRORS_ONLY = 3  # onnxruntime's severity scale: 0 verbose ... 4 fatal


class Session:
    """One network of ours, ready to run. device: one of DEVICES."""

    def __init__(self, model: LoadedModel, *, threads: int, device: str = "cpu") -> None:
        self._session = open_network(model.data, threads=threads, device=device)
        self._outputs = list(model.entry.outputs)

    def run(self, image: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """Outputs by name for one picture (H, W, 3), scaled to the model's input range; the batch axis is taken off."""
        values = self._session.run(self._outputs, {"image": image[None]})
        return {name: np.asarray(value)[0] for name, value in zip(self._outputs, values, strict=True)}


def execution_provider(device: str) -> str:
    """onnxruntime's name of what runs the networks on a device.

    Raises
        InvalidValue: not one of DEVICES. BackendUnavailable: this onnxruntime offers no graphics processor.
    """
    if device not in DEVICES:
        raise InvalidValue(f"no device is called {device!r}", hint=f"Use one of: {', '.join(DEVICES)}.")
    if device == "cpu":
        return CPU_PROVIDER
    offered = load_onnxruntime().get_available_providers()
    found = next((name for name in GPU_PROVIDERS if name in offered), None)
    if found is None:
        raise BackendUnavailable(
            f"this onnxruntime offers no graphics processor, only {', '.join(offered)}",
            hint="Leave '--device gpu' out, or install the onnxruntime made for your card in place of this one.",
        )
    return found


@lru_cache(maxsize=KEPT)
def open_network(data: bytes, *, threads: int, device: str = "cpu") -> onnxruntime.InferenceSession:
    """A session of a network's bytes, kept for the next clip; onnxruntime's own error where they are none.

    Raises
        InvalidValue: not one of DEVICES. BackendUnavailable: the device is not there, or its driver does not start.
    """
    runtime = load_onnxruntime()
    provider = execution_provider(device)
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Idle workers would otherwise spin, taking the cores that decoding needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # What a card cannot compute runs on the CPU.
    session: onnxruntime.InferenceSession
    session = runtime.InferenceSession(data, options, providers=list(dict.fromkeys((provider, CPU_PROVIDER))))
    if provider not in session.get_providers():  # onnxruntime goes on with the CPU without a word that a program sees
        raise BackendUnavailable(
            f"{provider} does not start", hint="Check the card's driver and libraries, or leave '--device gpu' out."
        )
    return session
