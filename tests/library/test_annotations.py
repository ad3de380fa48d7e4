"""Tests of lessons_lib.annotations: markers, words, arrows, rings, bars, legends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons_lib import annotations, drawing, palettes, regions

def ramp(size=40):
    return np.add.outer(np.arange(size), np.arange(size))


# mark

KINDS = range(len(annotations.MARKERS))


def changed(one, other):
    return (one != other).any(axis=-1)


@given(st.lists(st.tuples(st.integers(-30, 90), st.integers(-30, 110)), max_size=4),
       st.integers(7, 25), st.integers(0, 20))
def test_markers_change_pixels_near_their_points_only(points, size, kind):
    rgb = drawing.to_rgb(ramp(80)[:60])
    before = rgb.copy()
    marked = annotations.mark(rgb, points, [kind + i for i in range(len(points))], size=size)
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
    spots = np.argwhere(changed(annotations.mark(rgb, [(20, 45)], [kind], size=size), rgb))
    assert (spots.min(axis=0) + spots.max(axis=0)) / 2 == pytest.approx([20, 45], abs=size / 5)
    assert 0.6 * size <= np.ptp(spots, axis=0).min() and np.ptp(spots, axis=0).max() < size


def test_markers_differ_by_shape():
    pairs = [(one, other) for one in KINDS for other in KINDS if one < other]
    white, black = (np.full((21, 21, 3), level, np.uint8) for level in (255, 0))
    # On white only the ring in ink is seen, on black the whole outline: grey, no colour.
    for ground in (white, black):
        drawn = [annotations.mark(ground, [(10, 10)], [kind]) for kind in KINDS]
        assert all((np.ptp(d, axis=-1) == 0).all() for d in drawn)
        shapes = [(d[..., 0] < 128) != (ground[..., 0] < 128) for d in drawn]
        for one, other in pairs:
            assert (shapes[one] != shapes[other]).sum() >= 15, (one, other)


@pytest.mark.parametrize("level", [0, 90, 128, 200, 255])
def test_markers_show_on_any_ground(level):
    ground = np.full((21, 21, 3), level, np.uint8)
    for kind in KINDS:
        shift = annotations.mark(ground, [(10, 10)], [kind])[..., 0].astype(int) - level
        assert (abs(shift) > 60).sum() >= 15
        assert shift.max() - shift.min() > 200  # dark and light: it cannot drown


def test_kinds_beyond_the_markers_start_anew():
    ground = np.zeros((21, 21, 3), np.uint8)
    for kind in KINDS:
        later = kind + len(annotations.MARKERS)
        assert np.array_equal(annotations.mark(ground, [(10, 10)], [later]),
                              annotations.mark(ground, [(10, 10)], np.array([kind], np.int32)))


def test_no_points_no_marks():
    rgb = drawing.to_rgb(ramp())
    marked = annotations.mark(rgb, [], [])
    assert np.array_equal(marked, rgb) and not np.shares_memory(marked, rgb)
    far = annotations.mark(rgb, [(-500, 3), (10, 4000)], [0, 1])
    assert np.array_equal(far, rgb)


# write

def test_words_lie_on_their_points_and_move_in_at_the_frame():
    rgb = np.full((60, 120, 3), 128, np.uint8)
    before = rgb.copy()
    spots = np.argwhere(changed(annotations.write(rgb, [(30, 60)], ["210 ha"]), rgb))
    assert (spots.min(axis=0) + spots.max(axis=0)) / 2 == pytest.approx([30, 60], abs=3)
    width = np.ptp(spots[:, 1])
    for point in ((0, 0), (59, 119), (-40, 300), (0, 119)):
        moved = np.argwhere(changed(annotations.write(rgb, [point], ["210 ha"]), rgb))
        assert np.ptp(moved[:, 1]) == width  # whole, not cut off
    assert np.array_equal(rgb, before)
    two = annotations.write(rgb, np.array([(15, 60), (45, 60)]), iter(["one", 2]))
    assert changed(two, rgb)[:30].any() and changed(two, rgb)[30:].any()
    assert np.array_equal(annotations.write(rgb, [], []), rgb)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_words_show_on_any_ground(level):
    ground = np.full((40, 90, 3), level, np.uint8)
    written = annotations.write(ground, [(20, 45)], ["64 ha"])
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
    made = annotations.scale_bar(rgb, pixel_size)
    assert made.shape == (74, width, 3) and made.dtype == np.uint8
    assert np.array_equal(made[:50], rgb)
    strip = made[50:]
    assert bar_of(strip) == bar and width / 7.6 < bar <= width / 3
    assert ink(strip)[:, bar + 6:].any()  # its length, in letters


def test_a_scale_bar_says_its_length():
    """Equal strips for equal words; metres turn into kilometres at 1000."""
    rgb = np.zeros((5, 600, 3), np.uint8)

    def words(pixel_size, **unit):
        strip = annotations.scale_bar(rgb, pixel_size, **unit)[5:]
        return strip[:, bar_of(strip):][:, :90]

    assert np.array_equal(words(5), words(0.005, unit="km"))
    assert not np.array_equal(words(5), words(0.5))
    assert not np.array_equal(words(5), words(5, unit="px"))


@pytest.mark.parametrize("pixel_size", [0, -1, np.nan, np.inf])
def test_a_scale_bar_needs_a_length(pixel_size):
    with pytest.raises(ValueError, match="pixel_size must be a length above 0"):
        annotations.scale_bar(np.zeros((5, 60, 3), np.uint8), pixel_size)


# legend

def ink(strip):
    return strip.max(axis=-1) < 128


def test_legend_of_names_and_colors():
    names = ["water", "grass", "rock"]
    colors = [(20, 20, 220), (20, 220, 20), np.uint8([139, 69, 19])]
    strip = annotations.legend(names, colors, width=400)
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
    one, narrow = (annotations.legend(names, colors, width=width) for width in (2000, 200))
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
    assert annotations.legend(names).shape[1] == drawing.WIDTH


def test_a_name_wider_than_the_legend_gets_a_line_of_its_own():
    strip = annotations.legend(["a", "a very long name of a class", "b"], width=90)
    assert strip.shape == (3 * 24, 90, 3)


def test_legend_of_markers():
    names = [f"marker: {kind}" for kind, _ in annotations.MARKERS]  # a line each
    strip = annotations.legend(names, markers=True, width=150)
    colors = np.full((len(names), 3), 200)
    squares = annotations.legend(names, colors, markers=True, width=150)
    bare = annotations.legend(names, width=150)
    assert strip.shape == squares.shape == bare.shape == (24 * len(names), 150, 3)
    for kind in KINDS:
        line = np.s_[24 * kind:24 * kind + 24]
        # The marker that `mark` draws, in front of the same name.
        alone = annotations.mark(np.full((24, 20, 3), 255, np.uint8), [(11.5, 9.5)], [kind])
        assert np.array_equal(strip[line][:, :20], alone)
        assert np.array_equal(strip[line][:, 22:], bare[line][:, 22:])
        inside = squares[line][6:18, 4:16]
        assert (inside == 200).all(axis=-1).any() and ink(inside).any()
    assert not ink(bare[:, :22]).any()


def test_legend_without_names():
    assert (annotations.legend([], width=50) == palettes.PAPER).all()


# arrows

def test_an_arrow_leads_from_its_start_to_its_end():
    plain = np.full((80, 100), 0.5)
    rgb = annotations.arrows(plain, [(40, 20)], [(40, 80)])
    assert rgb.shape == (80, 100, 3)
    changed = (rgb != annotations.arrows(plain, [], [])).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert 10 < columns.min() <= 20 and 80 <= columns.max() < 90
    assert 30 < rows.min() < 40 < rows.max() < 50
    assert (rgb[40, 22:75] == palettes.INK).all()
    # Its head is at its end: broader than its shaft.
    wide = changed.sum(axis=0)
    assert wide[73] > wide[50] + 4
    turned = annotations.arrows(plain.T, [(20, 40)], [(80, 40)])
    assert np.abs(turned.transpose(1, 0, 2).astype(int) - rgb).mean() < 1


def test_arrows_of_no_length_and_too_few_ends():
    grey = np.full((20, 20, 3), 90, np.uint8)
    assert (annotations.arrows(grey, [(5, 5)], [(5, 5)]) != grey).any() and (grey == 90).all()
    with pytest.raises(ValueError, match="ends must be as many as starts, 2; there are 1"):
        annotations.arrows(grey, [(5, 5), (9, 9)], [(5, 15)])


# magnify

@pytest.mark.parametrize("row, column, corner", [
    (10, 10, np.s_[-60:, -60:]), (10, 150, np.s_[-60:, :60]),
    (150, 10, np.s_[:60, -60:]), (150, 150, np.s_[:60, :60])])
def test_a_part_is_shown_enlarged_in_the_far_corner(row, column, corner):
    image = np.random.default_rng(0).integers(0, 200, (200, 200, 3)).astype(np.uint8)
    before = image.copy()
    window = slice(row, row + 20), slice(column, column + 20)
    rgb = annotations.magnify(image, window)
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
    picture = np.arange(rows * columns).reshape(rows, columns)
    rgb = annotations.magnify(picture, window, factor=factor)
    assert rgb.shape == (rows, columns, 3) and rgb.dtype == np.uint8


def test_a_window_beside_the_picture():
    with pytest.raises(ValueError, match="window must hold a part of the picture"):
        annotations.magnify(np.zeros((20, 20)), (slice(30, 40), slice(0, 10)))


def test_a_window_of_a_map_that_is_drawn_larger():
    labels = np.zeros((40, 60), int)
    labels[10, 12] = 1
    window = regions.window(labels == 1, 5, point=(10, 12))
    picture = drawing.paint(labels, factor=3)
    shown = annotations.magnify(picture, window, factor=4, scale=3)
    pixel = (picture == picture[31, 37]).all(axis=2).sum()
    assert (shown == picture[31, 37]).all(axis=2).sum() >= 16 * pixel


def test_a_detail_that_is_drawn_large_already():
    picture = np.full((60, 60, 3), 128, np.uint8)
    detail = np.random.default_rng(0).integers(0, 200, (20, 30, 3)).astype(np.uint8)
    shown = annotations.magnify(picture, np.s_[2:6, 2:6], detail=detail)
    assert np.array_equal(shown[42:58, 32:58], detail[2:-2, 2:-2])
    with pytest.raises(ValueError, match=r"detail must fit into the picture, \(60, 60\); got"):
        annotations.magnify(picture, np.s_[2:6, 2:6], detail=np.zeros((61, 5)))


# strip

@given(st.lists(st.integers(0, 30), min_size=1, max_size=12).filter(any), st.integers(1, 300))
def test_a_strip_is_as_wide_in_each_colour_as_its_share(counts, width):
    shares = np.array(counts) / sum(counts)
    centers = np.column_stack([np.arange(len(counts)) * 20, np.full((len(counts), 2), 7.4)])
    strip = annotations.strip(centers, shares, width=width, height=5)
    assert strip.shape == (5, width, 3)
    assert (strip == strip[:1]).all() and (strip[..., 1:] == 7).all()
    which = strip[0, :, 0].astype(int) // 20
    assert (np.diff(which) >= 0).all()
    assert np.abs(np.bincount(which, minlength=len(counts)) - shares * width).max() <= 1


# rings

def test_a_ring_lies_around_its_point_and_hides_nothing_inside():
    picture = np.full((60, 80, 3), 128, np.uint8)
    made = annotations.rings(picture, [(30, 50)], radius=10)
    away = np.hypot(*(np.indices((60, 80)) - np.array([30, 50])[:, None, None]))
    changed = (made != 128).any(axis=-1)
    assert changed[np.abs(away - 10.5) < 0.7].all()
    assert not changed[away < 6].any() and not changed[away > 15].any()
    assert (made[changed] < 60).any() and (made[changed] > 200).any()  # in two tones
    assert (picture == 128).all()


def test_rings_at_the_frame_many_and_none():
    picture = np.full((20, 30, 3), 128, np.uint8)
    assert annotations.rings(picture, [(0, 0), (19, 29)]).shape == picture.shape
    assert np.array_equal(annotations.rings(picture, []), picture)
    with pytest.raises(ValueError, match="radius must be above 0 pixels, got 0"):
        annotations.rings(picture, [(1, 1)], radius=0)
