"""A SetReport enters, the files of one result leave; all results enter, the tables and pages of the run leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lookfeel.batch.run_folder import RunFolder

if TYPE_CHECKING:
    from lookfeel.types import SetReport

REPORT, PAGE = "report.json", "report.html"
CLIPS, SIGNALS = "clips", "signals"


def result_files(folder: str, *, has_page: bool) -> set[str]:
    """Names of the files of one result; the report is written last."""
    files = {f"{CLIPS}/{folder}/{REPORT}", f"{SIGNALS}/{folder}.nc"}
    return files | ({f"{CLIPS}/{folder}/{PAGE}"} if has_page else set())


def has_result(run: RunFolder, folder: str, *, has_page: bool) -> bool:
    """Whether all files of a result are there."""
    return all(run.exists(name) for name in result_files(folder, has_page=has_page))


def write_result(report: SetReport, run: RunFolder, folder: str, *, has_page: bool) -> dict[str, Any]:
    """Write the files of one result, and return the few figures that are shown while the batch goes on."""
    from lookfeel.export.motion import motion_of
    from lookfeel.export.netcdf import write_motion
    from lookfeel.report import report_document, write_html, write_json

    with run.writing(f"{SIGNALS}/{folder}.nc") as path:
        write_motion(motion_of(report), path)
    if has_page:
        with run.writing(f"{CLIPS}/{folder}/{PAGE}") as path:
            write_html(report, path)
    with run.writing(f"{CLIPS}/{folder}/{REPORT}") as path:
        write_json(report, path)
    document = report_document(report)
    return {
        "exercise": document.exercise.name,
        "n_reps": document.n_reps,
        "looks": document.looks.state,
        "score": document.looks.score,
        "action": document.decision.action,
    }
