"""Lesson 02: a whole photograph under the sliders, by superpixels."""

from functools import lru_cache

import numpy as np
from scipy import sparse
from scipy.ndimage import gaussian_filter

from lessons_lib import drawing, figures, graphs, scores, spectral
from lessons_lib.explorers.base import Explorer, choice, slider, stops
from lessons_lib.regions import number_in_reading_order

SUPERPIXELS = (500, 1000, 1500, 2000, 2500)
_METHODS = [("k-means", "kmeans"), ("discretize", "discretize"), ("cluster_qr", "cluster_qr")]


def renderer(image, truth=None, *, sigma=2.0, eps=1e-6):
    """Make the function that draws the segmentation of one photograph.

    Parameters
    ----------
    image : ndarray, shape (rows, columns)
        Grey values 0..255.
    truth : ndarray of int, shape (rows, columns), optional
        Objects to look for, -1 elsewhere; adds how many were found. Regions that find one bear its
        number, the others none.
    sigma : float, in pixels
        Smoothing before differences are taken.
    eps : float
        See `graphs.affinity`.

    Returns
    -------
    callable
        ``render(regions, beta, method, superpixels) -> Picture``. What a slider does
        not change is kept: the graph, the superpixels, the eigenvectors.
    """
    smooth = gaussian_filter(image, sigma)
    graph = graphs.pixel_graph(smooth)
    # Bonds are symmetric, so half of them do; `affinity` divides by the deviation of what it gets.
    half = sparse.triu(graph, format="csr")
    rescale = half.data.std() / (graph.data.std() or 1.0)
    photo = drawing.to_rgb(image)

    @lru_cache(maxsize=len(SUPERPIXELS))
    def pieces_of(n):
        n = min(n, smooth.size)  # a picture may be small
        return graphs.superpixels(smooth / 255.0, n, compactness=0.2)

    @lru_cache(maxsize=8)
    def contracted(beta, superpixels):
        part = graphs.contract(graphs.affinity(half, beta * rescale, eps), pieces_of(superpixels))
        return part + part.T

    @lru_cache(maxsize=8)
    def vectors_of(beta, superpixels, n):
        return spectral.embed(contracted(beta, superpixels), n, tol=1e-6).vectors

    def render(regions=35, beta=30.0, method="kmeans", superpixels=2000):
        pieces = pieces_of(superpixels)
        n = -(-regions // 8) * 8  # in steps, so that most moves of this slider compute nothing
        labels = number_in_reading_order(
            spectral.assign(vectors_of(beta, superpixels, n), regions, method))
        cut = scores.normalized_cut(contracted(beta, superpixels), labels)
        labels = labels[pieces]
        text = (f"{regions} regions from {pieces.max() + 1} superpixels, beta {beta:g}, {method}: "
                f"normalised cut {cut:.3f}")
        numbers = True
        if truth is not None and truth.max() >= 0:
            iou = scores.matched_iou(truth, labels)
            labels = scores.numbers_like(truth, labels)[labels]
            numbers = range(len(iou))
            text += (f"; {(iou >= 0.5).sum()} of {len(iou)} objects found, "
                     f"mean IoU {iou.mean():.2f}")
        return figures.panels({"Borders": drawing.outline(photo, labels),
                               "Regions": drawing.paint(labels, image=photo, numbers=numbers)},
                              alt=text + ".", factor=1,
                              reads={"value": image, "region": labels})

    render.prepare = lambda: [pieces_of(n) for n in SUPERPIXELS]
    return render


def explorer(image, truth=None, *, sigma=2.0, eps=1e-6, regions=35, beta=30.0):
    """The sliders of lesson 02 on a photograph at full size.

    Parameters
    ----------
    image, truth, sigma, eps
        As in `renderer`.
    regions, beta
        Where the sliders start.

    Returns
    -------
    Explorer
    """
    render = renderer(np.asarray(image), truth, sigma=sigma, eps=eps)
    render.prepare()
    return Explorer(render, "Explorer: coins at full size",
                    regions=slider("regions", regions, 2, 48),
                    beta=slider("beta", beta, 0.0, 40.0, 1.0),
                    method=choice("assignment", _METHODS),
                    superpixels=stops("superpixels", SUPERPIXELS, 2000))
