"""Perlin noise on a grid, layer by layer."""

from functools import lru_cache

import numpy as np

# Ken Perlin's order of the numbers 0 to 255, and the directions that a corner can have.
_PERLIN = np.frombuffer(bytes.fromhex(
    "97a0895b5a0f830dc95f6035c2e907e18c24671e458e086325f0150a17be0694f778ea4b001ac53e5efcdbcb"
    "75230b2039b12158ed953857ae147d88aba844af4aa547868b301ba64d929ee7536fe57a3cd385e6dc695c29"
    "372ef528f4668f3641193fa101d85049d14c84bbd05912a9c8c4878274bc9f56a4646dc6adba034034d9e2fa"
    "7c7b05ca2693767eff5255d4cfce3be32f103a11b6bd1c2adfb7aad577f898022c9aa346dd99659ba72bac09"
    "811627fd13626c6e4f71e0e8b2b97068daf661e4fb22f2c1eed2900cbfb3a2f1513391ebf90eef6b31c0d61f"
    "b5c76a9db854ccb07379322d7f0496fe8aeccd5dde72431d1848f38d80c34e42d73d9cb4"), dtype=np.uint8)
_DIRECTIONS = np.array([(1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (1, 0), (-1, 0),
                        (0, 1), (0, -1), (0, 1), (0, -1), (1, 0), (-1, 0), (0, -1), (0, 1)],
                       dtype=np.float32).T


@lru_cache(maxsize=8)
def permutation(seed=0):
    """The table that gives each corner of the noise grid its direction.

    Parameters
    ----------
    seed : int
        0 is Ken Perlin's own table; any other seed shuffles it.

    Returns
    -------
    ndarray of uint8, shape (256,)
        Each of 0 to 255 once.
    """
    if seed == 0:
        return _PERLIN
    table = np.random.default_rng(seed).permutation(_PERLIN)
    table.setflags(write=False)  # it is kept for the next call
    return table


def perlin(x, y, *, seed=0):
    """One octave of Perlin noise on a grid.

    Parameters
    ----------
    x, y : ndarray of float32, shapes (rows,) and (columns,)
        Coordinates of the rows and of the columns, 0 or more, in units of the noise grid.
    seed : int
        See `permutation`.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        About -1 to 1; 0 where both coordinates are whole.

    References
    ----------
    K. Perlin (2002). Improving noise. ACM Transactions on Graphics 21(3), 681-682. With
    ``seed=0`` the values are those of `noise.pnoise2`, bit for bit, where the compiler of
    `noise` does not fuse multiplications and additions (as on x86-64).
    """
    x, y = np.asarray(x, np.float32), np.asarray(y, np.float32)
    table = permutation(seed).astype(np.intp)
    i, j = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    x, y = (x - i.astype(np.float32))[:, None], y - j.astype(np.float32)
    # Only the grid points that some pixel needs: the grid of a fine octave has more cells than pixels.
    (rows, i), (columns, j) = (np.unique([n, n + 1], return_inverse=True) for n in (i, j))
    i, j = i.reshape(2, -1), j.reshape(2, -1)
    toward = _DIRECTIONS[:, table[table[table[rows & 255][:, None] + (columns & 255) & 255]] & 15]

    def slope(di, dj):
        """Height at each pixel of the plane through the corner (i + di, j + dj)."""
        down, along = toward.take(j[dj], axis=2)  # unlike toward[..., j[dj]], in memory order
        along *= y - np.float32(dj)
        plane = down.take(i[di], axis=0)
        plane *= x - np.float32(di)
        plane += along.take(i[di], axis=0)
        return plane

    across = _fade(x)
    left, right = (_mix(across, slope(0, dj), slope(1, dj)) for dj in (0, 1))
    return _mix(_fade(y), left, right)


def _fade(t):
    """0 to 1 with no slope and no bend at both ends."""
    return t * t * t * (t * (t * 6 - 15) + 10)


def _mix(t, a, b):
    b -= a  # b is ours to write on: at this size new arrays cost more than the sums
    b *= t
    b += a
    return b


def octave(n, size, scale=100.0, lacunarity=2.0, seed=0):
    """One layer of `landscape.heights`, before it is made quieter.

    Parameters
    ----------
    n : int
        0 for the coarsest.
    size, scale, lacunarity, seed
        As in `landscape.heights`.

    Returns
    -------
    ndarray of float32, shape (size, size)
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
        As in `landscape.heights`.

    Returns
    -------
    ndarray of float64, shape (size, size)
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
