"""Reading earlier sets: from reports of any version 1.x, from lists, and past whatever is in their way."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import report_factory

from lookfeel.errors import FileMissing, UnreadableReport
from lookfeel.report import report_document, write_json
from lookfeel.report.past import read_past_set, read_past_sets

HEADER = "session,exercise,load_kg,score,low,high,looks,depth_deg\n"


def written(folder: Path, **changes: Any) -> Path:
    """A report.json of the front squat in a folder that is made, with parts of its top level changed."""
    folder.mkdir(parents=True, exist_ok=True)
    document = report_document(report_factory.front_squat()).model_dump(mode="json")
    for name, change in changes.items():
        document[name] = {**document[name], **change} if isinstance(change, dict) else change
    path = folder / "report.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def listed(folder: Path, text: str) -> Path:
    path = folder / "sets.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_report_becomes_the_set_it_describes(tmp_path: Path) -> None:
    report = report_factory.front_squat()
    path = write_json(report, tmp_path / "report.json")

    past = read_past_set(path)

    assert (past.exercise, past.variant, past.load_kg) == ("squat", None, report.context.load_kg)
    assert past.n_reps == sum(not rep.is_partial for rep in report.reps)
    assert past.looks == report.looks.state
    assert past.score == pytest.approx(report.looks.score)
    assert past.findings == tuple(dict.fromkeys(finding.item for finding in report.looks.findings))
    assert (past.rule_id, past.action, past.feels) == (
        report.decision.rule_id,
        report.decision.action,
        report.decision.feels,
    )
    whole = [row.metrics["depth_thigh_angle_deg"].value for row in report.rep_metrics if row.rep_index > 0]
    assert past.depth_deg == pytest.approx(np.median(np.array(whole, dtype=float)))


def test_later_and_earlier_versions_1_are_read_and_others_are_not(tmp_path: Path) -> None:
    assert read_past_set(written(tmp_path / "a", schema_version="1.0")).exercise == "squat"
    assert read_past_set(written(tmp_path / "b", schema_version="1.9", novelty=[1])).exercise == "squat"
    for version in ("2.0", "10.1", 1.2):
        with pytest.raises(UnreadableReport, match="schema_version"):
            read_past_set(written(tmp_path / "c", schema_version=version))


@pytest.mark.parametrize(
    ("clip", "folders", "session"),
    [
        ("set 1.mp4", "2026-11-26/set 1", "2026-11-26"),
        ("PXL_20261125_181502.mp4", "2026-11-26/PXL", "2026-11-25"),
        ("set.mp4", "monday/2026.11.24 heavy", "2026-11-24"),
        ("set 20261399.mp4", "monday/set", "monday"),
        ("1234202611267.mp4", "leg day/set", "leg day"),
    ],
)
def test_the_session_is_a_date_in_the_names_or_the_folder_above(
    tmp_path: Path, clip: str, folders: str, session: str
) -> None:
    assert read_past_set(written(tmp_path / folders, video={"name": clip})).session == session


def test_folders_are_searched_and_days_counted_from_the_newest_date(tmp_path: Path) -> None:
    written(tmp_path / "2026-11-20" / "a", video={"sha256": "1"})
    written(tmp_path / "2026-11-26" / "b", video={"sha256": "2"})
    written(tmp_path / "some day" / "c", video={"sha256": "3"})

    found = read_past_sets([tmp_path])

    assert [(past.session, past.days_ago) for past in found.sets] == [
        ("some day", None),  # oldest first, and what has no date before all
        ("2026-11-20", 6.0),
        ("2026-11-26", 0.0),
    ]
    assert found.skipped == ()


def test_a_clip_that_was_analysed_twice_counts_once_and_a_path_given_twice_too(tmp_path: Path) -> None:
    written(tmp_path / "a")
    written(tmp_path / "b")

    found = read_past_sets([tmp_path, tmp_path / "a"])

    assert len(found.sets) == 1
    assert len(found.skipped) == 1
    assert "same clip" in found.skipped[0][1]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema_version": "1.2"}'])
def test_what_is_no_report_is_named_and_passed_over(tmp_path: Path, content: bytes) -> None:
    written(tmp_path / "good")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "report.json").write_bytes(content)

    found = read_past_sets([tmp_path, tmp_path / "nowhere"])

    assert len(found.sets) == 1
    assert [Path(where).parent.name for where, _ in found.skipped] == ["bad", tmp_path.name]


def test_nothing_found_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileMissing) as nothing:
        read_past_sets([tmp_path])
    assert "lookfeel analyze" in nothing.value.hint
    with pytest.raises(FileMissing) as missing:
        read_past_sets([tmp_path / "nowhere"])
    assert "nowhere" in missing.value.hint


def test_a_list_gives_a_set_a_line(tmp_path: Path) -> None:
    text = "\ufeff" + HEADER + "2026-11-26,split squat,20,81,70,92,,4\nx,squat,,,,,bad,\ny,squat,60,50,,,,\n"

    second, third, first = read_past_sets([listed(tmp_path, text)]).sets  # those without a date before the others

    assert (first.exercise, first.variant, first.load_kg) == ("lunge", "split_squat", 20.0)
    assert (first.score, first.low, first.high, first.looks, first.depth_deg) == (81.0, 70.0, 92.0, "good", 4.0)
    assert (second.looks, second.score, second.load_kg, second.days_ago) == ("bad", None, None, None)
    assert (third.looks, third.depth_deg) == ("uncertain", None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a,deadlift,60,80,,,,", "deadlift"),
        ("a,squat,sixty,80,,,,", "load_kg"),
        ("a,squat,-5,80,,,,", "load_kg"),
        ("a,squat,inf,80,,,,", "load_kg"),
        ("a,squat,60,180,,,,", "score"),
        ("a,squat,60,,,,,", "a score or looks"),
        ("a,squat,60,80,85,90,,", "in this order"),
        ("a,squat,60,80,,,fine,", "looks"),
        (",squat,60,80,,,,", "session"),
        ("a,squat,60,80,,,,,,7", "without a column"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_are_read(tmp_path: Path, line: str, words: str) -> None:
    found = read_past_sets([listed(tmp_path, HEADER + "a,squat,60,80,,,,\n" + line + "\n")])
    assert len(found.sets) == 1
    ((where, why),) = found.skipped
    assert where.endswith("line 3")
    assert words in why


@pytest.mark.parametrize("header", ["session,exercise,weight\n", "session,exercise\n", ""])
def test_a_list_with_other_columns_is_passed_over_whole(tmp_path: Path, header: str) -> None:
    with pytest.raises(FileMissing) as error:
        read_past_sets([listed(tmp_path, header + "a,squat,60\n")])
    assert "a list has the columns" in error.value.hint


def test_what_came_before_a_clip_is_told_oldest_first_without_the_clip_itself(tmp_path: Path) -> None:
    clip = tmp_path / "2026-11-20_squat.mp4"
    clip.write_bytes(b"today's clip")
    own = hashlib.sha256(clip.read_bytes()).hexdigest()
    written(tmp_path / "2026-11-20", video={"name": clip.name, "sha256": own})
    written(tmp_path / "2026-11-17", video={"name": "b.mp4", "sha256": "b"}, context={"load_kg": 80.0})
    written(tmp_path / "2026-11-10", video={"name": "a.mp4", "sha256": "a"}, context={"load_kg": 70.0})
    written(tmp_path / "2026-11-25", video={"name": "later.mp4", "sha256": "c"})
    written(tmp_path / "undated", video={"name": "d.mp4", "sha256": "d"}, context={"load_kg": 60.0})

    past = read_past_sets([tmp_path], before=clip)

    assert [(one.load_kg, one.days_ago) for one in past.sets] == [(60.0, None), (70.0, 10.0), (80.0, 3.0)]


def test_paths_may_be_text_and_one_may_come_alone(tmp_path: Path) -> None:
    write_json(report_factory.front_squat(), tmp_path / "report.json")

    assert read_past_sets(str(tmp_path)) == read_past_sets([str(tmp_path)]) == read_past_sets([tmp_path])
    assert len(read_past_sets(str(tmp_path)).sets) == 1
