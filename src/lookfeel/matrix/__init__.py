"""The look/feel matrix: Looks, Feels and TrainingContext go in, one Decision with its rule and reasons comes out."""

from lookfeel.matrix.decide import decide
from lookfeel.matrix.explain import Explanation, explain_rule
from lookfeel.matrix.feels import feels_state
from lookfeel.matrix.intake import load_session_file, make_context, make_feels, parse_depth, parse_tempo
from lookfeel.matrix.settings import MatrixSettings, Question, Rule, load_matrix, matrix_sha256, parse_matrix

__all__ = [
    "Explanation",
    "MatrixSettings",
    "Question",
    "Rule",
    "decide",
    "explain_rule",
    "feels_state",
    "load_matrix",
    "load_session_file",
    "make_context",
    "make_feels",
    "matrix_sha256",
    "parse_depth",
    "parse_matrix",
    "parse_tempo",
]
