"""Lesson 06: a photograph, its clusters and the cloud of its colours under the sliders."""

import os
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from lessons_lib import annotations, clouds, drawing, features, figures, images, kmeans, palettes
from lessons_lib.colors import bin_colors, Colors, unique_colors
from lessons_lib.explorers.base import Explorer, choice, slider, starting, stops

PICTURES = ("flower", "coffee", "chelsea", "china", "rocket", "astronaut")
LARGEST_SIDE, LARGEST_K = 640, 8
PANEL = 512        # pixels: larger pictures are reduced for display only
GRID = 8           # blocks along the longer side, where bins are cut by place as well
# How far black is from white: with position weight 1 the longer side of the picture is as long.
REACH = {
    "RGB": 255.0,
    "CIELAB": 100.0,
    "CIELAB, no lightness": 100.0,
    "HSV": 1.0,
    "HSV, hue as an angle": 1.0,
}
_DISCS = [
    ("true colours", "true"),
    ("red, blue, green", "swapped"),
    ("colours of the clusters", "clusters"),
]


class Photo(NamedTuple):
    """A picture and its colours, made once."""

    image: np.ndarray
    shown: np.ndarray
    fine: Colors
    coarse: Colors
    cells: np.ndarray    # of each cell: pixels, mean row, mean column, mean colour
    title: str


class Space(NamedTuple):
    """A photo's colours in one space, and what it takes to draw them there."""

    coarse: np.ndarray   # (n, channels) of the coarse bins
    fine: np.ndarray
    cells: np.ndarray
    points: np.ndarray   # (n, 3) of the coarse bins, the third axis up
    names: tuple
    limits: np.ndarray   # equally wide, so that distances along different axes compare


class Found(NamedTuple):
    """The clusters of a photo, numbered from dark to bright."""

    labels: np.ndarray   # label map
    shares: np.ndarray   # of the pixels
    of_bin: np.ndarray   # the commonest label of each coarse bin
    middles: np.ndarray  # (k, 3) of the clusters, in the cloud


