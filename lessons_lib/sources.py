"""Pictures as people have them: any depth, one of several pages, many bands, gaps, a scale.

`images.load` gives the pixels; here stands what a file knows beyond them, and a choice where a
picture has to be made of more numbers than a screen can show.
"""

import io
import os
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, _decoding, images

ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".jp2", ".npy",
           ".pgm", ".ppm")
MOST = 120_000_000  # pixels
_PALE = 248
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
# How files write a unit: what this course calls it, and how many there are in a millimetre.
_UNITS = {"um": "um", "µm": "um", "μm": "um", "micron": "um", "microns": "um", "micrometer": "um",
          "\\u00b5m": "um", "nm": "nm", "mm": "mm", "cm": "cm", "m": "m", "inch": "inch"}


class Source(NamedTuple):
    """A picture, and what its file knows of it.

    Attributes
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
        RGB; pale where there is no data.
    known : ndarray of bool, shape (rows, columns), or None
        Where there is data; None: everywhere.
    pixel_size : float or None
        Length of a pixel's side in `unit`; None where the file does not say.
    unit : str
        "m", "cm", "mm", "um" (micrometres), "nm" or "px".
    transform, crs
        Where pixels lie, as in `satellite.Bands`; None without a projection.
    pages : int
        How many pictures the file holds.
    bands : int
        How many numbers each pixel has.
    note : str
        What was done to the numbers; empty if nothing was.

    Examples
    --------
    >>> found = load("coins")
    >>> found.image.shape, found.unit, found.pages
    ((303, 384, 3), 'px', 1)
    """

    image: np.ndarray
    known: np.ndarray | None = None
    pixel_size: float | None = None
    unit: str = "px"
    transform: tuple | None = None
    crs: str | None = None
    pages: int = 1
    bands: int = 3
    note: str = ""


def load(source, *, page=0, bands=None, max_pixels=MOST):
    """Load a picture of any kind, with what its file knows of it.

    Parameters
    ----------
    source : str, path, bytes-like or array
        As for `images.load`; also TIFF of many bands or pages, GeoTIFF, JPEG 2000, .npy files,
        and numbers of any range, with NaN or a declared number where there is no data.
    page : int
        Which picture of the file, from 0.
    bands : sequence of one or three int, optional
        Which bands to show in grey, or in red, green and blue; they count from 1. By default the
        first three, or the first if there are fewer.
    max_pixels : int
        Larger pictures are refused.

    Returns
    -------
    Source
        8-bit numbers as they are. Others are stretched: the darkest hundredth becomes 0, the
        brightest hundredth 255; `note` says so.

    Raises
    ------
    ValueError
        If the file cannot be read, has no such page or bands, or holds no data.
    TypeError
        If `source` is of another type.

    Notes
    -----
    A scale is taken from the projection of a GeoTIFF, from what ImageJ and OME write, and from the
    resolution of TIFF and PNG; not where that is 72 or 96 dots per inch, which programs write
    when they do not know, and not from JPEG, where cameras write any number.

    Examples
    --------
    Numbers far beyond 8 bits, and one pixel without data.

    >>> found = load(np.array([[0.0, 500.0], [1000.0, np.nan]]))
    >>> found.image[..., 0].tolist(), found.known.tolist()
    ([[0, 128], [255, 248]], [[True, True], [True, False]])
    """
    page = _checks.whole("page", page, 0)
    max_pixels = _checks.whole("max_pixels", max_pixels, 1)
    if isinstance(source, str) and source in images.names():
        return Source(images.load(source))
    if isinstance(source, (str, os.PathLike)):
        with images._open(source) as file:
            data = file.read()
        name = f"source={os.fspath(source)!r}"
    elif isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
        name = f"source ({len(data):,} bytes)"
    elif isinstance(source, np.ma.MaskedArray):
        hidden = np.ma.getmaskarray(source)
        return _made(np.where(hidden, np.nan, _checks.floats("source", source.data)), bands,
                     max_pixels)
    elif hasattr(source, "__array__"):
        return _made(np.asarray(source), bands, max_pixels)
    else:
        raise TypeError("source must be a name from images.names(), a path, the bytes of a file "
                        f"or an array; got {type(source).__name__}")
    if data[:6] == b"\x93NUMPY":
        try:
            array = np.load(io.BytesIO(data), allow_pickle=False)
        except Exception as error:  # damaged files make the reader raise nearly anything
            raise ValueError(f"{name} could not be read as an array of numbers") from error
        return _made(array, bands, max_pixels)
    if data[:4] in _TIFF or data[4:8] == b"jP  " or data[:4] == b"\xffO\xffQ":
        return _raster(data, name, page, bands, max_pixels)
    return _picture(data, name, page, bands, max_pixels)


