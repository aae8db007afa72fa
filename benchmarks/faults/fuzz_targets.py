"""Bent bytes enter; whatever reads such bytes reads them, and anything but an answer or a named error is a finding."""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.faults.clips import seeds
from benchmarks.faults.mutation import bent_bytes, bent_text
from lookfeel.errors import LookfeelError

Target = Callable[[random.Random], bool]
"""Makes one input by chance and has it read: whether that gave an answer; raises whatever was not named."""


def target(kind: str, folder: Path) -> Target:
    """How one kind of input is tried. folder: with report.json in it for 'report', and with
    results/, the files of an analysis by the page, for 'roles'."""
    makers = {
        "container": _container,
        "report": _report,
        "toml": _toml,
        "http": _http,
        "answers": _answers,
        "manifest": _manifest,
        "roles": _roles,
    }
    return makers[kind](folder)


def _container(folder: Path) -> Target:
    from lookfeel.ingest import Limits, open_video

    good = seeds(folder)
    limits = Limits(n_frames=300, n_pixels=2_000_000)

    def read(chance: random.Random) -> bool:
        data = bent_bytes(chance.choice(good), chance)
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            with (
                contextlib.suppress(LookfeelError),
                open_video("clip.mp4", file=os.fdopen(os.dup(file.fileno()), "rb"), limits=limits) as clip,
            ):
                for _ in clip:
                    pass
                return True
        return False

    return read


def _report(folder: Path) -> Target:
    from lookfeel.report.past import read_past_sets
    from lookfeel.report.reading import read_judged_set

    good = (folder / "report.json").read_bytes()
    place = folder / f"bent-{os.getpid()}" / "report.json"
    place.parent.mkdir(exist_ok=True)

    def read(chance: random.Random) -> bool:
        data = bent_text(good, chance)
        place.write_bytes(data)
        with contextlib.suppress(LookfeelError):
            read_past_sets([place])
        with contextlib.suppress(LookfeelError):
            read_judged_set(place)
            return True
        return False

    return read


def _toml(_: Path) -> Target:
    from importlib.resources import files

    from lookfeel.exercises.loading import parse_exercise
    from lookfeel.matrix.settings import parse_matrix

    squat = (files("lookfeel.exercises") / "squat.toml").read_bytes()
    matrix = (files("lookfeel.matrix") / "matrix.toml").read_bytes()

    def read(chance: random.Random) -> bool:
        is_exercise = chance.random() < 0.7
        data = bent_text(squat if is_exercise else matrix, chance)
        text = data.decode(errors="replace")
        with contextlib.suppress(LookfeelError):
            (parse_exercise if is_exercise else parse_matrix)(text, origin="bent.toml")
            return True
        return False

    return read


def _answers(folder: Path) -> Target:
    from lookfeel.matrix.intake import load_session_file
    from lookfeel.report.past import read_past_sets

    session = b'[feels]\npain = 2\nrpe = 8\n\n[context]\nload_kg = 80.0\nplanned_reps = 5\nexperience = "novice"\n'
    sets = b"session,exercise,load_kg,looks\n2026-11-01,squat,60,good\n2026-11-08,squat,65,bad\n"
    places = (folder / f"s-{os.getpid()}.toml", folder / f"s-{os.getpid()}.csv")

    def read(chance: random.Random) -> bool:
        is_session = chance.random() < 0.5
        data = bent_text(session if is_session else sets, chance)
        places[not is_session].write_bytes(data)
        with contextlib.suppress(LookfeelError):
            if is_session:
                load_session_file(places[0])
            else:
                read_past_sets([places[1]])
            return True
        return False

    return read


def _manifest(folder: Path) -> Target:
    from benchmarks.faults.manifests import bent_csv, bent_parquet
    from lookfeel.batch.manifest import read_manifest

    own = folder / f"manifest-{os.getpid()}"
    own.mkdir(exist_ok=True)

    def read(chance: random.Random) -> bool:
        suffix, bend = chance.choice((("csv", bent_csv), ("parquet", bent_parquet)))
        place = own / f"team.{suffix}"
        place.write_bytes(bend(chance))
        with contextlib.suppress(LookfeelError):
            read_manifest(place)
            return True
        return False

    return read


def _http(folder: Path) -> Target:
    from benchmarks.faults.page import Browser

    browser = Browser(folder / f"http-{os.getpid()}")
    requests = browser.requests()

    def read(chance: random.Random) -> bool:
        method, path, kind, body = chance.choice(requests)
        data = bent_text(body, chance)
        headers = {b"content-type": kind.encode(), b"x-csrf-token": browser.csrf.encode()}
        headers |= browser.tus(path, chance)
        answer = browser.client.request(method, path, content=data, headers=headers, follow_redirects=False)
        if answer.status_code >= 500:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return bool(answer.status_code < 400)

    return read


def _roles(folder: Path) -> Target:
    from benchmarks.faults.gym import Gym
    from benchmarks.faults.roles import Asking

    return Asking(Gym(folder / f"gym-{os.getpid()}", folder / "results")).attempt
