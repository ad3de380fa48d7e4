"""One thread for small problems."""

from functools import lru_cache
from importlib import import_module


def limit():
    """BLAS and OpenMP on one thread: ``with _threads.limit():``.

    The problems here are small: with several threads, waiting for one another costs more than the
    work (7 to 11 times at 5,000 pixels on two busy cores).
    """
    return _controller().limit(limits=1)


@lru_cache(maxsize=1)
def _controller():
    from threadpoolctl import ThreadpoolController

    import_module("sklearn.cluster")  # its OpenMP must be loaded to be found
    return ThreadpoolController()
