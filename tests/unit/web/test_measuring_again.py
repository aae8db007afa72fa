"""A set that is measured again and fails keeps its earlier result, and every set that failed has a way on."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from lookfeel.report import ReportDocument
from lookfeel.store.importing import Filmed, import_set, import_video
from lookfeel.store.models import Job, TrainingSet
from lookfeel.web.task import WATCHED
from lookfeel.web.views import MOST_CHOOSABLE
from tests.batch_run import document
from tests.unit.web import fake_job
from tests.unit.web.test_isolation import new_team

DID_NOT_WORK = "Measuring again did not work. This is the earlier result."
VIDEO_GONE = "The video of this set is not kept any more"
WITHOUT_SECOND = "Go on without the second video"
SHOWN = ("The left knee falls inward", 'id="decision"', "<table")


def again(visitor, set_id, **choices):
    """Measure again and wait for the end; what the page shows then."""
    answer = visitor.post(f"/sets/{set_id}/again", choices)
    assert answer.status_code == 303, answer.text
    visitor.wait(set_id)
    return visitor.get(f"/sets/{set_id}").text


def row_of(site, set_id):
    with site.database.reading() as rows:
        return rows.get(TrainingSet, set_id)


def n_jobs(site):
    with site.database.reading() as rows:
        return rows.query(Job).filter_by(kind="analyze").count()


def last_run(site):
    return (site.folder.root / "sets" / "runs.log").read_text().splitlines()[-1]


@pytest.fixture
def of_person_5(site, tmp_path):
    """An imported set of which person 5 was measured elsewhere; here the clip shows two people."""
    content = fake_job.clip("picky")
    told = document().model_dump(mode="json")
    told["provenance"]["video_sha256"] = hashlib.sha256(content).hexdigest()
    told["provenance"]["settings"] |= {"exercise": "squat", "person": 5}
    filmed = Filmed(athlete="Ann", day=date(2026, 3, 2), document=ReportDocument.model_validate(told))
    set_id = import_set(site.database, filmed).set_id
    (tmp_path / "clip.mp4").write_bytes(content)
    import_video(site.database, site.folder, set_id, tmp_path / "clip.mp4")
    return set_id


def test_a_person_who_is_not_in_the_clip_costs_no_result(owner, site, of_person_5):
    page = again(owner, of_person_5)

    assert last_run(site).split(" [")[0].endswith("squat 5")
    assert DID_NOT_WORK in page
    assert "The reason: there is no person 5: 2 found. People are counted from the left." in page
    assert [part for part in SHOWN if part not in page] == []
    assert '<option value="5" selected>' in page
    assert '<option value="4">' in page
    assert '<option value="6"' not in page
    assert row_of(site, of_person_5).status == "ready"

    page = again(owner, of_person_5, exercise="squat", person="")

    assert DID_NOT_WORK not in page
    assert row_of(site, of_person_5).results is not None


def test_a_person_of_any_number_makes_no_list_without_end(owner, site, of_person_5):
    with site.database.writing() as rows:
        rows.get(TrainingSet, of_person_5).person_wanted = 10**9

    page = owner.get(f"/sets/{of_person_5}").text

    assert page.count(" from the left</option>") == MOST_CHOOSABLE
    assert owner.post(f"/sets/{of_person_5}/again", {"person": str(MOST_CHOOSABLE + 1)}).status_code == 422


def test_a_choice_that_fails_changes_nothing(owner, site):
    set_id = owner.measured("picky")
    before = row_of(site, set_id)

    page = again(owner, set_id, exercise="lunge")

    after = row_of(site, set_id)
    assert DID_NOT_WORK in page
    assert "The reason: the clip shows no lunge. Choose another exercise." in page
    assert [part for part in SHOWN if part not in page] == []
    assert '<option value="squat" selected>' in page
    assert (after.results, after.score, after.exercise) == (before.results, before.score, before.exercise)
    assert owner.get(f"/sets/{set_id}/replay.json").status_code == 200
    assert f"/sets/{set_id}" in owner.get("/history").text
    assert owner.get(f"/compare?a={set_id}").status_code == 200

    assert owner.post(f"/sets/{set_id}/context", {"height_cm": "181"}).status_code == 303
    assert owner.wait(set_id)[0] == "ready"
    assert " lunge " not in last_run(site)
    assert DID_NOT_WORK not in owner.get(f"/sets/{set_id}").text


def test_what_is_taken_back_is_not_wanted_any_more(owner, site):
    set_id = owner.measured()
    site.dispatcher.stop()  # so that it waits

    owner.post(f"/sets/{set_id}/again", {"exercise": "lunge"})
    assert row_of(site, set_id).exercise_wanted == "lunge"
    owner.post(f"/sets/{set_id}/cancel")

    row = row_of(site, set_id)
    assert (row.status, row.error_code) == ("ready", None)
    assert row.exercise_wanted != "lunge"


def test_the_newest_choice_counts_while_an_earlier_one_waits(owner, site):
    set_id = owner.measured()
    site.dispatcher.stop()

    for exercise in ("lunge", "single_leg_squat"):
        owner.post(f"/sets/{set_id}/again", {"exercise": exercise})

    row = row_of(site, set_id)
    assert (row.status, row.exercise_wanted) == ("queued", "single_leg_squat")


def test_a_first_measurement_that_failed_is_tried_with_another_choice(owner):
    set_id = owner.send("picky", exercise="lunge")
    assert owner.wait(set_id)[0] == "failed"
    page = owner.get(f"/sets/{set_id}").text
    assert "the clip shows no lunge" in page
    assert '<option value="lunge" selected>' in page
    assert f'action="/sets/{set_id}/again"' in page

    assert "/print" in again(owner, set_id, exercise="squat")


def test_no_choice_is_offered_where_the_clip_itself_is_to_blame(owner):
    set_id = owner.send("bad")
    owner.wait(set_id)
    page = owner.get(f"/sets/{set_id}").text
    assert "/again" not in page
    assert VIDEO_GONE not in page
    assert "Try another video" in page


def test_without_its_video_a_failed_set_says_that_it_cannot_be_measured_again(owner, site):
    set_id = owner.send("picky", exercise="lunge")
    owner.wait(set_id)
    site.folder.video(set_id).unlink()

    page = owner.get(f"/sets/{set_id}").text

    assert VIDEO_GONE in page
    assert "/again" not in page
    assert owner.post(f"/sets/{set_id}/again").status_code == 409
    assert n_jobs(site) == 1


def test_without_its_video_a_result_is_left_as_it_is(owner, site):
    set_id = owner.measured()
    site.folder.video(set_id).unlink()

    assert owner.post(f"/sets/{set_id}/context", {"height_cm": "181"}).status_code == 303

    page = owner.get(f"/sets/{set_id}").text
    assert VIDEO_GONE in page
    assert "/again" not in page
    assert [part for part in SHOWN if part not in page] == []
    assert n_jobs(site) == 1


def test_what_was_seen_in_the_video_is_enough_to_measure_again(owner, site):
    set_id = owner.measured()
    site.folder.video(set_id).unlink()
    (site.folder.of_set(set_id) / row_of(site, set_id).results / WATCHED).write_bytes(b"landmarks")

    page = owner.get(f"/sets/{set_id}").text

    assert VIDEO_GONE not in page
    assert f'action="/sets/{set_id}/again"' in page


def test_a_second_clip_that_does_not_fit_costs_no_result(owner):
    set_id = owner.measured("picky")
    second = {"file": ("side.mp4", fake_job.clip("beside"), "video/mp4")}
    owner.post(f"/sets/{set_id}/second", files=second)
    assert owner.wait(set_id)[0] == "ready"
    page = owner.get(f"/sets/{set_id}").text
    assert DID_NOT_WORK in page
    assert WITHOUT_SECOND in page
    assert "This video is not part of the result shown here." in page
    assert [part for part in SHOWN if part not in page] == []

    owner.post(f"/sets/{set_id}/second/delete")

    assert owner.wait(set_id)[0] == "ready"
    page = owner.get(f"/sets/{set_id}").text
    assert DID_NOT_WORK not in page
    assert WITHOUT_SECOND not in page


@pytest.mark.parametrize("is_measured", [True, False])
def test_a_coach_is_told_and_may_not_measure_again(visitor, site, is_measured):
    team = new_team(site)
    ann, coach = visitor("Ann", team=team), visitor("Coach", team=team, role="coach")
    set_id = ann.measured("picky") if is_measured else ann.send("picky", exercise="lunge")
    ann.wait(set_id)
    if is_measured:
        again(ann, set_id, exercise="lunge")

    page = coach.get(f"/sets/{set_id}").text

    assert "the clip shows no lunge" in page
    for gone in ("/again", "#again", "/delete", "/cancel"):
        assert gone not in page
    assert coach.post(f"/sets/{set_id}/again", {"exercise": "squat"}).status_code == 404
    assert ann.client.post(f"/sets/{set_id}/again", data={"exercise": "squat"}).status_code == 403
