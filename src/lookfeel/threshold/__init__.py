"""The rep at which technique breaks down: the Looks of a set's reps go in, a TechniqueThreshold comes out."""

from lookfeel.threshold.within_set import find_threshold

__all__ = ["find_threshold"]
