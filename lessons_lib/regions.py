"""From label maps to regions: connected parts, borders, neighbours, points inside.

Labels are any whole numbers; -1 is no label, and so are the masked pixels of a masked array. What a
function costs depends on how many labels there are, not on how they are called.
"""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks

MODES = ("thin", "thick", "inner", "outer", "subpixel")


class Regions(NamedTuple):
    """The connected regions of a label map.

    Attributes
    ----------
    labels : ndarray of int32, shape (rows, columns)
        0, 1, ... for the regions, in the order of their first pixels; -1 for no label.
    classes : ndarray of int32 (int64 if they need it), shape (n,)
        The label that each region had before.
    areas : ndarray of int64, shape (n,), in pixels

    Examples
    --------
    >>> found = connected(np.array([[7, 5, 7], [7, 5, 7]]))
    >>> found.classes.tolist(), found.areas.tolist()
    ([7, 5, 7], [2, 2, 2])
    """

    labels: np.ndarray
    classes: np.ndarray
    areas: np.ndarray


def unmask(values, mask, *, fill=-1):
    """Put the values of the pixels inside a mask back where they lie.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One for each True of the mask, in reading order: ``array[mask]`` turned around.
    mask : ndarray of bool, shape (rows, columns)
    fill : number
        Outside the mask; -1 is no label.

    Returns
    -------
    ndarray, shape (rows, columns)
        Of the dtype of the values.

    Raises
    ------
    ValueError
        If `mask` is not of dtype bool, or holds another number of True than `values`.

    Examples
    --------
    >>> unmask(np.array([5, 6]), np.array([[True, False], [False, True]]))
    array([[ 5, -1],
           [-1,  6]])
    """
    values, mask = _checks.plain("values", values), np.asarray(mask)
    if mask.dtype != bool:
        raise ValueError(f"mask must be of dtype bool, such as labels == 3; it is {mask.dtype}")
    if values.shape != (mask.sum(),):
        raise ValueError(f"values must have one for each of the {mask.sum()} pixels in mask; "
                         f"their shape is {values.shape}")
    dtype = np.int64 if values.dtype == bool else values.dtype
    if dtype != values.dtype or np.asarray(fill).astype(dtype) != fill:
        dtype = np.result_type(np.int64, dtype)  # -1 does not fit bool, nor uint8
    full = np.full(mask.shape, fill, dtype)
    full[mask] = values
    return full


def connected(labels, *, connectivity=1):
    """Part a label map into connected regions.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        No label is background: 0 is parted like all others. Only -1 stays out.
    connectivity : {1, 2}
        1: pixels touch along an edge (4 neighbours). 2: corners count too (8 neighbours).

    Returns
    -------
    Regions

    Raises
    ------
    ValueError
        If `labels` is no label map, or `connectivity` is neither 1 nor 2.

    See Also
    --------
    skimage.measure.label : does the work. Its own default takes label 0 for background.

    Examples
    --------
    >>> labels = np.array([[0, 1], [1, 1], [-1, 0]])
    >>> connected(labels).labels.tolist()
    [[0, 1], [1, 1], [-1, 2]]
    >>> connected(labels).classes.tolist()
    [0, 1, 0]
    """
    from skimage.measure import label

    labels, names = _checks.compact(labels, ndim=2)
    if connectivity not in (1, 2):
        raise ValueError("connectivity must be 1 (edges) or 2 (edges and corners), got "
                         f"{connectivity!r}")
    parts = label(labels, background=-1, connectivity=connectivity).astype(np.int32) - 1
    areas = np.bincount(parts.ravel() + 1)[1:]
    classes = np.empty(len(areas) + 1, np.int32)
    classes[parts.ravel()] = labels.ravel()  # -1 writes into the last one
    return Regions(parts, _checks.back(classes[:-1], names), areas)


def merge_small(labels, min_area, *, connectivity=1, keep_largest=False):
    """Give the pixels of small regions to what lies nearest.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
    min_area : int, in pixels
        Regions with fewer pixels dissolve.
    connectivity : {1, 2}
        As in `connected`.
    keep_largest : bool
        If no region is large enough, keep the largest instead of raising.

    Returns
    -------
    ndarray of int32 (int64 if the labels need it), shape (rows, columns)
        Each pixel of a small region has the label of the nearest pixel of a region that is large
        enough; again, if that leaves small regions. -1 stays -1. Only pixels that -1 cuts off from
        all else can remain a small region.

    Raises
    ------
    ValueError
        If no region is large enough, and `keep_largest` is not set; or as in `connected`.

    Examples
    --------
    >>> merge_small(np.array([[0, 0, 0, 2, 1, 1, 1]]), 2).tolist()
    [[0, 0, 0, 0, 1, 1, 1]]
    """
    from scipy.ndimage import distance_transform_edt

    merged, names = _checks.compact(labels, ndim=2)
    _checks.real("min_area", min_area)
    while True:  # what a pixel takes over may lie apart from where it came from, and be small again
        found, labels = connected(merged, connectivity=connectivity), merged
        if keep_largest:  # it only grows
            min_area = min(min_area, found.areas.max(initial=0))
        keep = np.append(found.areas >= min_area, False)[found.labels]  # -1 reads the last one
        small = ~keep & (labels >= 0)
        if not small.any():
            return _checks.back(labels, names)
        if not keep.any():
            raise ValueError("min_area must leave a region: the largest has "
                             f"{found.areas.max()} pixels; got {min_area}")
        nearest = distance_transform_edt(~keep, return_distances=False, return_indices=True)
        merged = labels.copy()
        merged[small] = labels[tuple(nearest[:, small])]
        if (merged == labels).all():  # cut off by pixels without label
            return _checks.back(labels, names)


