"""The checks of lesson 03: right, alternative and known-wrong answers."""

import itertools

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from lessons_lib import kmeans, landscape
from lessons_lib.colors import unique_colors
from lessons_lib.exercises import landscape_kmeans as check
from tests.exercises.answers import said, strange

K = 4
IMAGE = landscape.make(128).image
COLORS = unique_colors(IMAGE)
BEST = kmeans.fit_colors(COLORS, K)
MOST, SHARE = int(COLORS.counts.max()), COLORS.counts.max() / IMAGE[..., 0].size
WATER, GRASS, MOUNTAIN, SNOW = PAINTS = landscape.COLORS.astype(float)
STRANGE = strange((K, 3))


# 1: the commonest colour

@pytest.mark.parametrize("answer", [
    MOST, float(MOST), np.int64(MOST), np.float32(MOST), np.array(MOST), [MOST],
    (MOST,), np.array([[MOST]]),
    np.sort(COLORS.counts)[-1], max(COLORS.counts.tolist()),
    (IMAGE == COLORS.values[COLORS.counts.argmax()]).all(axis=2).sum()])
def test_1_right(answer):
    text = said(check.check_1, answer, COLORS)
    assert text == (f"✓ {MOST} pixels have the colour [20, 220, 20], {100 * SHARE:.0f} % of "
                    "the picture.\n")


@pytest.mark.parametrize("answer, message", [
    (COLORS.counts,
     "✗ This is the whole list. One number is asked for: the largest of the counts."),
    (COLORS.values, "✗ This is the whole list."),
    (COLORS.counts.argmax(), "✗ This is the row in which the commonest colour stands, not"),
    (len(COLORS.counts),
     "✗ This is the number of different colours. How many pixels has the commonest"),
    (IMAGE[..., 0].size, "✗ These are all pixels of the picture."),
    (COLORS.counts.min(), "✗ This is the rarest colour."),
    (SHARE, "✗ This is its share of the picture. The number of pixels is asked for."),
    (round(100 * SHARE), "✗ This is its share of the picture."),
    (COLORS.values.max(), "✗ This is the largest value of a channel. Look into colors.counts"),
    (MOST - 1, f"✗ No: {MOST - 1} is not the largest of colors.counts."),
    (np.sort(COLORS.counts)[-2], r"✗ No: \d+ is not the largest"),
    (np.bincount(BEST.labels, COLORS.counts).max(),
     "✗ No colour has so many pixels. Is .* a class?"),
    (MOST + 1, "✗ No colour has so many pixels."),
    (-MOST, "✗ A number of 0 or more is asked for; you gave -"),
    (COLORS.values[COLORS.counts.argmax()], "✗ One number is asked for; this is an array of shape"),
    (COLORS.counts.tolist(), "✗ One number is asked for; this is a list of"),
    (COLORS, "✗ One number is asked for"),
    (str(MOST), "✗ This is text. Hand in the number itself"),
    (COLORS.counts.max, "✗ This is a function. Call it"),
])
def test_1_wrong(answer, message, match):
    match(message, said(check.check_1, answer, COLORS))


def test_1_a_picture_of_four_colours():
    flat = unique_colors(landscape.make(64, width=0).image)
    assert said(check.check_1, flat.counts.max(), flat).startswith(f"✓ {flat.counts.max()} pixels")
    assert said(check.check_1, 4, flat).startswith("✗ This is the number of different colours.")


# 2: the inertia

def right(points, weights, centers):
    squared = ((points[:, None] - centers) ** 2).sum(axis=2)
    return (weights * squared.min(axis=1)).sum()


def with_plain_loops(points, weights, centers):
    total = 0
    for point, weight in zip(points.tolist(), weights.tolist()):
        total += weight * min(sum((a - b) ** 2 for a, b in zip(point, c)) for c in centers)
    return total


def with_labels(points, weights, centers):
    labels = np.linalg.norm(points[:, None] - centers, axis=2).argmin(axis=1)
    squared = ((points - centers[labels]) ** 2).sum(axis=1)
    return np.average(squared, weights=weights) * weights.sum()


def with_every_pixel(points, weights, centers):
    pixels = points.repeat(weights, axis=0)
    return sum(((pixels - centers[:, None]) ** 2).sum(axis=2).min(axis=0))


def with_scipy(points, weights, centers):
    return weights @ cdist(points, centers, "sqeuclidean").min(axis=1)


def that_spoils_its_input(points, weights, centers):
    result = right(points, weights, centers)
    points[:] = centers[:] = weights[:] = 0
    return result


@pytest.mark.parametrize("answer", [
    right, with_plain_loops, with_labels, with_every_pixel, with_scipy, that_spoils_its_input,
    lambda *given: [right(*given)], lambda *given: np.float32(right(*given)),
    lambda *given: int(round(right(*given))), lambda *given: np.array([[right(*given)]]),
    lambda p, w, c, power=2: right(p, w, c), lambda *given: next(kmeans.lloyd(
        given[0], given[2], weights=given[1])).inertia])
