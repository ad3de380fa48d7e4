"""The checks of lesson 10: right, alternative and known-wrong answers."""

import numpy as np
import pytest

from lessons_lib import regions, tiles
from lessons_lib.exercises import larger_than_memory as check
from tests.exercises.answers import said, strange

STRANGE = strange((20, 20))
BLOCK = np.random.default_rng(0).integers(0, 3, (20, 20, 3)).astype(np.uint8) * (90, 7, 1)
TALLY = tiles.count(BLOCK.astype(np.uint8))
MEAN = BLOCK.reshape(-1, 3).mean(axis=0)


@pytest.mark.parametrize("answer", [4802, 4802.0, np.int64(4802), 98 * 49])
def test_1_right(match, answer):
    match("✓ 98 x 49 = 4,802 blocks", said(check.check_1, answer))


@pytest.mark.parametrize("answer, message", [
    (97 * 48, "✗ The pixels at the right and at the bottom have no block"),
    (4769, "✗ You divided the areas"), (4768, "✗ You divided the areas"),
    (100_000 * 50_000 / 1024 ** 2, "✗ You divided the areas"),
    (98 + 49, "✗ Down and across are multiplied"), (98, "✗ This is one direction only"),
    (5000, "✗ 5000 is not it"), ("4802", "✗ This is text"), (..., "… not answered yet")])
def test_1_wrong(match, answer, message):
    match(message, said(check.check_1, answer))


@pytest.mark.parametrize("answer", [MEAN, MEAN.tolist(), MEAN.round(2), MEAN[:, None]])
def test_2_right(match, answer):
    says = r"✓ \(\d+\.\d\d, \d\.\d\d, \d\.\d\d\), without one pixel"
    match(says, said(check.check_2, answer, TALLY))


@pytest.mark.parametrize("answer, message", [
    (TALLY.colors.values.mean(axis=0), "✗ This is the mean of the colours, each counted once"),
    (MEAN[::-1], "✗ Right numbers, wrong order"), (TALLY.sums.sum(axis=0), "✗ These are the sums"),
    (TALLY.sums.mean(axis=0), "✗ You divided by the number of colours"),
    (MEAN + 1, "✗ It should begin with"), (MEAN.mean(), "✗ Three numbers are asked for"),
    (TALLY.sums.sum, "✗ This is a function"), ("red", "✗ Three numbers"),
    (None, "… not answered yet")])
def test_2_wrong(match, answer, message):
    match(message, said(check.check_2, answer, TALLY))


def join(left, right, find=True):
    a, b = regions.connected(left), regions.connected(right)
    root = list(range(len(a.areas) + len(b.areas)))
    for p, q in zip(a.labels[:, -1], b.labels[:, 0] + len(a.areas)):
        if a.classes[p] == b.classes[q - len(a.areas)]:
            while root[p] != p:
                p = root[p]
            while root[q] != q:
                q = root[q]
            root[p] = q
    return sum(i == one for i, one in enumerate(root))


def parts(left, right):
    return len(regions.connected(left).areas) + len(regions.connected(right).areas)


def pairs(left, right):
    a, b = regions.connected(left).labels, regions.connected(right).labels
    touch = left[:, -1] == right[:, 0]
    return parts(left, right) - len({*zip(a[touch, -1].tolist(), b[touch, 0].tolist())})


@pytest.mark.parametrize("answer", [
    join, lambda left, right: len(regions.connected(np.hstack([left, right])).areas),
    lambda left, right: float(join(left, right))])
def test_3_right(match, answer):
    match("✓ All 40 pairs", said(check.check_3, answer))


@pytest.mark.parametrize("answer, message", [
    (parts, "✗ You add the two counts"), (pairs, "✗ Nearly: you subtract one for each pair"),
    (lambda a, b: parts(a, b) - (a[:, -1] == b[:, 0]).sum(), "✗ You subtract one for each pixel"),
    (lambda a, b: 3, r"✗ In test 1 there are \d+ regions; yours counts 3"),
    (lambda a, b: None, "✗ count_both returns nothing"),
    (lambda a: 1, r"✗ count_both\(left, right\) raised TypeError"),
    (lambda a, b: a, "✗ One number is asked for"), (7, "✗ A function is asked for"),
    (..., "… not answered yet")])
def test_3_wrong(match, answer, message):
    match(message, said(check.check_3, answer))


CHECKS = [(check.check_1, ()), (check.check_2, (TALLY,)), (check.check_3, ())]
