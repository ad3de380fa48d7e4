"""How good is a segmentation? Scores against a known truth, and some without.

Label maps hold 0, 1, 2, ...; pixels with -1 in `truth` are left out. The three criteria for
clusters (`silhouette`, `calinski_harabasz`, `davies_bouldin`) are exact on weighted points: a
colour that 500 pixels share counts 500 times, and the results are those of the plain formulas on
all pixels. They are our own for that reason: scikit-learn's take no weights, and would need a row
for each pixel.
"""

import numpy as np
from scipy import ndimage, optimize, sparse
from scipy.spatial.distance import cdist

from lessons_lib import _checks


def _pair(truth, labels):
    """Both as 0, 1, 2, ... in ascending order of the labels that are there; -1 is no label."""
    truth, labels = _checks.compact(truth, "truth")[0], _checks.compact(labels)[0]
    truth, labels = _same_shape(truth, labels)
    return truth.astype(np.int64), labels.astype(np.int64)  # products of labels are formed


def _same_shape(truth, labels):
    if truth.shape != labels.shape:
        raise ValueError(f"truth and labels must have one shape; they have {truth.shape} and "
                         f"{labels.shape}" + (" (transposed?)" if truth.shape == labels.shape[::-1]
                                              else ""))
    return truth, labels


def adjusted_rand(truth, labels):
    """Agreement of two labellings, whatever the numbering of their labels.

    Parameters
    ----------
    truth, labels : ndarray of int, same shape

    Returns
    -------
    float
        1: the same regions. About 0: no better than chance. Can be negative.

    Raises
    ------
    ValueError
        If the shapes differ, labels are no whole numbers, or the truth labels no pixel.

    References
    ----------
    L. Hubert and P. Arabie (1985). Comparing partitions. Journal of
    Classification 2, 193-218 (`sklearn.metrics.adjusted_rand_score`).

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1, -1]), np.array([1, 1, 0, 0, 0]))
    1.0
    """
    from sklearn.metrics import adjusted_rand_score

    truth, labels = _pair(truth, labels)
    inside = truth >= 0
    if not inside.any():
        raise ValueError("truth must label at least one pixel; all are -1")
    return float(adjusted_rand_score(truth[inside], labels[inside]))


def overlap_table(truth, labels):
    """Count how many pixels each true region shares with each found one.

    Parameters
    ----------
    truth, labels : ndarray of int, same shape

    Returns
    -------
    ndarray of int, shape (true regions, found regions)
        Row t, column l: pixels with truth t and label l, for the labels 0, 1, ...
        Pixels that are -1 in either are not counted.

    Raises
    ------
    ValueError
        If a label is above 4,095: number them anew first (`regions.number_in_reading_order`).

    Examples
    --------
    >>> overlap_table(np.array([0, 0, 0, 1, -1]), np.array([0, 0, 1, 1, 1])).tolist()
    [[2, 1], [0, 1]]
    """
    truth, labels = _same_shape(_checks.rows(truth, "truth"), _checks.rows(labels))
    return _table(truth, labels)


def _table(truth, labels):
    shape = (truth.max(initial=0) + 1, labels.max(initial=0) + 1)
    if truth.min(initial=0) < 0 or labels.min(initial=0) < 0:
        both = (truth >= 0) & (labels >= 0)
        truth, labels = truth[both], labels[both]
    table = np.bincount((truth * shape[1] + labels).ravel(), minlength=shape[0] * shape[1])
    return table.reshape(shape)


def rand_from_table(table):
    """Adjusted Rand index of two labellings, from their table of overlaps.

    Parameters
    ----------
    table : ndarray, shape (m, n)
        As from `overlap_table`: points with the one label and the other.

    Returns
    -------
    float
        As `adjusted_rand`.

    Examples
    --------
    >>> [round(rand_from_table(table), 2) for table in ([[0, 5], [5, 0]], [[5, 5], [5, 5]])]
    [1.0, -0.06]
    """
    table = np.asarray(table, dtype=float)  # products of pairs would overflow whole numbers

    def pairs(n):
        return (n * (n - 1) / 2).sum()

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    # Pairs that are together in both, in the one, in the other, in neither: no quotients, so that
    # 0 is exactly 0.
    one, other = rows - both, columns - both
    neither = pairs(table.sum()) - rows - other
    scale = (both + one) * (one + neither) + (both + other) * (other + neither)
    return float(2 * (both * neither - one * other) / scale) if scale else 1.0