@lru_cache(maxsize=4)
def photo(source):
    """The `Photo` of a picture, as for `images.load`, shrunk to 640 pixels."""
    image = images.shrink(images.load(source), LARGEST_SIDE)
    colors = unique_colors(image)
    fine, coarse, few = (bin_colors(colors, bits) for bits in (5, 4, 3))
    rows, columns = np.indices(image.shape[:2])
    side = max(image.shape[:2]) / GRID
    block = (rows // side * GRID + columns // side).astype(np.int64)
    _, cell = np.unique(few.index * GRID ** 2 + block, return_inverse=True)
    cell, n = cell.ravel(), cell.max() + 1
    count = np.bincount(cell, minlength=n)
    measured = rows, columns, *np.moveaxis(image, 2, 0)
    means = [np.bincount(cell, channel.ravel(), n) / count for channel in measured]
    cells = np.column_stack([count, *means])
    shown = images.shrink(image, PANEL)
    return Photo(image, shown, fine, coarse, cells, os.path.basename(source))


@lru_cache(maxsize=12)
def in_space(source, space):
    """The `Space` of a photo, for one of `features.SPACES`."""
    taken = photo(source)
    coarse = features.convert(taken.coarse.values, space)
    fine = features.convert(taken.fine.values, space)
    cells = features.convert(taken.cells[:, 3:], space)
    points, names = coarse, features.SPACES[space]
    if space.startswith("CIELAB"):
        # Also where k-means does not see the lightness: walls then stand upright.
        points = features.convert(taken.coarse.values, "CIELAB")[:, [1, 2, 0]]
        names = ("green to red", "blue to yellow", "lightness")
    low, high = points.min(axis=0), points.max(axis=0)
    if space == "RGB":
        low, high = np.zeros(3), np.full(3, 255.0)
    half = max((high - low).max() / 2, 1e-6)
    limits = np.column_stack([(low + high) / 2 - half, (low + high) / 2 + half])
    return Space(coarse, fine, cells, points, names, limits)


@lru_cache(maxsize=64)
def clusters(source, k, space, weight):
    """The `Found` clusters of a photo; the parameters are those of `render`."""
    taken, where = photo(source), in_space(source, space)
    k = min(k, len(taken.coarse.counts))
    if weight == 0:
        rough = kmeans.fit(where.coarse, k, weights=taken.coarse.counts, n_init=10)
        found = kmeans.fit(where.fine, k, weights=taken.fine.counts, start=rough.centers)
        labels = found.labels.astype(np.int16).take(taken.fine.index)
    else:
        step = weight * REACH[space] / (max(taken.image.shape[:2]) - 1 or 1)
        points = np.column_stack([where.cells, taken.cells[:, 1:3] * step])
        found = kmeans.fit(points, k, weights=taken.cells[:, 0], n_init=3)
        labels = nearest(where.fine, taken.fine.index, step, found.centers)
    n = len(taken.coarse.counts)
    table = np.bincount((taken.coarse.index * k + labels).ravel(), minlength=n * k).reshape(n, k)
    pixels = np.maximum(table.sum(axis=0), 1)[:, None]
    light = table.T @ taken.coarse.values @ kmeans.LUMINANCE / pixels[:, 0]
    order = np.argsort(light, kind="stable")
    number = np.argsort(order).astype(np.int16)  # from dark to bright in every space
    table, middles = table[:, order], (table.T @ where.points / pixels)[order]
    shares = table.sum(axis=0) / labels.size
    return Found(number.take(labels), shares, table.argmax(axis=1), middles)


def nearest(colors, index, step, centers):
    """The nearest centre of each pixel, when the last two features are row and column.

    Parameters
    ----------
    colors : ndarray, shape (n, channels)
    index : ndarray of int, shape (rows, columns)
        The colour of each pixel.
    step : float
        What a row, or a column, counts.
    centers : ndarray, shape (k, channels + 2)

    Returns
    -------
    ndarray of int16, shape (rows, columns)

    Notes
    -----
    Without what all centres share, the squared distance is a sum of one term for the colour, one
    for the row and one for the column: three small tables instead of a large one.
    """
    channels = colors.shape[1]
    middles = centers[:, :channels]
    of_color = ((middles ** 2).sum(axis=1) - 2 * colors @ middles.T).T.astype(np.float32)
    best = np.full(index.shape, np.inf, np.float32)
    labels = np.zeros(index.shape, np.int16)
    rows, columns = (np.arange(n) * step for n in index.shape)
    for i, (row, column) in enumerate(centers[:, channels:]):
        score = of_color[i].take(index)
        score += ((rows - row) ** 2 - rows ** 2)[:, None].astype(np.float32)
        score += ((columns - column) ** 2 - columns ** 2).astype(np.float32)
        closer = score < best
        np.copyto(best, score, where=closer)
        labels[closer] = i
    return labels


_stamps = {}


def _forget_if_changed(source):
    """A file that was written anew is another picture, though its name is the same."""
    stamp = images.stamp(source)
    if _stamps.setdefault(source, stamp) != stamp:
        for kept in (photo, in_space, clusters):
            kept.cache_clear()
    _stamps[source] = stamp


def render(picture="flower", k=4, space="RGB", weight=0.0, cluster="all", azimuth=-60,
           elevation=25):
    """A photograph with one cluster shown, and the cloud of its colours.

    Parameters
    ----------
    picture : str
        As for `images.load`. Pictures larger than 640 pixels are shrunk.
    k : int
        Number of clusters.
    space : str
        One of `features.SPACES`.
    weight : float, 0 or more
        Of the position: 1 makes the longer side of the picture as long as the way from black to
        white.
    cluster : str
        "all", or the number of the cluster to show; if there are not so many, the last one.
    azimuth, elevation : float, in degrees
        As for `clouds.draw_3d`.

    Returns
    -------
    Picture

    Notes
    -----
    k-means runs on bins of like colours (with a position weight: of like colours in one block of
    the picture); then each pixel takes the centre nearest to the mean of its 5-bit bin, and to its
    own place.
    """
    _forget_if_changed(picture)
    taken, where = photo(picture), in_space(picture, space)
    labels, shares, of_bin, middles = clusters(picture, k, space, weight)
    used, small = len(shares), drawing.resize(labels, max(taken.shown.shape[:2]))
    number = None if cluster == "all" else min(int(cluster), used - 1)
    numbers = [f"{i}: {100 * share:.0f} %" for i, share in enumerate(shares)]
    if number is not None:
        mask = small == number
        left = np.where(mask[..., None], taken.shown, taken.shown // 5 + 195)
        inside = (of_bin == number)[:, None]
        colors = np.where(inside, taken.coarse.values, taken.coarse.values // 6 + 205)
        parts = ndimage.label(labels == number)[1]
        says = (f"cluster {number} holds {100 * shares[number]:.0f} % of the pixels, in {parts} "
                f"connected part{'' if parts == 1 else 's'}")
        title, key = f"Cluster {numbers[number]} of the pixels", None
    else:
        symbolic = palettes.LABELS[small % 8]
        # Mostly in the colours of the legend.
        left = drawing.paint(small, image=symbolic // 4 * 3 + taken.shown // 4)
        colors = palettes.LABELS[of_bin % 8]
        says = "shares of the clusters " + ", ".join(numbers)
        title = f"{used} clusters in symbolic colours"
        key = annotations.legend(numbers, palettes.LABELS[np.arange(used) % 8], width=2 * PANEL)
    absent = ""
    if cluster not in ("all", str(number)):
        absent = f" There is no cluster {cluster}: this is the last one."
    cloud = clouds.draw_3d(where.points, taken.coarse.counts, colors=colors, azimuth=azimuth,
                           elevation=elevation, size=int(np.clip(left.shape[0], 380, PANEL)),
                           centers=middles, names=where.names, limits=where.limits)
    text = (f"{taken.title}, {space}, k = {k}, position weight {weight:g}: {says}.{absent} Right, "
            f"{len(taken.coarse.counts)} bins of colours as discs, from azimuth {azimuth:g}°, "
            f"elevation {elevation:g}°; the numbered squares are the means of the clusters.")
    beside = "The colours, by cluster" if number is None else "Its colours"
    return figures.panels({title: left, beside: cloud}, alt=text, factor=1, legend=key,
                          reads=[{"colour": taken.image, "cluster": labels}, None])


def explorer(**start):
    """The controls of lesson 06; keywords change where they start.

    Parameters
    ----------
    **start
        Any of the parameters of `render`.

    Returns
    -------
    Explorer
    """
    value = starting({"picture": "flower", "k": 4, "space": "RGB", "weight": 0.0, "cluster": "all",
                      "azimuth": -60, "elevation": 25}, start)
    if not isinstance(value["picture"], str | os.PathLike):
        raise TypeError("picture must be a name from images.names() or the path of a file; got "
                        f"{type(value['picture']).__name__}: save an array first, for example by "
                        "PIL.Image.fromarray(array).save(path)")
    value["picture"] = os.fspath(value["picture"])
    known = list(PICTURES) + [value["picture"]] * (value["picture"] not in PICTURES)
    shown = ["all", *map(str, range(max(LARGEST_K, value["k"])))]
    return Explorer(
        render, "Explorer: a photograph and its colours",
        picture=choice("picture", known, value["picture"]),
        k=slider("k (clusters)", value["k"], 2, LARGEST_K),
        space=choice("colour space", list(features.SPACES), value["space"]),
        weight=slider("position weight", float(value["weight"]), 0.0, 2.0, 0.1),
        cluster=stops("cluster to show", shown, value["cluster"]),
        azimuth=slider("azimuth (°)", value["azimuth"], -180, 180, 10),
        elevation=slider("elevation (°)", value["elevation"], -90, 90, 5))


def turntable(bins, labels):
    """Two sliders that turn the cloud of colours, and what colours its discs have.

    Parameters
    ----------
    bins : Colors
    labels : ndarray of int, shape (n,)
        The cluster of each bin.

    Returns
    -------
    Explorer
    """
    colors = {"true": bins.values, "swapped": bins.values[:, [0, 2, 1]],
              "clusters": palettes.LABELS[np.asarray(labels) % 8]}

    def render(azimuth=-60, elevation=25, discs="true"):
        cloud = clouds.draw_rgb(bins.values, bins.counts, azimuth=azimuth, elevation=elevation,
                                colors=colors[discs])
        name = next(name for name, kind in _DISCS if kind == discs)
        text = (f"{len(bins.counts)} discs ({name}) from azimuth {azimuth}°, "
                f"elevation {elevation}°.")
        return figures.Picture(cloud, text)

    return Explorer(
        render, "Explorer: turn the cloud",
        azimuth=slider("azimuth (°)", -60, -180, 180, 10),
        elevation=slider("elevation (°)", 25, -90, 90, 5),
        discs=choice("discs", _DISCS))
