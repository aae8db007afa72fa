"""Rows of sets and reps enter, one page about the whole team leaves: who needs a look first, and why."""

from lookfeel.batch.team.html import build_team_html

__all__ = ["build_team_html"]
