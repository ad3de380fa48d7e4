"""Criteria that judge one clustering, each exact on weighted points.

A colour that 500 pixels share counts 500 times: the results are those of the plain formulas on
all pixels.
"""

import numpy as np
from scipy.spatial.distance import cdist


def silhouette(points, labels, *, weights=None):
    """Mean silhouette: how much nearer each point is to its own cluster than to the next.

    Parameters
    ----------
    points : ndarray, shape (n, channels)
        Different points. Memory grows with n, time with its square; bin the colours of a
        photograph first (`kmeans.bin_colors`).
    labels : ndarray of int, shape (n,)
        At least two clusters.
    weights : ndarray, shape (n,), optional
        How often each point occurs.

    Returns
    -------
    float
        -1 to 1: that of `sklearn.metrics.silhouette_score` with every point repeated.

    References
    ----------
    P. J. Rousseeuw (1987). Silhouettes. Journal of Computational and Applied
    Mathematics 20, 53-65.
    """
    points, labels, weights, k = _clustering(points, labels, weights)
    member = np.zeros((len(points), k))
    member[np.arange(len(points)), labels] = weights
    size = member.sum(axis=0)
    total = np.empty_like(member)  # distance from each point to all points of each cluster
    for rows in np.array_split(np.arange(len(points)), -(-len(points) // 1000)):
        total[rows] = cdist(points[rows], points) @ member
    own = np.arange(len(points)), labels
    alone = size[labels] <= 1
    a = total[own] / np.where(alone, 1, size[labels] - 1)  # a point is not its own neighbour
    total /= size
    total[own] = np.inf
    b = total.min(axis=1)
    widest = np.maximum(a, b)
    score = np.where(alone | (widest == 0), 0, (b - a) / np.where(widest == 0, 1, widest))
    return float(np.average(score, weights=weights))


def calinski_harabasz(points, labels, *, weights=None):
    """Spread between clusters divided by spread within, each per degree of freedom.

    Parameters
    ----------
    points, labels, weights
        As in `silhouette`.

    Returns
    -------
    float
        0 or more; larger is better.

    References
    ----------
    T. Calinski and J. Harabasz (1974). A dendrite method for cluster analysis.
    Communications in Statistics 3(1), 1-27.
    """
    points, labels, weights, k = _clustering(points, labels, weights)
    size, centers, within = _moments(points, labels, weights, k)
    mean = np.average(points, axis=0, weights=weights)
    between = size @ ((centers - mean) ** 2).sum(axis=1)
    within = float((weights * within ** 2).sum())
    if within == 0:
        return 1.0
    return float(between / within * (weights.sum() - k) / (k - 1))


def davies_bouldin(points, labels, *, weights=None):
    """How far clusters reach into one another: mean, over clusters, of the worst neighbour.

    Parameters
    ----------
    points, labels, weights
        As in `silhouette`.

    Returns
    -------
    float
        0 or more; smaller is better.

    References
    ----------
    D. L. Davies and D. W. Bouldin (1979). A cluster separation measure. IEEE TPAMI
    1(2), 224-227.
    """
    points, labels, weights, k = _clustering(points, labels, weights)
    size, centers, distance = _moments(points, labels, weights, k)
    reach = np.bincount(labels, weights * distance, minlength=k) / size
    apart = cdist(centers, centers)
    np.fill_diagonal(apart, np.inf)
    return float(((reach[:, None] + reach) / np.maximum(apart, 1e-12)).max(axis=1).mean())


SCORES = {"silhouette": silhouette, "Calinski-Harabasz": calinski_harabasz,
          "Davies-Bouldin": davies_bouldin}


def _clustering(points, labels, weights):
    points, labels = np.asarray(points, dtype=float), np.asarray(labels)
    weights = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=float)
    if labels.shape != (len(points),) or weights.shape != (len(points),):
        raise ValueError(f"labels and weights must have one value for each of the {len(points)} points; "
                         f"their shapes are {labels.shape} and {weights.shape}")
    used, labels = np.unique(labels, return_inverse=True)
    if len(used) < 2:
        raise ValueError("labels must hold at least two clusters; there is one")
    return points, labels.ravel(), weights, len(used)


def _moments(points, labels, weights, k):
    """Weight and mean of each cluster, and the distance of each point to its mean."""
    size = np.bincount(labels, weights, minlength=k)
    centers = np.column_stack([np.bincount(labels, weights * c, minlength=k) for c in points.T]) / size[:, None]
    return size, centers, np.linalg.norm(points - centers[labels], axis=1)
