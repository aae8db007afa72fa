"""Signals enter; the repetitions of a set, their phases, and which exercise they are, leave."""

from lookfeel.reps.find import FoundReps, find_reps

__all__ = ["FoundReps", "find_reps"]
