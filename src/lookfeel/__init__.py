"""lookfeel: from one phone video of a squat or lunge to how it looks, how it feels, and what to do next.

    import lookfeel

    report = lookfeel.analyze("squat.mp4", feels=lookfeel.Feels(overall="good", pain=0))
    report.looks.score                                    # 0-100, None when the view shows too little
    report.rep_metrics[0].metrics["depth_thigh_angle_deg"]  # value and sd in degrees, 0 = parallel
    report.decision.text                                  # the next action, in one sentence
    lookfeel.write_outputs(report, "results")             # report.json, report.html, .csv, overlay.mp4

A name ends in its unit: `_deg`, `_m`, `_s`, `_kg`, `_ratio`. What is missing is None, inside arrays NaN, never 0. What
goes wrong and can be helped is a `LookfeelError` with a `hint`. Nothing heavy is imported before it is used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, whose import would cost more than all of this
if TYPE_CHECKING:
    from lookfeel.advice import decide, fit_threshold
    from lookfeel.errors import LookfeelError
    from lookfeel.pipeline import analyze, write_outputs
    from lookfeel.report.past import past_set_of, read_past_sets
    from lookfeel.types import Decision, Feels, LoadThreshold, PastSet, SetReport, TrainingContext

__version__ = "0.1.0"

__all__ = [
    "Decision",
    "Feels",
    "LoadThreshold",
    "LookfeelError",
    "PastSet",
    "SetReport",
    "TrainingContext",
    "__version__",
    "analyze",
    "decide",
    "fit_threshold",
    "past_set_of",
    "read_past_sets",
    "write_outputs",
]

_HOME = {
    **dict.fromkeys(("decide", "fit_threshold"), "lookfeel.advice"),
    **dict.fromkeys(("analyze", "write_outputs"), "lookfeel.pipeline"),
    "LookfeelError": "lookfeel.errors",
    **dict.fromkeys(("past_set_of", "read_past_sets"), "lookfeel.report.past"),
    **dict.fromkeys(
        ("Decision", "Feels", "LoadThreshold", "PastSet", "SetReport", "TrainingContext"), "lookfeel.types"
    ),
}
"""Module of each name, imported when the name is first asked for (PEP 562)."""


if not TYPE_CHECKING:  # a type checker sees the imports above, and refuses a name that is not among them

    def __getattr__(name):
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value  # the next time it is found without this function
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
