"""Pictures as graphs: pixels joined to their neighbours by bonds.

`pixel_graph` measures differences, `affinity` turns them into bonds. For large pictures,
`superpixels` and `contract` make the graph small.
"""

import numpy as np
from scipy import sparse

from lessons_lib import _checks
from lessons_lib.regions import number_in_reading_order


def pixel_graph(image, mask=None):
    """Join each pixel to its four neighbours by the difference of their grey values.

    Parameters
    ----------
    image : ndarray, shape (rows, columns)
        Grey values. The masked pixels of a masked array are left out, too.
    mask : ndarray of bool, shape (rows, columns), optional
        Only pixels where it is True become nodes.

    Returns
    -------
    csr_matrix of float64, shape (n, n)
        n is the number of pixels (in the mask), in reading order. Entry (i, j)
        is the absolute difference of neighbours i and j; entry (i, i) is the
        grey value of pixel i, as scikit-learn stores it.

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is not finite, or fewer than two
        pixels are left.

    Notes
    -----
    A thin layer over `sklearn.feature_extraction.image.img_to_graph`.

    Examples
    --------
    >>> pixel_graph(np.array([[1, 3], [1, 7]])).toarray().tolist()
    [[1.0, 2.0, 0.0, 0.0], [2.0, 3.0, 0.0, 4.0], [0.0, 0.0, 1.0, 6.0], [0.0, 4.0, 6.0, 7.0]]
    """
    from sklearn.feature_extraction.image import img_to_graph

    image, mask = _checks.grey(image, mask)
    if not np.isfinite(image if mask is None else image[mask]).all():
        raise ValueError(
            "image must hold finite numbers only; it holds NaN or infinity: leave those "
            "pixels out, mask=np.isfinite(image)"
        )
    if (image.size if mask is None else mask.sum()) < 2:
        raise ValueError("image (inside mask) must have at least 2 pixels to cut apart")
    if mask is not None and 1 in image.shape:  # scikit-learn takes a single row for a vector
        image, mask = (np.pad(one, ((0, 1), (0, 1))) for one in (np.nan_to_num(image), mask))
    return sparse.csr_matrix(img_to_graph(image, mask=mask))


def affinity(graph, beta=1.0, eps=1e-6):
    """Turn differences into bonds: alike pixels strongly, unlike pixels weakly.

    Parameters
    ----------
    graph : sparse matrix, shape (n, n)
        From `pixel_graph`.
    beta : float, 0 or more
        How much the picture matters. 0: all bonds are equal and only the shape
        of the region counts (close to a Voronoi partition). Large: every
        flicker of noise is a wall.
    eps : float, 0 or more
        Added to each bond, so that no pixel is cut off altogether.

    Returns
    -------
    csr_matrix of float64, shape (n, n)
        ``exp(-beta * d / std) + eps`` for each difference d; std is the standard
        deviation of all stored entries of `graph`, as in scikit-learn's
        examples. The diagonal is zero: a pixel needs no bond with itself.

    Raises
    ------
    ValueError
        If beta or eps is negative or not finite, or if a bond comes out as 0.

    Examples
    --------
    >>> graph = pixel_graph(np.array([[1, 1, 7]]))
    >>> affinity(graph).toarray().round(2)
    array([[0.  , 1.  , 0.  ],
           [1.  , 0.  , 0.13],
           [0.  , 0.13, 0.  ]])
    """
    for name, value in (("beta", beta), ("eps", eps)):
        _checks.real(name, value, 0)
    graph = sparse.csr_matrix(graph)
    std = graph.data.std()
    data = np.exp(-beta / (std if std > 0 else 1.0) * graph.data) + eps
    bonds = sparse.csr_matrix((data, graph.indices, graph.indptr), shape=graph.shape)
    bonds.setdiag(1.0)
    if bonds.data.min() == 0:
        raise ValueError(f"beta = {beta} makes some bonds exactly 0; lower beta (30 is plenty) "
                         f"or raise eps above {eps} (1e-6 is usual)")
    bonds.setdiag(0.0)
    return bonds


def two_triangles(weak=0.1):
    """The smallest graph with something to cut: two triangles, and one weak bond between them.

    Parameters
    ----------
    weak : float, above 0
        The bond of nodes 2 and 3; those inside the triangles are 1.

    Returns
    -------
    ndarray of float64, shape (6, 6)
        Nodes 0, 1 and 2 are one triangle, 3, 4 and 5 the other.

    Examples
    --------
    >>> two_triangles()[2].tolist()
    [1.0, 1.0, 0.0, 0.1, 0.0, 0.0]
    """
    if not (np.isfinite(weak) and weak > 0):
        raise ValueError(f"weak must be a bond above 0, got {weak!r}")
    triangle = np.ones((3, 3)) - np.eye(3)
    bonds = np.kron(np.eye(2), triangle)
    bonds[2, 3] = bonds[3, 2] = weak
    return bonds


def balance(values, volumes):
    """Shift and stretch numbers on nodes, so that sums of their squared differences compare.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        One number for each node, not all equal.
    volumes : sequence of float, shape (n,)
        Of the nodes: the sums of their bonds.

    Returns
    -------
    ndarray of float64, shape (n,)
        Weighted with the volumes they add up to 0, and their squares to 1. Two different values,
        one on each side of a cut, then have the normalised cut as their sum over the bonds,
        ``v'(D - W)v``.

    References
    ----------
    J. Shi and J. Malik (2000). Normalized cuts and image segmentation. IEEE
    TPAMI 22(8), 888-905, section 2.1.

    Examples
    --------
    >>> balance([0, 0, 5], [1, 1, 2]).round(2).tolist()
    [-0.5, -0.5, 0.5]
    """
    values, volumes = np.asarray(values, dtype=float), np.asarray(volumes, dtype=float)
    if values.shape != volumes.shape:
        raise ValueError(f"values must have one number for each of the {volumes.size} nodes; "
                         f"their shape is {values.shape}")
    values = values - np.average(values, weights=volumes)
    size = np.sqrt((volumes * values ** 2).sum())
    if not size > 1e-12:
        raise ValueError("values must not all be equal: equal numbers part no node from another")
    return values / size


