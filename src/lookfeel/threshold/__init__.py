"""Where technique breaks down: reps of one set go in, a TechniqueThreshold comes out; past sets of an athlete go in, a
LoadThreshold comes out."""

from lookfeel.threshold.across_loads import find_load_threshold, safe_load_kg
from lookfeel.threshold.comparable import Comparison, comparable_sets
from lookfeel.threshold.within_set import find_threshold

__all__ = ["Comparison", "comparable_sets", "find_load_threshold", "find_threshold", "safe_load_kg"]
