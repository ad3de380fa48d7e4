"""A satellite scene: reflectance in four bands, how to look at it, and its clusters.

NaN is no data, in the bands and in all that is made of them; labels are -1 there.
"""

import warnings
from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, _scenes, features, regions

FALSE_COLOR = ("near infrared", "red", "green")
KS = range(2, 8)  # numbers of clusters that the lesson compares
_PALE = 248  # what is drawn where there is no data


class Bands(NamedTuple):
    """A scene in several bands.

    Attributes
    ----------
    values : ndarray of float64, shape (rows, columns, 4)
        Reflectance: the share of the light that comes back, mostly 0 to 1. NaN: no data.
    names : tuple of str
        One for each band.
    meters : float or None
        Length of a pixel's side (of a square as large); None if the scene is in degrees.
    transform : tuple of six float, or None
        Where pixels lie: ``x = a * column + b * row + c``, ``y = d * column + e * row + f``.
    crs : str or None
        The projection of these places, as WKT or such as "EPSG:32633".

    Examples
    --------
    >>> scene = Bands(np.full((2, 3, 4), 0.5))
    >>> scene.names, scene.meters
    (('blue', 'green', 'red', 'near infrared'), 10.0)
    """

    values: np.ndarray
    names: tuple = ("blue", "green", "red", "near infrared")
    meters: float | None = 10.0
    transform: tuple | None = None
    crs: str | None = None

    @property
    def known(self):
        """Where there is data: ndarray of bool, shape (rows, columns)."""
        return ~np.isnan(self.values).any(axis=2)

    @property
    def hectare(self):
        """Hectares of one pixel.

        Raises
        ------
        ValueError
            If the scene is in degrees, where pixels are not equally large.
        """
        if self.meters is None:
            raise ValueError("bands are in degrees, where pixels have no one size: reproject the "
                             "file to metres first, for example by gdalwarp -t_srs EPSG:32633 "
                             "in.tif out.tif (the UTM zone of your place), and load that")
        return self.meters ** 2 / 10_000


# How spyndex calls these bands in its formulas.
_LETTERS = {"blue": "B", "green": "G", "red": "R", "near infrared": "N"}


def load(source="sentinel", *, bands=None, scale=None, offset=None, no_data=None, meters=None):
    """Load a scene in blue, green, red and near infrared.

    Parameters
    ----------
    source : str, path, array or xarray.DataArray
        "sentinel": the Sentinel-2 sample that ships inside the package spyndex (bands B02, B03, B04
        and B08 at 10 m, 300 x 300 pixels; the package names neither place nor date). Or a file that
        rasterio opens (GeoTIFF, JPEG 2000, VRT), an ``.npy`` or ``.npz`` file, or an array of shape
        (rows, columns, bands).
    bands : sequence of four int or str, optional
        Blue, green, red and near infrared, as numbers from 1 or as the file calls them. By default
        by the names in the file, else the four that are there.
    scale, offset : float, optional
        Reflectance is number * scale + offset; by default as the file says, else 1 and 0.
        Sentinel-2
        files since January 2022: scale=1e-4, offset=-0.1; older ones: scale=1e-4.
    no_data : float, optional
        The stored number that means no data; by default as the file says. If it says nothing,
        pixels that are 0 in all bands are taken for it. NaN always means no data.
    meters : float, optional
        Length of a pixel's side; by default as the file says, else 10.

    Returns
    -------
    Bands
        Its values are NaN in all bands where one has no data.

    Raises
    ------
    TypeError, ValueError
        If the source is of another kind or shape, or holds numbers that are no reflectances.

    Warns
    -----
    UserWarning
        If even the darkest pixels are so bright that an offset was probably not applied.

    Notes
    -----
    ESA, Sentinel-2 Products Specification Document: from processing baseline 04.00 (25 January
    2022)
    on, stored numbers are reflectance x 10,000 + 1,000.

    Examples
    --------
    >>> load().values.shape
    (300, 300, 4)
    """
    for name, value in (("scale", scale), ("offset", offset), ("no_data", no_data)):
        if value is not None:
            _checks.real(name, value)
    if meters is not None:
        meters = _checks.real("meters", meters, above=0)
    if isinstance(source, str) and source == "sentinel":
        import spyndex

        # An xarray, (band, row, column), reflectance x 10,000; its coordinates are numbers of
        # pixels.
        raw = _scenes.Raw(
            np.moveaxis(spyndex.datasets.open("sentinel").to_numpy(), 0, 2) / 10_000, []
        )
    else:
        raw = _scenes.read(source)
    if raw.values.ndim != 3 or not raw.values.size or raw.values.shape[2] < 4:
        raise ValueError("source must have shape (rows, columns, 4), blue, green, red and near "
                         f"infrared, or more bands; its shape is {raw.values.shape}")
    chosen = _scenes.choose(raw, bands)
    values = raw.values[..., chosen].copy()
    empty = np.isnan(values).any(axis=2)
    if no_data is not None:
        empty |= (values == no_data).any(axis=2)
    elif not raw.declared:
        empty |= (values == 0).all(axis=2)
    for given, stored, apply in ((scale, raw.scale, np.multiply), (offset, raw.offset, np.add)):
        if given is None and stored is not None:
            given = stored[chosen]
        if given is not None:
            values = apply(values, given)
    values[empty] = np.nan
    _check_reflectance(values)
    side = meters or _scenes.pixel_side(raw.transform, raw.crs)
    if side is None and raw.transform is None:
        side = 10.0
    return Bands(values, meters=side, transform=raw.transform, crs=raw.crs)


