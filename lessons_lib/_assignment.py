"""Plumbing of k-means: moves that rounding cannot undo, and runs from given labels."""

import numpy as np
from scipy import sparse

from lessons_lib import _threads


def without_ties(points):
    """The points, moved so little that no label changes but of those halfway between two centres.

    There the rounding of scikit-learn's distances would decide, which is another on each CPU.

    Parameters
    ----------
    points : ndarray of float64, shape (n, channels)

    Returns
    -------
    ndarray of float64, same shape
        Equal points stay equal.
    """
    low, high = points.min(), points.max()
    roots = np.sqrt(np.arange(2, points.shape[1] + 2))
    turn = (123_457 / ((high - low) or 1) * (points - low) * roots).sum(axis=1) % 1 - 0.5
    return points + 1e-8 * (high - low) * turn[:, None] * roots


def sums_of(vectors, labels, k):
    """Sum of the rows of each label, and how many there are."""
    n = len(labels)
    member = sparse.csr_matrix((np.ones(n), (labels, np.arange(n))), shape=(k, n))
    return member @ vectors, np.bincount(labels, minlength=k)


def kmeans(vectors, start):
    """Labels by k-means on the rows, begun from other labels.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, k)
    start : ndarray of int, shape (n,)
        For example from `cluster_qr`, which is so near that one run suffices.

    Returns
    -------
    ndarray of int32, shape (n,)

    References
    ----------
    S. P. Lloyd (1982). Least squares quantization in PCM. IEEE Transactions on
    Information Theory 28(2), 129-137 (`sklearn.cluster.KMeans`).
    """
    from sklearn import config_context
    from sklearn.cluster import KMeans

    sums, counts = sums_of(vectors, start, int(start.max()) + 1)
    centers = sums[counts > 0] / counts[counts > 0][:, None]
    # The checks of the input would take as long as the work.
    with _threads.limit(), config_context(assume_finite=True, skip_parameter_validation=True):
        return KMeans(len(centers), init=centers, n_init=1).fit(vectors).labels_
