"""Tests of lessons_lib.readings: three ways to read labels off eigenvectors, in a picture."""

import numpy as np
import pytest

from lessons_lib import graphs, readings, spectral


def points(where=np.s_[4:12, 5:14]):
    """A bright patch on a dark ground, as points."""
    image = np.zeros((20, 18))
    image[where] = 1.0
    image += np.random.default_rng(0).normal(0, 0.05, image.shape)
    return spectral.embed(graphs.affinity(graphs.pixel_graph(image), 5), 2).vectors


def test_the_picture_says_what_the_three_ways_find():
    vectors = points()
    picture = readings.sketch(vectors)
    sizes = {tuple(sorted(np.bincount(spectral.assign(vectors, 2, way))))
             for way in spectral.METHODS}
    assert sizes == {(72, 288)}
    for way in spectral.METHODS:
        assert f"{way} 72 and 288 points" in picture.text
    assert picture.rgb.ndim == 3 and picture.rgb.std() > 10


def test_it_follows_its_points_and_its_seed():
    one = readings.sketch(points())
    assert np.array_equal(one.rgb, readings.sketch(points()).rgb)
    assert not np.array_equal(one.rgb, readings.sketch(points(np.s_[8:, 10:])).rgb)
    others = [readings.sketch(points(), seed=seed).rgb for seed in range(1, 6)]
    assert any(not np.array_equal(one.rgb, other) for other in others)  # another start


@pytest.mark.parametrize("vectors", [
    np.array([[0.1, 0.0], [0.1, 0.2]]),          # two nodes
    np.array([[0.1, 0.1]] * 4),                  # all alike
])
def test_odd_points_are_drawn(vectors):
    assert readings.sketch(vectors).rgb.ndim == 3


@pytest.mark.parametrize("vectors", [np.ones((5, 3)), np.ones(4), np.ones((1, 2))])
def test_what_is_no_plane_of_points_is_refused(vectors):
    with pytest.raises(ValueError, match=r"vectors must be two eigenvectors .* shape \(n, 2\)"):
        readings.sketch(vectors)
