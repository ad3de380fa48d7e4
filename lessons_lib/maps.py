"""From regions to a map: names for clusters, a table of regions, files.

Where a map lies is told as in `satellite.Bands`: a transform of six numbers and a projection.
"""

import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from lessons_lib import _checks, regions


class Naming(NamedTuple):
    """Names given to clusters.

    Attributes
    ----------
    names : list of str
        One for each cluster.
    classes : ndarray of int32, shape (k,)
        Which palette entry each cluster took: ``classes[labels]`` is a map of the classes.
    shared : dict of str to list of int
        Names that two or more clusters took.
    ties : dict of int to list of str
        Clusters that lie as near to two or more palette colours; the first was taken.
    unused : list of str
        Names that no cluster took.

    Examples
    --------
    >>> found = name_clusters([[0], [9], [8]], [[0], [10], [50]], ["dark", "gray", "light"])
    >>> found.shared, found.unused
    ({'gray': [1, 2]}, ['light'])
    """

    names: list
    classes: np.ndarray
    shared: dict
    ties: dict
    unused: list


def name_clusters(centers, colors, names):
    """Name each cluster after the nearest colour of a palette.

    Parameters
    ----------
    centers : ndarray, shape (k, channels)
    colors : ndarray, shape (m, channels)
        Colours that have a name.
    names : sequence of str, length m

    Returns
    -------
    Naming

    Raises
    ------
    ValueError
        If there is not one different name for each colour, or centres and colours differ in their
        number of channels.

    Examples
    --------
    >>> palette = {"grass": (20, 220, 20), "water": (20, 20, 220)}
    >>> name_clusters([[30, 20, 210], [20, 200, 20]], list(palette.values()), list(palette)).names
    ['water', 'grass']
    """
    centers, colors = _checks.finite("centers", centers), _checks.finite("colors", colors)
    if colors.ndim != 2 or len(colors) != len(names) or len(set(names)) != len(names):
        raise ValueError("colors and names must belong together, one different name for each "
                         f"color; got {len(names)} names for colors of shape {colors.shape}")
    if centers.ndim != 2 or centers.shape[1] != colors.shape[1]:
        raise ValueError(f"centers must have {colors.shape[1]} columns like colors; its shape is "
                         f"{centers.shape}")
    distance = cdist(centers, colors)
    near = distance <= distance.min(axis=1, keepdims=True) + 1e-9
    classes = near.argmax(axis=1).astype(np.int32)  # the first of those as near
    takers = {name: np.flatnonzero(classes == i).tolist() for i, name in enumerate(names)}
    shared = {name: clusters for name, clusters in takers.items() if len(clusters) > 1}
    unused = [name for name, clusters in takers.items() if not clusters]
    ties = {}
    for i, row in enumerate(near):
        if row.sum() > 1:
            ties[i] = [names[j] for j in np.flatnonzero(row)]
    return Naming([names[c] for c in classes], classes, shared, ties, unused)


