"""How labels are read off eigenvectors, drawn for two of them."""

import numpy as np

from lessons_lib import _assignment, figures, palettes, spectral

_FADED = "#888888"


def sketch(vectors, *, seed=0):
    """Two eigenvectors as points of a plane, and what each method lays over them.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, 2)
        ``embed(...).vectors[:, :2]``.
    seed : int
        Draws the point that *discretize* starts from.

    Returns
    -------
    Picture
        Three charts: the centres of k-means; the two points that *cluster_qr* picks, and its axes;
        the axes of *discretize* before and after they are turned.

    Examples
    --------
    >>> from lessons_lib import graphs
    >>> bonds = graphs.affinity(graphs.pixel_graph(np.arange(60.0).reshape(6, 10) ** 2))
    >>> sketch(spectral.embed(bonds, 2).vectors).rgb.shape[2]
    3
    """
    vectors = np.asarray(vectors, dtype=float)
    if vectors.ndim != 2 or vectors.shape[1] != 2 or len(vectors) < 2:
        raise ValueError("vectors must be two eigenvectors of at least 2 nodes, of shape (n, 2); "
                         f"their shape is {vectors.shape}")
    figure, axes = figures.chart(9.4, 3.6, columns=3)
    titles = ("k-means: each point to\nthe nearer of two centres",
              "cluster_qr: two unlike points,\nan axis through each",
              "discretize: turn two axes\nuntil they fit (points on a circle)")
    with figures.style():
        for ax, title, draw in zip(axes, titles, (_centers, _unlike, _turned)):
            draw(ax, vectors, seed)
            ax.set_title(title, fontsize=11)
            ax.axhline(0, color=_FADED, linewidth=0.6, zorder=0)
            ax.axvline(0, color=_FADED, linewidth=0.6, zorder=0)
            ax.margins(0.12)
            ax.grid(False)
            ax.set(xticks=[], yticks=[], xlabel="eigenvector 0", box_aspect=0.95)
            ax.set_aspect("equal", adjustable="datalim")
        axes[0].set_ylabel("eigenvector 1")
    counts = [np.sort(np.bincount(spectral.assign(vectors, 2, method), minlength=2)).tolist()
              for method in spectral.METHODS]
    told = "; ".join(f"{method} {small} and {large} points"
                     for method, (small, large) in zip(spectral.METHODS, counts))
    return figures.finish(figure, alt=f"Each pixel is a point: eigenvector 1 against eigenvector "
                          f"0. {'. '.join(t.replace(chr(10), ' ') for t in titles)}. Their two "
                          f"groups: {told}.")


def _centers(ax, vectors, seed):
    labels = spectral.assign(vectors, 2, "kmeans")
    _points(ax, vectors, labels)
    centers = np.array([vectors[labels == one].mean(axis=0) for one in np.unique(labels)])
    ax.scatter(*centers.T, marker="X", s=150, color=palettes.FOUND, edgecolor="white", zorder=4)
    ax.scatter(0, 0, s=0)  # so that all three show the zero point


def _unlike(ax, vectors, seed):
    rows, axes = spectral.unlike_rows(vectors)
    _points(ax, vectors, spectral.assign(vectors, 2, "cluster_qr"))
    ax.scatter(*vectors[rows].T, s=130, facecolor="none", edgecolor=palettes.FOUND, linewidth=2,
               zorder=4)
    towards = np.sign((vectors[rows] * axes.T).sum(axis=1))  # the side of its point
    for axis in axes.T * towards[:, None]:
        _arrow(ax, axis, 1.1 * np.abs(vectors @ axis).max(), palettes.FOUND)


def _turned(ax, vectors, seed):
    rows = vectors / np.linalg.norm(vectors, axis=0)
    rows = rows / np.linalg.norm(rows, axis=1)[:, None]
    first = int(np.random.default_rng(seed).integers(len(rows)))
    labels = spectral.discretize(vectors, start=first)
    _points(ax, rows, labels)
    start = rows[first], rows[np.abs(rows @ rows[first]).argmin()]
    u, _, vt = np.linalg.svd(_assignment.sums_of(rows, labels, 2)[0])
    for axis in start:
        _arrow(ax, axis, 1.15, _FADED, dashed=True)
    for axis in u @ vt:
        _arrow(ax, axis, 1.15, palettes.FOUND)


def _points(ax, points, labels):
    large = np.bincount(labels).argmax()  # one look for the larger group in all charts
    for mine, marker, color in ((labels == large, "o", 0), (labels != large, "s", 1)):
        ax.scatter(*points[mine].T, s=24, marker=marker, linewidth=0.3, edgecolor="#1A1A1A",
                   color=[palettes.LABELS[color] / 255], zorder=3)


def _arrow(ax, axis, length, color, dashed=False):
    ax.annotate("", xy=axis * length, xytext=(0, 0), zorder=2,
                arrowprops={"arrowstyle": "->", "color": color, "linewidth": 2,
                            "linestyle": "--" if dashed else "-", "shrinkA": 0, "shrinkB": 0})
    ax.scatter(*(axis * length), s=0)  # an arrow alone does not widen the axes
