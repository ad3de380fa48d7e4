"""Checks of lesson 00."""

import numpy as np

from lessons_lib.exercises.base import Wrong, check, describe, need_labels, need_number


@check
def check_1(answer, picture):
    """How many pixels a picture has."""
    n = need_number(answer, 0, whole=True)
    rows, columns = picture.shape[:2]
    if n == picture.size != rows * columns:
        raise Wrong(f"{n} counts every number in the array. A colour pixel holds three of them.")
    if n == rows + columns:
        raise Wrong("Rows and columns are multiplied, not added: each row has a pixel for every column.")
    if n in (rows, columns):
        raise Wrong("That is one side of the picture. Multiply the two.")
    if n != rows * columns:
        raise Wrong(f"The picture has {rows} rows and {columns} columns; that does not give {n}.")
    return f"{rows} rows times {columns} columns are {n} pixels."


@check
def check_2(answer, gray, threshold):
    """A mask: True where a picture is brighter than a threshold."""
    array = np.asarray(answer)
    if callable(answer) or array.shape != gray.shape:
        if array.shape == gray.shape[::-1]:
            raise Wrong("The mask lies on its side: rows come first.")
        raise Wrong(f"A mask has one True or False for each pixel, shape {gray.shape}; this is "
                    f"{describe(answer)}.")
    right = gray > threshold
    if array.dtype.kind in "iuf" and np.array_equal(array, gray):
        raise Wrong("This is the picture itself. Compare it with the threshold.")
    if not np.isin(array, (0, 1)).all():
        raise Wrong("A mask holds True and False only; this holds other numbers.")
    if np.array_equal(array, right):
        return f"{100 * right.mean():.0f} % of the pixels are brighter than {threshold}."
    if np.array_equal(array, ~right):
        raise Wrong("This is True where the picture is dark: the sign points the other way.")
    if np.array_equal(array, gray >= threshold):
        raise Wrong(f"Nearly: pixels of exactly {threshold} are not brighter than {threshold}. Use >, not >=.")
    raise Wrong(f"{100 * np.mean(array):.0f} % of your mask is True; {100 * right.mean():.0f} % of the pixels are "
                f"brighter than {threshold}.")


@check
def check_3(answer, mask):
    """A label map of the connected parts of a mask, -1 elsewhere."""
    from scipy import ndimage

    labels = need_labels(answer, mask.shape)
    parts, n = ndimage.label(mask)
    if labels.min() == 0 and np.array_equal(labels > 0, mask):
        raise Wrong("Nearly: 0 is the background in your map. In this course 0 is the first region and −1 "
                    "is no label. Subtract 1.")
    if not np.array_equal(labels >= 0, mask):
        raise Wrong("Regions must cover the mask and nothing else: 0, 1, 2, ... inside, −1 outside.")
    k = len(np.unique(labels[mask]))
    if k != n:
        raise Wrong(f"The mask has {n} connected parts; your map has {k} regions."
                    + (" All parts share one label." if k == 1 else ""))
    pairs = len(np.unique(np.stack([labels[mask], parts[mask]]), axis=1).T)
    if pairs != n:
        raise Wrong("The number of regions is right, but they are not the connected parts.")
    return f"{n} connected parts, numbered from 0."
