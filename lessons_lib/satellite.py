"""A satellite scene: reflectance in four bands, how to look at it, and its clusters."""

from typing import NamedTuple

import numpy as np

from lessons_lib import features, regions

FALSE_COLOR = ("near infrared", "red", "green")
KS = range(2, 8)  # numbers of clusters that the lesson compares


class Bands(NamedTuple):
    """A scene in several bands.

    Attributes
    ----------
    values : ndarray of float64, shape (rows, columns, 4)
        Reflectance: the share of the light that comes back, mostly 0 to 1.
    names : tuple of str
        One for each band.
    meters : float
        Length of a pixel's side.

    Examples
    --------
    >>> scene = Bands(np.full((2, 3, 4), 0.5))
    >>> scene.names, scene.meters
    (('blue', 'green', 'red', 'near infrared'), 10.0)
    """

    values: np.ndarray
    names: tuple = ("blue", "green", "red", "near infrared")
    meters: float = 10.0


# How spyndex calls these bands in its formulas.
_LETTERS = {"blue": "B", "green": "G", "red": "R", "near infrared": "N"}


def load(source="sentinel", *, meters=10.0):
    """Load a scene in blue, green, red and near infrared.

    Parameters
    ----------
    source : str, path or array
        "sentinel": the Sentinel-2 sample that ships inside the package spyndex (bands B02, B03, B04
        and B08 at 10 m, 300 x 300 pixels; the package names neither place nor date). Or an array of
        shape (rows, columns, 4) that holds reflectances, or the path of an ``.npy`` file with one.
    meters : float
        Length of a pixel's side, for other sources.

    Returns
    -------
    Bands

    Raises
    ------
    ValueError
        If the source has another shape, or numbers that are no reflectances.

    Examples
    --------
    >>> load().values.shape
    (300, 300, 4)
    >>> load(np.full((2, 3, 4), 0.5), meters=30).meters
    30.0
    """
    if isinstance(source, str) and source == "sentinel":
        import spyndex

        # An xarray, (band, row, column), reflectance x 10,000.
        scene = spyndex.datasets.open("sentinel")
        return Bands(np.moveaxis(scene.to_numpy(), 0, 2) / 10_000)
    values = np.asarray(source) if hasattr(source, "__array__") else _read(source)
    if values.ndim != 3 or values.shape[2] != 4 or not values.size:
        raise ValueError("source must have shape (rows, columns, 4): blue, green, red, "
                         f"near infrared; its shape is {values.shape}")
    values = values.astype(float)
    if not np.isfinite(values).all() or np.abs(values).max() > 2:
        raise ValueError("source must hold finite reflectances, about 0 to 1 (many files hold "
                         "reflectance x 10,000: divide by that); its numbers go from "
                         f"{values.min():g} to {values.max():g}")
    if not meters > 0:
        raise ValueError(f"meters must be above 0, got {meters!r}")
    return Bands(values, meters=float(meters))


def _read(path):
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"source={str(path)!r} is neither 'sentinel' nor an array in a .npy file: "
                         f"{error}") from error


def show(bands, order=("red", "green", "blue"), *, low=0.0, high=0.25):
    """Three bands as a picture.

    Parameters
    ----------
    bands : Bands
    order : sequence of three str
        The bands drawn in red, green and blue. `FALSE_COLOR` is the usual false colour.
    low, high : float
        Reflectances drawn as 0 and as 255; what lies outside is clipped.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    Raises
    ------
    ValueError
        If `order` is not three bands of the scene, or `low` not below `high`.

    Examples
    --------
    >>> scene = load(np.array([[[0.05, 0.1, 0.125, 0.5]]]))
    >>> show(scene).tolist(), show(scene, FALSE_COLOR).tolist()
    ([[[128, 102, 51]]], [[[255, 128, 102]]])
    """
    for name in order:
        if name not in bands.names:
            raise ValueError(f"order must name bands of {list(bands.names)}; got {name!r}")
    if len(order) != 3 or not low < high:
        raise ValueError("order must be three bands and low below high; got "
                         f"{order!r}, low={low!r}, high={high!r}")
    chosen = bands.values[..., [bands.names.index(name) for name in order]]
    return (np.clip((chosen - low) / (high - low), 0, 1) * 255).round().astype(np.uint8)


