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


# mark

KINDS = range(len(drawing.MARKERS))


def changed(one, other):
    return (one != other).any(axis=-1)


@given(st.lists(st.tuples(st.integers(-30, 90), st.integers(-30, 110)), max_size=4),
       st.integers(7, 25), st.integers(0, 20))
def test_markers_change_pixels_near_their_points_only(points, size, kind):
    rgb = drawing.to_rgb(ramp(80)[:60])
    before = rgb.copy()
    marked = drawing.mark(rgb, points, [kind + i for i in range(len(points))], size=size)
    assert np.array_equal(rgb, before) and not np.shares_memory(marked, rgb)
    assert marked.shape == rgb.shape and marked.dtype == np.uint8
    rows, columns = np.indices(rgb.shape[:2])
    near = np.zeros(rgb.shape[:2], bool)
    for row, column in points:
        near |= np.maximum(abs(rows - row), abs(columns - column)) <= size / 2 + 1
        if 0 <= row < 60 and 0 <= column < 80:  # at the frame a part of it is seen
            around = np.s_[max(row - 4, 0):row + 5, max(column - 4, 0):column + 5]
            assert changed(marked, rgb)[around].any()
    assert not changed(marked, rgb)[~near].any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [11, 15, 24])
def test_markers_lie_on_their_points(kind, size):
    rgb = np.full((60, 70, 3), 128, np.uint8)
    spots = np.argwhere(changed(drawing.mark(rgb, [(20, 45)], [kind], size=size), rgb))
    assert (spots.min(axis=0) + spots.max(axis=0)) / 2 == pytest.approx([20, 45], abs=size / 5)
    assert 0.6 * size <= np.ptp(spots, axis=0).min() and np.ptp(spots, axis=0).max() < size


def test_markers_differ_by_shape():
    pairs = [(one, other) for one in KINDS for other in KINDS if one < other]
    white, black = (np.full((21, 21, 3), level, np.uint8) for level in (255, 0))
    # On white only the ring in ink is seen, on black the whole outline: grey, no colour.
    for ground in (white, black):
        drawn = [drawing.mark(ground, [(10, 10)], [kind]) for kind in KINDS]
        assert all((np.ptp(d, axis=-1) == 0).all() for d in drawn)
        shapes = [(d[..., 0] < 128) != (ground[..., 0] < 128) for d in drawn]
        for one, other in pairs:
            assert (shapes[one] != shapes[other]).sum() >= 15, (one, other)


@pytest.mark.parametrize("level", [0, 90, 128, 200, 255])
def test_markers_show_on_any_ground(level):
    ground = np.full((21, 21, 3), level, np.uint8)
    for kind in KINDS:
        shift = drawing.mark(ground, [(10, 10)], [kind])[..., 0].astype(int) - level
        assert (abs(shift) > 60).sum() >= 15
        assert shift.max() - shift.min() > 200  # dark and light: it cannot drown


def test_kinds_beyond_the_markers_start_anew():
    ground = np.zeros((21, 21, 3), np.uint8)
    for kind in KINDS:
        assert np.array_equal(drawing.mark(ground, [(10, 10)], [kind + len(drawing.MARKERS)]),
                              drawing.mark(ground, [(10, 10)], np.array([kind], np.int32)))


def test_no_points_no_marks():
    rgb = drawing.to_rgb(ramp())
    marked = drawing.mark(rgb, [], [])
    assert np.array_equal(marked, rgb) and not np.shares_memory(marked, rgb)
    far = drawing.mark(rgb, [(-500, 3), (10, 4000)], [0, 1])
    assert np.array_equal(far, rgb)


# write

def test_words_lie_on_their_points_and_move_in_at_the_frame():
    rgb = np.full((60, 120, 3), 128, np.uint8)
    before = rgb.copy()
    spots = np.argwhere(changed(drawing.write(rgb, [(30, 60)], ["210 ha"]), rgb))
    assert (spots.min(axis=0) + spots.max(axis=0)) / 2 == pytest.approx([30, 60], abs=3)
    width = np.ptp(spots[:, 1])
    for point in ((0, 0), (59, 119), (-40, 300), (0, 119)):
        moved = np.argwhere(changed(drawing.write(rgb, [point], ["210 ha"]), rgb))
        assert np.ptp(moved[:, 1]) == width  # whole, not cut off
    assert np.array_equal(rgb, before)
    two = drawing.write(rgb, np.array([(15, 60), (45, 60)]), iter(["one", 2]))
    assert changed(two, rgb)[:30].any() and changed(two, rgb)[30:].any()
    assert np.array_equal(drawing.write(rgb, [], []), rgb)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_words_show_on_any_ground(level):
    ground = np.full((40, 90, 3), level, np.uint8)
    written = drawing.write(ground, [(20, 45)], ["64 ha"])
    assert (written < 60).all(axis=-1).sum() > 40 and (written > 230).all(axis=-1).sum() > 40


# scale_bar

def bar_of(strip):
    """Length of the bar in a strip: the longest run of ink that starts at the left."""
    return int(ink(strip)[11].argmin())


