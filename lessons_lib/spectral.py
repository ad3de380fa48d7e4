"""Spectral clustering: from a graph of pixels to labels.

The steps, in order: `graphs.pixel_graph`, `graphs.affinity`, `embed`, `assign`;
`segment` does all four.
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy import linalg, sparse
from scipy.sparse.linalg import LinearOperator, eigsh, splu

from lessons_lib import _assignment, _checks, _threads, graphs
from lessons_lib.regions import number_in_reading_order, unmask

METHODS = ("kmeans", "discretize", "cluster_qr")
# Eigenvalues that differ by less are one: what the solver leaves is smaller.
_SAME = 1e-10


class Cut(NamedTuple):
    """A picture cut into regions.

    Attributes
    ----------
    labels : ndarray of int32, shape (rows, columns)
        0 to k - 1, in reading order of their first pixels; -1 outside the mask.
    values : ndarray of float64, shape (m,)
        The smallest eigenvalues, as in `Embedding`: a jump after the k-th speaks for k regions.

    Examples
    --------
    >>> found = segment(np.array([[0, 0, 9, 9]]), 2)
    >>> found.labels.tolist(), found.values.round(3).tolist()
    ([[0, 0, 1, 1]], [0.0, 0.115, 1.885])
    """

    labels: np.ndarray
    values: np.ndarray


class Embedding(NamedTuple):
    """Smoothest patterns of a graph.

    Attributes
    ----------
    values : ndarray of float64, shape (m,)
        Eigenvalues of the normalised Laplacian, smallest first. The first is 0
        but for rounding; as many are 0 as the graph has separate pieces.
    vectors : ndarray of float64, shape (n, m)
        One column for each eigenvalue, divided by the square root of the
        degree. The first is constant on each separate piece.

    Examples
    --------
    >>> from lessons_lib import graphs
    >>> bonds = graphs.affinity(graphs.pixel_graph(np.array([[0, 0, 9, 9]])))
    >>> found = embed(bonds, 2)
    >>> found.values.round(3).tolist(), found.vectors.shape
    ([0.0, 0.115], (4, 2))
    """

    values: np.ndarray
    vectors: np.ndarray


def embed(affinity, n_vectors=40, *, seed=0, tol=0):
    """The eigenvectors of the normalised Laplacian with the smallest eigenvalues.

    Compute them once, and use the first k columns for any k.

    Parameters
    ----------
    affinity : sparse matrix, shape (n, n)
        From `graphs.affinity` or `graphs.contract`.
    n_vectors : int
        How many; at most n - 1, and cut to that.
    seed : int
        Starts the iteration; the result does not depend on it.
    tol : float
        Relative accuracy of the eigenvalues; 0 is machine precision.

    Returns
    -------
    Embedding

    Raises
    ------
    ValueError
        If the graph has a single node or one without bonds, or `n_vectors` is no whole number of
        1 or more.

    Notes
    -----
    Shift-invert Lanczos: the sparse matrix ``L + 1e-5 I`` is factored once, and
    each iteration solves with it, which makes the smallest eigenvalues the
    largest ones (`scipy.sparse.linalg.eigsh`, ``sigma``).

    Where eigenvalues are equal (separate pieces, flat or symmetric pictures) every rotation of
    their
    vectors is right. Of these the one is given whose vectors follow the reading order of the nodes,
    coarse before fine.

    Examples
    --------
    The first vector is constant, the second tells the halves apart.

    >>> from lessons_lib import graphs
    >>> bonds = graphs.affinity(graphs.pixel_graph(np.array([[0, 0, 9, 9]])))
    >>> embed(bonds, 2).vectors.round(2).tolist()
    [[0.48, 0.52], [0.48, 0.46], [0.48, -0.46], [0.48, -0.52]]
    """
    laplacian, degree = graphs.normalized_laplacian(affinity)
    n = len(degree)
    if n < 2:
        raise ValueError("affinity must have at least 2 nodes to cut apart; it has 1: ask for more "
                         "superpixels")
    wanted = min(_checks.whole("n_vectors", n_vectors, 1), n - 1)
    seed, tol = _checks.seed(seed), _checks.real("tol", tol, 0)
    if sparse.csgraph.connected_components(laplacian, directed=False)[0] >= wanted:
        return Embedding(np.zeros(wanted), _piecewise(laplacian, degree, wanted))
    n_vectors = min(wanted + 2, n - 1)  # of vectors with equal values, all are needed
    if n < 50:  # Lanczos needs room; a dense solver is exact and instant here
        values, vectors = linalg.eigh(laplacian.toarray(), subset_by_index=(0, n_vectors - 1))
    else:
        sigma = -1e-5
        lu = splu((laplacian - sigma * sparse.identity(n)).tocsc(), diag_pivot_thresh=0.0,
                  permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
        start = np.random.default_rng(seed).uniform(-1, 1, n)
        with _threads.limit():
            values, vectors = eigsh(laplacian, n_vectors, sigma=sigma, v0=start, tol=tol,
                                    ncv=min(n, n_vectors + 16),
                                    OPinv=LinearOperator((n, n), lu.solve, dtype=float))
    order = np.argsort(values, kind="stable")
    values, vectors = values[order], vectors[:, order]
    ends = np.flatnonzero(np.diff(values) > _SAME) + 1
    for first, last in zip([0, *ends], [*ends, len(values)]):
        if last - first > 1 and first < wanted:
            group = vectors[:, first:last]
            vectors[:, first:last] = group @ _rotation(
                lambda j: group.T @ _wave(j, n), last - first
            )
    vectors = _signed(vectors[:, :wanted] / np.sqrt(degree)[:, None])
    return Embedding(np.maximum(values[:wanted], 0) + 0.0, vectors)


def _wave(j, n):
    """Along the nodes in reading order, j half waves."""
    return np.cos(np.pi * j * (np.arange(n) + 0.5) / n)


def _rotation(coordinates, m):
    """The axes in which the first few waves lie, one after the other.

    `coordinates(j)` are those of wave j in the m axes that one has.
    """
    axes = []
    for j in range(8 * m + 8):
        here = coordinates(j)
        length = np.linalg.norm(here)
        for one in axes:
            here = here - one * (one @ here)
        if np.linalg.norm(here) > 0.01 * length > 1e-9:  # not yet among them
            axes.append(here / np.linalg.norm(here))
        if len(axes) == m:
            return np.column_stack(axes)
    rest = np.linalg.svd(np.array(axes).reshape(-1, m))[2][len(axes):]
    return np.column_stack([*axes, *rest])


def _piecewise(laplacian, degree, wanted):
    """Vectors of the eigenvalue 0: constant on each separate piece of the graph."""
    pieces, piece = sparse.csgraph.connected_components(laplacian, directed=False)
    root = np.sqrt(degree)
    lengths = np.sqrt(np.bincount(piece, degree))
    rotation = _rotation(
        lambda j: np.bincount(piece, root * _wave(j, len(piece))) / lengths, pieces)
    return _signed((rotation / lengths[:, None])[piece, :wanted])


def _signed(vectors):
    """The sign of an eigenvector is arbitrary: make the largest entry positive.

    In a symmetric picture several are as large but for rounding, which is another on each CPU: of
    these the first.
    """
    size = np.abs(vectors)
    top = (size >= (1 - 1e-6) * size.max(axis=0)).argmax(axis=0)
    return vectors * np.sign(vectors[top, np.arange(vectors.shape[1])])


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

    Raises
    ------
    ValueError
        If there is no second column.

    References
    ----------
    J. Shi and J. Malik (2000). Normalized cuts and image segmentation. IEEE
    TPAMI 22(8), 888-905, section 3.

    Examples
    --------
    >>> from lessons_lib import graphs
    >>> bonds = graphs.affinity(graphs.pixel_graph(np.array([[0, 0, 9, 9, 9]])))
    >>> number_in_reading_order(cut_by_sign(embed(bonds).vectors)).tolist()
    [0, 0, 1, 1, 1]
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

    Examples
    --------
    >>> cluster_qr(np.array([[1.0, 0.1], [0.9, 0.0], [0.0, 1.0]])).tolist()
    [0, 0, 1]
    """
    axes = unlike_rows(vectors)[1]
    return np.abs(vectors @ axes).argmax(axis=1).astype(np.int32)


