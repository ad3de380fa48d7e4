"""Rows of lesson 08: each method as the library runs it, and the plain call on pixels.

    python benchmarks/method_rows.py ["mean shift" ...]   these rows alone, as Markdown

The plain call gets the same settings and the same colours. Where it cannot run at full size within
a gigabyte, or takes more than about ten seconds, both run on a smaller copy, and the row says so.
The score is the adjusted Rand index: to the truth on the landscape; on the photograph, which has
none, of the two label maps to each other.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
from scipy.spatial import KDTree
from skimage.segmentation import felzenszwalb
from sklearn.cluster import (
    DBSCAN,
    HDBSCAN,
    AgglomerativeClustering,
    KMeans,
    MeanShift,
    spectral_clustering,
)
from sklearn.feature_extraction.image import grid_to_graph, img_to_graph
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from lessons_lib import clusterings, features, images, scenes, scores
from lessons_lib.colors import unique_colors
from spectral_rows import interleaved

SEED, LEVEL_OF_K, LEVEL = 0, 2, 5
PICTURES = {"landscape 512": lambda size=512: scenes.terrain(size, seed=SEED),
            "photograph 640": lambda size=640: scenes.photograph("flower", size)}
# How far the plain call goes in a gigabyte and about ten seconds: the longer side, in pixels.
LARGEST = {
    "landscape 512": {"Gaussian mixture": 256, "Ward": 128, "DBSCAN": 180, "HDBSCAN": 128,
                      "region graph": 96, "spectral": 128},
    "photograph 640": {"Gaussian mixture": 320, "Ward": 320, "DBSCAN": 320, "HDBSCAN": 160,
                       "region graph": 160, "spectral": 160},
}
BAR = {"DBSCAN": 10, "mean shift": 10, "Ward": 10}
LOSS = {"k-means": 0.02, "DBSCAN": 0.02, "mean shift": 0.02}  # the methods that take weights
TITLE = (
    "\n\n## Methods of lesson 08\n\nThe plain call on every pixel and the library, with the same "
    "settings, in turns, one thread each. ARI is that of the plain call and of ours with the "
    "truth; the photograph has none, so there it is that of the two with each other. Where the "
    "plain call does not fit a gigabyte or about ten seconds, both ran on a smaller copy. Peak "
    "memory is that of a process that runs ours once at full size, imports included.\n\n"
)
MEASURE = """
import sys
sys.path.insert(0, sys.argv[1])
import method_rows
method_rows.ours(method_rows.PICTURES[sys.argv[2]]().image, sys.argv[3])
# Not the resource module: what it tells a process begins with the peak of its parent.
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def settings(method):
    return clusterings.at_level(method, LEVEL_OF_K if clusterings.MAIN[method] == "k" else LEVEL)


def ours(image, method):
    return clusterings.segment(image, method, **settings(method)).labels


def plain(image, method):
    """The call that stands in the documentation, on every pixel."""
    [value] = settings(method).values()
    shape = image.shape[:2]
    lab = features.convert(image.reshape(-1, 3), "CIELAB")
    if method == "k-means":
        labels = KMeans(value, n_init=10, random_state=SEED).fit_predict(image.reshape(-1, 3))
    elif method == "Gaussian mixture":
        labels = GaussianMixture(value, reg_covar=1.0, n_init=3, random_state=SEED).fit_predict(lab)
    elif method == "Ward":
        near = grid_to_graph(*shape)
        labels = AgglomerativeClustering(value, connectivity=near).fit_predict(lab)
    elif method == "DBSCAN":
        labels = DBSCAN(eps=value, min_samples=round(0.002 * len(lab))).fit_predict(lab)
    elif method == "HDBSCAN":
        size = max(2, round(value * len(lab) / 1000))  # ours counts superpixels
        labels = HDBSCAN(min_cluster_size=size, copy=True).fit_predict(lab)
    elif method == "mean shift":
        labels = MeanShift(bandwidth=value, bin_seeding=True).fit_predict(lab)
    elif method == "region graph":
        pixels = np.arange(len(lab)).reshape(shape)
        labels = clusterings.merge_neighbours(pixels, lab, np.ones(len(lab)), value)
    elif method == "Felzenszwalb":
        labels = felzenszwalb(image, scale=value, sigma=0.8, min_size=50)
    else:
        near = img_to_graph(255 * images.gray(image))
        near.data = np.exp(-30.0 * near.data / near.data.std()) + 1e-6
        labels = spectral_clustering(near, n_clusters=value, random_state=SEED)
    return np.reshape(labels, shape)


