"""From regions to a map: names for clusters, a table of regions, files."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from lessons_lib import regions


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
    """
    centers, colors = np.asarray(centers, dtype=float), np.asarray(colors, dtype=float)
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

    Returns
    -------
    pandas.DataFrame
        Index: the region's number. Columns: class, name, area_px, share (of all labelled
        pixels), perimeter_px, row and column of a point inside; with `pixel_size` the area and the
        perimeter in units, for metres also hectares.

    Notes
    -----
    The perimeter runs through the middles of the border pixels (`skimage.measure.perimeter`), so
    that of a single pixel is 0. The frame of the picture counts as border.
    """
    import pandas as pd
    from skimage.measure import regionprops_table

    if pixel_size is not None and not (np.isfinite(pixel_size) and pixel_size > 0):
        raise ValueError(f"pixel_size must be a length above 0, got {pixel_size!r}")
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


def save_labels(path, labels):
    """Write a label map to a file.

    Parameters
    ----------
    path : str or Path
        Ends in .npy (the array as it is) or .png (label plus 1, so that 0 is no label; 8 bits
        up to 255 labels, else 16).
    labels : ndarray of int, shape (rows, columns)
        -1 is no label.

    Raises
    ------
    ValueError
        If the file name ends otherwise, or if a PNG cannot hold so many labels.
    """
    from PIL import Image

    path, labels = Path(path), np.asarray(labels)
    if labels.ndim != 2 or labels.dtype.kind not in "iu" or labels.min(initial=0) < -1:
        raise ValueError("labels must be a label map of whole numbers from -1 on, shape "
                         f"(rows, columns); got {labels.dtype} of shape {labels.shape}")
    if path.suffix == ".npy":
        np.save(path, labels.astype(np.int32))
    elif path.suffix == ".png":
        most = int(labels.max(initial=0))
        if most > 65534:
            raise ValueError(f"labels go up to {most}; a PNG holds 65534 at most: "
                             "save them as .npy")
        labels = labels.astype(np.int64) + 1
        Image.fromarray(labels.astype(np.uint8 if most < 255 else np.uint16)).save(path)
    else:
        raise ValueError(f"path must end in .npy or .png, got {path.name!r}")


def load_labels(path):
    """Read a label map that `save_labels` has written.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    ndarray of int32, shape (rows, columns)
    """
    from PIL import Image

    if Path(path).suffix == ".npy":
        return np.load(path)
    with Image.open(path) as image:
        return np.asarray(image).astype(np.int32) - 1
