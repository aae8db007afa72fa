"""Work goes on whatever a clip does: it fails, dies, hangs, is taken back or deleted meanwhile."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from lookfeel.errors import StoreError
from lookfeel.store import queue
from lookfeel.store.models import Base, Job, TrainingSet
from lookfeel.web.app import create_app
from tests.unit.web.conftest import BASE, Person


def runs(site):
    path = site.folder.root / "sets" / "runs.log"
    return path.read_text().splitlines() if path.exists() else []


def until(is_so, *, timeout_s=15.0):
    ends = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_a_clip_s_own_fault_is_told_once(owner, site):
    set_id = owner.send("bad")
    name, data = owner.wait(set_id)
    assert name == "failed"
    assert "cannot be read as a video" in data
    assert "Copy it again." in data
    assert len(runs(site)) == 1


@pytest.mark.parametrize(
    ("mode", "words"), [("die", "signal 9"), ("bug", "exit code 1"), ("undecodable", "reading this video")]
)
def test_a_clip_that_kills_its_worker_is_tried_three_times_and_the_next_one_measured(owner, site, mode, words):
    poison, good = owner.send(mode), owner.send()

    assert owner.wait(good)[0] == "ready"
    name, data = owner.wait(poison)
    assert name == "failed"
    assert words in data
    assert len([run for run in runs(site) if mode in run]) == queue.MAX_FAILURES
    assert [entry.name for entry in site.folder.of_set(poison).iterdir()] == ["video"]


def test_an_analysis_without_end_is_ended(settings):
    with TestClient(create_app(replace(settings, max_job_s=1.0)), base_url=BASE) as client:
        person = Person(client)
        name, data = person.wait(person.send("slow"))
    assert name == "failed"
    assert "took more than" in data


def test_a_worker_imports_nothing_from_the_folder_that_the_server_was_started_in(owner, tmp_path, monkeypatch):
    (tmp_path / "pydantic.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    owner.measured()


def test_cancelling_ends_the_worker_and_leaves_the_clip(owner, site):
    set_id = owner.send("slow")
    until(lambda: runs(site))

    owner.post(f"/sets/{set_id}/cancel")

    name, data = owner.wait(set_id)
    assert (name, "cancelled" in data) == ("failed", True)
    site.dispatcher.settle(set_id)
    assert [entry.name for entry in site.folder.of_set(set_id).iterdir()] == ["video"]
    owner.post(f"/sets/{set_id}/again", {"exercise": "lunge"})
    until(lambda: len(runs(site)) == 2)
    assert " lunge " in runs(site)[1]


def test_another_person_of_the_clip_can_be_measured(owner, site):
    set_id = owner.send("crowd")
    assert owner.wait(set_id)[0] == "ready"
    again = f"/sets/{set_id}/again"

    for person, told in (("3", "3"), (None, "3"), ("", "None"), ("1", "1")):
        owner.post(again, {"exercise": "squat"} | ({} if person is None else {"person": person}))
        assert owner.wait(set_id)[0] == "ready"
        assert f" squat {told} [" in runs(site)[-1]
    for wrong in ("0", "4", "-1", "1.5", "x", "１"):
        assert owner.post(again, {"person": wrong}).status_code == 422
    page = owner.get(f"/sets/{set_id}").text
    assert '<option value="1" selected>' in page
    assert page.count('name="person"') == 1
    assert "3 people were seen in this video" in page
    assert len(runs(site)) == 5


def test_who_is_measured_is_not_asked_where_one_is_seen(owner):
    page = owner.get(f"/sets/{owner.measured()}").text
    assert 'name="person"' not in page
    assert "people were seen" not in page


def test_cancelling_a_second_measurement_keeps_the_first(owner, site):
    set_id = owner.measured()
    owner.post(f"/sets/{set_id}/again")
    owner.post(f"/sets/{set_id}/cancel")
    assert owner.wait(set_id)[0] == "ready"
    assert owner.get(f"/sets/{set_id}/replay.json").status_code == 200


def test_athletes_take_turns(owner, visitor, site):
    many = [owner.send("short") for _ in range(4)]
    ann = visitor("Ann")
    one = ann.send("short")

    assert ann.wait(one)[0] == "ready"
    for set_id in many:
        owner.wait(set_id)

    order = [run.split()[0] for run in runs(site)]
    assert order.index(one) <= 2
    assert sorted(order) == sorted([*many, one])


def test_a_deleted_set_leaves_nothing_even_at_work(owner, site):
    kept, set_id = owner.measured(), owner.send("slow", name="SECRET-NAME.mp4")
    until(lambda: len(runs(site)) == 2)
    owner.post(f"/sets/{set_id}/notes", {"text": "SECRET-NOTE"})

    assert owner.post(f"/sets/{set_id}/delete").status_code == 303

    assert owner.get(f"/sets/{set_id}").status_code == 404
    assert owner.get(f"/sets/{kept}").status_code == 200
    assert not site.folder.of_set(set_id).exists()
    with site.database.reading() as rows:
        assert rows.query(Job).filter_by(set_id=set_id).count() == 0
    site.dispatcher.settle(set_id)
    assert not site.folder.of_set(set_id).exists()
    check_gone(site, b"SECRET")


def test_a_deleted_athlete_leaves_nothing(owner, visitor, site):
    ann = visitor("SECRET-ANN")
    set_id = ann.measured(name="SECRET-NAME.mp4")
    ann.post(f"/sets/{set_id}/notes", {"text": "SECRET-NOTE"})
    ann.post(f"/sets/{set_id}/feels", {"where": "SECRET-KNEE"})
    other = owner.measured()
    running = ann.send("slow")
    until(lambda: any(run.startswith(running) for run in runs(site)))

    assert ann.post(f"/athletes/{ann.id}/delete").status_code == 303

    folders = sorted(entry.name for entry in (site.folder.root / "sets").iterdir() if entry.is_dir())
    assert folders == [other]
    with site.database.reading() as rows:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if column.name in ("athlete_id", "set_id", "author_id", "sender_id"):
                    left = [row[0] for row in rows.execute(table.select().with_only_columns(column))]
                    assert not {ann.id, set_id, running} & set(left), table.name
    check_gone(site, b"SECRET")


def check_gone(site, word):
    for path in site.folder.root.rglob("*"):
        if path.is_file() and path.name != "runs.log":
            assert word not in path.read_bytes(), path


def test_what_was_running_when_the_server_stopped_is_done_by_the_next(settings):
    with TestClient(create_app(settings), base_url=BASE) as client:
        person = Person(client)
        person.send("slow")
        waiting = person.send("ok")
        until(lambda: runs(client.app.state.site))
        cookies = dict(client.cookies)
    slow = next(entry for entry in (settings.data / "sets").iterdir() if entry.is_dir() and entry.name != waiting)
    assert [entry.name for entry in slow.iterdir()] == ["video"]
    (slow / "video").write_bytes((slow / "video").read_bytes().replace(b"slow", b"okay"))
    with TestClient(create_app(settings), base_url=BASE, cookies=cookies) as client:
        person = Person(client)
        assert person.wait(waiting)[0] == "ready"
        assert person.wait(slow.name)[0] == "ready"
        with client.app.state.site.database.reading() as rows:
            assert {job.n_failures for job in rows.query(Job)} == {0}


def test_a_result_that_is_not_ours_is_not_kept(owner, site, results, monkeypatch, tmp_path):
    (tmp_path / "h264").mkdir()
    (tmp_path / "h264" / "result.json").write_text('{"document": {}, "judgement": {}}')
    monkeypatch.setenv("LOOKFEEL_TEST_RESULTS", str(tmp_path))
    set_id = owner.send()
    assert owner.wait(set_id)[0] == "failed"
    with site.database.reading() as rows:
        assert rows.get(TrainingSet, set_id).results is None


def test_a_server_with_another_database_removes_nobody_s_clips(settings, tmp_path):
    with TestClient(create_app(settings), base_url=BASE) as client:
        set_id = Person(client).measured()
    another = replace(settings, database_url=f"sqlite:///{tmp_path / 'another.sqlite3'}")
    with pytest.raises(StoreError), TestClient(create_app(another)):
        pass
    with TestClient(create_app(settings), base_url=BASE) as client:
        assert client.get(f"/sets/{set_id}/video").status_code == 200


def test_a_job_whose_end_could_not_be_written_down_is_done_again(owner, site, monkeypatch):
    refused = []

    def refuse(real):
        def once(*arguments, **more):
            if len(refused) < 2:
                refused.append(real.__name__)
                raise StoreError("the database refused: database or disk is full")
            return real(*arguments, **more)

        return once

    monkeypatch.setattr(queue, "finish", refuse(queue.finish))
    monkeypatch.setattr(queue, "fail", refuse(queue.fail))
    set_id = owner.send()

    assert owner.wait(set_id)[0] == "ready"
    assert refused == ["finish", "fail"]
    assert len(list(site.folder.of_set(set_id).iterdir())) == 2  # the video and one run


def test_a_disk_without_room_for_results_keeps_jobs_waiting(owner, site, monkeypatch):
    free = {"left": site.settings.job_room_bytes - 1}
    monkeypatch.setattr(type(site.folder), "free_bytes", lambda _: free["left"])
    set_id = owner.send()
    time.sleep(0.5)
    assert not runs(site)
    with site.database.reading() as rows:
        assert rows.get(TrainingSet, set_id).status == "queued"

    free["left"] += 1
    assert owner.wait(set_id)[0] == "ready"


def test_a_disk_that_fills_during_an_analysis_is_not_the_clip_s_fault(owner, site, monkeypatch):
    free = {"left": 1 << 40}
    monkeypatch.setattr(type(site.folder), "free_bytes", lambda _: free["left"])
    set_id = owner.send("full")
    until(lambda: runs(site))
    free["left"] = 0
    until(lambda: status_of(site, set_id) == "queued")
    (site.folder.root / "sets" / "room").touch()
    free["left"] = 1 << 40

    assert owner.wait(set_id)[0] == "ready"
    with site.database.reading() as rows:
        assert [job.n_failures for job in rows.query(Job)] == [0]


def status_of(site, set_id):
    with site.database.reading() as rows:
        return rows.get(TrainingSet, set_id).status
