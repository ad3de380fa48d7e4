"""Lesson 07: hectares of forest in a satellite scene, by clusters or by a threshold."""

from functools import lru_cache

import numpy as np

from lessons_lib import drawing, features, figures, palettes, regions, satellite
from lessons_lib.explorers.base import Explorer, choice, slider, stops

SIDE = 512  # pixels of each panel
KS = range(2, 8)
AREAS = (0, 10, 50, 100, 200, 500, 1000)  # in pixels
FALSE_COLOR = ("near infrared", "red", "green")

# What k-means may look at.
FEATURES = {
    "RGB": lambda bands: bands.values[..., :3],
    "RGB + near infrared": lambda bands: bands.values,
    "RGB + near infrared, standardised": lambda bands: features.standardize(bands.values),
    "NDVI": lambda bands: satellite.index(bands, "NDVI")[..., None],
}
_METHODS = [("clusters", "clusters"), ("each pixel by its NDVI", "pixels")]
_SHOWN = [("true colour", "true"), ("false colour", "false")]


def scale(array, side=SIDE):
    """Bring a picture or a label map to one size: the longer side has `side` pixels.

    Parameters
    ----------
    array : ndarray of uint8, shape (rows, columns, 3), or of int or bool, shape (rows, columns)
    side : int

    Returns
    -------
    ndarray
        A picture is interpolated, a label map takes the nearest pixel.
    """
    from PIL import Image

    rows, columns = (max(1, round(n * side / max(array.shape[:2]))) for n in array.shape[:2])
    if array.ndim == 3:
        return np.asarray(Image.fromarray(array).resize((columns, rows), Image.Resampling.BICUBIC))
    down, across = (np.arange(n) * old // n for n, old in zip((rows, columns), array.shape))
    return array[down[:, None], across]


def ndvi_of(spectra):
    """NDVI of mean spectra.

    Parameters
    ----------
    spectra : pandas.DataFrame
        From `satellite.spectra`.

    Returns
    -------
    ndarray of float64, shape (k,)
        0 where nothing comes back in red and near infrared.
    """
    red, infrared = (spectra[name].to_numpy() for name in ("red", "near infrared"))
    total = infrared + red
    return np.where(total > 0, (infrared - red) / np.where(total > 0, total, 1), 0)


def draw_spectra(spectra, names, *, title, caption="", what="clusters"):
    """Chart the reflectance of each cluster or pixel in each band.

    Parameters
    ----------
    spectra : pandas.DataFrame
        From `satellite.spectra`, or one row for each pixel.
    names : sequence of str
        One for each row.
    title, caption : str
    what : {"clusters", "pixels"}
        What the rows are: of clusters it is the mean reflectance.

    Returns
    -------
    Picture
    """
    measure = "reflectance" if what == "pixels" else "mean reflectance"
    with figures.style():
        figure, ax = figures.chart(7.6, 3.6)
        x = range(spectra.shape[1])
        for i, (row, name) in enumerate(zip(spectra.to_numpy(), names)):
            color = palettes.LABELS[i % len(palettes.LABELS)] / 255
            ax.plot(x, row, color=color, marker="os^DvPX*"[i % 8], markersize=9, markeredgecolor="#1A1A1A",
                    linestyle=("-", "--", "-.", ":")[i % 4], label=f"{i}: {name}" if name else str(i))
        ax.set(xticks=x, ylabel=measure, title=title, ylim=(0, None))
        ax.set_xticks(x, spectra.columns)
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=4)
        lines = [f"{i}{' ' + name if name else ''}: " + ", ".join(f"{band} {value:.3f}" for band, value in row.items())
                 for (i, row), name in zip(spectra.iterrows(), names)]
        return figures.finish(figure, alt=f"{measure.capitalize()} of {len(spectra)} {what}. {'. '.join(lines)}.",
                              caption=caption)


def detail(mask, side=64):
    """The part of a scene that holds most of a mask.

    Parameters
    ----------
    mask : ndarray of bool, shape (rows, columns)
    side : int
        Height and width in pixels, at most.

    Returns
    -------
    tuple of two slices
    """
    side = min(side, *mask.shape)
    total = np.pad(np.cumsum(np.cumsum(mask, axis=0), axis=1), ((1, 0), (1, 0)))
    held = total[side:, side:] - total[:-side, side:] - total[side:, :-side] + total[:-side, :-side]
    row, column = np.unravel_index(held.argmax(), held.shape)
    return slice(row, row + side), slice(column, column + side)


