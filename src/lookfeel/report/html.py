"""A SetReport and its pictures enter; report.html leaves: one file, offline; its one script turns the 3-D figure.

The page's policy lets no script run but that one, by the hash of its text, and nothing be fetched from anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from lookfeel.atomic import write_whole
from lookfeel.report.page import build_page
from lookfeel.types import SetReport

NO_PICTURES: Mapping[int, bytes] = MappingProxyType({})


def write_html(
    report: SetReport,
    path: Path,
    *,
    key_frames: Mapping[int, bytes] = NO_PICTURES,
    overlay_name: str | None = None,
) -> Path:
    """Write report.html. Returns `path`.

    Parameters
        key_frames: JPEG bytes by frame index, for the bottom of each rep and for the frame of each finding; what is
            missing is left out of the page.
        overlay_name: name of the overlay video in the same folder; None when there is none.
    Raises
        StoreError: the folder or the disk refused.
    """
    write_whole(path, page_html(report, key_frames=key_frames, overlay_name=overlay_name).encode("utf-8"))
    return path


def page_html(
    report: SetReport, *, key_frames: Mapping[int, bytes] = NO_PICTURES, overlay_name: str | None = None
) -> str:
    """The text of report.html; the same report gives the same text."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("lookfeel.report", "template"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = build_page(report, key_frames=key_frames, overlay_name=overlay_name)
    script = _script()
    text = environment.get_template("report.html.jinja").render(
        page=page, document=page.document, script=script, script_hash=_hash_of(script)
    )
    return text + "\n"


def _script() -> str:
    """The text of figure.js as a browser reads it: line feeds only, also from a Windows checkout."""
    path = resources.files("lookfeel.report") / "template" / "figure.js"
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def _hash_of(script: str) -> str:
    """What the page's Content-Security-Policy names a script by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
