"""Scenes of discs, made by us, so that the true label of every pixel is known."""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks

# The four touching discs of scikit-learn's example on spectral clustering.
FOUR_CENTERS = ((28, 24), (40, 50), (67, 58), (24, 70))
FOUR_RADII = (16, 14, 15, 14)


class Discs(NamedTuple):
    """A picture whose segmentation is known.

    Attributes
    ----------
    image : ndarray of float64, shape (size, size)
        Grey values: 2 inside the discs, 1 outside, plus noise. With ``additive``,
        3 where two discs overlap.
    truth : ndarray of int32, shape (size, size)
        0, 1, ... for the discs in the order given; -1 outside all discs.
    mask : ndarray of bool, shape (size, size)
        True inside the discs.

    Examples
    --------
    >>> scene = make(noise=0)
    >>> {name: array.shape for name, array in scene._asdict().items()}
    {'image': (100, 100), 'truth': (100, 100), 'mask': (100, 100)}
    """

    image: np.ndarray
    truth: np.ndarray
    mask: np.ndarray


def make(centers=FOUR_CENTERS, radii=FOUR_RADII, *, size=100, noise=0.2, seed=0, additive=False):
    """Draw discs and add noise.

    Parameters
    ----------
    centers : sequence of (row, column), in pixels
        One centre for each disc.
    radii : float or sequence of float, in pixels
        One radius for all discs, or one for each.
    size : int
        Height and width of the picture in pixels.
    noise : float
        Standard deviation of the Gaussian noise; the step from outside to
        inside a disc is 1.
    seed : int
        The same seed gives the same noise.
    additive : bool
        Overlapping discs add their light, like torch beams; by default they merge.

    Returns
    -------
    Discs
        Where discs overlap, a pixel belongs to the disc in which it lies
        deepest: the one with the smallest ``distance**2 - radius**2``. The
        border is then the straight line through the two points where the
        circles meet.

    Raises
    ------
    ValueError
        If a number is out of range, or if a disc gets no pixel because it lies
        outside the picture or behind another disc.

    Examples
    --------
    >>> make([(1, 1), (2, 2)], 1.2, size=4, noise=0).truth
    array([[-1,  0, -1, -1],
           [ 0,  0,  0, -1],
           [-1,  0,  1,  1],
           [-1, -1,  1, -1]], dtype=int32)
    """
    centers = _checks.floats("centers", centers)
    if centers.ndim != 2 or centers.shape[1] != 2 or len(centers) == 0:
        raise ValueError(f"centers must hold (row, column) pairs; its shape is {centers.shape}")
    radii = _checks.floats("radii", radii)
    if radii.ndim > 1 or radii.ndim == 1 and len(radii) != len(centers):
        raise ValueError(f"radii must be one number or one for each of the {len(centers)} "
                         f"centers; its shape is {radii.shape}")
    radii = np.broadcast_to(radii, len(centers))
    if not (np.isfinite(radii).all() and (radii > 0).all()):
        raise ValueError(f"radii must be positive numbers of pixels, got {radii.tolist()}")
    size = _checks.whole("size", size, 2, 5000)
    noise = _checks.real("noise", noise, 0, unit="standard deviation")
    seed = _checks.seed(seed)

    rows, columns = np.indices((size, size))
    depth = np.stack([(rows - r) ** 2 + (columns - c) ** 2 - radius ** 2
                      for (r, c), radius in zip(centers, radii)])
    mask = (depth < 0).any(axis=0)
    truth = np.where(mask, depth.argmin(axis=0), -1).astype(np.int32)
    empty = sorted(set(range(len(centers))) - set(truth[mask].tolist()))
    if empty:
        raise ValueError(f"centers and radii must leave some pixels to every disc; disc "
                         f"{empty[0]} has none: it lies outside the picture or behind another")
    rng = np.random.default_rng(seed)
    light = (depth < 0).sum(axis=0) if additive else mask
    image = 1.0 + light + noise * rng.standard_normal(mask.shape)
    return Discs(image, truth, mask)


def pair(ratio=1.0, *, distance=0.95, radius=20.0, size=100, noise=0.2, seed=0):
    """Two discs side by side.

    Parameters
    ----------
    ratio : float, above 0
        Radius of the right disc divided by that of the left.
    distance : float, above 0
        Distance of the centres divided by the sum of the radii: 1 touches,
        less overlaps and gives a wider neck, more leaves a gap.
    radius : float, in pixels
        Radius of the left disc.
    size, noise, seed
        As in `make`.

    Returns
    -------
    Discs

    Raises
    ------
    ValueError
        As in `make`, and if the discs do not fit into the picture.

    Examples
    --------
    >>> scene = pair(0.5, radius=10, size=50)
    >>> [int((scene.truth == disc).sum()) for disc in (0, 1)]
    [312, 74]
    """
    for name, value in (("ratio", ratio), ("distance", distance)):
        _checks.real(name, value, above=0)
    gap = distance * (radius + ratio * radius)
    width = radius + gap + ratio * radius
    if width > size - 2 or 2 * max(radius, ratio * radius) > size - 2:
        raise ValueError(f"radius, ratio and distance need a picture {width + 2:.0f} pixels wide; "
                         f"size is {size}: make size larger or radius smaller")
    left = (size - width) / 2 + radius
    middle = (size - 1) / 2
    return make([(middle, left), (middle, left + gap)], [radius, ratio * radius],
                size=size, noise=noise, seed=seed)
