"""A small graph as a picture: a number on each node, its share of a sum on each edge.

Drawn with Pillow, quick enough for a slider.
"""

import numpy as np

from lessons_lib import drawing, palettes

# Edges without a share of the sum, and with all of it.
_QUIET, _LOUD = np.array([176, 176, 176]), np.array([205, 84, 40])
_FINER = 2  # drawn this much larger, then reduced: smooth edges
# Where the nodes of `graphs.two_triangles` stand.
TWO_TRIANGLES = ((0, 0), (0, 1), (0.24, 0.5), (0.76, 0.5), (1, 0), (1, 1))
_MARGIN = np.array([40, 28])  # room for the nodes at the rim, across and down
_PALER = 1.6  # so that numbers stay readable


def shares(bonds, values):
    """What each bond adds to the sum ``v'(D - W)v``.

    Parameters
    ----------
    bonds : ndarray of float, shape (n, n)
        Symmetric; 0 where there is none.
    values : sequence of float, n values
        One number v for each node.

    Returns
    -------
    dict of (i, j) to float, i < j
        ``w (v_i - v_j)**2`` of each pair of nodes that has a bond.

    Examples
    --------
    >>> shares(np.array([[0, 2], [2, 0]]), [1, 4])
    {(0, 1): 18.0}
    """
    bonds, values = np.asarray(bonds, dtype=float), np.asarray(values, dtype=float)
    if bonds.ndim != 2 or not np.array_equal(bonds, bonds.T):
        raise ValueError("bonds must be a symmetric matrix of shape (n, n); its shape is "
                         f"{bonds.shape}")
    if values.shape != (len(bonds),):
        raise ValueError(f"values must have one number for each of the {len(bonds)} nodes; their "
                         f"shape is {values.shape}")
    return {(int(i), int(j)): float(bonds[i, j] * (values[i] - values[j]) ** 2)
            for i, j in zip(*np.nonzero(np.triu(bonds, 1)))}


def draw(bonds, values, places=TWO_TRIANGLES, *, width=320, height=200):
    """Draw a graph of a few nodes with its numbers.

    Parameters
    ----------
    bonds, values
        As in `shares`.
    places : sequence of (x, y), n points
        Where the nodes stand, from 0 to 1: across, then down; by default those of
        `graphs.two_triangles`.
    width, height : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
        Nodes are purple below 0, white at 0, orange above. An edge is as thick as its bond is
        strong, and the redder the more it adds to the sum; its share is written on it.

    Examples
    --------
    >>> from lessons_lib import graphs
    >>> draw(graphs.two_triangles(), [1, 1, 1, -1, -1, -1]).shape
    (200, 320, 3)
    """
    from PIL import Image, ImageDraw

    paid, values = shares(bonds, values), np.asarray(values, dtype=float)
    if np.shape(places) != (len(values), 2):
        raise ValueError(f"places must have one (x, y) for each of the {len(values)} nodes; their "
                         f"shape is {np.shape(places)}")
    points = _spread(places, width, height)
    limit = _PALER * np.abs(values).max()
    fills = drawing.to_rgb(values[None], limits=(-limit, limit), cmap="signed")[0]
    whole, strongest = sum(paid.values()) or 1.0, np.max(bonds)
    lines = Image.new("RGB", (_FINER * width, _FINER * height), palettes.PAPER)
    pen = ImageDraw.Draw(lines)
    for (i, j), share in paid.items():
        color = _QUIET + (_LOUD - _QUIET) * min(share / whole, 1)
        pen.line([*(_FINER * points[i]), *(_FINER * points[j])],
                 fill=tuple(color.round().astype(int)),
                 width=round(_FINER * (1.5 + 8 * bonds[i][j] / strongest)))
    for point, fill in zip(points, fills):
        low, high = _FINER * (point - 25), _FINER * (point + 25)
        pen.ellipse([*low, *high], fill=tuple(map(int, fill)), outline=palettes.INK, width=_FINER)
    canvas = lines.resize((width, height), Image.Resampling.BOX)
    pen = ImageDraw.Draw(canvas)
    for point, value in zip(points, values):
        _write(pen, point, f"{value:z.2f}".replace("-", "\u2212"), 14, True)
    for (i, j), share in paid.items():
        _write(pen, (points[i] + points[j]) / 2, _short(share), 13, False)
    return np.asarray(canvas)


def _short(share):
    """Three decimals, four where three would show nothing."""
    if share < 5e-5:
        return "0"
    return f"{share:.3f}" if share >= 0.001 else f"{share:.4f}"


def nearest(point, places=TWO_TRIANGLES):
    """The number of the node that stands nearest to a point (x, y), both from 0 to 1.

    Examples
    --------
    >>> nearest((0.25, 0.5))
    2
    """
    return int(np.hypot(*(np.asarray(places) - point).T).argmin())


def _spread(places, width, height):
    """Places from 0 to 1 as pixels, with room for the nodes at the rim."""
    return _MARGIN + np.asarray(places, dtype=float) * (np.array([width, height]) - 2 * _MARGIN)


def _write(pen, point, text, size, bold):
    pen.text(tuple(point), text, anchor="mm", font=drawing.font(size, bold), fill=palettes.INK,
             stroke_width=3, stroke_fill=palettes.PAPER)
