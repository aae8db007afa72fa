"""A tiny case goes all the way to a file; skipped where the assets, moderngl or an OpenGL context are missing."""

import json

import numpy as np
import pytest

from lookfeel.ingest import open_video
from scripts.render_samples.assets import CACHE
from scripts.render_samples.cases import Case, Film, Movement, Phone, Room
from scripts.render_samples.draw import NoOpenGL, Studio

needs_assets = pytest.mark.skipif(
    not (CACHE / "LICENSE.md").exists(),
    reason="MakeHuman's assets are not here: python -m scripts.render_samples fetches them",
)
TINY = Case(
    name="tiny",
    seed=4,
    movement=Movement(n_reps=1, load="goblet", tempo_s=(0.5, 0.1, 0.4, 0.2), lead_in_s=0.2, lead_out_s=0.2),
    phone=Phone(yaw_deg=30.0, shake_m=0.003, shake_deg=0.2),
    room=Room(bystanders=1, clutter=1),
    film=Film(width_px=90, height_px=160, fps=8.0, is_variable=True, rotation_deg=90),
)


@pytest.fixture
def graphics():
    try:
        Studio(32, 32).close()
    except NoOpenGL as error:
        pytest.skip(str(error))


@needs_assets
def test_a_case_becomes_a_clip_with_its_truth(graphics, tmp_path):
    from scripts.render_samples.filming import film_case

    clip = film_case(TINY, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.mp4", "tiny_truth.json", "tiny_truth.npz"]
    told = json.loads((tmp_path / "tiny_truth.json").read_text("utf-8"))
    with np.load(tmp_path / "tiny_truth.npz") as truth, open_video(clip) as video:
        frames = list(video)
        np.testing.assert_allclose([frame.time_s for frame in frames], truth["time_s"], atol=1e-6)
        assert truth["joints_px"].shape == (len(frames), len(truth["joint_names"]), 2)
        inside = (truth["landmarks_px"] > 0).all() and (truth["landmarks_px"] < (90, 160)).all()
        assert inside
        assert (video.info.width_px, video.info.height_px, video.info.rotation_deg) == (90, 160, 90)
    assert (told["exercise"], len(told["reps"]), told["case"]["seed"]) == ("squat", 1, 4)


@needs_assets
def test_the_same_case_gives_the_same_files(graphics, tmp_path):
    from scripts.render_samples.filming import film_case

    first, second = film_case(TINY, tmp_path / "a"), film_case(TINY, tmp_path / "b")

    assert first.read_bytes() == second.read_bytes()
    assert (first.parent / "tiny_truth.json").read_text() == (second.parent / "tiny_truth.json").read_text()
    with np.load(first.parent / "tiny_truth.npz") as one, np.load(second.parent / "tiny_truth.npz") as other:
        for name in one.files:
            np.testing.assert_array_equal(one[name], other[name])