def neighbours_gb(image, eps):
    """What DBSCAN's lists of neighbours would take on every pixel, in GB, from 500 drawn pixels."""
    colors = unique_colors(image)
    points, counts = features.convert(colors.values, "CIELAB"), colors.counts
    drawn = np.random.default_rng(SEED).choice(len(points), 500, p=counts / counts.sum())
    near = KDTree(points).query_ball_point(points[drawn], eps)
    return 8 * np.mean([counts[one].sum() for one in near]) * counts.sum() / 1e9


def peak_mb(picture, method):
    """The largest memory of a new process that runs our side once, in MB; on Linux."""
    here = str(Path(__file__).parent)
    run = subprocess.run([sys.executable, "-c", MEASURE, here, picture, method], check=True,
                         capture_output=True, text=True)
    return int(run.stdout) * 1024 / 1e6


def _row(picture, method, repeats):
    size = LARGEST[picture].get(method)
    scene = PICTURES[picture](*([size] if size else []))
    (theirs, mine), (slow, fast) = interleaved(
        [lambda: plain(scene.image, method), lambda: ours(scene.image, method)], repeats)
    if scene.truth is None:
        loss, score = None, f"{scores.adjusted_rand(theirs, mine):z.2f} to each other"
        fine = method not in LOSS or scores.adjusted_rand(theirs, mine) >= 1 - LOSS[method]
    else:
        two = [scores.adjusted_rand(scene.truth, one) for one in (theirs, mine)]
        loss = two[0] - two[1]
        score = f"{two[0]:z.2f} / {two[1]:z.2f}, loss {loss:z.2f}"
        fine = loss <= LOSS.get(method, 1)
    full = PICTURES[picture]().image
    _, [alone] = interleaved([lambda: ours(full, method)], repeats)
    note = "" if size is None else f"{scene.image.shape[0]} x {scene.image.shape[1]} px"
    if method == "DBSCAN":
        eps = settings(method)["eps"]
        note += (f"; its lists of neighbours take {neighbours_gb(scene.image, eps):.2f} GB, and "
                 f"{neighbours_gb(full, eps):.0f} GB at full size")
    memory = peak_mb(picture, method)
    met = slow / fast >= BAR.get(method, 0) and fine and memory < 1000
    bars = [f"{BAR[method]} times"] if method in BAR else []
    bars += [f"loss {LOSS[method]}"] if method in LOSS else []
    return {"method": method, "picture": picture, "on pixels": f"{slow:.2f} s",
            "ours": f"{fast:.3f} s", "value": f"{slow / fast:.1f} times", "ARI": score,
            "compared at": note or "full size", "ours at full size": f"{alone:.2f} s",
            "peak memory": f"{memory:.0f} MB", "bar": ", ".join([*bars, "1 GB"]), "met": bool(met)}


def rows(methods=tuple(clusterings.METHODS), repeats=1):
    """All rows: nine methods, two pictures."""
    for picture in PICTURES:
        for method in methods:
            made = _row(picture, method, repeats)
            print(made, file=sys.stderr, flush=True)
            yield made


if __name__ == "__main__":
    from run import table

    with threadpool_limits(1):
        found = list(rows(sys.argv[1:] or tuple(clusterings.METHODS)))
    print(table(found, list(found[0])))
