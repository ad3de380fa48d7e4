"""Lesson 04: a picture painted with k colours, and what each criterion says of k."""

from functools import lru_cache

import numpy as np

from lessons_lib import choosing_k, drawing, figures, kmeans, palettes, scores
from lessons_lib.explorers.base import Explorer, choice, slider

LARGEST = 15  # clusters, where no report says otherwise
SIDE = 512    # pixels of each panel

# What a curve says, and which of its values is best.
CRITERIA = {"knee": ("Inertia with knee", None), "silhouette": ("Silhouette", "higher"),
            "gap": ("Gap", None), "Calinski-Harabasz": ("Calinski-Harabasz", "higher"),
            "Davies-Bouldin": ("Davies-Bouldin", "lower"), "stability": ("Stability", "higher")}


def pick(report, criterion, k_max, *, sensitivity=1.0):
    """The k that a criterion picks if it sees only k = 1 to `k_max`.

    Parameters
    ----------
    report : choosing_k.Report
        Of the range from 1 to `k_max` or more.
    criterion : str
        One of `CRITERIA`.
    k_max : int
    sensitivity : float
        See `choosing_k.knee`.

    Returns
    -------
    int or None
    """
    if criterion not in CRITERIA:
        raise ValueError(f"criterion must be one of {', '.join(CRITERIA)}; got {criterion!r}")
    table = report.table.loc[:k_max]
    if criterion == "knee":
        return choosing_k.knee(table.index, table["inertia"], sensitivity=sensitivity)
    if criterion == "gap":
        enough = table["gap"] >= (table["gap"] - table["gap error"]).shift(-1)
        if not enough.any():  # every colour its own centre: nothing is left to gain
            return int(table.index[-1]) if table["inertia"].iloc[-1] == 0 else None
        return int(enough.idxmax())
    if table[criterion].isna().all():
        return None
    return choosing_k.best_k(table[criterion], criterion)