def test_2_right(answer):
    said_of_it = said(check.check_2, answer)
    assert said_of_it == "✓ The weighted sum of squared distances to the nearest centres.\n"


def squares(points, centers):
    return ((points[:, None] - centers) ** 2).sum(axis=2)


def stub(points, weights, centers):
    return ...


@pytest.mark.parametrize("answer, message", [
    (lambda p, w, c: squares(p, c).min(axis=1).sum(),
     "✗ The weights are not used: a colour of one"),
    (lambda p, w, c: w @ np.sqrt(squares(p, c)).min(axis=1),
     "✗ These are distances, not squared ones."),
    (lambda p, w, c: np.sqrt(squares(p, c)).min(axis=1).sum(),
     "✗ These are plain distances, and without"),
    (lambda p, w, c: np.average(squares(p, c).min(axis=1), weights=w),
     "✗ This is the mean over the pixels."),
    (lambda p, w, c: right(p, w, c) / len(p),
     "✗ This is the sum divided by the number of colours."),
    (lambda p, w, c: np.mean(w * squares(p, c).min(axis=1)),
     "✗ This is the sum divided by the number of"),
    (lambda p, w, c: (w[:, None] * squares(p, c)).sum(),
     "✗ Here every point counts with all centres. Only"),
    (lambda p, w, c: squares(p, c).sum(),
     "✗ Here every point counts with all centres, and without weights."),
    (lambda p, w, c: w @ squares(p, c).max(axis=1),
     "✗ This takes the farthest centre of each point."),
    (lambda *given: np.sqrt(right(*given)), "✗ This is the square root of the inertia."),
    (lambda p, w, c: right(p, w ** 2, c), "✗ Here the weights count squared."),
    (lambda p, w, c: w @ squares(p, c)[:, 0], "✗ Here every point counts with the first centre."),
    (lambda p, w, c: squares(p, c).min(axis=1),
     "✗ This is one number for each point. Add them up, each"),
    (lambda p, w, c: (w * squares(p, c).min(axis=1)).tolist(),
     "✗ This is one number for each point."),
    (lambda p, w, c: squares(p, c),
     "✗ These are the distances of all pairs. Each point counts once"),
    (lambda p, w, c: squares(p, c).min(axis=0) @ np.ones(3),
     r"✗ For the test points the inertia is 4\d{4}; yours"),
    (lambda *given: 0,
     r"✗ For the test points the inertia is \d+; yours is 0. Squared distances, the nearest"),
    (lambda *given: np.nan, "✗ A number is asked for; you gave nan"),
    (lambda *given: (right(*given), 4), "✗ One number is asked for; this is a tuple of 2"),
    (lambda *given: right, "✗ This is a function. Call it"),
    (lambda *given: "inertia", "✗ This is text."),
    (stub, "✗ my_inertia returns nothing yet. Is the return missing"),
    (lambda *given: print(end=""), "✗ my_inertia returns nothing yet."),
    (lambda points, centers: 0,
     r"✗ my_inertia\(points, weights, centers\) raised TypeError: .*[^.]\. It gets arrays of"),
    (lambda p, w, c: ((p - c) ** 2).sum(),
     r"✗ my_inertia\(.*\) raised ValueError: .* with None, as my_kmeans"),
    (lambda p, w, c: right(p, w, c, nearest),  # noqa: F821
     r"✗ my_inertia\(.*\) raised NameError: name 'nearest'"),
    (right(np.eye(3), np.ones(3), np.eye(3)),
     "✗ A function is asked for: hand in my_inertia itself, with"),
    ("my_inertia", "✗ A function is asked for"),
])
def test_2_wrong(answer, message, match):
    match(message, said(check.check_2, answer))


@pytest.mark.parametrize("shape", [(6,), (6, 3), (4, 3)])
@pytest.mark.parametrize("name", STRANGE)
def test_2_a_function_that_returns_nonsense(name, shape):
    nonsense = np.full(shape, np.nan) if name == "map of NaN" else strange((2, 3))[name]
    assert said(check.check_2, lambda *given: nonsense).startswith("✗ ")


# 3: a bad start

TARGET = 1.3
TWO_ON_GRASS = np.array([GRASS, GRASS + (2, -2, 2), MOUNTAIN, WATER])


@pytest.mark.parametrize("answer", [
    TWO_ON_GRASS, TWO_ON_GRASS[::-1], TWO_ON_GRASS.tolist(), tuple(map(tuple, TWO_ON_GRASS)),
    TWO_ON_GRASS.astype(np.uint8), TWO_ON_GRASS.astype(np.float32), np.ma.array(TWO_ON_GRASS),
    [WATER, WATER + (0, 10, -10), GRASS, MOUNTAIN]])
