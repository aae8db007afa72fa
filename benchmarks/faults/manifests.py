"""Chance enters; a batch manifest leaves that is bent by bytes, or whole and with columns that nobody expects."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from benchmarks.faults.mutation import bent_bytes, bent_text
from lookfeel.batch.manifest import COLUMNS, template

ROWS = (
    {"clip": "a.mp4", "athlete": "Anna", "date": date(2026, 11, 23), "exercise": "squat", "pain": 0.0, "person": 1},
    {"clip": "b.mov", "athlete": "Cem", "rep_range": [6, 8], "red_flags": ["none"], "is_unstable": False, "load": 60.0},
)
"""Two rows as a careful person writes them."""
SEMICOLONS = "clip;load;n_reps_told;red_flags;is_unstable;note\na.mp4;62,5;8.0;swelling, locking;YES;=1+1\n"
COMPRESSIONS = ("none", "snappy", "gzip", "zstd", "lz4")
SHARE_OF_TABLES = 0.3
"""So many Parquet manifests are whole files with odd columns; the others have bent bytes (chosen by us)."""


def bent_csv(chance: random.Random) -> bytes:
    """A CSV manifest with one to four faults."""
    good = chance.choice((template(), SEMICOLONS, template().replace(",", ";")))
    return bent_text(good.encode("utf-8-sig" if chance.random() < 0.3 else "utf-8"), chance)


def bent_parquet(chance: random.Random) -> bytes:
    """A Parquet manifest with one to eight faults, or one whose columns have types by chance."""
    if chance.random() < SHARE_OF_TABLES:
        return _odd_table(chance)
    return bent_bytes(_good_parquet(chance.choice(COMPRESSIONS)), chance)


@cache
def _good_parquet(compression: str) -> bytes:
    import pyarrow

    return _written(pyarrow.Table.from_pylist(list(ROWS), schema=_schema()), compression)


def _schema() -> Any:
    import pyarrow

    kinds = {"date": pyarrow.date32(), "pain": pyarrow.float64(), "person": pyarrow.int64(), "load": pyarrow.float64()}
    kinds |= {"rep_range": pyarrow.list_(pyarrow.int64()), "red_flags": pyarrow.list_(pyarrow.string())}
    kinds |= {"is_unstable": pyarrow.bool_()}
    names = dict.fromkeys(name for row in ROWS for name in row)
    return pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in names])


def _written(table: Any, compression: str) -> bytes:
    import pyarrow.parquet

    file = io.BytesIO()
    pyarrow.parquet.write_table(table, file, compression=compression)
    return file.getvalue()


def _odd_table(chance: random.Random) -> bytes:
    """A whole file: the column of clips, mostly well, and others of any type with any values."""
    import pyarrow

    n_rows = chance.choice((0, 1, 3))
    names = ["clip", *chance.sample(sorted(COLUMNS), chance.randrange(1, 5)), *chance.choices(("x", "", "\0"), k=1)]
    makers = _column_makers()
    columns = [
        pyarrow.array(["a.mp4"] * n_rows, pyarrow.string())
        if name == "clip" and chance.random() < 0.8
        else chance.choice(makers)(chance, n_rows)
        for name in names[: len(names) - chance.randrange(2)]
    ]
    table = pyarrow.Table.from_arrays(columns, names=names[: len(columns)])
    return _written(table, chance.choice(COMPRESSIONS))


def _column_makers() -> tuple[Callable[[random.Random, int], Any], ...]:
    """Makers of a column of so many rows, one for each type; values at the edges of what the type holds."""
    import pyarrow as pa

    values: tuple[tuple[Any, tuple[Any, ...]], ...] = (
        (pa.string(), ("", "good", "8-6", "\0", "9" * 400, "NaN", "2026-11-23", "=1+1", "\u202e")),
        (pa.int64(), (0, -1, 2**63 - 1, -(2**63))),
        (pa.uint64(), (2**64 - 1,)),
        (pa.float64(), (float("nan"), float("inf"), -0.0, 1e308)),
        (pa.float16(), (1.5,)),
        (pa.bool_(), (True, False)),
        (pa.binary(), (b"\xff\xfe", b"a.mp4")),
        (pa.decimal128(38, 2), (Decimal("1e35"), Decimal("60.00"))),
        (pa.date32(), (-(2**31), 2**31 - 1, 0)),
        (pa.timestamp("s"), (-(2**63) // 1000 + 1, 2**53, 0)),
        (pa.timestamp("ns", tz="Europe/Berlin"), (1, -(2**63) + 1)),
        (pa.timestamp("us", tz="Nowhere/At_All"), (1,)),
        (pa.time64("ns"), (1,)),
        (pa.duration("us"), (1, 2**62)),
        (pa.list_(pa.int64()), ([6, 8], [], [1] * 40)),
        (pa.struct([("a", pa.int64())]), ({"a": 1},)),
        (pa.map_(pa.string(), pa.int64()), ([("a", 1)],)),
        (pa.list_(pa.list_(pa.string())), ([["none"]],)),
        (pa.null(), (None,)),
    )
    return tuple(_column_maker(kind, (*kept, None)) for kind, kept in values)


def _column_maker(kind: Any, values: tuple[Any, ...]) -> Callable[[random.Random, int], Any]:
    import pyarrow

    def make(chance: random.Random, n_rows: int) -> Any:
        return pyarrow.array([chance.choice(values) for _ in range(n_rows)], kind)

    return make
