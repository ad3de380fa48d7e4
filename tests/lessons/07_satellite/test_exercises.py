"""The checks of lesson 07: right, alternative and known-wrong answers."""

import numpy as np
import pytest
from scipy import ndimage

from lessons_lib import satellite
from lessons_lib.exercises import satellite as checks
from tests.exercises.answers import said, strange

SHAPE = 30, 40
N = SHAPE[0] * SHAPE[1]
ROWS, COLUMNS = np.indices(SHAPE)


def make(meters=20.0):
    """A scene of 30 x 40 pixels: a wood at the left, a pond in it, open land at the right."""
    rng = np.random.default_rng(0)
    wood = COLUMNS + ndimage.gaussian_filter(rng.normal(0, 12, SHAPE), 1) < 17
    pond = (ROWS > 20) & (COLUMNS < 5)
    spectra = np.array(
        [(0.06, 0.09, 0.13, 0.22), (0.03, 0.045, 0.035, 0.26), (0.03, 0.045, 0.032, 0.02)]
    )
    values = spectra[np.where(pond, 2, wood.astype(int))] + rng.normal(0, 0.004, (*SHAPE, 4))
    return satellite.Bands(np.clip(values, 0.001, 1), meters=meters)


BANDS = make()
INFRARED = BANDS.values[..., 3]
NDVI = satellite.index(BANDS)


# 1: hectares of what is dark in near infrared

DARK = int((INFRARED < 0.1).sum())
RIGHT = DARK * 0.04


@pytest.mark.parametrize(
    "answer", [RIGHT, np.float32(RIGHT), np.array(RIGHT), [RIGHT], (RIGHT,), round(RIGHT, 2)]
)
def test_1_right(answer):
    assert said(checks.check_1, answer, BANDS) == (
        f"✓ {DARK} pixels of 400 m² are {RIGHT:.2f} hectares, "
        f"{100 * DARK / N:.2f} % of the scene.\n"
    )


def test_1_with_another_limit_and_other_pixels():
    for meters, limit in ((10.0, 0.24), (30.0, 0.2), (0.5, 0.03)):
        scene = make(meters)
        n = int((scene.values[..., 3] < limit).sum())
        assert said(checks.check_1, n * meters**2 / 10_000, scene, limit).startswith(
            f"✓ {n} pixels of {meters**2:g} m²"
        )
    one = BANDS._replace(
        values=np.where(np.arange(N).reshape(SHAPE)[..., None] == 7, 0.05, 0.5) + np.zeros(4)
    )
    assert said(checks.check_1, 0.04, one).startswith("✓ 1 pixel of 400 m² are 0.04 hectares")
    assert said(checks.check_1, 0, BANDS, 0.0).startswith("✓ 0 pixels")


@pytest.mark.parametrize(
    "answer, message",
    [
        (DARK, "✗ This is the number of pixels, not of hectares."),
        (DARK * 400, "✗ These are square metres. A hectare has 10,000 of them."),
        (
            DARK * 20 / 10_000,
            "✗ The side of a pixel is not squared: a pixel of 20 m by 20 m covers 400 m².",
        ),
        (DARK * 0.4, "✗ Ten times too much. A hectare is 10,000 m², not 1,000"),
        (DARK * 0.004, "✗ Ten times too little."),
        (DARK * 0.0004, "✗ These are square kilometres. A square kilometre has 100 hectares."),
        (
            (N - DARK) * 0.04,
            r"✗ This is the rest of the scene. Pixels \*below\* 0.1 are asked for.",
        ),
        (N * 0.04, "✗ This is the whole scene. Count only the pixels where the condition holds."),
        (DARK / N, "✗ This is the share of the scene, not its hectares."),
        (100 * DARK / N, "✗ This is the share of the scene in per cent"),
        (
            (BANDS.values[..., 1] < 0.1).sum() * 0.04,
            "✗ This is the area that is darker than 0.1 in green. Near infrared is",
        ),
        (
            (BANDS.values[..., 2] < 0.1).sum() * 0.04,
            "✗ This is the area that is darker than 0.1 in red.",
        ),
        (
            RIGHT * 1.2,
            rf"✗ [\d.]+ hectares do not fit. The mask `near infrared < 0.1` has {DARK} pixels",
        ),
        (-1, "✗ A number of 0 or more is asked for; you gave -1."),
        (INFRARED < 0.1, r"✗ One number is asked for; this is an array of shape \(30, 40\)."),
        (f"{RIGHT:.2f}", "✗ This is text. Hand in the number itself"),
        (np.sum, "✗ This is a function. Call it"),
    ],
)
def test_1_wrong(answer, message, match):
    match(message, said(checks.check_1, answer, BANDS))


