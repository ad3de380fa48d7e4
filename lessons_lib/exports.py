"""A finished map as files that other programs open, and as a script that makes it again."""

import io
import json
from pathlib import Path

import numpy as np

from lessons_lib import _checks, batches, maps, regions

UNITS = {"um": "micron", "nm": "nm", "mm": "mm", "cm": "cm", "m": "m"}  # as ImageJ writes them


def scaled(transform, rows, columns, shape):
    """The transform of a map of another size.

    Parameters
    ----------
    transform : tuple of six float, or None
        Of the picture at full size.
    rows, columns : int
        Of the picture.
    shape : (rows, columns)
        Of the map.

    Returns
    -------
    tuple of six float, or None

    Examples
    --------
    >>> scaled((10.0, 0.0, 500.0, 0.0, -10.0, 900.0), 200, 100, (100, 50))
    (20.0, 0.0, 500.0, 0.0, -20.0, 900.0)
    """
    if transform is None:
        return None
    a, b, c, d, e, f = transform
    across, down = columns / shape[1], rows / shape[0]
    return a * across, b * down, c, d * across, e * down, f


def table(classes, names, image=None, *, pixel_size=None, unit="px"):
    """One row for each connected region of a map.

    Parameters
    ----------
    classes : ndarray of int, shape (rows, columns)
        -1 is no class.
    names : sequence of str
        One for each class.
    image : ndarray of uint8, shape (rows, columns, 3), optional
        Adds the mean colour.
    pixel_size : float, optional
        Length of a pixel's side; adds areas and lengths.
    unit : str
        Of `pixel_size`; it ends the names of those columns.

    Returns
    -------
    pandas.DataFrame
        Index: the region's number. Columns: class, name, area_px, perimeter_px (by Crofton's
        formula, which counts crossings of lines in four directions), row and column of a point
        inside, center_row and center_column of the mean of its pixels, red, green, blue; with a
        scale the area and the perimeter in units. A map without regions gives a table without rows.

    References
    ----------
    `skimage.measure.perimeter_crofton`

    Examples
    --------
    >>> made = table(np.array([[0, 0, 1], [0, 0, 1]]), ["sea", "land"], pixel_size=2.0, unit="m")
    >>> made[["name", "area_px", "area_m2"]].to_numpy().tolist()
    [['sea', 4, 16.0], ['land', 2, 8.0]]
    """
    import pandas as pd
    from skimage.measure import regionprops_table

    found = regions.connected(_with_names(classes, names))
    n = len(found.areas)
    points = regions.inner_points(found.labels)
    wanted, extra = ["perimeter_crofton", "centroid"], {}
    if image is not None:
        image = np.asarray(image)
        if image.shape[:2] != found.labels.shape:
            raise ValueError(f"image must have the shape of classes, {found.labels.shape}; got "
                             f"{image.shape[:2]}")
        wanted.append("intensity_mean")
        extra["intensity_image"] = image
    measured = {}
    if n:
        measured = regionprops_table(found.labels + 1, properties=wanted, **extra)
    made = pd.DataFrame({
        "class": found.classes, "name": [str(names[i]) for i in found.classes],
        "area_px": found.areas, "perimeter_px": measured.get("perimeter_crofton", []),
        "row": [points[i][0] for i in range(n)], "column": [points[i][1] for i in range(n)],
        "center_row": measured.get("centroid-0", []),
        "center_column": measured.get("centroid-1", []),
    }, index=pd.RangeIndex(n, name="region"))
    if image is not None:
        for i, name in enumerate(("red", "green", "blue")):
            made[name] = measured.get(f"intensity_mean-{i}", np.zeros(0))
    if pixel_size is not None:
        size = _checks.real("pixel_size", pixel_size, above=0, unit="length")
        made[f"area_{unit}2"] = made["area_px"] * size ** 2
        made[f"perimeter_{unit}"] = made["perimeter_px"] * size
    return made


def _with_names(classes, names):
    classes = _checks.label_map(classes, "classes")
    if classes.min() < -1 or classes.max() >= len(names):
        raise ValueError(f"classes must be from 0 to {len(names) - 1}, one for each of names (-1: "
                         f"no class); they go from {classes.min()} to {classes.max()}")
    return classes.astype(np.int64)


