"""A clip enters, its result leaves: from the cache while clip, program and weights are as before, else worked out.

What was detected in a clip is kept apart from what is made of it, so that a change behind the detection is quick.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.accuracy.compare import Clip, ClipResult, FrameRow, Row, Verdict, compare
from benchmarks.accuracy.methods import Watched, estimate_all, failed_estimates
from benchmarks.accuracy.truth import read_truth, truth_files
from lookfeel.errors import LookfeelError
from lookfeel.watching import watch

ROOT = Path(__file__).resolve().parents[2]
SOURCES, MODELS = ROOT / "src" / "lookfeel", ROOT / "models"
WATCHING = ("ingest", "pose", "steady", "watching.py", "models.py", "types.py", "errors.py")
"""What detections depend on."""

COMPARING = ("truth", "measures", "figures", "naive", "methods", "matching", "conditions", "compare", "results")


def result_of(video: Path, cache: Path, *, is_fresh: bool = False) -> ClipResult:
    """Result of one clip; written to the cache whole or not at all, so that a run that was killed goes on."""
    kept = cache / "results" / f"{video.stem}-{_key([video, *truth_files(video), *_judged_by()])}.json"
    if kept.exists() and not is_fresh:
        return _from_json(json.loads(kept.read_text(encoding="utf-8")))
    result = _work_out(video, cache, is_fresh=is_fresh)
    _write(kept, json.dumps(asdict(result)).encode())
    return result


def _work_out(video: Path, cache: Path, *, is_fresh: bool) -> ClipResult:
    truth = read_truth(video)
    try:
        estimates = estimate_all(truth, watched(video, cache, is_fresh=is_fresh))
    except LookfeelError as error:  # a clip that cannot be watched is a result, too
        estimates = failed_estimates(f"{error.code}: {error.message}")
    return compare(truth, estimates)


def watched(video: Path, cache: Path, *, is_fresh: bool) -> Watched:
    """Detections of a clip. The pickles are this program's own, of this machine."""
    kept = cache / "watched" / f"{video.stem}-{_key([video, *_watched_by()])}.pkl"
    if kept.exists() and not is_fresh:
        found: Watched = pickle.loads(kept.read_bytes())
        return found
    found = watch(video)
    _write(kept, pickle.dumps(found))
    return found


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(path)


def _watched_by() -> list[Path]:
    return [*_files(SOURCES / name for name in WATCHING), *sorted(MODELS.glob("*.onnx"))]


def _judged_by() -> list[Path]:
    own = [Path(__file__).with_name(f"{name}.py") for name in COMPARING]
    return [*_files([SOURCES]), *_files([MODELS]), *own]


def _files(places: Iterable[Path]) -> list[Path]:
    """Sources, data and weights at these places, in a fixed order."""
    found = [path for place in places for path in ([place] if place.is_file() else place.rglob("*"))]
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def _key(files: Iterable[Path]) -> str:
    """Hash of the files' contents."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:16]


def _from_json(kept: dict[str, Any]) -> ClipResult:
    clip = {**kept["clip"], "conditions": tuple(kept["clip"]["conditions"])}
    return ClipResult(
        clip=Clip(**clip),
        rows=tuple(Row(**row) for row in kept["rows"]),
        frames=tuple(FrameRow(**row) for row in kept["frames"]),
        verdicts=tuple(Verdict(**verdict) for verdict in kept["verdicts"]),
    )
