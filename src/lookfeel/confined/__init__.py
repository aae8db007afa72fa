"""A stranger's clip enters; what is seen in it leaves, read by a process that can open, send and start nothing."""

from lookfeel.confined.clip import watch
from lookfeel.confined.parent import run_confined

__all__ = ["run_confined", "watch"]
