"""The page's journey in a browser at phone size enters, in light and in dark; what axe-core found leaves as a row."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.faults.table import Row, Trial, cannot
from benchmarks.web import journey

NAMES = ("phone-light", "phone-dark")
NAME = "axe, WCAG 2.2 AA, phone size, light and dark"


def check(trial: Trial) -> Iterator[Row]:
    """Row 32, and the steps of the journey beside it."""
    try:
        rows = journey.visits(trial.room("barriers"), names=NAMES, shots=journey.SHOTS, axe=journey.AXE)
    except journey.NotPossible as error:
        yield cannot(32, NAME, str(error))
        return
    for one in rows:
        if not one.is_ok:
            print(f"    {one.where}, {one.step}: {one.note}")
    if journey.AXE.is_file():
        yield row_of(rows)
    else:
        yield cannot(32, NAME, f"axe-core is not at {journey.AXE.relative_to(journey.ROOT)}: npm install axe-core")
    held = sum(one.is_ok for one in rows)
    figure = "each does what it should, nothing wider than the screen, no complaint on the console, no refused request"
    yield Row(check=0, name="steps of the page's journey on a phone", n_tried=len(rows), n_survived=held, figure=figure)


def row_of(rows: list[journey.Row]) -> Row:
    """One look a step; a step that failed before axe-core looked was not looked at."""
    looks = [one for one in rows if one.n_barriers is not None]
    clean = sum(one.n_barriers == 0 for one in looks)
    found = sum(one.n_barriers or 0 for one in looks)
    unseen = f", {len(rows) - len(looks)} steps not looked at" if len(looks) < len(rows) else ""
    figure = f"{found} violations of WCAG 2.0 to 2.2 A and AA and of axe's best practices{unseen}"
    return Row(check=32, name=NAME, n_tried=len(looks), n_survived=clean, figure=figure)
