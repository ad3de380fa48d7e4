"""How many clusters? The usual criteria, each exact on weighted colours.

All functions take points with weights: a colour that 500 pixels share counts 500 times. The
results are those of the plain formulas on all pixels.
"""

from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from lessons_lib import _checks, kmeans, scores
from lessons_lib.colors import bin_colors

# What each criterion is called, and which of its values is best.
CRITERIA = {
    "knee": ("Inertia with knee", None),
    "silhouette": ("Silhouette", "higher"),
    "gap": ("Gap", None),
    "Calinski-Harabasz": ("Calinski-Harabasz", "higher"),
    "Davies-Bouldin": ("Davies-Bouldin", "lower"),
    "stability": ("Stability", "higher"),
}

_SCORES = {"silhouette": scores.silhouette, "Calinski-Harabasz": scores.calinski_harabasz,
           "Davies-Bouldin": scores.davies_bouldin}


class Gap(NamedTuple):
    """The gap statistic for some numbers of clusters.

    Attributes
    ----------
    values, errors : dict of int to float
        For each k, and its standard error.
    k : int or None
        The smallest k whose gap is at least the next one minus its error; None if there is none.

    Examples
    --------
    >>> found = Gap(values={1: 0.1, 2: 0.9, 3: 0.8}, errors={1: 0.0, 2: 0.1, 3: 0.1}, k=2)
    >>> found.values[found.k]
    0.9
    """

    values: dict
    errors: dict
    k: int | None


class Report(NamedTuple):
    """All criteria side by side.

    Attributes
    ----------
    table : pandas.DataFrame
        One row for each k; NaN where a criterion is not defined (k = 1).
    choices : dict of str to (int or None)
        The k that each criterion picks.
    fits : dict of int to Clusters

    Examples
    --------
    >>> from lessons_lib import colors
    >>> image = np.array([[10, 11, 12, 200, 201, 202]], np.uint8)
    >>> found = report(colors.unique_colors(image), range(1, 4))
    >>> found.table["inertia"].round(1).tolist()
    [54154.0, 4.0, 2.5]
    """

    table: object
    choices: dict
    fits: dict


def fits(colors, ks=range(1, 11), *, n_init=None, seed=0):
    """k-means for several k, each fitted once.

    Parameters
    ----------
    colors : colors.Colors
    ks : iterable of int
    n_init, seed
        As in `kmeans.fit`.

    Returns
    -------
    dict of int to kmeans.Clusters
        Numbers of clusters above the number of colours are left out.

    Examples
    --------
    >>> from lessons_lib import colors
    >>> found = fits(colors.unique_colors(np.array([[10, 12, 200]], np.uint8)), range(1, 9))
    >>> {k: round(clusters.inertia, 1) for k, clusters in found.items()}
    {1: 23816.0, 2: 2.0, 3: 0.0}
    """
    ks = [_checks.whole("ks", k, 1) for k in ks]
    return {k: kmeans.fit_colors(colors, k, n_init=n_init, seed=seed)
            for k in ks if k <= len(colors.counts)}


def left(found):
    """The inertia that each number of clusters leaves, in percent of that of one cluster.

    Parameters
    ----------
    found : dict of int to kmeans.Clusters
        As from `fits`, k = 1 among them.

    Returns
    -------
    dict of int to float

    Raises
    ------
    ValueError
        If k = 1 is not among them, or all pixels have one colour.

    Examples
    --------
    >>> from lessons_lib import colors
    >>> found = fits(colors.unique_colors(np.array([[10, 12, 200]], np.uint8)), range(1, 9))
    >>> {k: round(percent, 2) for k, percent in left(found).items()}
    {1: 100.0, 2: 0.01, 3: 0.0}
    """
    if 1 not in found:
        raise ValueError(f"found must hold k = 1, to compare with; it holds {sorted(found)}")
    if found[1].inertia == 0:
        raise ValueError("found must come from a picture of at least 2 colours: in one of a single "
                         "colour there is nothing to choose")
    return {k: 100 * clusters.inertia / found[1].inertia for k, clusters in found.items()}


