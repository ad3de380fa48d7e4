"""Lesson 04: a picture painted with k colours, and what each criterion says of k."""

from functools import lru_cache

import numpy as np

from lessons_lib import choosing_k, curves, drawing, figures, kmeans, scores
from lessons_lib.colors import unique_colors
from lessons_lib.explorers.base import Explorer, choice, slider

LARGEST = 15  # clusters, where no report says otherwise


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
    colors = unique_colors(image)
    n = len(colors.counts)
    if report is None:
        if n < 5:
            raise ValueError("image must have at least 5 different colours, or k is no question; "
                             f"it has {n}")
        report = choosing_k.report(colors, range(1, min(LARGEST, n - 1) + 1))
    what = "value" if np.ndim(image) == 2 else "colour"
    least, largest = min(report.fits), max(report.fits)
    first = kmeans.fit_colors(colors, 1).inertia  # a report may start at 2
    start_k, start_range = min(k, largest), min(k_max, largest)

    @lru_cache(maxsize=largest)
    def painted(k):
        return drawing.paint_by_numbers(report.fits[k], colors.index, side=curves.SIDE)

    @lru_cache(maxsize=largest)
    def labels_of(k):
        return report.fits[k].labels.astype(np.int16).take(colors.index)

    @lru_cache(maxsize=largest)
    def rand(k):
        return scores.rand_from_table(scores.overlap_table(truth, labels_of(k)))

    @lru_cache(maxsize=64)
    def chart(k, k_max, sensitivity, criterion):
        return curves.draw(report, criterion, k_max=k_max, sensitivity=sensitivity, k=k)

    def render(k=start_k, k_max=start_range, sensitivity=sensitivity, criterion="knee"):
        picked = choosing_k.pick(report, criterion, k_max, sensitivity=sensitivity)
        answer = "picks none" if picked is None else f"picks {picked}"
        share = 100 * report.fits[k].inertia / first
        agreement = "" if truth is None else f", ARI to the truth {rand(k):z.2f}"
        idle = "" if criterion == "knee" else ", which only the knee uses"
        outside = "" if k <= k_max else f" k = {k} lies outside of that range."
        name = choosing_k.CRITERIA[criterion][0]
        plural = "s" if k > 1 else ""
        text = (f"Painted with k = {k} colour{plural}: inertia {share:.1f} % of that of one "
                f"cluster{agreement}. {name} over k = 1 to {k_max} (sensitivity "
                f"{sensitivity:g}{idle}) {answer}.{outside}")
        chosen = chart(k, k_max, sensitivity, criterion)
        return figures.panels(
            {f"Painted with {k} colour{plural}": painted(k),
             f"{name}, k = 1 to {k_max}: {answer}": chosen},
            alt=text, factor=1, reads=[{what: image, "cluster": labels_of(k)}, None])

    render.least, render.largest = least, largest
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
    names = [(label, name) for name, (label, _) in choosing_k.CRITERIA.items()]
    most = max(10.0, sensitivity)
    return Explorer(
        render, "Explorer: how many clusters?",
        k=slider("k (clusters)", max(render.least, min(k, largest)), render.least, largest),
        k_max=slider("largest k", k_max, min(4, k_max), largest),
        sensitivity=slider("sensitivity", float(sensitivity), 0.0, most, 0.5),
        criterion=choice("criterion", names, "knee"))