def test_1_a_limit_for_numbers_times_10000(match):
    """Every pixel passes; in a part of a scene the message on the whole scene says the same."""
    match(
        "✗ (This is the whole scene|Every pixel passes)", said(checks.check_1, N * 0.04, BANDS, 0.2)
    )


def test_1_what_is_right_wins_over_every_mistake():
    """With pixels of 100 m a pixel is a hectare: the number of pixels is right."""
    assert said(checks.check_1, DARK, make(100.0)).startswith(f"✓ {DARK} pixels of 10000 m²")
    water = BANDS._replace(values=np.full((*SHAPE, 4), 0.02))
    assert said(checks.check_1, N * 0.04, water).startswith(f"✓ {N} pixels")


def test_1_rounded_as_the_lesson_prints_it(match):
    """Two significant digits count as right; the share as it is told is no area."""
    bands = satellite.load()
    for answer in (8.15, 8.2, 8.1):
        match("✓ 815 pixels", said(checks.check_1, answer, bands, 0.15))
    for answer in (8, 8.3, 8.0, 9):
        match("✗", said(checks.check_1, answer, bands, 0.15))
    match("✗ This is the share of the scene in per cent", said(checks.check_1, 0.91, bands, 0.15))
    match("✗ This is the share of the scene, not", said(checks.check_1, 0.0091, bands, 0.15))
    for limit in (0.12, 0.2, 0.3):
        share = 100 * (bands.values[..., 3] < limit).mean()
        for digits in (2, 3):
            answer = float(f"{share:.{digits}g}")
            match("✗ This is the share .* per cent", said(checks.check_1, answer, bands, limit))


# 2: a threshold for the same area

MASK = ndimage.binary_dilation(NDVI >= 0.5)
SHARE = MASK.mean()
THRESHOLD = float(np.quantile(NDVI, 1 - SHARE))


@pytest.mark.parametrize(
    "answer",
    [
        THRESHOLD,
        np.float32(THRESHOLD),
        np.array([THRESHOLD]),
        [THRESHOLD],
        round(THRESHOLD, 3),
        np.sort(NDVI.ravel())[-MASK.sum()],  # counted, not interpolated
        np.sort(NDVI.ravel())[::-1][MASK.sum() - 1],
    ],
)
def test_2_right(answer):
    text = said(checks.check_2, answer, NDVI, MASK)
    found = answer <= NDVI if np.ndim(answer) == 0 else NDVI >= answer[0]
    iou = (found & MASK).sum() / (found | MASK).sum()
    assert text.startswith(f"✓ NDVI of {THRESHOLD:.3f} or more: ")
    same = "The same" if found.sum() == MASK.sum() else "Nearly the same"
    assert text.endswith(
        f" {same} area, and an IoU of {iou:.2f}: {(found ^ MASK).sum()} pixels are forest for one "
        "and not for the other.\n"
    )


def test_2_a_threshold_found_by_trying_is_near_enough(match):
    """It is right if it misses half a per cent of the scene at most."""
    ndvi = np.linspace(-0.2, 0.9, 10_000).reshape(100, 100)
    mask = ndvi >= 0.502
    match("✓", said(checks.check_2, 0.5, ndvi, mask))
    match(
        r"✗ With 0\.550 there are \d+ pixels of forest, with the clusters \d+. "
        "The threshold is too high.",
        said(checks.check_2, 0.55, ndvi, mask),
    )
    match("✗ With 0.450 .* The threshold is too low.", said(checks.check_2, 0.45, ndvi, mask))
    match(r"✓ .*IoU of 0\.\d\d", said(checks.check_2, 0.5, ndvi, mask.T))  # the same area elsewhere


def test_2_no_forest_or_nothing_else(match):
    match("✓ .* IoU of 1.00: 0 pixels", said(checks.check_2, 1.0, NDVI, MASK & False))
    match("✓ .* IoU of 1.00: 0 pixels", said(checks.check_2, -1, NDVI, MASK | True))
    match("✗ .* too low", said(checks.check_2, 0.4, NDVI, MASK & False))


