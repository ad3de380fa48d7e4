"""The checks of lesson 00: right, alternative and known-wrong answers."""

import numpy as np
import pytest
from scipy import ndimage

from lessons_lib.exercises import start_here
from tests.exercises.answers import said, strange

ROWS, COLUMNS = SHAPE = 40, 56
RNG = np.random.default_rng(0)
PICTURE = RNG.integers(0, 256, (ROWS, COLUMNS, 3)).astype(np.uint8)
# Smooth enough to have parts, and with some pixels of exactly 150.
GRAY = np.clip(ndimage.gaussian_filter(RNG.normal(0, 200, SHAPE), 1) + 140, 0, 255).astype(np.uint8)
MASK = GRAY > 150
COLUMN = np.indices(SHAPE)[1]
PARTS, N = ndimage.label(MASK)
LABELS = PARTS - 1
SQUARE = GRAY[:40, :40]
STRANGE = strange(SHAPE)


def test_the_scene_can_tell_mistakes_apart():
    assert (GRAY == 150).any() and N > 3
    assert ndimage.label(MASK, np.ones((3, 3)))[1] < N


# 1: how many pixels

@pytest.mark.parametrize("answer", [
    ROWS * COLUMNS, float(ROWS * COLUMNS), np.int64(ROWS * COLUMNS), np.float32(ROWS * COLUMNS),
    np.prod(PICTURE.shape[:2]), np.array(ROWS * COLUMNS), [ROWS * COLUMNS]])
def test_1_right(answer):
    text = said(start_here.check_1, answer, PICTURE)
    assert text == "✓ 40 rows times 56 columns are 2240 pixels.\n"


@pytest.mark.parametrize("answer, message", [
    (PICTURE.size, "✗ 6720 counts every number in the array. A colour pixel holds three"),
    (ROWS + COLUMNS, "✗ Rows and columns are multiplied, not added"),
    (ROWS, "✗ That is one side of the picture. Multiply the two."),
    (len(PICTURE), "✗ That is one side of the picture."),
    (COLUMNS, "✗ That is one side of the picture."),
    (2241, "✗ The picture has 40 rows and 56 columns; that does not give 2241."),
    (PICTURE.shape, "✗ One number is asked for; this is a tuple of 3."),
    (PICTURE, r"✗ One number is asked for; this is an array of shape \(40, 56, 3\)."),
    ("2240", "✗ This is text. Hand in the number itself, without quotes."),
    (PICTURE.sum, "✗ This is a function. Call it, with parentheses"),
    (2240.5, "✗ A whole number of 0 or more is asked for; you gave 2240.5."),
    (-2240, "✗ A whole number .* you gave -2240."),
    (np.nan, "✗ A whole number .* you gave nan."),
])
def test_1_wrong(answer, message, match):
    match(message, said(start_here.check_1, answer, PICTURE))


@pytest.mark.parametrize("shape", [(1, 7, 3), (7, 1, 3), (2, 2, 3), (3, 3)])
def test_1_small_pictures_have_right_answers_too(shape):
    rows, columns = shape[:2]
    assert said(start_here.check_1, rows * columns, np.zeros(shape)).startswith("✓")


# 2: a mask

@pytest.mark.parametrize("answer", [
    MASK, MASK.astype(int), MASK.astype(float), MASK.astype(np.uint8), MASK.tolist(),
    np.asfortranarray(MASK), np.where(GRAY > 150, 1, 0), GRAY > 150.5, np.ma.array(MASK)])
def test_2_right(answer):
    text = said(start_here.check_2, answer, GRAY, 150)
    assert text == f"✓ {100 * MASK.mean():.0f} % of the pixels are brighter than 150.\n"


