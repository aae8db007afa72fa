"""A database that goes away, at whatever moment, loses nothing, blames nobody and is told of in words."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from lookfeel.store import Database, queue
from lookfeel.store.database import StoreAway
from lookfeel.store.models import Job
from tests.unit.web.conftest import HTML


@pytest.fixture
def interrupt(monkeypatch):
    """Has the database go away as often as told, at a transaction in which a job comes into a state: before that is
    kept, or after, when only the word of it is lost."""

    def prepare(state, *, is_kept, times=1):
        whole, left = Database.writing, [None] * times

        @contextmanager
        def writing(self):
            with whole(self) as rows:
                n_before = rows.query(Job).filter_by(state=state).count()
                yield rows
                is_hit = rows.query(Job).filter_by(state=state).count() > n_before and bool(left)
                if is_hit:
                    left.pop()
                if is_hit and not is_kept:
                    raise StoreAway
            if is_hit:
                raise StoreAway

        monkeypatch.setattr(Database, "writing", writing)
        return left

    return prepare


def test_a_result_that_was_kept_without_a_word_of_it_keeps_its_files(owner, interrupt):
    left = interrupt("done", is_kept=True)

    set_id = owner.measured()

    assert not left
    assert owner.get(f"/sets/{set_id}/replay.json").status_code == 200


def test_a_job_that_was_taken_without_a_word_of_it_is_done(owner, site, interrupt):
    left = interrupt("running", is_kept=True)

    set_id = owner.measured()

    assert not left
    with site.database.reading() as rows:
        assert [(job.state, job.n_failures) for job in rows.query(Job).filter_by(set_id=set_id)] == [("done", 0)]


def test_a_clip_is_not_to_blame_for_it(owner, site, interrupt):
    interrupt("done", is_kept=False, times=queue.MAX_FAILURES + 1)

    set_id = owner.measured()

    assert len(list(site.folder.of_set(set_id).iterdir())) == 2  # the video, and the files of one run


def test_a_worker_goes_on_while_its_progress_cannot_be_noted(owner, site, monkeypatch):
    def away(*_args, **_more):
        raise StoreAway

    monkeypatch.setattr("lookfeel.store.queue.note_progress", away)

    set_id = owner.measured("short")

    runs = (site.folder.root / "sets" / "runs.log").read_text().splitlines()
    assert [run.split()[0] for run in runs] == [set_id]


def test_a_visitor_is_told_so_and_finds_everything_afterwards(owner, monkeypatch):
    set_id = owner.measured()
    with monkeypatch.context() as patch:
        patch.setattr(Database, "reading", _away)
        page, answer = owner.get("/", headers=HTML), owner.get("/")

    assert page.status_code == answer.status_code == 503
    assert "the database does not answer now" in page.text
    assert json.loads(answer.text)["hint"] == "Try again in a few seconds."
    assert owner.get(f"/sets/{set_id}").status_code == 200


def test_progress_is_told_on_when_it_is_back(owner, monkeypatch):
    set_id, looks = owner.send("short"), []
    whole = queue.latest

    def latest(rows, set_id):
        looks.append(None)
        if len(looks) == 2:  # the first of those that come once the answer has begun
            raise StoreAway
        return whole(rows, set_id)

    monkeypatch.setattr(queue, "latest", latest)
    told = owner.get(f"/sets/{set_id}/progress").text

    assert len(looks) > 2
    assert "event: ready" in told


@contextmanager
def _away(_database):
    raise StoreAway
    yield
