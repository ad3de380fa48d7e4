"""Arrays to RGB arrays: grey and signed values, label maps, borders."""

import os
from functools import lru_cache

import numpy as np

from lessons_lib import _checks, palettes, regions

PANEL, WIDTH = 300, 960  # pixels: the wanted size of a panel and the widest picture


@lru_cache(maxsize=8)
def font(size, bold=False):
    """The typeface of the pictures, DejaVu Sans, which Matplotlib brings along.

    Parameters
    ----------
    size : int, in pixels
    bold : bool

    Returns
    -------
    PIL.ImageFont.FreeTypeFont

    Examples
    --------
    >>> font(13).getname()
    ('DejaVu Sans', 'Book')
    """
    import matplotlib
    from PIL import ImageFont

    # Matplotlib brings this typeface along: the same letters on every machine.
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = os.path.join(matplotlib.get_data_path(), "fonts", "ttf", name)
    # The other layout engine needs a library that some machines lack: letters would lie elsewhere.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def enlarge(array, factor):
    """Repeat each pixel `factor` times along rows and columns; nothing is blurred.

    Parameters
    ----------
    array : ndarray, shape (rows, columns) or (rows, columns, channels)
    factor : int, 1 or more

    Returns
    -------
    ndarray of the same dtype, shape (rows * factor, columns * factor) or with channels
        No copy if `factor` is 1.

    Examples
    --------
    >>> enlarge(np.array([[1, 2]]), 2).tolist()
    [[1, 1, 2, 2], [1, 1, 2, 2]]
    """
    if factor == 1:
        return array
    return np.repeat(np.repeat(array, factor, axis=0), factor, axis=1)


def to_rgb(array, *, mask=None, limits=None, cmap="gray"):
    """Numbers to colours.

    Parameters
    ----------
    array : ndarray, shape (rows, columns) or (rows, columns, 3)
        Grey or other numbers; RGB of dtype uint8 is returned as it is.
    mask : ndarray of bool, shape (rows, columns), optional
        Pixels where it is False are drawn in pale grey, as are NaN and masked pixels.
    limits : (low, high), optional
        Values drawn in the first and the last colour; by default the range of
        the values drawn. ``cmap="signed"`` makes it symmetric around 0.
    cmap : str
        "gray", "signed" (purple below 0, white, orange above), or a Matplotlib name.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    Raises
    ------
    ValueError
        If `array` has three dimensions and is not RGB of dtype uint8.

    Examples
    --------
    >>> to_rgb(np.array([[0.0, 0.5, 1.0]])).tolist()
    [[[0, 0, 0], [127, 127, 127], [255, 255, 255]]]
    >>> to_rgb(np.array([[-3, 0, 3]]), cmap="signed")[0, 1].tolist()
    [246, 246, 247]
    """
    hidden = None
    if isinstance(array, np.ma.MaskedArray):
        hidden, array = np.ma.getmaskarray(array), array.data
    array = np.asarray(array)
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        if array.dtype != np.uint8 or array.ndim != 3 or array.shape[2] != 3:
            raise ValueError("array must be RGB of dtype uint8 or two-dimensional numbers; got "
                             f"{array.dtype} of shape {array.shape}")
        if hidden is not None and hidden.any():
            array = np.where(hidden.any(axis=2, keepdims=True), palettes.NO_LABEL, array)
        return array
    values = array.astype(float)
    known = np.isfinite(values)
    if hidden is not None:
        known &= ~hidden
    if mask is not None:
        mask = np.asarray(mask)
        if mask.shape != array.shape or mask.dtype != bool:
            raise ValueError(f"mask must be True and False of the shape of array, {array.shape}; "
                             f"got {mask.dtype} of shape {mask.shape}")
        known &= mask
    mask = None if known.all() else known
    shown = values if mask is None else values[mask]
    if limits is not None:
        low, high = (_checks.real("limits", one) for one in limits)
    else:
        low, high = (shown.min(), shown.max()) if shown.size else (0.0, 1.0)
    if mask is not None:
        values = np.where(mask, values, low)
    if cmap == "signed":
        high = max(abs(low), abs(high)) or 1
        low, cmap = -high, "PuOr_r"
    half = values / 2 - low / 2  # halves: no span overflows
    level = np.clip(half / ((high / 2 - low / 2) or 1) * 255, 0, 255).astype(np.uint8)
    rgb = _table(cmap)[level]
    if mask is not None:
        rgb[~mask] = palettes.NO_LABEL
    return rgb


@lru_cache(maxsize=16)
def _table(cmap):
    if cmap == "gray":
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    from matplotlib import colormaps

    return (colormaps[cmap](np.arange(256))[:, :3] * 255).round().astype(np.uint8)


