"""Checks of lesson 02."""

import numpy as np

from lessons_lib import scores
from lessons_lib.exercises.base import Wrong, check, describe, need_labels, need_number
from lessons_lib.regions import connected


@check
def check_1(answer, found_by_regions):
    """The smallest number of regions that finds the most objects.

    `found_by_regions` is a dict from number of regions to number of objects found.
    """
    n = need_number(answer, 1, 10_000, whole=True)
    most = max(found_by_regions.values())
    right = min(k for k, found in found_by_regions.items() if found == most)
    if n == most != right:
        raise Wrong(f"{n} is the number of coins. The table needs regions too, and takes more than "
                    "one: k-means cuts it up before it parts the last small coins.")
    if n not in found_by_regions:
        raise Wrong(f"You did not measure {n}: the numbers tried run from {min(found_by_regions)} "
                    f"to {max(found_by_regions)}.")
    if found_by_regions[n] < most:
        raise Wrong(f"With {n} regions {found_by_regions[n]} coins are found; another number finds "
                    f"{most}.")
    if n > right:
        raise Wrong(f"{n} regions find {most} coins, but fewer do as well. Ask for the smallest.")
    return f"{n} regions find {most} coins, and no smaller number does."


@check
def check_2(answer, truth, labels, threshold=0.5):
    """The true objects that a result has not found, as a list of their numbers."""
    iou = scores.matched_iou(truth, labels)
    right = np.flatnonzero(iou < threshold)
    if callable(answer):
        raise Wrong("This is a function. Call it, and hand in the list of coin numbers.")
    if isinstance(answer, str | bytes):
        raise Wrong(f"A list of coin numbers is asked for; this is {describe(answer)}.")
    got = np.asarray(answer if not isinstance(answer, set | frozenset) else sorted(answer))
    if got.dtype == bool and got.shape == iou.shape:
        raise Wrong("This is one True or False for each coin. np.flatnonzero turns it into "
                    "numbers.")
    if got.dtype.kind == "f" and got.shape == iou.shape:
        raise Wrong("These are the IoU values themselves. Which of them are below 0.5?")
    if got.size and got.ndim and got.dtype.kind not in "iufb":
        raise Wrong(f"Coin numbers are whole numbers; this is {describe(answer)} of something "
                    "else.")
    if got.dtype.kind == "f" and not ((got == np.round(got)) & (np.abs(got) < 1e9)).all():
        raise Wrong("Coin numbers are whole numbers; yours have fractions, or are NaN or huge.")
    if got.ndim == 0 and len(right) != 1:
        if got.dtype.kind in "iuf" and int(got) == len(right):
            raise Wrong(f"{int(got)} is how many are missing. Which ones? Hand in their numbers.")
        raise Wrong("A list is asked for, with the number of each coin that is missing.")
    got = np.unique(got.ravel()).astype(np.int64) if got.size else np.array([], dtype=np.int64)
    if np.array_equal(got, right):
        n_missing = "1 coin is" if len(right) == 1 else f"{len(right)} coins are"
        return f"{n_missing} missing: {', '.join(map(str, right)) or 'none'}."
    if np.array_equal(got, np.flatnonzero(iou >= threshold)):
        raise Wrong("These are the coins that were found; the others are asked for.")
    if np.array_equal(got, right + 1):
        raise Wrong("Nearly: all your numbers are one too large. The first coin is number 0.")
    strange = got[(got < 0) | (got >= len(iou))]
    if strange.size:
        raise Wrong(f"Coins are numbered from 0 to {len(iou) - 1}; you have "
                    f"{', '.join(map(str, strange[:3].tolist()))}. Are these region numbers of the "
                    "result? Its numbers are not those of the reference.")
    missing, extra = np.setdiff1d(right, got), np.setdiff1d(got, right)
    raise Wrong("Not these: " + " ".join(
        part for part in (f"{missing.tolist()} should be in the list." if missing.size else "",
                          f"{extra.tolist()} should not." if extra.size else "") if part)
                + " A coin is missing if its IoU is below 0.5.")


@check
def check_3(answer, truth, most_regions, least_found):
    """All objects, and the background in one piece or two."""
    if isinstance(answer, tuple) and len(answer) == 2 and np.ndim(answer[0]) == 2:
        raise Wrong("These are two things, a label map and a number, as ndimage.label returns "
                    "them. Hand in the label map alone: answer_3[0]")
    size = np.size(answer)
    if np.ndim(answer) in (1, 2) and truth.size / 200 < size < truth.size:
        raise Wrong(f"This label map has {size} pixels; the photograph has {truth.size}. Work at "
                    "full size, or enlarge the labels with order=0 (order 1 would mix numbers).")
    labels = np.maximum(need_labels(answer, truth.shape), -1)
    k = len(np.unique(labels[labels >= 0]))
    if k < 2:
        raise Wrong("There is one region at most; each coin needs its own.")
    if k > max(100, 4 * most_regions):
        raise Wrong(f"This map has {k} different numbers. {_what_it_may_be(labels, k)}")
    compact = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
    compact = compact - int(labels.min() < 0)
    iou = scores.matched_iou(truth, compact)
    found = int((iou >= 0.5).sum())
    if len(iou) and iou.min() == 1:
        raise Wrong("Each region is a coin of the reference, pixel for pixel. Find the coins "
                    "without it: start from final, and give all dark regions one label.")
    if k > most_regions:
        raise Wrong(f"{found} coins are found, but with {k} regions; at most {most_regions} are "
                    "asked for. The table still lies in many pieces: give all dark regions one "
                    "label.")
    if found < least_found:
        table = scores.overlap_table(truth, compact)
        crowded = (table > 0.5 * table.sum(axis=1, keepdims=True)).sum(axis=0) > 1
        # The table is a region too; it may have swallowed coins, but lies mostly outside of them.
        merged = int((crowded & (2 * table.sum(axis=0) > np.bincount(compact[compact >= 0]))).sum())
        why = (f"{merged} region(s) hold more than one coin: merged too much, or asked for too few "
               "regions." if merged else "Coins were given to the table, or their borders are off.")
        raise Wrong(f"{found} coins are found, {least_found} are asked for. {why}")
    return f"{found} coins in {k} regions, mean IoU {iou.mean():.2f}."


def _what_it_may_be(labels, k):
    """What a map of far too many regions is likely to be."""
    # Label 0 may be the ground, with a hole in each coin.
    n_parts = connected(np.where(labels > 0, labels, -1)).areas.size
    if n_parts > 2 * k:
        return "Is it the photograph, whose numbers are grey values? Regions are asked for."
    if (labels == 0).mean() > 0.3:
        return ("Are they the bright parts above a threshold? It leaves a crowd of crumbs; start "
                "from final.")
    return "Are they the superpixels, before they were joined to regions? Start from final."
