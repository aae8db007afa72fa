"""The page: complete, offline, the same bytes for the same rows, of bounded size, and deaf to hostile text."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import team_factory as factory

from lookfeel.batch.team import build_team_html, html
from lookfeel.batch.team.settings import load_team

VOID = {"meta", "br", "link", "input", "hr"}
SCRIPT = (Path(html.__file__).parent / "template" / "team.js").read_text(encoding="utf-8")
SETS = factory.team_sets()
REPS = factory.team_reps(SETS)
MAX_BYTES = 10e6
MAX_CPU_S = 20.0


class Reader(HTMLParser):
    """What a browser finds: tags with their attributes, and the text outside style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.unmatched: list[str] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unmatched.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["script"]:
            self.scripts.append(data)
        elif "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        """All words as a reader sees them, spaces as single ones."""
        return " ".join("".join(self.words).split())

    def attributes(self, name: str) -> list[str]:
        """Values of an attribute wherever it stands."""
        return [given[name] for _, given in self.tags if name in given]


def built(sets: list[dict[str, Any]] = SETS, **options: Any) -> bytes:
    given: dict[str, Any] = {"reps": REPS, "previous_sets": None, "title": "Team"} | options
    return build_team_html(sets, **given)


def read(sets: list[dict[str, Any]] = SETS, **options: Any) -> Reader:
    return Reader(built(sets, **options).decode("utf-8"))


PAGE = read(previous_sets=factory.previous_sets())


def test_the_page_is_whole() -> None:
    assert PAGE.unmatched == []
    assert PAGE.open == []
    ids = PAGE.attributes("id")
    assert len(set(ids)) == len(ids)


def test_every_place_that_is_named_exists() -> None:
    ids = set(PAGE.attributes("id"))
    within = {link[1:] for link in PAGE.attributes("href") if link.startswith("#")}
    labels = {one for value in PAGE.attributes("aria-labelledby") for one in value.split()}
    assert within | labels <= ids


def test_nothing_is_fetched_from_anywhere() -> None:
    assert PAGE.attributes("src") == []
    outside = [link for link in PAGE.attributes("href") if not link.startswith(("#", "clips/"))]
    assert outside == []
    assert "url(" not in built().decode("utf-8")


def test_the_only_script_is_our_own_and_allowed_by_its_hash() -> None:
    assert PAGE.scripts == [SCRIPT]
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = next(given["content"] for _, given in PAGE.tags if given.get("http-equiv"))
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_hostile_words_stay_words() -> None:
    page = read(title=factory.SCRIPT, previous_sets=factory.previous_sets())
    assert page.scripts == [SCRIPT]
    assert page.unmatched == []
    assert f"Bobby {factory.SCRIPT}" in page.text
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]


def test_bytes_that_are_no_text_do_not_break_the_page() -> None:
    assert "clip?.mp4" in read([factory.set_row(None, 2, 80.0, clip="clip\udcff.mp4")]).text


def test_links_lead_to_the_clips_pages_and_nowhere_else() -> None:
    links = [link for link in PAGE.attributes("href") if link.startswith("clips/")]
    assert links
    assert all(re.fullmatch(r"clips/[^/]+/report\.html", link) for link in links)
    away = read([factory.set_row("Ada", 2, 80.0, result="../../etc")])
    assert "clips/..%2F..%2Fetc/report.html" in away.attributes("href")


def test_the_same_rows_give_the_same_bytes() -> None:
    assert built(previous_sets=factory.previous_sets()) == built(previous_sets=factory.previous_sets())


def test_the_bytes_do_not_depend_on_the_process() -> None:
    code = (
        "import hashlib, team_factory as f\n"
        "from lookfeel.batch.team import build_team_html\n"
        "sets = f.team_sets()\n"
        "page = build_team_html(sets, f.team_reps(sets), previous_sets=f.previous_sets(), title='Team')\n"
        "print(hashlib.sha256(page).hexdigest())"
    )
    paths = os.pathsep.join([str(Path(factory.__file__).parent), *sys.path])
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": paths, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == hashlib.sha256(built(previous_sets=factory.previous_sets())).hexdigest()


def test_who_needs_a_look_most_stands_first() -> None:
    order = ["Åsa Lindqvist", "Jonas Müller", "Höllenstein", "Marek Dvořák", "Chloé Dubois", "Tom O'Brien"]
    order += ["Sofia Rossi", "Kwame Mensah", "Priya Nair", "Yuki Tanaka"]
    roster = PAGE.text[PAGE.text.index("Form holds to") :]
    places = [roster.index(name) for name in order]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "words",
    [
        "Stop the exercise: Åsa Lindqvist (warning sign: swelling and night pain) and Jonas Müller (pain 6 of 10).",
        "Form worse than last time by 13 points (beyond the intervals, with 5 kg more on)",
        "Not filmed well enough to judge 2 of 2 clips",
        "Ready to progress",
        "12 athletes",
        "2 clips without a name",
        "30 Sep 2026 to 19 Nov 2026",
        "Next: fewer reps",
        "Spread the floor with your feet.",
        "Try it in your next set today and film it: keep it if it looks better.",
        "Breaks down at about",
        "Not reached yet: above",
        "Only 4 sets can be compared; at least 5 are needed.",
        "New: Yuki Tanaka.",
        "Missing this time: Lena Gone.",
        "(other view)",
        "The feet are cut off",
        "Filmed from behind",
        "The camera moved",
        "priya_9.mov: no video stream was found.",
        "Copy the video from the phone again.",
        "It does not predict injury",
        "lookfeel 0.6.0",
        "cdcdcdcdcdcd",
    ],
)
def test_what_a_coach_must_find_is_there(words: str) -> None:
    assert words in PAGE.text


def test_three_things_stand_at_the_top() -> None:
    source = built().decode("utf-8")
    assert source[source.index('class="headlines"') : source.index("</ol>")].count("<li>") == 3


def test_without_a_last_run_nothing_is_said_of_changes() -> None:
    assert "Since the last run" not in read().text


def test_when_nobody_says_how_it_felt_that_is_told_first() -> None:
    rows = [one | {"feels_overall": None, "pain": None} for one in factory.sessions("Ada", [85.0, 86.0], [50.0, 50.0])]
    assert "Nobody said how it felt: Ask: without it, pain stays unseen." in read(rows).text


def test_an_empty_run_is_a_page_too() -> None:
    page = read([], reps=[])
    assert "There is no set in this run." in page.text
    assert page.unmatched == []


def test_failed_clips_alone_are_a_page_too() -> None:
    page = read([factory.failed_row("Ada", None, "no_person", "Nobody was found.", "More light.")])
    assert "Nobody was found." in page.text
    assert "More light." in page.text


def test_rows_with_nothing_but_a_clip_are_a_page_too() -> None:
    """A researcher's run: no athletes, no dates, nothing told."""
    rows = [{"clip": f"{name}.mp4", "result": name, "status": "ok"} for name in ("a", "b")]
    page = read(rows, reps=[], previous_sets=rows)
    assert "No name: a.mp4" in page.text
    assert "no dates told" in page.text


