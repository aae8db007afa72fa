"""BodyMotion and PoseTrack in; signals per frame and figures per repetition out, each with its standard deviation."""

from lookfeel.kinematics.metrics import measure_reps
from lookfeel.kinematics.signals import measure_signals

__all__ = ["measure_reps", "measure_signals"]
