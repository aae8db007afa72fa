"""Record anew what the report room writes for the made-up front squat, and its schema: run, read the diff, say why.

python tests/golden/report/record.py
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def main() -> None:
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "unit" / "report")]
    from report_factory import front_squat

    from lookfeel.report import schema_text, write_json, write_reps_csv

    write_json(front_squat(), HERE / "front_squat.report.json")
    write_reps_csv(front_squat(), HERE / "front_squat.reps.csv")
    (ROOT / "src" / "lookfeel" / "report" / "report.schema.json").write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
