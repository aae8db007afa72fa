"""File -> VideoInfo and upright frames with their true presentation times."""

from lookfeel.ingest.codecs import decoder_report
from lookfeel.ingest.limits import Limits
from lookfeel.ingest.video import Video, open_video

__all__ = ["Limits", "Video", "decoder_report", "open_video"]
