"""BodyMotion and PoseTrack in; signals per frame and figures per repetition out, each with its standard deviation."""

from lookfeel.kinematics.metrics import METRIC_NAMES, measure_reps, metric_names
from lookfeel.kinematics.own import installed_signals
from lookfeel.kinematics.signals import measure_signals

__all__ = ["METRIC_NAMES", "installed_signals", "measure_reps", "measure_signals", "metric_names"]