@pytest.mark.parametrize("answer, message", [
    (GRAY, "✗ This is the picture itself. Compare it with the threshold."),
    (GRAY.astype(float), "✗ This is the picture itself."),
    (~MASK, "✗ This is True where the picture is dark: the sign points the other way."),
    (1 - MASK, "✗ This is True where the picture is dark"),
    (GRAY < 150, r"✗ \d+ % of your mask is True; \d+ % of the pixels are brighter than 150."),
    (GRAY >= 150, "✗ Nearly: pixels of exactly 150 are not brighter than 150. Use >, not >=."),
    (GRAY > 110,
     "✗ These are the pixels brighter than 110; those brighter than 150 are asked for."),
    (GRAY > 151,
     "✗ These are the pixels brighter than 151; those brighter than 150 are asked for."),
    ((GRAY > 150) & (COLUMN > 20),
     r"✗ \d+ % of your mask is True; \d+ % of the pixels are brighter"),
    (GRAY > 255, r"✗ 0 % of your mask is True; \d+ % of the pixels are brighter than 150."),
    (MASK.T, "✗ The mask lies on its side: rows come first."),
    (np.where(MASK, GRAY, 0), "✗ A mask holds True and False only; this holds other numbers."),
    (255 * MASK, "✗ A mask holds True and False only"),
    (LABELS, "✗ A mask holds True and False only"),
    (np.where(MASK, 1.0, np.nan), "✗ A mask holds True and False only"),
    (PICTURE > 150,
     "✗ Three values a pixel: this comes from the colours of `picture`. Compare `gray`."),
    (GRAY[MASK], r"✗ These are the grey values that gray\[mask\] picks out. The mask itself"),
    (np.where(MASK), "✗ A mask has one True or False for each pixel.*; this is a tuple of 2."),
    (MASK.sum(), "✗ A mask has one True or False for each pixel.*this is of type"),
    (lambda gray: gray > 150, "✗ A mask has one True or False .*; this is of type function."),
    ("gray > 150", "✗ A mask has one True or False .*; this is of type str."),
    (MASK[:20], r"✗ A mask has .* shape \(40, 56\); this is an array of shape \(20, 56\)."),
])
def test_2_wrong(answer, message, match):
    match(message, said(start_here.check_2, answer, GRAY, 150))


def test_2_a_square_picture_on_its_side():
    assert "lies on its side" in said(start_here.check_2, (SQUARE > 150).T, SQUARE, 150)
    assert said(start_here.check_2, SQUARE > 150, SQUARE, 150).startswith("✓")


# 3: connected parts

@pytest.mark.parametrize("answer", [
    LABELS, LABELS.astype(float), LABELS.astype(np.int8), LABELS.tolist(), LABELS.ravel(),
    np.where(MASK, N - 1 - LABELS, -1)])  # another order of the numbers
def test_3_right(answer):
    assert said(start_here.check_3, answer, MASK) == f"✓ {N} connected parts, numbered from 0.\n"


@pytest.mark.parametrize("answer, message", [
    (PARTS, "✗ Nearly: 0 is the background in your map. .* Subtract 1."),
    (np.where(MASK, PARTS, -1), "✗ Nearly: your first region has the number 1. .* first one is 0."),
    (np.where(MASK, 3 * LABELS, -1), "✗ Nearly: these are the .* gaps and run to"),
    (np.where(LABELS == 2, 1000, LABELS), "✗ Nearly: .* their numbers have gaps and run to 1000."),
    (ndimage.label(MASK), r"✗ These are two things: .* take the first with \[0\]."),
    (N, "✗ This is one number, .* The label map is asked for"),
    (MASK, "✗ This is the mask itself: all its parts share one label."),
    (MASK.astype(int), "✗ This is the mask itself"),
    (MASK - 1, r"✗ The mask has \d+ connected parts, but all of them share one label."),
    (ndimage.label(MASK, np.ones((3, 3)))[0] - 1,
     r"✗ The mask has \d+ connected parts; your map has \d+ regions. Pixels that touch at a"),
    (np.where(LABELS == 1, 0, LABELS),
     rf"✗ The mask has {N} connected parts; your map has {N - 1} regions.$"),
    (np.where(MASK, np.arange(COLUMNS) % N, -1),
     "✗ The number of regions is right, but they are not"),
    (ndimage.label(GRAY > 110)[0] - 1, "✗ Regions must cover the mask and nothing else"),
    (ndimage.label(~MASK)[0] - 1, "✗ Regions must cover the mask and nothing else"),
    (LABELS.T, r"✗ The picture is lying on its side: the shape is \(56, 40\)"),
    (GRAY / 255, "✗ Labels are whole numbers; yours have fractions."),
    (np.where(MASK, LABELS, np.nan), "✗ Labels are whole numbers; yours hold NaN"),
    (PICTURE, "✗ These are colours, three numbers a pixel."),
    (ndimage.label, "✗ This is a function. Call it"),
])
def test_3_wrong(answer, message, match):
    match(message, said(start_here.check_3, answer, MASK))


def test_3_a_square_picture_on_its_side():
    mask = SQUARE > 150
    labels = ndimage.label(mask)[0] - 1
    assert "is lying on its side" in said(start_here.check_3, labels.T, mask)
    assert said(start_here.check_3, labels, mask).startswith("✓")


def test_3_one_part_only():
    mask = np.zeros((6, 8), bool)
    mask[2:4, 2:5] = True
    assert said(start_here.check_3, mask - 1, mask) == "✓ 1 connected part, numbered from 0.\n"
    assert "Subtract 1" in said(start_here.check_3, mask.astype(int), mask)


# all: see test_every_check.py

CHECKS = [
    (start_here.check_1, (PICTURE,)),
    (start_here.check_2, (GRAY, 150)),
    (start_here.check_3, (MASK,)),
]
