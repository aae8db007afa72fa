"""The page: complete, offline, with one script or none, readable in light and dark, and deaf to hostile text."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import report_factory

from lookfeel.errors import StoreError
from lookfeel.report import html, write_html
from lookfeel.report.html import page_html

ALL = report_factory.everything()
JPEG = b"\xff\xd8\xff\xe0 not really a picture \xff\xd9"
FRAMES = {frame: JPEG + bytes(str(frame), "ascii") for frame in range(report_factory.N_FRAMES)}
VOID = {"meta", "img", "br", "link", "input", "hr", "source"}
ALLOWED_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "article", "aside"),
    *(
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "div",
        "span",
        "small",
        "strong",
        "i",
        "bdi",
        "a",
        "img",
        "video",
        "blockquote",
    ),
    *("table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "figure", "figcaption", "details", "summary"),
    *("svg", "desc", "line", "text", "rect", "circle", "path"),
    *("canvas", "button", "input", "select", "option", "script"),
}
DATA_BLOCK = {"type": "application/json", "id": "figure-data"}
SCRIPT = (Path(html.__file__).parent / "template" / "figure.js").read_text(encoding="utf-8")
STYLE = (Path(html.__file__).parent / "template" / "report.css").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """What a browser finds: tags with their attributes, and the text outside style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.unmatched: list[str] = []
        self.words: list[str] = []
        self.scripts: list[tuple[dict[str, str], str]] = []
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
            self.scripts.append((self.tags[-1][1], data))
        elif "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


def read(name: str, **options: object) -> Reader:
    options = {"key_frames": FRAMES, "overlay_name": "overlay.mp4", **options}
    return Reader(page_html(ALL[name], **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ALL)
def test_the_page_is_balanced_and_holds_only_tags_we_chose(name: str) -> None:
    page = read(name)
    assert page.open == []
    assert page.unmatched == []
    assert {tag for tag, _ in page.tags} <= ALLOWED_TAGS


@pytest.mark.parametrize("name", ALL)
def test_the_page_runs_nothing_and_asks_nobody(name: str) -> None:
    page = read(name)
    for tag, attributes in page.tags:
        assert not [attribute for attribute in attributes if attribute.startswith("on")], tag
        assert not {"srcset", "action", "formaction", "data", "ping", "background"} & set(attributes), tag
    targets = [*page.values("src"), *page.values("href"), *page.values("xlink:href")]
    ours = r"data:image/jpeg;base64,[A-Za-z0-9+/=]+|#limits|overlay\.mp4(#t=[\d.]+)?"
    assert [target for target in targets if not re.fullmatch(ours, target)] == []
    assert not re.search(r"@import|url\(|expression\(", STYLE)
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    executed = [text for attributes, text in page.scripts if attributes != DATA_BLOCK]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in executed]
    assert rules.get("script-src") == (f"'sha256-{hashes[0]}'" if hashes else None)
    assert executed == ([SCRIPT] if name == "fitted_squat" else [])
    assert rules["img-src"] == "data:"
    assert rules["media-src"] == "'self'"


def test_hostile_text_is_shown_as_text() -> None:
    page = read("hostile")
    words = " ".join(report_factory.HOSTILE.split())
    assert page.text.count(words) >= 6
    assert "<script" not in page_html(ALL["hostile"])


def test_an_overlay_name_cannot_leave_its_folder_or_its_attribute() -> None:
    page = Reader(page_html(ALL["front_squat"], overlay_name='a" onerror="x.mp4'))
    assert [a["src"] for tag, a in page.tags if tag == "video"] == ["a%22%20onerror%3D%22x.mp4"]


@pytest.mark.parametrize("name", ALL)
def test_every_rep_has_its_row(name: str) -> None:
    page = read(name)
    rows = [a for tag, a in page.tags if tag == "th" and a.get("scope") == "row"]
    assert len(rows) == len(ALL[name].reps)


def test_the_page_says_first_what_to_do_next() -> None:
    page = read("front_squat")
    decision = ALL["front_squat"].decision
    order = [decision.text, str(decision.cue), "How it looks", "What we saw", "Rep by rep", "What this view can"]
    places = [page.text.rindex(words) for words in order]
    assert places == sorted(places)
    for words in (*decision.reasons, *decision.would_change, *decision.alternatives, *decision.questions):
        assert words in page.text


@pytest.mark.parametrize("name", ALL)
def test_the_page_never_shows_a_nan_and_never_predicts_injury(name: str) -> None:
    text = read(name).text
    assert not re.search(r"\bnan\b|\binf\b", text, flags=re.IGNORECASE)
    assert "does not predict injury" in text


def test_the_score_comes_with_its_interval_and_coverage() -> None:
    text = read("front_squat").text
    assert "69 of 100" in text
    assert "58 to 77" in text
    assert "75 %" in text


def test_without_a_score_the_page_says_so() -> None:
    text = read("no_score").text
    assert "No score." in text
    assert "of 100" not in text


def test_from_the_side_the_knee_is_kindly_not_visible() -> None:
    text = read("side_squat").text
    assert text.count("not visible") >= report_factory.N_WHOLE
    assert "not visible from this view: filmed from the side" in text
    assert "cm in" not in text


def test_a_fault_has_one_card_with_the_picture_and_the_video_of_its_moment() -> None:
    page = read("front_squat")
    (finding,) = ALL["front_squat"].looks.findings
    assert sum(tag == "article" for tag, _ in page.tags) == 1
    assert finding.text in page.text
    picture = base64.b64encode(FRAMES[finding.frame]).decode()
    assert f"data:image/jpeg;base64,{picture}" in page.values("src")
    assert f"overlay.mp4#t={finding.time_s}" in page.values("href")


