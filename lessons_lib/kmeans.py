"""k-means on the colours of a picture, each counted once with its number of pixels.

A picture has far fewer colours than pixels. k-means needs to see each colour once, with its
count as a weight: the objective is the same, and so is every step (ties aside).
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from lessons_lib import _assignment, _checks, _threads
from lessons_lib.colors import bin_colors, unique_colors

# Of red, green and blue: how much each adds to how bright a colour looks.
LUMINANCE = (0.2126, 0.7152, 0.0722)


class Clusters(NamedTuple):
    """What k-means found.

    Attributes
    ----------
    labels : ndarray of int32
        0 to k - 1, one for each point, or a label map.
    centers : ndarray of float64, shape (k, channels)
        Mean of each cluster.
    inertia : float
        Sum over all points of weight times squared distance to their centre.

    Examples
    --------
    >>> found = fit(np.array([[0], [2], [9]]), 2)
    >>> found.centers.tolist(), found.labels.tolist(), found.inertia
    ([[1.0], [9.0]], [0, 0, 1], 2.0)
    """

    labels: np.ndarray
    centers: np.ndarray
    inertia: float


class Step(NamedTuple):
    """One round of Lloyd's algorithm.

    Attributes
    ----------
    centers : ndarray of float64, shape (k, channels)
        Where the centres stood.
    labels : ndarray of int32, shape (n,)
        The centre nearest to each point.
    inertia : float
        As in `Clusters`, with these centres and labels.
    moved : ndarray of float64, shape (k, channels)
        Where the centres go next: the means of their points.

    Examples
    --------
    >>> step = next(lloyd(np.array([[0], [2], [9]]), np.array([[0], [3]])))
    >>> step.centers.tolist(), step.labels.tolist(), step.moved.tolist()
    ([[0.0], [3.0]], [0, 1, 1], [[0.0], [5.5]])
    """

    centers: np.ndarray
    labels: np.ndarray
    inertia: float
    moved: np.ndarray


def lloyd(points, centers, *, weights=None, max_iter=300):
    """Lloyd's algorithm, step by step.

    Parameters
    ----------
    points : ndarray, shape (n, channels)
    centers : ndarray, shape (k, channels)
        Where to start.
    weights : ndarray, shape (n,), optional
        How often each point counts; by default once.
    max_iter : int
        Most steps.

    Yields
    ------
    Step
        The last one leaves all labels, and with them the centres, in place. A centre without
        points goes to the point farthest from its own centre.

    Raises
    ------
    ValueError
        If points, centres or weights have wrong shapes or are not finite, or if there are more
        centres than points that count.

    References
    ----------
    S. P. Lloyd (1982). Least squares quantization in PCM. IEEE Transactions on
    Information Theory 28(2), 129-137.

    Examples
    --------
    >>> points = np.array([[0], [2], [9], [10]])
    >>> for step in lloyd(points, np.array([[0], [2]])):
    ...     print(step.labels, step.centers.ravel(), round(step.inertia, 1))
    [0 1 1 1] [0. 2.] 113.0
    [0 0 1 1] [0. 7.] 17.0
    [0 0 1 1] [1.  9.5] 2.5
    """
    points, weights = _points(points, weights)
    max_iter = _checks.whole("max_iter", max_iter, 1)
    centers = _checks.finite("centers", centers)
    if centers.shape[1:] != points.shape[1:]:
        raise ValueError(f"centers must have one column for each of the {points.shape[1]} columns "
                         f"of points; the shape is {centers.shape}")
    _check_k(len(centers), points, weights)
    before = None
    for _ in range(max_iter):
        distance = ((points[:, None] - centers) ** 2).sum(axis=2)
        labels = distance.argmin(axis=1).astype(np.int32)
        nearest = distance[np.arange(len(points)), labels]
        moved = _means(points, weights, labels, nearest, len(centers))
        yield Step(centers, labels, float(weights @ nearest), moved)
        if before is not None and (labels == before).all():
            return
        before, centers = labels, moved


def _means(points, weights, labels, nearest, k):
    """The weighted mean of each cluster; an empty one takes the farthest point."""
    labels = labels.copy()
    members = np.bincount(labels, weights > 0, minlength=k)
    far = iter(np.argsort(-nearest * (weights > 0), kind="stable"))
    for empty in np.flatnonzero(members == 0):
        point = next(p for p in far if members[labels[p]] > 1)  # empty no other cluster by it
        members[labels[point]] -= 1
        labels[point] = empty
    mass = np.bincount(labels, weights, minlength=k)
    sums = [np.bincount(labels, weights * channel, minlength=k) for channel in points.T]
    return np.column_stack(sums) / mass[:, None]


def plus_plus(points, k, *, weights=None, n_init=1, seed=0):
    """Draw starting centres that lie apart: greedy k-means++.

    Parameters
    ----------
    points : ndarray, shape (n, channels)
    k : int
        Number of centres, at most that of the points.
    weights : ndarray, shape (n,), optional
        As in `lloyd`.
    n_init : int
        Number of starts, drawn side by side.
    seed : int

    Returns
    -------
    ndarray of float64, shape (n_init, k, channels)
        The first centre is a point drawn by weight. For each further one a few points are drawn by
        weight times squared distance to the nearest centre so far; the one that lowers the inertia
        most stays.

    Raises
    ------
    ValueError
        As in `lloyd`, or if `n_init` is no whole number of 1 or more.

    References
    ----------
    D. Arthur and S. Vassilvitskii (2007). k-means++: the advantages of careful seeding.
    SODA 2007, 1027-1035.

    Examples
    --------
    >>> starts = plus_plus(np.array([[0], [1], [50], [51]]), 2, n_init=3)
    >>> (starts > 25).sum(axis=1).ravel().tolist()
    [1, 1, 1]
    """
    points, weights = _points(points, weights)
    k = _check_k(k, points, weights)
    n_init, seed = _checks.whole("n_init", n_init, 1), _checks.seed(seed)
    rng, start = np.random.default_rng(seed), np.arange(n_init)
    centers = np.empty((n_init, k, points.shape[1]))
    closest, draws = np.ones((n_init, len(points))), 1
    for i in range(k):
        reach = np.cumsum(weights * closest, axis=1)
        targets = rng.random((n_init, draws)) * reach[:, -1:]
        drawn = points[[np.searchsorted(r[:-1], t, side="right") for r, t in zip(reach, targets)]]
        distance = cdist(drawn.reshape(-1, points.shape[1]), points, "sqeuclidean")
        closer = distance.reshape(n_init, draws, -1)
        if i > 0:
            closer = np.minimum(closest[:, None], closer)
        best = (closer @ weights).argmin(axis=1)
        centers[:, i], closest = drawn[start, best], closer[start, best]
        draws = 2 + int(np.log(k))
    return centers


def fit(points, k, *, weights=None, start=None, n_init=None, seed=0):
    """k-means, the best of several starts.

    Parameters
    ----------
    points : ndarray, shape (n, channels)
    k : int
        Number of clusters.
    weights : ndarray, shape (n,), optional
        How often each point counts; by default once.
    start : ndarray, shape (k, channels), optional
        Start once, from these centres.
    n_init : int, optional
        Number of starts, drawn by `plus_plus`. By default the larger of 10 and 3 k: then the
        inertia on the course's landscapes is within 0.2 % of the best of 300 starts.
    seed : int
        For the draws.

    Returns
    -------
    Clusters
        Numbered from dark to bright centres (by luminance; by their mean if there are not three
        channels), or in the order of `start`.

    Raises
    ------
    ValueError
        If there are fewer different points than clusters, or as in `lloyd` and `plus_plus`.

    Examples
    --------
    >>> found = fit(np.array([[0], [1], [10]]), 2, weights=[3, 1, 1])
    >>> found.labels.tolist(), found.centers.tolist(), found.inertia
    ([0, 0, 1], [[0.25], [10.0]], 0.75)
    """
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    points, weights = _points(points, weights)
    k = _check_k(k, points, weights)
    if start is not None:
        start = _checks.finite("start", start)
        if start.shape != (k, points.shape[1]):
            raise ValueError(
                f"start must have shape {(k, points.shape[1])}, one row for each cluster; it is "
                f"{start.shape}"
            )
    n_init = 1 if start is not None else max(10, 3 * k) if n_init is None else n_init
    used = weights > 0
    all_points = points
    if not used.all():
        points, weights = points[used], weights[used]
    if start is None:
        starts = iter(plus_plus(points, k, weights=weights, n_init=n_init, seed=seed))
    else:
        starts = iter([start])

    def hand_out(moved, k, random_state):
        # scikit-learn shifts the points to their mean and asks for one start after the other. Its
        # own draws would take twice the time of all the rest.
        return next(starts) + (moved[0] - points[0])

    # tol=0: scikit-learn scales tol by a variance that leaves the weights out.
    model = KMeans(k, init=hand_out, n_init=n_init, tol=0, algorithm="lloyd")
    with warnings.catch_warnings(), _threads.limit():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer clusters than k: refused below
        model.fit(_assignment.without_ties(points), sample_weight=weights)
    labels = model.labels_.astype(np.int32)
    mass = np.bincount(labels, weights, minlength=k)
    if not mass.all():
        raise ValueError(f"k must be at most {len(np.unique(points, axis=0))}, the number of "
                         f"different points; got k={k}")
    centers = np.column_stack([np.bincount(labels, weights * c) for c in points.T]) / mass[:, None]
    squared = weights * ((points - centers[labels]) ** 2).sum(axis=1)
    if not used.all():
        labels = cdist(all_points, centers).argmin(axis=1).astype(np.int32)
    found = Clusters(labels, centers, float(squared.sum()))
    return found if start is not None else _dark_to_bright(found)


def fit_colors(colors, k, *, start=None, n_init=None, seed=0):
    """k-means on the colours of a picture.

    Parameters
    ----------
    colors : Colors
    k : int
        Number of clusters, at most the number of colours.
    start, n_init, seed
        As in `fit`.

    Returns
    -------
    Clusters
        One label for each colour: ``labels[colors.index]`` is the label map.

    Raises
    ------
    ValueError
        As in `fit`.

    Notes
    -----
    From a given `start` the result is that of k-means on all pixels, unless a colour lies exactly
    halfway between two centres or a centre loses all its pixels. Otherwise the starts run on bins
    of like colours, and the best of them goes on with all colours until no label changes: a tenth
    of the time on photographs, at an inertia within 0.2 %.

    Examples
    --------
    >>> colors = unique_colors(np.array([[200, 200, 0, 10]], np.uint8))
    >>> found = fit_colors(colors, 2)
    >>> found.labels[colors.index].tolist()
    [[1, 1, 0, 0]]
    """
    k = _checks.whole("k", k, 1, len(colors.counts), why="the number of different colours")
    if start is None:
        rough = bin_colors(colors)
        if k <= len(rough.counts):
            first = fit(rough.values, k, weights=rough.counts, n_init=n_init, seed=seed).centers
            return _dark_to_bright(fit(colors.values, k, weights=colors.counts, start=first))
    return fit(colors.values, k, weights=colors.counts, start=start, n_init=n_init, seed=seed)


def segment(image, k, *, start=None, n_init=None, seed=0):
    """Cut a picture into k clusters of like colour.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3) or (rows, columns)
    k, start, n_init, seed
        As in `fit_colors`.

    Returns
    -------
    Clusters
        Its labels are a label map of shape (rows, columns).

    Raises
    ------
    ValueError
        As in `fit` and `colors.unique_colors`.

    Examples
    --------
    >>> segment(np.array([[200, 200, 0], [210, 0, 10]], np.uint8), 2).labels.tolist()
    [[1, 1, 0], [1, 0, 0]]
    """
    colors = unique_colors(image)
    found = fit_colors(colors, k, start=start, n_init=n_init, seed=seed)
    return found._replace(labels=found.labels[colors.index])


def _dark_to_bright(found):
    centers = found.centers
    light = centers @ LUMINANCE if centers.shape[1] == 3 else centers.mean(axis=1)
    order = np.argsort(light, kind="stable")
    number = np.empty(len(order), np.int32)
    number[order] = np.arange(len(order))
    return Clusters(number[found.labels], centers[order], found.inertia)


def _points(points, weights):
    points = _checks.finite("points", points)
    if points.ndim != 2 or not len(points):
        raise ValueError(f"points must have one row each, shape (n, channels); got {points.shape}")
    weights = np.ones(len(points)) if weights is None else _checks.floats("weights", weights)
    if (
        weights.shape != (len(points),)
        or not (np.isfinite(weights) & (weights >= 0)).all()
        or not weights.any()
    ):
        raise ValueError(
            f"weights must be {len(points)} numbers of 0 or more, one for each point, finite and "
            f"not all 0; "
            f"got shape {weights.shape}, from {weights.min(initial=0):g}"
        )
    return points, weights


def _check_k(k, points, weights):
    """k as an int, at most the number of points that count."""
    most = int((weights > 0).sum())
    return _checks.whole("k", k, 1, most, why="the number of different colours")
