"""A segmentation as a recipe: settings, names and corrections, which make the same labels again.

A picture is cut at a working size. A recipe says how: what is looked at, by which method, and what
the reader did by hand afterwards. The same recipe makes labels at full size, and on other pictures.
"""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, clusterings, colors, features, images, kmeans, regions

WORKING = 480  # pixels of the longer side
MOST_CLASSES = 100_000  # each gets a name
BANDS = {"colour": None, "red": 0, "green": 1, "blue": 2, "brightness": 3}
TOLD_K = tuple(name for name, told in clusterings.MAIN.items() if told == "k")


class Recipe(NamedTuple):
    """How to cut a picture.

    Attributes
    ----------
    features : str
        One of `features.SPACES`: what k-means looks at. The other methods have their own.
    band : str
        One of `BANDS`: all of the colour, or one channel of it as a grey picture.
    smooth : float
        Standard deviation of a blur before the cut, in pixels of the working size.
    position : float
        For k-means: how much the place counts, as in `features.add_position`.
    method : str
        One of `clusterings.METHODS`.
    k : int, 2 to 11
        Number of clusters. For methods that are told something else how fine, from 2 (coarse).
    min_area : int
        Smaller regions dissolve; in pixels of the working size.
    edits : tuple of tuple
        What was done by hand, in order, see `edit`.
    side : int
        Pixels of the longer side of the working size.

    Examples
    --------
    >>> Recipe(k=3).method
    'k-means'
    """

    features: str = "CIELAB"
    band: str = "colour"
    smooth: float = 0.0
    position: float = 0.0
    method: str = "k-means"
    k: int = 4
    min_area: int = 0
    edits: tuple = ()
    side: int = WORKING


class Seen(NamedTuple):
    """What k-means looks at.

    Attributes
    ----------
    values : ndarray of float64, shape (m, channels)
        The colours of the picture in the features of a recipe.
    index : ndarray of int, shape (rows, columns)
        The colour of each pixel; -1 is no data.
    bins : colors.Colors
        The same colours, or where they are many, bins of them.
    kinds : int
        How many different values the bins have.

    Examples
    --------
    >>> observe(np.array([[[0, 0, 0], [0, 0, 0]]], np.uint8)).kinds
    1
    """

    values: np.ndarray
    index: np.ndarray
    bins: colors.Colors
    kinds: int


class Draft(NamedTuple):
    """A picture cut by a method, before anything is done by hand.

    Attributes
    ----------
    labels : ndarray of int32, shape (rows, columns)
        -1 is noise or no data.
    centers : ndarray of float64, shape (k, channels), or None
        Of k-means, in units of its features.
    told : dict
        What the method was told.

    Examples
    --------
    >>> Draft(np.array([[0, 1]]), None, {"scale": 300.0}).told
    {'scale': 300.0}
    """

    labels: np.ndarray
    centers: np.ndarray | None
    told: dict


class Map(NamedTuple):
    """A cut with names.

    Attributes
    ----------
    classes : ndarray of int32, shape (rows, columns)
        0, 1, ...; -1 is no class.
    names : list of str
        One for each class.
    of_cluster : ndarray of int32, shape (k,)
        The class of each cluster: ``of_cluster[labels]``, but for what was done to regions.

    Examples
    --------
    >>> made = Map(np.array([[0, 0]]), ["sea"], np.array([0, 0]))
    >>> made.names[made.classes[0, 1]]
    'sea'
    """

    classes: np.ndarray
    names: list
    of_cluster: np.ndarray


def working(image, side=WORKING, known=None):
    """A picture at its working size.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
    side : int
        The longer side has at most so many pixels.
    known : ndarray of bool, shape (rows, columns), optional

    Returns
    -------
    image : ndarray of uint8, shape (rows', columns', 3)
        Each pixel the mean of those it covers.
    known : ndarray of bool, shape (rows', columns'), or None
        By the nearest pixel.

    Examples
    --------
    >>> working(np.zeros((600, 1200, 3), np.uint8))[0].shape
    (240, 480, 3)
    """
    small = images.shrink(_checks.rgb("image", image), side)
    if known is not None:
        known = known[nearest(small.shape[0], len(known))][
            :, nearest(small.shape[1], known.shape[1])]
    return small, known


def nearest(n, of):
    """For each of n pixels in a row, the one of `of` pixels that lies under its middle.

    Examples
    --------
    >>> nearest(2, 4).tolist(), nearest(4, 2).tolist()
    ([1, 3], [0, 0, 1, 1])
    """
    return (2 * np.arange(n) + 1) * of // (2 * n)


