"""What a piece of work depends on enters; a hash leaves that is another one as soon as any of it is another."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any

from lookfeel import __version__
from lookfeel.exercises import exercise_names, installed_exercises, library_sha256, load_exercise, spec_sha256
from lookfeel.kept.watched import FORM
from lookfeel.matrix import matrix_sha256
from lookfeel.pipeline import LIBRARIES, code_sha256

MOST_OF_STEM, MOST_OF_KEY = 60, 12
"""Characters in the name of a result's folder: enough to know the clip by, short enough for Windows' paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Of all that makes results: code, libraries, and the rubrics, rules and movements that judge."""

    lookfeel: str
    code_sha256: str
    python: str
    libraries: Mapping[str, str]
    rubrics_sha256: str
    matrix_sha256: str
    library_sha256: str


@cache
def versions_here() -> Versions:
    """Those of this installation."""
    return Versions(
        lookfeel=__version__,
        code_sha256=code_sha256(),
        python=platform.python_version(),
        libraries={name: version(name) for name in LIBRARIES},
        rubrics_sha256=_rubrics_sha256(),
        matrix_sha256=matrix_sha256(),
        library_sha256=library_sha256(),
    )


def _rubrics_sha256() -> str:
    """Of every exercise with each of its variants, and of those that packages bring: which of them a clip shows is not
    known before."""
    specs = [load_exercise(name) for name in exercise_names()]
    kinds = [load_exercise(spec.name, variant=kind.name) for spec in specs for kind in spec.variants]
    return hash_of([spec_sha256(spec) for spec in (*specs, *kinds, *installed_exercises())])


def hash_of(material: Any) -> str:
    """Of JSON values, whatever the order of keys."""
    text = json.dumps(material, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def watch_key(video_sha256: str, *, how: Mapping[str, Any]) -> str:
    """Of what is seen in a clip. how: backend, hashes of its weights, slow motion and limits."""
    here = versions_here()
    made_by = [here.lookfeel, here.code_sha256, here.python, dict(here.libraries), FORM]
    return hash_of({"video": video_sha256, "how": dict(how), "by": made_by})


def judge_key(watched: tuple[str, ...], *, told: Mapping[str, Any]) -> str:
    """Of what is judged of a set. watched: keys of its clips. told: names, settings, answers and history."""
    here = versions_here()
    judged_by = [here.rubrics_sha256, here.matrix_sha256, here.library_sha256]
    return hash_of({"watched": list(watched), "told": dict(told), "by": judged_by})


def folder_name(clip: str, key: str) -> str:
    """Of a result: what a person knows the clip by, and the start of its key."""
    stem = unicodedata.normalize("NFC", PurePosixPath(clip.replace("\\", "/")).stem)
    readable = re.sub(r"[^\w.-]+", "_", stem)[:MOST_OF_STEM].strip("._") or "clip"
    return f"{readable}-{key[:MOST_OF_KEY]}"
