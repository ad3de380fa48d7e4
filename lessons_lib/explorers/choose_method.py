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
        return f"It took {cut(**settings)[1]:.2f} s."


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