def matched_iou(truth, labels):
    """Intersection over union of each true region with the region matched to it.

    Parameters
    ----------
    truth, labels : ndarray of int, same shape

    Returns
    -------
    ndarray of float64, shape (true regions,)
        In ascending order of their labels, 0 to 1. Each found region is matched to at most one
        true region, so that
        the sum is as large as can be; a true region left over scores 0. Pixels of
        a found region that lie outside all true regions (-1) count in the union.

    Raises
    ------
    ValueError
        As in `overlap_table`.

    References
    ----------
    H. W. Kuhn (1955). The Hungarian method for the assignment problem
    (`scipy.optimize.linear_sum_assignment`).

    Examples
    --------
    >>> matched_iou(np.array([0, 0, 0, 0, 1]), np.array([1, 1, 1, 0, 0])).tolist()
    [0.75, 0.5]
    """
    iou, rows, columns = _matches(*_pair(truth, labels))
    result = np.zeros(iou.shape[0])
    result[rows] = iou[rows, columns]
    return result


def _matches(truth, labels):
    """IoU of each true region with each found one, and which are matched."""
    shared = _table(truth, labels)
    true_area = np.bincount(truth[truth >= 0], minlength=shared.shape[0])
    found_area = np.bincount(labels[labels >= 0], minlength=shared.shape[1])
    union = true_area[:, None] + found_area - shared
    iou = shared / np.maximum(union, 1)
    return iou, *optimize.linear_sum_assignment(iou, maximize=True)


def numbers_like(truth, labels, *, least=0.5):
    """A new number for each found region: that of the true region it finds.

    Parameters
    ----------
    truth, labels : ndarray of int, same shape
    least : float
        A region finds the true one it is matched to, as in `matched_iou`, if their IoU is at
        least this.

    Returns
    -------
    ndarray of int32, shape (found regions + 1,)
        ``numbers[labels]`` is the label map anew. Regions that find nothing follow on the true
        ones, the smallest first. The last number is -1, so that -1 stays what it is.

    Examples
    --------
    >>> numbers_like(np.array([0, 0, 1, 1, 1]), np.array([2, 2, 0, 1, 1]))
    array([ 2,  1,  0, -1], dtype=int32)
    """
    truth, labels = _pair(truth, labels)
    iou, rows, columns = _matches(truth, labels)
    good = iou[rows, columns] >= least
    numbers = np.full(iou.shape[1] + 1, -1, np.int32)
    numbers[columns[good]] = rows[good]
    rest = np.flatnonzero(numbers[:-1] < 0)
    areas = np.bincount(labels[labels >= 0], minlength=iou.shape[1])[rest]
    numbers[rest[np.argsort(areas, kind="stable")]] = iou.shape[0] + np.arange(len(rest))
    return numbers


