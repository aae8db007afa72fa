"""The team's sets and cases enter; the three things that a coach must know first leave, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lookfeel.batch.team.filming import most_common
from lookfeel.batch.team.need import Case
from lookfeel.batch.team.rows import SetRow
from lookfeel.batch.team.settings import TeamSettings
from lookfeel.batch.team.words import count_text, names_text

N_HEADLINES = 3
HEADLINE_SIGNS: Mapping[str, frozenset[str]] = {
    "stop": frozenset({"red_flag", "pain_stop", "told_to_stop"}),
    "feels_bad": frozenset({"pain", "feels_bad"}),
    "looks_bad": frozenset({"heavy_and_off", "worse", "off", "breaks_down"}),
    "ready": frozenset({"ready"}),
}
"""Headlines about athletes, by what their first sign is."""
FELT = ("stop", "feels_bad")
"""Headlines that name the reason with each athlete."""


def headlines(rows: Sequence[SetRow], cases: Sequence[Case], settings: TeamSettings) -> tuple[tuple[str, str], ...]:
    """The first three things that are true, the gravest first: what each is about, and what there is to say."""
    facts = _headline_facts(rows, cases, settings)
    said = [(line, facts[name]) for name, line in settings.headlines.items() if name in facts]
    return tuple((line.lead.format(**given), line.words.format(**given)) for line, given in said[:N_HEADLINES])


def _headline_facts(rows: Sequence[SetRow], cases: Sequence[Case], settings: TeamSettings) -> dict[str, dict[str, str]]:
    """What fills each headline that is true, by its name."""
    if not rows:
        return {"nothing": {}}
    most = settings.page.names
    facts = {
        name: {"names": names_text([_named(case, name in FELT) for case in those], most)}
        for name, signs in HEADLINE_SIGNS.items()
        if (those := [case for case in cases if case.need.first.name in signs])
    }
    if not any(name in facts for name in ("stop", "feels_bad", "looks_bad")):
        facts["all_well"] = {}
    return facts | _told_facts(rows) | _filming_facts(rows, settings)


def _named(case: Case, with_reason: bool) -> str:
    return f"{case.athlete.words} ({case.need.first.words})" if with_reason else case.athlete.words


def _told_facts(rows: Sequence[SetRow]) -> dict[str, dict[str, str]]:
    """Whether somebody said how it felt."""
    known = [one for one in rows if one.is_ok]
    n_told = sum(one.feels != "unknown" for one in known)
    if known and not n_told:
        return {"nobody_told": {}}
    if n_told < len(known):
        return {"few_told": {"n_told": f"{n_told:,}", "n_sets": count_text(len(known), "set")}}
    return {}


def _filming_facts(rows: Sequence[SetRow], settings: TeamSettings) -> dict[str, dict[str, str]]:
    """How much was lost to the filming, and to what."""
    trouble = most_common(rows, settings)
    if trouble is None:
        return {"all_judged": {}}
    n_lost = sum(not one.is_judged for one in rows)
    clips = {"n_lost": f"{n_lost:,}", "n_clips": count_text(len(rows), "clip")}
    return {"filming": clips | {"problem": trouble[0], "remedy": trouble[1]}}
