"""Tests of lessons_lib.landscape: heights, classes, colours, isolines.

`noise.pnoise2` and loops over single pixels, as in the tutorial, are the references.
"""

import os
import platform
import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.ndimage import map_coordinates
from skimage.feature import match_template

from lessons_lib import _perlin, landscape

# Elsewhere the compiler of `noise` may fuse multiplications and additions.
BIT_EXACT = platform.machine().lower() in ("x86_64", "amd64")
DIRECTIONS = [(1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (1, 0), (-1, 0),
              (0, 1), (0, -1), (0, 1), (0, -1), (1, 0), (-1, 0), (0, -1), (0, 1)]


def noise_loop(size, scale, octaves, persistence, lacunarity):
    """The tutorial's loop, before the heights are brought to 0..1."""
    try:
        from noise import pnoise2
    except ImportError:  # it has to be built, and not every machine has a compiler
        (pytest.fail if os.environ.get("CI") else pytest.skip)("the package noise is not installed")
    return np.array([[pnoise2(i / scale, j / scale, octaves=octaves, persistence=persistence,
                              lacunarity=lacunarity) for j in range(size)] for i in range(size)])


def normalized(total):
    return (total - total.min()) / (total.max() - total.min())


def assert_heights_are_those_of_noise(size, scale, octaves, persistence, lacunarity):
    total = noise_loop(size, scale, octaves, persistence, lacunarity)
    settings = dict(scale=scale, octaves=octaves, persistence=persistence, lacunarity=lacunarity)
    if total.min() == total.max():
        with pytest.raises(ValueError, match="scale=.* puts every pixel on a grid point"):
            landscape.heights(size, **settings)
        return
    ours = landscape.heights(size, **settings)
    assert ours.shape == (size, size) and ours.dtype == np.float64
    assert ours.min() == 0 and ours.max() == 1
    assert np.abs(ours - normalized(total)).max() <= (0 if BIT_EXACT else 1e-5)


# heights

@pytest.mark.parametrize("size, scale, octaves, persistence, lacunarity", [
    (257, 100, 6, 0.5, 2),  # three blocks of rows
    (129, 20, 8, 0.5, 2),
    *[(60, 13.7, octaves, 0.6, 2.17) for octaves in range(1, 9)],
    (131, 31, 5, 1.5, 1.9),
    (50, 9, 4, 40, 2),
    (50, 9, 4, 0.001, 2),
    (50, 9, 4, 0.7, 1),
    (40, 9, 3, 0.7, 8),
    (60, 100.5, 12, 0.9, 1.5),
    (151, 0.151, 1, 0.5, 2),  # 1,000 grid cells
    (100, 0.7, 3, 0.5, 2.5),
    (64, 5e4, 4, 0.5, 2),
    (20, 1e9, 2, 0.5, 2),
    (2, 100, 6, 0.5, 2),
    (3, 0.9, 1, 0.5, 2),
])
def test_heights_are_those_of_noise(size, scale, octaves, persistence, lacunarity):
    assert_heights_are_those_of_noise(size, scale, octaves, persistence, lacunarity)


@given(size=st.integers(2, 140), scale=st.floats(0.2, 300), octaves=st.integers(1, 8),
       persistence=st.floats(0.05, 4), lacunarity=st.floats(1, 3.5))
@example(size=40, scale=1.0, octaves=3, persistence=0.5, lacunarity=2.0)  # flat
@example(size=40, scale=1.0, octaves=3, persistence=0.5, lacunarity=1.5)  # flat at first only
def test_heights_are_those_of_noise_whatever_the_settings(size, scale, octaves, persistence,
                                                          lacunarity):
    assume(size / scale * lacunarity ** (octaves - 1) < 1500)  # grid cells of the last octave
    assert_heights_are_those_of_noise(size, scale, octaves, persistence, lacunarity)


def test_fine_octaves_take_no_more_memory():
    tracemalloc.start()
    try:
        landscape.heights(50, scale=0.0503, octaves=2, lacunarity=4)  # 4,000 grid cells a side
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20e6  # with an entry for each cell 500e6
    assert_heights_are_those_of_noise(48, 10, 12, 0.5, 3)  # 850,000 grid cells a side


def test_default_heights():
    total = noise_loop(64, 100.0, 6, 0.5, 2.0)
    assert np.abs(landscape.heights(64) - normalized(total)).max() <= (0 if BIT_EXACT else 1e-5)
    assert landscape.heights().shape == (512, 512)


def perlin_pixel(x, y, table):
    """Perlin's algorithm for one pixel, each step in single precision."""
    one = np.float32
    i, j = int(np.floor(x)), int(np.floor(y))
    x, y = x - one(i), y - one(j)

    def slope(di, dj):
        number = table[(table[(i + di) & 255] + j + dj) & 255]
        toward = DIRECTIONS[table[number] & 15]
        return (x - one(di)) * one(toward[0]) + (y - one(dj)) * one(toward[1])

    def fade(t):
        return t * t * t * (t * (t * one(6) - one(15)) + one(10))

    def mix(t, a, b):
        return a + t * (b - a)

    return mix(fade(y), mix(fade(x), slope(0, 0), slope(1, 0)),
               mix(fade(x), slope(0, 1), slope(1, 1)))


@pytest.mark.parametrize("seed, size, scale, octaves, persistence, lacunarity", [
    (0, 30, 11, 3, 0.5, 2),
    (1, 30, 11, 3, 0.5, 2),
    (42, 130, 90, 1, 0.5, 2),
    (7, 25, 3.3, 2, 1.7, 2.3),
    (8, 20, 0.053, 1, 0.5, 2),  # 380 grid cells: past the end of the table
    (2**63, 20, 40, 4, 0.6, 1.8),
])
def test_every_seed_is_perlins_algorithm_with_its_own_table(seed, size, scale, octaves,
                                                            persistence, lacunarity):
    table = _perlin.permutation(seed).tolist()
    one = np.float32
    total = np.zeros((size, size), one)
    loudest, frequency, amplitude = one(0), one(1), one(1)
    for _ in range(octaves):
        at = [one(i / scale) * frequency for i in range(size)]
        total += np.array([[perlin_pixel(x, y, table) * amplitude for y in at] for x in at])
        loudest += amplitude
        frequency, amplitude = frequency * one(lacunarity), amplitude * one(persistence)
    expected = normalized((total / loudest).astype(float))
    ours = landscape.heights(size, scale, octaves, persistence, lacunarity, seed)
    assert np.array_equal(ours, expected)


@given(st.integers(0, 2**63))
def test_tables_are_permutations(seed):
    table = _perlin.permutation(seed)
    assert table.dtype == np.uint8 and np.array_equal(np.sort(table), np.arange(256))
    assert np.array_equal(table, _perlin.permutation(seed))
    assert np.array_equal(table, _perlin.permutation()) == (seed == 0)
    assert not np.array_equal(table, _perlin.permutation(seed + 1))


def test_seed_zero_has_perlins_table():
    # The heights of `noise` prove the rest of it.
    assert _perlin.permutation()[:8].tolist() == [151, 160, 137, 91, 90, 15, 131, 13]


def likeness(one, other):
    """Best correlation of the middle of one landscape with any place of the other."""
    middle = slice(len(one) // 4, -(len(one) // 4))
    return match_template(other, one[middle, middle]).max()


def test_seeds_are_not_shifts_of_one_another():
    scenes = [landscape.heights(160, scale=10, seed=seed) for seed in (0, 1, 2, 3, 12345)]
    for a, one in enumerate(scenes):
        for other in scenes[:a]:
            assert likeness(one, other) < 0.5
    # The measure does see a shift: what the tutorial's seed does.
    assert likeness(scenes[0], np.roll(scenes[0], (17, 17), axis=(0, 1))) > 0.999


@pytest.mark.parametrize("options, message", [
    ({"size": 1}, "size must be a whole number from 2 to 4096, got 1"),
    ({"size": 4097}, "size must be a whole number from 2 to 4096, got 4097"),
    ({"size": 64.5}, "size must be a whole number .* got 64.5"),
    ({"size": np.nan}, "size must be a whole number .* got nan"),
    ({"octaves": 0}, "octaves must be a whole number from 1 to 12, got 0"),
    ({"octaves": 13}, "octaves must be a whole number from 1 to 12, got 13"),
    ({"octaves": 2.5}, "octaves must be a whole number .* got 2.5"),
    ({"seed": -1}, "seed must be a whole number from 0 to 9223372036854775808, got -1"),
    ({"seed": 2**63 + 1}, "seed must be a whole number .* got 9223372036854775809"),
    ({"seed": 0.5}, "seed must be a whole number .* got 0.5"),
    ({"scale": 0}, r"scale must be a number from 0.05 to 1e\+09, got 0"),
    ({"scale": -100}, "scale must be a number from 0.05 .* got -100"),
    ({"scale": 0.049}, "scale must be a number from 0.05 .* got 0.049"),
    ({"scale": 1.1e9}, "scale must be .* got 1100000000.0"),
    ({"scale": np.nan}, "scale must be .* got nan"),
    ({"scale": np.inf}, "scale must be .* got inf"),
    ({"persistence": 0}, "persistence must be a number from 0.001 to 1000, got 0"),
    ({"persistence": -0.5}, "persistence must be a number from 0.001 to 1000, got -0.5"),
    ({"persistence": 1001}, "persistence must be a number from 0.001 to 1000, got 1001"),
    ({"persistence": np.nan}, "persistence must be .* got nan"),
    ({"lacunarity": 0.99}, "lacunarity must be a number from 1 to 8, got 0.99"),
    ({"lacunarity": 8.1}, "lacunarity must be a number from 1 to 8, got 8.1"),
    ({"lacunarity": np.nan}, "lacunarity must be .* got nan"),
    ({"scale": 1}, "scale=1 puts every pixel on a grid point, where the noise is 0: give another"),
    ({"scale": 0.5}, "scale=0.5 puts every pixel on a grid point"),
])
def test_heights_say_what_is_wrong(options, message):
    for function in (landscape.heights, landscape.make):
        with pytest.raises(ValueError, match=message):
            function(**{"size": 50, **options})


# perlin

def test_one_octave_of_noise():
    x, y = np.linspace(0, 7, 40), np.linspace(3, 300, 50)
    noise = landscape.perlin(x, y, seed=5)
    assert noise.shape == (40, 50) and noise.dtype == np.float32
    table = _perlin.permutation(5).tolist()
    expected = [[perlin_pixel(a, b, table) for b in y.astype(np.float32)]
                for a in x.astype(np.float32)]
    assert np.array_equal(noise, expected)
    assert (landscape.perlin(np.arange(9), np.arange(300), seed=5) == 0).all()


@given(st.integers(0, 50), st.integers(0, 600), st.integers(0, 600))
def test_slopes_are_how_the_noise_rises_at_a_grid_point(seed, row, column):
    slopes = landscape.slopes([row, row + 1], [column], seed=seed)
    assert slopes.shape == (2, 2, 1) and slopes.dtype == np.float32
    step = 2.0 ** -10
    near = landscape.perlin(np.array([row, row + step]), np.array([column, column + step]),
                            seed=seed)
    assert near[1, 0] / step == pytest.approx(slopes[0, 0, 0], abs=0.01)
    assert near[0, 1] / step == pytest.approx(slopes[1, 0, 0], abs=0.01)


# classify

@given(hnp.arrays(float, (5, 6), elements=st.floats(-1, 2)))
def test_classes_count_the_levels_reached(heights):
    heights[0, :3] = landscape.LEVELS
    heights[1, :3] = np.nextafter(landscape.LEVELS, 0)
    truth = landscape.classify(heights)
    assert truth.dtype == np.int32
    assert truth.tolist() == [[sum(h >= level for level in landscape.LEVELS) for h in row]
                              for row in heights.tolist()]
    assert truth[:2, :3].tolist() == [[1, 2, 3], [0, 1, 2]]


def test_classes_of_other_levels():
    heights = np.array([-1, 0, 0.2, 0.5, 7])
    assert landscape.classify(heights, [0.2]).tolist() == [0, 0, 1, 1, 1]
    assert landscape.classify(heights, np.array([-1, 0, 0.5, 6, 7])).tolist() == [1, 2, 2, 3, 5]


@pytest.mark.parametrize("levels", [(0.6, 0.4), (0.4, 0.4), (0.4, np.nan), (0.4, np.inf), 0.5,
                                    [[0.4, 0.6]]])
def test_levels_must_ascend(levels):
    message = "levels must be numbers in ascending order, got "
    for function in (landscape.classify, landscape.colorize):
        with pytest.raises(ValueError, match=message):
            function(np.zeros((3, 3)), levels=levels)


# colorize

def color_of(height, width, levels, colors):
    """One pixel, as in the tutorial, for any number of levels."""
    for level, below, above in zip(levels, colors, colors[1:]):
        if height < level - width:
            return below
        if height < level + width:  # never if the width is 0
            t = (height - (level - width)) / (2 * width)
            return (1 - t) * np.array(below) + t * np.array(above)
    return colors[-1]


def assert_colors_are_those_of_the_loop(heights, width, levels, colors):
    before = heights.copy()
    expected = np.zeros((*heights.shape, 3), dtype=np.uint8)
    for place in np.ndindex(heights.shape):
        expected[place] = color_of(heights[place], width, levels, colors)
    found = landscape.colorize(heights, width, levels=levels, colors=colors)
    assert found.dtype == np.uint8
    assert np.array_equal(found, expected)
    assert np.array_equal(heights, before)


@pytest.mark.parametrize("width", [0, 0.001, 0.03, 0.06, 0.1])
def test_colors_are_those_of_the_tutorials_loop(width):
    colors = [(20, 20, 220), (20, 220, 20), (139, 69, 19), (220, 220, 220)]
    heights = landscape.heights(70, scale=15)
    assert_colors_are_those_of_the_loop(heights, width, (0.4, 0.6, 0.8), colors)
    ours = landscape.colorize(heights, width)
    assert np.array_equal(ours, landscape.colorize(heights, width, colors=colors))
    if width == 0.06:
        assert np.array_equal(ours, landscape.colorize(heights))


@st.composite
def colorings(draw):
    """Heights, also at each bend, with levels, colours and a width that fit together."""
    levels = np.sort(draw(st.lists(st.floats(0.02, 0.98), min_size=1, max_size=5, unique=True)))
    assume((np.diff(levels) > 1e-3).all())
    colors = draw(hnp.arrays(np.uint8, (len(levels) + 1, 3))).tolist()
    widest = np.diff(levels).min(initial=1) / 2
    width = widest * draw(st.sampled_from([0, 1]) | st.floats(0, 1))
    # An odd last bit of a subnormal number is lost in 2 * width.
    assume(width == 0 or width > 1e-9)
    bends = np.concatenate([levels, levels - width, levels + width])
    bends = np.concatenate([bends, np.nextafter(bends, 0), np.nextafter(bends, 1)])
    heights = draw(hnp.arrays(float, 60 - len(bends), elements=st.floats(0, 1)))
    return np.concatenate([bends, heights]).reshape(6, 10), width, levels.tolist(), colors


@given(colorings())
def test_colors_are_those_of_a_loop_whatever_the_settings(case):
    assert_colors_are_those_of_the_loop(*case)


def test_colors_where_rounding_makes_the_widest_transitions_overlap():
    # 0.041 + 0.157 comes out above 0.355 - 0.157: the lower transition goes first in the loop.
    heights = np.array([[0.355 - 0.157, 0.041 + 0.157]])
    colors = [(0, 0, 0), (255, 255, 255), (10, 20, 30)]
    assert_colors_are_those_of_the_loop(heights, 0.157, (0.041, 0.355), colors)


def test_without_transitions_the_colors_are_the_classes():
    scene = landscape.make(60, width=0, scale=20)
    assert np.array_equal(scene.image, landscape.COLORS[scene.truth])


@pytest.mark.parametrize("width", [-0.01, 0.1001, 0.5, np.nan, np.inf])
def test_widths_that_make_colors_jump_are_refused(width):
    message = (rf"width must be from 0 to 0.1, half of the smallest gap .* overlap .* got {width}")
    with pytest.raises(ValueError, match=message):
        landscape.make(20, scale=7, width=width)
    # The smallest gap of other levels counts.
    with pytest.raises(ValueError, match="width must be from 0 to 0.05, half"):
        landscape.colorize(np.zeros((3, 3)), 0.06, levels=(0.2, 0.5, 0.6))


@pytest.mark.parametrize("colors", [
    landscape.COLORS[:3], landscape.COLORS[:, :2], landscape.COLORS[0],
    -1.0 * landscape.COLORS, landscape.COLORS + 36.0, np.full((4, 3), np.nan),
])
def test_colors_must_fit_the_levels(colors):
    with pytest.raises(ValueError, match="colors must be 4 RGB colours of 0 to 255, one more than "
                                         r"levels; its shape is \(\d"):
        landscape.colorize(np.zeros((3, 3)), colors=colors)


# make

def test_a_scene_knows_its_truth():
    noise = {"scale": 17.5, "octaves": 3, "persistence": 0.7, "lacunarity": 2.2, "seed": 9}
    levels, colors = (0.3, 0.45, 0.9), landscape.COLORS[::-1]
    scene = landscape.make(90, width=0.02, levels=levels, colors=colors, **noise)
    assert np.array_equal(scene.heights, landscape.heights(90, **noise))
    assert np.array_equal(scene.truth, landscape.classify(scene.heights, levels))
    assert np.array_equal(scene.image, landscape.colorize(scene.heights, 0.02, levels=levels,
                                                          colors=colors))
    # Far from the levels each class has its own colour.
    far = (np.abs(scene.heights[..., None] - levels) > 0.02).all(axis=2)
    assert np.array_equal(scene.image[far], colors[scene.truth[far]])
    assert np.unique(scene.truth[far]).tolist() == [0, 1, 2, 3]


def test_the_default_landscape():
    scene = landscape.make()
    assert scene.image.shape == (512, 512, 3)
    assert np.array_equal(scene.truth, landscape.classify(scene.heights))
    assert len(landscape.NAMES) == len(landscape.COLORS) == 4
    assert np.unique(scene.truth).tolist() == [0, 1, 2, 3]
    n_colors = len(np.unique(scene.image.reshape(-1, 3) @ [1, 256, 65536]))
    assert n_colors == 937 if BIT_EXACT else abs(n_colors - 937) <= 3


# contours

def test_contours_join_points_of_equal_height():
    heights = landscape.heights(80, scale=25)
    lines = landscape.contours(heights)
    assert len(lines) == 3
    for level, group in zip((0.3, 0.5, 0.7), lines):
        assert group
        for line in group:
            assert line.shape[1] == 2 and len(line) > 1
            # Linear between two pixels, so the height there is the level.
            assert np.allclose(map_coordinates(heights, line.T, order=1), level, atol=1e-9)


def test_contours_of_a_slope():
    slope = np.repeat(np.arange(6.0)[:, None], 4, axis=1)
    lines = landscape.contours(slope, levels=[2.5, 9.0, 0.25])
    assert [len(group) for group in lines] == [1, 0, 1]
    assert sorted(lines[0][0].tolist()) == [[2.5, 0], [2.5, 1], [2.5, 2], [2.5, 3]]
    assert sorted(lines[2][0].tolist()) == [[0.25, 0], [0.25, 1], [0.25, 2], [0.25, 3]]