@pytest.mark.parametrize("width, pixel_size, bar", [
    (512, 10, 100), (300, 10, 100), (300, 30, 67), (400, 0.25, 80), (640, 1, 200), (600, 10, 200),
    (1000, 1e-6, 200), (90, 1, 20)])
def test_a_scale_bar_is_round_and_fills_at_most_a_third(width, pixel_size, bar):
    rgb = np.full((50, width, 3), 90, np.uint8)
    made = drawing.scale_bar(rgb, pixel_size)
    assert made.shape == (74, width, 3) and made.dtype == np.uint8
    assert np.array_equal(made[:50], rgb)
    strip = made[50:]
    assert bar_of(strip) == bar and width / 7.6 < bar <= width / 3
    assert ink(strip)[:, bar + 6:].any()  # its length, in letters


def test_a_scale_bar_says_its_length():
    """Equal strips for equal words; metres turn into kilometres at 1000."""
    rgb = np.zeros((5, 600, 3), np.uint8)

    def words(pixel_size, **unit):
        strip = drawing.scale_bar(rgb, pixel_size, **unit)[5:]
        return strip[:, bar_of(strip):][:, :90]

    assert np.array_equal(words(5), words(0.005, unit="km"))
    assert not np.array_equal(words(5), words(0.5))
    assert not np.array_equal(words(5), words(5, unit="px"))


@pytest.mark.parametrize("pixel_size", [0, -1, np.nan, np.inf])
def test_a_scale_bar_needs_a_length(pixel_size):
    with pytest.raises(ValueError, match="pixel_size must be a length above 0"):
        drawing.scale_bar(np.zeros((5, 60, 3), np.uint8), pixel_size)


# legend

def ink(strip):
    return strip.max(axis=-1) < 128


def test_legend_of_names_and_colors():
    names = ["water", "grass", "rock"]
    colors = [(20, 20, 220), (20, 220, 20), np.uint8([139, 69, 19])]
    strip = drawing.legend(names, colors, width=400)
    assert strip.shape == (24, 400, 3) and strip.dtype == np.uint8
    lefts = []
    for color in colors:
        rows, columns = np.nonzero((strip == color).all(axis=-1))
        assert len(rows) == (np.ptp(rows) + 1) * (np.ptp(columns) + 1) > 200  # a full square
        lefts.append(columns.min())
    assert lefts == sorted(lefts) and lefts[0] <= 2
    # Behind each square its name, before the next square.
    for left, right in zip(lefts, [*lefts[1:], 400]):
        text = ink(strip[:, left + 22:right - 3])
        assert text.any() and not ink(strip[:, right - 8:right - 3]).any()
    shown = [strip[:, a + 22:a + 60] for a in lefts]
    assert not np.array_equal(shown[0], shown[1])  # the names, not one of them thrice


