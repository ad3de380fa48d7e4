"""Tests of lessons_lib.insets: a ring, and the place enlarged in a corner."""

import numpy as np
import pytest

from lessons_lib import drawing, insets, palettes


def speck(row=50, column=30, size=100):
    labels = np.full((size, size), -1)
    labels[20:80, 20:80] = 0
    labels[row, column] = 1
    return labels


def test_the_speck_is_large_in_one_corner_and_the_map_stays_elsewhere():
    labels = speck()
    plain, made = drawing.paint(labels, factor=3), insets.magnify(labels, (50, 30))
    assert made.shape == plain.shape == (300, 300, 3) and made.dtype == np.uint8
    changed = np.argwhere((made != plain).any(axis=2))
    corner = changed[(changed % 299 < 84).all(axis=1) | (changed > 215).all(axis=1)]
    ring = changed[np.hypot(*(changed - [151.5, 91.5]).T) < 15]
    assert len(ring) + len(corner) == len(changed) and len(ring) > 20
    color = (made == palettes.LABELS[1]).all(axis=2)
    assert color.sum() > 60  # one pixel of the map, twelve times as large


@pytest.mark.parametrize("point", [(0, 0), (0, 99), (99, 0), (99, 99), (50, 50)])
def test_at_the_rim_the_inset_stays_inside(point):
    assert insets.magnify(speck(), point).shape == (300, 300, 3)


def test_the_inset_goes_where_it_hides_least():
    labels = np.arange(100 * 100).reshape(100, 100) // 40 % 3
    labels[60:, 60:] = -1  # an empty corner
    plain, made = drawing.paint(labels, factor=2), insets.magnify(labels, (5, 5), factor=2)
    assert (made[150:, 150:] != plain[150:, 150:]).any()
    assert np.array_equal(made[150:, :100], plain[150:, :100])


@pytest.mark.parametrize("point, options, message", [
    ((100, 0), {}, r"point must be a \(row, column\) of labels, .* got \(100, 0\)"),
    ((0, -1), {}, "point must be"),
    ((0, 0), {"reach": 20}, "reach and zoom must leave an inset that fits"),
])
def test_errors_name_the_parameter(point, options, message):
    with pytest.raises(ValueError, match=message):
        insets.magnify(speck(), point, **options)
