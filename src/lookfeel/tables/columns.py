"""What a column of a table is: its name, the kind of its cells, its unit and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lookfeel.measures import SIGNALS
from lookfeel.types import unit_of

Kind = Literal["text", "int", "float", "bool", "date", "texts"]
"""Kind of a cell: 'texts' is a list of texts, joined by '; ' in CSV. Any cell may be missing (None)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. unit: as in the name, such as 'deg', or '1' for a plain number; '' for what has none."""

    name: str
    kind: Kind
    unit: str
    description: str


def signal_columns(names: tuple[str, ...] = tuple(SIGNALS)) -> tuple[Column, ...]:
    """Columns of one clip over time, a row a frame: frame and time, then every signal, then every signal's SD.

    Parameters
        names: of the signals that the clip has. Those that lookfeel knows are columns of every clip; others, which an
        exercise from elsewhere brings along, follow.
    """
    others = tuple(name for name in names if name not in SIGNALS)
    known = (*SIGNALS, *others)
    return (
        Column(name="frame", kind="int", unit="1", description="Number of the frame, counted from 0."),
        Column(name="time_s", kind="float", unit="s", description="Presentation time of the frame."),
        *(
            Column(name=name, kind="float", unit=unit_of(name), description=SIGNALS.get(name, name.replace("_", " ")))
            for name in known
        ),
        *(
            Column(name=f"{name}_sd", kind="float", unit=unit_of(name), description=f"Standard deviation of {name}.")
            for name in known
        ),
    )
