"""Rows of lesson 10: reading a store once, counting it, and MiniBatchKMeans over the same blocks.

    python benchmarks/tiles_rows.py          to 20,000 x 20,000 pixels (1.2 GB of pixels; minutes)
    python benchmarks/tiles_rows.py 4000     a smaller picture

One process reads, counts and labels, so that ratios compare like with like. Seconds are those of
the processor, medians of three runs in turns; MiniBatchKMeans takes three orders of the blocks, and
labels are made once.
"""

import multiprocessing
import sys
import time
from tempfile import TemporaryDirectory

import numpy as np

from lessons_lib import kmeans, seams, tiles

BLOCK, K = 1000, 4
SIDES = (1000, 2000, 4000, 10_000, 20_000)


def peak():
    """The most memory that this process ever took, in MB."""
    import psutil

    info = psutil.Process().memory_info()
    if hasattr(info, "peak_wset"):  # Windows
        return info.peak_wset / 1e6
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def read_once(path):
    for place in tiles.places(path):
        tiles.read(path, place)


def exact(path):
    """k-means on the sum of the blocks' tallies."""
    tally = tiles.add(tiles.tally(path, place) for place in tiles.places(path))
    return tally, kmeans.fit_colors(tally.colors, K)


def mini(path, order):
    from sklearn.cluster import MiniBatchKMeans

    model = MiniBatchKMeans(K, random_state=0, n_init=1)
    for place in np.random.default_rng(order).permutation(tiles.places(path)):
        model.partial_fit(tiles.read(path, tuple(place)).reshape(-1, 3).astype(float))
    return model.cluster_centers_


def label(path, tally, labels):
    tiles.begin(path, tally, labels)
    return seams.join({place: tiles.label(path, place) for place in tiles.places(path)})


def timed(function, *args):
    begin = time.process_time()  # of all threads of this process; its neighbours do not count
    result = function(*args)
    return result, time.process_time() - begin


def _run(pipe, function, args):
    # What is imported, and memory that is asked for, once for all is not measured.
    with TemporaryDirectory() as small:
        for place in tiles.create(small, BLOCK, block=BLOCK):
            tiles.draw(small, place)
        tally, found = exact(small)
        label(small, tally, found.labels)
    result, seconds = timed(function, *args)
    pipe.send((result, seconds, peak()))


def alone(function, *args):
    """Result, seconds and peak memory of a call in a process of its own."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_run, args=(theirs, function, args))
    process.start()
    theirs.close()
    try:
        return mine.recv()
    finally:
        process.join()


def rows(side=None):
    """All rows of lesson 10, for sides up to `side`."""
    side = side or SIDES[-1]
    made, times = [], {}
    for one in [n for n in SIDES if n < side] + [side]:
        with TemporaryDirectory() as folder:
            for place in tiles.create(folder, one, block=BLOCK):
                tiles.draw(folder, place)
            runs = [(alone(read_once, folder), alone(exact, folder)) for _ in range(3)]
            read, count = (float(np.median([one[n][1] for one in runs])) for n in range(2))
            (tally, found), _, most = runs[-1][1]
            times[one] = count
            if one == side:
                made = _full(folder, side, read, count, most, tally, found)
    power = np.polyfit(np.log([n ** 2 for n in times]), np.log(list(times.values())), 1)[0]
    made.append({
        "row": f"exact k-means, {len(times)} sizes from 1 to {side ** 2 / 1e6:.0f} megapixels",
        "tutorial": "", "ours": ", ".join(f"{t:.2f} s" for t in times.values()),
        "value": f"exponent {power:.2f}", "bar": "0.9 to 1.1", "met": bool(0.9 <= power <= 1.1),
        "check": "time against pixels, both as logarithms"})
    return made


def _full(folder, side, read, count, most, tally, found):
    name = f"{side:,} x {side:,}"
    made = [{
        "row": f"exact k-means of {name}: reading once, and all of it", "tutorial": f"{read:.2f} s",
        "ours": f"{count:.2f} s", "value": f"{count / read:.1f} times", "bar": "at most 3 times",
        "met": count <= 3 * read and most < 1000, "check": f"{most:.0f} MB at most; under 1,000"}]
    slow, ratios = [], []
    for order in range(3):
        centers, seconds, _ = alone(mini, folder, order)
        near = ((centers[:, None] - tally.colors.values) ** 2).sum(axis=2).min(axis=0)
        slow.append(seconds)
        ratios.append(float(tally.counts @ near / found.inertia))
    made.append({
        "row": f"{name}: MiniBatchKMeans over the same blocks, and exact k-means",
        "tutorial": f"{np.median(slow):.2f} s", "ours": f"{count:.2f} s",
        "value": f"{np.median(slow) / count:.1f} times", "bar": "5 times",
        "met": bool(np.median(slow) >= 5 * count and min(ratios) >= 1 - 1e-9),
        "check": "its inertia / ours, three orders: " + ", ".join(f"{r:.3f}" for r in ratios)})
    joined, seconds, most = alone(label, folder, tally, found.labels)
    fine = bool(joined.areas.sum() == side ** 2
                and np.array_equal(np.bincount(joined.classes, joined.areas).astype(int),
                                   tiles.areas(folder)))
    made.append({
        "row": f"{name}: labels, areas and regions across seams, one pass", "tutorial": "",
        "ours": f"{seconds:.1f} s", "value": f"{most:.0f} MB", "bar": "under 1,000 MB",
        "met": most < 1000 and fine,
        "check": f"{len(joined.areas):,} regions; areas agree: {fine}"})
    return made


if __name__ == "__main__":
    for row in rows(*map(int, sys.argv[1:])):
        print(row)
