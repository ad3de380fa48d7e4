"""Tests of lessons_lib.drawing: numbers to colours, label maps, borders, markers, legends."""

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from lessons_lib import drawing, kmeans, landscape, palettes, regions
from lessons_lib.colors import unique_colors

label_maps = hnp.arrays(
    np.int32, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
    elements=st.integers(-1, 12))


def wedges(k=12, size=40):
    """A round map of k labels, whole numbers only, with corners that have none."""
    rows, columns = np.indices((size, size)) - size // 2
    labels = (np.arctan2(rows, columns) / (2 * np.pi) % 1 * k).astype(int) % k
    labels[rows ** 2 + columns ** 2 > (size // 2) ** 2] = -1
    return labels


def ramp(size=40):
    return np.add.outer(np.arange(size), np.arange(size))


# to_rgb

def test_grey():
    rgb = drawing.to_rgb(np.array([[2.0, 3.0], [4.0, 6.0]]))
    assert rgb.dtype == np.uint8 and rgb.shape == (2, 2, 3)
    assert rgb[..., 0].tolist() == [[0, 63], [127, 255]]
    assert (rgb == rgb[..., :1]).all()


def test_limits():
    levels = np.arange(256, dtype=np.uint8)[None]
    assert np.array_equal(drawing.to_rgb(levels, limits=(0, 255))[0, :, 1], levels[0])
    clipped = drawing.to_rgb(np.array([[-5, 0, 5, 10, 15]]), limits=(0, 10))
    assert clipped[0, :, 0].tolist() == [0, 0, 127, 255, 255]


def test_a_flat_picture_and_a_mask_as_picture():
    assert (drawing.to_rgb(np.full((2, 2), 7)) == 0).all()
    assert drawing.to_rgb(np.array([[True, False]]))[0, :, 0].tolist() == [255, 0]


def test_the_mask_hides_and_does_not_stretch():
    values = np.array([[0.0, 1.0, 900.0], [0.5, np.nan, np.inf]])
    mask = np.array([[True, True, False], [True, False, False]])
    rgb = drawing.to_rgb(values, mask=mask)
    assert (rgb[~mask] == palettes.NO_LABEL).all()
    assert rgb[mask][:, 0].tolist() == [0, 255, 127]
    assert drawing.to_rgb(values, mask=mask, cmap="signed").shape == (2, 3, 3)


def test_signed_colours():
    three = drawing.to_rgb(np.array([[-2.0, 0.0, 1.0]]), cmap="signed")[0].astype(int)
    purple, white, orange = three
    assert white.min() > 240
    assert purple[2] > purple[1] + 50 and purple[2] > purple[0] + 20
    assert orange[0] > orange[1] + 20 > orange[2] + 40
    # Symmetric: twice as far from white is twice as dark, whichever range the values have.
    deep = drawing.to_rgb(np.array([[-2.0, 2.0]]), cmap="signed")[0].astype(int)
    assert np.array_equal(deep[0], purple) and deep[1].sum() < orange.sum()
    given_limits = drawing.to_rgb(np.array([[1.0]]), limits=(-1, 2), cmap="signed")[0, 0]
    assert np.array_equal(given_limits, orange)
    assert drawing.to_rgb(np.zeros((1, 1)), cmap="signed").min() > 240  # zero is white, always


def test_colour_maps_by_name():
    values = np.linspace(0, 1, 256)[None]
    expected = (matplotlib.colormaps["viridis"](np.arange(256))[:, :3] * 255).round()
    assert np.array_equal(drawing.to_rgb(values, limits=(0, 1), cmap="viridis")[0, [0, 255]],
                          expected[[0, 255]])
    with pytest.raises(KeyError):
        drawing.to_rgb(values, cmap="no such map")


def test_rgb_passes_through():
    rgb = np.random.default_rng(0).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    assert np.array_equal(drawing.to_rgb(rgb), rgb)


@pytest.mark.parametrize("array", [np.zeros((4, 5, 3)), np.zeros((4, 5, 4), np.uint8)])
def test_to_rgb_says_what_is_wrong(array):
    with pytest.raises(
        ValueError, match="array must be RGB of dtype uint8 or two-dimensional numbers; got"
    ):
        drawing.to_rgb(array)


# enlarge, factor_for, font

def test_enlarge_repeats_pixels():
    assert drawing.enlarge(np.array([[1, 2]]), 2).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]
    assert drawing.enlarge(np.zeros((2, 3, 3)), 4).shape == (8, 12, 3)


@pytest.mark.parametrize("shape, columns, factor", [
    ((100, 100), 2, 3), ((100, 100, 3), 1, 3), ((303, 384), 2, 1), ((61, 77), 2, 4),
    ((2000, 3000), 1, 1), ((10, 10), 8, 12)])
def test_factor_for(shape, columns, factor):
    assert drawing.factor_for(shape, columns) == factor


def test_the_typeface_comes_with_matplotlib():
    for bold in (False, True):
        font = drawing.font(14, bold)
        assert font.path.startswith(matplotlib.get_data_path())
        assert font.getname() == ("DejaVu Sans", "Bold" if bold else "Book")
        assert font.size == 14


# outline

def test_outline_by_hand():
    image = np.full((5, 6, 3), (10, 100, 200), np.uint8)
    labels = np.repeat([[0, 0, 0, 1, 1, 1]], 5, axis=0)
    rgb = drawing.outline(image, labels)
    assert (rgb[:, 2] == palettes.INK).all() and (rgb[:, 3] == palettes.PAPER).all()
    assert (rgb[:, [0, 1, 4, 5]] == (10, 100, 200)).all()
    assert (image == (10, 100, 200)).all()  # the picture given is left as it was


@given(label_maps, st.integers(1, 5))
def test_a_border_is_where_labels_change(labels, factor):
    picture = np.full((*labels.shape, 3), 128, np.uint8)
    rgb = drawing.outline(picture, labels, factor=factor)
    big = np.kron(labels, np.ones((factor, factor), int))
    assert rgb.shape == (*big.shape, 3)
    dark, light, free = ((rgb == color).all(axis=-1)
                         for color in (palettes.INK, palettes.PAPER, (128,) * 3))
    assert (dark | light | free).all()
    rows, columns = big.shape
    for r in range(rows):
        for c in range(columns):
            change = (r + 1 < rows and big[r, c] != big[r + 1, c]
                      or c + 1 < columns and big[r, c] != big[r, c + 1])
            assert dark[r, c] == change
    # The light rim lies beside the dark line, on its far side.
    beside = np.zeros_like(dark)
    beside[1:] |= dark[:-1]
    beside[:, 1:] |= dark[:, :-1]
    assert np.array_equal(light, beside & ~dark)


# paint

@given(label_maps, st.integers(1, 4), st.booleans())
def test_paint_without_borders_is_the_palette(labels, factor, numbers):
    rgb = drawing.paint(labels, factor=factor, numbers=numbers)
    assert rgb.shape == (labels.shape[0] * factor, labels.shape[1] * factor, 3)
    assert rgb.dtype == np.uint8
    if not numbers:
        inside = ~(rgb == palettes.INK).all(axis=-1) & ~(rgb == palettes.PAPER).all(axis=-1)
        expected = np.vstack([palettes.choose(labels), palettes.NO_LABEL])[labels]
        assert np.array_equal(rgb[inside], drawing.enlarge(expected, factor)[inside])


def test_no_label_is_pale_grey():
    rgb = drawing.paint(np.full((4, 4), -1), factor=3)
    assert (rgb == palettes.NO_LABEL).all()
    rgb = drawing.paint(wedges(), factor=4)
    assert (rgb[:8, :8] == palettes.NO_LABEL).all()


def test_each_region_bears_its_number():
    labels, factor = wedges(5, size=60), 4
    plain = drawing.paint(labels, factor=factor, numbers=False)
    changed = (drawing.paint(labels, factor=factor) != plain).any(axis=-1)
    big = drawing.enlarge(labels, factor)
    # Every region got some ink, at its inner point; the pixels without label did not.
    assert set(np.unique(big[changed])) == set(range(5))
    for row, column, _ in regions.inner_points(labels).values():
        top, left = row * factor - 12, column * factor - 12
        assert changed[top:top + 28, left:left + 28].sum() > 50
    # 0 and 10 look different: the number is what is written, not a mark.
    one, other = (drawing.paint(np.full((30, 30), label), factor=3) for label in (3, 7))
    written = [(p != p[0, 0]).any(axis=-1) for p in (one, other)]
    assert written[0].any() and not np.array_equal(*written)


def test_only_the_regions_named_bear_their_numbers():
    labels, factor = wedges(5, size=60), 4
    plain = drawing.paint(labels, factor=factor, numbers=False)
    changed = (drawing.paint(labels, factor=factor, numbers=(1, 3)) != plain).any(axis=-1)
    assert set(np.unique(drawing.enlarge(labels, factor)[changed])) == {1, 3}
    assert np.array_equal(drawing.paint(labels, factor=factor, numbers=()), plain)


def test_regions_too_small_for_a_number_get_none():
    labels = np.indices((12, 12))[1] // 2
    assert np.array_equal(drawing.paint(labels, factor=2),
                          drawing.paint(labels, factor=2, numbers=False))


def test_highlight_pales_the_others():
    labels = wedges(5)
    plain = drawing.paint(labels, factor=3, numbers=False)
    lit = drawing.paint(labels, factor=3, numbers=False, highlight=2)
    big = drawing.enlarge(labels, 3)
    assert np.array_equal(lit[big == 2], plain[big == 2])
    assert np.array_equal(lit[big == -1], plain[big == -1])
    spot = 80, 95  # well inside label 0
    assert big[spot] == 0 and plain[spot].min() < 180 <= lit[spot].min()
    assert drawing.paint(np.full((3, 3), -1), highlight=0).shape == (3, 3, 3)


def test_the_picture_shines_through():
    image = ramp()
    rgb = drawing.paint(np.zeros((40, 40), int), image=image, numbers=False).astype(int)
    expected = (palettes.LABELS[0].astype(int) + drawing.to_rgb(image)) // 2
    assert np.array_equal(rgb, expected)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16])
