"""How good is a map? An estimate from points whose true class somebody knows."""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks


class Accuracy(NamedTuple):
    """What points of truth say of a map.

    Attributes
    ----------
    overall, low, high : float
        The share of the map that is right, and its 95 % interval.
    table : ndarray of int, shape (classes, classes)
        Row: what is there; column: what the map says; entries: points.
    right : ndarray of bool, shape (n,)
        One for each point.
    weighted : bool
        Whether each class counts by its share of the map; if not, each point counts once.

    Examples
    --------
    >>> found = estimate([0] * 8 + [1] * 8, [0] * 8 + [1] * 7 + [0], [0.5, 0.5])
    >>> round(found.overall, 3), found.table.tolist()
    (0.944, [[8, 0], [1, 7]])
    """

    overall: float
    low: float
    high: float
    table: np.ndarray
    right: np.ndarray
    weighted: bool


def estimate(truth, mapped, shares):
    """The accuracy of a map from points drawn in each of its classes, with a 95 % interval.

    Parameters
    ----------
    truth, mapped : sequence of int, length n
        The true class of each point, and that of the map, 0 to m - 1 (-1: the map says nothing,
        which is wrong).
    shares : sequence of float, length m
        How much of the map each class covers; they are divided by their sum.

    Returns
    -------
    Accuracy

    Raises
    ------
    ValueError
        If there is no point, or the three do not belong together.

    Notes
    -----
    As in lesson 07, each class counts by its share of the map, if all that have pixels have two
    points or more; else each point counts once. The interval is Wilson's for as many points as
    would give, drawn at random from all of the map, the same variance: it lies within 0 and 1, and
    does not shrink to nothing when all points are right. It means something if the points were
    drawn at random in each class.

    References
    ----------
    P. Olofsson et al. (2014). Good practices for estimating area and assessing accuracy of land
    change. Remote Sensing of Environment 148, 42-57. E. B. Wilson (1927). Probable inference, the
    law of succession, and statistical inference. JASA 22, 209-212.

    Examples
    --------
    Twenty points, all right: the interval says how little twenty are.

    >>> found = estimate([0] * 10 + [1] * 10, [0] * 10 + [1] * 10, [0.7, 0.3])
    >>> found.overall, round(found.low, 2), found.high
    (1.0, 0.84, 1.0)
    """
    truth = _checks.label_map(truth, "truth", 1)
    mapped = _checks.label_map(mapped, "mapped", 1)
    shares = _checks.finite("shares", shares, ndim=1)
    m = len(shares)
    if truth.shape != mapped.shape:
        raise ValueError("truth and mapped must have one class for each of the same points; their "
                         f"shapes are {truth.shape} and {mapped.shape}")
    for name, one, low in (("truth", truth, 0), ("mapped", mapped, -1)):
        if one.min() < low or one.max() >= m:
            raise ValueError(f"{name} must be whole numbers from {low} to {m - 1}, one of the "
                             f"classes that have shares; got {one.tolist()}")
    if (shares < 0).any() or not shares.any():
        raise ValueError(f"shares must be 0 or more, not all 0; got {shares.tolist()}")
    shares = shares / shares.sum()
    table = np.zeros((m, m), int)
    known = mapped >= 0
    np.add.at(table, (truth[known], mapped[known]), 1)
    right = truth == mapped
    n, of_class = len(truth), table.sum(axis=0)
    weighted = bool(known.all() and (of_class[shares > 0] >= 2).all())
    if weighted:
        used = of_class > 0
        found = np.diag(table)[used] / of_class[used]
        weight = shares[used]
        overall = float(weight @ found)
        variance = float((weight ** 2 * found * (1 - found) / (of_class[used] - 1).clip(1)).sum())
        enough = overall * (1 - overall) / variance if variance > 0 else n
    else:
        overall, enough = float(right.mean()), n
    low, high = _wilson(overall, enough)
    return Accuracy(overall, low, high, table, right, weighted)


def _wilson(share, n, z=1.959964):
    middle = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n)
    half = z / (1 + z ** 2 / n) * np.sqrt(share * (1 - share) / n + z ** 2 / (4 * n ** 2))
    return (float(max(0, middle - half)) if share > 0 else 0.0,
            float(min(1, middle + half)) if share < 1 else 1.0)


def draw_points(classes, n=20, *, seed=0):
    """Draw points at random in each class of a map.

    Parameters
    ----------
    classes : ndarray of int, shape (rows, columns)
        -1 gets none.
    n : int
        About how many: the same number in each class, at least two, as far as it has pixels.
    seed : int

    Returns
    -------
    list of (row, column)
        In a random order, so that it does not tell the class.

    Examples
    --------
    >>> points = draw_points(np.array([[0, 0, 0, 1, 1, 1]]), 4)
    >>> sorted(column // 3 for row, column in points)
    [0, 0, 1, 1]
    """
    classes = _checks.label_map(classes, "classes")
    n, rng = _checks.whole("n", n, 1), np.random.default_rng(_checks.seed(seed))
    present = np.unique(classes[classes >= 0])
    each = max(2, round(n / max(len(present), 1)))
    points = []
    for one in present:
        inside = np.flatnonzero(classes.ravel() == one)
        points += rng.choice(inside, min(each, len(inside)), replace=False).tolist()
    rng.shuffle(points)
    return [divmod(point, classes.shape[1]) for point in points]


def in_words(found):
    """The estimate in one sentence.

    Examples
    --------
    >>> in_words(estimate([0, 0, 0, 0], [0, 0, 0, 0], [1.0]))
    '4 of 4 points are right: 100 % of the map, 95 % interval 51 to 100 %.'
    """
    n = len(found.right)
    each = "" if found.weighted else " (each point counts once: some class has fewer than two)"
    return (f"{int(found.right.sum())} of {n} point{'s' * (n != 1)} are right: "
            f"{100 * found.overall:.0f} % of the map, 95 % interval {100 * found.low:.0f} to "
            f"{100 * found.high:.0f} %{each}.")
