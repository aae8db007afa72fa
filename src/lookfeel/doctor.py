"""Nothing enters; what this installation can and cannot do leaves, as one row a check."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import takewhile
from pathlib import Path
from typing import Literal

from lookfeel import __version__
from lookfeel.errors import LookfeelError
from lookfeel.runtime import load_onnxruntime
from lookfeel.sandbox import why_no_filter

CheckState = Literal["ok", "warning", "broken"]

LIBRARIES = {
    "av": "av",
    "cv2": "opencv-python-headless",
    "jinja2": "jinja2",
    "numpy": "numpy",
    "onnxruntime": "onnxruntime",
    "pydantic": "pydantic",
    "rich": "rich",
    "scipy": "scipy",
    "typer": "typer",
}
"""Module that must import -> the package that brings it."""

OPENCV_PROVIDERS = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)
"""Packages that all unpack into the one folder `cv2`: with two installed, files of either may be the ones that run."""

OPENCV_FLOOR, OPENCV_HOLES = (4, 14, 0, 94), frozenset({(5, 0, 0, 93)})
"""The FFmpeg inside OpenCV 5.0.0.93 has a known heap write that a .mov reaches (CVE-2026-8461); 4.14.0.94 is the oldest
that we have tried."""

AVCODEC_FLOOR = (62, 28)
"""FFmpeg 8.1, which PyAV 18.1 brings: chosen by us, the oldest decoder that was tried with bent files."""

NEEDED_CODECS = ("decode h264", "decode hevc")
"""What phones film. The rest is convenient: without the encoder there is no overlay video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at. hint: what to do, '' when all is well."""

    name: str
    found: str
    state: CheckState
    hint: str = ""


def examine(output: Path) -> tuple[Check, ...]:
    """Look at everything that `lookfeel analyze` needs. output: the folder that results would go to."""
    return (
        *_platform(),
        *_libraries(),
        _opencv(),
        *_decoders(),
        *_models(),
        *_codecs(),
        _sandbox(),
        _mediapipe(),
        _can_write(output),
    )


def _platform() -> Iterator[Check]:
    yield Check(name="lookfeel", found=__version__, state="ok")
    yield Check(name="python", found=f"{platform.python_version()} ({platform.python_implementation()})", state="ok")
    yield Check(name="platform", found=platform.platform(), state="ok")


def _libraries() -> Iterator[Check]:
    for module, package in LIBRARIES.items():
        try:
            load_onnxruntime() if module == "onnxruntime" else import_module(module)
        except ImportError as error:
            hint = f"Install it: pip install {package}"
            yield Check(name=package, found=f"does not import: {error}", state="broken", hint=hint)
        else:
            yield Check(name=package, found=_version_of(package) or "installed by other means", state="ok")


def _version_of(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _opencv() -> Check:
    found = [package for package in OPENCV_PROVIDERS if _version_of(package) is not None]
    if len(found) == 1:
        return Check(name="OpenCV providers", found=found[0], state="ok")
    hint = "Uninstall all of them, then install opencv-python-headless: they overwrite each other's files."
    return Check(name="OpenCV providers", found=", ".join(found) or "none", state="warning", hint=hint)


def _decoders() -> Iterator[Check]:
    """Whether what decodes or draws pictures is new enough to be given a file of somebody else."""
    packages = {name: _numbers(_version_of(name) or "") for name in OPENCV_PROVIDERS if _version_of(name) is not None}
    for name, found in packages.items():
        if found in OPENCV_HOLES or found < OPENCV_FLOOR:
            yield _too_old(f"{name} {_dotted(found)}", f"at least {_dotted(OPENCV_FLOOR)}, and none with a known hole")
    try:
        import av
    except ImportError:
        return  # said among the libraries
    found = av.library_versions["libavcodec"]
    if found < AVCODEC_FLOOR:
        yield _too_old(f"libavcodec {_dotted(found)}", f"at least {_dotted(AVCODEC_FLOOR)}, as PyAV 18.1 brings it")
    else:
        yield Check(name="decoder", found=f"libavcodec {_dotted(found)}, new enough", state="ok")


def _too_old(found: str, wanted: str) -> Check:
    hint = "Install the versions of constraints.txt; until then read no file of somebody else."
    return Check(name="decoder", found=f"{found}; {wanted}", state="broken", hint=hint)


def _numbers(text: str) -> tuple[int, ...]:
    """'4.14.0.94' -> (4, 14, 0, 94), up to the first part that is no number."""
    parts = takewhile(str.isdecimal, text.split("."))
    return tuple(int(part) for part in parts)


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in numbers)


def _models() -> Iterator[Check]:
    try:
        from lookfeel.models import LoadedModel, LoadedTable, load_model, load_table, read_registry

        registry = read_registry()
    except (ImportError, LookfeelError) as error:
        yield Check(name="models", found=str(error), state="broken", hint=getattr(error, "hint", "Reinstall lookfeel."))
        return
    loaders: list[tuple[str, str, Callable[[str], LoadedModel | LoadedTable]]] = [
        *(("model", name, load_model) for name in sorted(registry.models)),
        *(("table", name, load_table) for name in sorted(registry.tables)),
    ]
    for kind, name, load in loaders:
        try:
            entry = load(name).entry
        except LookfeelError as error:
            yield Check(name=f"{kind} {name}", found=error.message, state="broken", hint=error.hint)
        else:
            yield Check(
                name=f"{kind} {name}", found=f"{entry.file}, sha256 {entry.sha256[:12]} as expected", state="ok"
            )


def _codecs() -> Iterator[Check]:
    try:
        from lookfeel.ingest import decoder_report

        report = decoder_report()
    except ImportError as error:
        yield Check(name="codecs", found=str(error), state="broken", hint="Reinstall av.")
        return
    present = [name for name, is_there in report.items() if is_there]
    yield Check(name="codecs", found=", ".join(present) or "none", state="ok")
    for name in (name for name, is_there in report.items() if not is_there):
        state: CheckState = "broken" if name in NEEDED_CODECS else "warning"
        yield Check(name=f"codec {name}", found="missing", state=state, hint="Install av from its published wheel.")


def _sandbox() -> Check:
    """Whether the kernel holds the processes that read videos of strangers."""
    why = why_no_filter()
    if why is None:
        return Check(
            name="sandbox", found="videos that were sent are read by processes that can open nothing", state="ok"
        )
    hint = "On Linux the page is safer; here, let only people whom you trust send videos."
    return Check(name="sandbox", found=f"memory and time are limited, no more: {why}", state="warning", hint=hint)


def _mediapipe() -> Check:
    return Check(name="mediapipe", found=_version_of("mediapipe") or "not installed (optional)", state="ok")


def _can_write(output: Path) -> Check:
    """Try it in the nearest folder above `output` that exists; nothing is left behind."""
    folder = next(parent for parent in (output.absolute(), *output.absolute().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check(name="output folder", found=f"{folder} can be written", state="ok")
    except OSError as error:
        hint = "Give another folder with -o DIR."
        return Check(name="output folder", found=f"{folder}: {error.strerror}", state="warning", hint=hint)
