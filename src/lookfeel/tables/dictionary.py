"""Nothing enters; the data dictionary leaves: every column and variable of what lookfeel writes, made from the code."""

from __future__ import annotations

from typing import Any

from lookfeel.export import COORDINATES, marker_name
from lookfeel.export.netcdf import ATTRIBUTES, VARIABLES
from lookfeel.measures import SIGNALS
from lookfeel.tables.columns import Column, signal_columns
from lookfeel.tables.rows import FAILURE_COLUMNS, REP_COLUMNS, SET_COLUMNS
from lookfeel.types import BODY_JOINTS, unit_of

ABOUT = (
    "Every column and variable of the tables and files that lookfeel writes for other programs. A missing value is an "
    "empty cell in CSV, null in Parquet and JSON, NaN in netCDF; never 0. Several texts in one cell of a CSV are "
    "joined by '; '. Presentation time is that of the clip as it plays; movement time is presentation time divided by "
    "slowmo_factor. Left and right are the athlete's. What a plain number counts or measures is said in words; its "
    "unit is 1. report.json has a schema of its own: 'lookfeel schema'."
)

TABLES: dict[str, tuple[str, tuple[Column, ...]]] = {
    "sets": ("One row a clip, failed ones too: sets.csv, sets.parquet.", SET_COLUMNS),
    "reps": (
        "One row a repetition, partial ones too: reps.csv, reps.parquet. Joins to sets by clip and result.",
        REP_COLUMNS,
    ),
    "signals": (
        "One row a frame of one clip: <result>.signals.csv, <result>.signals.parquet. Others' signals follow.",
        signal_columns(),
    ),
    "failures": ("One row a clip of a batch that failed: failures.csv.", FAILURE_COLUMNS),
}

CLIP_JSON = {
    "form": "Number of this form of file: 1.",
    "provenance": "What made the figures: the attributes of motion.nc from lookfeel_version on.",
    "report": "The content of report.json.",
    "time_s": "Presentation time of each frame in seconds.",
    "signals": "By name: unit, description, values and sd, a number or null a frame.",
    "points": "keypoints, edges, and of raw and filtered points position_px [frame][keypoint][x, y] and confidence.",
    "joints": "names, position_m and position_sd_m [frame][joint][x, y, z].",
}


def data_dictionary() -> dict[str, Any]:
    """The dictionary as JSON values."""
    return {
        "about": ABOUT,
        "tables": {
            name: {"about": about, "columns": [_column(column) for column in columns]}
            for name, (about, columns) in TABLES.items()
        },
        "motion.nc": {
            "about": "One clip's motion: motion.nc, and <result>.nc as exported.",
            "attributes": [{"name": name, "description": text} for name, text in ATTRIBUTES.items()],
            "variables": [{"name": name, "unit": unit, "description": text} for name, unit, text in _variables()],
        },
        "<result>.trc, <result>.c3d": {
            "about": "Markers: centres of the joints. In .trc x ahead, y up, z right in m; in .c3d x ahead, y left, "
            "z up in mm. Times are of the movement, in even steps.",
            "markers": [
                {"name": marker_name(joint), "description": f"Centre of the {joint.replace('_', ' ')}."}
                for joint in BODY_JOINTS
            ],
        },
        "<result>.mot, <result>.c3d": {
            "about": "Joint angles by OpenSim's names and signs. Times are of the movement, in even steps.",
            "columns": [
                {"name": name, "unit": unit, "description": f"{text[0].upper()}{text[1:]}."}
                for name, (unit, text) in COORDINATES.items()
            ],
        },
        "<result>.json": {
            "about": "One clip as one JSON object.",
            "keys": [{"name": name, "description": text} for name, text in CLIP_JSON.items()],
        },
    }


def _column(column: Column) -> dict[str, str]:
    return {
        "name": column.name,
        "kind": column.kind,
        "unit": column.unit,
        "description": column.description,
    }


def _variables() -> list[tuple[str, str, str]]:
    fixed = [(name, unit, text) for name, (unit, text) in VARIABLES.items()]
    signals = [(f"signals/{name}", unit_of(name), text) for name, text in SIGNALS.items()]
    sds = [(f"signals/{name}_sd", unit_of(name), f"Standard deviation of {name}.") for name in SIGNALS]
    return [*fixed, *signals, *sds]


def dictionary_markdown() -> str:
    """The dictionary to read, as committed in docs/data-dictionary.md."""
    content = data_dictionary()
    lines = ["# Data dictionary", "", "Made by `lookfeel export --dictionary`; do not edit.", "", content["about"]]
    for name, table in content["tables"].items():
        lines += ["", f"## {name}", "", table["about"], "", *_table(table["columns"])]
    motion = content["motion.nc"]
    lines += ["", "## motion.nc", "", motion["about"], "", *_table(motion["variables"])]
    lines += ["", "Attributes of the file:", "", *_table(motion["attributes"])]
    for name, part in (("<result>.trc, <result>.c3d", "markers"), ("<result>.mot, <result>.c3d", "columns")):
        lines += ["", f"## {name}", "", content[name]["about"], "", *_table(content[name][part])]
    clip = content["<result>.json"]
    lines += ["", "## <result>.json", "", clip["about"], "", *_table(clip["keys"])]
    return "\n".join(lines).replace("<result>", "`<result>`") + "\n"


def _table(entries: list[dict[str, str]]) -> list[str]:
    head = list(entries[0])
    rows = [[f"`{entry['name']}`", *list(entry.values())[1:]] for entry in entries]
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]
