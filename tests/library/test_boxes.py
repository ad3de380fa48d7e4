"""Boxes seen from a direction, and where the names of their axes stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons_lib import boxes

UNIT = np.array(np.meshgrid(*[[0, 1]] * 3, indexing="ij")).reshape(3, 8).T
ANGLES = st.integers(-180, 180), st.integers(-90, 90)


def corners_seen(azimuth, elevation, size=512):
    across, up, _ = ((UNIT - 0.5) @ boxes.view(azimuth, elevation)).T
    return size / 2 * (1 + np.column_stack([across, -up]))


@pytest.mark.parametrize("azimuth, elevation, way", [
    (0, 0, (1, 0, 0)),
    (90, 0, (0, 1, 0)),
    (123, 90, (0, 0, 1)),
    (-90, -90, (0, 0, -1)),
    (180, 0, (-1, 0, 0))])
def test_where_the_eye_is(azimuth, elevation, way):
    assert boxes.eye(azimuth, elevation) == pytest.approx(way)


@given(*ANGLES)
def test_a_view_turns_and_does_not_stretch(azimuth, elevation):
    view = boxes.view(azimuth, elevation)
    assert view.T @ view == pytest.approx(np.eye(3)) and np.linalg.det(view) == pytest.approx(1)
    assert view[:, 2] == pytest.approx(boxes.eye(azimuth, elevation))
    assert view[2, 0] == pytest.approx(0) and view[2, 1] >= -1e-9  # the third axis points up


def test_an_axis_that_ends_inside_the_outline_is_named_at_a_parallel_edge():
    seen = corners_seen(-60, 25)
    assert [boxes.outer_edge(seen, end) for end in boxes.ENDS] == [None, (4, 6), None]
    seen = corners_seen(40, 25)  # the eye looks into the corner where the axes meet
    assert [boxes.outer_edge(seen, end) for end in boxes.ENDS] == [None] * 3


@given(*ANGLES)
def test_an_outer_edge_is_parallel_and_lies_on_the_outline(azimuth, elevation):
    seen = corners_seen(azimuth, elevation)
    for end in boxes.ENDS:
        edge = boxes.outer_edge(seen, end)
        if edge is None:
            continue
        a, b = edge
        assert b == a | end and a != b
        way = seen[b] - seen[a]
        assert way == pytest.approx(seen[end] - seen[0])
        # All corners lie on one side of it.
        side = (seen - seen[a]) @ (-way[1], way[0])
        assert (side > -1e-6).all() or (side < 1e-6).all()


@pytest.mark.parametrize("way, arrow", [
    ((5, 0), "→"), ((-5, 1), "←"), ((0, -5), "↑"), ((0, 5), "↓"), ((3, -3), "↗"), ((-3, 3), "↙")])
def test_an_arrow_points_as_seen_on_the_page(way, arrow):
    assert boxes.arrow((7, 8), np.add((7, 8), way)) == arrow


@given(*ANGLES, st.integers(5, 60))
def test_names_stand_beside_the_box_and_apart(azimuth, elevation, wide):
    seen = corners_seen(azimuth, elevation, size=400) + 100
    halves = np.array([(wide, 10), (wide + 7, 10), (wide, 10)])
    anchors = seen[list(boxes.ENDS)]
    spots = boxes.spread(anchors, halves, seen, 600)
    assert ((spots - halves >= -1e-9) & (spots + halves <= 600 + 1e-9)).all()
    for i in range(3):
        for j in range(i):
            assert (np.abs(spots[i] - spots[j]) >= halves[i] + halves[j] - 1e-6).any()


def test_a_name_that_stands_free_stays():
    seen = corners_seen(30, 20) + 100
    anchors = np.array([(40.0, 30), (600, 30), (40, 640)])
    assert np.array_equal(boxes.spread(anchors, [(20, 8)] * 3, seen, 712), anchors)


def test_a_name_moves_no_farther_than_it_must():
    square = np.array([(100.0, 100), (100, 100), (100, 300), (100, 300),
                       (300, 100), (300, 100), (300, 300), (300, 300)])
    [spot] = boxes.spread([(290, 200)], [(20, 8)], square, 400)
    assert spot == pytest.approx((320, 200))
    one, other = boxes.spread([(50, 50), (55, 53)], [(20, 8)] * 2, square, 400)
    assert one == pytest.approx((50, 50)) and other == pytest.approx((55, 66))