def test_label_maps_of_any_type(dtype):
    labels = np.indices((20, 20))[1] // 10
    assert np.array_equal(drawing.paint(labels.astype(dtype), factor=4),
                          drawing.paint(labels, factor=4))


def test_painting_changes_nothing_given():
    labels, image = wedges(), ramp()
    before = labels.copy(), image.copy(), palettes.LABELS.copy()
    drawing.paint(labels, image=image, highlight=1, factor=2)
    for now, then in zip((labels, image, palettes.LABELS), before):
        assert np.array_equal(now, then)


# pictures

def difference(one, other):
    return np.abs(one.astype(float) - other).mean()


def test_picture_of_a_label_map(same_picture):
    labels = wedges()
    rgb = drawing.paint(labels, factor=4)
    same_picture("paint", rgb, tolerance=0.3)
    # The tolerance is tight enough: a missing number, another colour would be seen.
    assert difference(rgb, drawing.paint(np.where(labels == 3, 2, labels), factor=4)) > 1
    assert difference(rgb, drawing.paint(labels, factor=4, numbers=False)) > 1


def test_picture_of_a_highlight(same_picture):
    rgb = drawing.paint(wedges(5), factor=4, image=ramp(), highlight=3)
    same_picture("highlight", rgb, tolerance=0.3)
    assert difference(rgb, drawing.paint(wedges(5), factor=4, image=ramp(), highlight=2)) > 1


