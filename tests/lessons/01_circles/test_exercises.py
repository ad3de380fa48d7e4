"""The checks of lesson 01: right, alternative and known-wrong answers."""

import numpy as np
import pytest
from skimage.measure import label as connected_parts
from sklearn.cluster import spectral_clustering

from lessons_lib import circles, drawing, graphs, spectral
from lessons_lib.exercises import circles as check
from tests.exercises.answers import said, strange

# The scenes of the exercises, and the one of the lesson.
TWO, FOUR = circles.pair(noise=0.3, seed=1), circles.make()
UNEVEN = circles.make([(42, 42), (53, 62)], [20, 5], seed=1)
LABELS = spectral.segment(TWO.image, 2, mask=TWO.mask).labels
PIECES = spectral.segment(UNEVEN.image, 13, mask=UNEVEN.mask).labels
INSIDE = np.argwhere(UNEVEN.mask)
TIP = PIECES[tuple(INSIDE[INSIDE[:, 1].argmax()])]
SMALL = PIECES == TIP
MERGED = np.where(UNEVEN.mask, SMALL.astype(int), -1)
ROWS, COLUMNS = np.indices(TWO.mask.shape)
STRANGE = strange(TWO.mask.shape)


def within(labels, scene=TWO, outside=-1):
    return np.where(scene.mask, labels, outside)


def renumbered(labels):
    """Right answers that differ in form only."""
    return [labels, labels.astype(float), labels.astype(np.int8), labels.tolist(), labels.ravel(),
            labels + 1,                                       # 0 outside, 1 and 2 inside
            np.where(labels < 0, -1, 1 - labels),             # the other way round
            np.where(labels < 0, 2, labels),                  # the background numbered last
            np.where(labels < 0, 0, 10 ** 9 * (labels + 1)), np.ma.array(labels)]


# 1: two discs

@pytest.mark.parametrize("number", range(10))
def test_1_right(number, match):
    match(r"✓ 2 discs, 2 regions, ARI 1.00.\n$",
          said(check.check_1, renumbered(LABELS)[number], TWO))


def test_1_other_ways_to_a_right_answer():
    bonds = graphs.affinity(graphs.pixel_graph(TWO.image, TWO.mask))
    by_sign = np.full(TWO.mask.shape, -1)
    by_sign[TWO.mask] = spectral.cut_by_sign(spectral.embed(bonds, 2).vectors)
    for answer in (TWO.truth.copy(), by_sign, within(COLUMNS >= 50)):
        assert said(check.check_1, answer, TWO).startswith("✓ 2 discs, 2 regions, ARI")


@pytest.mark.parametrize("answer, message", [
    (TWO.mask, "✗ All discs are one region: they are still merged. One threshold cannot part"),
    (connected_parts(TWO.mask, connectivity=1), "✗ All discs are one region"),
    (spectral.segment(TWO.image, 1, mask=TWO.mask).labels, "✗ All discs are one region"),
    (spectral.segment(TWO.image, 2).labels, "✗ The background .* [Hh]and the mask over"),
    (spectral.segment(TWO.image, 3).labels, "✗ The background .* [Hh]and the mask over"),
    (within(LABELS, outside=0),
     "✗ The background has the label 0, and so has a part of the discs."),
    (LABELS == 1, "✗ The background has the label 0, and so has a part of the discs."),
    (within(LABELS, outside=ROWS % 3 + 5), "✗ The background counts as part of your regions."),
    (spectral.segment(TWO.image, 3, mask=TWO.mask).labels,
     "✗ There are 3 regions for 2 discs: k is too"),
    (spectral.segment(TWO.image, 9, mask=TWO.mask).labels, "✗ There are 9 regions for 2 discs"),
    (spectral.segment(TWO.image, 2, mask=TWO.mask, beta=20).labels,
     "✗ The number of regions is right, but they do not follow .* Is beta very large"),
    (within(ROWS >= 50), "✗ The number of regions is right, .* Or did you label rows or columns"),
    (LABELS.T, "✗ The picture is lying on its side"),
    (drawing.paint(LABELS), "✗ These are colours, three numbers a pixel."),
    (drawing.paint(LABELS, factor=3), "✗ These are colours, three numbers a pixel."),
    (TWO.image, "✗ Labels are whole numbers; yours have fractions. Is this the picture"),
    (np.where(LABELS < 0, np.nan, LABELS), "✗ Labels are whole numbers; yours hold NaN"),
    (LABELS[TWO.mask], r"✗ The label map must have .*Only the pixels in the mask\? Put them back"),
    (spectral.segment, "✗ This is a function. Call it"),
    ("labels", "✗ A label map is asked for: an array of whole numbers; this is of type str."),
    (2, "✗ The label map must have the shape of the picture"),
])
def test_1_wrong(answer, message, match):
    match(message, said(check.check_1, answer, TWO))