def normalized_laplacian(affinity):
    """``I - D^-1/2 W D^-1/2``, where W holds the bonds and D their sums.

    Parameters
    ----------
    affinity : sparse matrix, shape (n, n)
        Symmetric bonds W. A diagonal (as `contract` makes) is kept: it counts
        in D, which scikit-learn's and SciPy's Laplacians leave out.

    Returns
    -------
    laplacian : csc_matrix of float64, shape (n, n)
    degree : ndarray of float64, shape (n,)
        Row sums of W.

    Raises
    ------
    ValueError
        If a node has no bond with another.

    References
    ----------
    J. Shi and J. Malik (2000). Normalized cuts and image segmentation. IEEE
    TPAMI 22(8), 888-905.

    Examples
    --------
    >>> from scipy import sparse
    >>> chain = sparse.csr_matrix([[0.0, 1.0, 0.0], [1.0, 0.0, 3.0], [0.0, 3.0, 0.0]])
    >>> laplacian, degree = normalized_laplacian(chain)
    >>> degree.tolist()
    [1.0, 4.0, 3.0]
    >>> laplacian.toarray().round(2).tolist()
    [[1.0, -0.5, 0.0], [-0.5, 1.0, -0.87], [0.0, -0.87, 1.0]]
    """
    affinity = sparse.csr_matrix(affinity)
    degree = np.asarray(affinity.sum(axis=1)).ravel()
    to_others = degree - affinity.diagonal()
    if len(degree) > 1 and not (to_others > 1e-12 * degree).all():
        raise ValueError(f"affinity must give every node a bond; node {to_others.argmin()} has "
                         "none: raise eps, or leave lone pixels out of the mask")
    scale = sparse.diags(1 / np.sqrt(degree))
    return (sparse.identity(len(degree)) - scale @ affinity @ scale).tocsc(), degree


def superpixels(image, n_segments=3000, *, compactness=0.1):
    """Cut a grey picture into many small pieces of nearly one tone (SLIC).

    Parameters
    ----------
    image : ndarray of float, shape (rows, columns), values 0..1
    n_segments : int
        About how many pieces; SLIC returns somewhat fewer.
    compactness : float
        Small follows edges, large makes squares.

    Returns
    -------
    ndarray of int32, shape (rows, columns)
        0, 1, 2, ... without gaps, in reading order.

    Raises
    ------
    ValueError
        If `image` is not grey, or `n_segments` is out of range.

    References
    ----------
    R. Achanta et al. (2012). SLIC superpixels compared to state-of-the-art
    superpixel methods. IEEE TPAMI 34(11), 2274-2282 (`skimage.segmentation.slic`).

    Examples
    --------
    >>> image = np.repeat([[0.0, 1.0]], 8, axis=0).repeat(4, axis=1)
    >>> pieces = superpixels(image, 4)
    >>> np.intersect1d(pieces[:, :4], pieces[:, 4:]).tolist()
    []
    """
    from skimage.segmentation import slic

    image = _checks.finite("image", image)
    if image.ndim != 2:
        raise ValueError(
            f"image must be grey, of shape (rows, columns); its shape is {image.shape}"
        )
    if image.size < 2:
        raise ValueError(f"image must have at least 2 pixels; its shape is {image.shape}")
    n_segments = _checks.whole("n_segments", n_segments, 2, image.size,
                               why="the number of pixels")
    _checks.real("compactness", compactness, above=0)
    pieces = slic(image, n_segments=n_segments, compactness=compactness, channel_axis=None,
                  start_label=1)
    return number_in_reading_order(pieces)


def contract(affinity, segments):
    """Merge the nodes of each segment into one.

    Parameters
    ----------
    affinity : sparse matrix, shape (n, n)
        Bonds between pixels.
    segments : ndarray of int, n values in any shape
        The segment of each pixel; the m that are there become nodes in ascending order.

    Returns
    -------
    csr_matrix of float64, shape (m, m)
        Sums of the bonds between segments; on the diagonal, twice the sum of the
        bonds inside. Volumes and cuts of any union of segments stay exactly what
        they were, so the normalised cut does too.

    Raises
    ------
    ValueError
        If `segments` does not have one value, 0 or more, for each node.

    Examples
    --------
    >>> from scipy import sparse
    >>> bonds = sparse.csr_matrix([[0.0, 5.0, 1.0], [5.0, 0.0, 2.0], [1.0, 2.0, 0.0]])
    >>> contract(bonds, [0, 0, 1]).toarray().tolist()
    [[10.0, 3.0], [3.0, 0.0]]
    """
    segments = _checks.compact(segments, "segments")[0].ravel()
    if segments.size != affinity.shape[0]:
        raise ValueError(f"segments must have one value for each of the {affinity.shape[0]} nodes "
                         f"of affinity; it has {segments.size}")
    if segments.min() < 0:
        raise ValueError("segments must have a label for every node; some have -1, no label")
    n, m = segments.size, int(segments.max()) + 1
    member = sparse.csr_matrix((np.ones(n), segments, np.arange(n + 1)), shape=(n, m))
    return sparse.csr_matrix(member.T.tocsr() @ affinity @ member)
