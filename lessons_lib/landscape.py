"""Landscapes made by us: heights from Perlin noise, colours from heights, the truth known."""

from typing import NamedTuple

import numpy as np

from lessons_lib import _checks, _perlin

NAMES = ("water", "grass", "mountain", "snow")
COLORS = np.array([(20, 20, 220), (20, 220, 20), (139, 69, 19), (220, 220, 220)], dtype=np.uint8)
LEVELS = (0.4, 0.6, 0.8)
_REACH = 0.35  # of `window`: 99 % of the noise lies within


class Landscape(NamedTuple):
    """A landscape whose classes are known.

    Attributes
    ----------
    image : ndarray of uint8, shape (size, size, 3)
        RGB.
    truth : ndarray of int32, shape (size, size)
        0, 1, 2, 3 for the classes of `NAMES`.
    heights : ndarray of float64, shape (size, size)
        0 to 1.

    Examples
    --------
    >>> scene = make(64)
    >>> {name: array.shape for name, array in scene._asdict().items()}
    {'image': (64, 64, 3), 'truth': (64, 64), 'heights': (64, 64)}
    """

    image: np.ndarray
    truth: np.ndarray
    heights: np.ndarray


def perlin(x, y, *, seed=0):
    """One octave of Perlin noise on a grid.

    Parameters
    ----------
    x, y : ndarray of float32, shapes (rows,) and (columns,)
        Coordinates of the rows and of the columns, 0 or more, in units of the noise grid.
    seed : int
        0 is Ken Perlin's own noise; any other seed shuffles its table.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        About -1 to 1; 0 where both coordinates are whole.

    References
    ----------
    K. Perlin (2002). Improving noise. ACM Transactions on Graphics 21(3), 681-682. With
    ``seed=0`` the values are those of `noise.pnoise2`, bit for bit, where the compiler of
    `noise` does not fuse multiplications and additions (as on x86-64).

    Examples
    --------
    >>> perlin([0.0, 0.5], [0.0, 0.25, 0.75]).round(3) + 0
    array([[ 0.   ,  0.   ,  0.   ],
           [ 0.   , -0.039, -0.112]], dtype=float32)
    """
    x, y = np.asarray(x, np.float32), np.asarray(y, np.float32)
    i, j = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    x, y = (x - i.astype(np.float32))[:, None], y - j.astype(np.float32)
    # Only the grid points that some pixel needs: a fine octave's grid has more cells than pixels.
    (rows, i), (columns, j) = (np.unique([n, n + 1], return_inverse=True) for n in (i, j))
    i, j = i.reshape(2, -1), j.reshape(2, -1)
    toward = slopes(rows, columns, seed=seed)

    def plane_of(di, dj):
        """Height at each pixel of the plane through the corner (i + di, j + dj)."""
        down, along = toward.take(j[dj], axis=2)  # unlike toward[..., j[dj]], in memory order
        along *= y - np.float32(dj)
        plane = down.take(i[di], axis=0)
        plane *= x - np.float32(di)
        plane += along.take(i[di], axis=0)
        return plane

    across = _perlin.fade(x)
    left, right = (_perlin.mix(across, plane_of(0, dj), plane_of(1, dj)) for dj in (0, 1))
    return _perlin.mix(_perlin.fade(y), left, right)


def slopes(rows, columns, *, seed=0):
    """How the planes tilt that `perlin` blends, one at each point of its grid.

    Parameters
    ----------
    rows, columns : ndarray of int, shapes (m,) and (n,)
        Grid points, 0 or more.
    seed : int
        As in `perlin`.

    Returns
    -------
    ndarray of float32, shape (2, m, n)
        How much the plane rises for one step down, and for one to the right: -1, 0 or 1.

    Examples
    --------
    >>> slopes([0, 1], [0, 1, 2]).shape
    (2, 2, 3)
    """
    table = _perlin.permutation(seed).astype(np.intp)
    rows, columns = np.asarray(rows, np.intp), np.asarray(columns, np.intp)
    mixed = table[table[table[rows & 255][:, None] + (columns & 255) & 255]]
    return _perlin.DIRECTIONS[:, mixed & 15]


def octave(n, size, scale=100.0, lacunarity=2.0, seed=0):
    """One layer of `heights`, before it is made quieter.

    Parameters
    ----------
    n : int
        0 for the coarsest.
    size, scale, lacunarity, seed
        As in `heights`.

    Returns
    -------
    ndarray of float32, shape (size, size)

    Examples
    --------
    The next octave is the same noise, twice as fine.

    >>> coarse, fine = octave(0, 8, scale=4), octave(1, 8, scale=4)
    >>> np.array_equal(fine[:4, :4], coarse[::2, ::2])
    True
    """
    frequency = np.float32(1)
    for _ in range(n):
        frequency *= np.float32(lacunarity)
    at = (np.arange(size) / scale).astype(np.float32) * frequency
    # In pieces that fit the cache.
    return np.concatenate([perlin(at[row:row + 128], at, seed=seed) for row in range(0, size, 128)])