def prepare(image, recipe, *, scale=1.0):
    """What the method sees: one channel of the picture, and blurred, if the recipe says so.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
    recipe : Recipe
    scale : float
        Pixels of this image for one of the working size.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    Examples
    --------
    >>> prepare(np.array([[[10, 20, 30]]], np.uint8), Recipe(band="green")).tolist()
    [[[20, 20, 20]]]
    """
    if recipe.band not in BANDS:
        raise ValueError(f"band must be one of {', '.join(BANDS)}; got {recipe.band!r}")
    smooth = _checks.real("smooth", recipe.smooth, 0)
    channel = BANDS[recipe.band]
    if channel == 3:
        # Whole numbers, so that no processor rounds otherwise; the weights of images.gray.
        weights = np.array([2125, 7154, 721], np.int32)
        image = ((image.astype(np.int32) @ weights + 5000) // 10_000).astype(np.uint8)[..., None]
    elif channel is not None:
        image = image[..., channel:channel + 1]
    image = np.ascontiguousarray(np.broadcast_to(image, (*image.shape[:2], 3)))
    if smooth:
        from PIL import Image, ImageFilter

        blur = ImageFilter.GaussianBlur(smooth * scale)
        image = np.asarray(Image.fromarray(image).filter(blur))
    return image


def cut(image, recipe=Recipe(), *, known=None, centers=None, seed=0):
    """Cut a picture at its working size.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
        Already of the working size, see `working`.
    recipe : Recipe
    known : ndarray of bool, shape (rows, columns), optional
        Where there is data.
    centers : ndarray, shape (k, channels), optional
        Of another picture: each pixel takes the label of the nearest one (k-means only).
    seed : int

    Returns
    -------
    Draft

    Raises
    ------
    ValueError
        If the recipe names something that is not there, or in the methods themselves.

    Examples
    --------
    >>> image = np.array([[[0, 0, 0], [9, 9, 9], [250, 250, 250]]], np.uint8)
    >>> cut(image, Recipe(k=2)).labels.tolist()
    [[0, 0, 1]]
    """
    image = _checks.rgb("image", image)
    _checks.whole("k", recipe.k, 2, 11)
    if known is not None and not known.any():
        raise ValueError("image must hold data; all of its pixels have none")
    if recipe.method == "k-means":
        return cluster(observe(image, recipe, known=known), recipe, centers=centers, seed=seed)
    if centers is not None:
        raise ValueError("centers belong to k-means; other methods have none, got method="
                         f"{recipe.method!r}")
    told = told_of(recipe)
    labels = clusterings.segment(prepare(image, recipe), recipe.method, **told).labels
    if known is not None:
        labels = np.where(known, labels, -1)
    return Draft(labels, None, told)


def observe(image, recipe=Recipe(), *, known=None):
    """What k-means looks at; neither k nor the position counts, so it serves many cuts.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
    recipe : Recipe
    known : ndarray of bool, shape (rows, columns), optional

    Returns
    -------
    Seen

    Examples
    --------
    >>> observe(np.array([[[0, 0, 0], [9, 9, 9], [0, 0, 0]]], np.uint8)).index.tolist()
    [[0, 1, 0]]
    """
    seen = prepare(image, recipe)
    table = colors.unique_colors(seen if known is None else seen[known][None])
    index = table.index if known is None else regions.unmask(table.index[0], known)
    bins = colors.bin_colors(table) if len(table.counts) > 5000 else table
    bins = bins._replace(values=features.convert(bins.values, recipe.features), index=None)
    return Seen(features.convert(table.values, recipe.features), index, bins,
                len(np.unique(bins.values, axis=0)))


def cluster(seen, recipe, *, centers=None, seed=0):
    """Cut what was seen by k-means.

    Parameters
    ----------
    seen : Seen
        By `observe`, with the same features, band and blur.
    recipe : Recipe
    centers, seed
        As in `cut`.

    Returns
    -------
    Draft
        Of two centres as near, a pixel takes the first.

    Examples
    --------
    >>> seen = observe(np.array([[[0, 0, 0], [9, 9, 9], [250, 250, 250]]], np.uint8))
    >>> [cluster(seen, Recipe(k=k)).labels.tolist() for k in (2, 3)]
    [[[0, 0, 1]], [[0, 1, 2]]]
    """
    from scipy.spatial.distance import cdist

    k = _checks.whole("k", recipe.k, 2, 11)
    if centers is not None:
        centers = _checks.finite("centers", centers, ndim=2)
        wanted = seen.values.shape[1] + (2 if recipe.position else 0)
        if centers.shape[1] != wanted:
            raise ValueError(f"centers must have {wanted} columns for {recipe.features}"
                             f"{' and position' * bool(recipe.position)}; their shape is "
                             f"{centers.shape}")
    if recipe.position:
        places = np.vstack([seen.values, np.full(seen.values.shape[1], np.nan)])[seen.index]
        points = features.add_position(places, recipe.position)
        if centers is None:
            # On bins alone: all pixels would take seconds, and move the centres little.
            centers = features.segment(points, k, levels=16, polish=False, n_init=5,
                                       seed=seed).centers
        near = cdist(points.reshape(-1, points.shape[2]), centers).argmin(axis=1)
        labels = np.where(seen.index >= 0, near.reshape(seen.index.shape), -1)
    else:
        if centers is None:
            centers = kmeans.fit(seen.bins.values, min(k, seen.kinds), weights=seen.bins.counts,
                                 n_init=5, seed=seed).centers
        labels = np.append(cdist(seen.values, centers).argmin(axis=1), -1)[seen.index]
    return Draft(labels.astype(np.int32), centers, {"k": len(centers)})


def told_of(recipe):
    """What the method of a recipe is told.

    Examples
    --------
    >>> told_of(Recipe(method="DBSCAN", k=2)), told_of(Recipe(k=7))
    ({'eps': 12.0}, {'k': 7})
    """
    if recipe.method in TOLD_K:
        return {"k": recipe.k}
    return clusterings.at_level(recipe.method, recipe.k - 2)


class Lookup:
    """The nearest centre of every colour, each computed once.

    Parameters
    ----------
    space : str
        One of `features.SPACES`.
    centers : ndarray, shape (k, channels)

    Examples
    --------
    >>> look = Lookup("RGB", np.array([[0, 0, 0], [255, 255, 255]]))
    >>> look(np.array([[[9, 9, 9], [250, 250, 250]]], np.uint8)).tolist()
    [[0, 1]]
    """

    def __init__(self, space, centers):
        self._space, self._centers = space, _checks.finite("centers", centers, ndim=2)
        wanted = len(features.SPACES.get(space, ()))
        if self._centers.shape[1] != wanted:
            raise ValueError(f"centers must have {wanted} columns for {space}; their shape is "
                             f"{self._centers.shape}")
        if len(self._centers) > 254:
            raise ValueError(f"centers must be at most 254; got {len(self._centers)}")
        self._table = np.full(1 << 24, 255, np.uint8)  # 255: not computed yet

    def __call__(self, image):
        """Labels of a picture: ndarray of int32, shape (rows, columns)."""
        from scipy.spatial.distance import cdist

        image = np.asarray(image)
        packed = np.zeros(image.shape[:2], np.uint32)
        for channel in np.moveaxis(image, 2, 0):
            packed <<= np.uint32(8)
            packed |= channel
        labels = self._table[packed]
        unknown = labels == 255
        if unknown.any():
            import pandas as pd

            new = pd.unique(packed[unknown])
            for part in np.array_split(new, -(-len(new) // 200_000)):
                rgb = np.stack([part >> 16, part >> 8 & 255, part & 255], axis=1)
                near = cdist(features.convert(rgb, self._space), self._centers).argmin(axis=1)
                self._table[part] = near
            labels = self._table[packed]
        return labels.astype(np.int32)


def edit(labels, edits=()):
    """Give clusters and regions names, one after the other.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        0 to k - 1; -1 for no label.
    edits : sequence of tuple
        ``("name", row, column, name)``: the class at this pixel gets a name; a name that is there
        already takes it in. ``("merge", row, column, to_row, to_column)``: the class at the first
        pixel becomes that at the second. ``("region", row, column, name)``: only the connected
        region at this pixel gets the class of that name.

    Returns
    -------
    Map
        Classes in the order of their clusters, then of their making; those that no cluster and no
        pixel has are left out. Unnamed ones are called "class 0", "class 1", ...

    Raises
    ------
    ValueError
        If an edit is of another form. One at a pixel that is outside or without a label is
        passed over.

    Examples
    --------
    >>> found = edit(np.array([[0, 1, 2]]), [("name", 0, 0, "sea"), ("name", 0, 2, "sea")])
    >>> found.classes.tolist(), found.names
    ([[0, 1, 0]], ['sea', 'class 1'])
    """
    made = unnamed(labels)
    for one in edits:
        made = change(made, one)
    return without_gaps(made)


def unnamed(labels):
    """The map before anything is done by hand: a class for each cluster.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        As in `edit`.

    Returns
    -------
    Map

    Examples
    --------
    >>> unnamed(np.array([[0, 1]])).names
    ['class 0', 'class 1']
    """
    labels = _checks.label_map(labels)
    if labels.min() < -1 or labels.max() >= MOST_CLASSES:
        raise ValueError(f"labels must be from 0 to {MOST_CLASSES - 1:,} (-1: no label); they go "
                         f"from {labels.min()} to {labels.max()}")
    k = int(labels.max()) + 1
    return Map(labels.astype(np.int32), [f"class {i}" for i in range(k)],
               np.arange(k, dtype=np.int32))


def change(made, edit):
    """A map after one more edit; the numbers of its classes may have gaps.

    Parameters
    ----------
    made : Map
        From `unnamed`, or from here; it stays as it is.
    edit : tuple
        One of those of `edit`.

    Returns
    -------
    Map

    Examples
    --------
    >>> change(unnamed(np.array([[0, 1]])), ("merge", 0, 0, 0, 1)).classes.tolist()
    [[1, 1]]
    """
    kind, *rest = edit
    if kind not in ("name", "merge", "region") or len(rest) != (4 if kind == "merge" else 3):
        raise ValueError('edits must be ("name", row, column, name), ("region", row, column, '
                         f'name) or ("merge", row, column, to_row, to_column); got {edit!r}')
    at = _class_at(made.classes, *rest[:2])
    if at is None:
        return made
    if kind == "merge":
        to = _class_at(made.classes, *rest[2:])
        return made if to is None else _joined(made, at, to)
    name, names = str(rest[2]).strip(), list(made.names)
    if not name:
        raise ValueError(f"edits must give a name that is not empty; got {edit!r}")
    if kind == "name" and name in names:
        return _joined(made, at, names.index(name))
    if kind == "name":
        names[at] = name
        return made._replace(names=names)
    from skimage.segmentation import flood

    if name not in names:
        names.append(name)
    classes = made.classes.copy()
    classes[flood(classes, (int(rest[0]), int(rest[1])), connectivity=1)] = names.index(name)
    return made._replace(classes=classes, names=names)


def _joined(made, at, to):
    """The map with one class taken in by another."""
    return made._replace(classes=np.where(made.classes == at, np.int32(to), made.classes),
                         of_cluster=np.where(made.of_cluster == at, np.int32(to), made.of_cluster))


def _class_at(classes, row, column):
    row, column = int(row), int(column)
    inside = 0 <= row < classes.shape[0] and 0 <= column < classes.shape[1]
    return int(classes[row, column]) if inside and classes[row, column] >= 0 else None


def without_gaps(made):
    """A map whose classes are numbered anew, without those that no cluster and no pixel has.

    Parameters
    ----------
    made : Map
        From `change`.

    Returns
    -------
    Map

    Examples
    --------
    >>> merged = change(unnamed(np.array([[0, 1]])), ("merge", 0, 0, 0, 1))
    >>> without_gaps(merged).classes.tolist(), without_gaps(merged).names
    ([[0, 0]], ['class 1'])
    """
    there = np.bincount(made.classes.ravel() + 1, minlength=len(made.names) + 1)[1:] > 0
    there[made.of_cluster] = True
    used = np.flatnonzero(there)
    number = np.full(len(there) + 1, -1, np.int32)
    number[used] = np.arange(len(used))
    return Map(number[made.classes], [made.names[i] for i in used], number[made.of_cluster])


def run(image, recipe=Recipe(), *, known=None, centers=None):
    """All of a recipe, at the working size: cut, dissolve what is small, names.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
        At its full size.
    recipe : Recipe
    known : ndarray of bool, shape (rows, columns), optional
    centers : ndarray, optional
        As in `cut`.

    Returns
    -------
    Map

    Examples
    --------
    >>> image = np.array([[[0, 0, 0], [250, 250, 250]]], np.uint8)
    >>> run(image, Recipe(k=2, edits=(("name", 0, 0, "dark"),))).names
    ['dark', 'class 1']
    """
    small, known = working(image, recipe.side, known)
    found = cut(small, recipe, known=known, centers=centers)
    return finish(found.labels, recipe)


def finish(labels, recipe):
    """Dissolve what is small, then do the edits of a recipe.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
        Of the working size.
    recipe : Recipe

    Returns
    -------
    Map

    Examples
    --------
    >>> finish(np.array([[0, 0, 0, 1, 0]]), Recipe(min_area=2)).classes.tolist()
    [[0, 0, 0, 0, 0]]
    """
    return edit(tidy(labels, recipe.min_area), recipe.edits)


def tidy(labels, min_area):
    """Dissolve regions that are smaller, as far as there are larger ones.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
    min_area : int, in pixels
        0 or 1: none.

    Returns
    -------
    ndarray of int, shape (rows, columns)

    Examples
    --------
    >>> tidy(np.array([[0, 0, 0, 1, 0]]), 2).tolist()
    [[0, 0, 0, 0, 0]]
    """
    if min_area > 1 and (labels >= 0).any():
        return regions.merge_small(labels, min_area, keep_largest=True)
    return labels


def full_size(image, recipe=Recipe(), *, known=None):
    """The map of a recipe at the picture's full size, step by step.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
    recipe : Recipe
    known : ndarray of bool, shape (rows, columns), optional

    Yields
    ------
    float
        The share of the work that is done.

    Returns
    -------
    Map
        By ``yield from``, or `finished`. The centres of k-means name every pixel anew; where the
        minimum area or an edit of a region had changed the working size, that is enlarged. Other
        methods, and k-means with position, are enlarged as a whole.

    Examples
    --------
    >>> image = np.zeros((2, 1000, 3), np.uint8)
    >>> image[:, 300:] = 250
    >>> found = finished(full_size(image, Recipe(k=2)))
    >>> found.classes.shape, int(found.classes[0].argmax())
    ((2, 1000), 300)
    """
    small, small_known = working(image, recipe.side, known)
    found = cut(small, recipe, known=small_known)
    made = finish(found.labels, recipe)
    yield 0.05
    rows, columns = image.shape[:2]
    down, across = nearest(rows, len(small)), nearest(columns, small.shape[1])
    kind = np.int16 if len(made.names) < 2**15 else np.int32
    classes = np.empty((rows, columns), kind)
    exact = found.centers is not None and not recipe.position
    if exact:
        seen = prepare(image, recipe, scale=max(rows, columns) / max(small.shape[:2])) \
            if recipe.smooth else None
        look = Lookup(recipe.features, found.centers)
        plain = np.append(made.of_cluster, -1)[found.labels]
        by_hand = np.where(made.classes != plain, made.classes, -2)
        changed = bool((by_hand != -2).any())
    height = max(1, 1_000_000 // columns)
    for top in range(0, rows, height):
        part = slice(top, top + height)
        if exact:
            block = prepare(image[part], recipe._replace(smooth=0)) if seen is None else seen[part]
            label = made.of_cluster[look(block)]
            if changed:
                hand = by_hand[down[part]][:, across]
                label = np.where(hand == -2, label, hand)
        else:
            label = made.classes[down[part]][:, across]
        if known is not None:
            label = np.where(known[part], label, -1)
        classes[part] = label
        yield 0.05 + 0.95 * min(1, (top + height) / rows)
    return Map(classes, made.names, made.of_cluster)


def finished(steps):
    """Go through all steps at once, and return what they return.

    Examples
    --------
    >>> def two():
    ...     yield 0.5
    ...     return "done"
    >>> finished(two())
    'done'
    """
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def advise(image, recipe=Recipe(), ks=range(1, 11), *, known=None, seed=0):
    """What several criteria say of k, in one sentence.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
        Of the working size.
    recipe : Recipe
        Its features, band and blur count.
    ks : iterable of int
    known : ndarray of bool, shape (rows, columns), optional
    seed : int

    Returns
    -------
    choices : dict of str to (int or None)
        As in `choosing_k.report`.
    sentence : str
        With their disagreement.

    Examples
    --------
    >>> grays = np.array([[*range(0, 40), *range(200, 250)]], np.uint8)
    >>> image = np.repeat(grays[..., None], 3, axis=2)
    >>> advise(image, ks=range(1, 4))[0]["silhouette"]
    2
    """
    from lessons_lib import choosing_k

    seen = prepare(image, recipe)
    table = colors.bin_colors(colors.unique_colors(
        seen if known is None else seen[known][None], index=False), 4)
    table = table._replace(values=features.convert(table.values, recipe.features), index=None)
    if len(table.counts) < 3:
        return {}, f"There are {len(table.counts)} kinds of colour: no criterion is needed."
    choices = choosing_k.report(table, ks, seed=seed).choices
    return choices, _told(choices, max(ks))


def _told(choices, most):
    said = {name: k for name, k in choices.items() if k is not None}
    silent = [name for name, k in choices.items() if k is None]
    by_k = {}
    for name, k in said.items():
        by_k.setdefault(k, []).append(name)
    parts = [f"{k} ({', '.join(names)})" for k, names in sorted(by_k.items())]
    if not parts:
        return f"No criterion picks a k up to {most}: look, and choose."
    if len(parts) == 1:
        text = f"All that pick one say k = {parts[0]}"
    else:
        text = f"The criteria disagree: k = {'; '.join(parts)}"
    return text + (f"; none from {', '.join(silent)}." if silent else ".")