@pytest.mark.parametrize(
    "answer, message",
    [
        (
            SHARE,
            r"✗ 0\.\d+ is a share of the scene. Which NDVI do that many pixels reach\? np.quantile",
        ),
        (1 - SHARE, r"✗ 0\.\d+ is a share of the scene."),
        (np.quantile(NDVI, SHARE), r"✗ This is the wrong end: \d\d % of the pixels lie \*below\* "),
        (MASK.sum(), "✗ An NDVI lies between -1 and 1. Is this an area"),
        (MASK.sum() * 0.04, "✗ An NDVI lies between -1 and 1."),
        (-2, "✗ An NDVI lies between -1 and 1."),
        (
            0.9,
            r"✗ With 0\.900 there are \d+ pixels of forest, with the clusters \d+. "
            "The threshold is too high.",
        ),
        (-0.5, "✗ With -0.500 .* The threshold is too low."),
        (NDVI, "✗ One number is asked for; this is an array of shape"),
        ((THRESHOLD, 1), "✗ One number is asked for; this is a tuple of 2."),
        (str(THRESHOLD), "✗ This is text"),
        (np.quantile, "✗ This is a function. Call it"),
    ],
)
def test_2_wrong(answer, message, match):
    match(message, said(checks.check_2, answer, NDVI, MASK))


# 3: from the smallest to the largest

NAME, OTHER, LIMITS, LEAST = "all bands", "colours", (0.45, 0.55, 0.65), 40


def cells(steps, seed):
    """A label map: strips with noisy borders, so with crumbs; some hold wood and open land."""
    noise = np.random.default_rng(seed).normal(0, 4, SHAPE)
    return np.digitize(COLUMNS + ndimage.gaussian_filter(noise, 0.7), steps)


FITS = {
    (NAME, 2): cells([20], 1),
    (NAME, 3): cells([13, 22], 2),
    (NAME, 4): cells([8, 15, 19], 3),
    (OTHER, 2): cells([24], 4),
}


def forests(limits=LIMITS, least=LEAST, fits=FITS, name=NAME, scene=BANDS):
    """All areas in pixels, by another road than the check's: one region at a time."""
    areas = []
    for (one, _), labels in fits.items():
        for limit in limits if name in (one, None) else ():
            forest = np.zeros(SHAPE, bool)
            for label in np.unique(labels):
                red, infrared = scene.values[labels == label].mean(axis=0)[2:]
                forest |= (labels == label) & ((infrared - red) / (infrared + red) >= limit)
            areas.append(int(dissolve(forest, least).sum()))
    return areas


def dissolve(mask, least):
    while True:
        parts = mask.astype(int)
        sizes = np.zeros(SHAPE, int)
        for value in (False, True):
            label, n = ndimage.label(mask == value)
            sizes += np.where(mask == value, np.bincount(label.ravel(), minlength=n + 1)[label], 0)
        large = sizes >= min(least, sizes.max())
        if large.all():
            return mask
        r, c = ndimage.distance_transform_edt(~large, return_distances=False, return_indices=True)
        mask = parts[r, c].astype(bool)


def range_of(**options):
    areas = forests(**options)
    return min(areas) * 0.04, max(areas) * 0.04


PAIR = range_of()
GIVEN = BANDS, FITS, LIMITS, LEAST, NAME


@pytest.mark.parametrize(
    "answer",
    [
        PAIR,
        list(PAIR),
        np.array(PAIR),
        np.array([PAIR]),
        [np.float32(x) for x in PAIR],
        tuple(round(x, 2) for x in PAIR),
    ],
)
def test_3_right(answer, match):
    match(
        rf"✓ From {PAIR[0]:.0f} to {PAIR[1]:.0f} ha, with one scene",
        said(checks.check_3, answer, *GIVEN),
    )


def test_3_the_range_as_the_check_tells_it_is_right(match):
    """A learner who copies the rounded numbers is not told that they are wrong."""
    assert PAIR[1] >= 10 and PAIR != tuple(np.round(PAIR))
    match("✓", said(checks.check_3, np.round(PAIR), *GIVEN))
    match("✗", said(checks.check_3, np.round(PAIR) + (0, 1), *GIVEN))
    small = BANDS._replace(meters=5.0)
    told = tuple(round(x / 16, 2) for x in PAIR)
    match(
        f"✓ From {told[0]:.2f} to {told[1]:.2f} ha", said(checks.check_3, told, small, *GIVEN[1:])
    )
    match("✗", said(checks.check_3, np.round(told), small, *GIVEN[1:]))


