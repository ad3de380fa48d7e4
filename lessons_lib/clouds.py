"""Colours of a picture as a cloud of points.

Drawn with Pillow: 1.5 ms for a cloud, against 52 ms by Matplotlib, which a slider feels.
"""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, boxes, drawing, palettes


class View(NamedTuple):
    """How `draw` looks at a cloud: onto the plane where it is widest.

    Attributes
    ----------
    mean : ndarray, shape (3,)
    axes : ndarray, shape (3, 2)
        As from `plane`.
    middle : ndarray, shape (2,)
        What is drawn in the middle, in the plane.
    scale : float
        Pixels of the drawing for a step of 1.
    size : int
        Height and width of the drawing in pixels.

    Examples
    --------
    >>> seen = view(np.array([[0, 0, 0], [200, 0, 0], [0, 100, 0]]), np.ones(3), size=300)
    >>> seen.axes.shape, round(float(seen.scale), 2)
    ((3, 2), 1.06)
    """

    mean: np.ndarray
    axes: np.ndarray
    middle: np.ndarray
    scale: float
    size: int


def plane(values, weights):
    """The plane in which a cloud of colours is widest.

    Parameters
    ----------
    values : ndarray, shape (n, 3)
    weights : ndarray, shape (n,)
        Number of pixels.

    Returns
    -------
    mean : ndarray, shape (3,)
    axes : ndarray, shape (3, 2)
        ``(values - mean) @ axes`` are coordinates in the plane: principal components, with the
        square roots of the weights, so that rare colours have a say.

    Examples
    --------
    Without blue the plane is that of red and green.

    >>> mean, axes = plane(np.array([[0, 0, 0], [200, 0, 0], [0, 100, 0]]), np.ones(3))
    >>> np.abs(axes[2]).round(6).tolist()
    [0.0, 0.0]
    """
    weights = np.sqrt(weights)
    mean = np.average(values, axis=0, weights=weights)
    spread = np.asarray(values, dtype=float) - mean
    axes = np.linalg.eigh(spread.T * weights @ spread)[1][:, :-3:-1]
    # The sign of an axis is free: make its largest entry positive.
    return mean, axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])


def view(values, weights, size=512):
    """The `View` of a cloud that `draw` takes.

    Parameters
    ----------
    values, weights, size
        As for `draw`.

    Returns
    -------
    View

    Examples
    --------
    >>> seen = view(np.array([[0, 0, 0], [200, 0, 0]]), np.ones(2), size=400)
    >>> round(float(seen.scale), 2), seen.mean.tolist()
    (1.6, [100.0, 0.0, 0.0])
    """
    mean, axes = plane(values, weights)
    flat = (values - mean) @ axes
    low, high = flat.min(axis=0), flat.max(axis=0)
    # Room for the largest disc and its ribbon.
    scale = (0.86 * size - 24) / max((high - low).max(), 1e-9)
    return View(mean, axes, (low + high) / 2, scale, size)


def place(points, view):
    """Where colours are drawn.

    Parameters
    ----------
    points : ndarray, shape (n, 3) or (3,)
    view : View

    Returns
    -------
    ndarray of float64, shape (n, 2) or (2,)
        Across and down, in pixels of the drawing.

    Examples
    --------
    >>> values = np.array([[0, 0, 0], [200, 0, 0]])
    >>> place(values, view(values, np.ones(2), size=400)).round().astype(int).tolist()
    [[40, 200], [360, 200]]
    """
    flat = (np.asarray(points) - view.mean) @ view.axes
    return (flat - view.middle) * view.scale * (1, -1) + view.size / 2


