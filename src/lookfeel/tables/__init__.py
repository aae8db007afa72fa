"""Reports enter, tidy tables leave: a row per set, a row per repetition, each column described once."""

from lookfeel.tables.columns import Column, signal_columns
from lookfeel.tables.rows import (
    FAILURE_COLUMNS,
    REP_COLUMNS,
    SET_COLUMNS,
    RowLabel,
    failed_row,
    rep_rows,
    set_row,
)
from lookfeel.tables.write import csv_bytes, parquet_bytes

__all__ = [
    "FAILURE_COLUMNS",
    "REP_COLUMNS",
    "SET_COLUMNS",
    "Column",
    "RowLabel",
    "csv_bytes",
    "failed_row",
    "parquet_bytes",
    "rep_rows",
    "set_row",
    "signal_columns",
]
