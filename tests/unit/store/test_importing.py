"""What was measured elsewhere becomes sets of the store: once, whole, and of the right people."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest
import report_factory

from lookfeel.errors import FileMissing, InvalidValue, UnreadableReport
from lookfeel.kept.answers import context_said, feels_said
from lookfeel.kept.judgement import judgement_from_document, judgement_of
from lookfeel.matrix import make_context, make_feels
from lookfeel.report import report_document
from lookfeel.store import Database, DataFolder, delete_set, history, sweep
from lookfeel.store.database import is_made
from lookfeel.store.finished_run import read_run
from lookfeel.store.importing import Filmed, import_run, import_set
from lookfeel.store.models import Athlete, Membership, Team, TrainingSet, now
from lookfeel.store.people import team_called
from lookfeel.types import Feels, TrainingContext
from lookfeel.web import access, accounts
from tests.batch_run import Run, document, measured, write_clip

DAY = date(2026, 3, 2)


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    yield database
    database.close()


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path / "run")


def counts(database):
    with database.reading() as rows:
        return [rows.query(kind).count() for kind in (TrainingSet, Athlete, Team)]


def only_set(rows):
    return rows.query(TrainingSet).one()


# ---- what a report says again


@pytest.mark.parametrize("name", sorted(report_factory.everything()))
def test_a_document_is_judged_as_its_report_was(name):
    report = report_factory.everything()[name]
    told = report_document(report)
    whole, again = judgement_of(report, told), judgement_from_document(told)

    assert again.n_reps == whole.n_reps
    assert (again.threshold, again.rubric, again.strictness) == (whole.threshold, whole.rubric, whole.strictness)
    assert again.limb_m == pytest.approx(whole.limb_m, abs=1e-6)
    assert (again.is_metric, again.deepest_deg) == (whole.is_metric, pytest.approx(whole.deepest_deg))
    assert [looks.rep_index for looks in again.rep_looks] == [looks.rep_index for looks in whole.rep_looks]
    for ours, theirs in zip((again.looks, *again.rep_looks), (whole.looks, *whole.rep_looks), strict=True):
        assert (ours.state, ours.score) == (theirs.state, pytest.approx(theirs.score, abs=1e-6))
        assert (ours.worst_rep_index, ours.reason) == (theirs.worst_rep_index, theirs.reason)
        assert [item.item for item in ours.items] == [item.item for item in theirs.items]
        assert [item.score for item in ours.items] == pytest.approx([item.score for item in theirs.items], abs=1e-6)
        assert [found.text for found in ours.findings] == [found.text for found in theirs.findings]
        assert [found.over_sd for found in ours.findings] == pytest.approx([found.over_sd for found in theirs.findings])


def test_what_was_said_is_said_again():
    feels = Feels(
        overall="bad",
        pain=0.0,
        where="left knee",
        is_unstable=False,
        bad_from_rep=3,
        bad_phase="bottom",
        reps_in_reserve=1.5,
        red_flags=("swelling",),
    )
    context = TrainingContext(
        experience="novice",
        load_kg=62.5,
        rep_range=(6, 8),
        prescribed_thigh_deg=0.0,
        prescribed_tempo_s=(3.0, 1.5, None, 0.0),
        height_m=1.805,
        is_low_bar=True,
        target_met_twice=False,
        weight_unit="lb",
    )
    told = report_document(measured().__class__(**_fields(measured()) | {"feels": feels, "context": context}))

    assert make_feels(**feels_said(told)) == feels
    assert make_context(**context_said(told)) == context
    untold = report_document(
        measured().__class__(**_fields(measured()) | {"feels": Feels(), "context": TrainingContext()})
    )
    assert (feels_said(untold), context_said(untold)) == ({}, {})


def _fields(report):
    return {name: getattr(report, name) for name in report.__dataclass_fields__}


# ---- one set


def test_a_set_is_there_with_all_that_was_known_of_it(database):
    told = document(load_kg=82.5, score=71.0, pain=2.0)

    import_set(database, Filmed(athlete="Ann", day=DAY, document=told))

    with database.reading() as rows:
        row = only_set(rows)
        assert (row.athlete.name, row.status, row.has_video, row.results) == ("Ann", "ready", False, None)
        assert (row.created_at.date(), row.exercise, row.score) == (DAY, "squat", 71.0)
        assert row.report.document == told.model_dump(mode="json")
        assert row.answers.feels == {"overall": "good", "pain": 2.0, "reps_in_reserve": 2.0}
        assert row.answers.context == {"load_kg": 82.5}
        assert [one.document for one in row.decisions] == [told.decision.model_dump(mode="json")]
        (past,) = history(rows, row.athlete_id, "squat")
        assert (past.session, past.load_kg, past.pain) == ("2026-03-02", 82.5, 2.0)
        assert row.athlete.passphrase_hash is None


def test_the_same_set_is_there_once_and_another_result_only_when_asked_for(database):
    def put(told, **options):
        return import_set(database, Filmed(athlete="  ann ", day=DAY, document=told), **options).outcome

    first, second = document(score=60.0), document(score=75.0)
    assert [put(first), put(first), put(second)] == ["added", "there", "differs"]
    with database.reading() as rows:
        assert only_set(rows).score == 60.0

    assert put(second, is_replacing=True) == "replaced"

    assert put(second) == "there"
    with database.reading() as rows:
        row = only_set(rows)
        assert (row.score, len(row.decisions), row.status) == (75.0, 2, "ready")
    assert counts(database) == [1, 1, 1]


def test_another_day_another_athlete_or_another_clip_is_another_set(database):
    for athlete, day, clip in (("Ann", DAY, "a"), ("Ben", DAY, "a"), ("Ann", date(2026, 3, 3), "a"), ("Ann", DAY, "b")):
        told = Filmed(athlete=athlete, day=day, document=document(clip))
        assert import_set(database, told).outcome == "added"
    assert counts(database) == [4, 2, 1]


def test_sets_of_one_day_keep_the_order_in_which_they_came(database):
    for clip in "cab":
        import_set(database, Filmed(athlete="Ann", day=DAY, document=document(clip)))

    with database.reading() as rows:
        in_order = rows.query(TrainingSet).order_by(TrainingSet.created_at).all()
        assert [row.name for row in in_order] == ["c", "a", "b"]
        assert {row.created_at.date() for row in in_order} == {DAY}
        assert len(history(rows, in_order[0].athlete_id, before=in_order[2])) == 2


def test_what_was_filmed_today_is_not_in_the_future_and_tomorrow_is_refused(database):
    today = now().astimezone().date()
    import_set(database, Filmed(athlete="Ann", day=today, document=document()))
    with database.reading() as rows:
        assert only_set(rows).created_at <= now()
    with pytest.raises(InvalidValue, match="still to come"):
        import_set(database, Filmed(athlete="Ann", day=today + timedelta(days=1), document=document("b")))


def test_a_name_that_two_people_have_is_refused(database):
    with database.writing() as rows:
        team = team_called(rows, None)
        for _ in range(2):
            athlete = Athlete(name="Ann", settings={})
            rows.add(athlete)
            rows.flush()
            rows.add(Membership(team_id=team.id, athlete_id=athlete.id, role="athlete"))
    with pytest.raises(InvalidValue, match="2 people"):
        import_set(database, Filmed(athlete="Ann", day=DAY, document=document()))


# ---- whose athletes they are


def coach_sees(database):
    with database.writing() as rows:
        owner = accounts.owner(rows)
        return sorted(one.name for one in access.roster(rows, owner.id))


def test_whoever_starts_the_page_later_sees_every_team_that_was_imported(database):
    import_set(database, Filmed(athlete="Ann", day=DAY, document=document()), team="Juniors")
    import_set(database, Filmed(athlete="Ben", day=DAY, document=document()), team="Seniors")

    assert coach_sees(database) == ["Ann", "Ben", "You"]
    assert counts(database)[2] == 2


def test_an_owner_sees_what_is_imported_into_the_own_team_or_into_a_new_one(database):
    assert coach_sees(database) == ["You"]
    import_set(database, Filmed(athlete="Ann", day=DAY, document=document()))
    import_set(database, Filmed(athlete="Ben", day=DAY, document=document()), team="Juniors")
    import_set(database, Filmed(athlete="You", day=DAY, document=document()), team="team")

    assert coach_sees(database) == ["Ann", "Ben", "You"]
    assert counts(database) == [3, 3, 2]


def test_without_a_name_the_team_is_the_owners_own(database):
    with database.writing() as rows:
        rows.add(Team(name="Somebody else's", created_at=datetime(2020, 1, 1, tzinfo=UTC)))
        other = Athlete(name="Coach", settings={})
        rows.add(other)
        rows.flush()
        rows.add(Membership(team_id=rows.query(Team).one().id, athlete_id=other.id, role="coach"))
    assert coach_sees(database) == ["You"]
    import_set(database, Filmed(athlete="Ann", day=DAY, document=document()))
    assert coach_sees(database) == ["Ann", "You"]


# ---- a run


def test_each_row_of_a_run_is_told(database, run):
    run.add("a.mp4").add("b.mp4", athlete="Ben", day="2026-03-03").add("c.mp4", athlete=None).add("d.mp4", day=None)
    run.add_failed("e.mp4").add("f.mp4", day="2199-01-01").add("g.mp4")
    root = run.write()
    (root / "clips" / "g-6" / "report.json").write_text("{}", encoding="utf-8")

    told = import_run(database, read_run(root))

    assert [(one.athlete, one.outcome) for one in told.sets] == [("Ann", "added"), ("Ben", "added")]
    assert [clip for clip, _ in told.failed] == ["e.mp4", "g.mp4"]
    assert [clip for clip, _ in told.skipped] == ["c.mp4", "d.mp4", "f.mp4"]

    again = import_run(database, read_run(root), athlete="Cleo", day=DAY)

    assert (again.n("there"), again.n("added")) == (2, 2)
    assert counts(database) == [4, 3, 1]


def test_runs_that_overlap_add_what_is_new(database, run, tmp_path):
    import_run(database, read_run(run.add("a.mp4").add("b.mp4").write()))
    longer = Run(tmp_path / "next").add("b.mp4").add("c.mp4").write()

    told = import_run(database, read_run(longer))

    assert (told.n("there"), told.n("added"), counts(database)[0]) == (1, 1, 3)


def test_what_is_no_finished_run_is_refused(tmp_path, run):
    with pytest.raises(FileMissing, match=r"sets\.parquet"):
        read_run(tmp_path)
    (tmp_path / "sets.parquet").write_bytes(b"PAR1 not")
    with pytest.raises(UnreadableReport, match="no table"):
        read_run(tmp_path)


@pytest.mark.parametrize("result", ["..", "../a", "/etc", ""])
def test_a_result_is_looked_for_in_the_run_alone(run, result):
    finished = read_run(run.add("a.mp4").write())
    row = finished.rows[0].model_copy(update={"result": result})
    with pytest.raises((UnreadableReport, FileMissing)):
        finished.report(row)


KILLED = """
import os, sys
from lookfeel.store import Database, importing
from lookfeel.store.finished_run import read_run
left = [int(sys.argv[3])]
real = importing._write
def write(*arguments):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), 9)
    real(*arguments)
