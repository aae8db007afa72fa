"""Words for a finding: a measure, its value and SD, and the reps go in, one sentence to the athlete comes out."""

from __future__ import annotations

from collections.abc import Sequence

from lookfeel.exercises import Measure
from lookfeel.types import Side

ROUGH_SHARE = 0.5
"""Above this share of the value the SD makes a figure 'roughly' (chosen by us: it may well be half as large)."""


def figure_text(measure: Measure, value: float, sd: float) -> str:
    """'4 ± 1 cm'; without '±' when the SD rounds away, 'roughly' when it is large against the value."""
    shown = measure.display
    amount = _rounded(value * shown.scale, shown.decimals)
    spread = _rounded(sd * shown.scale, shown.decimals)
    gap = "" if shown.unit.startswith("°") else " "
    is_exact = float(spread) == 0.0
    roughly = "" if sd <= ROUGH_SHARE * abs(value) else "roughly "
    return f"{roughly}{amount}{'' if is_exact else f' ± {spread}'}{gap}{shown.unit}"


def sd_text(measure: Measure, sd: float) -> str:
    """'4 cm': an SD as it is shown to a person."""
    gap = "" if measure.display.unit.startswith("°") else " "
    return f"{_rounded(sd * measure.display.scale, measure.display.decimals)}{gap}{measure.display.unit}"


def _rounded(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0.0 else text


def finding_text(
    measure: Measure,
    *,
    severity: str,
    value: float,
    sd: float,
    side: Side,
    phase: str = "",
    when: str = "",
    is_worst: bool = False,
) -> str:
    """The rubric's sentence for this severity, filled in; is_worst: the value is the worst of several reps."""
    template = measure.watch_text if severity == "watch" else measure.bad_text
    figure = figure_text(measure, value, sd)
    most = "up to" if measure.direction == "higher_is_worse" else "as little as"
    return template.format(side=side, value=f"{most} {figure}" if is_worst else figure, phase=phase, when=when)


def reps_text(flagged: Sequence[int], scored: Sequence[int]) -> str:
    """' from rep 4 on', ' in every rep', ' in reps 2 and 5 to 9'; empty when there is only one rep.

    Parameters
        flagged: numbers of the reps that show the fault, ascending. scored: numbers of all reps that were scored.
    """
    if len(scored) <= 1:
        return ""
    if list(flagged) == list(scored):
        return " in every rep"
    if len(flagged) == 1:
        return f" in rep {flagged[0]}"
    if list(flagged) == list(scored[-len(flagged) :]):
        return f" from rep {flagged[0]} on"
    *first, last = _runs(flagged)
    return f" in reps {', '.join(first)} and {last}" if first else f" in reps {last}"


def _runs(numbers: Sequence[int]) -> list[str]:
    """Ascending numbers; three and more in a row as '5 to 9'."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [[f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(number) for number in run] for run in runs]
    return [word for run in words for word in run]