def _picture(data, name, page, bands, max_pixels):
    """A file for Pillow: PNG, JPEG, GIF and so on."""
    from PIL import Image

    pages, size, unit = 1, None, "px"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data)) as file:
                pages = getattr(file, "n_frames", 1)
                if file.format == "PNG":
                    size, unit = _of_dots(file.info.get("dpi", (0,))[0])
                if 0 < page < pages:
                    _decoding.check_size(file.height, file.width, name, max_pixels)
                    file.seek(page)
                    array = np.asarray(file.convert("RGB"))
        except Exception:  # decode() below says what is wrong
            pages = 1
    _need_page(page, pages, name)
    if page == 0:
        array = _decoding.decode(io.BytesIO(data), name, max_pixels)
    return _made(array, bands, max_pixels)._replace(pages=pages, pixel_size=size, unit=unit)


def _raster(data, name, page, bands, max_pixels):
    """A TIFF or JPEG 2000: pixels by Pillow where it is a plain picture, else by GDAL."""
    about = _tags(data)
    _need_page(page, about["pages"], name)
    stack, white = about.pop("stack"), about.pop("white")
    if stack is not None:  # one block of numbers, which only ImageJ and tifffile take apart
        return _made(stack[page], bands, max_pixels)._replace(**about)
    plain = about["crs"] is None and about["bands"] <= 4 and not about.pop("gaps")
    about.pop("gaps", None)
    if plain and page == 0 and data[:4] in _TIFF:
        try:
            array = _decoding.decode(io.BytesIO(data), name, max_pixels)
            return _made(array, bands, max_pixels)._replace(**about)
        except ValueError as error:
            if white:
                raise
            refused = error
    else:
        refused = None
    found = _gdal(data, name, page, bands, max_pixels, refused)
    return found._replace(**{key: value for key, value in about.items() if key != "bands"})


def _gdal(data, name, page, bands, max_pixels, refused):
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.io import MemoryFile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with MemoryFile(data) as memory:
                where = f"GTIFF_DIR:{page + 1}:{memory.name}" if page else memory.name
                with rasterio.open(where) as file:
                    _decoding.check_size(file.height, file.width, name, max_pixels)
                    chosen = _chosen(bands, file.count)
                    if any(str(one).startswith("complex") for one in file.dtypes):
                        raise ValueError(f"{name} holds complex numbers, which are no picture")
                    stored = file.read([one + 1 for one in chosen], masked=True)
                    count = file.count
        except (RasterioError, OSError, MemoryError) as error:
            raise refused or ValueError(
                f"{name} could not be read as a picture ({error}); save it as PNG, JPEG or TIFF"
            ) from error
    values = np.moveaxis(stored.data, 0, 2)
    hidden = np.moveaxis(np.ma.getmaskarray(stored), 0, 2).any(axis=2)
    return _shown(values, hidden, count)


def _tags(data):
    """What the tags of a TIFF say; for other files nothing."""
    about = {"pages": 1, "bands": 1, "pixel_size": None, "unit": "px", "transform": None,
             "crs": None, "gaps": False, "stack": None, "white": False}
    if data[:4] in _TIFF:
        import logging

        import tifffile

        logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # odd tags are told nowhere
        try:
            with tifffile.TiffFile(io.BytesIO(data)) as file:
                _read_tags(file, about)
        except Exception:  # a damaged file: what reads its pixels says so
            pass
    import rasterio
    from rasterio.io import MemoryFile

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with MemoryFile(data) as memory, memory.open() as file:
                about["gaps"] = any(one is not None for one in file.nodatavals)
                about["bands"] = max(about["bands"], file.count)
                if file.crs is not None:
                    about["transform"] = tuple(file.transform)[:6]
                    about["crs"] = file.crs.to_wkt()
                    from lessons_lib._scenes import pixel_side
                    side = pixel_side(about["transform"], about["crs"])
                    about["pixel_size"] = side
                    about["unit"] = "px" if side is None else "m"
        except (rasterio.errors.RasterioError, OSError, ValueError):
            pass
    return about


def _read_tags(file, about):
    """Pages, scale, and pixels of a stack that is one block."""
    page = file.pages[0]
    about["pages"] = len(file.pages)
    tags = page.tags
    about["white"] = int(page.photometric) == 0  # GDAL takes no notice of it
    dots = tags["XResolution"].value if "XResolution" in tags else None
    dots = dots[0] / dots[1] if dots and dots[1] else 0
    if file.is_imagej:
        about["pixel_size"], about["unit"] = _of_unit(
            1 / dots if dots else 0, (file.imagej_metadata or {}).get("unit", ""))
        series = file.series[0]
        n = int(np.prod(series.shape)) // max(1, int(np.prod(page.shape)))
        if n > 1 and about["pages"] == 1:
            about["pages"] = n
            about["stack"] = series.asarray().reshape(n, *page.shape)
    elif file.is_ome:
        import xml.etree.ElementTree as xml

        for node in xml.fromstring(file.ome_metadata).iter():
            if node.tag.endswith("}Pixels") and "PhysicalSizeX" in node.attrib:
                about["pixel_size"], about["unit"] = _of_unit(
                    float(node.attrib["PhysicalSizeX"]),
                    node.attrib.get("PhysicalSizeXUnit", "µm"))
                break
    elif "ResolutionUnit" in tags:
        kind = int(tags["ResolutionUnit"].value)
        about["pixel_size"], about["unit"] = _of_dots(dots * {2: 1, 3: 2.54}.get(kind, 0))


