"""Pictures whose regions are known, and one whose are not, each as the same kind of scene."""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, circles, images, landscape


class Scene(NamedTuple):
    """A picture and what is known of it.

    Attributes
    ----------
    image : ndarray of uint8, shape (rows, columns, 3)
        RGB.
    truth : ndarray of int32, shape (rows, columns), or None
        0, 1, ... for the true regions or classes.

    Examples
    --------
    >>> scene = terrain(64)
    >>> scene.image.shape, scene.truth.shape
    ((64, 64, 3), (64, 64))
    """

    image: np.ndarray
    truth: np.ndarray | None


def discs(size=160, *, noise=0.2, seed=0):
    """Four touching discs on a ground (lesson 01); the ground is region 0.

    Parameters
    ----------
    size : int
        Height and width in pixels, 40 or more.
    noise : float
        Standard deviation; the step at the rim of a disc is 1.
    seed : int

    Returns
    -------
    Scene

    Examples
    --------
    >>> int(discs(80).truth.max())
    4
    """
    size = _checks.whole("size", size, 40, 5000)
    places = np.array(circles.FOUR_CENTERS) * size / 100
    made = circles.make(places, np.array(circles.FOUR_RADII) * size / 100, size=size, noise=noise,
                        seed=seed)
    # Light from 0 to 3 becomes 0 to 255, whatever the noise: contrast must mean the same
    # everywhere.
    gray = np.clip(np.round(made.image * 85), 0, 255).astype(np.uint8)
    return Scene(images.load(gray), made.truth + 1)


def terrain(size=160, *, seed=0, width=0.06):
    """A landscape of four classes (lesson 03).

    Parameters
    ----------
    size, seed
        As in `landscape.heights`.
    width : float
        Of the soft transitions, as in `landscape.colorize`.

    Returns
    -------
    Scene

    Examples
    --------
    >>> terrain(64).image.shape
    (64, 64, 3)
    """
    made = landscape.make(size, seed=seed, width=width, scale=max(size / 5, 4.1))
    return Scene(made.image, made.truth)


def coins(max_side=220, *, dark=30, bright=150):
    """The coins of lesson 02 with its reference: the table is region 0.

    Parameters
    ----------
    max_side : int, in pixels
        The reference is made at full size, then shrunk with the picture.
    dark, bright : int, 0 to 255
        Surely table, surely coin.

    Returns
    -------
    Scene

    References
    ----------
    S. van der Walt et al. (2014). scikit-image: image processing in Python. PeerJ 2:e453; its
    example on coins floods the slopes (`skimage.segmentation.watershed`).

    Examples
    --------
    >>> int(coins(200).truth.max())
    24
    """
    from scipy import ndimage
    from skimage.filters import sobel
    from skimage.segmentation import watershed

    image = images.load("coins")
    gray = image[..., 0]
    certain = np.where(gray < dark, 1, np.where(gray > bright, 2, 0))
    flooded = watershed(sobel(gray.astype(float)), certain) == 2
    blobs, _ = ndimage.label(ndimage.binary_fill_holes(flooded))
    areas = np.bincount(blobs.ravel())
    truth = np.zeros(gray.shape, np.int32)
    for number, blob in enumerate(np.flatnonzero(areas[1:] >= 200) + 1, start=1):
        truth[blobs == blob] = number
    small = images.shrink(image, _checks.whole("max_side", max_side, 100))
    rows, columns = (np.arange(n) * m // n for n, m in zip(small.shape, truth.shape))
    return Scene(small, truth[rows[:, None], columns])


def photograph(source="flower", max_side=220):
    """A photograph; nobody knows its regions.

    Parameters
    ----------
    source
        As for `images.load`.
    max_side : int, in pixels

    Returns
    -------
    Scene

    Examples
    --------
    >>> photograph().truth is None
    True
    """
    return Scene(images.shrink(images.load(source), max_side), None)
