"""Our rendered sample videos and the original .tflite files enter; tests/golden/pose/parity.npz leaves: inputs, and the
original networks' answers.

    PYTHONPATH=src python scripts/record_parity.py mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl

Needs `ai-edge-litert`, the TFLite interpreter, beside lookfeel; run once, and again only when the samples change. Of
the heatmap and of the detector's boxes a regular part is kept, so that the file stays under 1 MB.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

import av
import numpy as np
from convert_blazepose import OUTPUTS
from numpy.typing import NDArray
from tflite_reader import read_members

from lookfeel.pose import detector, landmarks

ROOT = Path(__file__).parents[1]
MOMENTS = {"squat_front_valgus": (0.5, 5.5), "squat_side_deep": (0.5, 6.2), "lunge_side": (0.5, 5.6)}
"""Sample video -> times in seconds: standing, and near the bottom of a repetition."""

KEEP = {"heatmap": np.s_[::6, ::6], "boxes": np.s_[::7]}


def main() -> None:
    """Record and print the size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="the mediapipe wheel, or a folder with the two .tflite files")
    originals = read_members(parser.parse_args().source)
    finder = detector.PersonDetector(threads=1, models=None)
    pictures = [frame_at(ROOT / "sample_videos" / f"{clip}.mp4", t) for clip, times in MOMENTS.items() for t in times]
    squares = [detector.letterbox(rgb)[0] for rgb in pictures]
    crops = [landmarks.crop(rgb, finder.detect(rgb)[0].region) for rgb in pictures]
    recorded = record("pose_detection", originals, squares, detector.normalised)
    recorded |= record("pose_landmark_full", originals, crops, landmarks.normalised)
    target = ROOT / "tests" / "golden" / "pose" / "parity.npz"
    np.savez_compressed(target, **recorded)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size} bytes")


def frame_at(path: Path, time_s: float) -> NDArray[np.uint8]:
    """The first frame at or after a time; the samples carry no rotation."""
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= time_s:
                return np.asarray(frame.to_ndarray(format="rgb24"))
    raise SystemExit(f"{path.name} ends before {time_s} s")


def record(name: str, originals: dict[str, bytes], squares: list[NDArray[np.uint8]], normalise: Any) -> dict[str, Any]:
    """Inputs and the original network's outputs, under '<network>/<output>'."""
    interpreter = import_module("ai_edge_litert.interpreter").Interpreter(model_content=originals[name], num_threads=1)
    interpreter.allocate_tensors()
    rows: dict[str, list[NDArray[Any]]] = {f"{name}/{ours}": [] for ours in OUTPUTS[name].values()}
    for square in squares:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], normalise(square)[None])
        interpreter.invoke()
        for details in interpreter.get_output_details():
            ours = OUTPUTS[name].get(details["name"])
            if ours is not None:
                rows[f"{name}/{ours}"].append(interpreter.get_tensor(details["index"])[0][KEEP.get(ours, np.s_[:])])
    return {f"{name}/input": np.stack(squares)} | {key: np.stack(values) for key, values in rows.items()}


if __name__ == "__main__":
    main()
