"""Rows of lessons 01 and 02: scikit-learn's examples as published, and ours."""

import time
from statistics import median

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.data import coins
from skimage.transform import rescale
from sklearn.cluster import spectral_clustering
from sklearn.feature_extraction.image import img_to_graph

from lessons_lib import _assignment, graphs, scores, spectral

K, BETA, EPS, SEED = 29, 10, 1e-6, 42
ORDER = ("kmeans", "discretize", "cluster_qr")


def tutorial(image):
    """Three calls of spectral_clustering, as in the published example."""
    graph = img_to_graph(image)
    graph.data = np.exp(-BETA * graph.data / graph.data.std()) + EPS
    return {method: spectral_clustering(graph, n_clusters=K, eigen_tol=1e-7, assign_labels=method,
                                        random_state=SEED) for method in ORDER}


def same_start(n):
    """The pixel from which the tutorial's `discretize` starts: its second random draw."""
    state = np.random.RandomState(SEED)
    state.uniform(size=n)
    return state.randint(n)


def ours(image):
    """The same three results from one embedding."""
    bonds = graphs.affinity(graphs.pixel_graph(image), BETA, EPS)
    vectors = spectral.embed(bonds, K, tol=1e-7).vectors
    first = spectral.cluster_qr(vectors)
    return {"cluster_qr": first, "kmeans": _assignment.kmeans(vectors, first),
            "discretize": spectral.discretize(vectors, start=same_start(image.size))}


def ours_superpixels(image, n_segments=3000):
    """Three results at full size, by superpixels."""
    bonds = graphs.affinity(graphs.pixel_graph(image), BETA, EPS)
    pieces = graphs.superpixels(image, n_segments)
    vectors = spectral.embed(graphs.contract(bonds, pieces), K, tol=1e-7).vectors
    return {method: spectral.assign(vectors, K, method)[pieces] for method in ORDER}


def interleaved(functions, repeats):
    """Run the functions in turns; returns their last results and median seconds."""
    results, seconds = {}, {f: [] for f in functions}
    for _ in range(repeats):
        for f in functions:
            begin = time.perf_counter()
            results[f] = f()
            seconds[f].append(time.perf_counter() - begin)
    return [results[f] for f in functions], [median(seconds[f]) for f in functions]


def _row(name, slow, fast, bar, check, fine):
    ratio = slow / fast
    return {
        "row": name,
        "tutorial": f"{slow:.2f} s",
        "ours": f"{fast:.3f} s",
        "value": f"{ratio:.1f} times",
        "bar": f"{bar} times",
        "met": bool(ratio >= bar and fine),
        "check": check,
    }


def small(repeats):
    """Three assignments at 20 % of the size."""
    image = rescale(gaussian_filter(coins(), 2), 0.2, mode="reflect", anti_aliasing=False)
    (theirs, mine), (slow, fast) = interleaved(
        [lambda: tutorial(image), lambda: ours(image)], repeats
    )
    rand = {m: scores.adjusted_rand(theirs[m], mine[m]) for m in ORDER}
    check = "ARI to the tutorial's labels: " + ", ".join(f"{m} {r:.3f}" for m, r in rand.items())
    fine = min(rand.values()) >= 0.99
    return [_row("coins at 20 %, three assignments", slow, fast, 5, check, fine)]


def full(repeats):
    """Three assignments at full size, every pixel against superpixels."""
    image = rescale(gaussian_filter(coins(), 2), 1.0, mode="reflect", anti_aliasing=False)
    (theirs, mine), (slow, fast) = interleaved(
        [lambda: tutorial(image), lambda: ours_superpixels(image)], repeats)
    bonds = graphs.affinity(graphs.pixel_graph(image), BETA, EPS)
    cuts = {m: (scores.normalized_cut(bonds, theirs[m]), scores.normalized_cut(bonds, mine[m]))
            for m in ORDER}
    check = "normalised cut: " + ", ".join(f"{m} {a:.4f} / {b:.4f}" for m, (a, b) in cuts.items())
    best = [min(c[i] for c in cuts.values()) for i in (0, 1)]
    fine = best[1] <= 1.1 * best[0]
    return [_row("coins at full size, three assignments", slow, fast, 90, check, fine)]
