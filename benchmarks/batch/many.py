"""Sample clips and a number of rows enter; a manifest of as many short clips leaves, with broken ones among them."""

from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path

import av

CUT_S = 4.0
"""Of each sample: about one rep."""

EMPTY_EVERY, CUT_OFF_EVERY, MISSING_EVERY = 40, 67, 89
"""Rows between two broken ones of a kind (primes and not, so that all athletes have some)."""

ATHLETES = 50


def make_rows(samples: list[Path], folder: Path, *, n_rows: int, n_videos: int) -> tuple[Path, set[str]]:
    """Write the clips and the manifest.

    Parameters
        n_videos: different ones; the other rows are of copies under other names.
    Returns
        Path of the manifest, and the names of the clips that cannot be analysed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    broken: set[str] = set()
    sources = cycle(samples)
    names = [f"clip_{number:05}.mp4" for number in range(n_rows)]
    for number, name in enumerate(names):
        path, source = folder / name, next(sources)
        if number % MISSING_EVERY == MISSING_EVERY - 1:
            broken.add(name)
        elif number % EMPTY_EVERY == EMPTY_EVERY - 1:
            path.write_bytes(b"")
            broken.add(name)
        elif number < n_videos or names[number % n_videos] in broken:
            cut(source, path, mark=name)
        else:
            shutil.copyfile(folder / names[number % n_videos], path)
        if name not in broken and number % CUT_OFF_EVERY == CUT_OFF_EVERY - 1:
            path.write_bytes(path.read_bytes()[:2000])
            broken.add(name)
    return _manifest(folder, names), broken


def cut(source: Path, path: Path, *, mark: str) -> None:
    """The beginning of a clip, not coded anew; the mark in its header gives it another hash."""
    with av.open(str(source)) as given, av.open(str(path), "w") as made:
        made.metadata["comment"] = mark
        stream = given.streams.video[0]
        copy = made.add_stream_from_template(stream)
        for packet in given.demux(stream):
            if packet.dts is None or packet.pts is None:
                continue
            if float(packet.pts * packet.time_base) > CUT_S:
                break
            packet.stream = copy
            made.mux(packet)


def _manifest(folder: Path, names: list[str]) -> Path:
    """Every athlete trains every other day; one in five rows is of nobody."""
    path = folder / "team.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["clip", "athlete", "date", "load_kg", "pain"])
        for number, name in enumerate(names):
            day = date(2026, 1, 1) + timedelta(days=2 * (number // ATHLETES))
            known = [f"athlete {number % ATHLETES}", day.isoformat()] if number % 5 else ["", ""]
            writer.writerow([name, *known, 40 + number % 40, number % 3])
    return path
