"""Checks of lesson 03."""

import numpy as np

from lessons_lib import kmeans
from lessons_lib.exercises.base import Wrong, check, describe, need_number


@check
def check_1(answer, colors):
    """The number of pixels of the commonest colour."""
    counts = colors.counts
    if isinstance(answer, np.ndarray) and answer.shape in (counts.shape, colors.values.shape):
        raise Wrong("This is the whole list. One number is asked for: the largest of the counts.")
    value = need_number(answer, low=0)
    right = int(counts.max())
    if value == right:
        color = colors.values[counts.argmax()].astype(int).tolist()
        return f"{right} pixels have the colour {color}, {100 * right / counts.sum():.0f} % of the picture."
    if value == counts.argmax():
        raise Wrong("This is the row in which the commonest colour stands, not its number of pixels. argmax gives a "
                    "place, max the value.")
    if value == len(counts):
        raise Wrong("This is the number of different colours. How many pixels has the commonest of them?")
    if value == counts.sum():
        raise Wrong("These are all pixels of the picture.")
    if value == counts.min():
        raise Wrong("This is the rarest colour.")
    if abs(value - right / counts.sum()) < 0.005 or abs(value - 100 * right / counts.sum()) < 0.5:
        raise Wrong("This is its share of the picture. The number of pixels is asked for.")
    if value == colors.values.max():
        raise Wrong("This is the largest value of a channel. Look into colors.counts, not colors.values.")
    raise Wrong(f"No: {value:g} is not the largest of colors.counts.")


@check
def check_2(answer):
    """A function that moves the centres to the weighted means."""
    if not callable(answer):
        raise Wrong("A function is asked for: hand in move itself, without parentheses.")
    points = np.array([(0, 0, 0), (30, 60, 90), (10, 0, 5), (200, 100, 0), (220, 180, 40), (90, 90, 90)], dtype=float)
    weights, labels, k = np.array([1, 5, 2, 3, 1, 4]), np.array([0, 0, 0, 1, 1, 2]), 3

    def by_cluster(rule):
        return np.array([rule(points[labels == c], weights[labels == c]) for c in range(k)])

    try:
        returned = answer(points.copy(), weights.copy(), labels.copy(), k)
    except Exception as error:
        raise Wrong(f"move(points, weights, labels, k) raised {type(error).__name__}: {error}. It gets arrays of shape "
                    f"{points.shape}, {weights.shape} and {labels.shape}, and the number {k}.") from None
    if returned is None or returned is ...:
        raise Wrong("move returns nothing yet. Is the return missing?")
    try:
        got = np.asarray(returned, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"The centres must be an array of shape {(k, 3)}; move returned {describe(returned)}.") from None
    if got.shape == (3,) or got.shape == (k,):
        raise Wrong(f"One row for each cluster is asked for: shape {(k, 3)}; yours has {got.shape}. Without axis=0, np.average "
                    "melts the three channels into one number, or all clusters into one.")
    if got.shape != (k, 3):
        raise Wrong(f"One row for each of the {k} clusters, one column for each channel: shape {(k, 3)}; yours has {got.shape}.")
    right = by_cluster(lambda p, w: np.average(p, axis=0, weights=w))
    if np.allclose(got, right, atol=1e-6):
        return "Each centre is the weighted mean of its points."
    if np.allclose(got, right.round(), atol=1e-6) or np.allclose(got, np.floor(right), atol=1e-6):
        raise Wrong("Nearly: the means are rounded. Centres need not be whole numbers; with rounding they stop walking too early.")
    mistakes = [
        (by_cluster(lambda p, w: p.mean(axis=0)), "These are the plain means: the weights are not used, so a colour of one pixel "
                                                  "pulls as hard as one of five hundred."),
        (by_cluster(lambda p, w: w @ p), "These are the weighted sums. Divide by the sum of the weights of the cluster."),
        (by_cluster(lambda p, w: w @ p / len(p)), "You divide by the number of colours; divide by the sum of their weights."),
        (by_cluster(lambda p, w: w @ p / weights.sum()), "You divide by the weight of all points; divide by that of the cluster."),
        (by_cluster(lambda p, w: np.median(p, axis=0)), "These are medians. They are a good idea for another method (k-medians); "
                                                        "the mean makes the sum of squares smallest."),
        (by_cluster(lambda p, w: p.sum(axis=0)), "These are sums. The mean is asked for, with weights."),
    ]
    for wrong, message in mistakes:
        if np.allclose(got, wrong, atol=1e-6):
            raise Wrong(message)
    if not np.isfinite(got).all():
        raise Wrong("Some centres are NaN. Every cluster here has points: is the selection labels == c right?")
    worst = int(np.abs(got - right).max(axis=1).argmax())
    raise Wrong(f"Centre {worst} should be {right[worst].round(2).tolist()} for points {points[labels == worst].tolist()} with weights "
                f"{weights[labels == worst].tolist()}; yours is {got[worst].round(2).tolist()}.")


@check
def check_3(answer, colors, k, best):
    """First centres that end badly."""
    if callable(answer):
        raise Wrong("This is a function. Call it, with parentheses, and hand in what it returns.")
    try:
        start = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"An array of {k} colours is asked for; this is {describe(answer)}.") from None
    channels = colors.values.shape[1]
    if start.shape == (channels, k) and start.shape != (k, channels):
        raise Wrong(f"One row for each centre: shape {(k, channels)}; yours has {start.shape}. Transpose it.")
    if start.shape != (k, channels):
        raise Wrong(f"{k} centres with {channels} channels each are asked for: shape {(k, channels)}; yours has {start.shape}.")
    if not ((start >= 0) & (start <= 255)).all():
        raise Wrong("Colours go from 0 to 255; yours leave this range. Are they from 0 to 1, or far outside the cloud?"
                    if start.max() > 255 or start.min() < 0 else "Colours must be numbers.")
    if start.max() <= 1 < colors.values.max():
        raise Wrong("All your values lie between 0 and 1. Here colours go from 0 to 255: multiply by 255.")
    if len(np.unique(start, axis=0)) < k:
        raise Wrong("Two of your centres are equal. Then one of them gets no pixel, and the library moves it to where it helps "
                    "most. Put them near each other, not on each other.")
    *_, end = kmeans.lloyd(colors.values, start, weights=colors.counts)
    ratio = end.inertia / max(best, 1e-9)
    if ratio >= 1.2:
        return f"From there k-means rests at {ratio:.2f} times the best inertia, and cannot leave."
    if ratio > 1.01:
        raise Wrong(f"It rests at {ratio:.2f} times the best inertia: bad, but 1.20 is asked for. Which heap could you leave without "
                    "a centre?")
    raise Wrong(f"From there k-means finds its way: {ratio:.2f} times the best inertia. Two centres in one heap, and another heap "
                "without any, make it stick.")
