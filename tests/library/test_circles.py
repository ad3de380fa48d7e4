"""Tests of lessons_lib.circles: scenes whose true labels are known."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import ndimage

from lessons_lib import circles

discs = st.lists(st.tuples(st.integers(4, 35), st.integers(4, 35), st.floats(2, 12)),
                 min_size=1, max_size=4)


def draw(discs, **options):
    """A scene of 40 x 40 pixels, or a rejected example if one of the discs is hidden."""
    try:
        return circles.make([d[:2] for d in discs], [d[2] for d in discs], size=40, **options)
    except ValueError as error:
        assert "has none" in str(error)
        assume(False)


def test_the_four_discs_are_those_of_the_tutorial():
    x, y = np.indices((100, 100))
    tutorial = [(x - r) ** 2 + (y - c) ** 2 < radius ** 2 for (r, c), radius in
                [((28, 24), 16), ((40, 50), 14), ((67, 58), 15), ((24, 70), 14)]]

    scene = circles.make(noise=0)
    assert np.array_equal(scene.mask, np.any(tutorial, axis=0))
    assert np.array_equal(scene.image, 1 + scene.mask)

    added = circles.make(noise=0, additive=True)
    assert np.array_equal(added.image, 1 + np.sum(tutorial, axis=0))
    assert added.image.max() == 3  # two of them overlap, so the two pictures do differ


def test_form():
    scene = circles.make()
    assert [a.shape for a in scene] == [(100, 100)] * 3
    assert [a.dtype for a in scene] == [np.float64, np.int32, bool]
    assert np.unique(scene.truth).tolist() == [-1, 0, 1, 2, 3]
    # In the order given: each centre has its own number.
    assert [scene.truth[c] for c in circles.FOUR_CENTERS] == [0, 1, 2, 3]


@given(discs)
def test_truth_mask_and_image_agree(discs):
    scene = draw(discs, noise=0)
    assert np.array_equal(scene.truth >= 0, scene.mask)
    assert np.array_equal(scene.image, 1.0 + scene.mask)
    assert set(scene.truth[scene.mask].tolist()) == set(range(len(discs)))

    rows, columns = np.indices((40, 40))
    inside = np.array([(rows - r) ** 2 + (columns - c) ** 2 < radius ** 2
                       for r, c, radius in discs])
    assert np.array_equal(scene.mask, inside.any(axis=0))
    for label, disc in enumerate(inside):
        assert disc[scene.truth == label].all()  # nobody owns a pixel outside its disc
    alone = inside.sum(axis=0) == 1
    assert np.array_equal(scene.truth[alone], inside.argmax(axis=0)[alone])
    light = draw(discs, noise=0, additive=True).image
    assert np.array_equal(light, 1.0 + inside.sum(axis=0))


def test_overlap_is_cut_along_the_line_through_the_two_crossings():
    (r0, c0), (r1, c1) = first, second = np.array([30.3, 35.1]), np.array([52.7, 60.4])
    radius0, radius1 = 25.0, 17.0
    scene = circles.make([first, second], [radius0, radius1], noise=0)

    # Where the two circles cross, by elementary geometry.
    distance = np.hypot(*(second - first))
    along = (second - first) / distance
    foot = (distance ** 2 + radius0 ** 2 - radius1 ** 2) / (2 * distance)
    height = np.sqrt(radius0 ** 2 - foot ** 2)
    crossings = [first + foot * along + sign * height * along[::-1] * (-1, 1) for sign in (1, -1)]
    for crossing in crossings:
        assert np.hypot(*(crossing - first)) == pytest.approx(radius0)
        assert np.hypot(*(crossing - second)) == pytest.approx(radius1)

    rows, columns = np.indices((100, 100))

    def side(r, c):
        (ra, ca), (rb, cb) = crossings
        return np.sign((rb - ra) * (c - ca) - (cb - ca) * (r - ra))

    both = (((rows - r0) ** 2 + (columns - c0) ** 2 < radius0 ** 2)
            & ((rows - r1) ** 2 + (columns - c1) ** 2 < radius1 ** 2))
    expected = np.where(side(rows, columns) == side(r0, c0), 0, 1)
    assert both.sum() > 100
    assert np.array_equal(scene.truth[both], expected[both])
    assert set(expected[both].tolist()) == {0, 1}


def test_seed_and_noise():
    assert np.array_equal(circles.make(seed=3).image, circles.make(seed=3).image)
    assert not np.array_equal(circles.make(seed=3).image, circles.make(seed=4).image)

    clean = circles.make(noise=0).image
    noise = circles.make(noise=0.5).image - clean
    assert noise.std() == pytest.approx(0.5, rel=0.03)
    assert noise.mean() == pytest.approx(0, abs=0.02)
    # Twice the noise is the same noise, twice as strong; the discs do not change it.
    assert np.allclose(circles.make(noise=1).image - clean, 2 * noise)
    other = circles.make([(50, 50)], 20, noise=0.5).image - circles.make([(50, 50)], 20,
                                                                         noise=0).image
    assert np.allclose(other, noise)


def test_one_radius_serves_all_discs():
    centers = [(20, 20), (20, 60)]
    for one, each in zip(circles.make(centers, 9), circles.make(centers, [9, 9])):
        assert np.array_equal(one, each)


def test_a_disc_may_reach_over_the_edge():
    scene = circles.make([(0, 0)], 10, size=30, noise=0)
    assert scene.truth[0, 0] == 0
    assert 0.2 * np.pi * 100 < scene.mask.sum() < 0.3 * np.pi * 100  # about a quarter


@pytest.mark.parametrize("options, message", [
    ({"centers": []}, r"centers must hold \(row, column\) pairs; its shape is \(0,\)"),
    ({"centers": [1, 2]}, r"centers must hold \(row, column\) pairs; its shape is \(2,\)"),
    ({"centers": [(1, 2, 3)]}, r"centers must hold .* its shape is \(1, 3\)"),
    ({"radii": [5, 5]}, r"radii must be one number or one for each of the 4 centers.*\(2,\)"),
    ({"radii": [[5]]}, r"radii must be one number or one for each"),
    ({"radii": 0}, r"radii must be positive numbers of pixels, got \[0.0"),
    ({"radii": [16, 14, 15, -1]}, "radii must be positive numbers of pixels"),
    ({"radii": np.nan}, "radii must be positive numbers of pixels"),
    ({"radii": np.inf}, "radii must be positive numbers of pixels"),
    ({"size": 1}, "size must be a whole number from 2 to 5000, got 1"),
    ({"size": 5001}, "size must be a whole number"),
    ({"size": 20.5}, "size must be a whole number .* got 20.5"),
    ({"size": np.nan}, "size must be a whole number .* got nan"),
    ({"size": np.inf}, "size must be a whole number .* got inf"),
    ({"noise": -0.1}, "noise must be a standard deviation of 0 or more, got -0.1"),
    ({"noise": np.nan}, "noise must be a standard deviation"),
    ({"noise": np.inf}, "noise must be a standard deviation"),
    ({"centers": [(20, 20), (500, 20)], "radii": 5}, "disc 1 has none: it lies outside"),
    ({"centers": [(20, 20), (20, 20)], "radii": 5}, "disc 1 has none"),
    ({"centers": [(20, 20), (21, 21)], "radii": [3, 15]}, "disc 0 has none"),
    ({"centers": [(20.5, 20.5)], "radii": 0.5}, "disc 0 has none"),
])
def test_make_says_what_is_wrong(options, message):
    with pytest.raises(ValueError, match=message):
        circles.make(**options)


@pytest.mark.parametrize("ratio", [0.25, 0.5, 1, 2])
def test_pair_has_the_wanted_distance_and_ratio(ratio):
    radius, distance = 30, 1.1  # apart, so that each disc can be measured alone
    scene = circles.pair(ratio, distance=distance, radius=radius, size=250, noise=0)
    areas = np.bincount(scene.truth[scene.mask])
    assert np.allclose(np.sqrt(areas / np.pi), [radius, ratio * radius], atol=0.5)
    (r0, c0), (r1, c1) = [np.argwhere(scene.truth == label).mean(axis=0) for label in (0, 1)]
    assert r0 == r1
    assert c1 - c0 == pytest.approx(distance * (radius + ratio * radius), abs=0.3)  # 0 is left
    everything = np.argwhere(scene.mask)
    assert everything.min() > 0 and everything.max() < 249  # nothing is clipped
    middle = (everything.min(axis=0) + everything.max(axis=0)) / 2
    assert np.allclose(middle, 124.5, atol=1)


def test_distance_decides_between_gap_and_neck():
    def pieces_and_neck(distance):
        scene = circles.pair(1, distance=distance, noise=0)
        neck = (scene.truth[:, :-1] == 0) & (scene.truth[:, 1:] == 1)
        return ndimage.label(scene.mask)[1], neck.sum()

    assert pieces_and_neck(1.1) == (2, 0)
    necks = [pieces_and_neck(distance) for distance in (0.95, 0.9, 0.8, 0.6)]
    assert [pieces for pieces, _ in necks] == [1] * 4
    assert all(a < b for (_, a), (_, b) in zip(necks, necks[1:]))
    # Half the chord through the crossings: sqrt(radius**2 - (centre distance / 2)**2).
    assert necks[-1][1] == pytest.approx(2 * np.sqrt(20 ** 2 - 12 ** 2), abs=2)


def test_pair_passes_noise_and_seed_on():
    one, same, other = (circles.pair(seed=seed).image for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert set(np.unique(circles.pair(noise=0).image)) == {1, 2}


@pytest.mark.parametrize("options, message", [
    ({"ratio": 0}, "ratio must be a number above 0, got 0"),
    ({"ratio": -1}, "ratio must be a number above 0"),
    ({"ratio": np.nan}, "ratio must be a number above 0"),
    ({"distance": 0}, "distance must be a number above 0, got 0"),
    ({"distance": -0.9}, "distance must be a number above 0"),
    ({"distance": np.nan}, "distance must be a number above 0"),
    ({"radius": 40}, "need a picture 158 pixels wide; size is 100: make size larger or radius"),
    ({"ratio": np.inf}, "ratio must be a number above 0, got inf"),
    ({"radius": 55, "ratio": 0.05, "distance": 0.1}, "need a picture"),  # wide enough, too high
    ({"radius": -5}, "radii must be positive"),
    ({"ratio": 0.2, "distance": 0.3}, "disc 1 has none"),  # inside the left disc
    ({"size": 99.5}, "size must be a whole number"),
    ({"noise": -1}, "noise must be a standard deviation"),
])
def test_pair_says_what_is_wrong(options, message):
    with pytest.raises(ValueError, match=message):
        circles.pair(**options)
