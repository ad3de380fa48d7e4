"""From eigenvectors to labels: four ways to read the rows of an embedding."""

from functools import lru_cache

import numpy as np
from scipy import linalg, sparse


@lru_cache(maxsize=1)
def threads():
    """Controller of BLAS and OpenMP threads; ``with threads().limit(limits=1)`` is one thread."""
    # The problems here are small: with several threads, waiting for one another
    # costs more than the work (7 to 11 times at 5,000 pixels on two busy cores).
    import sklearn.cluster  # noqa: F401  (its OpenMP must be loaded to be found)
    from threadpoolctl import ThreadpoolController
    return ThreadpoolController()


def cut_by_sign(vectors):
    """Two regions: where the second eigenvector is negative, and where it is not.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, m), m at least 2
        ``embed(...).vectors``.

    Returns
    -------
    ndarray of int32, shape (n,)
        0 where the entry is below 0 by more than rounding, else 1.

    References
    ----------
    J. Shi and J. Malik (2000). Normalized cuts and image segmentation. IEEE
    TPAMI 22(8), 888-905, section 3.
    """
    if vectors.ndim != 2 or vectors.shape[1] < 2:
        raise ValueError(f"vectors must have at least 2 columns; its shape is {vectors.shape}")
    second = vectors[:, 1]
    # On the axis of a symmetric picture it is 0, of which rounding leaves either sign.
    return (second >= -1e-9 * np.abs(second).max()).astype(np.int32)


def cluster_qr(vectors):
    """Labels by a pivoted QR factorisation: no start, no iteration, no randomness.

    QR picks the k rows that point most differently. The rotation that best
    lays the axes onto them is applied, and each row goes to its largest axis.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, k)

    Returns
    -------
    ndarray of int32, shape (n,)

    References
    ----------
    A. Damle, V. Minden and L. Ying (2019). Simple, direct and efficient
    multi-way spectral clustering. Information and Inference 8(1), 181-203.
    """
    k = vectors.shape[1]
    pivots = linalg.qr(vectors.T, mode="r", pivoting=True)[1][:k]
    u, _, vt = linalg.svd(vectors[pivots].T)
    return np.abs(vectors @ (u @ vt)).argmax(axis=1).astype(np.int32)


def _sums(vectors, labels, k):
    """Sum of the rows of each label, and how many there are."""
    n = len(labels)
    member = sparse.csr_matrix((np.ones(n), (labels, np.arange(n))), shape=(k, n))
    return member @ vectors, np.bincount(labels, minlength=k)


def discretize(vectors, *, start=None, seed=0, max_iter=20):
    """Labels by turning the embedding until its rows lie nearest to the axes.

    Alternates between the labels for a rotation (the largest coordinate) and the
    rotation for the labels (a small SVD). Where it ends depends on the first row.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, k)
    start : int, optional
        The row that the first axis points to; by default drawn with `seed`.
    seed : int
    max_iter : int
        How often the axes are turned at the most.

    Returns
    -------
    ndarray of int32, shape (n,)

    References
    ----------
    S. X. Yu and J. Shi (2003). Multiclass spectral clustering. ICCV, 313-319.
    """
    n, k = vectors.shape
    rows = vectors / np.linalg.norm(vectors, axis=0)
    rows = rows * np.where(rows[0] > 0, -1.0, 1.0)
    rows = rows / np.linalg.norm(rows, axis=1)[:, None]
    first = np.random.default_rng(seed).integers(n) if start is None else start
    axes, overlap = [rows[first]], np.zeros(n)
    for _ in range(k - 1):  # each next axis: the row least like those chosen
        overlap += np.abs(rows @ axes[-1])
        axes.append(rows[overlap.argmin()])
    rotation, labels = np.array(axes).T, None
    for _ in range(max_iter + 1):
        before, labels = labels, (rows @ rotation).argmax(axis=1)
        if before is not None and np.array_equal(before, labels):
            break
        u, _, vt = np.linalg.svd(_sums(rows, labels, k)[0])
        rotation = vt.T @ u.T
    return labels.astype(np.int32)


def without_ties(points):
    """The points, moved so little that no label changes but of those exactly halfway between two centres.

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

    sums, counts = _sums(vectors, start, int(start.max()) + 1)
    centers = sums[counts > 0] / counts[counts > 0][:, None]
    # The checks of the input would take as long as the work.
    with threads().limit(limits=1), config_context(assume_finite=True, skip_parameter_validation=True):
        return KMeans(len(centers), init=centers, n_init=1).fit(vectors).labels_
