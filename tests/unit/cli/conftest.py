"""A pipeline that answers at once, for tests of what the command line makes of its answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import report_factory
from typer.testing import CliRunner, Result

from lookfeel.errors import StoreError
from lookfeel.types import SetReport

Answer = SetReport | BaseException


@dataclass
class FakePipeline:
    """Gives the answer that was put in for a clip's name, and remembers what it was asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    written: list[tuple[str, Path, bool]] = field(default_factory=list)
    write_error: BaseException | None = None

    def analyze(self, path: str, *, progress: Any = None, **settings: Any) -> SetReport:
        self.asked.append((path, settings))
        answer = self.answers.get(Path(path).name, report_factory.front_squat())
        if isinstance(answer, BaseException):
            raise answer
        return replace(answer, video=replace(answer.video, path=path))

    def check_folder(self, folder: Path) -> None:
        if folder.is_file():
            raise StoreError(f"{folder} is a file")

    def write_outputs(
        self, report: SetReport, directory: Path, *, overlay: bool = True, blur_faces: bool = False, **_: Any
    ) -> Path:
        if self.write_error is not None:
            raise self.write_error
        self.written.append((report.video.path, directory, overlay))
        return directory / Path(report.video.path).stem


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    """Stands in for lookfeel.pipeline."""
    fake = FakePipeline()
    module: Any = ModuleType("lookfeel.pipeline")
    module.analyze, module.write_outputs = fake.analyze, fake.write_outputs
    module.check_folder, module.clip_folder = fake.check_folder, lambda path, folder: folder
    monkeypatch.setitem(sys.modules, "lookfeel.pipeline", module)
    return fake


@pytest.fixture
def lookfeel() -> Callable[..., Result]:
    """Runs one command line in this process."""
    from lookfeel.cli import app

    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])
