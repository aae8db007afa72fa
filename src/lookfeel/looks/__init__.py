"""How a rep and a set look: RepMetrics and a rubric go in, Looks (score, interval, coverage, findings) come out."""

from lookfeel.looks.rep import assess_rep
from lookfeel.looks.set import assess_set
from lookfeel.looks.two_views import JoinedViews, RepView, ShownSet, join_views, match_reps, merge_metrics
from lookfeel.looks.verdict import PARTIAL_REP

__all__ = [
    "PARTIAL_REP",
    "JoinedViews",
    "RepView",
    "ShownSet",
    "assess_rep",
    "assess_set",
    "join_views",
    "match_reps",
    "merge_metrics",
]