def boundaries(labels, mode="thick", *, background=-1):
    """The borders of a label map as a picture of True and False.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
    mode : {"thin", "thick", "inner", "outer", "subpixel"}
        thin: one pixel wide, above and left of a change. thick: the pixels on both sides. inner:
        those that are not background. outer: those of the background, and both sides where
        two other labels meet. subpixel: between the pixels, on a grid of twice the size.
    background : int
        Which label is background. Without one, inner and outer are the same as thick.

    Returns
    -------
    ndarray of bool, shape (rows, columns), for "subpixel" (2 rows - 1, 2 columns - 1)

    Raises
    ------
    ValueError
        If `labels` is no label map, or `mode` is none of `MODES`.

    See Also
    --------
    skimage.segmentation.find_boundaries : all but "thin". Its own default takes label 0
        for background.

    Examples
    --------
    >>> labels = np.array([[0, 0, 1, 1]])
    >>> [boundaries(labels, mode).astype(int).tolist() for mode in ("thin", "thick", "subpixel")]
    [[[0, 1, 0, 0]], [[0, 1, 1, 0]], [[0, 0, 0, 1, 0, 0, 0]]]
    """
    from skimage.segmentation import find_boundaries

    labels, names = _checks.compact(labels, ndim=2)
    if mode not in MODES:
        raise ValueError(f"mode must be one of {', '.join(MODES)}; got {mode!r}")
    if mode == "thin":
        return edges(labels)
    if mode == "subpixel":  # as skimage does it, which takes a thousand times as long
        right, below = labels[:, 1:] != labels[:, :-1], labels[1:] != labels[:-1]
        between = np.zeros((2 * labels.shape[0] - 1, 2 * labels.shape[1] - 1), dtype=bool)
        between[::2, 1::2], between[1::2, ::2] = right, below
        between[1::2, 1::2] = right[:-1] | right[1:] | below[:, :-1] | below[:, 1:]
        return between
    # Background becomes 0 and all else more: scikit-image takes for granted that nothing lies
    # below it.
    if background != -1:
        number = np.flatnonzero(names == background)
        background = number[0] if len(number) else -2
    labels = np.where(labels == background, 0, labels + 2)
    return find_boundaries(labels, mode=mode, background=0).astype(bool)


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

    Examples
    --------
    >>> number_in_reading_order(np.array([[7, 2], [-1, 7]])).tolist()
    [[0, 1], [-1, 0]]
    """
    labels = _checks.label_map(labels, ndim=None)
    seen, first, where = np.unique(labels, return_index=True, return_inverse=True)
    none = seen == -1
    first = np.where(none, -1, first)
    number = np.empty(len(seen), dtype=np.int32)
    number[np.argsort(first, kind="stable")] = np.arange(len(seen))
    number -= none.sum()
    number[none] = -1
    return number[where].reshape(labels.shape)


def number_by_value(labels, values):
    """Number labels 0, 1, 2, ... from the lowest to the highest mean value; -1 stays -1.

    Parameters
    ----------
    labels : ndarray of int, any shape
    values : ndarray, same shape
        Such as a grey picture: clusters are then numbered from dark to bright.

    Returns
    -------
    ndarray of int32, same shape
        Of two with the same mean, the one with the lower number comes first.

    Examples
    --------
    >>> number_by_value(np.array([5, 5, 2]), np.array([9, 9, 1])).tolist()
    [1, 1, 0]
    """
    labels, values = np.asarray(labels), np.asarray(values, dtype=float)
    if labels.shape != values.shape:
        raise ValueError("values must have the shape of labels, one for each; they have "
                         f"{values.shape}, labels {labels.shape}")
    seen, where, counts = np.unique(labels, return_inverse=True, return_counts=True)
    mean = np.bincount(where.ravel(), values.ravel()) / counts
    mean[seen < 0] = -np.inf
    number = np.empty(len(seen), dtype=np.int32)
    number[np.argsort(mean, kind="stable")] = np.arange(len(seen)) - (seen < 0).sum()
    number[seen < 0] = -1
    return number[where].reshape(labels.shape)


def edges(labels):
    """True on the pixels left of and above a change of label.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)

    Returns
    -------
    ndarray of bool, same shape

    Examples
    --------
    >>> edges(np.array([[0, 0, 1], [0, 0, 0]])).astype(int).tolist()
    [[0, 1, 1], [0, 0, 0]]
    """
    labels = _checks.label_map(labels)
    edge = np.zeros(labels.shape, dtype=bool)
    edge[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    edge[:-1] |= labels[:-1] != labels[1:]
    return edge


def neighbours(labels):
    """Which labels touch, up, down, left or right.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        -1 touches nothing.

    Returns
    -------
    ndarray of bool, shape (k, k)
        Symmetric, False on the diagonal; k is the largest label plus 1.

    Raises
    ------
    ValueError
        If a label is above 4,095: number them anew first (`number_in_reading_order`).

    Examples
    --------
    >>> neighbours(np.array([[0, 1, 2]])).astype(int).tolist()
    [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    """
    labels = _checks.rows(_checks.label_map(labels))
    k = int(labels.max()) + 1
    touch = np.zeros((k, k), dtype=bool)
    one, other = touching(labels).T
    touch[one, other] = touch[other, one] = True
    return touch


def touching(labels):
    """Each pair of labels that touch, up, down, left or right, once.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        -1 touches nothing.

    Returns
    -------
    ndarray of int, shape (pairs, 2)
        The smaller label first; in ascending order.

    Examples
    --------
    >>> touching(np.array([[0, 1, 7]])).tolist()
    [[0, 1], [1, 7]]
    """
    labels, names = _checks.compact(labels)
    pairs = []
    for a, b in ((labels[:, :-1], labels[:, 1:]), (labels[:-1], labels[1:])):
        edge = (a != b) & (a != -1) & (b != -1)
        a, b = a[edge].astype(np.int64), b[edge]
        pairs.append(np.minimum(a, b) * len(names) + np.maximum(a, b))
    # A pair as one number: rows of two take ten times as long to sort.
    pairs = np.unique(np.concatenate(pairs))
    return names[np.column_stack(np.divmod(pairs, max(len(names), 1)))]


def inner_points(labels, *, step=1):
    """A point well inside each region, for its number or its marker.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
    step : int
        Look only at every second, third, ... pixel: faster, and slivers may be missing.

    Returns
    -------
    dict of int to (row, column, distance)
        For each label that is present (-1 is not): the pixel farthest from the
        region's border, and that distance in pixels; of several such pixels the
        middle one in reading order. It always lies in its region.

    Examples
    --------
    >>> inner_points(np.array([[0] * 5, [0] * 5, [0] * 5, [1] * 5]))
    {0: (1, 2, 1.0), 1: (3, 2, 0.0)}
    """
    from scipy import ndimage

    step = _checks.whole("step", step, 1)
    labels, names = _checks.compact(_checks.label_map(labels)[::step, ::step])
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
    return {int(names[label]): (int(spot // width) * step, int(spot % width) * step,
                         float(depth[spot]) * step) for label, spot in zip(present, spots)}


def window(mask, side, *, share=1.0, point=None, step=1):
    """The square part of a picture in which a mask covers nearest to a given share.

    Parameters
    ----------
    mask : ndarray of bool, shape (rows, columns)
    side : int
        Height and width in pixels, at most.
    share : float, 0 to 1
        1: the part that holds most of the mask. 0.5: the part nearest to half and half.
    point : (row, column), optional
        Only parts that hold it, not near their edge, if there are any.
    step : int
        Look only at every second, third, ... place.

    Returns
    -------
    tuple of two slices
        ``picture[window(...)]`` is the part; of several as good the first in reading order.

    Examples
    --------
    >>> window(np.arange(20).reshape(4, 5) > 12, 2)
    (slice(2, 4, None), slice(3, 5, None))
    """
    mask = _checks.plain("mask", mask)
    if mask.ndim != 2 or mask.dtype != bool or not mask.size:
        raise ValueError("mask must be True and False of shape (rows, columns); got "
                         f"{mask.dtype} of shape {mask.shape}")
    side = min(_checks.whole("side", side, 1), *mask.shape)
    step = _checks.whole("step", step, 1)
    # Each pixel of `total` counts the mask above and left of it: four of them count a square.
    total = np.pad(np.cumsum(np.cumsum(mask, axis=0), axis=1), ((1, 0), (1, 0)))
    below, above = total[side:], total[:-side]
    covered = below[:, side:] - below[:, :-side] - above[:, side:] + above[:, :-side]
    badness = np.abs(covered[::step, ::step] / side ** 2 - share)
    if point is not None:
        starts = np.ogrid[:covered.shape[0]:step, :covered.shape[1]:step]
        far = [np.abs(at - start - side / 2) > side / 4 for at, start in zip(point, starts)]
        badness = badness + (far[0] | far[1])
    row, column = np.unravel_index(badness.argmin(), badness.shape)
    row, column = int(row) * step, int(column) * step
    return slice(row, row + side), slice(column, column + side)
