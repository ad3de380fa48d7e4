"""Nine ways to cut a picture, with one face: a picture in, a label map and what it needed out.

scikit-learn and scikit-image do the work. What makes it feasible stands here: methods that take
weights run on bins of like colours, each counted with its pixels; the others run on superpixels,
each with its mean colour. `Clustering.on` says which.
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.spatial import KDTree
from scipy.spatial.distance import cdist

from lessons_lib import _checks, _threads, features, images, kmeans, regions, spectral
from lessons_lib.colors import bin_colors, unique_colors

# Bytes that a method may ask for at once.
MEMORY = 1_000_000_000


class Clustering(NamedTuple):
    """A picture cut by one method.

    Attributes
    ----------
    labels : ndarray of int32, shape (rows, columns)
        0, 1, ... in reading order of their first pixels; -1 is noise.
    on : str
        What the method saw, such as "1,873 bins of colours" or "980 superpixels".
    told : dict
        What it had to be told.

    Examples
    --------
    >>> Clustering(np.array([[0, 1]]), "2 colours", {"k": 2}).told
    {'k': 2}
    """

    labels: np.ndarray
    on: str
    told: dict


def superpixels(image, n_segments=1000, *, compactness=10.0):
    """Cut a picture into small pieces of nearly one colour, and average each.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3) or (rows, columns)
    n_segments : int
        About how many.
    compactness : float
        Small follows edges, large makes squares.

    Returns
    -------
    pieces : ndarray of int32, shape (rows, columns)
        0, 1, 2, ... without gaps, in reading order.
    means : ndarray of float64, shape (n, 3)
        Mean CIELAB colour of each.
    areas : ndarray of int64, shape (n,), in pixels

    References
    ----------
    R. Achanta et al. (2012). SLIC superpixels compared to state-of-the-art superpixel methods.
    IEEE TPAMI 34(11), 2274-2282 (`skimage.segmentation.slic`).

    Examples
    --------
    >>> image = np.zeros((40, 40), np.uint8)
    >>> pieces, means, areas = superpixels(image, 16)
    >>> int(areas.sum())
    1600
    """
    from skimage.segmentation import slic

    image = _color(image)
    n_segments = _checks.whole("n_segments", n_segments, 2)
    _checks.real("compactness", compactness, above=0)
    n_segments = min(n_segments, image[..., 0].size)
    pieces = regions.number_in_reading_order(
        slic(image, n_segments=n_segments, compactness=compactness, start_label=1))
    lab = _lab(image)
    areas = np.bincount(pieces.ravel())
    means = [np.bincount(pieces.ravel(), channel.ravel()) / areas
             for channel in np.moveaxis(lab, 2, 0)]
    return pieces, np.column_stack(means), areas


def _k_means(image, k=4, *, seed=0):
    """k-means on the colours (lesson 03)."""
    colors = unique_colors(_color(image))
    found = kmeans.fit_colors(colors, k, seed=seed)
    return _done(found.labels[colors.index], f"{len(colors.counts):,} colours", k=k)


def _gaussian_mixture(image, k=4, *, n_segments=1000, made=None, seed=0):
    """Gaussian mixture: clusters are ellipsoids, and each colour belongs to all a little."""
    model, pieces, means = fit_mixture(image, k, n_segments=n_segments, made=made, seed=seed)
    labels = model.predict(_lab(_color(image)).reshape(-1, 3)).reshape(pieces.shape)
    return _done(labels, f"{len(means):,} superpixels", k=k)


def fit_mixture(image, k=4, *, n_segments=1000, made=None, seed=0):
    """The Gaussian mixture itself: its memberships, and its criterion for k.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3) or (rows, columns)
    k : int
        Number of clusters, at most the number of superpixels.
    n_segments : int
        About how many superpixels it sees.
    made : tuple, optional
        From `superpixels`, where they stand already.
    seed : int

    Returns
    -------
    model : sklearn.mixture.GaussianMixture
        ``model.predict_proba(lab)`` is how much each CIELAB colour belongs to each cluster,
        ``model.bic(means)`` the Bayesian information criterion: the smaller, the better.
    pieces, means
        As from `superpixels`.

    Examples
    --------
    >>> image = np.repeat([[0, 255]], 20, axis=0).repeat(10, axis=1).astype(np.uint8)
    >>> model, pieces, means = fit_mixture(image, 2, n_segments=20)
    >>> model.predict_proba(means).max(axis=1).round(2).min().item()
    1.0

    References
    ----------
    A. P. Dempster, N. M. Laird and D. B. Rubin (1977). Maximum likelihood from incomplete data via
    the EM algorithm. JRSS B 39(1), 1-38. G. Schwarz (1978). Estimating the dimension of a model.
    Annals of Statistics 6(2), 461-464.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    pieces, means, _ = made or superpixels(image, n_segments)
    k = _checks.whole("k", k, 1, len(means), why="the number of superpixels")
    with _threads.limit(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer colours than clusters
        # One unit of lightness is hardly seen: no ellipsoid is thinner.
        model = GaussianMixture(k, reg_covar=1.0, n_init=3, random_state=_checks.seed(seed))
        return model.fit(means), pieces, means


def _ward(image, k=4, *, n_segments=1000, made=None):
    """Ward: merge, again and again, the two neighbours whose union adds least inertia."""
    from sklearn.cluster import AgglomerativeClustering

    pieces, means, _ = made or superpixels(image, n_segments)
    k = _checks.whole("k", k, 1, len(means), why="the number of superpixels")
    touch = _touch(pieces, len(means))
    found = AgglomerativeClustering(k, linkage="ward", connectivity=touch).fit(means)
    return _done(found.labels_[pieces], f"{len(means):,} superpixels", k=k)


def ward_merges(pieces, means):
    """Every merge of Ward on touching regions, from all of them to one: its tree.

    Parameters
    ----------
    pieces : ndarray of int, shape (rows, columns)
        Regions 0 to n - 1, all joined by neighbours.
    means : ndarray, shape (n, channels)

    Returns
    -------
    ndarray of float64, shape (n - 1, 4)
        As `scipy.cluster.hierarchy.linkage`: the two that merge, the height, the number of regions.
        The heights never fall. Where a merge costs less than one before it, which can happen
        between neighbours, it is drawn at the height of that one.

    References
    ----------
    J. H. Ward (1963). Hierarchical grouping to optimize an objective function. JASA 58, 236-244.

    Examples
    --------
    >>> ward_merges(np.array([[0, 1, 2]]), np.array([[0.0], [1.0], [9.0]]))[:, :2].tolist()
    [[0.0, 1.0], [2.0, 3.0]]
    """
    from sklearn.cluster import ward_tree

    n = len(means)
    pairs, *_, heights = ward_tree(means, connectivity=_touch(pieces, n), return_distance=True)
    counts = np.concatenate([np.ones(n), np.zeros(len(pairs))])
    for step, pair in enumerate(pairs):
        counts[n + step] = counts[pair].sum()
    return np.column_stack([pairs, np.maximum.accumulate(heights), counts[n:]])


def cut_merges(merges, k):
    """Which of k regions each leaf of a tree of merges is in.

    Parameters
    ----------
    merges : ndarray, shape (n - 1, 4)
        From `ward_merges` or `scipy.cluster.hierarchy.linkage`.
    k : int, 1 to n

    Returns
    -------
    ndarray of int32, shape (n,)
        0, 1, ... by the first leaf.

    Examples
    --------
    >>> merges = ward_merges(np.array([[0, 1, 2]]), np.array([[0.0], [1.0], [9.0]]))
    >>> cut_merges(merges, 2).tolist()
    [0, 0, 1]
    """
    n = len(merges) + 1
    k = _checks.whole("k", k, 1, n, why="the number of leaves")
    parent = np.arange(2 * n - 1)
    for step, pair in enumerate(merges[: n - k, :2].astype(int)):
        parent[pair] = n + step
    for node in range(len(parent) - 1, -1, -1):  # a parent always has the higher number
        parent[node] = parent[parent[node]]
    return regions.number_in_reading_order(parent[:n])


def _dbscan(image, eps=3.0, *, min_share=0.002, bits=None):
    """DBSCAN: colours that lie dense enough hang together; the rest is noise."""
    from sklearn.cluster import DBSCAN

    eps = _checks.real("eps", eps, above=0)
    min_share = _checks.real("min_share", min_share, 0, 1)
    colors = unique_colors(_color(image))
    for finest in (6, 5, 4) if bits is None else (bits,):
        bins = bin_colors(colors, finest)
        need = 8 * len(bins.counts) ** 2  # every bin near every other: the worst there is
        if need <= MEMORY:
            break
    _need_memory(need, "bits", "fewer bits make fewer bins")
    points = features.convert(bins.values, "CIELAB")
    enough = max(1, round(min_share * bins.counts.sum()))
    found = DBSCAN(eps=eps, min_samples=enough).fit(points, sample_weight=bins.counts)
    return _done(found.labels_[bins.index], f"{len(points):,} bins of colours", eps=eps)


def _hdbscan(image, min_cluster_size=20, *, n_segments=1000, made=None):
    """HDBSCAN: DBSCAN at every density at once; the clusters that last longest are kept."""
    from sklearn.cluster import HDBSCAN

    size = _checks.whole("min_cluster_size", min_cluster_size, 2)
    pieces, means, _ = made or superpixels(image, n_segments)
    n = len(means)
    _need_memory(32 * n**2, "n_segments", "fewer superpixels need less")
    if size > n:
        raise ValueError(f"min_cluster_size must be at most {n}, the number of superpixels; "
                         f"got {size}")
    # The distances that HDBSCAN makes itself hold many equal ones, which it then takes in the order
    # of the processor's sorting: another map on each. So make them here, and no two equal.
    apart = cdist(means.round(6), means.round(6))
    core = np.sort(apart, axis=1)[:, size - 1]
    reach = np.maximum(apart, np.maximum(core[:, None], core))
    first, second = np.sort(np.indices((n, n)), axis=0)
    reach += 1e-6 * (first * n + second) / n**2
    np.fill_diagonal(reach, 0)
    found = HDBSCAN(min_cluster_size=size, min_samples=1, metric="precomputed", copy=True)
    labels = found.fit(reach).labels_
    return _done(labels[pieces], f"{n:,} superpixels", min_cluster_size=size)


def _mean_shift(image, bandwidth=12.0, *, bits=None):
    """Mean shift: every colour climbs to the nearest peak of density."""
    bandwidth = _checks.real("bandwidth", bandwidth, above=0)
    colors = unique_colors(_color(image))
    for finest in (8, 6, 5, 4) if bits is None else (bits,):
        bins = bin_colors(colors, finest)
        if len(bins.counts) <= 5000:  # each peak asks for all that are near, again and again
            break
    points = features.convert(bins.values, "CIELAB")
    labels, _ = climb(points, bins.counts, bandwidth)
    return _done(labels[bins.index], f"{len(points):,} bins of colours", bandwidth=bandwidth)


def climb(points, weights, bandwidth, *, max_iter=300):
    """Mean shift of weighted points.

    Seeds lie on a grid as wide as the bandwidth. Each moves to the weighted mean of the points
    within the bandwidth, until it rests. Of peaks closer than the bandwidth the densest stays.

    Parameters
    ----------
    points : ndarray of float, shape (n, channels)
    weights : ndarray, shape (n,)
        Above 0. A point of weight 3 counts as three points.
    bandwidth : float
        In units of the points.
    max_iter : int

    Returns
    -------
    labels : ndarray of int, shape (n,)
        The peak nearest to each point.
    peaks : ndarray of float, shape (k, channels)
        From dense to sparse.

    Raises
    ------
    ValueError
        If points are not finite, a weight is not above 0, or they are not equally many.

    References
    ----------
    D. Comaniciu and P. Meer (2002). Mean shift: a robust approach toward feature space analysis.
    IEEE TPAMI 24(5), 603-619. `sklearn.cluster.MeanShift` with ``bin_seeding=True`` gives the same
    for points of equal weight; it takes no weights.

    Examples
    --------
    >>> labels, peaks = climb(np.array([[0.0], [1.0], [9.0]]), np.array([3, 1, 2]), 2.0)
    >>> labels.tolist(), peaks.ravel().tolist()
    ([0, 0, 1], [0.25, 9.0])
    """
    points, weights = _checks.finite("points", points, ndim=2), np.asarray(weights)
    if not len(points) or weights.shape != (len(points),) or not (weights > 0).all():
        raise ValueError("weights must be above 0, one for each of at least one point; got "
                         f"{weights.shape} for {len(points)} points")
    bandwidth = _checks.real("bandwidth", bandwidth, above=0)
    tree = KDTree(points)
    peaks = np.unique(np.round(points / bandwidth), axis=0) * bandwidth
    mass, moving = np.zeros(len(peaks)), np.arange(len(peaks))
    for _ in range(max_iter):
        near = tree.query_ball_point(peaks[moving], bandwidth)
        at = np.concatenate(near).astype(int)
        ends = np.cumsum([0, *map(len, near)])
        within = sparse.csr_matrix((weights[at].astype(float), at, ends),
                                   shape=(len(moving), len(points)))
        mass[moving] = within.sum(axis=1).ravel()
        means = within @ points / mass[moving, None]
        steps = np.linalg.norm(means - peaks[moving], axis=1)
        peaks[moving] = means
        moving = moving[steps > 1e-3 * bandwidth]
        if not len(moving):
            break
    order = np.lexsort((*peaks.T[::-1].round(6), mass))[::-1]
    kept = []
    for peak in peaks[order]:
        if not kept or cdist([peak], kept).min() > bandwidth:
            kept.append(peak)
    return cdist(points, kept).argmin(axis=1), np.array(kept)


def _region_graph(image, k=4, *, n_segments=1000, made=None):
    """Merge the two neighbouring superpixels of most alike colour until k are left."""
    pieces, means, areas = made or superpixels(image, n_segments)
    k = _checks.whole("k", k, 1, len(means), why="the number of superpixels")
    return _done(merge_neighbours(pieces, means, areas, k), f"{len(means):,} superpixels", k=k)


def merge_neighbours(pieces, means, areas, k):
    """Merge touching regions until k are left, always the two whose mean colours are most alike.

    Parameters
    ----------
    pieces : ndarray of int, shape (rows, columns)
        Regions 0 to n - 1.
    means : ndarray, shape (n, channels)
    areas : ndarray, shape (n,)
    k : int

    Returns
    -------
    ndarray of int32, shape (rows, columns)
        In reading order. More than k where regions do not touch.

    References
    ----------
    A. Trémeau and P. Colantoni (2000). Regions adjacency graph applied to color image
    segmentation. IEEE Transactions on Image Processing 9(4), 735-744.

    Examples
    --------
    >>> pieces = np.array([[0, 1, 2]])
    >>> merge_neighbours(pieces, np.array([[0.0], [1.0], [9.0]]), np.ones(3), 2)
    array([[0, 0, 1]], dtype=int32)
    """
    import heapq

    means, areas = np.array(means, dtype=float), np.array(areas, dtype=float)
    near = [set() for _ in means]
    for a, b in regions.touching(pieces).tolist():
        near[a].add(b)
        near[b].add(a)

    def distance(a, b):
        return float(((means[a] - means[b]) ** 2).sum())

    waiting = [(distance(a, b), a, b) for a in range(len(means)) for b in near[a] if a < b]
    heapq.heapify(waiting)
    parent, left = np.arange(len(means)), len(means)
    while left > k and waiting:
        apart, a, b = heapq.heappop(waiting)
        if parent[a] != a or parent[b] != b or apart != distance(a, b):
            continue  # one of them has been merged or has another colour by now
        means[a] = (areas[a] * means[a] + areas[b] * means[b]) / (areas[a] + areas[b])
        areas[a] += areas[b]
        parent[b], left = a, left - 1
        near[a] = (near[a] | near[b]) - {a, b}
        for c in near[a]:
            near[c] = near[c] - {b} | {a}
            heapq.heappush(waiting, (distance(a, c), *sorted((a, c))))
    for a in range(len(parent)):  # a region always goes to one that stands
        while parent[parent[a]] != parent[a]:
            parent[a] = parent[parent[a]]
    return regions.number_in_reading_order(parent[pieces])


def _felzenszwalb(image, scale=300.0, *, sigma=0.8, min_size=50):
    """Felzenszwalb: join pixels along the weakest differences, as long as regions allow it."""
    from skimage.segmentation import felzenszwalb as cut

    scale = _checks.real("scale", scale, above=0)
    _checks.real("sigma", sigma, 0)
    image = _color(image)
    min_size = _checks.whole("min_size", min_size, 1)
    return _done(cut(image, scale=scale, sigma=sigma, min_size=min_size),
                 f"{image[..., 0].size:,} pixels", scale=scale)


def _spectral_cut(image, k=4, *, beta=30.0, n_segments=1000):
    """Spectral clustering of the grey picture (lesson 02)."""
    gray = 255 * images.gray(_color(image))
    n_segments = min(_checks.whole("n_segments", n_segments, 2), gray.size)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # flat pictures: any cut is as good
        found = spectral.segment(gray, k, beta=beta, n_superpixels=n_segments)
    return _done(found.labels, f"about {n_segments:,} superpixels", k=k)


METHODS = {
    "k-means": _k_means, "Gaussian mixture": _gaussian_mixture, "Ward": _ward, "DBSCAN": _dbscan,
    "HDBSCAN": _hdbscan, "mean shift": _mean_shift, "region graph": _region_graph,
    "Felzenszwalb": _felzenszwalb, "spectral": _spectral_cut,
}
# What each has to be told first of all.
MAIN = {
    "k-means": "k", "Gaussian mixture": "k", "Ward": "k", "DBSCAN": "eps",
    "HDBSCAN": "min_cluster_size", "mean shift": "bandwidth", "region graph": "k",
    "Felzenszwalb": "scale", "spectral": "k",
}
# Those that take what `superpixels` made.
ON_SUPERPIXELS = ("Gaussian mixture", "Ward", "HDBSCAN", "region graph")
# From coarse to fine, as far apart as pictures ask for.
LEVELS = {
    "k": (2, 3, 4, 5, 6, 8, 12, 18, 25, 35),
    "eps": (12.0, 9.0, 7.0, 5.5, 4.5, 3.5, 2.8, 2.2, 1.8, 1.4),
    "min_cluster_size": (100, 70, 50, 35, 25, 18, 12, 8, 5, 3),
    "bandwidth": (40.0, 30.0, 24.0, 20.0, 16.0, 13.0, 10.0, 8.0, 6.0, 5.0),
    "scale": (3000.0, 2000.0, 1200.0, 800.0, 500.0, 300.0, 200.0, 120.0, 70.0, 40.0),
}


def at_level(method, level, image=None):
    """The main parameter of a method, from coarse (0) to fine (9).

    Parameters
    ----------
    method : str
        One of `METHODS`.
    level : int, 0 to 9
    image : ndarray of uint8, optional
        Then k is at most the number of its colours: no method is asked for more.

    Returns
    -------
    dict
        For `segment`.

    Examples
    --------
    >>> at_level("Ward", 2)
    {'k': 4}
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    name = MAIN[method]
    value = LEVELS[name][_checks.whole("level", level, 0, 9)]
    if name == "k" and image is not None:
        value = min(value, len(unique_colors(_color(image)).counts))
    return {name: value}


def segment(image, method="k-means", **parameters):
    """Cut a picture by one of `METHODS`.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3) or (rows, columns)
    method : str
    **parameters
        What the method is told. k: k-means, Gaussian mixture, Ward, region graph, spectral. eps (a
        distance in CIELAB), min_share (of the pixels, that lie near) and bits (of a bin; by default
        6, or as many as memory allows): DBSCAN. min_cluster_size (in superpixels): HDBSCAN.
        bandwidth (in CIELAB) and bits (by default as many as leave at most 5,000 bins): mean shift.
        scale, sigma
        and min_size (in pixels): Felzenszwalb. beta: spectral. n_segments (about how many
        superpixels): all that run on them. Those in `ON_SUPERPIXELS` also take made, what
        `superpixels` returned, so as not to cut them again.

    Returns
    -------
    Clustering

    Raises
    ------
    ValueError
        If method or a parameter is out of range, or if the method would need more than `MEMORY`.

    References
    ----------
    k-means: S. P. Lloyd (1982). Gaussian mixture: A. P. Dempster et al. (1977). Ward: J. H. Ward
    (1963). DBSCAN: M. Ester et al. (1996). HDBSCAN: R. J. G. B. Campello et al. (2013). Mean shift:
    D. Comaniciu and P. Meer (2002). Region graph: A. Trémeau and P. Colantoni (2000).
    Felzenszwalb: P. F. Felzenszwalb and D. P. Huttenlocher (2004). Spectral: J. Shi and J. Malik
    (2000).

    Examples
    --------
    >>> image = np.repeat([[0, 255]], 20, axis=0).repeat(10, axis=1).astype(np.uint8)
    >>> int(segment(image, "k-means", k=2).labels.max())
    1
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    return METHODS[method](image, **parameters)


