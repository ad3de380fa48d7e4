"""Lesson 09: any picture, cut by a recipe, with names, a scale and points of truth."""

from functools import lru_cache, reduce
from threading import Lock

import numpy as np

from lessons_lib import (accuracy, annotations, drawing, exports, figures, images, palettes,
                         recipes, sources)
from lessons_lib.explorers.base import choice, slider, starting
from lessons_lib.explorers.workbench import Workbench
from lessons_lib.features import SPACES

SHIPPED = ("flower", "coffee", "immunohistochemistry", "retina", "coins", "chelsea")
START = {"picture": "flower", "features": "CIELAB", "band": "colour", "method": "k-means", "k": 4,
         "smooth": 1.0, "position": 0, "min_area": 40}


@lru_cache(maxsize=4)
def _opened(picture, stamp, page, bands):
    return sources.load(picture, page=page, bands=bands)


def opened(picture, page=0, bands=None):
    """A picture by its name or path, read once."""
    return _opened(str(picture), images.stamp(picture), page, bands)


class Desk:
    """What is on the desk: how pictures are opened, and what was made of the last ones.

    Parameters
    ----------
    opening : callable
        ``opening(picture, page, bands) -> sources.Source``.
    """

    def __init__(self, opening=opened):
        self._opening, self._kept = opening, {}
        self._keeping = Lock()  # slow cuts are made on other threads

    def _once(self, kind, owner, key, make, most=9):
        """What `make` gives, made once for each key of an owner; the last few are kept."""
        found = self._find(kind, owner, key)
        if found is None:
            found = make()
            with self._keeping:
                kept = self._kept.setdefault(kind, {})
                # Made on two threads at once: the first is kept, it may own something already.
                _, found = kept.setdefault((id(owner), key), (owner, found))
                while len(kept) > most:
                    del kept[next(iter(kept))]
        return found

    def _find(self, kind, owner, key):
        """What `_once` has kept, or None."""
        of, found = self._kept.get(kind, {}).get((id(owner), key), (None, None))
        return found if of is owner else None

    def source(self, picture, page=0, bands=None):
        """The picture at its full size."""
        return self._opening(picture, page, bands)

    def small(self, picture, page=0, bands=None):
        """The source and, of the working size, the picture and where it has data."""
        source = self.source(picture, page, bands)
        return source, *self._once("small", source, None, lambda: recipes.working(
            source.image, known=source.known), 2)  # it keeps the large ones alive

    def has_cut(self, picture, recipe, page=0, bands=None):
        """Whether `cut` has its answer already."""
        made = self._find("small", self.source(picture, page, bands), None)
        return made is not None and self._find("cut", made[0], _cut_by(recipe)) is not None

    def cut(self, picture, recipe, page=0, bands=None):
        """The source, the small picture, the cut and the map of a recipe."""
        source, small, known = self.small(picture, page, bands)

        def cut():
            if recipe.method != "k-means":
                return recipes.cut(small, recipe, known=known)
            looked = recipe.features, recipe.band, recipe.smooth
            seen = self._once("seen", small, looked,
                              lambda: recipes.observe(small, recipe, known=known), 3)
            return recipes.cluster(seen, recipe)

        found = self._once("cut", small, _cut_by(recipe), cut)
        tidy = self._once("tidy", found, recipe.min_area,
                          lambda: recipes.tidy(found.labels, recipe.min_area))
        edited = self._once("edited", tidy, recipe.edits, lambda: self._edit(tidy, recipe.edits), 3)
        made = self._once("map", edited, None, lambda: recipes.without_gaps(edited), 3)
        return source, small, found, made

    def _edit(self, tidy, edits):
        """One edit more than last time, or all of them."""
        before = self._find("edited", tidy, edits[:-1])
        if edits and before is not None:
            return recipes.change(before, edits[-1])
        return reduce(recipes.change, edits, recipes.unnamed(tidy))

    def areas(self, source, small, made, scale=None):
        """The table of classes, with areas where there is a scale, and the unit of those."""
        size, unit = scale or (source.pixel_size, source.unit)
        pixel = None if size is None else size * source.image.shape[1] / small.shape[1]
        return self._once("areas", made, (pixel, unit), lambda: exports.areas(
            made.classes, made.names, unit=unit, pixel_size=pixel), 3), unit

    def render(self, picture="flower", features="CIELAB", band="colour", method="k-means", k=4,
               smooth=1.0, position=0, min_area=40, edits=(), points=(), scale=None, page=0,
               bands=None):
        """See `render`."""
        recipe = recipes.Recipe(features, band, smooth, position, method, k, min_area, edits)
        source, small, found, made = self.cut(picture, recipe, page, bands)
        return draw(picture, source, small, found, made, recipe,
                    self.areas(source, small, made, scale), points)


def _cut_by(recipe):
    """What of a recipe decides the cut."""
    return recipe._replace(edits=(), min_area=0)


