"""lookfeel: from one phone video of a squat or lunge to how it looks, how it feels, and what to do next."""

__version__ = "0.1.0"
