"""Pixels as points: a table of pixels, colour spaces, position, standardised features.

In a feature map NaN means no data, as do the masked pixels of a masked array: such pixels are left
out, and their label is -1.
"""

import numpy as np

from lessons_lib import _checks, kmeans
from lessons_lib.colors import Colors
from lessons_lib.regions import unmask

SPACES = {
    "RGB": ("red", "green", "blue"),
    "CIELAB": ("lightness", "green to red", "blue to yellow"),
    "CIELAB, no lightness": ("green to red", "blue to yellow"),
    "HSV": ("hue", "saturation", "value"),
    "HSV, hue as an angle": ("saturation × cos hue", "saturation × sin hue", "value"),
}


def to_frame(image, names=("red", "green", "blue")):
    """Pixels as a table: one row for each pixel, row by row.

    Parameters
    ----------
    image : ndarray, shape (rows, columns, channels)
    names : sequence of str
        One for each channel.

    Returns
    -------
    pandas.DataFrame
        Of the image's dtype; ``frame.to_numpy().reshape(image.shape)`` is the image again.

    Raises
    ------
    ValueError
        If `image` has another shape than one channel for each name.

    Examples
    --------
    >>> to_frame(np.array([[[20, 20, 220], [20, 220, 20]]], np.uint8))
       red  green  blue
    0   20     20   220
    1   20    220    20
    """
    import pandas as pd

    image = _checks.plain("image", image)
    if image.ndim != 3 or image.shape[2] != len(names):
        raise ValueError(f"image must have shape (rows, columns, {len(names)}), one channel for "
                         f"each of names; it is {image.shape}")
    return pd.DataFrame(image.reshape(-1, len(names)), columns=list(names))


def convert(colors, space="CIELAB"):
    """RGB colours in another colour space.

    Parameters
    ----------
    colors : ndarray, shape (n, 3)
        RGB, 0 to 255.
    space : str
        One of `SPACES`, which names the coordinates. CIELAB is made so that equal distances look
        about equally different. Hue is an angle: as a number from 0 to 1 (HSV) red lies at both
        ends; as a point on a circle it does not.

    Returns
    -------
    ndarray of float64, shape (n, channels)
        RGB from 0 to 255, CIELAB lightness from 0 to 100, all of HSV from 0 to 1 (-1 to 1 on the
        circle).

    Raises
    ------
    ValueError
        If `space` is none of `SPACES`, or `colors` are not RGB of 0 to 255.

    References
    ----------
    `skimage.color.rgb2lab` (illuminant D65, 2 degree observer), `skimage.color.rgb2hsv`.

    Examples
    --------
    >>> convert([[255, 255, 255], [255, 0, 0]]).round(1) + 0.0
    array([[100. ,   0. ,   0. ],
           [ 53.2,  80.1,  67.2]])
    >>> convert([[255, 0, 0]], "HSV").tolist()
    [[0.0, 1.0, 1.0]]
    """
    from skimage.color import rgb2hsv, rgb2lab

    if space not in SPACES:
        raise ValueError(f"space must be one of {list(SPACES)}; got {space!r}")
    colors = _checks.floats("colors", colors)
    if colors.ndim != 2 or colors.shape[1] != 3 or not ((colors >= 0) & (colors <= 255)).all():
        raise ValueError("colors must be RGB of 0 to 255, shape (n, 3); "
                         f"their shape is {colors.shape}")
    if space == "RGB":
        return colors
    if space.startswith("CIELAB"):
        lab = rgb2lab(colors / 255)
        return lab[:, 1:] if space.endswith("no lightness") else lab
    hue, saturation, value = rgb2hsv(colors / 255).T
    if space == "HSV":
        return np.column_stack([hue, saturation, value])
    angle = 2 * np.pi * hue
    return np.column_stack([saturation * np.cos(angle), saturation * np.sin(angle), value])