importing._write = write
importing.import_run(Database(sys.argv[1]), read_run(importing.Path(sys.argv[2])))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_an_import_that_is_killed_is_finished_by_the_next(tmp_path, run):
    root = run.add("a.mp4").add("b.mp4", athlete="Ben").add("c.mp4").write()
    url = f"sqlite:///{tmp_path / 'killed.sqlite3'}"
    for n_before in (2, 1):
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, url, str(root), str(n_before)], env=os.environ, check=False
        )
        assert ended.returncode == -signal.SIGKILL
    database = Database(url)
    with database.reading() as rows:
        assert [(row.name, row.report is not None, len(row.decisions)) for row in rows.query(TrainingSet)] == [
            ("a.mp4", True, 1)
        ]
        assert [one.name for one in rows.query(Athlete)] == ["Ann"]

    told = import_run(database, read_run(root))

    assert (told.n("there"), told.n("added")) == (1, 2)
    database.close()


# ---- clips


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.make()
    return folder


def test_a_clip_is_copied_when_it_is_the_one_that_was_measured(database, folder, run, tmp_path):
    root = run.add("a.mp4").add("b.mp4").add("c.mp4").write()
    write_clip(tmp_path, "a.mp4")
    (tmp_path / "b.mp4").write_bytes(b"another take")

    told = import_run(database, read_run(root), videos=(folder, tmp_path))

    assert told.n("added") == 3
    assert [clip for clip, _ in told.without_video] == ["b.mp4", "c.mp4"]
    with database.reading() as rows:
        sets = {row.name: row for row in rows.query(TrainingSet)}
    assert [sets[f"{name}.mp4"].has_video for name in "abc"] == [True, False, False]
    assert folder.video(sets["a.mp4"].id).read_bytes() == (tmp_path / "a.mp4").read_bytes()
    assert list((folder.root / "sets").rglob("*.part")) == []

    write_clip(tmp_path, "b.mp4")
    again = import_run(database, read_run(root), videos=(folder, tmp_path))

    assert (again.n("there"), [clip for clip, _ in again.without_video]) == (3, ["c.mp4"])
    sweep(database, folder)
    assert folder.video(sets["a.mp4"].id).is_file()
    assert folder.video(sets["b.mp4"].id).is_file()
    delete_set(database, folder, sets["a.mp4"].id)
    assert not folder.of_set(sets["a.mp4"].id).exists()


