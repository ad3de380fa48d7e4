"""The next picture: names found in one applied to others, and what changed between two."""

import json
from pathlib import Path

import numpy as np

from lessons_lib import _checks, features, recipes, sources

FORM = 1  # of the settings


def settings(recipe, found, made, *, picture="", page=0, bands=None, pixel_size=None, unit="px"):
    """All that is needed to make a map again, or to name other pictures alike.

    Parameters
    ----------
    recipe : recipes.Recipe
    found : recipes.Draft
    made : recipes.Map
    picture : str
        Its name or path.
    page, bands
        As in `sources.load`.
    pixel_size, unit
        As in `sources.Source`.

    Returns
    -------
    dict
        Of numbers, text, lists and dicts only: write it by ``json.dump``.

    Examples
    --------
    >>> image = np.array([[[0, 0, 0], [250, 250, 250]]], np.uint8)
    >>> recipe = recipes.Recipe(k=2, edits=(("name", 0, 1, "light"),))
    >>> kept = settings(recipe, recipes.cut(image, recipe), recipes.run(image, recipe))
    >>> kept["names"], kept["of_cluster"]
    (['class 0', 'light'], [0, 1])
    """
    return {
        "form": FORM, "picture": str(picture), "page": int(page),
        "bands": None if bands is None else [int(one) for one in bands],
        "recipe": {**recipe._asdict(), "edits": [list(one) for one in recipe.edits]},
        "centers": None if found.centers is None else found.centers.tolist(),
        "of_cluster": made.of_cluster.tolist(), "names": list(made.names),
        "pixel_size": pixel_size, "unit": unit,
    }


def load_settings(path):
    """Read settings that were written as JSON.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    dict
        As from `settings`.

    Raises
    ------
    ValueError
        If the file is none.

    Examples
    --------
    >>> load_settings("no such file")
    Traceback (most recent call last):
        ...
    ValueError: path='no such file' must be settings written as JSON: there is no such file
    """
    try:
        kept = json.loads(Path(path).read_text(encoding="utf-8"))
        recipe_of(kept)
    except FileNotFoundError:
        raise ValueError(f"path={str(path)!r} must be settings written as JSON: there is no such "
                         "file") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"path={str(path)!r} must be settings written as JSON: {error}") from error
    return kept


def recipe_of(kept):
    """The recipe in settings.

    Raises
    ------
    ValueError
        If they hold none.

    Examples
    --------
    >>> recipe_of({"form": 1, "recipe": {"k": 3, "edits": [["name", 0, 0, "sea"]]}}).edits
    (('name', 0, 0, 'sea'),)
    """
    if not isinstance(kept, dict) or kept.get("form") != FORM or "recipe" not in kept:
        raise ValueError(f"settings must be those of this course, of form {FORM}")
    wrong = sorted(set(kept["recipe"]) - set(recipes.Recipe._fields))
    if wrong:
        raise ValueError(f"settings hold {wrong[0]!r}, which no recipe has")
    edits = tuple(tuple(one) for one in kept["recipe"].get("edits", ()))
    return recipes.Recipe(**{**kept["recipe"], "edits": edits})


class Namer:
    """Names the pixels of other pictures as settings have named those of one.

    Parameters
    ----------
    kept : dict
        As from `settings`, of k-means without position.

    Attributes
    ----------
    names : list of str

    Raises
    ------
    ValueError
        If the settings have no centres, or the position counted.

    Examples
    --------
    >>> image = np.array([[[0, 0, 0], [250, 250, 250]]], np.uint8)
    >>> recipe = recipes.Recipe(k=2)
    >>> kept = settings(recipe, recipes.cut(image, recipe), recipes.run(image, recipe))
    >>> Namer(kept)(image[:, ::-1]).tolist()
    [[1, 0]]
    """

    def __init__(self, kept):
        self.recipe, self.names = recipe_of(kept), list(kept["names"])
        if kept.get("centers") is None or self.recipe.position:
            raise ValueError("settings must be of k-means without position to name other pictures; "
                             f"these are of {self.recipe.method}, position "
                             f"{self.recipe.position:g}")
        centers = np.array(kept["centers"], float)
        if centers.ndim != 2 or centers.shape[1] != len(features.SPACES[self.recipe.features]):
            raise ValueError("settings hold centers that do not belong to "
                             f"{self.recipe.features}: their shape is {centers.shape}")
        self._of_cluster = np.array(kept["of_cluster"], np.int32)
        self._look = recipes.Lookup(self.recipe.features, centers)

    def __call__(self, image, known=None):
        """Classes of a picture: ndarray of int32, shape (rows, columns); -1 without data."""
        scale = max(1.0, max(image.shape[:2]) / self.recipe.side)
        seen = recipes.prepare(image, self.recipe, scale=scale)
        classes = self._of_cluster[self._look(seen)]
        return classes if known is None else np.where(known, classes, np.int32(-1))


