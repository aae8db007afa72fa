"""Lines of the history enter; tables for the terminal leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from lookfeel.report.wording import ACTION_WORDS, LOOKS_WORDS, exercise_words, name_words, number_text
from lookfeel.store.importing import NO_ATHLETE, NO_DATE, RunImport
from lookfeel.terminal import ABSENT, STATE_STYLES, WIDEST, printable

Line = Mapping[str, Any]

NAME_WIDTH, WORDS_WIDTH = 8, 30
"""Columns that names and sentences keep in a narrow terminal; chosen by us. Figures are never cut."""

SHORT_ID = 6
"""Letters of an id that a list shows at least; `history show` takes any beginning that is one set's alone."""

FEELS_STYLES = {"good": "green", "bad": "yellow", "stop": "red"}
RED_FLAGS = {"swelling": "swelling", "locking": "locking", "giving_way": "giving way", "night_pain": "night pain"}


def show_athletes(console: Console, lines: Sequence[Line]) -> None:
    """Everybody, with the last set and where form breaks down."""
    table = _table()
    table.add_column("athlete", min_width=NAME_WIDTH, overflow="fold")
    table.add_column("sets", no_wrap=True, justify="right")
    for heading in ("last", "looked"):
        table.add_column(heading, no_wrap=True)
    table.add_column("next")
    table.add_column("form breaks down at", no_wrap=True)
    for line in lines:
        last = line["last"]
        cells: list[RenderableType] = [_text(line["athlete"]), str(line["n_sets"])]
        cells += [ABSENT] * 3 if last is None else [last["date"], _looks(last), _action(last)]
        table.add_row(*cells, Text("\n".join(map(_threshold, line["thresholds"])) or ABSENT))
    _print(console, table)


def _threshold(found: Line) -> str:
    name = exercise_words(found["exercise"], None).lower()
    if found["load_kg"] is None:
        return f"{name} above {_kg(found['low_kg'])}"
    return f"{name} {_kg(found['load_kg'])} ({_kg(found['low_kg'])}-{_kg(found['high_kg'])}) kg"


def show_sets(console: Console, lines: Sequence[Line]) -> None:
    """One row a set."""
    is_narrow = console.width < WIDEST
    table, has_athlete = _of_sets(lines, is_stacked=is_narrow)
    table.add_column("kg x reps", no_wrap=True, justify="right")
    for heading in ("looks", "feels"):
        table.add_column(heading, no_wrap=True)
    table.add_column("next", min_width=NAME_WIDTH)
    table.add_column("set", no_wrap=True, style="dim")
    names = short_ids([line["id"] for line in lines])
    for line in lines:
        feels = _feels(line, between="\n" if is_narrow else ", ")
        figures = (_load_and_reps(line), _looks(line), feels, _action(line))
        table.add_row(*_which(line, has_athlete, is_stacked=is_narrow), *figures, names[line["id"]])
    _print(console, table)


def show_feels(console: Console, lines: Sequence[Line]) -> None:
    """What was said of each set."""
    table, has_athlete = _of_sets(lines)
    for heading in ("felt", "pain", "reserve", "bad from"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "felt" else "right")
    table.add_column("signs")
    for line in lines:
        pain = _number(line["pain"])
        usual = "" if line["usual_pain"] is None else f" ({_number(line['usual_pain'])})"
        figures = (pain + usual, _number(line["reps_in_reserve"]), _number(line["bad_from_rep"]))
        table.add_row(*_which(line, has_athlete), _text(line["overall"] or ABSENT), *figures, _signs(line))
    _print(console, table)
    words = "pain: 0-10, in brackets what is usual. reserve: reps left. bad from: the first rep that felt bad."
    console.print(Text(words, style="dim"))


def _signs(line: Line) -> Text:
    """Warning signs, and where it hurts."""
    signs = [RED_FLAGS.get(flag, flag) for flag in line["red_flags"]]
    signs += ["unstable"] if line["is_unstable"] else []
    where = [] if line["where"] is None else [printable(line["where"])]
    return Text.assemble((", ".join(signs), "red"), "; " if signs and where else "", *where)