def tidy(labels, min_area):
    """`regions.merge_small`, but the largest region always stays.

    Parameters
    ----------
    labels : ndarray of int, shape (rows, columns)
    min_area : int, in pixels

    Returns
    -------
    ndarray of int32, shape (rows, columns)
    """
    try:
        return regions.merge_small(labels, min_area)
    except ValueError:  # no region is large enough
        return regions.merge_small(labels, int(regions.connected(labels).areas.max()))


def tidy_map(classes, min_area):
    """`tidy` for a map with several classes: forest first, so that its area depends on no other class.

    Parameters
    ----------
    classes : ndarray of int, shape (rows, columns)
        0 is forest.
    min_area : int, in pixels

    Returns
    -------
    ndarray of int32, shape (rows, columns)
        0 just where `tidy` leaves forest in the mask of forest. What forest cuts off from all others of its
        class may stay small.
    """
    from scipy.ndimage import distance_transform_edt

    forest = tidy((classes == 0).astype(np.int32), min_area) == 1
    if forest.all():
        return np.zeros(forest.shape, np.int32)
    # Forest that has dissolved takes the class of the nearest pixel that is none.
    nearest = distance_transform_edt(classes == 0, return_distances=False, return_indices=True)
    return np.where(forest, 0, tidy(np.where(forest, -1, classes[tuple(nearest)]), min_area))


