"""Pixels as points: a table of pixels, colour spaces, position, standardised features."""

import numpy as np

from lessons_lib import kmeans
from lessons_lib.colors import Colors

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

    image = np.asarray(image)
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
    colors = np.asarray(colors, dtype=float)
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
        A feature that is the same everywhere becomes 0, but for rounding.

    References
    ----------
    `sklearn.preprocessing.StandardScaler`

    Examples
    --------
    >>> standardize(np.array([[1, 100], [3, 500]])).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    from sklearn.preprocessing import StandardScaler

    features = np.asarray(features, dtype=float)
    points = features.reshape(-1, features.shape[-1])
    weights = None if weights is None else np.asarray(weights, dtype=float).ravel()
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
    features = np.asarray(features, dtype=float)
    if not np.isfinite(weight) or weight < 0:
        raise ValueError(f"weight must be a number of 0 or more, got {weight!r}")
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

    if levels not in range(2, 257):
        raise ValueError(f"levels must be a whole number from 2 to 256, got {levels!r}")
    features = np.asarray(features, dtype=float)
    if features.ndim != 3 or not features.size or not np.isfinite(features).all():
        raise ValueError("features must be finite numbers of shape (rows, columns, channels); got "
                         f"shape {features.shape}")
    points = features.reshape(-1, features.shape[2])
    low = points.min(axis=0)
    width = (points.max(axis=0) - low).max() / levels or 1.0
    packed = np.zeros(len(points), np.int64)
    for channel, least in zip(points.T, low):
        step = np.minimum((channel - least) / width, levels - 1)  # the largest value, too
        packed = packed * levels + step.astype(np.int64)
    index, found = pd.factorize(packed)
    counts = np.bincount(index, minlength=len(found))
    sums = np.column_stack([np.bincount(index, channel, len(found)) for channel in points.T])
    return Colors(sums / counts[:, None], counts, index.reshape(features.shape[:2]))


def segment(features, k, *, levels=24, polish=True, n_init=10, seed=0):
    """k-means on a feature map.

    Parameters
    ----------
    features : ndarray, shape (rows, columns, channels)
        Any features; k-means measures distance in their units, so scale them first (`standardize`).
    k : int
        Number of clusters.
    levels : int
        As in `bin_features`: the starts run on bins (finer ones if there are fewer than k).
    polish : bool
        Go on from the best start with all pixels, until no label changes. Without it a pixel has
        the label of its bin.
    n_init, seed
        As in `kmeans.fit`.

    Returns
    -------
    kmeans.Clusters
        Its labels are a label map of shape (rows, columns).

    Raises
    ------
    ValueError
        As in `bin_features` and `kmeans.fit`.

    Examples
    --------
    >>> segment(np.array([[[0.0], [0.1], [0.9], [1.0]]]), 2).labels.tolist()
    [[0, 0, 1, 1]]
    """
    binned = bin_features(features, levels)
    while len(binned.counts) < k and levels < 256:  # one far pixel makes all bins wide
        levels = min(2 * levels, 256)
        binned = bin_features(features, levels)
    found = kmeans.fit(binned.values, k, weights=binned.counts, n_init=n_init, seed=seed)
    points = np.asarray(features, dtype=float).reshape(-1, binned.values.shape[1])
    if not polish:
        # The bins' inertia leaves out how far pixels lie from the mean of their bin.
        within = (points ** 2).sum() - binned.counts @ (binned.values ** 2).sum(axis=1)
        inertia = found.inertia + float(within)
        return found._replace(labels=found.labels[binned.index], inertia=inertia)
    found = kmeans.fit(points, k, start=found.centers)
    return found._replace(labels=found.labels.reshape(binned.index.shape))
