"""A SetReport and its pictures enter; report.html leaves: one file, offline, without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from lookfeel.report.atomic import write_whole
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
    return environment.get_template("report.html.jinja").render(page=page, document=page.document) + "\n"
