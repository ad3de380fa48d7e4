"""Markers: one in each region, with a cross where it lies outside."""

import numpy as np
import pytest
from scipy import ndimage

from lessons_lib import drawing, markers, palettes, regions
from tests.explorers.common import some_picture


def some_map(shape, lowest=0):
    """A map with crumbs: the grey levels of a picture in a few steps."""
    return some_picture(shape).astype(int) // 64 + lowest


def test_a_cross_marks_each_marker_that_lies_outside():
    points, rgb = np.array([[30, 20], [30, 190], [0, 99]]), np.full((60, 220, 3), 90, np.uint8)
    for outside in np.array([[0, 0, 0], [1, 0, 0], [0, 1, 1]], bool):
        drawn, plain = (markers.draw(rgb, markers.Markers(points, given, given), [0, 1, 2])
                        for given in (outside, outside & False))
        changed = np.argwhere((drawn != plain).any(axis=2))
        near = np.linalg.norm(changed[:, None] - [(30, 20), (30, 190), (8, 99)], axis=2)
        assert (near.min(axis=1) < 25).all()
        assert np.array_equal(np.bincount(near.argmin(axis=1), minlength=3) > 50, outside)
        # It moves in with its marker.
        assert not outside[2] or changed[near.argmin(axis=1) == 2, 0].max() > 17


def test_a_marker_at_the_frame_is_drawn_whole():
    rgb, no = np.full((60, 80, 3), 90, np.uint8), np.array([False])
    shapes = []
    for point in ((30, 40), (0, 0), (59, 79), (0, 40)):
        drawn = markers.draw(rgb, markers.Markers(np.array([point]), no, no), [1])
        spots = np.argwhere((drawn != 90).any(axis=2))
        (top, left), (low, right) = spots.min(axis=0), spots.max(axis=0)
        shapes.append(drawn[top:low + 1, left:right + 1])
        assert np.abs(spots.mean(axis=0) - point).max() < 10
    assert all(np.array_equal(shape, shapes[0]) for shape in shapes)


def test_a_map_has_flat_colours_borders_and_markers():
    found = regions.connected(regions.merge_small(some_map((90, 120), -1), 30))
    colors = np.array([(20, 20, 220), (20, 220, 20), (139, 69, 19), (220, 220, 220)], np.uint8)
    flat = np.full((90, 120, 3), palettes.NO_LABEL, np.uint8)
    for number, which in enumerate(found.classes):
        flat[found.labels == number] = colors[which]
    outlined, drawn = drawing.outline(flat, found.labels), markers.draw_map(found, colors)
    spots = np.clip(
        [spot[:2] for spot in regions.inner_points(found.labels).values()], 8, (81, 111)
    )
    marker = np.zeros((90, 120), bool)
    marker[tuple(spots.T)] = True
    far = ndimage.distance_transform_cdt(~marker, "chessboard") > 8
    assert len(spots) == len(found.areas) > 10 and far.any()
    assert np.array_equal(drawn[far], outlined[far])
    assert (drawn != outlined).any(axis=2)[marker].mean() > 0.9


@pytest.mark.parametrize("where", ["centroid", "inside"])
def test_one_region_in_its_colour_and_all_others_pale(where):
    found = regions.connected(regions.merge_small(some_map((60, 80), -1), 60))
    colors = np.array([(20, 20, 220), (20, 220, 20), (139, 69, 19), (220, 220, 220)], np.uint8)
    before = colors.copy()
    for number in found.areas.argsort()[-3:]:
        drawn = markers.draw_one(found, number, colors, where=where, size=7)
        assert drawn.shape == (60, 80, 3) and drawn.dtype == np.uint8
        mine, own = found.labels == number, colors[found.classes[number]]
        full = (drawn == own).all(axis=2)
        assert full[mine].mean() > 0.2 and not full[~mine].any()
        pale = ~mine & (found.labels >= 0) & ~regions.boundaries(found.labels)
        # Only the marker, with its cross, is dark there.
        assert (drawn[pale].min(axis=1) >= 180).mean() > 0.9
    assert np.array_equal(colors, before)


def test_a_region_by_the_distance_to_its_border():
    found = regions.connected(some_map((40, 50)))
    border = np.argwhere(np.pad(regions.edges(found.labels)[1:-1, 1:-1], 1, constant_values=True))
    for number in (*range(5), found.areas.argmax()):
        pixels = np.argwhere(found.labels == number)
        rgb, top = markers.draw_depth(found, number, side=300)
        away = np.linalg.norm(pixels[:, None] - border, axis=2).min(axis=1)
        assert top == pytest.approx(away.max())
        height, width = np.ptp(pixels, axis=0) + 1
        zoom = rgb.shape[0] // height
        assert rgb.shape == (zoom * height, zoom * width, 3)
        assert abs(max(rgb.shape) - 300) <= max(height, width) / 2
    rgb, top = markers.draw_depth(regions.connected(np.zeros((81, 91), int)), 0, side=91)
    frame = np.pad(np.zeros((79, 89), bool), 1, constant_values=True)
    assert top == 40
    assert (rgb[frame] == rgb[0, 0]).all()
    assert not (rgb[~frame] == rgb[0, 0]).all(axis=1).any()
