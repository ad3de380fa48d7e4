"""Tests of lessons_lib.curves: what a chart of a criterion shows."""

import numpy as np
import pytest

from lessons_lib import choosing_k, curves, landscape, palettes
from lessons_lib.colors import unique_colors


@pytest.fixture(scope="module")
def report():
    colors = unique_colors(landscape.make(64).image)
    return choosing_k.report(colors, range(1, 13))


def pixels_of(rgb, color):
    """Where a chart has about this colour, given as "#RRGGBB" or as numbers."""
    if isinstance(color, str):
        color = [int(color[i:i + 2], 16) for i in (1, 3, 5)]
    return np.argwhere((np.abs(rgb.astype(int) - color) < 12).all(axis=2))


@pytest.mark.parametrize("criterion", choosing_k.CRITERIA)
@pytest.mark.parametrize("size", [(512, 512), (310, 240)])
def test_every_criterion_is_drawn_in_every_size(report, criterion, size):
    width, height = size
    rgb = curves.draw(report, criterion, width=width, height=height)
    assert rgb.shape == (height, width, 3) and rgb.dtype == np.uint8
    assert len(pixels_of(rgb, palettes.TRUTH)) > 100  # the curve
    assert (rgb[[0, -1]] == 255).all() and (rgb[:, -1] == 255).all()  # nothing is cut off


def test_the_line_of_the_picked_k_stands_at_that_k(report):
    """Farther right for a larger k, in the chart as in the numbers."""
    at = {}
    for k_max in (5, 8, 12):
        picked = choosing_k.pick(report, "Calinski-Harabasz", k_max)
        rgb = curves.draw(report, "Calinski-Harabasz", k_max=k_max)
        spots = pixels_of(rgb[60:400], palettes.FOUND)
        column = np.bincount(spots[:, 1]).argmax()
        left, right = 46 + 14, 512 - 16 - 14
        at[k_max] = left + (picked - 1) / (k_max - 1) * (right - left)
        assert column == pytest.approx(at[k_max], abs=2)


def test_your_k_is_marked_where_it_is_in_the_range(report):
    plain = curves.draw(report, "silhouette", k_max=6)
    assert np.array_equal(curves.draw(report, "silhouette", k_max=6, k=9), plain)
    marked = curves.draw(report, "silhouette", k_max=6, k=4)
    changed = np.argwhere((marked != plain).any(axis=2))
    left, right = 46 + 14, 512 - 16 - 14
    line = changed[changed[:, 0] < 460]
    assert np.median(line[:, 1]) == pytest.approx(left + 3 / 5 * (right - left), abs=2)
    assert (changed[:, 0] > 480).any()  # and named below


def test_a_high_sensitivity_moves_the_limit_and_picks_none(report):
    low, high = (curves.draw(report, "knee", sensitivity=s) for s in (1.0, 50.0))
    assert choosing_k.pick(report, "knee", 12, sensitivity=50.0) is None
    assert not np.array_equal(low, high)
    lines = [np.bincount(pixels_of(rgb[80:400], palettes.FOUND)[:, 1], minlength=512).max()
             for rgb in (low, high)]
    assert lines[0] > 200 > lines[1]  # the line from top to bottom is gone


def test_a_criterion_that_is_none(report):
    with pytest.raises(ValueError, match="criterion must be one of knee, .*; got 'elbow'"):
        curves.draw(report, "elbow")