def _of_unit(size, unit):
    """A pixel's side and its unit as this course calls it; None for what is no length."""
    unit = _UNITS.get(unit.strip().lower()) if isinstance(unit, str) else None
    if unit is None or not np.isfinite(size) or size <= 0:
        return None, "px"
    return (size * 25.4, "mm") if unit == "inch" else (size, unit)


def _of_dots(dots):
    """A pixel's side from dots per inch, in micrometres; None where programs write a default."""
    dots = float(dots)
    if not np.isfinite(dots) or dots <= 1 or round(dots) in (72, 96):
        return None, "px"
    return 25_400 / dots, "um"


def _need_page(page, pages, name):
    if page >= pages:
        raise ValueError(f"page must be below {pages}, as many as {name} holds (they count from "
                         f"0); got {page}")


def _chosen(bands, count):
    """Numbers of the bands to show, from 0."""
    if bands is None:
        return (0, 1, 2) if count >= 3 else (0,)
    try:
        bands = tuple(bands)
    except TypeError:
        bands = (bands,)
    if len(bands) not in (1, 3):
        raise ValueError(f"bands must be one, or three for red, green and blue; got {bands!r}")
    return tuple(_checks.whole("bands", one, 1, count, why="as many as there are") - 1
                 for one in bands)


def _made(array, bands, max_pixels):
    """A source of an array of real numbers, with or without channels."""
    if array.dtype.kind not in "biuf":
        raise TypeError(f"source has dtype {array.dtype}; give bool, integers or real floats")
    if array.ndim == 3 and array.shape[2] > 4 or bands is not None and array.ndim == 3:
        if not array.size:
            raise ValueError(f"source is empty: its shape is {array.shape}")
        _decoding.check_size(*array.shape[:2], "source", max_pixels)
        values = array[..., list(_chosen(bands, array.shape[2]))]
        return _shown(values, _gaps(values), array.shape[2])
    _decoding.check_array(array, max_pixels)
    if array.dtype.kind in "bu" and array.dtype.itemsize == 1:
        return Source(images.load(array, max_pixels=max_pixels), bands=_count(array))
    values = array if array.ndim == 3 else array[..., None]
    if values.shape[2] in (2, 4):  # alpha: nothing is seen where it is 0
        values, alpha = values[..., :-1], values[..., -1]
        return _shown(values, alpha == 0, _count(array))
    return _shown(values, _gaps(values), _count(array))


def _count(array):
    return array.shape[2] if array.ndim == 3 else 1


def _gaps(values):
    return ~np.isfinite(values).all(axis=2) if values.dtype.kind == "f" else None


def _shown(values, hidden, count):
    """Numbers as 8 bits; `hidden` is True where there is no data."""
    known = None if hidden is None or not hidden.any() else ~hidden
    if values.dtype.kind == "f":
        lost = ~np.isfinite(values).all(axis=2)
        if lost.any():
            known = ~lost if known is None else known & ~lost
    if known is not None and not known.any():
        raise ValueError("source must hold data; all of its pixels have none")
    note = ""
    if values.dtype != np.uint8:
        seen = values if known is None else values[known]
        step = max(1, seen[..., 0].size // 1_000_000)
        sample = seen.reshape(-1, values.shape[2])[::step].astype(float)
        low, high = np.quantile(sample, (0.01, 0.99))
        if not low < high:
            low, high = sample.min(), sample.max()
        note = f"Numbers from {low:.4g} to {high:.4g} are drawn as 0 to 255."
        made = np.empty(values.shape, np.uint8)
        for top in range(0, len(values), 512):  # little memory, however large
            part = np.nan_to_num(values[top:top + 512].astype(float), posinf=high, neginf=low)
            part = np.clip(part / 2 - low / 2, 0, high / 2 - low / 2)
            made[top:top + 512] = np.rint(255 * part / ((high / 2 - low / 2) or 1))
        values = made
    rgb = np.empty((*values.shape[:2], 3), np.uint8)
    rgb[...] = values
    if known is not None:
        rgb[~known] = _PALE
    return Source(rgb, known, bands=count, note=note)


def in_folder(folder, most=500):
    """The pictures in a folder, by the endings of their names.

    Parameters
    ----------
    folder : str or path
    most : int
        Not more than so many.

    Returns
    -------
    list of Path
        In alphabetical order; what begins with a dot is left out.

    Raises
    ------
    ValueError
        If there is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("b.tif", "a.PNG", "notes.txt"):
    ...         _ = (Path(folder) / name).write_bytes(b"")
    ...     [path.name for path in in_folder(folder)]
    ['a.PNG', 'b.tif']
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise ValueError(f"folder must be one that is there; got {str(folder)!r}")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS
                   and not path.name.startswith(".") and path.is_file())
    return found[:most]
