"""The checks of lesson 09: right, alternative and known-wrong answers."""

import numpy as np
import pytest

from lessons_lib import accuracy, batches
from lessons_lib.exercises import your_own_picture as check
from tests.exercises.answers import said, strange

CLASSES = np.repeat([0, 1, 1], 400).reshape(20, 60)
STRANGE = strange(CLASSES.shape)
ONE = (CLASSES, 1, 0.5, 90)  # the full size is 1.5 times as wide: a pixel is 0.75


def low_of(n):
    return accuracy.estimate([0] * n, [0] * n, [1]).low


@pytest.mark.parametrize("answer", [450, 450.0, np.float64(450.5), [450], 800 * 0.75**2])
def test_1_right(match, answer):
    match("✓ 450 square units: 800 pixels of 0.750", said(check.check_1, answer, *ONE))


@pytest.mark.parametrize("answer, message", [
    (800, "✗ This is the number of pixels. Each covers"),
    (600, "✗ This is the number of pixels times their side"),
    (200, "✗ Nearly: the scale is that of the full size.* 1.500 times as wide"),
    (1800, "✗ This is the number of pixels of the full size"),
    (0.00045, "✗ This is right in square millimetres"),
    (2 / 3, "✗ This is a share of the picture"), (123, "✗ It should be 450; yours is 123"),
    (CLASSES, "✗ One number is asked for"), ("450", "✗ This is text"),
    (max, "✗ This is a function"),
    (..., "… not answered yet"), (None, "… not answered yet")])
def test_1_wrong(match, answer, message):
    match(message, said(check.check_1, answer, *ONE))


@pytest.mark.parametrize("answer", [73, 73.0, np.int64(73)])
def test_2_right(match, answer):
    assert low_of(73) >= 0.95 > low_of(72)
    match("✓ 73 points, all right, give an interval that begins at 0.950",
          said(check.check_2, answer, low_of))


@pytest.mark.parametrize("answer, message", [
    (72, "✗ One too few: 72 points give 0.9493"),
    (20, "✗ Twenty points, all right, .* begins at 0.84"),
    (60, "✗ Too few: 60 points"), (100, "✗ Enough, but not the fewest"),
    (0.95, "✗ A whole number"), ("73", "✗ This is text"), (low_of, "✗ This is a function"),
    (..., "… not answered yet")])
def test_2_wrong(match, answer, message):
    match(message, said(check.check_2, answer, low_of))


def right(before, after, n):
    return batches.change(before, after, list("abc")).to_numpy()[:n, :n]


def loops(before, after, n):
    table = [[0] * n for _ in range(n)]
    for a, b in zip(before.ravel(), after.ravel()):
        if a >= 0 and b >= 0:
            table[a][b] += 1
    return table


def wraps(before, after, n):
    table = np.zeros((n, n), int)
    np.add.at(table, (before.ravel(), after.ravel()), 1)
    return table


@pytest.mark.parametrize("answer", [right, loops])
def test_3_right(match, answer):
    match(r"✓ \d+ pixels of a small example", said(check.check_3, answer))


@pytest.mark.parametrize("answer, message", [
    (lambda b, a, n: right(b, a, n).T, "✗ Rows and columns are swapped"),
    (wraps, "✗ Pixels without a class, -1, are counted"),
    (lambda b, a, n: right(b, a, n) / right(b, a, n).sum(), "✗ These are shares"),
    (lambda b, a, n: right(b, a, n)[::-1], "✗ The sum is right, but"),
    (lambda b, a, n: right(b, a, n) + 1, "✗ The table should hold"),
    (lambda b, a, n: batches.change(b, a, list("abc")), r"✗ With 3 classes .*\(4, 4\)"),
    (lambda b, a, n: None, "✗ my_change returns nothing"),
    (lambda b, a: 1, r"✗ my_change\(before, after, n\) raised TypeError"),
    (lambda b, a, n: "table", "✗ A table of numbers"), (np.eye(3), "✗ A function is asked for"),
    (..., "… not answered yet")])
def test_3_wrong(match, answer, message):
    match(message, said(check.check_3, answer))


CHECKS = [(check.check_1, ONE), (check.check_2, (low_of,)), (check.check_3, ())]
