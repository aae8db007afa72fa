"""What a terminal shows of a batch while it goes on."""

from __future__ import annotations

import io

from rich.console import Console

from lookfeel.batch.driver import AtWork, Failure, Lost, Outcome
from lookfeel.batch.rows import Row
from lookfeel.cli.batch_display import BatchDisplay, batch_display


def outcome(index, *, failure=None, was_there=False):
    return Outcome(
        row=Row(index=index, clip=f"day/{index}.mp4", source="x"),
        video_sha256=(),
        watched=(),
        key=None,
        folder=None if failure else "x",
        failure=failure,
        was_there=was_there,
        summary={},
    )


def terminal():
    return Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)


def test_each_worker_s_clip_and_stage_and_the_counts_are_shown():
    screen = terminal()
    display = BatchDisplay(screen, n_rows=10, is_shown=False)
    display.show(AtWork(slot=0, clip="day/1.mp4", stage="pose", done=5, total=10))
    display.show(AtWork(slot=1, clip="day/2\x1b[31m.mp4", stage="judge", done=0, total=None))
    assert display.eta_s() is None
    display.show(outcome(3))
    display.show(outcome(4, was_there=True))
    display.show(outcome(5, failure=Failure(code="no_person", message="nobody", hint="x")))
    screen.print(display)

    text = screen.file.getvalue()
    assert "Following the body" in text
    assert "Measuring and judging" in text
    assert "1.mp4" in text
    assert "\x1b[31m" not in text
    assert "3 of 10 sets   1 failed   1 were there" in text
    assert "left" in text


def test_on_a_terminal_only_failures_stay_on_the_screen():
    screen = terminal()
    with batch_display(screen, n_rows=2, is_shown=True) as display:
        display.show(outcome(0))
        display.show(outcome(1, failure=Failure(code="no_person", message="nobody is seen", hint="x")))
        display.show(Lost(clip="day/1.mp4", reason="signal 9", log=""))

    text = screen.file.getvalue()
    assert "day/1.mp4: no_person: nobody is seen" in text
    assert "a worker ended at day/1.mp4 (signal 9)" in text
    assert "day/0.mp4: was there" not in text
