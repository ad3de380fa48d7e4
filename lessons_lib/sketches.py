"""What a criterion for the number of clusters measures, sketched on three small heaps.

The numbers in the titles are measured on the points that are drawn.
"""

from functools import cache

import numpy as np
from scipy.spatial.distance import cdist

from lessons_lib import choosing_k, curves, drawing, figures, kmeans, palettes, scores

WIDTH, HEIGHT = 330, 260  # pixels
_FILLS = palettes.LABELS[[5, 1, 3]]


@cache
def _heaps():
    """Points in three heaps, their clusters and the centres of these."""
    rng = np.random.default_rng(1)
    middles = np.repeat([(72, 72), (262, 88), (160, 196)], 8, axis=0)
    angle, reach = rng.uniform(0, 2 * np.pi, 24), 46 * np.sqrt(rng.uniform(0, 1, 24))
    points = middles + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])
    found = kmeans.fit(points, 3)
    return points, found.labels, found.centers


def draw(criterion):
    """Sketch what a criterion measures.

    Parameters
    ----------
    criterion : str
        One of `choosing_k.CRITERIA`, but for the knee: `curves.draw` shows it.

    Returns
    -------
    title : str
        What is measured here, with its numbers.
    rgb : ndarray of uint8, shape (HEIGHT, WIDTH, 3)

    Examples
    --------
    >>> title, rgb = draw("silhouette")
    >>> title.startswith("a = ")
    True
    """
    from PIL import Image, ImageDraw

    if criterion not in _SKETCHES:
        raise ValueError(f"criterion must be one of {', '.join(_SKETCHES)}; got {criterion!r}")
    canvas = Image.new("RGB", (2 * WIDTH, 2 * HEIGHT), palettes.PAPER)
    title = _SKETCHES[criterion](_Pen(ImageDraw.Draw(canvas)))
    return title, np.asarray(canvas.reduce(2))  # drawn twice as large: smooth lines


def beside_curve(report, criterion, *, k_max=None):
    """The sketch of a criterion, and beside it what the criterion says of a picture.

    Parameters
    ----------
    report, criterion, k_max
        As for `curves.draw`; not for the knee.

    Returns
    -------
    figures.Picture

    Examples
    --------
    >>> from lessons_lib import landscape
    >>> from lessons_lib.colors import unique_colors
    >>> report = choosing_k.report(unique_colors(landscape.make(32).image), range(1, 5))
    >>> "k = 1 to 4" in beside_curve(report, "silhouette").text
    True
    """
    title, sketch = draw(criterion)
    k_max = k_max or max(report.fits)
    picked = choosing_k.pick(report, criterion, k_max)
    says = "picks none" if picked is None else f"picks {picked}"
    curve = curves.draw(report, criterion, k_max=k_max, width=WIDTH + 60, height=HEIGHT)
    name = choosing_k.CRITERIA[criterion][0]
    return figures.panels({title: sketch, f"{name}, k = 1 to {k_max}: {says}": curve},
                          columns=2, factor=1)


class _Pen:
    """Draws in pixels of the sketch."""

    def __init__(self, pen):
        self.pen = pen

    def line(self, start, end, color, width=1):
        self.pen.line([*(2 * np.asarray(start)), *(2 * np.asarray(end))], fill=color,
                      width=2 * width)

    def disc(self, at, radius, fill=None, rim=palettes.INK, width=1):
        low, high = 2 * (np.asarray(at) - radius), 2 * (np.asarray(at) + radius)
        fill = None if fill is None else tuple(np.asarray(fill).tolist())
        self.pen.ellipse([*low, *high], fill=fill, outline=rim, width=2 * width)

    def square(self, at, half, fill=palettes.INK):
        low, high = 2 * (np.asarray(at) - half), 2 * (np.asarray(at) + half)
        self.pen.rectangle([*low, *high], fill=fill, outline=palettes.PAPER, width=2)

    def write(self, at, text, color=palettes.INK):
        x, y = 2 * np.asarray(at)
        self.pen.text((x, y), text, font=drawing.font(28, True), fill=color, anchor="mm",
                      stroke_width=6, stroke_fill=palettes.PAPER)

    def points(self, points, labels):
        for point, label in zip(points, labels):
            self.disc(point, 6, _FILLS[label])


def _silhouette(pen):
    points, labels, centers = _heaps()
    one = int(np.argmin(points.sum(axis=1)))  # top left
    far = cdist(points[one:one + 1], points)[0]
    own = (labels == labels[one]) & (far > 0)
    others = [far[labels == label].mean() for label in range(3)]
    others[labels[one]] = np.inf
    next_one = int(np.argmin(others))
    a, b = far[own].mean(), others[next_one]
    for color, group in ((palettes.FOUND, labels == next_one), (palettes.TRUTH, own)):
        for point in points[group]:
            pen.line(points[one], point, color, 2)
    pen.points(points, labels)
    pen.disc(points[one], 10, rim=palettes.INK, width=3)
    pen.write((points[one] + points[own].mean(axis=0)) / 2, "a", palettes.TRUTH)
    pen.write((points[one] + centers[next_one]) / 2, "b", palettes.FOUND)
    a, b = round(a), round(b)
    return f"a = {a}, b = {b}: ({b} − {a}) / {b} = {(b - a) / b:.2f}"


