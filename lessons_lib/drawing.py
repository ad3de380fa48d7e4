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


def magnify(image, window, *, factor=3):
    """Circle a part of a picture and show it enlarged in a corner, far from where it lies.

    Parameters
    ----------
    image : ndarray, as for `to_rgb`
    window : tuple of two slices
        The part, as from `regions.window`.
    factor : int
        Its enlargement; less where it would cover more than half of the picture's height or width.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        A copy.

    Examples
    --------
    >>> rgb = np.zeros((60, 60, 3), np.uint8)
    >>> rgb[5, 5] = 250
    >>> shown = magnify(rgb, (slice(2, 9), slice(2, 9)), factor=4)
    >>> shown.shape, int((shown == 250).all(axis=2).sum())
    ((60, 60, 3), 17)
    """
    from PIL import Image, ImageDraw

    rgb = to_rgb(image)
    part = rgb[window]
    if not part.size:
        raise ValueError(f"window must hold a part of the picture, {rgb.shape[:2]}; got {window}")
    most = min(whole // (2 * n) for whole, n in zip(rgb.shape[:2], part.shape))
    part = enlarge(part, max(1, min(factor, most)))
    canvas = Image.fromarray(rgb)
    pen = ImageDraw.Draw(canvas)
    ends = [slice(*one.indices(n)) for one, n in zip(window, rgb.shape)]
    down, across = ((one.start + one.stop - 1) / 2 for one in ends)
    around = 0.6 * max(one.stop - one.start for one in ends) + 4
    for rim, color in ((2, palettes.PAPER), (0, palettes.INK)):
        ring = around + rim
        pen.ellipse([across - ring, down - ring, across + ring, down + ring], outline=color,
                    width=2 + 2 * rim)
    high, wide = part.shape[:2]
    top = rgb.shape[0] - high if down < rgb.shape[0] / 2 else 0
    left = rgb.shape[1] - wide if across < rgb.shape[1] / 2 else 0
    canvas.paste(Image.fromarray(part), (left, top))
    for inside, color in ((0, palettes.PAPER), (1, palettes.INK)):
        if min(high, wide) > 8:  # else a frame would hide it
            pen.rectangle([left + inside, top + inside, left + wide - 1 - inside,
                           top + high - 1 - inside], outline=color)
    return np.asarray(canvas)


def arrows(image, starts, ends):
    """Draw arrows over a picture, in ink with a rim in paper.

    Parameters
    ----------
    image : ndarray, as for `to_rgb`
    starts, ends : sequence of (row, column), in pixels
        One of each for an arrow; a dot stands at its start.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        A copy.

    Examples
    --------
    >>> rgb = np.full((40, 40, 3), 255, np.uint8)
    >>> bool((arrows(rgb, [(5, 5)], [(30, 30)]) < 90).any())
    True
    """
    from PIL import Image, ImageDraw

    rgb = to_rgb(image)
    starts, ends = (np.asarray(points, dtype=float).reshape(-1, 2) for points in (starts, ends))
    if len(starts) != len(ends):
        raise ValueError(f"ends must be as many as starts, {len(starts)}; there are {len(ends)}")
    fine = 4  # drawn large, then reduced: smooth edges
    over = Image.new("RGBA", (fine * rgb.shape[1], fine * rgb.shape[0]), (*palettes.PAPER, 0))
    pen = ImageDraw.Draw(over)
    for rim, color in ((1.5, palettes.PAPER), (0, palettes.INK)):
        for start, end in zip(starts, ends):
            foot, tip = (fine * (point[::-1] + 0.5) for point in (start, end))
            way = fine * (tip - foot) / max(np.linalg.norm(tip - foot), 1e-9)
            neck, behind = tip - 9 * way, tip - (9 + 0.8 * rim) * way
            aside = (4 + 1.3 * rim) * way[::-1] * (-1, 1)
            head = tip + 1.8 * rim * way, behind + aside, behind - aside
            pen.line([*foot, *neck], fill=color, width=round(fine * (2 + 2 * rim)))
            pen.polygon([tuple(corner) for corner in head], fill=color)
            around = fine * (3.5 + rim)
            pen.ellipse([*(foot - around), *(foot + around)], fill=color)
    over = over.resize(rgb.shape[1::-1], Image.Resampling.BOX)
    made = Image.alpha_composite(Image.fromarray(rgb).convert("RGBA"), over)
    return np.asarray(made.convert("RGB"))


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
            stamp, left, top = _stamp(str(names[label]), int(np.clip(1.1 * depth * factor, 9, 22)))
            corner = (int((column + 0.5) * factor) + left, int((row + 0.5) * factor) + top)
            canvas.paste(stamp, corner, stamp)
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


def _corners(sides, turn=0, dent=None):
    """Corners (x, y) of a regular polygon with a flat side below; with a dent, of a star."""
    start = 90 + 180 / sides + turn  # in degrees, and 90 points down
    points = []
    for i in range(sides):
        angle = np.radians([start + 360 * i / sides, start + 360 * (i + 0.5) / sides])
        across, down = np.cos(angle), np.sin(angle)
        points.append((across[0], down[0]))
        if dent is not None:
            points.append((dent * across[1], dent * down[1]))
    return tuple(points)


def _plus(arm=0.4):
    """Corners (x, y) of an upright cross; `arm` is half the width of its arms."""
    far = (1 - arm ** 2) ** 0.5
    return ((-arm, -far), (arm, -far), (arm, -arm), (far, -arm), (far, arm), (arm, arm),
            (arm, far), (-arm, far), (-arm, arm), (-far, arm), (-far, -arm), (-arm, -arm))


MARKERS = (  # name, and corners on or in a circle of radius 1
    ("circle", None),
    ("square", _corners(4)),
    ("triangle", _corners(3)),
    ("diamond", _corners(4, 45)),
    ("triangle pointing down", _corners(3, 180)),
    ("pentagon", _corners(5)),
    ("star", _corners(5, dent=0.5)),
    ("plus", _plus()),
)


@lru_cache(maxsize=256)
def _symbol(kind, size):
    """A marker in ink with a rim in paper, hollow if it is convex, by the number of its kind."""
    from PIL import Image, ImageDraw

    big = 4 * size  # drawn large, then reduced: smooth edges
    symbol = Image.new("RGBA", (big, big), (*palettes.PAPER, 0))
    name, corners = MARKERS[kind % len(MARKERS)]
    # Corners reach farther than a circle, so that all shapes look equally large.
    reach = (0.42 if corners is None else 0.5) * big
    pen, middle = ImageDraw.Draw(symbol), (big - 1) / 2
    layers = [(1.0, palettes.PAPER), (0.86, palettes.INK), (0.6, palettes.PAPER)]
    if name in ("star", "plus"):  # a ring in so narrow a shape would be a hair
        layers = [(1.0, palettes.PAPER), (0.68, palettes.INK)]
    for radius, fill in layers:
        away = reach * radius
        if corners is None:
            pen.ellipse([middle - away, middle - away, middle + away, middle + away], fill=fill)
        else:
            pen.polygon([(middle + away * x, middle + away * y) for x, y in corners], fill=fill)
    return symbol.resize((size, size), Image.Resampling.LANCZOS)


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

    Examples
    --------
    >>> marked = mark(np.zeros((21, 21, 3), np.uint8), [(10, 10)], [0])
    >>> marked[10, [0, 10], 0].round(-1).tolist()
    [0, 250]
    """
    from PIL import Image

    canvas = Image.fromarray(rgb)
    for (row, column), kind in zip(points, kinds):
        symbol = _symbol(int(kind), size)
        canvas.paste(symbol, (round(column - size / 2), round(row - size / 2)), symbol)
    return np.asarray(canvas)


def write(rgb, points, texts, *, size=13):
    """Write a word at each point, in ink with a rim in paper.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    points : sequence of (row, column), in pixels of `rgb`
        Where the middle of each word goes; at the frame it moves in.
    texts : sequence of str
    size : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        A copy.

    Examples
    --------
    >>> rgb = np.full((40, 80, 3), 255, np.uint8)
    >>> bool((write(rgb, [(20, 40)], ["lake"]) < 90).any())
    True
    """
    from PIL import Image

    canvas = Image.fromarray(rgb)
    for (row, column), text in zip(points, texts):
        stamp, left, top = _stamp(str(text), size)
        corner = [max(0, min(int(at) + away, most - long)) for at, away, most, long in
                  zip((column, row), (left, top), canvas.size, stamp.size)]
        canvas.paste(stamp, corner, stamp)
    return np.asarray(canvas)


def scale_bar(rgb, pixel_size, *, unit="m"):
    """Add a strip below a map, with a bar of a round length.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    pixel_size : float
        Length of one side of a pixel of `rgb`, in `unit`.
    unit : str
        From 1000 m on, kilometres are written.

    Returns
    -------
    ndarray of uint8, shape (rows + 24, columns, 3)
        The bar is 1, 2 or 5 times a power of ten long, the longest that a third of the width
        holds.

    Examples
    --------
    >>> scale_bar(np.zeros((40, 120, 3), np.uint8), 10.0).shape
    (64, 120, 3)
    """
    from PIL import Image, ImageDraw

    if not (np.isfinite(pixel_size) and pixel_size > 0):
        raise ValueError(f"pixel_size must be a length above 0, got {pixel_size!r}")
    width = rgb.shape[1]
    most = width / 3 * pixel_size
    power = 10.0 ** np.floor(np.log10(most))
    length = power * max(step for step in (1, 2, 5) if step * power <= most * (1 + 1e-9))
    long = max(1, round(length / pixel_size))
    text = f"{length / 1000:g} km" if unit == "m" and length >= 1000 else f"{length:g} {unit}"
    strip = Image.new("RGB", (width, 24), palettes.PAPER)
    pen = ImageDraw.Draw(strip)
    pen.rectangle([0, 9, long - 1, 14], fill=palettes.INK)
    pen.text((long + 8, 12), text, font=font(13), fill=palettes.INK, anchor="lm")
    return np.concatenate([rgb, np.asarray(strip)])


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

    Examples
    --------
    >>> legend(["water", "grass"], [(20, 20, 220), (20, 220, 20)], width=200)[12, 10].tolist()
    [20, 20, 220]
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
        RGB, 0 to 255.
    shares : ndarray, shape (k,)
        They add up to 1.
    width, height : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)

    Examples
    --------
    >>> strip(np.array([[0, 0, 0], [255, 0, 0]]), [0.75, 0.25], width=4, height=1)[..., 0].tolist()
    [[0, 0, 0, 255]]
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

    Examples
    --------
    >>> rgb = np.full((40, 40, 3), 200, np.uint8)
    >>> bool((rings(rgb, [(20, 20)]) < 90).any())
    True
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