def _need_memory(size, parameter, advice):
    """Refuse work that asks for more bytes than `MEMORY`, before it begins."""
    if size > MEMORY:
        raise ValueError(
            f"{parameter} asks for {size / 1e9:.1f} GB at once, and {MEMORY / 1e9:.1f} GB "
            f"are the limit: {advice}"
        )


def _done(labels, on, **told):
    return Clustering(regions.number_in_reading_order(labels), on, told)


def _color(image):
    """The picture in three channels of 8 bits."""
    image = _checks.plain("image", image)
    gray = image.ndim == 2
    if (
        image.dtype != np.uint8
        or not image.size
        or not (gray or image.ndim == 3 and image.shape[2] == 3)
    ):
        raise ValueError("image must be RGB or grey of dtype uint8 (0 to 255); got "
                         f"{image.dtype} of shape {image.shape}")
    return np.repeat(image[..., None], 3, axis=2) if gray else image


def _lab(image):
    return features.convert(image.reshape(-1, 3), "CIELAB").reshape(image.shape)


def _touch(pieces, n):
    """Which superpixels touch, as a sparse matrix."""
    one, other = regions.touching(pieces).T
    half = sparse.coo_matrix((np.ones(len(one)), (one, other)), shape=(n, n))
    return (half + half.T).tocsr()