def boundary_f1(truth, labels, tolerance=2):
    """How well the borders of two segmentations lie on one another.

    Parameters
    ----------
    truth, labels : ndarray of int, shape (rows, columns)
    tolerance : float, in pixels
        A border pixel is matched if the other has one no farther away.

    Returns
    -------
    float
        0 to 1: the harmonic mean of precision (found borders that are true) and
        recall (true borders that are found). 1 if neither has a border.

    Raises
    ------
    ValueError
        As in `overlap_table`, or if `tolerance` is negative.

    References
    ----------
    D. R. Martin, C. C. Fowlkes and J. Malik (2004). Learning to detect natural
    image boundaries. IEEE TPAMI 26(5), 530-549.

    Examples
    --------
    >>> truth = np.array([[0, 0, 0, 1, 1, 1]])
    >>> [round(boundary_f1(truth, np.roll(truth, 1), tolerance), 2) for tolerance in (0, 1)]
    [0.33, 0.86]
    """
    from skimage.segmentation import find_boundaries

    truth, labels = _pair(truth, labels)
    tolerance = _checks.real("tolerance", tolerance, 0, unit="number of pixels")
    if truth.ndim != 2:
        raise ValueError("truth and labels must be label maps of shape (rows, columns); they have "
                         f"{truth.shape}")
    # background=-2: no label is background here, or borders of label 0 would vanish.
    borders = [find_boundaries(a, mode="inner", background=-2) for a in (truth, labels)]
    if not borders[0].any() or not borders[1].any():
        return float(borders[0].any() == borders[1].any())
    near = [ndimage.distance_transform_edt(~b) <= tolerance for b in borders]
    recall = near[1][borders[0]].mean()
    precision = near[0][borders[1]].mean()
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


def covering(truth, labels):
    """Segmentation covering: how well the found regions cover the true ones.

    Parameters
    ----------
    truth, labels : ndarray of int, same shape
        Pixels that are -1 in `truth` are left out.

    Returns
    -------
    float
        0 to 1: for each true region the largest intersection over union with any found one,
        averaged
        with the areas as weights. A found region may cover several true ones.

    References
    ----------
    P. Arbelaez, M. Maire, C. Fowlkes and J. Malik (2011). Contour detection and hierarchical image
    segmentation. IEEE TPAMI 33(5), 898-916, section 2.3.3.

    Examples
    --------
    >>> covering(np.array([[0, 0, 1, 1]]), np.array([[0, 0, 0, 1]]))
    0.5833333333333333
    """
    truth, labels = _pair(truth, labels)
    inside = truth >= 0
    if not inside.any():
        raise ValueError("truth must label at least one pixel; all are -1")
    truth, labels = truth[inside], labels[inside]
    true_area = np.bincount(truth)
    found = labels >= 0
    shared = _table(truth, labels) if found.any() else np.zeros((len(true_area), 1))
    found_area = np.bincount(labels[found], minlength=shared.shape[1])
    union = true_area[:, None] + found_area - shared
    best = (shared / np.maximum(union, 1)).max(axis=1)
    return float(np.average(best, weights=true_area))


def normalized_cut(affinity, labels):
    """What a partition of a graph cuts, measured by what it leaves together.

    Parameters
    ----------
    affinity : sparse matrix, shape (n, n)
        Symmetric bonds.
    labels : ndarray of int, n values in any shape
        The region of each node, 0, 1, ...

    Returns
    -------
    float
        Sum over the regions of (bonds to the rest) / (all bonds of its nodes).
        0 if nothing is cut; at most the number of regions. Needs no truth, and
        only compares partitions with the same number of regions.

    Raises
    ------
    ValueError
        If there is not one label of 0 or more for each node.

    References
    ----------
    J. Shi and J. Malik (2000). Normalized cuts and image segmentation. IEEE
    TPAMI 22(8), 888-905.

    Examples
    --------
    >>> from scipy import sparse
    >>> chain = sparse.diags([[4.0, 1.0, 4.0], [4.0, 1.0, 4.0]], [-1, 1])
    >>> [round(normalized_cut(chain, labels), 2) for labels in ([0, 0, 1, 1], [0, 1, 1, 1])]
    [0.22, 1.29]
    """
    labels = _checks.compact(labels)[0].ravel()
    if labels.size != affinity.shape[0]:
        raise ValueError(f"labels must have one value for each of the {affinity.shape[0]} nodes of "
                         f"affinity; it has {labels.size}")
    if labels.min() < 0:
        raise ValueError("labels must be 0 or more for every node: leave pixels with -1 out")
    edges = sparse.coo_matrix(affinity)
    k = int(labels.max()) + 1
    volume = np.bincount(labels[edges.row], weights=edges.data, minlength=k)
    cut = labels[edges.row] != labels[edges.col]
    lost = np.bincount(labels[edges.row[cut]], weights=edges.data[cut], minlength=k)
    return float((lost[volume > 0] / volume[volume > 0]).sum())


