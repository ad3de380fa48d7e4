"""Plumbing of `landscape.perlin`: its tables and its soft steps."""

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
DIRECTIONS = np.array([(1, 1), (-1, 1), (1, -1), (-1, -1), (1, 0), (-1, 0), (1, 0), (-1, 0),
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


def fade(t):
    """0 to 1 with no slope and no bend at both ends."""
    return t * t * t * (t * (t * 6 - 15) + 10)


def mix(t, a, b):
    b -= a  # b is ours to write on: at this size new arrays cost more than the sums
    b *= t
    b += a
    return b
