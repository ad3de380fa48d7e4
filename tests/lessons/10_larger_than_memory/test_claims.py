"""What lesson 10 says, with real processes: killed workers, a real scheduler, damaged blocks."""

import subprocess
import sys
from functools import partial

import dask
import numpy as np
import pytest
import zarr
from distributed import Client
from sklearn.cluster import KMeans, MiniBatchKMeans

from lessons_lib import kmeans, regions, seams, tiles, workers

# Dask's own, when it ends processes.
pytestmark = pytest.mark.filterwarnings("ignore")

SIZE, BLOCK = 600, 200


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("store")
    for place in tiles.create(path, SIZE, block=BLOCK):
        tiles.draw(path, place, seed=2, scale=100.0)
    return path


@pytest.fixture(scope="module")
def tally(path):
    return tiles.add(tiles.tally(path, place) for place in tiles.places(path))


@pytest.fixture(scope="module")
def client():
    with workers.connect(n_workers=2, memory_limit="500MB") as client:
        yield client


def equal(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other))


@pytest.mark.parametrize("k", [3, 6])
def test_kmeans_on_the_sum_is_kmeans_of_scikit_learn_on_all_pixels(path, tally, k):
    picture = zarr.open_group(path)["image"][:]
    start = kmeans.fit_colors(tally.colors, k, n_init=1).centers + 3.0
    ours = kmeans.fit_colors(tally.colors, k, start=start)
    theirs = KMeans(k, init=start, n_init=1, tol=0).fit(picture.reshape(-1, 3).astype(float))
    assert np.allclose(ours.centers, theirs.cluster_centers_, rtol=0, atol=1e-6)
    assert np.array_equal(tiles.assign(picture, tally.codes, ours.labels).ravel(), theirs.labels_)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_sample_block_by_block_is_never_better(path, tally, order):
    model = MiniBatchKMeans(4, random_state=0, n_init=1)
    for place in np.random.default_rng(order).permutation(tiles.places(path)):
        model.partial_fit(tiles.read(path, tuple(place)).reshape(-1, 3).astype(float))
    near = ((model.cluster_centers_[:, None] - tally.colors.values) ** 2).sum(axis=2).min(axis=0)
    assert tally.counts @ near >= kmeans.fit_colors(tally.colors, 4).inertia * (1 - 1e-12)


def test_workers_make_and_count_the_same_picture(client, path, tally, tmp_path):
    left = tiles.create(tmp_path, SIZE, block=BLOCK)
    dict(workers.each(client, partial(tiles.draw, tmp_path, seed=2, scale=100.0), left))
    assert tiles.create(tmp_path, SIZE, block=BLOCK) == []
    parts = dict(workers.each(client, partial(tiles.tally, tmp_path), left))
    assert set(parts) == set(left) and equal(tiles.add(parts.values()), tally)


def test_nothing_is_lost_with_a_worker_that_is_killed(client, path, tally):
    parts = {}
    for place, found in workers.each(client, partial(tiles.tally, path), tiles.places(path)):
        parts[place] = found
        if len(parts) == 2:
            workers.kill(client)
    assert equal(tiles.add(parts.values()), tally)


def test_labels_and_regions_by_workers_are_those_of_the_whole(client, path, tally):
    found = kmeans.fit_colors(tally.colors, 4)
    tiles.begin(path, tally, found.labels)
    pieces = dict(workers.each(client, partial(tiles.label, path), tiles.places(path)))
    whole = kmeans.segment(zarr.open_group(path)["image"][:], 4, start=found.centers)
    assert np.array_equal(zarr.open_group(path)["labels"][:], whole.labels)
    at_once, joined = regions.connected(whole.labels), seams.join(pieces)
    assert np.array_equal(joined.areas, at_once.areas)
    assert np.array_equal(joined.classes, at_once.classes)
    assert tiles.areas(path).tolist() == np.bincount(whole.labels.ravel()).tolist()


def test_a_run_that_is_stopped_goes_on_where_it_stopped(client, path, tally):
    found = kmeans.fit_colors(tally.colors, 5)
    places = tiles.begin(path, tally, found.labels)
    run = workers.each(client, partial(tiles.label, path), places)
    for _ in range(3):
        next(run)
    run.close()  # as an interrupted cell does
    left = tiles.begin(path, tally, found.labels)
    assert len(left) <= len(places) - 3
    dict(workers.each(client, partial(tiles.label, path), left))
    assert tiles.begin(path, tally, found.labels) == []
    assert tiles.areas(path).sum() == SIZE ** 2


def test_a_damaged_block_is_refused_or_left_out_as_asked(client, path, tally):
    file = path / "image" / "c" / "1" / "2" / "0"
    saved = file.read_bytes()
    file.unlink()
    try:
        count, places = partial(tiles.tally, path), tiles.places(path)
        with pytest.raises(workers.Refused, match=r"^block \(1, 2\), rows 200 to 399, columns 400"):
            dict(workers.each(client, count, places))
        found = dict(workers.each(client, count, places, on_error="finish"))
    finally:
        file.write_bytes(saved)
    assert set(found) == set(places)
    assert isinstance(found.pop((1, 2)), tiles.Damaged)
    assert tiles.add(found.values()).counts.sum() == tally.counts.sum() - BLOCK ** 2


def greedy(place):
    """Far more than a worker may take; waits to be ended."""
    held = []
    while True:
        held.append(np.ones(10_000_000))


def test_a_worker_at_its_memory_limit_is_ended_and_its_block_named():
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), \
            workers.connect(n_workers=1, memory_limit="400MB") as client:
        with pytest.raises(workers.Refused, match=r"block \(0, 7\): the workers that had it died, "
                           "most likely at their memory limit"):
            dict(workers.each(client, greedy, [(0, 7)], retries=0))


def test_what_to_do_on_an_error_is_one_of_two(client):
    with pytest.raises(ValueError, match='on_error must be "refuse" or "finish"; got \'skip\''):
        next(workers.each(client, greedy, [(0, 0)], on_error="skip"))


def test_no_scheduler_at_that_address():
    with pytest.raises(OSError):
        workers.start("tcp://127.0.0.1:1", timeout=1.0)


@pytest.fixture
def scheduler(tmp_path):
    """A scheduler and two workers as programs of their own; the scheduler's address."""
    file, ran = tmp_path / "scheduler.json", []

    def run(name, *words):
        ran.append(subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{name}", "--scheduler-file", file,
             "--no-dashboard", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return ran[-1]

    run("scheduler", "--port", "0", "--host", "127.0.0.1")
    two = [run("worker", "--nthreads", "1", "--no-nanny") for _ in range(2)]
    try:
        with Client(scheduler_file=str(file), timeout=120) as client:  # it waits for the file
            client.wait_for_workers(2, timeout=120)
            address = client.scheduler.address
        yield address, two
    finally:
        for process in ran:
            process.kill()
            process.wait()


def test_a_real_cluster_counts_to_the_unit_though_one_worker_is_killed(scheduler, path, tally):
    address, two = scheduler
    with workers.connect(address) as client:
        parts = {}
        for place, found in workers.each(client, partial(tiles.tally, path), tiles.places(path)):
            parts[place] = found
            if len(parts) == 2:
                two[0].kill()
        assert equal(tiles.add(parts.values()), tally)
    assert two[0].wait() != 0
