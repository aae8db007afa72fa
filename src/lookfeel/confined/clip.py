"""A clip enters; what `watching.watch` sees in it leaves, seen by a confined process."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, replace
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

from lookfeel.confined.order import Work
from lookfeel.confined.parent import run_confined
from lookfeel.errors import DecoderDied
from lookfeel.ingest import Limits, open_video
from lookfeel.ingest.opening import check_file, open_file
from lookfeel.kept.watched import Watched, read_watched, write_watched
from lookfeel.pose import backend_options
from lookfeel.sandbox import Guards
from lookfeel.types import Progress, Speed
from lookfeel.watching import DEFAULT_SPEED, check_speed

JOB = "lookfeel.confined.clip:watching"

LONGEST_S = 1800.0
"""An analysis that takes half an hour hangs; chosen by us, as for the page."""


def watch(
    path: str | Path,
    *,
    backend: str = "blazepose",
    weights: str | Path | None = None,
    device: str = "cpu",
    slowmo_factor: float | None = None,
    speed: Speed = DEFAULT_SPEED,
    limits: Limits | None = None,
    progress: Progress | None = None,
    stage: str = "pose",
    guards: Guards | None = None,
    longest_s: float = LONGEST_S,
) -> Watched:
    """As `watching.watch`, whose options these are; the driver of a graphics processor may not be let in.

    Parameters
        guards: most that the process may use; longest_s: by the clock.
    Raises
        DecoderDied: the clip ended the process, or made it give what is no result. Others: as `watching.watch`.
    """
    check_speed(speed)
    limits = limits or Limits()
    with open_file(Path(path)) as file:
        check_file(file, Path(path).name, limits)  # eight bytes of it, before a process is started
    options = watching_options(
        Path(path).name,
        backend=backend,
        chosen=backend_options(weights=weights, device=device),
        slowmo_factor=slowmo_factor,
        speed=speed,
        limits=limits,
        stage=stage,
    )
    with run_confined(
        Path(path), JOB, options, guards=guards or Guards(), longest_s=longest_s, progress=progress
    ) as result:
        watched = read_watched(result)
    if watched is None:
        raise DecoderDied("reading this video left no result that can be used")
    return watched._replace(info=replace(watched.info, path=str(path)))


def watching_options(
    name: str,
    *,
    backend: str = "blazepose",
    chosen: Mapping[str, Any] | None = None,
    slowmo_factor: float | None = None,
    speed: Speed = DEFAULT_SPEED,
    limits: Limits,
    stage: str = "pose",
) -> dict[str, Any]:
    """What the job is told, as JSON values. name: of the clip, for words. chosen: options of the backend."""
    return {
        "name": name,
        "backend": backend,
        "backend_options": {option: str(value) for option, value in (chosen or {}).items()},
        "slowmo_factor": slowmo_factor,
        "limits": asdict(limits),
        "speed": speed,
        "stage": stage,
    }


def watching(options: dict[str, Any]) -> Work:
    """The job: loads the networks, then watches."""
    from lookfeel.pose import create_backend  # here, for other jobs have no use for networks
    from lookfeel.watching import look

    net = create_backend(options["backend"], **options["backend_options"])

    def work(clip: BinaryIO, result: FileIO, tell: Progress) -> None:
        with (
            closing(net),
            open_video(
                options["name"],
                file=clip,
                limits=Limits(**options["limits"]),
                slowmo_factor=options["slowmo_factor"],
            ) as video,
        ):
            seen = look(video, net, speed=options["speed"], progress=tell, stage=options["stage"])
        write_watched(Watched(*seen), result)

    return work
