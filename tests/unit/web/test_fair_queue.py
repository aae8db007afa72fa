"""A thousand jobs of one user keep nobody waiting."""

from __future__ import annotations

from dataclasses import replace

from lookfeel.store import Database, queue
from lookfeel.store.models import Athlete, TrainingSet
from tests.unit.web import fake_job


def test_a_thousand_sets_of_one_athlete_are_refused_and_the_queue_stays_short(owner, site):
    object.__setattr__(site, "settings", replace(site.settings, max_waiting=20))
    with site.database.writing() as rows:
        me = rows.query(Athlete).filter_by(is_owner=True).one()
        for number in range(20):
            waiting = TrainingSet(athlete_id=me.id, name=f"{number}", size_bytes=1)
            rows.add(waiting)
            rows.flush()
            queue.enqueue(rows, waiting).state = "running"  # so that nobody does them meanwhile

    answers = [
        owner.post("/sets", files={"file": ("a.mp4", fake_job.clip(), "video/mp4")}).status_code for _ in range(50)
    ]

    assert set(answers) == {429}


def test_a_thousand_waiting_jobs_do_not_delay_another_s(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'rows.sqlite3'}")
    with database.writing() as rows:
        many, one = Athlete(name="Many", settings={}), Athlete(name="One", settings={})
        rows.add_all((many, one))
        rows.flush()
        for number in range(1000):
            waiting = TrainingSet(athlete_id=many.id, name=f"{number}", size_bytes=1)
            rows.add(waiting)
            rows.flush()
            queue.enqueue(rows, waiting)
    with database.writing() as rows:
        queue.finish(rows, queue.claim_next(rows, queue.new_claim()))
    with database.writing() as rows:
        late = TrainingSet(athlete_id=one.id, name="late", size_bytes=1)
        rows.add(late)
        rows.flush()
        queue.enqueue(rows, late)
    with database.writing() as rows:
        assert queue.claim_next(rows, queue.new_claim()).set_id == late.id
