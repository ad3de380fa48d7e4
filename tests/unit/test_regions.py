"""Tests of lessons_lib.regions: numbering, neighbours, borders, points inside."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lessons_lib import circles, drawing, regions

label_maps = hnp.arrays(
    np.int32, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12),
    elements=st.integers(-1, 6))


# number_in_reading_order

@given(hnp.arrays(np.int32, hnp.array_shapes(max_dims=3, max_side=6),
                  elements=st.integers(-1, 9)), st.permutations(range(10)))
def test_numbering(labels, order):
    numbered = regions.number_in_reading_order(labels)
    assert numbered.shape == labels.shape and numbered.dtype == np.int32
    # The same regions: pixels share a number exactly where they shared a label.
    pairs = set(zip(labels.flat, numbered.flat))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert np.array_equal(numbered < 0, labels < 0)
    # 0, 1, 2, ... without gaps, as they come.
    fresh = [n for i, n in enumerate(numbered.flat) if n >= 0 and n not in numbered.flat[:i]]
    assert fresh == list(range(len(fresh)))
    # Nothing changes the second time, and names do not matter.
    assert np.array_equal(regions.number_in_reading_order(numbered), numbered)
    renamed = np.array([*order, -1])[labels]
    assert np.array_equal(regions.number_in_reading_order(renamed), numbered)


def test_numbering_by_hand():
    labels = np.array([[-1, 7, 7], [2, 7, 0], [2, -1, 9]])
    assert regions.number_in_reading_order(labels).tolist() == [[-1, 0, 0], [1, 0, 2], [1, -1, 3]]
    assert regions.number_in_reading_order([5, 5, 1]).tolist() == [0, 0, 1]
    assert regions.number_in_reading_order(np.uint8([[200, 3]])).tolist() == [[0, 1]]
    assert regions.number_in_reading_order(np.full((2, 2), -1)).tolist() == [[-1, -1], [-1, -1]]


# edges and neighbours

def test_edges_by_hand():
    labels = np.array([[0, 0, 1], [0, 0, 1], [2, 2, 2]])
    assert regions.edges(labels).astype(int).tolist() == [[0, 1, 0], [1, 1, 1], [0, 0, 0]]
    assert not regions.edges(np.zeros((3, 3), int)).any()


@given(label_maps)
def test_neighbours_against_a_plain_loop(labels):
    k = max(labels.max(), -1) + 1
    expected = np.zeros((k, k), bool)
    rows, columns = labels.shape
    for r in range(rows):
        for c in range(columns):
            for r2, c2 in ((r + 1, c), (r, c + 1)):
                if r2 < rows and c2 < columns:
                    a, b = labels[r, c], labels[r2, c2]
                    if a != b and a >= 0 and b >= 0:
                        expected[a, b] = expected[b, a] = True
    assert np.array_equal(regions.neighbours(labels), expected)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64])
def test_neighbours_of_any_integer_type(dtype):
    labels = np.array([[0, 1], [0, 0]]).astype(dtype)
    assert regions.neighbours(labels).tolist() == [[False, True], [True, False]]


def test_corners_do_not_touch():
    assert not regions.neighbours(np.array([[0, -1], [-1, 1]])).any()


# inner_points

@given(label_maps)
def test_inner_points_lie_inside(labels):
    points = regions.inner_points(labels)
    assert set(points) == set(np.unique(labels[labels >= 0]).tolist())
    rows, columns = np.indices(labels.shape)
    for label, (row, column, distance) in points.items():
        near = np.hypot(rows - row, columns - column) < max(distance, 0.5)
        assert (labels[near] == label).all()  # the point, and all around it up to the distance


@settings(max_examples=25)
@given(label_maps, st.integers(30, 70), st.integers(0, 10 ** 6))
def test_inner_points_of_big_pictures_lie_inside(labels, factor, seed):
    big = drawing.enlarge(labels, factor)
    big = np.pad(big, ((0, max(0, 310 - big.shape[0])), (0, 0)), mode="reflect")
    speckled = np.random.default_rng(seed).random(big.shape) < 0.01
    big[speckled] = (big[speckled] + 1) % 7
    assert max(big.shape) >= 300  # so that not every pixel is looked at
    points = regions.inner_points(big)
    for label, (row, column, distance) in points.items():
        assert big[row, column] == label
        assert distance >= 0
    areas = np.bincount(big[big >= 0], minlength=7)
    assert set(points) >= set(np.flatnonzero(areas > 2000).tolist())


@pytest.mark.parametrize("size", [100, 239, 240, 400, 900])
def test_inner_point_of_a_disc_is_its_centre(size):
    center, radius = (0.4 * size, 0.55 * size), 0.3 * size
    labels = circles.make([center], radius, size=size).truth
    [(label, (row, column, distance))] = regions.inner_points(labels).items()
    assert label == 0
    step = max(1, size // 120)
    assert np.hypot(row - center[0], column - center[1]) <= 1.5 * step + 1
    assert distance == pytest.approx(radius, abs=2 * step + 1)


def test_the_edge_of_the_picture_is_a_border():
    row, column, distance = regions.inner_points(np.zeros((21, 41), int))[0]
    assert row == 10 and 10 <= column <= 30 and distance == 10


def test_of_equally_deep_points_the_middle_one_is_taken():
    # A band whose whole middle line is equally deep, above a band of no label.
    labels = np.zeros((41, 101), int)
    labels[21:] = -1
    assert regions.inner_points(labels) == {0: (10, 50, 10.0)}
    assert regions.inner_points(labels.T == 0)[1] == (50, 10, 10.0)  # also of a mask


@given(label_maps)
def test_inner_points_against_a_plain_search(labels):
    rows, columns = labels.shape
    edge = [(r, c) for r in range(rows) for c in range(columns)
            if r in (0, rows - 1) or c in (0, columns - 1)
            or labels[r, c] != labels[r + 1, c] or labels[r, c] != labels[r, c + 1]]
    depth = np.array([[min(np.hypot(r - a, c - b) for a, b in edge) for c in range(columns)]
                      for r in range(rows)])
    points = regions.inner_points(labels)
    for label in np.unique(labels[labels >= 0]):
        deepest = np.argwhere((labels == label)
                              & np.isclose(depth, depth[labels == label].max(), atol=1e-9))
        *spot, distance = points[label]
        assert spot == deepest[len(deepest) // 2].tolist()
        assert distance == pytest.approx(depth[tuple(spot)])


def test_inner_points_where_nothing_is_labelled():
    assert regions.inner_points(np.full((5, 5), -1)) == {}