def test_1_four_discs(match):
    for k, message in ((2, "✗ There are 2 regions for 4 discs: k is too small"),
                       (4, "✓ 4 discs, 4 reg"),
                       (6, "✗ There are 6 regions for 4 discs: k is too large")):
        labels = spectral.segment(FOUR.image, k, mask=FOUR.mask).labels
        match(message, said(check.check_1, labels, FOUR))


def test_1_without_the_exponential_a_clean_scene_stays_uncut(match):
    clean = circles.pair(noise=0)
    labels = np.full(clean.mask.shape, -1)
    differences = graphs.pixel_graph(clean.image, clean.mask)
    labels[clean.mask] = spectral_clustering(differences, n_clusters=2, eigen_solver="arpack",
                                             random_state=0)
    match("✗ (The number of regions is right, but they do not follow|All discs are one region)",
          said(check.check_1, labels, clean))


# 2: bonds from differences

def right(difference, beta):
    return np.exp(-beta * difference / difference.std())


@pytest.mark.parametrize("answer", [
    right,
    lambda difference, beta: np.exp(-beta * difference / np.std(difference)) + 1e-6,
    lambda difference, beta: right(difference, beta).tolist(),
    lambda difference, beta: right(difference, beta).astype(np.float32),
    lambda difference, beta: [np.e ** (-beta * d / difference.std()) for d in difference],
])
def test_2_right(answer):
    assert said(check.check_2, answer) == "✓ Alike pixels hold together, unlike pixels let go.\n"


def stub(difference, beta):
    ...


@pytest.mark.parametrize("answer, message", [
    (lambda d, beta: d, "✗ These are the differences themselves. The exponential is missing"),
    (lambda d, beta: d / d.std(), "✗ These are scaled differences, still without the exponential"),
    (lambda d, beta: -beta * d / d.std(), "✗ These are the exponents. Bonds must be positive"),
    (lambda d, beta: np.exp(beta * d / d.std()), "✗ The bonds grow with the difference: the minus"),
    (lambda d, beta: np.exp(-beta * d),
     "✗ Nearly. The differences are not divided by their standard"),
    (lambda d, beta: np.exp(-d / d.std()), "✗ beta is not used"),
    (lambda d, beta: beta * np.exp(-d / d.std()), "✗ beta stands outside the exponential"),
    (lambda d, beta: np.exp(-beta * d / d.var()),
     "✗ Nearly. The differences are divided by their var"),
    (lambda d, beta: np.exp(-beta * d / d.mean()),
     "✗ Nearly. The differences are divided by their mean"),
    (lambda d, beta: np.exp(-beta * d / d.std(ddof=1)), r"✗ Nearly. .* n - 1 \(ddof=1\)"),
    (lambda d, beta: np.exp(-beta * (d / d.std()) ** 2), "✗ This is a Gaussian: the difference is"),
    (lambda d, beta: np.exp(-beta * d ** 2), "✗ This is a Gaussian"),
    (lambda d, beta: np.exp(-beta * d ** 2 / d.std()), "✗ This is a Gaussian"),
    (lambda d, beta: np.exp(-d ** 2 / (2 * d.var())), "✗ This is a Gaussian"),
    (lambda d, beta: np.exp(-0.5 * (beta * d / d.std()) ** 2), "✗ This is a Gaussian"),
    (lambda d, beta: 1 / (1 + d), "✗ For the differences .* bond 3 should be .*; yours is"),
    (lambda d, beta: d * np.nan,
     "✗ For the differences .*; yours is nan. Compare with the formula"),
    (stub, "✗ my_bonds returns nothing. Is the return missing"),
    (lambda d, beta: right(d, beta).mean(),
     r"✗ One bond for each difference .* \(7,\); yours has \(\)"),
    (lambda d, beta: right(d, beta)[1:],
     r"✗ One bond for each difference .* \(7,\); yours has \(6,\)"),
    (lambda beta, d: right(d, beta),
     r"✗ my_bonds\(difference, beta\) raised .*It gets an array and a"),
    (lambda d: d, r"✗ my_bonds\(difference, beta\) raised TypeError: .*2 were given"),
    (lambda d, beta: "bonds", r"✗ my_bonds\(difference, beta\) raised ValueError"),
    (lambda d, beta: np.exp(-beta * d / sigma),  # noqa: F821
     "✗ .* raised NameError: name 'sigma' is not defined"),
    (right(np.array([0.0, 1.0]), 2.0),
     "✗ A function is asked for: hand in my_bonds itself, without"),
    ("my_bonds", "✗ A function is asked for"),
])
def test_2_wrong(answer, message, match):
    match(message, said(check.check_2, answer))


