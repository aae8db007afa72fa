"""Folders of results enter; the same sets in the forms of other programs leave."""

from lookfeel.results.exporting import FORMATS, Exported, export_results
from lookfeel.results.finding import ClipResult, FoundResults, find_results

__all__ = ["FORMATS", "ClipResult", "Exported", "FoundResults", "export_results", "find_results"]