def show_decisions(console: Console, lines: Sequence[Line]) -> None:
    """What was decided after each set, in whose words, and whether it helped."""
    table, has_athlete = _of_sets(lines)
    table.add_column("next", min_width=WORDS_WIDTH)
    table.add_column("helped", no_wrap=True)
    for line in lines:
        words = Text.assemble((_action(line).plain, "bold"), ": ", printable(line["text"] or ABSENT))
        if line["coach_action"] is not None:
            words.append(f"\nThe coach's: {printable(line['coach_reason'])}", style="cyan")
        table.add_row(*_which(line, has_athlete), words, line["helped"] or ABSENT)
    _print(console, table)


def show_set(console: Console, details: Line) -> None:
    """One set: what was measured, said and decided, and each rep."""
    report = details["report"]
    what = exercise_words(report["exercise"]["name"], report["exercise"]["variant"]).lower()
    title = Text.assemble((printable(details["athlete"]), "bold"), f", {details['date']}")
    facts = f"{printable(details['clip'])}: {what}, {_count(report['n_reps'], 'rep')}"
    load = "" if details["load_kg"] is None else f", {_number(details['load_kg'])} kg"
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True, style="dim")
    rows.add_column(overflow="fold")
    for label, words in _remarks(details):
        rows.add_row(label, words)
    reps = _rep_table(report["reps"])
    above: list[RenderableType] = [reps, Text()] if reps.row_count else []
    parts = [title, Text(facts + load), Text(), *above, rows]
    console.print(Constrain(Group(*parts), width=WIDEST))


def _remarks(details: Line) -> list[tuple[str, RenderableType]]:
    looks = details["report"]["looks"]
    verdict = Text.assemble(LOOKS_WORDS[looks["state"]].lower(), ", ", _looks(details))
    shown: list[tuple[str, RenderableType]] = [("set", verdict)]
    if looks["reason"] is not None:
        shown.append(("open", _text(looks["reason"])))
    shown += [("seen", _text(finding["text"])) for finding in looks["findings"]]
    shown.append(("felt", Text.assemble(_feels(details), "; " if _signs(details) else "", _signs(details))))
    for decision in details["decisions"][-1:]:
        shown.append(("next", Text.assemble((printable(decision["text"]), "bold"), f"  rule {decision['rule_id']}")))
        shown += [("why" if place == 0 else "", _text(why)) for place, why in enumerate(decision["reasons"])]
    if details["helped"] is not None:
        shown.append(("helped", _text(details["helped"])))
    if details["coach_action"] is not None:
        shown.append(("coach", _text(f"{ACTION_WORDS[details['coach_action']].lower()}: {details['coach_reason']}")))
    shown += [("note", _text(f"{note['author']}: {note['text']}")) for note in details["notes"]]
    return shown


def _rep_table(reps: Sequence[Line]) -> Table:
    table = _table()
    for heading in ("rep", "side", "depth", "tempo, s", "looks"):
        table.add_column(heading, no_wrap=True, justify="right" if heading in ("rep", "depth") else "left")
    for rep in reps:
        depth = rep["metrics"].get("depth_thigh_angle_deg", {}).get("value")
        tempo = " ".join(ABSENT if phase is None else number_text(phase, 1) for phase in rep["phases"].values())
        looks = _looks({f"looks_{name}": rep["looks"][name] for name in ("state", "score", "low", "high")})
        name = "cut off" if rep["is_partial"] else str(rep["index"])
        angle = ABSENT if depth is None else f"{number_text(depth, 0)}°"
        table.add_row(name, rep["side"], angle, tempo, looks, style="dim" if rep["is_partial"] else "")
    return table


