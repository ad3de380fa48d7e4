"""What is put onto a drawing or beside it: markers, words, arrows, rings, scale bars, legends."""

from functools import lru_cache

import numpy as np

from lessons_lib import drawing, palettes


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
        word, left, top = drawing.stamp(str(text), size)
        corner = [max(0, min(int(at) + away, most - long)) for at, away, most, long in
                  zip((column, row), (left, top), canvas.size, word.size)]
        canvas.paste(word, corner, word)
    return np.asarray(canvas)


def _layer(rgb):
    """What is drawn large and reduced later, for smooth edges: how large, the layer, a pen."""
    from PIL import Image, ImageDraw

    fine = 4
    over = Image.new("RGBA", (fine * rgb.shape[1], fine * rgb.shape[0]), (*palettes.PAPER, 0))
    return fine, over, ImageDraw.Draw(over)


def _laid_over(rgb, layer):
    from PIL import Image

    layer = layer.resize(rgb.shape[1::-1], Image.Resampling.BOX)
    made = Image.alpha_composite(Image.fromarray(rgb).convert("RGBA"), layer)
    return np.asarray(made.convert("RGB"))


def arrows(image, starts, ends):
    """Draw arrows over a picture, in ink with a rim in paper.

    Parameters
    ----------
    image : ndarray, as for `drawing.to_rgb`
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
    rgb = drawing.to_rgb(image)
    starts, ends = (np.asarray(points, dtype=float).reshape(-1, 2) for points in (starts, ends))
    if len(starts) != len(ends):
        raise ValueError(f"ends must be as many as starts, {len(starts)}; there are {len(ends)}")
    fine, over, pen = _layer(rgb)
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
    return _laid_over(rgb, over)


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
    if not radius > 0:
        raise ValueError(f"radius must be above 0 pixels, got {radius!r}")
    fine, over, pen = _layer(rgb)
    for rim, color in ((1.5, palettes.PAPER), (0, palettes.INK)):
        for row, column in points:
            down, across = fine * (row + 0.5), fine * (column + 0.5)
            away = fine * (radius + 1 + rim)
            pen.ellipse([across - away, down - away, across + away, down + away], outline=color,
                        width=round(fine * (2 + 2 * rim)))
    return _laid_over(rgb, over)


def magnify(image, window, *, factor=3, scale=1, detail=None):
    """Ring a part of a picture and show it enlarged in a corner, far from where it lies.

    Parameters
    ----------
    image : ndarray, as for `drawing.to_rgb`
    window : tuple of two slices
        The part, as from `regions.window`.
    factor : int
        Its enlargement; less where it would cover more than half of the picture's height or width.
    scale : int
        How much larger the picture is drawn than what `window` was found in.
    detail : ndarray, as for `drawing.to_rgb`, optional
        Shown in the corner instead: the part, drawn large already.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        A copy.

    Raises
    ------
    ValueError
        If the window holds nothing of the picture, or the detail does not fit into it.

    Examples
    --------
    >>> rgb = np.zeros((60, 60, 3), np.uint8)
    >>> rgb[5, 5] = 250
    >>> shown = magnify(rgb, (slice(2, 9), slice(2, 9)), factor=4)
    >>> shown.shape, int((shown == 250).all(axis=2).sum())
    ((60, 60, 3), 17)
    """
    from PIL import Image, ImageDraw

    rgb = drawing.to_rgb(image)
    whole = rgb.shape[:2]
    (top, bottom), (left, right) = (
        [scale * end for end in one.indices(-(-long // scale))[:2]]
        for one, long in zip(window, whole))
    part = rgb[top:bottom, left:right]
    if not part.size:
        raise ValueError(f"window must hold a part of the picture, {whole}; got {window}")
    if detail is None:
        most = min(long // (2 * n) for long, n in zip(whole, part.shape))
        inset = drawing.enlarge(part, max(1, min(factor, most)))
    else:
        inset = drawing.to_rgb(detail)
    high, wide = inset.shape[:2]
    if high > whole[0] or wide > whole[1]:
        raise ValueError(f"detail must fit into the picture, {whole}; got {(high, wide)}")
    down, across = (top + bottom - 1) / 2, (left + right - 1) / 2
    ringed = rings(rgb, [(down, across)], radius=0.6 * max(part.shape[:2]) + 3)
    top = whole[0] - high if down < whole[0] / 2 else 0
    left = whole[1] - wide if across < whole[1] / 2 else 0
    canvas = Image.fromarray(ringed)
    canvas.paste(Image.fromarray(inset), (left, top))
    pen = ImageDraw.Draw(canvas)
    for inside, color in ((0, palettes.PAPER), (1, palettes.INK)):
        if min(high, wide) > 8:  # else a frame would hide it
            pen.rectangle([left + inside, top + inside, left + wide - 1 - inside,
                           top + high - 1 - inside], outline=color)
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
    pen.text((long + 8, 12), text, font=drawing.font(13), fill=palettes.INK, anchor="lm")
    return np.concatenate([rgb, np.asarray(strip)])


def legend(names, colors=None, *, markers=False, width=drawing.WIDTH):
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

    letters, x, y, places = drawing.font(13), 0, 0, []
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
