"""Detections of everybody enter; one athlete's cleaned track, with the camera's view, leaves."""

from lookfeel.tracks.athlete import track_athlete
from lookfeel.tracks.view import estimate_view, view_name

__all__ = ["estimate_view", "track_athlete", "view_name"]
