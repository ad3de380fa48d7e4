"""How good is a segmentation? Scores against a known truth, and one without.

Label maps hold 0, 1, 2, ...; pixels with -1 in `truth` are left out.
"""

import numpy as np
from scipy import ndimage, optimize, sparse


def _pair(truth, labels):
    truth, labels = np.asarray(truth), np.asarray(labels)
    for name, array in (("truth", truth), ("labels", labels)):
        if array.dtype.kind not in "iub":
            raise ValueError(f"{name} must hold whole-number labels; its dtype is {array.dtype}")
    if truth.shape != labels.shape:
        raise ValueError(f"truth and labels must have one shape; they have {truth.shape} and "
                         f"{labels.shape}" + (" (transposed?)" if truth.shape == labels.shape[::-1]
                                              else ""))
    # A label map may be stored as uint8: too narrow for the sums and products below.
    return truth.astype(np.int64), labels.astype(np.int64)


def adjusted_rand(truth, labels):
    """Agreement of two labellings, whatever the numbering of their labels.

    Parameters
    ----------
    truth, labels : ndarray of int, same shape

    Returns
    -------
    float
        1: the same regions. About 0: no better than chance. Can be negative.

    References
    ----------
    L. Hubert and P. Arabie (1985). Comparing partitions. Journal of
    Classification 2, 193-218 (`sklearn.metrics.adjusted_rand_score`).
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
    """
    truth, labels = _pair(truth, labels)
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
    """
    table = np.asarray(table, dtype=float)  # products of pairs would overflow whole numbers

    def pairs(n):
        return (n * (n - 1) / 2).sum()

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    # Pairs that are together in both, in the one, in the other, in neither: no quotients, so that 0 is exactly 0.
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
        0 to 1. Each found region is matched to at most one true region, so that
        the sum is as large as can be; a true region left over scores 0. Pixels of
        a found region that lie outside all true regions (-1) count in the union.

    References
    ----------
    H. W. Kuhn (1955). The Hungarian method for the assignment problem
    (`scipy.optimize.linear_sum_assignment`).
    """
    truth, labels = _pair(truth, labels)
    shared = overlap_table(truth, labels)
    true_area = np.bincount(truth[truth >= 0], minlength=shared.shape[0])
    found_area = np.bincount(labels[labels >= 0], minlength=shared.shape[1])
    union = true_area[:, None] + found_area - shared
    iou = shared / np.maximum(union, 1)
    result = np.zeros(shared.shape[0])
    rows, columns = optimize.linear_sum_assignment(iou, maximize=True)
    result[rows] = iou[rows, columns]
    return result


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

    References
    ----------
    D. R. Martin, C. C. Fowlkes and J. Malik (2004). Learning to detect natural
    image boundaries. IEEE TPAMI 26(5), 530-549.
    """
    from skimage.segmentation import find_boundaries

    truth, labels = _pair(truth, labels)
    if tolerance < 0:
        raise ValueError(f"tolerance must be 0 pixels or more, got {tolerance!r}")
    # background=-2: no label is background here, or borders of label 0 would vanish.
    borders = [find_boundaries(a, mode="inner", background=-2) for a in (truth, labels)]
    if not borders[0].any() or not borders[1].any():
        return float(borders[0].any() == borders[1].any())
    near = [ndimage.distance_transform_edt(~b) <= tolerance for b in borders]
    recall = near[1][borders[0]].mean()
    precision = near[0][borders[1]].mean()
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


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

    References
    ----------
    J. Shi and J. Malik (2000). Normalized cuts and image segmentation. IEEE
    TPAMI 22(8), 888-905.
    """
    labels = np.asarray(labels).ravel()
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
