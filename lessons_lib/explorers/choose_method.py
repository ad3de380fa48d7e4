"""Lesson 08: one scene, nine methods, from coarse to fine."""

import time
from functools import lru_cache

from lessons_lib import clusterings, drawing, figures, scenes, scores
from lessons_lib.explorers.base import Explorer, choice, slider, starting

SCENES = {"four discs": scenes.discs, "landscape": scenes.terrain, "coins": scenes.coins,
          "photograph": scenes.photograph}
PANEL = 440  # pixels


@lru_cache(maxsize=4)
def scene_of(name):
    """One of `SCENES`, made once."""
    return SCENES[name]()


@lru_cache(maxsize=4)
def pieces_of(name):
    """Its superpixels, made once."""
    return clusterings.superpixels(scene_of(name).image)


@lru_cache(maxsize=360)  # all there are
def cut(scene, method, level):
    """A scene cut by a method, made once: the `Clustering`, and the seconds it took.

    The superpixels are not in the time: they stand before the first method asks for them.
    """
    told = clusterings.at_level(method, level)
    if method in clusterings.ON_SUPERPIXELS:
        told["made"] = pieces_of(scene)
    image = scene_of(scene).image
    begin = time.perf_counter()
    found = clusterings.segment(image, method, **told)
    return found, time.perf_counter() - begin


def render(scene="landscape", method="k-means", level=2):
    """Borders over the picture, and the regions.

    Parameters
    ----------
    scene : str
        One of `SCENES`.
    method : str
        One of `clusterings.METHODS`.
    level : int, 0 to 9
        From coarse to fine, see `clusterings.at_level`.

    Returns
    -------
    Picture
    """
    shown, (found, _) = scene_of(scene), cut(scene, method, level)
    labels, n = found.labels, int(found.labels.max()) + 1
    [(name, value)] = found.told.items()
    noise = 100 * (labels < 0).mean()
    score = "nobody knows the truth"
    if shown.truth is not None:
        score = f"ARI {scores.adjusted_rand(shown.truth, labels):z.2f}"
    text = (
        f"{scene}, {method}, {name} = {value:g}: {n} label{'s' * (n != 1)}, {noise:.0f} % noise, "
        f"on {found.on}; {score}."
    )
    big = drawing.resize(labels, PANEL)
    picture = drawing.resize(shown.image, PANEL)
    return figures.panels(
        {f"{method}, {name} = {value:g}": drawing.outline(picture, big),
         f"{n} label{'s' * (n != 1)}: {score}": drawing.paint(big, image=picture, numbers=n <= 30)},
        alt=text, factor=1, reads={"colour": shown.image, "label": labels})


class Nine(Explorer):
    """Cuts on a thread of its own, and says how long it took."""

    def __init__(self, *args, **controls):
        self._known = set()
        super().__init__(*args, **controls)

    def work(self, **settings):
        """The cut, if it was not made yet."""
        key = tuple(settings.values())
        if key in self._known:
            return None

        def run():
            cut(**settings)
            self._known.add(key)

        return run

    def adds(self, **settings):
        """The seconds."""
        ready = settings["method"] in clusterings.ON_SUPERPIXELS
        aside = ", the superpixels not counted" if ready else ""
        return f"It took {cut(**settings)[1]:.2f} s{aside}."


def explorer(**start):
    """The sliders of lesson 08; keywords change where they start.

    Parameters
    ----------
    **start
        Any of the parameters of `render`.

    Returns
    -------
    Explorer
    """
    value = starting({"scene": "landscape", "method": "k-means", "level": 2}, start)

    return Nine(render, "Explorer: nine methods",
                scene=choice("scene", list(SCENES), value["scene"]),
                method=choice("method", list(clusterings.METHODS), value["method"]),
                level=slider("coarse to fine", value["level"], 0, 9))


def tree_renderer(image, n_segments=400, leaves=12):
    """A function that cuts the tree of Ward's merges of a picture.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
    n_segments : int
        About how many superpixels are merged.
    leaves : int
        How many regions the drawing of the tree begins with.

    Returns
    -------
    callable
        ``render(k=4) -> Picture``.
    """
    pieces, means, _ = clusterings.superpixels(image, n_segments)
    merges = clusterings.ward_merges(pieces, means)
    leaves = min(leaves, len(means))
    shown = drawing.resize(image, PANEL)
    # The height of a line that leaves 1, 2, ... regions: between two merges.
    steps = [1.05 * merges[-1, 2], *merges[::-1, 2], 0]
    heights = [(above + below) / 2 for above, below in zip(steps[:leaves], steps[1:])]

    def render(k=min(4, leaves)):
        labels = clusterings.cut_merges(merges, k)[pieces]
        height = heights[k - 1]
        plural = "s" * (k != 1)
        text = f"The tree is cut at a cost of {height:.0f}: k = {k} region{plural}."
        return figures.panels(
            {f"{k} region{plural}": drawing.paint(drawing.resize(labels, PANEL), image=shown),
             f"The last {leaves - 1} merges, cut at {height:.0f}": _tree(merges, leaves, height)},
            alt=text, factor=1, reads=[{"colour": image, "region": labels}, None])

    render.largest = leaves
    return render


def _tree(merges, leaves, height):
    from scipy.cluster.hierarchy import dendrogram

    figure, axes = figures.chart(4.4, 3.4)
    dendrogram(merges, p=leaves, truncate_mode="lastp", ax=axes, no_labels=True,
               color_threshold=0, above_threshold_color="#14689E")
    axes.axhline(height, color="#CD5428", linestyle="--")
    axes.set(ylabel="cost of the merge")
    return figures.finish(figure, alt="A tree of merges.").rgb


def tree(image, k=4):
    """The slider that cuts the tree of Ward's merges.

    Parameters
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
    k : int
        Where it starts.

    Returns
    -------
    Explorer
    """
    render = tree_renderer(image)
    return Explorer(render, "Explorer: where to cut the tree",
                    k=slider("k (regions)", min(k, render.largest), 1, render.largest))
