"""How a rep and a set look: RepMetrics and a rubric go in, Looks (score, interval, coverage, findings) come out."""

from lookfeel.looks.rep import PARTIAL_REP, assess_rep
from lookfeel.looks.set import assess_set

__all__ = ["PARTIAL_REP", "assess_rep", "assess_set"]
