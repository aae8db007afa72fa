"""A team as a run would write it: rows of sets and reps with everything that a page may meet. Not real people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
SCRIPT = "<script>alert('x')</script>"
TODAY = date(2026, 11, 20)
FEET = "The feet are out of the picture for most of the clip: what needs them is not judged. Film them too."
PHONE = (
    "The phone moved: the room shifts by up to 14 % of the picture. What can be taken back was; lengths and angles stay "
    "less sure. Put the phone on something firm."
)


def set_row(athlete: str | None, days_ago: int | None, score: float | None, **cells: Any) -> Row:
    """A set that was analysed; further cells replace what would stand there."""
    day = None if days_ago is None else TODAY - timedelta(days=days_ago)
    stem = f"{(athlete or 'clip').split()[0].lower()}_{days_ago}"
    half = cells.pop("half", 6.0)
    state = None if score is None else "good" if score >= 75 else "bad" if score < 55 else "uncertain"
    row: Row = {
        "clip": f"{stem}.mp4",
        "result": f"{stem}-{abs(hash_of(stem)):012x}"[:60],
        "athlete": athlete,
        "date": day,
        "status": "ok",
        "error_code": None,
        "error_message": None,
        "error_hint": None,
        "video_name": f"{stem}.mp4",
        "video_sha256": f"{hash_of(stem):064x}",
        "exercise": "squat",
        "variant": None,
        "view": "front",
        "view_told": None,
        "n_reps": 8,
        "load_kg": 80.0,
        "one_rm_kg": None,
        "feels_overall": "good",
        "pain": 0.0,
        "usual_pain": None,
        "reps_in_reserve": 3.0,
        "bad_from_rep": None,
        "red_flags": [],
        "looks_state": state or "not_assessable",
        "looks_score": score,
        "looks_low": None if score is None else max(0.0, score - half),
        "looks_high": None if score is None else min(100.0, score + half),
        "looks_coverage": 0.9 if score is not None else 0.4,
        "looks_reason": None,
        "finding_items": [],
        "finding_severities": [],
        "finding_texts": [],
        "threshold_status": "not_reached",
        "threshold_rep": None,
        "action": "repeat",
        "rule_id": "feels_good.looks_good.repeat",
        "decision_text": "Repeat this set as it is in the next session.",
        "cue": None,
        "retest": None,
        "warnings": [],
        "is_partial_video": False,
        "depth_thigh_angle_deg": 2.0,
        "depth_thigh_angle_deg_sd": 4.0,
        "lookfeel_version": "0.6.0",
        "backend": "blazepose",
        "weights_sha256": "ab" * 32,
        "rubric": "squat",
        "rubric_sha256": "cd" * 32,
        "matrix_sha256": "ef" * 32,
        "library_sha256": "01" * 32,
        "strictness": 0.5,
    }
    return row | cells


def hash_of(text: str) -> int:
    """A number from a name, the same on every run."""
    number = 7
    for letter in text:
        number = (number * 131 + ord(letter)) % (1 << 47)
    return number


def failed_row(athlete: str | None, days_ago: int | None, code: str, message: str, hint: str) -> Row:
    """A clip that could not be analysed: most cells are empty."""
    row = dict.fromkeys(set_row(athlete, days_ago, None))
    stem = f"{(athlete or 'clip').split()[0].lower()}_{days_ago}_{code}"
    day = None if days_ago is None else TODAY - timedelta(days=days_ago)
    told = {"clip": f"{stem}.mov", "result": "", "athlete": athlete, "date": day, "status": "failed", "load_kg": 80.0}
    return row | told | {"error_code": code, "error_message": message, "error_hint": hint}


def rep_rows(one: Row) -> list[Row]:
    """Reps of a set: scores that fall a little, figures that waver, one rep cut off."""
    if one["status"] != "ok" or not one["n_reps"]:
        return []
    base, n_reps, rows = one["looks_score"], one["n_reps"], []
    for index in range(1, n_reps + 1):
        late = max(0, index - (one["threshold_rep"] or 99) + 1)
        score = None if base is None else max(5.0, min(99.0, base + 6.0 - 1.2 * index - 9.0 * late))
        wave = ((index * 7) % 5 - 2) / 2
        rows.append(
            {
                "clip": one["clip"],
                "result": one["result"],
                "athlete": one["athlete"],
                "date": one["date"],
                "rep_index": index,
                "side": "both",
                "is_partial": False,
                "eccentric_s": 1.6 + 0.1 * wave,
                "bottom_pause_s": 0.2,
                "concentric_s": 1.1 + 0.05 * index,
                "looks_score": score,
                "looks_low": None if score is None else score - 8,
                "looks_high": None if score is None else score + 8,
                "looks_state": None
                if score is None
                else "good"
                if score >= 75
                else "bad"
                if score < 55
                else "uncertain",
                "depth_thigh_angle_deg": one["depth_thigh_angle_deg"] + wave,
                "knee_over_foot_left_m": None
                if one["view"].startswith("side")
                else 0.012 + 0.004 * wave + 0.008 * late,
                "knee_over_foot_left_m_sd": None if one["view"].startswith("side") else 0.015,
                "knee_over_foot_right_m": None if one["view"].startswith("side") else 0.006,
                "knee_over_foot_right_m_sd": None if one["view"].startswith("side") else 0.015,
            }
        )
    return [*rows, rows[0] | {"rep_index": 0, "is_partial": True}]


def sessions(name: str | None, scores: list[float | None], loads: list[float], **cells: Any) -> list[Row]:
    """One set a week, the last one two days before TODAY."""
    weeks = range(len(scores) - 1, -1, -1)
    return [
        set_row(name, 2 + 7 * week, score, load_kg=load, **cells)
        for week, score, load in zip(weeks, scores, loads, strict=True)
    ]


def team_sets() -> list[Row]:
    """Twelve athletes, three to eight sessions each, one clip without a name."""
    rows: list[Row] = []
    jonas = sessions("Jonas Müller", [84, 82, 80, 71, 58], [60, 70, 80, 90, 95])
    jonas[-1] |= {
        "pain": 6.0,
        "feels_overall": "bad",
        "threshold_status": "reached",
        "threshold_rep": 5,
        "action": "stop",
        "rule_id": "stop.pain",
        "decision_text": "Stop this exercise for today; if the pain does not settle by tomorrow, see a doctor or physiotherapist.",
        "finding_items": ["knee_over_foot"],
        "finding_severities": ["bad"],
        "finding_texts": ["Your left knee drifts 4 ± 1 cm inside the line of your foot from rep 5 on."],
    }
    rows += jonas
    asa = sessions("Åsa Lindqvist", [88, 86, 87], [50, 55, 55], view="side_left")
    asa[-1] |= {
        "red_flags": ["swelling", "night_pain"],
        "feels_overall": "bad",
        "action": "stop",
        "rule_id": "stop.red_flag",
        "decision_text": "Stop this exercise now, and have it looked at by a doctor or physiotherapist before you do it again.",
    }
    rows += asa
    pain = sessions(
        "Wolfgang Amadeus Schmidt-Rottenmeier-Großenbach von und zu Höllenstein", [79, 76, 78, 77], [70, 75, 75, 80]
    )
    pain[-1] |= {
        "pain": 4.0,
        "feels_overall": "bad",
        "bad_from_rep": 6,
        "action": "cap_reps",
        "rule_id": "feels_bad.from_rep",
        "decision_text": "End each set at rep 5, one before it starts to feel bad.",
        "retest": "Try it in your next set today. If the pain falls by 2 points or by a third, keep it; if not, put it back, and one other thing is changed next time.",
    }
    rows += pain
    heavy = sessions("Marek Dvořák", [77, 72, 66, 47], [100, 110, 120, 130], one_rm_kg=150.0)
    heavy[-1] |= {
        "reps_in_reserve": 1.0,
        "n_reps": 5,
        "action": "reduce_load",
        "rule_id": "looks_bad.reduce",
        "decision_text": "Take about 10 % off: 117.5 kg.",
        "cue": "Spread the floor with your feet.",
        "retest": "Try it in your next set today and film it: keep it if it looks better.",
        "finding_items": ["knee_over_foot", "trunk_pitch_gain", "hip_shift"],
        "finding_severities": ["bad", "zero", "watch"],
        "finding_texts": [
            "Both knees fall 5 ± 2 cm inside the feet in every rep.",
            "Your hips shoot up before your chest: the trunk tips forward by 26 ± 5°.",
            "Your hips shift to the right by 6 ± 3 % of your stance.",
        ],
    }
    rows += heavy
    worse = sessions("Chloé Dubois", [92, 90, 91, 76], [60, 60, 62.5, 70])
    worse[-1] |= {"feels_overall": None, "pain": None, "action": "ask", "rule_id": "feels_unknown.looks_good"}
    rows += worse
    off = sessions("Tom O'Brien", [52, 54, 50], [40, 40, 40], half=9.0, n_reps=4)
    for one in off:
        one |= {
            "threshold_status": "not_estimable",
            "action": "cue",
            "rule_id": "looks_bad.cue",
            "cue": "Push the knees to the walls.",
        }
        one |= {
            "decision_text": "Keep everything else as it is, and think of one thing in the next sets: Push the knees to the walls."
        }
        one |= {
            "finding_severities": ["bad"],
            "finding_texts": ["Your right knee drifts 6 ± 2 cm inside the line of your foot in every rep."],
        }
    rows += off
    rows += sessions(
        "Sofia Rossi",
        [81, None, None],
        [45, 45, 47.5],
        view="rear",
        warnings=[FEET],
        looks_reason="Only 40 % of what could be shown was judged, at least 60 % is needed; most is missing at “Knees over the feet”: knee and foot are not seen at the bottom. Film it from the front as well.",
        action="film_again",
        rule_id="feels_good.looks_not_assessable",
        decision_text="Keep everything as it is and film the next set again: from the front, 3 to 4 m away, the whole body in the picture.",
    )
    rows[-3] |= {"warnings": [], "looks_reason": None, "view": "front"}
    rows += [
        failed_row(
            "Sofia Rossi",
            1,
            "no_person",
            "Nobody was found in 240 frames.",
            "Film one person, whole body in the frame, with light on them.",
        )
    ]
    rows += sessions("Kwame Mensah", [68, 66, 70, 69], [75, 80, 80, 82.5], half=14.0, warnings=[PHONE])
    many = sessions("Hanna Weiß", [90, 91, 88, 86, 84, 80, 83, 82], [50, 55, 60, 65, 70, 72.5, 75, 77.5])
    many += sessions(
        "Hanna Weiß",
        [70, 74, 79],
        [20, 20, 22.5],
        exercise="lunge",
        variant="split_squat",
        view="side_right",
        rubric="lunge/split_squat",
        clip="hanna_lunge.mp4",
    )
    for number, one in enumerate(many[-3:]):
        one |= {
            "result": f"hanna_lunge_{number}-77",
            "video_sha256": f"{number:064x}",
            "depth_thigh_angle_deg": 12.0 - number,
        }
    rows += many
    ready = sessions("Yuki Tanaka", [83, 85, 88, 90, 91, 93], [60, 62.5, 65, 67.5, 70, 72.5])
    ready[-1] |= {
        "action": "progress",
        "rule_id": "feels_good.looks_good.progress",
        "decision_text": "Add load: 75 kg.",
        "retest": "Film the first set with it: stay with it if it feels and looks as good as today, else go back.",
    }
    rows += ready
    rows += sessions("Priya Nair", [86, 85, 87, 86, 88], [40, 45, 50, 52.5, 55])
    rows += [
        failed_row(
            "Priya Nair",
            9,
            "unreadable_video",
            "priya_9.mov: no video stream was found.",
            "Give an .mp4, .mov or .webm straight from the phone (H.264, HEVC, VP9 or AV1).",
        ),
        failed_row("Priya Nair", 16, "too_short", "Only 4 frames.", "Film the whole set, from standing to standing."),
    ]
    hostile = sessions(f"Bobby {SCRIPT}", [78, 80, 82], [30, 32.5, 35], view_told="side_left")
    for number, one in enumerate(hostile):
        one |= {"clip": f"clips/{SCRIPT}{number}.mp4", "result": f"{SCRIPT}-{number}", "warnings": [SCRIPT]}
        one |= {
            "finding_severities": ["watch"],
            "finding_texts": [SCRIPT],
            "decision_text": SCRIPT,
            "cue": f"{SCRIPT} cue",
        }
    rows += hostile
    rows += [
        set_row(
            None,
            3,
            72,
            clip="IMG_4711.MOV",
            feels_overall=None,
            pain=None,
            action="ask",
            rule_id="feels_unknown.looks_uncertain",
        )
    ]
    rows += [
        failed_row(
            None,
            3,
            "unreadable_video",
            "IMG_4712.MOV is empty",
            "The copy failed. Copy the video from the phone again.",
        )
    ]
    return rows


def team_reps(sets: list[Row]) -> list[Row]:
    """All reps of these sets."""
    return [rep for one in sets for rep in rep_rows(one)]


def previous_sets() -> list[Row]:
    """The run before: without the newest week, without Yuki, with one who left since, one filmed from another side."""
    rows = [one for one in team_sets() if one["date"] is not None and (TODAY - one["date"]).days > 5]
    rows = [one for one in rows if one["athlete"] not in ("Yuki Tanaka", None)]
    rows += sessions("Lena Gone", [80.0], [50.0])
    return [one | {"view": "side_left"} if one["athlete"] == "Kwame Mensah" else one for one in rows]


def large_team(n_athletes: int, n_sets: int) -> list[Row]:
    """Many athletes with plain sets."""
    return [
        row
        for number in range(n_athletes)
        for row in sessions(
            f"Athlete {number:05}",
            [60.0 + (number * 7 + 11 * week) % 35 for week in range(n_sets)],
            [60.0 + 5 * week for week in range(n_sets)],
        )
    ]