def draw(picture, source, small, found, made, recipe, areas, points=()):
    """The picture with borders and points, and the named map.

    Parameters
    ----------
    picture : str
        Its name.
    source : sources.Source
    small : ndarray of uint8, shape (rows, columns, 3)
        The picture at its working size.
    found : recipes.Draft
    made : recipes.Map
    recipe : recipes.Recipe
    areas : pandas.DataFrame, str
        The table of `Desk.areas`, and its unit.
    points : sequence of (row, column, name)
        Points of truth; without a name: to be named.

    Returns
    -------
    Picture
    """
    rows, columns = small.shape[:2]
    classes, (table, unit) = made.classes, areas
    colors = np.vstack([palettes.of_labels(np.arange(len(made.names))), palettes.NO_LABEL])
    side = recipes.WORKING
    big, large = drawing.resize(classes, side), drawing.resize(small, side)
    left = drawing.outline(large, big)
    painted = drawing.outline((colors // 2)[big] + large // 2, big)
    grow = left.shape[1] / columns
    if points:
        at = [((row + 0.5) * grow, (column + 0.5) * grow) for row, column, _ in points]
        left = annotations.write(left, at, _marks(points, made))
    seen = np.flatnonzero(table["pixels"] > 0)  # the minimum area may have dissolved a class
    table, n = table.iloc[seen], len(seen)
    told = [f"{name}: {100 * share:.1f} %" for name, share in zip(table["name"], table["share"])]
    if f"area_{unit}2" in table:
        told = [f"{words}, {area:,.4g} {unit.replace('u', 'µ')}²"
                for words, area in zip(told, table[f"area_{unit}2"])]
    names, regions = made.names, int(table["regions"].sum())
    [(what, value)] = found.told.items()
    full = "{} × {}".format(*source.image.shape[1::-1])
    text = (f"{_short(picture)}, worked on at {columns} × {rows} of {full} pixels; "
            f"{recipe.features}, {recipe.band}, blur {recipe.smooth:g}, "
            f"position {recipe.position:g}, {recipe.method}, {what} = {value:g}, regions of "
            f"{recipe.min_area:g} pixels or more: {n} class{'es' * (n != 1)} in "
            f"{regions} region{'s' * (regions != 1)}.")
    if source.note:
        text += f" {source.note}"
    layers = {"colour": small, "class": (classes, names)}
    key = annotations.legend(told[:12], colors[seen], width=2 * left.shape[1] + 12)
    return figures.panels({f"Borders, {regions} regions": left,
                           f"{n} class{'es' * (n != 1)}": painted}, alt=text, factor=1,
                          reads=[layers, layers], legend=key)


def _marks(points, made):
    """What is written at each point: its name, and whether the map agrees."""
    marks = []
    for number, (row, column, name) in enumerate(points, start=1):
        here = made.classes[row, column]
        right = here >= 0 and made.names[here] == name
        marks.append(f"{number}?" if not name else f"{'✓' if right else '✗'} {name}")
    return marks


def _short(picture):
    """The name of a file without its folders."""
    return str(picture).replace("\\", "/").rsplit("/", 1)[-1]


def trust(made, points):
    """What the points of truth say of a map.

    Parameters
    ----------
    made : recipes.Map
    points : sequence of (row, column, name)
        Those without a name are left out.

    Returns
    -------
    accuracy.Accuracy or None
        None without points. A name that the map does not have is wrong everywhere.
    """
    named = [one for one in points if one[2]]
    if not named:
        return None
    names = [*made.names, *sorted({name for *_, name in named} - set(made.names))]
    shares = np.bincount(made.classes[made.classes >= 0], minlength=len(names))
    return accuracy.estimate([names.index(name) for *_, name in named],
                             [int(made.classes[row, column]) for row, column, _ in named], shares)


_DESK = Desk()


def render(picture="flower", features="CIELAB", band="colour", method="k-means", k=4, smooth=1.0,
           position=0, min_area=40, edits=(), points=(), scale=None, page=0, bands=None):
    """The picture with borders, and the named map.

    Parameters
    ----------
    picture : str
        A name from `images.names()` or a path.
    features, band, method, k, smooth, position, min_area, edits
        As in `recipes.Recipe`.
    points
        As in `draw`.
    scale : (float, str), optional
        Side of a pixel of the full size, and its unit; by default as the source says.
    page, bands
        As in `sources.load`.

    Returns
    -------
    Picture
    """
    return _DESK.render(picture, features, band, method, k, smooth, position, min_area, edits,
                        points, scale, page, bands)


def explorer(*, app=False, folder=".", **start):
    """The workbench of lesson 09; keywords change where it starts.

    Parameters
    ----------
    app : bool
        Served to visitors: it then reads uploads and `folder`, nothing else, and writes nothing.
    folder : str
        Whose pictures are listed.
    **start
        Any of picture, features, band, method, k, smooth, position, min_area.

    Returns
    -------
    Workbench
    """
    from lessons_lib import clusterings

    value = starting(START, start)
    given = [value["picture"]] if value["picture"] not in SHIPPED else []
    return Workbench(
        Desk, "Workbench: your own picture", app=app, folder=folder,
        picture=choice("picture", [(_short(one), one) for one in (*given, *SHIPPED)],
                       value["picture"]),
        features=choice("features", list(SPACES), value["features"]),
        band=choice("band", list(recipes.BANDS), value["band"]),
        method=choice("method", list(clusterings.METHODS), value["method"]),
        k=slider("k, or fineness", value["k"], 2, 11),
        smooth=slider("blur (pixels)", value["smooth"], 0.0, 6.0, 0.5),
        position=slider("position", value["position"], 0, 100, 10),
        min_area=slider("minimum area", value["min_area"], 0, 400, 20))
