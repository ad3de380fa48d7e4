"""Regions across the borders of blocks: what one block knows of its own, and how they are joined.

Two connected parts in neighbouring blocks are one region if they touch at the seam and have one
label. So each block hands over its parts and the numbers along its four sides, and nothing else.
"""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, regions


class Piece(NamedTuple):
    """The connected parts of one block.

    Attributes
    ----------
    classes : ndarray of int32, shape (n,)
        The label of each part.
    areas : ndarray of int64, shape (n,), in pixels
    firsts : ndarray of int64, shape (n, 2)
        Row and column of the first pixel of each, in the whole picture.
    sides : tuple of four ndarray of int32
        The part of each pixel along the top, the bottom, the left and the right; -1 for none.

    Examples
    --------
    >>> piece = cut(np.array([[0, 1], [0, 0]]))
    >>> piece.areas.tolist(), piece.sides[3].tolist()
    ([3, 1], [1, 0])
    """

    classes: np.ndarray
    areas: np.ndarray
    firsts: np.ndarray
    sides: tuple


class Joined(NamedTuple):
    """The regions of the whole picture, in the order of their first pixels, row by row.

    Attributes
    ----------
    classes : ndarray of int32, shape (m,)
    areas : ndarray of int64, shape (m,), in pixels
    firsts : ndarray of int64, shape (m, 2)
        Row and column of the first pixel of each: a point inside.
    numbers : dict of (down, across) to ndarray of int64
        The region of each part of a block.

    Examples
    --------
    >>> left, right = cut(np.array([[0, 1]])), cut(np.array([[1, 0]]), (0, 2))
    >>> joined = join({(0, 0): left, (0, 1): right})
    >>> joined.classes.tolist(), joined.areas.tolist(), joined.numbers[0, 1].tolist()
    ([0, 1, 0], [1, 2, 1], [1, 2])
    """

    classes: np.ndarray
    areas: np.ndarray
    firsts: np.ndarray
    numbers: dict


def cut(labels, offset=(0, 0)):
    """Part one block into connected parts.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        -1 stays out.
    offset : (row, column)
        Where the block begins in the whole picture.

    Returns
    -------
    Piece
        Pixels touch along an edge (4 neighbours), as in `regions.connected`.

    Examples
    --------
    >>> cut(np.array([[0, 1], [0, 0]])).areas.tolist()
    [3, 1]
    """
    found = regions.connected(labels)
    parts, n = found.labels, len(found.areas)
    first = np.zeros(n, np.int64)
    inside = np.flatnonzero(parts.ravel() >= 0)[::-1]
    first[parts.ravel()[inside]] = inside  # backwards: the first pixel is written last
    rows, columns = np.divmod(first, parts.shape[1])
    firsts = np.column_stack([rows + offset[0], columns + offset[1]])
    sides = tuple(side.copy() for side in (parts[0], parts[-1], parts[:, 0], parts[:, -1]))
    return Piece(found.classes, found.areas, firsts, sides)


