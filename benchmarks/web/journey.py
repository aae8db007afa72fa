"""The page as an athlete meets it: `lookfeel serve` and a real browser enter; a table of steps and screenshots leave.

Chromium plays it at the size of a phone and of a desktop, in light and in dark: upload, progress, replay with the
drawing held against the frame shown, answers, load, a second set, history, comparison, print, and the end of it all.

Neither of its tools is a dependency of lookfeel. Playwright drives the system's Chromium, so no browser is fetched:
`python -m pip install playwright`. axe-core looks for barriers where its file is found: `npm install axe-core` in the
root of the clone, or --axe FILE; without it those looks are left out, and the table says so.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import httpx2
from sqlalchemy import func, select

from lookfeel.store import Database
from lookfeel.store.models import Answers, DecisionRow, Job, Report, TrainingSet, Upload

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "web" / "shots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FRONT, SIDE = (ROOT / "sample_videos" / name for name in ("squat_front_valgus.mp4", "squat_side_deep.mp4"))
ROWS = (TrainingSet, Upload, Job, Report, Answers, DecisionRow)

MEASURED_S = 240
"""An analysis takes no longer; chosen by us, for two cores that do other things too."""
READY_S = 60
SETTLE_S = 0.4
"""For what moves to come to rest before a picture of it is taken."""
CONTROL_FRAMES = 12
"""So far away a frame shows joints elsewhere: the drawing must not fit that one as well."""

SIZES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
    "desktop": {"viewport": {"width": 1280, "height": 900}},
}
THEMES = ("light", "dark")
VISITS = tuple(f"{size}-{theme}" for size in SIZES for theme in THEMES)

REPLAY_CHECK = Path(__file__).with_name("replay_check.js")


class NotPossible(Exception):
    """Something that is needed is not installed; says what and how to get it."""


@dataclass(slots=True, kw_only=True)
class Row:
    """One line of the table. n_barriers: kinds that axe-core found, None where it did not look."""

    where: str
    step: str
    seconds: float
    is_ok: bool
    note: str = ""
    n_barriers: int | None = None


@dataclass(slots=True, kw_only=True)
class Visit:
    """One browser at one size and theme. data: folder of the server. troubles: what its console told."""

    name: str
    page: Any
    url: str
    data: Path
    shots: Path
    axe: str | None
    rows: list[Row] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Row]:
        """Time a step and take its picture; what is wrong with it ends the visit."""
        row = Row(where=self.name, step=name, seconds=0.0, is_ok=False)
        self.rows.append(row)
        number = sum(one.where == self.name for one in self.rows)
        began = time.monotonic()
        try:
            yield row
            row.seconds = time.monotonic() - began
            row.is_ok = True
        except Exception as error:
            row.seconds, row.note = time.monotonic() - began, str(error).splitlines()[0]
            raise
        finally:
            time.sleep(SETTLE_S)
            self.page.screenshot(path=self.shots / f"{self.name}-{number:02}-{name.replace(' ', '-')}.png")
        self.look_closely(row)

    def look_closely(self, row: Row) -> None:
        """Nothing sticks out, no console complaint, no barrier that axe knows."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        found = [f"{wide} px wider than the screen"] if wide > 0 else []
        found += self.troubles
        self.troubles.clear()
        if self.axe is not None:
            self.page.evaluate(self.axe)
            told = self.page.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
            row.n_barriers = len(told["violations"])
            found += [f"axe {one['id']} at {one['nodes'][0]['target']}" for one in told["violations"]]
        if found:
            row.is_ok, row.note = False, "; ".join([row.note, *found] if row.note else found)

    def text(self, selector: str) -> str:
        """Words of the first element, spaces as single ones."""
        return " ".join(str(self.page.locator(selector).first.inner_text()).split())

    def choose(self, name: str, value: str) -> None:
        """Tap one of several."""
        self.page.click(f"label:has([name={name}][value='{value}'])")

    def until(self, script: str, given: object = None) -> None:
        """Wait for a truth of the page. Not Playwright's own way, which the page's strict policy rightly refuses."""
        ends = time.monotonic() + READY_S
        while not self.page.evaluate(script, given):
            self.check(time.monotonic() < ends, f"never true: {script}")
            time.sleep(0.05)

    def check(self, is_so: object, otherwise: str) -> None:
        """Raise when it is not so."""
        if not is_so:
            raise AssertionError(otherwise)


def walk(visit: Visit) -> None:
    """Everything, from the first visit to the last."""
    first = send(visit, FRONT, "upload")
    replay(visit, first)
    answer(visit)
    say_load(visit)
    send(visit, as_hevc(SIDE, visit.data.with_suffix(".mov")), "HEVC upload")
    play_copy(visit)
    look_back(visit)
    leave(visit)


