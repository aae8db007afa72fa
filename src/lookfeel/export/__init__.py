"""Files of other movement laboratories: read_trc for markers (.trc), read_mot for tables over time (.mot, .sto)."""

from lookfeel.export.mot import CoordinateTable, read_mot
from lookfeel.export.trc import MarkerMotion, read_trc

__all__ = ["CoordinateTable", "MarkerMotion", "read_mot", "read_trc"]