def join(pieces):
    """Join the parts of blocks into regions of the picture.

    Parameters
    ----------
    pieces : dict of (down, across) to Piece
        Blocks may be missing: regions end there.

    Returns
    -------
    Joined

    Raises
    ------
    ValueError
        If there is no piece, or two neighbours do not fit.

    References
    ----------
    A. Rosenfeld and J. L. Pfaltz (1966). Sequential operations in digital picture processing.
    Journal of the ACM 13(4), 471-494: labels first, then those that touch are made one.

    Examples
    --------
    >>> labels = np.array([[0, 0, 1], [1, 0, 0]])
    >>> pieces = {(0, j): cut(labels[:, j:j + 1], (0, j)) for j in range(3)}
    >>> join(pieces).areas.tolist() == regions.connected(labels).areas.tolist()
    True
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not pieces:
        raise ValueError("pieces must hold at least one block; it is empty")
    start, n = {}, 0
    for place, piece in pieces.items():
        start[place] = n
        n += len(piece.areas)
    classes, areas, firsts = (np.concatenate([getattr(piece, name) for piece in pieces.values()])
                              for name in ("classes", "areas", "firsts"))
    pairs = [np.zeros((2, 0), np.int64)]
    for (i, j), piece in pieces.items():
        # The bottom meets the top of the one below, the right side the left of the next.
        for other, mine, theirs in (((i + 1, j), 1, 0), ((i, j + 1), 3, 2)):
            if other in pieces:
                pairs.append(_touch(piece, pieces[other], mine, theirs, (i, j), other)
                             + [[start[i, j]], [start[other]]])
    one, two = np.concatenate(pairs, axis=1)
    graph = coo_array((np.ones(len(one), bool), (one, two)), shape=(n, n))
    m, number = connected_components(graph, directed=False)
    # Numbered by first pixels, and each region's first pixel is the first of its parts.
    order = np.lexsort((firsts[:, 1], firsts[:, 0]))
    first = np.full(m, -1)
    first[number[order[::-1]]] = order[::-1]
    rank = np.empty(m, np.int64)
    rank[np.lexsort((firsts[first, 1], firsts[first, 0]))] = np.arange(m)
    number = rank[number]
    first = first[np.argsort(rank)]
    total = np.zeros(m, np.int64)
    np.add.at(total, number, areas)
    numbers = {place: number[start[place]:start[place] + len(piece.areas)]
               for place, piece in pieces.items()}
    return Joined(classes[first], total, firsts[first], numbers)


def _touch(piece, other, mine, theirs, place, there):
    """Pairs of parts, one of each, that touch at a seam and have one label; shape (2, pairs)."""
    a, b = piece.sides[mine], other.sides[theirs]
    if len(a) != len(b):
        raise ValueError(f"pieces must fit: blocks {place} and {there} meet along {len(a)} and "
                         f"{len(b)} pixels")
    both = (a >= 0) & (b >= 0)
    pairs = np.unique(np.stack([a[both], b[both]]), axis=1)
    return pairs[:, piece.classes[pairs[0]] == other.classes[pairs[1]]].astype(np.int64)


def numbers(labels, joined, place):
    """The regions of one block as a map, with their numbers in the whole picture.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        Of that block.
    joined : Joined
    place : (down, across)

    Returns
    -------
    ndarray of int64, shape (rows, columns)
        -1 where there is no label.

    Examples
    --------
    >>> labels = np.array([[0, 1]])
    >>> numbers(labels, join({(0, 0): cut(labels)}), (0, 0)).tolist()
    [[0, 1]]
    """
    parts = regions.connected(labels).labels
    return np.append(joined.numbers[tuple(place)], -1)[parts]


def table(joined, names=None, *, pixel_size=None):
    """A table with one row for each region, as `maps.region_table` makes it of a map that fits.

    Parameters
    ----------
    joined : Joined
    names : sequence of str, optional
        A name for each class.
    pixel_size : float, optional, in metres
        Adds areas in hectares.

    Returns
    -------
    pandas.DataFrame
        Columns: class, name, area_px, row and column of a point inside (the first pixel), and
        with `pixel_size` area_ha.

    Raises
    ------
    ValueError
        If `names` are too few, or `pixel_size` is not above 0.

    Examples
    --------
    >>> joined = join({(0, 0): cut(np.array([[0, 0, 1]]))})
    >>> table(joined, ["water", "grass"])[["name", "area_px"]].to_numpy().tolist()
    [['water', 2], ['grass', 1]]
    """
    import pandas as pd

    n = len(joined.areas)
    if names is not None and n and len(names) <= joined.classes.max():
        raise ValueError(f"names must have one for each class 0 to {joined.classes.max()}; got "
                         f"{len(names)}")
    names = [f"class {c}" for c in range(joined.classes.max(initial=-1) + 1)] \
        if names is None else names
    made = pd.DataFrame({
        "class": joined.classes, "name": np.array(names, dtype=object)[joined.classes],
        "area_px": joined.areas, "row": joined.firsts[:, 0], "column": joined.firsts[:, 1]},
        index=pd.RangeIndex(n, name="region"))
    if pixel_size is not None:
        pixel_size = _checks.real("pixel_size", pixel_size, above=0, unit="length")
        made["area_ha"] = made["area_px"] * pixel_size ** 2 / 10_000
    return made