def region_table(found, names=None, *, pixel_size=None, unit="m"):
    """A table with one row for each region.

    Parameters
    ----------
    found : regions.Regions
    names : sequence of str, optional
        A name for each class.
    pixel_size : float, optional
        Length of one side of a pixel, in `unit`; adds real areas and lengths.
    unit : str
        Such as "m"; it ends the names of those columns.

    Returns
    -------
    pandas.DataFrame
        Index: the region's number. Columns: class, name, area_px, share (of all labelled
        pixels), perimeter_px, row and column of a point inside; with `pixel_size` the area and the
        perimeter in units, for metres also hectares.

    Raises
    ------
    ValueError
        If `names` are too few, or `pixel_size` is not above 0.

    Notes
    -----
    The perimeter runs through the middles of the border pixels (`skimage.measure.perimeter`), so
    that of a single pixel is 0. The frame of the picture counts as border.

    Examples
    --------
    >>> from lessons_lib import regions
    >>> found = regions.connected(np.array([[0, 0, 1], [0, 0, 1]]))
    >>> table = region_table(found, ["water", "grass"], pixel_size=10.0)
    >>> table[["name", "area_px", "area_m2"]].to_numpy().tolist()
    [['water', 4, 400.0], ['grass', 2, 200.0]]
    """
    import pandas as pd
    from skimage.measure import regionprops_table

    if pixel_size is not None:
        pixel_size = _checks.real("pixel_size", pixel_size, above=0, unit="length")
    n = len(found.areas)
    if names is not None and n and len(names) <= found.classes.max():
        raise ValueError(f"names must have one for each class 0 to {found.classes.max()}; "
                         f"got {len(names)}")
    points = regions.inner_points(found.labels)
    perimeters = []
    if n:
        measured = regionprops_table(found.labels + 1, properties=("perimeter",))
        perimeters = measured["perimeter"]
    table = pd.DataFrame({
        "class": found.classes,
        "name": [names[c] if names is not None else f"class {c}" for c in found.classes],
        "area_px": found.areas, "share": found.areas / max(found.areas.sum(), 1),
        "perimeter_px": perimeters,
        "row": [points[i][0] for i in range(n)], "column": [points[i][1] for i in range(n)],
    }, index=pd.RangeIndex(n, name="region"))
    if pixel_size is not None:
        table[f"area_{unit}2"] = table["area_px"] * pixel_size ** 2
        if unit == "m":
            table["area_ha"] = table["area_m2"] / 10_000
        table[f"perimeter_{unit}"] = table["perimeter_px"] * pixel_size
    return table


def write_area(square_meters):
    """An area in words: in hectares, or in square metres where it is less than one.

    Parameters
    ----------
    square_meters : float

    Returns
    -------
    str

    Examples
    --------
    >>> [write_area(area) for area in (12_922_000, 52_340, 85)]
    ['1,292 ha', '5.2 ha', '85 m²']
    """
    ha = square_meters / 10_000
    if ha >= 1:
        return f"{ha:,.0f} ha" if ha >= 10 else f"{ha:.1f} ha"
    return f"{square_meters:,.0f} m²" if square_meters >= 10 else f"{square_meters:.2g} m²"


def save_labels(path, labels, *, transform=None, crs=None):
    """Write a label map to a file.

    Parameters
    ----------
    path : str or Path
        Ends in .npy (the array as it is) or .png (label plus 1, so that 0 is no label; 8 bits
        up to 255 labels, else 16), or .tif (GeoTIFF of 32-bit numbers; -1 is declared as no data).
    labels : ndarray of int, shape (rows, columns)
        -1 is no label.
    transform : tuple of six float, optional
        Where pixels lie, for .tif: ``x = a * column + b * row + c``, ``y = d * column + e * row +
        f``.
    crs : str, optional
        The projection, for .tif: WKT, or such as "EPSG:32633".

    Raises
    ------
    ValueError
        If the file name ends otherwise, or if a PNG cannot hold so many labels.

    Examples
    --------
    In the picture 0 is no label.

    >>> import tempfile
    >>> from PIL import Image
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_labels(f"{folder}/map.png", np.array([[-1, 0, 7]]))
    ...     np.asarray(Image.open(f"{folder}/map.png")).tolist()
    [[0, 1, 8]]
    """
    from PIL import Image

    path, labels = Path(path), _checks.label_map(labels)
    if path.suffix == ".npy":
        np.save(path, _checks.back(*_checks.compact(labels)))
    elif path.suffix == ".png":
        least, most = int(labels.min(initial=0)), int(labels.max(initial=0))
        if most > 65534 or least < -1:
            raise ValueError(
                f"labels go from {least} to {most}; a PNG holds -1 to 65534: save them "
                "as .npy, or number them anew by regions.number_in_reading_order"
            )
        labels = labels.astype(np.int64) + 1
        Image.fromarray(labels.astype(np.uint8 if most < 255 else np.uint16)).save(path)
    elif path.suffix in (".tif", ".tiff"):
        _save_geotiff(path, labels, transform, crs)
    else:
        raise ValueError(f"path must end in .npy, .png or .tif, got {path.name!r}")