def test_undated_sets_are_drawn_in_their_order_and_never_called_worse() -> None:
    rows = [factory.set_row("Ada", None, score, result=str(score)) for score in (95.0, 90.0, 40.0)]
    page = read(rows)
    assert "in the order of the list" in page.text
    assert "worse than last time" not in page.text


def test_a_large_team_makes_a_small_page_soon() -> None:
    size = load_team().page
    rows = factory.large_team(5000, 2)
    began = time.process_time()
    page = built(rows, previous_sets=rows[:5000])
    assert time.process_time() - began < MAX_CPU_S
    assert len(page) < MAX_BYTES
    text = Reader(page.decode("utf-8")).text
    assert f"{5000 - size.roster:,} more with less need are left out here; sets.parquet has all of them." in text
    assert f"{5000 - size.athletes:,} more are left out here" in text


def test_one_athlete_with_very_many_sets_is_bounded_too() -> None:
    rows = [factory.set_row("Ada", day % 3000, 60.0 + day % 30, result=str(day)) for day in range(4000)]
    rows += [factory.set_row("Ben", None, 60.0 + day % 30, result=f"b{day}") for day in range(4000)]
    began = time.process_time()
    assert len(built(rows)) < MAX_BYTES
    assert time.process_time() - began < MAX_CPU_S