def test_2_a_function_that_spoils_its_input_is_still_right():
    def in_place(difference, beta):
        difference *= -beta / difference.std()
        return np.exp(difference)

    assert said(check.check_2, in_place).startswith("✓")


# 3: discs of very different size

@pytest.mark.parametrize("number", range(10))
def test_3_right(number, match):
    match(r"✓ The small disc is free, ARI 0.9\d.\n$",
          said(check.check_3, renumbered(MERGED)[number], UNEVEN))


def test_2_no_message_hands_out_the_answer():
    text = said(check.check_2, lambda d, beta: 1 / (1 + d))
    assert "exp(" not in text and "std(" not in text


@pytest.mark.parametrize("k", [11, 12, 15, 17])
def test_3_other_numbers_of_pieces(k):
    pieces = spectral.segment(UNEVEN.image, k, mask=UNEVEN.mask).labels
    tip = pieces[tuple(INSIDE[INSIDE[:, 1].argmax()])]
    assert said(check.check_3, within(pieces == tip, UNEVEN), UNEVEN).startswith("✓")


@pytest.mark.parametrize("answer, message", [
    (spectral.segment(UNEVEN.image, 2, mask=UNEVEN.mask).labels,
     "✗ This is the balanced cut again"),
    (PIECES,
     "✗ You have 13 regions; two are asked for. One of them, or a few together, are the small"),
    (spectral.segment(UNEVEN.image, 3, mask=UNEVEN.mask).labels,
     "✗ You have 3 regions; two are asked for.$"),
    (within(PIECES == PIECES[42, 30], UNEVEN),
     "✗ One region is small, .* but it is a piece of the large"),
    (SMALL, "✗ The background has the label 0, and so has a part of the discs. Outside the mask"),
    (np.where(SMALL, 1, -1), "✗ The background has the label -1, and so has a part of the discs."),
    (UNEVEN.mask, "✗ All discs are one region"),
    (MERGED.T, "✗ The picture is lying on its side"),
    (spectral.segment(UNEVEN.image, 2).labels, "✗ The background .* [Hh]and the mask over"),
    (drawing.paint(MERGED), "✗ These are colours"),
    (UNEVEN.image, "✗ Labels are whole numbers; yours have fractions."),
])
def test_3_wrong(answer, message, match):
    match(message, said(check.check_3, answer, UNEVEN))


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("turned", [False, True])
def test_3_a_bare_threshold_on_rows_or_columns_does_not_pass(axis, turned, match):
    at = np.indices(UNEVEN.mask.shape)[axis]
    inside = at[UNEVEN.mask]
    for level in range(inside.min() + 1, inside.max() + 1):
        labels = within((at >= level) ^ turned, UNEVEN)
        match("✗ This is a straight cut along a row or column", said(check.check_3, labels, UNEVEN))


def test_3_nearly(match):
    pieces = spectral.segment(UNEVEN.image, 5, mask=UNEVEN.mask).labels
    tip = pieces[tuple(INSIDE[INSIDE[:, 1].argmax()])]
    match(r"✗ Better than two regions asked for at once, but ARI is 0.\d+; 0.900 is the aim.",
          said(check.check_3, within(pieces == tip, UNEVEN), UNEVEN))


# all: see test_every_check.py

CHECKS = [(check.check_1, (TWO,)), (check.check_2, ()), (check.check_3, (UNEVEN,))]


@pytest.mark.parametrize("asked, scene", [(check.check_1, TWO), (check.check_3, UNEVEN)])
def test_the_truth_itself_is_refused(asked, scene, match):
    match("✗ This is the truth itself", said(asked, scene.truth, scene))
