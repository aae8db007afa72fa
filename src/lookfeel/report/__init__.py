"""A SetReport enters; report.json, reps.csv, signals.csv, report.html and the overlay video leave."""

from lookfeel.report.document import ReportDocument, median_metric, report_document, report_schema, schema_text
from lookfeel.report.faces import without_faces
from lookfeel.report.html import write_html
from lookfeel.report.overlay import render_overlay
from lookfeel.report.reading import read_report
from lookfeel.report.write import write_json, write_reps_csv, write_signals_csv

__all__ = [
    "ReportDocument",
    "median_metric",
    "read_report",
    "render_overlay",
    "report_document",
    "report_schema",
    "schema_text",
    "without_faces",
    "write_html",
    "write_json",
    "write_reps_csv",
    "write_signals_csv",
]