def test_legend_breaks_lines():
    names = [f"name {i}" for i in range(12)]
    colors = [(20 * i, 255 - 20 * i, 77) for i in range(12)]
    one, narrow = (drawing.legend(names, colors, width=width) for width in (2000, 200))
    assert one.shape == (24, 2000, 3)
    assert narrow.shape[1] == 200 and narrow.shape[0] % 24 == 0 and narrow.shape[0] >= 4 * 24
    found = []
    for color in colors:
        rows, columns = np.nonzero((narrow == color).all(axis=-1))
        assert len(rows) > 200  # not cut off at the right
        found.append((rows.min() // 24, columns.min()))
    assert found == sorted(found)
    assert ink(narrow).sum() == pytest.approx(ink(one).sum(), rel=0.02)  # no letter is lost
    for line in range(narrow.shape[0] // 24):
        assert ink(narrow[24 * line:24 * line + 24]).any()
    assert drawing.legend(names).shape[1] == drawing.WIDTH


def test_a_name_wider_than_the_legend_gets_a_line_of_its_own():
    strip = drawing.legend(["a", "a very long name of a class", "b"], width=90)
    assert strip.shape == (3 * 24, 90, 3)


def test_legend_of_markers():
    names = [f"marker: {kind}" for kind, _ in drawing.MARKERS]  # a line each
    strip = drawing.legend(names, markers=True, width=150)
    colors = np.full((len(names), 3), 200)
    squares = drawing.legend(names, colors, markers=True, width=150)
    bare = drawing.legend(names, width=150)
    assert strip.shape == squares.shape == bare.shape == (24 * len(names), 150, 3)
    for kind in KINDS:
        line = np.s_[24 * kind:24 * kind + 24]
        # The marker that `mark` draws, in front of the same name.
        alone = drawing.mark(np.full((24, 20, 3), 255, np.uint8), [(11.5, 9.5)], [kind])
        assert np.array_equal(strip[line][:, :20], alone)
        assert np.array_equal(strip[line][:, 22:], bare[line][:, 22:])
        inside = squares[line][6:18, 4:16]
        assert (inside == 200).all(axis=-1).any() and ink(inside).any()
    assert not ink(bare[:, :22]).any()


def test_legend_without_names():
    assert (drawing.legend([], width=50) == palettes.PAPER).all()


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


# arrows

def test_an_arrow_leads_from_its_start_to_its_end():
    plain = np.full((80, 100), 0.5)
    rgb = drawing.arrows(plain, [(40, 20)], [(40, 80)])
    assert rgb.shape == (80, 100, 3)
    changed = (rgb != drawing.arrows(plain, [], [])).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert 10 < columns.min() <= 20 and 80 <= columns.max() < 90
    assert 30 < rows.min() < 40 < rows.max() < 50
    assert (rgb[40, 22:75] == palettes.INK).all()
    # Its head is at its end: broader than its shaft.
    wide = changed.sum(axis=0)
    assert wide[73] > wide[50] + 4
    turned = drawing.arrows(plain.T, [(20, 40)], [(80, 40)])
    assert np.abs(turned.transpose(1, 0, 2).astype(int) - rgb).mean() < 1


def test_arrows_of_no_length_and_too_few_ends():
    grey = np.full((20, 20, 3), 90, np.uint8)
    assert (drawing.arrows(grey, [(5, 5)], [(5, 5)]) != grey).any() and (grey == 90).all()
    with pytest.raises(ValueError, match="ends must be as many as starts, 2; there are 1"):
        drawing.arrows(grey, [(5, 5), (9, 9)], [(5, 15)])


# magnify

@pytest.mark.parametrize("row, column, corner", [
    (10, 10, np.s_[-60:, -60:]), (10, 150, np.s_[-60:, :60]),
    (150, 10, np.s_[:60, -60:]), (150, 150, np.s_[:60, :60])])
def test_a_part_is_shown_enlarged_in_the_far_corner(row, column, corner):
    image = np.random.default_rng(0).integers(0, 200, (200, 200, 3)).astype(np.uint8)
    before = image.copy()
    window = slice(row, row + 20), slice(column, column + 20)
    rgb = drawing.magnify(image, window)
    assert np.array_equal(image, before) and rgb.shape == image.shape
    inset = drawing.enlarge(image[window], 3)
    assert np.array_equal(rgb[corner][2:-2, 2:-2], inset[2:-2, 2:-2])
    # The ring runs around the part and leaves it as it was.
    assert np.array_equal(rgb[row + 4:row + 16, column + 4:column + 16],
                          image[row + 4:row + 16, column + 4:column + 16])
    rest = (rgb != image).any(axis=2)
    rest[corner] = False
    down, across = np.nonzero(rest)
    away = np.hypot(down - row - 9.5, across - column - 9.5)
    assert len(away) > 100 and away.min() > 11 and away.max() < 20


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 9), st.data())
def test_any_part_of_any_picture_is_magnified(rows, columns, factor, data):
    top, left = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    window = (slice(top, data.draw(st.integers(top + 1, rows))),
              slice(left, data.draw(st.integers(left + 1, columns))))
    rgb = drawing.magnify(np.arange(rows * columns).reshape(rows, columns), window, factor=factor)
    assert rgb.shape == (rows, columns, 3) and rgb.dtype == np.uint8


def test_a_window_beside_the_picture():
    with pytest.raises(ValueError, match="window must hold a part of the picture"):
        drawing.magnify(np.zeros((20, 20)), (slice(30, 40), slice(0, 10)))


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


# strip

@given(st.lists(st.integers(0, 30), min_size=1, max_size=12).filter(any), st.integers(1, 300))
def test_a_strip_is_as_wide_in_each_colour_as_its_share(counts, width):
    shares = np.array(counts) / sum(counts)
    centers = np.column_stack([np.arange(len(counts)) * 20, np.full((len(counts), 2), 7.4)])
    strip = drawing.strip(centers, shares, width=width, height=5)
    assert strip.shape == (5, width, 3)
    assert (strip == strip[:1]).all() and (strip[..., 1:] == 7).all()
    which = strip[0, :, 0].astype(int) // 20
    assert (np.diff(which) >= 0).all()
    assert np.abs(np.bincount(which, minlength=len(counts)) - shares * width).max() <= 1


# rings

def test_a_ring_lies_around_its_point_and_hides_nothing_inside():
    picture = np.full((60, 80, 3), 128, np.uint8)
    made = drawing.rings(picture, [(30, 50)], radius=10)
    away = np.hypot(*(np.indices((60, 80)) - np.array([30, 50])[:, None, None]))
    changed = (made != 128).any(axis=-1)
    assert changed[np.abs(away - 10.5) < 0.7].all()
    assert not changed[away < 6].any() and not changed[away > 15].any()
    assert (made[changed] < 60).any() and (made[changed] > 200).any()  # in two tones
    assert (picture == 128).all()


def test_rings_at_the_frame_many_and_none():
    picture = np.full((20, 30, 3), 128, np.uint8)
    assert drawing.rings(picture, [(0, 0), (19, 29)]).shape == picture.shape
    assert np.array_equal(drawing.rings(picture, []), picture)
    with pytest.raises(ValueError, match="radius must be above 0 pixels, got 0"):
        drawing.rings(picture, [(1, 1)], radius=0)