def renderer(bands, *, fits=None, k=4, features="RGB + near infrared, standardised", ndvi=0.55, green=0.07,
             min_area=50, white=0.25, white_false=0.35):
    """Make the function that maps the forest of one scene.

    Parameters
    ----------
    bands : satellite.Bands
    fits : dict of (str, int) to ndarray of int, optional
        Label maps that are known already, by features and number of clusters.
    k, features, ndvi, min_area
        What `render` draws if it is not told.
    green : float
        A cluster whose mean green is this or more is no forest.
    white, white_false : float
        The reflectance drawn as full brightness, in true and in false colour.

    Returns
    -------
    callable
        ``render(method, features, k, ndvi, min_area, shown) -> Picture``; ``render.prepare()`` finds all
        clusters.
    """
    start = {"features": features, "k": k, "ndvi": ndvi, "min_area": min_area}
    hectare, known = bands.meters ** 2 / 10_000, dict(fits or {})
    own_index, names = satellite.index(bands, "NDVI"), {value: name for name, value in _SHOWN}

    def labels_of(name, k):
        if (name, k) not in known:
            known[name, k] = segment(bands, name, k)
        return known[name, k]

    @lru_cache(maxsize=64)
    def clusters(name, k):
        labels = labels_of(name, k)
        spectra = satellite.spectra(bands, labels)
        return scale(labels), ndvi_of(spectra), spectra["green"].to_numpy()

    @lru_cache(maxsize=2)
    def scene(shown):
        order = FALSE_COLOR if shown == "false" else ("red", "green", "blue")
        return scale(satellite.show(bands, order, high=white_false if shown == "false" else white))

    @lru_cache(maxsize=64)
    def picture_of(name, k, forest, ndvi, min_area):
        """The forest enlarged, and where its border is drawn."""
        big = scale(masks(name, k, forest, ndvi, min_area)[0])
        ink = regions.edges(big)
        rim = ink.copy()
        rim[1:] |= ink[:-1]
        rim[:, 1:] |= ink[:, :-1]
        return np.flatnonzero(rim), np.flatnonzero(ink)

    @lru_cache(maxsize=64)
    def masks(name, k, forest, ndvi, min_area):
        """Forest before and after small regions are gone, and the number of its patches."""
        mask = own_index >= ndvi if name is None else np.isin(labels_of(name, k), forest)
        clean = tidy(mask.astype(np.int32), min_area) == 1
        found = regions.connected(clean.astype(np.int32))
        return clean, int((clean != mask).sum()), int((found.classes == 1).sum())

    def render(method="clusters", features=start["features"], k=start["k"], ndvi=start["ndvi"],
               min_area=start["min_area"], shown="true"):
        if method == "clusters":
            labels, means, greens = clusters(features, k)
            forest = tuple(np.flatnonzero((means >= ndvi) & (greens < green)).tolist())
            setting = features, k, forest, None, min_area
            key = [f"{i}: {'forest, ' if i in forest else ''}NDVI {value:z.2f}" for i, value in enumerate(means)]
            which = f"cluster{'s' * (len(forest) > 1)} {', '.join(map(str, forest))}" if forest else "no cluster"
            how = (f"Clusters on {features}, k = {k}. Forest if the mean spectrum has an NDVI of {ndvi:g} or more and "
                   f"green under {green:g}: {which}.")
        else:
            labels, setting = scale((own_index < ndvi).astype(np.int32)), (None, None, (0,), ndvi, min_area)
            forest, key = (0,), [f"forest, NDVI {ndvi:g} or more", f"NDVI under {ndvi:g}"]
            how = f"Each pixel by its own NDVI, forest from {ndvi:g} on (without clusters: features and k = {k} have no effect)."
        colors = palettes.LABELS[np.arange(len(key)) % len(palettes.LABELS)]
        colors = np.where(np.isin(np.arange(len(key)), forest)[:, None], colors, colors // 4 + 180)
        clean, changed, patches = masks(*setting)
        area = clean.sum() * hectare
        text = (f"{how} Minimum area {min_area} px ({min_area * hectare:g} ha), which moves {changed * hectare:.0f} ha. "
                f"Result: {area:.0f} ha of forest in {patches} patch{'' if patches == 1 else 'es'}, "
                f"{100 * clean.mean():.0f} % of the scene. Left: {names[shown]}.")
        tiles = [scene(shown).copy(), colors.astype(np.uint8).take(labels, axis=0)]
        for tile in tiles:
            for spots, color in zip(picture_of(*setting), (palettes.PAPER, palettes.INK)):
                tile.reshape(-1, 3)[spots] = color
        meaning = [line.removeprefix(f"{i}: ") for i, line in enumerate(key)]
        layers = {"reflectance": bands.values, "NDVI": own_index, "cluster": (labels, meaning), "forest": clean}
        left = f"{names[shown].capitalize()}, border of the forest"
        return figures.panels(tiles, [left, f"{area:.0f} ha of forest"], alt=text, factor=1,
                              legend=drawing.legend(key, colors, width=2 * SIDE), reads=layers)

    render.prepare = lambda: [scene(shown) for _, shown in _SHOWN] + [clusters(name, k) for name in FEATURES for k in KS]
    return render


def segment(bands, name, k, **options):
    """k-means on one of `FEATURES`.

    Parameters
    ----------
    bands : satellite.Bands
    name : str
    k : int
    **options
        Passed to `features.segment`.

    Returns
    -------
    ndarray of int32, shape (rows, columns)
        A label map.
    """
    if name not in FEATURES:
        raise ValueError(f"name must be one of {list(FEATURES)}; got {name!r}")
    return features.segment(FEATURES[name](bands), k, **options).labels


def explorer(bands, *, fits=None, k=4, features="RGB + near infrared, standardised", ndvi=0.55, green=0.07,
             min_area=50, white=0.25, white_false=0.35):
    """The controls of lesson 07 on one scene.

    Parameters
    ----------
    bands, fits, k, features, ndvi, green, min_area, white, white_false
        As in `renderer`.

    Returns
    -------
    Explorer
    """
    render = renderer(bands, fits=fits, k=k, features=features, ndvi=ndvi, green=green, min_area=min_area, white=white,
                      white_false=white_false)
    render.prepare()
    return Explorer(render, "Explorer: hectares of forest",
                    method=choice("method", _METHODS, "clusters"),
                    features=choice("features", list(FEATURES), features),
                    k=slider("k (clusters)", k, KS[0], KS[-1]),
                    ndvi=slider("NDVI of forest, from", float(ndvi), 0.2, 0.9, 0.05),
                    min_area=stops("minimum area (px)", sorted({*AREAS, min_area}), min_area),
                    shown=choice("picture", _SHOWN, "true"))
