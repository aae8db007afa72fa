"""Clips and cases enter; the result of each, or why there is none, leaves: rendered and measured by a few processes."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from benchmarks.accuracy.compare import ClipResult
from benchmarks.accuracy.results import ROOT, result_of
from benchmarks.accuracy.truth import truth_files
from scripts.render_samples.cases import Case

RENDERED = ROOT / "build" / "render" / "cases"
CACHE = ROOT / "build" / "accuracy" / "cache"
MAKER = "rendered_by.txt"
FAILED = "THE PROGRAM FAILED"
RENDERER = "scripts.render_samples.filming"
HINT = "the generator is not ready here; see scripts/render_samples/README.md"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A clip with truth, or a case to render first when its files are not there. is_fresh: use nothing kept."""

    name: str
    video: Path
    case: Case | None = None
    is_fresh: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of a job, or why there is none."""

    name: str
    result: ClipResult | None
    problem: str = ""


def job_of_case(case: Case, *, is_fresh: bool = False) -> Job:
    """The job of a case, whose files lie in a folder named for everything that the case says."""
    said = json.dumps(dataclasses.asdict(case), sort_keys=True)
    folder = RENDERED / hashlib.sha256(said.encode()).hexdigest()[:16]
    return Job(name=case.name, video=folder / f"{case.name}.mp4", case=case, is_fresh=is_fresh)


def is_rendered(job: Job) -> bool:
    """Whether the clip and its truth are there."""
    return job.video.exists() and all(path.exists() for path in truth_files(job.video))


def renderer_problem() -> str | None:
    """Why nothing can be rendered here; None when it can."""
    try:
        importlib.import_module(RENDERER)
    except ImportError as error:
        return f"{error}: {HINT}"
    return None


def run_job(job: Job) -> Outcome:
    """Render when needed, then measure. A clip that cannot be made is told, so that the others go on."""
    if not is_rendered(job):
        try:
            _render(job)
        except (ImportError, OSError, RuntimeError, ValueError) as error:
            return Outcome(name=job.name, result=None, problem=f"not rendered: {error}")
    try:
        return Outcome(name=job.name, result=result_of(job.video, CACHE, is_fresh=job.is_fresh))
    except Exception as error:  # noqa: BLE001 - a bug of the program is told, and the other 285 clips go on
        return Outcome(name=job.name, result=None, problem=f"{FAILED}: {type(error).__name__}: {error}")


def _render(job: Job) -> None:
    if job.case is None:
        raise FileNotFoundError(f"no clip with truth at {job.video}")
    job.video.parent.mkdir(parents=True, exist_ok=True)
    importlib.import_module(RENDERER).film_case(job.case, job.video.parent)
    (job.video.parent / MAKER).write_text(generator_hash(), encoding="utf-8")


def generator_hash() -> str:
    """Of the generator's sources."""
    sources = sorted((ROOT / "scripts" / "render_samples").glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def is_outdated(job: Job) -> bool:
    """Whether a kept clip was rendered by other sources than today's; rendering anew costs minutes, so it is told."""
    made = job.video.parent / MAKER
    return job.case is not None and made.exists() and made.read_text(encoding="utf-8") != generator_hash()


def run_all(jobs: Sequence[Job], *, n_processes: int, told: Callable[[Outcome], None]) -> list[Outcome]:
    """All outcomes in the order of the jobs; told of each as it comes."""
    if n_processes <= 1 or len(jobs) <= 1:
        return [_and_tell(run_job(job), told) for job in jobs]
    with ProcessPoolExecutor(max_workers=n_processes, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(run_job, job) for job in jobs]
        for future in as_completed(waiting):
            told(future.result())
        return [future.result() for future in waiting]


def _and_tell(outcome: Outcome, told: Callable[[Outcome], None]) -> Outcome:
    told(outcome)
    return outcome
