"""What lesson 08 says, on other scenes, seeds and settings."""

import numpy as np
import pytest

from lessons_lib import clusterings, regions, scenes, scores

COLOUR_ONLY = ("k-means", "Gaussian mixture", "mean shift")
NEIGHBOURS = ("Ward", "region graph", "Felzenszwalb")


def cut(scene, method, level):
    return clusterings.segment(scene.image, method, **clusterings.at_level(method, level)).labels


def ari(scene, method, level):
    return scores.adjusted_rand(scene.truth, cut(scene, method, level))


@pytest.mark.parametrize("seed", [5, 6, 8])
def test_colours_alone_lose_things_in_noise(seed):
    scene = scenes.discs(120, noise=0.5, seed=seed)
    assert max(ari(scene, method, level) for method in COLOUR_ONLY for level in (0, 2)) < 0.4
    assert ari(scene, "Ward", 2) > 0.6


@pytest.mark.parametrize("seed", [1, 3, 6])
def test_neighbours_alone_part_the_lakes_that_are_one_class(seed):
    scene = scenes.terrain(120, seed=seed, width=0.02)
    assert ari(scene, "k-means", 2) > 0.9
    assert max(ari(scene, method, 2) for method in NEIGHBOURS) < 0.7
    lakes = regions.connected(np.where(scene.truth == 0, 0, -1))
    assert len(lakes.areas) > 1


@pytest.mark.parametrize("seed", [1, 2])
def test_without_a_mask_a_spectral_cut_goes_through_the_ground(seed):
    scene = scenes.discs(120, noise=0.1, seed=seed)
    labels = cut(scene, "spectral", 2)
    ground = np.bincount(labels[scene.truth == 0])
    assert (ground > 0.15 * ground.sum()).sum() >= 2


@pytest.mark.parametrize("seed", [3, 5])
def test_colours_judged_one_by_one_leave_more_parts_than_joined_superpixels(seed):
    known = [scenes.discs(120, seed=seed), scenes.terrain(120, seed=seed), scenes.coins(160)]
    parts = {}
    alone = {"k-means", "Gaussian mixture", "mean shift", "DBSCAN"}
    for method in set(clusterings.METHODS) - {"Felzenszwalb"}:
        levels = (0, 2, 8) if clusterings.MAIN[method] == "k" else (0, 5, 8)
        best = [max(levels, key=lambda level: ari(one, method, level)) for one in known]
        parts[method] = sum(len(regions.connected(cut(one, method, level)).areas)
                            for one, level in zip(known, best))
    assert min(parts[one] for one in alone) > max(parts[one] for one in parts if one not in alone)


def test_the_order_of_the_methods_depends_on_the_settings():
    known = [scenes.discs(120), scenes.terrain(120), scenes.coins(180)]
    fixed, tuned = {}, {}
    for method in ("k-means", "HDBSCAN", "Felzenszwalb", "region graph"):
        start = 2 if clusterings.MAIN[method] == "k" else 5
        fixed[method] = np.mean([ari(one, method, start) for one in known])
        tuned[method] = np.mean([max(ari(one, method, level) for level in (0, 2, start, 8))
                                 for one in known])
    assert sorted(fixed, key=fixed.get) != sorted(tuned, key=tuned.get)


def test_a_chain_of_greys_holds_everything_together():
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None], 64, axis=0)
    steps = (ramp // 64 * 64).astype(np.uint8)
    for eps in (6.0, 9.0):
        assert clusterings.segment(ramp, "DBSCAN", eps=eps).labels.max() == 0
        assert clusterings.segment(steps, "DBSCAN", eps=eps).labels.max() == 3


def test_small_eps_throws_away_and_large_eps_melts():
    image = scenes.photograph("flower", 150).image
    found = [clusterings.segment(image, "DBSCAN", eps=eps).labels for eps in (1.4, 3.5, 12.0)]
    noise = [(labels < 0).mean() for labels in found]
    assert noise[0] > noise[1] > noise[2]
    assert found[2].max() < found[1].max()


@pytest.mark.parametrize("k", [3, 8, 20])
@pytest.mark.parametrize("name", ["coffee", "flower"])
def test_the_merging_loop_from_scratch_equals_the_librarys(k, name):
    image = scenes.photograph(name, 100).image
    pieces, means, areas = clusterings.superpixels(image, 120)
    labels, colors, sizes = pieces.copy(), means.copy(), areas * 1.0
    pairs, left = {tuple(pair) for pair in regions.touching(pieces).tolist()}, len(means)
    while left > k:
        a, b = min(pairs, key=lambda p: (((colors[p[0]] - colors[p[1]]) ** 2).sum(), p))
        labels[labels == b] = a
        colors[a] = (sizes[a] * colors[a] + sizes[b] * colors[b]) / (sizes[a] + sizes[b])
        sizes[a] += sizes[b]
        moved = {tuple(a if one == b else one for one in pair) for pair in pairs}
        pairs = {tuple(sorted(pair)) for pair in moved if pair[0] != pair[1]}
        left -= 1
    assert np.array_equal(regions.number_in_reading_order(labels),
                          clusterings.merge_neighbours(pieces, means, areas, k))


def test_covering_forgives_a_region_that_serves_twice_and_matching_does_not():
    truth = np.repeat([[0, 1]], 4, axis=0).repeat(4, axis=1)
    whole = np.zeros_like(truth)
    assert scores.covering(truth, whole) == pytest.approx(0.5)
    assert scores.matched_iou(truth, whole).tolist() == [0.5, 0]


def test_what_would_not_fit_is_refused_before_it_begins():
    rows, columns = np.mgrid[:256, :256]
    rainbow = np.stack([rows, columns, (rows * columns) % 256], axis=2).astype(np.uint8)
    with pytest.raises(ValueError, match="bits asks for 34.4 GB at once.*fewer bits"):
        clusterings.segment(rainbow, "DBSCAN", bits=8)
