"""Lesson 07: hectares of forest in a satellite scene, by clusters or by a threshold."""

from functools import lru_cache

import numpy as np

from lessons_lib import annotations, drawing, figures, palettes, regions, satellite
from lessons_lib.explorers.base import Explorer, choice, slider, stops

SIDE = 512  # pixels of each panel
AREAS = (0, 10, 50, 100, 200, 500, 1000)  # in pixels
_METHODS = [("clusters", "clusters"), ("each pixel by its NDVI", "pixels")]
_SHOWN = [("true colour", "true"), ("false colour", "false")]


def renderer(bands, *, fits=None, k=4, features="RGB + near infrared, standardised", ndvi=0.55,
             min_area=50, white=0.25, white_false=0.35):
    """Make the function that maps the forest of one scene.

    Parameters
    ----------
    bands : satellite.Bands
    fits : dict of (str, int) to ndarray of int, optional
        Label maps that are known already, by features and number of clusters.
    k, features, ndvi, min_area
        What `render` draws if it is not told.
    white, white_false : float
        The reflectance drawn as full brightness, in true and in false colour.

    Returns
    -------
    callable
        ``render(method, features, k, ndvi, min_area, shown) -> Picture``; ``render.prepare()``
        finds all clusters.
    """
    start = {"features": features, "k": k, "ndvi": ndvi, "min_area": min_area}
    hectare, known = bands.meters ** 2 / 10_000, dict(fits or {})
    own_index, names = satellite.index(bands, "NDVI"), {value: name for name, value in _SHOWN}

    def labels_of(name, k):
        if (name, k) not in known:
            known[name, k] = satellite.segment(bands, name, k).labels
        return known[name, k]

    @lru_cache(maxsize=64)
    def clusters(name, k):
        labels = labels_of(name, k)
        spectra = satellite.spectra(bands, labels)
        return drawing.resize(labels, SIDE), satellite.index(spectra, "NDVI")

    @lru_cache(maxsize=2)
    def scene(shown):
        if shown == "false":
            rgb = satellite.show(bands, satellite.FALSE_COLOR, high=white_false)
        else:
            rgb = satellite.show(bands, high=white)
        return drawing.resize(rgb, SIDE)

    @lru_cache(maxsize=64)
    def border_of(name, k, forest, ndvi, min_area):
        """Where the border of the forest is drawn."""
        forest = masks(name, k, forest, ndvi, min_area)[0]
        return regions.edges(drawing.resize(forest, SIDE))

    @lru_cache(maxsize=64)
    def masks(name, k, forest, ndvi, min_area):
        """Forest before and after small regions are gone, and the number of its patches."""
        mask = own_index >= ndvi if name is None else np.isin(labels_of(name, k), forest)
        clean = regions.merge_small(mask, min_area, keep_largest=True) == 1
        found = regions.connected(clean.astype(np.int32))
        return clean, int((clean != mask).sum()), int((found.classes == 1).sum())

    def render(method="clusters", features=start["features"], k=start["k"], ndvi=start["ndvi"],
               min_area=start["min_area"], shown="true"):
        if method == "clusters":
            labels, means = clusters(features, k)
            forest = tuple(np.flatnonzero(means >= ndvi).tolist())
            setting = features, k, forest, None, min_area
            key = [f"{i}: {'forest, ' if i in forest else ''}NDVI {value:z.2f}"
                   for i, value in enumerate(means)]
            which = "no cluster"
            if forest:
                which = f"cluster{'s' * (len(forest) > 1)} {', '.join(map(str, forest))}"
            how = (f"Clusters on {features}, k = {k}. Forest if the mean spectrum has an NDVI of "
                   f"{ndvi:g} or more: {which}.")
        else:
            labels = drawing.resize((own_index < ndvi).astype(np.int32), SIDE)
            forest = (0,)
            setting = None, None, forest, ndvi, min_area
            key = [f"forest, NDVI {ndvi:g} or more", f"NDVI under {ndvi:g}"]
            how = (f"Each pixel by its own NDVI, forest from {ndvi:g} on (without clusters: "
                   f"features and k = {k} have no effect).")
        colors = palettes.land(["forest" if i in forest else "open" for i in range(len(key))])
        clean, changed, patches = masks(*setting)
        area = clean.sum() * hectare
        text = (f"{how} Minimum area {min_area} px ({min_area * hectare:g} ha), which moves "
                f"{changed * hectare:.0f} ha. Result: {area:.0f} ha of forest in {patches} "
                f"patch{'' if patches == 1 else 'es'}, {100 * clean.mean():.0f} % of the scene. "
                f"Left: {names[shown]}.")
        edge = border_of(*setting)
        tiles = [drawing.border(tile, edge, rim="behind")
                 for tile in (scene(shown), colors.take(labels, axis=0))]
        titles = [f"{names[shown].capitalize()}, border of the forest", f"{area:.0f} ha of forest"]
        meaning = [line.removeprefix(f"{i}: ") for i, line in enumerate(key)]
        layers = {"reflectance": bands.values, "NDVI": own_index,
                  "cluster": (labels, meaning), "forest": clean}
        return figures.panels(dict(zip(titles, tiles)), alt=text, factor=1, reads=layers,
                              legend=annotations.legend(key, colors, width=2 * SIDE))

    def prepare():
        for _, shown in _SHOWN:
            scene(shown)
        for name in satellite.FEATURES:
            for k in satellite.KS:
                clusters(name, k)

    render.prepare = prepare
    return render


def explorer(bands, *, fits=None, k=4, features="RGB + near infrared, standardised", ndvi=0.55,
             min_area=50, white=0.25, white_false=0.35):
    """The controls of lesson 07 on one scene.

    Parameters
    ----------
    bands, fits, k, features, ndvi, min_area, white, white_false
        As in `renderer`.

    Returns
    -------
    Explorer
    """
    render = renderer(bands, fits=fits, k=k, features=features, ndvi=ndvi,
                      min_area=min_area, white=white, white_false=white_false)
    render.prepare()
    return Explorer(
        render, "Explorer: hectares of forest",
        method=choice("method", _METHODS, "clusters"),
        features=choice("features", list(satellite.FEATURES), features),
        k=slider("k (clusters)", k, satellite.KS[0], satellite.KS[-1]),
        ndvi=slider("NDVI of forest, from", float(ndvi), 0.2, 0.9, 0.05),
        min_area=stops("minimum area (px)", sorted({*AREAS, min_area}), min_area),
        shown=choice("picture", _SHOWN, "true"))
