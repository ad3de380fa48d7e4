"""How `satellite.load` reads scenes of every kind: the plumbing.

Each reader returns the numbers as they are stored, what they mean, and where they lie.
"""

import os
from typing import NamedTuple

import numpy as np

# Names that files give to the four bands: Sentinel-2's numbers, Landsat 8's, words.
ALIASES = {
    "blue": ("b02", "b2", "blue"),
    "green": ("b03", "b3", "green"),
    "red": ("b04", "b4", "red"),
    "near infrared": ("b08", "b8", "nir", "near infrared", "near_infrared", "nir1"),
}


class Raw(NamedTuple):
    """A scene as it is stored.

    Attributes
    ----------
    values : ndarray of float64, shape (rows, columns, bands)
        NaN where the file says that there is no data.
    descriptions : list of str
        What the file calls its bands; may be empty texts.
    scale, offset : ndarray of float64, shape (bands,), or None
        Reflectance is number * scale + offset; None where the file does not say.
    transform : tuple of six float, or None
        From (column, row) to the place on the ground: a, b, c, d, e, f of
        ``x = a * column + b * row + c``, ``y = d * column + e * row + f``.
    crs : str or None
        The projection, as WKT.
    declared : bool
        Whether the file says which number means no data.
    """

    values: np.ndarray
    descriptions: list
    scale: np.ndarray | None = None
    offset: np.ndarray | None = None
    transform: tuple | None = None
    crs: str | None = None
    declared: bool = False


def read(source):
    """Read an array, a masked array, an xarray DataArray, or a file."""
    if hasattr(source, "dims") and hasattr(source, "attrs"):
        return _data_array(source)
    if isinstance(source, np.ma.MaskedArray):
        hidden = np.ma.getmaskarray(source)
        return Raw(np.where(hidden, np.nan, _numbers(source.data)), [], declared=bool(hidden.any()))
    if hasattr(source, "__array__"):
        return Raw(_numbers(np.asarray(source)), [])
    try:
        path = os.path.expanduser(os.fsdecode(source))
    except TypeError:
        raise TypeError("source must be 'sentinel', an array, an xarray DataArray or the path of a "
                        f"file; got {type(source).__name__}") from None
    if not os.path.isfile(path):
        raise ValueError(f"source={str(source)!r} is neither 'sentinel' nor a file that is there")
    if path.lower().endswith((".npy", ".npz")):
        return _numpy_file(path)
    return _raster(path)


def _numbers(array):
    if array.dtype.kind not in "biuf":
        raise ValueError(f"source must hold real numbers; its dtype is {array.dtype}")
    return array.astype(float)


def _numpy_file(path):
    try:
        found = np.load(path, allow_pickle=False)
    except Exception as error:  # damaged files make the reader raise nearly anything
        raise ValueError(f"source={path!r} could not be read as an array of numbers in a .npy or "
                         ".npz file: it is damaged, or of another kind") from error
    if isinstance(found, np.ndarray):
        return Raw(_numbers(found), [])
    with found:
        if len(found.files) != 1:
            raise ValueError(
                f"source={path!r} holds {len(found.files)} arrays, {found.files}; give "
                "one of them: np.load(path)[name]"
            )
        try:
            return Raw(_numbers(found[found.files[0]]), [])
        except ValueError:
            raise
        except Exception as error:
            raise ValueError(f"source={path!r} could not be read: {error}") from error


def _raster(path):
    """GeoTIFF, JPEG 2000, VRT: whatever GDAL opens."""
    import warnings

    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path) as file:
                stored = file.read(masked=True)
                scale, offset = np.array(file.scales), np.array(file.offsets)
                said = not (np.all(scale == 1) and np.all(offset == 0))
                placed = file.crs is not None or not file.transform.is_identity
                return Raw(
                    np.moveaxis(np.where(np.ma.getmaskarray(stored), np.nan,
                                         _numbers(stored.data)), 0, 2),
                    [text or "" for text in file.descriptions],
                    scale if said else None, offset if said else None,
                    tuple(file.transform)[:6] if placed else None,
                    file.crs.to_wkt() if file.crs is not None else None,
                    any(one is not None for one in file.nodatavals))
    except (RasterioError, OSError) as error:
        raise ValueError(
            f"source={path!r} could not be read as a scene: {error}; GeoTIFF, JPEG 2000 "
            "and VRT will do, and arrays in .npy or .npz"
        ) from error


