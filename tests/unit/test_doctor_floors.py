"""Decoders with known holes are refused by 'lookfeel doctor'; the bill of materials names all that is installed."""

from __future__ import annotations

import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

from lookfeel import doctor
from lookfeel.sandbox import why_no_filter
from scripts import sbom

ROOT = Path(__file__).resolve().parents[2]


def decoders():
    return list(doctor._decoders())


def test_what_is_pinned_is_new_enough():
    assert [check.state for check in decoders()] == ["ok"]


@pytest.mark.parametrize(("version", "is_refused"), [("5.0.0.93", True), ("4.13.0.92", True), ("4.14.0.94", False)])
def test_an_opencv_with_a_known_hole_is_refused(monkeypatch, version, is_refused):
    monkeypatch.setattr(doctor, "_version_of", lambda name: version if name == "opencv-python-headless" else None)
    assert ("broken" in [check.state for check in decoders()]) is is_refused


def test_an_old_decoder_is_refused(monkeypatch):
    import av

    monkeypatch.setitem(av.library_versions, "libavcodec", (61, 19, 101))
    (check,) = decoders()
    assert (check.state, "61.19.101" in check.found) == ("broken", True)
    assert check.hint


def test_a_system_that_cannot_confine_is_named(monkeypatch):
    monkeypatch.setattr(doctor, "why_no_filter", lambda: "the kernel has it switched off")
    assert (doctor._sandbox().state, "switched off" in doctor._sandbox().found) == ("warning", True)
    monkeypatch.setattr(doctor, "why_no_filter", lambda: None)
    assert doctor._sandbox().state == "ok"
    assert why_no_filter() is None or isinstance(why_no_filter(), str)


def test_the_bill_names_every_pin_with_its_hashes_and_every_model():
    document = sbom.bill()
    parts = {part["name"]: part for part in document["components"]}
    registry = tomllib.loads((ROOT / "models" / "registry.toml").read_text())
    for name, entry in {**registry["models"], **registry["tables"]}.items():
        assert parts[name]["hashes"][0]["content"] == entry["sha256"]
    pins = [line.split("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line[:60]]
    assert set(pins) <= set(parts)
    for name in pins:
        assert any(one["name"] == "lookfeel:sha256" for one in parts[name]["properties"]), name
    references = [part["bom-ref"] for part in document["components"]]
    assert len(references) == len(set(references))
    assert document == sbom.bill()


def test_the_bill_knows_what_runs_here():
    named = {part["name"].lower().replace("_", "-") for part in sbom.bill()["components"]}
    running = {one.metadata["Name"].lower().replace("_", "-") for one in distributions()}
    for name in ("av", "numpy", "onnxruntime", "opencv-python-headless", "sqlalchemy", "fastapi"):
        assert name in running & named