def test_picture_of_an_outline(same_picture):
    rgb = drawing.outline(ramp(), wedges(5), factor=3)
    same_picture("outline", rgb, tolerance=0.1)
    assert difference(rgb, drawing.outline(ramp(), wedges(6), factor=3)) > 1


# borders

@given(
    hnp.arrays(
        np.int8, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(0, 2)
    ),
    st.integers(1, 4),
)
def test_borders_are_drawn_where_they_are(labels, factor):
    """Ink on the border, paper beside it, and all other pixels as they were."""
    image = np.full((*labels.shape, 3), 90, np.uint8)
    for mode in regions.MODES:
        border = regions.boundaries(labels, mode)
        rgb = drawing.border(image, border, factor=factor)
        assert rgb.shape == (factor * labels.shape[0], factor * labels.shape[1], 3)
        assert (image == 90).all()
        ink = (rgb == palettes.INK).all(axis=2)
        if mode != "subpixel":
            assert np.array_equal(ink, np.kron(border, np.ones((factor, factor), bool)))
        elif factor % 2 == 0:
            assert ink.sum() == border.sum() * (factor // 2) ** 2
            for row, column in np.argwhere(labels[:, 1:] != labels[:, :-1]) * factor:
                # At the line between the two.
                assert ink[row, column + factor - 1:column + factor + 1].any()
            for row, column in np.argwhere(labels[1:] != labels[:-1]) * factor:
                assert ink[row + factor - 1:row + factor + 1, column].any()
        else:
            beside = regions.boundaries(labels)  # no farther away than the pixels on both sides
            assert ink.any() == border.any() and not ink[~ndimage.binary_dilation(
                np.kron(beside, np.ones((factor, factor), bool)), iterations=factor)].any()
        rim = ndimage.binary_dilation(ink) & ~ink
        assert (rgb[rim] == palettes.PAPER).all() and (rgb[~ink & ~rim] == 90).all()


def test_a_rim_behind_a_border_leaves_what_lies_above_and_left():
    image, edge = np.full((5, 5, 3), 90, np.uint8), np.zeros((5, 5), bool)
    edge[2, 2] = True
    light = (drawing.border(image, edge, rim="behind") == palettes.PAPER).all(axis=2)
    assert np.argwhere(light).tolist() == [[2, 3], [3, 2]]
    with pytest.raises(ValueError, match="rim must be 'around' or 'behind'; got 'above'"):
        drawing.border(image, edge, rim="above")


# painted by numbers

@pytest.mark.parametrize("k", [1, 3, 6])
def test_each_pixel_is_painted_in_the_colour_of_its_centre(k):
    image = landscape.make(150).image
    colors = unique_colors(image)
    clusters = kmeans.fit_colors(colors, k)
    plain = clusters.centers[clusters.labels][colors.index].round()
    assert np.array_equal(drawing.paint_by_numbers(clusters, colors.index), plain)
    large, small = (
        drawing.paint_by_numbers(clusters, colors.index, side=side) for side in (300, 50)
    )
    assert np.array_equal(large, np.kron(plain, np.ones((2, 2, 1))))
    assert np.array_equal(small, plain[::3, ::3])
    bordered = drawing.paint_by_numbers(clusters, colors.index, borders=True)
    labels = clusters.labels[colors.index]
    assert np.array_equal(bordered, drawing.outline(plain.astype(np.uint8), labels))


def test_a_result_is_painted_without_an_index():
    image = landscape.make(100).image
    colors = unique_colors(image)
    clusters, found = kmeans.fit_colors(colors, 4), kmeans.segment(image, 4)
    for options in ({}, {"borders": True}, {"side": 50}):
        plain = drawing.paint_by_numbers(clusters, colors.index, **options)
        assert np.array_equal(drawing.paint_by_numbers(found, **options), plain)
    with pytest.raises(ValueError, match=r"index must say which colour .* have shape \(\d+,\)"):
        drawing.paint_by_numbers(clusters)


def test_greys_are_painted_by_numbers_in_grey():
    ramp_of_greys = np.tile(np.arange(0, 250, 10, dtype=np.uint8), (4, 1))
    colors = unique_colors(ramp_of_greys)
    rgb = drawing.paint_by_numbers(kmeans.fit_colors(colors, 2), colors.index)
    assert rgb.shape == (4, 25, 3) and (np.ptp(rgb, axis=2) == 0).all()
    assert len(np.unique(rgb)) == 2


# resize

@pytest.mark.parametrize("shape", [(300, 300), (40, 90), (90, 40), (1, 7), (700, 600)])
def test_a_resized_map_keeps_its_labels(shape):
    labels = np.random.default_rng(0).integers(0, 5, shape)
    big = drawing.resize(labels, 2 * max(shape))
    half = drawing.resize(labels, max(shape) // 2)
    assert np.array_equal(big, np.kron(labels, np.ones((2, 2), int)))
    assert max(half.shape) == max(shape) // 2 and set(np.unique(half)) <= set(range(5))
    rgb = drawing.resize(np.full((*shape, 3), 90, np.uint8), 99)
    assert max(rgb.shape) == 99 and min(rgb.shape[:2]) >= 1 and (rgb == 90).all()


def test_a_resized_map_lies_on_the_resized_picture():
    labels = np.add.outer(np.arange(60) // 20, np.arange(90) // 30)
    shades = np.array([20, 80, 140, 200, 250], np.uint8)
    picture = np.repeat(shades[labels][..., None], 3, axis=2)
    for side in (45, 137, 180):
        rgb, small = drawing.resize(picture, side), drawing.resize(labels, side)
        assert rgb.shape[:2] == small.shape
        off = np.abs(rgb[..., 0].astype(int) - shades[small])
        assert (off > 30).mean() < 4 / side


@given(
    hnp.arrays(
        np.int8, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.integers(0, 9)
    ),
    st.integers(1, 4),
)
def test_labels_are_reduced_as_the_picture_is(labels, factor):
    large = np.kron(labels, np.ones((factor, factor), np.int8))
    assert np.array_equal(drawing.resize(large, max(labels.shape)), labels)