def areas(classes, names, *, pixel_size=None, unit="px"):
    """One row for each class of a map.

    Parameters
    ----------
    classes, names, pixel_size, unit
        As in `table`.

    Returns
    -------
    pandas.DataFrame
        Columns: name, pixels, share (of the pixels that have a class), regions; with a scale the
        area.

    Examples
    --------
    >>> areas(np.array([[0, 1, 0]]), ["sea", "land"])[["name", "pixels", "regions"]].values.tolist()
    [['sea', 2, 2], ['land', 1, 1]]
    """
    import pandas as pd

    found = regions.connected(_with_names(classes, names))
    n = len(names)
    pixels = np.bincount(found.classes, found.areas, minlength=n).astype(int)
    made = pd.DataFrame({"name": list(names), "pixels": pixels,
                         "share": pixels / max(1, pixels.sum()),
                         "regions": np.bincount(found.classes, minlength=n)},
                        index=pd.RangeIndex(n, name="class"))
    if pixel_size is not None:
        size = _checks.real("pixel_size", pixel_size, above=0, unit="length")
        made[f"area_{unit}2"] = pixels * size ** 2
    return made


def labels_tiff(classes, *, pixel_size=None, unit="px", transform=None, crs=None):
    """A map as a TIFF that knows its scale.

    Parameters
    ----------
    classes : ndarray of int, shape (rows, columns)
        -1 is no class.
    pixel_size, unit
        As in `table`: Fiji and ImageJ show it.
    transform, crs
        As in `maps.save_labels`. With a projection the file is a GeoTIFF, where -1 stays and is
        declared as no data; without one, values are class plus 1, 0 is no class.

    Returns
    -------
    bytes

    Raises
    ------
    ValueError
        If there are more classes than 16 bits hold.

    Examples
    --------
    >>> labels_tiff(np.array([[0, 1]]), pixel_size=0.5, unit="um")[:2] in (b"II", b"MM")
    True
    """
    classes = _checks.label_map(classes, "classes")
    if crs is not None:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "labels.tif"
            maps.save_labels(path, classes, transform=transform, crs=crs)
            return path.read_bytes()
    import tifffile

    if classes.min() < -1 or classes.max() > 65534:
        raise ValueError("classes must be from 0 to 65,534 for a TIFF (-1: no class); they go "
                         f"from {classes.min()} to {classes.max()}")
    kind = np.uint8 if classes.max(initial=0) < 255 else np.uint16
    scale = {}
    if pixel_size is not None and unit in UNITS:
        dots = 1 / _checks.real("pixel_size", pixel_size, above=0, unit="length")
        scale = {"resolution": (dots, dots), "metadata": {"unit": UNITS[unit]}}
    out = io.BytesIO()
    tifffile.imwrite(out, (classes.astype(np.int64) + 1).astype(kind), imagej=True, **scale)
    return out.getvalue()


SCRIPT = '''\
# Makes the map of {picture} again: labels.npy, equal to the byte.
from lessons_lib import maps, recipes, sources

picture = sources.load({picture}, page={page}, bands={bands})
recipe = recipes.Recipe(
    features={features}, band={band}, smooth={smooth}, position={position},
    method={method}, k={k}, min_area={min_area}, side={side},
    edits={edits})
made = recipes.{call}
maps.save_labels("labels.npy", made.classes)
print(*made.names, sep=", ")
'''


def script(kept, *, full=False):
    """About a dozen lines of Python that make a map again, outside the notebook.

    Parameters
    ----------
    kept : dict
        As from `batches.settings`.
    full : bool
        At the picture's full size, not the working size.

    Returns
    -------
    str

    Examples
    --------
    >>> print(script({"form": 1, "picture": "coins", "recipe": {"k": 3}}).splitlines()[3])
    picture = sources.load('coins', page=0, bands=None)
    """
    recipe = batches.recipe_of(kept)
    edits = "(" + "".join(f"\n        {one!r}," for one in recipe.edits) + ")"
    given = {name: repr(value) for name, value in recipe._asdict().items()}
    call = "run(picture.image, recipe, known=picture.known)"
    if full:
        call = "finished(recipes.full_size(\n    picture.image, recipe, known=picture.known))"
    return SCRIPT.format(**{**given, "edits": edits, "picture": repr(kept["picture"]),
                            "page": kept.get("page", 0), "bands": kept.get("bands"),
                            "call": call})