def standardize(features, *, weights=None):
    """Shift and scale each feature to mean 0 and standard deviation 1.

    Parameters
    ----------
    features : ndarray, shape (..., channels)
        One feature in each channel, such as a feature map of shape (rows, columns, channels).
    weights : ndarray, shape (...), optional
        How often each point counts; by default once.

    Returns
    -------
    ndarray of float64, same shape
        NaN stays NaN and counts nowhere. A feature that is the same everywhere becomes 0, but for
        rounding.

    References
    ----------
    `sklearn.preprocessing.StandardScaler`

    Examples
    --------
    >>> standardize(np.array([[1, 100], [3, 500]])).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    from sklearn.preprocessing import StandardScaler

    features = _with_gaps(features)
    points = features.reshape(-1, features.shape[-1])
    if weights is not None:
        weights = _checks.finite("weights", weights).ravel()
        if len(weights) != len(points) or (weights < 0).any() or not weights.any():
            raise ValueError(f"weights must be {len(points)} numbers of 0 or more, not all 0; got "
                             f"{len(weights)}, from {weights.min(initial=0):g}")
    with np.errstate(invalid="ignore"):  # a feature without any data stays NaN
        scaled = StandardScaler().fit_transform(points, sample_weight=weights)
    return scaled.reshape(features.shape)


def add_position(features, weight):
    """Append to each pixel where it lies, so that clusters keep together in the picture.

    Parameters
    ----------
    features : ndarray, shape (rows, columns, channels)
    weight : float, 0 or more
        The longer side of the picture is `weight` units of the features long.

    Returns
    -------
    ndarray of float64, shape (rows, columns, channels + 2)
        Its last two channels are row and column, from 0.

    Raises
    ------
    ValueError
        If `weight` is negative or not finite.

    Examples
    --------
    >>> add_position(np.array([[[7], [8], [9]]]), 10).tolist()
    [[[7.0, 0.0, 0.0], [8.0, 0.0, 5.0], [9.0, 0.0, 10.0]]]
    """
    features = _with_gaps(features, ndim=3)
    weight = _checks.real("weight", weight, 0)
    rows, columns = features.shape[:2]
    step = weight / (max(rows, columns) - 1 or 1)
    place = np.mgrid[:rows, :columns].transpose(1, 2, 0) * step
    return np.concatenate([features, place], axis=2)


def bin_features(features, levels=24):
    """Put pixels with like features into one bin, as `colors.bin_colors` does with colours.

    Parameters
    ----------
    features : ndarray, shape (rows, columns, channels)
    levels : int, 2 to 256
        The widest feature is cut into so many equal steps, the others into steps of the same width.

    Returns
    -------
    Colors
        Its values are the means of the pixels of each bin, in units of the features.

    Raises
    ------
    ValueError
        If `levels` is out of range, or `features` are not finite numbers of that shape.

    Examples
    --------
    >>> found = bin_features(np.array([[[0.0], [0.1], [0.9], [1.0]]]), levels=2)
    >>> found.values.ravel().round(2).tolist(), found.index.tolist()
    ([0.05, 0.95], [[0, 0, 1, 1]])
    """
    import pandas as pd

    levels = _checks.whole("levels", levels, 2, 256)
    features = _checks.floats("features", features)
    if features.ndim != 3 or not features.size or not np.isfinite(features).all():
        raise ValueError("features must be finite numbers of shape (rows, columns, channels); got "
                         f"shape {features.shape}{_gaps(features)}")
    channels = np.ascontiguousarray(features.reshape(-1, features.shape[2]).T)  # rows go fast
    low = channels.min(axis=1)
    width = (channels.max(axis=1) / levels - low / levels).max() or 1.0  # no span overflows
    packed = np.zeros(channels.shape[1], np.int64)
    for channel, least in zip(channels, low):
        step = channel / width - least / width
        step = np.minimum(step, levels - 1).astype(np.int64)  # the largest value, too
        packed = packed * levels + step
        if packed.max() > 2**62 // levels:  # many channels: numbers of bins instead of their places
            packed = pd.factorize(packed)[0].astype(np.int64)
    index, found = pd.factorize(packed)
    counts = np.bincount(index, minlength=len(found))
    sums = np.column_stack([np.bincount(index, channel, len(found)) for channel in channels])
    return Colors(sums / counts[:, None], counts, index.reshape(features.shape[:2]))


def segment(features, k, *, levels=24, polish=True, n_init=10, seed=0):
    """k-means on a feature map.

    Parameters
    ----------
    features : ndarray, shape (rows, columns, channels)
        Any features; NaN or masked where there is no data. k-means measures distance in their
        units, so scale them first (`standardize`).
    k : int
        Number of clusters.
    levels : int
        As in `bin_features`: the starts run on bins (finer ones if there are fewer than k, and all
        pixels if that does not help).
    polish : bool
        Go on from the best start with all pixels, until no label changes. Without it a pixel has
        the label of its bin.
    n_init, seed
        As in `kmeans.fit`.

    Returns
    -------
    kmeans.Clusters
        Its labels are a label map of shape (rows, columns); -1 where there is no data.

    Examples
    --------
    >>> segment(np.array([[[0.0], [0.1], [0.9], [1.0]]]), 2).labels.tolist()
    [[0, 0, 1, 1]]
    """
    features = _with_gaps(features, ndim=3)
    known = np.logical_and.reduce(np.isfinite(np.moveaxis(features, 2, 0)))
    if not known.any():
        raise ValueError(f"features must hold data; got shape {features.shape}{_gaps(features)}")
    points = features.reshape(-1, features.shape[2]) if known.all() else features[known]
    k = _checks.whole("k", k, 1, len(points))
    binned = bin_features(points[None], levels)
    while len(binned.counts) < k and levels < 256:  # one far pixel makes all bins wide
        levels = min(2 * levels, 256)
        binned = bin_features(points[None], levels)
    if len(binned.counts) < k:
        binned = Colors(points, np.ones(len(points)), np.arange(len(points))[None])
    found = kmeans.fit(binned.values, k, weights=binned.counts, n_init=n_init, seed=seed)
    if polish:
        found = kmeans.fit(points, k, start=found.centers)
        return found._replace(labels=unmask(found.labels, known))
    # The bins' inertia leaves out how far pixels lie from the mean of their bin.
    middle = points.mean(axis=0)
    within = ((points - middle) ** 2).sum()
    within -= binned.counts @ ((binned.values - middle) ** 2).sum(axis=1)
    return found._replace(labels=unmask(found.labels[binned.index[0]], known),
                          inertia=found.inertia + float(max(within, 0)))


def _with_gaps(features, ndim=None):
    """Features as float64, NaN where they are masked."""
    if isinstance(features, np.ma.MaskedArray):
        hidden = np.ma.getmaskarray(features)
        features = np.where(hidden, np.nan, _checks.floats("features", features.data))
    features = _checks.floats("features", features)
    if features.ndim < 1 or not features.size or ndim is not None and features.ndim != ndim:
        raise ValueError("features must have shape (rows, columns, channels); got "
                         f"{features.shape}")
    if np.isinf(features).any():
        raise ValueError(
            "features must be finite, or NaN where there is no data; some are infinite"
        )
    return features


def _gaps(features):
    missing = int((~np.isfinite(features)).sum())
    return f" with {missing} NaN or infinite values" if missing else ""
