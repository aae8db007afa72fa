"""Frames with the people in them enter; how the picture of the room behind them moves leaves as a PictureMotion."""

from lookfeel.steady.background import Background

__all__ = ["Background"]
