"""Lesson 00: one threshold on one picture."""

from functools import lru_cache

import numpy as np
from scipy import ndimage

from lessons_lib import drawing, figures, images
from lessons_lib.explorers.base import Explorer, choice, slider, starting


@lru_cache(maxsize=8)
def _gray_of(picture, stamp):
    """`stamp` tells a changed file."""
    return np.round(255 * images.gray(images.shrink(images.load(picture), 224))).astype(np.uint8)


def render(picture="coins", threshold=110):
    """A picture, and the connected parts brighter than a threshold.

    Parameters
    ----------
    picture : str
        A name from `images.names`.
    threshold : int, 0 to 255

    Returns
    -------
    Picture
    """
    gray = _gray_of(picture, images.stamp(picture))
    parts, n = ndimage.label(gray > threshold)
    share = 100 * (parts > 0).mean()
    text = (f"{picture}, threshold {threshold}: {share:.0f} % of the pixels are brighter, in {n} "
            "connected parts.")
    return figures.panels(
        {f"Picture: {picture}": drawing.enlarge(gray, 2),
         f"Brighter than {threshold}: {n} parts":
             drawing.paint(parts - 1, factor=2, numbers=False)},
        alt=text, factor=1, reads={"value": gray, "part": parts - 1})


def explorer(pictures=("coins", "camera", "page", "moon"), **start):
    """The sliders of lesson 00; keywords change where they start."""
    value = starting({"picture": pictures[0], "threshold": 110}, start)
    return Explorer(render, "Explorer: one threshold",
                    picture=choice("picture", list(pictures), value["picture"]),
                    threshold=slider("threshold", value["threshold"], 0, 255))