def index(bands, name="NDVI"):
    """A spectral index of every pixel, or of mean spectra.

    Parameters
    ----------
    bands : Bands or pandas.DataFrame
        A scene, or one spectrum in each row, as from `spectra`.
    name : str
        One of spyndex's indices that needs only these four bands, such as "NDVI" (vegetation),
        "NDWI" (open water) or "EVI".

    Returns
    -------
    ndarray of float64, shape (rows, columns) or, for spectra, (k,)
        0 where the formula divides 0 by 0.

    Raises
    ------
    ValueError
        If spyndex knows no such index, or it needs other bands.

    References
    ----------
    D. Montero et al. (2023). A standardized catalogue of spectral indices to advance the use of
    remote sensing in Earth system research. Scientific Data 10, 197.

    Examples
    --------
    >>> forest, water = [0.02, 0.04, 0.02, 0.38], [0.06, 0.05, 0.04, 0.01]
    >>> index(load(np.array([[forest, water]]))).round(2).tolist()
    [[0.9, -0.6]]
    """
    import spyndex

    if name not in spyndex.indices:
        raise ValueError(f"name must be an index that spyndex knows, such as 'NDVI'; got {name!r}")
    names = bands.names if isinstance(bands, Bands) else bands.columns
    values = np.asarray(bands.values, dtype=float)
    given = {_LETTERS[band]: values[..., i] for i, band in enumerate(names)}
    used, missing = {}, []
    for one in spyndex.indices[name].bands:
        if one in given:
            used[one] = given[one]
        elif one in spyndex.constants:
            used[one] = spyndex.constants[one].default
        else:
            missing.append(one)
    if missing:
        raise ValueError(f"name={name!r} needs bands that this scene lacks: {missing}; "
                         f"it has {list(given)}")
    with np.errstate(divide="ignore", invalid="ignore"):
        found = spyndex.computeIndex(name, used)
    return np.nan_to_num(np.asarray(found, dtype=float), nan=0.0)


def spectra(bands, labels):
    """Mean reflectance of each cluster in each band.

    Parameters
    ----------
    bands : Bands
    labels : ndarray of int, shape (rows, columns)
        0 to k - 1; -1 where there is no label.

    Returns
    -------
    pandas.DataFrame
        One row for each cluster, one column for each band; NaN for a label that no pixel has.

    Raises
    ------
    ValueError
        If `labels` have another shape than the scene.

    Examples
    --------
    >>> scene = load(np.array([[[0.1] * 4, [0.3] * 4, [0.5] * 4]]))
    >>> spectra(scene, np.array([[0, 0, 1]]))["red"].round(2).tolist()
    [0.2, 0.5]
    """
    import pandas as pd

    labels = np.asarray(labels)
    if labels.shape != bands.values.shape[:2]:
        raise ValueError(f"labels must have the shape of the scene, {bands.values.shape[:2]}; "
                         f"got {labels.shape}")
    table = pd.DataFrame(bands.values.reshape(-1, len(bands.names)), columns=list(bands.names))
    means = table.groupby(labels.ravel()).mean()
    return means.reindex(range(labels.max() + 1)).rename_axis("cluster")


# What k-means may look at.
FEATURES = {
    "RGB": lambda bands: bands.values[..., :3],
    "RGB + near infrared": lambda bands: bands.values,
    "RGB + near infrared, standardised": lambda bands: features.standardize(bands.values),
    "NDVI": lambda bands: index(bands, "NDVI")[..., None],
}


def segment(bands, name, k, **options):
    """k-means on some features of a scene.

    Parameters
    ----------
    bands : Bands
    name : str
        One of `FEATURES`.
    k : int
        Number of clusters.
    **options
        Passed to `features.segment`.

    Returns
    -------
    kmeans.Clusters
        As from `features.segment`: its `labels` are a label map.

    Raises
    ------
    ValueError
        If `name` is none of `FEATURES`, or as in `features.segment`.

    Examples
    --------
    >>> scene = load(np.array([[[0.1] * 4, [0.12] * 4, [0.5] * 4]]))
    >>> segment(scene, "RGB", 2).labels.tolist()
    [[0, 0, 1]]
    """
    if name not in FEATURES:
        raise ValueError(f"name must be one of {list(FEATURES)}; got {name!r}")
    return features.segment(FEATURES[name](bands), k, **options)


def tidy_map(classes, min_area):
    """Dissolve small regions of a map with several classes, but let forest depend on no other.

    Parameters
    ----------
    classes : ndarray of int, shape (rows, columns)
        0 is forest.
    min_area : int, in pixels

    Returns
    -------
    ndarray of int32, shape (rows, columns)
        0 just where `regions.merge_small` leaves forest in the mask of forest (its largest region
        always stays). What forest cuts off from all others of its class may stay small.

    Raises
    ------
    ValueError
        If `classes` is no label map, see `regions.connected`.

    Examples
    --------
    >>> tidy_map(np.array([[0, 0, 0, 2, 1, 1, 0, 1]]), 2).tolist()
    [[0, 0, 0, 1, 1, 1, 1, 1]]
    """
    from scipy.ndimage import distance_transform_edt

    forest = regions.merge_small(classes == 0, min_area, keep_largest=True) == 1
    if forest.all():
        return np.zeros(forest.shape, np.int32)
    # Forest that has dissolved takes the class of the nearest pixel that is none.
    nearest = distance_transform_edt(classes == 0, return_distances=False, return_indices=True)
    others = np.where(forest, -1, classes[tuple(nearest)])
    return np.where(forest, 0, regions.merge_small(others, min_area, keep_largest=True))
