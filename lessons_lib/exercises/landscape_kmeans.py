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
    n_pixels, right = int(counts.sum()), int(counts.max())
    value = need_number(answer, low=0, high=n_pixels)
    if value == right:
        color = colors.values[counts.argmax()].astype(int).tolist()
        return (f"{right} pixels have the colour {color}, {100 * right / n_pixels:.0f} % of the "
                "picture.")
    if value == counts.argmax():
        raise Wrong("This is the row in which the commonest colour stands, not its number of "
                    "pixels. argmax gives a place, max the value.")
    if value == len(counts):
        raise Wrong("This is the number of different colours. How many pixels has the commonest "
                    "of them?")
    if value == n_pixels:
        raise Wrong("These are all pixels of the picture.")
    if value == counts.min():
        raise Wrong("This is the rarest colour.")
    if abs(value - right) <= 1:
        raise Wrong("One off. Hand in what counts.max() gives, and neither add to it nor take "
                    "from it: a number of pixels starts at 1, only rows start at 0.")
    share = right / n_pixels
    if abs(value - share) < 0.005 or abs(value - 100 * share) < 0.5:
        raise Wrong("This is its share of the picture. The number of pixels is asked for.")
    if value == colors.values.max():
        raise Wrong("This is the largest value of a channel. Look into colors.counts, not "
                    "colors.values.")
    if value > right:
        raise Wrong(f"No colour has so many pixels. Is {value:g} a class, or a cluster? It has "
                    "many colours; the commonest single colour is asked for.")
    raise Wrong(f"No: {value:g} is not the largest of colors.counts.")


@check
def check_2(answer):
    """A function that returns the inertia."""
    if not callable(answer):
        raise Wrong("A function is asked for: hand in my_inertia itself, without parentheses.")
    points = np.array([(0, 0, 0), (30, 60, 90), (10, 0, 5), (200, 100, 0), (220, 180, 40),
                       (90, 90, 90)], dtype=float)
    weights = np.array([1, 5, 2, 3, 1, 4])
    centers = np.array([(10, 20, 30), (200, 150, 0), (100, 80, 90)], dtype=float)
    try:
        returned = answer(points.copy(), weights.copy(), centers.copy())
    except Exception as error:
        raise Wrong(f"my_inertia(points, weights, centers) raised {type(error).__name__}: "
                    f"{str(error).rstrip('.')}. It gets arrays of shape {points.shape}, "
                    f"{weights.shape} and {centers.shape}: give each pair of point and centre a "
                    "place of its own with None, as my_kmeans does.") from None
    if returned is None or returned is ...:
        raise Wrong("my_inertia returns nothing yet. Is the return missing?")
    got = np.asarray(returned)
    if got.shape == (len(points),):
        raise Wrong("This is one number for each point. Add them up, each times its weight.")
    if got.shape == (len(points), len(centers)):
        raise Wrong("These are the distances of all pairs. Each point counts once: with its "
                    "nearest centre.")
    if got.dtype.kind == "f" and np.isnan(got).all():
        raise Wrong("my_inertia returns nan, which is not a number. Is there a division by 0, or "
                    "a root of a negative number?")
    value = need_number(returned)
    squared = ((points[:, None] - centers) ** 2).sum(axis=2)
    right = weights @ squared.min(axis=1)
    if np.isclose(value, right):
        return "The weighted sum of squared distances to the nearest centres."
    for wrong, message in _mistakes(squared, weights):
        if np.isclose(value, wrong):
            raise Wrong(message)
    raise Wrong(f"For the test points the inertia is {right:.0f}; yours is {value:.0f}. Squared "
                "distances, the nearest centre of each point, times its weight, summed.")


def _mistakes(squared, weights):
    """What a function with a known mistake returns, and what is wrong with it."""
    nearest = squared.min(axis=1)
    right = weights @ nearest
    return [
        (nearest.sum(),
         "The weights are not used: a colour of one pixel counts as much as one of five hundred."),
        (weights @ np.sqrt(nearest),
         "These are distances, not squared ones. With plain distances the best centre would be "
         "the median, not the mean."),
        (np.sqrt(nearest).sum(),
         "These are plain distances, and without weights. Square them, and let each count by its "
         "weight."),
        (right / weights.sum(), "This is the mean over the pixels. The inertia is the sum."),
        (right / len(squared),
         "This is the sum divided by the number of colours. The inertia is the sum."),
        (weights @ squared.sum(axis=1),
         "Here every point counts with all centres. Only the nearest one counts: min(axis=1)."),
        (squared.sum(),
         "Here every point counts with all centres, and without weights. Take the nearest: "
         "min(axis=1)."),
        (weights @ squared.max(axis=1),
         "This takes the farthest centre of each point. The nearest one counts."),
        (np.sqrt(right), "This is the square root of the inertia."),
        (weights ** 2 @ nearest, "Here the weights count squared."),
        (weights @ squared[:, 0],
         "Here every point counts with the first centre. Take the nearest of each row: "
         "min(axis=1)."),
    ]


@check
def check_3(answer, colors, k, best, target):
    """First centres that end badly."""
    if callable(answer):
        raise Wrong("This is a function. Call it, with parentheses, and hand in what it returns.")
    try:
        if np.asarray(answer).dtype.kind not in "iufb":
            raise TypeError
        start = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f"An array of {k} colours is asked for; this is {describe(answer)}.") from None
    channels = colors.values.shape[1]
    if start.shape == (k,):
        raise Wrong("These are row numbers, not colours: hand in colors.values[rows].")
    if start.shape == (channels, k) and start.shape != (k, channels):
        raise Wrong(f"One row for each centre: shape {(k, channels)}; yours has {start.shape}. "
                    "Transpose it.")
    if start.shape != (k, channels):
        raise Wrong(f"{k} centres with {channels} channels each are asked for: shape "
                    f"{(k, channels)}; yours has {start.shape}.")
    if not ((start >= 0) & (start <= 255)).all():
        raise Wrong("Colours go from 0 to 255; some of yours do not.")
    if len(np.unique(start, axis=0)) < k:
        raise Wrong("Two of your centres are equal. Then one of them gets no pixel, and the "
                    "library moves it to where it helps most. Put them near each other, not on "
                    "each other.")
    if start.max() <= 1 < colors.values.max():
        raise Wrong("All your values lie between 0 and 1. Here colours go from 0 to 255: multiply "
                    "by 255.")
    *_, end = kmeans.lloyd(colors.values, start, weights=colors.counts)
    ratio = end.inertia / max(best, 1e-9)
    if ratio >= target:
        return (f"From there k-means rests at {ratio:.2f} times the best inertia, and cannot "
                "leave.")
    if ratio > 1.01:
        raise Wrong(f"It rests at {ratio:.2f} times the best inertia: bad, but there are worse "
                    f"starts, {target:.2f} is asked for. Which heaps could you leave without a "
                    "centre?")
    raise Wrong(f"From there k-means finds its way: {ratio:.2f} times the best inertia. Draw many "
                "starts and keep the worst, or try all centres close together in one heap, "
                "several times.")
