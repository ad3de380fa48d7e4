"""Tests of the criteria in lessons_lib.scores: as scikit-learn on repeated points, and by hand."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics

from lessons_lib import scores

SCORES = {one.__name__: one for one in (
    scores.silhouette, scores.calinski_harabasz, scores.davies_bouldin)}


@st.composite
def clusterings(draw):
    """Different points, their labels (with gaps) and how often each occurs.

    Small whole numbers and quarters: scikit-learn's distances lose digits on others.
    """
    shape = draw(st.integers(3, 14)), draw(st.integers(1, 4))
    points = draw(hnp.arrays(np.int64, shape, elements=st.integers(-12, 12))) / 4
    points = np.unique(points, axis=0)
    assume(len(points) >= 3)
    few = hnp.arrays(np.int64, len(points), elements=st.sampled_from([0, 2, 5]))
    labels = draw(few)
    assume(len(np.unique(labels)) > 1)
    weights = draw(hnp.arrays(np.int64, len(points), elements=st.integers(1, 6)))
    # scikit-learn refuses as many clusters as points.
    assume(weights.sum() > len(np.unique(labels)))
    return points, labels, weights


def repeated(points, labels, weights):
    return np.repeat(points, weights, axis=0), np.repeat(labels, weights)


@given(clusterings())
def test_silhouette_equals_scikit_learns(clustering):
    points, labels, weights = clustering
    score = scores.silhouette(points, labels, weights=weights)
    assert isinstance(score, float)
    assert score == pytest.approx(metrics.silhouette_score(*repeated(*clustering)), abs=1e-6)


@given(clusterings())
def test_calinski_harabasz_equals_scikit_learns(clustering):
    points, labels, weights = clustering
    score = scores.calinski_harabasz(points, labels, weights=weights)
    assert isinstance(score, float)
    assert score == pytest.approx(metrics.calinski_harabasz_score(*repeated(*clustering)),
                                  rel=1e-9, abs=1e-9)


@given(clusterings())
def test_davies_bouldin_equals_scikit_learns(clustering):
    points, labels, weights = clustering
    centers = [np.average(points[labels == c], axis=0, weights=weights[labels == c])
               for c in np.unique(labels)]
    # Where two centres fall together scikit-learn leaves the pair out; see below.
    assume(min(np.linalg.norm(a - b) for i, a in enumerate(centers) for b in centers[:i]) > 0.1)
    score = scores.davies_bouldin(points, labels, weights=weights)
    assert isinstance(score, float)
    assert score == pytest.approx(metrics.davies_bouldin_score(*repeated(*clustering)), abs=1e-5)


def test_clusters_round_one_middle_are_the_worst_not_the_best():
    # scikit-learn says 0 here, the score of perfect clusters.
    points, labels = np.array([[0.0], [2.0], [1.0]]), [0, 0, 1]
    assert scores.davies_bouldin(points, labels) > 1e6


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES)
@given(clustering=clusterings())
def test_numbers_of_labels_and_order_of_points_do_not_matter(score, clustering):
    points, labels, weights = clustering
    usual = pytest.approx(score(points, labels, weights=weights), rel=1e-9, abs=1e-9)
    other = np.array([7, -1, 1, -1, -1, 3])[labels]
    assert score(points, other, weights=weights) == usual
    assert score(points[::-1], labels[::-1].tolist(), weights=weights[::-1].tolist()) == usual


@pytest.mark.parametrize("n", [999, 1000, 1001, 2500])
def test_points_in_any_number_of_blocks(n):
    rng = np.random.default_rng(n)
    points, labels, weights = rng.random((n, 3)), rng.integers(0, 3, n), rng.integers(1, 3, n)
    points[labels == 1] += 0.7
    expected = metrics.silhouette_score(*repeated(points, labels, weights))
    assert expected > 0.05
    assert scores.silhouette(points, labels, weights=weights) == pytest.approx(expected, abs=1e-9)


def test_silhouette_by_hand():
    points, labels = np.array([[0.0], [1.0], [10.0]]), [0, 0, 1]
    # A cluster of one pixel counts 0 ...
    assert scores.silhouette(points, labels) == pytest.approx((9 / 10 + 8 / 9 + 0) / 3)
    # ... but two pixels of one colour are as near to one another as can be.
    assert scores.silhouette(points, labels, weights=[1, 1, 2]) == pytest.approx(
        (9 / 10 + 8 / 9 + 1 + 1) / 4)


def test_single_pixels_are_no_clusters():
    points = np.array([[0.0, 0], [3, 4], [9, 9]])
    assert scores.silhouette(points, [0, 1, 2]) == 0


def test_clusters_without_spread():
    points, labels = np.array([[0.0, 1], [3, 5]]), [4, 2]
    for weights in (None, [3, 8]):
        assert scores.davies_bouldin(points, labels, weights=weights) == 0
        assert scores.calinski_harabasz(points, labels, weights=weights) == 1  # as scikit-learn
    assert scores.silhouette(points, labels, weights=[3, 8]) == 1


def test_points_of_one_place_in_two_clusters():
    same = np.ones((4, 2))
    assert scores.silhouette(same, [0, 0, 1, 1]) == 0
    assert scores.davies_bouldin(same, [0, 0, 1, 1]) == 0


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES)
@pytest.mark.parametrize("labels, weights, message", [
    ([0, 0, 0], None, "labels must hold at least two clusters; there is one"),
    ([7, 7, 7], [1, 2, 3], "labels must hold at least two clusters; there is one"),
    ([0, 1], None, r"one value for each of the 3 points; their shapes are \(2,\) and \(3,\)"),
    ([0, 1, 1, 1], None, r"one value for each of the 3 points; their shapes are \(4,\) and \(3,\)"),
    ([0, 1, 1], [1, 2], r"one value for each of the 3 points; their shapes are \(3,\) and \(2,\)"),
    ([[0], [1], [1]], None, r"their shapes are \(3, 1\) and \(3,\)"),
])
def test_what_is_no_clustering_is_refused(score, labels, weights, message):
    with pytest.raises(ValueError, match=message):
        score(np.array([[0.0], [1.0], [2.0]]), labels, weights=weights)


@pytest.mark.parametrize("score", SCORES.values(), ids=SCORES)
def test_what_is_given_stays_as_it_was(score):
    points, labels = np.array([[0.0], [1], [5]]), np.array([0, 0, 5])
    weights = np.array([1.0, 2, 3])
    before = points.copy(), labels.copy(), weights.copy()
    score(points, labels, weights=weights)
    for now, then in zip((points, labels, weights), before):
        assert np.array_equal(now, then)