def color_at(spot, view, like=None):
    """The colour drawn at a spot; `place` takes it back there.

    Parameters
    ----------
    spot : (across, down), in pixels of the drawing
    view : View
    like : ndarray, shape (3,), optional
        The drawing does not tell how far a colour lies before or behind its plane: as far as this
        one. By default it lies in the plane.

    Returns
    -------
    ndarray of float64, shape (3,)
        May lie outside of 0 to 255.

    Examples
    --------
    >>> values = np.array([[0, 0, 0], [200, 0, 0], [0, 100, 50]])
    >>> seen = view(values, np.ones(3))
    >>> color_at(place(values[2], seen), seen).round(6) + 0.0
    array([  0., 100.,  50.])
    """
    flat = (np.asarray(spot, dtype=float) - view.size / 2) * (1, -1) / view.scale + view.middle
    like = view.mean if like is None else np.asarray(like, dtype=float)
    behind = like - view.mean - view.axes @ (view.axes.T @ (like - view.mean))
    return view.mean + view.axes @ flat + behind


def draw(values, weights, *, size=512, centers=None, labels=None, trail=()):
    """Draw colours as discs in the plane where they spread most.

    Parameters
    ----------
    values : ndarray, shape (n, 3)
        RGB, 0 to 255. Each disc has its own colour.
    weights : ndarray of int, shape (n,)
        Number of pixels: more pixels, larger disc.
    size : int
        Height and width of the drawing in pixels.
    centers : ndarray, shape (k, 3), optional
        Drawn as numbered squares.
    labels : ndarray of int, shape (n,), optional
        Discs lie on a ribbon in the colour of their cluster (`palettes.LABELS`, in turn).
    trail : sequence of ndarray, shape (k, 3)
        Where the centres have been: small squares, joined by a line.

    Returns
    -------
    ndarray of uint8, shape (size, size, 3)

    Examples
    --------
    >>> values, counts = np.array([[0, 0, 0], [200, 0, 0], [0, 100, 50]]), np.array([9, 4, 1])
    >>> drawn = draw(values, counts, size=200)
    >>> across, down = place(values[1], view(values, counts, 200)).astype(int)
    >>> drawn[down, across].tolist()
    [200, 0, 0]
    """
    from PIL import Image, ImageDraw

    seen = view(values, weights, size)
    canvas = Image.new("RGB", (size, size), palettes.PAPER)
    pen = ImageDraw.Draw(canvas)
    spots = place(values, seen)
    radius = 1.5 + 0.05 * size * np.sqrt(weights / np.max(weights))
    order = np.argsort(-radius, kind="stable")  # small discs on top of large ones
    colors = values.round().astype(int).tolist()
    boxes = np.hstack([spots - radius[:, None], spots + radius[:, None]]).tolist()
    if labels is not None:
        ribbon = palettes.of_labels(labels).tolist()
        wider = radius[:, None] + 6
        ribbons = np.hstack([spots - wider, spots + wider]).tolist()
        for i in order:
            pen.ellipse(ribbons[i], fill=tuple(ribbon[i]))
    for i in order:
        rim = (120, 120, 120) if radius[i] > 3 else None
        pen.ellipse(boxes[i], fill=tuple(colors[i]), outline=rim)
    if centers is not None:
        steps = [place(c, seen) for c in (*trail, centers)]
        for before, after in zip(steps, steps[1:]):
            for line in np.hstack([before, after]).tolist():
                pen.line(line, fill=palettes.PAPER, width=3)
                pen.line(line, fill=palettes.INK, width=1)
            for x, y in before.tolist():
                box = [x - 3, y - 3, x + 3, y + 3]
                pen.rectangle(box, fill=palettes.PAPER, outline=palettes.INK)
        _squares(pen, steps[-1])
    return np.asarray(canvas)