def knee(ks, inertias, *, sensitivity=1.0):
    """The k where the inertia curve bends most, as `kneed` sees it.

    Parameters
    ----------
    ks : sequence of int, ascending
    inertias : sequence of float, falling
    sensitivity : float, 0 or more
        How far the curve must flatten behind the bend: the larger, the fewer knees.

    Returns
    -------
    int or None
        None if the curve has no knee, or fewer than three points.

    Raises
    ------
    ValueError
        If there is not one inertia for each k, `ks` are not ascending, or `sensitivity` is
        negative.

    Notes
    -----
    Both axes are stretched to 0..1 first, so the answer depends on the range of k.

    References
    ----------
    V. Satopaa, J. Albrecht, D. Irwin and B. Raghavan (2011). Finding a "kneedle" in a
    haystack. ICDCS Workshops 2011, 166-171.

    Examples
    --------
    >>> knee([1, 2, 3, 4, 5, 6], [100, 40, 10, 8, 6, 5])
    3
    """
    import warnings

    from kneed import KneeLocator

    ks = [_checks.whole("ks", k) for k in ks]
    inertias = _checks.floats("inertias", list(inertias)).tolist()
    if len(ks) != len(inertias):
        raise ValueError("ks and inertias must have one length; they have "
                         f"{len(ks)} and {len(inertias)}")
    if any(a >= b for a, b in zip(ks, ks[1:])):
        raise ValueError(f"ks must be ascending, got {ks}")
    sensitivity = _checks.real("sensitivity", sensitivity, 0)
    if len(ks) > 1 and inertias[-1] > inertias[0]:
        raise ValueError(f"inertias must fall with k; they rise from {inertias[0]:g} to "
                         f"{inertias[-1]:g}")
    if len(ks) < 3 or max(inertias) == min(inertias):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # kneed warns where it finds none; None says so
        found = KneeLocator(ks, inertias, S=sensitivity, curve="convex", direction="decreasing")
    return None if found.elbow is None else int(found.elbow)


def stretch(values):
    """Numbers stretched to 0..1.

    Parameters
    ----------
    values : ndarray, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        All 0 if they are equal.

    Examples
    --------
    >>> stretch([2, 3, 6]).tolist()
    [0.0, 0.25, 1.0]
    """
    values = np.asarray(values, dtype=float)
    low, high = values.min(), values.max()
    return (values - low) / ((high - low) or 1)


def depth(inertias):
    """How far an inertia curve hangs below the line between its ends, axes stretched to 0..1.

    Parameters
    ----------
    inertias : ndarray, shape (n,)
        Falling, for consecutive k.

    Returns
    -------
    ndarray of float64, shape (n,)
        0 at both ends, and below 0 where the curve lies above the line.

    Examples
    --------
    >>> depth([9, 3, 1, 0]).round(2)
    array([0.  , 0.33, 0.22, 0.  ])
    """
    return 1 - stretch(inertias) - np.linspace(0, 1, len(inertias))


def gap(points, ks=range(1, 11), *, weights=None, inertias=None, n_references=10, n_samples=2000,
        seed=0):
    """The gap statistic: how much less inertia than the same k leaves in data without clusters.

    Parameters
    ----------
    points : ndarray, shape (n, channels)
    ks : iterable of int
        Consecutive numbers of clusters.
    weights : ndarray, shape (n,), optional
    inertias : dict of int to float, optional
        Those of the points, if they are known already.
    n_references : int
        Number of data sets without clusters: points drawn evenly from the box around the data
        along its principal axes.
    n_samples : int
        Points in each.
    seed : int

    Returns
    -------
    Gap

    Raises
    ------
    ValueError
        If a k is larger than the number of different points.

    References
    ----------
    R. Tibshirani, G. Walther and T. Hastie (2001). Estimating the number of clusters in a
    data set via the gap statistic. JRSS B 63(2), 411-423.

    Examples
    --------
    >>> points = np.array([[0], [1], [2], [50], [51], [52]])
    >>> gap(points, range(1, 4), n_references=4, n_samples=100).k
    2
    """
    ks = sorted(_checks.whole("ks", k, 1) for k in ks)
    points = _checks.finite("points", points, ndim=2)
    weights = np.ones(len(points)) if weights is None else _checks.finite("weights", weights)
    n_references = _checks.whole("n_references", n_references, 1)
    n_samples = _checks.whole("n_samples", n_samples, 1)
    seed = _checks.seed(seed)
    if not ks:
        raise ValueError("ks must hold a number of clusters; it is empty")
    if inertias is None:
        inertias = {k: kmeans.fit(points, k, weights=weights, seed=seed).inertia for k in ks}
    rng = np.random.default_rng(seed)
    mean = np.average(points, axis=0, weights=weights)
    axes = np.linalg.svd((points - mean) * np.sqrt(weights)[:, None], full_matrices=False)[2]
    along = (points - mean) @ axes.T
    values, errors = {}, {}
    references = [rng.uniform(along.min(axis=0), along.max(axis=0), (n_samples, along.shape[1]))
                  for _ in range(n_references)]
    # What rounding leaves where each point is a centre.
    tiny = 1e-20 * (1 + np.square(points).max())
    for k in ks:
        left = inertias[k] / weights.sum()
        if left <= tiny:
            values[k], errors[k] = float("inf"), 0.0
            continue
        logs = [np.log(kmeans.fit(one, k, n_init=2, seed=seed).inertia / n_samples)
                for one in references]
        values[k] = float(np.mean(logs) - np.log(left))
        errors[k] = float(np.std(logs) * np.sqrt(1 + 1 / n_references))
    chosen = (k for k, after in zip(ks, ks[1:]) if values[k] >= values[after] - errors[after])
    last = ks[-1] if np.isinf(values[ks[-1]]) else None
    return Gap(values, errors, next(chosen, last))