def name_folder(paths, kept):
    """Name the pixels of many pictures, one after the other.

    Parameters
    ----------
    paths : iterable of str or path
    kept : dict
        As for `Namer`.

    Yields
    ------
    int
        How many are done.

    Returns
    -------
    table : pandas.DataFrame
        One row for each picture and class: picture, class, name, pixels, share; with a known scale
        of that picture also the area and its unit.
    failed : dict of str to str
        Files that were passed over, and why.

    Examples
    --------
    >>> image = np.zeros((2, 2, 3), np.uint8)
    >>> recipe = recipes.Recipe(k=2)
    >>> kept = settings(recipe, recipes.cut(image, recipe), recipes.run(image, recipe))
    >>> table, failed = recipes.finished(name_folder(["coins", "no such file"], kept))
    >>> table["pixels"].tolist(), list(failed)
    ([116352], ['no such file'])
    """
    import pandas as pd

    namer, rows, failed = Namer(kept), [], {}
    for done, path in enumerate(paths, start=1):
        name = str(path) if isinstance(path, str) else path.name
        try:
            source = sources.load(path, page=kept.get("page", 0), bands=kept.get("bands"))
            classes = namer(source.image, source.known)
        except (ValueError, TypeError, OSError, MemoryError) as error:
            failed[name] = str(error) or type(error).__name__
        else:
            counts = np.bincount(classes[classes >= 0], minlength=len(namer.names))
            for i, count in enumerate(counts.tolist()):
                row = {"picture": name, "class": i, "name": namer.names[i], "pixels": count,
                       "share": count / max(1, counts.sum())}
                if source.pixel_size is not None:
                    row |= {"area": count * source.pixel_size ** 2, "unit": f"{source.unit}2"}
                rows.append(row)
        yield done
    columns = ["picture", "class", "name", "pixels", "share"]
    return (pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)), failed


def change(before, after, names, *, pixel_size=None):
    """What became of what: a table of two maps of one scene.

    Parameters
    ----------
    before, after : ndarray of int, shape (rows, columns)
        Classes; pixels that are -1 in either are left out.
    names : sequence of str
        One for each class.
    pixel_size : float, optional
        With it the entries are areas, else pixels.

    Returns
    -------
    pandas.DataFrame
        Row: before; column: after; with their sums.

    Raises
    ------
    ValueError
        If the maps differ in shape, or hold a class without a name.

    Examples
    --------
    >>> made = change(np.array([[0, 0, 1]]), np.array([[0, 1, 1]]), ["forest", "field"])
    >>> made.loc["forest"].tolist()
    [1, 1, 2]
    """
    import pandas as pd

    before, after = _checks.label_map(before, "before"), _checks.label_map(after, "after")
    if before.shape != after.shape:
        raise ValueError("before and after must show the same scene in the same pixels; their "
                         f"shapes are {before.shape} and {after.shape}")
    m = len(names)
    for name, one in (("before", before), ("after", after)):
        if one.min() < -1 or one.max() >= m:
            raise ValueError(f"{name} must hold classes 0 to {m - 1}, which have names, or -1; it "
                             f"goes from {one.min()} to {one.max()}")
    both = (before >= 0) & (after >= 0)
    pairs = before[both].astype(np.int64) * m + after[both]
    counts = np.bincount(pairs, minlength=m * m).reshape(m, m)
    if pixel_size is not None:
        counts = counts * _checks.real("pixel_size", pixel_size, above=0) ** 2
    table = pd.DataFrame(counts, index=pd.Index(list(names), name="before"),
                         columns=pd.Index(list(names), name="after"))
    table["sum"] = table.sum(axis=1)
    table.loc["sum"] = table.sum()
    return table
