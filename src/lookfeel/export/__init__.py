"""Files of laboratories: markers (.trc), tables over time (.mot, .sto), .c3d, and netCDF of one clip's motion."""

from lookfeel.export.c3d import write_c3d
from lookfeel.export.coordinates import COORDINATES, coordinates_of
from lookfeel.export.even import EvenMotion, even_motion
from lookfeel.export.mot import CoordinateTable, read_mot, write_mot
from lookfeel.export.motion import Motion, motion_of
from lookfeel.export.netcdf import Points, read_motion, write_motion
from lookfeel.export.trc import MarkerMotion, marker_name, read_trc, write_trc

__all__ = [
    "COORDINATES",
    "CoordinateTable",
    "EvenMotion",
    "MarkerMotion",
    "Motion",
    "Points",
    "coordinates_of",
    "even_motion",
    "marker_name",
    "motion_of",
    "read_mot",
    "read_motion",
    "read_trc",
    "write_c3d",
    "write_mot",
    "write_motion",
    "write_trc",
]
