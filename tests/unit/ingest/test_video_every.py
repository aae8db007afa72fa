"""A clip of which only some frames are turned into pictures, and what is still said of all."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lookfeel.ingest import open_video

SAMPLE = Path(__file__).parents[3] / "sample_videos" / "squat_side_slowmo.mp4"


def test_frames_lie_apart_and_all_are_counted_and_timed() -> None:
    with open_video(SAMPLE) as video:
        whole = [(frame.index, frame.time_s) for frame in video]
        summary = video.summary
    with open_video(SAMPLE) as video:
        some = [(frame.index, frame.time_s) for frame in video.every(0.1)]
        assert video.summary == summary
        np.testing.assert_array_equal(video.time_s, [moment for _, moment in whole])
    assert set(some) <= set(whole)
    assert some[0] == whole[0]
    assert some[-1] == whole[-1]
    gaps = np.diff([moment for _, moment in some])[:-1]
    assert gaps.min() >= 0.1
    assert gaps.max() < 0.1 + 0.04


def test_each_frame_may_be_asked_for_with_a_gap_of_its_own() -> None:
    gaps_s, given = [0.0, 0.1, 0.0, 0.3, 0.05], []
    with open_video(SAMPLE) as video:
        following = video.reader()
        for gap_s in gaps_s:
            frame = following(gap_s)
            assert frame is not None
            given.append(frame.time_s)
        last = following(1e9)
        assert following(0.0) is None
        assert last is not None
        assert last.time_s == video.time_s[-1]
    late = np.diff(given) - gaps_s[1:]
    assert (late >= 0).all()
    assert (late < 0.0401).all()  # frames lie 40 ms apart
