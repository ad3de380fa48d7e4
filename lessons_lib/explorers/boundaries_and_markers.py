"""Lesson 05: borders, small regions and markers of a map under the sliders."""

from functools import lru_cache

import numpy as np

from lessons_lib import annotations, drawing, figures, pixels, regions
from lessons_lib import markers as marking  # `markers` is a setting here
from lessons_lib.explorers.base import Explorer, choice, stops

AREAS = (0, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # in pixels
_MARKERS = [("centroid", "centroid"), ("farthest inside", "inside"), ("none", "none")]
_NEIGHBOURS = [("4 (edges)", 4), ("8 (edges and corners)", 8)]


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
        ``render(border, min_area, neighbours, markers) -> Picture``. What has been seen once is
        kept; ``render.prepare()`` sees everything that takes long. How much a border between the
        pixels hides is counted on its own, finer grid.
    """
    labels = np.asarray(labels)
    if not (labels >= 0).any():
        raise ValueError("labels must have at least one label; all are -1, no label")
    ground = int(labels[labels >= 0].min()) if background is None else background
    window = _window(labels, ground)
    factor = max(1, 512 // max(image.shape[:2]))
    zoom = max(2, 512 // (window[0].stop - window[0].start) // 2 * 2)
    width = max(512, factor * image.shape[1])
    key = annotations.legend(names, markers=True, width=width)
    start_area = min_area

    @lru_cache(maxsize=32)
    def tidied(min_area, neighbours):
        connectivity = 1 if neighbours == 4 else 2
        tidy = regions.merge_small(labels, min_area, connectivity=connectivity).astype(np.int16)
        found = regions.connected(tidy, connectivity=connectivity)
        placed = {where: marking.place(found, where) for where in ("centroid", "inside")}
        return tidy, found, placed

    @lru_cache(maxsize=64)
    def border_of(border, min_area, neighbours):
        tidy = tidied(min_area, neighbours)[0]
        against = ground if border in ("inner", "outer") else -1
        return regions.boundaries(tidy, border, background=against)

    def render(border="thick", min_area=start_area, neighbours=4, markers="inside"):
        tidy, found, placed = tidied(min_area, neighbours)
        classes = found.classes
        line = border_of(border, min_area, neighbours)
        rows, columns = window
        if border == "subpixel":  # its grid is twice as fine
            closer = line[2 * rows.start:2 * rows.stop - 1, 2 * columns.start:2 * columns.stop - 1]
        else:
            closer = line[window]
        whole = drawing.border(image, line, factor=factor)
        near = drawing.border(image[window], closer, factor=zoom)
        n = len(classes)
        changed = 100 * (tidy != labels).mean()
        count = f"{n} region{'s' if n > 1 else ''}"
        against = f" (background: {names[ground]})" if border in ("inner", "outer") else ""
        text = (f"Border {border}{against}, minimum area {min_area} px, {neighbours} neighbours: "
                f"{count}, {changed:.1f} % of the pixels changed class; the border hides "
                f"{100 * line.mean():.1f} % of the picture. ")
        if markers == "none":
            text += "No markers."
        else:
            shown = placed[markers]
            where = "the centroid" if markers == "centroid" else "the farthest pixel inside"
            text += (f"Markers at {where}: {shown.outside.sum()} of {n} outside their region, "
                     f"{shown.wrong.sum()} on another class.")
            middles = shown._replace(points=shown.points * factor + factor // 2)
            whole = marking.draw(whole, middles, classes)
            corner = np.array([rows.start, columns.start])
            end = [rows.stop, columns.stop]
            here = ((shown.points >= corner) & (shown.points < end)).all(axis=1)
            middles = (shown.points[here] - corner) * zoom + zoom // 2
            middles = marking.Markers(middles, shown.outside[here], shown.wrong[here])
            near = marking.draw(near, middles, classes[here], size=23)
        legend = None if markers == "none" else key
        layers = {"colour": image, "region": found.labels, "class": (tidy, names)}
        return figures.panels({f"{count}, border {border}": whole,
                               f"A detail, {zoom} times as large": near},
                              alt=text, factor=1, legend=legend,
                              reads=[layers, pixels.teller(layers, window)])

    largest = regions.connected(labels).areas.max()
    render.stops = sorted({area for area in AREAS if area <= largest} | {min_area})
    render.prepare = lambda: [tidied(a, n) for _, n in _NEIGHBOURS for a in render.stops]
    return render


def _window(labels, ground):
    """The detail: about half background, with the largest region that its centroid misses."""
    parts = regions.connected(labels)
    centers = marking.place(parts, "centroid")
    point = None
    if centers.outside.any():
        point = centers.points[np.argmax(parts.areas * centers.outside)]
    return regions.window(labels == ground, 64, share=0.5, point=point, step=8)


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
    return Explorer(
        render, "Explorer: borders, small regions, markers",
        border=choice("border", regions.MODES, "thick"),
        min_area=stops("minimum area (px)", render.stops, min_area),
        neighbours=choice("neighbours", _NEIGHBOURS),
        markers=choice("markers", _MARKERS, "inside"))
