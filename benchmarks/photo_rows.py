"""Rows of lesson 06: the tutorial's table, cloud and k-means of a photograph, and ours."""

import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.cluster import KMeans

from landscape_rows import _row
from lessons_lib import clouds, features, images, kmeans
from lessons_lib.colors import bin_colors, unique_colors
from spectral_rows import interleaved

PHOTO, K, SEED = "coffee", 4, 42


def tutorial_frame(image):
    """Three flattened channels as rows, then turned over."""
    frame = pd.DataFrame([image[:, :, c].flatten() for c in range(3)]).T
    frame.columns = ["red", "green", "blue"]
    return frame


def tutorial_cloud(frame):
    """Every pixel a dot in a Matplotlib axes, its colour from a list of tuples."""
    listed = list(zip(*(frame[name].to_list() for name in frame.columns)))
    norm = colors.Normalize(vmin=0, vmax=1.0)
    norm.autoscale(listed)
    figure = Figure(figsize=(12, 10))
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot(projection="3d")
    axes.scatter3D(frame["red"], frame["green"], frame["blue"], c=norm(listed).tolist(), alpha=0.55)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def our_cloud(image):
    """Bins of like colours as discs by their number of pixels."""
    bins = bin_colors(unique_colors(image))
    clouds.draw_3d(bins.values, bins.counts, colors=bins.values)
    return int(bins.counts.sum())


def rows(repeats=5):
    """All rows of the photograph lesson."""
    image = images.load(PHOTO)
    made = []
    (theirs, mine), (slow, fast) = interleaved(
        [lambda: tutorial_frame(image), lambda: features.to_frame(image)], repeats
    )
    same = bool((theirs.to_numpy() == mine.to_numpy()).all() and list(theirs) == list(mine))
    row = _row(f"table of {len(mine):,} pixels", slow, fast, 1000, f"frames equal: {same}", same)
    row["ours"], row["value"] = f"{fast:.6f} s", f"{slow / fast:,.0f} times"
    row["bar"] = "1,000 times"
    made.append(row)

    (_, drawn), (slow, fast) = interleaved(
        [lambda: tutorial_cloud(mine), lambda: our_cloud(image)], repeats
    )
    made.append(_row("cloud of colours in space", slow, fast, 40,
                     f"pixels counted in our discs: {drawn:,}", drawn == len(mine)))

    pixels = image.reshape(-1, 3)
    (plain, found), (slow, fast) = interleaved(
        [
            lambda: KMeans(K, n_init=10, random_state=SEED).fit(pixels),
            lambda: kmeans.segment(image, K, n_init=10),
        ],
        repeats,
    )
    away = pixels - found.centers[found.labels.ravel()]
    ratio = float((away ** 2).sum()) / plain.inertia_
    made.append(_row(f"k-means on a photograph, k = {K}, ten starts", slow, fast, 9,
                     f"our inertia / scikit-learn's on all pixels: {ratio:.4f}", ratio <= 1.002))
    return made