def test_3_right(answer, match):
    match(r"✓ From there k-means rests at 1.4\d times the best inertia, and cannot leave.\n$",
          said(check.check_3, answer, COLORS, K, BEST.inertia, TARGET))


@pytest.mark.parametrize("k", [2, 3, 4, 7])
def test_3_a_start_is_judged_by_where_it_ends(k):
    best, verdicts = kmeans.fit_colors(COLORS, k).inertia, set()
    for seed in range(20):
        drawn = np.random.default_rng(seed).choice(len(COLORS.counts), k, replace=False)
        start = COLORS.values[drawn]
        *_, end = kmeans.lloyd(COLORS.values, start, weights=COLORS.counts)
        text = said(check.check_3, start, COLORS, k, best, TARGET)
        assert text.startswith("✓" if end.inertia >= TARGET * best else "✗")
        assert f"{end.inertia / best:.2f} times the best inertia" in text
        verdicts.add(text[0])
    assert verdicts == {"✓", "✗"}


@pytest.mark.parametrize("ratio, target, message", [
    (2.2, 2.1, "✓ From there k-means rests at 2.20 times"),
    (2.0, 2.1,
     "✗ It rests at 2.00 times the best inertia: bad, but there are worse starts, 2.10 is asked"),
    (1.02, 1.4, "✗ It rests at 1.02 times the best inertia: bad"),
    (1.005, 1.4, "✗ From there k-means finds its way: 1.0")])
def test_3_bad_but_not_bad_enough(ratio, target, message, match):
    """One start, as if the best inertia were another."""
    *_, end = kmeans.lloyd(COLORS.values, TWO_ON_GRASS, weights=COLORS.counts)
    match(message, said(check.check_3, TWO_ON_GRASS, COLORS, K, end.inertia / ratio, target))


@pytest.mark.parametrize("answer, message", [
    (PAINTS,
     "✗ From there k-means finds its way: 1.00 times the best inertia. Draw many starts and keep"),
    (BEST.centers, "✗ From there k-means finds its way"),
    (kmeans.plus_plus(COLORS.values, K, weights=COLORS.counts)[0], "✗ From there k-means finds"),
    ([GRASS, GRASS, MOUNTAIN, WATER],
     "✗ Two of your centres are equal. Then one of them gets no pixel"),
    (np.zeros((K, 3)) + 90, "✗ Two of your centres are equal."),
    (np.zeros((K, 3)), "✗ Two of your centres are equal."),
    (TWO_ON_GRASS / 255, "✗ All your values lie between 0 and 1. Here colours go from 0 to 255"),
    (TWO_ON_GRASS * 2, "✗ Colours go from 0 to 255; some of yours do not."),
    (TWO_ON_GRASS - 100, "✗ Colours go from 0 to 255; some of yours do not."),
    (np.where(TWO_ON_GRASS > 200, np.nan, TWO_ON_GRASS),
     "✗ Colours go from 0 to 255; some of yours do"),
    (TWO_ON_GRASS.T,
     r"✗ One row for each centre: shape \(4, 3\); yours has \(3, 4\). Transpose it."),
    (TWO_ON_GRASS[:3], r"✗ 4 centres with 3 channels each are asked for: .*; yours has \(3, 3\)"),
    (np.arange(K), r"✗ These are row numbers, not colours: hand in colors.values\[rows\]."),
    (np.random.default_rng(2).choice(len(COLORS.counts), K, replace=False),
     "✗ These are row numbers"),
    (7, r"✗ 4 centres with 3 channels each are asked for: .*; yours has \(\)"),
    (IMAGE, "✗ 4 centres with 3 channels each .* yours has"),
    ((5e8, TWO_ON_GRASS), "✗ An array of 4 colours is asked for; this is a tuple of 2."),
    ("grass", "✗ An array of 4 colours is asked for; this is of type str"),
    (lambda seed: TWO_ON_GRASS, "✗ This is a function. Call it, with parentheses"),
])
def test_3_wrong(answer, message, match):
    match(message, said(check.check_3, answer, COLORS, K, BEST.inertia, TARGET))


def test_3_a_picture_of_four_colours():
    flat = unique_colors(landscape.make(64, width=0).image)
    best = kmeans.fit_colors(flat, 3).inertia
    ends = [said(check.check_3, flat.values[list(rows)], flat, 3, best, TARGET)
            for rows in itertools.combinations(range(4), 3)]
    assert {text[0] for text in ends} == {"✓", "✗"}


# all: see test_every_check.py

CHECKS = [(check.check_1, (COLORS,)), (check.check_2, ()),
          (check.check_3, (COLORS, K, BEST.inertia, TARGET))]
