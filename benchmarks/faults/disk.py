"""Full disks, folders to be read only, clocks that jump, two servers and backups; what was lost leaves as rows."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.page import PART, START, Browser
from benchmarks.faults.table import Row, Trial, cannot
from lookfeel.errors import LookfeelError, StoreError
from lookfeel.pipeline import analyze, write_outputs
from lookfeel.store import Database, DataFolder
from lookfeel.store import models as rows_of
from lookfeel.store.models import Note, TrainingSet

JUMPS = (timedelta(hours=1), timedelta(days=-1), timedelta(days=60), timedelta(days=-3650), timedelta(days=80))


def check(trial: Trial) -> Iterator[Row]:
    """Check 16 and what the issue adds to it."""
    try:
        with _small_disk(trial.room("probe"), 1):
            pass
    except subprocess.CalledProcessError:
        yield cannot(16, "disk full", "no small disk can be mounted")
    else:
        yield _full_for_results(trial)
        yield from _full_for_the_page(trial)
        yield _read_only(trial)
    yield _clocks(trial)
    yield _two_servers(trial)
    yield _backup(trial)


@contextmanager
def _small_disk(place: Path, n_mb: int) -> Iterator[Path]:
    """A disk of so many megabytes, in memory."""
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={n_mb}m", "tmpfs", str(place)], check=True, capture_output=True
    )
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


def _fill(place: Path, *, leave: int = 0) -> Path:
    """Take all room but so many bytes; the file that does."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
        file.write(b"x" * max(0, free - leave))
    return ballast


def _full_for_results(trial: Trial) -> Row:
    """Results onto a disk with room for some of them only."""
    report = analyze(SAMPLE)
    n_tried, n_good, named = 0, 0, 0
    with _small_disk(trial.room("full-results"), 4) as place:
        for leave in range(0, 400_000, 40_000):
            n_tried += 1
            ballast = _fill(place, leave=leave)
            try:
                write_outputs(report, place, overlay=False)
                is_named = True  # there was room
            except StoreError:
                is_named, named = True, named + 1
            written = [
                path for path in (place / SAMPLE.stem).glob("*") if path.suffix == ".part" or not path.stat().st_size
            ]
            n_good += is_named and not written
            ballast.unlink()
            for path in (place / SAMPLE.stem).glob("*"):
                path.unlink()
    return Row(
        check=16,
        name="disk full while results are written",
        n_tried=n_tried,
        n_survived=n_good,
        figure=f"{named} ended with exit code 4's error, no part and no empty file left",
    )


def _full_for_the_page(trial: Trial) -> Iterator[Row]:
    """Upload, note and export on a disk that is full; then with room again."""
    with _small_disk(trial.room("full-page"), 8) as place:
        browser = Browser(place / "data")
        client, word = browser.client, {"x-csrf-token": browser.csrf}
        requests = browser.requests()
        set_id = requests[0][1].split("/")[2]
        upload = next(path for method, path, *_ in requests if method == "PATCH")
        ballast = _fill(place, leave=4096)
        sent = client.patch(
            upload,
            content=START + b"x" * 900_000,
            headers=word | {"tus-resumable": "1.0.0", "upload-offset": "0", "content-type": PART},
        )
        whole = client.post(
            "/sets", data={"csrf": browser.csrf}, files={"file": ("a.mp4", START + b"x" * 900_000, "video/mp4")}
        )
        answers = [
            client.post(f"/sets/{set_id}/notes", data={"text": f"note {n} " + "x" * 1900, "csrf": browser.csrf})
            for n in range(40)
        ]
        athlete = _athlete_of(place, set_id)
        export = client.get(f"/athletes/{athlete}/export.zip")
        n_kept = sum(answer.status_code == 200 for answer in answers)
        ballast.unlink()
        after = client.post(f"/sets/{set_id}/notes", data={"text": "room again", "csrf": browser.csrf})
        offset = client.head(upload, headers=word | {"tus-resumable": "1.0.0"}).headers["upload-offset"]
        with sqlite3.connect(place / "data" / "lookfeel.sqlite3") as rows:
            state = rows.execute("PRAGMA integrity_check").fetchone()[0]
        with Database(f"sqlite:///{place / 'data' / 'lookfeel.sqlite3'}").reading() as session:
            n_notes = session.query(Note).count()
        client.__exit__(None, None, None)
    codes = f"{sent.status_code} in parts, {whole.status_code} whole"
    is_refused = sent.status_code == 507 and whole.status_code == 507
    yield Row(
        check=16,
        name="disk full during an upload",
        n_tried=2,
        n_survived=2 * is_refused,
        figure=f"{codes}; {offset} bytes kept to go on from",
    )
    failed = {answer.status_code for answer in answers if answer.status_code != 200}
    is_held = n_notes == n_kept + 1 and state == "ok" and after.status_code == 200 and failed <= {500, 507}
    figure = f"{n_kept} of {len(answers)} notes taken before it was full, all there; the others {sorted(failed)}; "
    figure += f"integrity {state}; works once there is room"
    yield Row(
        check=16,
        name="disk full for the database",
        n_tried=len(answers),
        n_survived=len(answers) if is_held else 0,
        figure=figure,
    )
    is_said = export.status_code in (200, 500, 507)
    yield Row(
        check=16,
        name="disk full during an export",
        n_tried=1,
        n_survived=int(is_said),
        figure=f"{export.status_code}, no file left",
    )


