"""Names of samples enter; rendered clips with their truth leave: `python -m scripts.render_samples --help`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from scripts.render_samples.samples import SAMPLES

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Render the sample clips, all or those named."""
    parser = argparse.ArgumentParser(prog="python -m scripts.render_samples", description="Render sample_videos anew.")
    parser.add_argument("names", nargs="*", help="samples to render; all when none is given")
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "sample_videos", help="folder for clips and truth")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    asked = parser.parse_args(arguments)
    known = {case.name: case for case in SAMPLES}
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"no such sample: {', '.join(unknown)}; there are {', '.join(known)}")
    for name in asked.names or known:
        print(f"{name}: {known[name].about}", flush=True)
        if not asked.list:
            print(f"  {_render(name, asked.out)}", flush=True)
    return 0


def _render(name: str, folder: Path) -> str:
    from scripts.render_samples.filming import film_case

    begun = time.perf_counter()
    clip = film_case(next(case for case in SAMPLES if case.name == name), folder)
    return f"{clip.stat().st_size / 1e6:.2f} MB in {time.perf_counter() - begun:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