def test_3_rounded_to_10_as_the_lesson_does(match):
    """Pixels of 60 m, so that there are hundreds of hectares."""
    large = BANDS._replace(meters=60.0)
    exact = 9 * np.array(PAIR)
    assert exact[0] > 100
    for unit in (1, 10):
        told = tuple(np.round(exact / unit) * unit)
        match("✓", said(checks.check_3, told, large, *GIVEN[1:]))
        match("✗ Right, in the wrong order", said(checks.check_3, told[::-1], large, *GIVEN[1:]))
        far = (told[0], told[1] + 3 * unit)
        match(
            "✗ Not quite: the largest is too large.", said(checks.check_3, far, large, *GIVEN[1:])
        )
    hundreds = np.round(exact / 100) * 100
    match("✗", said(checks.check_3, hundreds, large, *GIVEN[1:]))
    raw = np.round(9 * np.array(range_of(least=0)) / 10) * 10
    if not np.array_equal(raw, np.round(exact / 10) * 10):
        match("✗ This is the range before", said(checks.check_3, raw, large, *GIVEN[1:]))


def test_3_the_cases_differ():
    """Otherwise the messages below could not tell them apart."""
    cases = [PAIR, range_of(least=0), range_of(limits=LIMITS[1:2]), range_of(name=None)]
    assert len({tuple(np.round(case, 2)) for case in cases}) == len(cases) and PAIR[0] < PAIR[1]


@pytest.mark.parametrize(
    "answer, message",
    [
        (PAIR[::-1], "✗ Right, in the wrong order: the smallest first."),
        (tuple(x / 0.04 for x in PAIR), "✗ These are pixels. One more step to hectares."),
        (
            range_of(least=0),
            "✗ This is the range before regions under 40 pixels are gone. Tidy each mask",
        ),
        (
            range_of(limits=LIMITS[1:2]),
            "✗ This is the range over the numbers of clusters for one limit. Try all",
        ),
        (
            range_of(name=None),
            "✗ This is the range over all features. Take only those of 'all bands'.",
        ),
        (
            (PAIR[0], PAIR[1] + 3),
            "✗ Not quite: the largest is too large. For each limit and each k",
        ),
        ((PAIR[0] - 0.5, PAIR[1]), "✗ Not quite: the smallest is too small."),
        (
            (PAIR[0] + 1, PAIR[1] - 1),
            "✗ Not quite: the smallest is too large and the largest is too small.",
        ),
        (
            [x * 0.04 for x in forests()],
            "✗ Two numbers are asked for, .*you handed in 9. Take min and max of your list.",
        ),
        (PAIR[1] - PAIR[0], r"✗ Two numbers are asked for: \(smallest, largest\)."),
        (
            {"smallest": PAIR[0], "largest": PAIR[1]},
            "✗ Two numbers are asked for, .* this is a dict of 2.",
        ),
        ([FITS[NAME, 2], 3], "✗ Two numbers are asked for, .* this is a list of 2."),
        ("from 1 to 2", "✗ Two numbers are asked for"),
        (max, "✗ Two numbers are asked for"),
    ],
)
def test_3_wrong(answer, message, match):
    match(message, said(checks.check_3, answer, *GIVEN))


def test_3_when_one_mistake_makes_no_difference():
    """What a mistake leaves as it was, is right."""
    raw = range_of(least=0)
    assert said(checks.check_3, raw, BANDS, FITS, LIMITS, 0, NAME).startswith("✓")
    one = {(NAME, 2): FITS[NAME, 2]}
    assert said(checks.check_3, range_of(fits=one), BANDS, one, LIMITS, LEAST, NAME).startswith("✓")


def test_3_no_forest_and_a_minimum_area_larger_than_all():
    assert said(checks.check_3, (0, 0), BANDS, FITS, (0.99,), LEAST, NAME).startswith(
        "✓ From 0 to 0 ha"
    )
    whole = range_of(least=10 * N)
    assert said(checks.check_3, whole, BANDS, FITS, LIMITS, 10 * N, NAME).startswith("✓")


# all: see test_every_check.py

CHECKS = [(checks.check_1, (BANDS,)), (checks.check_2, (NDVI, MASK)), (checks.check_3, GIVEN)]
STRANGE = strange(SHAPE)
