"""A ball on a beach, half of it in the shade: a small scene with known truth."""

from typing import NamedTuple

import numpy as np

SKIES = {"blue": (135, 180, 220), "hazy": (208, 200, 182)}
SAND, PAINT = (215, 195, 150), (170, 80, 50)


class Beach(NamedTuple):
    """A picture, and where its ball lies.

    Attributes
    ----------
    image : ndarray of uint8, shape (120, 180, 3)
    ball : ndarray of bool, shape (120, 180)

    Examples
    --------
    >>> bool(make().ball.any())
    True
    """

    image: np.ndarray
    ball: np.ndarray


def make(sky="blue", *, shade=0.5, noise=6.0, seed=0):
    """Paint sky, sand and a ball whose right half lies in the shade.

    Parameters
    ----------
    sky : {"blue", "hazy"}
    shade : float, 0 to 1
        What is left of the numbers of the ball's colour in the shade.
    noise : float
        Standard deviation, in steps of 0 to 255.
    seed : int
        For the noise.

    Returns
    -------
    Beach

    Examples
    --------
    >>> made = make("hazy")
    >>> made.image.shape, made.ball.shape
    ((120, 180, 3), (120, 180))
    """
    if sky not in SKIES:
        raise ValueError(f"sky must be one of {list(SKIES)}; got {sky!r}")
    if not 0 <= shade <= 1:
        raise ValueError(f"shade must be a number from 0 to 1; got {shade!r}")
    down, across = np.mgrid[:120, :180]
    scene = np.where(down[..., None] < 54, SKIES[sky], SAND).astype(float)
    ball = np.hypot(down - 72, across - 89.5) < 30
    scene[ball] = PAINT
    scene[ball & (across >= 90)] *= shade
    scene += np.random.default_rng(seed).normal(0, noise, scene.shape)
    return Beach(scene.clip(0, 255).astype(np.uint8), ball)
