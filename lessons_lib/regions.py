"""From label maps to regions: numbering, neighbours, points inside.

Label maps hold 0, 1, 2, ...; -1 is no label.
"""

import numpy as np


def number_in_reading_order(labels):
    """Number labels 0, 1, 2, ... by their first pixels, row by row; -1 stays -1.

    Parameters
    ----------
    labels : ndarray of int, any shape

    Returns
    -------
    ndarray of int32, same shape

    Notes
    -----
    Two results that differ only in numbering become equal, and colours stay put.
    """
    labels = np.asarray(labels)
    seen, first, where = np.unique(labels, return_index=True, return_inverse=True)
    first = np.where(seen < 0, -1, first)
    number = np.empty(len(seen), dtype=np.int32)
    number[np.argsort(first, kind="stable")] = np.arange(len(seen))
    number -= (seen < 0).sum()
    number[seen < 0] = -1
    return number[where].reshape(labels.shape)


def edges(labels):
    """True on the pixels left of and above a change of label."""
    edge = np.zeros(labels.shape, dtype=bool)
    edge[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    edge[:-1] |= labels[:-1] != labels[1:]
    return edge


def neighbours(labels):
    """Which labels touch, up, down, left or right.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        0, 1, 2, ...; -1 touches nothing.

    Returns
    -------
    ndarray of bool, shape (k, k)
        Symmetric, False on the diagonal; k is the largest label plus 1.
    """
    labels = np.asarray(labels).astype(np.intp)
    k = int(labels.max(initial=-1)) + 1
    touch = np.zeros((k, k), dtype=bool)
    for a, b in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        edge = (a != b) & (a >= 0) & (b >= 0)
        touch[a[edge], b[edge]] = True
    return touch | touch.T


def inner_points(labels):
    """A point well inside each region, for its number.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)

    Returns
    -------
    dict of int to (row, column, distance)
        For each label that is present (-1 is not): the pixel farthest from the
        region's border, and that distance in pixels; of several such pixels the
        middle one in reading order. In pictures of 240 pixels or
        more only every second, third, ... pixel is looked at; slivers may be missing.
    """
    from scipy import ndimage

    labels = np.asarray(labels)
    step = max(1, max(labels.shape) // 120)  # every pixel of a big picture would cost 15 ms
    labels = labels[::step, ::step].astype(np.intp)
    edge = edges(labels)
    edge[0] = edge[-1] = edge[:, 0] = edge[:, -1] = True
    depth, width = ndimage.distance_transform_edt(~edge).ravel(), labels.shape[1]
    # ndimage.maximum_position would break ties as the processor's sorting does.
    labels = labels.ravel()
    inside = np.flatnonzero(labels >= 0)
    most = np.zeros(labels.max(initial=-1) + 1)
    np.maximum.at(most, labels[inside], depth[inside])
    deepest = inside[depth[inside] == most[labels[inside]]]
    deepest = deepest[np.argsort(labels[deepest], kind="stable")]
    present, start, count = np.unique(labels[deepest], return_index=True, return_counts=True)
    spots = deepest[start + count // 2]
    return {int(label): (int(spot // width) * step, int(spot % width) * step,
                         float(depth[spot]) * step) for label, spot in zip(present, spots)}