def stability(points, k, *, weights=None, n_samples=500, n_resamples=10, seed=0):
    """Do small samples of the data lead to the same clusters?

    Parameters
    ----------
    points : ndarray, shape (n, channels)
    k : int
    weights : ndarray, shape (n,), optional
    n_samples : int
        Points in each sample, drawn by weight, with replacement. The pixels of a whole
        picture would hide all chance.
    n_resamples : int
        Number of samples.
    seed : int

    Returns
    -------
    float
        Mean adjusted Rand index, over pairs of samples, of the labels that their centres give to
        all points. 1: always the same clusters.

    Raises
    ------
    ValueError
        If a sample holds fewer than k different points.

    References
    ----------
    A. Ben-Hur, A. Elisseeff and I. Guyon (2002). A stability based method for
    discovering structure in clustered data. Pacific Symposium on Biocomputing 7, 6-17.

    Examples
    --------
    >>> points = np.array([[0], [1], [2], [50], [51], [52]])
    >>> stability(points, 2), stability(points, 3) < 0.9
    (1.0, True)
    """
    points = _checks.finite("points", points, ndim=2)
    weights = np.ones(len(points)) if weights is None else _checks.finite("weights", weights)
    k = _checks.whole("k", k, 1, len(points))
    n_samples = _checks.whole("n_samples", n_samples, 1)
    n_resamples, seed = _checks.whole("n_resamples", n_resamples, 2), _checks.seed(seed)
    rng, labels = np.random.default_rng(seed), []
    for _ in range(n_resamples):
        drawn = rng.multinomial(n_samples, weights / weights.sum())
        kept = drawn > 0
        if kept.sum() < k:
            raise ValueError(f"k must be at most the number of different points in a sample of "
                             f"{n_samples}, here {kept.sum()}; got k={k}")
        centers = kmeans.fit(points[kept], k, weights=drawn[kept], seed=seed).centers
        labels.append(cdist(points, centers).argmin(axis=1))
    pairs = [(i, j) for i in range(n_resamples) for j in range(i)]
    return float(np.mean([_weighted_rand(labels[i], labels[j], weights, k) for i, j in pairs]))


