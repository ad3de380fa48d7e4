"""What a pixel says: row, column, value and region under a pointer.

`figures.panels` notes for each panel what can be read there; an explorer's stage asks.
"""

from typing import Callable, NamedTuple

import numpy as np


class Place(NamedTuple):
    """A panel within a picture, and what can be read there.

    Attributes
    ----------
    left, top, width, height : int
        In pixels of the picture.
    shape : (rows, columns)
        Of what the panel shows: enlarged panels have fewer pixels of their own.
    tell : callable, optional
        ``tell(down, across) -> str`` for a point of the panel, both from 0 up to 1. By default row,
        column and colour of the panel itself.

    Examples
    --------
    A panel of 20 by 30 pixels, enlarged ten times, below a title.

    >>> place = Place(left=0, top=26, width=300, height=200, shape=(20, 30))
    >>> place.width // place.shape[1]
    10
    """

    left: int
    top: int
    width: int
    height: int
    shape: tuple
    tell: Callable | None = None


def teller(layers, window=None):
    """Make the function that says what arrays hold at a point.

    Parameters
    ----------
    layers : dict of str to ndarray, or to (ndarray, names)
        Of each array its name, such as "value" or "region". Rows and columns are those of the
        first; another may be larger or smaller, and is stretched over it. With `names`, a sequence
        or a dict, what the number stands for is said, too; -1 is none.
    window : tuple of two slices, optional
        The part of the first array that the panel shows; by default all of it.

    Returns
    -------
    callable
        ``tell(down, across) -> str``, see `Place`.

    Examples
    --------
    >>> labels = np.array([[0, 0], [1, -1]])
    >>> tell = teller({"value": 10 * labels, "region": (labels, ["sea", "forest"])})
    >>> tell(0.6, 0.2)
    'Row 1, column 0: value 10, region 1 (forest).'
    >>> tell(0.6, 0.7)
    'Row 1, column 1: value -10, no region.'
    """
    layers = {name: layer if isinstance(layer, tuple) else (layer, None)
              for name, layer in layers.items()}
    shape = np.shape(next(iter(layers.values()))[0])[:2]
    rows, columns = window or (slice(0, shape[0]), slice(0, shape[1]))

    def tell(down, across):
        row = rows.start + int(down * (rows.stop - rows.start))
        column = columns.start + int(across * (columns.stop - columns.start))
        said = []
        for name, (array, names) in layers.items():
            at = [i * n // m for i, n, m in zip((row, column), np.shape(array), shape)]
            said.append(_say(name, array[tuple(at)], names))
        return f"Row {row}, column {column}: {', '.join(said)}."

    tell.shape = rows.stop - rows.start, columns.stop - columns.start
    return tell


def _say(name, value, names):
    """One value in words."""
    if np.ndim(value):
        return f"{name} {_color(value)}"
    if isinstance(value, (bool, np.bool_)):
        return name if value else f"no {name}"
    if name != "value" and np.issubdtype(np.asarray(value).dtype, np.signedinteger) and value < 0:
        return f"no {name}"
    if names is not None:
        return f"{name} {value} ({names[value]})" if names[value] else f"{name} {value}"
    if np.issubdtype(np.asarray(value).dtype, np.floating):
        return f"{name} {value:.3g}"
    return f"{name} {value}"


def _color(value):
    """Channels of a pixel; three whole numbers are red, green and blue."""
    if len(value) == 3 and np.asarray(value).dtype == np.uint8:
        return "RGB ({}, {}, {})".format(*value)
    return "(" + ", ".join(f"{one:.3g}" for one in value) + ")"


def read(picture, x, y):
    """What can be read at a pixel of a picture.

    Parameters
    ----------
    picture : figures.Picture
    x, y : int
        Column and row in the picture itself.

    Returns
    -------
    str
        Empty between the panels.

    Examples
    --------
    >>> from lessons_lib import figures
    >>> array = np.array([[1, 2], [3, 4]])
    >>> picture = figures.panels([array], says="Four", factor=50, reads={"value": array})
    >>> read(picture, x=60, y=10)
    'Row 0, column 1: value 2.'
    """
    rows, columns = picture.rgb.shape[:2]
    if not (0 <= x < columns and 0 <= y < rows):
        return ""
    for place in picture.places or (Place(0, 0, columns, rows, (rows, columns)),):
        # The middle of the pixel: its corner may be rounded into the one before.
        down, across = (y + 0.5 - place.top) / place.height, (x + 0.5 - place.left) / place.width
        if 0 <= down < 1 and 0 <= across < 1:
            if place.tell is not None:
                return place.tell(down, across)
            row, column = int(down * place.shape[0]), int(across * place.shape[1])
            return f"Row {row}, column {column}: {_say('colour', picture.rgb[y, x], None)}."
    return ""