def test_a_fault_is_told_with_its_size_against_the_measuring_error() -> None:
    base = ALL["front_squat"]
    (bad,) = base.looks.findings
    sized = replace(bad, phase="concentric", over_sd=3.62)
    text = Reader(page_html(replace(base, looks=replace(base.looks, findings=(sized,))))).text
    assert f"See rep {bad.rep_index} at " in text
    assert "on the way up. Clearly beyond the limit, by 3.6 times the measuring error." in text


def test_a_fault_of_the_second_clip_has_no_picture_and_says_where_it_is() -> None:
    page = read("two_views")
    (finding,) = ALL["two_views"].looks.findings
    assert "See rep 4 at 13.7 s of the second clip, on the way up." in page.text
    assert base64.b64encode(FRAMES[finding.frame]).decode() not in "".join(page.values("src"))
    assert "Watch this moment" not in page.text


def test_two_clips_are_named_and_what_shows_only_the_first() -> None:
    text = read("two_views").text
    assert "filmed from the front and the left side" in text
    assert "These two views together could judge 90 %" in text
    assert "side squat 80 kg.mp4 (second)" in text
    assert "the video show the first clip" in text
    assert "Heels stay down (from the second clip)" in text
    assert "second clip" not in read("front_squat").text


def test_what_leaves_the_verdict_open_is_said() -> None:
    reason = ALL["two_views"].looks.reason
    assert reason is not None
    assert f"Why uncertain: {reason}" in read("two_views").text
    assert "Why needs work" not in read("front_squat").text


def test_the_rubric_and_how_strict_it_was_are_said() -> None:
    assert "Rubric: squat; strictness 0.5 of 1: the rubric as written." in read("front_squat").text
    base = ALL["front_squat"]
    made_by = replace(base.provenance, rubric="lunge/split_squat", settings={"strictness": 0.75})
    assert "Rubric: lunge, split squat; strictness 0.75 of 1: limits 2.0 times as tight as written." in (
        Reader(page_html(replace(base, provenance=made_by))).text
    )


def test_the_gravest_fault_comes_first() -> None:
    base = ALL["front_squat"]
    (bad,) = base.looks.findings
    found = tuple(
        replace(bad, severity=severity, item=severity, text=f"fault {severity}")  # type: ignore[arg-type]
        for severity in ("watch", "zero", "bad")
    )
    text = Reader(page_html(replace(base, looks=replace(base.looks, findings=found)))).text
    assert text.index("fault zero") < text.index("fault bad") < text.index("fault watch")


def test_every_picture_has_words_and_every_name_is_used_once() -> None:
    page = read("front_squat")
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == 1 + report_factory.N_WHOLE
    assert all(image["alt"] for image in images)
    names = page.values("id")
    assert len(names) == len(set(names))
    referred = [name for value in page.values("aria-labelledby") for name in value.split()]
    assert set(referred) <= set(names)


def test_the_page_says_how_far_the_fit_lies_from_what_was_seen() -> None:
    text = read("fitted_squat").text
    assert "fitted over the whole clip; lengths from the athlete's height" in text
    assert "joints 1.3 cm (root mean square) from the landmarks in the picture" in text
    assert "compared; shoulder 1.3 cm, hip 1.3 cm, knee 1.2 cm" in text
    assert "not held against the picture" in read("front_squat").text


def test_missing_pictures_and_video_are_left_out() -> None:
    page = read("front_squat", key_frames={}, overlay_name=None)
    assert not {"img", "video"} & {tag for tag, _ in page.tags}
    assert "Watch this moment" not in page.text


@pytest.mark.parametrize("name", ALL)
def test_the_page_is_the_same_every_time(tmp_path: Path, name: str) -> None:
    path = write_html(ALL[name], tmp_path / "report.html", key_frames=FRAMES, overlay_name="overlay.mp4")
    again = report_factory.everything()[name]
    assert path.read_text(encoding="utf-8") == page_html(again, key_frames=FRAMES, overlay_name="overlay.mp4")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.html"]


def test_a_lunge_names_the_leg_of_each_rep() -> None:
    base = ALL["front_squat"]
    sides = ("left", "right", "left", "right", "left", "left")
    lunges = tuple(replace(rep, side=side) for rep, side in zip(base.reps, sides, strict=True))  # type: ignore[arg-type]
    text = Reader(page_html(replace(base, reps=lunges))).text
    assert "1 L" in text
    assert "2 R" in text


def test_a_folder_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        write_html(ALL["front_squat"], tmp_path / "absent" / "report.html")


def _palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE, flags=re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks)
    return {"light": light, "dark": dark}


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    *(("ink", ground) for ground in ("page", "card", "tint", "none-tint")),
    *(("muted", ground) for ground in ("page", "card", "band", "tint")),
    *(("accent", ground) for ground in ("page", "card", "tint")),
    *((state, ground) for state in ("good", "watch", "bad") for ground in (f"{state}-tint", "card")),
]
GRAPHIC_PAIRS = [
    *((line, ground) for line in ("left", "right") for ground in ("card", "band")),
    *((line, "card") for line in ("watch", "muted", "ink")),
    *((state, "none-tint") for state in ("good", "watch", "bad")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_meets_wcag_aa(scheme: str) -> None:
    colours = _palettes()[scheme]
    assert set(colours) == set(_palettes()["light"])
    faint = [pair for pair in TEXT_PAIRS if _contrast(colours[pair[0]], colours[pair[1]]) < 4.5]
    faint += [pair for pair in GRAPHIC_PAIRS if _contrast(colours[pair[0]], colours[pair[1]]) < 3]
    assert faint == []
