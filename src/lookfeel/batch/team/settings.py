"""The shape of team.toml: its text goes in, frozen limits, signs, headlines and kinds of trouble come out."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Literal

from pydantic import Field, model_validator

from lookfeel.exercises import StrictModel, read_toml, validate_toml
from lookfeel.types import ViewName

TEAM_FILE = "team.toml"

SIGN_FACTS: dict[str, frozenset[str]] = {
    "red_flag": frozenset({"flags"}),
    "pain_stop": frozenset({"pain"}),
    "told_to_stop": frozenset(),
    "pain": frozenset({"pain"}),
    "feels_bad": frozenset({"from_rep"}),
    "heavy_and_off": frozenset({"load", "what"}),
    "worse": frozenset({"points", "load_change"}),
    "off": frozenset({"what"}),
    "breaks_down": frozenset({"rep"}),
    "unjudged": frozenset({"n_unjudged", "n_sets"}),
    "uncertain": frozenset(),
    "fine": frozenset({"feels"}),
    "ready": frozenset(),
}
"""Every sign and the placeholders that its words may use."""

HEADLINE_FACTS: dict[str, frozenset[str]] = {
    "stop": frozenset({"names"}),
    "feels_bad": frozenset({"names"}),
    "looks_bad": frozenset({"names"}),
    "nobody_told": frozenset(),
    "few_told": frozenset({"n_told", "n_sets"}),
    "filming": frozenset({"n_lost", "n_clips", "problem", "remedy"}),
    "ready": frozenset({"names"}),
    "all_well": frozenset(),
    "all_judged": frozenset(),
    "nothing": frozenset(),
}


class Limits(StrictModel):
    """When something counts; see team.toml."""

    clear_pain_points: float = Field(gt=0, le=10)
    present_days: int = Field(ge=0)
    unjudged_share: float = Field(gt=0, le=1)
    most_reasons: int = Field(ge=1)


class PageSize(StrictModel):
    """How many of each thing the page shows at most."""

    roster: int = Field(ge=1)
    athletes: int = Field(ge=1)
    exercises: int = Field(ge=1)
    reps: int = Field(ge=1)
    findings: int = Field(ge=1)
    changes: int = Field(ge=1)
    problems: int = Field(ge=1)
    failed: int = Field(ge=1)
    names: int = Field(ge=1)
    sets: int = Field(ge=2)
    threshold_sets: int = Field(ge=1)


class SignRule(StrictModel):
    """One sign that an athlete needs a look, or needs none; a larger weight comes first."""

    weight: int = Field(ge=0)
    tone: Literal["bad", "watch", "none", "good"]
    chip: str = Field(min_length=1)
    words: str = Field(min_length=1)


class Headline(StrictModel):
    """One of the things at the top: what it is about, and what there is to say."""

    lead: str = Field(min_length=1)
    words: str = Field(min_length=1)


class FilmingKind(StrictModel):
    """One kind of trouble with the filming, and what to do about it; texts are compared in small letters."""

    id: str
    words: str
    remedy: str
    texts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    views: tuple[ViewName, ...] = ()

    @model_validator(mode="after")
    def _can_be_found(self) -> FilmingKind:
        if not (self.texts or self.codes or self.views):
            raise ValueError(f"{self.id}: texts, codes or views are needed to find it by")
        if any(text != text.lower() for text in self.texts):
            raise ValueError(f"{self.id}: texts are compared in small letters")
        return self


class Unexplained(StrictModel):
    """Words for a clip that was lost and does not tell why."""

    failed: str
    failed_remedy: str
    unjudged: str
    unjudged_remedy: str


class TeamSettings(StrictModel):
    """All of team.toml."""

    limits: Limits
    page: PageSize
    signs: dict[str, SignRule]
    headlines: dict[str, Headline]
    filming: tuple[FilmingKind, ...]
    unexplained: Unexplained

    @model_validator(mode="after")
    def _is_whole(self) -> TeamSettings:
        _check_words("signs", {name: rule.words for name, rule in self.signs.items()}, SIGN_FACTS)
        said = {name: f"{line.lead} {line.words}" for name, line in self.headlines.items()}
        _check_words("headlines", said, HEADLINE_FACTS)
        ids = [kind.id for kind in self.filming]
        if len(set(ids)) < len(ids):
            raise ValueError("filming: an id stands twice")
        return self


def _check_words(table: str, words: dict[str, str], facts: dict[str, frozenset[str]]) -> None:
    """Every sentence is there, no other one, and each uses only placeholders that are filled."""
    if set(words) != set(facts):
        raise ValueError(f"{table}: expected {', '.join(facts)}")
    for name, sentence in words.items():
        unknown = {field for _, field, _, _ in Formatter().parse(sentence) if field is not None} - facts[name]
        if unknown:
            raise ValueError(f"{table}.{name}: unknown placeholder {min(unknown)!r}")


def parse_team(text: str, *, origin: str) -> TeamSettings:
    """Read settings from TOML text.

    Raises
        ConfigError: names the key and what is wrong with it.
    """
    return validate_toml(read_toml(text, origin=origin), TeamSettings, origin=origin)


@cache
def load_team() -> TeamSettings:
    """The settings that come with the program."""
    return parse_team((files("lookfeel.batch.team") / TEAM_FILE).read_text(encoding="utf-8"), origin=TEAM_FILE)
