"""What tests of batches share: a report that every set gets from the work that stands in for the analysis."""

from __future__ import annotations

import pytest
import report_factory

from lookfeel.report import write_json
from tests.unit.batch import fake_work


@pytest.fixture
def a_report(tmp_path, monkeypatch):
    path = write_json(report_factory.front_squat(), tmp_path / "a_report.json")
    monkeypatch.setenv(fake_work.REPORT, str(path))
    return path