def resize(array, side):
    """Bring a picture or a label map to one size: the longer side has `side` pixels.

    Parameters
    ----------
    array : ndarray of uint8, shape (rows, columns, 3), or of int or bool, shape (rows, columns)
    side : int

    Returns
    -------
    ndarray
        A picture is interpolated where it grows and averaged where it shrinks; a label map takes
        the nearest pixel.

    Examples
    --------
    >>> resize(np.array([[0, 1], [2, 3]]), 4)
    array([[0, 0, 1, 1],
           [0, 0, 1, 1],
           [2, 2, 3, 3],
           [2, 2, 3, 3]])
    """
    from PIL import Image

    array, side = _checks.plain("array", array), _checks.whole("side", side, 1)
    picture = array.ndim == 3 and array.shape[2] == 3 and array.dtype == np.uint8
    if not array.size or not picture and (array.ndim != 2 or array.dtype.kind not in "biu"):
        raise ValueError("array must be RGB of dtype uint8 or a label map; got "
                         f"{array.dtype} of shape {array.shape}")
    longer = max(array.shape[:2])
    rows, columns = (max(1, round(n * side / longer)) for n in array.shape[:2])
    if array.ndim == 3:
        way = Image.Resampling.BICUBIC if side > longer else Image.Resampling.BOX
        return np.asarray(Image.fromarray(array).resize((columns, rows), way))
    down = (2 * np.arange(rows) + 1) * array.shape[0] // (2 * rows)  # under the middle of each
    across = (2 * np.arange(columns) + 1) * array.shape[1] // (2 * columns)
    return array[down[:, None], across]


