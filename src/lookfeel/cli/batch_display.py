"""What happens in a batch enters, moment by moment; a live display on a terminal leaves, or plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lookfeel.batch.driver import AtWork, Lost, Outcome
from lookfeel.terminal import STAGE_LABELS, STATE_STYLES, printable

if TYPE_CHECKING:
    from lookfeel.batch.run import Summary

REFRESHES_PER_S = 4
MOST_SLOTS = 16
"""Workers shown; a terminal has no room for more (chosen by us)."""


@dataclass(slots=True)
class BatchDisplay:
    """What is known of the batch so far. live: None where nobody watches a terminal."""

    console: Console
    n_rows: int
    is_shown: bool
    live: Live | None = None
    n_done: int = 0
    n_failed: int = 0
    n_there: int = 0
    begun_s: float = field(default_factory=time.monotonic)
    at_work: dict[int, AtWork] = field(default_factory=dict)

    def show(self, moment: Outcome | AtWork | Lost) -> None:
        """Take in what happened, and say it."""
        if isinstance(moment, AtWork):
            self.at_work[moment.slot] = moment
        elif isinstance(moment, Outcome):
            self.n_done += 1
            self.n_failed += moment.failure is not None
            self.n_there += moment.was_there
        if not self.is_shown:
            return
        if isinstance(moment, Lost):
            self.console.print(Text(f"a worker ended at {printable(moment.clip)} ({moment.reason})", style="yellow"))
        elif isinstance(moment, Outcome) and (self.live is None or moment.failure is not None):
            self.console.print(_finished(moment, self.n_done, self.n_rows))

    def eta_s(self) -> float | None:
        """Seconds that are left at the speed so far; None before anything was done."""
        n_made = self.n_done - self.n_there
        if n_made <= 0:
            return None
        return (time.monotonic() - self.begun_s) / n_made * (self.n_rows - self.n_done)

    def __rich__(self) -> RenderableType:
        slots = Table.grid(padding=(0, 1))
        for slot in sorted(self.at_work)[:MOST_SLOTS]:
            one = self.at_work[slot]
            bar = ProgressBar(
                total=one.total, completed=min(one.done, one.total or 0), width=20, pulse=one.total is None
            )
            name = Text(printable(PurePath(one.clip).name), overflow="ellipsis", no_wrap=True)
            slots.add_row(Text(f"{slot + 1:>3}", style="dim"), bar, STAGE_LABELS.get(one.stage, one.stage), name)
        return Group(slots, self._counts())

    def _counts(self) -> Text:
        eta_s = self.eta_s()
        left = "" if eta_s is None or self.n_done == self.n_rows else f"   about {_time_words(eta_s)} left"
        failed = Text(f"   {self.n_failed} failed", style="red") if self.n_failed else Text()
        there = Text(f"   {self.n_there} were there", style="dim") if self.n_there else Text()
        return Text.assemble((f"{self.n_done} of {self.n_rows} sets", "bold"), failed, there, (left, "dim"))


@contextmanager
def batch_display(console: Console, *, n_rows: int, is_shown: bool) -> Iterator[BatchDisplay]:
    """A display that is live on a terminal, and plain lines where the output goes elsewhere."""
    display = BatchDisplay(console, n_rows, is_shown)
    if not (is_shown and console.is_terminal):
        yield display
        return
    with Live(display, console=console, refresh_per_second=REFRESHES_PER_S, transient=True) as live:
        display.live = live
        yield display


def show_summary(console: Console, summary: Summary, output: str) -> None:
    """How the run went, and where to look."""
    text = Text.assemble((f"{summary.n_ok} of {summary.n_rows} sets measured", "bold"))
    if summary.n_there:
        text.append(f", {summary.n_there} of them done before or equal to another")
    text.append(f", in {_time_words(summary.wall_s)}.")
    if summary.n_failed:
        text.append(f"\n{summary.n_failed} failed: see failures.csv.", style="red")
    if summary.n_repeated_videos:
        text.append(f"\n{_times(summary.n_repeated_videos, 'clip')} the same as another, and watched once.")
    if summary.n_repeated_rows:
        text.append(f"\n{_times(summary.n_repeated_rows, 'row')} the same as another, and judged once.")
    text.append(f"\nTables, reports and team.html are in {printable(output)}", style="dim")
    console.print(text, soft_wrap=True)


def _times(count: int, what: str) -> str:
    return f"{count} {what} was" if count == 1 else f"{count} {what}s were"


def _finished(outcome: Outcome, n_done: int, n_rows: int) -> Text:
    head = (f"[{n_done}/{n_rows}] ", "dim")
    clip = printable(outcome.row.clip)
    if outcome.failure is not None:
        return Text.assemble(
            head, f"{clip}: ", (f"{outcome.failure.code}: ", "red"), printable(outcome.failure.message)
        )
    figures = outcome.summary
    if not figures:
        return Text.assemble(head, f"{clip}: ", ("was there", "dim"))
    n_reps = figures["n_reps"]
    score = "" if figures["score"] is None else f" {figures['score']:.0f}"
    looks = f"{figures['looks'].replace('_', ' ')}{score}"
    return Text.assemble(
        head,
        f"{clip}: {figures['exercise']}, {n_reps} {'rep' if n_reps == 1 else 'reps'}, looks ",
        (looks, STATE_STYLES.get(figures["looks"], "")),
    )


def _time_words(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