def unlike_rows(vectors):
    """The rows that `cluster_qr` picks, and the axes that it lays through them.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, k)

    Returns
    -------
    rows : ndarray of int, shape (k,)
        As different as can be, the longest first.
    axes : ndarray of float64, shape (k, k)
        One column for each of them: at right angles, as near to those rows as can be.

    Examples
    --------
    >>> rows, axes = unlike_rows(np.array([[3.0, 0.0], [2.0, 0.0], [0.0, 1.0]]))
    >>> rows.tolist()
    [0, 2]
    """
    rows = linalg.qr(vectors.T, mode="r", pivoting=True)[1][:vectors.shape[1]]
    u, _, vt = linalg.svd(vectors[rows].T)
    return rows, u @ vt


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

    Examples
    --------
    >>> discretize(np.array([[1.0, 0.1], [0.9, 0.0], [0.0, 1.0]]), start=0).tolist()
    [0, 0, 1]
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
        u, _, vt = np.linalg.svd(_assignment.sums_of(rows, labels, k)[0])
        rotation = vt.T @ u.T
    return labels.astype(np.int32)


def assign(vectors, k, method="kmeans", *, seed=0):
    """Read labels off an embedding.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, m)
        ``embed(...).vectors``; the first k columns are used.
    k : int
        Number of regions, 1 to m.
    method : {"kmeans", "cluster_qr", "discretize"}
        k-means starts from the labels of `cluster_qr`, so that one run suffices.
    seed : int
        Used by ``"discretize"`` only.

    Returns
    -------
    ndarray of int32, shape (n,)
        Labels 0 to k - 1; some may be unused.

    Raises
    ------
    ValueError
        If k or method is not among those listed.

    Examples
    --------
    >>> from lessons_lib import graphs
    >>> bonds = graphs.affinity(graphs.pixel_graph(np.array([[0, 0, 9, 9, 30, 30]])))
    >>> vectors = embed(bonds, 3).vectors
    >>> [number_in_reading_order(assign(vectors, k)).tolist() for k in (2, 3)]
    [[0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 2, 2]]
    """
    vectors = _checks.finite("vectors", vectors, ndim=2)
    k = _checks.whole("k", k, 1, min(vectors.shape), why="the number of eigenvectors")
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    vectors = np.ascontiguousarray(vectors[:, :k])
    with _threads.limit():
        if method == "discretize":
            return discretize(vectors, seed=seed)
        labels = cluster_qr(vectors)
    return labels if method == "cluster_qr" else _assignment.kmeans(vectors, labels)


