"""Columns and rows enter, the bytes of a Parquet or CSV file leave, the same every time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from lookfeel.report.write import Cell, csv_table
from lookfeel.tables.columns import Column

if TYPE_CHECKING:
    from pyarrow import DataType

TEXTS_APART = "; "


def parquet_bytes(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], metadata: Mapping[str, str]) -> bytes:
    """A Parquet file whose form hangs on the columns alone; unit and meaning are in each field's own metadata.

    Parameters
        rows: a cell by the name of its column; a missing name or None is a null. metadata: of the whole table.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    fields = [
        pa.field(column.name, _arrow_kind(column), metadata={"unit": column.unit, "description": column.description})
        for column in columns
    ]
    schema = pa.schema(fields, metadata=dict(metadata))
    arrays = [pa.array([row.get(field.name) for row in rows], type=field.type) for field in fields]
    file = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=schema), file, compression="zstd", version="2.6")
    return file.getvalue()


def _arrow_kind(column: Column) -> DataType:
    import pyarrow as pa

    kinds: Mapping[str, DataType] = {
        "text": pa.string(),
        "int": pa.int64(),
        "float": pa.float64(),
        "bool": pa.bool_(),
        "date": pa.date32(),
        "texts": pa.list_(pa.string()),
    }
    return kinds[column.kind]


def csv_bytes(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A CSV file: an empty cell is a missing one, several texts are joined by '; ', no cell is run by a spreadsheet."""
    names = [column.name for column in columns]
    return csv_table(names, ([_cell(row.get(name)) for name in names] for row in rows))


def _cell(value: Any) -> Cell:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return TEXTS_APART.join(value)
    cell: Cell = value
    return cell