def send(visit: Visit, clip: Path, name: str) -> str:
    """Send a clip and wait until it is measured; the path of its set."""
    page = visit.page
    with visit.step(f"home before {name}"):
        page.goto(visit.url)
        visit.check(page.locator("#file").count() == 1, "no field for a file")
    with visit.step(name):
        page.set_input_files("#file", clip)
        page.wait_for_url("**/sets/*", timeout=1000 * READY_S)
    with visit.step(f"progress of {name}") as row:
        visit.until("document.querySelector('#stage-bar')?.value > 4")
        row.note = visit.text("#stage-name")
    with visit.step(f"result of {name}") as row:
        page.wait_for_selector("main.set.ready, [role=alert]", timeout=1000 * MEASURED_S)
        visit.check(page.locator("main.set.ready").count(), visit.text("main"))
        visit.until("document.querySelector('#moment')?.textContent.length > 5")
        row.note = visit.text(".score")
    return "/" + str(page.url).removeprefix(visit.url)


def replay(visit: Visit, path: str) -> None:
    """Play and step; the drawing belongs to the frame that the screen shows, by its mediaTime and its pixels."""
    page = visit.page
    with visit.step("replay moves"):
        page.click("#play")
        visit.until("document.querySelector('#video').currentTime > 0.4")
        page.click("#play")
    script = REPLAY_CHECK.read_text(encoding="utf-8")
    for way in ("stepped", "played"):
        with visit.step(f"joints on frames {way}") as row:
            told = page.evaluate(script, {"path": path, "way": way, "control": CONTROL_FRAMES})
            row.note = (
                f"{told['frames']} frames, {told['wrong_frame']} wrong; {told['on_joint']} of {told['joints']} moving "
                f"joints covered, of a frame {CONTROL_FRAMES} away {told['on_control']} of {told['control_joints']}"
            )
            visit.check(told["wrong_frame"] == 0, row.note)
            visit.check(told["joints"] > 0 and told["on_joint"] == told["joints"], row.note)
            visit.check(told["on_control"] < told["control_joints"] / 2, row.note)


def as_hevc(source: Path, target: Path) -> Path:
    """A clip as an iPhone sends it, which Chromium does not play; the same frames at the same times."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as movie:
        seen = clip.streams.video[0]
        made = movie.add_stream("libx265", rate=seen.average_rate)
        made.width, made.height, made.time_base = seen.width // 2 * 2, seen.height // 2 * 2, seen.time_base
        made.codec_tag, made.options = "hvc1", {"preset": "ultrafast", "x265-params": "log-level=none:pools=1"}
        for frame in clip.decode(seen):
            frame.pict_type = av.video.frame.PictureType.NONE
            movie.mux(made.encode(frame))
        movie.mux(made.encode(None))
    return target


def play_copy(visit: Visit) -> None:
    """The page plays the server's copy of a clip that this browser cannot play."""
    with visit.step("copy of HEVC plays") as row:
        visit.until("document.querySelector('#video').readyState >= 2")
        row.note = str(visit.page.evaluate("new URL(document.querySelector('#video').src).pathname"))
        visit.check(row.note.endswith("/proxy"), row.note)
        visit.page.click("#play")
        visit.until("document.querySelector('#video').currentTime > 0.4")
        visit.page.click("#play")


def answer(visit: Visit) -> None:
    """Say that it felt bad from the third rep on, then that it felt good."""
    page = visit.page
    with visit.step("feels bad from rep 3") as row:
        visit.choose("overall", "bad")
        visit.choose("pain", "3")
        visit.choose("when", "rep")
        visit.choose("bad_from_rep", "3")
        page.click(".feels .button.main")
        page.wait_for_selector(".next")
        row.note = visit.text(".headline")
        visit.check("2" in visit.text(".figures"), f"not capped at rep 2: {row.note}")
    with visit.step("answer changed") as row:
        before = visit.text(".headline")
        page.click(".next summary >> text=Change my answers")
        visit.choose("overall", "good")
        visit.choose("pain", "0")
        page.click(".feels .button.main")
        visit.until("before => document.querySelector('.headline').innerText !== before", before)
        row.note = visit.text(".headline")


def say_load(visit: Visit) -> None:
    """Say the load; the set's page shows it from then on."""
    page = visit.page
    with visit.step("load said"):
        page.fill("[name=load]", "60")
        with page.expect_response("**/context"):
            page.click(".training .button.main")
        page.reload()
        visit.check("60 kg" in visit.text(".facts"), f"no load among {visit.text('.facts')}")


