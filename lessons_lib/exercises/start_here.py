"""Checks of lesson 00."""

import numpy as np

from lessons_lib.exercises.base import Wrong, check, describe, need_labels, need_number


@check
def check_1(answer, picture):
    """How many pixels a picture has."""
    n = need_number(answer, 0, whole=True)
    rows, columns = picture.shape[:2]
    if n == rows * columns:
        return f"{rows} rows times {columns} columns are {n} pixels."
    if n == picture.size:
        raise Wrong(f"{n} counts every number in the array. A colour pixel holds three of them.")
    if n == rows + columns:
        raise Wrong("Rows and columns are multiplied, not added: each row has a pixel for every "
                    "column.")
    if n in (rows, columns):
        raise Wrong("That is one side of the picture. Multiply the two.")
    raise Wrong(f"The picture has {rows} rows and {columns} columns; that does not give {n}.")


@check
def check_2(answer, gray, threshold):
    """A mask: True where a picture is brighter than a threshold."""
    array = np.asarray(answer)
    if callable(answer) or array.shape != gray.shape:
        if array.shape == gray.shape[::-1]:
            raise Wrong("The mask lies on its side: rows come first.")
        if array.shape == (*gray.shape, 3):
            raise Wrong("Three values a pixel: this comes from the colours of `picture`. Compare "
                        "`gray`.")
        if array.ndim == 1 and array.size and np.isin(array, gray).all():
            raise Wrong("These are the grey values that gray[mask] picks out. The mask itself is "
                        "asked for.")
        raise Wrong(f"A mask has one True or False for each pixel, shape {gray.shape}; this is "
                    f"{describe(answer)}.")
    right = gray > threshold
    if array.dtype.kind in "iuf" and np.array_equal(array, gray):
        raise Wrong("This is the picture itself. Compare it with the threshold.")
    if not np.isin(array, (0, 1)).all():
        raise Wrong("A mask holds True and False only; this holds other numbers.")
    if np.array_equal(array, right):
        return f"{100 * right.mean():.0f} % of the pixels are brighter than {threshold}."
    if np.array_equal(array, right.T):
        raise Wrong("The mask lies on its side: rows come first.")
    if np.array_equal(array, ~right):
        raise Wrong("This is True where the picture is dark: the sign points the other way.")
    if np.array_equal(array, gray >= threshold):
        raise Wrong(f"Nearly: pixels of exactly {threshold} are not brighter than {threshold}. "
                    "Use >, not >=.")
    other = _threshold_of(array.astype(bool), gray)
    if other is not None:
        raise Wrong(f"These are the pixels brighter than {other}; those brighter than {threshold} "
                    "are asked for.")
    raise Wrong(f"{100 * np.mean(array):.0f} % of your mask is True; {100 * right.mean():.0f} % of "
                f"the pixels are brighter than {threshold}.")


def _threshold_of(mask, gray):
    """The grey value that a mask was made with; None if it was made otherwise."""
    if mask.all() or not mask.any() or gray[mask].min() <= gray[~mask].max():
        return None
    return int(gray[~mask].max())


@check
def check_3(answer, mask):
    """A label map of the connected parts of a mask, -1 elsewhere."""
    from scipy import ndimage

    parts, n = ndimage.label(mask)
    if isinstance(answer, tuple) and len(answer) == 2:
        raise Wrong("These are two things: the label map and the number of parts. ndimage.label "
                    "returns both; take the first with [0].")
    if np.ndim(answer) == 0 and isinstance(answer, int | float | np.number):
        raise Wrong(f"This is one number, {answer:g}. The label map is asked for: a number for "
                    "each pixel.")
    labels = need_labels(answer, mask.shape)
    if n > 1 and np.array_equal(labels, mask):
        raise Wrong("This is the mask itself: all its parts share one label. Number them with "
                    "ndimage.label.")
    if not np.array_equal(labels >= 0, mask) and np.array_equal(labels.T >= 0, mask):
        raise Wrong("The picture is lying on its side. Rows come first; a .T too many does this.")
    if labels.min() == 0 and np.array_equal(labels > 0, mask):
        raise Wrong("Nearly: 0 is the background in your map. In this course 0 is the first region "
                    "and −1 is no label. Subtract 1.")
    if not np.array_equal(labels >= 0, mask):
        raise Wrong("Regions must cover the mask and nothing else: 0, 1, 2, ... inside, −1 "
                    "outside.")
    k = len(np.unique(labels[mask]))
    if k == 1 != n:
        raise Wrong(f"The mask has {n} connected parts, but all of them share one label.")
    if k != n:
        corners = k == ndimage.label(mask, np.ones((3, 3)))[1]
        raise Wrong(f"The mask has {n} connected parts; your map has {k} regions."
                    + " Pixels that touch at a corner only are not connected here." * corners)
    if labels[mask].min() > 0:
        raise Wrong("Nearly: your first region has the number "
                    f"{labels[mask].min()}. In this course the first one is 0.")
    pairs = len(np.unique(np.stack([labels[mask], parts[mask]]), axis=1).T)
    if pairs != n:
        raise Wrong("The number of regions is right, but they are not the connected parts.")
    if labels.max() >= n:
        raise Wrong(f"Nearly: these are the {n} connected parts, but their numbers have gaps and "
                    f"run to {labels.max()}. In this course they are 0, 1, 2, ... without gaps.")
    return f"{n} connected part{'s' * (n != 1)}, numbered from 0."