def report(colors, ks=range(1, 11), *, sensitivity=1.0, seed=0):
    """All criteria side by side.

    Parameters
    ----------
    colors : colors.Colors
    ks : iterable of int
    sensitivity : float
        See `knee`.
    seed : int

    Returns
    -------
    Report
        Above 5,000 colours, silhouette, gap and stability are taken on bins of like colours.

    Raises
    ------
    ValueError
        If `ks` holds no number up to that of the colours.

    Examples
    --------
    >>> from lessons_lib import colors
    >>> image = np.array([[10, 11, 12, 200, 201, 202]], np.uint8)
    >>> report(colors.unique_colors(image), range(1, 4)).choices["silhouette"]
    2
    """
    import pandas as pd

    found = fits(colors, ks, seed=seed)
    if not found:
        raise ValueError("ks must hold a number up to that of the colors, "
                         f"{len(colors.counts)}; got {list(ks)}")
    few = bin_colors(colors) if len(colors.counts) > 5000 else colors
    inertias = {k: f.inertia for k, f in found.items()}
    gaps = gap(few.values, found, weights=few.counts, inertias=inertias, seed=seed)
    rows = []
    for k, one in found.items():
        labels = one.labels if few is colors else cdist(few.values, one.centers).argmin(axis=1)
        row = {"inertia": one.inertia, "gap": gaps.values[k], "gap error": gaps.errors[k]}
        if k > 1:
            for name, score in _SCORES.items():
                row[name] = score(few.values, labels, weights=few.counts)
            row["stability"] = _stability_or_nan(few, k, seed)
        rows.append(row)
    table = pd.DataFrame(rows, index=pd.Index(found, name="k"))
    choices = {"knee": knee(inertias, inertias.values(), sensitivity=sensitivity), "gap": gaps.k}
    for name in (*_SCORES, "stability"):
        if name in table and table[name].notna().any():
            choices[name] = best_k(table[name], name)
    return Report(table, choices, found)


def best_k(values, name):
    """The k that a criterion picks.

    Parameters
    ----------
    values : pandas.Series
        The criterion for each k.
    name : str
        "silhouette", "Calinski-Harabasz", "Davies-Bouldin" or "stability".

    Returns
    -------
    int
        Where it is largest; for Davies-Bouldin where it is smallest. Of several that are equal but
        for rounding the smallest k; of several k that are equally stable the largest: coarser cuts
        are stable as well.

    Examples
    --------
    Of equal silhouettes the smaller k, of equal stabilities the larger.

    >>> import pandas as pd
    >>> values = pd.Series({2: 0.9, 3: 0.9, 4: 0.1})
    >>> [best_k(values, name) for name in ("silhouette", "stability", "Davies-Bouldin")]
    [2, 3, 4]
    """
    if name == "Davies-Bouldin":
        values = -values
    best = values.index[values >= values.max() - 1e-9 * max(1, abs(values.max()))]
    return int(best[-1 if name == "stability" else 0])


def pick(report, criterion, k_max, *, sensitivity=1.0):
    """The k that a criterion picks if it sees only k = 1 to `k_max`.

    Parameters
    ----------
    report : Report
        Of the range from 1 to `k_max` or more.
    criterion : str
        One of `CRITERIA`.
    k_max : int
    sensitivity : float
        See `knee`.

    Returns
    -------
    int or None
        None if the criterion picks none in that range.

    Raises
    ------
    ValueError
        If `criterion` is none of `CRITERIA`.

    Examples
    --------
    >>> from lessons_lib import colors
    >>> image = np.array([[10, 12, 100, 102, 250, 252]], np.uint8)
    >>> found = report(colors.unique_colors(image), range(1, 5))
    >>> [pick(found, "silhouette", k_max) for k_max in (2, 3, 4)]
    [2, 3, 3]
    """
    if criterion not in CRITERIA:
        raise ValueError(f"criterion must be one of {', '.join(CRITERIA)}; got {criterion!r}")
    table = report.table.loc[:k_max]
    if criterion == "knee":
        return knee(table.index, table["inertia"], sensitivity=sensitivity)
    if criterion == "gap":
        enough = table["gap"] >= (table["gap"] - table["gap error"]).shift(-1)
        if not enough.any():  # every colour its own centre: nothing is left to gain
            return int(table.index[-1]) if table["inertia"].iloc[-1] == 0 else None
        return int(enough.idxmax())
    if table[criterion].isna().all():
        return None
    return best_k(table[criterion], criterion)


def _stability_or_nan(colors, k, seed):
    try:
        return stability(colors.values, k, weights=colors.counts, seed=seed)
    except ValueError:  # some sample has fewer than k colours
        return float("nan")


def _weighted_rand(a, b, weights, k):
    """Adjusted Rand index where each point stands for `weights` points."""
    table = np.zeros((k, k))
    np.add.at(table, (a, b), weights)
    return scores.rand_from_table(table)