def _data_array(source):
    """An xarray DataArray, with the bands first or last; rioxarray's names are known."""
    attrs, dims = source.attrs, [str(one) for one in source.dims]
    values = np.asarray(source.to_numpy())
    if values.ndim != 3:
        raise ValueError(
            f"source must have three dimensions, bands, rows and columns; it has {dims}"
        )
    at = next((i for i, one in enumerate(dims) if one in ("band", "bands", "channel")), None)
    if at is None:
        at = 0 if values.shape[0] <= values.shape[2] else 2
    values = np.moveaxis(_numbers(values), at, 2)
    missing = attrs.get("_FillValue", attrs.get("nodata"))
    if missing is not None:
        values = np.where(values == missing, np.nan, values)
    names = []
    if dims[at] in source.coords:
        names = [str(one) for one in source.coords[dims[at]].to_numpy()]
    n = values.shape[2]
    said = "scale_factor" in attrs or "add_offset" in attrs
    scale = np.full(n, float(attrs.get("scale_factor", 1))) if said else None
    offset = np.full(n, float(attrs.get("add_offset", 0))) if said else None
    crs = attrs.get("crs")
    if "spatial_ref" in source.coords:
        crs = source.coords["spatial_ref"].attrs.get("crs_wkt", crs)
    return Raw(values, names, scale, offset, _grid(source, dims, at), crs, missing is not None)


def _grid(source, dims, at):
    """The transform of evenly spaced coordinates of pixel centres; None without them."""
    rows, columns = (one for i, one in enumerate(dims) if i != at)
    if rows not in source.coords or columns not in source.coords:
        return None
    y = np.asarray(source.coords[rows].to_numpy(), float)
    x = np.asarray(source.coords[columns].to_numpy(), float)
    if len(x) < 2 or len(y) < 2:
        return None
    dx, dy = np.diff(x).mean(), np.diff(y).mean()
    if not (np.allclose(np.diff(x), dx) and np.allclose(np.diff(y), dy) and dx and dy):
        return None
    return dx, 0.0, x[0] - dx / 2, 0.0, dy, y[0] - dy / 2


def choose(raw, bands):
    """Numbers of the four bands, from 0, in the order blue, green, red, near infrared.

    Parameters
    ----------
    raw : Raw
    bands : sequence of four int or str, or None
        Numbers count from 1, as in files; names are those of the file.
    """
    n = raw.values.shape[2]
    names = [text.strip().lower() for text in raw.descriptions]
    if bands is None:
        found = [next((i for i, text in enumerate(names) if text in ALIASES[one]), None)
                 for one in ALIASES]
        if None not in found:
            return found
        if n == 4:
            return [0, 1, 2, 3]
        raise ValueError(f"bands must say which of the {n} bands are blue, green, red and near "
                         f"infrared, such as bands=(1, 2, 3, 4); the file calls them "
                         f"{raw.descriptions or 'nothing'}")
    try:
        bands = list(bands)
    except TypeError:
        bands = []
    if len(bands) != 4 or isinstance(bands, str):
        raise ValueError(f"bands must be four, blue, green, red and near infrared; got {bands!r}")
    found = []
    for one in bands:
        if isinstance(one, str):
            if one.strip().lower() not in names:
                raise ValueError(f"bands must be names of {raw.descriptions}; got {one!r}")
            found.append(names.index(one.strip().lower()))
        elif isinstance(one, int | np.integer) and not isinstance(one, bool) and 1 <= one <= n:
            found.append(int(one) - 1)
        else:
            raise ValueError(f"bands must be whole numbers from 1 to {n}, or names; got {one!r}")
    return found


def pixel_side(transform, crs):
    """Metres of a pixel's side (of a square as large, if it is none); None if they are degrees."""
    if transform is None:
        return None
    a, b, _, d, e, _ = transform
    side = float(np.sqrt(abs(a * e - b * d)))
    if crs is None:
        return side
    from rasterio.crs import CRS

    found = CRS.from_user_input(crs)
    if not found.is_projected:
        return None
    return side * found.linear_units_factor[1]