def draw_3d(points, weights, *, colors, azimuth=-60.0, elevation=25.0, size=512, centers=None,
            labels=None, names=("red", "green", "blue"), limits=None):
    """Draw points in space as discs, seen from a direction; no perspective.

    Parameters
    ----------
    points : ndarray, shape (n, 3)
    weights : ndarray, shape (n,)
        Number of pixels: the area of the disc, up to a largest size.
    colors : ndarray, shape (n, 3)
        RGB of each disc, 0 to 255.
    azimuth, elevation : float, in degrees
        The third axis points up; `elevation` is the height of the eye above the plane of the other
        two, `azimuth` turns the eye around that axis.
    size : int
        Height and width of the drawing in pixels.
    centers : ndarray, shape (k, 3), optional
        Drawn as numbered squares, in front of all discs.
    labels : ndarray of int, shape (n,), optional
        Discs take the colour of their cluster instead (`palettes.LABELS`, in turn).
    names : sequence of three str
        Written at the ends of the axes.
    limits : sequence of three (low, high), optional
        The box, such as from `crowd`; by default the range of the points. Points outside of it are
        left out.

    Returns
    -------
    ndarray of uint8, shape (size, size, 3)

    Notes
    -----
    Each axis fills the box, so distances along different axes compare only if `limits` are equally
    wide.

    Examples
    --------
    >>> ends = [[0, 0, 0], [1, 1, 1]]
    >>> drawn = draw_3d(ends, [1, 1], colors=[[200, 0, 0], [0, 0, 200]], size=200)
    >>> [bool((drawn == color).all(axis=2).any()) for color in ([200, 0, 0], [0, 200, 0])]
    [True, False]
    """
    from PIL import Image, ImageDraw

    points = _checks.finite("points", points)
    if points.ndim != 2 or points.shape[1] != 3 or not len(points):
        raise ValueError(f"points must have shape (n, 3); got {points.shape}")
    low, high = points.min(axis=0), points.max(axis=0)
    if limits is not None:
        low, high = np.asarray(limits, dtype=float).T
    wide = np.where(high > low, high - low, 1)
    if labels is not None:
        colors = palettes.of_labels(labels)
    inside = (np.abs((points - low) / wide - 0.5) < 0.5 + 1e-9).all(axis=1)
    points, weights, colors = (
        points[inside],
        np.asarray(weights)[inside],
        np.asarray(colors)[inside],
    )
    view = boxes.view(azimuth, elevation)

    def place(where):
        """Across and down in pixels, and how near to the eye."""
        across, up, near = (((np.atleast_2d(where) - low) / wide - 0.5) @ view).T
        return np.column_stack([size / 2 + 0.5 * size * across, size / 2 - 0.5 * size * up, near])

    canvas = Image.new("RGB", (size, size), palettes.PAPER)
    pen = ImageDraw.Draw(canvas)
    corners = low + wide * np.array(np.meshgrid(*[[0, 1]] * 3, indexing="ij")).reshape(3, 8).T
    spots = place(corners)
    # The corner farthest from the eye: its edges lie behind all points.
    hidden = spots[:, 2].argmin()
    for a in range(8):
        for b in (a ^ 1, a ^ 2, a ^ 4):
            if a < b and hidden in (a, b):
                pen.line([*spots[a, :2], *spots[b, :2]], fill=(200, 200, 200))
    behind = spots[0, 2] <= 0  # the corner where the axes meet
    if behind:
        _axes(pen, spots)
    radius = 1.2 + 0.03 * size * np.sqrt(weights / np.max(weights, initial=1))
    at = place(points)
    order = np.argsort(at[:, 2], kind="stable")
    discs = np.hstack([at[:, :2] - radius[:, None], at[:, :2] + radius[:, None]])
    discs = discs[order].round(1).tolist()
    fills = colors.round().astype(int)[order].tolist()
    for box, fill, large in zip(discs, fills, (radius[order] > 3).tolist()):
        pen.ellipse(box, fill=tuple(fill), outline=(110, 110, 110) if large else None)
    if not behind:
        _axes(pen, spots)
    _name_axes(pen, spots, names, size)
    if centers is not None:
        _squares(pen, place(centers)[:, :2])
    return np.asarray(canvas)


