"""What is too small to see: a ring around it, and the place enlarged in a corner."""

import numpy as np

from lessons_lib import drawing, palettes

_RIM = 2  # pixels of a frame


def magnify(labels, point, *, factor=3, reach=3, zoom=4):
    """Draw a label map, ring one of its pixels, and show the surroundings larger in a corner.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        As for `drawing.paint`.
    point : (row, column), in pixels of `labels`
    factor : int
        Enlargement of the map.
    reach : int
        How many pixels on each side of the point the ring and the inset hold.
    zoom : int
        How much larger than the map the inset is.

    Returns
    -------
    ndarray of uint8, shape (rows * factor, columns * factor, 3)
        The inset lies in the corner where it hides least.

    Raises
    ------
    ValueError
        If the point lies outside the map, or the inset does not fit into it.

    Examples
    --------
    >>> labels = np.zeros((30, 30), int)
    >>> labels[4, 4] = 1
    >>> magnify(labels, (4, 4), reach=2, zoom=3).shape
    (90, 90, 3)
    """
    from PIL import Image, ImageDraw

    labels = np.asarray(labels)
    row, column = (int(at) for at in point)
    if not (0 <= row < labels.shape[0] and 0 <= column < labels.shape[1]):
        raise ValueError(f"point must be a (row, column) of labels, of shape {labels.shape}; got "
                         f"({row}, {column})")
    side = 2 * reach + 1
    if side * zoom > min(labels.shape):
        raise ValueError(f"reach and zoom must leave an inset that fits into labels, of shape "
                         f"{labels.shape}; {side} pixels, {zoom} times as large, do not")
    top, left = (min(max(at - reach, 0), n - side)
                 for at, n in zip((row, column), labels.shape))
    large = drawing.paint(labels, factor=factor * zoom, numbers=False)
    top, left, size = (n * factor * zoom for n in (top, left, side))
    inset = large[top:top + size, left:left + size]
    made = Image.fromarray(drawing.paint(labels, factor=factor))
    pen, across, down = ImageDraw.Draw(made), (column + 0.5) * factor, (row + 0.5) * factor
    radius = (reach + 0.5) * factor
    for grow, color in ((_RIM, palettes.PAPER), (0, palettes.INK)):
        pen.ellipse([across - radius - grow, down - radius - grow,
                     across + radius + grow, down + radius + grow], outline=color, width=_RIM)
    top, left = _quietest(np.asarray(made), size, (down, across))
    made.paste(Image.fromarray(inset), (left, top))
    pen.rectangle([left, top, left + size - 1, top + size - 1], outline=palettes.INK, width=_RIM)
    return np.asarray(made)


def _quietest(rgb, side, point):
    """Top and left of the corner of least contrast; of equal ones the farthest from the point."""
    rows, columns = rgb.shape[:2]
    corners = [(top, left) for top in (0, rows - side) for left in (0, columns - side)]

    def cost(corner):
        top, left = corner
        contrast = rgb[top:top + side, left:left + side].std()
        away = np.hypot(*(np.add(corner, side / 2) - point))
        return round(float(contrast), 6), -float(away)

    return min(corners, key=cost)
