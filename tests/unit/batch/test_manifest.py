"""A manifest tells every row, and every wrong line of it is named before any work."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pyarrow as pa
import pyarrow.parquet
import pytest

from lookfeel.batch.manifest import COLUMNS, explanations, read_manifest, rows_of_clips, template
from lookfeel.cli.answers import SaidOfFeels, SaidOfTraining
from lookfeel.errors import FileMissing, InvalidValue


def manifest(tmp_path, text, name="team.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def problems(tmp_path, text):
    with pytest.raises(InvalidValue) as caught:
        read_manifest(manifest(tmp_path, text))
    return [line.strip() for line in caught.value.message.splitlines()[1:]]


def test_the_template_is_a_manifest_with_every_column(tmp_path):
    (row,) = read_manifest(manifest(tmp_path, template())).rows

    assert template().splitlines()[0].split(",") == list(COLUMNS)
    assert (row.clip, row.athlete, row.date, row.n_reps_told) == (
        "monday/anna_squat_1.mp4",
        "Anna",
        date(2026, 11, 23),
        8,
    )
    assert row.source == str(tmp_path / "monday/anna_squat_1.mp4")
    assert dict(row.feels) == {"overall": "good", "pain": 0.0, "red_flags": ("none",), "reps_in_reserve": 2.0}
    assert dict(row.context) == {"load_kg": 60.0, "experience": "novice", "rep_range": (6, 8)}


def test_every_answer_of_analyze_is_a_column_and_every_column_is_explained():
    answers = {field.name for kind in (SaidOfFeels, SaidOfTraining) for field in fields(kind)}

    assert answers | {"feels"} <= set(COLUMNS)
    assert all(len(meaning) > 5 for _, meaning in explanations())


def test_every_wrong_line_is_named(tmp_path):
    text = (
        "clip,athlete,date,exercise,pain,load,one_rm,rep_range\n"
        "a.mp4,Anna,3/4/2026,squat,12,,,\n"
        ",Bea,2026-02-30,squat,,,,\n"
        "\n"
        "c.mp4,Cem,2026-02-01,jumping,,x,,\n"
        'd.mp4,"Da\nna",2026-02-01,squat,,60,80,8-6\n'
        "e.mp4,Eva,,squat,,,,,\n"
        "f.mp4,Fay,2026-02-01,squat,,,,,too much\n"
    )

    found = problems(tmp_path, text)

    starts = [line.split(":")[0] for line in found]
    assert starts == ["line 2", "line 2", "line 3", "line 3", "line 5", "line 5", "line 6", "line 9"]
    assert "write the date as 2026-11-23" in found[0]
    assert "pain: 12.0" in found[1]
    assert "clip is empty" in " ".join(found[2:4])
    assert "jumping" in found[4]
    assert "rep_range" in found[6]
    assert "more cells than columns" in found[7]


def test_columns_are_checked_before_rows(tmp_path):
    found = problems(tmp_path, "clips,athlete,athlete,colour\nx,y,z,\n")

    assert found == [
        "unknown column 'clips'",
        "unknown column 'colour'",
        "the column 'athlete' is there twice",
        "there is no column 'clip'",
    ]


def test_many_problems_are_counted_and_not_all_written_out(tmp_path):
    found = problems(tmp_path, "clip,pain\n" + "a.mp4,99\n" * 70)

    assert len(found) == 51
    assert found[-1] == "and 20 more"


def test_a_spreadsheet_s_own_form_is_read(tmp_path):
    text = "clip;load;n_reps_told;red_flags;is_unstable;note\na.mp4;62,5;8.0;swelling, locking;YES;=1+1\n"
    (row,) = read_manifest(manifest(tmp_path, text, encoding="utf-8-sig")).rows

    assert dict(row.context) == {"load": 62.5}
    assert row.n_reps_told == 8
    assert dict(row.feels) == {"red_flags": ("swelling", "locking"), "is_unstable": True}
    assert row.note == "=1+1"


def test_parquet_gives_the_same_rows(tmp_path):
    text = "clip,athlete,date,pain,rep_range,red_flags\na.mp4,7,2026-01-02,3,6-8,none\nb.mp4,8,,,,\n"
    table = pa.table(
        {
            "clip": ["a.mp4", "b.mp4"],
            "athlete": [7, 8],
            "date": pa.array([date(2026, 1, 2), None]),
            "pain": [3.0, None],
            "rep_range": pa.array([[6, 8], None]),
            "red_flags": ["none", None],
        }
    )
    pyarrow.parquet.write_table(table, tmp_path / "team.parquet")

    of_csv, of_parquet = read_manifest(manifest(tmp_path, text)), read_manifest(tmp_path / "team.parquet")

    assert [row.athlete for row in of_parquet.rows] == ["7", "8"]
    for one, other in zip(of_csv.rows, of_parquet.rows, strict=True):
        assert (one.clip, one.athlete, one.date, one.source) == (other.clip, other.athlete, other.date, other.source)
        assert (dict(one.feels), dict(one.context)) == (dict(other.feels), dict(other.context))


def test_a_url_stays_what_it_is(tmp_path):
    (row,) = read_manifest(manifest(tmp_path, "clip,second_clip\ns3://team/a.mp4,/far/b.mp4\n")).rows

    assert row.sources == ("s3://team/a.mp4", "/far/b.mp4")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no column 'clip'"),
        (b"clip\n", "has no row"),
        (b"clip\n\xff\xfe", "UTF-8"),
        (b'clip\n"a', "line 2"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path, data, words):
    path = tmp_path / "team.csv"
    path.write_bytes(data)

    with pytest.raises(InvalidValue, match=words):
        read_manifest(path)


def test_no_file_and_no_parquet(tmp_path):
    (tmp_path / "team.parquet").write_text("clip")

    with pytest.raises(FileMissing):
        read_manifest(tmp_path / "none.csv")
    with pytest.raises(InvalidValue, match="not a Parquet file"):
        read_manifest(tmp_path / "team.parquet")


def saved(tmp_path, table, **how):
    path = tmp_path / "team.parquet"
    pyarrow.parquet.write_table(table, path, **how)
    return path


DAYS = pa.array([2**31 - 1], pa.date32())
SECONDS = pa.array([2**53], pa.timestamp("s"))
NOWHERE = pa.array([1], pa.timestamp("us", tz="Nowhere/At_All"))
NO_TEXT = pa.array([b"\xff\xfe"]).view(pa.string())


@pytest.mark.parametrize("odd", [DAYS, SECONDS, NOWHERE, NO_TEXT], ids=["days", "seconds", "nowhere", "no text"])
def test_values_that_python_does_not_have_are_refused(tmp_path, odd):
    """Found by fuzzing: pyarrow reads such a file, and fails over a cell of it, each kind in a way of its own."""
    path = saved(tmp_path, pa.table({"clip": ["a.mp4"], "date": odd}))

    with pytest.raises(InvalidValue, match=r"team\.parquet is damaged, or holds what no manifest can"):
        read_manifest(path)


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "lz4"])
def test_a_bent_byte_anywhere_in_parquet_is_no_traceback(tmp_path, compression):
    """Found by fuzzing: a bent footer, header of a page, or page is an OSError in pyarrow, and no ArrowException."""
    path = saved(tmp_path, pa.table({"clip": ["a.mp4", "b.mp4"], "athlete": ["Anna", "Cem"]}), compression=compression)
    good = path.read_bytes()
    refused = 0
    for place in range(4, len(good), 7):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x55]) + good[place + 1 :])
        try:
            read_manifest(path)
        except InvalidValue:
            refused += 1
    assert refused > 20


def test_a_small_file_of_very_many_rows_is_refused_unread(tmp_path):
    path = saved(tmp_path, pa.table({"clip": pa.nulls(1_000_001, pa.string())}))
    assert path.stat().st_size < 100_000

    with pytest.raises(InvalidValue, match="has 1,000,001 rows; at most 1,000,000"):
        read_manifest(path)


def test_a_wrong_cell_is_not_repeated_whole(tmp_path):
    (problem,) = problems(tmp_path, "clip,person\na.mp4," + "9" * 5000 + "x\n")

    assert problem.startswith("line 2: person: '999")
    assert len(problem) < 250


def test_clips_alone_make_rows_of_which_nothing_is_told():
    made = rows_of_clips([("a.mp4", "/x/a.mp4"), ("b.mp4", "/x/b.mp4")])

    assert [row.source for row in made.rows] == ["/x/a.mp4", "/x/b.mp4"]
    assert made.sha256 == rows_of_clips([("a.mp4", "/y/a.mp4"), ("b.mp4", "/y/b.mp4")]).sha256
