"""What lesson 00 says about thresholds, measured."""

import numpy as np
import pytest
from scipy import ndimage

from lessons_lib import images


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