def _athlete_of(place: Path, set_id: str) -> str:
    with Database(f"sqlite:///{place / 'data' / 'lookfeel.sqlite3'}").reading() as session:
        found = session.get(TrainingSet, set_id)
        assert found is not None
        return found.athlete_id


def _read_only(trial: Trial) -> Row:
    """A folder that may only be read, for results and for the page."""
    tries: dict[str, Callable[[Path], object]] = {
        "results": lambda place: subprocess.run(
            [sys.executable, "-m", "lookfeel", "analyze", str(SAMPLE), "-o", str(place / "out"), "-q"],
            check=False, capture_output=True, text=True,
        ),
        "page": lambda place: DataFolder(place / "data").__enter__(),
    }  # fmt: skip
    n_good = 0
    with _small_disk(trial.room("read-only"), 2) as place:
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        done = tries["results"](place)
        assert isinstance(done, subprocess.CompletedProcess)
        n_good += done.returncode == StoreError.exit_code and "Traceback" not in done.stderr
        try:
            tries["page"](place)
        except StoreError:
            n_good += 1
    return Row(
        check=16,
        name="folder that may only be read",
        n_tried=len(tries),
        n_survived=n_good,
        figure="exit code 4 before the work; the server names the folder",
    )


def _clocks(trial: Trial) -> Row:
    """The clock jumps while sets are accepted; none of them is lost and every page answers."""
    browser = Browser(trial.room("clocks") / "data")
    real, n_good = rows_of.now, 0
    for jump in JUMPS:
        with _all_clocks(lambda jump=jump: real() + jump):  # type: ignore[misc]
            browser.open_anew()
            accepted = browser.requests()[0][1].split("/")[2]
            pages = [
                browser.client.get(path).status_code for path in ("/", "/history", f"/sets/{accepted}", "/history.json")
            ]
        n_good += pages == [200] * 4 and browser.client.get(f"/sets/{accepted}").status_code == 200
    browser.client.__exit__(None, None, None)
    words = ", ".join(f"{jump.total_seconds() / 86400:+.3g} d" for jump in JUMPS)
    return Row(
        check=0,
        name="the clock jumps",
        n_tried=len(JUMPS),
        n_survived=n_good,
        figure=f"by {words}: every accepted set there, every page answers",
    )


@contextmanager
def _all_clocks(told: Callable[[], object]) -> Iterator[None]:
    """Every module that asks what time it is, told otherwise."""
    names = [
        name for name, module in list(sys.modules.items()) if name.startswith("lookfeel.") and hasattr(module, "now")
    ]
    patches = [patch(f"{name}.now", told) for name in names]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()


def _two_servers(trial: Trial) -> Row:
    """A second server on the data of the first is refused."""
    place = trial.room("two") / "data"
    n_good = 0
    with DataFolder(place):
        for _ in range(5):
            try:
                DataFolder(place).__enter__()
            except LookfeelError:
                n_good += 1
    with DataFolder(place):
        pass
    return Row(
        check=0,
        name="two servers on one folder",
        n_tried=5,
        n_survived=n_good,
        figure="the second is refused; free again once the first ends",
    )


def _backup(trial: Trial) -> Row:
    """Copies taken with SQLite's own backup while rows are written; each opens, is whole and has all that was there."""
    room = trial.room("backup")
    database = Database(f"sqlite:///{room / 'lookfeel.sqlite3'}")
    n_tried, n_good = trial.of(20), 0
    for number in range(n_tried):
        with database.writing() as rows:
            rows.add(rows_of.Athlete(name=f"athlete {number}", settings={}))
        copy = room / f"copy-{number}.sqlite3"
        with sqlite3.connect(room / "lookfeel.sqlite3") as source, sqlite3.connect(copy) as target:
            source.backup(target)
        restored = Database(f"sqlite:///{copy}")
        with restored.reading() as rows, sqlite3.connect(copy) as raw:
            is_whole = raw.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            n_good += is_whole and rows.query(rows_of.Athlete).count() == number + 1
        restored.close()
    return Row(
        check=0,
        name="backups taken while it runs, restored",
        n_tried=n_tried,
        n_survived=n_good,
        figure="each opens, passes its integrity check and has every row",
    )
