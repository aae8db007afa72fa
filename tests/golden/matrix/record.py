"""Write docs/matrix.md anew from matrix.toml, mission.toml and the worked cases: run, read the diff, say why.

python tests/golden/matrix/record.py
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DOCUMENT = ROOT / "docs" / "matrix.md"
sys.path[:0] = [str(ROOT / "src"), str(HERE)]

HEAD = """# The look/feel matrix

Made by `python tests/golden/matrix/record.py` from `src/lookfeel/matrix/matrix.toml` and from `mission.toml` and
`cases.py` in `tests/golden/matrix`; a test fails when it is not up to date. `lookfeel explain RULE_ID` prints one rule.

Most figures are choices of ours and not validated; those with a source name it. Disagree, and edit the file.
"""


def mission_rows() -> list[dict[str, Any]]:
    """What was asked of the matrix, each with its rules and tests."""
    rows: list[dict[str, Any]] = tomllib.loads((HERE / "mission.toml").read_text(encoding="utf-8"))["rows"]
    return rows


def document() -> str:
    """The whole of docs/matrix.md."""
    return "\n".join([HEAD, *_mission(), *_cells(), *_rules(), *_cases()])


def _mission() -> list[str]:
    lines = ["## What was asked, the rules that do it, and their tests", ""]
    group = ""
    for row in mission_rows():
        if row["group"] != group:
            group = row["group"]
            lines += ["", f"### {group}", "", "| asked | rules | tests |", "|---|---|---|"]
        cells = ("<br>".join(f"`{name}`" for name in row[kind]) for kind in ("rules", "tests"))
        lines.append(f"| {row['asked']} | {' | '.join(cells)} |")
    return [*lines, ""]


def _cells() -> list[str]:
    from lookfeel.matrix import load_matrix

    lines = ["## The map: what each cell can lead to", "", "| feels | looks | rules |", "|---|---|---|"]
    for feels, row in load_matrix().cells.items():
        for looks, rules in row.items():
            lines.append(f"| {feels} | {looks.replace('_', ' ')} | {', '.join(f'`{rule}`' for rule in rules)} |")
    return [*lines, ""]


def _rules() -> list[str]:
    from lookfeel.matrix import explain_rule, load_matrix

    lines = ["## The rules", "", "| rule | when | action | changes | source |", "|---|---|---|---|---|"]
    for rule_id in load_matrix().rules:
        found = explain_rule(rule_id)
        rule = found.rule
        lines.append(f"| `{rule_id}` | {found.when} | {rule.action} | {rule.lever} | {rule.source} ({rule.evidence}) |")
    return [*lines, ""]


def _cases() -> list[str]:
    from cases import worked_cases

    lines = ["## Worked cases, as an athlete reads them", ""]
    for title, decision in worked_cases():
        lines += [f"### {title}", "", f"**{decision.text}** (`{decision.rule_id}`)", ""]
        lines += [f"- Why: {reason}" for reason in decision.reasons]
        lines += [f"- Cue: {decision.cue}"] if decision.cue else []
        lines += [f"- Next set: {decision.retest}"] if decision.retest else []
        lines += [f"- Would change it: {text}" for text in decision.would_change]
        lines += [f"- Also fits: {text}" for text in decision.alternatives]
        lines += [f"- Tell me: {text}" for text in decision.questions]
        lines.append("")
    return lines


def main() -> None:
    DOCUMENT.write_text(document().rstrip("\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