def silhouette(points, labels, *, weights=None):
    """Mean silhouette: how much nearer each point is to its own cluster than to the next.

    Parameters
    ----------
    points : ndarray, shape (n, channels)
        Different points. Memory grows with n, time with its square; bin the colours of a
        photograph first (`colors.bin_colors`).
    labels : ndarray of int, shape (n,)
        At least two clusters.
    weights : ndarray, shape (n,), optional
        How often each point occurs.

    Returns
    -------
    float
        -1 to 1: that of `sklearn.metrics.silhouette_score` with every point repeated.

    Raises
    ------
    ValueError
        If there is not one label and weight for each point, or there is a single cluster.

    References
    ----------
    P. J. Rousseeuw (1987). Silhouettes. Journal of Computational and Applied
    Mathematics 20, 53-65.

    Examples
    --------
    >>> points = [[0], [2], [10], [12]]
    >>> [round(silhouette(points, labels), 2) for labels in ([0, 0, 1, 1], [0, 1, 0, 1])]
    [0.8, -0.4]
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

    Raises
    ------
    ValueError
        If there is not one label and weight for each point, or there is a single cluster.

    References
    ----------
    T. Calinski and J. Harabasz (1974). A dendrite method for cluster analysis.
    Communications in Statistics 3(1), 1-27.

    Examples
    --------
    >>> points = [[0], [2], [10], [12]]
    >>> [round(calinski_harabasz(points, labels), 2) for labels in ([0, 0, 1, 1], [0, 1, 0, 1])]
    [50.0, 0.08]
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

    Raises
    ------
    ValueError
        If there is not one label and weight for each point, or there is a single cluster.

    References
    ----------
    D. L. Davies and D. W. Bouldin (1979). A cluster separation measure. IEEE TPAMI
    1(2), 224-227.

    Examples
    --------
    >>> points = [[0], [2], [10], [12]]
    >>> [round(davies_bouldin(points, labels), 2) for labels in ([0, 0, 1, 1], [0, 1, 0, 1])]
    [0.2, 5.0]
    """
    points, labels, weights, k = _clustering(points, labels, weights)
    size, centers, distance = _moments(points, labels, weights, k)
    reach = np.bincount(labels, weights * distance, minlength=k) / size
    apart = cdist(centers, centers)
    np.fill_diagonal(apart, np.inf)
    return float(((reach[:, None] + reach) / np.maximum(apart, 1e-12)).max(axis=1).mean())


def _clustering(points, labels, weights):
    points = _checks.finite("points", points, ndim=2)
    labels = _checks.label_map(labels, ndim=None)
    weights = np.ones(len(points)) if weights is None else _checks.finite("weights", weights)
    if labels.shape != (len(points),) or weights.shape != (len(points),):
        raise ValueError(
            f"labels and weights must have one value for each of the {len(points)} points; "
            f"their shapes are {labels.shape} and {weights.shape}"
        )
    if (weights < 0).any():
        raise ValueError(f"weights must be 0 or more, got {weights.min():g}")
    inside = (labels != -1) & (weights > 0)  # what has no label, and what is not there
    labels, used = _checks.compact(labels[inside])
    if len(used) < 2:
        raise ValueError("labels must hold at least two clusters; there is one")
    return points[inside], labels, weights[inside], len(used)


def _moments(points, labels, weights, k):
    """Weight and mean of each cluster, and the distance of each point to its mean."""
    size = np.bincount(labels, weights, minlength=k)
    sums = [np.bincount(labels, weights * channel, minlength=k) for channel in points.T]
    centers = np.column_stack(sums) / size[:, None]
    return size, centers, np.linalg.norm(points - centers[labels], axis=1)
