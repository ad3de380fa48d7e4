"""The colours of a picture, each once, with the number of its pixels."""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks


class Colors(NamedTuple):
    """The colours of a picture.

    Attributes
    ----------
    values : ndarray of float64, shape (m, channels)
        One row for each colour, or for each bin the mean of its colours.
    counts : ndarray of int64, shape (m,)
        Pixels that have it.
    index : ndarray of int, shape (rows, columns), or None
        The row in `values` of each pixel: ``labels[index]`` is a label map.

    Examples
    --------
    >>> found = unique_colors(np.array([[7, 7, 9]], np.uint8))
    >>> found.values[found.index].tolist()
    [[[7.0], [7.0], [9.0]]]
    """

    values: np.ndarray
    counts: np.ndarray
    index: np.ndarray | None = None


def unique_colors(image, *, index=True):
    """Find the colours of a picture and count them.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3) or (rows, columns)
        RGB or grey.
    index : bool
        Keep the index; without it the counts of a large picture take no more memory than its
        colours.

    Returns
    -------
    Colors
        In the order in which they first appear, row by row.

    Raises
    ------
    ValueError
        If the image has another dtype or shape, or no pixel.

    Examples
    --------
    >>> found = unique_colors(np.array([[7, 7, 9], [9, 7, 7]], np.uint8))
    >>> found.values.ravel().tolist(), found.counts.tolist(), found.index.tolist()
    ([7.0, 9.0], [4, 2], [[0, 0, 1], [1, 0, 0]])
    """
    import pandas as pd

    image = _checks.plain("image", image)
    if image.dtype != np.uint8 or not (image.ndim == 2 or image.ndim == 3 and image.shape[2] == 3):
        raise ValueError("image must be RGB or grey of dtype uint8 (0 to 255); got "
                         f"{image.dtype} of shape {image.shape}")
    if not image.size:
        raise ValueError(f"image must have pixels; its shape is {image.shape}")
    flat = image.reshape(image.shape[0] * image.shape[1], -1)
    packed = np.zeros((len(flat), 4), np.uint8)  # four bytes are one number, which hashes fast
    for c, channel in enumerate(flat.T):  # one by one: rows of three bytes are slow to copy
        packed[:, c] = channel
    # Hashing: sorting takes ten times as long. A small table at first stays in the cache.
    color_of, found = pd.factorize(packed.view(np.uint32).ravel(), size_hint=4096)
    values = found.view(np.uint8).reshape(-1, 4)[:, :flat.shape[1]].astype(float)
    return Colors(values, np.bincount(color_of),
                  color_of.reshape(image.shape[:2]) if index else None)


def bin_colors(colors, bits=5):
    """Put colours that share the first bits of each channel into one bin.

    Parameters
    ----------
    colors : Colors
    bits : int, 1 to 8

    Returns
    -------
    Colors
        Its values are the means over the pixels of each bin.

    Raises
    ------
    ValueError
        If `bits` is no whole number from 1 to 8.

    Examples
    --------
    >>> found = bin_colors(unique_colors(np.array([[16, 17, 17, 200]], np.uint8)))
    >>> found.values.ravel().round(2).tolist(), found.counts.tolist()
    ([16.67, 200.0], [3, 1])
    """
    import pandas as pd

    bits = _checks.whole("bits", bits, 1, 8)
    cells = colors.values.astype(np.int64) >> (8 - bits)
    packed = cells @ 2 ** (bits * np.arange(cells.shape[1]))
    bin_of, _ = pd.factorize(packed, sort=True)
    counts = np.bincount(bin_of, colors.counts)
    sums = [np.bincount(bin_of, colors.counts * channel) for channel in colors.values.T]
    return Colors(np.column_stack(sums) / counts[:, None], counts.astype(np.int64),
                  None if colors.index is None else bin_of.take(colors.index))
