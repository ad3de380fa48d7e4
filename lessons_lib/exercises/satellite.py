"""Checks of lesson 07."""

import numpy as np

from lessons_lib import regions, satellite
from lessons_lib.exercises.base import Wrong, check, describe, need_number


@check
def check_1(answer, bands, limit=0.1):
    """Hectares of the pixels that are darker than a limit in near infrared."""
    value = need_number(answer, 0)
    infrared, pixel = bands.values[..., bands.names.index("near infrared")], bands.meters ** 2
    n = int((infrared < limit).sum())
    right = n * pixel / 10_000
    mistakes = [
        (n, "This is the number of pixels, not of hectares."),
        (n * pixel, "These are square metres. A hectare has 10,000 of them."),
        (n * bands.meters / 10_000,
         f"The side of a pixel is not squared: a pixel of {bands.meters:g} m by "
         f"{bands.meters:g} m covers {pixel:g} m²."),
        (10 * right,
         "Ten times too much. A hectare is 10,000 m², not 1,000: a square with sides of 100 m."),
        (right / 10, "Ten times too little. A hectare is 10,000 m², not 100,000."),
        (right / 100, "These are square kilometres. A square kilometre has 100 hectares."),
        ((infrared.size - n) * pixel / 10_000,
         f"This is the rest of the scene. Pixels *below* {limit:g} are asked for."),
        (infrared.size * pixel / 10_000,
         "This is the whole scene. Count only the pixels where the condition holds."),
        (n / infrared.size, "This is the share of the scene, not its hectares."),
        (100 * n / infrared.size, "This is the share of the scene in per cent, not its hectares."),
    ]
    for i, name in enumerate(bands.names):
        if name != "near infrared":
            dark = (bands.values[..., i] < limit).sum()
            mistakes.append((dark * pixel / 10_000,
                             f"This is the area that is darker than {limit:g} in {name}. Near "
                             "infrared is asked for."))
    mistakes.append(((infrared < limit * 10_000).sum() * pixel / 10_000,
                     "Every pixel passes: reflectances here run from 0 to about 1, not to 10,000."))
    for like in (_same, _rounded):  # as the lesson prints a number, it is as good
        if like(value, right):
            return _hectares_told(n, pixel, infrared.size)
        for wrong, message in mistakes:
            if like(value, wrong) and not _same(wrong, right):
                raise Wrong(message)
    raise Wrong(f"{value:.6g} hectares do not fit. The mask `near infrared < {limit:g}` has {n} "
                "pixels; how many square metres are that, and how many hectares?")


def _hectares_told(n, pixel, size):
    return (f"{n} pixel{'' if n == 1 else 's'} of {pixel:g} m² are {n * pixel / 10_000:.2f} "
            f"hectares, {100 * n / size:.2f} % of the scene.")


@check
def check_2(answer, ndvi, mask):
    """The NDVI threshold under which each pixel's own NDVI gives as many hectares as a mask."""
    value, wanted = need_number(answer), int(np.sum(mask))
    ndvi, size = np.asarray(ndvi), np.size(mask)
    near = max(1, 0.005 * size)  # half a per cent of the scene

    def area(threshold):
        return int((ndvi >= threshold).sum())

    if -1 <= value <= 1.001 and abs(area(value) - wanted) <= near:
        mine = ndvi >= value
        both, either = (np.asarray(mask) & mine).sum(), (np.asarray(mask) | mine).sum()
        iou = 1.0 if not either else both / either
        return (f"NDVI of {value:z.3f} or more: {area(value)} pixels; the clusters give {wanted}. "
                f"{'The' if area(value) == wanted else 'Nearly the'} same area, and an IoU of "
                f"{iou:.2f}: {either - both} pixels are forest for one and not for the other.")
    if np.isclose(value, [wanted / size, 1 - wanted / size], atol=2e-3).any():
        raise Wrong(f"{value:z.3f} is a share of the scene. Which NDVI do that many pixels reach? "
                    "np.quantile turns a share into a value.")
    if np.isclose(value, wanted, rtol=1e-2) or value > 1.001 or value < -1:
        raise Wrong("An NDVI lies between -1 and 1. Is this an area? The threshold is asked for.")
    mirrored = np.quantile(ndvi, wanted / size)
    if abs(value - mirrored) < 2e-3:
        raise Wrong(f"This is the wrong end: {100 * wanted / size:.0f} % of the pixels lie *below* "
                    f"{value:z.3f}. Forest has the high values, so take the quantile of 1 minus "
                    "the share.")
    raise Wrong(f"With {value:z.3f} there are {area(value)} pixels of forest, with the clusters "
                f"{wanted}. The threshold is too {'low' if area(value) > wanted else 'high'}.")