def stack(octaves, persistence=0.5):
    """Add octaves up and stretch the sum to 0..1.

    Parameters
    ----------
    octaves : iterable of ndarray of float32, shape (size, size)
    persistence : float
        As in `heights`.

    Returns
    -------
    ndarray of float64, shape (size, size)

    Raises
    ------
    ValueError
        If the sum is flat.

    Examples
    --------
    >>> coarse, fine = np.float32([[0, 0], [4, 4]]), np.float32([[0, 2], [0, 2]])
    >>> stack([coarse, fine]).round(2).tolist()
    [[0.0, 0.2], [0.8, 1.0]]
    """
    total, amplitude, loudest = 0, np.float32(1), np.float32(0)
    for layer in octaves:
        total = total + layer * amplitude
        loudest += amplitude
        amplitude *= np.float32(persistence)
    total = (total / loudest).astype(float)
    low, high = total.min(), total.max()
    if low == high:
        raise ValueError("octaves must not be flat: all heights are equal")
    total -= low
    total /= high - low
    return total


def heights(size=512, scale=100.0, octaves=6, persistence=0.5, lacunarity=2.0, seed=0):
    """Hills and valleys: a sum of Perlin noise, coarse to fine.

    Parameters
    ----------
    size : int
        Height and width in pixels, 2 to 4096.
    scale : float, in pixels
        Distance of the grid points of the first octave: how wide hills are.
    octaves : int, 1 to 12
        Number of layers.
    persistence : float, above 0
        Amplitude of each layer divided by that of the one before.
    lacunarity : float, 1 or more
        Frequency of each layer divided by that of the one before.
    seed : int, 0 or more
        Another seed, another landscape; see `perlin`.

    Returns
    -------
    ndarray of float64, shape (size, size)
        0 at the lowest pixel, 1 at the highest.

    Raises
    ------
    ValueError
        If a number is out of range, or if the noise is flat.

    Examples
    --------
    >>> hills = heights(64)
    >>> hills.shape, hills.min().item(), hills.max().item()
    ((64, 64), 0.0, 1.0)
    """
    size, octaves, seed = _check_heights(size, scale, octaves, persistence, lacunarity, seed)
    layers = [octave(n, size, scale, lacunarity, seed) for n in range(octaves)]
    if not any(layer.any() for layer in layers):
        raise ValueError(f"scale={scale:g} puts every pixel on a grid point, where the noise is 0: "
                         "give another scale")
    return stack(layers, persistence)


def _check_heights(size, scale, octaves, persistence, lacunarity, seed):
    whole = (_checks.whole("size", size, 2, 4096), _checks.whole("octaves", octaves, 1, 12),
             _checks.whole("seed", seed, 0, 2**63))
    size = whole[0]
    # Beyond 1,000 grid cells the reference starts to repeat itself.
    for name, value, low, high in (("scale", scale, max(size / 1000, 1e-9), 1e9),
                                   ("persistence", persistence, 1e-3, 1e3),
                                   ("lacunarity", lacunarity, 1.0, 8.0)):
        _checks.real(name, value, low, high)
    return whole


def window(rows, columns, *, scale=100.0, octaves=6, persistence=0.5, lacunarity=2.0, seed=0):
    """A window of an endless landscape: heights of any rows and columns, without the rest.

    Parameters
    ----------
    rows, columns : range
        Which pixels, 0 or more.
    scale, octaves, persistence, lacunarity, seed
        As in `heights`.

    Returns
    -------
    ndarray of float64, shape (len(rows), len(columns))
        0 to 1. The stretch is fixed, so windows that touch fit together without a seam. `heights`
        stretches by its lowest and highest pixel, which one window cannot know of all others.

    Raises
    ------
    ValueError
        If `rows` or `columns` is empty or begins below 0, or a number is out of range.

    Notes
    -----
    With ``lacunarity=2`` the landscape repeats after ``256 * scale`` pixels.

    Examples
    --------
    >>> whole = window(range(8), range(8))
    >>> np.array_equal(window(range(4, 8), range(2, 5)), whole[4:8, 2:5])
    True
    """
    _, octaves, seed = _check_heights(2, scale, octaves, persistence, lacunarity, seed)
    at = []
    for name, pixels in (("rows", rows), ("columns", columns)):
        pixels = np.asarray(pixels)
        if pixels.ndim != 1 or not pixels.size or pixels.dtype.kind not in "iu" or pixels[0] < 0:
            raise ValueError(f"{name} must be a range of pixels from 0 on, such as range(500, "
                             f"1000); got shape {pixels.shape}, dtype {pixels.dtype}")
        at.append((pixels / scale).astype(np.float32))
    total = np.zeros((len(at[0]), len(at[1])), np.float32)
    frequency = amplitude = np.float32(1)
    for _ in range(octaves):
        for row in range(0, len(at[0]), 128):  # in pieces that fit the cache
            piece = perlin(at[0][row:row + 128] * frequency, at[1] * frequency, seed=seed)
            total[row:row + 128] += piece * amplitude
        frequency *= np.float32(lacunarity)
        amplitude *= np.float32(persistence)
    loudest = sum(persistence ** n for n in range(octaves))
    return np.clip(0.5 + total.astype(float) / loudest / (2 * _REACH), 0, 1)


