"""Frames enter, the people in them leave as `PoseDetections`."""

from lookfeel.pose.backend import PoseBackend, backend_names, backend_options, create_backend
from lookfeel.pose.collect import detect_poses
from lookfeel.pose.skeleton import BLAZEPOSE_33

__all__ = ["BLAZEPOSE_33", "PoseBackend", "backend_names", "backend_options", "create_backend", "detect_poses"]
