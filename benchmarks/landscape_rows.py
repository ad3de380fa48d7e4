"""Rows of lessons 03, 04 and 05: the tutorial's loops and calls, and ours."""

import time
from statistics import median

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from noise import pnoise2
from skimage.measure import label, regionprops
from skimage.segmentation import find_boundaries
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from lessons_lib import annotations, choosing_k, drawing, kmeans, landscape, maps, regions, scores
from lessons_lib.colors import unique_colors
from spectral_rows import interleaved

SIZE, SEED = 512, 42


def loop_landscape(size=SIZE, width=0.06):
    """Heights and colours, one pixel at a time, as in the tutorial."""
    heights = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            heights[i, j] = pnoise2(i / 100.0, j / 100.0, octaves=6, persistence=0.5,
                                    lacunarity=2.0)
    heights = (heights - heights.min()) / (heights.max() - heights.min())
    colors = landscape.COLORS.tolist()
    image = np.zeros((size, size, 3), np.uint8)
    for i in range(size):
        for j in range(size):
            image[i, j] = _color(heights[i, j], width, colors)
    return image


def _color(height, width, colors):
    for level, low, high in zip(landscape.LEVELS, colors[:-1], colors[1:]):
        if height < level - width:
            return low
        if height < level + width:
            t = (height - (level - width)) / (2 * width)
            return (1 - t) * np.array(low) + t * np.array(high)
    return colors[-1]


def tutorial_kmeans(image, k):
    """One start on all pixels."""
    return KMeans(n_clusters=k, random_state=SEED).fit(image.reshape(-1, 3))


def tutorial_elbow(image):
    """Every k fitted twice, as in the tutorial."""
    inertias = []
    for k in range(1, 11):
        tutorial_kmeans(image, k)
        inertias.append(tutorial_kmeans(image, k).inertia_)
    return inertias


def our_elbow(image):
    found = choosing_k.fits(unique_colors(image), range(1, 11), n_init=10)
    return [one.inertia for one in found.values()]


def tutorial_markers(image, labels, classes):
    """Borders at half strength and one scatter call for each region, at its centroid."""
    figure = Figure(figsize=(6, 6))
    canvas = FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.imshow(image)
    axes.imshow(find_boundaries(labels, mode="thick"), alpha=0.5)
    points = []
    for region in regionprops(label(labels)):
        row, column = region.centroid
        kind = classes[labels[int(row), int(column)]]
        axes.scatter(column, row, marker="os^p"[kind], color="salmon", s=100, edgecolor="black")
        points.append((int(row), int(column), region.label))
    canvas.draw()
    return points, label(labels)


def our_markers(image, labels, classes):
    """Borders in two tones and a marker inside each region."""
    found = regions.connected(labels)
    points = regions.inner_points(found.labels)
    spots = [p[:2] for p in points.values()]
    annotations.mark(drawing.outline(image, labels), spots, classes[found.classes])
    return [(*p[:2], number) for number, p in points.items()], found.labels


def outside(points, parts):
    return np.mean([parts[row, column] != number for row, column, number in points])


def _row(name, slow, fast, bar, check, fine):
    return {
        "row": name,
        "tutorial": f"{slow:.2f} s",
        "ours": f"{fast:.4f} s",
        "value": f"{slow / fast:.1f} times",
        "bar": f"{bar} times",
        "met": bool(slow / fast >= bar and fine),
        "check": check,
    }


def rows(repeats=5):
    """All rows of the landscape lessons."""
    made = []
    (theirs, scene), (slow, fast) = interleaved(
        [loop_landscape, lambda: landscape.make(SIZE)], repeats
    )
    same = bool((theirs == scene.image).all())
    made.append(_row("landscape 512, heights and colours", slow, fast, 25,
                     f"pictures identical: {same}", same))

    image = scene.image
    (plain, found), (slow, fast) = interleaved(
        [lambda: tutorial_kmeans(image, 7), lambda: kmeans.segment(image, 7, n_init=10)],
        repeats + 4,
    )
    ratio = found.inertia / plain.inertia_
    made.append(_row("k-means, k = 7: one start on pixels, ten on colours", slow, fast, 8,
                     f"our inertia / the tutorial's: {ratio:.4f}", ratio <= 1 + 1e-9))

    (theirs, mine), (slow, fast) = interleaved(
        [lambda: tutorial_elbow(image), lambda: our_elbow(image)], repeats
    )
    worst = max(m / t for m, t in zip(mine, theirs))
    made.append(_row("elbow, k = 1 to 10", slow, fast, 25,
                     f"largest ratio of inertias, ours / tutorial: {worst:.4f}",
                     worst <= 1 + 1e-6))
    made.append(silhouette_row(image, found.labels))

    labels, classes = named(image)
    ((spots, parts), (ours, our_parts)), (slow, fast) = interleaved(
        [
            lambda: tutorial_markers(image, labels, classes),
            lambda: our_markers(image, labels, classes),
        ],
        repeats,
    )
    lost, kept = outside(spots, parts), outside(ours, our_parts)
    check = (f"markers outside their region: {100 * lost:.0f} % of {len(spots)} / "
             f"{100 * kept:.0f} % of {len(ours)}")
    made.append(_row("borders and markers on the map", slow, fast, 7, check, kept == 0))
    return made


def named(image):
    """The tutorial's seven clusters and the class of each."""
    fit = tutorial_kmeans(image, 7)
    classes = maps.name_clusters(fit.cluster_centers_, landscape.COLORS, landscape.NAMES).classes
    return fit.labels_.reshape(image.shape[:2]), classes


def silhouette_row(image, labels, sample=8000, repeats=5):
    """Exact on all pixels against scikit-learn's on a sample, its time scaled by the square."""
    colors = unique_colors(image)
    of_color = np.empty(len(colors.counts), int)
    of_color[colors.index] = labels
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        scores.silhouette(colors.values, of_color, weights=colors.counts)
        times.append(time.perf_counter() - begin)
    drawn = np.random.default_rng(0).choice(labels.size, sample, replace=False)
    begin = time.perf_counter()
    theirs = silhouette_score(image.reshape(-1, 3)[drawn], labels.ravel()[drawn])
    slow = (time.perf_counter() - begin) * (labels.size / sample) ** 2
    index, counts = np.unique(colors.index.ravel()[drawn], return_counts=True)
    mine = scores.silhouette(colors.values[index], of_color[index], weights=counts)
    fine = abs(theirs - mine) < 1e-9
    check = (f"scikit-learn estimated from {sample} pixels, times ({labels.size} / {sample}) "
             f"squared; difference on that sample {abs(theirs - mine):.0e}")
    return {
        "row": "exact silhouette of 262,144 pixels",
        "tutorial": f"about {slow / 60:.0f} min",
        "ours": f"{median(times):.4f} s",
        "value": f"{1000 * median(times):.1f} ms",
        "bar": "10 ms",
        "met": bool(median(times) < 0.01 and fine),
        "check": check,
    }
