"""The checks of lesson 02: right, alternative and known-wrong answers."""

import numpy as np
import pytest
from scipy import ndimage
from skimage.transform import resize

from lessons_lib import drawing
from lessons_lib.exercises import coins
from tests.exercises.answers import said, strange

# As in the lesson: more regions find more coins, up to a point.
COUNTS = dict(zip(range(24, 41), [21, 21, 22, 22, 23] + 12 * [24]))

# Six coins on a table, which a segmentation has cut into four pieces; its coins are a little small.
SHAPE = 60, 90
ROWS, COLUMNS = np.indices(SHAPE)


def discs(radius):
    labels = np.full(SHAPE, -1)
    for number in range(6):
        r, c = 15 + 30 * (number // 3), 15 + 30 * (number % 3)
        labels[np.hypot(ROWS - r, COLUMNS - c) < radius] = number
    return labels


TRUTH, COINS = discs(10), discs(9.5)
TABLE = 2 * (ROWS >= 30) + (COLUMNS >= 45)
FINAL = np.where(COINS >= 0, COINS + 4, TABLE)
JOINED = np.where(FINAL < 4, 0, FINAL)
PLAIN = np.where(np.isin(TRUTH, (3, 4)), 0, JOINED)  # coins 3 and 4 are given to the table
STRANGE = strange(SHAPE)


# 1: how many regions

@pytest.mark.parametrize("answer", [
    29, 29.0, np.int64(29), np.float32(29), np.array(29), [29], (29,)])
def test_1_right(answer):
    text = said(coins.check_1, answer, COUNTS)
    assert text == "✓ 29 regions find 24 coins, and no smaller number does.\n"


@pytest.mark.parametrize("answer, message", [
    (24, "✗ 24 is the number of coins. The table needs regions too, and takes more than one"),
    (26, "✗ With 26 regions 22 coins are found; another number finds 24."),
    (28, "✗ With 28 regions 23 coins are found; another number finds 24."),
    (30, "✗ 30 regions find 24 coins, but fewer do as well. Ask for the smallest."),
    (max(COUNTS), "✗ 40 regions find 24 coins, but fewer do as well."),
    (23, "✗ You did not measure 23: the numbers tried run from 24 to 40."),
    (99, "✗ You did not measure 99"),
    (0, "✗ A whole number from 1 to 10000 is asked for; you gave 0."),
    (28.5, "✗ A whole number from 1 to 10000 is asked for; you gave 28.5."),
    ([n for n in COUNTS if COUNTS[n] == 24], "✗ One number is asked for; this is a list of 12."),
    (COUNTS, "✗ One number is asked for; this is a dict of 17."),
    ("29", "✗ This is text. Hand in the number itself"),
    (min, "✗ This is a function. Call it"),
])
def test_1_wrong(answer, message, match):
    match(message, said(coins.check_1, answer, COUNTS))


def test_1_as_many_regions_as_coins_can_be_right():
    assert said(coins.check_1, 24, {24: 24, 25: 24}).startswith("✓")


# 2: which coins are missing

@pytest.mark.parametrize("answer", [
    [3, 4], [4, 3], (3, 4), {3, 4}, frozenset({3, 4}), np.array([3, 4]), [3.0, 4.0], [3, 4, 4],
    [np.int64(3), np.uint8(4)], np.where(np.isin(np.arange(6), (3, 4))), np.array([[3], [4]]),
    range(3, 5)])
def test_2_right(answer):
    assert said(coins.check_2, answer, TRUTH, PLAIN) == "✓ 2 coins are missing: 3, 4.\n"


def test_2_one_or_none_missing():
    one = np.where(TRUTH == 5, 0, JOINED)
    for answer in (5, [5], {5}, np.int64(5)):
        assert said(coins.check_2, answer, TRUTH, one) == "✓ 1 coin is missing: 5.\n"
    for answer in ([], set(), np.array([]), np.array([], int)):
        assert said(coins.check_2, answer, TRUTH, JOINED) == "✓ 0 coins are missing: none.\n"


IOU = np.array([1, 1, 1, 0, 0, 1.0])


@pytest.mark.parametrize("answer, message", [
    ([0, 1, 2, 5], "✗ These are the coins that were found; the others are asked for."),
    (IOU < 0.5, "✗ This is one True or False for each coin. np.flatnonzero turns it into numbers."),
    ((IOU < 0.5).tolist(), "✗ This is one True or False for each coin."),
    (IOU, "✗ These are the IoU values themselves. Which of them are below 0.5"),
    (2, "✗ 2 is how many are missing. Which ones"),
    (np.int64(2), "✗ 2 is how many are missing. Which ones"),
    (4, "✗ A list is asked for, with the number of each coin that is missing."),
    ([4, 5], "✗ Nearly: all your numbers are one too large. The first coin is number 0."),
    ([7, 8], "✗ Coins are numbered from 0 to 5; you have 7, 8. Are these region numbers of the"),
    ([-1], "✗ Coins are numbered from 0 to 5; you have -1."),
    ([-1, 2], "✗ Coins are numbered from 0 to 5; you have -1."),
    ([3, 6, -2, 10, 11], "✗ Coins are numbered from 0 to 5; you have -2, 6, 10. Are these"),
    ([3], r"✗ Not these: \[4\] should be in the list. A coin is missing if its IoU is below 0.5."),
    ([], r"✗ Not these: \[3, 4\] should be in the list."),
    ([3, 4, 5], r"✗ Not these: \[5\] should not."),
    ([0, 4], r"✗ Not these: \[3\] should be in the list. \[0\] should not."),
    ([3.4, 4.2], "✗ Coin numbers are whole numbers; yours have fractions."),
    ([3, np.nan], "✗ Coin numbers are whole numbers; yours have fractions, or are NaN"),
    (["3", "4"], "✗ Coin numbers are whole numbers; this is a list of 2 of something else."),
    ({3: 0.1, 4: 0.2}, "✗ A list is asked for"),
    ("3, 4", "✗ A list of coin numbers is asked for; this is of type str."),
    (np.flatnonzero, "✗ This is a function. Call it, and hand in the list"),
])
def test_2_wrong(answer, message, match):
    match(message, said(coins.check_2, answer, TRUTH, PLAIN))


# 3: all coins, the table in one piece

@pytest.mark.parametrize("answer", [
    JOINED, JOINED + 1, JOINED.astype(float), JOINED.astype(np.uint8), JOINED.tolist(),
    JOINED.ravel(), 10 - JOINED, 1000 * JOINED,
    np.where(FINAL < 4, -1, FINAL),  # the table without a label
    np.where(FINAL < 4, FINAL // 2, FINAL)])
def test_3_right(answer, match):
    match(r"✓ 6 coins in [678] regions, mean IoU 0\.9\d.\n$",
          said(coins.check_3, answer, TRUTH, 8, 5))


def test_3_one_coin_may_be_lost(match):
    answer = np.where(TRUTH == 5, 0, JOINED)
    match(r"✓ 5 coins in 6 regions, mean IoU 0\.8\d", said(coins.check_3, answer, TRUTH, 8, 5))
    match("✗ 5 coins are found, 6 are asked for.", said(coins.check_3, answer, TRUTH, 8, 6))


TWO_MERGED = np.where(TRUTH == 1, JOINED[15, 15], np.where(TRUTH == 4, JOINED[45, 15], JOINED))
SMALL = FINAL[::3, ::3]
GREY = np.random.default_rng(0).integers(0, 256, SHAPE, np.uint8)
SPECKS = (ROWS % 4 == 0) & (COLUMNS % 4 == 0)
CRUMBS = ndimage.label(SPECKS)
HOLES = (ROWS % 4 == 1) & (COLUMNS % 2 == 1) & (COLUMNS % 6 < 4)  # two in each bright part
NETS = ndimage.label((ROWS % 4 < 3) & (COLUMNS % 6 < 5) & ~HOLES)
PIECES = ROWS // 3 * 30 + COLUMNS // 3


@pytest.mark.parametrize("answer, message", [
    (FINAL, "✗ 6 coins are found, but with 10 regions; at most 8 are asked for. The table still"),
    (TRUTH >= 0, r"✗ \d coins are found, 5 are asked for. 1 region\(s\) hold more than one coin"),
    (np.where(TRUTH >= 0, 0, -1), "✗ There is one region at most; each coin needs its own."),
    (np.zeros(SHAPE, int), "✗ There is one region at most"),
    (np.full(SHAPE, -1), "✗ There is one region at most"),
    (TWO_MERGED, r"✗ 4 coins are found, 5 are asked for. 2 region\(s\) hold more than one coin"),
    (PLAIN, "✗ 4 coins are found, 5 are asked for. Coins were given to the table"),
    (np.where((ROWS + COLUMNS) % 3, 0, JOINED), "✗ 0 coins are found, .* or their borders are off"),
    (JOINED.T, r"✗ The picture is lying on its side: the shape is \(90, 60\), not \(60, 90\)."),
    (SMALL, "✗ This label map has 600 pixels; the photograph has 5400. Work at full size, or"),
    (SMALL.ravel(), "✗ This label map has 600 pixels"),
    (resize(SMALL.astype(float), SHAPE, order=1), "✗ Labels are whole numbers; yours have"),
    (PIECES, "✗ This map has 600 different numbers. Are they the superpixels, before"),
    (GREY, "✗ This map has 256 different numbers. Is it the photograph, whose numbers"),
    (CRUMBS[0], "✗ This map has 346 different numbers. Are they the bright parts above a thr"),
    (NETS[0], "✗ This map has 226 different numbers. Are they the bright parts above a thr"),
    (CRUMBS, r"✗ These are two things, .* ndimage.label .* label map alone: answer_3\[0\]"),
    (drawing.paint(JOINED), "✗ These are colours, three numbers a pixel."),
    (np.where(FINAL < 4, np.nan, FINAL), "✗ Labels are whole numbers; yours hold NaN"),
    (drawing.paint, "✗ This is a function. Call it"),
    ("final", "✗ A label map is asked for"),
    (24, "✗ The label map must have the shape of the picture"),
])
def test_3_wrong(answer, message, match):
    match(message, said(coins.check_3, answer, TRUTH, 8, 5))


@pytest.mark.parametrize("answer", [
    TRUTH, TRUTH.copy(), TRUTH + 1, TRUTH.astype(float), 5 - np.where(TRUTH < 0, 9, TRUTH)])
def test_3_the_reference_is_refused(answer, match):
    match("✗ Each region is a coin of the reference, pixel for pixel. Find the coins without it",
          said(coins.check_3, answer, TRUTH, 8, 5))


# all: see test_every_check.py

CHECKS = [(coins.check_1, (COUNTS,)),
          (coins.check_2, (TRUTH, PLAIN)),
          (coins.check_3, (TRUTH, 8, 5))]