def files(image, classes, names, kept, overlay, *, source=None, labels=None, full=False):
    """All files of a finished map.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
        Of the working size.
    classes : ndarray of int, shape (rows, columns)
        Of the working size.
    names : sequence of str
        One for each class.
    kept : dict
        As from `batches.settings`.
    overlay : bytes
        The drawn map, as a PNG.
    source : sources.Source, optional
        The picture at its full size, and where it lies; by default unknown.
    labels : ndarray of int, shape (rows', columns'), optional
        The classes at another size, for labels.png, .npy and .tif; by default those of the working
        size. The tables count pixels of the working size.
    full : bool
        Whether `labels` are of full size, for the script.

    Returns
    -------
    dict of str to bytes
        labels.png (class plus 1), labels.npy, labels.tif, regions.geojson, regions.csv,
        classes.csv, overlay.png, settings.json, again.py and README.txt.

    Notes
    -----
    The outlines are drawn at the working size. Where the picture has a projection they are in
    longitude and latitude. Where it has none they are in columns and rows of `source` (of `image`
    without a source), from the upper left corner, as QuPath reads them.

    Examples
    --------
    >>> image = np.zeros((2, 3, 3), np.uint8)
    >>> kept = {"form": 1, "picture": "mine.png", "recipe": {}}
    >>> sorted(files(image, np.zeros((2, 3), int), ["all"], kept, b""))[:4]
    ['README.txt', 'again.py', 'classes.csv', 'labels.npy']
    """
    from PIL import Image

    labels = classes if labels is None else labels
    rows, columns = image.shape[:2] if source is None else source.image.shape[:2]
    size, unit = kept.get("pixel_size"), kept.get("unit", "px")
    crs = source.crs if source is not None else None
    transform = source.transform if source is not None else None
    # Without a projection, in pixels of the picture.
    lies = transform if crs is not None else (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)

    def side(shape):
        return None if size is None else size * max(rows, columns) / max(shape)

    place = dict(transform=scaled(transform, rows, columns, labels.shape), crs=crs)
    made = {}
    out = io.BytesIO()
    np.save(out, np.asarray(labels).astype(np.int32))
    made["labels.npy"] = out.getvalue()
    out = io.BytesIO()
    if labels.max(initial=0) > 65534:
        raise ValueError(f"labels must be at most 65534 for a PNG; got {labels.max()}")
    kind = np.uint8 if labels.max(initial=0) < 255 else np.uint16
    Image.fromarray((labels.astype(np.int32) + 1).astype(kind)).save(out, "PNG")
    made["labels.png"] = out.getvalue()
    made["labels.tif"] = labels_tiff(labels, pixel_size=side(labels.shape), unit=unit, **place)
    rows_of = table(classes, names, image, pixel_size=side(classes.shape), unit=unit)
    outlines = maps.polygons(
        regions.connected(classes), rows_of,
        transform=scaled(lies, rows, columns, classes.shape), crs=crs)
    made["regions.geojson"] = json.dumps(outlines).encode()
    made["regions.csv"] = rows_of.to_csv().encode()
    by_class = areas(classes, names, pixel_size=side(classes.shape), unit=unit)
    made["classes.csv"] = by_class.to_csv().encode()
    made["overlay.png"] = overlay
    made["settings.json"] = json.dumps(kept, indent=1, ensure_ascii=False).encode()
    made["again.py"] = script(kept, full=full).encode()
    told = [f"{kept['picture']}: {len(rows_of)} regions of {len(names)} classes",
            *(f"{i + 1} in labels.png: {name}" for i, name in enumerate(names)),
            "0 in labels.png, -1 in labels.npy: no class",
            f"labels.tif has the numbers of {'labels.png' if crs is None else 'labels.npy'}",
            f"labels are {labels.shape[0]} x {labels.shape[1]} pixels; tables count pixels of "
            f"{classes.shape[0]} x {classes.shape[1]}",
            "outlines in regions.geojson: " + (
                f"columns and rows of a picture of {rows} x {columns} pixels, from its upper left "
                "corner" if crs is None else "longitude and latitude")]
    if not len(rows_of):
        told.append("There are no regions: the tables are empty.")
    made["README.txt"] = ("\n".join(told) + "\n").encode()
    return made


def save(folder, made):
    """Write files into a folder, which is made if it is not there.

    Parameters
    ----------
    folder : str or path
    made : dict of str to bytes
        As from `files`.

    Returns
    -------
    list of Path

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.name for path in save(folder, {"a.txt": b"1"})]
    ['a.txt']
    """
    folder = Path(folder).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise ValueError(f"folder={str(folder)!r} cannot be written to: {error}") from error
    return [folder / name for name in made]


def archive(made):
    """The files in one ZIP.

    Parameters
    ----------
    made : dict of str to bytes

    Returns
    -------
    bytes
        Equal for equal files.

    Examples
    --------
    >>> archive({"a.txt": b"1"})[:2]
    b'PK'
    """
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        for name, data in made.items():
            held.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data,
                          zipfile.ZIP_DEFLATED)
    return out.getvalue()
