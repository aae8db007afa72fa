"""A second clip of a set: added, judged with the first, shown to nobody else, taken away, and gone with its set."""

from __future__ import annotations

import io
import zipfile

from lookfeel.web.task import SECOND, WATCHED_SECOND
from tests.unit.web import fake_job
from tests.unit.web.test_journey import export_path


def runs(site):
    return (site.folder.root / "sets" / "runs.log").read_text().splitlines()


def add(person, set_id, data=None):
    content = fake_job.clip("beside") if data is None else data
    return person.post(f"/sets/{set_id}/second", files={"file": ("side.mov", content, "video/quicktime")})


def test_a_set_is_judged_anew_with_its_second_clip(owner, site):
    set_id = owner.measured()

    assert add(owner, set_id).headers["location"] == f"/sets/{set_id}"

    assert owner.wait(set_id)[0] == "ready"
    assert [run.rsplit(" ", 1)[1] for run in runs(site)] == ["None", SECOND]
    assert owner.get(f"/sets/{set_id}/video?clip=2").content == fake_job.clip("beside")
    assert owner.get(f"/sets/{set_id}/video").content == fake_job.clip()
    assert "/video?clip=2" in owner.get(f"/sets/{set_id}").text
    names = zipfile.ZipFile(io.BytesIO(owner.get(export_path(site)).content)).namelist()
    assert {name.rsplit("/")[-1] for name in names} >= {"video.mp4", "second.mp4"}


def test_another_second_clip_is_looked_at_anew(owner, site):
    set_id = owner.measured()
    add(owner, set_id)
    owner.wait(set_id)
    (run,) = (entry for entry in site.folder.of_set(set_id).iterdir() if entry.is_dir())
    (run / WATCHED_SECOND).write_bytes(b"of the old one")
    site.dispatcher.stop()  # so that what the next run would find can be looked at

    add(owner, set_id, fake_job.clip("other"))

    assert not (run / WATCHED_SECOND).exists()
    assert (site.folder.of_set(set_id) / SECOND).read_bytes() == fake_job.clip("other")


def test_a_second_clip_that_is_taken_away_is_gone(owner, site):
    set_id = owner.measured()
    add(owner, set_id)
    owner.wait(set_id)

    assert owner.post(f"/sets/{set_id}/second/delete").status_code == 303

    assert owner.wait(set_id)[0] == "ready"
    assert runs(site)[-1].endswith(" None")
    assert owner.get(f"/sets/{set_id}/video?clip=2").status_code == 404
    assert not (site.folder.of_set(set_id) / SECOND).exists()


def test_what_is_no_video_changes_nothing(owner, site):
    set_id = owner.measured()

    assert add(owner, set_id, b"no video at all, only words").status_code == 422
    assert add(owner, set_id, b"").status_code == 422
    assert owner.post(f"/sets/{set_id}/second").status_code == 422

    assert owner.wait(set_id)[0] == "ready"
    assert len(runs(site)) == 1
    assert [entry.name for entry in site.folder.of_set(set_id).iterdir() if entry.is_file()] == ["video"]


def test_a_second_clip_goes_with_its_set(owner, site):
    set_id = owner.measured()
    add(owner, set_id)

    owner.post(f"/sets/{set_id}/delete")

    assert not site.folder.of_set(set_id).exists()