def draw_rgb(values, counts, *, colors=None, size=440, limits=((0, 255),) * 3, **options):
    """Draw colours in the cube of red, green and blue.

    Parameters
    ----------
    values : ndarray, shape (n, 3)
        RGB, 0 to 255.
    counts : ndarray, shape (n,)
        Pixels that have it: the size of the disc.
    colors : ndarray, shape (n, 3), optional
        Of the discs; by default their own.
    size, limits, **options
        As for `draw_3d`; by default the whole cube.

    Returns
    -------
    ndarray of uint8, shape (size, size, 3)

    Examples
    --------
    From straight above, the colour in the middle of the cube lies in the middle of the drawing.

    >>> drawn = draw_rgb(np.array([[127, 128, 127]]), np.array([1]), size=201, elevation=90)
    >>> drawn[100, 100].tolist()
    [127, 128, 127]
    """
    values = _checks.finite("values", values)
    if values.ndim != 2 or values.shape[1] != 3 or not len(values):
        raise ValueError(f"values must be RGB of shape (n, 3); got {values.shape}")
    if values.min() < 0 or values.max() > 255:
        raise ValueError("values must be RGB of 0 to 255; they go from "
                         f"{values.min():g} to {values.max():g}")
    colors = values if colors is None else colors
    return draw_3d(values, counts, colors=colors, size=size, limits=limits, **options)


def crowd(values, counts, share=0.5):
    """The cube that holds the heaviest colours of a picture, to draw only what lies in it.

    Parameters
    ----------
    values : ndarray, shape (n, 3)
    counts : ndarray, shape (n,)
    share : float, above 0, up to 1
        So much of the pixels lie in the heaviest colours.

    Returns
    -------
    ndarray, shape (3, 2)
        Lowest and highest red, green and blue: `limits` for `draw_rgb`.

    Examples
    --------
    >>> crowd(np.array([[9, 9, 9], [29, 49, 9], [200, 0, 0]]), np.array([5, 5, 1]), 0.9)
    array([[ -9.,  47.],
           [  1.,  57.],
           [-19.,  37.]])
    """
    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1; got {share!r}")
    order = np.argsort(-np.asarray(counts), kind="stable")
    enough = np.searchsorted(np.cumsum(counts[order]), share * np.sum(counts)) + 1
    heavy = np.asarray(values)[order[:enough]]
    low, high = heavy.min(axis=0), heavy.max(axis=0)
    half = (high - low).max() / 2 + 8  # a bin of like colours is 8 wide
    return np.column_stack([(low + high) / 2 - half, (low + high) / 2 + half])


def _axes(pen, spots):
    """Three edges of the box, from its lowest corner."""
    for end in boxes.ENDS:
        pen.line([*spots[0, :2], *spots[end, :2]], fill=palettes.INK, width=2)


def _name_axes(pen, spots, names, size):
    """Beyond the end of each axis; beside an edge of the outline if that lies before the points."""
    letters, corners = drawing.font(13), spots[:, :2]
    texts, anchors = [], []
    for end, name in zip(boxes.ENDS, names):
        edge = boxes.outer_edge(corners, end)
        if edge is None or not name:
            texts.append(name)
            anchors.append(corners[end] + 0.16 * (corners[end] - corners[0]))
            continue
        start, stop = corners[list(edge)]
        pen.line([*start, *stop], fill=(200, 200, 200))
        texts.append(f"{name} {boxes.arrow(start, stop)}")
        anchors.append((start + stop) / 2)
    halves = [(letters.getlength(text) / 2 + 4, 10) for text in texts]
    for text, spot in zip(texts, boxes.spread(anchors, halves, corners, size)):
        pen.text(tuple(spot), text, font=letters, fill=palettes.INK, anchor="mm",
                 stroke_width=3, stroke_fill=palettes.PAPER)


def _squares(pen, spots):
    """Numbered squares: the centres."""
    letters = drawing.font(13, True)
    for number, (x, y) in enumerate(spots.tolist()):
        box = [x - 10, y - 10, x + 10, y + 10]
        pen.rectangle(box, fill=palettes.PAPER, outline=palettes.INK, width=2)
        pen.text((x, y), str(number), font=letters, fill=palettes.INK, anchor="mm")