def contours(heights, levels=(0.3, 0.5, 0.7)):
    """Isolines: lines that join points of equal height.

    Parameters
    ----------
    heights : ndarray of float, shape (rows, columns), both at least 2
    levels : sequence of float

    Returns
    -------
    list of list of ndarray of float64, shape (n, 2)
        For each level its lines, as (row, column) of their points, between pixels
        by linear interpolation (`skimage.measure.find_contours`).

    Examples
    --------
    >>> slope = np.array([[0.0, 1.0], [0.0, 1.0]])
    >>> contours(slope, [0.25])[0][0].tolist()
    [[1.0, 0.25], [0.0, 0.25]]
    """
    from skimage.measure import find_contours

    heights = _checks.finite("heights", heights)
    if heights.ndim != 2 or min(heights.shape) < 2:
        raise ValueError("heights must have at least 2 rows and 2 columns; their shape is "
                         f"{heights.shape}")
    return [find_contours(heights, level) for level in levels]


def classify(heights, levels=LEVELS):
    """The class of every pixel: how many of the levels it reaches.

    Parameters
    ----------
    heights : ndarray of float
    levels : sequence of float, ascending

    Returns
    -------
    ndarray of int32, same shape
        0 below the first level, 1 from there on, and so forth.

    Raises
    ------
    ValueError
        If `levels` are not ascending.

    Examples
    --------
    >>> classify(np.array([0.1, 0.4, 0.7, 0.9])).tolist()
    [0, 1, 2, 3]
    """
    levels, heights = _ascending(levels), _checks.finite("heights", heights)
    # A search in a table of so few levels takes ten times as long as to count.
    return sum((heights >= level).astype(np.int32) for level in levels)


def colorize(heights, width=0.06, *, levels=LEVELS, colors=COLORS):
    """Heights to colours, with soft transitions.

    Parameters
    ----------
    heights : ndarray of float, shape (rows, columns)
    width : float, 0 or more
        Around each level, from `width` below to `width` above, one colour goes
        over into the next along a straight line. At most half of the smallest
        gap between levels: wider transitions would overlap, and colours jump.
    levels : sequence of float, ascending
    colors : array_like of shape (len(levels) + 1, 3)
        RGB, 0 to 255, from low to high.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)

    Raises
    ------
    ValueError
        If transitions overlap, or if levels and colours do not fit.

    Examples
    --------
    >>> slope = np.array([[0.0, 0.375, 0.5, 0.625, 1.0]])
    >>> colorize(slope, 0.25, levels=[0.5], colors=[(0, 0, 0), (200, 100, 0)])[0].tolist()
    [[0, 0, 0], [50, 25, 0], [100, 50, 0], [150, 75, 0], [200, 100, 0]]
    """
    levels, colors = _ascending(levels), np.asarray(colors, dtype=float)
    if colors.shape != (len(levels) + 1, 3) or not ((colors >= 0) & (colors <= 255)).all():
        raise ValueError(f"colors must be {len(levels) + 1} RGB colours of 0 to 255, one more than "
                         f"levels; its shape is {colors.shape}")
    widest = np.diff(levels).min(initial=np.inf) / 2
    if not 0 <= width <= widest + 1e-9:
        raise ValueError(f"width must be from 0 to {widest:g}, half of the smallest gap between "
                         f"levels: wider transitions overlap and colours jump; got {width!r}")
    heights = _checks.finite("heights", heights)
    flat = heights.ravel()
    classes = classify(flat, levels)
    rgb = colors.astype(np.uint8).take(classes, axis=0)
    # The lowest last: where rounding lets two transitions touch, it goes first.
    for level, below, above in reversed(list(zip(levels, colors[:-1], colors[1:]))):
        soft = np.flatnonzero((flat >= level - width) & (flat < level + width))
        t = (flat[soft] - (level - width)) / (2 * width or 1)
        rgb[soft] = (np.multiply.outer(below, 1 - t) + np.multiply.outer(above, t)).T
    return rgb.reshape(*heights.shape, 3)


def _ascending(levels):
    levels = np.asarray(levels, dtype=float)
    if levels.ndim != 1 or not (np.diff(levels) > 0).all() or not np.isfinite(levels).all():
        raise ValueError(f"levels must be numbers in ascending order, got {levels.tolist()}")
    return levels


def make(size=512, *, width=0.06, levels=LEVELS, colors=COLORS, **noise):
    """A landscape with its picture and its truth.

    Parameters
    ----------
    size : int
        Height and width in pixels, 2 to 4096.
    width, levels, colors
        As in `colorize`.
    **noise
        Passed to `heights`: scale, octaves, persistence, lacunarity, seed.

    Returns
    -------
    Landscape

    Raises
    ------
    ValueError
        As in `heights` and `colorize`.

    Examples
    --------
    >>> scene = make(64, seed=3)
    >>> [NAMES[label] for label in np.unique(scene.truth)]
    ['water', 'grass', 'mountain', 'snow']
    """
    height = heights(size, **noise)
    image = colorize(height, width, levels=levels, colors=colors)
    return Landscape(image, classify(height, levels), height)
