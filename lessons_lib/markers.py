"""A marker for each region of a map: where it stands, and how it is drawn."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from lessons_lib import _checks, annotations, drawing, palettes, regions


class Markers(NamedTuple):
    """One marker for each region.

    Attributes
    ----------
    points : ndarray of int, shape (n, 2)
        Row and column.
    outside : ndarray of bool, shape (n,)
        True where the marker does not lie in its region.
    wrong : ndarray of bool, shape (n,)
        True where it lies on another class, too.

    Examples
    --------
    >>> from lessons_lib import regions
    >>> found = place(regions.connected(np.array([[0, 0, 0], [1, 1, 1], [1, 1, 1], [1, 1, 1]])))
    >>> found.points.tolist(), found.outside.tolist()
    ([[0, 1], [2, 1]], [False, False])
    """

    points: np.ndarray
    outside: np.ndarray
    wrong: np.ndarray


def place(found, where="inside"):
    """Place one marker for each region.

    Parameters
    ----------
    found : regions.Regions
    where : {"centroid", "inside"}
        The mean of the pixels, rounded, or the pixel farthest from the border.

    Returns
    -------
    Markers

    Examples
    --------
    A ring around one pixel has its centroid on that pixel.

    >>> from lessons_lib import regions
    >>> found = regions.connected(np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]))
    >>> place(found, "centroid").outside
    array([ True, False])
    >>> place(found, "inside").outside
    array([False, False])
    """
    if where not in ("inside", "centroid"):
        raise ValueError(f"where must be 'inside' or 'centroid', got {where!r}")
    n = len(found.areas)
    if where == "inside":
        spots = regions.inner_points(found.labels)
        points = np.array([spots[i][:2] for i in range(n)], int).reshape(n, 2)
    else:
        labelled = np.nonzero(found.labels >= 0)
        owner = found.labels[labelled]
        means = [np.bincount(owner, at, minlength=n) / found.areas for at in labelled]
        points = np.rint(np.column_stack(means)).astype(int)
    hit = found.labels[points[:, 0], points[:, 1]]
    outside = hit != np.arange(n)
    class_there = np.where(hit >= 0, found.classes[hit], -1)
    return Markers(points, outside, outside & (class_there != found.classes))


def draw(rgb, markers, classes, *, size=15):
    """Draw a marker for each region, with a cross behind each that lies outside of its region.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    markers : Markers
        In pixels of `rgb`.
    classes : sequence of int
        Class of each region: its shape.
    size : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    See Also
    --------
    annotations.mark : markers at any points, without crosses.

    Examples
    --------
    >>> from lessons_lib import regions
    >>> found = regions.connected(np.zeros((41, 41), int))
    >>> drawn = draw(np.zeros((41, 41, 3), np.uint8), place(found), found.classes)
    >>> drawn[20, [0, 20], 0].round(-1).tolist()
    [0, 250]
    """
    from PIL import Image, ImageDraw

    half = size // 2 + 1  # a marker at the frame moves in, so that its shape can be told
    points = np.clip(markers.points, half, np.array(rgb.shape[:2]) - 1 - half)
    canvas = Image.fromarray(rgb)
    pen = ImageDraw.Draw(canvas)
    for row, column in points[markers.outside].tolist():
        top, bottom = row - size, row + size
        left, right = column - size, column + size
        for color, width in ((palettes.PAPER, 7), (palettes.INK, 3)):
            pen.line([left, top, right, bottom], fill=color, width=width)
            pen.line([left, bottom, right, top], fill=color, width=width)
    return annotations.mark(np.asarray(canvas), points, classes, size=size)


def draw_map(found, colors):
    """Draw a map: flat colours of the classes, thin borders, and a marker inside each region.

    Parameters
    ----------
    found : regions.Regions
    colors : ndarray of uint8, shape (classes, 3)
        RGB of each class.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    Examples
    --------
    >>> from lessons_lib import regions
    >>> found = regions.connected(np.repeat(np.repeat([[0, 1]], 40, axis=0), 40, axis=1))
    >>> colors = np.array([(20, 20, 220), (20, 220, 20)], np.uint8)
    >>> draw_map(found, colors)[0, [0, 79]].tolist()
    [[20, 20, 220], [20, 220, 20]]
    """
    flat = np.vstack([np.asarray(colors)[found.classes], palettes.NO_LABEL])[found.labels]
    return draw(drawing.outline(flat, found.labels), place(found), found.classes)


def draw_one(found, number, colors, *, where="inside", size=25):
    """Draw one region in the colour of its class, all others pale, with its marker.

    Parameters
    ----------
    found : regions.Regions
    number : int
        Of the region.
    colors : ndarray of uint8, shape (classes, 3)
    where : {"centroid", "inside"}
        As in `place`.
    size : int, in pixels
        Of the marker.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    Examples
    --------
    >>> found = regions.connected(np.repeat([[0, 1]], 20, axis=0).repeat(20, axis=1))
    >>> draw_one(found, 0, np.uint8([(200, 0, 0), (0, 0, 200)]), size=9).shape
    (20, 40, 3)
    """
    flat = np.asarray(colors)[found.classes]
    flat[np.arange(len(flat)) != number] //= 4
    flat[np.arange(len(flat)) != number] += 180
    flat = np.vstack([flat, palettes.NO_LABEL])[found.labels]
    one = Markers(*(values[[number]] for values in place(found, where)))
    return draw(drawing.outline(flat, found.labels), one, found.classes[[number]], size=size)


def draw_depth(found, number, *, side=560):
    """Draw one region in colours by the distance to its border, with its marker.

    Parameters
    ----------
    found : regions.Regions
    number : int
        Of the region, 0 or more.
    side : int
        About the height or width of the result in pixels, whichever is larger.

    Returns
    -------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    distance : float
        At the marker, in pixels of the map.

    Examples
    --------
    >>> from lessons_lib import regions
    >>> rgb, distance = draw_depth(regions.connected(np.zeros((9, 9), int)), 0, side=90)
    >>> rgb.shape, distance
    ((90, 90, 3), 4.0)
    """
    number = _checks.whole("number", number, 0, len(found.areas) - 1, why="the last region's")
    row, column, distance = regions.inner_points(found.labels)[number]
    border = regions.edges(found.labels)
    border[[0, -1]] = border[:, [0, -1]] = True  # the frame of the picture, too
    inside = found.labels == number
    [box] = ndimage.find_objects(inside.astype(np.int8))
    zoom = max(1, round(side / max(inside[box].shape)))
    depth = ndimage.distance_transform_edt(~border)[box]
    rgb = drawing.enlarge(drawing.to_rgb(depth, mask=inside[box], cmap="viridis"), zoom)
    spot = np.array([[row - box[0].start, column - box[1].start]]) * zoom + zoom // 2
    one = Markers(spot, np.array([False]), np.array([False]))
    return draw(rgb, one, found.classes[[number]], size=25), distance