def test_a_set_that_is_deleted_while_its_clip_comes_leaves_nothing(database, folder, tmp_path, monkeypatch):
    from lookfeel.store import importing

    set_id = import_set(database, Filmed(athlete="Ann", day=DAY, document=document())).set_id
    real = importing._copy

    def copy(*arguments, **options):
        delete_set(database, folder, set_id)
        return real(*arguments, **options)

    monkeypatch.setattr(importing, "_copy", copy)
    importing.import_video(database, folder, set_id, write_clip(tmp_path, "a.mp4"))

    assert not folder.of_set(set_id).exists()


def test_an_import_runs_beside_a_server(tmp_path, run):
    """The server holds its folder and its database open all the while."""
    root = run.add("a.mp4").write()
    with DataFolder(tmp_path / "data") as held:
        server = Database(held.database_url)
        coach_sees(server)
        beside = Database(DataFolder(tmp_path / "data").database_url)
        assert import_run(beside, read_run(root)).n("added") == 1
        beside.close()
        assert coach_sees(server) == ["Ann", "You"]
        server.close()


def test_a_look_makes_nothing(tmp_path):
    path = tmp_path / "rows.sqlite3"
    assert not is_made(f"sqlite:///{path}")
    assert not path.exists()
    Database(f"sqlite:///{path}").close()
    assert is_made(f"sqlite:///{path}")
