"""Files of other movement laboratories: markers (.trc), tables over time (.mot, .sto) and netCDF of one clip's motion."""

from lookfeel.export.mot import CoordinateTable, read_mot
from lookfeel.export.motion import Motion, motion_of
from lookfeel.export.netcdf import read_motion, write_motion
from lookfeel.export.trc import MarkerMotion, read_trc

__all__ = [
    "CoordinateTable",
    "MarkerMotion",
    "Motion",
    "motion_of",
    "read_mot",
    "read_motion",
    "read_trc",
    "write_motion",
]