def _save_geotiff(path, labels, transform, crs):
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    labels = _checks.back(*_checks.compact(labels))
    if labels.dtype != np.int32:
        raise ValueError("labels must fit 32 bits for a GeoTIFF; number them anew by "
                         "regions.number_in_reading_order")
    rows, columns = labels.shape
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", driver="GTiff", height=rows, width=columns, count=1,
                           dtype="int32", nodata=-1, crs=crs, compress="deflate",
                           transform=rasterio.Affine(*(transform or (1, 0, 0, 0, 1, 0)))) as file:
            file.write(labels, 1)


def polygons(found, table=None, *, transform=None, crs=None):
    """The outlines of regions as GeoJSON, which QGIS and QuPath open.

    Parameters
    ----------
    found : regions.Regions
    table : pandas.DataFrame, optional
        As from `region_table`: its columns become properties.
    transform, crs
        As in `save_labels`. With a projection the places are longitude and latitude, as the format
        wants it; without one they are (column, row), from the upper left corner of the picture.

    Returns
    -------
    dict
        A FeatureCollection: a polygon with its holes for each region, in their order. Write it by
        ``json.dump``.

    References
    ----------
    H. Butler et al. (2016). The GeoJSON format. RFC 7946.

    Examples
    --------
    >>> made = polygons(regions.connected(np.array([[0, 0, 1]])))
    >>> [one["geometry"]["type"] for one in made["features"]]
    ['Polygon', 'Polygon']
    """
    from rasterio import Affine
    from rasterio.features import shapes
    from rasterio.warp import transform_geom

    # GDAL warns of an identity; and to ignore warnings is not safe beside other threads.
    placed = Affine(*transform) if transform is not None else Affine.translation(1, 1)
    features = [None] * len(found.areas)
    for geometry, number in shapes(found.labels.astype(np.int32), found.labels >= 0,
                                   connectivity=4, transform=placed):
        if transform is None:
            geometry["coordinates"] = [[(x - 1, y - 1) for x, y in ring]
                                       for ring in geometry["coordinates"]]
        if crs is not None:
            geometry = transform_geom(crs, "EPSG:4326", geometry)
        number = int(number)
        about = {"region": number, "class": int(found.classes[number]),
                 "area_px": int(found.areas[number])}
        if table is not None:
            row = table.loc[number]
            about |= {
                name: one.item() if hasattr(one, "item") else one for name, one in row.items()
            }
        if features[number] is not None:  # parts that touch at corners only
            features[number] = _joined(features[number], geometry)
            continue
        features[number] = {"type": "Feature", "id": number, "properties": about,
                            "geometry": geometry}
    return {"type": "FeatureCollection", "features": [one for one in features if one]}


def _joined(feature, geometry):
    """The feature with one more part."""
    there = feature["geometry"]
    parts = there["coordinates"] if there["type"] == "MultiPolygon" else [there["coordinates"]]
    return feature | {"geometry": {"type": "MultiPolygon",
                                   "coordinates": [*parts, geometry["coordinates"]]}}


def load_labels(path):
    """Read a label map that `save_labels` has written.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ndarray of int32 (int64 if the labels need it), shape (rows, columns)

    Raises
    ------
    ValueError
        If the file is missing or holds no label map, such as a picture in colours.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_labels(f"{folder}/map.png", np.array([[-1, 0, 7]]))
    ...     load_labels(f"{folder}/map.png").tolist()
    [[-1, 0, 7]]
    """
    from PIL import Image

    try:
        if Path(path).suffix == ".npy":
            return _checks.back(*_checks.compact(np.load(path, allow_pickle=False), ndim=2))
        if Path(path).suffix in (".tif", ".tiff"):
            return _load_geotiff(path)
        with Image.open(path) as image:
            if image.mode not in ("L", "I;16", "I"):
                raise ValueError(f"its pixels are of the kind {image.mode}, not one number each")
            return np.asarray(image).astype(np.int32) - 1
    except (OSError, ValueError) as error:
        raise ValueError(f"path={str(path)!r} must be a label map that save_labels has written: "
                         f"{error}") from error


def _load_geotiff(path):
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path) as file:
                if file.count != 1:
                    raise ValueError(f"it has {file.count} bands, not one number for each pixel")
                return _checks.back(*_checks.compact(file.read(1, masked=True), ndim=2))
    except RasterioError as error:
        raise ValueError(str(error)) from error
