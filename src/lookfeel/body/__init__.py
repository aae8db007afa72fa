"""PoseTrack in, BodyMotion out: the athlete's skeleton in metres, standing on the floor."""

from lookfeel.body.lift import lift_body

__all__ = ["lift_body"]
