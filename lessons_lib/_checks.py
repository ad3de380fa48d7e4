"""Plumbing of every door: whole numbers, plain arrays, label maps; or a message that says why."""

import numbers

import numpy as np


def whole(name, value, low=None, high=None, *, why=""):
    """The value as an int.

    Whole numbers of any type will do, and floats without a fraction; no bool, no text. `why` says
    what the upper limit is.

    Raises
    ------
    ValueError
        If it is something else, or not in ``low`` to ``high`` (both included).
    """
    number = None
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, numbers.Integral) and not isinstance(value, bool | np.bool_):
        number = int(value)
    elif isinstance(value, numbers.Real) and float(value).is_integer():
        number = int(value) if not isinstance(value, bool | np.bool_) else None
    fits = (
        number is not None and (low is None or number >= low) and (high is None or number <= high)
    )
    if not fits:
        reason = f", {why};" if why else ","
        raise ValueError(f"{name} must be a whole number{_range(low, high)}{reason} got {value!r}")
    return number


def real(name, value, low=None, high=None, *, above=None, unit="number"):
    """The value as a finite float; raises ValueError if it is none, or not in its range."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    fits = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
    fits = fits and bool(np.isfinite(float(value)))
    fits = fits and (low is None or value >= low) and (high is None or value <= high)
    fits = fits and (above is None or value > above)
    if not fits:
        span = f" above {above:g}" if above is not None else _range(low, high)
        raise ValueError(f"{name} must be a {unit}{span}, got {value!r}")
    return float(value)


def _range(low, high):
    low, high = (f"{one:g}" if isinstance(one, float) else one for one in (low, high))
    if low is None:
        return "" if high is None else f" of at most {high}"
    return f" of {low} or more" if high is None else f" from {low} to {high}"


def seed(value):
    """A seed as an int of 0 or more."""
    return whole("seed", value, 0)


def plain(name, array, *, hint="fill the gaps first: array.filled(value)"):
    """The array without its mask; refuses one that hides something, since it would count."""
    if isinstance(array, np.ma.MaskedArray):
        if np.ma.is_masked(array):
            raise ValueError(
                f"{name} is a masked array with {int(np.ma.count_masked(array))} masked "
                f"values, which would count like all others; {hint}"
            )
        return np.asarray(array.data)
    return np.asarray(array)


def floats(name, array, *, ndim=None, hint="fill the gaps first: array.filled(value)"):
    """A plain array of real numbers as float64; may hold NaN."""
    array = plain(name, array, hint=hint)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold real numbers; its dtype is {array.dtype}")
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimensions; its shape is {array.shape}")
    return array.astype(float)


def finite(name, array, *, ndim=None):
    """A plain array of finite numbers as float64."""
    array = floats(name, array, ndim=ndim)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite numbers; there are NaN or infinite ones")
    return array


def rgb(name, image):
    """A colour picture of 8 bits, shape (rows, columns, 3), with at least one pixel.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    image = plain(name, image)
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or not image.size:
        raise ValueError(f"{name} must be RGB of dtype uint8 and shape (rows, columns, 3); got "
                         f"{image.dtype} of shape {image.shape}")
    return image


def label_map(labels, name="labels", ndim=2):
    """A label map of any whole numbers; masked pixels become -1, no label.

    Returns
    -------
    ndarray of an integer dtype
        Wide enough for -1, too, unless a label is 2**63 or above.

    Raises
    ------
    ValueError
        If it holds no whole numbers (a picture, an eigenvector), or has another shape.
    """
    hidden = None
    if isinstance(labels, np.ma.MaskedArray):
        hidden, labels = np.ma.getmaskarray(labels), labels.data
    labels = np.asarray(labels)
    labels = labels.astype(labels.dtype.newbyteorder("="), copy=False)  # as this machine has them
    wrong = labels.dtype.kind not in "iub" or ndim is not None and labels.ndim != ndim
    if wrong or ndim is not None and not labels.size:
        shape = "of shape (rows, columns)" if ndim == 2 else "of any shape"
        raise ValueError(f"{name} must be a label map: whole numbers {shape}; got "
                         f"{labels.dtype} of shape {labels.shape}")
    if hidden is not None and hidden.any():
        shown = labels[~hidden]
        if shown.size and int(shown.max()) >= 2**63:
            raise ValueError(f"{name} must be below 2**63 where some pixels are masked, got "
                             f"{shown.max()}")
        return np.where(hidden, -1, labels.astype(np.int64))
    if labels.dtype.kind in "ub":
        narrow = labels.dtype.itemsize < 8
        if narrow or not labels.size or labels.max() < 2**63:
            labels = labels.astype(np.promote_types(labels.dtype, np.int8) if narrow else np.int64)
    return labels