def border(image, border, *, factor=1, rim="around"):
    """Draw a border over a picture: its pixels dark, with a light rim beside them.

    Parameters
    ----------
    image : ndarray, as for `to_rgb`
    border : ndarray of bool
        From `regions.boundaries`: of the shape of the image, or (2 rows - 1, 2 columns - 1).
    factor : int
        Enlargement; the rim stays one pixel wide. An even one shows a border between the pixels
        where it is; otherwise it is drawn on the pixel above or left of it.
    rim : {"around", "behind"}
        On all sides, or only below and right: with a thin border the two tones then lie on the
        two sides of the change.

    Returns
    -------
    ndarray of uint8, shape (rows * factor, columns * factor, 3)

    Raises
    ------
    ValueError
        If `rim` is neither of the two, or `image` is not as for `to_rgb`.

    See Also
    --------
    outline : the thin border of a label map.

    Examples
    --------
    >>> from lessons_lib import regions
    >>> change = regions.boundaries(np.array([[0, 0, 1, 1]]), "thin")
    >>> border(np.zeros((1, 4)), change, rim="behind")[..., 0].tolist()
    [[0, 26, 255, 0]]
    """
    if rim not in ("around", "behind"):
        raise ValueError(f"rim must be 'around' or 'behind'; got {rim!r}")
    image = to_rgb(image)
    rows, columns = image.shape[:2]
    if border.shape not in ((rows, columns), (2 * rows - 1, 2 * columns - 1)):
        raise ValueError(f"border must have the shape of image, {(rows, columns)}, or that between "
                         f"its pixels, {(2 * rows - 1, 2 * columns - 1)}; got {border.shape}")
    if border.shape != (rows, columns):
        border = np.pad(border, ((0, 1), (0, 1)))
        if factor % 2:
            border = border.reshape(rows, 2, columns, 2).any(axis=(1, 3))
    ink = enlarge(border, rows * factor // border.shape[0])
    light = ink.copy()
    light[1:] |= ink[:-1]
    light[:, 1:] |= ink[:, :-1]
    if rim == "around":
        light[:-1] |= ink[1:]
        light[:, :-1] |= ink[:, 1:]
    rgb = enlarge(image, factor)
    if factor == 1:  # nothing was copied
        rgb = rgb.copy()
    pixels = rgb.reshape(-1, 3)  # a third of the time that the two-dimensional masks take
    pixels[np.flatnonzero(light)] = palettes.PAPER
    pixels[np.flatnonzero(ink)] = palettes.INK
    return rgb


def outline(image, labels, *, factor=1):
    """Draw the borders of a label map over a picture, dark with a light rim.

    Parameters
    ----------
    image : ndarray, as for `to_rgb`
    labels : ndarray of int, shape (rows, columns)
    factor : int
        Enlargement; borders stay thin.

    Returns
    -------
    ndarray of uint8, shape (rows * factor, columns * factor, 3)

    Examples
    --------
    >>> outline(np.zeros((1, 4)), np.array([[0, 0, 1, 1]]))[..., 0].tolist()
    [[0, 26, 255, 0]]
    """
    image, labels = to_rgb(image), _checks.label_map(labels)
    if labels.shape != image.shape[:2]:
        raise ValueError(f"labels must have the shape of image, {image.shape[:2]}; got "
                         f"{labels.shape}")
    edge = regions.edges(enlarge(labels, factor))
    return border(enlarge(image, factor), edge, rim="behind")


def paint_by_numbers(clusters, index=None, *, side=None, borders=False):
    """Each pixel in the colour of its centre.

    Parameters
    ----------
    clusters : kmeans.Clusters or kmeans.Step
        Of a picture, as from `kmeans.segment`; with an index, of its colours.
    index : ndarray of int, shape (rows, columns), optional
        The colour of each pixel.
    side : int, optional, in pixels
        The longer side is brought near it by whole numbers; of large pictures only each second,
        third, ... pixel is shown.
    borders : bool
        Draw the borders of the clusters, too.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    Examples
    --------
    >>> from lessons_lib import colors, kmeans
    >>> found = colors.unique_colors(np.array([[0, 20, 240]], np.uint8))
    >>> paint_by_numbers(kmeans.fit_colors(found, 2), found.index)[..., 0].tolist()
    [[10, 10, 240]]
    """
    labels = clusters.labels if index is None else index
    if labels.ndim != 2:
        raise ValueError("index must say which colour each pixel has, since clusters hold no label "
                         f"map: their labels have shape {labels.shape}")
    factor = 1
    if side is not None:
        step = -(-max(labels.shape) // side)
        labels = labels[::step, ::step]
        factor = max(1, side // max(labels.shape))
    if index is not None:
        labels = clusters.labels.take(labels)
    colors = clusters.centers.round().astype(np.uint8)
    if colors.shape[1] == 1:
        colors = np.repeat(colors, 3, axis=1)
    painted = colors.take(labels, axis=0)
    return outline(painted, labels, factor=factor) if borders else enlarge(painted, factor)


@lru_cache(maxsize=1024)
def stamp(text, size):
    """Letters in ink with a rim in paper, so that they can be read on any picture.

    Parameters
    ----------
    text : str
    size : int, in pixels

    Returns
    -------
    image : PIL.Image.Image
        With an alpha channel.
    left, top : int
        Where its corner lies, from the middle of the letters.

    Examples
    --------
    >>> image, left, top = stamp("12", 20)
    >>> image.mode, left < 0, top < 0
    ('RGBA', True, True)
    """
    from PIL import Image, ImageDraw

    letters = font(size, True)
    left, top, right, bottom = map(int, letters.getbbox(text, anchor="mm", stroke_width=3))
    image = Image.new("RGBA", (right - left, bottom - top), (*palettes.PAPER, 0))
    ImageDraw.Draw(image).text((-left, -top), text, anchor="mm", font=letters, fill=palettes.INK,
                               stroke_width=2, stroke_fill=palettes.PAPER)
    return image, left, top


def paint(labels, *, factor=1, image=None, numbers=True, highlight=None):
    """A label map in colours, with borders and the number of each region.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        -1 is drawn in pale grey.
    factor : int
        Enlargement.
    image : ndarray, as for `to_rgb`, optional
        Shines through the colours.
    numbers : bool or collection of int
        Write each label, or each of these, inside its region, where it fits.
    highlight : int, optional
        Draw the other regions pale.

    Returns
    -------
    ndarray of uint8, shape (rows * factor, columns * factor, 3)

    Examples
    --------
    >>> paint(np.array([[0, -1]]), factor=30, numbers=False)[15, [10, 50]].tolist()
    [[20, 104, 158], [248, 248, 248]]
    """
    from PIL import Image

    labels, names = _checks.compact(labels, ndim=2)
    small = names.min(initial=0) >= 0 and names.max(initial=0) <= palettes.MOST
    colors = (
        palettes.choose(_checks.back(labels, names))[names] if small else palettes.choose(labels)
    )
    colors = np.vstack([colors, palettes.NO_LABEL])  # -1 takes the last row
    if highlight is not None:
        pale = np.flatnonzero(names != highlight)
        colors[pale] = colors[pale] // 4 + 180
    rgb = colors[labels]
    if image is not None:
        rgb = rgb // 2 + to_rgb(image) // 2
    big = outline(rgb, labels, factor=factor)
    if numbers is False:
        return big
    canvas = Image.fromarray(big)
    step = max(1, max(labels.shape) // 120)  # every pixel of a big picture would cost 15 ms
    for label, (row, column, depth) in regions.inner_points(labels, step=step).items():
        wanted = numbers is True or int(names[label]) in numbers
        if depth * factor >= 4 and wanted:
            size = int(np.clip(1.1 * depth * factor, 9, 22))
            number, left, top = stamp(str(names[label]), size)
            corner = (int((column + 0.5) * factor) + left, int((row + 0.5) * factor) + top)
            canvas.paste(number, corner, number)
    return np.asarray(canvas)


def factor_for(shape, columns=2):
    """The whole-number enlargement that brings a panel near its usual size.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the panel; more is ignored.
    columns : int
        Panels side by side.

    Returns
    -------
    int
        1 or more.

    Examples
    --------
    >>> [factor_for(shape) for shape in [(100, 100), (50, 30), (600, 400)]]
    [3, 6, 1]
    """
    wanted = min(PANEL, WIDTH // columns)
    return max(1, round(wanted / max(shape[:2])))