def look_back(visit: Visit) -> None:
    """The first page remembers, the history lists both, two can be held against each other and one printed."""
    page = visit.page
    with visit.step("home remembers") as row:
        page.goto(visit.url)
        row.note = visit.text(".last h2")
    with visit.step("history"):
        page.goto(f"{visit.url}history")
        page.wait_for_selector(".chart svg")
        visit.check(page.locator(".set-row").count() == 2, "not two sets")
    with visit.step("compare") as row:
        for box in page.locator("[data-pick]").all():
            box.check()
        page.click("#compare")
        visit.until("[...document.querySelectorAll('.pair video')].every(v => v.readyState >= 2)")
        page.click("#play")
        visit.until("[...document.querySelectorAll('.pair video')].every(v => v.currentTime > 0.5)")
        page.click("#play")
        row.note = " | ".join(part.inner_text() for part in page.locator("[data-moment-of]").all())
    with visit.step("print"):
        page.goto(f"{visit.url}history")
        page.click(".set-link >> nth=0")
        page.click("a:has-text('Print')")
        page.emulate_media(media="print")
        visit.check(visit.text(".headline"), "no next step on paper")
    page.emulate_media(media="screen")


def leave(visit: Visit) -> None:
    """Delete everything, and find nothing of it."""
    page = visit.page
    with visit.step("delete everything") as row:
        page.goto(f"{visit.url}history")
        page.once("dialog", lambda dialog: dialog.accept())
        page.click(".button.danger")
        page.wait_for_url(f"{visit.url}?deleted")
        rows, files = left_over(visit.data)
        row.note = f"{rows} rows and {files} files left"
        visit.check(rows == 0 and files == 0, row.note)


def left_over(data: Path) -> tuple[int, int]:
    """Rows and files of sets that a data folder still has."""
    database = Database(f"sqlite:///{data / 'lookfeel.sqlite3'}")
    with database.reading() as rows:
        n_rows = sum(rows.scalar(select(func.count()).select_from(kind)) or 0 for kind in ROWS)
    database.close()
    return n_rows, sum(1 for _ in (data / "sets").rglob("*"))


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """The URL of `lookfeel serve` on a free port; ended afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    search = os.pathsep.join((str(ROOT / "src"), *filter(None, (os.environ.get("PYTHONPATH"),))))
    command = [sys.executable, "-m", "lookfeel", "serve", "--port", str(port), "--data", str(data)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": search}, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=READY_S)


def _wait_for(url: str) -> None:
    """Until the server answers; TimeoutError after READY_S."""
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends:
        with suppress(httpx2.TransportError):
            httpx2.get(url).raise_for_status()
            return
        time.sleep(0.2)
    raise TimeoutError("the server does not answer")


def run(folder: Path, *, only: str | None, shots: Path, axe: Path) -> bool:
    """Walk at each size and theme and print the table; whether all was well. only: 'phone-dark' or the like.

    Raises
        NotPossible: Playwright or Chromium is missing.
    """
    print(f"axe-core: {axe}" if axe.is_file() else f"axe-core is left out: there is no {axe}")
    rows = visits(folder, names=VISITS if only is None else (only,), shots=shots, axe=axe)
    print_table(rows)
    print(f"Pictures: {shots}")
    return bool(rows) and all(row.is_ok for row in rows)


def visits(folder: Path, *, names: Sequence[str], shots: Path, axe: Path) -> list[Row]:
    """Every step of a walk at each of some sizes and themes, names of VISITS; without axe-core where its file is not.

    Raises
        NotPossible: Playwright or Chromium is missing.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise NotPossible("Playwright is not installed: python -m pip install playwright") from None
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        raise NotPossible("No Chromium on the PATH; on Debian: apt-get install chromium")
    barriers = axe.read_text(encoding="utf-8") if axe.is_file() else None
    shots.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in (name for name in VISITS if name in names):
            size, theme = name.split("-")
            with serving(folder / name) as url:
                page = browser.new_context(color_scheme=theme, **SIZES[size]).new_page()
                visit = Visit(name=name, page=page, url=url, data=folder / name, shots=shots, axe=barriers, rows=rows)
                listen(visit)
                with suppress(Error, AssertionError):  # its row says what was wrong; the next size may fare better
                    walk(visit)
                page.context.close()
        browser.close()
    return rows


def listen(visit: Visit) -> None:
    """Collect what the console says and what the server refuses."""
    page = visit.page
    page.on("pageerror", lambda error: visit.troubles.append(f"script: {error}"))
    page.on("console", lambda said: visit.troubles.append(said.text) if said.type == "error" else None)
    page.on("response", lambda got: visit.troubles.append(f"{got.status} {got.url}") if got.status >= 400 else None)


def print_table(rows: list[Row]) -> None:
    """One line a step."""
    width = max((len(row.step) for row in rows), default=0)
    for row in rows:
        verdict = "ok" if row.is_ok else "NOT OK"
        print(f"{row.where:<14} {row.step:<{width}} {row.seconds:7.1f} s  {verdict:<6} {row.note}")
