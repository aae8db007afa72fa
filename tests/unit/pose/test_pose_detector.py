"""The detector's geometry on made-up outputs whose meaning is known."""

from __future__ import annotations

import numpy as np
import pytest

from lookfeel.pose.detector import anchor_centres, decode, letterbox, merge_overlapping, overlap_ratio


def test_anchors_cover_the_square_evenly() -> None:
    anchors = anchor_centres()
    assert anchors.shape == (2254, 2)
    assert ((anchors > 0) & (anchors < 1)).all()
    np.testing.assert_allclose(anchors.mean(axis=0), 0.5, atol=1e-12)
    np.testing.assert_allclose(anchors[:3], [[0.5 / 28] * 2, [0.5 / 28] * 2, [1.5 / 28, 0.5 / 28]])


@pytest.mark.parametrize(("height", "width"), [(100, 200), (200, 100), (150, 150)])
def test_letterbox_keeps_the_picture_centred_and_names_the_way_back(height: int, width: int) -> None:
    rgb = np.zeros((height, width, 3), dtype=np.uint8)
    row, column = height // 2 + 20, width // 2 - 30
    rgb[row - 3 : row + 4, column - 3 : column + 4] = 255
    square, side, corner = letterbox(rgb)
    assert square.shape == (224, 224, 3)
    y, x = (axis.mean() for axis in np.nonzero(square[:, :, 0] > 127))
    np.testing.assert_allclose(np.array([x, y]) / 224 * side + corner, [column, row], atol=1.0)


def test_decode_adds_the_anchor_and_drops_the_unsure() -> None:
    anchors = anchor_centres()
    boxes, logits = np.zeros((2254, 12), dtype=np.float32), np.full(2254, -200.0, dtype=np.float32)
    boxes[100] = [0, 0, 22.4, 44.8, 11.2, 0, 0, -11.2, 0, 0, 0, 0]
    logits[100], logits[101] = 0.1, -0.1
    scores, values = decode(boxes, logits, anchors)
    np.testing.assert_allclose(scores, [1 / (1 + np.exp(-0.1))], rtol=1e-6)
    x, y = anchors[100]
    np.testing.assert_allclose(values[0, :4], [x - 0.05, y - 0.1, x + 0.05, y + 0.1], atol=1e-7)
    np.testing.assert_allclose(values[0, 4:8], [x + 0.05, y, x, y - 0.05], atol=1e-7)


def test_overlapping_candidates_become_their_weighted_mean() -> None:
    values = np.array([[0.0, 0.0, 1.0, 1.0, 10.0], [5.0, 5.0, 6.0, 6.0, 7.0], [0.1, 0.0, 1.1, 1.0, 20.0]])
    (first, a), (second, b) = merge_overlapping(np.array([0.6, 0.7, 0.9]), values)
    assert (first, second) == (0.9, 0.7)
    assert a[4] == pytest.approx((0.9 * 20 + 0.6 * 10) / 1.5)
    np.testing.assert_allclose(b, values[1])


def test_no_candidate_is_no_person() -> None:
    assert merge_overlapping(np.empty(0), np.empty((0, 12))) == []


def test_a_candidate_without_area_still_ends() -> None:
    ((score, _),) = merge_overlapping(np.array([0.8]), np.zeros((1, 12)))
    assert score == 0.8


def test_overlap_ratio_of_known_boxes() -> None:
    boxes = np.array([[0.0, 0.0, 2.0, 2.0], [1.0, 0.0, 3.0, 2.0], [2.0, 2.0, 3.0, 3.0]])
    np.testing.assert_allclose(overlap_ratio(boxes[0], boxes), [1, 1 / 3, 0])