def _calinski_harabasz(pen):
    points, labels, centers = _heaps()
    mean = points.mean(axis=0)
    for center in centers:
        pen.line(mean, center, palettes.FOUND, 4)
    for point, label in zip(points, labels):
        pen.line(centers[label], point, palettes.TRUTH, 2)
    pen.points(points, labels)
    for center in centers:
        pen.square(center, 7)
    pen.disc(mean, 9, palettes.PAPER, width=3)
    score = scores.calinski_harabasz(points, labels)
    return f"Orange long, blue short: {score:.0f}"


def _davies_bouldin(pen):
    points, labels, centers = _heaps()
    reach = [np.linalg.norm(points[labels == i] - centers[i], axis=1).mean() for i in range(3)]
    ratio = np.add.outer(reach, reach) / (cdist(centers, centers) + 1e9 * np.eye(3))
    i, j = np.unravel_index(ratio.argmax(), ratio.shape)
    pen.points(points, labels)
    pen.line(centers[i], centers[j], palettes.FOUND, 4)
    for center, radius in zip(centers, reach):
        pen.disc(center, radius, rim=palettes.TRUTH, width=4)
        pen.square(center, 7)
    apart = np.linalg.norm(centers[i] - centers[j])
    first, second = round(reach[i]), round(reach[j])
    return f"({first} + {second}) / {apart:.0f} = {ratio[i, j]:.2f}, the worst pair"


def _gap(pen):
    points, labels, centers = _heaps()
    even = np.random.default_rng(2).uniform(points.min(axis=0), points.max(axis=0), points.shape)
    found = kmeans.fit(even, 3)
    parts = ((points, labels, centers), (even, found.labels, found.centers))
    left = []
    for side, (where, which, middles) in enumerate(parts):
        corner = np.array([side * (WIDTH / 2 - 4), 58])
        low, high = (0.5 * at + corner for at in (points.min(axis=0) - 10, points.max(axis=0) + 10))
        pen.pen.rectangle([*(2 * low), *(2 * high)], outline=(150, 150, 150), width=2)
        where, middles = 0.5 * where + corner, 0.5 * middles + corner
        for point, label in zip(where, which):
            pen.line(middles[label], point, palettes.TRUTH, 2)
            pen.disc(point, 4, _FILLS[label])
        for middle in middles:
            pen.square(middle, 5)
        left.append(np.square(where - middles[which]).sum() / 100)
        across = (low + high)[0] / 2
        pen.write((across, low[1] - 18), ("your points", "even points")[side])
        pen.write((across, high[1] + 18), f"inertia {left[-1]:.0f}", palettes.TRUTH)
    gap = np.log(round(left[1]) / round(left[0]))
    return f"log {left[1]:.0f} − log {left[0]:.0f} = {gap:.1f}"


def _stability(pen):
    points, _, _ = _heaps()
    rng, guesses = np.random.default_rng(3), []
    grid = np.stack(np.meshgrid(np.arange(2 * WIDTH), np.arange(2 * HEIGHT)), axis=-1) / 2
    for color in (palettes.TRUTH, palettes.FOUND):
        drawn = rng.choice(len(points), 12, replace=False)
        middles = kmeans.fit(points[drawn], 4).centers
        guesses.append(cdist(points, middles).argmin(axis=1))
        cells = cdist(grid.reshape(-1, 2), middles).argmin(axis=1).reshape(grid.shape[:2])
        edge = np.zeros(cells.shape, dtype=bool)
        edge[:, 1:] |= cells[:, 1:] != cells[:, :-1]
        edge[1:] |= cells[1:] != cells[:-1]
        for x, y in np.argwhere(edge)[:, ::-1].tolist():
            pen.pen.rectangle([x - 2, y - 2, x + 2, y + 2], fill=color)
        radius = 10 if color == palettes.TRUTH else 6
        for point in points[drawn]:
            pen.disc(point, radius, palettes.PAPER, rim=color, width=3)
    for point in points:
        pen.disc(point, 3, palettes.INK)
    return f"Two samples, k = 4: ARI {scores.adjusted_rand(*guesses):.2f}"


_SKETCHES = {"silhouette": _silhouette, "Calinski-Harabasz": _calinski_harabasz,
             "Davies-Bouldin": _davies_bouldin, "gap": _gap, "stability": _stability}