@check
def check_3(answer, bands, fits, limits, min_area, name):
    """Smallest and largest area of forest over limits and k, small regions removed."""
    pair = _pair(answer)
    hectare = bands.meters ** 2 / 10_000
    chosen = {k: labels for (one, k), labels in fits.items() if one == name}
    right = _range(bands, chosen, limits, min_area) * hectare
    digits = 2 if 0 < right[1] < 10 else 0
    told = (f"From {right[0]:.{digits}f} to {right[1]:.{digits}f} ha, with one scene, one set of "
            "features and one minimum area.")
    middle = limits[len(limits) // 2:][:1]
    mistakes = [
        (right[::-1], "Right, in the wrong order: the smallest first."),
        (right / hectare, "These are pixels. One more step to hectares."),
        (_range(bands, chosen, limits, 0) * hectare,
         f"This is the range before regions under {min_area} pixels are gone. Tidy each mask, "
         "then count."),
        (_range(bands, chosen, middle, min_area) * hectare,
         "This is the range over the numbers of clusters for one limit. Try all limits."),
        (_range(bands, fits, limits, min_area) * hectare,
         f"This is the range over all features. Take only those of {name!r}."),
    ]
    for like in (_same, _rounded):
        if like(pair, right):
            return told
        for wrong, message in mistakes:
            if like(pair, wrong) and not _same(wrong, right):
                raise Wrong(message)
    side = [f"the {what} is too {'small' if mine < true else 'large'}"
            for what, mine, true in zip(("smallest", "largest"), pair, right)
            if not (_same(mine, true) or _rounded(mine, true))]
    raise Wrong(f"Not quite: {' and '.join(side)}. For each limit and each k: which clusters "
                "are forest, the mask, tidy, count, hectares.")


def _pair(answer):
    """Two numbers, or `Wrong`."""
    asked = "Two numbers are asked for, the smallest and the largest area; "
    try:
        pair = np.asarray(answer).astype(float, casting="same_kind").ravel()
    except (TypeError, ValueError):
        raise Wrong(f"{asked}this is {describe(answer)}.") from None
    if pair.size > 2:
        raise Wrong(f"{asked}you handed in {pair.size}. Take min and max of your list.")
    if pair.size < 2:
        raise Wrong("Two numbers are asked for: (smallest, largest).")
    return pair


def _same(value, other):
    return np.allclose(value, other, rtol=1e-3, atol=1e-9)


def _rounded(value, exact):
    """Whether each value is the exact one, rounded to two significant digits or more."""
    for mine, true in zip(np.ravel(value), np.ravel(exact)):
        first = np.floor(np.log10(abs(true))) if true else 0
        units = 10.0 ** (first - np.arange(1, 5))  # of the last digit that is written
        ends = np.isclose(mine / units, np.round(mine / units), rtol=0, atol=1e-6)
        near = np.abs(mine - true) <= 0.5001 * units
        if not (ends & near).any():
            return False
    return True


def _range(bands, fits, limits, min_area):
    """Smallest and largest number of forest pixels."""
    areas = []
    for labels in fits.values():
        ndvi = satellite.index(satellite.spectra(bands, labels), "NDVI")
        for limit in limits:
            mask = (ndvi >= limit)[labels]
            areas.append(int(regions.merge_small(mask, min_area, keep_largest=True).sum()))
    return np.array([min(areas), max(areas)])
