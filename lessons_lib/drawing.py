"""Arrays to RGB arrays: grey and signed values, label maps, borders."""

import os
from functools import lru_cache

import numpy as np

from lessons_lib import palettes, regions

PANEL, WIDTH = 300, 960  # pixels: the wanted size of a panel and the widest picture


@lru_cache(maxsize=8)
def font(size, bold=False):
    import matplotlib
    from PIL import ImageFont

    # Matplotlib brings this typeface along: the same letters on every machine.
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = os.path.join(matplotlib.get_data_path(), "fonts", "ttf", name)
    # The other layout engine needs a library that some machines lack: letters would stand elsewhere.
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def enlarge(array, factor):
    """Repeat each pixel `factor` times along rows and columns; nothing is blurred."""
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
        Pixels where it is False are drawn in pale grey.
    limits : (low, high), optional
        Values drawn in the first and the last colour; by default the range of
        the values drawn. ``cmap="signed"`` makes it symmetric around 0.
    cmap : str
        "gray", "signed" (purple below 0, white, orange above), or a Matplotlib name.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
    """
    array = np.asarray(array)
    if array.ndim == 3:
        if array.dtype != np.uint8 or array.shape[2] != 3:
            raise ValueError("array must be RGB of dtype uint8 or two-dimensional; got "
                             f"{array.dtype} of shape {array.shape}")
        return array
    values = array.astype(float)
    shown = values if mask is None else values[mask]
    low, high = limits or (shown.min(), shown.max())
    if mask is not None:
        values = np.where(mask, values, low)  # what lies outside may be NaN
    if cmap == "signed":
        high = max(abs(low), abs(high)) or 1
        low, cmap = -high, "PuOr_r"
    level = np.clip((values - low) / ((high - low) or 1) * 255, 0, 255).astype(np.uint8)
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

    See Also
    --------
    outline : the thin border of a label map.
    """
    if rim not in ("around", "behind"):
        raise ValueError(f"rim must be 'around' or 'behind'; got {rim!r}")
    image = to_rgb(image)
    rows, columns = image.shape[:2]
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
    """
    edge = regions.edges(enlarge(np.asarray(labels), factor))
    return border(enlarge(to_rgb(image), factor), edge, rim="behind")


def paint_by_numbers(clusters, index, *, side=None, borders=False):
    """Each pixel in the colour of its centre.

    Parameters
    ----------
    clusters : kmeans.Clusters or kmeans.Step
        Of the colours of the picture.
    index : ndarray of int, shape (rows, columns)
        The colour of each pixel.
    side : int, optional, in pixels
        The longer side is brought near it by whole numbers; of large pictures only each second,
        third, ... pixel is shown.
    borders : bool
        Draw the borders of the clusters, too.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
    """
    factor = 1
    if side is not None:
        step = -(-max(index.shape) // side)
        index = index[::step, ::step]
        factor = max(1, side // max(index.shape))
    colors = clusters.centers.round().astype(np.uint8)
    if colors.shape[1] == 1:
        colors = np.repeat(colors, 3, axis=1)
    labels = clusters.labels.take(index)
    painted = colors.take(labels, axis=0)
    return outline(painted, labels, factor=factor) if borders else enlarge(painted, factor)


@lru_cache(maxsize=1024)
def _stamp(text, size):
    """Letters in ink with a paper rim, and where their corner lies from their middle."""
    from PIL import Image, ImageDraw

    letters = font(size, True)
    left, top, right, bottom = map(int, letters.getbbox(text, anchor="mm", stroke_width=3))
    stamp = Image.new("RGBA", (right - left, bottom - top), (*palettes.PAPER, 0))
    ImageDraw.Draw(stamp).text((-left, -top), text, anchor="mm", font=letters, fill=palettes.INK,
                               stroke_width=2, stroke_fill=palettes.PAPER)
    return stamp, left, top


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
    """
    from PIL import Image

    labels = np.asarray(labels).astype(np.intp)
    colors = np.vstack([palettes.choose(labels), palettes.NO_LABEL])  # -1 takes the last row
    if highlight is not None:
        pale = np.flatnonzero(np.arange(len(colors) - 1) != highlight)
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
        if depth * factor >= 4 and (numbers is True or label in numbers):
            stamp, left, top = _stamp(str(label), int(np.clip(1.1 * depth * factor, 9, 22)))
            corner = (int((column + 0.5) * factor) + left, int((row + 0.5) * factor) + top)
            canvas.paste(stamp, corner, stamp)
    return np.asarray(canvas)


