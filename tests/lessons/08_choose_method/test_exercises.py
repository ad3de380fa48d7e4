"""The checks of lesson 08: right, alternative and known-wrong answers."""

import numpy as np
import pandas as pd
import pytest

from lessons_lib import clusterings, scenes, scores
from lessons_lib.exercises import choose_method as check
from tests.exercises.answers import said, strange

STRANGE = strange((96, 96))

TABLE = pd.DataFrame({"fixed": [0.5, 0.6, 0.3, 0.1], "tuned": [0.8, 0.7, 0.7, 0.1]},
                     index=["k-means", "HDBSCAN", "region graph", "spectral"])
DISCS = scenes.discs(96, noise=0.5, seed=3)
GOOD = clusterings.segment(DISCS.image, "Felzenszwalb", scale=1200)


@pytest.mark.parametrize("answer", ["region graph", "Region Graph", " region graph "])
def test_1_right(match, answer):
    match("✓ region graph: 0.40 more", said(check.check_1, answer, TABLE))


@pytest.mark.parametrize("answer, message", [
    ("k-means", "✗ k-means is best after tuning. The question"),
    ("HDBSCAN", "✗ HDBSCAN is best with fixed settings"),
    ("spectral", "✗ spectral gains least, 0.00"),
    ("Ward", "✗ 'Ward' is none of the methods: k-means"),
    (2, "✗ The name of a method is asked for, in quotes"),
    (TABLE, "✗ The name of a method"), (max, "✗ The name of a method"),
    (..., "… not answered yet"), (None, "… not answered yet"),
])
def test_1_wrong(match, answer, message):
    match(message, said(check.check_1, answer, TABLE))


def test_1_a_tie_is_right_both_ways(match):
    tied = pd.DataFrame({"fixed": [0.25, 0.5], "tuned": [0.5, 0.75]}, index=["a", "b"])
    for answer in "ab":
        match("✓ ", said(check.check_1, answer, tied))


def renamed(labels):
    return 7 * labels.max() - 3 * labels


@pytest.mark.parametrize("answer", [GOOD.labels, renamed(GOOD.labels), GOOD.labels.astype(float),
                                    GOOD.labels.ravel(), (DISCS.truth > 0).astype(int)])
def test_2_right(match, answer):
    match(r"✓ \d+ regions, ARI 0\.[89]", said(check.check_2, answer, DISCS))


@pytest.mark.parametrize(
    "answer, message",
    [
        (DISCS.truth, "✗ This is the truth itself"),
        (GOOD, "✗ This is the whole result. Hand in its label map: add .labels"),
        (np.zeros_like(GOOD.labels), "✗ Everything is one region. Ask for finer cuts"),
        (np.where(GOOD.labels == 0, -1, 0), "✗ Everything is one region, and .* % are noise"),
        (
            clusterings.segment(DISCS.image, "k-means", k=4).labels,
            "✗ ARI is .*a method that looks at",
        ),
        (np.arange(GOOD.labels.size).reshape(GOOD.labels.shape), "✗ 9216 regions are many for 5"),
        (
            np.where(np.indices(GOOD.labels.shape)[0] < 60, -1, GOOD.labels),
            "✗ .* % of the pixels are noise",
        ),
        (GOOD.labels[:50], "✗ The label map must have the shape"),
        (DISCS.image, "✗ These are colours"),
        ("a", "✗ "),
        (clusterings.segment, "✗ This is a function"),
        (..., "… not answered yet"),
    ],
)
def test_2_wrong(match, answer, message):
    match(message, said(check.check_2, answer, DISCS))


def best(truth, labels, score):
    return [
        max(score(truth == t, labels == f) for f in np.unique(labels)) for t in np.unique(truth)
    ]


def iou(a, b):
    return (a & b).sum() / (a | b).sum()


def right(truth, labels):
    return np.average(best(truth, labels, iou), weights=np.bincount(truth.ravel()))


@pytest.mark.parametrize("answer", [right, scores.covering])
def test_3_right(match, answer):
    match(r"✓ 0\.\d+ on a small example", said(check.check_3, answer))


@pytest.mark.parametrize(
    "answer, message",
    [
        (lambda t, f: np.mean(best(t, f, iou)), "✗ Nearly: this is the plain mean"),
        (lambda t, f: right(f, t), "✗ The two are swapped"),
        (lambda t, f: scores.matched_iou(t, f).mean(), "✗ This is the mean matched IoU"),
        (
            lambda t, f: np.average(
                best(t, f, lambda a, b: (a & b).sum() / a.sum()), weights=np.bincount(t.ravel())
            ),
            "✗ You divide by the true region alone",
        ),
        (lambda t, f: None, "✗ my_covering returns nothing"),
        (lambda t, f: t, "✗ One number is asked for"),
        (lambda t: 1.0, r"✗ my_covering\(truth, labels\) raised TypeError"),
        (0.5, "✗ A function is asked for"),
        (lambda t, f: 0.123, r"✗ On a small example it should be 0\.\d+; yours is 0\.123"),
        (..., "… not answered yet"),
    ],
)
def test_3_wrong(match, answer, message):
    match(message, said(check.check_3, answer))


CHECKS = [(check.check_1, (TABLE,)), (check.check_2, (DISCS,)), (check.check_3, ())]
