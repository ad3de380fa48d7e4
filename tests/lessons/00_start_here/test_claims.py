"""What lesson 00 says about thresholds, measured."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.measure import regionprops

from lessons_lib import images, spectral


@pytest.fixture(scope="module")
def gray():
    return np.round(255 * images.gray(images.shrink(images.load("coins"), 224))).astype(np.uint8)


def parts(gray, threshold):
    """Areas of the connected parts, from large to small."""
    labels, n = ndimage.label(gray > threshold)
    return np.sort(np.bincount(labels.ravel())[1:])[::-1]


def test_no_threshold_gives_the_coins_and_nothing_else(gray):
    """There are 24 coins, each of them larger than 300 pixels here."""
    for threshold in range(256):
        areas = parts(gray, threshold)
        large = (areas >= 70).sum()
        assert large < 24 or len(areas) > large + 20, threshold


def test_the_table_in_the_corner_is_brighter_than_shaded_parts_of_the_coins(gray):
    rows, columns = gray.shape
    corner = gray[:rows // 10, :columns // 10]
    # A coin in the lowest row: part of it is darker than all of the corner.
    bottom = gray[-rows // 4:]
    assert np.median(corner) > 1.3 * np.median(gray)
    at_110, at_corner = (ndimage.label(bottom > t)[1] for t in (110, int(corner.max())))
    assert at_corner > 2 * at_110
    assert len(parts(gray, int(corner.max()))) > 3 * len(parts(gray, 110))


def test_too_low_joins_and_too_high_crumbles(gray):
    low, middle, high = (len(parts(gray, t)) for t in (60, 110, 160))
    assert low > middle < high
    assert parts(gray, 60)[0] > 20 * np.median(parts(gray, 110)[:24])  # coins and table in one


def test_around_112_each_coin_is_one_large_part_and_more_comes_along(gray):
    for threshold in (111, 112, 113):
        areas = parts(gray, threshold)
        assert (areas > 300).sum() == 25 and areas[0] > 1.5 * areas[1]  # 24 coins, and lit table
        assert len(areas) - 25 >= 24  # dozens of crumbs


def test_the_round_regions_of_the_first_picture_are_the_24_coins():
    """They are coloured, and the pale rest is table."""
    photo = images.shrink(images.load("coins"), 384)
    photo = np.round(255 * images.gray(photo)).astype(np.uint8)
    smooth = ndimage.gaussian_filter(photo, 2.0)
    found = spectral.segment(smooth, 35, beta=30, n_superpixels=3000).labels
    coins = [one.label - 1 for one in regionprops(found + 1) if one.solidity > 0.9]
    assert len(coins) == 24
    rest = ~np.isin(found, coins)
    for coin in coins:  # each is brighter than the table around it
        inside = found == coin
        around = ndimage.binary_dilation(inside, iterations=8) & rest
        assert photo[inside].mean() > photo[around].mean() + 15
    # No bright thing is left in the rest: little of the table is as bright as a coin beside it.
    assert np.median(photo[~rest]) > np.quantile(photo[rest], 0.9)


def test_at_the_threshold_of_the_corner_some_coins_are_in_pieces(gray):
    """But not all of them."""
    corner = gray[:gray.shape[0] // 10, :gray.shape[1] // 10]
    needed = int(np.percentile(corner, 95))
    areas = parts(gray, needed)
    assert (corner > needed).mean() < 0.06
    assert 10 < (areas > 300).sum() < 24 and len(areas) > 100