def factor_for(shape, columns=2):
    """The whole-number enlargement that brings a panel near its usual size."""
    wanted = min(PANEL, WIDTH // columns)
    return max(1, round(wanted / max(shape[:2])))


@lru_cache(maxsize=256)
def _symbol(kind, size):
    """A marker in paper with a rim in ink, by the number of its kind."""
    from PIL import Image, ImageDraw

    big = 4 * size  # drawn large, then reduced: smooth edges
    symbol = Image.new("RGBA", (big, big), (*palettes.PAPER, 0))
    # Corners reach farther than a circle, so that all shapes look equally large.
    reach = (0.42 if kind % len(MARKERS) == 0 else 0.5) * big
    pen, middle = ImageDraw.Draw(symbol), (big - 1) / 2
    for radius, fill in ((1.0, palettes.PAPER), (0.86, palettes.INK), (0.6, palettes.PAPER)):
        circle = (middle, middle, reach * radius)
        if kind % len(MARKERS) == 0:
            low, high = middle - circle[2], middle + circle[2]
            pen.ellipse([low, low, high, high], fill=fill)
        else:
            _, sides, turn = MARKERS[kind % len(MARKERS)]
            pen.regular_polygon(circle, sides, turn, fill=fill)
    return symbol.resize((size, size), Image.Resampling.LANCZOS)


MARKERS = (  # name, number of sides, turn in degrees
    ("circle", 0, 0),
    ("square", 4, 0),
    ("triangle", 3, 0),
    ("diamond", 4, 45),
    ("triangle pointing down", 3, 180),
    ("pentagon", 5, 0),
    ("hexagon", 6, 0),
    ("octagon", 8, 0),
)


def mark(rgb, points, kinds, *, size=15):
    """Draw a marker at each point; classes differ by shape, not by colour.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    points : sequence of (row, column), in pixels of `rgb`
    kinds : sequence of int
        Class of each point; the shapes are those of `MARKERS`, in turn.
    size : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        A copy.
    """
    from PIL import Image

    canvas = Image.fromarray(rgb)
    for (row, column), kind in zip(points, kinds):
        symbol = _symbol(int(kind), size)
        canvas.paste(symbol, (round(column - size / 2), round(row - size / 2)), symbol)
    return np.asarray(canvas)


def legend(names, colors=None, *, markers=False, width=WIDTH):
    """A strip that says what colours or markers mean.

    Parameters
    ----------
    names : sequence of str
    colors : sequence of RGB colours, optional
        One square for each name.
    markers : bool
        Show the marker of each kind instead, or inside the square.
    width : int, in pixels
        Lines break there.

    Returns
    -------
    ndarray of uint8, shape (rows, width, 3)
    """
    from PIL import Image, ImageDraw

    letters, x, y, places = font(13), 0, 0, []
    for name in names:
        wide = 30 + int(letters.getlength(name))
        if x and x + wide > width:
            x, y = 0, y + 24
        places.append((x, y))
        x += wide + 18
    canvas = Image.new("RGB", (width, y + 24), palettes.PAPER)
    pen = ImageDraw.Draw(canvas)
    for i, (name, (x, y)) in enumerate(zip(names, places)):
        if colors is not None:
            fill = tuple(int(c) for c in colors[i])
            pen.rectangle([x, y + 3, x + 19, y + 20], fill=fill, outline=palettes.INK)
        if markers:
            canvas.paste(_symbol(i, 15), (x + 2, y + 4), _symbol(i, 15))
        pen.text((x + 26, y + 12), name, font=letters, fill=palettes.INK, anchor="lm")
    return np.asarray(canvas)


def strip(colors, shares, *, width=640, height=44):
    """A palette as a strip: each colour as wide as its share.

    Parameters
    ----------
    colors : ndarray, shape (k, 3)
    shares : ndarray, shape (k,)
        They add up to 1.
    width, height : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
    """
    ends = np.cumsum(shares)[:-1] * width
    which = np.searchsorted(ends, np.arange(width), side="right")
    return np.repeat(np.round(colors).astype(np.uint8)[which][None], height, axis=0)


def rings(rgb, points, *, radius=12):
    """Draw a ring around each point, in ink with a rim in paper, for what is easily overlooked.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    points : sequence of (row, column), in pixels of `rgb`
    radius : float, in pixels

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        A copy.
    """
    from PIL import Image, ImageDraw

    if not radius > 0:
        raise ValueError(f"radius must be above 0 pixels, got {radius!r}")
    fine = 4  # drawn large, then reduced: smooth edges
    over = Image.new("RGBA", (fine * rgb.shape[1], fine * rgb.shape[0]), (*palettes.PAPER, 0))
    pen = ImageDraw.Draw(over)
    for rim, color in ((1.5, palettes.PAPER), (0, palettes.INK)):
        for row, column in points:
            down, across = fine * (row + 0.5), fine * (column + 0.5)
            away = fine * (radius + 1 + rim)
            pen.ellipse([across - away, down - away, across + away, down + away], outline=color,
                        width=round(fine * (2 + 2 * rim)))
    over = over.resize(rgb.shape[1::-1], Image.Resampling.BOX)
    made = Image.alpha_composite(Image.fromarray(rgb).convert("RGBA"), over)
    return np.asarray(made.convert("RGB"))
