"""What the tests of all lessons need to know of lesson 10."""

import atexit
from functools import lru_cache
from tempfile import TemporaryDirectory

from lessons_lib import tiles

SAYS = (
    r"k = \d, block down \d+, across \d+, one pixel in \d each way: rows \d+ to \d+, columns "
    r"\d+ to \d+; shares of the clusters 0: \d+ %(, \d: \d+ %)+\."
)

OTHER = {
    "blocks that do not divide the picture": {
        "size": 700, "block": 300, "seed": 3, "k": 3, "n_workers": 1},
    "one block only, many clusters": {"size": 320, "block": 500, "k": 7, "n_workers": 1,
                                      "pixel_size": 10.0}}


@lru_cache(maxsize=1)
def small():
    """A store of 3 by 3 blocks, and its tally."""
    kept = TemporaryDirectory(ignore_cleanup_errors=True)
    atexit.register(kept.cleanup)
    for place in tiles.create(kept.name, 1000, 900, block=400):
        tiles.draw(kept.name, place, seed=1, scale=100.0)
    return kept.name, tiles.add(tiles.tally(kept.name, one) for one in tiles.places(kept.name))


def needed():
    """What `explorer` of its module is called with."""
    path, tally = small()
    return {"path": path, "tally": tally}
