"""Lesson 05: borders, small regions and markers of a map under the sliders."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from lessons_lib import drawing, figures, palettes, pixels, regions
from lessons_lib.explorers.base import Explorer, choice, stops

AREAS = (0, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # in pixels
_MARKERS = [("centroid", "centroid"), ("farthest inside", "inside"), ("none", "none")]
_NEIGHBOURS = [("4 (edges)", 4), ("8 (edges and corners)", 8)]


class Markers(NamedTuple):
    """One marker for each region.

    Attributes
    ----------
    points : ndarray of int, shape (n, 2)
        Row and column.
    outside : ndarray of bool, shape (n,)
        True where the marker does not lie in its region.
    wrong : ndarray of bool, shape (n,)
        True where it lies on another class, too.
    """

    points: np.ndarray
    outside: np.ndarray
    wrong: np.ndarray


def place(found, where="inside"):
    """Place one marker for each region.

    Parameters
    ----------
    found : regions.Regions
    where : {"centroid", "inside"}
        The mean of the pixels, rounded, or the pixel farthest from the border.

    Returns
    -------
    Markers
    """
    n, shape = len(found.areas), found.labels.shape
    if where == "inside":
        spots = regions.inner_points(found.labels)
        points = np.array([spots[i][:2] for i in range(n)], int).reshape(n, 2)
    else:
        flat, inside = np.flatnonzero(found.labels >= 0), found.labels[found.labels >= 0]
        means = [np.bincount(inside, place, minlength=n) / found.areas for place in divmod(flat, shape[1])]
        points = np.rint(np.column_stack(means)).astype(int)
    hit = found.labels[points[:, 0], points[:, 1]]
    outside = hit != np.arange(n)
    class_there = np.where(hit >= 0, found.classes[hit], -1)
    return Markers(points, outside, outside & (class_there != found.classes))


def draw_border(image, border, *, factor=1):
    """Draw a border over a picture: its pixels dark, with a light rim around.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
    border : ndarray of bool
        From `regions.boundaries`: of the shape of the image, or (2 rows - 1, 2 columns - 1).
    factor : int
        Enlargement; the rim stays one pixel wide. An even one shows a border between the pixels
        where it is; otherwise it is drawn on the pixel above or left of it.

    Returns
    -------
    ndarray of uint8, shape (rows * factor, columns * factor, 3)
    """
    rgb = drawing.enlarge(image, factor)
    rgb = rgb.copy() if rgb is image else rgb
    if border.shape != image.shape[:2]:
        border = np.pad(border, ((0, 1), (0, 1)))
        if factor % 2:
            rows, columns = image.shape[:2]
            border = border.reshape(rows, 2, columns, 2).any(axis=(1, 3))
    ink = drawing.enlarge(border, rgb.shape[0] // border.shape[0])
    rim = ink.copy()
    rim[1:] |= ink[:-1]
    rim[:-1] |= ink[1:]
    rim[:, 1:] |= ink[:, :-1]
    rim[:, :-1] |= ink[:, 1:]
    rgb[rim] = palettes.PAPER
    rgb[ink] = palettes.INK
    return rgb


def draw_markers(rgb, markers, classes, *, size=15):
    """Draw a marker for each region, with a cross behind each that lies outside of its region.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    markers : Markers
        In pixels of `rgb`.
    classes : sequence of int
        Class of each region: its shape.
    size : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
    """
    from PIL import Image, ImageDraw

    half = size // 2 + 1  # a marker at the frame moves in, so that its shape can be told
    points = np.clip(markers.points, half, np.array(rgb.shape[:2]) - 1 - half)
    canvas = Image.fromarray(rgb)
    pen, reach = ImageDraw.Draw(canvas), size
    for row, column in points[markers.outside].tolist():
        for color, width in ((palettes.PAPER, 7), (palettes.INK, 3)):
            pen.line([column - reach, row - reach, column + reach, row + reach], fill=color, width=width)
            pen.line([column - reach, row + reach, column + reach, row - reach], fill=color, width=width)
    return drawing.mark(np.asarray(canvas), points, classes, size=size)


def draw_map(found, colors):
    """Draw a map: flat colours of the classes, thin borders, and a marker inside each region.

    Parameters
    ----------
    found : regions.Regions
    colors : ndarray of uint8, shape (classes, 3)

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
    """
    flat = np.vstack([np.asarray(colors)[found.classes], palettes.NO_LABEL])[found.labels]
    return draw_markers(drawing.outline(flat, found.labels), place(found), found.classes)


def draw_depth(found, number, *, side=560):
    """Draw one region in colours by the distance to its border, with its marker.

    Parameters
    ----------
    found : regions.Regions
    number : int
        Of the region.
    side : int
        About the height or width of the result in pixels, whichever is larger.

    Returns
    -------
    rgb : ndarray of uint8, shape (rows, columns, 3)
    distance : float
        At the marker, in pixels of the map.
    """
    row, column, distance = regions.inner_points(found.labels)[number]
    border = regions.edges(found.labels)
    border[[0, -1]] = border[:, [0, -1]] = True  # the frame of the picture, too
    inside = found.labels == number
    [box] = ndimage.find_objects(inside.astype(np.int8))
    zoom = max(1, round(side / max(inside[box].shape)))
    depth = ndimage.distance_transform_edt(~border)[box]
    rgb = drawing.enlarge(drawing.to_rgb(depth, mask=inside[box], cmap="viridis"), zoom)
    spot = np.array([[row - box[0].start, column - box[1].start]]) * zoom + zoom // 2
    one = Markers(spot, np.array([False]), np.array([False]))
    return draw_markers(rgb, one, found.classes[[number]], size=25), distance


def detail(labels, background=0, side=64, point=None):
    """The part of a map in which the background covers nearest to half.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
    background : int
    side : int
        Height and width in pixels, at most.
    point : (row, column), optional
        Only parts that hold it, not near their edge, if there are any.

    Returns
    -------
    tuple of two slices
    """
    side = min(side, *labels.shape)
    total = np.pad(np.cumsum(np.cumsum(labels == background, axis=0), axis=1), ((1, 0), (1, 0)))
    covered = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    badness = np.abs(covered[::8, ::8] / side ** 2 - 0.5)
    if point is not None:
        starts = np.ogrid[:covered.shape[0]:8, :covered.shape[1]:8]
        far = [np.abs(at - start - side / 2) > side / 4 for at, start in zip(point, starts)]
        badness = badness + (far[0] | far[1])
    row, column = np.unravel_index(badness.argmin(), badness.shape)
    return slice(8 * row, 8 * row + side), slice(8 * column, 8 * column + side)


def renderer(labels, image, names, *, min_area=100, background=None):
    """Make the function that draws the map of one picture.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        The class of each pixel.
    image : ndarray of uint8, shape (rows, columns, 3)
    names : sequence of str
        One for each class.
    min_area : int, in pixels
        Where the slider starts.
    background : int, optional
        The class that "inner" and "outer" take for background; by default the first that occurs.

    Returns
    -------
    callable
        ``render(border, min_area, neighbours, markers) -> Picture``. What has been seen once is kept;
        ``render.prepare()`` sees everything that takes long. How much a border between the pixels hides
        is counted on its own, finer grid.
    """
    labels = np.asarray(labels)
    ground = int(labels[labels >= 0].min()) if background is None else background
    parts = regions.connected(labels)
    centers = place(parts, "centroid")
    stray = np.argmax(parts.areas * centers.outside)  # the largest region whose centroid misses it
    window = detail(labels, ground, point=centers.points[stray] if centers.outside.any() else None)
    factor = max(1, 512 // max(image.shape[:2]))
    zoom = max(2, 512 // (window[0].stop - window[0].start) // 2 * 2)
    key = drawing.legend(names, markers=True, width=max(512, factor * image.shape[1]))
    start_area = min_area

    @lru_cache(maxsize=32)
    def tidied(min_area, neighbours):
        connectivity = 1 if neighbours == 4 else 2
        tidy = regions.merge_small(labels, min_area, connectivity=connectivity).astype(np.int16)
        found = regions.connected(tidy, connectivity=connectivity)
        return tidy, found, {where: place(found, where) for where in ("centroid", "inside")}

    @lru_cache(maxsize=64)
    def border_of(border, min_area, neighbours):
        tidy = tidied(min_area, neighbours)[0]
        return regions.boundaries(tidy, border, background=ground if border in ("inner", "outer") else -1)

    def render(border="thick", min_area=start_area, neighbours=4, markers="inside"):
        tidy, found, placed = tidied(min_area, neighbours)
        classes = found.classes
        line = border_of(border, min_area, neighbours)
        rows, columns = window
        closer = line[window] if border != "subpixel" else line[2 * rows.start:2 * rows.stop - 1,
                                                                2 * columns.start:2 * columns.stop - 1]
        whole = draw_border(image, line, factor=factor)
        near = draw_border(image[window], closer, factor=zoom)
        n, changed = len(classes), 100 * (tidy != labels).mean()
        count = f"{n} region{'s' if n > 1 else ''}"
        text = (f"Border {border}{f' (background: {names[ground]})' if border in ('inner', 'outer') else ''}, "
                f"minimum area {min_area} px, {neighbours} neighbours: {count}, {changed:.1f} % of the pixels "
                f"changed class; the border hides {100 * line.mean():.1f} % of the picture. ")
        if markers == "none":
            text += "No markers."
        else:
            shown = placed[markers]
            text += (f"Markers {'at the centroid' if markers == 'centroid' else 'at the farthest pixel inside'}: "
                     f"{shown.outside.sum()} of {n} outside their region, {shown.wrong.sum()} on another class.")
            middles = shown._replace(points=shown.points * factor + factor // 2)
            whole = draw_markers(whole, middles, classes)
            corner = np.array([rows.start, columns.start])
            here = ((shown.points >= corner) & (shown.points < [rows.stop, columns.stop])).all(axis=1)
            middles = Markers((shown.points[here] - corner) * zoom + zoom // 2, shown.outside[here],
                              shown.wrong[here])
            near = draw_markers(near, middles, classes[here], size=23)
        layers = {"colour": image, "region": found.labels, "class": (tidy, names)}
        return figures.panels([whole, near], [f"{count}, border {border}", f"A detail, {zoom} times as large"],
                              alt=text, factor=1, legend=None if markers == "none" else key,
                              reads=[layers, pixels.teller(layers, window)])

    render.stops = sorted({area for area in AREAS if area <= parts.areas.max()} | {min_area})
    render.prepare = lambda: [tidied(a, n) for _, n in _NEIGHBOURS for a in render.stops]
    return render


def explorer(labels, image, names, *, min_area=100, background=None):
    """The controls of lesson 05 on one map.

    Parameters
    ----------
    labels, image, names, min_area, background
        As in `renderer`.

    Returns
    -------
    Explorer
    """
    render = renderer(labels, image, names, min_area=min_area, background=background)
    render.prepare()
    return Explorer(render, "Explorer: borders, small regions, markers",
                    border=choice("border", regions.MODES, "thick"),
                    min_area=stops("minimum area (px)", render.stops, min_area),
                    neighbours=choice("neighbours", _NEIGHBOURS),
                    markers=choice("markers", _MARKERS, "inside"))