def segment(image, k, *, mask=None, beta=1.0, eps=1e-6, method="kmeans",
            n_superpixels=None, n_vectors=None, seed=0):
    """Cut a grey picture into k regions by spectral clustering.

    Parameters
    ----------
    image : ndarray, shape (rows, columns)
    k : int
        Number of regions.
    mask : ndarray of bool, shape (rows, columns), optional
        Where to look; elsewhere the label is -1, as on the masked pixels of a masked array.
    beta, eps
        See `graphs.affinity`.
    method
        See `assign`.
    n_superpixels : int, optional
        Contract the graph to about this many superpixels first: for pictures of
        100,000 pixels and more. Cannot be combined with `mask`.
    n_vectors : int, optional
        Eigenvectors computed, k + 1 by default; more change nothing.
    seed : int

    Returns
    -------
    Cut

    Raises
    ------
    ValueError
        See the functions of `graphs`, and `assign`.

    Warns
    -----
    UserWarning
        If the picture does not decide: another cut into k regions is as good.

    Examples
    --------
    >>> image = np.array([[0, 0, 9], [0, 9, 9]])
    >>> segment(image, 2).labels.tolist()
    [[0, 0, 1], [0, 1, 1]]
    """
    if mask is not None and n_superpixels is not None:
        raise ValueError("n_superpixels cannot be combined with mask; leave one of them out")
    k = _checks.whole("k", k, 1)
    image, mask = _checks.grey(image, mask)
    if mask is not None and n_superpixels is not None:
        raise ValueError("n_superpixels cannot be combined with masked pixels; fill them first: "
                         "image.filled(value)")
    bonds = graphs.affinity(graphs.pixel_graph(image, mask), beta, eps)
    pieces = None
    if n_superpixels is not None:
        half = image / 2 - image.min() / 2  # halves: no span overflows
        pieces = graphs.superpixels(half / (half.max() or 1), n_superpixels)
        bonds = graphs.contract(bonds, pieces)
    if n_vectors is not None:
        _checks.whole("k", k, 1, _checks.whole("n_vectors", n_vectors, 1), why="n_vectors")
    values, vectors = embed(bonds, max(n_vectors or 0, k + 1), seed=seed)
    if len(values) > k > 1 and values[k] - values[k - 1] <= _SAME:
        warnings.warn(f"the picture does not decide between cuts into k={k} regions: eigenvalues "
                      f"{k} and {k + 1} are equal (as in flat, symmetric or separate parts), and "
                      "the one given is as good as others", stacklevel=2)
    labels = assign(vectors, k, method, seed=seed)
    if pieces is not None:
        return Cut(number_in_reading_order(labels)[pieces], values)
    inside = np.ones(np.shape(image), bool) if mask is None else np.asarray(mask, bool)
    return Cut(number_in_reading_order(unmask(labels, inside)), values)