def _check_reflectance(values):
    found = values[~np.isnan(values)]
    if not found.size:
        raise ValueError("source must hold data; all of its pixels have none")
    if np.isinf(values).any() or np.abs(found).max() > 2:
        raise ValueError("source must hold finite reflectances, about 0 to 1 (many files hold "
                         "reflectance x 10,000: divide by that, scale=1e-4; Sentinel-2 files since "
                         "2022 also need offset=-0.1); its numbers go from "
                         f"{found.min():g} to {found.max():g}")
    known = values[~np.isnan(values).any(axis=2)]
    darkest = np.quantile(known, 0.001, axis=0)
    if len(known) >= 100 and darkest.min() >= 0.09:
        warnings.warn(f"even the darkest pixels reflect {darkest.min():.2f} in every band. Was an "
                      "offset not applied? Sentinel-2 files since January 2022 need offset=-0.1",
                      stacklevel=3)


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
        Pale where there is no data.

    Examples
    --------
    >>> scene = load(np.array([[[0.05, 0.1, 0.125, 0.5]]]))
    >>> show(scene).tolist(), show(scene, FALSE_COLOR).tolist()
    ([[[128, 102, 51]]], [[[255, 128, 102]]])
    """
    low, high = _checks.real("low", low), _checks.real("high", high)
    for name in order:
        if name not in bands.names:
            raise ValueError(f"order must name bands of {list(bands.names)}; got {name!r}")
    if len(order) != 3 or not low < high:
        raise ValueError("order must be three bands and low below high; got "
                         f"{order!r}, low={low!r}, high={high!r}")
    chosen = bands.values[..., [bands.names.index(name) for name in order]]
    rgb = (np.clip((chosen - low) / (high - low), 0, 1) * 255).round()
    return np.where(bands.known[..., None], np.nan_to_num(rgb), _PALE).astype(np.uint8)


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
        NaN where there is no data; 0 where the formula divides by 0, and where a band that it needs
        is below 0 (noise in the dark).

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
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = np.asarray(spyndex.computeIndex(name, used), dtype=float)
    needed = np.stack([used[one] for one in used if one in given])
    sound = np.isfinite(found) & (needed >= 0).all(axis=0)
    return np.where(np.isnan(values).any(axis=-1), np.nan, np.where(sound, found, 0.0))


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

    labels = _checks.rows(labels)
    if labels.shape != bands.values.shape[:2]:
        raise ValueError(f"labels must have the shape of the scene, {bands.values.shape[:2]}; "
                         f"got {labels.shape}")
    table = pd.DataFrame(bands.values.reshape(-1, len(bands.names)), columns=list(bands.names))
    inside = labels.ravel() >= 0
    means = table[inside].groupby(labels.ravel()[inside]).mean()
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
        0 is forest, -1 no data.
    min_area : int, in pixels

    Returns
    -------
    ndarray of int32, shape (rows, columns)
        -1 stays -1. 0 just where `regions.merge_small` leaves forest in the mask of forest (its
        largest region
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

    classes = _checks.label_map(classes, "classes")
    known = classes != -1
    wooded = np.where(known, classes == 0, -1)
    forest = regions.merge_small(wooded, min_area, keep_largest=True) == 1
    if (forest | ~known).all():
        return np.where(known, 0, -1).astype(np.int32)
    # Forest that has dissolved takes the class of the nearest pixel that is none.
    bare = known & (classes != 0)
    if not bare.any():
        return np.where(known, 0, -1).astype(np.int32)
    nearest = distance_transform_edt(~bare, return_distances=False, return_indices=True)
    others = np.where(forest | ~known, -1, classes[tuple(nearest)])
    return np.where(forest, 0, regions.merge_small(others, min_area, keep_largest=True))