def depth(inertias):
    """How far an inertia curve hangs below the straight line between its ends, axes stretched to 0..1.

    Parameters
    ----------
    inertias : ndarray, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    return 1 - _stretched(inertias) - np.linspace(0, 1, len(inertias))


def _stretched(values):
    values = np.asarray(values, dtype=float)
    return (values - values.min()) / ((values.max() - values.min()) or 1)


def curve(report, criterion, *, k_max=None, sensitivity=1.0, k=None, width=SIDE, height=SIDE):
    """Draw a criterion over a range of k, with the k it picks.

    Parameters
    ----------
    report, criterion, sensitivity
        As in `pick`.
    k_max : int, optional
        By default all of the report.
    k : int, optional
        Marked as well.
    width, height : int, in pixels

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
    """
    k_max = k_max or max(report.fits)
    table, picked = report.table.loc[:k_max], pick(report, criterion, k_max, sensitivity=sensitivity)
    ks, level, error = table.index.to_numpy(), None, None
    if criterion == "knee":
        inertia, below = _stretched(table["inertia"]), depth(table["inertia"])
        peak = int(below.argmax()) if picked is None else picked - 1
        limit = below[peak] - sensitivity / max(k_max - 1, 1)
        curves = {"inertia, stretched to 0..1": inertia, "depth below the diagonal": below}
        level = (f"limit {limit:z.2f}" + (", never reached" if limit <= 0 else ""), ks[peak], limit)
    else:
        values = table[criterion].to_numpy()
        unit = 1000 if np.abs(values[np.isfinite(values)]).max(initial=0) >= 10_000 else 1
        better = f"{CRITERIA[criterion][1]} is better" if criterion != "gap" else "gap and its error"
        curves = {("in thousands, " if unit > 1 else "") + better: values / unit}
        error = table["gap error"].to_numpy() if criterion == "gap" else None
    return _draw(ks, curves, error=error, level=level, picked=picked, k=k, width=width, height=height)


def _draw(ks, curves, *, error, level, picked, k, width, height):
    """Curves in Pillow: Matplotlib would take longer than a slider can wait."""
    from PIL import Image, ImageDraw

    area = np.array([46, 22 * len(curves) + 26, width - 16, height - 40])  # left, top, right, bottom
    shown = np.concatenate([v[np.isfinite(v)] for v in curves.values()])
    low, high = (shown.min(), shown.max()) if shown.size else (0, 1)
    ticks = _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])
    margin = 0.06 * ((high - low) or 1)

    def place(x, y):
        """Pixel of a point; what lies below the chart is moved to its lower edge."""
        across = area[0] + 14 + (x - ks[0]) / max(ks[-1] - ks[0], 1) * (area[2] - area[0] - 28)
        up = (max(y, low - margin) - low + margin) / (high - low + 2 * margin)
        return float(across), float(area[3] - up * (area[3] - area[1]))

    canvas = Image.new("RGB", (2 * width, 2 * height), palettes.PAPER)  # halved below: smooth lines
    pen = ImageDraw.Draw(canvas)
    for tick in ticks:
        y = 2 * place(ks[0], tick)[1]
        pen.line([2 * area[0], y, 2 * area[2], y], fill=(228, 228, 228), width=2)
    for at, color, dashed in ((picked, palettes.FOUND, False), (k if k in ks else None, palettes.INK, True)):
        if at is not None:
            _vertical(pen, 2 * place(at, low)[0], 2 * area[1], 2 * area[3], color, dashed)
    if level is not None:
        ends = place(ks[0], 1), place(ks[-1], 0)
        pen.line([2 * c for end in ends for c in end], fill=(150, 150, 150), width=3)  # the diagonal
        (x, y), (end, _) = place(level[1], level[2]), place(ks[-1], level[2])
        for left in np.arange(2 * x, 2 * end, 16):
            pen.line([left, 2 * y, min(left + 8, 2 * end), 2 * y], fill=palettes.THIRD, width=4)
    for (name, values), (color, marker) in zip(curves.items(), ((palettes.TRUTH, 0), (palettes.FOUND, 1))):
        spots = [tuple(2 * c for c in place(x, y)) for x, y in zip(ks, values) if np.isfinite(y)]
        if len(spots) > 1:
            pen.line(spots, fill=color, width=6, joint="curve")
        if error is not None:
            for x, y, e in zip(ks, values, error):
                if not np.isfinite(y):
                    continue
                (x, top), (_, bottom) = place(x, y + e), place(x, y - e)
                pen.line([2 * x, 2 * top, 2 * x, 2 * bottom], fill=color, width=4)
        for x, y in spots:
            _spot(pen, x, y, color, marker)
    small = canvas.reduce(2)
    _words(ImageDraw.Draw(small), ks, curves, ticks, level, picked, k, area, place)
    return np.asarray(small)


def _vertical(pen, x, top, bottom, color, dashed):
    for y in np.arange(top, bottom, 20 if dashed else bottom):
        pen.line([x, y, x, min(y + 12, bottom) if dashed else bottom], fill=color, width=3 if dashed else 5)


def _spot(pen, x, y, color, square, r=8):
    draw = pen.rectangle if square else pen.ellipse
    draw([x - r, y - r, x + r, y + r], fill=color, outline=palettes.PAPER if r > 4 else None, width=2)


def _words(pen, ks, curves, ticks, level, picked, k, area, place):
    """All that is written: legend, numbers on the axes, the marked k."""
    letters, strong, ink = drawing.font(12), drawing.font(13, True), palettes.INK
    for row, (name, color) in enumerate(zip(curves, (palettes.TRUTH, palettes.FOUND))):
        y = 10 + 22 * row
        pen.line([area[0], y, area[0] + 26, y], fill=color, width=3)
        _spot(pen, area[0] + 13, y, color, row, r=4)
        pen.text((area[0] + 34, y), name, font=letters, fill=ink, anchor="lm")
    for tick in ticks:
        pen.text((area[0] - 6, place(ks[0], tick)[1]), f"{tick:g}", font=letters, fill=ink, anchor="rm")
    for x in ks:
        pen.text((place(x, ticks[0])[0], area[3] + 10), str(x), font=letters, fill=ink, anchor="mm")
    pen.text((area[0] - 6, area[3] + 10), "k", font=letters, fill=ink, anchor="rm")
    if level is not None:
        x, y = place(ks[-1], level[2])
        pen.text((x, y - 9), level[0], font=letters, fill=palettes.THIRD, anchor="rm", stroke_width=3,
                 stroke_fill=palettes.PAPER)
    marks = [(picked, f"picked: {picked}", palettes.FOUND, area[1] - 9), (k, f"your k: {k}", ink, area[3] + 28)]
    for at, text, color, y in marks:
        half = strong.getlength(text) / 2
        x = place(at, ticks[0])[0] if at in ks else (area[0] + area[2]) / 2
        if at is None and color != ink:
            text = "no k picked"
        if at in ks or color != ink:
            pen.text((min(max(x, half), area[2] + 14 - half), y), text, font=strong, fill=color, anchor="mm")


def _ticks(low, high):
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(4).tick_values(low, high)
    return [t + 0.0 for t in ticks if low - 1e-9 <= t <= high + 1e-9] or [low]


def paint(clusters, index, side=SIDE):
    """A picture painted by numbers: each pixel in the colour of its centre.

    Parameters
    ----------
    clusters : kmeans.Clusters
        Of the colours of the picture.
    index : ndarray of int, shape (rows, columns)
        The colour of each pixel, from `kmeans.unique_colors`.
    side : int, in pixels
        The longer side is brought near it by whole numbers; of large pictures only each second, third, ...
        pixel is shown.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
    """
    step = -(-max(index.shape) // side)
    colors = clusters.centers.round().astype(np.uint8).take(clusters.labels, axis=0)
    if colors.shape[1] == 1:
        colors = np.repeat(colors, 3, axis=1)
    painted = colors.take(index[::step, ::step], axis=0)
    return drawing.enlarge(painted, max(1, side // max(painted.shape[:2])))


def renderer(image, *, report=None, truth=None, k=4, k_max=10, sensitivity=1.0):
    """Make the function that paints a picture with k colours and asks a criterion.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3) or (rows, columns)
    report : choosing_k.Report, optional
        Of its colours, if it is known already; its range is that of `k`.
    truth : ndarray of int, shape (rows, columns), optional
        The true classes; adds the adjusted Rand index.
    k, k_max, sensitivity
        What `render` draws if it is not told.

    Returns
    -------
    callable
        ``render(k, k_max, sensitivity, criterion) -> Picture``. All clusters are found here, once.
    """
    colors = kmeans.unique_colors(image)
    n = len(colors.counts)
    if report is None:
        if n < 5:
            raise ValueError(f"image must have at least 5 different colours, or k is no question; it has {n}")
        report = choosing_k.report(colors, range(1, min(LARGEST, n - 1) + 1))
    what = "value" if np.ndim(image) == 2 else "colour"
    largest, first = max(report.fits), report.fits[1].inertia
    start_k, start_range = min(k, largest), min(k_max, largest)

    @lru_cache(maxsize=largest)
    def painted(k):
        return paint(report.fits[k], colors.index)

    @lru_cache(maxsize=largest)
    def labels_of(k):
        return report.fits[k].labels.astype(np.int16).take(colors.index)

    @lru_cache(maxsize=largest)
    def rand(k):
        return scores.rand_from_table(scores.overlap_table(truth, labels_of(k)))

    @lru_cache(maxsize=64)
    def chart(*settings):
        k, k_max, sensitivity, criterion = settings
        return curve(report, criterion, k_max=k_max, sensitivity=sensitivity, k=k)

    def render(k=start_k, k_max=start_range, sensitivity=sensitivity, criterion="knee"):
        picked = pick(report, criterion, k_max, sensitivity=sensitivity)
        answer = "picks none" if picked is None else f"picks {picked}"
        share = f"inertia {report.fits[k].inertia / first:.1%}".replace("%", " % of that of one cluster")
        agreement = "" if truth is None else f", ARI to the truth {rand(k):z.2f}"
        idle = "" if criterion == "knee" else ", which only the knee uses"
        outside = "" if k <= k_max else f" k = {k} lies outside of that range."
        text = (f"Painted with k = {k} colour{'s' * (k > 1)}: {share}{agreement}. {CRITERIA[criterion][0]} over k = 1 to {k_max} "
                f"(sensitivity {sensitivity:g}{idle}) {answer}.{outside}")
        return figures.panels([painted(k), chart(k, k_max, sensitivity, criterion)],
                              [f"Painted with {k} colour{'s' * (k > 1)}", f"{CRITERIA[criterion][0]}, k = 1 to {k_max}: {answer}"],
                              alt=text, factor=1,
                              reads=[{what: image, "cluster": labels_of(k)}, None])

    render.largest = largest
    return render


def explorer(image, *, report=None, truth=None, k=4, k_max=10, sensitivity=1.0):
    """The sliders of lesson 04 on one picture.

    Parameters
    ----------
    image, report, truth, k, k_max, sensitivity
        As in `renderer`.

    Returns
    -------
    Explorer
    """
    render = renderer(image, report=report, truth=truth, k=k, k_max=k_max, sensitivity=sensitivity)
    largest = render.largest
    k_max = min(k_max, largest)
    return Explorer(render, "Explorer: how many clusters?",
                    k=slider("k (clusters)", min(k, largest), 1, largest),
                    k_max=slider("largest k", k_max, min(4, k_max), largest),
                    sensitivity=slider("sensitivity", float(sensitivity), 0.0, max(10.0, sensitivity), 0.5),
                    criterion=choice("criterion", [(label, name) for name, (label, _) in CRITERIA.items()], "knee"))
