"""Full disks, folders to be read only, clocks that jump, two servers and backups; what was lost leaves as rows."""

from __future__ import annotations

import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from benchmarks.faults import room
from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.killing import Writer
from benchmarks.faults.page import PART, START, Browser
from benchmarks.faults.table import Row, Trial, cannot
from lookfeel.errors import StoreError
from lookfeel.pipeline import analyze, write_outputs
from lookfeel.store import Database, DataFolder
from lookfeel.store import models as rows_of
from lookfeel.store.models import Note, TrainingSet

ROOM_FOR_NOTES = 120_000
"""Bytes: some of the notes fit, but not all of them, and no clip."""

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
        with _small_disk(trial.room("filling"), room.DISK_MB) as place:
            yield from room.check(trial, place)
    yield _clocks(trial)
    yield _two_servers(trial)
    yield _backups(trial)


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


def _full_for_results(trial: Trial) -> Row:
    """Results onto a disk with room for some of them only."""
    report = analyze(SAMPLE)
    n_tried, n_good, named = 0, 0, 0
    with _small_disk(trial.room("full-results"), 4) as place:
        for leave in range(0, 400_000, 40_000):
            n_tried += 1
            ballast = room.fill(place, leave=leave)
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
        ballast = room.fill(place, leave=ROOM_FOR_NOTES)
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
    is_held = (
        n_notes == n_kept + 1
        and state == "ok"
        and after.status_code == 200
        and failed == {507}
        and 0 < n_kept < len(answers)
    )
    figure = f"{n_kept} of {len(answers)} notes taken before it was full, all there; the others {sorted(failed)}; "
    figure += f"integrity {state}; works once there is room"
    yield Row(
        check=16,
        name="disk full for the database",
        n_tried=len(answers),
        n_survived=len(answers) if is_held else 0,
        figure=figure,
    )
    is_said = export.status_code in (200, 507)
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
        "batch": lambda place: subprocess.run(
            [sys.executable, "-m", "lookfeel", "batch", str(SAMPLE), "-o", str(place / "run"), "-q"],
            check=False, capture_output=True, text=True,
        ),
        "page": lambda place: DataFolder(place / "data").__enter__(),
    }  # fmt: skip
    n_good = 0
    with _small_disk(trial.room("read-only"), 2) as place:
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        for name in ("results", "batch"):
            done = tries[name](place)
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
        figure="analyze, batch: exit code 4 before the work; the server names the folder",
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


SECOND = """
import sys
from pathlib import Path
from lookfeel.errors import LookfeelError
from lookfeel.web.serve import serve
from lookfeel.web.settings import Settings
settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]))
try:
    serve(settings, on_ready=lambda: print("ready", flush=True))
except LookfeelError as error:
    sys.exit(error.exit_code)
"""


def _two_servers(trial: Trial) -> Row:
    """Pairs of server processes that start at once on one folder: one serves, the other is refused; each ends well."""
    place, n_tried, n_good = trial.room("two") / "data", trial.of(10), 0
    for _ in range(n_tried):
        pair = [_server_at(place) for _ in range(2)]
        words = [_first_word(one) for one in pair]
        n_good += sorted(words) == ["", "ready"] and pair[words.index("")].wait() == StoreError.exit_code
        for one in pair:
            one.send_signal(signal.SIGTERM)
            n_good -= one.wait() not in (0, StoreError.exit_code)
    with sqlite3.connect(place / "lookfeel.sqlite3") as rows:
        state = rows.execute("PRAGMA integrity_check").fetchone()[0]
        n_owners = rows.execute("SELECT count(*) FROM athletes WHERE is_owner").fetchone()[0]
    is_held = state == "ok" and n_owners == 1
    return Row(
        check=0,
        name="two servers on one folder",
        n_tried=n_tried,
        n_survived=n_good if is_held else 0,
        figure=f"started at once: one serves, the other ends with exit code 4; {n_owners} owner, integrity {state}",
    )


def _server_at(place: Path) -> subprocess.Popen[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SECOND, str(place), str(port)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _first_word(server: subprocess.Popen[str]) -> str:
    """'ready', or '' when it ended before."""
    assert server.stdout is not None
    return server.stdout.readline().strip()


def _backups(trial: Trial) -> Row:
    """Copies taken with SQLite's own backup while two processes write; each opens, is whole, has every row that was
    acknowledged before it was begun and none that the store does not have, and a page opens on it."""
    place, chance = trial.room("backup"), random.Random(trial.seed)
    source = place / "lookfeel.sqlite3"
    Database(f"sqlite:///{source}").close()
    writers = [Writer(f"sqlite:///{source}", str(number)) for number in range(2)]
    n_tried, copies = trial.of(20), list[tuple[Path, set[str]]]()
    for number in range(n_tried):
        time.sleep(chance.random() * 0.5)
        told = {writer.last() for writer in writers}
        copies.append((_copied(source, place / f"copy-{number}"), told))
    for writer in writers:
        writer.killed()
    every = _names(source)
    good = [told <= _names(copy) <= every and _is_whole(copy) for copy, told in copies]
    client = Browser(copies[-1][0].parent).client
    is_served = client.get("/").status_code == 200
    client.__exit__(None, None, None)
    sizes = [len(_names(copy)) for copy, _ in copies]
    return Row(
        check=0,
        name="backups taken while two processes write, restored",
        n_tried=n_tried,
        n_survived=sum(good) if is_served else 0,
        figure=f"{sizes[0]:,} to {sizes[-1]:,} rows; each passes its integrity check, lacks no row acknowledged before "
        "it was begun and holds none that the store lacks; a page opens on it",
        seed=trial.seed,
    )


def _copied(source: Path, folder: Path) -> Path:
    folder.mkdir()
    copy = folder / source.name
    with sqlite3.connect(source) as one, sqlite3.connect(copy) as other:
        one.backup(other)
    return copy


def _names(path: Path) -> set[str]:
    database = Database(f"sqlite:///{path}")
    with database.reading() as rows:
        names = {one.name for one in rows.query(rows_of.Athlete) if not one.is_owner}
    database.close()
    return names


def _is_whole(path: Path) -> bool:
    with sqlite3.connect(path) as rows:
        broken = rows.execute("PRAGMA foreign_key_check").fetchall()
        return rows.execute("PRAGMA integrity_check").fetchone()[0] == "ok" and not broken
