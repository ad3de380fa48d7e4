"""Blocks handed out to processes, on this machine or on a cluster, by Dask."""

from contextlib import contextmanager

from lessons_lib import _checks


class Refused(RuntimeError):
    """A block failed, and with it the run; the message names it and says why.

    Examples
    --------
    >>> str(Refused("block (3, 7): its checksum differs"))
    'block (3, 7): its checksum differs'
    """


def start(address=None, *, n_workers=2, memory_limit="500MB", timeout=20.0):
    """A Dask client: of workers started on this machine, or of a cluster that is there.

    Parameters
    ----------
    address : str, optional
        Of a scheduler, such as "tcp://10.0.0.1:8786". By default a cluster of this machine is
        started; `stop` ends it.
    n_workers : int
        Processes of the own cluster, one thread each.
    memory_limit : str or int
        Of each of them. Dask ends one that takes 95 % of it, and starts another.
    timeout : float, in seconds
        How long to wait for a scheduler.

    Returns
    -------
    distributed.Client

    Raises
    ------
    OSError
        If no scheduler answers at `address`.

    Examples
    --------
    >>> client = start(n_workers=1)
    >>> len(client.nthreads())
    1
    >>> stop(client)
    """
    import logging

    from distributed import Client, LocalCluster

    if address is not None:
        return Client(address, timeout=timeout)
    n_workers = _checks.whole("n_workers", n_workers, 1)
    # Errors reach the caller; what workers log when they are ended would be printed as well.
    return Client(LocalCluster(
        n_workers=n_workers, threads_per_worker=1, processes=True, memory_limit=memory_limit,
        dashboard_address=":0", silence_logs=logging.CRITICAL))


def stop(client):
    """Close a client, and the cluster that `start` made for it.

    Parameters
    ----------
    client : distributed.Client

    Examples
    --------
    >>> client = start(n_workers=1)
    >>> stop(client)
    >>> client.status
    'closed'
    """
    cluster = client.cluster
    client.close()
    if cluster is not None:
        cluster.close()


@contextmanager
def connect(address=None, **options):
    """`start` and `stop`, for a ``with`` statement.

    Parameters
    ----------
    address, **options
        As in `start`.

    Yields
    ------
    distributed.Client

    Examples
    --------
    >>> with connect(n_workers=1) as client:
    ...     client.submit(sum, [1, 2]).result()
    3
    """
    client = start(address, **options)
    try:
        yield client
    finally:
        stop(client)


def each(client, function, places, *, on_error="refuse", retries=3):
    """Call a function for each block, on any worker, and yield what comes back.

    Parameters
    ----------
    client : distributed.Client
    function : callable
        ``function(place)``; calling it twice for a block must do no harm, since a block of a worker
        that died is handed to another. `functools.partial` gives it more arguments.
    places : sequence of (down, across)
    on_error : {"refuse", "finish"}
        What to do when a block raises: stop at once, or yield the exception as its result and go
        on.
    retries : int
        How many workers may die on one block before it is given up.

    Yields
    ------
    place : (down, across)
    result

    Raises
    ------
    Refused
        If a block failed, and `on_error` is "refuse".
    ValueError
        If `on_error` is neither of the two.

    Notes
    -----
    In the order in which they are done, which differs from run to run. At most four blocks a worker
    are under way. Closing the generator (``break``, an interrupted cell) cancels the rest.

    Examples
    --------
    >>> with connect(n_workers=1) as client:
    ...     dict(each(client, sum, [(2, 3)]))
    {(2, 3): 5}
    """
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    if on_error not in ("refuse", "finish"):
        raise ValueError(f'on_error must be "refuse" or "finish"; got {on_error!r}')
    left, futures = iter(places), {}
    done = as_completed()

    def hand_out():
        place = next(left, None)
        if place is not None:
            future = client.submit(function, tuple(place), pure=False)
            futures[future.key] = future, tuple(place)
            done.add(future)

    for _ in range(4 * max(1, len(client.nthreads()))):
        hand_out()
    died = {}
    try:
        for future in done:
            _, place = futures.pop(future.key)
            error = future.exception()
            if isinstance(error, KilledWorker) and died.get(place, 0) < retries:
                died[place] = died.get(place, 0) + 1
                again = client.submit(function, place, pure=False)
                futures[again.key] = again, place
                done.add(again)
                continue
            if error is not None and on_error == "refuse":
                raise Refused(_why(place, error)) from error
            result = future.result() if error is None else error
            future.release()
            hand_out()
            yield place, result
    finally:
        client.cancel([future for future, _ in futures.values()])


def _why(place, error):
    from distributed.scheduler import KilledWorker

    if isinstance(error, KilledWorker):
        return (f"block {place}: the workers that had it died, most likely at their memory limit; "
                "give them more memory, or make the blocks smaller")
    return str(error) if str(error).startswith("block ") else f"block {place}: {error}"


def kill(client, number=0):
    """End one worker at once, as a power cut would.

    Parameters
    ----------
    client : distributed.Client
    number : int
        Which, in the order of their addresses.

    Returns
    -------
    str
        Its address.

    Examples
    --------
    >>> with connect(n_workers=1) as client:
    ...     kill(client).startswith("tcp://")
    True
    """
    import os

    address = sorted(client.nthreads())[number]
    client.run(os._exit, 1, workers=[address], on_error="ignore")  # no answer will come
    return address


def dashboard(client):
    """Where Dask shows what its workers do.

    Parameters
    ----------
    client : distributed.Client

    Returns
    -------
    str, or None
        None if nothing answers there: Dask draws the page only where Bokeh is installed, and a
        page of another machine may be out of reach.

    Examples
    --------
    >>> with connect(n_workers=1) as client:
    ...     dashboard(client) is None or "status" in dashboard(client)
    True
    """
    from urllib.request import urlopen

    link = client.dashboard_link
    try:
        with urlopen(link, timeout=1) as answer:
            return None if b"needs bokeh" in answer.read().lower() else link
    except (OSError, ValueError):
        return None