def compact(labels, name="labels", ndim=None):
    """Labels 0, 1, 2, ... without gaps, so that cost follows how many there are.

    Parameters
    ----------
    labels : ndarray of int, any shape
    name : str
    ndim : int, optional

    Returns
    -------
    numbers : ndarray of int32, same shape
        In ascending order of the labels; -1 stays -1.
    names : ndarray of int
        The label of each number.
    """
    labels = label_map(labels, name, ndim)
    if labels.dtype == bool:
        labels = labels.astype(np.int8)
    low, high = (int(labels.min()), int(labels.max())) if labels.size else (0, -1)
    if -1 <= low and high < max(labels.size, 256):  # no sorting: sliders come through here
        present = np.bincount(labels.ravel().astype(np.intp) + 1, minlength=high + 2)[1:] > 0
        names = np.flatnonzero(present)
        if len(names) == high + 1:
            return labels.astype(np.int32), names
        number = np.append(np.cumsum(present) - 1, -1).astype(np.int32)  # -1 reads the last one
        return number[labels], names
    names, number = np.unique(labels, return_inverse=True)
    number = number.reshape(labels.shape).astype(np.int32)
    if names.dtype != np.uint64 or high < 2**63:
        names = names.astype(np.int64)
    if low < 0 and (names == -1).any():
        gap = int(np.flatnonzero(names == -1)[0])
        number = np.where(number == gap, -1, number - (number > gap)).astype(np.int32)
        names = np.delete(names, gap)
    return number, names


def rows(labels, name="labels", most=4095):
    """Labels that name the rows of a table: 0 to the largest, -1 for none.

    Raises
    ------
    ValueError
        If such a table would be large for a few labels that are called by large numbers.
    """
    labels = label_map(labels, name, None)
    low, high = (int(labels.min()), int(labels.max())) if labels.size else (0, -1)
    if low < -1 or high > most:
        raise ValueError(
            f"{name} must be from 0 to {most:,} (-1: no label), since each gets a row; "
            f"they go from {low} to {high}: number them anew, for example by "
            "regions.number_in_reading_order"
        )
    return labels.astype(np.int64)


def back(numbers, names):
    """Labels as they were called: `compact` turned around."""
    if names.dtype == np.uint64:  # -1 has no place in that type
        if numbers.min(initial=0) < 0:
            raise ValueError("labels must be below 2**63 where some pixels have none, got "
                             f"{names.max()}")
        return names[numbers]
    names = np.append(names, -1)
    dtype = np.int32 if -2**31 <= names.min() and names.max() < 2**31 else np.int64
    return names.astype(dtype)[numbers]


def grey(image, mask=None):
    """A grey picture as float64, and which of its pixels count.

    Parameters
    ----------
    image : ndarray or masked array, shape (rows, columns)
    mask : ndarray of bool, shape (rows, columns), optional

    Returns
    -------
    image : ndarray of float64
    mask : ndarray of bool, or None
        True where `mask` is, and the image is not masked; None if that is everywhere.
    """
    hidden = np.ma.getmaskarray(image) if isinstance(image, np.ma.MaskedArray) else None
    image = floats("image", getattr(image, "data", image) if hidden is not None else image)
    if image.ndim != 2:
        raise ValueError(f"image must be a grey picture of shape (rows, columns); its shape is "
                         f"{image.shape}; images.gray makes one from colour")
    if mask is not None:
        mask = np.asarray(mask)
        if mask.shape != image.shape or mask.dtype.kind not in "biu":
            raise ValueError(
                f"mask must be True and False of the shape of image, {image.shape}; it "
                f"is {mask.dtype} of shape {mask.shape}"
            )
        mask = mask.astype(bool)
    if hidden is not None and hidden.any():
        mask = ~hidden if mask is None else mask & ~hidden
    return image, mask
