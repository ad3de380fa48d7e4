"""The checks of lesson 06: right, alternative and known-wrong answers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.metrics import peak_signal_noise_ratio

from lessons_lib import drawing, features, images, kmeans
from lessons_lib.colors import bin_colors, unique_colors
from lessons_lib.exercises import photo_colours as check
from tests.exercises.answers import said, strange

# A small part of the lesson's photograph, with the flower in it.
PICTURE = images.shrink(images.load("flower"), 72)
SHAPE = PICTURE.shape[:2]
RED, GREEN, BLUE = np.moveaxis(PICTURE.astype(int), 2, 0)
WARM = (RED > GREEN) & (RED > BLUE)
FRAME = features.to_frame(PICTURE)
CHANNELS = ["red", "green", "blue"]
MEAN = PICTURE[WARM].mean(axis=0)
STRANGE = strange(SHAPE)


# 1: the mean colour of a mask


@pytest.mark.parametrize(
    "answer",
    [
        MEAN,
        MEAN.tolist(),
        tuple(MEAN),
        MEAN.round(),
        MEAN.round().astype(np.uint8),
        MEAN[None],
        MEAN[:, None],
        FRAME[WARM.ravel()].mean(),
        FRAME[WARM.ravel()].mean().round(1),
        pd.DataFrame([MEAN], columns=CHANNELS),
        [float(PICTURE[..., c][WARM].mean()) for c in range(3)],
        [np.float32(m) for m in MEAN],
        np.average(PICTURE, axis=(0, 1), weights=np.repeat(WARM[..., None], 3, axis=2)),
    ],
)
def test_1_right(answer):
    assert said(check.check_1, answer, PICTURE, WARM) == (
        f"✓ The mean colour of the {WARM.sum()} pixels is {MEAN.round().astype(int).tolist()}.\n"
    )


@pytest.mark.parametrize(
    "answer, message",
    [
        (
            FRAME.mean(),
            "✗ This is the mean of the whole picture. Keep only the rows where the mask is True",
        ),
        (
            (PICTURE * WARM[..., None]).mean(axis=(0, 1)),
            "✗ Multiplying by the mask .* the black ones are counted",
        ),
        (FRAME[~WARM.ravel()].mean(), "✗ This is the mean of the pixels that are not in the mask"),
        (np.median(PICTURE[WARM], axis=0), "✗ This is the median. The mean is asked for"),
        (MEAN / 255, "✗ These are right, from 0 to 1. Here colours go from 0 to 255"),
        (MEAN[::-1], "✗ These are blue, green, red. The order is"),
        (MEAN[[0, 2, 1]], "✗ Green and blue are swapped"),
        (FRAME[WARM.ravel()].sum(), "✗ These are the sums. Divide by the number"),
        (
            FRAME[WARM.T.ravel()].mean(),
            r"✗ No: \[.*\] is not the mean of the pixels .* orders?: mask.ravel\(\)",
        ),
        (FRAME[WARM.ravel(order="F")].mean(), "✗ No: .* order.*mask.ravel"),
        (MEAN + (0, 1, 0), "✗ No: "),
        ([np.nan] * 3, r"✗ No: \[nan, nan, nan\]"),
        (
            FRAME.assign(cluster=1)[WARM.ravel()].mean(),
            r"✗ These are four numbers. .* leave it out: frame\[\[",
        ),
        (
            PICTURE[WARM].mean(),
            "✗ This is one number, the mean over all channels. Take the mean down the rows",
        ),
        (204, "✗ This is one number"),
        (FRAME[WARM.ravel()], r"✗ Three numbers .* yours have shape \(\d+, 3\). Is a mean missing"),
        (PICTURE[WARM], "✗ Three numbers .* Is a mean missing"),
        (FRAME[WARM.ravel()].mean(axis=1), r"✗ Three numbers .* yours have shape \(\d+,\)"),
        (FRAME[WARM.ravel()].mean, "✗ This is a function. Call it"),
        ("204, 130, 76", "✗ Three numbers are asked for; this is of type str"),
        (set(MEAN), "✗ Three numbers are asked for; this is a set of 3"),
        (dict(zip(CHANNELS, MEAN)), "✗ Three numbers are asked for; this is a dict of 3"),
    ],
)
def test_1_wrong(answer, message, match):
    match(message, said(check.check_1, answer, PICTURE, WARM))


def test_1_a_mask_of_all_or_of_no_pixels(match):
    all_of_it, none = np.full(SHAPE, True), np.full(SHAPE, False)
    match("✓ The mean colour of the", said(check.check_1, FRAME.mean(), PICTURE, all_of_it))
    match(
        "✗ These are blue, green, red", said(check.check_1, FRAME.mean()[::-1], PICTURE, all_of_it)
    )
    match(
        "✓ This picture has no such pixel",
        said(check.check_1, FRAME[none.ravel()].mean(), PICTURE, none),
    )


# 2: the smallest palette


def decibels(k):
    found = kmeans.segment(PICTURE, k, n_init=4)
    return peak_signal_noise_ratio(PICTURE, found.centers.round().astype(np.uint8)[found.labels])


# At 26 dB, and four colours more.
TARGET = 26.0
ENOUGH = next(k for k in range(1, 30) if decibels(k) >= TARGET)


@pytest.mark.parametrize(
    "kind",
    [
        int,
        float,
        np.int64,
        np.float32,
        np.uint8,
        np.array,
        lambda n: [n],
        lambda n: (n,),
        lambda n: np.array([[n]]),
    ],
)
def test_2_right(kind):
    here, below = decibels(ENOUGH), decibels(ENOUGH - 1)
    assert below < TARGET <= here and ENOUGH > 3
    assert said(check.check_2, kind(ENOUGH), PICTURE, TARGET) == (
        f"✓ {ENOUGH} colours reach {here:.2f} dB; with one colour less it would be "
        f"{below:.2f} dB.\n"
    )


@pytest.mark.parametrize(
    "answer, message",
    [
        (
            ENOUGH - 1,
            rf"✗ A palette of {ENOUGH - 1} reaches 2\d\.\d\d dB, less than 26. One more colour",
        ),
        (1, r"✗ A palette of 1 reaches \d+\.\d\d dB, less than 26"),
        (
            ENOUGH + 4,
            rf"✗ {ENOUGH + 4} colours reach 2\d.\d\d dB, but {ENOUGH + 3} reach 2\d.\d\d dB alr",
        ),
        (32, r"✗ 32 colours reach .* but 31 reach .* already"),
        (TARGET, r"✗ 26 colours reach .* already"),  # the target itself
        (257, "✗ So many are not needed: 257. Look again at the table: .* is 26 dB passed"),
        (62941, "✗ So many are not needed: 62941"),
        (ENOUGH - 0.5, rf"✗ A number of colours is a whole number; you gave {ENOUGH - 0.5}"),
        (decibels(ENOUGH), "✗ A number of colours is a whole number; you gave 2"),
        (0, "✗ A number of 1 or more is asked for; you gave 0"),
        (-3, "✗ A number of 1 or more is asked for; you gave -3"),
        (np.inf, "✗ A number of colours is a whole number; you gave inf"),
        (
            (np.zeros(SHAPE), np.zeros((4, 3)), 26.5),
            "✗ These are three things. Hand in the number you gave to quantize",
        ),  # of `quantize`
        (range(2, 12), "✗ One number is asked for"),
        (str(ENOUGH), "✗ This is text. Hand in the number itself"),
        (next, "✗ This is a function. Call it"),
    ],
)
def test_2_wrong(answer, message, match):
    match(message, said(check.check_2, answer, PICTURE, TARGET))


def test_2_a_picture_of_few_colours(match):
    """All its colours make no error, infinitely many decibels; more there are none."""
    few = np.uint8([(10, 20, 30), (200, 190, 40), (90, 30, 160)])[
        np.arange(600).reshape(20, 30) % 3
    ]
    assert said(check.check_2, 3, few, np.inf).startswith(
        "✓ 3 colours reach inf dB; with one colour less it"
    )
    match("✗ A palette of 2 reaches .* less than inf", said(check.check_2, 2, few, np.inf))
    match("✗ The picture has 3 colours; no palette needs more", said(check.check_2, 4, few, np.inf))
    assert said(check.check_2, 1, few, 1.0).startswith("✓")


# 3: a cluster that matches the warm thing

BINS = bin_colors(unique_colors(PICTURE))


def clusters_in(space, k, scale=1.0):
    return kmeans.fit(features.convert(BINS.values, space) * scale, k, weights=BINS.counts).labels[
        BINS.index
    ]


def iou(mask, labels):
    """Plainly: the best of all labels."""
    return max(
        (mask & (labels == i)).sum() / max((mask | (labels == i)).sum(), 1)
        for i in np.unique(labels)
    )


GOAL = check.reachable(BINS, WARM, 3)
WHEEL, SPLIT = clusters_in("HSV, hue as an angle", 3), clusters_in("CIELAB", 3)
ROWS, COLUMNS = np.indices(SHAPE)


@pytest.mark.parametrize(
    "answer",
    [
        WHEEL,
        WHEEL.tolist(),
        WHEEL.astype(float),
        WHEEL.astype(np.uint8),
        WHEEL.ravel(),
        2 - WHEEL,
        WHEEL - 1,
        10**6 * WHEEL,
        np.ma.array(WHEEL),
        pd.DataFrame(WHEEL),
        FRAME.assign(cluster=WHEEL.ravel())["cluster"],
    ],
)
def test_3_right(answer):
    assert said(check.check_3, answer, BINS, WARM, 3, GOAL) == (
        f"✓ One cluster matches the mask with an IoU of {iou(WARM, WHEEL):.2f}.\n"
    )


@pytest.mark.parametrize("space, scale", [("RGB", 1), ("HSV", 1), ("HSV", (1, 0, 0))])
def test_3_other_features(space, scale):
    """Any space and any weights will do."""
    assert said(check.check_3, clusters_in(space, 3, scale), BINS, WARM, 3, GOAL)[0] == "✓"


@pytest.mark.parametrize(
    "answer, message",
    [
        (
            SPLIT,
            r"✗ The best cluster .* IoU of 0.65; 0.93 is asked for. The thing still falls into "
            r"parts: \d\d %, \d\d % of it",
        ),
        (
            np.where(WARM & (ROWS % 3 > 0), 2, np.where(WARM, 1, 0)),
            "✗ The best .* falls into parts: 6[5-9] %, 3[1-5] % of it",
        ),
        (
            WARM + (ROWS < 3) * 2 - WARM * (ROWS < 3),
            "✗ One of these clusters is the mask itself: this is our rule",
        ),
        (np.where(WARM, 2, COLUMNS % 2), "✗ One of these clusters is the mask itself"),
        (
            np.where(WARM | (COLUMNS > 40), 2, ROWS % 2),
            r"✗ The best .* of 0\.\d\d; .*Most of the thing .* holds much else. A col",
        ),
        (np.zeros(SHAPE), "✗ 3 clusters are asked for; yours has 1."),
        (clusters_in("RGB", 4), "✗ 3 clusters are asked for; yours has 4."),
        (
            clusters_in("RGB", 2),
            "✗ This has two values only, as a mask has. 3 clusters are asked for, found by",
        ),
        (WARM, "✗ This has two values only, as a mask has"),
        (WHEEL == 2, "✗ This has two values only"),
        (WARM.astype(int), "✗ This has two values only"),
        (WHEEL.T, r"✗ The picture is lying on its side: the shape is \(72, 48\), not \(48, 72\)"),
        (drawing.paint(WHEEL), "✗ These are colours, three numbers a pixel"),
        (PICTURE, "✗ These are colours"),
        (
            features.convert(PICTURE.reshape(-1, 3), "HSV")[:, 0],
            "✗ Labels are whole numbers; yours have fractions",
        ),
        (
            kmeans.fit(BINS.values, 3, weights=BINS.counts).labels,
            r"✗ This has one label for each bin .* add \[shaded_bins.index\]",
        ),
        (
            kmeans.fit(BINS.values, 3, weights=BINS.counts).labels.tolist(),
            r"✗ This has one label for each bin .* add \[shaded_bins.index\]",
        ),
        (
            kmeans.fit(BINS.values, 3, weights=BINS.counts),
            "✗ This is the whole result. Hand in its label map: add .labels",
        ),
        (kmeans.segment(PICTURE, 3), "✗ This is the whole result"),
        (WHEEL[WARM], r"✗ The label map must have .*Only the pixels in the mask\?"),
        (iou(WARM, WHEEL), "✗ The label map must have the shape of the picture"),
        ("HSV, hue as an angle", "✗ A label map is asked for: .* of type str"),
        (clusters_in, "✗ This is a function. Call it"),
    ],
)
def test_3_wrong(answer, message, match):
    match(message, said(check.check_3, answer, BINS, WARM, 3, GOAL))


@given(
    hnp.arrays(np.int8, (4, 5), elements=st.integers(0, 3)),
    hnp.arrays(bool, (4, 5)),
    st.integers(2, 4),
    st.sampled_from([0.2, 0.35, 0.5, 0.75]),
)
def test_3_against_a_plain_count(labels, mask, k, goal):
    """Right exactly where there are k clusters and one matches, but is not the mask itself."""
    best, n = iou(mask, labels), len(np.unique(labels))
    right = n == k and goal <= best < 0.999
    assert said(check.check_3, labels, BINS, mask, k, goal)[0] == ("✓" if right else "✗")


@pytest.mark.parametrize("k", [2, 3, 4])
def test_3_the_goal_is_the_best_of_some_ways_and_a_little_less(k):
    ways = [clusters_in(space, k) for space in features.SPACES] + [
        clusters_in("HSV, hue as an angle", k, (1, 1, 0))
    ]
    goal, reached = check.reachable(BINS, WARM, k), [iou(WARM, labels) for labels in ways]
    assert max(reached) - 0.03 < goal <= max(reached) - 0.02 + 1e-9 and goal == round(goal, 2)
    for labels, best in zip(ways, reached):
        text = said(check.check_3, labels, BINS, WARM, k, goal)
        assert text.startswith(
            "✓" if best >= goal else "✗ The best cluster matches with an IoU of"
        ), text


def test_3_as_many_bins_as_pixels():
    """Then labels of bins are told from a label map in one row by nothing."""
    row = np.arange(0, 240, 12, np.uint8).reshape(1, 20, 1).repeat(3, axis=2)
    thing = row[..., 0] >= 160
    labels = np.repeat([0, 1, 2], [6, 7, 7])
    text = said(check.check_3, labels, bin_colors(unique_colors(row)), thing, 3, 0.5)
    assert text.startswith("✓ One cluster matches")


def test_3_the_goal_of_a_grey_picture():
    """Greys have no hue, so some spaces have one point only."""
    grey = np.repeat(np.arange(0, 240, 12, np.uint8).reshape(4, 5, 1), 3, axis=2)
    thing = grey[..., 0] >= 160
    goal = check.reachable(bin_colors(unique_colors(grey)), thing, 3)
    assert 0.8 <= goal <= 0.98


def test_3_a_picture_without_the_thing():
    nothing = np.zeros(SHAPE, bool)
    goal = check.reachable(BINS, nothing, 3)
    assert goal == 0 and said(check.check_3, WHEEL, BINS, nothing, 3, goal).startswith("✓")


# all: see test_every_check.py

CHECKS = [
    (check.check_1, (PICTURE, WARM)),
    (check.check_2, (PICTURE, TARGET)),
    (check.check_3, (BINS, WARM, 3, GOAL)),
]
