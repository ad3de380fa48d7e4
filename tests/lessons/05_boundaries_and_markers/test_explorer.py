"""The explorer of lesson 05: other pictures, scores, errors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from lessons_lib import palettes
from tests.explorers.common import SAYS, SHAPES, combinations, good, put, same, some_picture, values_of


def some_map(shape, lowest=0):
    """A map with crumbs: the grey levels of a picture in a few steps."""
    return some_picture(shape).astype(int) // 64 + lowest


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lowest", [-1, 0, 2])
def test_boundaries_with_other_maps(shape, lowest):
    """What the text says is what a plain count finds."""
    from lessons_lib import regions
    from lessons_lib.explorers import boundaries_and_markers

    labels, image = some_map(shape, lowest), np.full((*shape, 3), 90, np.uint8)
    explorer = boundaries_and_markers.explorer(labels, image, list("abcdef"), min_area=7)
    assert explorer.settings["min_area"] == 7 and same(explorer.picture, explorer.render())
    most = values_of(explorer.controls["min_area"])[-1]
    first = "abcdef"[max(lowest, 0)]
    for border, area, neighbours in (("thin", 0, 4), ("inner", most, 4), ("outer", 7, 8), ("subpixel", most, 8)):
        tidy = regions.merge_small(labels, area, connectivity=neighbours // 4)
        found = regions.connected(tidy, connectivity=neighbours // 4)
        n, points = len(found.areas), [np.argwhere(found.labels == i).mean(axis=0) for i in range(len(found.areas))]
        there = [tuple(np.rint(point).astype(int)) for point in points]
        outside = sum(found.labels[p] != i for i, p in enumerate(there))
        wrong = sum(tidy[p] != found.classes[i] for i, p in enumerate(there))
        line = regions.boundaries(tidy, border, background=-1 if border in ("thin", "subpixel") else max(lowest, 0))
        put(explorer, {"border": border, "min_area": area, "neighbours": neighbours, "markers": "centroid"})
        good(explorer, SAYS["boundaries_and_markers"])
        assert explorer.status.endswith(
            f", minimum area {area} px, {neighbours} neighbours: {n} region{'s' if n > 1 else ''}, "
            f"{100 * (tidy != labels).mean():.1f} % of the pixels changed class; the border hides "
            f"{100 * line.mean():.1f} % of the picture. Markers at the centroid: "
            f"{outside} of {n} outside their region, {wrong} on another class.")
        assert (f"(background: {first})" in explorer.status) == (border in ("inner", "outer"))
        put(explorer, {**explorer.settings, "markers": "inside"})
        assert f" inside: 0 of {n} outside their region, 0 on another class." in explorer.status


def test_boundaries_with_another_background_and_a_minimum_area_that_leaves_nothing():
    from lessons_lib.explorers import boundaries_and_markers

    labels, image = some_map((60, 60)), np.full((60, 60, 3), 90, np.uint8)
    render = boundaries_and_markers.renderer(labels, image, list("abcd"), background=2)
    assert render(border="outer", min_area=0).text.startswith("Border outer (background: c), ")
    assert not np.array_equal(render(border="outer", min_area=0).rgb,
                              boundaries_and_markers.renderer(labels, image, list("abcd"))(border="outer", min_area=0).rgb)
    with pytest.raises(ValueError, match="min_area must leave a region: the largest has "):
        boundaries_and_markers.explorer(labels, image, list("abcd"), min_area=3600)


def test_boundaries_of_a_map_with_one_region():
    from lessons_lib.explorers import boundaries_and_markers

    explorer = boundaries_and_markers.explorer(np.zeros((40, 50), int), np.full((40, 50, 3), 90, np.uint8), ["all"])
    for settings in combinations(explorer, 8):
        put(explorer, settings)
        good(explorer, SAYS["boundaries_and_markers"])
        assert " 1 region, 0.0 % of the pixels changed class; the border hides 0.0 % of the picture." in explorer.status


@given(hnp.arrays(np.int8, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(0, 2)),
       st.integers(1, 4))
def test_borders_are_drawn_where_they_are(labels, factor):
    """Ink on the border, paper beside it, and all other pixels as they were."""
    from lessons_lib import regions
    from lessons_lib.explorers import boundaries_and_markers

    image = np.full((*labels.shape, 3), 90, np.uint8)
    for mode in regions.MODES:
        border = regions.boundaries(labels, mode)
        rgb = boundaries_and_markers.draw_border(image, border, factor=factor)
        assert rgb.shape == (factor * labels.shape[0], factor * labels.shape[1], 3) and (image == 90).all()
        ink = (rgb == palettes.INK).all(axis=2)
        if mode != "subpixel":
            assert np.array_equal(ink, np.kron(border, np.ones((factor, factor), bool)))
        elif factor % 2 == 0:
            assert ink.sum() == border.sum() * (factor // 2) ** 2
            for row, column in np.argwhere(labels[:, 1:] != labels[:, :-1]) * factor:
                assert ink[row, column + factor - 1:column + factor + 1].any()  # at the line between the two
            for row, column in np.argwhere(labels[1:] != labels[:-1]) * factor:
                assert ink[row + factor - 1:row + factor + 1, column].any()
        else:
            beside = regions.boundaries(labels)  # no farther away than the pixels on both sides
            assert ink.any() == border.any() and not ink[~ndimage.binary_dilation(
                np.kron(beside, np.ones((factor, factor), bool)), iterations=factor)].any()
        rim = ndimage.binary_dilation(ink) & ~ink
        assert (rgb[rim] == palettes.PAPER).all() and (rgb[~ink & ~rim] == 90).all()


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (40, 41), (64, 70), (100, 30)])
@pytest.mark.parametrize("side", [4, 17, 64])
def test_the_detail_is_the_part_nearest_to_half_background(shape, side):
    """Of all parts, or of those that have a given point near their middle."""
    from lessons_lib.explorers import boundaries_and_markers

    rng, n = np.random.default_rng(0), min(side, *shape)
    starts = [(r, c) for r in range(0, shape[0] - n + 1, 8) for c in range(0, shape[1] - n + 1, 8)]
    for background in (0, 2):
        often = rng.random(shape[0])[:, None] * rng.random(shape[1])
        labels = np.where(rng.random(shape) < often, background, 1)
        for point in (None, *(tuple(rng.integers(shape)) for _ in range(6))):
            rows, columns = boundaries_and_markers.detail(labels, background, side, point)
            assert labels[rows, columns].shape == (n, n)
            allowed = [s for s in starts if point is None or np.abs(np.subtract(point, s) - n / 2).max() <= n / 4]
            off = {(r, c): abs((labels[r:r + n, c:c + n] == background).mean() - 0.5) for r, c in starts}
            assert off[rows.start, columns.start] <= min(off[s] for s in allowed or starts) + 1e-12
            assert not allowed or (rows.start, columns.start) in allowed


def test_a_cross_marks_each_marker_that_lies_outside():
    from lessons_lib.explorers import boundaries_and_markers

    points, rgb = np.array([[30, 20], [30, 190], [0, 99]]), np.full((60, 220, 3), 90, np.uint8)
    for outside in np.array([[0, 0, 0], [1, 0, 0], [0, 1, 1]], bool):
        drawn, plain = (boundaries_and_markers.draw_markers(rgb, boundaries_and_markers.Markers(points, given, given), [0, 1, 2])
                        for given in (outside, outside & False))
        changed = np.argwhere((drawn != plain).any(axis=2))
        near = np.linalg.norm(changed[:, None] - [(30, 20), (30, 190), (8, 99)], axis=2)
        assert (near.min(axis=1) < 25).all()
        assert np.array_equal(np.bincount(near.argmin(axis=1), minlength=3) > 50, outside)
        assert not outside[2] or changed[near.argmin(axis=1) == 2, 0].max() > 17  # it moves in with its marker


def test_a_marker_at_the_frame_is_drawn_whole():
    from lessons_lib.explorers import boundaries_and_markers

    rgb, no = np.full((60, 80, 3), 90, np.uint8), np.array([False])
    shapes = []
    for point in ((30, 40), (0, 0), (59, 79), (0, 40)):
        drawn = boundaries_and_markers.draw_markers(rgb, boundaries_and_markers.Markers(np.array([point]), no, no), [1])
        spots = np.argwhere((drawn != 90).any(axis=2))
        (top, left), (low, right) = spots.min(axis=0), spots.max(axis=0)
        shapes.append(drawn[top:low + 1, left:right + 1])
        assert np.abs(spots.mean(axis=0) - point).max() < 10
    assert all(np.array_equal(shape, shapes[0]) for shape in shapes)


def test_a_map_has_flat_colours_borders_and_markers():
    from lessons_lib import drawing, regions
    from lessons_lib.explorers import boundaries_and_markers

    found = regions.connected(regions.merge_small(some_map((90, 120), -1), 30))
    colors = np.array([(20, 20, 220), (20, 220, 20), (139, 69, 19), (220, 220, 220)], np.uint8)
    flat = np.full((90, 120, 3), palettes.NO_LABEL, np.uint8)
    for number, which in enumerate(found.classes):
        flat[found.labels == number] = colors[which]
    outlined, drawn = drawing.outline(flat, found.labels), boundaries_and_markers.draw_map(found, colors)
    spots = np.clip([spot[:2] for spot in regions.inner_points(found.labels).values()], 8, (81, 111))
    marker = np.zeros((90, 120), bool)
    marker[tuple(spots.T)] = True
    far = ndimage.distance_transform_cdt(~marker, "chessboard") > 8
    assert len(spots) == len(found.areas) > 10 and far.any()
    assert np.array_equal(drawn[far], outlined[far])
    assert (drawn != outlined).any(axis=2)[marker].mean() > 0.9


def test_a_region_by_the_distance_to_its_border():
    from lessons_lib import regions
    from lessons_lib.explorers import boundaries_and_markers

    found = regions.connected(some_map((40, 50)))
    border = np.argwhere(np.pad(regions.edges(found.labels)[1:-1, 1:-1], 1, constant_values=True))
    for number in (*range(5), found.areas.argmax()):
        pixels = np.argwhere(found.labels == number)
        rgb, top = boundaries_and_markers.draw_depth(found, number, side=300)
        assert top == pytest.approx(np.linalg.norm(pixels[:, None] - border, axis=2).min(axis=1).max())
        height, width = np.ptp(pixels, axis=0) + 1
        zoom = rgb.shape[0] // height
        assert rgb.shape == (zoom * height, zoom * width, 3) and abs(max(rgb.shape) - 300) <= max(height, width) / 2
    rgb, top = boundaries_and_markers.draw_depth(regions.connected(np.zeros((81, 91), int)), 0, side=91)
    frame = np.pad(np.zeros((79, 89), bool), 1, constant_values=True)
    assert top == 40 and (rgb[frame] == rgb[0, 0]).all() and not (rgb[~frame] == rgb[0, 0]).all(axis=1).any()
