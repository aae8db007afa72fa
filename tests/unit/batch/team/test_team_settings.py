"""team.toml: nothing unknown is taken, every sentence can be filled, and every figure says where it is from."""

from __future__ import annotations

from importlib.resources import files

import pytest

from lookfeel.batch.team.settings import HEADLINE_FACTS, SIGN_FACTS, TEAM_FILE, load_team, parse_team
from lookfeel.errors import ConfigError

TEXT = (files("lookfeel.batch.team") / TEAM_FILE).read_text(encoding="utf-8")


def test_the_file_that_comes_along_is_read() -> None:
    assert parse_team(TEXT, origin=TEAM_FILE) == load_team()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("present_days = 28", "present_days = 28\npresnt_days = 1", "presnt_days"),
        ("present_days = 28", 'present_days = "28"', "present_days"),
        ("unjudged_share = 0.5", "unjudged_share = 1.5", "unjudged_share"),
        ('words = "pain {pain} of 10"', 'words = "pain {paine} of 10"', "paine"),
        ("[signs.fine]", "[signs.splendid]", "signs: expected"),
        ("[headlines.ready]", "[headlines.set]", "headlines: expected"),
        ('id = "feet"', 'id = "nobody"', "an id stands twice"),
        ('"the phone looks"', '"The phone looks"', "small letters"),
        ('texts = ["people were seen"]', "", "needed to find it by"),
        ('tone = "good"', 'tone = "lovely"', "tone"),
    ],
)
def test_what_is_wrong_is_refused_and_named(old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(ConfigError, match=told):
        parse_team(TEXT.replace(old, new, 1), origin="mine.toml")


def test_every_sentence_can_be_filled() -> None:
    settings = load_team()
    for name, rule in settings.signs.items():
        assert "{" not in rule.words.format(**dict.fromkeys(SIGN_FACTS[name], "x"))
    for name, line in settings.headlines.items():
        assert "{" not in (line.lead + line.words).format(**dict.fromkeys(HEADLINE_FACTS[name], "x"))


def test_every_figure_is_marked() -> None:
    """A figure stands under a comment that says [choice] or [evidence], of its own or of its table."""
    marked, unmarked = "", []
    for line in TEXT.splitlines():
        if line.startswith("#"):
            marked += line
        elif line.partition("=")[2].strip()[:1].isdigit() and "[choice]" not in marked and "[evidence]" not in marked:
            unmarked.append(line)
    assert unmarked == []
    assert "[choice]" in marked
    assert "[evidence]" in marked
