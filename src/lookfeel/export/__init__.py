"""Files of movement laboratories: markers (.trc), tables over time (.mot, .sto), a clip's motion as netCDF."""

from lookfeel.export.mot import CoordinateTable, read_mot
from lookfeel.export.motion import Motion, motion_of
from lookfeel.export.netcdf import Points, read_motion, write_motion
from lookfeel.export.trc import MarkerMotion, read_trc

__all__ = [
    "CoordinateTable",
    "MarkerMotion",
    "Motion",
    "Points",
    "motion_of",
    "read_mot",
    "read_motion",
    "read_trc",
    "write_motion",
]
