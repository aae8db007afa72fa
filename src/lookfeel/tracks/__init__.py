"""Detections of everybody enter; one athlete's cleaned track, with the camera's view, leaves."""

from lookfeel.tracks.athlete import track_athlete
from lookfeel.tracks.faces import cover_faces
from lookfeel.tracks.view import estimate_view, view_name

__all__ = ["cover_faces", "estimate_view", "track_athlete", "view_name"]