def show_import(console: Console, errors: Console, told: RunImport) -> None:
    """What became of the rows of a run, and what to do about those that are not in."""
    words = {
        "added": f"{_count(told.n('added'), 'set')} added",
        "replaced": f"{told.n('replaced')} replaced",
        "there": f"{told.n('there')} there already",
        "differs": f"{told.n('differs')} there with another result, which is kept (--replace takes the new one)",
    }
    kept = [words["added"], *(words[name] for name in ("replaced", "there", "differs") if told.n(name))]
    lost = [f"{len(those)} {name}" for name, those in (("failed", told.failed), ("skipped", told.skipped)) if those]
    console.print(Text(", ".join([*kept, *lost]) + "."))
    for label, those in (("failed", told.failed), ("skipped", told.skipped), ("no video", told.without_video)):
        for clip, why in those:
            line = Text.assemble((f"{label}: ", "yellow"), printable(clip), ": ", printable(why))
            errors.print(line, soft_wrap=True)
    if any(why == NO_ATHLETE for _, why in told.skipped):
        errors.print(Text("Give --athlete NAME for rows that name nobody.", style="dim"))
    if any(why == NO_DATE for _, why in told.skipped):
        errors.print(Text("Give --date DATE for rows without one.", style="dim"))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _of_sets(lines: Sequence[Line], *, is_stacked: bool = False) -> tuple[Table, bool]:
    """A table that begins with which set it is; whose it is only where there are several people. is_stacked: name and
    exercise below each other, for a narrow terminal."""
    has_athlete = len({line["athlete"] for line in lines}) > 1
    table = _table()
    table.add_column("date", no_wrap=True)
    if has_athlete:
        table.add_column("athlete", min_width=NAME_WIDTH, overflow="fold")
    if not (has_athlete and is_stacked):
        table.add_column("exercise", min_width=NAME_WIDTH)
    return table, has_athlete


def _which(line: Line, has_athlete: bool, *, is_stacked: bool = False) -> list[RenderableType]:
    exercise = name_words(line["variant"] or line["exercise"] or "none").lower()
    if not has_athlete:
        return [line["date"], _text(exercise)]
    if is_stacked:
        return [line["date"], _text(f"{line['athlete']}\n{exercise}")]
    return [line["date"], _text(line["athlete"]), _text(exercise)]


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """For each id the shortest beginning, of SHORT_ID letters or more, that no other one here has."""
    ids, length = list(ids), SHORT_ID
    while len({one[:length] for one in ids}) < len(ids):
        length += 1
    return {one: one[:length] for one in ids}


def _load_and_reps(line: Line) -> str:
    return f"{_number(line['load_kg'])} x {_number(line['n_reps'])}"


def _looks(line: Line) -> Text:
    """'78 (70-85)' in the colour of the verdict."""
    if line["looks_score"] is None:
        return Text(ABSENT, style="dim")
    ends = (line["looks_low"], line["looks_high"])
    interval = "" if None in ends else f" ({ends[0]:.0f}-{ends[1]:.0f})"
    return Text(f"{line['looks_score']:.0f}{interval}", style=STATE_STYLES[line["looks_state"]])


def _feels(line: Line, *, between: str = ", ") -> Text:
    """'bad, pain 4'."""
    state = line["feels"]
    if state in (None, "unknown"):
        return Text(ABSENT, style="dim")
    pain = f"{between}pain {_number(line['pain'])}" if line["pain"] else ""
    return Text(f"{state}{pain}", style=FEELS_STYLES[state])


def _action(line: Line) -> Text:
    action = line["coach_action"] or line["action"]
    return Text(ABSENT if action is None else ACTION_WORDS[action].lower(), style="red" if action == "stop" else "")


def _number(value: float | None) -> str:
    return ABSENT if value is None else number_text(value, 0 if value == round(value) else 1)


def _kg(load_kg: float) -> str:
    return number_text(load_kg, 0 if load_kg >= 20 else 1)


def _text(words: str) -> Text:
    return Text(printable(words))


def _table() -> Table:
    return Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))


def _print(console: Console, table: Table) -> None:
    if table.row_count:
        console.print(Constrain(table, width=WIDEST + 20))
    else:
        console.print(Text("Nothing here yet.", style="dim"))
